"""What notes and sheets add to a case: a tab for each profession, and a line where a note was added."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db.models import F, QuerySet

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.parts import Happenings, Look, Parts, Tab, lines
from rightdoor.casework.notes import queries
from rightdoor.casework.notes.models import Note
from rightdoor.domain.notes import PRIVILEGED, TABS
from rightdoor.foundation.jurisdiction.active import active_pack

ORDER = {
    "notes": 65,
    "presenting": 70,
    "child_welfare": 80,
    "law_enforcement": 90,
    "medical": 100,
    "interview": 110,
    "mental_health": 120,
    "advocacy": 130,
    "prosecution": 140,
}
LABELS = {
    "notes": "Notes",
    "presenting": "Presenting",
    "child_welfare": "Child welfare",
    "law_enforcement": "Law enforcement",
    "medical": "Medical",
    "interview": "Interview",
    "mental_health": "Mental health",
    "advocacy": "Advocacy",
    "prosecution": "Prosecution",
}


def label_of(tab: str) -> str:
    """What the tab is called: the pack's word where the state has a sheet there."""
    sheet = active_pack().sheet(tab)
    return LABELS[tab] if sheet is None else str(sheet.label)


def path_of(tab: str) -> str:
    """Where the tab lies below the address of the case."""
    return "notes/" if tab == "notes" else f"sheets/{tab}/"


def _is_open(tab: str) -> Callable[[Look], bool]:
    return lambda look: queries.is_open(look.viewer, look.case, look.tie, tab, look.now)


def _lines(case: Case) -> QuerySet[Any, dict[str, Any]]:
    # A privileged note has no line at all: the agency that holds it employs other professions, too, and the timeline
    # asks by agency. Its own profession finds it on its tab. A withdrawn one is its holder's alone, and has none.
    # Nor has one of care to which the minor consented alone: a release opens it only with the minor's own signature,
    # and the timeline asks by class and agency. (SR-29)
    rows = Note.objects.filter(case=case, state="kept", minor_consented_alone=False)
    rows = rows.exclude(data_class__in=PRIVILEGED)
    return lines(rows, at="added_at", kind="note.added", klass=F("data_class"), holder=F("holder"), by="added_by")


PARTS = Parts(
    tabs=[Tab(tab, partial(label_of, tab), path_of(tab), ORDER[tab], _is_open(tab)) for tab in TABS],
    happenings=[Happenings(_lines, {"note.added": "Note added"}, lambda kind, about: f"/notes/{about}/", "Notes")],
)
