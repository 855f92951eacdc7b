"""Figures: how many were screened, what came of it, which indicators; by agency, area, tool and month. (SCR-4)"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from rightdoor.casework.screening import choices, queries
from rightdoor.casework.screening.deidentified import middle_of
from rightdoor.casework.screening.figures import Named, Narrowed, figures_for, regions_counted
from rightdoor.domain.permission import check_may
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.charts import Bar, Group, bar_chart
from rightdoor.foundation.ui.pages import respond


def index(request: HttpRequest) -> HttpResponse:
    """The last twelve months, narrowed to a tool or a region."""
    check_may(request.viewer, "screening.figures")
    regions = regions_counted(request.viewer)
    tools = [(one.key, one.title) for one in queries.tools_for(request.viewer)]
    narrowed = Narrowed(
        tool=_one_of(request, "tool", [key for key, _ in tools]),
        region=_one_of(request, "region", [key for key, _ in regions]),
    )
    found, area = figures_for(request.viewer, narrowed, request.now), active_pack().word("area")
    context = {
        "found": found,
        "narrowed": narrowed,
        "tools": tools,
        "regions": regions if len(regions) > 1 else [],
        "over_time": _chart("Screenings over time", found.over_time, "When"),
        "steps": [(choices.STEPS.get(one.name, "Not settled"), one.figure) for one in found.steps],
        "states": [(choices.STATES.get(one.name, one.name), one.figure) for one in found.states],
        "tables": [
            ("By agency", "Screenings by agency", "Agency", found.agencies),
            ("By tool", "Screenings by tool", "Tool", found.tools),
            (f"By {area}", f"Screenings by {area}", area.capitalize(), found.areas),
        ],
    }
    return respond(request, page="screening/numbers.html", context=context)


def _chart(title: str, lines: list[Named], of: str) -> object:
    groups = [
        Group(
            one.name,
            [
                Bar("Screened", middle_of(one.figure.count), one.figure.said),
                Bar("Positive", middle_of(one.figure.positive), one.figure.positive_said),
            ],
        )
        for one in lines
    ]
    return bar_chart(title, groups, of=of)


def _one_of(request: HttpRequest, name: str, known: list[str]) -> str:
    asked = request.GET.get(name, "")
    return asked if asked in known else ""
