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
from rightdoor.casework.clients.disclosure import opened_who
from rightdoor.casework.staffings import queries
from rightdoor.casework.staffings.choices import KINDS
from rightdoor.casework.staffings.models import Staffing
from rightdoor.casework.staffings.running.queries import beside
from rightdoor.casework.staffings.web.frame import staffing_of
from rightdoor.foundation.ui.pages import respond, wants_fragment

BEFORE, AFTER = timedelta(hours=1), timedelta(hours=2)  # around the meeting, in which the wall asks for changes
SHORTEST = 2  # letters of a name's part that is taken out of a text
AS_WRITTEN = 2  # letters up to which it must stand with its capital: "An" is a name, "an" is none


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
    name = shown_client(request.viewer, staffing.case, request.now).name if names else ""
    hidden = () if names else _names_of(request, staffing)
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
        "name": name,
        "topics": topics,
        "carried": [{"one": one, "text": without(one.text, hidden)} for one in opened.carried],
        "beside": beside(request.viewer, staffing, request.now),
        "is_on": meeting.starts_at - BEFORE <= request.now <= meeting.ends_at + AFTER,
        "stamp": stamp,
    }


def _names_of(request: HttpRequest, staffing: Staffing) -> tuple[str, ...]:
    """Every part of the client's name and of what else the client is called, as far as they are open to the viewer."""
    client = staffing.case.client
    known = opened_who(request.viewer, [client], request.now, action="list", verb="client.identity_seen")
    who = known.get(client.pk)
    if who is None:
        return ()
    parts = (part for name in (who.given, who.family, *who.aliases) for part in re.findall(r"\w+", name))
    return tuple(dict.fromkeys(part for part in parts if len(part) >= SHORTEST))


def without(text: str, parts: tuple[str, ...]) -> str:
    """The text with these parts of a name taken out, wherever they stand as words of their own."""
    for part in sorted(parts, key=len, reverse=True):
        flags = re.IGNORECASE if len(part) > AS_WRITTEN else re.NOFLAG
        text = re.sub(rf"\b{re.escape(part)}\b", "\u2013", text, flags=flags)
    return text
