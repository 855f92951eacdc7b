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
    icon: str = ""


# key, label, path, roles that have it
PLACES: tuple[tuple[str, str, str, frozenset[str]], ...] = (
    ("desk", "Desk", "/", frozenset({"*"})),
    (
        "reports",
        "Reports",
        "/reports/",
        frozenset(
            {"child_welfare_desk", "state_police_desk", "alliance_reviewer", "advocacy_desk", "care_coordinator"}
        ),
    ),
    ("referrals", "Referrals", "/referrals/", frozenset({"care_coordinator"})),
    ("cases", "Cases", "/cases/", frozenset({"care_coordinator", "team_member"})),
    ("meetings", "Meetings", "/meetings/", frozenset({"care_coordinator", "team_member", "agency_head"})),
    ("partners", "Partners", "/partners/", frozenset({"care_coordinator", "agency_head", "administrator"})),
    ("people", "People", "/people/", frozenset({"administrator"})),
)


ICONS = {
    "desk": "home",
    "reports": "campaign",
    "referrals": "send",
    "cases": "folder_open",
    "meetings": "event",
    "partners": "groups",
    "people": "people",
}
FIRST_ON_A_PHONE = ("desk", "referrals", "cases", "meetings")


def places_of(viewer: Viewer, path: str) -> list[Place]:
    """The places of this viewer, the current one marked."""
    mine = [entry for entry in PLACES if "*" in entry[3] or viewer.roles & entry[3]]
    return [
        Place(key, label, where, is_here=(path == where if where == "/" else path.startswith(where)), icon=ICONS[key])
        for key, label, where, _ in mine
    ]


def bar_of(places: list[Place]) -> tuple[list[Place], list[Place]]:
    """The places of a phone's bottom bar (four, the fifth is More) and the rest, each in the order of the full bar."""
    first = [place for place in places if place.key in FIRST_ON_A_PHONE]
    chosen = (first + [place for place in places if place not in first])[:4]
    return [place for place in places if place in chosen], [place for place in places if place not in chosen]
