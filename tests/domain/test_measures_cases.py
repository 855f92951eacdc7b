"""Staffings per case, ongoing meetings, monthly reviews, documentation."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightdoor.domain.measures.cases import (
    met_again,
    met_again_with_consent,
    review_verdicts,
    reviewed,
    staffed,
    staffed_in_time,
)
from rightdoor.domain.measures.documentation import documented, emergency_documented, ongoing_documented, verdict_on
from rightdoor.domain.measures.measured import MET, OUTSIDE, PENDING, excluded, missed
from rightdoor.domain.measures.norms import Period
from rightdoor.domain.measures.rows import CaseRow, MeetingRow, Scheduled, StaffingRow
from tests.domain.measures import START, YEAR, asked, at, day, local, whole
from tests.domain.measures import ZONE as HERE

SECOND = timedelta(seconds=1)


def case(staffings: int = 0, kind: str = "ongoing", **more) -> CaseRow:
    held = tuple(StaffingRow(kind, at(24 * (number + 1)), f"m{number}") for number in range(staffings))  # type: ignore[arg-type]
    return CaseRow(START, accepted=True, staffings=held, **more)


# -------------------------------------------------------------------------------------------------- three or more


@pytest.mark.req("STAT-4")
def test_six_of_ten_cases_with_three_staffings_reach_the_aim() -> None:
    found = staffed([case(number) for number in (0, 1, 3, 3, 4, 2, 5, 3, 1, 3)], asked(period=YEAR))
    assert (found.numerator, found.denominator, found.share) == (6, 10, Fraction(3, 5))
    assert found.reaches_aim is True
    assert found.missed == {"0_held": 1, "1_held": 2, "2_held": 1}
    assert found.provisional is False


@pytest.mark.req("STAT-4")
def test_a_case_that_is_discussed_twice_in_one_meeting_was_staffed_once() -> None:
    row = case(3)
    twice = replace(row, staffings=(*row.staffings[:2], replace(row.staffings[0], held_at=at(25))))
    assert staffed([twice], asked(period=YEAR)).missed == {"2_held": 1}
    unnamed = replace(row, staffings=tuple(replace(one, meeting="") for one in row.staffings))
    assert staffed([unnamed], asked(period=YEAR)).numerator == 1


@pytest.mark.req("STAT-4")
def test_staffings_before_the_referral_and_after_the_year_do_not_count() -> None:
    row = case(2)
    for moment in (START - SECOND, local(2026, 1, 1)):
        more = replace(row, staffings=(*row.staffings, StaffingRow("ongoing", moment, "x")))
        assert staffed([more], asked(local(2026, 3, 1), YEAR)).numerator == 0
    first = replace(row, staffings=(*row.staffings, StaffingRow("emergency", START, "x")))
    assert staffed([first], asked(period=YEAR)).numerator == 1
    last = replace(row, staffings=(*row.staffings, StaffingRow("emergency", local(2025, 12, 31, 23, 59, 59), "x")))
    assert staffed([last], asked(local(2026, 3, 1), YEAR)).numerator == 1


@pytest.mark.req("STAT-4")
def test_before_the_year_is_over_the_figure_says_that_it_can_still_rise() -> None:
    found = staffed([case(3), case(1)], asked(local(2025, 12, 31, 23, 59, 58), YEAR))
    assert (found.numerator, found.denominator, found.provisional) == (1, 2, True)
    assert staffed([case(3)], asked(local(2025, 12, 31, 23, 59, 59), YEAR)).provisional is False


@pytest.mark.req("STAT-4")
def test_the_mature_cohort_waits_for_half_a_year() -> None:
    ready = START + timedelta(days=180)
    assert staffed_in_time([case(3)], asked(ready - SECOND, YEAR)).pending == 1
    found = staffed_in_time([case(3), case(2)], asked(ready, YEAR))
    assert (found.numerator, found.denominator, found.pending) == (1, 2, 0)


@pytest.mark.req("STAT-4")
def test_who_was_not_accepted_is_left_out_and_who_is_not_decided_is_pending() -> None:
    rows = [replace(case(3), accepted=False), replace(case(3), accepted=None), case(0)]
    found = staffed([*rows, replace(case(3), referred_at=local(2024, 12, 31, 23, 59))], asked(period=YEAR))
    assert (found.denominator, found.pending, found.outside) == (1, 1, 1)
    assert found.excluded == {"not_accepted": 1}
    assert whole(found) == 4


def test_a_measure_over_a_period_refuses_to_do_without_one() -> None:
    for function in (staffed, reviewed):
        with pytest.raises(ValueError, match="needs a period"):
            function([case(3, opened_at=START)], asked())


# --------------------------------------------------------------------------------------------- ongoing, and consent


@pytest.mark.req("STAT-4")
def test_refused_consent_is_a_reason_in_one_figure_and_left_out_of_the_other() -> None:
    rows = [case(1, consent="given"), case(0, consent="given"), case(0, consent="refused"), case(1, "emergency")]
    found = met_again(rows, asked())
    assert (found.numerator, found.denominator) == (1, 4)
    assert found.missed == {"consent_given": 1, "consent_not_known": 1, "consent_refused": 1}
    consented = met_again_with_consent(rows, asked())
    assert (consented.numerator, consented.denominator) == (1, 2)
    assert consented.excluded == {"consent_not_known": 1, "consent_refused": 1}


# ------------------------------------------------------------------------------------------------------------ reviews


def months(row: CaseRow, as_of: datetime | None = None) -> list[str]:
    return [one.kind for one in review_verdicts(row, asked(as_of, YEAR))]


@pytest.mark.req("STAT-4")
def test_only_full_months_of_an_open_case_owe_a_review() -> None:
    row = CaseRow(
        START, opened_at=local(2025, 6, 1), closed_at=local(2025, 9, 1), reviews=(local(2025, 7, 31, 23, 59),)
    )
    assert months(row) == ["missed", "met", "missed"]
    assert months(replace(row, opened_at=local(2025, 6, 1) + SECOND)) == ["met", "missed"]
    assert months(replace(row, closed_at=local(2025, 9, 1) - SECOND)) == ["missed", "met"]
    assert months(replace(row, opened_at=None)) == []
    # The first instant of August is no longer July.
    assert months(replace(row, reviews=(local(2025, 8, 1),))) == ["missed", "missed", "met"]


@pytest.mark.req("STAT-4")
def test_the_month_that_runs_is_pending_even_when_it_was_reviewed() -> None:
    row = CaseRow(START, opened_at=local(2025, 6, 1), reviews=(local(2025, 7, 2),))
    assert months(row, local(2025, 7, 31, 23, 59, 58)) == ["missed", "pending"]
    assert months(row, local(2025, 7, 31, 23, 59, 59)) == ["missed", "met"]
    # A closing after the cut-off is not known yet.
    assert months(replace(row, closed_at=local(2025, 7, 20)), local(2025, 7, 10)) == ["missed", "pending"]
    weekly = (Scheduled(local(2025, 7, 20), 7),)
    assert months(replace(row, schedule=weekly), local(2025, 7, 10)) == ["missed", "pending"]


@pytest.mark.req("STAT-4")
def test_a_rhythm_of_its_own_counts_in_place_of_months() -> None:
    opened = local(2025, 6, 2)
    row = CaseRow(
        START,
        opened_at=opened,
        closed_at=opened + timedelta(days=30),
        schedule=(Scheduled(opened, 7),),
        reviews=(opened, opened + timedelta(days=7), opened + timedelta(days=27, hours=1)),
    )
    assert months(row) == ["met", "met", "missed", "met"]
    calm = replace(row, closed_at=local(2025, 10, 1), schedule=(Scheduled(opened, 7), Scheduled(local(2025, 7, 1))))
    found = reviewed([calm], asked(period=YEAR))
    assert (found.numerator, found.denominator, found.excluded) == (3, 4, {"on_request": 3})


@pytest.mark.req("STAT-4")
def test_a_span_belongs_to_the_period_in_which_it_ends() -> None:
    opened = local(2024, 12, 20)
    row = CaseRow(opened, opened_at=opened, schedule=(Scheduled(opened - timedelta(days=5), 30),))
    january = Period(day("2025-01-01"), day("2025-01-31"), HERE)
    assert [one.kind for one in review_verdicts(row, asked(local(2025, 3, 1), january))] == ["missed"]
    assert [one.kind for one in review_verdicts(row, asked(local(2025, 1, 10), january))] == ["pending"]
    with pytest.raises(ValueError, match="a day or more"):
        months(replace(row, schedule=(Scheduled(opened, 0),)))


@pytest.mark.req("STAT-4")
@given(st.integers(1, 400), st.integers(0, 500), st.integers(0, 700), st.integers(0, 800))
def test_no_case_owes_more_spans_than_it_has_days(days: int, opened: int, length: int, until: int) -> None:
    begin = local(2024, 6, 1) + timedelta(days=opened)
    row = CaseRow(begin, opened_at=begin, closed_at=begin + timedelta(days=length), schedule=(Scheduled(begin, days),))
    owed = list(review_verdicts(row, asked(local(2024, 6, 1) + timedelta(days=until), YEAR)))
    assert len(owed) <= min(length, 365) // days + 1
    assert owed.count(PENDING) <= 1


# ------------------------------------------------------------------------------------------------------ documentation


def meeting(record: float | None = None, plan: float | None = None, kind: str = "emergency", **more) -> MeetingRow:
    def moment(hours: float | None) -> datetime | None:
        return None if hours is None else at(hours)

    return MeetingRow(
        kind,  # type: ignore[arg-type]
        at(-2),
        ended_at=START,
        record_shared_at=moment(record),
        plan_shared_at=moment(plan),
        **more,
    )


@pytest.mark.req("STAT-4")
def test_from_friday_afternoon_to_monday_afternoon_is_in_time() -> None:
    friday, monday = local(2025, 6, 6, 16), local(2025, 6, 9, 16)
    row = MeetingRow("emergency", local(2025, 6, 6, 15), friday, record_shared_at=monday, plan_shared_at=monday)
    assert verdict_on(row, asked()) == MET
    assert verdict_on(replace(row, plan_shared_at=monday + SECOND), asked()) == missed("plan")


@pytest.mark.req("STAT-4")
def test_both_must_be_there_and_a_miss_says_what_was_late() -> None:
    assert verdict_on(meeting(72, 72), asked()) == MET
    assert verdict_on(meeting(73, 1), asked()) == missed("record")
    assert verdict_on(meeting(1), asked()) == missed("plan")
    assert verdict_on(meeting(), asked()) == missed("record_and_plan")
    assert verdict_on(meeting(1, plan_is_owed=False), asked()) == MET
    assert verdict_on(meeting(1, 1, is_cancelled=True), asked()) == excluded("cancelled")


@pytest.mark.req("STAT-4")
def test_what_is_not_due_is_pending_and_what_came_before_counts_at_once() -> None:
    assert verdict_on(meeting(1, 40), asked(at(30))) == PENDING
    assert verdict_on(meeting(1, 40), asked(at(40))) == MET
    assert verdict_on(meeting(1), asked(at(72) - SECOND)) == PENDING
    assert verdict_on(meeting(1), asked(at(72))) == missed("plan")
    assert verdict_on(meeting(1), asked(at(-1))) == OUTSIDE


@pytest.mark.req("STAT-4")
def test_without_an_end_the_hours_count_from_the_start() -> None:
    row = replace(meeting(71, 71), ended_at=None)
    assert verdict_on(row, asked()) == missed("record_and_plan")


@pytest.mark.req("STAT-4")
def test_emergency_and_ongoing_are_told_apart_and_together() -> None:
    rows = [meeting(1, 1), meeting(80, 1, "ongoing"), meeting(1, 1, "case_review"), meeting()]
    found = documented(rows, asked())
    assert (found.numerator, found.denominator) == (2, 4)
    one, two = emergency_documented(rows, asked()), ongoing_documented(rows, asked())
    assert [(it.numerator, it.denominator, it.outside) for it in (one, two)] == [(1, 2, 2), (1, 2, 2)]
    assert [it.part for it in found.parts] == ["emergency", "ongoing"]
