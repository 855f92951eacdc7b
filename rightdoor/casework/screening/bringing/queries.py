"""What a sheet of this viewer may say, and the sheets that the viewer brought."""

from __future__ import annotations

from datetime import datetime, timedelta

from rightdoor.casework.intake import flow
from rightdoor.casework.screening.bringing.reading import Known
from rightdoor.casework.screening.models import BroughtResults
from rightdoor.casework.screening.queries import COORDINATOR, region_for, tools_for
from rightdoor.community.partners.queries import agencies_of, agency_names
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import ALL_REGIONS, Viewer, check_may
from rightdoor.foundation.codes import normalise
from rightdoor.foundation.jurisdiction.active import active_pack, local

UNDONE_WITHIN = timedelta(days=7)


def known_to(viewer: Viewer, now: datetime) -> Known:
    """What a sheet of this viewer may say. A partner brings results of its own agency, a coordinator of those of the
    regions that they coordinate. Raises NotPermitted.
    """
    check_may(viewer, "screening.bring_results")
    pack = active_pack()
    coordinates = viewer.has(COORDINATOR)
    regions = viewer.regions_as(COORDINATOR)
    everywhere = ALL_REGIONS in regions
    agencies = agency_names({viewer.agency})
    if coordinates:
        own = agencies_of(viewer)
        agencies |= {one.code: one.name for one in own if everywhere or regions & set(one.regions)}
    return Known(
        tools={one.key: one for one in tools_for(viewer)},
        areas={area.key: area.name for area in pack.areas},
        region_of=lambda area: flow.region_of(pack, area) or region_for(viewer, ""),
        served=None if everywhere or not coordinates else frozenset(regions),
        agencies=agencies,
        agency=viewer.agency,
        area_word=pack.word("area"),
        today=local(now).date(),
    )


def brought_by(viewer: Viewer, *, limit: int = 10) -> list[BroughtResults]:
    """The sheets that the viewer brought, the newest first."""
    return list(BroughtResults.objects.filter(brought_by=viewer.code).order_by("-brought_at", "-id")[:limit])


def brought_for(viewer: Viewer, code: str) -> BroughtResults:
    """A sheet of the viewer's own. Raises NotVisible."""
    found = BroughtResults.objects.filter(code=normalise(code), brought_by=viewer.code).first() if viewer.code else None
    if found is None:
        raise NotVisible
    return found
