"""The bar of places, in the user's words: only those that the person has."""

from __future__ import annotations

from dataclasses import dataclass

from rightdoor.domain.permission import Viewer


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the bar."""

    key: str
    label: str
    path: str
    is_here: bool = False


# key, label, path, roles that have it
PLACES: tuple[tuple[str, str, str, frozenset[str]], ...] = (
    ("desk", "Desk", "/", frozenset({"*"})),
    ("reports", "Reports", "/reports/", frozenset({"child_welfare_desk", "state_police_desk", "alliance_reviewer", "advocacy_desk", "care_coordinator"})),
    ("referrals", "Referrals", "/referrals/", frozenset({"care_coordinator"})),
    ("cases", "Cases", "/cases/", frozenset({"care_coordinator", "team_member"})),
    ("meetings", "Meetings", "/meetings/", frozenset({"care_coordinator", "team_member", "agency_head"})),
    ("partners", "Partners", "/partners/", frozenset({"care_coordinator", "agency_head", "administrator"})),
    ("people", "People", "/people/", frozenset({"administrator"})),
)


def places_of(viewer: Viewer, path: str) -> list[Place]:
    """The places of this viewer, the current one marked."""
    mine = [entry for entry in PLACES if "*" in entry[3] or viewer.roles & entry[3]]
    return [
        Place(key, label, where, is_here=(path == where if where == "/" else path.startswith(where)))
        for key, label, where, _ in mine
    ]
