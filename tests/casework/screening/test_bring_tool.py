"""An agency brings its own licensed copy of a tool: for itself alone, whole or refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from rightdoor.casework.screening.queries import tools_for
from rightdoor.domain.permission import Viewer
from tests.people import REGION, make_person

OWN = """
format: rightdoor-instrument/1
key: sscst
version: "2018"
title: Invented copy of a short screen
language: en
purpose: screening
administration: interview
terms: {licence: By agreement, redistribution: import, permission_reference: "Invented letter 12"}
answer_sets:
  yn: {options: [{code: y, label: "Yes"}, {code: n, label: "No"}, {code: u, label: Not known, means: unknown}]}
scoring: {kind: count, over: [one, two], counted: [y], bands: [
  {code: low, label: Low, from: 0, result: negative, next_step: nothing_now},
  {code: high, label: High, from: 2, result: positive, next_step: refer}]}
items:
  - {id: one, answers: yn, text: An invented question}
  - {id: two, answers: yn, text: Another invented question}
"""
Enter = Callable[[Viewer], Browser]


def file(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("tool.yaml", text.encode())


@pytest.mark.req("SCR-1", "SCR-2")
def test_a_licensed_copy_is_there_for_its_agency_alone(
    head: Viewer, screener: Viewer, coordinator: Viewer, enter: Enter
) -> None:
    answer = enter(head).post("/screening/tools/", {"file": file(OWN), "is_allowed": "on"})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    assert {one.key for one in tools_for(screener) if one.items} >= {"sscst"}
    assert "sscst" not in {one.key for one in tools_for(coordinator) if one.items}
    told = {"tool": "sscst", "taken_on": "03/09/2026", "occasion": "routine", "age": "15"}
    begun = enter(screener).post("/screening/new/", told)
    assert begun["Location"].endswith("/reminders/")


@pytest.mark.req("SCR-1")
def test_a_file_that_is_not_sound_is_refused_with_line_and_remedy(head: Viewer, enter: Enter) -> None:
    answer = enter(head).post(
        "/screening/tools/", {"file": file(OWN.replace("over: [one", "over: [gone")), "is_allowed": "on"}
    )
    assert answer.status_code == 422
    assert "Line " in answer.content.decode()


@pytest.mark.req("SCR-2")
def test_whoever_screens_alone_brings_no_tool(screener: Viewer, enter: Enter) -> None:
    answer = enter(screener).post("/screening/tools/", {"file": file(OWN), "is_allowed": "on"})
    assert answer.status_code == 403
    assert 'name="file"' not in enter(screener).get("/screening/tools/").content.decode()


@pytest.mark.req("SCR-2")
def test_a_tool_of_results_alone_takes_no_items(now: object, head: Viewer, enter: Enter) -> None:
    other = make_person("Hugo Head", now=now, roles=(("agency_head", REGION),))  # type: ignore[arg-type]
    answer = enter(other).post(
        "/screening/tools/", {"file": file(OWN.replace("key: sscst", "key: cse-it")), "is_allowed": "on"}
    )
    assert answer.status_code == 422
    assert "typed in" in answer.content.decode()
