"""Notes and sheets for pages: decided by class and holder, recorded, and only then opened.

What is closed to a viewer does not exist here: no row, no count, no tab. A privileged class is closed to everybody of
another profession before the sharing rule is asked, also within the agency that holds it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, F, Q, Value

from rightdoor.casework.cases.models import Case, visible_cases
from rightdoor.casework.cases.queries import names_of_accounts, standing_of
from rightdoor.casework.clients.disclosure import SealedField, decision_on, open_fields
from rightdoor.casework.clients.facts import Tie
from rightdoor.casework.notes.choices import CLASS_WORDS, KINDS, YES_NO
from rightdoor.casework.notes.models import Note, NoteVersion, Sheet, SheetPart
from rightdoor.casework.notes.sealed import (
    fields_of,
    item_of,
    item_of_part,
    part_item,
    part_label,
    reason_label,
    version_label,
)
from rightdoor.community.partners.models import Agency
from rightdoor.community.partners.queries import agency_names
from rightdoor.domain import notes as rule
from rightdoor.domain.confidentiality import NEVER_IN_BULK, Decision, Item
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Viewer, may
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.codes import is_code, normalise
from rightdoor.foundation.drafts.keep import others_at
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.packs.sheets import SheetField

PAGE = 20


@dataclass(frozen=True, slots=True)
class Told:
    """What a version of a note says."""

    kind: str = ""
    happened_at: datetime | None = None
    text: str = ""
    present: str = ""
    outcome: str = ""

    @property
    def kind_words(self) -> str:
        """What kind of note it is, in words."""
        return KINDS.get(self.kind, self.kind)

    def as_dict(self) -> dict[str, str]:
        """As it is sealed."""
        at = self.happened_at.isoformat() if self.happened_at else ""
        return {
            "kind": self.kind,
            "happened_at": at,
            "text": self.text,
            "present": self.present,
            "outcome": self.outcome,
        }

    @staticmethod
    def of(words: dict[str, str]) -> Told:
        """As it was sealed."""
        at = words.get("happened_at")
        return Told(
            words.get("kind", ""),
            datetime.fromisoformat(at) if at else None,
            words.get("text", ""),
            words.get("present", ""),
            words.get("outcome", ""),
        )


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note on a tab. `told` is None where it is opened one by one: what is never listed."""

    code: str
    class_words: str
    is_privileged: bool
    holder: str
    added_at: datetime
    added_by: str
    versions: int
    is_withdrawn: bool
    told: Told | None


@dataclass(frozen=True, slots=True)
class NotePage:
    """A page of notes, with the code that the next one starts after (empty at the end)."""

    rows: list[NoteRow]
    next: str = ""


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """One version of a note, opened."""

    number: int
    told: Told
    written_at: datetime
    written_by: str


@dataclass(frozen=True, slots=True)
class ShownNote:
    """A note, opened: what holds, and what stood before it was corrected, newest first."""

    code: str
    data_class: str
    class_words: str
    is_privileged: bool
    holder: str
    version: int
    told: Told
    added_at: datetime
    added_by: str
    written_at: datetime
    written_by: str
    earlier: tuple[ShownVersion, ...]
    minor_consented_alone: bool
    is_withdrawn: bool
    withdrawn_at: datetime | None
    withdrawn_by: str
    reason: str
    may_change: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of a sheet as a page shows it; `said` is empty where it was not established."""

    label: str
    said: str
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class ShownSheet:
    """The sheet of one agency, as this viewer may see it. Status only: nothing but yes, no and days."""

    holder: str
    is_own: bool
    is_status_only: bool
    facts: list[Fact]
    written_at: datetime
    written_by: str
    version: int


@dataclass(frozen=True, slots=True)
class SheetToWrite:
    """The viewer's own agency's sheet, opened to be changed."""

    holder: str
    version: int
    said: dict[str, Any]
    minor_consented_alone: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A kind of what is kept on a case: notes of a class (`tab` is empty), or a class of the sheet of a tab."""

    tab: str
    klass: str
    holder: str
    state: str
    minor_alone: bool


@dataclass(frozen=True, slots=True)
class AlsoHere:
    """Somebody of the same agency who may still be writing at the same record, and when that was last kept."""

    name: str
    kept_at: datetime


# ------------------------------------------------------------------------------------------------- who writes what


