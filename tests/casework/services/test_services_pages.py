"""The pages of referrals to services: without scripts, what was typed kept, each for whom it is open."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client as Browser

from rightdoor.casework.services.models import ServiceReferral
from rightdoor.foundation.jurisdiction.active import local
from rightdoor.foundation.printing.docx import MEDIA_TYPE
from tests.casework.consents.conftest import Stage
from tests.signing_in import sign_in


@pytest.fixture(autouse=True)
def _at_that_time(stage: Stage) -> Iterator[None]:
    with time_machine.travel(stage.now, tick=False):
        yield


@pytest.mark.req("CASE-5")
def test_a_referral_is_made_followed_and_printed_without_scripts(stage: Stage) -> None:
    browser = sign_in(Browser(), stage.viewer, at=stage.now)
    base = f"/cases/{stage.case.code}/services/"
    assert "No referral to a service yet" in browser.get(base).content.decode()
    told = {"category": "food", "provider": "A pantry in town", "why": "Hungry at weekends", "language": "es"}
    refused = browser.post(f"{base}new/", {**told, "to_agency": stage.clinic.code})
    assert refused.status_code == 422
    assert "Hungry at weekends" in refused.content.decode()
    assert "Hungry at weekends" in browser.get(f"{base}new/").content.decode()
    made = browser.post(f"{base}new/", told)
    row = ServiceReferral.objects.get()
    assert made.headers["Location"] == f"/service-referrals/{row.code}/"

    there = f"/service-referrals/{row.code}/"
    step = {"step": "accepted", "happened_on": f"{local(stage.now):%m/%d/%Y}"}
    assert browser.post(f"{there}steps/", {**step, "step": "declined"}).status_code == 422
    assert browser.post(f"{there}steps/", step).status_code == 302
    assert "The provider accepted it" in browser.get(there).content.decode()
    paper = browser.post(f"{there}acknowledgement/")
    assert paper.content.startswith(b"%PDF-")
    assert paper.headers["Content-Disposition"] == f'attachment; filename="{row.code}.pdf"'
    assert "Save it as a Word document" in browser.get(there).content.decode()
    word = browser.post(f"{there}acknowledgement/", {"form": "docx"})
    assert word.headers["Content-Type"] == MEDIA_TYPE
    assert word.headers["Content-Disposition"] == f'attachment; filename="{row.code}.docx"'
    assert "A pantry in town" in browser.get(base).content.decode()
    listed = browser.get("/service-referrals/?state=accepted&sort=newest&mine=1").content.decode()
    assert "A pantry in town" in listed
    assert "A pantry in town" not in browser.get("/service-referrals/?late=1").content.decode()
    assert browser.get(f"{base}advocacy/").status_code == 200
    assert browser.post(f"{base}advocacy/", {"why": "other"}).status_code == 422
    assert browser.post(f"{base}advocacy/", {"why": "has_one"}).status_code == 302


@pytest.mark.req("PRIV-2")
def test_the_tab_and_the_list_are_not_there_for_whom_they_are_closed(stage: Stage) -> None:
    browser = sign_in(Browser(), stage.scene.detective, at=stage.now)
    assert browser.get(f"/cases/{stage.case.code}/services/").status_code == 404
    assert browser.get("/service-referrals/").status_code == 404
