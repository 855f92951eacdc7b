"""Who was there, and who was briefed afterwards."""

from __future__ import annotations

from contextlib import suppress

from django.http import HttpRequest, HttpResponse

from rightdoor.community.meetings import actions, queries
from rightdoor.community.meetings.forms import AttendanceForm
from rightdoor.community.meetings.models import Meeting
from rightdoor.community.meetings.printouts import sign_in_sheet
from rightdoor.community.meetings.web.meetings import meeting_context
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.codes import normalise
from rightdoor.foundation.ui.pages import done, respond


def show(request: HttpRequest, code: str) -> HttpResponse:
    """One line a seat."""
    meeting = _meeting(request, code)
    form = AttendanceForm(invitations=queries.invitations_of(meeting))
    return respond(request, page="meetings/attendance.html", context={"form": form, "meeting": meeting})


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Records who was there; recorded anew, the later word holds."""
    meeting = _meeting(request, code)
    form = AttendanceForm(request.POST, invitations=queries.invitations_of(meeting))
    if form.is_valid():
        try:
            actions.record_attendance(request.viewer, meeting, present=form.present(), now=request.now)
            return done(request, f"/meetings/{meeting.code}/")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, page="meetings/attendance.html", context={"form": form, "meeting": meeting}, status=422)


def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """The sign-in sheet with the statement on confidentiality, to sign by hand."""
    meeting = _meeting(request, code)
    content = sign_in_sheet(request.viewer, meeting, now=request.now)
    record_read(request.viewer, "meeting.read", meeting, purpose="sign-in")
    headers = {"Content-Disposition": f'attachment; filename="sign-in-{meeting.code}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def brief(request: HttpRequest, code: str, invitation: str) -> HttpResponse:
    """An absent member was briefed."""
    meeting = _meeting(request, code)
    seat = meeting.invitations.select_related("meeting", "account").filter(code=normalise(invitation)).first()
    if seat is None:
        raise NotVisible
    with suppress(RuleBroken):  # pressed twice: the page shows that it was done
        actions.mark_briefed(request.viewer, seat, now=request.now)
    context = meeting_context(request, meeting)
    return done(request, f"/meetings/{meeting.code}/", fragment="meetings/_briefings.html", context=context)


def _meeting(request: HttpRequest, code: str) -> Meeting:
    meeting = queries.meeting_for(request.viewer, code)
    check_may(request.viewer, "meeting.record_attendance", queries.standing_of(request.viewer, meeting))
    return meeting
