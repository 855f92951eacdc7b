"""The auditor's page: seal, witnesses, sheet; and the alarm that leads there."""

import copy
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from rightdoor.domain.errors import NotPermitted
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.audit import sealer, witnesses
from rightdoor.foundation.audit.events import record
from rightdoor.foundation.audit.models import AuditEvent, AuditWitness
from rightdoor.foundation.notices.models import Notice
from rightdoor.oversight.trail import jobs, queries
from rightdoor.oversight.trail.actions import raise_alarm

pytestmark = pytest.mark.req("PRIV-4")


@pytest.fixture
def enter(db):
    """A browser in which this person is signed in, by the demonstration's own door."""

    def entered(viewer):
        browser = Browser()
        answer = browser.post(f"/demo/{viewer.code}/")
        assert answer.status_code in {204, 302}, answer.content[:300]
        return browser

    return entered


@pytest.fixture
def sealed(settings, tmp_path, now, auditor):
    """Something is sealed, in a state folder of its own."""
    env = copy.copy(settings.ENV)
    object.__setattr__(env, "home", tmp_path)
    settings.ENV = env
    witnesses._ledgers.clear()
    for _ in range(3):
        record(auditor, "case.read", kind="case", code="CDFG-2222")
    assert sealer.seal_batches(now, patience=120) == 1
    yield
    witnesses._ledgers.clear()


@pytest.fixture
def folder(sealed, settings, tmp_path_factory):
    env = copy.copy(settings.ENV)
    object.__setattr__(env, "witness_dir", str(tmp_path_factory.mktemp("witness")))
    settings.ENV = env
    return env.witness_dir


def test_the_page_tells_how_the_trail_stands_and_that_nobody_follows(sealed, enter, auditor):
    page = enter(auditor).get("/audit/").content.decode()
    assert "No witness follows this trail." in page
    assert "A sheet is due" in page
    assert sealer.public_key().public_bytes_raw().hex() in page
    assert AuditEvent.objects.filter(verb="audit.viewed", actor=auditor.code).count() == 1


def test_the_page_tells_how_far_each_witness_is(folder, enter, auditor):
    jobs.attest_trail(now=timezone.now())
    page = enter(auditor).get("/audit/").content.decode()
    assert "The folder of a witness" in page
    assert "Follows" in page
    assert Notice.objects.filter(kind="audit.alarm").count() == 0
    AuditWitness.objects.update(witnessed_at=timezone.now() - timedelta(days=2))
    assert "silent for a day" in enter(auditor).get("/audit/").content.decode()


@pytest.mark.parametrize("who", ["coordinator", "administrator", "state_analyst"])
def test_for_others_there_is_no_such_page(sealed, enter, who, request):
    browser = enter(request.getfixturevalue(who))
    assert browser.get("/audit/").status_code == 404
    assert browser.post("/audit/sheet/").status_code == 404
    assert AuditEvent.objects.filter(verb="audit.sheet_printed").count() == 0


def test_the_sheet_is_a_document_and_that_it_was_printed_stays(sealed, enter, auditor, now):
    answer = enter(auditor).post("/audit/sheet/")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    event = AuditEvent.objects.get(verb="audit.sheet_printed")
    assert (event.actor, event.details["batches"]) == (auditor.code, 1)
    assert not queries.trail_state(auditor, now).sheet_is_due
    assert queries.trail_state(auditor, now + timedelta(days=400)).sheet_is_due


def test_what_the_sheet_says_is_what_the_verifier_takes(sealed, auditor):
    import json

    from rightdoor.foundation.audit import verify_export

    sheet = queries.sheet_of(auditor)
    lines = [json.dumps(line) for line in sealer.export_lines()]
    root = " ".join(sheet.root_lines)
    assert (sheet.size, sheet.events) == (1, 3)
    assert list(verify_export.faults_of(lines, sheets=[(sheet.size, root)])) == []
    wrong = root.replace(root[0], "0" if root[0] != "0" else "1")
    assert any("printed sheet" in fault for fault in verify_export.faults_of(lines, sheets=[(1, wrong)]))
    assert any("Batch 2 is missing" in fault for fault in verify_export.faults_of(lines, sheets=[(2, root)]))


def test_before_anything_is_sealed_there_is_no_sheet(enter, auditor, settings, tmp_path):
    env = copy.copy(settings.ENV)
    object.__setattr__(env, "home", tmp_path)
    settings.ENV = env
    witnesses._ledgers.clear()
    answer = enter(auditor).post("/audit/sheet/")
    assert answer.status_code == 422
    assert "There is no sheet yet" in answer.content.decode()


def test_a_witness_that_contradicts_alarms_auditor_and_administrator_once(
    folder, enter, auditor, administrator, coordinator, now
):
    AuditWitness.objects.create(
        kind="folder", place=folder, origin=queries.trail_state(auditor, now).origin, size=9, tried_at=now, state="ok"
    )
    jobs.attest_trail(now=now)
    jobs.attest_trail(now=now + timedelta(minutes=5))
    told = set(Notice.objects.filter(kind="audit.alarm").values_list("account_code", flat=True))
    assert told == {auditor.code, administrator.code}
    assert Notice.objects.filter(kind="audit.alarm").count() == 2
    assert AuditEvent.objects.get(verb="audit.alarm_raised").details["cause"] == "witness"
    assert "contradicts" in enter(auditor).get("/audit/").content.decode()


def test_the_nightly_look_alarms_when_the_seal_does_not_hold(sealed, auditor, now):
    jobs.verify_newest(now=now)
    assert Notice.objects.filter(kind="audit.alarm").count() == 0
    sealer.outside_path().write_text(f"1 {'0' * 64} 00\n")
    jobs.verify_newest(now=now)
    assert Notice.objects.get(kind="audit.alarm").account_code == auditor.code


def test_the_acts_ask_for_the_right_themselves(sealed, coordinator, now):
    with pytest.raises(NotPermitted):
        queries.trail_state(coordinator, now)
    with pytest.raises(NotPermitted):
        queries.sheet_of(coordinator)
    assert raise_alarm(system_viewer("test"), "seal", now=now) >= 0