def kept_by(viewer: Viewer) -> frozenset[str]:
    """The data classes that the viewer's discipline keeps: the cells O of its column in the pack's matrix."""
    cells = active_pack().sharing.matrix.by_discipline.get(viewer.discipline, {})
    return frozenset(klass for klass, cell in cells.items() if cell.own)


def keeps_sheet(viewer: Viewer, tab: str) -> bool:
    """Does the viewer's discipline keep the sheet of this tab, by the matrix or, where that names nobody, the pack?"""
    sheet = active_pack().sheet(tab)
    return sheet is not None and (rule.TABS[tab][0] in kept_by(viewer) or viewer.discipline in sheet.kept_by)


def holder_for(viewer: Viewer, case: Case, klass: str) -> str:
    """The agency that will hold what this viewer writes of this class."""
    return rule.holder_of(klass, writers_agency=viewer.agency, cases_holder=case.holder)


def classes_open_to_write(
    viewer: Viewer, case: Case, tie: Tie, now: datetime, *, among: Collection[str] = rule.NOTE_CLASSES
) -> list[str]:
    """The classes, of these, of which this viewer may write a note on this case now."""
    if case.state != "open" or not may(viewer, "case.note", tie):
        return []
    kept, tie = rule.classes_to_write(kept_by(viewer)), _knowing(viewer, case, tie)
    return [klass for klass in kept if klass in among and _may_write(viewer, case, tie, klass, now)]


def may_write_sheet(viewer: Viewer, case: Case, tie: Tie, tab: str, now: datetime) -> bool:
    """May this viewer write the sheet of this tab for their agency now?"""
    if case.state != "open" or not keeps_sheet(viewer, tab) or not may(viewer, "sheet.write", tie):
        return False
    return _may_write(viewer, case, _knowing(viewer, case, tie), rule.TABS[tab][0], now)


def _may_write(viewer: Viewer, case: Case, tie: Tie, klass: str, now: datetime) -> bool:
    item = Item(klass, holder_for(viewer, case, klass))
    return decision_on(viewer, case.client, item, now, action="write", tie=tie).allowed


# -------------------------------------------------------------------------------------------------------- the tabs


def is_open(viewer: Viewer, case: Case, tie: Tie, tab: str, now: datetime) -> bool:
    """Is anything on this tab open to the viewer, or may the viewer write something there?"""
    wanted = rule.notes_on(tab)
    if classes_open_to_write(viewer, case, tie, now, among=wanted):
        return True
    if may_write_sheet(viewer, case, tie, tab, now):
        return True
    if not may(viewer, "note.read", tie):
        return False
    tie = _knowing(viewer, case, tie)
    for one in held_on(case):
        if one.tab == tab:
            item = item_of_part(tab, one.holder, one.klass, minor_alone=one.minor_alone)
            found = decision_on(viewer, case.client, item, now, tie=tie)
            if found.allowed and (not found.status_only or item.status_fields):
                return True
        if not one.tab and one.klass in wanted and _opens(viewer, case, tie, one, now):
            return True
    return bool(_named_notes(viewer, case, tie, wanted, now))


def held_on(case: Case) -> list[Held]:
    """Which kinds of notes and sheets are kept on a case, by whom. No word of any. One query for all the tabs of a
    page: asked once of a case that was found once.
    """
    found: list[Held] | None = case.__dict__.get("_kept_notes")
    if found is None:
        notes = Note.objects.filter(case=case).annotate(tab=Value("", CharField(max_length=20)))
        parts = SheetPart.objects.filter(sheet__case=case, number=F("sheet__version"))
        sheets = parts.annotate(state=Value("kept", CharField(max_length=9)))
        rows = notes.values_list("tab", "data_class", "holder", "state", "minor_consented_alone").union(
            sheets.values_list("sheet__tab", "data_class", "sheet__holder", "state", "sheet__minor_consented_alone")
        )
        found = case.__dict__["_kept_notes"] = [Held(*row) for row in rows]
    return found


def forget_held(case: Case) -> None:
    """After something was written: what is kept on the case is asked anew."""
    case.__dict__.pop("_kept_notes", None)
    case.__dict__.pop("_kept_apart", None)


