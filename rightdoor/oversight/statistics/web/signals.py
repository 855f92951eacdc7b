"""Early signals of a region, for who coordinates it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import may
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import respond
from rightdoor.oversight.statistics.signals import label_of, look_at


def show(request: HttpRequest) -> HttpResponse:
    """Of one region at a time: a source that falls silent in one would not show in several together."""
    viewer = request.viewer
    mine = [(one.key, one.name) for one in active_pack().regions if viewer.covers_as("care_coordinator", one.key)]
    if not mine or not may(viewer, "figures.read"):
        raise NotVisible
    asked = request.GET.get("region", "")
    region = asked if asked in dict(mine) else mine[0][0]
    look = look_at(viewer, region, request.now)
    context = {
        "look": look,
        "regions": mine,
        "region": region,
        "place": dict(mine)[region],
        "newest": label_of(look.newest),
        "before": label_of(look.before),
    }
    return respond(request, page="statistics/signals.html", context=context)
