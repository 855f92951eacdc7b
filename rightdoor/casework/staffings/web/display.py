"""The page for the wall: one case's topics, decisions and tasks, live, under its code. Names only by a switch.

It asks for changes every ten seconds while the meeting is on, and for nothing else. Where nothing changed the answer
is empty, so that a wall that is looked at for an hour does not write an hour of readings into the trail.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases.queries import shown_client
from rightdoor.casework.staffings import queries
from rightdoor.casework.staffings.choices import KINDS
from rightdoor.casework.staffings.models import Staffing
from rightdoor.casework.staffings.running.queries import beside
from rightdoor.casework.staffings.web.frame import staffing_of
from rightdoor.foundation.ui.pages import respond, wants_fragment

BEFORE, AFTER = timedelta(hours=1), timedelta(hours=2)  # around the meeting, in which the wall asks for changes
SHORTEST = 3  # letters of a name's part that is taken out of a text


def show(request: HttpRequest, code: str) -> HttpResponse:
    """The wall, or for htmx what has changed on it since it asked last."""
    staffing = staffing_of(request, code)
    queries.check_core_is_open(
        request.viewer, staffing, queries.standing_for(request.viewer, staffing, request.now), request.now
    )
    stamp = queries.stamp_of(staffing)
    if wants_fragment(request) and request.GET.get("seen") == stamp:
        return HttpResponse(status=204)
    context = _context(request, staffing, stamp)
    return respond(request, page="staffings/display.html", fragment="staffings/_display.html", context=context)


def _context(request: HttpRequest, staffing: Staffing, stamp: str) -> dict[str, Any]:
    names = request.GET.get("names") == "1"
    opened = queries.open_staffing(request.viewer, staffing, request.now)
    shown = shown_client(request.viewer, staffing.case, request.now)
    hidden = () if names else tuple(part for part in re.findall(r"\w+", shown.name) if len(part) >= SHORTEST)
    topics = [
        {
            "label": topic.label,
            "decisions": [without(one.text, hidden) for one in topic.decisions],
            "items": [{"one": one, "text": without(one.text, hidden)} for one in topic.items],
        }
        for topic in opened.topics
    ]
    meeting = staffing.meeting
    return {
        "staffing": staffing,
        "case": staffing.case,
        "meeting": meeting,
        "kind": KINDS[staffing.kind],
        "names": names,
        "name": shown.name if names else "",
        "topics": topics,
        "carried": [{"one": one, "text": without(one.text, hidden)} for one in opened.carried],
        "beside": beside(request.viewer, staffing, request.now),
        "is_on": meeting.starts_at - BEFORE <= request.now <= meeting.ends_at + AFTER,
        "stamp": stamp,
    }


def without(text: str, parts: tuple[str, ...]) -> str:
    """The text with these parts of a name taken out, wherever they stand as words of their own."""
    if not parts:
        return text
    found = "|".join(re.escape(part) for part in sorted(parts, key=len, reverse=True))
    return re.sub(rf"\b(?:{found})\b", "\u2013", text, flags=re.IGNORECASE)