def _knowing(viewer: Viewer, case: Case, tie: Tie) -> Tie:
    """The tie, with which of the agencies that hold something here keep their records apart: asked at once for all of
    them, so that no decision on a note asks by itself.
    """
    known: dict[str, bool] = case.__dict__.setdefault("_kept_apart", {})
    holders = {one.holder for one in held_on(case)} | {viewer.agency, case.holder}
    asked = holders - {""} - tie.asked - known.keys()
    if asked:
        rows = Agency.objects.filter(code__in=asked, keeps_own_records=True)
        apart = set(rows.values_list("code", flat=True))
        known.update({holder: holder in apart for holder in asked})
    kept_apart = frozenset(holder for holder, is_apart in known.items() if is_apart)
    return replace(tie, apart=tie.apart | kept_apart, asked=tie.asked | known.keys())


def _opens(viewer: Viewer, case: Case, tie: Tie, kind: Held, now: datetime) -> bool:
    """Are notes of this kind open to the viewer, whichever they are?"""
    if rule.stays_with_its_profession(kind.klass, kept_by(viewer)):
        return False
    item = Item(
        kind.klass,
        kind.holder,
        minor_consented_alone=kind.minor_alone,
        withdrawn=kind.state == "withdrawn",
    )
    found = decision_on(viewer, case.client, item, now, tie=tie)
    return found.allowed and not found.status_only


def _named_notes(viewer: Viewer, case: Case, tie: Tie, wanted: Iterable[str], now: datetime) -> list[int]:
    """Notes that a ground names one by one, and that open to the viewer by it. No query where none does."""
    named = {code for ground in tie.facts.grounds for code in ground.items}
    if not named:
        return []
    rows = Note.objects.filter(case=case, code__in=named, data_class__in=list(wanted)).select_related("case__client")
    return [note.pk for note in rows if _ground(viewer, note, tie, now).allowed]


# ------------------------------------------------------------------------------------------------------------ notes


