"""What of a case can be printed, and the printing of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases.queries import case_for, standing_of
from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.casework.closure import printouts
from rightdoor.domain.errors import NotVisible
from rightdoor.foundation.printing.docx import MEDIA_TYPE
from rightdoor.foundation.ui.pages import respond


def index(request: HttpRequest, code: str) -> HttpResponse:
    """Every document of this case that this viewer may print."""
    case = case_for(request.viewer, code, request.now)
    tie = standing_of(request.viewer, case, request.now)
    frame = case_frame(request, case, "reports", tie=tie)
    if not frame["core_is_open"]:
        raise NotVisible
    context = frame | {
        "page_title": "Reports",
        "page_lead": "Each printing is on record. Printed copies hold what is open to you, and no more.",
        "papers": printouts.papers_of(request.viewer, case, tie, request.now),
    }
    return respond(request, page="closure/reports.html", context=context)


def face_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """The face sheet as a tagged PDF."""
    case = case_for(request.viewer, code, request.now)
    content = printouts.print_face_sheet(request.viewer, case, now=request.now)
    return _file(content, "application/pdf", f"face-sheet-{case.code}.pdf")


def summary_word(request: HttpRequest, code: str) -> HttpResponse:
    """A case summary for an office that edits it: the same words as the PDF."""
    content = printouts.summary_docx(request.viewer, code, now=request.now)
    return _file(content, MEDIA_TYPE, f"summary-{code}.docx")


def plan_word(request: HttpRequest, code: str) -> HttpResponse:
    """A version of the service plan for an office that edits it."""
    content = printouts.plan_docx(request.viewer, code, now=request.now)
    return _file(content, MEDIA_TYPE, f"plan-{code}.docx")


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=media_type, headers=headers)
