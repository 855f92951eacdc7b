"""Community projects: begun, written on, moved through their gates, ended; and what nobody may do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.community.program import actions
from rightdoor.community.program.actions import Told
from rightdoor.community.program.models import PhaseEntry, Project, ProjectMove
from rightdoor.community.program.queries import history_of, phase_lines, project_for, project_lines
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from tests.people import OTHER_REGION, REGION, make_person

TOLD = Told("An invented project", "An invented need.", ["prevention"], plan="First this, then that.")
WORDS = "Invented words, and enough of them."


@pytest.fixture
def project(coordinator, now):
    """A project in its first phase."""
    return actions.begin_project(coordinator, region=REGION, told=TOLD, now=now)


def write(coordinator, project, phase, now, *, version=0):
    return actions.write_phase(coordinator, project, phase=phase, evidence=WORDS, gate=WORDS, version=version, now=now)


def at_the_end(coordinator, project, now):
    """Through all the gates but the last."""
    for number in range(1, 6):
        write(coordinator, project, f"ca.{number}", now)
        actions.go_on(coordinator, project, at=f"ca.{number}", now=now + timedelta(minutes=number))
    write(coordinator, project, "ca.6", now)


@pytest.mark.req("PROG-7")
def test_a_project_begins_in_the_first_phase_of_the_version_that_it_pins(project):
    assert (project.phase, project.state, project.instrument_key) == ("ca.1", "running", "community-action-phases")
    assert project.texts.get().told["plan"] == TOLD.plan


def test_a_form_that_is_sent_twice_begins_one_project(coordinator, now):
    sent = {"region": REGION, "told": TOLD, "code": "CDFG-2346", "now": now}
    first = actions.begin_project(coordinator, **sent)
    assert actions.begin_project(coordinator, **sent) == first
    assert Project.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "sentence"), [({"title": " "}, "title"), ({"about": ""}, "about"), ({"four_ps": []}, "four")]
)
def test_what_is_lacking_is_said_and_nothing_is_begun(coordinator, now, change, sentence):
    told = Told(**{"title": "T", "about": "A", "four_ps": ["prevention"]} | change)
    with pytest.raises(RuleBroken, match=sentence):
        actions.begin_project(coordinator, region=REGION, told=told, now=now)
    assert not Project.objects.exists()


@pytest.mark.req("PROG-7")
def test_a_gate_without_evidence_stays_closed(coordinator, project, now):
    with pytest.raises(RuleBroken, match="evidence"):
        actions.go_on(coordinator, project, at="ca.1", now=now)
    assert not ProjectMove.objects.exists()


@pytest.mark.req("PROG-7")
def test_through_its_gate_it_goes_on_and_back_with_a_reason_and_all_of_it_is_kept(coordinator, project, now):
    write(coordinator, project, "ca.1", now)
    actions.go_on(coordinator, project, at="ca.1", now=now + timedelta(hours=1))
    actions.go_back(coordinator, project, at="ca.2", to="ca.1", why=WORDS, now=now + timedelta(hours=2))

    project.refresh_from_db()
    assert project.phase == "ca.1"
    assert [one.state for one in phase_lines(project)][:2] == ["in_progress", "not_started"]
    assert phase_lines(project)[0].evidence == WORDS
    assert [one.what for one in history_of(project)] == [
        "Back to Identify",
        "Identify is complete; Define begins",
        "The project began",
    ]


def test_a_second_press_on_the_same_button_moves_nothing_further(coordinator, project, now):
    write(coordinator, project, "ca.1", now)
    actions.go_on(coordinator, project, at="ca.1", now=now)
    with pytest.raises(RuleBroken, match="another phase"):
        actions.go_on(coordinator, project, at="ca.1", now=now)
    assert ProjectMove.objects.count() == 1


@pytest.mark.req("PROG-7")
def test_it_ends_evaluated_and_then_nothing_of_it_changes(coordinator, project, now):
    at_the_end(coordinator, project, now)
    with pytest.raises(RuleBroken, match="outcome"):
        actions.end_project(coordinator, project, at="ca.6", now=now)
    told = Told(TOLD.title, TOLD.about, TOLD.four_ps, outcome=WORDS)
    actions.change_project(coordinator, project, told=told, version=1, now=now)

    actions.end_project(coordinator, project, at="ca.6", now=now)

    project.refresh_from_db()
    assert (project.state, project.ended_at) == ("ended", now)
    assert {one.state for one in phase_lines(project)} == {"done"}
    for refused in (
        lambda: write(coordinator, project, "ca.6", now, version=1),
        lambda: actions.change_project(coordinator, project, told=told, version=2, now=now),
        lambda: actions.go_back(coordinator, project, at="ca.6", to="ca.1", why=WORDS, now=now),
        lambda: actions.give_up_project(coordinator, project, at="ca.6", why=WORDS, now=now),
    ):
        with pytest.raises(RuleBroken, match="over"):
            refused()


def test_it_may_be_given_up_with_a_reason(coordinator, project, now):
    with pytest.raises(RuleBroken, match="why"):
        actions.give_up_project(coordinator, project, at="ca.1", why="", now=now)
    actions.give_up_project(coordinator, project, at="ca.1", why=WORDS, now=now)
    project.refresh_from_db()
    assert project.state == "given_up"


def test_a_second_writer_overwrites_nothing_unseen(coordinator, project, now):
    write(coordinator, project, "ca.1", now)
    with pytest.raises(RuleBroken, match="Somebody else"):
        write(coordinator, project, "ca.1", now)
    actions.change_project(coordinator, project, told=TOLD, version=1, now=now)
    with pytest.raises(RuleBroken, match="Somebody else"):
        actions.change_project(coordinator, project, told=TOLD, version=1, now=now)
    assert (PhaseEntry.objects.count(), project.texts.count()) == (1, 2)


@pytest.mark.req("PROG-7", "PRIV-2")
def test_who_coordinates_elsewhere_neither_writes_nor_knows_of_it(
    coordinator, other_coordinator, detective, project, now
):
    for viewer in (other_coordinator, detective):
        with pytest.raises(NotVisible):
            project_for(viewer, project.code)
        with pytest.raises(NotPermitted):
            write(viewer, project, "ca.1", now)
        with pytest.raises(NotPermitted):
            actions.begin_project(viewer, region=REGION, told=TOLD, now=now)
    assert project_lines(other_coordinator) == []


def test_a_head_of_an_agency_here_who_coordinates_elsewhere_reads_and_does_not_write(project, now):
    viewer = make_person("Hella Head", now=now, roles=(("agency_head", REGION), ("care_coordinator", OTHER_REGION)))
    assert project_for(viewer, project.code) == project
    with pytest.raises(NotPermitted):
        write(viewer, project, "ca.1", now)


def test_the_list_tells_where_each_stands_and_what_it_serves(coordinator, state_analyst, project, now):
    other = Told("Another invented project", "Another need.", ["partnership"])
    actions.begin_project(coordinator, region=REGION, told=other, now=now + timedelta(hours=1))
    lines = project_lines(state_analyst)
    assert [(one.project.title, one.phase.name, one.of) for one in lines] == [
        ("Another invented project", "Identify", 6),
        ("An invented project", "Identify", 6),
    ]
    assert [one.project.code for one in project_lines(state_analyst, serves="prevention")] == [project.code]
