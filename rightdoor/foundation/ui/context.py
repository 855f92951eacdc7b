"""What every template has: the viewer's places, the region, the demonstration banner."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.places import places_of


def page(request: HttpRequest) -> dict[str, object]:
    """Context of every page. No query."""
    viewer = getattr(request, "viewer", None)
    return {
        "viewer": viewer,
        "places": places_of(viewer, request.path) if viewer and viewer.code else [],
        "is_demonstration": settings.ENV.demo,
        "pack": active_pack(),
        "veil_minutes": settings.ENV.veil_minutes,
        "now": getattr(request, "now", None),
        "here": request.path,
    }
