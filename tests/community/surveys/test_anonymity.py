"""Who said what: looked for as somebody would who may read the whole database, the log and the trail."""

from __future__ import annotations

import logging
import re
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.db import connection, models
from django.test import Client as Browser

from rightdoor.community.surveys import actions, pooling, slips
from rightdoor.community.surveys.actions import begin_round, close_round, invite, remind, take_answers
from rightdoor.community.surveys.models import AnswerPool, Invited, SurveyRound
from rightdoor.community.surveys.queries import results_for, told_of
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.viewers import NOBODY
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.notices.models import Notice
from rightdoor.foundation.questionnaires.kept import shipped
from tests.casework.visiting import Visitor
from tests.community.surveys.made import after, all_of, answered, begun, people, pool_of
from tests.people import REGION

PAGE = "/answer/en/"
pytestmark = pytest.mark.req("PROG-6")


@pytest.fixture
def team(coordinator: Viewer, now: datetime) -> list[Viewer]:
    return people(6, "local_law_enforcement", now)


def _post(code: str, at: datetime, browser: Browser | None = None, **sent: str) -> Any:
    with time_machine.travel(at, tick=False):
        return (browser or Browser()).post(PAGE, {"code": code, **sent})


def test_no_column_beside_an_answer_or_a_use_says_when_or_who() -> None:
    timed = (models.DateField, models.TimeField, models.DurationField)

    stored = {field.name for field in AnswerPool._meta.concrete_fields}
    invited = {field.name: field for field in Invited._meta.concrete_fields}

    assert stored == {"round", "answers_sealed"}
    assert not [name for name, field in invited.items() if isinstance(field, timed)]
    assert {one.related_model for one in Invited._meta.get_fields() if one.is_relation} == {SurveyRound}


def test_what_the_database_notes_beside_the_invitations_is_the_same_for_all(coordinator, team, now):
    row = begun(coordinator, now, *team).round

    for one in (team[4], team[1], team[3]):
        answered(row, [one], 4, now)

    with connection.cursor() as cursor:
        cursor.execute("SELECT id, xmin::text FROM surveys_invited WHERE round_id = %s ORDER BY ctid", [row.pk])
        found = cursor.fetchall()
    assert len({mark for _, mark in found}) == 1, "the marks tell which code was used by which transaction"
    assert [pk for pk, _ in found] == sorted(pk for pk, _ in found), "their places tell the order of use"
    assert Invited.objects.filter(round=row, is_used=True).count() == 3


def test_the_event_names_neither_round_nor_person_nor_session(coordinator, team, now):
    row = begun(coordinator, now, *team).round
    visitor = Visitor(team[0], now)
    code = slips.code_of_account(row.code, team[0].code)

    answer = _post(code, now, visitor.browser, step="answers", **{"a.trust.1": "5"})

    assert answer.status_code == 200
    event = AuditEvent.objects.get(verb="survey.answered")
    told = " ".join(
        str(getattr(event, field.name)) for field in event._meta.concrete_fields if field.name not in {"at", "id"}
    )
    for secret in (row.code, team[0].code, team[0].agency, code, "local_law_enforcement"):
        assert secret not in told
    assert (event.actor, event.session, event.request_id) == ("public", "", "")


def test_the_log_of_requests_does_not_know_who_is_signed_in(coordinator, team, now, caplog):
    row = begun(coordinator, now, *team).round
    visitor = Visitor(team[0], now)
    code = slips.code_of_account(row.code, team[0].code)
    caplog.set_level(logging.INFO, logger="rightdoor.requests")

    _post(code, now, visitor.browser)
    _post(code, now, visitor.browser, step="answers", **{"a.trust.1": "5"})

    lines = [record for record in caplog.records if getattr(record, "route", "") == "surveys:answer"]
    assert len(lines) == 2
    assert {line.actor for line in lines} == {""}
    assert code not in caplog.text


