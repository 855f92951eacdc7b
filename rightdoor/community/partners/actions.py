"""Acts on partners."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rightdoor.community.partners.models import Agency, Partnership, PartnershipLevel, Room
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.partnership import LevelTold, checked
from rightdoor.domain.permission import Standing, Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.once import own_code, sent_before


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


@action("partnership.assessed")
def assess_partnership(
    viewer: Viewer,
    *,
    region: str,
    agencies: tuple[Agency, Agency],
    told: LevelTold,
    seen: int,
    now: datetime,
    code: str = "",
) -> PartnershipLevel:
    """Says how closely two agencies work together in a region, or says it anew after a review. (TEAM-9)

    `seen`: how many times it had been said when the form was made. `code`: the code that the form brings along; sent
    twice, one is made. Raises NotPermitted, and RuleBroken for the same agency twice, one that does not serve the
    region, when somebody else has said it meanwhile, or as `domain.partnership.checked`.
    """
    check_may(viewer, "partnership.assess", Standing(region=viewer.covers_as("care_coordinator", region)))
    first, second = sorted(agencies, key=lambda one: one.pk)
    if first.pk == second.pk:
        raise RuleBroken("Choose two different agencies.")
    if not all(one.is_active and region in one.regions for one in (first, second)):
        raise RuleBroken("Choose agencies that serve this region.")
    told = checked(told, local(now).date())
    pair, _ = Partnership.objects.get_or_create(region=region, first=first, second=second)
    held = Partnership.objects.select_for_update().get(pk=pair.pk)
    code = own_code(viewer, PartnershipLevel, held.code, code)
    again = sent_before(held.levels.filter(recorded_by=viewer.code), code)
    if again is not None:
        record(viewer, "partnership.assessed", held, repeated=True)
        return again
    if held.levels.count() != seen:
        raise RuleBroken("Somebody has said it of these two already. Look at what stands there, then say it again.")
    level = held.levels.create(
        code=code or new_code(),
        number=seen + 1,
        level=told.level,
        four_ps=list(told.four_ps),
        since=told.since,
        shows=told.shows,
        review_on=told.review_on,
        recorded_at=now,
        recorded_by=viewer.code,
    )
    record(viewer, "partnership.assessed", held, level=level.level, number=level.number)
    return level
