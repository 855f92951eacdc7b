"""The rows of a region, as they stood at a moment: what is counted, for whom, and that last year comes out the same."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from rightdoor.casework.cases.models import Case
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.screening.models import CountedScreening
from rightdoor.casework.staffings.actions import file_and_share_summary
from rightdoor.community.assessments.models import Proposal
from rightdoor.community.partners.models import Agency
from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.fence import acting_as
from rightdoor.oversight.evidence.actions import propose
from rightdoor.oversight.evidence.queries import findings, gather, made_again
from rightdoor.oversight.evidence.rules import RULES
from tests.casework.team import Scene, held, received, scheduled
from tests.community.assessments.tools import begun
from tests.people import OTHER_REGION, REGION, make_person

CODE = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b")
ENOUGH = 60  # queries, whatever the region holds


@pytest.fixture
def later(now):
    """Three days on: the staffing of tomorrow has been held."""
    return now + timedelta(days=3)


@pytest.fixture
def staffing(scene: Scene):
    """Held, with minutes, a decision, an action item; its summary is owed."""
    return held(scene)


def said(viewer, until, *items):
    return {one.rule.item: one.finding for one in findings(gather(viewer, REGION, until), until, items)}


def told_in(value: object) -> str:
    """Every word and number in the rows, the pack left out."""
    rows = {field.name: getattr(value, field.name) for field in dataclasses.fields(value) if field.name != "pack"}
    return repr(rows)


@pytest.mark.req("PROG-2")
def test_one_case_that_was_staffed_is_found_by_the_rules_about_it(coordinator, staffing, later):
    found = said(coordinator, later)

    assert {item for item, one in found.items() if one.denominator == 1 and one.says == "yes"} >= {
        "er.2.1",  # in time
        "si.2.3",  # the response time is known
        "si.1.2",  # everybody was told
    }
    assert found["si.2.1"].says == "cannot_tell"  # of this week: its intake may still run
    assert found["sp.2.1"].says == "not_yet"  # the first plan is owed, and a draft
    assert found["sp.2.2"].says == "not_yet"  # confirmed, and no advocate
    assert found["er.2.2"].says == "yes"  # the summary is still in its time
    assert found["tm.2.2"].says == "not_yet"  # the advocate did not come, and nobody briefed her


@pytest.mark.req("PROG-2")
def test_rows_hold_no_code_no_day_and_no_word_of_what_was_told(coordinator, staffing, later):
    rows = gather(coordinator, REGION, later)

    words = told_in(rows)
    assert all((rows.intakes, rows.staffings, rows.cases, rows.meetings))
    assert not CODE.search(words)
    assert "datetime" not in words
    for hidden in ("Nora", "Nowhere", "Invented", "Messages", "safe place", coordinator.code, coordinator.agency):
        assert hidden not in words


@pytest.mark.req("PROG-2", "PRIV-2")
def test_whoever_coordinates_another_region_counts_nothing_of_this_one(other_coordinator, staffing, later):
    with acting_as(other_coordinator, later):
        rows = gather(other_coordinator, REGION, later)

    assert (rows.intakes, rows.staffings, rows.cases, rows.following, rows.advocacy) == ((), (), (), (), ())


@pytest.mark.req("PROG-2")
def test_the_region_s_coordinator_counts_what_the_installation_counts(coordinator, staffing, later):
    with acting_as(coordinator, later):
        mine = gather(coordinator, REGION, later)

    ours = gather(system_viewer("evidence"), REGION, later)
    sealed = ("is_opened", "kinds", "advocacy", "endings", "proceedings", "proceedings_before")
    assert [getattr(mine, one) for one in sealed[:3]] != [getattr(ours, one) for one in sealed[:3]]
    for field in dataclasses.fields(mine):
        if field.name not in sealed:
            assert getattr(mine, field.name) == getattr(ours, field.name), field.name


@pytest.mark.req("PRIV-4")
def test_what_is_opened_for_counting_stands_in_the_trail_by_code(coordinator, staffing, later):
    gather(coordinator, REGION, later)

    counted = AuditEvent.objects.filter(verb__in=["case.counted", "referral.counted"]).order_by("id")
    codes = [code for event in counted for code in event.details["codes"]]
    assert codes == [Referral.objects.get().code, Case.objects.get().code]
    assert {event.outcome for event in counted} == {"counted"}
    # Nobody was shown a record: it is no reading, not of the client's report and not of the month's unusual ones.
    assert not AuditEvent.objects.filter(outcome="shown", id__gte=counted[0].id).exists()


def test_the_installation_by_itself_opens_nothing_that_stands_sealed(staffing, later):
    gather(system_viewer("evidence"), REGION, later)

    assert not AuditEvent.objects.filter(verb__in=["case.counted", "referral.counted"]).exists()


@pytest.mark.rule("SR-18")
def test_of_agencies_that_keep_their_records_apart_no_row_is_taken(coordinator, staffing, later):
    Agency.objects.create(
        code=staffing.case.holder, name="Invented House", discipline="victim_advocate", keeps_own_records=True
    )

    rows = gather(coordinator, REGION, later)

    assert (rows.intakes, rows.staffings, rows.cases, rows.following, rows.advocacy) == ((), (), (), (), ())


@pytest.mark.req("PROG-2")
def test_last_year_comes_out_the_same_whatever_was_done_since(scene, coordinator, staffing, later):
    assessment = begun(coordinator, later)
    proposed = propose(coordinator, assessment, now=later)
    rows = gather(coordinator, REGION, later)

    much_later = later + timedelta(days=40)
    file_and_share_summary(coordinator, staffing, now=later + timedelta(hours=1))
    held(dataclasses.replace(scene, now=much_later), scheduled(dataclasses.replace(scene, now=much_later)))

    assert len(proposed) == len(RULES)
    assert gather(coordinator, REGION, later) == rows
    assert made_again(coordinator, assessment, proposed) == dict.fromkeys(RULES, True)
    assert gather(coordinator, REGION, much_later + timedelta(days=3)) != rows


@pytest.mark.req("PROG-2")
def test_a_rule_that_was_changed_since_says_so(coordinator, staffing, later, monkeypatch):
    assessment = begun(coordinator, later)
    proposed = propose(coordinator, assessment, now=later)
    monkeypatch.setitem(RULES, "er.2.1", dataclasses.replace(RULES["er.2.1"], version=2))

    same = made_again(coordinator, assessment, proposed)

    assert [item for item, is_same in same.items() if not is_same] == ["er.2.1"]


@pytest.mark.req("PROG-2")
def test_a_proposal_keeps_its_rule_its_version_and_its_time_and_is_made_once(coordinator, staffing, later):
    assessment = begun(coordinator, later)

    first = propose(coordinator, assessment, now=later)
    again = propose(coordinator, assessment, now=later + timedelta(minutes=1))

    one = Proposal.objects.get(assessment=assessment, item="er.2.1")
    assert (one.says, one.rule, one.rule_version, one.as_of) == ("yes", "emergency_on_time", "1", later)
    assert one.figure == "Within the time of its tier: all of fewer than 11 emergency meetings."
    assert one.links == [f"/referrals/late/?region={REGION}"]
    assert (one.period_to - one.period_from).days == 365
    assert len(first) == len(RULES)
    assert again == []


@pytest.mark.req("PRIV-2")
def test_who_does_not_coordinate_the_region_has_nothing_counted(coordinator, other_coordinator, state_analyst, now):
    assessment = begun(coordinator, now)

    for other in (other_coordinator, state_analyst):
        with pytest.raises(NotPermitted):
            propose(other, assessment, now=now)


def test_the_whole_state_and_a_tool_that_names_nothing_to_look_for_are_refused(coordinator, reviewer, now):
    whole = begun(reviewer, now, region="")
    stages = begun(coordinator, now, key="task-force-stages")

    with pytest.raises(RuleBroken, match="whole state"):
        propose(reviewer, whole, now=now)
    with pytest.raises(RuleBroken, match="by hand"):
        propose(coordinator, stages, now=now)


def test_an_unknown_region_is_no_empty_one(coordinator, now):
    with pytest.raises(KeyError):
        gather(coordinator, "nowhere", now)


@pytest.mark.req("PROG-2")
def test_as_many_queries_for_many_cases_as_for_one(scene, coordinator, staffing, later):
    with CaptureQueriesContext(connections["default"]) as one:
        gather(coordinator, REGION, later)
    for _ in range(3):
        received(scene)
        held(scene)
    with CaptureQueriesContext(connections["default"]) as many:
        gather(coordinator, REGION, later)

    assert len(many) == len(one) <= ENOUGH, len(many)


def test_another_region_s_records_are_not_counted(coordinator, staffing, later):
    rows = gather(coordinator, OTHER_REGION, later)

    assert (rows.intakes, rows.staffings, rows.cases, rows.team.seats) == ((), (), (), ())


@pytest.mark.req("PROG-2", "SCR-4")
def test_a_partner_that_screens_is_counted_once_it_has_screened_in_a_full_month(coordinator, now):
    for name in ("Sue Screener", "Stan Screener"):
        screener = make_person(name, now=now, roles=(("screener", REGION),))
    for month, agency in (("2026-02-01", screener.agency), ("2026-03-01", coordinator.agency)):
        CountedScreening.objects.create(
            tool="demonstration-narrative", agency=agency, region=REGION, month=month, state="finished"
        )

    found = said(coordinator, now, "si.3.2")["si.3.2"]

    assert (found.says, found.numerator, found.denominator) == ("not_yet", 1, 2)
    CountedScreening.objects.filter(agency=screener.agency).update(month="2026-03-01")
    assert said(coordinator, now, "si.3.2")["si.3.2"].numerator == 0
