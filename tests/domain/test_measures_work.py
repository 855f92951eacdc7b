"""Coordinators, agreements, where referrals come from, screening, providers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightdoor.domain.measures.agreements import advised, agreement_verdict, protocol_verdict, renewed, reviewed
from rightdoor.domain.measures.catalogue import catalogue, measure
from rightdoor.domain.measures.coordinators import active_days, reached_out, trained
from rightdoor.domain.measures.measured import MET, OUTSIDE, PENDING, excluded, missed, percent
from rightdoor.domain.measures.norms import Period
from rightdoor.domain.measures.providers import answered, verdict_on
from rightdoor.domain.measures.referrals import completed, ineligible, sources
from rightdoor.domain.measures.rows import (
    AgreementRow,
    CoordinatorRow,
    OutgoingRow,
    OutreachRow,
    ProtocolRow,
    ProviderRow,
    ReferralRow,
    RegionRow,
    ScreeningRow,
    ScreenRow,
    Signature,
    Stay,
    TrainingRow,
)
from rightdoor.domain.measures.screening import found as screening_found
from rightdoor.domain.measures.screening import screened
from tests.domain.measures import NORMS, START, YEAR, ZONE, asked, at, day, local, whole

ALL_YEAR = (Stay(day("2024-06-01")),)


# -------------------------------------------------------------------------------------------------------- coordinators


def training(key: str, on: str, **more) -> TrainingRow:
    return replace(TrainingRow(key, day(on), "Signs", "Teachers", True, 10), **more)


@pytest.mark.req("STAT-4")
def test_a_month_counts_from_the_fifteenth_active_day_on() -> None:
    for until, told in (("2025-03-15", (1, 0)), ("2025-03-14", (0, 1))):
        row = CoordinatorRow("c1", (Stay(day("2025-03-01"), day(until)),))
        found = trained([row], asked(period=YEAR))
        assert (found.denominator, found.excluded.get("active_too_short", 0)) == told


@pytest.mark.req("STAT-4")
def test_a_training_counts_for_each_who_gave_it_and_its_audience_once() -> None:
    both = training("t1", "2025-03-10")
    stay = (Stay(day("2025-03-01"), day("2025-03-31")),)
    rows = [CoordinatorRow(key, stay, (both,)) for key in ("c1", "c2")]
    found = trained(rows, asked(period=YEAR))
    assert (found.numerator, found.denominator) == (2, 2)
    assert found.counts == {"attendees": 10, "trainings": 1, "trainings_that_lack_something": 0}


@pytest.mark.req("STAT-4")
@pytest.mark.parametrize("lacks", [{"topic": " "}, {"audience": ""}, {"has_sign_in": False}, {"has_sign_in": None}])
def test_a_training_without_topic_audience_or_sign_in_sheet_does_not_count(lacks: dict) -> None:
    row = CoordinatorRow("c1", (Stay(day("2025-03-01"), day("2025-03-31")),), (training("t1", "2025-03-10", **lacks),))
    found = trained([row], asked(period=YEAR))
    assert (found.numerator, found.counts["trainings_that_lack_something"]) == (0, 1)
    mended = replace(row, coordinator="c2", trainings=(training("t1", "2025-03-10"),))
    assert trained([row, mended], asked(period=YEAR)).counts["trainings_that_lack_something"] == 0


@pytest.mark.req("STAT-4")
def test_the_month_that_runs_is_pending_and_what_is_to_come_is_nothing() -> None:
    row = CoordinatorRow("c1", ALL_YEAR, (training("t1", "2025-01-10"), training("t2", "2025-03-01")))
    found = trained([row], asked(local(2025, 3, 20), YEAR))
    assert (found.numerator, found.denominator, found.pending) == (1, 2, 1)
    assert trained([row], asked(local(2025, 3, 31, 23, 59, 59), YEAR)).numerator == 2
    assert trained([row], asked(local(2025, 3, 1, 12), YEAR)).counts["trainings"] == 2
    assert trained([row], asked(local(2025, 2, 28, 12), YEAR)).counts["trainings"] == 1


@pytest.mark.req("STAT-4")
def test_outreach_is_owed_for_the_months_of_activity_rounded_up() -> None:
    def row(events: int, *stays: Stay) -> CoordinatorRow:
        given = tuple(OutreachRow(f"e{number}", day("2025-02-03"), 5) for number in range(events))
        return CoordinatorRow("c1", stays or ALL_YEAR, (), given)

    five = Stay(day("2025-01-01"), day("2025-05-31"))  # 10 x 5 / 12 = 4.17
    for one, told in ((row(10), 1), (row(9), 0), (row(5, five), 1), (row(4, five), 0)):
        assert reached_out([one], asked(period=YEAR)).numerator == told
    short = row(9, Stay(day("2025-05-01"), day("2025-05-10")))
    assert reached_out([short], asked(period=YEAR)).excluded == {"active_too_short": 1}
    assert reached_out([row(1, Stay(day("2024-05-01"), day("2024-05-10")))], asked(period=YEAR)).outside == 1
    # Half a year asks for half; a month that has just begun asks for nothing yet.
    assert reached_out([row(5)], asked(local(2025, 7, 3), YEAR)).numerator == 1
    new = row(0, Stay(day("2025-06-20")))
    assert reached_out([new], asked(local(2025, 6, 25), YEAR)).pending == 1
    assert reached_out([row(3), row(3)], asked(period=YEAR)).counts == {"attendance": 15, "events": 3}


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), max_size=4))
def test_days_of_stays_that_overlap_count_once(told: list[tuple[int, int]]) -> None:
    stays = [Stay(day("2024-11-01") + timedelta(a), day("2024-11-01") + timedelta(a + b)) for a, b in told]
    days = {
        one for stay in stays if stay.until for one in range(stay.since.toordinal(), stay.until.toordinal() + 1)
    } & set(range(YEAR.first.toordinal(), YEAR.last.toordinal() + 1))
    assert active_days(CoordinatorRow("c", tuple(stays)), YEAR) == len(days)


# ---------------------------------------------------------------------------------------------------------- agreements


@pytest.mark.req("STAT-4")
def test_many_meetings_in_all_do_not_show_that_every_region_met() -> None:
    """49 meetings in 10 regions, more than four for each, and one region that never met."""
    days = [day("2025-01-15") + timedelta(days=number * 60) for number in range(6)]
    rows = [RegionRow(f"r{number}", tuple(days)) for number in range(8)]
    rows += [RegionRow("r8", (day("2025-02-01"),)), RegionRow("r9")]
    found = advised(rows, asked(period=YEAR))
    assert found.counts == {"meetings": 49}
    assert (found.numerator, found.denominator) == (33, 40)
    (regions,) = found.parts
    assert (regions.numerator, regions.denominator) == (8, 10)
    assert "4 times" in regions.definition.title


@pytest.mark.req("STAT-4")
def test_a_quarter_that_runs_is_pending_and_a_young_region_owes_its_whole_quarters() -> None:
    young = RegionRow("r1", (day("2025-04-02"),), since=day("2025-02-01"))
    found = advised([young], asked(local(2025, 8, 1), YEAR))
    assert (found.numerator, found.denominator, found.pending) == (1, 1, 1)
    assert found.parts[0].pending == 1
    last = advised([young], asked(local(2025, 6, 30, 23, 59, 59), YEAR))
    assert (last.denominator, last.pending) == (1, 0)
    on_the_day = replace(young, since=day("2025-01-01"))
    assert advised([on_the_day], asked(local(2025, 6, 30, 23, 59, 59), YEAR)).denominator == 2
    assert advised([young], asked(period=Period(day("2025-02-01"), day("2025-04-30"), ZONE))).denominator == 0


@pytest.mark.req("STAT-4")
def test_an_agreement_is_looked_at_within_365_days() -> None:
    now = asked(local(2026, 1, 1, 12))
    for row, told in (
        (AgreementRow(day("2023-05-01"), (day("2025-01-01"),)), MET),
        (AgreementRow(day("2023-05-01"), (day("2024-12-31"),)), missed("review_overdue")),
        (AgreementRow(day("2024-12-31")), missed("never_reviewed")),
        (AgreementRow(day("2025-01-01")), PENDING),
        (AgreementRow(day("2025-01-01"), (day("2026-01-02"),)), PENDING),
        (AgreementRow(day("2025-06-01"), (day("2025-12-01"),), expires_on=day("2025-12-31")), missed("expired")),
        (AgreementRow(day("2025-06-01"), (day("2025-12-01"),), expires_on=day("2026-01-01")), MET),
        (AgreementRow(day("2020-06-01"), ended_on=day("2026-01-01")), excluded("ended")),
        (AgreementRow(day("2025-06-01"), ended_on=day("2026-01-02")), PENDING),
        (AgreementRow(day("2026-01-02")), OUTSIDE),
    ):
        assert agreement_verdict(row, now) == told, row
    assert reviewed([AgreementRow(day("2020-01-01"))], now).denominator == 1


@pytest.mark.req("STAT-4")
def test_a_protocol_is_renewed_when_every_member_has_signed_the_new_one() -> None:
    now = asked(local(2026, 1, 1, 12))
    signed = tuple(Signature(key, day("2025-03-01")) for key in "abc")
    row = ProtocolRow("t1", day("2025-02-01"), signed)
    lacking = replace(row, members=(*signed[:2], Signature("c", day("2025-01-31"))))
    assert protocol_verdict(row, now) == MET
    assert protocol_verdict(replace(row, updated_on=day("2025-01-01")), now) == MET
    assert protocol_verdict(replace(row, updated_on=day("2025-03-01")), now) == MET  # signed on the same day
    assert protocol_verdict(replace(row, updated_on=day("2025-03-02")), now) == missed("signatures_lacking")
    assert protocol_verdict(lacking, now) == missed("signatures_lacking")
    assert protocol_verdict(replace(row, members=()), now) == missed("signatures_lacking")
    assert protocol_verdict(replace(row, updated_on=day("2024-12-31")), now) == missed("not_updated")
    assert protocol_verdict(replace(row, updated_on=None), now) == missed("not_updated")
    found = renewed([row, lacking, replace(row, updated_on=None)], now)
    assert (found.numerator, found.denominator) == (1, 3)
    assert (found.parts[0].numerator, found.parts[0].denominator) == (5, 9)


# ----------------------------------------------------------------------------------------------------------- referrals


@pytest.mark.req("STAT-4", "INT-5")
def test_referrals_are_counted_by_source_with_the_unknown_as_a_line() -> None:
    rows = [ReferralRow(START, source=one) for one in ("school", "police", "police", "")]
    found = sources([*rows, ReferralRow(START, source="school", is_duplicate=True)], asked())
    assert found.mix == {"police": 2, "school": 1, "unknown": 1}
    assert (found.numerator, found.denominator, found.excluded) == (3, 4, {"duplicate": 1})


@pytest.mark.req("STAT-4", "INT-5")
def test_the_ineligible_are_counted_by_reason_over_those_decided() -> None:
    rows = [
        ReferralRow(START, eligible=False, decided_at=at(5), reason="age"),
        ReferralRow(START, eligible=False, reason=""),
        ReferralRow(START, eligible=True, decided_at=at(5)),
        ReferralRow(START),
        ReferralRow(START, eligible=False, decided_at=at(500), reason="age"),
        ReferralRow(START, eligible=False, decided_at=at(5), reason="age", is_duplicate=True),
    ]
    found = ineligible(rows, asked(at(100)))
    assert (found.numerator, found.denominator, found.pending) == (2, 3, 2)
    assert found.mix == {"age": 1, "unknown": 1}
    assert found.missed == {"eligible": 1}
    assert whole(found) == 6


@pytest.mark.req("STAT-4")
def test_an_outgoing_referral_without_an_outcome_is_pending() -> None:
    found = completed([OutgoingRow(START, one) for one in ("completed", "not_completed", "not_known")], asked())  # type: ignore[arg-type]
    assert (found.numerator, found.denominator, found.pending) == (1, 2, 1)


# ----------------------------------------------------------------------------------------------------------- screening


@pytest.mark.req("STAT-4", "SCR-1")
def test_a_count_is_no_rate() -> None:
    found = screened([ScreeningRow("a", 2000), ScreeningRow("b", 359)], asked())
    assert (found.numerator, found.denominator, found.share) == (2359, None, None)
    half = screened([ScreeningRow("a", 30, 40), ScreeningRow("b", 359)], asked())
    assert (half.numerator, half.denominator, half.excluded) == (30, 40, {"seen_not_known": 359})
    assert half.counts["screened"] == 389
    assert screened([ScreeningRow("a", 0, 0)], asked()).share is None
    with pytest.raises(ValueError, match="no more can be screened"):
        screened([ScreeningRow("a", 2, 1)], asked())


@pytest.mark.req("STAT-4", "SCR-1")
def test_tools_and_their_versions_are_never_added_up() -> None:
    def screen(version: str = "1", indicators: bool | None = True, **more) -> ScreenRow:
        return ScreenRow("invented", version, START, indicators, **more)

    half_year = START + timedelta(days=180)
    rows = [
        screen(confirmed_at=half_year),
        screen(confirmed_at=half_year + timedelta(seconds=1)),
        screen(indicators=False),
        screen(indicators=None),
        screen("2"),
        replace(screen(), completed_at=None),
    ]
    found = screening_found(rows, asked(local(2026, 3, 1)))
    assert (found.numerator, found.denominator, found.excluded) == (None, None, {"not_completed": 1})
    one, two = found.parts
    assert (one.part, one.numerator, one.denominator, one.missed) == (
        "invented 1",
        2,
        4,
        {"no_indicators": 1, "open": 1},
    )
    assert (one.parts[0].numerator, one.parts[0].denominator) == (1, 2)
    assert (two.part, two.share) == ("invented 2", Fraction(1))
    over = screening_found([screen()], asked(half_year)).parts[0].parts[0]
    assert (over.denominator, over.pending) == (1, 0)
    early = screening_found(rows, asked(half_year - timedelta(seconds=1)))
    assert early.parts[0].parts[0].pending == 2


# ----------------------------------------------------------------------------------------------------------- providers


@pytest.mark.req("STAT-1", "STAT-4")
def test_the_published_response_of_2020_comes_out_as_published() -> None:
    rows = [ProviderRow(f"p{number}", "submitted", is_valid=True) for number in range(25)]
    rows += [ProviderRow(f"n{number}", "nil") for number in range(3)]
    rows += [ProviderRow(f"x{number}", "no_answer") for number in range(30)]
    found = answered(rows, asked())
    assert (found.numerator, found.denominator, found.counts) == (28, 58, {"nil": 3})
    assert found.share is not None
    assert str(percent(found.share)) == "48.3"
    (data,) = found.parts
    assert (data.numerator, data.denominator) == (25, 58)


@pytest.mark.req("STAT-1")
def test_what_an_answer_is_worth() -> None:
    now = asked(local(2025, 6, 30, 12))
    for row, told in (
        (ProviderRow("p", "not_asked"), excluded("not_asked")),
        (ProviderRow("p", "declined", due_on=day("2025-12-31")), missed("declined")),
        (ProviderRow("p", "submitted"), missed("not_valid")),
        (ProviderRow("p", "submitted", is_valid=False), missed("not_valid")),
        (ProviderRow("p", "nil", is_valid=False), missed("not_valid")),
        (ProviderRow("p", "asked"), missed("no_answer")),
        (ProviderRow("p", "no_answer", due_on=day("2025-12-31")), missed("no_answer")),
        (ProviderRow("p", "asked", due_on=day("2025-06-30")), PENDING),
        (ProviderRow("p", "asked", due_on=day("2025-06-29")), missed("no_answer")),
        (ProviderRow("p", "submitted", due_on=day("2025-06-30")), PENDING),
    ):
        assert verdict_on(row, now) == told, row


# ----------------------------------------------------------------------------------------------------------- catalogue


@pytest.mark.req("STAT-4")
def test_every_measure_of_the_catalogue_can_be_worked_out_on_nothing_and_says_what_it_is() -> None:
    known = catalogue(NORMS)
    assert list(known) == [
        "R1", "R2", "R3", "R4", "D1", "D2", "D", "S1", "S1m", "S2", "S2c", "M1", "T1", "O1", "A1", "P1", "P2", "F1",
        "F1o", "F2", "C1", "C2", "V1",
    ]  # fmt: skip
    for name, one in known.items():
        found = measure(name, [], asked(period=YEAR))
        assert found.definition == one.about
        assert "{" not in found.definition.in_words
        assert found.share is None
        assert found.definition.version >= 1


@pytest.mark.req("STAT-4")
def test_a_state_with_other_tiers_has_other_measures() -> None:
    other = replace(NORMS, tier_hours={1: 24, 2: 96})
    known = catalogue(other)
    assert "R3" not in known
    assert "24 hours" in known["R1"].about.title
    with pytest.raises(KeyError):
        measure("R3", [], replace(asked(), norms=other))
