"""The pages of a project: begun, written, moved, refused with everything that was typed."""

from __future__ import annotations

import pytest

from rightdoor.community.program import actions
from rightdoor.community.program.actions import Told
from rightdoor.community.program.models import Project
from tests.casework.visiting import Visitor, hidden
from tests.people import REGION, make_person

SENT = {
    "region": REGION,
    "title": "An invented project",
    "about": "An invented need.",
    "four_ps": ["prevention", "partnership"],
    "who": "",
    "sources": "",
}
WORDS = "Invented words, and enough of them."


@pytest.fixture
def project(coordinator, now):
    """A project in its first phase."""
    told = Told("An invented project", "An invented need.", ["prevention"])
    return actions.begin_project(coordinator, region=REGION, told=told, now=now)


@pytest.mark.req("PROG-7")
def test_from_an_empty_list_to_the_second_phase(coordinator, now):
    visitor = Visitor(coordinator, now)
    assert "There is no project yet." in visitor.page("/projects/")
    code = hidden(visitor.page("/projects/new/"), "code")

    begun = visitor.post("/projects/new/", {**SENT, "code": code})
    again = visitor.post("/projects/new/", {**SENT, "code": code})

    project = Project.objects.get()
    place = f"/projects/{project.code}/"
    assert begun.headers["Location"] == again.headers["Location"] == place
    visitor.post(f"{place}phases/1/", {"evidence": WORDS, "gate": WORDS, "version": "0"})
    assert visitor.post(f"{place}moves/", {"kind": "on", "at": "ca.1"}).headers["Location"] == place
    page = visitor.page(place)
    assert "Identify is complete; Define begins" in page
    assert "Prevention, Partnership" in page
    assert "2 of 6: Define" in visitor.page("/projects/")


def test_a_refused_form_comes_back_as_it_was_typed(coordinator, now):
    visitor = Visitor(coordinator, now)
    answer = visitor.post("/projects/new/", {**SENT, "title": "", "four_ps": []})
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "An invented need." in said
    assert "Choose at least one of the four" in said
    assert not Project.objects.exists()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"kind": "on", "at": "ca.1"}, "Write first what was done in this phase"),
        ({"kind": "end", "at": "ca.1"}, "A project ends in its last phase."),
        ({"kind": "give_up", "at": "ca.1", "why": "no"}, "Say why the project is given up."),
        ({"kind": "fly"}, "Choose what comes next."),
        ({}, "Choose what comes next."),
    ],
)
def test_a_move_that_cannot_be_made_is_refused_in_words(coordinator, project, now, sent, sentence):
    answer = Visitor(coordinator, now).post(f"/projects/{project.code}/moves/", sent)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_two_writers_of_a_phase_see_each_other(coordinator, project, now):
    visitor, place = Visitor(coordinator, now), f"/projects/{project.code}/phases/1/"
    visitor.post(place, {"evidence": "What the first one wrote.", "gate": "", "version": "0"})
    answer = visitor.post(place, {"evidence": "What the second one wrote.", "gate": "", "version": "0"})
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "What the first one wrote." in said
    assert "What the second one wrote." in said

    kept = visitor.post(place, {"evidence": "Both.", "gate": "", "version": hidden(said, "version")})
    assert kept.status_code == 302
    assert "What the first one wrote." in visitor.page(place)


def test_two_writers_of_what_it_is_about_see_each_other(coordinator, project, now):
    visitor, place = Visitor(coordinator, now), f"/projects/{project.code}/facts/"
    sent = {key: SENT[key] for key in ("title", "four_ps", "who", "sources")}
    assert visitor.post(place, {**sent, "about": "What the first one wrote.", "version": "1"}).status_code == 302
    answer = visitor.post(place, {**sent, "about": "What the second one wrote.", "version": "1"})
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "What the first one wrote." in said
    assert "What the second one wrote." in said


@pytest.mark.req("UX-4")
@pytest.mark.parametrize(
    ("where", "name"), [("new/", "about"), ("{code}/facts/", "about"), ("{code}/phases/1/", "evidence")]
)
def test_what_is_typed_is_kept_for_its_writer(coordinator, project, now, where, name):
    visitor, place = Visitor(coordinator, now), f"/projects/{where.format(code=project.code)}"
    assert visitor.post(f"{place}draft/", {name: "Half a sen", "version": "0"}).content.startswith(b"Kept")
    assert "Half a sen" in visitor.page(place)


def test_a_head_of_an_agency_reads_and_is_offered_no_form(coordinator, project, now):
    head = Visitor(make_person("Hella Head", now=now, roles=(("agency_head", REGION),)), now)
    assert 'href="/projects/"' in head.page("/partners/")
    page = head.page(f"/projects/{project.code}/")
    assert '<form method="post" action="/projects/' not in page
    assert "Nothing was written on this phase." in head.page(f"/projects/{project.code}/phases/1/")
    assert head.get(f"/projects/{project.code}/facts/").status_code == 403


def test_a_phase_that_there_is_not_is_no_page(coordinator, project, now):
    assert Visitor(coordinator, now).get(f"/projects/{project.code}/phases/7/").status_code == 404
