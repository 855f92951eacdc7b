"""Louisiana's own facts, as its sources state them."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from rightdoor.domain.report_flow import ReportFacts, hops_owed
from rightdoor.domain.response_tier import TriageFacts, tier_for
from rightdoor.packs.read import load_pack

PACK = load_pack(Path(__file__).parents[2] / "jurisdictions" / "louisiana")


def test_there_are_64_parishes_with_the_federal_codes_in_alphabetical_order() -> None:
    by_code = sorted(PACK.areas, key=lambda area: area.fips)
    assert [area.fips for area in by_code] == [str(code) for code in range(22001, 22128, 2)]
    assert all(one.name.lower() < next_one.name.lower() for one, next_one in pairwise(by_code))


@pytest.mark.parametrize(
    ("key", "fips"),
    [
        ("acadia", "22001"),
        ("allen", "22003"),
        ("caddo", "22017"),
        ("de-soto", "22031"),
        ("east-baton-rouge", "22033"),
        ("jefferson", "22051"),
        ("lafayette", "22055"),
        ("lasalle", "22059"),
        ("orleans", "22071"),
        ("st-john-the-baptist", "22095"),
        ("st-tammany", "22103"),
        ("winn", "22127"),
    ],
)
def test_a_parish_has_its_code(key: str, fips: str) -> None:
    assert PACK.area(key).fips == fips


def test_nine_regions_and_ten_centers_serve_them() -> None:
    assert (len(PACK.regions), len(PACK.centers)) == (9, 10)
    assert PACK.region_of("orleans").key == "greater-new-orleans"


@pytest.mark.req("INT-6")
@pytest.mark.parametrize(
    ("status", "investigation", "concern", "safe", "hours"),
    [
        ("confirmed", True, False, True, 48),
        ("confirmed", False, True, True, 48),
        ("confirmed", False, False, False, 48),
        ("confirmed", False, False, None, 48),
        ("confirmed", None, False, True, 48),
        ("confirmed", False, None, True, 48),
        ("confirmed", False, False, True, 72),
        ("suspected", True, True, False, 168),
        ("suspected", None, None, None, 168),
    ],
)
def test_a_referral_has_48_or_72_hours_or_seven_days(
    status: str, investigation: bool | None, concern: bool | None, safe: bool | None, hours: int
) -> None:
    facts = TriageFacts(status, investigation, concern, safe)  # type: ignore[arg-type]
    assert tier_for(facts, PACK.tiers).due_hours == hours


@pytest.mark.req("INT-6")
def test_a_coordinator_may_meet_sooner_about_a_suspected_victim() -> None:
    assert [tier.may_advance for tier in PACK.tiers] == [False, False, True]


@pytest.mark.req("INT-3")
def test_a_report_reaches_police_and_alliance_whatever_it_says() -> None:
    nothing_more = ReportFacts(False, False, "labor", "suspected", 16)
    owed = [answer.hop.key for answer in hops_owed(nothing_more, PACK.reporting_line.hops) if answer.is_owed]
    assert owed == ["report", "to_state_police", "to_alliance", "to_law_enforcement", "to_team", "emergency_response"]


@pytest.mark.req("INT-3")
@pytest.mark.parametrize(("caretaker", "abuse"), [(True, False), (False, True), (None, False)])
def test_child_welfare_investigates_a_caretaker_or_other_abuse(caretaker: bool | None, abuse: bool) -> None:
    facts = ReportFacts(caretaker, abuse, "sex", "suspected", 16)
    assert "investigate" in [answer.hop.key for answer in hops_owed(facts, PACK.reporting_line.hops) if answer.is_owed]


@pytest.mark.req("INT-3")
@pytest.mark.parametrize(
    ("kind", "status", "age", "owed"),
    [
        ("sex", "confirmed", 17, True),
        ("both", "confirmed", 12, True),
        ("sex", "confirmed", 18, False),
        ("sex", "suspected", 17, False),
        ("labor", "confirmed", 17, False),
        ("sex", "confirmed", None, None),
    ],
)
def test_advocacy_is_for_confirmed_victims_of_sex_trafficking_aged_17_or_younger(
    kind: str, status: str, age: int | None, owed: bool | None
) -> None:
    facts = ReportFacts(False, False, kind, status, age)  # type: ignore[arg-type]
    (advocacy,) = [answer for answer in hops_owed(facts, PACK.reporting_line.hops) if answer.hop.key == "advocacy"]
    assert advocacy.owed is owed


def test_care_coordination_is_for_children_under_18() -> None:
    assert PACK.eligibility.max_age_exclusive == 18
    assert set(PACK.eligibility.statuses) == {"confirmed", "suspected"}
    assert len(PACK.eligibility.ineligible_reasons) == 4


def test_the_clock_starts_when_the_team_receives_the_referral() -> None:
    assert PACK.clocks.starts_at == "received"


def test_summaries_notes_and_plans_are_due_in_72_hours() -> None:
    clocks = PACK.clocks
    assert {clocks.summary_due_hours, clocks.ongoing_notes_due_hours, clocks.service_plan_due_hours} == {72}


def test_the_hours_are_those_of_the_state() -> None:
    assert datetime(2026, 7, 1, 17, 0, tzinfo=UTC).astimezone(PACK.zone).hour == 12


def test_the_core_team_has_five_disciplines() -> None:
    assert PACK.teams.core.keys() == (
        "care_coordinator",
        "local_law_enforcement",
        "state_law_enforcement",
        "child_welfare",
        "victim_advocate",
    )


@pytest.mark.req("INT-1")
def test_a_reporter_sees_911_the_state_hotline_and_the_national_hotline() -> None:
    assert [hotline.dial for hotline in PACK.public.hotlines] == ["911", "18554525437", "18883737888"]
    assert PACK.public.hotline("state").phone == "1-855-4LA-KIDS (1-855-452-5437)"
    assert PACK.public.hotline("national").text_to == "233733"


@pytest.mark.req("INT-1")
@pytest.mark.parametrize("language", ["en", "es", "vi"])
def test_the_title_of_a_public_page_gives_nothing_away(language: str) -> None:
    title = PACK.public.title.text(language).lower()
    assert title
    assert not [word for word in ("traffick", "trata", "buôn", "abuse", "report", "victim", "child") if word in title]


@pytest.mark.req("INT-4")
def test_a_referral_can_come_from_each_of_the_sources_that_the_model_names() -> None:
    assert set(PACK.trafficking.sources.keys()) == {
        "child_welfare",
        "police",
        "juvenile_justice",
        "school",
        "tribal_agency",
        "medical",
        "provider",
        "hotline",
        "family",
        "self",
        "other",
    }


def test_counts_of_ten_or_fewer_stay_in_the_house() -> None:
    assert PACK.statistics.small_count_threshold == 11
    assert PACK.statistics.zeros_are_shown


def test_no_retention_rule_is_in_force_before_counsel_has_signed() -> None:
    assert all(rule.draft for rule in PACK.clocks.retention)


def test_the_year_2024_is_the_scale_of_a_demonstration() -> None:
    published = {figure.key: figure.count for figure in PACK.public.published}
    assert published == {
        "referrals": 2300,
        "case_meetings": 1300,
        "emergency_staffings": 971,
        "advisory_meetings": 49,
        "care_coordinators": 17,
        "centers": len(PACK.centers),
        "areas": len(PACK.areas),
        "screenings": 2359,
    }
