"""Caseload, plans and endings: what a case or a review is to each figure, and that no reason is without its words."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from rightdoor.casework.plans.deidentified import CarriedRow, LookedAtRow
from rightdoor.domain.measures.measured import MET, OUTSIDE, PENDING, missed
from rightdoor.domain.measures.norms import Period
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.oversight.statistics import words
from rightdoor.oversight.statistics.beside import (
    BANDS,
    LONGER,
    band,
    carried,
    carried_verdict,
    ended,
    looked_at_verdict,
    measures_beside,
    planned,
    planned_verdict,
)
from tests.domain.measures import NORMS, START, YEAR, asked, at

BEFORE = datetime(2024, 5, 1, 12, tzinfo=START.tzinfo)


def case(opened: datetime = START, **more) -> CarriedRow:
    return CarriedRow(opened, **more)


@pytest.mark.req("STAT-4")
@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (case(), MET),
        (case(BEFORE), MET),
        (case(closed_at=at(24)), missed("closed")),
        (case(BEFORE, closed_at=YEAR.since - timedelta(seconds=1)), OUTSIDE),
        (case(YEAR.until + timedelta(days=1)), OUTSIDE),
        (case(closed_at=YEAR.until + timedelta(days=9)), MET),
    ],
)
def test_a_case_is_open_at_the_end_or_closed_by_then_or_not_of_this_time(row, verdict) -> None:
    assert carried_verdict(row, asked(period=YEAR)) == verdict


@pytest.mark.req("STAT-4")
def test_the_end_of_a_running_time_is_the_cut_off() -> None:
    running = asked(at(48), YEAR)
    assert carried_verdict(case(closed_at=at(72)), running) == MET
    assert carried_verdict(case(closed_at=at(48)), running) == missed("closed")
    assert carried_verdict(case(at(49)), running) == OUTSIDE


@pytest.mark.req("STAT-4")
def test_caseload_tells_who_came_and_went_by_mode() -> None:
    rows = [
        case(mode="ongoing"),
        case(BEFORE, mode="investigative"),
        case(BEFORE, closed_at=at(5), mode="ongoing"),
        case(BEFORE, again_at=at(9), mode="ongoing"),
        case(BEFORE, closed_at=BEFORE + timedelta(days=1)),
    ]
    found = carried(rows, asked(period=YEAR))

    assert (found.numerator, found.denominator, found.outside) == (3, 4, 1)
    assert found.counts == {"opened": 1, "closed": 1, "opened_again": 1}
    assert found.mix == {"investigative": 1, "ongoing": 2}


@pytest.mark.req("STAT-4")
@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (case(), missed("no_plan")),
        (case(adopted_at=at(10)), MET),
        (case(adopted_at=YEAR.until + timedelta(days=1)), missed("no_plan")),
        (case(YEAR.until - timedelta(hours=71)), PENDING),
        (case(BEFORE, again_at=YEAR.until - timedelta(hours=71)), PENDING),
        (case(closed_at=at(5)), OUTSIDE),
    ],
)
def test_an_open_case_has_a_plan_or_lacks_one_or_is_too_new(row, verdict) -> None:
    assert planned_verdict(row, asked(period=YEAR)) == verdict
    assert planned([row], asked(period=YEAR)).numerator == (verdict == MET)


@pytest.mark.req("STAT-4", "CASE-6")
@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (LookedAtRow(at(10), at(10)), MET),
        (LookedAtRow(at(10), at(10) + timedelta(seconds=1)), missed("late")),
        (LookedAtRow(None, at(1)), MET),
        (LookedAtRow(at(10)), missed("not_done")),
        (LookedAtRow(at(49)), PENDING),
        (LookedAtRow(at(49), at(50)), PENDING),  # after the cut-off it has not happened
        (LookedAtRow(BEFORE, BEFORE), OUTSIDE),
        (LookedAtRow(BEFORE), OUTSIDE),
        (LookedAtRow(None), OUTSIDE),
    ],
)
def test_a_plan_is_looked_at_in_time_late_or_not_at_all(row, verdict) -> None:
    assert looked_at_verdict(row, asked(at(48), YEAR)) == verdict


@pytest.mark.req("STAT-4", "CASE-14")
def test_endings_are_told_by_how_long_and_those_still_open_count_in_the_median() -> None:
    rows = [case(closed_at=START + timedelta(days=days)) for days in (30, 31, 200)] + [case(), case(), case()]
    found = ended(rows, asked(period=YEAR))

    assert (found.numerator, found.denominator) == (3, 6)
    assert found.mix == {"181_to_365_days": 1, "31_to_90_days": 1, "up_to_30_days": 1}
    assert found.times is not None
    assert (found.times.median, found.times.ninetieth) == (timedelta(days=200), None)
    assert (found.times.done, found.times.waiting) == (3, 3)


def test_a_band_s_upper_end_belongs_to_it() -> None:
    for days, key in BANDS:
        assert band(timedelta(days=days)) == key
        assert band(timedelta(days=days, seconds=1)) != key
    assert band(timedelta(days=366)) == LONGER


@pytest.mark.req("STAT-4")
def test_every_figure_has_its_definition_and_asks_for_its_time() -> None:
    for name, one in measures_beside(NORMS).items():
        assert one.about.name == name
        assert one.about.in_words.count("{") == 0
        assert one.judge is not None
    for name in ("K1", "K2", "K4"):
        with pytest.raises(ValueError, match="period"):
            measures_beside(NORMS)[name].work_out([case()], asked())


@pytest.mark.req("STAT-4")
def test_every_reason_is_said_in_words() -> None:
    pack = active_pack()
    keys = [*words.REASONS, "0_held", "2_held", "not_seen", "never_heard_of"]
    keys += [key for key, _ in pack.trafficking.sources.pairs()]
    keys += [key for key, _ in pack.eligibility_words.ineligible_reasons.pairs()]
    for key in keys:
        assert "_" not in words.reason(key), key
    assert words.reason("2_held") == "2 held"
    assert words.reason("") == words.reason("not_told") == "No reason on record"
    assert words.source("unknown") == "Not on record"


@pytest.mark.req("STAT-4")
def test_a_figure_without_anything_to_divide_by_says_none_and_no_zero() -> None:
    none = carried([], asked(period=YEAR))
    assert words.out_of(none) == "None in this time"
    assert words.share(none) == words.interval(none) == words.times(none) == words.aim(none) == ""
    day = Period(YEAR.first, YEAR.first, YEAR.zone)
    assert words.out_of(planned([case()], asked(period=day))) == "None in this time"
