"""May this viewer see this piece of a record, now, and on which ground? The whole sharing rule, deny by default.

The questions are asked in the order of practice.md 4.4, each by one small function. A question answers with a
Decision, and then nothing more is asked, or with a sentence that says why it settled nothing. `decide` walks the
questions and throws the sentences away; `explain` walks the same questions and keeps them. What no question allows is
denied. The classes are those of 4.3, the matrix that of 4.5 (sharing_matrix). (PRIV-1, PRIV-2)

    1  is the person cleared?            5  which ground opens it: disclosed on record, a court's order, a mandated
    2  may the person be on the case?       report, an emergency, the investigative team, a release, status alone?
    3  is it the person's own?           6  is the class kept to its holder? (asked after the court's order, before
    4  does the person need to know?        the other grounds, because none of those opens it)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Literal, NamedTuple, TypeAlias

from .permission import Viewer
from .sharing_matrix import CLASSES, CLOSED, Cell, Matrix

__all__ = [
    "ACTIONS",
    "BULK",
    "CLASSES",
    "COORDINATORS_OWN",
    "NEVER_IN_BULK",
    "OWN_OR_NOTHING",
    "SPECIAL",
    "WITHOUT_PERSONS",
    "Basis",
    "CaseFacts",
    "Decision",
    "Explanation",
    "Ground",
    "GroundKind",
    "Invitation",
    "Item",
    "Override",
    "Protocol",
    "Step",
    "decide",
    "explain",
    "in_access_window",
]

WITHOUT_PERSONS = frozenset({"AGG", "DIR"})
COORDINATORS_OWN = frozenset({"CORE", "ID", "SAFE", "PLAN"})  # column "Coord." of the matrix, cells O
OWN_OR_NOTHING = frozenset({"ADVPRIV", "PSY", "PRIV", "PROS"})  # no team, release, emergency or share opens these here
NO_COURT = frozenset({"ADVPRIV", "PERF"})  # privileged by statute; about staff, so no ground about a client fits
SPECIAL = frozenset({"SUD", "MH", "EDU", "IMM", "LOC"})  # a release opens these only where they were initialled
NEVER_IN_BULK = frozenset({"LOC", "REP"}) | OWN_OR_NOTHING
# A ground in force each time: its own consent, a named person for a time, nobody at all.
NOT_BY_SHARING = frozenset({"SUD", "LOC", "PERF"}) | OWN_OR_NOTHING
ACTIONS = frozenset({"read", "write", "print", "list", "search", "export"})
BULK = frozenset({"list", "search", "export"})
NEVER_ON_A_CASE = "survivor_consultant"  # column and discipline

Basis = Literal["", "OWN", "COORDINATOR", "SHARED", "COURT", "MR", "EMERG", "MDT", "ROI", "STATUS", "DEID"]
GroundKind = Literal["COURT", "MR", "EMERG", "ROI"]
NOTHING: frozenset[str] = frozenset()
_new = tuple.__new__  # a Decision in half the time that its own constructor takes


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of a record: one class, the agency that holds it, the names of the fields asked for.

    `status_fields`: of these fields, the ones that say only yes, no or a date. `shared_with`: codes of the people to
    whom exactly this was disclosed on record. `reported_to`: agencies that got exactly this as a mandated report.
    `partitioned`: its holder keeps its records apart from the team's. `minor_consented_alone`: the care was given on
    the minor's own consent. `limits`: which of sharing_matrix.LIMITS the item meets.
    """

    data_class: str
    owner_agency: str
    fields: frozenset[str] = NOTHING
    code: str = ""
    status_fields: frozenset[str] = NOTHING
    shared_with: frozenset[str] = NOTHING
    partitioned: bool = False
    minor_consented_alone: bool = False
    reported_to: frozenset[str] = NOTHING
    withdrawn: bool = False
    limits: frozenset[str] = NOTHING


