"""Documents for pages: decided by class and holder, recorded, and only then opened."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rightdoor.casework.cases.models import Case, visible_cases
from rightdoor.casework.cases.queries import names_of_accounts, standing_of
from rightdoor.casework.clients.disclosure import SealedField, decision_on, open_fields
from rightdoor.casework.clients.facts import Tie, as_coordinator, ties_of
from rightdoor.casework.documents.choices import CLASS_WORDS
from rightdoor.casework.documents.models import Document, Version
from rightdoor.community.partners.queries import agency_names
from rightdoor.domain.confidentiality import NEVER_IN_BULK, Decision, Item
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Standing, Viewer, may
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.codes import normalise
from rightdoor.foundation.files import store
from rightdoor.foundation.files.models import StoredFile
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.sealing.seals import SealContext, open_each

SEARCHED_AT_MOST = 500
FOUND_AT_MOST = 20
PICTURES = frozenset({"jpeg", "png"})  # kinds of a safe copy


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A line of a case's documents. Status only: neither title nor address, only that it is there, and its date."""

    code: str
    class_words: str
    holder: str
    added_at: datetime
    title: str = ""
    done_on: date | None = None
    is_status_only: bool = False
    is_own: bool = False
    is_withdrawn: bool = False
    versions: int = 0
    state: str = "ready"  # of the newest version


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """A version, opened."""

    number: int
    state: str
    name: str
    kind: str
    pages: int
    size: int
    copy_kind: str
    waits_for: str
    refused_for: str
    is_scanned: bool
    added_at: datetime
    added_by: str


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """A document, opened."""

    code: str
    data_class: str
    class_words: str
    title: str
    note: str
    done_on: date | None
    holder: str
    is_own: bool
    is_withdrawn: bool
    minor_consented_alone: bool
    added_at: datetime
    added_by: str
    versions: tuple[ShownVersion, ...]


@dataclass(frozen=True, slots=True)
class StoredBytes:
    """A file to be handed over: what kind it is, and its bytes."""

    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class PictureRow:
    """A document whose newest checked version is a picture."""

    code: str
    title: str
    data_class: str
    holder: str  # code of the agency
    number: int  # of that version


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """A document that a search found."""

    code: str
    title: str


def classes_kept_by(viewer: Viewer) -> list[str]:
    """The data classes that the viewer's discipline keeps: the cells O of its column in the pack's matrix."""
    cells = active_pack().sharing.matrix.by_discipline.get(viewer.discipline, {})
    return [klass for klass in CLASS_WORDS if klass in cells and cells[klass].own]


def documents_of(viewer: Viewer, case: Case, now: datetime) -> list[DocumentRow]:
    """The documents of a case that this viewer may know of, newest first. A class that is closed to the viewer does
    not exist here: no row, no count. Titles of what is never listed stay shut until the document itself is opened.
    """
    standing = standing_of(viewer, case, now)
    if not may(viewer, "document.read", standing):
        return []
    found = []
    for document in case.documents.prefetch_related("versions").order_by("-added_at", "-id"):
        ground = _ground(viewer, document, case, standing, now)
        versions = [one for one in document.versions.all() if one.state == "ready" or _is_own(ground)]
        if ground.allowed and versions:
            found.append((document, ground, versions))
    told = _opened(
        viewer, case, [(document, ground) for document, ground, _ in found], now, verb="document.listed", obj=case
    )
    names = agency_names({document.holder for document, _, _ in found})
    rows = []
    for document, ground, versions in found:
        words = told.get(document.pk, {})
        rows.append(
            DocumentRow(
                code="" if _is_status(ground) else document.code,
                class_words=CLASS_WORDS[document.data_class],
                holder=names.get(document.holder, ""),
                added_at=document.added_at,
                title=words.get("title", ""),
                done_on=_day(words.get("done_on")),
                is_status_only=_is_status(ground),
                is_own=_is_own(ground),
                is_withdrawn=document.state == "withdrawn",
                versions=len(versions),
                state=versions[0].state,
            )
        )
    return rows


def pictures_of(viewer: Viewer, case: Case, now: datetime, *, classes: Iterable[str]) -> list[PictureRow]:
    """The pictures of these classes on a case that the viewer may print, newest first; their titles are recorded."""
    standing = standing_of(viewer, case, now)
    if not may(viewer, "document.read", standing):
        return []
    rows = case.documents.filter(data_class__in=set(classes), state="kept").order_by("-added_at", "-id")
    found = []
    for document in rows.prefetch_related("versions__copy"):
        ground = _ground(viewer, document, case, standing, now, action="print")
        number = picture_in(document)
        if ground.allowed and not _is_status(ground) and number:
            found.append((document, ground, number))
    told = _opened(
        viewer, case, [(document, ground) for document, ground, _ in found], now, verb="document.listed", obj=case
    )
    return [
        PictureRow(
            document.code, told.get(document.pk, {}).get("title", ""), document.data_class, document.holder, number
        )
        for document, _, number in found
    ]