def test_answers_are_mixed_anew_with_each_one_and_sentences_lie_apart(monkeypatch):
    monkeypatch.setattr(pooling, "_random", Random(5))
    pool = pooling.Pool()

    for number in range(12):
        pool.add("school", {"a": number}, {"q": f"sentence {number}"})

    numbers = [answers["a"] for _, answers in pool.answers]
    sentences = [int(text.split()[1]) for text in pool.texts["q"]]
    assert sorted(numbers) == sorted(sentences) == list(range(12))
    assert numbers != list(range(12))
    assert numbers != sentences, "the same order in both would join a way of writing to the rest"
    assert all("q" not in answers for _, answers in pool.answers)


def test_the_mixing_uses_the_random_source_of_the_system() -> None:
    from random import SystemRandom

    assert isinstance(pooling._random, SystemRandom)


def test_the_stored_piece_grows_by_whole_blocks_only(coordinator, team, now):
    row = begun(coordinator, now, *team).round
    before = len(bytes(AnswerPool.objects.get(round=row).answers_sealed))

    answered(row, team[:1], 3, now, change="Short.")
    one = len(bytes(AnswerPool.objects.get(round=row).answers_sealed))
    answered(row, team[1:2], 3, now, change="A sentence that is a good deal longer than the other one was.")
    two = len(bytes(AnswerPool.objects.get(round=row).answers_sealed))

    assert before == one == two
    assert b"Short" not in bytes(AnswerPool.objects.get(round=row).answers_sealed)


def test_a_discipline_of_fewer_than_five_invited_is_not_stored_with_its_answers(coordinator, team, now):
    judge = people(1, "judge", now)
    row = begun(coordinator, now, *team, *judge).round

    answered(row, [*team[:2], *judge], 3, now)

    assert sorted(discipline for discipline, _ in pool_of(row).answers) == [
        "", "local_law_enforcement", "local_law_enforcement",
    ]  # fmt: skip


def test_a_used_an_unknown_and_an_outdated_code_are_answered_with_the_same_bytes(coordinator, team, now):
    row = begun(coordinator, now, *team).round
    used, fresh = (slips.code_of_account(row.code, one.code) for one in team[:2])
    answered(row, team[:1], 4, now)

    def told(code: str, at: datetime = now, **sent: str) -> str:
        answer = _post(code, at, **sent)
        assert answer.status_code == 422
        return str(answer.content.decode().replace(f'value="{code}"', ""))

    found = {
        told("ZZZZ-ZZZZ-ZZZZ-ZZZZ"),
        told("what is this"),
        told(used),
        told(used, step="answers", **{"a.trust.1": "1"}),
        told(fresh, after(now)),
    }

    assert len(found) == 1
    assert pool_of(row).answers == [("local_law_enforcement", all_of(4))]


def test_a_code_opens_once_and_however_it_is_typed(coordinator, now):
    made = begun(coordinator, now, handed_out={"youth": 5}, instrument=shipped()["youth-feedback"])
    code = made.slips["youth"][0]

    assert _post(code.lower().replace("-", " "), now).status_code == 200
    take_answers(NOBODY, code.lower(), answers={"help.1": "5"}, now=now)
    with pytest.raises(NotVisible):
        take_answers(NOBODY, code, answers={"help.1": "1"}, now=now)

    assert [answers for _, answers in pool_of(made.round).answers] == [{"help.1": "5"}]


def test_a_code_that_is_used_while_another_waits_for_the_lock_is_used(coordinator, team, now, monkeypatch):
    """Two at the same moment: both have looked, and found it unused; the second gets the lock after the first."""
    row = begun(coordinator, now, *team).round
    code, lock, first = slips.code_of_account(row.code, team[0].code), AnswerPool.objects.select_for_update, []

    def waiting(**how: Any) -> Any:
        if not first:
            first.append(True)
            take_answers(NOBODY, code, answers=all_of(5), now=now)
        return lock(**how)

    monkeypatch.setattr(AnswerPool.objects, "select_for_update", waiting)

    with pytest.raises(NotVisible):
        take_answers(NOBODY, code, answers=all_of(1), now=now)
    assert first


def test_a_round_that_is_begun_while_another_waits_for_its_turn_is_too_near(coordinator, team, now, monkeypatch):
    """Two at the same moment: neither finds the other's round, until the second has its turn after the first."""
    turn, first = actions.in_turn, []

    def waiting(*what: str) -> None:
        if not first:
            first.append(what)
            begun(coordinator, now, *team)
        turn(*what)

    monkeypatch.setattr(actions, "in_turn", waiting)

    with pytest.raises(RuleBroken, match="too near"):
        begun(coordinator, now, *team)
    assert first == [("survey.begun", REGION, "collaboration-short")]