@dataclass(frozen=True, slots=True)
class Ground:
    """What a record may be opened on: a court's order, a mandated report, a documented emergency, a release.

    It opens `classes` to one agency or one person, from `starts_at` until just before `ends_at`; with `items` only
    those. `from_agency` is the one that discloses. A suspended ground opens nothing until it is looked at again.
    `initialled`: the special classes that the signers initialled one by one.
    """

    kind: GroundKind
    code: str
    classes: frozenset[str]
    starts_at: datetime
    ends_at: datetime | None = None
    to_agency: str = ""
    to_account: str = ""
    from_agency: str = ""
    items: frozenset[str] = NOTHING
    suspended: bool = False
    ended_at: datetime | None = None
    initialled: frozenset[str] = NOTHING
    names_intermediary: bool = False
    minor_signed: bool = False


@dataclass(frozen=True, slots=True)
class Protocol:
    """The signed protocol of a judicial district's investigative team, as it is switched on.

    `roster`: codes of the people on the team. `cells`: the (column, class) pairs that were switched on.
    """

    district: str
    starts_at: datetime
    ends_at: datetime | None
    roster: frozenset[str] = NOTHING
    cells: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Override:
    """Break-glass in force: for one hour, one person stands to the case as if assigned. (SR-45)"""

    code: str
    account: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """A person invited to a meeting at which the case has its turn.

    `classes`: what was chosen for that meeting's guests; None where the invitation is not limited. It is never a
    ground: a release or a protocol must open the record as well. (SR-05)
    """

    code: str
    starts_at: datetime
    classes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is established about the case (or the referral before it) and the actor's tie to it. People are codes.

    `blocked`: people and whole agencies kept apart: conflict of interest, a tie to an alleged perpetrator, a block on
    the case. `needs`: people whose
    need to know, as members of the investigative team, is stated on record. `coordinating_agency`: the agency that
    keeps the case. `matrix`: the one in force; without it, no discipline opens anything.
    """

    coordinators: frozenset[str] = NOTHING
    assigned: frozenset[str] = NOTHING
    invitations: tuple[Invitation, ...] = ()
    blocked: frozenset[str] = NOTHING
    mode: Literal["investigative", "ongoing"] = "ongoing"
    district: str = ""
    needs: frozenset[str] = NOTHING
    protocol: Protocol | None = None
    grounds: tuple[Ground, ...] = ()
    overrides: tuple[Override, ...] = ()
    is_closed: bool = False
    coordinating_agency: str = ""
    matrix: Matrix | None = None
    access_opens_hours_before: int = 24
    access_closes_hours_after: int = 72
    asked: tuple[Ask, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Questions about grounds that the case has none of settle nothing, so a list need not pay for them.
        kinds = frozenset(ground.kind for ground in self.grounds)
        has_team = self.protocol is not None and self.mode == "investigative"
        object.__setattr__(self, "asked", _asked(kinds, bool(self.overrides), has_team))


class Step(NamedTuple):
    """One question of an explanation: its number, what was asked, what came of it, whether it settled the matter."""

    number: str
    question: str
    answer: str
    stops: bool


class Decision(NamedTuple):
    """The answer, the ground it stands on, a sentence for the reader, and the fields that must be blanked.

    `ground_code`: the record that the ground stands on, for the access event. `status_only`: only yes, no or a date.
    `steps` is filled by `explain` alone. As a truth value it is its answer.
    """

    allowed: bool
    basis: Basis
    reason: str
    redacted: frozenset[str]
    ground_code: str = ""
    status_only: bool = False
    steps: tuple[Step, ...] = ()

    def __bool__(self) -> bool:
        return self.allowed


class Explanation(NamedTuple):
    """A decision with every question that was asked on the way to it."""

    decision: Decision
    steps: tuple[Step, ...]


Answer: TypeAlias = "Decision | str"
Ask: TypeAlias = Callable[[Viewer, str, Item, CaseFacts, datetime], Answer]

REASONS = {
    "OWN": "Your agency's own record.",
    "COORDINATOR": "You coordinate this case.",
    "SHARED": "This was disclosed to you, and the disclosure is on record.",
    "COURT": "A court's order opens this to you.",
    "MR": "This was reported to your agency.",
    "EMERG": "Open for a documented emergency. It will be reviewed.",
    "MDT": "Open to your discipline on the investigative team of this district.",
    "ROI": "A release opens this to you.",
    "STATUS": "Only whether and when, not what it says.",
    "DEID": "This holds nothing about a person.",
}


def decide(actor: Viewer, action: str, item: Item, case: CaseFacts, now: datetime) -> Decision:
    """May `actor` do `action` (one of ACTIONS) with `item` at `now`? Anything unknown is refused, never raised.

    The caller writes the access event before it shows anything, and shows nothing if that fails. (practice.md 4.4,
    steps 1 to 8)
    """
    for ask in case.asked:
        answer = ask(actor, action, item, case, now)
        if answer.__class__ is Decision:
            return answer
    return _no_ground(item)


def explain(actor: Viewer, action: str, item: Item, case: CaseFacts, now: datetime) -> Explanation:
    """`decide`, with each question and its answer. It asks the same functions in the same order, and those that
    `decide` passes over because the case has nothing for them.
    """
    steps: list[Step] = []
    for number, question, ask in QUESTIONS:
        answer = ask(actor, action, item, case, now)
        if isinstance(answer, Decision):
            steps.append(Step(number, question, f"{'Yes' if answer.allowed else 'Stop'}: {answer.reason}", True))
            break
        steps.append(Step(number, question, _each_ground(ask, actor, item, case, now) or answer, False))
    else:
        answer = _no_ground(item)
        steps.append(Step("7", "Did anything open it?", f"Stop: {answer.reason}", True))
    return Explanation(answer._replace(steps=tuple(steps)), tuple(steps))


def in_access_window(actor: Viewer, case: CaseFacts, now: datetime) -> bool:
    """Is the actor invited to a meeting about this case, and is it near enough? Both ends of the window count
    as inside.
    """
    return _invited_for(actor, "", case, now)


# --- 1 and 2: before anything about the record is asked -------------------------------------------------------------


def _is_cleared(actor: Viewer, action: str, item: Item, case: CaseFacts, now: datetime) -> Answer:
    if item.data_class not in CLASSES or action not in ACTIONS:
        return _no("This kind of record is not known here, so it stays closed.", item)
    if not actor.code:
        return _no("Sign in first.", item)
    if actor.is_system:
        return _no("The installation itself reads no record of a person.", item)
    if actor.clearance is None or not actor.clearance.is_complete:
        return _no("Your confidentiality agreement, training or sign-in must be brought up to date first.", item)
    return "Active, second factor passed, agreement and training current, agency's agreement in force."


def _may_be_on_the_case(actor: Viewer, action: str, item: Item, case: CaseFacts, now: datetime) -> Answer:
    if case.blocked and (actor.code in case.blocked or (actor.agency and actor.agency in case.blocked)):
        return _no("You are kept apart from this case. Ask your supervisor.", item)
    if item.data_class in WITHOUT_PERSONS:
        return _figures(action, item)
    # Before ownership: an assignment made by mistake must not open the case to them either. (SR-34, SR-35)
    if actor.discipline == NEVER_ON_A_CASE or _column(actor, case) == NEVER_ON_A_CASE:
        return _no("Survivor consultants advise on how the work is done. They open no case.", item)
    return "No conflict of interest and no block is on record."


def _figures(action: str, item: Item) -> Decision:
    if action == "write" or item.withdrawn:
        return _no("Figures and the directory are not changed here.", item)
    return _DEID


# --- 3: the person's own --------------------------------------------------------------------------------------------


def _is_own(actor: Viewer, action: str, item: Item, case: CaseFacts, now: datetime) -> Answer:
    if action in BULK and item.data_class in NEVER_IN_BULK:
        return _no("This is never listed, searched or exported.", item)
    coordinates = actor.code in case.coordinators
    if (coordinates or actor.code in case.assigned) and actor.agency and actor.agency == item.owner_agency:
        return _OWN
    if item.withdrawn:
        return _no("The agency that holds this has withdrawn it.", item)
    if case.is_closed:
        return _no("The case is closed. Only the agency that holds a record still reads it.", item)
    if coordinates and _is_the_coordinators(item, case):
        return _COORDINATOR
    if action == "write":
        return _no("Only the agency that holds this changes it.", item)
    return "Another agency holds it, and it is not of what the coordinator of the case reads."


def _is_the_coordinators(item: Item, case: CaseFacts) -> bool:
    own = COORDINATORS_OWN if case.matrix is None else case.matrix.coordinators_own
    is_kept_here = bool(item.owner_agency) and item.owner_agency == case.coordinating_agency
    return is_kept_here and item.data_class in COORDINATORS_OWN and item.data_class in own and not item.partitioned


# --- 4: need to know ------------------------------------------------------------------------------------------------


def _needs_to_know(actor: Viewer, action: str, item: Item, case: CaseFacts, now: datetime) -> Answer:
    if actor.code in case.assigned or actor.code in case.coordinators:
        return "Assigned to this case."
    if case.invitations and _invited_for(actor, item.data_class, case, now):
        return "Invited to a meeting about this case, within its window."
    if case.overrides and _override(actor, case, now):
        return "Assigned for the time of an emergency."
    return _no("You are not on this case's team. Ask its coordinator.", item)


def _invited_for(actor: Viewer, data_class: str, case: CaseFacts, now: datetime) -> bool:
    for invitation in case.invitations:
        if invitation.code != actor.code:
            continue
        if data_class and invitation.classes is not None and data_class not in invitation.classes:
            continue
        since = now - invitation.starts_at
        if -_hours(case.access_opens_hours_before) <= since <= _hours(case.access_closes_hours_after):
            return True
    return False


def _override(actor: Viewer, case: CaseFacts, now: datetime) -> Override | None:
    for override in case.overrides:
        if override.account == actor.code and override.starts_at <= now < override.ends_at:
            return override
    return None


# --- 5 and 6: the grounds, and the classes that no ground opens -----------------------------------------------------


def _was_disclosed(actor: Viewer, action: str, item: Item, case: CaseFacts, now: datetime) -> Answer:
    if case.matrix is None or actor.discipline not in case.matrix.by_discipline:
        return _no("Your discipline has no place in the sharing matrix. Ask the agency that holds this.", item)
    if actor.code not in item.shared_with:
        return "Not disclosed to this person on record."
    if item.partitioned or item.data_class in NOT_BY_SHARING or _cell(actor, item, case).is_closed:
        return "Disclosed, but this kind of record asks for a ground in force each time."
    return _SHARED


def _is_ordered(actor: Viewer, action: str, item: Item, case: CaseFacts, now: datetime) -> Answer:
    if item.data_class in NO_COURT:
        return "No court's order opens this class here."
    return _opened_by("COURT", actor, item, case, now)


def _is_not_vetoed(actor: Viewer, action: str, item: Item, case: CaseFacts, now: datetime) -> Answer:
    cell = _cell(actor, item, case)
    if item.data_class in OWN_OR_NOTHING:
        return _status(actor, action, item, case, now)  # of a prosecutor's file, that it exists
    if cell.is_closed:
        return _no_ground(item)
    return "The class is not kept to its holder, and the matrix does not close it to the discipline."


def _was_reported(actor: Viewer, action: str, item: Item, case: CaseFacts, now: datetime) -> Answer:
    if actor.agency not in item.reported_to:
        return "This was not reported to the agency."
    return _opened_by("MR", actor, item, case, now)


def _is_emergency(actor: Viewer, action: str, item: Item, case: CaseFacts, now: datetime) -> Answer:
    if item.partitioned:
        return "The holder keeps its records apart; no emergency opens them."
    override = _override(actor, case, now) if case.overrides else None
    return _opened_by("EMERG", actor, item, case, now) if override is None else _yes("EMERG", override.code)


def _is_on_the_team(actor: Viewer, action: str, item: Item, case: CaseFacts, now: datetime) -> Answer:
    """The protocol of the district's team, with the need stated. Drop any one and it opens nothing. (SR-19 to SR-21)"""
    protocol = case.protocol
    if case.mode != "investigative":
        return "The case is not in investigative mode."
    if protocol is None or protocol.ends_at is None or not protocol.starts_at <= now < protocol.ends_at:
        return "No signed protocol is in force."
    if not case.district or protocol.district != case.district:
        return "The protocol is another district's."
    if actor.code not in protocol.roster:
        return "Not on the roster of the district's team."
    if actor.code not in case.needs:
        return "No need to know is stated on record."
    if item.partitioned:
        return "The holder keeps its records apart; a team's agreement does not open them."
    cell = _cell(actor, item, case)
    if not cell.team or (_column(actor, case), item.data_class) not in protocol.cells:
        return "The protocol does not open this class to the discipline."
    if cell.limit and cell.limit not in item.limits:
        return _NOT_OF_THAT_PART
    return _yes("MDT", protocol.district)


