"""A member's own answer to an invitation."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from rightdoor.community.meetings import actions, queries
from rightdoor.community.meetings.forms import AnswerForm
from rightdoor.community.meetings.web.meetings import meeting_context
from rightdoor.domain.errors import RuleBroken
from rightdoor.foundation.ui.pages import done, respond

FRAGMENT = "meetings/_answer.html"


def show(request: HttpRequest, code: str) -> HttpResponse:
    """The meeting with the form; for htmx the form alone."""
    meeting = queries.meeting_for(request.viewer, code)
    context = meeting_context(request, meeting)
    return respond(request, page="meetings/meeting.html", fragment=FRAGMENT, context=context)


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Answers; a further answer replaces the one before, until the meeting begins."""
    meeting = queries.meeting_for(request.viewer, code)
    form = AnswerForm(request.POST, delegates=queries.delegates_for(request.viewer, meeting))
    if form.is_valid():
        try:
            actions.answer_invitation(
                request.viewer,
                meeting,
                answer=form.cleaned_data["answer"],
                delegate=form.cleaned_data["delegate"],
                now=request.now,
            )
            context = meeting_context(request, meeting)
            return done(request, f"/meetings/{meeting.code}/", fragment=FRAGMENT, context=context)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    context = meeting_context(request, meeting, form)
    return respond(request, page="meetings/meeting.html", fragment=FRAGMENT, context=context, status=422)
