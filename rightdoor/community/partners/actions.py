"""Acts on partners."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rightdoor.community.partners.models import Agency, Room
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.jurisdiction.active import active_pack


@action("partner.added")
def add_partner(
    viewer: Viewer,
    *,
    name: str,
    discipline: str,
    level: str,
    regions: Sequence[str],
    keeps_own_records: bool = False,
    emergency_phone: str = "",
    now: datetime,
) -> Agency:
    """Adds an agency that serves the given regions. (TEAM-1)

    Raises RuleBroken for an unknown region or discipline, NotPermitted for whom partners are not theirs to keep.
    """
    check_may(viewer, "partner.add", None)
    pack = active_pack()
    known = {region.key for region in pack.regions}
    if unknown := [key for key in regions if key not in known]:
        raise RuleBroken(f"Choose regions from the list; {unknown[0]} is not one of them.")
    if not regions:
        raise RuleBroken("Choose at least one region that the agency serves.")
    if not name.strip():
        raise RuleBroken("Give the agency its name.")
    if discipline not in pack.teams.all():
        raise RuleBroken("Choose the agency's discipline from the list.")
    agency = Agency.objects.create(
        name=name.strip(),
        discipline=discipline,
        level=level,
        regions=list(regions),
        keeps_own_records=keeps_own_records,
        emergency_phone=emergency_phone,
    )
    record(viewer, "partner.added", agency)
    return agency


@action("partner.room_added")
def add_room(
    viewer: Viewer, agency: Agency, *, name: str, address: str = "", video_url: str = "", now: datetime
) -> Room:
    """Adds a place where teams can meet. (MTG-2)"""
    check_may(viewer, "partner.add", None)
    if not address and not video_url:
        raise RuleBroken("Give the room an address, a video address, or both.")
    room = Room.objects.create(agency=agency, name=name, address=address, video_url=video_url)
    record(viewer, "partner.room_added", room)
    return room
