"""Each rule, on rows that are as they should be, on rows that are not, and on none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rightdoor.casework.closure.deidentified import CountedEnding, CountedReview
from rightdoor.casework.consents.deidentified import CountedDisclosure
from rightdoor.casework.missing.deidentified import CountedReturn
from rightdoor.casework.plans.deidentified import CountedFollowing
from rightdoor.casework.referrals.deidentified import CountedKind
from rightdoor.casework.screening.deidentified import CountedPartner
from rightdoor.casework.services.deidentified import CountedAdvocacy
from rightdoor.community.assessments.deidentified import CountedAssessments
from rightdoor.community.minutes.deidentified import CountedFigures
from rightdoor.community.teams.deidentified import CountedSeat, CountedTeam
from rightdoor.oversight.emergency.deidentified import CountedOpening
from rightdoor.oversight.evidence.finding import rough, share
from rightdoor.oversight.evidence.rows import Rows
from rightdoor.oversight.evidence.rules import RULES
from rightdoor.packs.pack import Closure, Plans
from rightdoor.packs.words import Choices
from tests.oversight.evidence.good_year import (
    BACK,
    REGION,
    agency,
    case,
    good_rows,
    intake,
    meeting,
    place,
    proceeding,
    staffing,
)

# What holds without any record: it is said of the pack alone.
OF_THE_PACK = {"si.1.1", "si.1.3", "er.1.2", "oc.1.3", "sp.1.1"}
# What is not there cannot be: without records the answer is not yet, since something has to exist.
HAS_TO_EXIST = {
    *("tm.1.2", "pd.2.1", "pd.3.1", "si.4.2", "oc.3.1", "sp.4.1", "ip.1.1", "at.2.1", "at.3.3", "at.4.2"),
}

ABSENT = place(attendance="absent")
UNRECORDED = place(attendance="")
MANY = 40


def team(*agencies: Any) -> CountedTeam:
    return CountedTeam(agencies=agencies)


# Item -> what spoils it, as fields of the rows.
SPOILED: dict[str, dict[str, Any]] = {
    "tm.1.2": {"meetings": (meeting("advisory", 0, place()),)},
    "tm.2.1": {"meetings": (meeting(), meeting("ongoing", 3, place(), UNRECORDED))},
    "tm.2.2": {"meetings": (meeting("advisory", 0, ABSENT),)},
    "tm.3.1": {"team": CountedTeam(seats=(CountedSeat("school", 0, False),))},
    "tm.3.2": {"staffings": (staffing(had_signed_guest=False),)},
    "tm.3.3": {"team": team(agency("school"))},
    "pd.2.1": {"figures": (CountedFigures("late-responses", 2),)},
    "pd.2.2": {"openings": (CountedOpening(0, False, True),)},
    "pd.3.1": {"reviews": (), "staffings": (staffing(kind="case_review", quarter=2),)},
    "si.1.2": {"meetings": (meeting("advisory", 0, place(), place(was_told=False)),)},
    "si.2.1": {"intakes": (intake(), intake(channel="outside_process"))},
    "si.2.2": {"intakes": (intake(), intake(source="juvenile_justice"))},
    "si.2.3": {"intakes": (intake(), intake(response="overdue"))},
    "si.2.4": {"intakes": (intake(is_ineligible=True, has_reason=False),)},
    "si.3.1": {"kinds": (CountedKind(0, "sex", "familial"), CountedKind(0, "sex", ""), CountedKind(4, "sex", ""))},
    "si.3.2": {"screeners": (CountedPartner(True), CountedPartner(False))},
    "si.4.2": {"figures": (CountedFigures("screening-trend", 2), CountedFigures("outcomes", 0))},
    "er.2.1": {"intakes": (*(intake() for _ in range(8)), intake(response="missed"))},
    "er.2.2": {"staffings": (staffing(), staffing(has_items=False))},
    "er.2.3": {"staffings": (*(staffing() for _ in range(8)), staffing(shared="missed"))},
    "er.3.1": {"intakes": (intake(response="missed"), intake(answered=4, response="missed"))},
    "oc.1.1": {"staffings": (staffing(kind="ongoing", has_minutes=False),)},
    "oc.1.2": {"staffings": (staffing(kind="ongoing", has_decisions=False),)},
    "oc.2.1": {"cases": (case(), case(next="not_set"))},
    "oc.2.2": {"cases": (case(), case(staffings=2), case(staffings=2))},
    "oc.2.3": {"staffings": (staffing(kind="ongoing"), staffing(kind="ongoing", shared="missed"))},
    "oc.3.1": {"reviews": (CountedReview(0, False), CountedReview(2, True))},
    "oc.3.2": {"cases": (case(has_cadence=False),)},
    "oc.4.2": {"endings": (CountedEnding(0, True, False),)},
    "sp.2.1": {"following": (CountedFollowing(False, True, False),)},
    "sp.2.2": {"advocacy": (CountedAdvocacy(True, False),)},
    "sp.3.1": {"returns": (CountedReturn(0, None, False, 5),)},
    "sp.4.1": {"figures": (CountedFigures("outcomes", 4), CountedFigures("screening-trend", 0))},
    "ip.1.1": {"team": team(agency("local_law_enforcement"))},
    "ip.1.2": {"team": team(agency("local_law_enforcement", has_agreement=False))},
    "ip.2.1": {"meetings": (meeting(), meeting("emergency", 0, place(discipline="school")))},
    "ip.2.2": {"team": team(agency("state_law_enforcement", is_trained=False))},
    "ip.2.3": {"returns": (CountedReturn(0, 0, True, 1),)},
    "ip.3.3": {"proceedings": (proceeding(), proceeding("prosecution"))},
    "ip.4.1": {"proceedings": (proceeding(came_of_it=""),)},
    "at.2.1": {"meetings": tuple(meeting("advisory", quarter) for quarter in (0, 1, 3))},
    "at.3.1": {"meetings": (meeting("advisory", 0, place(discipline="community_organization")),)},
    "at.3.3": {"meetings": (meeting("roundtable", 0, place(regions=(REGION,))),)},
    "at.4.2": {"assessments": CountedAssessments((2,), ())},
}


@pytest.mark.req("PROG-2")
@pytest.mark.parametrize("item", sorted(RULES))
def test_what_is_done_is_found(item, rows, find):
    assert find(item, rows).says == "yes", find(item, rows).figure


@pytest.mark.req("PROG-2")
@pytest.mark.parametrize("item", sorted(set(RULES) - OF_THE_PACK))
def test_what_is_not_done_is_not_called_done(item, rows, find):
    finding = find(item, replace(rows, **SPOILED[item]))

    assert finding.says == "not_yet", finding.figure


@pytest.mark.req("PROG-2", "UX-8")
@pytest.mark.parametrize(
    ("item", "lacking"),
    [
        ("si.1.1", {"tiers": ()}),
        ("si.1.3", {"recommended_tools": ()}),
        ("er.1.2", {"agendas": ()}),
        ("oc.1.1", {"agendas": ()}),
        ("oc.1.3", {"closure": Closure(reasons=())}),
        ("sp.1.1", {"plans": Plans(domains=Choices(), templates=())}),
        ("sp.3.1", {"plans": Plans(domains=Choices(), templates=())}),
    ],
)
def test_a_state_whose_pack_lacks_it_is_not_called_done(item, lacking, rows, find):
    assert find(item, replace(rows, pack=replace(rows.pack, **lacking))).says == "not_yet"


@pytest.mark.req("PROG-2")
@pytest.mark.parametrize("item", sorted(set(RULES) - OF_THE_PACK))
def test_where_there_is_nothing_to_judge_by_no_rule_says_yes(item, rows, find):
    finding = find(item, Rows(region=REGION, pack=rows.pack))

    assert finding.says == ("not_yet" if item in HAS_TO_EXIST else "cannot_tell"), finding.figure


@pytest.mark.req("PROG-2")
@pytest.mark.parametrize("item", sorted(RULES))
def test_a_finding_says_its_figure_and_its_time(item, rows, find):
    finding = find(item, rows)

    assert finding.figure.endswith(".")
    assert "{" not in finding.figure
    assert len(finding.figure) <= 500
    assert finding.period.until == BACK.until


@pytest.mark.parametrize("item", sorted(RULES))
def test_the_same_rows_give_the_same_finding(item, rows, find):
    assert find(item, rows) == find(item, good_rows())


# --------------------------------------------------------------------------------------------- what each rule must know


def test_attendance_that_nobody_recorded_leaves_open_who_came_to_found_the_team(rows, find):
    held = replace(rows, meetings=(meeting("founding", 0, place(attendance="", heads_an_agency=True)),))

    assert find("tm.1.2", held).says == "cannot_tell"


def test_a_state_that_recommends_no_tool_has_chosen_none(rows, find):
    assert find("si.1.3", replace(rows, pack=replace(rows.pack, recommended_tools=()))).says == "not_yet"


def test_a_briefing_afterwards_makes_good_an_absence_without_notice(rows, find):
    briefed = replace(rows, meetings=(meeting("emergency", 0, place(attendance="absent", was_briefed=True)),))

    assert find("tm.2.2", briefed).says == "yes"


@pytest.mark.req("PROG-2")
@pytest.mark.parametrize(
    ("places", "says"),
    [
        ((UNRECORDED,), "cannot_tell"),
        ((place(), UNRECORDED), "cannot_tell"),
        ((UNRECORDED, ABSENT), "not_yet"),  # one that was not seen to is enough
        ((place(attendance="", gave_notice=True),), "yes"),  # seen to, whether absent or not
        ((place(attendance="", was_briefed=True),), "yes"),
    ],
)
def test_absences_that_nobody_recorded_are_not_taken_for_none(rows, find, places, says):
    assert find("tm.2.2", replace(rows, meetings=(*rows.meetings, meeting("ongoing", 0, *places)))).says == says


@pytest.mark.req("PROG-2")
@pytest.mark.parametrize(
    ("came", "unknown", "away", "says"),
    [
        (1, 1, 0, "cannot_tell"),
        (8, 2, 0, "yes"),  # enough even if nobody came to the others
        (7, 2, 1, "cannot_tell"),
        (7, 1, 2, "cannot_tell"),  # it could just be enough
        (7, 0, 3, "not_yet"),
        (5, 2, 3, "not_yet"),  # not enough even if somebody came to the others
    ],
)
def test_meetings_without_attendance_count_neither_for_law_enforcement_nor_against(
    rows, find, came, unknown, away, says
):
    held = [meeting() for _ in range(came)] + [meeting("emergency", 0, UNRECORDED) for _ in range(unknown)]
    held += [meeting("emergency", 0, place(discipline="school")) for _ in range(away)]

    assert find("ip.2.1", replace(rows, meetings=tuple(held))).says == says


def test_a_meeting_of_another_region_is_not_the_teams_own(rows, find):
    elsewhere = replace(rows, meetings=(meeting("roundtable", 0, UNRECORDED, region="northshore"),))

    assert find("si.1.2", elsewhere).says == "cannot_tell"


def test_what_was_told_outside_without_a_ground_is_not_made_good_by_reviews(rows, find):
    told = replace(rows, disclosures=(CountedDisclosure(0, ""),))

    assert find("pd.2.2", told).says == "not_yet"


def test_disclosures_of_the_year_before_do_not_count(rows, find):
    told = replace(rows, disclosures=(CountedDisclosure(4, ""), CountedDisclosure(0, "order")))

    assert find("pd.2.2", told).says == "yes"


def test_a_referral_of_this_week_may_still_be_in_intake(rows, find):
    fresh = replace(rows, intakes=(intake(), intake(is_new=True, is_decided=False, has_tier=False)))

    assert find("si.2.1", fresh).says == "yes"


@pytest.mark.parametrize(("outside", "says"), [(1, "yes"), (2, "yes"), (3, "not_yet")])
def test_ninety_five_of_a_hundred_are_enough(rows, find, outside, says):
    came = [intake(channel="outside_process") for _ in range(outside)] + [intake() for _ in range(MANY - outside)]

    assert find("si.2.1", replace(rows, intakes=tuple(came))).says == says


@pytest.mark.parametrize(("missed", "says"), [(4, "yes"), (5, "not_yet")])
def test_nine_of_ten_emergency_meetings_in_time_are_enough(rows, find, missed, says):
    held = [intake(response="missed") for _ in range(missed)] + [intake() for _ in range(MANY - missed)]

    assert find("er.2.1", replace(rows, intakes=tuple(held))).says == says


def test_a_summary_whose_time_runs_is_not_missing(rows, find):
    held = replace(rows, staffings=(staffing(), staffing(has_summary=False, shared="running")))

    assert find("er.2.2", held).says == "yes"
    assert find("er.2.3", held).says == "yes"


def test_the_same_share_in_time_is_no_improvement(rows, find):
    held = replace(rows, intakes=(intake(), intake(answered=4), intake(answered=4)))

    assert find("er.3.1", held).says == "not_yet"


def test_a_plan_that_is_not_owed_yet_is_not_lacking(rows, find):
    new = replace(rows, following=(CountedFollowing(True, False, False),))

    assert find("sp.2.1", new).says == "cannot_tell"


def test_who_is_no_confirmed_victim_is_owed_no_advocate(rows, find):
    others = replace(rows, advocacy=(CountedAdvocacy(False, False), CountedAdvocacy(None, False)))

    assert find("sp.2.2", others).says == "cannot_tell"


def test_an_ending_whose_key_was_destroyed_is_not_counted(rows, find):
    gone = replace(rows, endings=(CountedEnding(0, None, None), CountedEnding(0, True, True)))

    assert find("oc.4.2", gone).says == "yes"


def test_a_pack_that_keeps_no_training_on_trafficking_leaves_it_open(rows, find):
    unknown = replace(rows, team=team(agency("local_law_enforcement", is_trained=None)))

    assert find("ip.2.2", unknown).says == "cannot_tell"


@pytest.mark.parametrize("item", ["si.3.1", "sp.2.2", "oc.4.2", "ip.3.3", "ip.4.1"])
def test_what_stands_sealed_and_was_not_opened_is_not_guessed(rows, find, item):
    finding = find(item, replace(rows, is_opened=False))

    assert finding.says == "cannot_tell"
    assert "sealed" in finding.figure


# ---------------------------------------------------------------------------------------------------- no small counts


@pytest.mark.req("STAT-3")
@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (0, 0, "no cases"),
        (1, 1, "all of fewer than 11 cases"),
        (0, 7, "none of fewer than 11 cases"),
        (3, 7, "some of fewer than 11 cases"),
        (10, 40, "fewer than 11 of 40 or more cases"),
        (11, 47, "about 25% of 40 or more cases"),
        (37, 47, "all but fewer than 11 of 40 or more cases"),
        (47, 47, "all of 40 or more cases"),
        (11, 11, "all of 11 or more cases"),
        (19, 19, "all of 11 or more cases"),
    ],
)
def test_no_small_count_is_said_nor_one_that_could_be_worked_out(part, whole, said):
    assert share(part, whole, "cases") == said


@pytest.mark.parametrize("count", range(1, 11))
def test_a_count_under_eleven_is_said_the_same_whatever_it_is(count):
    assert rough(count) == "fewer than 11"


def test_the_figures_of_a_region_hold_no_count_of_children_under_eleven(find):
    """Every rule about children, in a region with three of everything: no digit but those of the rules themselves."""
    three = replace(
        good_rows(),
        intakes=tuple(intake(response=said) for said in ("met", "met", "missed")),
        staffings=tuple(staffing(kind=kind) for kind in ("emergency", "ongoing", "ongoing")),
        cases=(case(), case(), case(next="overdue")),
        following=tuple(CountedFollowing(False, True, done) for done in (True, True, False)),
        endings=tuple(CountedEnding(0, True, done) for done in (True, True, False)),
    )
    about_children = ["si.2.1", "si.2.3", "er.2.1", "oc.2.1", "oc.2.2", "sp.2.1", "sp.2.2", "oc.4.2", "ip.2.3"]
    for item in about_children:
        figure = find(item, three).figure.replace("fewer than 11", "").replace("31 days", "")
        assert not any(sign.isdigit() for sign in figure), figure
