"""The list of reports on which the viewer's desk owes a step, and the page of one report."""

from __future__ import annotations

from types import SimpleNamespace

from django.http import HttpRequest, HttpResponse

from rightdoor.casework.intake import queries
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import may
from rightdoor.foundation.ui.pages import respond

PAGE = 40


def index(request: HttpRequest) -> HttpResponse:
    """What this desk owes, the soonest due first, then what it has dealt with. Codes only."""
    may_receive = may(request.viewer, "report.receive") and bool(request.viewer.code)
    if not (may_receive or request.viewer.roles & (queries.DESKS | {queries.COORDINATOR})):
        raise NotVisible
    count, page = queries.count_owed(request.viewer), _page_number(request)
    start = (page - 1) * PAGE
    context = {
        "owed": queries.reports_owed(request.viewer, request.now, start=start, limit=PAGE),
        "count": count,
        "passed": queries.reports_passed(request.viewer, request.now) if page == 1 else [],
        "may_receive": may_receive,
        "previous": f"?page={page - 1}" if page > 1 else "",
        "next": f"?page={page + 1}" if start + PAGE < count else "",
        "said": f"{start + 1} to {min(start + PAGE, count)} of {count}" if count > PAGE else "",
    }
    return respond(request, page="intake/reports.html", context=context)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """One report: its way on one picture, what was told, and what is to be done next."""
    report = queries.report_for(request.viewer, code, request.now)
    view = queries.view_of(request.viewer, report, request.now)
    context = {"view": view, "report": report, "shown": SimpleNamespace(code=report.code, name="")}
    return respond(request, page="intake/report.html", context=context)


def _page_number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and 1 <= int(asked) <= 10_000 else 1
