"""The head that every page below a case has: the record, what is urgent about it, and its tabs.

The only module of a slice's pages that other slices import: a case looks the same wherever one is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from rightdoor.casework.cases import queries
from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.parts import Flag, Look, flags_of, tabs_of
from rightdoor.casework.cases.words import MODES, STATES
from rightdoor.casework.clients.disclosure import may_read
from rightdoor.casework.clients.facts import Tie
from rightdoor.casework.consents.queries import coordination_of
from rightdoor.domain.permission import acts_open_to, may
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.jurisdiction.templatetags.words import when

# What the agency that holds the case keeps for everybody, by the class of record that the act writes.
KEPT_BY_HOLDER = {
    "plan.write": "PLAN",
    "plan.adopt": "PLAN",
    "plan.review": "PLAN",
    "plan.check_in": "PLAN",
    "shared_decision.record": "PLAN",
    "service_referral.make": "PLAN",
    "service_referral.follow": "PLAN",
    "safety_plan.write": "SAFE",
    "missing.write": "SAFE",
}


@dataclass(frozen=True, slots=True)
class ShownTab:
    """A tab as the page draws it."""

    key: str
    label: str
    url: str
    is_here: bool


def case_frame(
    request: HttpRequest, case: Case, tab_key: str, *, tie: Tie | None = None, watch_later: bool = False
) -> dict[str, Any]:
    """What "cases/frame.html" and "cases/act.html" need; a page adds its own to it.

    `tab_key`: the tab that this page belongs to. `tie`: what `queries.standing_of` answered, if it was asked already.
    `watch_later`: the page fetches the flags and the state of consent by itself, after it is shown.
    Answers with `case`, `shown` (the client as the viewer may see it), `tabs`, `may` (acts with "_" for "."), `tie`,
    `look`, `case_base` (the address of the case, with its slash), `core_is_open`, `next_staffing`, and what the head
    shows. How the work goes (tier, clock, coordinator, staffings) only for whom the case's core is open.
    """
    viewer, now = request.viewer, request.now
    tie = tie or queries.standing_of(viewer, case, now)
    look = Look(viewer, case, tie, now)
    core = may_read(viewer, case.client, tie, "CORE", now, holder=case.holder)
    core_is_open = core.allowed and not core.status_only
    clock = case.referral.clock if core_is_open else None
    running = clock is not None and clock.stopped_at is None
    coming = queries.next_staffing(case) if core_is_open else None
    marks: list[tuple[str, str]] = [("Case", case.code)]
    if core_is_open:
        if not running:
            marks.append(("Next staffing", when(coming.starts_at) if coming else "not scheduled"))
        if case.cadence:
            marks.append(("Cadence", cadence_words(case.cadence)))
        marks.append(("Coordinator", queries.coordinator_name(case) or "nobody"))
    base = f"/cases/{case.code}/"
    return {
        "case": case,
        "case_base": base,
        "shown": queries.shown_client(viewer, case, now, tie),
        "state": STATES[case.state],
        "mode": MODES[case.mode],
        "tier": case.referral.tier if core_is_open and not case.cadence else None,
        "clock": clock if running else None,
        "marks": marks,
        "header_flags": [] if watch_later else flags_in_head(look),
        "tabs": shown_tabs(look, base, tab_key),
        "may": {act.replace(".", "_") for act in acts_here(look)},
        "tie": tie,
        "look": look,
        "core_is_open": core_is_open,
        "next_staffing": coming,
    }


def acts_here(look: Look) -> set[str]:
    """What the viewer may do on this case: acts on what the case's holder keeps only where the rule lets them write.

    A button whose act is refused costs somebody the whole form; so it is not there.
    """
    acts = set(acts_open_to(look.viewer, look.tie))
    return {act for act in acts if act not in KEPT_BY_HOLDER or may_keep(look, act)}


def may_keep(look: Look, act: str) -> bool:
    """Whether the sharing rule lets the viewer change the class of record that this act writes."""
    case = look.case
    klass = KEPT_BY_HOLDER[act]
    return may_read(look.viewer, case.client, look.tie, klass, look.now, holder=case.holder, action="write").allowed


def flags_in_head(look: Look) -> list[Flag]:
    """What every slice marks this case with, and how consent stands for whom that is open."""
    flags = flags_of(look)
    if may(look.viewer, "consent.read", look.tie):
        rests = coordination_of(look.case.client, look.now).basis
        url = f"/cases/{look.case.code}/consent/"
        flags.append(
            Flag("Consent in force", until=rests.until, url=url) if rests else Flag("No consent", "warning", url=url)
        )
    return flags


def shown_tabs(look: Look, base: str, here: str) -> Sequence[ShownTab]:
    """The tabs of this case for this viewer; none where there is only one."""
    tabs = [
        ShownTab(tab.key, tab.label() if callable(tab.label) else tab.label, f"{base}{tab.path}", tab.key == here)
        for tab in tabs_of(look)
    ]
    return tabs if len(tabs) > 1 else []


def cadence_words(key: str) -> str:
    """How often the case is met about, in the state's words."""
    return next((one.label for one in active_pack().clocks.cadence if one.key == key), key.replace("_", " "))