def notes_of(viewer: Viewer, case: Case, tie: Tie, tab: str, now: datetime, *, after: str = "") -> NotePage:
    """A page of the notes of a tab that are open to this viewer, newest first; recorded before it is returned.

    Notes that are never listed (privileged ones, the prosecution's own) show that they are there, and are opened one
    by one.
    """
    wanted = rule.notes_on(tab)
    if not wanted or not may(viewer, "note.read", tie):
        return NotePage([])
    tie = _knowing(viewer, case, tie)
    open_to = Q(pk__in=_named_notes(viewer, case, tie, wanted, now))
    for kind in held_on(case):
        if not kind.tab and kind.klass in wanted and _opens(viewer, case, tie, kind, now):
            open_to |= Q(
                data_class=kind.klass,
                holder=kind.holder,
                state=kind.state,
                minor_consented_alone=kind.minor_alone,
            )
    seen = Note.objects.filter(open_to, case=case)
    mark = seen.filter(code=after).values("added_at", "id").first() if is_code(after) else None
    if mark is not None:
        earlier = Q(added_at__lt=mark["added_at"]) | Q(added_at=mark["added_at"], id__lt=mark["id"])
        seen = seen.filter(earlier)
    rows = list(seen.order_by("-added_at", "-id")[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    for note in rows:
        note.case = case
    told = _told(viewer, case, [note for note in rows if note.data_class not in NEVER_IN_BULK], tie, now)
    holders, people = agency_names({note.holder for note in rows}), names_of_accounts({one.added_by for one in rows})
    shown = [
        NoteRow(
            code=note.code,
            class_words=CLASS_WORDS[note.data_class],
            is_privileged=note.data_class in rule.PRIVILEGED,
            holder=holders.get(note.holder, ""),
            added_at=note.added_at,
            added_by=people.get(note.added_by, ""),
            versions=note.version,
            is_withdrawn=note.state == "withdrawn",
            told=told.get(note.pk),
        )
        for note in rows
    ]
    return NotePage(shown, rows[-1].code if more else "")


def _told(viewer: Viewer, case: Case, notes: Sequence[Note], tie: Tie, now: datetime) -> dict[int, Told]:
    """What these notes say, by primary key. One query, and one event for each holder and kind of ground."""
    known = {note.pk: note for note in notes}
    versions = list(NoteVersion.objects.filter(note__in=known, number=F("note__version")))
    fields = [
        SealedField(version_label(known[one.note_id], one.number), one.told_sealed, item_of(known[one.note_id]))
        for one in versions
    ]
    values = open_fields(viewer, case.client, fields, now, verb="note.listed", obj=case, standing=tie)
    return {one.note_id: Told.of(words) for one, words in zip(versions, values, strict=True) if words is not None}


def note_for(viewer: Viewer, code: str, now: datetime) -> Note:
    """The note, if its class and holder open it to this viewer. Raises NotVisible."""
    note = (
        Note.objects.select_related("case__client", "case__referral")
        .filter(code=normalise(code), case__in=visible_cases(viewer, now))
        .first()
    )
    if note is None:
        raise NotVisible
    tie = standing_of(viewer, note.case, now)
    if not may(viewer, "note.read", tie) or not _ground(viewer, note, tie, now).allowed:
        raise NotVisible
    return note


def open_note(viewer: Viewer, note: Note, now: datetime) -> ShownNote:
    """The note with everything that it said before, recorded before it is returned. Raises NotVisible."""
    tie = standing_of(viewer, note.case, now)
    if not may(viewer, "note.read", tie) or not _ground(viewer, note, tie, now).allowed:
        raise NotVisible
    item, versions = item_of(note), list(note.versions.order_by("-number"))
    reason, *told = open_fields(
        viewer,
        note.case.client,
        [
            SealedField(reason_label(note), note.reason_sealed, item),
            *[SealedField(version_label(note, one.number), one.told_sealed, item) for one in versions],
        ],
        now,
        verb="note.read",
        obj=note,
        standing=tie,
    )
    people = names_of_accounts({note.added_by, note.withdrawn_by, *(one.written_by for one in versions)})
    shown = [
        ShownVersion(one.number, Told.of(words), one.written_at, people.get(one.written_by, ""))
        for one, words in zip(versions, told, strict=True)
        if words is not None
    ]
    holds = next((one for one in shown if one.number == note.version), None)
    if holds is None:  # its keys are gone
        raise NotVisible
    kept = kept_by(viewer)
    is_theirs = note.data_class in kept and (note.data_class not in rule.PRIVILEGED or note.added_by == viewer.code)
    return ShownNote(
        code=note.code,
        data_class=note.data_class,
        class_words=CLASS_WORDS[note.data_class],
        is_privileged=note.data_class in rule.PRIVILEGED,
        holder=agency_names({note.holder}).get(note.holder, ""),
        version=note.version,
        told=holds.told,
        added_at=note.added_at,
        added_by=people.get(note.added_by, ""),
        written_at=holds.written_at,
        written_by=holds.written_by,
        earlier=tuple(one for one in shown if one.number != note.version),
        minor_consented_alone=note.minor_consented_alone,
        is_withdrawn=note.state == "withdrawn",
        withdrawn_at=note.withdrawn_at,
        withdrawn_by=people.get(note.withdrawn_by, ""),
        reason=(reason or {}).get("reason", ""),
        may_change=note.state == "kept"
        and is_theirs
        and may(viewer, "case.note", tie)
        and decision_on(viewer, note.case.client, item, now, action="write", tie=tie).allowed,
    )


def _ground(viewer: Viewer, note: Note, tie: Tie, now: datetime) -> Decision:
    """The one decision on this note; a status is none, for a note has no field that says only whether and when."""
    found = decision_on(viewer, note.case.client, item_of(note), now, tie=tie)
    if found.status_only or rule.stays_with_its_profession(note.data_class, kept_by(viewer)):
        return found._replace(allowed=False)
    return found


# ----------------------------------------------------------------------------------------------------------- sheets


def sheets_of(viewer: Viewer, case: Case, tie: Tie, tab: str, now: datetime) -> list[ShownSheet]:
    """The sheets of a tab as this viewer may see them, the viewer's own agency's first; recorded before it is returned.

    Where only the status of a class is open, its fields that say yes, no or a day, and nothing else of the sheet.
    """
    if not may(viewer, "note.read", tie):
        return []
    tie = _knowing(viewer, case, tie)
    rows = Sheet.objects.filter(case=case, tab=tab).prefetch_related("parts").order_by("pk")
    asked: list[tuple[Sheet, SheetPart, Item, Decision]] = []
    for sheet in rows:
        sheet.case = case
        for part in sheet.parts.all():
            item = part_item(sheet, part.data_class)
            found = decision_on(viewer, case.client, item, now, tie=tie)
            if part.number == sheet.version and found.allowed:
                asked.append((sheet, part, item, found))
    values = open_fields(
        viewer,
        case.client,
        [
            SealedField(part_label(sheet, part.number, part.data_class), part.said_sealed, item)
            for sheet, part, item, _ in asked
        ],
        now,
        verb="sheet.read",
        obj=case,
        standing=tie,
    )
    said: dict[int, dict[str, Any]] = {}
    fully: dict[int, bool] = {}
    sheets: dict[int, Sheet] = {}
    for (sheet, _, item, found), value in zip(asked, values, strict=True):
        if value is None:
            continue
        # A field that the pack no longer has is in no list of fields: of a status nothing but the marked ones passes.
        told = {key: one for key, one in value.items() if not found.status_only or key in item.status_fields}
        if found.status_only and not told:
            continue
        sheets[sheet.pk] = sheet
        said.setdefault(sheet.pk, {}).update(told)
        fully[sheet.pk] = fully.get(sheet.pk, False) or not found.status_only
    names, people = (
        agency_names({sheet.holder for sheet in sheets.values()}),
        names_of_accounts({sheet.written_by for sheet in sheets.values()}),
    )
    shown = [
        ShownSheet(
            holder=names.get(sheet.holder, ""),
            is_own=sheet.holder == viewer.agency,
            is_status_only=not fully[pk],
            facts=facts_of(tab, said[pk], only_said=not fully[pk]),
            written_at=sheet.written_at,
            written_by=people.get(sheet.written_by, ""),
            version=sheet.version,
        )
        for pk, sheet in sheets.items()
    ]
    return sorted(shown, key=lambda one: (not one.is_own, one.is_status_only, one.holder))


def facts_of(tab: str, said: dict[str, Any], *, only_said: bool = False) -> list[Fact]:
    """The fields of a tab with what was said, in the pack's order; what an older pack asked for comes last."""
    fields = fields_of(tab)
    facts = [
        Fact(str(one.label), said_words(one, said.get(one.key)), one.kind == "story")
        for one in fields
        if not only_said or one.key in said
    ]
    known = {one.key for one in fields}
    return facts + [Fact(key.replace("_", " "), str(value)) for key, value in said.items() if key not in known]


def said_words(field: SheetField, value: Any) -> str:
    """One answer in words; empty where it was not established. Unknown is never no."""
    if value is None or value == "" or value == []:
        return ""
    if field.kind == "established":
        return YES_NO.get(value, "")
    if field.kind == "day":
        return f"{date.fromisoformat(value):%m/%d/%Y}"
    if field.kind == "area":
        return _area_name(value)
    if field.kind == "choices":
        return "; ".join(field.words(one) for one in value)
    return field.words(value) if field.kind == "choice" else str(value)


def _area_name(key: str) -> str:
    return next((area.name for area in active_pack().areas if area.key == key), key)


def sheet_to_write(viewer: Viewer, case: Case, tie: Tie, tab: str, now: datetime) -> SheetToWrite:
    """The sheet of the viewer's own agency with what it says now, recorded before it is returned; an empty one where
    there is none yet. The caller has asked whether the viewer may write it.
    """
    holder = holder_for(viewer, case, rule.TABS[tab][0])
    sheet = Sheet.objects.filter(case=case, tab=tab, holder=holder).first()
    if sheet is None:
        return SheetToWrite(holder, 0, {})
    sheet.case = case
    return SheetToWrite(holder, sheet.version, said_in(viewer, sheet, tie, now), sheet.minor_consented_alone)


def said_in(viewer: Viewer, sheet: Sheet, tie: Tie, now: datetime) -> dict[str, Any]:
    """What the version that holds says, as far as it is wholly open to the viewer."""
    parts = list(sheet.parts.filter(number=sheet.version))
    items = [part_item(sheet, part.data_class) for part in parts]
    values = open_fields(
        viewer,
        sheet.case.client,
        [
            SealedField(part_label(sheet, part.number, part.data_class), part.said_sealed, item)
            for part, item in zip(parts, items, strict=True)
        ],
        now,
        verb="sheet.read",
        obj=sheet,
        standing=tie,
    )
    said: dict[str, Any] = {}
    for value in values:
        said |= value or {}
    return said


# ------------------------------------------------------------------------------------------------------ two writers


def also_writing(viewer: Viewer, form: str, about: str, now: datetime) -> AlsoHere | None:
    """Whether somebody else of the viewer's agency was at the same form a short while ago. Not a word of what."""
    since = now - rule.STILL_WRITING
    others = [one for one in others_at(viewer, form, about, since) if rule.still_writing(one[1], now)]
    colleagues = dict(
        Account.objects.filter(code__in=[who for who, _ in others], agency_code=viewer.agency).values_list(
            "code", "name"
        )
    )
    found = [(colleagues[who], at) for who, at in others if who in colleagues]
    return AlsoHere(*max(found, key=lambda one: one[1])) if found and viewer.agency else None
