"""What every template has: the viewer's places, the region, the demonstration banner."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.sealing.seals import away_now
from rightdoor.foundation.ui.places import bar_of, places_of
from rightdoor.foundation.ui.switches import NAMES_HIDDEN, tongues


def page(request: HttpRequest) -> dict[str, object]:
    """Context of every page. No query but the session's, and that only for people who are signed in."""
    viewer = getattr(request, "viewer", None)
    is_known = bool(viewer and viewer.code)
    places = places_of(viewer, request.path) if viewer and is_known else []
    bar, more = bar_of(places)
    return {
        "viewer": viewer,
        "serving": _serving(viewer.regions) if viewer and is_known else [],
        "places": places,
        "bar": bar,
        "more": more,
        "is_demonstration": settings.ENV.demo,
        "pack": active_pack(),
        "languages": tongues(),
        "language_links": [],
        "names_hidden": is_known and bool(request.session.get(NAMES_HIDDEN)),
        "veil_minutes": settings.ENV.veil_minutes,
        "lock_minutes": settings.ENV.lock_minutes,
        "now": getattr(request, "now", None),
        "here": request.path,
        "key_away": lambda: bool(away_now()),  # asked when the page is written, after it was read
    }


def _serving(regions: frozenset[str]) -> list[str]:
    """The names of a person's regions; everywhere is said in words."""
    if "*" in regions:
        return [_("The whole state")]
    return [region.name for region in active_pack().regions if region.key in regions]
