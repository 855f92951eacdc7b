"""The whole way of a child through the product in a state that differs from the shipped ones in every respect.

Report, hops, referral, tier, staffing, plan, summary: through the acts, by that state's line, tiers, clocks and words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rightdoor.casework.cases.actions import determine_victim_status
from rightdoor.casework.clients.disclosure import Whereabouts, Who
from rightdoor.casework.intake import actions as intake
from rightdoor.casework.intake.models import Hop, Report
from rightdoor.casework.plans.actions import Service, write_plan
from rightdoor.casework.referrals import actions as referrals
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.referrals.queries import clock_counts_by_tier
from rightdoor.casework.staffings import actions as staffings
from rightdoor.casework.staffings.models import Staffing
from rightdoor.community.meetings.actions import Invitee, record_attendance
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.domain.response_tier import TriageFacts
from rightdoor.foundation.access.viewers import NOBODY
from rightdoor.foundation.jurisdiction.active import active_pack
from tests.casework import team
from tests.casework.visiting import Visitor
from tests.people import make_person

pytestmark = [pytest.mark.django_db(databases=["default", "keyring"]), pytest.mark.usefixtures("example_pack")]

REGION, AREA = "llano", "mesquite"
REPORTED = datetime(2026, 3, 7, 20, 0, tzinfo=UTC)  # a day before that state's clocks go forward
RELEASED = REPORTED + timedelta(hours=6)
RECEIVED = REPORTED + timedelta(hours=9)
URGENT = TriageFacts("confirmed", True, None, None)
SUSPECTED = TriageFacts("suspected", None, False, None)
# Words of the shipped state, which no page of another one may show.
FOREIGN = re.compile(
    r"\bparish|Louisiana|DCFS|LACAC|Regional Care Coordinator|Care Coordination Team|Tier 3|\bC[SD]T\b", re.I
)


@dataclass(frozen=True)
class People:
    """Who meets on this way. All invented."""

    hotline: Viewer
    reviewer: Viewer
    coordinator: Viewer
    police: Viewer
    advocate: Viewer


@pytest.fixture
def people(example_pack: None) -> People:
    """The desks of that state's line, and a coordinator with two members of the team."""
    began = REPORTED - timedelta(days=1)

    def make(name: str, role: str, region: str, discipline: str = "") -> Viewer:
        return make_person(name, now=began, roles=((role, region),), discipline=discipline)

    return People(
        make("Hedda Hotline", "child_welfare_desk", ""),
        make("Rita Reviewer", "alliance_reviewer", ""),
        make("Cora Coordinator", "care_coordinator", REGION, "care_coordinator"),
        make("Percy Police", "team_member", REGION, "local_law_enforcement"),
        make("Ada Advocate", "team_member", REGION, "victim_advocate"),
    )


def reported() -> Report:
    return intake.receive_report(
        NOBODY,
        channel="public_form",
        reporter_type="public",
        language="es",
        told={"what": "Palabras inventadas.", "who": "", "where": "", "sex_act_for_value": True},
        child=Who("Nora", "Nowhere", age_estimate=15),
        whereabouts=Whereabouts(area=AREA),
        reporter={"name": "", "contact": ""},
        region=REGION,
        now=REPORTED,
    )[0]


def hop(report: Report, key: str) -> Hop:
    return Hop.objects.exclude(state="moved").get(report=report, key=key)


def released(people: People) -> Report:
    report = reported()
    intake.complete_hop(people.hotline, hop(report, "to_alliance"), outcome="passed_on", now=REPORTED)
    intake.complete_hop(people.reviewer, hop(report, "to_team"), outcome="passed_on", now=RELEASED)
    return Report.objects.get(pk=report.pk)


def referred(people: People, report: Report | None = None) -> Referral:
    pack = active_pack()
    told: dict[str, Any] = {
        "kind": pack.trafficking.kinds.keys()[0],
        "victim_status": "confirmed",
        "age": 15,
        "age_is_estimated": True,
        "is_trafficking": True,
        "allegation_verifiable": True,
        "information_adequate": True,
    }
    referral = referrals.receive_referral(
        people.coordinator,
        report=report or released(people),
        source=pack.trafficking.sources.keys()[0],
        channel=pack.trafficking.channels.keys()[0],
        region=REGION,
        who=Who("Nora", "Nowhere", age_estimate=15),
        whereabouts=Whereabouts(area=AREA),
        facts=told,
        story="Invented words about what happened.",
        reported_at=REPORTED,
        released_at=RELEASED,
        now=RECEIVED,
    )
    referrals.decide_referral_eligibility(people.coordinator, referral, facts={}, now=RECEIVED)
    return referral


