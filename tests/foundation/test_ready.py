"""The text of a query is kept, its answer is not; and what a page keeps ends with the page, and is its person's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.ready import Ready, while_reading
from rightdoor.foundation.ui.reading import read_only


def test_every_asking_goes_to_the_database_with_its_own_values(coordinator: Viewer, now: datetime) -> None:
    ready = Ready(
        lambda role, now: Grant.objects.filter(role=role, starts_at__lte=now).values_list("role", "region"),
        role="?role",
        now=datetime(1, 1, 2, tzinfo=UTC),
    )
    assert ready.rows(role="care_coordinator", now=now) == [("care_coordinator", "capital")]
    assert ready.rows(role="care_coordinator", now=now - timedelta(days=90)) == []
    assert ready.rows(role="auditor", now=now) == []
    Grant.objects.update(role="auditor")
    assert ready.rows(role="auditor", now=now) == [("auditor", "capital")]
    assert ready.rows(role="care_coordinator", now=now) == []


def test_a_value_that_the_query_does_not_ask_for_is_no_mark(db: None) -> None:
    ready = Ready(lambda role, more: Grant.objects.filter(role=role).values_list("role"), role="?role", more="?more")
    with pytest.raises(AssertionError, match="every mark"):
        ready.rows(role="auditor", more="")


def test_the_same_question_is_asked_once_a_page_and_again_by_the_next(db: None) -> None:
    asked: list[int] = []

    def ask() -> int:
        asked.append(1)
        return len(asked)

    assert [while_reading("it", ask), while_reading("it", ask)] == [1, 2]
    with read_only():
        assert [while_reading("it", ask), while_reading("it", ask), while_reading("else", ask)] == [3, 3, 4]
    with read_only():
        assert while_reading("it", ask) == 5
    assert while_reading("it", ask) == 6