def test_only_a_digest_of_a_code_is_kept_and_no_address_ever_holds_one(coordinator, team, now):
    row = begun(coordinator, now, *team).round
    code = slips.code_of_account(row.code, team[0].code)
    visitor = Visitor(team[0], now)

    own = visitor.page(f"/surveys/{row.code}/own/")
    answer = _post(code, now)
    page = answer.content.decode()

    kept = " ".join(str(value) for values in Invited.objects.values_list() for value in values)
    assert code not in kept
    assert code.replace("-", "") not in kept
    for html in (own, page):
        assert code in html
        assert not [one for one in re.findall(r'(?:href|action|src|formaction)="([^"]*)"', html) if code in one]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]
    assert not answer.cookies
    assert "http" not in " ".join(re.findall(r'(?:href|action|src)="([^"]*)"', page)), "nothing of another site"


def test_a_form_of_another_site_is_refused(coordinator, team, now):
    row = begun(coordinator, now, *team).round
    code = slips.code_of_account(row.code, team[0].code)

    with time_machine.travel(now, tick=False):
        answer = Browser().post(
            PAGE, {"code": code, "step": "answers", "a.trust.1": "1"}, headers={"Sec-Fetch-Site": "cross-site"}
        )

    assert answer.status_code == 403
    assert pool_of(row).answers == []


def test_the_page_of_ones_own_code_is_ones_own(coordinator, team, stranger, now):
    row = begun(coordinator, now, *team).round

    assert Visitor(stranger, now).get(f"/surveys/{row.code}/own/").status_code == 404
    assert Visitor(coordinator, now).get(f"/surveys/{row.code}/own/").status_code == 404
    events = AuditEvent.objects.count()
    assert slips.code_of_account(row.code, team[0].code) in Visitor(team[0], now).page(f"/surveys/{row.code}/own/")
    told = AuditEvent.objects.all()[events:].values_list("verb", flat=True)
    assert not [verb for verb in told if verb.startswith("survey.")], "that somebody went to answer is not written down"


def test_while_a_round_is_open_nothing_of_it_is_shown_and_afterwards_it_never_opens_again(coordinator, team, now):
    row = begun(coordinator, now, *team).round
    answered(row, team[:5], 4, now)
    visitor = Visitor(coordinator, now)

    for page in ("results/", "results.pdf", "results.csv", "over-time/", "steps/"):
        assert visitor.get(f"/surveys/{row.code}/{page}").status_code == 404
    with pytest.raises(NotVisible):
        results_for(coordinator, row, now)
    close_round(coordinator, row, now=now + timedelta(days=1))
    found = results_for(coordinator, row, now + timedelta(days=1))

    assert [one.words for one in found.factors] == ["4.0"] * 7
    with pytest.raises(NotVisible):
        answered(row, team[5:], 1, now + timedelta(days=1))
    with pytest.raises(RuleBroken):
        invite(coordinator, row, people=[(team[0].code, "school")], handed_out={}, now=now + timedelta(days=1))


def test_nothing_is_shown_of_four_answers_and_how_many_is_said_in_steps_of_five(coordinator, team, now):
    row = begun(coordinator, now, *team).round
    answered(row, team[:4], 1, now, change="Four wrote this.")

    few = results_for(coordinator, row, after(now))

    assert (few.factors, few.texts, few.told.answered) == ((), (), "fewer than 5")
    page = Visitor(coordinator, after(now)).page(f"/surveys/{row.code}/results/")
    assert "Fewer than five answered" in page
    assert "Four wrote this" not in page
    table = Visitor(coordinator, after(now)).get(f"/surveys/{row.code}/results.csv").content.decode()
    assert "1.0" not in table


def test_sentences_are_shown_from_five_on_even_where_more_people_answered(coordinator, team, now):
    row = begun(coordinator, now, *team).round
    answered(row, team[:4], 4, now, change="A marked sentence.")
    answered(row, team[4:], 4, now)

    found = results_for(coordinator, row, after(now))

    assert len(found.factors) == 7
    assert found.texts == ()


