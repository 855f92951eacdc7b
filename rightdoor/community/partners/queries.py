"""Agencies and rooms, for pages and for the slices above. Directory facts: no client stands here."""

from __future__ import annotations

from rightdoor.community.partners.models import Agency, Room
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.codes import normalise


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
