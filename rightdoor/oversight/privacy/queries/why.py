"""Why does this open, or stay closed? The steps of the sharing rule, without a word of any record.

For a described situation anybody who oversees may ask: no case is touched, so nothing is learned of one. For a real
case only its coordinator and privacy officers with its exact code: that a code exists is itself a fact about a child.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from rightdoor.casework.cases.keeping.queries import facts_for_why
from rightdoor.casework.cases.models import Case
from rightdoor.community.partners.queries import keeps_own_records
from rightdoor.domain.confidentiality import CaseFacts, Explanation, Ground, Item, Override, Protocol, explain
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import CLEARED, Clearance, Viewer
from rightdoor.foundation.access.viewers import viewer_of
from rightdoor.foundation.accounts.queries import account_for
from rightdoor.foundation.codes import normalise
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.oversight.privacy.queries.cases import case_to_ask_about

# Stand for the people and agencies of a described situation. No code of a record has an underscore.
SOMEBODY, THEIR_AGENCY, OTHER_AGENCY = "THE_PERSON", "THEIR_AGENCY", "OTHER_AGENCY"
GROUNDS = {
    "": "Nothing",
    "ROI": "A release to the person's agency",
    "COURT": "A court's order to the person's agency",
    "MR": "A mandated report to the person's agency",
    "EMERG": "A documented emergency, to this person",
    "override": "The person opened the case in an emergency",
}


@dataclass(frozen=True, slots=True)
class Described:
    """A situation without any real person or record."""

    discipline: str
    data_class: str
    action: str = "read"
    is_cleared: bool = True
    holds_it: bool = False
    coordinates: bool = False
    assigned: bool = False
    blocked: bool = False
    mode: str = "investigative"
    has_protocol: bool = False
    on_roster: bool = False
    ground: str = ""
    keeps_apart: bool = False
    is_closed: bool = False


def explain_described(viewer: Viewer, told: Described, now: datetime) -> Explanation:
    """What the rule says of this situation, step by step. Touches no record. The caller records it."""
    day = timedelta(days=1)
    matrix = active_pack().sharing.matrix
    someone = frozenset({SOMEBODY})
    person = Viewer(
        SOMEBODY,
        frozenset({"care_coordinator" if told.coordinates else "team_member"}),
        frozenset(),
        THEIR_AGENCY,
        told.discipline,
        clearance=CLEARED if told.is_cleared else Clearance(True, True, None, None, None),
    )
    holder = THEIR_AGENCY if told.holds_it else OTHER_AGENCY
    grounds: tuple[Ground, ...] = ()
    if told.ground in {"ROI", "COURT", "MR", "EMERG"}:
        grounds = (
            Ground(
                told.ground,  # type: ignore[arg-type]
                "A_GROUND",
                frozenset({told.data_class}),
                now - day,
                now + day,
                to_agency="" if told.ground == "EMERG" else THEIR_AGENCY,
                to_account=SOMEBODY if told.ground == "EMERG" else "",
                from_agency=holder,
                initialled=frozenset({told.data_class}),
                names_intermediary=True,
            ),
        )
    roster = someone if told.on_roster else frozenset()
    facts = CaseFacts(
        coordinators=someone if told.coordinates else frozenset(),
        assigned=someone if told.assigned else frozenset(),
        blocked=someone if told.blocked else frozenset(),
        mode="ongoing" if told.mode == "ongoing" else "investigative",
        district="described",
        needs=someone if told.assigned else frozenset(),
        protocol=Protocol("described", now - day, now + day, roster, matrix.team_cells())
        if told.has_protocol
        else None,
        grounds=grounds,
        overrides=(Override("A_GROUND", SOMEBODY, now - timedelta(minutes=1), now + timedelta(minutes=59)),)
        if told.ground == "override"
        else (),
        is_closed=told.is_closed,
        coordinating_agency=THEIR_AGENCY if told.coordinates else OTHER_AGENCY,
        matrix=matrix,
    )
    return explain(person, told.action, Item(told.data_class, holder, partitioned=told.keeps_apart), facts, now)


def case_to_explain(viewer: Viewer, code: str, now: datetime) -> Case:
    """The case, for its coordinator and for privacy officers who know its exact code. Raises NotVisible."""
    return case_to_ask_about(viewer, "why.ask_case", code, now)


def explain_case(
    viewer: Viewer, case: Case, *, person: str, data_class: str, action: str, holder: str, now: datetime
) -> Explanation:
    """What the rule says of this person and this case now, step by step; `holder` "" is the case's own.

    Raises NotVisible for an unknown person. The caller records it.
    """
    account = account_for(normalise(person))
    if account is None:
        raise NotVisible
    somebody = viewer_of(account, now)
    owner = holder or case.client.holder
    item = Item(data_class, owner, partitioned=keeps_own_records(owner))
    return explain(somebody, action, item, facts_for_why(viewer, case, somebody, now), now)
