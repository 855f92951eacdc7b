"""Invented people and cases for the tests of the sharing rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from rightdoor.domain.confidentiality import CaseFacts, Ground, Item, Protocol
from rightdoor.domain.permission import CLEARED, Viewer
from rightdoor.packs.matrix import shipped_matrix

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
DISCIPLINES: Mapping[str, str] = {
    "care_coordinator": "coordinator",
    "victim_advocate": "advocate",
    "local_law_enforcement": "police",
    "child_welfare": "child_welfare",
    "prosecutor": "prosecutor",
    "medical": "medical",
    "therapist": "mental_health",
    "juvenile_justice": "juvenile_justice",
    "school": "school",
    "survivor_consultant": "survivor_consultant",
}
MATRIX = shipped_matrix().narrowed({}, DISCIPLINES)
AGENCY: Mapping[str, str] = {column: f"{column[:4].upper()}-0001" for column in DISCIPLINES.values()}


def person(column: str, number: int = 1, **more: Any) -> Viewer:
    """Somebody of this column, cleared, at the agency of the column."""
    discipline = next(key for key, value in DISCIPLINES.items() if value == column)
    values = {
        "code": f"{column[:4].upper()}-P{number:03}",
        "roles": frozenset({"care_coordinator" if column == "coordinator" else "team_member"}),
        "regions": frozenset(),
        "agency": AGENCY[column],
        "discipline": discipline,
        "clearance": CLEARED,
    }
    return Viewer(**(values | more))


COORDINATOR, ADVOCATE, POLICE = person("coordinator"), person("advocate"), person("police")
CHILD_WELFARE, PROSECUTOR, MEDICAL = person("child_welfare"), person("prosecutor"), person("medical")
THERAPIST, YOUTH_COURT, SCHOOL = person("mental_health"), person("juvenile_justice"), person("school")
CONSULTANT = person("survivor_consultant")
TEAM = (COORDINATOR, ADVOCATE, POLICE, CHILD_WELFARE, PROSECUTOR, MEDICAL, THERAPIST, YOUTH_COURT, SCHOOL)
EVERYBODY = (*TEAM, CONSULTANT)

# Everybody is assigned, nothing is released, no protocol is on: what opens here opens on need to know alone.
CASE = CaseFacts(
    coordinators=frozenset({COORDINATOR.code}),
    assigned=frozenset(person.code for person in TEAM),
    coordinating_agency=AGENCY["coordinator"],
    matrix=MATRIX,
)
PROTOCOL = Protocol("jd-19", NOW - DAY, NOW + DAY, frozenset(one.code for one in EVERYBODY), MATRIX.team_cells())
INVESTIGATION = replace(CASE, mode="investigative", district="jd-19", needs=PROTOCOL.roster, protocol=PROTOCOL)


def item(data_class: str, owner: str = "HOLD-0001", **more: Any) -> Item:
    """Two fields of an agency that nobody here belongs to; of them, one says only when."""
    return Item(data_class, owner, **({"fields": frozenset({"what", "when"}), "code": "ITEM-0001"} | more))


def ground(kind: str, to: Viewer, *classes: str, **more: Any) -> Ground:
    """A ground of this kind in force, from the item's holder to one person's agency, for these classes."""
    values: dict[str, Any] = {
        "kind": kind,
        "code": f"{kind}-0001",
        "classes": frozenset(classes),
        "starts_at": NOW - DAY,
        "ends_at": NOW + DAY,
        "to_agency": to.agency,
        "from_agency": "HOLD-0001",
    }
    return Ground(**(values | more))


def release(to: Viewer, *classes: str, **more: Any) -> Ground:
    """A release in force to one person's agency, with every initial and statement that a class may ask for."""
    full: dict[str, Any] = {"initialled": frozenset(classes), "names_intermediary": True, "minor_signed": True}
    return ground("ROI", to, *classes, **(full | more))


def with_grounds(*grounds: Ground, case: CaseFacts = CASE) -> CaseFacts:
    """The case with these grounds on record."""
    return replace(case, grounds=grounds)
