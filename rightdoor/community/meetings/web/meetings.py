"""The list of meetings, and one meeting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse

from rightdoor.community.meetings import queries
from rightdoor.community.meetings.forms import AnswerForm
from rightdoor.community.meetings.models import Meeting
from rightdoor.community.meetings.words import ANSWERS, KINDS, MODES, STATES, WITH_CASES
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import acts_open_to
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import respond


def index(request: HttpRequest) -> HttpResponse:
    """Coming meetings, or with ?past=1 those of the last three months."""
    past = request.GET.get("past") == "1"
    since = request.now - timedelta(days=92) if past else request.now - timedelta(hours=12)
    until = request.now if past else None
    rows = queries.meeting_rows(request.viewer, since=since, until=until, limit=200)
    if past:
        rows.reverse()
    lines = [
        {
            "row": row,
            "kind": KINDS.get(row.kind, row.kind),
            "mode": MODES[row.mode],
            "state": STATES[row.state],
            "answer": ANSWERS.get(row.my_answer, ""),
            "waits": row.my_answer == "invited" and row.state == "convened" and row.starts_at > request.now,
        }
        for row in rows
    ]
    owed = queries.briefings_owed(request.viewer, request.now) if request.viewer.has("care_coordinator") else []
    coordinates = request.viewer.has("care_coordinator")
    context = {
        "lines": lines,
        "past": past,
        "owed": owed,
        "calls_staffings": coordinates,
        "calls": coordinates or request.viewer.has("alliance_reviewer"),
        "sees_participation": coordinates,
    }
    return respond(request, page="meetings/meetings.html", context=context)


def participation(request: HttpRequest) -> HttpResponse:
    """Who came, agency by agency, over the last two years. Members of staff and sums; no client. (MTG-3)"""
    if not request.viewer.has("care_coordinator"):
        raise NotVisible
    rows = queries.participation_of(request.viewer, request.now)
    record_read(request.viewer, "meeting.read", kind="meeting", purpose="participation")
    quarters = sorted({row.quarter for row in rows}, reverse=True)
    asked = request.GET.get("quarter", "")
    chosen = asked if asked in quarters else ""
    context = {
        "quarters": quarters,
        "chosen": chosen,
        "rows": [row for row in rows if not chosen or row.quarter == chosen],
    }
    return respond(request, page="meetings/participation.html", context=context)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """One meeting: when, where, who comes, what is owed."""
    meeting = queries.meeting_for(request.viewer, code)
    return respond(request, page="meetings/meeting.html", context=meeting_context(request, meeting))


def meeting_context(request: HttpRequest, meeting: Meeting, answer: AnswerForm | None = None) -> dict[str, Any]:
    """What the page of a meeting and its fragments show."""
    viewer, now = request.viewer, request.now
    invitations = queries.invitations_of(meeting)
    mine = next((row for row in invitations if row.account.code == viewer.code), None)
    label = active_pack().teams.all().label
    has_begun, is_held = now >= meeting.starts_at, any(row.attendance for row in invitations)
    quorum = queries.quorum_of(invitations, held=is_held)
    may = acts_open_to(viewer, queries.standing_of(viewer, meeting))
    may_answer = mine is not None and "meeting.attend" in may and meeting.state == "convened" and not has_begun
    if may_answer and answer is None:
        said = mine.answer if mine and mine.answer != "invited" else None
        answer = AnswerForm(
            delegates=queries.delegates_for(viewer, meeting),
            initial={"answer": said, "delegate": mine.delegate.code if mine and mine.delegate else ""},
        )
    return {
        "meeting": meeting,
        "kind": KINDS.get(meeting.kind, meeting.kind),
        "mode": MODES[meeting.mode],
        "state": STATES[meeting.state],
        "people": [
            {"row": row, "discipline": label(row.discipline), "said": said_of(row), "is_core": row.kind == "core"}
            for row in invitations
        ],
        "owed": [row for row in invitations if row.briefing_due and has_begun],
        "mine": mine,
        "my_answer": ANSWERS[mine.answer] if mine else "",
        "answer_form": answer if may_answer else None,
        "quorum": quorum,
        "present_core": [label(key) for key in quorum.present],
        "lacking_core": [label(key) for key in quorum.lacking],
        "is_held": is_held,
        "has_begun": has_begun,
        "may_record": "meeting.record_attendance" in may and has_begun,
        "may_print": "meeting.record_attendance" in may,
        "has_minutes": meeting.kind in {agenda.kind for agenda in active_pack().agendas},
        "shows_staffings": meeting.kind in WITH_CASES,
    }


def said_of(row: Any) -> str:
    """What is known of somebody's coming, in words."""
    if row.attendance == "present":
        how = MODES.get(row.attended_as, "").lower()
        by = f" ({row.delegate.name})" if row.answer == "delegated" and row.delegate else ""
        return f"Present, {how}{by}"
    if row.attendance == "absent":
        return "Excused" if row.answer == "excused" else "Absent"
    if row.answer == "delegated" and row.delegate:
        return f"Sends {row.delegate.name}"
    return ANSWERS[row.answer]
