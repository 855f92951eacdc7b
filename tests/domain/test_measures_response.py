"""R1 to R4: elapsed hours, tiers that change, who counts, and those who still wait."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightdoor.domain.measures.measured import MET, OUTSIDE, PENDING, excluded, missed
from rightdoor.domain.measures.norms import year_of
from rightdoor.domain.measures.response import (
    due_at,
    due_from_receipt,
    name_of,
    response_of_tier,
    response_overall,
    verdict_on,
)
from rightdoor.domain.measures.rows import ReferralRow, TierSet
from rightdoor.domain.measures.survival import times_of
from tests.domain.measures import START, ZONE, asked, at, local, whole

SECOND = timedelta(seconds=1)


def referral(*tiers: int | tuple[int, float], held: float | None = None, **more) -> ReferralRow:
    """Received at START; tiers as numbers, or (number, hours after START)."""
    steps = tuple(TierSet(one) if isinstance(one, int) else TierSet(one[0], at(one[1])) for one in tiers)
    return ReferralRow(START, steps, None if held is None else at(held), eligible=True, **more)


@pytest.mark.req("INT-11", "STAT-4")
def test_hours_are_elapsed_hours_across_daylight_saving() -> None:
    spring = ReferralRow(local(2025, 3, 8, 10), (TierSet(1),), local(2025, 3, 10, 10, 30))
    autumn = ReferralRow(local(2025, 11, 1, 9), (TierSet(1),), local(2025, 11, 3, 8, 45))
    assert spring.held_at is not None
    assert spring.held_at - spring.received_at == timedelta(hours=47.5)
    assert verdict_on(spring, asked()) == MET
    assert autumn.held_at is not None
    assert autumn.held_at - autumn.received_at == timedelta(hours=48.75)
    assert verdict_on(autumn, asked()) == missed()


@pytest.mark.req("INT-11")
@pytest.mark.parametrize(("tier", "hours"), [(1, 48), (2, 72), (3, 168)])
def test_exactly_on_the_second_is_met_and_a_second_later_is_missed(tier: int, hours: int) -> None:
    assert verdict_on(referral(tier, held=hours), asked()) == MET
    late = replace(referral(tier), held_at=at(hours) + SECOND, late_cause="no_guardian")
    assert verdict_on(late, asked()) == missed("no_guardian")


@pytest.mark.req("INT-11")
def test_a_slow_tier_met_early_is_met() -> None:
    assert verdict_on(referral(3, held=20), asked()) == MET


@pytest.mark.req("INT-11")
def test_not_due_is_pending_and_due_without_a_meeting_is_missed() -> None:
    waiting = referral(1)
    assert verdict_on(waiting, asked(at(48) - SECOND)) == PENDING
    assert verdict_on(waiting, asked(at(48))) == missed()
    # Held before it is due: it counts at once.
    assert verdict_on(referral(1, held=5), asked(at(6))) == MET


@pytest.mark.req("INT-11")
def test_what_happens_after_the_cut_off_has_not_happened() -> None:
    later = referral(1, held=40, withdrawn_at=at(30))
    assert verdict_on(later, asked(at(20))) == PENDING
    assert verdict_on(later, asked(START - SECOND)) == OUTSIDE
    assert verdict_on(later, asked(START)) == PENDING
    assert verdict_on(replace(later, eligible=False, decided_at=at(25)), asked(at(20))) == PENDING


@pytest.mark.req("INT-11")
def test_who_is_left_out_is_left_out_with_a_reason_and_only_before_it_was_due() -> None:
    assert verdict_on(referral(1, is_duplicate=True), asked()) == excluded("duplicate")
    turned = replace(referral(1), eligible=False, decided_at=at(47))
    assert verdict_on(turned, asked()) == excluded("ineligible")
    assert verdict_on(replace(turned, decided_at=at(48)), asked()) == missed()
    assert verdict_on(replace(turned, decided_at=None), asked()) == missed()
    assert verdict_on(referral(1, withdrawn_at=at(47)), asked()) == excluded("withdrawn")
    assert verdict_on(referral(1, withdrawn_at=at(48)), asked()) == missed()
    # Whether somebody is a duplicate, or eligible, and nobody has said: it counts.
    assert verdict_on(replace(referral(1), eligible=None), asked()) == missed()


@pytest.mark.req("INT-11")
def test_a_referral_that_nobody_has_triaged_is_held_to_the_fastest_tier() -> None:
    row = referral(held=60)
    assert verdict_on(row, asked(), 1) == missed()
    assert verdict_on(row, asked(), 2) == OUTSIDE
    assert response_overall([row], asked()).counts["untriaged"] == 1


@pytest.mark.req("INT-11")
def test_found_not_eligible_without_ever_having_a_tier_it_owed_no_meeting() -> None:
    late = replace(referral(), eligible=False, decided_at=at(90))
    assert verdict_on(late, asked()) == excluded("ineligible")
    assert verdict_on(replace(late, tiers=(TierSet(1),)), asked()) == missed()
    assert verdict_on(late, replace(asked(), as_of=at(60))) == missed()  # as it stood then, nobody had decided


@pytest.mark.req("INT-11")
@pytest.mark.parametrize(
    ("tiers", "due"),
    [
        ((3, (1, 10)), 58),  # faster: its own hours after the change
        ((3, (1, 150)), 168),  # faster, but the old time comes first
        ((1, (3, 10)), 168),  # slower, in time
        ((1, (3, 48)), 168),  # slower, on the very second
        ((1, (3, 49)), 48),  # slower, after it had passed: nothing is lengthened
        ((3, (1, 60), (2, 70)), 108),  # slower again: never earlier than it was
        (((1, 30),), 48),  # the first one counts from receipt, whenever it was set
        ((2, (2, 30)), 72),
    ],
)
def test_a_tier_that_changes_moves_the_time(tiers: tuple, due: float) -> None:
    assert due_at(referral(*tiers), asked()) == at(due)


@pytest.mark.req("INT-11")
def test_a_change_after_the_meeting_changes_nothing() -> None:
    row = referral(3, (1, 100), held=90)
    assert due_at(row, asked()) == at(168)
    assert verdict_on(row, asked(), 3) == MET
    assert verdict_on(row, asked(), 1) == OUTSIDE


@pytest.mark.req("INT-11")
def test_the_first_and_the_last_tier_are_told_and_where_the_desk_was_stricter() -> None:
    rows = [referral(3, (1, 40), held=80), referral(3, (1, 10), held=40), referral(2, held=1)]
    found = response_of_tier(rows, asked(), 1)
    assert due_from_receipt(rows[0], asked()) == at(48)
    assert (found.numerator, found.denominator, found.outside) == (2, 2, 1)
    assert found.counts == {"met_but_late_on_the_desk": 1, "tier_3_to_1": 2, "untriaged": 0}


def test_a_tier_that_the_state_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="no tier 4"):
        response_of_tier([], asked(), 4)
    with pytest.raises(ValueError, match="no tier 9"):
        response_overall([referral(9)], asked())
    assert [name_of(tier) for tier in (1, 3, 4)] == ["R1", "R3", "R_tier_4"]


@pytest.mark.req("STAT-4")
def test_a_period_takes_the_referrals_received_in_it() -> None:
    first, last = local(2025, 1, 1), local(2025, 12, 31, 23, 59, 59)
    for moment, told in ((first, MET), (last, MET), (first - SECOND, OUTSIDE), (last + SECOND, OUTSIDE)):
        row = ReferralRow(moment, (TierSet(1),), moment + timedelta(hours=1))
        assert verdict_on(row, asked(local(2026, 6, 1), year_of(2025, ZONE))) == told


hours = st.integers(0, 400)
moments = st.none() | st.builds(at, hours)
flags = st.none() | st.booleans()
rows = st.lists(
    st.builds(
        ReferralRow,
        received_at=st.builds(at, st.integers(0, 50)),
        tiers=st.lists(st.builds(TierSet, st.integers(1, 3), st.builds(at, hours)), max_size=3).map(tuple),
        held_at=st.none() | st.builds(at, st.integers(50, 500)),
        eligible=flags,
        decided_at=moments,
        withdrawn_at=moments,
        is_duplicate=flags,
    ),
    max_size=12,
)


@pytest.mark.req("STAT-4", "INT-11")
@given(rows, st.integers(0, 500), st.randoms(use_true_random=False))
def test_the_tiers_add_up_nothing_vanishes_and_order_does_not_matter(counted, until, dice) -> None:
    moment = asked(at(until))
    found = response_overall(counted, moment)
    assert whole(found) == len(counted)
    for name in ("numerator", "denominator", "pending"):
        assert sum(getattr(one, name) for one in found.parts) == getattr(found, name)
    dice.shuffle(counted)
    assert response_overall(counted, moment) == found


@pytest.mark.req("STAT-4")
@given(rows)
def test_a_pending_referral_changes_no_share(counted) -> None:
    moment = asked(at(60))
    more = ReferralRow(at(50), (TierSet(1),))
    before, after = response_overall(counted, moment), response_overall([*counted, more], moment)
    assert after.share == before.share
    assert after.pending == before.pending + 1


@pytest.mark.req("INT-11")
@given(rows, st.integers(0, 500))
def test_a_tier_never_makes_a_meeting_count_that_was_later_than_every_limit_allows(counted, until) -> None:
    moment = asked(at(until))
    for row in counted:
        due = due_at(row, moment)
        assert due_from_receipt(row, moment) <= due <= row.received_at + timedelta(hours=168)


# ------------------------------------------------------------------------------------------------ those who still wait


def spans(*told: tuple[int, bool]) -> list[tuple[timedelta, bool]]:
    return [(timedelta(hours=one), over) for one, over in told]


@pytest.mark.req("INT-11", "STAT-7")
def test_kaplan_meier_has_the_values_worked_out_by_hand() -> None:
    # 6, 6, 6 of 21 end, one is cut off at 6, and so on: the 6-MP arm of Freireich's trial; its median is 23 weeks.
    freireich = spans(
        (6, True), (6, True), (6, True), (6, False), (7, True), (9, False), (10, True), (10, False), (11, False),
        (13, True), (16, True), (17, False), (19, False), (20, False), (22, True), (23, True), (25, False),
        (32, False), (32, False), (34, False), (35, False),
    )  # fmt: skip
    found = times_of(freireich)
    assert (found.median, found.ninetieth) == (timedelta(hours=23), None)
    assert (found.done, found.waiting) == (9, 12)


@pytest.mark.req("INT-11")
def test_without_anybody_waiting_it_is_the_plain_median() -> None:
    found = times_of(spans(*((number, True) for number in range(1, 11))))
    assert (found.median, found.ninetieth) == (timedelta(hours=5), timedelta(hours=9))


@pytest.mark.req("INT-11")
def test_nothing_is_told_before_half_have_been_met() -> None:
    assert times_of([]).median is None
    assert times_of(spans((5, True), (9, False), (9, False))).median is None
    assert times_of(spans((5, True), (9, False))).median == timedelta(hours=5)


@pytest.mark.req("INT-11")
def test_those_who_wait_make_the_median_longer_and_not_shorter() -> None:
    held = [referral(1, held=number) for number in (10, 20, 30)]
    waiting = [replace(referral(1), received_at=START - timedelta(hours=10)) for _ in range(2)]
    without = response_overall(held, asked(at(40))).times
    found = response_overall([*held, *waiting], asked(at(40))).times
    assert without is not None
    assert found is not None
    assert (without.median, found.median) == (timedelta(hours=20), timedelta(hours=30))
    assert (found.done, found.waiting) == (3, 2)


@pytest.mark.req("INT-11")
def test_who_was_turned_away_stops_waiting() -> None:
    row = replace(referral(1), eligible=False, decided_at=at(60))
    found = response_overall([row, referral(1, held=80)], asked(at(500))).times
    assert found is not None
    # Until the cut-off it would still wait, and nobody could tell the 90th percentile.
    assert (found.median, found.ninetieth, found.waiting) == (timedelta(hours=80), timedelta(hours=80), 1)


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=40))
def test_the_quick_way_agrees_with_exact_fractions(told: list[tuple[int, bool]]) -> None:
    found = times_of(spans(*told))
    waits, reached = Fraction(1), {}
    for span in sorted({one for one, over in told if over}):
        risk = sum(one >= span for one, _ in told)
        waits *= 1 - Fraction(sum(one == span and over for one, over in told), risk)
        for limit in (Fraction(1, 2), Fraction(1, 10)):
            if waits <= limit:
                reached.setdefault(limit, timedelta(hours=span))
    assert (found.median, found.ninetieth) == (reached.get(Fraction(1, 2)), reached.get(Fraction(1, 10)))


def test_ten_years_of_a_state_are_counted_in_good_time() -> None:
    dice = random.Random(23)
    counted = [referral(dice.randint(1, 3), held=dice.choice([None, dice.random() * 300])) for _ in range(3000)]
    found = response_overall(counted, asked(datetime(2035, 1, 1, tzinfo=UTC)))
    assert found.denominator == 3000


@pytest.mark.req("INT-11", "STAT-4")
def test_the_time_that_the_desk_set_is_the_one_that_counts() -> None:
    upgraded = referral(3, (1, 100), held=120)
    # By the tiers alone it is due 48 hours after the change; the desk counts every limit from receipt.
    assert due_at(upgraded, asked()) == at(148)
    assert verdict_on(upgraded, asked()) == MET
    as_on_the_desk = replace(upgraded, due_at=at(48))
    assert due_at(as_on_the_desk, asked()) == at(48)
    assert verdict_on(as_on_the_desk, asked()) == missed()
    assert response_overall([as_on_the_desk], asked()).counts["met_but_late_on_the_desk"] == 0
    assert response_overall([upgraded], asked()).counts["met_but_late_on_the_desk"] == 1


@pytest.mark.req("INT-11")
@pytest.mark.parametrize(("held", "verdict"), [(60, MET), (60.001, missed()), (None, missed())])
def test_on_the_second_of_the_desk_is_met(held: float | None, verdict) -> None:
    assert verdict_on(referral(1, held=held, due_at=at(60)), asked()) == verdict


@pytest.mark.req("INT-11")
def test_not_yet_due_on_the_desk_is_pending_and_turned_away_before_it_is_left_out() -> None:
    assert verdict_on(referral(1, due_at=at(60)), asked(at(50))) == PENDING
    away = replace(referral(1, due_at=at(60)), eligible=False, decided_at=at(55))
    assert verdict_on(away, asked()) == excluded("ineligible")
    assert verdict_on(replace(away, decided_at=at(61)), asked()) == missed()
