"""Agencies and rooms, for pages and for the slices above. Directory facts: no client stands here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from rightdoor.community.partners.models import Agency, Partnership, PartnershipLevel, Room
from rightdoor.domain.community_action import FOUR_PS
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.partnership import BY_KEY, Went, went
from rightdoor.domain.permission import ALL_REGIONS, Viewer
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.codes import normalise
from rightdoor.foundation.jurisdiction.active import active_pack, local


def agencies_of(viewer: Viewer, region: str = "") -> list[Agency]:
    """Active agencies that serve the region (or any), by name."""
    rows = Agency.objects.filter(is_active=True).prefetch_related("rooms").order_by("name")
    if region:
        rows = rows.filter(regions__contains=[region])
    return list(rows)


def agency_for(viewer: Viewer, code: str) -> Agency:
    """The agency of this code. Raises NotVisible."""
    agency = Agency.objects.prefetch_related("rooms").filter(code=normalise(code), is_active=True).first()
    if agency is None or not viewer.code:
        raise NotVisible
    return agency


def agency_names(codes: set[str]) -> dict[str, str]:
    """Names of agencies by code, in one query."""
    return dict(Agency.objects.filter(code__in=codes).values_list("code", "name"))


def keeps_own_records(code: str) -> bool:
    """Does this agency keep its records apart, because federal law on victim services asks it to? (SR-18)"""
    return Agency.objects.filter(code=code, keeps_own_records=True).exists()


def rooms_for(viewer: Viewer, region: str) -> list[Room]:
    """Rooms in which a team of this region may meet."""
    return list(
        Room.objects.filter(agency__is_active=True, agency__regions__contains=[region])
        .select_related("agency")
        .order_by("agency__name", "name")
    )


def agencies_named(viewer: Viewer, text: str, *, limit: int = 10) -> list[Agency]:
    """Agencies whose name contains the text, for whom partners are a place of theirs."""
    if len(text) < 2 or not viewer.roles & {"care_coordinator", "agency_head", "administrator"}:
        return []
    # Compared here: what was typed may be a child's name, and a statement with it could stand in a server's log.
    wanted = text.casefold()
    return [it for it in Agency.objects.filter(is_active=True).order_by("name") if wanted in it.name.casefold()][:limit]


# -------------------------------------------------------------------------------------------------------- partnerships

READERS = ("care_coordinator", "agency_head", "state_analyst")


@dataclass(frozen=True, slots=True)
class ShownLevel:
    """What was said of a pair at one time."""

    label: str
    explains: str
    went: Went
    four_ps: tuple[str, ...]
    since: date
    shows: str
    review_on: date
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class ShownPartnership:
    """A pair with what holds now; `is_due`: the day to look at it again has come."""

    partnership: Partnership
    level: str
    label: str
    four_ps: tuple[str, ...]
    since: date
    review_on: date
    is_due: bool


def regions_of_partnerships(viewer: Viewer, *roles: str) -> list[tuple[str, str]]:
    """The regions in which the viewer holds one of these roles (of those who read partnerships), key and name."""
    asked = roles or READERS
    return [
        (one.key, one.name) for one in active_pack().regions if any(viewer.covers_as(role, one.key) for role in asked)
    ]


def visible_partnerships(viewer: Viewer) -> QuerySet[Partnership]:
    """The pairs of the viewer's regions."""
    reached = viewer.regions_as(*READERS)
    rows = Partnership.objects.select_related("first", "second")
    return rows if ALL_REGIONS in reached else rows.filter(region__in=reached)


def partnership_for(viewer: Viewer, code: str) -> Partnership:
    """The pair of this code. Raises NotVisible."""
    found = visible_partnerships(viewer).filter(code=normalise(code)).first()
    if found is None:
        raise NotVisible
    return found


def partnership_rows(viewer: Viewer, now: datetime, *, region: str = "") -> list[ShownPartnership]:
    """Every pair with what holds of it, those due for a review first, then by name. Two queries."""
    rows = visible_partnerships(viewer)
    if region:
        rows = rows.filter(region=region)
    pairs = {one.pk: one for one in rows}
    newest: dict[int, PartnershipLevel] = {
        one.partnership_id: one
        for one in PartnershipLevel.objects.filter(partnership__in=list(pairs)).order_by("number")
    }
    today = local(now).date()
    found = [
        ShownPartnership(
            pairs[pk],
            one.level,
            BY_KEY[one.level].label,
            _words(one.four_ps),
            one.since,
            one.review_on,
            one.review_on <= today,
        )
        for pk, one in newest.items()
    ]
    return sorted(found, key=lambda one: (not one.is_due, one.partnership.first.name, one.partnership.second.name))


def levels_of(partnership: Partnership) -> list[ShownLevel]:
    """What was said of a pair, the newest first. Two queries."""
    rows = list(partnership.levels.order_by("number"))
    names = dict(Account.objects.filter(code__in={one.recorded_by for one in rows}).values_list("code", "name"))
    found, before = [], None
    for one in rows:
        known = BY_KEY[one.level]
        found.append(
            ShownLevel(
                known.label,
                known.explains,
                went(before, one.level),
                _words(one.four_ps),
                one.since,
                one.shows,
                one.review_on,
                one.recorded_at,
                names.get(one.recorded_by, ""),
            )
        )
        before = one.level
    return found[::-1]


def _words(keys: list[str]) -> tuple[str, ...]:
    return tuple(FOUR_PS[one] for one in keys if one in FOUR_PS)
