"""What the records come to: which rows count for whom, that a figure agrees with the desk, and the rows behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from rightdoor.casework.cases.models import Case, visible_cases
from rightdoor.casework.clients.actions import declare_conflict
from rightdoor.casework.referrals.actions import triage_referral
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.referrals.queries import clock_counts_by_tier
from rightdoor.casework.staffings.actions import file_and_share_summary
from rightdoor.community.meetings.models import Meeting
from rightdoor.community.partners.models import Agency
from rightdoor.domain.measures.norms import Period, year_of
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.jurisdiction.active import local, zone
from rightdoor.oversight.statistics.gathering import NOT_RECORDED, Scope, all_measures, gather
from tests.casework.team import CONFIRMED, SAFE, SUSPECTED, Scene, held, received
from tests.people import OTHER_REGION, REGION, make_person

ENOUGH = 20  # queries, whatever the tables hold


@pytest.fixture
def period(now):
    """The days around the scene, whichever year it plays in."""
    day = local(now).date()
    return Period(day - timedelta(days=30), day + timedelta(days=30), zone())


@pytest.fixture
def later(now):
    """Three days on: the staffing of tomorrow has been held."""
    return now + timedelta(days=3)


@pytest.fixture
def staffing(scene: Scene):
    """Held, with its summary owed."""
    return held(scene)


def kinds(found, name):
    return sorted((one.line.kind, one.verdicts[0].kind) for one in found.behind(name))


@pytest.mark.req("STAT-4")
def test_one_case_is_counted_by_every_figure_that_it_is_about(coordinator, staffing, period, later):
    figures = gather(coordinator, Scope(REGION), period, later).figures()

    assert (figures["R1"].numerator, figures["R1"].denominator) == (1, 1)
    assert figures["R4"].counts["untriaged"] == 0
    assert figures["F1"].mix == {"school": 1}
    assert (figures["D1"].numerator, figures["D1"].denominator, figures["D1"].pending) == (0, 0, 1)
    assert figures["S1"].missed == {"1_held": 1}
    assert figures["S2"].missed == {"consent_not_known": 1}
    assert (figures["F2"].numerator, figures["F2"].denominator) == (0, 1)
    assert (figures["K1"].numerator, figures["K1"].counts["opened"]) == (1, 1)
    assert figures["K2"].missed == {"no_plan": 1} or figures["K2"].pending == 1
    assert "T1" not in figures


@pytest.mark.req("STAT-4", "MTG-5")
def test_a_summary_with_its_plan_shared_in_time_is_met_and_late_is_missed(coordinator, staffing, period, later):
    due = staffing.summary_due_at
    assert gather(coordinator, Scope(REGION), period, due - timedelta(seconds=1)).measured("D1").pending == 1
    assert gather(coordinator, Scope(REGION), period, due).measured("D1").missed == {"record_and_plan": 1}

    file_and_share_summary(coordinator, staffing, now=due)

    assert gather(coordinator, Scope(REGION), period, due).measured("D1").numerator == 1


@pytest.mark.req("STAT-4", "INT-11")
def test_a_figure_agrees_with_the_desk_when_the_response_was_made_faster(coordinator, scene, now, period):
    """By the tiers alone the meeting would be due later than the desk says."""
    referral = received(scene, facts=SUSPECTED)
    triage_referral(coordinator, referral, facts=CONFIRMED, now=now + timedelta(hours=40))
    referral.refresh_from_db()
    at = referral.due_at + timedelta(hours=1)

    found = gather(coordinator, Scope(REGION), period, at)

    (line,) = clock_counts_by_tier(coordinator, at)[:1]
    assert line.late == 1
    assert found.measured("R1").missed == {"not_told": 1}
    assert found.measured("R3").denominator == 0


@pytest.mark.req("STAT-4", "INT-6")
def test_a_slower_tier_that_waits_for_its_second_person_is_not_in_force(coordinator, scene, now, period):
    second = make_person("Second Coordinator", now=now, roles=(("care_coordinator", REGION),))
    referral = received(scene, facts=CONFIRMED)
    triage_referral(
        coordinator, referral, facts=SAFE, chosen_tier=2, reason="Safe now.", seconded_by=second.code, now=now
    )
    found = gather(coordinator, Scope(REGION), period, now)

    assert found.measured("R1").pending == 1
    assert found.measured("R2").pending == 0


@pytest.mark.req("STAT-4")
def test_nobody_counts_what_they_may_not_open(coordinator, other_coordinator, staffing, state_analyst, period, later):
    here = gather(coordinator, Scope(), period, later)
    there = gather(other_coordinator, Scope(), period, later)
    elsewhere = gather(other_coordinator, Scope(REGION), period, later)
    without_rows = gather(state_analyst, Scope(REGION), period, later)

    assert here.measured("R4").denominator == 1
    for found in (there, elsewhere, without_rows):
        assert found.measured("R4").denominator == 0
        assert found.behind("R4") == []
        assert found.measured("S1").pending + (found.measured("S1").denominator or 0) == 0
    assert gather(system_viewer("count"), Scope(), period, later).measured("R4").denominator == 1


@pytest.mark.req("STAT-4")
def test_one_s_own_are_those_that_one_coordinates(coordinator, staffing, now, period, later):
    colleague = make_person("Colleague Coordinator", now=now, roles=(("care_coordinator", REGION),))

    assert gather(coordinator, Scope(REGION, own=True), period, later).measured("K1").numerator == 1
    assert gather(colleague, Scope(REGION), period, later).measured("K1").numerator == 1
    assert gather(colleague, Scope(REGION, own=True), period, later).measured("K1").numerator == 0


@pytest.mark.req("STAT-4")
def test_what_an_agency_keeps_apart_is_counted_by_nobody_else(coordinator, other_coordinator, staffing, period, later):
    apart = Agency.objects.create(name="Invented Shelter", discipline="victim_advocate", keeps_own_records=True)
    Referral.objects.update(holder=apart.code)
    Case.objects.update(holder=apart.code)

    for viewer in (coordinator, system_viewer("count")):
        found = gather(viewer, Scope(), period, later)
        assert found.measured("R4").denominator == 0
        assert found.measured("K1").denominator == 0
        assert all(not lines for kind, lines in found.lines.items() if kind.__name__ != "RegionRow")


@pytest.mark.req("STAT-4")
def test_the_rows_behind_a_figure_are_its_counts_and_lead_to_their_records(coordinator, scene, period, later):
    first = held(scene)
    second = received(replace(scene, now=later - timedelta(hours=1)), facts=SUSPECTED)
    found = gather(coordinator, Scope(REGION), period, later)

    assert kinds(found, "R4") == [("referral", "met"), ("referral", "pending")]
    assert {one.line.code for one in found.behind("R4")} == {first.case.referral.code, second.code}
    assert kinds(found, "D1") == [("staffing", "pending")]
    assert kinds(found, "S2") == [("case", "missed"), ("referral", "pending")]
    assert found.behind("S2")[0].line.code == first.case.code
    for name, figure in found.figures().items():
        told = [one.kind for line in found.behind(name) for one in line.verdicts]
        assert told.count("met") == (figure.numerator or 0), name
        assert told.count("pending") == figure.pending, name
        assert told.count("excluded") == sum(figure.excluded.values()), name
        assert told.count("missed") == sum(figure.missed.values()), name


@pytest.mark.req("STAT-4")
def test_a_year_before_is_counted_from_the_same_rows(coordinator, staffing, now, later):
    year = local(now).year
    this, before = year_of(year, zone()), year_of(year - 1, zone())
    found = gather(coordinator, Scope(REGION), this, later, since=before.since)

    assert found.measured("R4").denominator == 1
    assert found.measured("R4", before).denominator == 0


@pytest.mark.req("STAT-4")
def test_gathering_reads_each_table_once_and_opens_nothing(coordinator, scene, period, later):
    held(scene)
    events = AuditEvent.objects.count()
    with CaptureQueriesContext(connection) as one:
        gather(coordinator, Scope(REGION), period, later).figures()
    for _ in range(4):
        received(scene)
    more_events = AuditEvent.objects.count()
    with CaptureQueriesContext(connection) as five, CaptureQueriesContext(connections["keyring"]) as keys:
        gather(coordinator, Scope(REGION), period, later).figures()
    with CaptureQueriesContext(connection) as few:
        gather(coordinator, Scope(REGION), period, later, only=("R4", "F1"))

    assert len(one) == len(five) <= ENOUGH
    assert len(few) == 2
    assert AuditEvent.objects.count() == more_events > events
    assert len(keys) == 0


@pytest.mark.req("STAT-4")
def test_only_what_no_slice_records_has_no_figure(coordinator, period, now):
    found = gather(coordinator, Scope(REGION), period, now)
    names = set(all_measures(found.norms))

    assert names - set(found.figures()) == {*NOT_RECORDED, "C2", "V1"}


def test_an_unknown_region_is_refused(coordinator, period, now):
    with pytest.raises(KeyError):
        gather(coordinator, Scope("nowhere"), period, now)


def test_an_advisory_meeting_is_counted_for_its_region_alone(coordinator, period, now):
    Meeting.objects.create(
        region=REGION, kind="advisory", mode="virtual", state="held", starts_at=now, ends_at=now + timedelta(hours=1),
        convened_at=now, convened_by=coordinator.code, held_at=now,
    )  # fmt: skip
    year = year_of(local(now).year, zone())
    found = gather(coordinator, Scope(), year, now)

    assert found.measured("A1").counts == {"meetings": 1}
    assert {one.region for one in found.lines[found.measures["A1"].rows]} == {REGION} != {OTHER_REGION}


@pytest.mark.req("STAT-4")
def test_what_is_counted_is_visible(coordinator, staffing, now, period, later):
    """Also for a coordinator whom a block keeps apart from one child."""
    found = gather(coordinator, Scope(), period, later)
    codes = {line.code for lines in found.lines.values() for line in lines if line.kind == "case"}
    assert codes == set(visible_cases(coordinator, later).values_list("code", flat=True)) != set()

    declare_conflict(coordinator, staffing.case.client, now=now)

    assert not visible_cases(coordinator, later).exists()
    assert all(
        not any(one.code for one in lines) for lines in gather(coordinator, Scope(), period, later).lines.values()
    )
