"""What left or may leave the house, and reports to funders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.extract import STATES
from rightdoor.domain.grant_report import FORMS, REQUEST_STATES, span_of
from rightdoor.domain.permission import may
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.printing.sheets import MEDIA_TYPES, Page, harmless, to_csv, to_workbook
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.foundation.ui.typed import code_in, typed_in
from rightdoor.oversight.exports import actions, queries
from rightdoor.oversight.exports.models import ExactRequest
from rightdoor.oversight.exports.queries import ReportTold
from rightdoor.oversight.exports.web.forms import ReportForm

NEW = "exports/report_new.html"
SIGNS = (
    ("*", "hidden to protect privacy"),
    ("-", "not collected"),
    ("0", "none"),
)


def index(request: HttpRequest) -> HttpResponse:
    """Extracts and reports, the newest first."""
    viewer = request.viewer
    if not queries.has_part(viewer):
        raise NotVisible
    today = request.now.date()
    context = {
        "extracts": [
            (one, STATES[one.state], one.state == "fetched" and one.ends_on < today)
            for one in queries.extracts_for(viewer)
        ],
        "requests": [_waiting(one) for one in queries.requests_for(viewer)],
        "reports": [(one, FORMS[one.form], _where(one.region)) for one in queries.reports_for(viewer)],
        "may_ask": may(viewer, "extract.ask", queries.standing_of(viewer)),
        "may_report": may(viewer, "grant_report.make", queries.standing_of(viewer)),
    }
    return respond(request, page="exports/index.html", context=context)


def show_new(request: HttpRequest) -> HttpResponse:
    """The form of a report."""
    _check_makes(request)
    return respond(request, page=NEW, context={"form": ReportForm(initial={"code": new_code(), "small": "hide"})})


def create(request: HttpRequest) -> HttpResponse:
    """Makes it; exact counts are asked for, and a second person decides."""
    _check_makes(request)
    form = ReportForm(request.POST)
    if form.is_valid():
        asked, sent = form.asked(), code_in(typed_in(request))
        try:
            if asked.is_exact:
                waits = actions.ask_report(request.viewer, asked=asked, sent=sent, now=request.now)
                messages.success(request, "It is asked for. Somebody who looks after privacy decides.")
                return done(request, reverse("exports:request", args=[waits.code]))
            row = actions.make_report(request.viewer, asked=asked, sent=sent, now=request.now)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The report is made. Look at it before you send it.")
            return done(request, reverse("exports:report", args=[row.code]))
    return respond(request, page=NEW, context={"form": form}, status=422)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """A report as it was made."""
    told = queries.read_report(request.viewer, code)
    context: dict[str, Any] = {
        "told": told,
        "report": told.row,
        "where": _where(told.row.region),
        "signs": SIGNS,
        "asked": queries.requests_for(request.viewer).filter(report=told.row).first(),
    }
    return respond(request, page="exports/report.html", context=context)


def take(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Its file: CSV in one long table, or a workbook with a sheet for each table."""
    if kind not in MEDIA_TYPES:
        raise NotVisible
    told = queries.read_report(request.viewer, code, verb="grant_report.taken")
    content = to_csv(_long(told)).encode() if kind == "csv" else to_workbook(list(_pages(told)))
    name = f"report-{told.row.form}-{told.row.code}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=MEDIA_TYPES[kind], headers=headers)


def _long(told: ReportTold) -> Iterator[list[str]]:
    yield ["table", "title", "line", "unit", "count", "share"]
    for table in told.body.get("tables", []):
        for row in table["rows"]:
            cells = [*row["cells"], ""][:2]
            yield [table["code"], table["title"], harmless(row["label"]), table["unit"], *cells]


def _pages(told: ReportTold) -> Iterator[Page]:
    for table in told.body.get("tables", []):
        head = [["", *table["columns"]]]
        rows = [[harmless(row["label"]), *row["cells"]] for row in table["rows"]]
        yield Page(table["code"], [[table["title"]], [table["about"]], *head, *rows], widths=(60, 14, 14))
    row = told.row
    about = [
        ["Form", told.form],
        ["From", f"{row.since:%m/%d/%Y}"],
        ["Until", f"{row.until:%m/%d/%Y}"],
        ["Where", _where(row.region)],
        ["To", harmless(told.recipient)],
        ["Small counts", told.ground or "hidden to protect privacy"],
        ["Crosswalk", row.crosswalk],
        ["Report", row.code],
        *([one] for one in told.body.get("notes", [])),
        *([sign, words] for sign, words in SIGNS),
    ]
    yield Page("About", about, widths=(20, 80))


def _waiting(one: ExactRequest) -> tuple[object, ...]:
    """A request for exact counts as the list shows it: nothing sealed."""
    since, until = span_of(one.form, one.year, one.part)
    return one, REQUEST_STATES[one.state], FORMS[one.form], since, until, _where(one.region)


def _where(region: str) -> str:
    return active_pack().region(region).name if region else "The whole state"


def _check_makes(request: HttpRequest) -> None:
    if not may(request.viewer, "grant_report.make", queries.standing_of(request.viewer)):
        raise NotVisible
