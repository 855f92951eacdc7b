"""On what ground: for one viewer class by class, and for the case's coordinator person by person.

Nothing here opens anything: it asks the rule what it would answer, and says it in words. That a record of a class
exists is not told. (PRIV-1; practice.md, SR-32)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import PersonOnCase, accounts_of, names_of_accounts, people_on, running_blocks
from rightdoor.casework.clients.disclosure import decision_on
from rightdoor.casework.clients.facts import Tie, facts_of, tie_in
from rightdoor.casework.clients.models import Block
from rightdoor.casework.consents.choices import NEVER, RELEASABLE
from rightdoor.community.teams.queries import never_on_a_case
from rightdoor.domain.confidentiality import NO_COURT, Decision, Item
from rightdoor.domain.permission import Viewer
from rightdoor.domain.sharing_matrix import CLOSED, Cell
from rightdoor.foundation.access.viewers import viewers_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.jurisdiction.active import active_pack

# Whether there is a family-services record is not told to anybody, so the class is not in this list. (SR-32)
KINDS = {
    **{key: label for key, label in {**RELEASABLE, **NEVER}.items() if key not in {"FINS", "FI"}},
    "FI": "Who keeps the recording of the forensic interview, and its date",
}
# What the agency that keeps the case holds of it; every other kind is another agency's record.
OF_THE_CASE = frozenset({"CORE", "ID", "SAFE", "PLAN", "LOC"})
ANOTHER_AGENCY = ""
WHY = {
    "conflict": "A conflict of interest",
    "alleged": "A tie to the person alleged",
    "own_past": "Their own past case",
    "coordinator": "Another reason",
}
GROUND_WORDS = {
    "OWN": "their agency's own record",
    "COORDINATOR": "coordinates the case",
    "COURT": "a court's order",
    "MR": "a mandated report",
    "EMERG": "an emergency",
    "MDT": "the protocol of the investigative team",
    "ROI": "a release",
    "STATUS": "whether and when, not what",
}


@dataclass(frozen=True, slots=True)
class GroundLine:
    """A kind of record: is it open, and on what, or what it would need."""

    key: str
    label: str
    state: str  # open, status, closed
    words: str


@dataclass(frozen=True, slots=True)
class PersonGrounds:
    """A person on the case: what is open to them, by ground. `why_nothing` where nothing is."""

    person: PersonOnCase
    grounds: tuple[tuple[str, str], ...]  # (ground in words, kinds of records)
    why_nothing: str


@dataclass(frozen=True, slots=True)
class BlockLine:
    """A block in force, in words."""

    code: str
    who: str
    why: str
    since: datetime
    may_lift: bool


def own_grounds(viewer: Viewer, case: Case, tie: Tie, now: datetime) -> list[GroundLine]:
    """What of this case is open to the viewer, on what, and what each of the other kinds would need."""
    row = active_pack().sharing.matrix.by_discipline.get(viewer.discipline, {})
    lines = []
    for key, label in KINDS.items():
        found = _best(viewer, case, tie, key, now)
        if found.allowed and not found.status_only:
            lines.append(GroundLine(key, label, "open", found.reason))
        elif found.allowed:
            lines.append(GroundLine(key, label, "status", found.reason))
        else:
            needed = "Only the agency that holds it." if key in NO_COURT else needs_in_words(row.get(key, CLOSED))
            lines.append(GroundLine(key, label, "closed", needed))
    return lines


def needs_in_words(cell: Cell) -> str:
    """What would open this kind of record to the discipline, in a sentence."""
    district = active_pack().word("judicial_district")
    if cell.is_named:
        return "A signed release to you by name, for a time."
    if cell.is_specific:
        return "A signed release for exactly this, which names who passes it on."
    if cell.team:
        return f"The protocol of the {district}'s team, or a signed release."
    if cell.release:
        return "A signed release to your agency."
    if cell.own:
        return "Only your own agency's records."
    return "Closed to your discipline, unless a court orders it."


def grounds_of_people(viewer: Viewer, case: Case, now: datetime) -> list[PersonGrounds]:
    """For the case's coordinator: who may see what, on which ground. Six queries, whatever the number of people."""
    people = people_on(case, now)
    accounts = accounts_of(one.code for one in people)
    viewers = viewers_of(accounts, now)
    facts = facts_of(viewer, [case.client], now, others=list(viewers.values()))
    found = []
    for one in people:
        theirs = viewers.get(one.code)
        if theirs is None:
            continue
        tie = tie_in(theirs, case.client, facts, case.client_id)
        by_ground: dict[str, list[str]] = {}
        for key, label in KINDS.items():
            decision = _best(theirs, case, tie, key, now)
            if decision.allowed:
                by_ground.setdefault(GROUND_WORDS.get(decision.basis, ""), []).append(label)
        open_to = tuple((ground, "; ".join(labels)) for ground, labels in by_ground.items())
        found.append(PersonGrounds(one, open_to, "" if by_ground else _why_nothing(theirs, tie)))
    return found


def _why_nothing(theirs: Viewer, tie: Tie) -> str:
    """Why nothing is open to somebody, as one says it to the coordinator."""
    if theirs.code in tie.facts.blocked:
        return "Kept apart from this case."
    if theirs.clearance is None or not theirs.clearance.is_complete:
        return "Their agreement, their training or the agreement of their agency is not in order."
    return "No release, and no protocol with them on its roster."


def blocks_of(viewer: Viewer, case: Case, now: datetime) -> list[BlockLine]:
    """Who is kept apart from the case at present, newest first."""
    rows = running_blocks(case)
    names = names_of_accounts(row.account_code for row in rows)
    return [
        BlockLine(
            row.code,
            names.get(row.account_code, "") if row.account_code else "Everybody of an agency",
            WHY[row.why],
            row.starts_at,
            row.account_code != viewer.code,
        )
        for row in rows
    ]


def block_for(case: Case, code: str) -> Block | None:
    """A block of this case that is in force."""
    return next((block for block in running_blocks(case) if block.code == code), None)


def may_be_put_on(case: Case, people: Sequence[Account]) -> list[Account]:
    """Those of these people who are not on the case yet, and may be on one. (SR-34)"""
    return [one for one in people if one.code != case.coordinator and not never_on_a_case(one.discipline)]


def _best(viewer: Viewer, case: Case, tie: Tie, key: str, now: datetime) -> Decision:
    """The best answer for this class among those who hold records of it: who keeps the case, or another agency, and
    whoever released some.
    """
    first = case.holder if key in OF_THE_CASE else ANOTHER_AGENCY
    holders = dict.fromkeys([first, *(ground.from_agency for ground in tie.facts.grounds if ground.from_agency)])
    answers = []
    for holder in holders:
        codes = [min(one.items) for one in tie.facts.grounds if one.items and key in one.classes] or [""]
        answers += [decision_on(viewer, case.client, Item(key, holder, code=code), now, tie=tie) for code in codes]
    return max(answers, key=lambda one: (one.allowed and not one.status_only, one.allowed))
