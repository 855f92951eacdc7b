"""Acts on documents: add, replace, check what waits in quarantine, withdraw."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.clients.disclosure import decision_on
from rightdoor.casework.clients.models import note_holding
from rightdoor.casework.documents.choices import CLASS_WORDS
from rightdoor.casework.documents.models import Document, Version
from rightdoor.casework.documents.queries import classes_kept_by, is_own, item_of, named_label, told_label
from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.files import rebuild, scanner, store
from rightdoor.foundation.files.kinds import KINDS, UNREADABLE, FileRefused, Kind, clean_name, kind_of
from rightdoor.foundation.once import own_code, sent_before
from rightdoor.foundation.printing.pdf import DocumentRefused, render_pdf
from rightdoor.foundation.sealing.seals import seal_many

LONGEST_TITLE, LONGEST_NOTE, MOST_VERSIONS = 160, 4000, 50
INFECTED = "The virus scanner found something harmful in this file. It was not kept. Tell whoever sent it to you."
_KIND_OF_COPY = {"pdf": "pdf", "png": "png", "jpeg": "jpeg", "text": "pdf"}


@dataclass(frozen=True, slots=True)
class _Checked:
    """What came of looking at an original: its safe copy, or what it waits for."""

    copy: bytes = b""
    form: str = ""
    pages: int = 0
    waits_for: str = ""
    is_scanned: bool = False


@action("document.added")
def add_document(
    viewer: Viewer,
    case: Case,
    *,
    data_class: str,
    title: str,
    name: str,
    content: bytes,
    now: datetime,
    note: str = "",
    done_on: date | None = None,
    minor_consented_alone: bool = False,
    code: str = "",
) -> Document:
    """Puts a document of the viewer's own agency on a case: sealed at once, then checked and copied. (CASE-10)

    It is ready when this returns, or waits in quarantine when the scanner or the rebuilder does not answer. `code` may
    be fixed beforehand by a form: sent twice, the document that it made is returned. Raises NotPermitted, RuleBroken
    for a class that the viewer's discipline does not keep, and FileRefused for a file that is not taken; nothing of it
    is left then.
    """
    standing = standing_of(viewer, case, now)
    check_may(viewer, "document.add", standing)
    code = own_code(viewer, Document, case.code, code)
    again = sent_before(case.documents.filter(added_by=viewer.code), code)
    if again is not None:
        record(viewer, "document.added", again, repeated=True)
        return again
    if case.state == "closed":
        raise RuleBroken("This case is closed. Reopen it before you add a document.")
    if data_class not in classes_kept_by(viewer):
        raise RuleBroken("Choose a kind of record that your agency keeps.")
    title, note = title.strip(), note.strip()
    if not title or len(title) > LONGEST_TITLE:
        raise RuleBroken(f"Give the document a title of at most {LONGEST_TITLE} characters.")
    if len(note) > LONGEST_NOTE:
        raise RuleBroken(f"Shorten the note to {LONGEST_NOTE:,} characters.")
    if done_on is not None and done_on > now.date():
        raise RuleBroken("The day on which this was done lies ahead. Check it.")
    document = Document(
        code=code or new_code(),
        case=case,
        holder=viewer.agency,
        data_class=data_class,
        minor_consented_alone=minor_consented_alone,
        added_at=now,
        added_by=viewer.code,
    )
    ground = decision_on(viewer, case.client, item_of(document), now, action="write")
    if not ground.allowed:
        raise NotPermitted(ground.reason)
    told = {"title": title, "note": note, "done_on": done_on.isoformat() if done_on else None}
    (document.told_sealed,) = seal_many([(_text(told), told_label(document))])
    document.save(force_insert=True)
    note_holding(case.client, viewer.agency)
    version = _put(viewer, document, number=1, name=name, content=content, now=now)
    record(viewer, "document.added", document, classes=[data_class], state=version.state)
    return document


@action("document.replaced")
def add_version(viewer: Viewer, document: Document, *, name: str, content: bytes, now: datetime) -> Version:
    """A newer file of the same document; the older ones stay. (CASE-10)

    Raises NotPermitted for everybody but the holder's own people on the case, RuleBroken, FileRefused.
    """
    _check_own(viewer, document, "document.replace", now)
    held = Document.objects.select_for_update(of=("self",)).select_related("case__client").get(pk=document.pk)
    if held.state == "withdrawn":
        raise RuleBroken("This document was withdrawn. Add a new one instead.")
    number = held.versions.count() + 1
    if number > MOST_VERSIONS:
        raise RuleBroken(f"A document has at most {MOST_VERSIONS} versions. Add a new document instead.")
    version = _put(viewer, held, number=number, name=name, content=content, now=now)
    record(viewer, "document.replaced", document, classes=[document.data_class], number=number, state=version.state)
    return version


@action("document.checked")
def check_version(viewer: Viewer, version: Version, *, now: datetime) -> Version:
    """Tries again to check a file in quarantine and to make its safe copy; by its holder's people or by itself.

    What turns out harmful or unreadable is dropped, and the version says so. Raises NotPermitted.
    """
    document = version.document
    standing = None if viewer.is_system else standing_of(viewer, document.case, now)
    check_may(viewer, "document.check", standing)
    held = Version.objects.select_for_update(of=("self",)).select_related("document__case__client").get(pk=version.pk)
    if held.state == "quarantine" and held.original is not None:
        try:
            checked = _check(document, KINDS[held.kind], store.take(held.original), now)
        except FileRefused as refusal:
            harmful = str(refusal) == INFECTED
            original, held.original = held.original, None
            held.state, held.waits_for = "refused", ""
            held.refused_for = "infected" if harmful else "not_readable"
            held.save(update_fields=["state", "waits_for", "refused_for", "original"])
            store.drop(original)
        else:
            _settle(held, checked, now)
            held.save(update_fields=["state", "waits_for", "copy", "pages", "is_scanned"])
    record(viewer, "document.checked", held, number=held.number, state=held.state)
    return held


@action("document.checked")
def give_up_version(viewer: Viewer, version: Version, *, now: datetime) -> Version:
    """Gives up a file that waited in quarantine for longer than is kept: the original is dropped, the version says so.

    By the nightly job. Raises NotPermitted.
    """
    check_may(viewer, "privacy.keep_house")
    held = Version.objects.select_for_update(of=("self",)).select_related("document__case__client").get(pk=version.pk)
    if held.state == "quarantine" and held.original is not None:
        original, held.original = held.original, None
        held.state, held.waits_for, held.refused_for = "refused", "", "not_readable"
        held.save(update_fields=["state", "waits_for", "refused_for", "original"])
        store.drop(original)
    record(viewer, "document.checked", held, number=held.number, state=held.state)
    return held


@action("document.withdrawn")
def withdraw_document(viewer: Viewer, document: Document, *, now: datetime) -> None:
    """The holder takes a document back: from the next request on nobody else reads it. It stays with the holder, and
    so does the record of who had read it. (SR-12)

    Raises NotPermitted for everybody but the holder's own people on the case, RuleBroken the second time.
    """
    _check_own(viewer, document, "document.withdraw", now)
    held = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if held.state == "withdrawn":
        raise RuleBroken("This document was withdrawn already.")
    document.state, document.withdrawn_at, document.withdrawn_by = "withdrawn", now, viewer.code
    document.save(update_fields=["state", "withdrawn_at", "withdrawn_by"])
    record(viewer, "document.withdrawn", document, classes=[document.data_class])


@action("document.refused")
def note_refused(viewer: Viewer, case: Case, *, data_class: str, is_harmful: bool, now: datetime) -> None:
    """Notes that a file was not taken: of the file itself nothing is left. Raises NotPermitted."""
    check_may(viewer, "document.add", standing_of(viewer, case, now))
    classes = [data_class] if data_class in CLASS_WORDS else []
    record(viewer, "document.refused", case, outcome="refused", classes=classes, harmful=is_harmful)


def _check_own(viewer: Viewer, document: Document, act: str, now: datetime) -> None:
    check_may(viewer, act, standing_of(viewer, document.case, now))
    if not is_own(viewer, document, now):
        raise NotPermitted("Only the agency that holds this document changes it. Ask its people.")


def _put(viewer: Viewer, document: Document, *, number: int, name: str, content: bytes, now: datetime) -> Version:
    """Quarantine first, then the check: the original is sealed before anything looks into it."""
    shown = clean_name(name)
    kind = kind_of(content, shown)
    version = Version(document=document, number=number, kind=kind.key, added_at=now, added_by=viewer.code)
    (version.named_sealed,) = seal_many([(_text({"name": shown}), named_label(version))])
    version.original = store.put(
        content,
        subject=document.case.client.code,
        holder=document.holder,
        klass=document.data_class,
        kind=kind.key,
        now=now,
    )
    _settle(version, _check(document, kind, content, now), now)
    version.save(force_insert=True)
    return version


def _settle(version: Version, checked: _Checked, now: datetime) -> None:
    document = version.document
    version.waits_for, version.is_scanned = checked.waits_for, checked.is_scanned
    if checked.waits_for:
        return
    version.copy = store.put(
        checked.copy,
        subject=document.case.client.code,
        holder=document.holder,
        klass=document.data_class,
        kind=_KIND_OF_COPY[checked.form],
        now=now,
    )
    version.state, version.pages = "ready", checked.pages


def _check(document: Document, kind: Kind, content: bytes, now: datetime) -> _Checked:
    """Scanner, where there is one, then the safe copy. Raises FileRefused; what is down makes the file wait."""
    is_scanned = False
    if scanner.is_set_up():
        try:
            if scanner.scan(content) != "clean":
                raise FileRefused(INFECTED)
        except scanner.ScannerDown:
            return _Checked(waits_for="scanner")
        is_scanned = True
    try:
        made = rebuild.make_copy(content, kind)
    except rebuild.RebuilderDown:
        return _Checked(waits_for="rebuilder", is_scanned=is_scanned)
    copy = _printed(document, kind, made.content.decode(), now) if made.form == "text" else made.content
    return _Checked(copy, made.form, made.pages, is_scanned=is_scanned)


def _printed(document: Document, kind: Kind, text: str, now: datetime) -> bytes:
    """The words of a file as a PDF of ours."""
    context = {
        "title": f"Document {document.code}",
        "language": "en",
        "code": document.code,
        "notice": "Confidential. Do not copy or pass on.",
        "made": f"The words of a file ({kind.label}), without its layout and pictures.",
        "kind": CLASS_WORDS[document.data_class],
        "lines": text.split("\n"),
    }
    try:
        return render_pdf("documents/text.typ", context)
    except DocumentRefused:
        raise FileRefused(UNREADABLE) from None


def _text(words: dict[str, str | None]) -> str:
    return json.dumps(words, ensure_ascii=False)
