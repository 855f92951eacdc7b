"""The screenings of the viewer, and those handed on to the viewer's team."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from rightdoor.casework.screening import queries
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import may
from rightdoor.foundation.ui.pages import respond

PAGE = 40


def index(request: HttpRequest) -> HttpResponse:
    """Own ones first, newest first; then what was handed on. Codes only."""
    viewer = request.viewer
    may_begin, may_count = may(viewer, "screening.begin"), may(viewer, "screening.figures")
    if not viewer.code or not (may_begin or may_count):
        raise NotVisible
    page, handed_page = _page_number(request, "page"), _page_number(request, "handed")
    start, handed_start = (page - 1) * PAGE, (handed_page - 1) * PAGE
    own, count = queries.screenings_of(viewer, handed_on=False, start=start, limit=PAGE) if may_begin else ([], 0)
    handed, handed_count = queries.screenings_of(viewer, handed_on=True, start=handed_start, limit=PAGE)
    context = {
        "own": own,
        "count": count,
        "handed": handed,
        "handed_count": handed_count,
        "waiting": queries.waiting_for(viewer),
        "may_begin": may_begin,
        "may_count": may_count,
        "may_import": may(viewer, "screening.bring_results"),
        "may_educate": may(viewer, "education.log"),
        "previous": f"?page={page - 1}" if page > 1 else "",
        "next": f"?page={page + 1}" if start + PAGE < count else "",
        "said": _said(start, count),
        "handed_previous": f"?handed={handed_page - 1}#handed" if handed_page > 1 else "",
        "handed_next": f"?handed={handed_page + 1}#handed" if handed_start + PAGE < handed_count else "",
        "handed_said": _said(handed_start, handed_count),
    }
    return respond(request, page="screening/screenings.html", context=context)


def _said(start: int, count: int) -> str:
    return f"{start + 1} to {min(start + PAGE, count)} of {count}" if count > PAGE else ""


def _page_number(request: HttpRequest, name: str) -> int:
    asked = request.GET.get(name, "1")
    return int(asked) if asked.isascii() and asked.isdigit() and 1 <= int(asked) <= 10_000 else 1
