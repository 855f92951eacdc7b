"""Readers of an agency's records, unusual reading, and why: who may ask, and what is never told."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client as Browser

from rightdoor.casework.cases.models import Case
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.notices.models import Notice
from rightdoor.oversight.privacy.actions.reports import save_readers
from rightdoor.oversight.privacy.actions.unusual import judge_unusual, list_unusual
from rightdoor.oversight.privacy.actions.why import ask_why_described
from rightdoor.oversight.privacy.models import UnusualReading
from rightdoor.oversight.privacy.queries.readers import HEADINGS, ReaderFilters, agency_to_watch, readers_of
from rightdoor.oversight.privacy.queries.unusual import month_before, note_label, unusual_rows
from rightdoor.oversight.privacy.queries.why import Described
from tests.casework.team import SECRETS, Scene, held
from tests.people import make_person
from tests.signing_in import sign_in

pytestmark = pytest.mark.req("PRIV-4")
SYSTEM = system_viewer("test")


@pytest.fixture
def case(coordinator: Viewer, detective: Viewer, advocate: Viewer, now: datetime) -> Case:
    """A case of the coordinator's agency."""
    return held(Scene(coordinator, detective, advocate, now)).case


@pytest.fixture
def head(case: Case, now: datetime) -> Viewer:
    """The head of the agency that holds the case."""
    return make_person("Hedda Holder", now=now, roles=(("agency_head", ""),), agency=case.holder)


@pytest.fixture
def privacy(db: None, now: datetime) -> Viewer:
    """Looks after records without reading them."""
    return make_person("Petra Privacy", now=now, roles=(("privacy_officer", ""),))


def reads(viewer: Viewer, case: Case, klass: str, at: datetime, many: int = 1, subject: str = "") -> None:
    with time_machine.travel(at, tick=False):
        for _ in range(many):
            record_read(
                viewer,
                "case.read",
                kind="case",
                code=case.code,
                subject=subject or case.client.code,
                holder=case.holder,
                classes=[klass],
                basis="mdt",
            )


@pytest.mark.rule("SR-10")
def test_the_holder_sees_who_read_its_records_and_can_narrow_them_down(
    head: Viewer, detective: Viewer, advocate: Viewer, case: Case, now: datetime
) -> None:
    later = now + timedelta(days=400)
    reads(detective, case, "CORE", later)
    reads(advocate, case, "SAFE", later + timedelta(hours=1))
    since = ReaderFilters(since=later.date())
    found = readers_of(head, agency_to_watch(head), since).rows
    assert [(row.who, row.classes) for row in found if row.at >= later][:2] == [
        *([(advocate.name, "SAFE")]),
        *([(detective.name, "CORE")]),
    ]
    only = readers_of(head, case.holder, ReaderFilters(reader=detective.code, klass="CORE", since=later.date())).rows
    assert [row.who for row in only if row.at >= later] == [detective.name]
    first = readers_of(head, case.holder, ReaderFilters(since=later.date(), oldest_first=True), limit=1)
    assert first.rows[0].who == detective.name
    after = readers_of(head, case.holder, ReaderFilters(since=later.date(), oldest_first=True), before=first.before)
    assert after.rows[0].who == advocate.name


@pytest.mark.rule("SR-10")
def test_another_agency_sees_nothing_of_them(detective: Viewer, case: Case, now: datetime) -> None:
    other = make_person("Otto Other", now=now, roles=(("agency_head", ""),))
    assert agency_to_watch(other, case.holder) == other.agency
    with pytest.raises(NotVisible):
        agency_to_watch(detective, case.holder)
    with pytest.raises(NotVisible):
        save_readers(other, case.holder, filters=ReaderFilters(), purpose="review", now=now)


@pytest.mark.rule("SR-10")
def test_a_file_of_readers_says_what_for_and_is_recorded(head: Viewer, case: Case, now: datetime) -> None:
    with pytest.raises(RuleBroken):
        save_readers(head, case.holder, filters=ReaderFilters(), purpose="", now=now)
    text = save_readers(head, case.holder, filters=ReaderFilters(), purpose="complaint", now=now)
    rows = list(csv.reader(io.StringIO(text)))
    assert tuple(rows[2]) == HEADINGS
    assert len(rows) > 3
    assert not any(secret in text for secret in SECRETS)
    assert AuditEvent.objects.get(verb="readers.exported").details["rows"] == len(rows) - 3


