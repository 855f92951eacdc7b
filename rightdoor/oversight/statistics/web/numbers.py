"""Figures of a coordinator and a region, the rows behind each, why cases ended, and all of it as a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from rightdoor.casework.closure.deidentified import reasons_counted
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.measures.measured import Verdict
from rightdoor.domain.measures.response import due_at, tier_of
from rightdoor.domain.measures.rows import ReferralRow, Row
from rightdoor.domain.permission import may
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.printing.sheets import MEDIA_TYPES
from rightdoor.foundation.ui.pages import respond
from rightdoor.oversight.statistics import dashboards, sheets, words
from rightdoor.oversight.statistics.gathering import Behind, Gathered
from rightdoor.oversight.statistics.spans import Span, span_of, spans_offered, year_before

A_PAGE = 50  # rows
PATHS: Mapping[str, str] = {
    "referral": "/referrals/{}/",
    "case": "/cases/{}/",
    "staffing": "/staffings/{}/",
    "service_referral": "/service-referrals/{}/",
}
CALLED: Mapping[str, str] = {
    "referral": "Referral",
    "case": "Case",
    "staffing": "Staffing",
    "service_referral": "Referral to a service",
    "region": "Advisory team",
}
BEGAN = ("received_at", "started_at", "referred_at", "made_at", "reviewed_at", "due_at", "opened_at")
SORTS = {"newest": "Newest first", "oldest": "Oldest first", "reason": "By what it is to the figure"}
OUTSIDE_OF_CASES = frozenset({"state_analyst", "alliance_reviewer", "auditor"})


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for, as far as it may be had."""

    whose: str
    span: Span
    choices: list[tuple[str, str]]

    @property
    def query(self) -> str:
        """The same as the end of an address."""
        return urlencode({"whose": self.whose, "span": self.span.key})

    @property
    def place(self) -> str:
        """Over what is counted, in words."""
        return dict(self.choices)[self.whose]


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row behind a figure."""

    what: str
    code: str
    path: str
    region: str
    began: datetime | None
    tier: int | None
    due: datetime | None
    said: str
    tone: str


def index(request: HttpRequest) -> HttpResponse:
    """The figures of one's region. For whom may see no rows: where there are figures for them."""
    if not may(request.viewer, "figures.read"):
        raise NotVisible
    if not request.viewer.has("care_coordinator"):
        return respond(request, page="statistics/places.html", context={"links": _elsewhere(request)})
    chosen = _chosen(request)
    page = dashboards.dashboard_of(request.viewer, chosen.whose, chosen.span, request.now)
    context = {
        "page": page,
        "chosen": chosen,
        "spans": spans_offered(request.now),
        "links": _elsewhere(request),
        "taking": _taking(chosen),
    }
    return respond(request, page="statistics/numbers.html", context=context)


def as_csv(request: HttpRequest) -> HttpResponse:
    """The page as one file of text."""
    return _file(request, "csv")


def as_xlsx(request: HttpRequest) -> HttpResponse:
    """The page as a workbook."""
    return _file(request, "xlsx")


