"""The bar of places, in the user's words: only those that the person has."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rightdoor.domain.permission import Viewer

EVERYONE = frozenset({"*"})


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the bar. `icon` is a picture of the sprite, shown beside the label on phones."""

    key: str
    label: str
    path: str
    icon: str
    roles: frozenset[str] = EVERYONE
    is_here: bool = False


REPORT_ROLES = frozenset(
    {"child_welfare_desk", "state_police_desk", "alliance_reviewer", "advocacy_desk", "care_coordinator"}
)
PLACES = (
    Place("desk", "Desk", "/", "home"),
    Place("reports", "Reports", "/reports/", "campaign", REPORT_ROLES),
    Place(
        "screening",
        "Screening",
        "/screening/",
        "assessment",
        frozenset({"care_coordinator", "screener", "agency_head", "state_analyst"}),
    ),
    Place("referrals", "Referrals", "/referrals/", "send", frozenset({"care_coordinator"})),
    Place("cases", "Cases", "/cases/", "folder_open", frozenset({"care_coordinator", "team_member"})),
    Place("services", "Services", "/service-referrals/", "connect_without_contact", frozenset({"care_coordinator"})),
    Place("meetings", "Meetings", "/meetings/", "event", frozenset({"care_coordinator", "team_member", "agency_head"})),
    Place(
        "program",
        "Program",
        "/assessments/",
        "trending_up",
        frozenset({"care_coordinator", "agency_head", "state_analyst", "alliance_reviewer"}),
    ),
    Place(
        "partners", "Partners", "/partners/", "groups", frozenset({"care_coordinator", "agency_head", "administrator"})
    ),
    Place(
        "numbers",
        "Numbers",
        "/numbers/",
        "insights",
        frozenset({"care_coordinator", "state_analyst", "alliance_reviewer", "auditor"}),
    ),
    Place("figures", "Yearly figures", "/figures/", "list", frozenset({"agency_head", "state_analyst"})),
    Place("exports", "Exports", "/exports/", "save_alt", frozenset({"state_analyst", "privacy_officer"})),
    Place(
        "annual", "Annual reports", "/annual/", "topic", frozenset({"state_analyst", "alliance_reviewer", "auditor"})
    ),
    Place("lessons", "Lessons", "/lessons/", "local_library", frozenset({"alliance_reviewer"})),
    Place("protocols", "Protocols", "/districts/", "verified_user", frozenset({"administrator", "alliance_reviewer"})),
    Place(
        "emergency",
        "Emergency access",
        "/emergency-access/",
        "lock",
        frozenset({"duty_officer", "privacy_officer"}),
    ),
    Place(
        "privacy",
        "Privacy",
        "/privacy/",
        "visibility",
        frozenset({"privacy_officer", "agency_head", "auditor", "administrator"}),
    ),
    Place("people", "People", "/people/", "people", frozenset({"administrator"})),
    Place("audit", "Audit trail", "/audit/", "history", frozenset({"auditor"})),
)
FIRST_ON_A_PHONE = ("desk", "referrals", "cases", "meetings")


def places_of(viewer: Viewer, path: str) -> list[Place]:
    """The places of this viewer, the current one marked."""
    mine = [place for place in PLACES if place.roles == EVERYONE or viewer.roles & place.roles]
    return [replace(place, is_here=_is_in(path, place.path)) for place in mine]


def bar_of(places: list[Place]) -> tuple[list[Place], list[Place]]:
    """The places of a phone's bottom bar (four, the fifth is More) and the rest, each in the order of the full bar."""
    first = [place for place in places if place.key in FIRST_ON_A_PHONE]
    chosen = (first + [place for place in places if place not in first])[:4]
    return [place for place in places if place in chosen], [place for place in places if place not in chosen]


def _is_in(path: str, place: str) -> bool:
    return path == place if place == "/" else path.startswith(place)