def test_the_monthly_list_names_who_read_far_more_and_tells_without_names(
    head: Viewer, privacy: Viewer, case: Case, now: datetime
) -> None:
    later = datetime(2027, 6, 15, 17, 0, tzinfo=now.tzinfo)  # a month in which nothing else happens
    crowd = [make_person(f"Person {n}", now=now, roles=(("team_member", "capital"),)) for n in range(7)]
    for number, person in enumerate(crowd):
        for one in range(3 + number % 3):
            reads(person, case, "CORE", later + timedelta(minutes=one), subject=new_code())
    for one in range(30):
        reads(crowd[0], case, "CORE", later + timedelta(minutes=one), subject=new_code())
    month = month_before(datetime(2027, 7, 1, 12, 0, tzinfo=now.tzinfo))
    assert (month.year, month.month, month.day) == (2027, 6, 1)
    assert list_unusual(SYSTEM, month, now=later + timedelta(days=20)) == 1
    assert list_unusual(SYSTEM, month, now=later + timedelta(days=21)) == 0
    (row,) = unusual_rows(head)
    assert (row.who, row.clients, row.ordinary) == (crowd[0].name, 33, 4)
    notice = Notice.objects.get(account_code=head.code, kind="privacy.unusual")
    assert notice.code == case.holder
    assert Notice.objects.filter(account_code=privacy.code, kind="privacy.unusual").exists()
    with pytest.raises(NotPermitted):
        list_unusual(head, month, now=later)


def test_a_line_is_judged_by_somebody_else_and_the_note_is_sealed(
    head: Viewer, privacy: Viewer, detective: Viewer, case: Case, now: datetime
) -> None:
    line = UnusualReading.objects.create(
        month=now.date().replace(day=1),
        holder=case.holder,
        account_code=head.code,
        role="agency_head",
        clients=60,
        ordinary=4,
        whys=["many"],
        found_at=now,
    )
    with pytest.raises(RuleBroken, match="Somebody else"):
        judge_unusual(head, line, verdict="fine", note="", now=now)
    with pytest.raises(NotPermitted):
        judge_unusual(detective, line, verdict="fine", note="", now=now)
    with pytest.raises(RuleBroken, match="followed"):
        judge_unusual(privacy, line, verdict="followed", note=" ", now=now)
    judge_unusual(privacy, line, verdict="followed", note="Invented words.", now=now)
    line.refresh_from_db()
    assert b"Invented words" not in bytes(line.note_sealed)
    assert note_label(line).klass == "PERF"


@pytest.mark.rule("SR-03")
def test_an_administrator_asks_about_a_situation_and_never_about_a_case(
    administrator: Viewer, case: Case, now: datetime
) -> None:
    found = ask_why_described(
        administrator,
        Described("local_law_enforcement", "CORE", assigned=True, has_protocol=True, on_roster=True),
        now=now,
    )
    assert found.decision.allowed
    assert found.decision.basis == "MDT"
    closed = ask_why_described(administrator, Described("local_law_enforcement", "ADVPRIV", assigned=True), now=now)
    assert not closed.decision.allowed
    with time_machine.travel(now, tick=False):
        browser = sign_in(Browser(), administrator, at=now)
        nowhere = browser.get("/nothing/here/")
        told = {"about": "case", "code": case.code, "person": administrator.code, "data_class": "CORE", "act": "read"}
        answer = browser.post("/privacy/why/", told)
    assert (answer.status_code, answer.content) == (404, nowhere.content)
    assert AuditEvent.objects.filter(verb="why.asked", actor=administrator.code, kind="described").count() == 2
    assert not AuditEvent.objects.filter(actor=administrator.code, code=case.code, verb="why.asked").exists()


@pytest.mark.rule("SR-03")
def test_an_administrator_gets_no_report_no_hold_no_disposal(administrator: Viewer, case: Case, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        browser = sign_in(Browser(), administrator, at=now)
        for there in (f"/privacy/access/{case.code}/", "/privacy/holds/", "/privacy/disposals/", "/privacy/readers/"):
            assert browser.get(there).status_code == 404, there


def test_a_case_is_explained_to_its_coordinator_and_an_unknown_code_as_any_other(
    coordinator: Viewer, other_coordinator: Viewer, privacy: Viewer, detective: Viewer, case: Case, now: datetime
) -> None:
    told = {"about": "case", "code": case.code, "person": detective.code, "data_class": "CORE", "act": "read"}
    answers = {}
    with time_machine.travel(now, tick=False):
        for viewer in (coordinator, other_coordinator, privacy):
            answers[viewer.code] = sign_in(Browser(), viewer, at=now).post("/privacy/why/", told)
        unknown = sign_in(Browser(), other_coordinator, at=now).post("/privacy/why/", {**told, "code": "CDFG-2222"})
    assert "This settles it" in answers[coordinator.code].content.decode()
    assert "This settles it" in answers[privacy.code].content.decode()
    refused = answers[other_coordinator.code]
    assert refused.status_code == unknown.status_code == 422
    assert "This settles it" not in refused.content.decode()
    assert not any(secret in answers[privacy.code].content.decode() for secret in SECRETS)
