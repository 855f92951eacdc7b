"""The pages of documents: added without scripts, what was typed kept, files handed over as files and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from rightdoor.casework.cases.models import Case
from rightdoor.casework.documents import actions
from rightdoor.casework.documents.models import Document
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.files import kinds
from rightdoor.foundation.files.models import StoredFile
from tests.casework.documents import made
from tests.casework.team import Scene
from tests.signing_in import sign_in


def browser_of(viewer: Viewer, now: Any) -> Browser:
    return sign_in(Browser(), viewer, at=now)


@pytest.fixture(autouse=True)
def _at_that_time(now: Any) -> Any:
    import time_machine

    with time_machine.travel(now, tick=False):
        yield


def send(browser: Browser, case: Case, content: bytes, name: str = "letter.pdf", **changed: str) -> Any:
    """The form as a browser sends it."""
    told = {"title": "A letter of the clinic", "data_class": "PLAN", "note": "A note", "done_on": "", **changed}
    file = SimpleUploadedFile(name, content)
    return browser.post(f"/cases/{case.code}/documents/", {**told, "file": file})


@pytest.mark.req("CASE-10")
def test_a_document_is_added_without_scripts_and_its_copy_saved_under_its_code(scene: Scene, case: Case) -> None:
    browser = browser_of(scene.coordinator, scene.now)
    answer = send(browser, case, made.EVERY["letter.pdf"])
    document = Document.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/documents/{document.code}/")

    page = browser.get(f"/documents/{document.code}/").content.decode()
    assert "A letter of the clinic" in page
    copy = browser.get(f"/documents/{document.code}/versions/1/copy/")
    assert copy.content.startswith(b"%PDF-")
    assert copy.headers["Content-Disposition"] == f'attachment; filename="{document.code}-1.pdf"'
    assert copy.headers["X-Content-Type-Options"] == "nosniff"
    assert copy.headers["Content-Security-Policy"].startswith("sandbox")
    assert copy.headers["Cache-Control"] == "no-store"


@pytest.mark.req("CASE-10")
def test_the_original_stands_behind_a_warning_and_comes_as_bytes(scene: Scene, case: Case) -> None:
    browser = browser_of(scene.coordinator, scene.now)
    send(browser, case, made.EVERY["picture.png"], "Zebulon.png")
    document = Document.objects.get()
    address = f"/documents/{document.code}/versions/1/original/"

    assert b"can do harm" in browser.get(address).content
    answer = browser.post(address)
    assert answer.content == made.EVERY["picture.png"]
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert "Zebulon" not in answer.headers["Content-Disposition"]


@pytest.mark.req("CASE-10")
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("letter.pdf", b"no PDF at all", "its content does not"),
        ("interview.mp3", b"ID3" + bytes(30), "never stored here"),
        ("letter.exe", b"MZ", "not taken"),
        ("letter.pdf", b"", "empty"),
    ],
)
def test_a_file_that_is_not_taken_keeps_what_was_typed(
    scene: Scene, case: Case, name: str, content: bytes, said: str
) -> None:
    browser = browser_of(scene.coordinator, scene.now)
    answer = send(browser, case, content, name, note="Words that took a while to type")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "Words that took a while to type" in page
    assert "A letter of the clinic" in page
    assert '<option value="PLAN" selected>' in page
    assert not Document.objects.exists()
    assert not StoredFile.objects.exists()
    assert AuditEvent.objects.get(verb="document.refused").classes == ["PLAN"]


@pytest.mark.req("CASE-10")
def test_a_file_that_is_too_large_is_refused_in_words(scene: Scene, case: Case) -> None:
    browser = browser_of(scene.coordinator, scene.now)
    answer = send(browser, case, b"a" * (kinds.LARGEST + 1), "letter.txt")

    assert answer.status_code == 422
    assert b"larger than 25 MB" in answer.content
    assert b"A letter of the clinic" in answer.content


@pytest.mark.req("CASE-10", "PRIV-3")
def test_a_file_on_its_way_never_touches_a_disk(scene: Scene, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Django would put what is larger than a few megabytes into a temporary file, in clear."""
    import tempfile

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("a temporary file")

    for name in ("NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile", "mkstemp", "mkdtemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    browser = browser_of(scene.coordinator, scene.now)

    assert send(browser, case, b"Invented words. " * 20_000, "letter.txt").status_code == 302


def test_a_strangers_file_is_not_even_read(case: Case) -> None:
    answer = send(Browser(), case, b"a" * 1000, "letter.txt")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in/")
    assert not StoredFile.objects.exists()


@pytest.mark.req("PRIV-2")
def test_a_page_says_nothing_of_a_class_that_is_closed(scene: Scene, case: Case) -> None:
    actions.add_document(
        scene.advocate,
        case,
        data_class="ADVPRIV",
        title="Hidden",
        name="letter.pdf",
        content=made.EVERY["letter.pdf"],
        now=scene.now,
    )
    page = browser_of(scene.coordinator, scene.now).get(f"/cases/{case.code}/documents/").content.decode()

    assert "Hidden" not in page
    assert "Privileged" not in page
    assert "No document is open to you here." in page


@pytest.mark.rule("SR-12")
def test_withdrawing_and_replacing_by_the_page(scene: Scene, case: Case) -> None:
    browser = browser_of(scene.coordinator, scene.now)
    send(browser, case, made.EVERY["letter.pdf"])
    document = Document.objects.get()
    newer = SimpleUploadedFile("newer.txt", b"Newer words")
    assert browser.post(f"/documents/{document.code}/versions/", {"file": newer}).status_code == 302
    assert document.versions.count() == 2

    assert browser.post(f"/documents/{document.code}/withdrawal/").status_code == 302
    page = browser.get(f"/documents/{document.code}/").content.decode()
    assert "Withdrawn" in page
    assert "Add a newer version" not in page
    again = browser.post(f"/documents/{document.code}/withdrawal/")
    assert again.status_code == 422
