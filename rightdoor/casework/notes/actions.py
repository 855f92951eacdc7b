"""Acts on notes and sheets: write, correct, withdraw. Nothing that was written is ever written over."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.clients.disclosure import SealedField, check_may_write, open_fields
from rightdoor.casework.clients.models import note_holding
from rightdoor.casework.notes import queries
from rightdoor.casework.notes.models import Note, NoteVersion, Sheet, SheetPart
from rightdoor.casework.notes.queries import Told, holder_for, keeps_sheet, kept_by
from rightdoor.casework.notes.sealed import fields_of, item_of, part_label, reason_label, version_label
from rightdoor.domain import notes as rule
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.once import own_code, sent_before
from rightdoor.foundation.sealing.seals import seal_many
from rightdoor.packs.sheets import SheetField

LONGEST_ANSWER = 4000


@dataclass(frozen=True, slots=True)
class Saved:
    """The text was kept; the next save must name this version."""

    version: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else kept a newer version of the note. Both are here; nothing is lost."""

    version: int
    theirs: Told
    yours: Told
    written_by: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class SheetConflict:
    """Somebody else kept a newer version of the sheet. Both are here; nothing is lost."""

    version: int
    theirs: dict[str, Any]
    yours: dict[str, Any]
    written_by: str
    written_at: datetime


@action("note.written")
def write_note(
    viewer: Viewer,
    case: Case,
    *,
    data_class: str,
    told: Told,
    now: datetime,
    minor_consented_alone: bool = False,
    code: str = "",
) -> Note:
    """Writes a note of a class that the viewer's profession keeps. (CASE-3)

    `code` may be fixed beforehand by a form: sent twice, the note that it made is returned. Raises NotPermitted, and
    RuleBroken for a closed case, a class of another profession, or a note that says nothing.
    """
    tie = standing_of(viewer, case, now)
    check_may(viewer, "case.note", tie)
    code = own_code(viewer, Note, case.code, code)
    again = sent_before(case.notes.filter(added_by=viewer.code), code)
    if again is not None:
        record(viewer, "note.written", again, repeated=True)
        return again
    if case.state != "open":
        raise RuleBroken("This case is closed. Reopen it before you write a note.")
    if data_class not in rule.classes_to_write(kept_by(viewer)):
        raise RuleBroken("Choose a kind of note that your profession keeps.")
    _check(told, now)
    holder = holder_for(viewer, case, data_class)
    check_may_write(viewer, case.client, data_class, now, holder=holder, standing=tie)
    note = Note(
        code=code or new_code(),
        case=case,
        holder=holder,
        data_class=data_class,
        minor_consented_alone=minor_consented_alone,
        added_at=now,
        added_by=viewer.code,
    )
    note.save(force_insert=True)
    _put(viewer, note, told, now)
    if holder == viewer.agency:
        note_holding(case.client, holder)
    queries.forget_held(case)
    record(viewer, "note.written", note, classes=[data_class])
    return note


@action("note.corrected")
def correct_note(viewer: Viewer, note: Note, *, told: Told, version: int, now: datetime) -> Saved | Conflict:
    """A newer version of the same note; the older ones stay. A stale version changes nothing and returns both. (CASE-3)

    Raises NotPermitted for everybody but the holder's own people of that profession on the case, and for a privileged
    note for everybody but its author; RuleBroken.
    """
    held = _held(viewer, note, now)
    _check(told, now)
    newest = held.versions.get(number=held.version)
    if rule.is_stale(version, held.version):
        theirs = _told(viewer, held, newest, now)
        if theirs != told:
            record(viewer, "note.corrected", note, classes=[note.data_class], outcome="conflict")
            return Conflict(held.version, theirs, told, newest.written_by, newest.written_at)
        record(viewer, "note.corrected", note, classes=[note.data_class], version=held.version, repeated=True)
        return Saved(held.version)
    held.version += 1
    _put(viewer, held, told, now)
    held.save(update_fields=["version"])
    note.version = held.version
    record(viewer, "note.corrected", note, classes=[note.data_class], version=held.version)
    return Saved(held.version)


@action("note.withdrawn")
def withdraw_note(viewer: Viewer, note: Note, *, reason: str, now: datetime) -> None:
    """Takes a note back, with a reason: from the next request on nobody outside of its holder reads it. It is not
    deleted. (CASE-3, SR-12)

    Raises NotPermitted as `correct_note` does, RuleBroken without a reason or the second time.
    """
    held = _held(viewer, note, now)
    rule.check_may_withdraw(reason)
    (held.reason_sealed,) = seal_many([(_text({"reason": reason.strip()}), reason_label(held))])
    held.state, held.withdrawn_at, held.withdrawn_by = "withdrawn", now, viewer.code
    held.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "reason_sealed"])
    note.state, note.withdrawn_at, note.withdrawn_by = "withdrawn", now, viewer.code
    note.reason_sealed = held.reason_sealed
    queries.forget_held(note.case)
    record(viewer, "note.withdrawn", note, classes=[note.data_class])


