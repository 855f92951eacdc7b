"""The list of referrals, and the file of exactly its rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse

from rightdoor.casework.referrals import queries
from rightdoor.casework.referrals.late_causes import LATE_CAUSES
from rightdoor.casework.referrals.queries import Page, ReferralFilters
from rightdoor.casework.referrals.web.forms import FilterForm
from rightdoor.domain.clock import Clock
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Viewer, may
from rightdoor.domain.referral import STATES
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.ui.pages import respond

MAY_LIST = frozenset({"care_coordinator", "alliance_reviewer"})
FORMULA = ("=", "+", "-", "@", "\t", "\r")
HEADINGS = (
    "Code",
    "Region",
    "Source",
    "Channel",
    "State",
    "Tier",
    "Reported",
    "Released",
    "Received",
    "Clock started",
    "Due",
    "Staffing held",
    "Clock",
    "Reason not eligible",
    "Cause of lateness",
)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, and the address of the list without it."""

    name: str
    value: str
    without: str


def index(request: HttpRequest) -> HttpResponse:
    """The list under the filters of its address, one page of it."""
    _check(request.viewer)
    form = FilterForm(request.GET, viewer=request.viewer)
    form.is_valid()
    filters = form.filters()
    page = Page(after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    listed = queries.referral_rows(request.viewer, filters, page, request.now)
    count = queries.count_up_to(request.viewer, filters, request.now)
    context = {
        "form": form,
        "rows": listed.rows,
        "count": queries.in_words(count),
        "is_empty": count == 0,
        "columns": form.columns(),
        "chips": _chips(form, request.GET),
        "next": _with(request.GET, after=listed.next) if listed.next else "",
        "previous": _with(request.GET, before=listed.previous) if listed.previous else "",
        "export": "export/" + _with(request.GET),
        "may_receive": may(request.viewer, "referral.receive"),
        "state_words": STATES,
        "sources": dict(active_pack().trafficking.sources.pairs()),
        "channels": dict(active_pack().trafficking.channels.pairs()),
    }
    return respond(request, page="referrals/referrals.html", context=context)


def export(request: HttpRequest) -> StreamingHttpResponse:
    """Exactly the rows of the list, as a file: codes and choices, nothing about a person, no live formula."""
    _check(request.viewer)
    form = FilterForm(request.GET, viewer=request.viewer)
    form.is_valid()
    filters = form.filters()
    record_read(request.viewer, "list.exported", kind="referral", classes=["AGG"])
    name = f"referrals-{local(request.now):%Y%m%d-%H%M}.csv"
    return StreamingHttpResponse(
        _lines(request.viewer, filters, request.now),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _lines(viewer: Viewer, filters: ReferralFilters, now: datetime) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(HEADINGS)
    words = active_pack().trafficking
    reasons = active_pack().eligibility_words.ineligible_reasons
    for row in queries.every_row(viewer, filters, now):
        clock = Clock(row["clock_started_at"], row["due_at"], stopped_at=row["stopped_at"]) if row["due_at"] else None
        values = (
            row["code"],
            active_pack().region(row["region"]).name,
            words.sources.label(row["source"]),
            words.channels.label(row["channel"]),
            STATES[row["state"]],
            row["tier"] or "",
            *(_moment(row[column]) for column in ("reported_at", "released_at", "received_at", "clock_started_at")),
            _moment(row["due_at"]),
            _moment(row["stopped_at"]),
            clock.state(now) if clock else "",
            reasons.label(row["ineligible_reason"]) if row["ineligible_reason"] else "",
            LATE_CAUSES.get(row["late_cause"], ""),
        )
        yield writer.writerow([_harmless(value) for value in values])


class _Echo:
    """A file that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def _moment(at: datetime | None) -> str:
    return f"{local(at):%Y-%m-%d %H:%M}" if at else ""


def _harmless(value: Any) -> str:
    """No spreadsheet may take a cell for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _check(viewer: Viewer) -> None:
    """For everybody else there is no list: they find a child's record on their desk."""
    if not viewer.roles & MAY_LIST:
        raise NotVisible


def _chips(form: FilterForm, asked: QueryDict) -> list[Chip]:
    chips = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if name == "show" or not value or (name == "sort" and value == "received"):
            continue
        words = dict(getattr(field, "choices", [])).get(value) or f"{value:%m/%d/%Y}"
        chips.append(Chip(str(field.label), str(words), _with(asked, **{name: ""}) or "?"))
    return chips


def _with(asked: QueryDict, **changed: str) -> str:
    """This list's address with something changed, back on its first page."""
    query = asked.copy()
    for name in ("after", "before", *changed):
        query.pop(name, None)
    for name in [name for name in query if not any(query.getlist(name))]:
        query.pop(name)
    query.update({name: value for name, value in changed.items() if value})
    return f"?{query.urlencode()}" if query else ""