def rows(request: HttpRequest, name: str) -> HttpResponse:
    """The rows of a figure that the viewer may open, narrowed to what they are to it."""
    _check(request)
    chosen, asked = _chosen(request), request.GET
    try:
        found = dashboards.gathered(request.viewer, chosen.whose, chosen.span, request.now, only=(name,))
        figure = found.measures[name]
        is_before = asked.get("when") == "before"
        span = year_before(chosen.span, request.now) if is_before else chosen.span
        told = found.measured(name, span.period, as_of=span.as_of)
        behind = found.behind(name, span.period, as_of=span.as_of)
    except KeyError:
        raise NotVisible from None
    kind = asked.get("kind", "") if asked.get("kind", "") in words.KINDS else ""
    sort = asked.get("sort", "newest") if asked.get("sort", "newest") in SORTS else "newest"
    reasons = sorted({one.reason for line in behind for one in line.verdicts if one.kind == kind}) if kind else []
    why = asked.get("why", "") if asked.get("why", "") in reasons else ""
    kept = [one for one in behind if _is_kept(one.verdicts, kind, why)]
    shown = _sorted([_shown(one, found, name, span) for one in kept], sort)
    last = max(1, -(-len(shown) // A_PAGE))
    at = _page(asked.get("page", ""), last)
    query = {"whose": chosen.whose, "span": chosen.span.key, "kind": kind, "why": why, "sort": sort}
    query = {key: value for key, value in query.items() if value} | ({"when": "before"} if is_before else {})
    context = {
        "back": f"/numbers/?{chosen.query}",
        "definition": told.definition,
        "rows_called": words.kind_of(figure.rows),
        "told": (words.out_of(told), words.share(told), words.interval(told)),
        "rows": shown[(at - 1) * A_PAGE : at * A_PAGE],
        "many": len(shown),
        "units": sum(_is_of(one, kind, why) for line in kept for one in line.verdicts),
        "chosen": chosen,
        "span": span,
        "is_before": is_before,
        "kind": kind,
        "kinds": words.kinds_of(name),
        "why": why,
        "reasons": [(key, words.reason(key)) for key in reasons if key],
        "sort": sort,
        "sorts": SORTS,
        "has_tiers": figure.rows is ReferralRow,
        "several": len({one.line.region for one in kept}) > 1,
        "previous": f"?{urlencode(query | {'page': str(at - 1)})}" if at > 1 else "",
        "next": f"?{urlencode(query | {'page': str(at + 1)})}" if at < last else "",
        "said": f"Page {at} of {last}" if last > 1 else "",
    }
    return respond(request, page="statistics/rows.html", context=context)


def endings(request: HttpRequest) -> HttpResponse:
    """Why cases ended, by the groups of the pack: counted over the records that are open to the viewer.

    The reasons stand sealed: they are opened for counting, and recorded first.
    """
    _check(request)
    chosen = _chosen(request)
    lines = _why_ended(request, chosen)
    total = sum(many for _, many in lines)
    context = {"lines": lines, "total": total, "chosen": chosen, "spans": spans_offered(request.now)}
    return respond(request, page="statistics/endings.html", context=context)


def endings_csv(request: HttpRequest) -> HttpResponse:
    """Why cases ended, as text."""
    return _endings_file(request, "csv")


def endings_xlsx(request: HttpRequest) -> HttpResponse:
    """Why cases ended, as a workbook."""
    return _endings_file(request, "xlsx")


def _check(request: HttpRequest) -> None:
    """Rows open to who coordinates a region; for everybody else there is no such page."""
    if not request.viewer.has("care_coordinator") or not may(request.viewer, "figures.read"):
        raise NotVisible


def _chosen(request: HttpRequest) -> Chosen:
    choices = dashboards.choices_of(request.viewer)
    asked = request.GET.get("whose", "")
    whose = asked if asked in dict(choices) else choices[0][0]
    return Chosen(whose, span_of(request.GET.get("span", ""), request.now), choices)


def _file(request: HttpRequest, form: str) -> HttpResponse:
    _check(request)
    chosen = _chosen(request)
    page = dashboards.dashboard_of(request.viewer, chosen.whose, chosen.span, request.now)
    body = sheets.as_xlsx(page) if form == "xlsx" else sheets.as_csv(page).encode()
    record_read(
        request.viewer, "figures.viewed", purpose="file", form=form, region=chosen.whose, **chosen.span.for_the_trail
    )
    return _download(body, f"numbers-{chosen.whose}-{chosen.span.key}", form)


def _why_ended(request: HttpRequest, chosen: Chosen) -> list[tuple[str, int]]:
    """Each group of reasons with its endings, the most frequent first."""
    period = chosen.span.period
    counted = reasons_counted(request.viewer, period.since, period.until, request.now)
    ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return [(words.ENDED_BECAUSE[key], many) for key, many in ordered]


def _endings_file(request: HttpRequest, form: str) -> HttpResponse:
    _check(request)
    chosen = _chosen(request)
    lines = _why_ended(request, chosen)
    body = sheets.endings_xlsx if form == "xlsx" else sheets.endings_csv
    record_read(
        request.viewer, "figures.viewed", purpose="file", form=form, figures="endings", **chosen.span.for_the_trail
    )
    return _download(body(lines, chosen.span, request.now), f"endings-{chosen.span.key}", form)


def _download(body: bytes, name: str, form: str) -> HttpResponse:
    return HttpResponse(
        body,
        content_type=MEDIA_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{name}.{form}"', "Cache-Control": "no-store"},
    )


def _taking(chosen: Chosen) -> str:
    """Where these figures are taken to a meeting: a region's, never one coordinator's or those of several regions."""
    asked = {} if chosen.whose in (dashboards.OWN, dashboards.EVERY) else {"whose": chosen.whose}
    return f"/numbers/meeting/?{urlencode({**asked, 'span': chosen.span.key})}"


def _elsewhere(request: HttpRequest) -> list[tuple[str, str]]:
    """Other pages of figures that are open to the viewer."""
    viewer = request.viewer
    return [
        (path, name)
        for path, name, is_open in (
            ("/numbers/signals/", "Early signals", viewer.has("care_coordinator")),
            ("/numbers/state/", "Numbers of the whole state", bool(viewer.roles & OUTSIDE_OF_CASES)),
            ("/figures/", "Yearly figures of agencies", bool(viewer.roles & {"agency_head", "state_analyst"})),
            ("/screening/numbers/", "Screening in numbers", may(viewer, "screening.figures")),
            ("/meetings/participation/", "Who takes part in meetings", viewer.has("care_coordinator")),
        )
        if is_open
    ]


def _is_kept(verdicts: tuple[Verdict, ...], kind: str, why: str) -> bool:
    return any(_is_of(one, kind, why) for one in verdicts)


def _is_of(verdict: Verdict, kind: str, why: str) -> bool:
    return (not kind or verdict.kind == kind) and (not why or verdict.reason == why)


def _shown(one: Behind, found: Gathered, name: str, span: Span) -> ShownRow:
    line, row = one.line, one.line.row
    asked = found.asked(span.period, span.as_of)
    is_referral = isinstance(row, ReferralRow)
    return ShownRow(
        what=CALLED[line.kind],
        code=line.code,
        path=PATHS[line.kind].format(line.code) if line.code else "",
        region=line.region,
        began=_began(row),
        tier=tier_of(row, asked) if isinstance(row, ReferralRow) and row.tiers else None,
        due=due_at(row, asked) if is_referral else None,  # type: ignore[arg-type]
        said=_said(one.verdicts, words.kinds_of(name)),
        tone="late" if any(each.kind == "missed" for each in one.verdicts) else "plain",
    )


def _said(verdicts: tuple[Verdict, ...], called: Mapping[str, str]) -> str:
    """What a row is to the figure: in words, or counted where it stands for several months."""
    if len(verdicts) > 1:
        counts = {key: sum(one.kind == key for one in verdicts) for key in called}
        return ", ".join(f"{many} {called[key].lower()}" for key, many in counts.items() if many)
    (only,) = verdicts
    said = called[only.kind]
    return f"{said}: {words.reason(only.reason)}" if only.reason and only.reason not in words.SAID else said


def _began(row: Row) -> datetime | None:
    moments = (getattr(row, name, None) for name in BEGAN)
    return next((at for at in moments if at is not None), None)


def _sorted(shown: list[ShownRow], sort: str) -> list[ShownRow]:
    """In an order that is the same whenever it is asked for."""
    by_time: Any = lambda one: (one.began.timestamp() if one.began else 0, one.code)  # noqa: E731
    if sort == "reason":
        return sorted(shown, key=lambda one: (one.said, by_time(one)))
    return sorted(shown, key=by_time, reverse=sort == "newest")


def _page(asked: str, last: int) -> int:
    return min(max(int(asked), 1), last) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
