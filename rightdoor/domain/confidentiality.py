"""May this viewer see this piece of a record, now, and on which ground? The whole sharing rule, deny by default.

The order of the questions is that of practice.md 4.4. The classes are those of 4.3. Of the matrix of disciplines
(4.5) only what needs no lawyer is on: an agency's own records, the assigned coordinator's own classes, and the
coordination core for those invited to a meeting (within its window) or to whom it was shared by name. Cells that rest
on the investigative team's statute are off until they are switched on for a district, and releases follow with them.
(PRIV-1, PRIV-2; decisions, sharing matrix)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from .permission import Viewer

# fmt: off
CLASSES = frozenset({
    "AGG", "DIR", "ID", "CORE", "SAFE", "PLAN", "ADV", "ADVPRIV", "LE", "PROS", "CW", "HLTH", "EVID", "MH", "PSY",
    "SUD", "EDU", "JJ", "FINS", "FI", "IMM", "LOC", "PRIV", "REP", "OFF", "PERF",
})
# fmt: on
WITHOUT_PERSONS = frozenset({"AGG", "DIR"})
COORDINATORS_OWN = frozenset({"CORE", "ID", "SAFE", "PLAN"})  # column "Coord." of the matrix, cells O
OPEN_TO_MEETINGS = frozenset({"CORE"})
OWN_OR_NOTHING = frozenset({"ADVPRIV", "PSY", "PRIV", "PROS"})  # no meeting, share or statute opens these here
NEVER_IN_BULK = frozenset({"LOC", "REP"}) | OWN_OR_NOTHING
ACTIONS = frozenset({"read", "write", "print", "list", "search", "export"})
BULK = frozenset({"list", "search", "export"})

Basis = Literal["", "OWN", "COORDINATOR", "INVITED", "SHARED", "MDT", "DEID"]


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of a record: one class, the agency that owns it, the names of the fields asked for.

    `shared_with`: codes of the people to whom a coordinator shared exactly this, on a recorded ground.
    """

    data_class: str
    owner_agency: str
    fields: frozenset[str] = frozenset()
    shared_with: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Invitation:
    """A person invited to a meeting at which the case has its turn."""

    code: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is established about the case (or the referral before it) and the actor's tie to it. People are codes.

    `actor_is_cleared`: active, second factor passed, confidentiality agreement and training current, agency's
    agreement in force; None where nobody has established it. `blocked`: conflict of interest, a tie to an alleged
    perpetrator, or a block on the case. `mdt_cells`: (discipline, class) pairs that counsel has switched on for this
    district.
    """

    actor_is_cleared: bool | None
    coordinators: frozenset[str] = frozenset()
    assigned: frozenset[str] = frozenset()
    invitations: tuple[Invitation, ...] = ()
    blocked: frozenset[str] = frozenset()
    mode: Literal["investigative", "ongoing"] = "ongoing"
    mdt_cells: frozenset[tuple[str, str]] = frozenset()
    access_opens_hours_before: int = 24
    access_closes_hours_after: int = 72


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, the ground it stands on, a sentence for the reader, and the fields that must be blanked."""

    allowed: bool
    basis: Basis
    reason: str
    redacted: frozenset[str]


def decide(actor: Viewer, action: str, item: Item, case: CaseFacts, now: datetime) -> Decision:
    """May `actor` do `action` (one of ACTIONS) with `item` at `now`? Anything unknown is refused, never raised.

    The caller writes the access event before it shows anything, and shows nothing if that fails. (practice.md 4.4,
    steps 1 to 8)
    """
    refusal = _before_any_ground(actor, action, item, case)
    if refusal:
        return Decision(False, "", refusal, item.fields)
    basis = _ground(actor, action, item, case, now)
    if not basis:
        return Decision(False, "", _why_not(actor, item, case, now), item.fields)
    return Decision(True, basis, GROUNDS[basis], frozenset())


GROUNDS = {
    "OWN": "Your agency's own record.",
    "COORDINATOR": "You coordinate this case.",
    "INVITED": "You are invited to a meeting about this case.",
    "SHARED": "The coordinator shared this with you.",
    "MDT": "Open to your discipline on the investigative team of this district.",
    "DEID": "This holds nothing about a person.",
}


def in_access_window(actor: Viewer, case: CaseFacts, now: datetime) -> bool:
    """Is the actor invited to a meeting about this case, and is it near enough? Both ends of the window count
    as inside.
    """
    before, after = timedelta(hours=case.access_opens_hours_before), timedelta(hours=case.access_closes_hours_after)
    return any(
        invitation.code == actor.code and -before <= now - invitation.starts_at <= after
        for invitation in case.invitations
    )


def _before_any_ground(actor: Viewer, action: str, item: Item, case: CaseFacts) -> str:
    """Steps 1 and 2, and what is unknown: the sentence that refuses, or "" when the grounds may be looked at."""
    if item.data_class not in CLASSES or action not in ACTIONS:
        return "This kind of record is not known here, so it stays closed."
    if actor.is_anonymous:
        return "Sign in first."
    if actor.is_system:
        return "The installation itself reads no record of a person."
    if case.actor_is_cleared is not True:
        return "Your confidentiality agreement, training or sign-in must be brought up to date first."
    if actor.code in case.blocked:
        return "You are kept apart from this case. Ask your supervisor."
    if action in BULK and item.data_class in NEVER_IN_BULK:
        return "This is never listed, searched or exported."
    return ""


def _ground(actor: Viewer, action: str, item: Item, case: CaseFacts, now: datetime) -> Basis:
    """Steps 3 to 6: the first ground that fits, or "" when none does."""
    coordinates, assigned = actor.code in case.coordinators, actor.code in case.assigned
    if item.data_class in WITHOUT_PERSONS:
        return "DEID" if action != "write" else ""
    if (coordinates or assigned) and actor.agency and actor.agency == item.owner_agency:
        return "OWN"
    if item.data_class in OWN_OR_NOTHING:
        return ""
    if coordinates and item.data_class in COORDINATORS_OWN:
        return "COORDINATOR"
    if action == "write" or action in BULK:
        return ""
    if item.data_class in OPEN_TO_MEETINGS:
        if in_access_window(actor, case, now):
            return "INVITED"
        if actor.code in item.shared_with:
            return "SHARED"
    engaged = assigned or coordinates or in_access_window(actor, case, now)
    if engaged and case.mode == "investigative" and (actor.discipline, item.data_class) in case.mdt_cells:
        return "MDT"
    return ""


def _why_not(actor: Viewer, item: Item, case: CaseFacts, now: datetime) -> str:
    if actor.code in case.coordinators | case.assigned or in_access_window(actor, case, now):
        return f"There is no ground to show you this kind of record ({item.data_class}). Ask the agency that holds it."
    return "You are not on this case's team. Ask its coordinator."