def _is_released(actor: Viewer, action: str, item: Item, case: CaseFacts, now: datetime) -> Answer:
    cell = _cell(actor, item, case)
    if not cell.release:
        return "The matrix lets no release open this class to the discipline."
    if cell.limit and cell.limit not in item.limits:
        return _NOT_OF_THAT_PART
    return _opened_by("ROI", actor, item, case, now, is_specific=cell.is_specific)


def _status(actor: Viewer, action: str, item: Item, case: CaseFacts, now: datetime) -> Decision:
    cell = _cell(actor, item, case)
    if not cell.status or item.partitioned or (cell.limit and cell.limit not in item.limits):
        return _no_ground(item)
    blanked = item.fields - item.status_fields
    return _new(Decision, (True, "STATUS", REASONS["STATUS"], blanked, "", True, ()))


def _opened_by(
    kind: GroundKind, actor: Viewer, item: Item, case: CaseFacts, now: datetime, *, is_specific: bool = False
) -> Answer:
    """The first ground of this kind that fits, as the decision; otherwise what the last one lacks."""
    lacking = _NONE_ON_RECORD[kind]
    for ground in case.grounds:
        if ground.kind == kind:
            lacking = ground_lacks(ground, actor, item, now)
            if not lacking and kind == "ROI":
                lacking = release_lacks(ground, item, is_specific)
            if not lacking:
                return _yes(kind, ground.code)
    return lacking