def test_a_small_discipline_cannot_be_worked_out_from_the_whole(coordinator, team, now):
    school = people(5, "school", now)
    row = begun(coordinator, now, *team, *school).round
    answered(row, team[:5], 5, now)
    answered(row, school[:1], 1, now)

    found = results_for(coordinator, row, after(now))

    assert [one.by_discipline for one in found.factors] == [()] * 7, "the larger one tells of the smaller"
    assert told_of(row).answered == "5 to 9"
    assert {one.apart for one in found.factors} == {""}


def test_two_rounds_that_lie_too_near_each_other_are_refused(coordinator, team, now):
    first = begun(coordinator, now, *team).round
    close_round(coordinator, first, now=now + timedelta(days=1))

    with pytest.raises(RuleBroken, match="too near"):
        begun(coordinator, now + timedelta(days=2), *team)
    with pytest.raises(RuleBroken, match="too near"):
        begun(coordinator, now + timedelta(days=14), *team)
    begun(coordinator, now + timedelta(days=15), *team)

    assert SurveyRound.objects.count() == 2
    begun(coordinator, now + timedelta(days=2), *team, instrument=shipped()["meeting-effectiveness"])


def test_fewer_than_five_cannot_even_be_asked(coordinator, team, now):
    with pytest.raises(RuleBroken, match="at least 5"):
        begun(coordinator, now, *team[:4])
    with pytest.raises(RuleBroken, match="at least 5"):
        begin_round(
            coordinator, region=REGION, instrument=shipped()["collaboration-short"], title="", opens_on=now.date(),
            closes_on=now.date(), people=[(team[0].code, "school")] * 5, handed_out={}, now=now,
        )  # fmt: skip
    assert not SurveyRound.objects.exists()


def test_who_is_reminded_is_said_to_nobody(coordinator, team, stranger, now):
    row = begun(coordinator, now, *team).round
    answered(row, team[:2], 4, now)
    Notice.objects.all().delete()

    remind(coordinator, row, now=now + timedelta(days=3))

    assert sorted(Notice.objects.values_list("account_code", flat=True)) == sorted(one.code for one in team[2:])
    assert set(Notice.objects.values_list("path", flat=True)) == {f"/surveys/{row.code}/own/"}
    event = AuditEvent.objects.get(verb="survey.reminded")
    assert event.details == {}
    page = Visitor(coordinator, now).page(f"/surveys/{row.code}/")
    assert "fewer than 5" in page
    assert not [one.name for one in team if one.name in page]
    with pytest.raises(NotPermitted):
        remind(stranger, row, now=now)


def test_a_name_that_was_invited_stands_nowhere_on_a_page_of_results(coordinator, team, now):
    row = begun(coordinator, now, *team).round
    answered(row, team, 2, now, change="Invented sentence.")

    visitor = Visitor(coordinator, after(now))
    whole = visitor.page(f"/surveys/{row.code}/results/") + visitor.page(f"/surveys/{row.code}/over-time/")

    assert whole.count("Invented sentence.") == 6
    for one in team:
        assert one.code not in whole
        assert one.name not in whole


def test_the_picture_is_no_finer_than_the_figure(coordinator, team, now):
    """A bar could be measured: 3.9 is drawn as 3.9, though the mean lies above."""
    row = begun(coordinator, now, *team).round
    answered(row, team[:5], 4, now)
    take_answers(NOBODY, slips.code_of_account(row.code, team[5].code), answers={**all_of(4), "trust.1": "3"}, now=now)

    found = {one.key: one.words for one in results_for(coordinator, row, after(now)).factors}
    page = Visitor(coordinator, after(now)).page(f"/surveys/{row.code}/results/")

    assert (found["trust"], found["roles"]) == ("3.9", "4.0")  # 3.944...
    widths = set(re.findall(r'class="chart__bar[^"]*"[^>]*width="([0-9.]+)"', page))
    assert len(widths) == 2
    assert min(map(float, widths)) == pytest.approx(max(map(float, widths)) * 3.9 / 4, abs=0.06)