def picture_in(document: Document) -> int:
    """The number of the newest checked version where that is a picture; 0 where it is something else."""
    ready = [one for one in document.versions.all() if one.state == "ready"]
    newest = max(ready, key=lambda one: one.number, default=None)
    return newest.number if newest is not None and newest.copy is not None and newest.copy.kind in PICTURES else 0


def document_for(viewer: Viewer, code: str, now: datetime) -> Document:
    """The document, if its class and holder open it to this viewer. Raises NotVisible, also where only its status is
    open: that stands on the case's list.
    """
    document = (
        Document.objects.select_related("case", "case__client", "case__referral")
        .filter(code=normalise(code), case__in=visible_cases(viewer, now))
        .first()
    )
    if document is None:
        raise NotVisible
    standing = standing_of(viewer, document.case, now)
    ground = _ground(viewer, document, document.case, standing, now)
    if not may(viewer, "document.read", standing) or not ground.allowed or _is_status(ground):
        raise NotVisible
    if not _is_own(ground) and not document.versions.filter(state="ready").exists():
        raise NotVisible
    return document


def open_document(viewer: Viewer, document: Document, now: datetime) -> ShownDocument:
    """The document with its words, recorded before it is returned. Raises NotVisible for whom it is not open."""
    case = document.case
    standing = standing_of(viewer, case, now)
    ground = _ground(viewer, document, case, standing, now)
    if not ground.allowed or _is_status(ground):
        raise NotVisible
    own = _is_own(ground)
    versions = [
        one
        for one in document.versions.select_related("original", "copy").order_by("-number")
        if own or one.state == "ready"
    ]
    item = item_of(document)
    told, *named = open_fields(
        viewer,
        case.client,
        [
            SealedField(told_label(document), document.told_sealed, item),
            *[SealedField(named_label(one), one.named_sealed, item) for one in versions],
        ],
        now,
        verb="document.read",
        obj=document,
        standing=standing,
    )
    if told is None:
        raise NotVisible
    names = names_of_accounts({document.added_by, *(one.added_by for one in versions)})
    return ShownDocument(
        code=document.code,
        data_class=document.data_class,
        class_words=CLASS_WORDS[document.data_class],
        title=told.get("title", ""),
        note=told.get("note", ""),
        done_on=_day(told.get("done_on")),
        holder=agency_names({document.holder}).get(document.holder, ""),
        is_own=own,
        is_withdrawn=document.state == "withdrawn",
        minor_consented_alone=document.minor_consented_alone,
        added_at=document.added_at,
        added_by=names.get(document.added_by, ""),
        versions=tuple(_shown(one, words, names) for one, words in zip(versions, named, strict=True)),
    )


def is_own(viewer: Viewer, document: Document, now: datetime) -> bool:
    """Is the viewer of the agency that holds this, and on the case? Originals and changes are for those alone."""
    return _is_own(_ground(viewer, document, document.case, standing_of(viewer, document.case, now), now))


def documents_titled(viewer: Viewer, text: str, now: datetime) -> list[FoundDocument]:
    """Documents whose title holds the text, among the newest of the viewer's cases and only where the rule opens them
    to a search; what is hidden changes neither result nor order. (UX-5, SR-07)
    """
    wanted = text.casefold().strip()
    if len(wanted) < 3:
        return []
    newest = list(
        Document.objects.filter(case__in=visible_cases(viewer, now), state="kept", versions__state="ready")
        .exclude(data_class__in=NEVER_IN_BULK)
        .select_related("case", "case__client")
        .distinct()
        .order_by("-added_at", "-id")[:SEARCHED_AT_MOST]
    )
    ties = ties_of(viewer, {document.case.client for document in newest}, now)
    open_to: dict[tuple[str, str], list[Document]] = {}
    for document in newest:
        case = document.case
        tie = as_coordinator(viewer, ties[case.client_id], case.region)
        ground = _ground(viewer, document, case, tie, now, action="search")
        if may(viewer, "document.read", tie) and ground.allowed and not _is_status(ground):
            open_to.setdefault((document.holder, ground.basis), []).append(document)
    candidates = []
    for (holder, basis), documents in open_to.items():
        record_read(
            viewer,
            "document.searched",
            kind="document",
            codes=[document.code for document in documents],
            classes={document.data_class for document in documents},
            holder=holder,
            basis=basis.lower(),
        )
        candidates += documents
    texts = open_each([(document.told_sealed, told_label(document)) for document in candidates])
    titles = [json.loads(text).get("title", "") if text else "" for text in texts]
    found = [
        FoundDocument(document.code, title)
        for document, title in zip(candidates, titles, strict=True)
        if wanted in title.casefold()
    ]
    return sorted(found, key=lambda one: (one.title.casefold(), one.code))[:FOUND_AT_MOST]