def held(people: People, referral: Referral) -> Staffing:
    viewer, starts = people.coordinator, RECEIVED + timedelta(hours=8)
    referrals.triage_referral(viewer, referral, facts=URGENT, now=RECEIVED)
    referrals.record_mandated_report(
        viewer, referral, made=True, made_at=REPORTED, by="A neighbor", number="N-1", now=RECEIVED
    )
    staffing = staffings.schedule_emergency_staffing(
        viewer,
        referral,
        starts_at=starts,
        minutes=60,
        mode="virtual",
        invitees=[
            Invitee(people.police.code, "local_law_enforcement", "core"),
            Invitee(people.advocate.code, "victim_advocate", "core"),
        ],
        now=RECEIVED,
    )
    at = starts + timedelta(minutes=30)
    determine_victim_status(
        viewer, staffing.case, status="confirmed", evidence="Messages.", determined_by=people.police.code, now=at
    )
    staffings.settle_staffing(
        viewer,
        staffing,
        continued_services="eligible",
        consent_plan="will_ask_guardian",
        consent_words="This week.",
        now=at,
    )
    write_plan(
        viewer,
        staffing.case,
        wishes="To stay near a sister.",
        services=[Service("housing", "A bed", "Agreed", people.advocate.code, at.date() + timedelta(days=7))],
        now=at,
    )
    record_attendance(viewer, staffing.meeting, present={viewer.code: "virtual", people.police.code: "virtual"}, now=at)
    staffings.write_minutes(viewer, staffing, topic="safe_tonight", text="A safe place was found.", version=0, now=at)
    staffings.hold_staffing(viewer, staffing, held_at=starts, now=at)
    return Staffing.objects.get(pk=staffing.pk)


@pytest.mark.req("INT-3")
def test_a_report_takes_that_states_line_and_no_other(people: People) -> None:
    report = reported()
    assert {own.key for own in report.hops.all()} == {one.key for one in active_pack().reporting_line.hops}
    assert hop(report, "to_alliance").due_at == REPORTED + timedelta(hours=4)
    assert hop(report, "to_team").state == "waiting"
    intake.complete_hop(people.hotline, hop(report, "to_alliance"), outcome="passed_on", now=REPORTED)
    assert hop(report, "to_team").state == "due"


@pytest.mark.req("INT-6")
def test_there_are_two_tiers_and_their_clocks_start_at_the_release(people: People) -> None:
    urgent = referred(people)
    clock = referrals.triage_referral(people.coordinator, urgent, facts=URGENT, now=RECEIVED)
    assert (urgent.tier, clock.due_at) == (1, RELEASED + timedelta(hours=24))
    calm = referred(people)
    clock = referrals.triage_referral(people.coordinator, calm, facts=SUSPECTED, now=RECEIVED)
    assert (calm.tier, clock.due_at) == (2, RELEASED + timedelta(hours=96))
    assert [one.tier for one in clock_counts_by_tier(people.coordinator, RECEIVED)] == [1, 2]


@pytest.mark.req("INT-6")
def test_a_tier_that_is_not_in_the_pack_cannot_be_chosen(people: People) -> None:
    with pytest.raises((RuleBroken, KeyError, ValueError)):
        referrals.triage_referral(
            people.coordinator, referred(people), facts=SUSPECTED, chosen_tier=3, reason="Made up.", now=RECEIVED
        )


@pytest.mark.req("INT-6")
def test_no_clock_is_lengthened_there_even_with_a_second_person(people: People) -> None:
    referral = referred(people)
    referrals.triage_referral(people.coordinator, referral, facts=URGENT, now=RECEIVED)
    with pytest.raises(RuleBroken):
        referrals.triage_referral(
            people.coordinator,
            referral,
            facts=URGENT,
            chosen_tier=2,
            reason="Nobody is free.",
            seconded_by=people.reviewer.code,
            now=RECEIVED,
        )
    assert Referral.objects.get(pk=referral.pk).tier == 1


