"""The list of cases, and the record of one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases import queries
from rightdoor.casework.cases.exports import CASES
from rightdoor.casework.cases.grounds import own_grounds
from rightdoor.casework.cases.merging.queries import lines_that_follow
from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.moving.queries import offers_to
from rightdoor.casework.cases.parts import dues_of
from rightdoor.casework.cases.queries import STAFFING_WORDS, CaseFilters
from rightdoor.casework.cases.systems.queries import systems_of
from rightdoor.casework.cases.timeline import timeline_of
from rightdoor.casework.cases.web.frame import MODES, STATES, ShownTab, cadence_words, case_frame
from rightdoor.casework.clients.disclosure import may_read
from rightdoor.casework.clients.facts import Tie
from rightdoor.casework.referrals import exports as acts_on_files
from rightdoor.casework.referrals import queries as reads_of_files
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import may
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.list_files import ListPages
from rightdoor.foundation.ui.pages import respond

STAFFING_STATES = {"scheduled": "Scheduled", "held": "Held", "cancelled": "Cancelled"}
CADENCES = ("crisis", "stable", "long_term", "on_request")
DUE = {"late": "Something is late", "week": "Something is due within a week"}
SORTS = {"newest": "Newest first", "oldest": "Oldest first"}
STAFFINGS, PLANS, DUES = 5, 3, 20  # of each the first; the rest has its own page
PLAN_STATES = {"draft": "Draft", "adopted": "Adopted", "replaced": "Replaced"}


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, and the list without it."""

    name: str
    value: str
    without: str


def index(request: HttpRequest) -> HttpResponse:
    """The viewer's cases. The same address gives the same list."""
    asked, coordinates = request.GET, request.viewer.has("care_coordinator")
    cadences, regions = _cadences(), _regions(request)
    filters = _filters(request)
    page = queries.case_rows(
        request.viewer, _applied(filters), request.now, after=asked.get("after", ""), before=asked.get("before", "")
    )
    kept = _kept(filters)
    context = {
        "rows": page.rows,
        "filters": filters,
        "states": STATES,
        "modes": MODES,
        "cadences": cadences,
        "due": DUE,
        "sorts": SORTS,
        "offers": len(offers_to(request.viewer)),
        "regions": regions if len(regions) > 1 else [],
        "chips": _chips(filters, kept, cadences),
        "next": _address({**kept, "after": page.next}) if page.next else "",
        "previous": _address({**kept, "before": page.previous}) if page.previous else "",
        "coordinates": coordinates,
        "export": f"export/{_query(kept)}" if may(request.viewer, "export.ask") and coordinates else "",
    }
    return respond(request, page="cases/cases.html", context=context)


def _cadences() -> dict[str, str]:
    return {one.key: one.label for one in active_pack().clocks.cadence if one.key in CADENCES}


def _regions(request: HttpRequest) -> list[Any]:
    return [one for one in active_pack().regions if request.viewer.covers(one.key)]


def _filters(request: HttpRequest) -> CaseFilters:
    """What the address asks for, as the form shows it: every state is "all" there."""
    asked, coordinates = request.GET, request.viewer.has("care_coordinator")
    return CaseFilters(
        state=asked.get("state", "open") if asked.get("state", "open") in {"", "all", *STATES} else "open",
        mode=asked.get("mode", "") if asked.get("mode", "") in MODES else "",
        region=asked.get("region", "") if asked.get("region", "") in {one.key for one in _regions(request)} else "",
        cadence=asked.get("cadence", "") if asked.get("cadence", "") in _cadences() and coordinates else "",
        mine=asked.get("mine") == "yes" and coordinates,
        due=asked.get("due", "") if asked.get("due", "") in DUE and coordinates else "",
        sort=asked.get("sort", "newest") if asked.get("sort", "newest") in SORTS else "newest",
    )


def _applied(filters: CaseFilters) -> CaseFilters:
    return replace(filters, state="" if filters.state == "all" else filters.state)


def _kept(filters: CaseFilters) -> dict[str, str]:
    """The filters as the address of the list holds them."""
    return {
        "state": filters.state,
        "mode": filters.mode,
        "region": filters.region,
        "cadence": filters.cadence,
        "mine": "yes" if filters.mine else "",
        "due": filters.due,
        "sort": filters.sort if filters.sort != "newest" else "",
    }


def _check_lists(request: HttpRequest) -> None:
    """Rows leave through the coordinators: for everybody else there is no such page."""
    if not request.viewer.has("care_coordinator"):
        raise NotVisible