def _each_ground(ask: Ask, actor: Viewer, item: Item, case: CaseFacts, now: datetime) -> str:
    """For an explanation: what each ground of the kind that a question asks about lacks; "" when it asks about none."""
    kind = next((kind for kind, it in _OF_KIND.items() if it is ask), None)
    lacks = [
        (ground.code, ground_lacks(ground, actor, item, now) or release_lacks(ground, item, False))
        for ground in case.grounds
        if ground.kind == kind
    ]
    return " ".join(f"{code}: {lacking}" for code, lacking in lacks if lacking)


def ground_lacks(ground: Ground, actor: Viewer, item: Item, now: datetime) -> str:
    """Why this ground does not open this item to this person now, whatever its kind; "" when it does."""
    if item.data_class not in ground.classes:
        return "It does not name this class."
    if ground.to_agency != actor.agency and (ground.to_agency or not ground.to_account):
        return "It is for another agency."
    if ground.to_account != actor.code and (ground.to_account or not ground.to_agency):
        return "It is for another person."
    if now < ground.starts_at or (ground.ends_at is not None and now >= ground.ends_at):
        return "It has not begun, or it has run out."
    if ground.suspended or (ground.ended_at is not None and ground.ended_at <= now):
        return "It was suspended or ended."
    if ground.from_agency != item.owner_agency and (ground.from_agency or ground.kind == "ROI"):
        return "It lets another agency disclose, not the one that holds this."
    if ground.items and item.code not in ground.items:
        return "It names other records of this class."
    if ground.ends_at is None and ground.kind in ("ROI", "EMERG"):
        return "It has no end, so it opens nothing."
    if item.data_class == "LOC" and not ground.to_account:
        return "A confidential place is opened to a named person only."
    return ""


