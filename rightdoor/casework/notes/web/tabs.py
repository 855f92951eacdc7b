"""A tab of the case: the sheets that are open to the viewer, by agency, then the notes of that profession."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.casework.notes import queries
from rightdoor.casework.notes.choices import CLASS_WORDS
from rightdoor.casework.notes.parts import label_of, path_of
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.notes import PRIVILEGED, SHEETS, notes_on
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import respond


def tab_page(request: HttpRequest, case: Case, tab: str) -> HttpResponse:
    """The tab; it does not exist for whom nothing of its classes is open or to be written."""
    viewer, now = request.viewer, request.now
    frame = case_frame(request, case, tab)
    tie = frame["tie"]
    if not queries.is_open(viewer, case, tie, tab, now):
        raise NotVisible
    notes = queries.notes_of(viewer, case, tie, tab, now, after=request.GET.get("after", ""))
    here = f"/cases/{case.code}/{path_of(tab)}"
    writable = queries.classes_open_to_write(viewer, case, tie, now, among=notes_on(tab))
    sheet = active_pack().sheet(tab) if tab in SHEETS else None
    context = frame | {
        "page_title": label_of(tab),
        "page_lead": str(sheet.lead) if sheet else "",
        "tab": tab,
        "has_sheet": sheet is not None,
        "has_notes": bool(notes_on(tab)),
        "sheets": queries.sheets_of(viewer, case, tie, tab, now) if sheet else [],
        "may_write_sheet": queries.may_write_sheet(viewer, case, tie, tab, now),
        "sheet_url": f"{here}form/",
        "notes": notes.rows,
        "older": f"{here}?after={notes.next}" if notes.next else "",
        "newest": here if request.GET.get("after") else "",
        "to_write": [
            {
                "words": CLASS_WORDS[klass],
                "url": f"/cases/{case.code}/notes/new/?class={klass}",
                "is_privileged": klass in PRIVILEGED,
            }
            for klass in writable
        ],
    }
    return respond(request, page="notes/tab.html", context=context)
