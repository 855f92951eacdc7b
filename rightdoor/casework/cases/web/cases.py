"""The list of cases, and the record of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases import queries
from rightdoor.casework.cases.grounds import own_grounds
from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import STAFFING_WORDS, CaseFilters
from rightdoor.casework.cases.timeline import timeline_of
from rightdoor.casework.cases.web.frame import MODES, STATES, ShownTab, case_frame
from rightdoor.casework.clients.disclosure import may_read
from rightdoor.casework.clients.facts import Tie
from rightdoor.domain.permission import may
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import respond

STAFFING_STATES = {"scheduled": "Scheduled", "held": "Held", "cancelled": "Cancelled"}
PLAN_STATES = {"draft": "Draft", "adopted": "Adopted", "replaced": "Replaced"}


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, and the list without it."""

    name: str
    value: str
    without: str


def index(request: HttpRequest) -> HttpResponse:
    """The viewer's cases. The same address gives the same list."""
    asked = request.GET
    filters = CaseFilters(
        state=asked.get("state", "open") if asked.get("state", "open") in {"", "all", *STATES} else "open",
        mode=asked.get("mode", "") if asked.get("mode", "") in MODES else "",
        region=asked.get("region", "") if request.viewer.covers(asked.get("region", "")) else "",
    )
    applied = CaseFilters("" if filters.state == "all" else filters.state, filters.mode, filters.region)
    page = queries.case_rows(
        request.viewer, applied, request.now, after=asked.get("after", ""), before=asked.get("before", "")
    )
    kept = {"state": filters.state, "mode": filters.mode, "region": filters.region}
    regions = [one for one in active_pack().regions if request.viewer.covers(one.key)]
    context = {
        "rows": page.rows,
        "filters": filters,
        "states": STATES,
        "modes": MODES,
        "regions": regions if len(regions) > 1 else [],
        "chips": _chips(filters, kept),
        "next": _address({**kept, "after": page.next}) if page.next else "",
        "previous": _address({**kept, "before": page.previous}) if page.previous else "",
        "coordinates": request.viewer.has("care_coordinator"),
    }
    return respond(request, page="cases/cases.html", context=context)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """One case: who, status, plan, staffings, timeline; each only for whom it is open."""
    viewer, now = request.viewer, request.now
    case = queries.case_for(viewer, code, now)
    standing = queries.standing_of(viewer, case, now)
    plan = may_read(viewer, case.client, standing, "PLAN", now, holder=case.holder)
    plan_is_open = may(viewer, "plan.read", standing) and plan.allowed and not plan.status_only
    frame = case_frame(request, case, "general", tie=standing)
    core_is_open = frame["core_is_open"]
    staffings = list(case.staffings.select_related("meeting").order_by("-starts_at")) if core_is_open else []
    people = queries.people_on(case, now) if core_is_open else []
    determinations = queries.determinations_of(viewer, case, now, standing) if core_is_open else []
    names = queries.names_of_accounts({one.determined_by for one in determinations})
    label = active_pack().teams.all().label
    statuses = dict(active_pack().eligibility_words.victim_statuses.pairs())
    status = statuses.get(determinations[0].status, "") if determinations else ""
    context: dict[str, Any] = {
        **frame,
        "page_lead": frame["mode"],
        "marks": [*frame["marks"], ("Status", status or "not determined"), ("Referral", case.referral.code)],
        "people": [
            {
                "one": one,
                "discipline": label(one.discipline),
                "tie": "Assigned" if one.kind == "assigned" else "Invited",
            }
            for one in people
        ],
        "determinations": [
            {"one": one, "status": statuses[one.status], "by": names.get(one.determined_by, "")}
            for one in determinations
        ],
        "staffings": [
            {"one": one, "kind": STAFFING_WORDS[one.kind], "state": STAFFING_STATES[one.state]} for one in staffings
        ],
        "plan_is_open": plan_is_open,
        "plan_adopted_at": queries.plan_status(viewer, case, now, standing) if core_is_open else None,
        "plans": [{"one": one, "state": PLAN_STATES[one.state]} for one in case.plans.order_by("-number")]
        if plan_is_open
        else [],
        **_timeline(request, case, standing),
        "open_kinds": [one.label for one in own_grounds(viewer, case, standing, now) if one.state == "open"],
    }
    return respond(request, page="cases/case.html", context=context)


def _timeline(request: HttpRequest, case: Case, tie: Tie) -> dict[str, Any]:
    """The page of the timeline that was asked for, and the ways on from it."""
    asked, number = request.GET.get("about", ""), request.GET.get("page", "1")
    page = timeline_of(
        request.viewer,
        case,
        request.now,
        tie,
        group=asked,
        number=int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1,
    )

    def address(number: int, about: str = asked) -> str:
        kept = {"about": about, "page": str(number) if number > 1 else ""}
        query = urlencode({name: value for name, value in kept.items() if value})
        return f"/cases/{case.code}/{'?' + query if query else ''}#timeline"

    return {
        "timeline": page.lines,
        "timeline_groups": [ShownTab("", "All", address(1, ""), not asked)]
        + [ShownTab(one, one, address(1, one), one == asked) for one in page.groups],
        "timeline_newer": address(page.number - 1) if page.number > 1 else "",
        "timeline_older": "" if page.is_last else address(page.number + 1),
    }


def _chips(filters: CaseFilters, kept: dict[str, str]) -> list[Chip]:
    chips = []
    if filters.state in STATES:
        chips.append(Chip("State", STATES[filters.state], _address({**kept, "state": "all"})))
    if filters.mode:
        chips.append(Chip("Mode", MODES[filters.mode], _address({**kept, "mode": ""})))
    if filters.region:
        name = active_pack().region(filters.region).name
        chips.append(Chip(active_pack().word("region"), name, _address({**kept, "region": ""})))
    return chips


def _address(asked: dict[str, str]) -> str:
    kept = {name: value for name, value in asked.items() if value}
    return f"/cases/?{urlencode(kept)}" if kept else "/cases/"
