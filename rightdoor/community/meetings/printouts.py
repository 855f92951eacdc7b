"""iCalendar files of meetings. They carry a code, a time and a place: no name, no fact, no kind of work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from icalendar import Calendar, Event

from rightdoor.community.meetings.models import Meeting

STATUS = {"convened": "CONFIRMED", "held": "CONFIRMED", "cancelled": "CANCELLED"}


def calendar_of(meetings: Sequence[Meeting], *, now: datetime, method: str = "PUBLISH") -> bytes:
    """The meetings as an iCalendar file. The title is the same for every meeting of every team."""
    calendar = Calendar()
    calendar.add("prodid", "-//Rightdoor//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for meeting in meetings:
        event = Event()
        event.add("uid", f"{meeting.code}@rightdoor.invalid")
        event.add("sequence", meeting.change_number)
        event.add("dtstamp", now)
        event.add("dtstart", meeting.starts_at)
        event.add("dtend", meeting.ends_at)
        event.add("summary", f"Team meeting {meeting.code}")
        event.add("status", STATUS[meeting.state])
        event.add("class", "PRIVATE")
        if meeting.room is not None:
            event.add("location", meeting.room.address or meeting.room.name)
        calendar.add_component(event)
    return calendar.to_ical()
