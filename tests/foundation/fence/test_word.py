"""When the word is sent, for whom, and that nobody else's is left over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from rightdoor.casework.clients.models import Client
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.viewers import NOBODY, system_viewer
from rightdoor.foundation.fence import Acting, acting_as, acting_as_system, also, base, context, now_acting, to_the_end


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Acting]:
    """For whom words are signed, in order."""
    words: list[Acting] = []
    sign = context.sign

    def noting(acting: Acting, *, process: int, ends: float) -> str:
        words.append(acting)
        return sign(acting, process=process, ends=ends)

    monkeypatch.setattr(context, "sign", noting)
    return words


def ask() -> int:
    """One statement."""
    return Client.objects.count()


def test_a_word_is_sent_once_for_many_statements(coordinator: Viewer, now: datetime, sent: list[Acting]) -> None:
    ask()
    sent.clear()
    with acting_as(coordinator, now):
        for _ in range(5):
            ask()
    assert [word.account for word in sent] == [coordinator.code]


def test_a_word_that_grows_old_is_sent_anew(
    coordinator: Viewer, now: datetime, sent: list[Acting], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = base.perf_counter
    with acting_as(coordinator, now):
        ask()
        sent.clear()
        monkeypatch.setattr(base, "perf_counter", lambda: clock() + context.RENEW + 1)
        ask()
        ask()
    assert len(sent) == 1
    assert context.RENEW < context.LIFE


def test_who_comes_next_on_the_connection_is_never_taken_for_who_was_there(
    coordinator: Viewer, other_coordinator: Viewer, now: datetime, sent: list[Acting]
) -> None:
    ask()
    sent.clear()
    for viewer in (coordinator, other_coordinator, NOBODY, coordinator):
        with acting_as(viewer, now):
            ask()
    assert [word.account for word in sent] == [coordinator.code, other_coordinator.code, "", coordinator.code]


def test_nobody_at_all_takes_the_word_back(coordinator: Viewer, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    with acting_as(coordinator, now):
        ask()
    monkeypatch.setattr(context, "_process", None)
    assert now_acting() is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [base.SETTING])
        assert cursor.fetchone()[0] == ""


def test_a_statement_that_failed_is_followed_by_its_rollback_and_by_nothing_else(
    coordinator: Viewer, now: datetime
) -> None:
    with acting_as(coordinator, now):
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            acting_as_system("test"),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT 1 / 0")
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting(%s, true)", [base.SETTING])
            assert coordinator.code in cursor.fetchone()[0]


def test_the_parts_of_a_streamed_answer_are_made_for_whom_it_was_begun(
    coordinator: Viewer, other_coordinator: Viewer, now: datetime
) -> None:
    def parts() -> Iterator[str]:
        for _ in range(3):
            acting = now_acting()
            assert acting is not None
            yield acting.account

    answer = to_the_end(parts(), coordinator, now)
    told = [next(answer)]
    with acting_as(other_coordinator, now):
        told.append(next(answer))
    assert [*told, *answer] == [coordinator.code] * 3


def test_a_request_never_acts_as_the_system(now: datetime) -> None:
    with pytest.raises(ValueError, match="jobs and commands"), acting_as(system_viewer("test"), now):
        ask()


def test_rows_that_an_act_names_are_told_until_the_act_is_over(coordinator: Viewer, now: datetime) -> None:
    with acting_as(coordinator, now):
        with also("AAAA-2222"), also("BBBB-3333"):
            acting = now_acting()
            assert acting is not None
            assert acting.also == ("AAAA-2222", "BBBB-3333")
        after = now_acting()
        assert after is not None
        assert after.also == ()


def test_a_region_with_a_quote_in_its_key_is_one_region(coordinator: Viewer, now: datetime) -> None:
    import dataclasses

    odd = dataclasses.replace(coordinator, reach=frozenset({("care_coordinator", 'a","capital\\')}))
    with acting_as(odd, now):
        assert ask() == 0
    assert context.of(odd, now).told()["reach"] == {"care_coordinator": '{"a\\",\\"capital\\\\"}'}


def test_a_role_opens_the_regions_that_it_was_given_for_and_no_other_roles(now: datetime) -> None:
    viewer = Viewer(
        code="AAAA-2222",
        roles=frozenset({"care_coordinator", "team_member"}),
        regions=frozenset({"capital", "*"}),
        agency="",
        discipline="",
        reach=frozenset({("care_coordinator", "capital"), ("team_member", "*")}),
    )
    assert context.of(viewer, now).told()["reach"] == {"care_coordinator": '{"capital"}', "team_member": '{"*"}'}