def release_lacks(ground: Ground, item: Item, is_specific: bool) -> str:
    """What a release needs beyond what every ground needs. (SR-27, SR-29, RO-5)"""
    if item.data_class in SPECIAL and item.data_class not in ground.initialled:
        return "It was not initialled for this class."
    if not ground.names_intermediary and (is_specific or item.data_class == "SUD"):
        return "It does not name the intermediary that passes the record on."
    if item.minor_consented_alone and not ground.minor_signed:
        return "The minor consented to this care alone, and did not sign it."
    return ""


@cache
def _asked(kinds: frozenset[str], has_overrides: bool, has_team: bool) -> tuple[Ask, ...]:
    """The questions that can settle something in a case with these kinds of grounds, in their order."""
    idle: set[Ask] = set()
    for kind, ask in _OF_KIND.items():
        if kind not in kinds and not (kind == "EMERG" and has_overrides):
            idle.add(ask)
    if not has_team:
        idle.add(_is_on_the_team)
    return tuple(ask for _, _, ask in QUESTIONS if ask not in idle)


# --- small things ---------------------------------------------------------------------------------------------------


@cache
def _hours(number: int) -> timedelta:
    return timedelta(hours=number)


def _column(actor: Viewer, case: CaseFacts) -> str:
    return "" if case.matrix is None else case.matrix.disciplines.get(actor.discipline, "")


