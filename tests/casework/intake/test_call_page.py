"""Taking a call: one page, kept as it is typed, nothing lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client as Browser

from rightdoor.casework.intake.models import Report
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.drafts.models import Draft
from tests.casework.intake.test_public_report_page import fields

Enter = Callable[[Viewer], Browser]
CALL = {
    "what": "A marked invented call.",
    "given": "Zebulina",
    "born_month": "3",
    "born_day": "9",
    "born_year": "2011",
    "area": "st-tammany",
    "caretaker_alleged": "no",
    "reporter_type": "mandated_reporter",
    "source": "school",
    "name": "Wilhelmina Invented",
    "form_id": "f" * 32,
}


@pytest.mark.req("INT-2")
def test_a_call_becomes_a_report_with_a_receipt_to_read_out(enter: Enter, desk: Viewer) -> None:
    answer = enter(desk).post("/reports/new/", {**CALL, "go": "send"})
    report = Report.objects.get()
    assert answer.status_code == 200
    assert (report.channel, report.taken_by, report.region, report.holder) == (
        "call",
        desk.code,
        "northshore",
        desk.agency,
    )
    assert re.search(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", answer.content.decode())
    assert report.code in answer.content.decode()


@pytest.mark.req("INT-2")
def test_what_is_kept_while_typing_is_there_on_return(enter: Enter, desk: Viewer) -> None:
    browser = enter(desk)
    kept = browser.post("/reports/new/draft/", {**CALL, "reported_at_day": "03/09/2026", "reported_at_time": "9 am"})
    assert (kept.status_code, kept.content[:7]) == (200, b"Kept at")
    page = browser.get("/reports/new/")
    assert "Kept at" in page.content.decode()
    for name in ("what", "given", "born_month", "born_day", "area", "caretaker_alleged", "form_id", "reporter_type"):
        assert fields(page)[name] == CALL[name]
    assert (fields(page)["reported_at_day"], fields(page)["reported_at_time"]) == ("03/09/2026", "9 am")


def test_without_scripts_a_button_keeps_the_draft(enter: Enter, desk: Viewer) -> None:
    browser = enter(desk)
    assert browser.post("/reports/new/", {**CALL, "what": "", "go": "keep"}).status_code == 302
    assert fields(browser.get("/reports/new/"))["given"] == "Zebulina"
    assert not Report.objects.exists()


def test_what_cannot_be_sent_yet_is_kept_and_shown(enter: Enter, desk: Viewer) -> None:
    browser = enter(desk)
    answer = browser.post("/reports/new/", {**CALL, "what": "", "age": "x", "area": "atlantis", "go": "send"})
    assert answer.status_code == 422
    assert fields(answer)["area"] == "atlantis"
    assert Draft.objects.filter(author=desk.code).exists()
    assert not Report.objects.exists()
    assert not AuditEvent.objects.filter(verb="report.received").exists()


def test_a_null_character_is_taken_out_and_said(enter: Enter, desk: Viewer) -> None:
    answer = enter(desk).post("/reports/new/", {**CALL, "what": "a\0b", "go": "send"})
    assert answer.status_code == 422
    assert fields(answer)["what"] == "ab"


def test_sending_forgets_the_draft_and_sending_twice_makes_one_report(enter: Enter, desk: Viewer) -> None:
    browser = enter(desk)
    browser.post("/reports/new/draft/", CALL)
    browser.post("/reports/new/", {**CALL, "go": "send"})
    browser.post("/reports/new/", {**CALL, "go": "send"})
    assert Report.objects.count() == 1
    assert not Draft.objects.exists()


def test_a_draft_stands_sealed_and_is_its_authors_alone(enter: Enter, desk: Viewer, reviewer: Viewer) -> None:
    enter(desk).post("/reports/new/draft/", CALL)
    assert b"marked" not in bytes(Draft.objects.get().body_sealed)
    assert b"Zebulina" not in enter(reviewer).get("/reports/new/").content


def test_a_report_made_in_the_future_is_asked_about(enter: Enter, desk: Viewer) -> None:
    answer = enter(desk).post(
        "/reports/new/", {**CALL, "reported_at_day": "01/01/2099", "reported_at_time": "9:00 a.m.", "go": "send"}
    )
    assert answer.status_code == 422
    assert not Report.objects.exists()


def test_only_those_who_take_reports_reach_the_page(enter: Enter, auditor: Viewer, client: Browser) -> None:
    assert enter(auditor).get("/reports/new/").status_code == 403
    assert enter(auditor).post("/reports/new/", {**CALL, "go": "send"}).status_code == 403
    assert client.get("/reports/new/").status_code == 302
    assert client.post("/reports/new/draft/", CALL).status_code == 302
    assert not Report.objects.exists()
    assert not Draft.objects.exists()


def test_other_methods_are_refused(enter: Enter, desk: Viewer) -> None:
    browser = enter(desk)
    assert browser.put("/reports/new/").status_code == 405
    assert browser.get("/reports/new/draft/").status_code == 405


@pytest.mark.req("INT-2")
def test_every_part_is_reached_by_a_key_that_the_page_names(enter: Enter, desk: Viewer) -> None:
    html = enter(desk).get("/reports/new/").content.decode()
    for key, target in re.findall(r'href="#([^"]+)" accesskey="(\d)"', html):
        assert f'id="{key}"' in html, target
    assert {"1", "2", "3", "4", "9", "0"} <= set(re.findall(r'accesskey="(\d)"', html))


def test_enter_in_a_line_of_text_keeps_the_draft_and_sends_nothing(enter: Enter, desk: Viewer) -> None:
    html = enter(desk).get("/reports/new/").content.decode()
    form = html[html.index('id="call"') :]
    assert re.search(r'<button[^>]*name="go" value="(\w+)"', form).group(1) == "keep"
