"""SEC-40: the client's access report says exactly what was done, no more and no less."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from rightdoor.casework.cases.models import Case
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit.events import record, record_read
from rightdoor.oversight.privacy.printouts import access_report_document, report_context
from rightdoor.oversight.privacy.queries import access_report
from rightdoor.oversight.privacy.wording import LANGUAGES, wording
from tests.bars import sabotage
from tests.casework.team import Scene, held
from tests.people import make_person
from tests.signing_in import sign_in

pytestmark = [pytest.mark.bar("SEC-40"), pytest.mark.req("PRIV-4")]

# who, minutes later, verb, classes, ground, how it reads in the report
SCRIPT = (
    ("coordinator", 1, "client.identity_seen", ("ID",), "coordinator", "looked"),
    ("detective", 2, "case.read", ("CORE",), "mdt", "looked"),
    ("detective", 3, "case.read", ("CORE",), "mdt", "looked"),
    ("advocate", 4, "plan.read", ("PLAN", "SAFE"), "roi", "looked"),
    ("coordinator", 5, "client.identity_seen", ("ID",), "coordinator", "list"),
    ("detective", 6, "document.copy_opened", ("LE",), "own", "saved"),
    ("coordinator", 7, "record.printed", ("CORE",), "", "printed"),
    ("coordinator", 8, "list.exported", ("CORE",), "", "saved"),
    ("advocate", 9, "summary.opened", ("CORE",), "shared", "looked"),
    ("detective", 10, "access.emergency_reason_seen", ("PERF",), "review", "looked"),
)


@pytest.fixture
def case(coordinator: Viewer, detective: Viewer, advocate: Viewer, now: datetime) -> Case:
    """A case with its people, and what was done to bring it here."""
    return held(Scene(coordinator, detective, advocate, now)).case


@pytest.fixture
def privacy(db: None, now: datetime) -> Viewer:
    """Knows codes, reads no record."""
    return make_person("Petra Privacy", now=now, roles=(("privacy_officer", ""),))


def perform(people: dict[str, Viewer], case: Case, began: datetime) -> list[tuple[Any, ...]]:
    """Does what the script says, and returns what the report must then hold, newest first."""
    expected = []
    client = case.client
    for who, minutes, verb, classes, basis, how in SCRIPT:
        viewer, at = people[who], began + timedelta(minutes=minutes)
        about = {"classes": classes, "basis": basis, "holder": client.holder}
        with time_machine.travel(at, tick=False):
            if verb == "record.printed":
                record(viewer, verb, case, classes=classes)
            elif verb == "list.exported":
                record(viewer, verb, kind="client", code="CDFG-2222", classes=classes, codes=[client.code, "CDFG-3333"])
            elif how == "list":
                record_read(viewer, verb, kind="client", codes=["CDFG-3333", client.code], **about)
            else:
                record_read(viewer, verb, case, subject=client.code, **about)
        expected.append((at, viewer.name, tuple(classes), how, basis))
    return expected[::-1]


def told(report: access_report.AccessReport, since: datetime) -> list[tuple[Any, ...]]:
    return [
        (row.at, row.who, row.classes, row.how, row.basis)
        for row in report.rows
        if since < row.at < since + timedelta(hours=1)
    ]


def test_the_report_equals_the_script(
    coordinator: Viewer, detective: Viewer, advocate: Viewer, privacy: Viewer, case: Case, now: datetime
) -> None:
    began = now + timedelta(days=2)
    people = {"coordinator": coordinator, "detective": detective, "advocate": advocate}
    expected = perform(people, case, began)
    # Somebody else's record, and the sign-in of a person who looked, are nobody's reading of this one.
    with time_machine.travel(began + timedelta(minutes=20), tick=False):
        record_read(detective, "case.read", kind="case", code="CDFG-4444", subject="CDFG-3333", classes=["CORE"])
        record(detective, "session.signed_in", kind="session")
    for viewer in (coordinator, privacy):
        found = access_report.case_to_report(viewer, case.code, began + timedelta(hours=1))
        assert told(access_report.report_on(viewer, found, began + timedelta(hours=1)), began) == expected


def test_the_printed_lines_stand_for_every_reading(
    coordinator: Viewer, detective: Viewer, advocate: Viewer, case: Case, now: datetime
) -> None:
    perform({"coordinator": coordinator, "detective": detective, "advocate": advocate}, case, now + timedelta(days=2))
    report = access_report.report_on(coordinator, case, now + timedelta(days=3))
    assert sum(times for _, times in report.grouped) == len(report.rows)
    twice = [
        (row.who, row.classes) for row, times in report.grouped if times == 2 and now < row.at < now + timedelta(days=3)
    ]
    assert twice == [(detective.name, ("CORE",))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_is_made_in_each_language_and_names_no_other_client(
    language: str, coordinator: Viewer, detective: Viewer, advocate: Viewer, case: Case, now: datetime
) -> None:
    perform({"coordinator": coordinator, "detective": detective, "advocate": advocate}, case, now + timedelta(days=2))
    report = access_report.report_on(coordinator, case, now + timedelta(days=3))
    at = now + timedelta(days=3)
    said = json.dumps(report_context(report, language=language, now=at), ensure_ascii=False)
    assert detective.name in said
    assert coordinator.name in said
    assert wording(language)["classes"]["ID"] in said
    assert "CDFG-3333" not in said
    assert case.client.code not in said
    assert access_report_document(coordinator, report, language=language, now=at).startswith(b"%PDF")


def test_the_screen_and_the_paper_are_themselves_recorded(coordinator: Viewer, case: Case, now: datetime) -> None:
    from django.test import Client as Browser

    from rightdoor.foundation.audit.models import AuditEvent

    with time_machine.travel(now + timedelta(hours=40), tick=False):
        browser = sign_in(Browser(), coordinator, at=now + timedelta(hours=40))
        assert browser.get(f"/privacy/access/{case.code}/").status_code == 200
        answer = browser.post(f"/privacy/access/{case.code}/report.pdf", {"language": "es"})
        assert answer.content.startswith(b"%PDF")
    verbs = set(AuditEvent.objects.filter(actor=coordinator.code, code=case.code).values_list("verb", flat=True))
    assert {"access_report.viewed", "access_report.printed"} <= verbs


def test_it_asks_for_a_fresh_proof(coordinator: Viewer, case: Case, now: datetime) -> None:
    from django.test import Client as Browser

    with time_machine.travel(now + timedelta(hours=40), tick=False):
        browser = sign_in(Browser(), coordinator, at=now + timedelta(hours=40))
    with time_machine.travel(now + timedelta(hours=40, minutes=6), tick=False):
        answer = browser.get(f"/privacy/access/{case.code}/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/prove/")


def test_nobody_else_gets_it(detective: Viewer, other_coordinator: Viewer, case: Case, now: datetime) -> None:
    for viewer in (detective, other_coordinator):
        with pytest.raises(NotVisible):
            access_report.case_to_report(viewer, case.code, now)


@sabotage("SEC-40", "one kind of reading is left out")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_report, "NOT_THE_RECORD", access_report.NOT_THE_RECORD | {"client.identity_seen"})


@sabotage("SEC-40", "what left as a file or on paper is not told")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_report, "taken_out_of", lambda viewer, subject: ())
