"""Notes and sheets of a profession: who writes which class, what stays privileged, how a note is corrected. (CASE-3)

Each agency keeps what it wrote itself; a note has one data class and one holder, and is corrected by new versions,
never by writing over the old one. (practice.md 3.3 for the facts of a sheet, 4.3 for the classes; privileged advocacy
and psychotherapy notes open to nobody outside their profession, SR-14, SR-29)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from .errors import NotPermitted, RuleBroken

# The classes that a note may have, in the order in which a form offers them.
NOTE_CLASSES = ("CORE", "SAFE", "ADV", "ADVPRIV", "LE", "CW", "HLTH", "EVID", "MH", "PSY", "PROS", "EDU", "JJ")
# They stay with the profession that wrote them: within an agency, too, nobody of another profession opens them.
PRIVILEGED = frozenset({"ADVPRIV", "PSY"})
# The team's own: the case's holder keeps them, so that a coordinator who takes over finds them.
OF_THE_CASE = frozenset({"CORE", "SAFE"})
# The tabs of a case and the classes that stand on each. The first is the class of the tab's sheet; the tab of the
# notes has no sheet.
TABS: Mapping[str, tuple[str, ...]] = {
    "notes": ("CORE", "SAFE", "EDU", "JJ"),
    "presenting": ("CORE",),
    "child_welfare": ("CW",),
    "law_enforcement": ("LE",),
    "medical": ("HLTH", "EVID"),
    "interview": ("FI",),
    "mental_health": ("MH", "PSY"),
    "advocacy": ("ADV", "ADVPRIV"),
    "prosecution": ("PROS",),
}
SHEETS = tuple(tab for tab in TABS if tab != "notes")
KINDS = ("contact", "visit", "call", "observation", "decision", "other")
# Of a sheet, a reader of whether and when may see these kinds of fields and no other. (practice.md 4.5, cells S)
STATUS_KINDS = frozenset({"established", "day"})
LONGEST_TEXT, LONGEST_LINE, LONGEST_REASON = 20_000, 300, 500
STILL_WRITING = timedelta(minutes=15)


def classes_to_write(kept: Collection[str]) -> tuple[str, ...]:
    """The classes of which a person may write notes: those that the person's discipline keeps (cells O of its column
    in the matrix in force).
    """
    return tuple(klass for klass in NOTE_CLASSES if klass in kept)


def stays_with_its_profession(klass: str, kept: Collection[str]) -> bool:
    """Is this a privileged class of another profession? Then nothing opens it to the person, also not that the same
    agency holds it. `kept`: the classes that the person's discipline keeps.
    """
    return klass in PRIVILEGED and klass not in kept


def notes_on(tab: str) -> tuple[str, ...]:
    """The classes of notes that stand on a tab; the sheet of what was presented has its notes among the team's own."""
    return () if tab == "presenting" else tuple(klass for klass in TABS[tab] if klass in NOTE_CLASSES)


def tab_of(klass: str) -> str:
    """The tab on which notes of this class stand. KeyError for a class that no note has."""
    for tab in TABS:
        if klass in notes_on(tab):
            return tab
    raise KeyError(klass)


def holder_of(klass: str, *, writers_agency: str, cases_holder: str) -> str:
    """The agency that holds a note or a sheet of this class: the writer's, or the case's for what is the team's own."""
    return cases_holder if klass in OF_THE_CASE else writers_agency


def check_note(
    *, kind: str, happened_at: datetime | None, text: str, present: str, outcome: str, now: datetime
) -> None:
    """Raises RuleBroken when a note lacks what makes it one, or tells of what has not happened yet."""
    if kind not in KINDS:
        raise RuleBroken("Choose what kind of note this is.")
    if happened_at is None:
        raise RuleBroken("Say when it happened.")
    if happened_at > now:
        raise RuleBroken("The time at which it happened lies ahead. Check it.")
    if not text.strip():
        raise RuleBroken("Write the note before you keep it.")
    if len(text) > LONGEST_TEXT:
        raise RuleBroken(f"Shorten the note to {LONGEST_TEXT:,} characters.")
    if len(present) > LONGEST_LINE or len(outcome) > LONGEST_LINE:
        raise RuleBroken(f"Shorten who was there, and what came of it, to {LONGEST_LINE} characters each.")


def check_may_correct(klass: str, *, author: str, writer: str, kept: Collection[str], is_withdrawn: bool) -> None:
    """A note is corrected by its author, or under their own name by a colleague of the holder who writes this class;
    a privileged one by its author alone. Raises NotPermitted, RuleBroken.

    That the writer is of the agency that holds it, and on the case, is asked before.
    """
    if klass not in kept:
        raise NotPermitted("Only the profession that keeps this kind of note changes it. Ask whoever wrote it.")
    if klass in PRIVILEGED and author != writer:
        raise NotPermitted("Only whoever wrote this privileged note changes it.")
    if is_withdrawn:
        raise RuleBroken("This note was withdrawn. Write a new one.")


def check_may_withdraw(reason: str) -> None:
    """A note is never deleted: it is withdrawn, with a reason that stays beside it. Raises RuleBroken."""
    if not reason.strip():
        raise RuleBroken("Say why you withdraw this note.")
    if len(reason) > LONGEST_REASON:
        raise RuleBroken(f"Shorten the reason to {LONGEST_REASON} characters.")


def is_stale(seen: int, current: int) -> bool:
    """Did somebody keep a newer version than the one that this writer has seen? Then nothing is overwritten."""
    return seen != current


def still_writing(kept_at: datetime, now: datetime) -> bool:
    """Is a draft so young that its author may still be at it?"""
    return timedelta() <= now - kept_at < STILL_WRITING
