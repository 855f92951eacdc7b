"""The queue of lessons: a second person reads each line before it may go into the library."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.closure import actions, queries
from rightdoor.casework.closure.choices import LESSON_STATES
from rightdoor.casework.closure.web.forms import AnswerForm
from rightdoor.domain.errors import RuleBroken
from rightdoor.foundation.ui.pages import done, respond


def index(request: HttpRequest) -> HttpResponse:
    """What waits, what was released, or what was sent back. The same address gives the same list."""
    return _page(request)


def release(request: HttpRequest, code: str) -> HttpResponse:
    """Releases a lesson."""
    lesson = queries.lesson_for(request.viewer, code)
    try:
        actions.release_lesson(request.viewer, lesson, now=request.now)
    except RuleBroken as refusal:
        return _page(request, refusal=str(refusal), status=422)
    messages.success(request, "Released for the library.")
    return done(request, "/lessons/")


def send_back(request: HttpRequest, code: str) -> HttpResponse:
    """Sends a lesson back with a word why."""
    lesson = queries.lesson_for(request.viewer, code)
    form = AnswerForm(request.POST)
    try:
        why = form.cleaned_data["why"] if form.is_valid() else ""
        actions.send_lesson_back(request.viewer, lesson, why=why, now=request.now)
    except RuleBroken as refusal:
        return _page(request, refusal=str(refusal), typed=(lesson.code, request.POST.get("why", "")), status=422)
    messages.success(request, "Sent back. Its writer was told.")
    return done(request, "/lessons/")


def _page(
    request: HttpRequest, *, refusal: str = "", typed: tuple[str, str] = ("", ""), status: int = 200
) -> HttpResponse:
    state = request.GET.get("state", "waits")
    state = state if state in LESSON_STATES else "waits"
    code, why = typed
    context = {
        "lines": [
            {
                "one": one,
                "state": LESSON_STATES[one.state],
                "form": AnswerForm(initial={"why": why if one.code == code else ""}, auto_id=f"id_{one.code}_%s"),
            }
            for one in queries.lessons(request.viewer, request.now, state=state)
        ],
        "state": state,
        "states": LESSON_STATES,
        "refusal": refusal,
    }
    return respond(request, page="closure/lessons.html", context=context, status=status)
