"""Notes and facts of several professions on the newest cases: one corrected, a privileged one, sheets with a status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.notes.actions import correct_note, write_note, write_sheet
from rightdoor.casework.notes.queries import Told, classes_open_to_write, may_write_sheet
from rightdoor.casework.notes.sealed import fields_of
from rightdoor.domain.notes import SHEETS
from rightdoor.domain.permission import Viewer

# By class: kind, text, who was there, what came of it.
NOTES: Mapping[str, tuple[str, str, str, str]] = {
    "CORE": (
        "call",
        "The team agreed who calls whom before the next staffing.",
        "The coordinator",
        "Calls are shared out",
    ),
    "SAFE": ("observation", "Calmer in the mornings. Crowded rooms make it harder.", "", ""),
    "ADV": (
        "visit",
        "Went along to the clinic and waited outside until it was over.",
        "The advocate",
        "A second visit is set",
    ),
    "ADVPRIV": ("contact", "Spoke alone, as asked. What was said stays here.", "", ""),
    "LE": ("decision", "The devices are looked at first; everything else waits for that.", "Two detectives", ""),
    "CW": ("visit", "Saw the room and the school bag. A cousin helps with homework.", "The worker, an aunt", ""),
    "HLTH": ("contact", "Slept badly. Eats again. Back in two weeks.", "", "Appointment made"),
    "EVID": ("other", "Kit sealed and handed over.", "A nurse", ""),
    "MH": ("contact", "Wants to go on, on Tuesdays.", "", ""),
    "PROS": ("decision", "Work of the office on the charge.", "", ""),
    "EDU": ("call", "Enrolled, with a later start in the morning.", "The counselor", ""),
    "JJ": ("other", "The hearing was moved to another day.", "", ""),
}
# Facts by the keys that a pack's sheet may have; a key that it does not have is left out.
SAID: Mapping[str, Any] = {
    "form": "sex",
    "work": ["sex"],
    "relationship": ["third_party"],
    "by_family": False,
    "setting": ["online", "in_person"],
    "venue": ["hotel", "online_pages"],
    "recruitment": ["online_contact", "romance"],
    "prior_reports": True,
    "prior_reports_told": "Absent from school for two weeks, a year ago.",
    "language": "English",
    "interpreter": False,
    "accommodations": "Short meetings, in the morning.",
    "education": "enrolled",
    "systems": ["child_protection"],
    "in_state_care": False,
    "investigation_open": True,
    "placement": "relative",
    "report_taken": True,
    "devices": True,
    "devices_told": "Two telephones.",
    "missing_entry": False,
    "exam_done": True,
    "kit": True,
    "acute": "Sleep, food, a quiet room.",
    "treatment": True,
    "services": ["accompaniment", "basics"],
    "wishes": "To be asked before anybody is told.",
    "contact_rules": "By text message, after school.",
}
DAYS = ("exam_on", "report_on", "opened_on", "assigned_on", "since")


def show(people: Sequence[Viewer], case: Case, *, detail: str, now: datetime) -> int:
    """Each of these people writes what their profession keeps. Returns how many notes there are then."""
    count = 0
    for viewer in people:
        tie = standing_of(viewer, case, now)
        for klass in classes_open_to_write(viewer, case, tie, now)[:2]:
            if klass not in NOTES:
                continue
            kind, text, present, outcome = NOTES[klass]
            told = Told(kind, now - timedelta(hours=3 + count), f"{text} It mentions {detail}.", present, outcome)
            note = write_note(viewer, case, data_class=klass, told=told, now=now)
            if count == 0:
                mended = Told(kind, told.happened_at, f"{told.text} Mended: it was the day before.", present, outcome)
                correct_note(viewer, note, told=mended, version=1, now=now)
            count += 1
        for tab in SHEETS:
            if may_write_sheet(viewer, case, tie, tab, now):
                write_sheet(viewer, case, tab=tab, said=_said(tab, now), version=0, now=now)
    return count


def _said(tab: str, now: datetime) -> dict[str, Any]:
    fields = {one.key for one in fields_of(tab)}
    days = {key: (now - timedelta(days=2)).date() for key in DAYS if key in fields}
    return {key: value for key, value in SAID.items() if key in fields} | days