FILES = ListPages(
    CASES,
    acts=acts_on_files,
    reads=reads_of_files,
    asking="referrals/export.html",
    asked="referrals/export_asked.html",
    path="/cases/",
    name="All cases",
    kept="cases",
    check=_check_lists,
    filters=lambda request: _applied(_filters(request)),
    query=lambda request: _query(_kept(_filters(request))),
)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """One case: its facts, victim status and timeline. What is due and what to watch comes after it, by `glance`."""
    viewer, now = request.viewer, request.now
    case, tie = queries.case_and_tie(viewer, code, now)
    frame = case_frame(request, case, "general", tie=tie, watch_later=True)
    core_is_open = frame["core_is_open"]
    determinations = queries.determinations_of(viewer, case, now, tie) if core_is_open else []
    timeline = _timeline(request, case, tie, {one.determined_by for one in determinations})
    names, pack = timeline["names"], active_pack()
    statuses = dict(pack.eligibility_words.victim_statuses.pairs())
    glance = f"{frame['case_base']}glance/"
    context: dict[str, Any] = {
        **frame,
        **timeline,
        "page_lead": frame["mode"],
        "flags_from": glance,
        "glance": glance,
        "marks": [
            *frame["marks"],
            *(
                [("Status", statuses.get(determinations[0].status, "") if determinations else "not determined")]
                if core_is_open
                else []
            ),
        ],
        "determinations": [
            {
                "one": one,
                "status": statuses[one.status],
                "by": names.get(one.determined_by, ""),
                "recorded_by": names.get(one.by, ""),
            }
            for one in determinations
        ],
        "region": pack.region(case.region).name,
        "district": next((str(one.label) for one in pack.sharing.districts if one.key == case.district), ""),
        "cadence": cadence_words(case.cadence) if case.cadence else "",
    }
    return respond(request, page="cases/case.html", context=context)


def glance(request: HttpRequest, code: str) -> HttpResponse:
    """Beside the case: what is due, what to watch, its staffings and plan, on what ground it is open."""
    viewer, now = request.viewer, request.now
    case, tie = queries.case_and_tie(viewer, code, now)
    frame = case_frame(request, case, "general", tie=tie)
    core_is_open = frame["core_is_open"]
    plan = may_read(viewer, case.client, tie, "PLAN", now, holder=case.holder)
    plan_is_open = may(viewer, "plan.read", tie) and plan.allowed and not plan.status_only
    staffings = list(case.staffings.order_by("-starts_at", "-pk")[:STAFFINGS]) if core_is_open else []
    context: dict[str, Any] = {
        **frame,
        "page_title": "At a glance",
        "page_back": frame["case_base"],
        "page_back_label": "The case",
        "flags": frame["header_flags"],
        "dues": dues_of(viewer, [case], {case.client_id: tie}, now)[:DUES],
        "cadence": cadence_words(case.cadence) if case.cadence else "",
        "staffings": [
            {"one": one, "kind": STAFFING_WORDS[one.kind], "state": STAFFING_STATES[one.state]} for one in staffings
        ],
        "systems": systems_of(viewer, case, now, tie).lines if core_is_open else [],
        "plan_is_open": plan_is_open,
        "plan_adopted_at": queries.plan_status(viewer, case, now, tie) if core_is_open else None,
        "plans": [{"one": one, "state": PLAN_STATES[one.state]} for one in case.plans.order_by("-number")[:PLANS]]
        if plan_is_open
        else [],
        "open_kinds": [one.label for one in own_grounds(viewer, case, tie, now) if one.state == "open"],
    }
    return respond(request, page="cases/glance.html", fragment="cases/_glance.html", context=context)


def _timeline(request: HttpRequest, case: Case, tie: Tie, also: set[str]) -> dict[str, Any]:
    """The page of the timeline that was asked for, and the ways on from it; with the names of `also`."""
    asked, number = request.GET.get("about", ""), request.GET.get("page", "1")
    page = timeline_of(
        request.viewer,
        case,
        request.now,
        tie,
        also=also,
        group=asked,
        number=int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1,
    )

    def address(number: int, about: str = asked) -> str:
        kept = {"about": about, "page": str(number) if number > 1 else ""}
        query = urlencode({name: value for name, value in kept.items() if value})
        return f"/cases/{case.code}/{'?' + query if query else ''}#timeline"

    return {
        "timeline": page.lines,
        # Below the newest lines: those of the entries that follow this one, each by its own decision.
        "following": lines_that_follow(request.viewer, case, request.now) if page.number == 1 and not asked else [],
        "names": page.names,
        "timeline_groups": [ShownTab("", "All", address(1, ""), not asked)]
        + [ShownTab(one, one, address(1, one), one == asked) for one in page.groups],
        "timeline_newer": address(page.number - 1) if page.number > 1 else "",
        "timeline_older": "" if page.is_last else address(page.number + 1),
    }


def _chips(filters: CaseFilters, kept: dict[str, str], cadences: dict[str, str]) -> list[Chip]:
    chips = []
    if filters.state in STATES:
        chips.append(Chip("State", STATES[filters.state], _address({**kept, "state": "all"})))
    if filters.mode:
        chips.append(Chip("Mode", MODES[filters.mode], _address({**kept, "mode": ""})))
    if filters.region:
        name = active_pack().region(filters.region).name
        chips.append(Chip(active_pack().word("region"), name, _address({**kept, "region": ""})))
    if filters.cadence:
        chips.append(Chip("Cadence", cadences[filters.cadence], _address({**kept, "cadence": ""})))
    if filters.mine:
        chips.append(Chip("Coordinator", "Me", _address({**kept, "mine": ""})))
    if filters.due:
        chips.append(Chip("Due", DUE[filters.due], _address({**kept, "due": ""})))
    return chips


def _address(asked: dict[str, str]) -> str:
    return f"/cases/{_query(asked)}"


def _query(asked: dict[str, str]) -> str:
    kept = {name: value for name, value in asked.items() if value}
    return f"?{urlencode(kept)}" if kept else ""