@action("sheet.written")
def write_sheet(
    viewer: Viewer,
    case: Case,
    *,
    tab: str,
    said: Mapping[str, Any],
    version: int,
    now: datetime,
    minor_consented_alone: bool = False,
) -> Saved | SheetConflict:
    """Writes the facts that the viewer's agency keeps on a tab; earlier versions stay. (CASE-3)

    `said`: answers by the keys of the pack's fields; what is left out, empty or None is not established. A stale
    version changes nothing and returns both. Raises NotVisible for a tab that has no sheet here, NotPermitted,
    RuleBroken.
    """
    if tab not in rule.SHEETS or active_pack().sheet(tab) is None:
        raise NotVisible
    tie = standing_of(viewer, case, now)
    check_may(viewer, "sheet.write", tie)
    if case.state != "open":
        raise RuleBroken("This case is closed. Reopen it before you change this.")
    if not keeps_sheet(viewer, tab):
        raise NotPermitted("Only the profession that keeps this changes it. Ask its people on the case.")
    klass = rule.TABS[tab][0]
    holder = holder_for(viewer, case, klass)
    check_may_write(viewer, case.client, klass, now, holder=holder, standing=tie)
    answers = _answers(tab, said)
    Sheet.objects.get_or_create(
        case=case, tab=tab, holder=holder, defaults={"written_at": now, "written_by": viewer.code}
    )
    # Two writers at once: the second waits here, and then finds that its version is old.
    sheet = Sheet.objects.select_for_update(of=("self",)).get(case=case, tab=tab, holder=holder)
    sheet.case = case
    before = queries.said_in(viewer, sheet, tie, now) if sheet.version else {}
    known = {one.key for one in fields_of(tab)}
    answers |= {key: value for key, value in before.items() if key not in known}  # what an older pack asked for
    if rule.is_stale(version, sheet.version):
        if before != answers:
            record(viewer, "sheet.written", sheet, outcome="conflict", about=tab)
            return SheetConflict(sheet.version, before, answers, sheet.written_by, sheet.written_at)
        record(viewer, "sheet.written", sheet, version=sheet.version, about=tab, repeated=True)
        return Saved(sheet.version)
    sheet.version += 1
    sheet.written_at, sheet.written_by, sheet.minor_consented_alone = now, viewer.code, minor_consented_alone
    by_class: dict[str, dict[str, Any]] = {klass: {}}
    classes = {one.key: one.data_class or klass for one in fields_of(tab)}
    for key, value in answers.items():
        by_class.setdefault(classes.get(key, klass), {})[key] = value
    sealed = seal_many([(_text(part), part_label(sheet, sheet.version, name)) for name, part in by_class.items()])
    SheetPart.objects.bulk_create(
        SheetPart(
            sheet=sheet, number=sheet.version, data_class=name, said_sealed=blob, written_at=now, written_by=viewer.code
        )
        for name, blob in zip(by_class, sealed, strict=True)
    )
    sheet.save(update_fields=["version", "written_at", "written_by", "minor_consented_alone"])
    if holder == viewer.agency:
        note_holding(case.client, holder)
    queries.forget_held(case)
    record(viewer, "sheet.written", sheet, classes=sorted(by_class), version=sheet.version, about=tab)
    return Saved(sheet.version)


def _held(viewer: Viewer, note: Note, now: datetime) -> Note:
    """The note's row, locked, for whoever may change it. Raises NotPermitted, RuleBroken."""
    tie = standing_of(viewer, note.case, now)
    check_may(viewer, "case.note", tie)
    check_may_write(viewer, note.case.client, note.data_class, now, holder=note.holder, standing=tie)
    held = Note.objects.select_for_update(of=("self",)).select_related("case__client").get(pk=note.pk)
    rule.check_may_correct(
        held.data_class,
        author=held.added_by,
        writer=viewer.code,
        kept=kept_by(viewer),
        is_withdrawn=held.state == "withdrawn",
    )
    return held


def _put(viewer: Viewer, note: Note, told: Told, now: datetime) -> None:
    (blob,) = seal_many([(_text(told.as_dict()), version_label(note, note.version))])
    NoteVersion.objects.create(note=note, number=note.version, told_sealed=blob, written_at=now, written_by=viewer.code)


def _told(viewer: Viewer, note: Note, version: NoteVersion, now: datetime) -> Told:
    field = SealedField(version_label(note, version.number), version.told_sealed, item_of(note))
    (words,) = open_fields(viewer, note.case.client, [field], now, verb="note.read", obj=note)
    return Told.of(words or {})


def _check(told: Told, now: datetime) -> None:
    rule.check_note(
        kind=told.kind,
        happened_at=told.happened_at,
        text=told.text,
        present=told.present,
        outcome=told.outcome,
        now=now,
    )


def _answers(tab: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """What was established, field by field. Raises RuleBroken for an answer that the field does not take."""
    fields = {one.key: one for one in fields_of(tab)}
    if said.keys() - fields.keys():
        raise RuleBroken("This form has changed meanwhile. Load it anew.")
    answers = {key: _answer(fields[key], value) for key, value in said.items()}
    return {key: value for key, value in answers.items() if value is not None}


def _answer(field: SheetField, value: Any) -> Any:
    """One answer as it is sealed; None where nothing was established."""
    if value is None or value == "" or value == []:
        return None
    if field.kind == "established":
        takes = isinstance(value, bool)
    elif field.kind == "day":
        return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)
    elif field.kind == "area":
        takes = value in {area.key for area in active_pack().areas}
    elif field.kind == "choice":
        takes = value in {one.key for one in field.choices}
    elif field.kind == "choices":
        takes = set(value) <= {one.key for one in field.choices}
        value = [one.key for one in field.choices if one.key in value]
    else:
        value = str(value).strip()
        takes = len(value) <= (LONGEST_ANSWER if field.kind == "story" else rule.LONGEST_LINE)
        if not takes:
            raise RuleBroken(f"“{field.label}” is too long. Shorten it, or write a note.")
        return value or None
    if not takes:
        raise RuleBroken(f"Choose an answer of the list for “{field.label}”.")
    return value


def _text(words: Mapping[str, Any]) -> str:
    return json.dumps(words, ensure_ascii=False)
