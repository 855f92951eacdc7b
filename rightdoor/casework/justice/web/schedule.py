"""The court dates that are coming, of all cases that one may see: kind and day, nothing more."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict

from rightdoor.casework.justice import queries
from rightdoor.casework.justice.choices import HEARINGS
from rightdoor.casework.justice.printouts import print_schedule
from rightdoor.casework.justice.queries import PAGE, ScheduleFilters
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import may
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.ui.pages import respond

SPANS = {"14": "14 days", "30": "30 days", "60": "60 days", "180": "Half a year"}
ORDERS = {"day": "By day", "case": "By case", "kind": "By kind"}
USUAL = "60"


def show(request: HttpRequest) -> HttpResponse:
    """The schedule, a page at a time. The same address gives the same list."""
    filters, kept = _filters(request, request.GET)
    rows = queries.court_schedule(request.viewer, filters, request.now)
    pages = max(1, -(-len(rows) // PAGE))
    number = request.GET.get("page", "1")
    page = min(max(1, int(number)) if number.isdecimal() and len(number) < 5 else 1, pages)
    first = (page - 1) * PAGE
    shown = rows[first : first + PAGE]
    regions = _regions(request)
    context: dict[str, Any] = {
        "rows": [{"one": one, "kind": HEARINGS.get(one.kind, "Court date")} for one in shown],
        "count": len(rows),
        "kept": kept,
        "spans": SPANS,
        "orders": ORDERS,
        "kinds": HEARINGS,
        "regions": [one for one in active_pack().regions if one.key in regions] if len(regions) > 1 else [],
        "said": f"{first + 1} to {first + len(shown)} of {len(rows)}" if shown else "",
        "previous": _address({**kept, "page": str(page - 1)}) if page > 1 else "",
        "next": _address({**kept, "page": str(page + 1)}) if page < pages else "",
    }
    return respond(request, page="justice/schedule.html", context=context)


def document(request: HttpRequest) -> HttpResponse:
    """The same as a document to be printed: codes, kinds and days."""
    filters, _ = _filters(request, request.POST)
    made = print_schedule(request.viewer, filters, now=request.now)
    response = HttpResponse(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="court-dates.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _filters(request: HttpRequest, asked: QueryDict) -> tuple[ScheduleFilters, dict[str, str]]:
    if not may(request.viewer, "court_schedule.read"):
        raise NotVisible
    span = asked.get("span", USUAL)
    kept = {
        "span": span if span in SPANS else USUAL,
        "kind": asked.get("kind", "") if asked.get("kind", "") in HEARINGS else "",
        "region": asked.get("region", "") if asked.get("region", "") in _regions(request) else "",
        "order": asked.get("order", "day") if asked.get("order", "day") in ORDERS else "day",
    }
    today: date = local(request.now).date()
    until = today + timedelta(days=int(kept["span"]))
    return ScheduleFilters(today, until, kept["region"], kept["kind"], kept["order"]), kept


def _regions(request: HttpRequest) -> list[str]:
    return [one.key for one in active_pack().regions if request.viewer.covers(one.key)]


def _address(asked: dict[str, str]) -> str:
    return f"/court-dates/?{urlencode({name: value for name, value in asked.items() if value})}"
