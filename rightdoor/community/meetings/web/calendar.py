"""Calendar files: one meeting, and a member's private feed. Codes, times and places; never a name or a kind of work."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from rightdoor.community.meetings import actions, queries
from rightdoor.community.meetings.printouts import calendar_of
from rightdoor.domain.errors import NotVisible
from rightdoor.foundation.access.viewers import arriving_viewer
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.ui.pages import respond


def invitation(request: HttpRequest, code: str) -> HttpResponse:
    """One meeting as a file for the viewer's own calendar."""
    meeting = queries.meeting_for(request.viewer, code)
    record_read(request.viewer, "calendar.fetched", meeting)
    return _calendar(calendar_of([meeting], now=request.now), f"meeting-{meeting.code}.ics")


def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The meetings of the member whose address this is, without signing in. An unknown address is not found."""
    found = queries.meetings_of_feed(secret, request.now)
    if found is None:
        raise NotVisible
    account, meetings = found
    record_read(arriving_viewer(account), "calendar.fetched", account, kind="account", meetings=len(meetings))
    return _calendar(calendar_of(meetings, now=request.now), "meetings.ics")


def show(request: HttpRequest) -> HttpResponse:
    """Whether the viewer has a private address, and the way to a new one."""
    return respond(
        request, page="meetings/feed.html", context={"made_at": queries.feed_made_at(request.viewer), "address": ""}
    )


def create(request: HttpRequest) -> HttpResponse:
    """A new private address, shown this once; the one before stops at once."""
    secret = actions.make_feed(request.viewer, now=request.now)
    origin = settings.ENV.origin or f"{request.scheme}://{request.get_host()}"
    context = {"made_at": request.now, "address": f"{origin}/feed/{secret}.ics"}
    return respond(request, page="meetings/feed.html", context=context)


def _calendar(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
