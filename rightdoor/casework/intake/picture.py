"""How a report, its hops and its moves are said on pages: frozen views, in the pack's words. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rightdoor.casework.intake import flow
from rightdoor.casework.intake.models import Hop, Move
from rightdoor.domain.clock import Clock
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.jurisdiction.templatetags.words import when

STATES = {"received": "Received", "routing": "On its way", "routed": "With the team", "closed": "Done"}
CHANNELS = {"public_form": "Public form", "call": "Call", "partner": "Partner"}
HOP_STATES = {"waiting": "Waits", "due": "Due", "done": "Done", "not_owed": "Not called for", "moved": "Moved"}


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report in the list: what the viewer's desk owes on it and how long there is."""

    code: str
    channel: str
    state: str
    region: str
    reported_at: datetime
    owes: tuple[str, ...]  # labels of the hops that are the viewer's to do
    clock: Clock | None
    is_new_for_team: bool

    @property
    def state_label(self) -> str:
        return STATES[self.state]

    @property
    def what(self) -> str:
        """The first step that is owed, and how many more."""
        more = len(self.owes) - 1
        return f"{self.owes[0]}, and {more} more" if more > 0 else self.owes[0] if self.owes else ""

    @property
    def about(self) -> str:
        """The region, or that somebody must still choose one, and when it was reported."""
        pack = active_pack()
        place = pack.region(self.region).name if self.region else f"No {pack.word('region')} chosen yet"
        return f"{place}, reported {when(self.reported_at)}"


@dataclass(frozen=True, slots=True)
class HopView:
    """One hop in the picture."""

    key: str
    by: str
    to: str
    what: str
    owner: str
    state: str
    unsettled: bool
    outcome: str
    clock: Clock | None
    due_at: datetime | None
    done_at: datetime | None
    done_by: str
    is_mine: bool

    @property
    def state_label(self) -> str:
        return HOP_STATES[self.state]


@dataclass(frozen=True, slots=True)
class MoveView:
    """One move of the report's history, as a timeline shows it."""

    at: datetime
    what: str
    who: str
    detail: str


def clock_of(hop: Hop) -> Clock | None:
    """The hop's clock; None where the pack sets no time."""
    if hop.due_at is None or hop.began_at is None:
        return None
    return Clock(started_at=hop.began_at, due_at=hop.due_at, stopped_at=hop.done_at)


def what_of(hop: Hop) -> str:
    """The hop in a few words, with the pack's names."""
    pack = active_pack()
    try:
        plan = pack.reporting_line.hop(hop.key)
    except KeyError:
        return hop.key.replace("_", " ").capitalize()
    if flow.is_reporting(pack.reporting_line, plan):
        return "Report"
    if flow.is_handover(pack.reporting_line, plan):
        return f"Pass on to {pack.word(plan.to)}"
    return {"investigate": "Decide whether to investigate", "emergency_response": "Begin the emergency response"}.get(
        hop.key, f"Take up: {pack.word(plan.to)}"
    )


def next_after(hop: Hop) -> list[str]:
    """What becomes due, and whose it is, once this hop is done: for the sentence beside the button."""
    line = active_pack().reporting_line
    own = {other.key: other for other in hop.report.hops.all() if other.state != "moved"}
    states = {key: other.state for key, other in own.items()} | {hop.key: "done"}
    return [
        f"{owner_name(own[plan.key].owner_role)}: {what_of(own[plan.key])}"
        for plan in line.hops
        if plan.key in own and own[plan.key].state == "waiting" and flow.is_clear(line, plan, states)
    ]


def hop_view(hop: Hop, *, is_mine: bool, names: Mapping[str, str]) -> HopView:
    """One hop as pages show it. `names`: of the people who completed hops, by code."""
    pack = active_pack()
    try:
        plan = pack.reporting_line.hop(hop.key)
        by, to = pack.word(plan.by), pack.word(plan.to)
    except KeyError:
        by, to = "", ""
    return HopView(
        key=hop.key,
        by=by,
        to=to,
        what=what_of(hop),
        owner=owner_name(hop.owner_role),
        state=hop.state,
        unsettled=hop.is_unsettled and hop.state in {"waiting", "due"},
        outcome=flow.OUTCOMES.get(hop.outcome, ""),
        clock=clock_of(hop),
        due_at=hop.due_at,
        done_at=hop.done_at,
        done_by=names.get(hop.done_by, ""),
        is_mine=is_mine,
    )


def owner_name(role: str) -> str:
    """The desk of a role, in the pack's words: its own party, not the line it answers or the one it hands on to."""
    pack = active_pack()
    for party in reversed(pack.reporting_line.parties):
        if party.role == role and party.key not in {pack.reporting_line.entry, "law_enforcement"}:
            return pack.word(party.key)
    return role.replace("_", " ")


def move_sentence(move: Move) -> str:
    """Where a move led, in words."""
    pack = active_pack()
    if move.to_role:
        return f"From {owner_name(move.from_role)} to {owner_name(move.to_role)}"
    source = pack.region(move.from_region).name if move.from_region else f"no {pack.word('region')} yet"
    target = pack.region(move.to_region).name if move.to_region else f"no {pack.word('region')}"
    return f"From {source} to {target}"


FACT_LABELS = {
    "danger_now": "In danger today",
    "sex_act_for_value": "Something of value given for sexual acts",
    "forced_work": "Made to work, beg, sell or carry things",
    "caretaker_alleged": "A parent or caretaker is involved",
    "family_member": "Another family member is involved",
    "outside_family": "Someone outside the family is involved",
    "online": "It happens online or by telephone",
    "in_person": "It happens in person",
    "other_abuse": "Other abuse or neglect",
    "police_know": "The police know of it",
    "hotline_called": "The hotline was called",
}


def facts_in_words(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was told about the facts: yes, no, or not known."""
    said = {True: "Yes", False: "No", None: "Not known"}
    return [
        (text, said[told.get(key) if isinstance(told.get(key), bool) else None]) for key, text in FACT_LABELS.items()
    ]


def area_name(key: str) -> str:
    """The name of an area, "" while it is not known."""
    try:
        return active_pack().area(key).name
    except KeyError:
        return ""


def story_of(told: Mapping[str, Any]) -> str:
    """Everything told in free words, as one text."""
    parts = [str(told.get("what") or "")]
    parts += [f"Who does it: {told['who']}"] if told.get("who") else []
    parts += [f"Where: {told['where']}"] if told.get("where") else []
    return "\n\n".join(part for part in parts if part)
