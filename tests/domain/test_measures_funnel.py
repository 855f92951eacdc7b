"""From a referral to what became of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightdoor.domain.measures.funnel import (
    ENDING_WORDS,
    INSIDE,
    OUTSIDE,
    STOPPED_WORDS,
    Path,
    ended_as,
    funnel,
    stopped_at,
)

pytestmark = pytest.mark.req("STAT-4")

paths = st.builds(
    Path,
    eligible=st.sampled_from([None, True, False]),
    is_tiered=st.booleans(),
    is_staffed=st.booleans(),
    is_planned=st.booleans(),
    has_case=st.booleans(),
    is_closed=st.booleans(),
    reason=st.sampled_from(["", "age", "unverifiable"]),
    ending=st.sampled_from(["", "goals_met"]),
    is_first=st.booleans(),
)
ALL_THE_WAY = Path(True, True, True, True, True)


def test_each_step_counts_those_who_took_every_step_before() -> None:
    found = funnel(
        [
            ALL_THE_WAY,
            Path(True, True, True),
            Path(True, True),
            Path(True),
            Path(False, is_tiered=True, is_staffed=True, reason="age"),
            Path(None, is_tiered=True),
        ]
    )
    assert [(one.key, one.count, one.of) for one in found.steps] == [
        ("referred", 6, 6),
        ("eligible", 4, 6),
        ("tiered", 3, 4),
        ("staffed", 2, 3),
        ("planned", 1, 2),
    ]
    assert found.ineligible == {"age": 1}


def test_not_decided_is_not_told_as_turned_away() -> None:
    found = funnel([Path(None)])
    assert (found.stopped["undecided"], found.stopped["ineligible"]) == (1, 0)


def test_a_case_that_ended_is_told_by_how_it_ended() -> None:
    ended = Path(True, True, True, True, True, True, ending="goals_met")
    found = funnel([ended, Path(True, True, True, True, True, True), ALL_THE_WAY, Path(True)])
    assert found.cases == {"no_case": 1, "open": 1, "closed": 2}
    assert found.endings == {"goals_met": 1, "unknown": 1}


def test_persons_inside_are_counted_once_and_never_added_to_those_outside() -> None:
    found = funnel([Path(True, is_first=True), Path(True, is_first=False)], persons_outside=40)
    assert (found.persons_inside, found.persons_outside) == (1, 40)
    assert "once" in INSIDE
    assert "Never to be added" in OUTSIDE


def test_persons_are_not_guessed_where_it_is_not_known_who_is_who() -> None:
    assert funnel([Path(True, is_first=True), Path(True)]).persons_inside is None


def test_a_share_of_few_has_its_interval() -> None:
    few, many = funnel([ALL_THE_WAY] * 9), funnel([ALL_THE_WAY] * 100)
    assert few.steps[1].interval is not None
    assert many.steps[1].interval is None
    assert few.steps[0].interval is None


def test_nothing_referred_is_no_share() -> None:
    assert [one.count for one in funnel([]).steps] == [0, 0, 0, 0, 0]


@given(st.lists(paths))
def test_nobody_is_lost_or_counted_twice(rows: list[Path]) -> None:
    found = funnel(rows)
    assert sum(found.stopped.values()) == sum(found.cases.values()) == len(rows)
    assert sum(found.ineligible.values()) == found.stopped["ineligible"]
    assert sum(found.endings.values()) == found.cases["closed"]
    counts = [one.count for one in found.steps]
    assert counts == sorted(counts, reverse=True)


@given(paths)
def test_every_way_has_its_words(path: Path) -> None:
    assert stopped_at(path) in STOPPED_WORDS
    assert ended_as(path) in ENDING_WORDS