def _cell(actor: Viewer, item: Item, case: CaseFacts) -> Cell:
    if case.matrix is None:
        return CLOSED
    row = case.matrix.by_discipline.get(actor.discipline)
    return CLOSED if row is None else row[item.data_class]


def _yes(basis: Basis, ground_code: str = "") -> Decision:
    return _new(Decision, (True, basis, REASONS[basis], NOTHING, ground_code, False, ()))


def _no(reason: str, item: Item) -> Decision:
    return _new(Decision, (False, "", reason, item.fields, "", False, ()))


def _no_ground(item: Item) -> Decision:
    return _new(Decision, (False, "", _WHY_NOT[item.data_class], item.fields, "", False, ()))


_OWN, _COORDINATOR, _SHARED, _DEID = _yes("OWN"), _yes("COORDINATOR"), _yes("SHARED"), _yes("DEID")
_NOT_OF_THAT_PART = "Only a part of this class is open to the discipline, and this is not of that part."
_NONE_ON_RECORD: dict[GroundKind, str] = {
    "COURT": "No court's order is on record.",
    "MR": "No mandated report is on record.",
    "EMERG": "No emergency is on record.",
    "ROI": "No release is on record.",
}
_WHY_NOT = {
    name: f"There is no ground to show you this kind of record ({name}). Ask the agency that holds it."
    for name in CLASSES
}

_OF_KIND: dict[GroundKind, Ask] = {
    "COURT": _is_ordered,
    "MR": _was_reported,
    "EMERG": _is_emergency,
    "ROI": _is_released,
}
QUESTIONS: tuple[tuple[str, str, Ask], ...] = (
    ("1", "Is the person cleared, and are the class and the act known?", _is_cleared),
    ("2", "May the person be on this case?", _may_be_on_the_case),
    ("3", "Is it the record of the person's own agency, or the coordinator's?", _is_own),
    ("4", "Does the person need to know?", _needs_to_know),
    ("5a", "Was exactly this disclosed to the person on record?", _was_disclosed),
    ("5b", "Does a court's order open it?", _is_ordered),
    ("6", "Is the class open to anybody but its holder?", _is_not_vetoed),
    ("5c", "Was it reported to the person's agency?", _was_reported),
    ("5d", "Does a documented emergency open it?", _is_emergency),
    ("5e", "Does the protocol of the district's team open it?", _is_on_the_team),
    ("5f", "Does a release open it?", _is_released),
    ("5g", "Does the matrix show whether and when?", _status),
)
