"""The pages of a screening, without scripts: begun, answered, stopped, finished, reported, handed on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client as Browser

from rightdoor.casework.intake.models import Report
from rightdoor.casework.screening import actions
from rightdoor.casework.screening.models import Education, Screening
from rightdoor.casework.screening.queries import tools_for
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.drafts.models import Draft
from rightdoor.foundation.jurisdiction.active import active_pack
from tests.casework.screening.conftest import NAME, SEEN, TOOL, WORDS, Begin
from tests.people import REGION

Enter = Callable[[Viewer], Browser]
ANSWERED = {"a.purpose.sex": SEEN, "n.purpose.sex": WORDS, "s.purpose.sex": "record", "version": "0"}


@pytest.fixture
def browser(screener: Viewer, enter: Enter) -> Browser:
    return enter(screener)


@pytest.mark.req("SCR-1")
def test_a_narrative_tool_is_looked_for_and_not_asked(browser: Browser) -> None:
    told = {"tool": TOOL, "taken_on": "03/09/2026", "occasion": "routine", "given": NAME, "code": "K7MQ-4XPR"}
    answer = browser.post("/screening/new/", told)
    screening = Screening.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/screening/{screening.code}/tool/")
    page = browser.get(answer["Location"]).content.decode()
    assert "Look for it, do not ask." in page
    assert "Where it comes from" in page
    assert "The child tells of it: stop" in page


def test_what_cannot_be_begun_comes_back_as_typed(browser: Browser) -> None:
    answer = browser.post("/screening/new/", {"taken_on": "03/09/2026", "occasion": "routine", "given": NAME})
    assert answer.status_code == 422
    assert NAME in answer.content.decode()
    assert "Choose a tool." in answer.content.decode()


@pytest.mark.req("SCR-3")
def test_one_press_stops_keeps_and_opens_the_report(browser: Browser, begin: Begin) -> None:
    screening = begin()
    answer = browser.post(f"/screening/{screening.code}/tool/", {**ANSWERED, "go": "stop"})
    assert answer["Location"] == f"/screening/{screening.code}/report/"
    assert Screening.objects.get().state == "stopped"
    page = browser.get(answer["Location"]).content.decode()
    assert WORDS in page
    assert NAME in page
    assert 'href="tel:' in page
    assert not Draft.objects.exists()


@pytest.mark.req("SCR-3")
def test_an_answer_that_does_not_fit_keeps_nobody_from_stopping(browser: Browser, begin: Begin) -> None:
    screening = begin()
    sent = {"a.purpose.sex": "no such answer", "n.purpose.sex": WORDS, "go": "stop"}
    assert browser.post(f"/screening/{screening.code}/tool/", sent).status_code == 302
    assert Screening.objects.get().state == "stopped"


@pytest.mark.req("SCR-3")
def test_from_the_answers_to_the_step_and_the_report(browser: Browser, begin: Begin, screener: Viewer) -> None:
    screening = begin()
    there = f"/screening/{screening.code}/"
    answer = browser.post(f"{there}tool/", {**ANSWERED, "go": "finish"})
    assert answer["Location"] == f"{there}finish/"
    page = browser.get(f"{there}finish/").content.decode()
    assert "It leads to" in page
    version = Screening.objects.get().version
    refused = browser.post(f"{there}finish/", {"step": "monitor", "reason": "", "version": version})
    assert refused.status_code == 422
    done = browser.post(f"{there}finish/", {"step": "report", "reason": "", "version": version})
    assert done["Location"] == f"{there}report/"
    sent = browser.post(f"{there}report/", {"what": WORDS, "given": NAME, "area": "ascension", "form_id": "once"})
    assert sent.status_code == 200
    assert "The report is received" in sent.content.decode()
    assert Screening.objects.get().report is not None
    assert browser.get(f"{there}report/").status_code == 404
    assert browser.post(f"{there}report/", {"what": WORDS})["Location"] == there
    assert Report.objects.count() == 1
    assert "The report was made." in browser.get(there).content.decode()


def test_what_is_typed_outlives_a_closed_window(browser: Browser, begin: Begin) -> None:
    screening = begin()
    kept = browser.post(f"/screening/{screening.code}/tool/draft/", ANSWERED, headers={"X-Draft": "1"})
    assert kept.status_code == 200
    page = browser.get(f"/screening/{screening.code}/tool/").content.decode()
    assert WORDS in page
    assert "Go on where you stopped." in page


@pytest.mark.req("SCR-5")
def test_the_reminders_come_before_the_questions(browser: Browser, begin: Begin) -> None:
    screening = begin()
    Screening.objects.update(is_open=False)
    there = f"/screening/{screening.code}/"
    assert browser.get(f"{there}tool/")["Location"] == f"{there}reminders/"
    assert "A relative, a friend" in browser.get(f"{there}reminders/").content.decode()


@pytest.mark.req("SCR-3", "SCR-4")
def test_the_team_makes_a_referral_of_what_was_handed_on(
    browser: Browser, begin: Begin, screener: Viewer, coordinator: Viewer, enter: Enter, now: datetime
) -> None:
    screening = actions.stop_screening(screener, begin(), words=WORDS, now=now)
    there = f"/screening/{screening.code}/"
    assert browser.post(f"{there}team/", {"region": REGION}).status_code == 302
    assert browser.post(f"{there}team/", {"region": REGION})["Location"] == there
    team = enter(coordinator)
    assert screening.code in team.get("/screening/").content.decode()
    assert "Make a referral of it" in team.get(there).content.decode()
    page = team.get(f"/referrals/new/?screening={screening.code}").content.decode()
    assert NAME in page
    assert WORDS in page
    assert team.get("/referrals/new/?screening=ZZZZ-2222").status_code == 404


@pytest.mark.req("SCR-2")
def test_a_result_alone_is_typed_in(browser: Browser) -> None:
    assert "Commercial Sexual Exploitation" in browser.get("/screening/results/new/").content.decode()
    assert browser.get("/screening/results/new/?tool=cse-it").status_code == 200
    told = {"tool": "cse-it", "taken_on": "03/09/2026", "occasion": "routine", "band": "clear_concern", "step": "refer"}
    answer = browser.post("/screening/results/new/", told)
    assert answer.status_code == 302
    assert "Clear concern" in browser.get(answer["Location"]).content.decode()


@pytest.mark.req("SCR-2")
def test_every_tool_stands_with_its_terms_and_no_item_of_those_that_are_their_makers(browser: Browser) -> None:
    page = browser.get("/screening/tools/").content.decode()
    assert "Results only; no item is kept here" in page
    assert "Your agency loads its own licensed copy" in page


@pytest.mark.req("SCR-1")
def test_the_tools_that_the_state_recommends_stand_first_and_are_marked(browser: Browser, screener: Viewer) -> None:
    recommended = list(active_pack().recommended_tools)
    assert recommended
    assert [one.key for one in tools_for(screener)][: len(recommended)] == recommended
    assert browser.get("/screening/tools/").content.decode().count("Recommended here") == len(recommended)


@pytest.mark.req("SCR-6")
def test_universal_education_is_entered_beside_the_addresses_of_the_cards(browser: Browser, screener: Viewer) -> None:
    page = browser.get("/screening/education/").content.decode()
    assert "futureswithoutviolence.org" in page
    told = {"given_on": "03/09/2026", "people": "4", "is_alone": "yes", "cards_offered": "yes", "code": "K7MQ-4XPR"}
    assert browser.post("/screening/education/", told).status_code == 302
    entry = Education.objects.get()
    assert (entry.people, entry.is_alone, entry.limits_told, entry.given_by) == (4, True, None, screener.code)


def test_what_ends_a_screening_may_be_pressed_twice(browser: Browser, begin: Begin) -> None:
    there = f"/screening/{begin().code}/"
    assert browser.post(f"{there}tool/", {**ANSWERED, "go": "stop"})["Location"] == f"{there}report/"
    assert browser.post(f"{there}tool/", {**ANSWERED, "go": "stop"})["Location"] == f"{there}report/"
    assert browser.post(f"{there}stop/")["Location"] == f"{there}report/"
    assert browser.post(f"{there}finish/", {"step": "monitor"})["Location"] == there
    assert Screening.objects.get().next_step == "report"
