"""Stopping while somebody tells: nothing typed is lost, and pressing twice leads to the report as well."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client as Browser

from rightdoor.casework.screening.disclosure import opened
from rightdoor.casework.screening.models import CountedIndicator, Screening
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.drafts.models import Draft
from rightdoor.foundation.questionnaires.kept import import_instrument
from rightdoor.packs.instruments import instrument_from
from tests.casework.screening.conftest import SEEN, WORDS, Begin
from tests.people import REGION, make_person

Enter = Callable[[Viewer], Browser]
TYPED = {"a.purpose.sex": SEEN, "n.purpose.sex": WORDS, "s.purpose.sex": "record", "version": "0"}
BRANCHING = """
format: rightdoor-instrument/1
key: invented-branching
version: "1"
title: An invented tool with a branch
language: en
purpose: screening
administration: observer_integration
terms: {licence: None, redistribution: import, permission_reference: A letter}
answer_sets:
  seen: {options: [{code: seen, label: Seen}, {code: not_seen, label: Not seen}]}
scoring: {kind: none}
items:
  - {id: first, answers: seen, text: An invented indicator}
  - {id: second, answers: seen, text: An invented detail, enable_when: {all: [{item: first, is: seen}]}}
  - {id: third, answers: seen, text: Another invented indicator}
"""
pytestmark = pytest.mark.req("SCR-3")


@pytest.fixture
def browser(screener: Viewer, enter: Enter) -> Browser:
    return enter(screener)


def _kept() -> str:
    return json.dumps(opened(Screening.objects.get()).told.as_dict())


def test_what_the_tool_kept_as_a_draft_comes_along_when_it_is_stopped_elsewhere(browser: Browser, begin: Begin) -> None:
    there = f"/screening/{begin().code}/"
    browser.post(f"{there}tool/draft/", TYPED, headers={"X-Draft": "1"})

    assert browser.post(f"{there}stop/")["Location"] == f"{there}report/"

    assert WORDS in _kept()
    assert CountedIndicator.objects.get().item == "purpose.sex"
    assert not Draft.objects.exists()


@pytest.mark.parametrize(("page", "sent"), [("tool/", {**TYPED, "go": "stop"}), ("stop/", {})])
def test_stopped_twice_it_leads_to_the_report_twice(
    browser: Browser, begin: Begin, page: str, sent: dict[str, str]
) -> None:
    there = f"/screening/{begin().code}/"

    found = [browser.post(there + page, sent) for _ in range(2)]

    assert [answer["Location"] for answer in found] == [f"{there}report/"] * 2
    assert browser.get(f"{there}report/").status_code == 200


def test_a_text_that_is_too_long_for_its_field_is_kept_whole(browser: Browser, begin: Begin) -> None:
    long = "What was told. " * 1000
    browser.post(f"/screening/{begin().code}/tool/", {**TYPED, "n.purpose.sex": long, "remarks": long, "go": "stop"})

    told = opened(Screening.objects.get()).told
    assert (told.evidence["purpose.sex"], told.remarks) == (long.strip(), long.strip())


def test_from_an_older_window_nothing_that_was_kept_meanwhile_is_taken_away(browser: Browser, begin: Begin) -> None:
    there = f"/screening/{begin().code}/tool/"
    browser.post(there, {**TYPED, "remarks": "Kept in the other window.", "go": "keep"})

    browser.post(there, {"n.purpose.sex": "Typed here.", "remarks": "Here as well.", "version": "0", "go": "stop"})

    told = opened(Screening.objects.get()).told
    assert told.answers == {"purpose.sex": SEEN}
    assert WORDS in told.evidence["purpose.sex"]
    assert "Typed here." in told.evidence["purpose.sex"]
    assert told.remarks == "Kept in the other window.\n\nHere as well."


def test_an_answer_that_cannot_stand_takes_no_other_along(
    begin: Begin, screener: Viewer, enter: Enter, now: datetime
) -> None:
    head = make_person("Hedda Head", now=now, roles=(("agency_head", REGION),), agency=screener.agency)
    import_instrument(head, instrument_from(BRANCHING, "invented.yaml"), now=now)
    screening = begin(tool="invented-branching")
    sent = {"a.first": "not_seen", "a.second": SEEN, "a.third": SEEN, "version": "0", "go": "stop"}

    enter(screener).post(f"/screening/{screening.code}/tool/", sent)

    told = opened(Screening.objects.get()).told
    assert told.answers == {"first": "not_seen", "third": SEEN}
    assert "An invented detail: seen" in told.remarks


def test_what_is_typed_and_not_kept_is_looked_through_before_the_end(browser: Browser, begin: Begin) -> None:
    there = f"/screening/{begin().code}/"
    browser.post(f"{there}tool/draft/", TYPED, headers={"X-Draft": "1"})

    assert browser.get(f"{there}finish/")["Location"] == f"{there}tool/"
    refused = browser.post(f"{there}finish/", {"step": "report", "reason": "", "version": "0"})

    assert refused.status_code == 422
    assert Screening.objects.get().state == "draft"
