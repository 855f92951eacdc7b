"""The pages of consents, as a coordinator and others meet them."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client as Browser

from rightdoor.casework.clients.models import Ground
from rightdoor.casework.consents.models import OutsideDisclosure, ParticipationConsent, PersonAround, Release
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.jurisdiction.active import local
from tests.casework.consents.conftest import DAY, Stage
from tests.casework.visiting import Visitor


@pytest.fixture
def browser(stage: Stage) -> Visitor:
    return Visitor(stage.viewer, stage.now)


def moment(name: str, at: datetime) -> dict[str, str]:
    """A date and a time as a person types them."""
    there = local(at)
    return {f"{name}_day": f"{there:%m/%d/%Y}", f"{name}_time": f"{there:%H:%M}"}


def steps_of(stage: Stage) -> dict[str, dict[str, object]]:
    """What a coordinator types, step by step."""
    at = stage.now - DAY
    return {
        "signers": {"route": "minor_and_guardian", "guardian": stage.mother.code},
        "between": {
            "from_agency": stage.clinic.code,
            "to_agency": stage.school.code,
            "purpose": "To plan the way back to school.",
        },
        "what": {
            "classes": ["HLTH", "EDU"],
            "initials_EDU": "N.N.",
            "how": ["written"],
            "ends_on": f"{local(stage.now + 30 * DAY):%m/%d/%Y}",
        },
        "explained": {
            "explained_by": "Cora Coordinator",
            "language": "es",
            "understands": "yes",
            "interpreter": "",
            "interpreter_is_relative": "",
            "risks": "Others might hear of it.",
            "said_risks": "on",
            "said_right": "on",
            "said_free": "on",
            "said_further": "on",
        },
        "signatures": {
            "client_name": "Nora Nowhere",
            **moment("client_at", at),
            "client_how": "paper",
            "guardian_name": "Mona Nowhere",
            **moment("guardian_at", at),
            "guardian_how": "paper",
            "copy_given": "on",
        },
    }


def walk(browser: Visitor, stage: Stage, upto: str = "") -> str:
    """Goes through the steps; returns where the last one led."""
    where = ""
    for step, typed in steps_of(stage).items():
        if step == upto:
            break
        response = browser.post(f"/cases/{stage.case.code}/releases/new/{step}/", typed)
        assert response.status_code == 302, response.content.decode()
        where = response["Location"]
    return where


def test_a_coordinator_is_led_from_who_signs_to_a_release_in_force(browser: Visitor, stage: Stage) -> None:
    assert browser.get(f"/cases/{stage.case.code}/releases/new/")["Location"].endswith("/releases/new/signers/")
    first = browser.page(f"/cases/{stage.case.code}/releases/new/signers/")
    assert "Who has to sign?" in first
    assert "May sign" in first
    where = walk(browser, stage)
    release = Release.objects.get()
    assert where == f"/releases/{release.code}/"
    assert Ground.objects.get(code=release.code).classes == ["EDU", "HLTH"]
    page = browser.page(where)
    for words in ("In force", "Invented Clinic", "Invented School", "Mona Nowhere", "Nothing has gone out"):
        assert words in page


def test_what_was_typed_is_kept_and_said_beside_its_field(browser: Visitor, stage: Stage) -> None:
    walk(browser, stage, upto="what")
    typed = {"classes": ["EDU"], "initials_EDU": "", "how": ["written"], "ends_on": "12/31/2030", "event": "Kept words"}
    answer = browser.post(f"/cases/{stage.case.code}/releases/new/what/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in ("needs initials of its own", "365 days at most", "Kept words", "12/31/2030"):
        assert words in page
    again = browser.page(f"/cases/{stage.case.code}/releases/new/what/")
    assert "Kept words" in again
    between = browser.page(f"/cases/{stage.case.code}/releases/new/between/")
    assert "To plan the way back to school." in between


def test_a_signature_that_is_missing_keeps_the_release_out_of_force(browser: Visitor, stage: Stage) -> None:
    walk(browser, stage, upto="signatures")
    typed = steps_of(stage)["signatures"] | {"guardian_at_day": "", "guardian_at_time": ""}
    answer = browser.post(f"/cases/{stage.case.code}/releases/new/signatures/", typed)
    assert answer.status_code == 422
    assert "guardian is missing" in answer.content.decode()
    assert not Release.objects.exists()


def test_whoever_may_have_done_harm_is_named_with_the_reason_and_not_offered(browser: Visitor, stage: Stage) -> None:
    form = {"name": "Milo Nowhere", "relation": "father", "alleged_exploiter": "yes", "no_contact": "yes"}
    assert browser.post(f"/cases/{stage.case.code}/people-around/", form).status_code == 302
    father = PersonAround.objects.exclude(pk=stage.mother.pk).get()
    page = browser.page(f"/cases/{stage.case.code}/releases/new/signers/")
    assert "May not sign" in page
    assert f'value="{father.code}"' not in page
    refused = browser.post(
        f"/cases/{stage.case.code}/releases/new/signers/", {"route": "minor_and_guardian", "guardian": father.code}
    )
    assert refused.status_code == 422
    told = browser.page(f"/cases/{stage.case.code}/disclosures/new/")
    assert "Milo Nowhere" not in told


def test_whoever_adds_a_person_from_the_people_of_the_case_comes_back_there(browser: Visitor, stage: Stage) -> None:
    asked = browser.page(f"/cases/{stage.case.code}/people-around/?from=people")
    assert f'href="/cases/{stage.case.code}/people/"' in asked
    form = {"name": "Nora Nowhere", "relation": "grandparent", "from": "people"}
    answer = browser.post(f"/cases/{stage.case.code}/people-around/", form)
    assert answer["Location"] == f"/cases/{stage.case.code}/people/"
    form = {"name": "Odo Nowhere", "relation": "grandparent", "from": "https://elsewhere.example/"}
    answer = browser.post(f"/cases/{stage.case.code}/people-around/", form)
    assert answer["Location"] == f"/cases/{stage.case.code}/consent/"


def test_the_page_says_how_things_stand_and_the_one_next_step(browser: Visitor, stage: Stage) -> None:
    release = stage.release()
    page = browser.page(f"/cases/{stage.case.code}/consent/")
    for words in ("Nobody has been asked yet.", "In force", "Take it back", "Mona Nowhere", "New release"):
        assert words in page
    flagged = {"name": "Mona Nowhere", "relation": "mother", "alleged_exploiter": "yes"}
    assert browser.post(f"/cases/{stage.case.code}/people-around/{stage.mother.code}/", flagged).status_code == 302
    page = browser.page(f"/cases/{stage.case.code}/consent/")
    for words in ("Suspended", "Check it", "May sign"):
        assert words in page
    refused = browser.post(f"/releases/{release.code}/check/")
    assert refused.status_code == 422


def test_taking_back_asks_how_and_nothing_else(browser: Visitor, stage: Stage) -> None:
    release = stage.release()
    asked = browser.page(f"/releases/{release.code}/revocation/")
    assert "nobody has to say why" in asked
    answer = browser.post(f"/releases/{release.code}/revocation/", {"how": "spoken"})
    assert answer.status_code == 302
    assert "Taken back (by word of mouth)" in browser.page(f"/releases/{release.code}/")
    assert Ground.objects.get(code=release.code).ended_at == stage.now


def test_an_answer_and_its_withdrawal(browser: Visitor, stage: Stage) -> None:
    typed = {"answer": "guardian", "person": stage.mother.code, **moment("at", stage.now - DAY), "how": "paper"}
    assert browser.post(f"/cases/{stage.case.code}/consent/coordination/", typed).status_code == 302
    assert "Consent in force" in browser.page(f"/cases/{stage.case.code}/consent/")
    assert browser.post(f"/cases/{stage.case.code}/mode/", {"to": "ongoing"}).status_code == 302
    assert browser.post(f"/cases/{stage.case.code}/consent/withdrawal/").status_code == 302
    assert "Consent was withdrawn." in browser.page(f"/cases/{stage.case.code}/consent/")
    assert ParticipationConsent.objects.get().withdrawn_at == stage.now


def test_ongoing_coordination_is_refused_without_consent(browser: Visitor, stage: Stage) -> None:
    answer = browser.post(f"/cases/{stage.case.code}/mode/", {"to": "ongoing"})
    assert answer.status_code == 422
    assert "stays in investigative mode" in answer.content.decode()
    stage.case.refresh_from_db()
    assert stage.case.mode == "investigative"


def test_what_was_told_by_phone_stands_in_the_register(browser: Visitor, stage: Stage) -> None:
    release = stage.release(how=("spoken",))
    typed = {
        "kind": "spoken",
        "ground": release.code,
        "from_agency": stage.clinic.code,
        "to_agency": stage.school.code,
        "to": "The counselor",
        "what": "That she may not do sports for a while.",
        "classes": ["HLTH"],
        **moment("told_at", stage.now),
    }
    answer = browser.post(f"/cases/{stage.case.code}/disclosures/new/", typed)
    assert answer.status_code == 302, answer.content.decode()
    page = browser.page(f"/cases/{stage.case.code}/disclosures/")
    for words in ("The counselor", "Invented School", "may not do sports", release.code):
        assert words in page
    assert "The counselor" in browser.page(f"/releases/{release.code}/")
    document = browser.get(f"/cases/{stage.case.code}/disclosures/register.pdf?language=vi")
    assert document.content.startswith(b"%PDF")
    assert OutsideDisclosure.objects.get().release == release


@pytest.mark.parametrize("language", ["en", "es", "vi"])
def test_the_form_is_printed_filled_in_three_languages(browser: Visitor, stage: Stage, language: str) -> None:
    release = stage.release()
    document = browser.get(f"/releases/{release.code}/form.pdf?language={language}")
    assert document["Content-Type"] == "application/pdf"
    assert document.content.startswith(b"%PDF")
    assert "Nowhere" not in document["Content-Disposition"]


def test_for_others_there_are_no_consents(stage: Stage, other_coordinator: Viewer) -> None:
    release = stage.release()
    elsewhere = Visitor(other_coordinator, stage.now)
    for path in (f"/cases/{stage.case.code}/consent/", f"/releases/{release.code}/"):
        assert elsewhere.get(path).status_code == 404


@pytest.mark.parametrize("language", ["en", "es", "vi"])
def test_the_sheet_is_open_to_anybody_and_says_nothing_of_what_it_is_for(language: str) -> None:
    browser = Browser()
    answer = browser.get(f"/confidentiality/{language}/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'lang="{language}"' in page
    assert "Rightdoor" not in page
    assert "data-quick-exit" in page
    assert not answer.cookies
    assert browser.get(f"/confidentiality/{language}/sheet.pdf").content.startswith(b"%PDF")
    assert browser.get(f"/confidentiality/{language}/form.pdf").content.startswith(b"%PDF")


def test_the_sheet_opens_in_the_readers_language() -> None:
    answer = Browser().get("/confidentiality/", headers={"accept-language": "vi-VN,vi;q=0.9"})
    assert answer["Location"] == "/confidentiality/vi/"
    assert Browser().get("/confidentiality/fr/").status_code == 404