@pytest.mark.req("MTG-5")
def test_the_summary_is_due_by_that_states_hours_and_names_its_words(people: People) -> None:
    from rightdoor.casework.staffings.printouts import summary_context

    staffing = held(people, referred(people))
    assert staffing.summary_due_at == staffing.starts_at + timedelta(hours=48)
    later = staffing.starts_at + timedelta(hours=20)
    team.released(people.coordinator, staffing.case.client, people.advocate, now=later)
    summary = staffings.file_and_share_summary(people.coordinator, staffing, now=later)
    assert "Meeting record shared with you" in Visitor(people.advocate, later).page("/")
    assert "Meeting record shared" in Visitor(people.coordinator, later).page(f"/cases/{staffing.case.code}/")
    opened = staffings.open_summary(people.advocate, summary, now=later)
    printed = summary_context(opened, summary, people.advocate, later)
    assert printed["title"] == "Meeting record"
    assert ["District", "Llano"] in printed["facts"]
    assert ["Victim status", "Established"] in printed["facts"]
    assert printed["facts"][0][0] == "Young person"


@pytest.mark.req("PRIV-1")
def test_an_invited_member_sees_the_case_for_that_states_hours(people: People) -> None:
    staffing = held(people, referred(people))
    given = staffing.case.client.standings.get(account_code=people.advocate.code)
    opens, closes = staffing.starts_at - timedelta(hours=12), staffing.starts_at + timedelta(hours=36)
    assert abs(given.starts_at - opens) < timedelta(seconds=1)
    assert abs(given.ends_at - closes) < timedelta(seconds=1)


def test_every_page_of_the_way_speaks_that_states_words(people: People) -> None:
    report = released(people)
    waiting = referred(people)
    staffing = held(people, referred(people, report))
    code, at = staffing.case.referral.code, staffing.starts_at + timedelta(hours=1)
    visitor = Visitor(people.coordinator, at)
    said = {
        path: visitor.page(path)
        for path in (
            "/",
            "/clocks/",
            "/reports/",
            f"/reports/{report.code}/",
            "/referrals/",
            "/referrals/new/",
            f"/referrals/{code}/",
            f"/referrals/{code}/child/",
            f"/referrals/{waiting.code}/triage/",
            "/cases/",
            f"/cases/{staffing.case.code}/",
            f"/staffings/{staffing.code}/",
            f"/staffings/{staffing.code}/plan/",
            f"/staffings/{staffing.code}/summary/",
            "/meetings/",
            "/partners/",
            f"/teams/{REGION}/",
        )
    }
    for path, html in said.items():
        assert not FOREIGN.search(html), (path, FOREIGN.search(html))
    assert "County" in said[f"/referrals/{code}/child/"]
    assert "Mesquite" in said[f"/referrals/{code}/"]
    assert "Tier 2" in said["/clocks/"]
    assert "Where is the young person safe tonight" in said[f"/staffings/{staffing.code}/"]
    assert "District" in said["/reports/"]
    assert "Youth Response Team" in said[f"/teams/{REGION}/"]
    assert "Care plan" in said[f"/cases/{staffing.case.code}/"]
    assert "What the young person wants" in said[f"/staffings/{staffing.code}/plan/"]


def test_times_are_shown_in_that_states_zone_across_its_change_of_clocks(people: People) -> None:
    referral = referred(people)
    clock = referrals.triage_referral(people.coordinator, referral, facts=URGENT, now=RECEIVED)
    due = clock.due_at.astimezone(ZoneInfo("America/Denver"))
    assert due.utcoffset() == timedelta(hours=-6)  # in force since that night; 24 hours elapsed, not a day on the wall
    html = Visitor(people.coordinator, RECEIVED).page(f"/referrals/{referral.code}/")
    assert f"{due:%a %m/%d/%Y}, {due.hour % 12 or 12}:{due:%M}" in html


def test_the_public_form_greets_in_that_states_first_language(people: People) -> None:
    from django.test import Client

    browser = Client()
    assert browser.get("/start/").headers["Location"] == "/start/es/"
    spanish, english = browser.get("/start/es/"), browser.get("/start/en/")
    assert (spanish.status_code, english.status_code) == (200, 200)
    assert '<html lang="es"' in spanish.content.decode()
    assert browser.get("/start/vi/").status_code == 404
    for answer in (spanish, english):
        assert not FOREIGN.search(answer.content.decode())
