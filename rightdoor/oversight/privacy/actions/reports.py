"""Acts of telling: an access report was looked at or printed, an agency's readers were saved as a file."""

from __future__ import annotations

from datetime import datetime, timedelta

from rightdoor.casework.cases.models import Case
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.jurisdiction.templatetags.words import day, when
from rightdoor.oversight.privacy.queries.access_report import case_to_report
from rightdoor.oversight.privacy.queries.readers import PURPOSES, ReaderFilters, agency_to_watch, readers_file

KEPT_FOR = timedelta(days=30)


@action("access_report.printed")
def note_report_printed(viewer: Viewer, case: Case, *, language: str, times: int, now: datetime) -> None:
    """Keeps that the access report left on paper, in which language, and how many readings it names. (PRIV-4)

    Raises NotVisible for whom the report is not.
    """
    case_to_report(viewer, case.code, now)
    record(viewer, "access_report.printed", case, language=language, readings=times)


@action("readers.exported")
def save_readers(viewer: Viewer, agency: str, *, filters: ReaderFilters, purpose: str, now: datetime) -> str:
    """Makes a file of who read what an agency holds. The file names who made it, for what, and until when it may stay.

    Raises NotVisible for another agency's, RuleBroken without a purpose or for more rows than a file takes.
    """
    if not agency or agency_to_watch(viewer, agency) != agency:
        raise NotVisible
    if purpose not in PURPOSES:
        raise RuleBroken("Choose what the file is for.")
    head = [
        f"Confidential. Made for {viewer.name} on {when(now)}.",
        f"Purpose: {PURPOSES[purpose]}. Delete it by {day(now + KEPT_FOR)}. Do not pass it on.",
    ]
    text, rows = readers_file(viewer, agency, filters, head=head)
    record(viewer, "readers.exported", kind="agency", code=agency, holder=agency, purpose=purpose, rows=rows)
    return text
