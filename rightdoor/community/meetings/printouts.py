"""iCalendar files of meetings: a code, a time and a place, no name, no fact, no kind of work. And the sign-in sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from icalendar import Calendar, Event

from rightdoor.community.meetings.models import Meeting
from rightdoor.community.meetings.queries import invitations_of
from rightdoor.community.meetings.words import KINDS, MODES, WITH_CASES
from rightdoor.community.partners.queries import agency_names
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.jurisdiction.templatetags.words import when
from rightdoor.foundation.printing.pdf import render_pdf

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


EMPTY_LINES = 4  # for whoever comes without having been invited here
PROMISE = (
    "I am here for the work of this team, and for the cases that are open to me.",
    "What I hear and see here I use for the safety and care of the people concerned, and for nothing else.",
    "I tell nobody, copy nothing, take no picture, and write no name into mail or calendars.",
    "If I know somebody of whom we speak, or somebody accused, I say so now and leave the room for that case.",
    "This promise does not end with the meeting.",
)
PLAIN_PROMISE = (
    "This meeting is about the work and not about a case. I name no client here, and nothing by which one is known.",
    "What others say of their agencies I do not pass on without asking them.",
)


def sign_in_context(viewer: Viewer, meeting: Meeting, now: datetime) -> dict[str, Any]:
    """Who is invited, with a line to sign, under the statement on confidentiality. Members of staff only."""
    rows = invitations_of(meeting)
    agencies = agency_names({row.account.agency_code for row in rows} - {""})
    label = active_pack().teams.all().label
    people = []
    for row in rows:
        who = row.delegate if row.answer == "delegated" and row.delegate else row.account
        name = who.name if who is row.account else f"{who.name} (for {row.account.name})"
        people.append([name, label(row.discipline), agencies.get(who.agency_code, ""), ""])
    place = f"{meeting.room.name}, {meeting.room.agency.name}" if meeting.room else "Not chosen"
    return {
        "title": "Sign-in sheet",
        "language": "en",
        "code": meeting.code,
        "kind": KINDS.get(meeting.kind, meeting.kind),
        "notice": "To be kept by whoever called the meeting.",
        "made": f"Printed {when(now)} by {viewer.name}.",
        "facts": [["When", when(meeting.starts_at)], ["How", MODES[meeting.mode]], ["Where", place]],
        "promise": list(PROMISE if meeting.kind in WITH_CASES else PLAIN_PROMISE),
        "people": people + [["", "", "", ""]] * EMPTY_LINES,
    }


def sign_in_sheet(viewer: Viewer, meeting: Meeting, *, now: datetime) -> bytes:
    """The sign-in sheet as a tagged PDF. It names no client."""
    return render_pdf("meetings/sign_in.typ", sign_in_context(viewer, meeting, now))