def take_copy(viewer: Viewer, document: Document, number: int, now: datetime) -> StoredBytes:
    """The safe copy of a version, recorded before it is returned. Raises NotVisible."""
    ground = _ground(viewer, document, document.case, standing_of(viewer, document.case, now), now, action="print")
    if not ground.allowed or _is_status(ground):
        raise NotVisible
    version = _version(document, number, own=_is_own(ground))
    if version.copy is None:
        raise NotVisible
    return _taken(viewer, "document.copy_opened", document, version.copy, ground, number)


def take_original(viewer: Viewer, document: Document, number: int, now: datetime) -> StoredBytes:
    """The original of a version that was checked, for the holder's own people, recorded before it is returned.

    Raises NotVisible for everybody else, and while the file waits in quarantine.
    """
    ground = _ground(viewer, document, document.case, standing_of(viewer, document.case, now), now, action="print")
    version = _version(document, number, own=_is_own(ground))
    if not _is_own(ground) or version.state != "ready" or version.original is None:
        raise NotVisible
    return _taken(viewer, "document.original_opened", document, version.original, ground, number)


def own_version(viewer: Viewer, document: Document, number: int, now: datetime) -> Version:
    """A version in any state, for the holder's own people. Raises NotVisible for everybody else."""
    if not is_own(viewer, document, now):
        raise NotVisible
    return _version(document, number, own=True)


def waiting_versions() -> list[Version]:
    """What waits in quarantine, the oldest first: for the job that tries again."""
    waiting = Version.objects.filter(state="quarantine").select_related("document__case__client", "original")
    return list(waiting.order_by("added_at", "id")[:20])


def waiting_since(viewer: Viewer, since: datetime) -> list[Version]:
    """Versions in quarantine that were added at this moment or before, the oldest first. For the nightly job."""
    rows = Version.objects.filter(state="quarantine", added_at__lte=since).order_by("added_at", "pk")
    return list(rows.select_related("document__case__client"))


def _version(document: Document, number: int, *, own: bool) -> Version:
    version = document.versions.select_related("original", "copy").filter(number=number).first()
    if version is None or (version.state != "ready" and not own):
        raise NotVisible
    return version


def _taken(
    viewer: Viewer, verb: str, document: Document, stored: StoredFile, ground: Decision, number: int
) -> StoredBytes:
    record_read(
        viewer,
        verb,
        document,
        classes=[document.data_class],
        basis=ground.basis.lower(),
        number=number,
        kind="document",
    )
    return StoredBytes(stored.kind, store.take(stored))


def item_of(document: Document) -> Item:
    """What the sharing rule must know of a document. Of its words, only the day says no more than that it is there."""
    return Item(
        document.data_class,
        document.holder,
        fields=frozenset({"title", "note", "done_on"}),
        code=document.code,
        status_fields=frozenset({"done_on"}),
        minor_consented_alone=document.minor_consented_alone,
        withdrawn=document.state == "withdrawn",
    )


def told_label(document: Document) -> SealContext:
    """The label of a document's title and note."""
    return _label(document, "documents_document", "told", document.code)


def named_label(version: Version) -> SealContext:
    """The label of a version's file name."""
    return _label(version.document, "documents_version", "named", f"{version.document.code}/{version.number}")


def _label(document: Document, table: str, column: str, row: str) -> SealContext:
    return SealContext(table, column, row, document.case.client.code, document.holder, document.data_class)


def _ground(
    viewer: Viewer, document: Document, case: Case, standing: Standing, now: datetime, *, action: str = "read"
) -> Decision:
    """The one decision on this document."""
    tie = standing if isinstance(standing, Tie) else None
    return decision_on(viewer, case.client, item_of(document), now, action=action, tie=tie)


def _is_own(ground: Decision) -> bool:
    return ground.allowed and ground.basis == "OWN"


def _is_status(ground: Decision) -> bool:
    return ground.status_only


def _opened(
    viewer: Viewer,
    case: Case,
    grounds: Iterable[tuple[Document, Decision]],
    now: datetime,
    *,
    verb: str,
    obj: Any,
    action: str = "read",
) -> dict[int, dict[str, Any]]:
    """What a list may show of each document: its title, or for status-only cells its date. One event, one query."""
    fields: list[tuple[Document, SealedField]] = []
    for document, ground in grounds:
        if _is_status(ground) or document.data_class not in NEVER_IN_BULK:
            fields.append((document, SealedField(told_label(document), document.told_sealed, item_of(document))))
    values = open_fields(viewer, case.client, [field for _, field in fields], now, verb=verb, obj=obj, action=action)
    return {document.pk: value for (document, _), value in zip(fields, values, strict=True) if value}


def _shown(version: Version, words: dict[str, str] | None, names: dict[str, str]) -> ShownVersion:
    return ShownVersion(
        version.number,
        version.state,
        (words or {}).get("name", ""),
        version.kind,
        version.pages,
        version.original.size if version.original else 0,
        version.copy.kind if version.copy else "",
        version.waits_for,
        version.refused_for,
        version.is_scanned,
        version.added_at,
        names.get(version.added_by, ""),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
