"""One topic of the agenda: its minutes, decisions and action items, each a fragment of the staffing's page."""

from __future__ import annotations

from dataclasses import replace
from os.path import commonprefix
from typing import Any

from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases.queries import names_of_accounts
from rightdoor.casework.staffings import actions, queries
from rightdoor.casework.staffings.actions import Conflict
from rightdoor.casework.staffings.models import Staffing
from rightdoor.casework.staffings.web.forms import DecisionForm, ItemForm, MinutesForm
from rightdoor.casework.staffings.web.frame import frame, staffing_of
from rightdoor.casework.staffings.web.record import board_of, may_be_written
from rightdoor.domain.errors import RuleBroken
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.foundation.ui.typed import PLAIN, is_draft, kept

PAGE, MINUTES, OUTCOMES = "staffings/topic.html", "staffings/_minutes.html", "staffings/_outcomes.html"


def show(request: HttpRequest, code: str, topic: str) -> HttpResponse:
    """The topic alone, or its minutes for htmx."""
    staffing = staffing_of(request, code)
    return respond(request, page=PAGE, fragment=MINUTES, context=_context(request, staffing, topic))


def show_outcomes(request: HttpRequest, code: str, topic: str) -> HttpResponse:
    """The topic alone, or its decisions and action items for htmx."""
    staffing = staffing_of(request, code)
    return respond(request, page=PAGE, fragment=OUTCOMES, context=_context(request, staffing, topic))


def write(request: HttpRequest, code: str, topic: str) -> HttpResponse:
    """Keeps the minutes of the topic. When somebody else was first, both texts are shown and nothing is overwritten."""
    staffing = staffing_of(request, code)
    form = _minutes_form(request, staffing, topic)
    by_itself = is_draft(request)
    if not form.is_valid():
        if by_itself:
            return HttpResponse("Not kept. Press Keep the minutes to see why.", status=422, content_type=PLAIN)
        context = _context(request, staffing, topic, minutes=form)
        return respond(request, page=PAGE, fragment=MINUTES, context=context, status=422)
    data = form.cleaned_data
    try:
        text, version = _text(request, staffing, topic, data["text"], data["version"])
        written = actions.write_minutes(
            request.viewer,
            staffing,
            topic=topic,
            text=text,
            version=version,
            page=data["page"],
            now=request.now,
        )
    except RuleBroken as refusal:
        if by_itself:
            return HttpResponse(str(refusal), status=422, content_type=PLAIN)
        form.add_error(None, str(refusal))
        context = _context(request, staffing, topic, minutes=form)
        return respond(request, page=PAGE, fragment=MINUTES, context=context, status=422)
    if isinstance(written, Conflict):
        written = replace(written, yours=data["text"])  # as typed, without an older text of theirs before it
        return _conflict(request, staffing, topic, written, by_itself=by_itself)
    if by_itself:
        return kept(request.now)
    context = _context(request, staffing, topic, kept_at=request.now)
    return done(request, f"/staffings/{staffing.code}/#topic-{topic}", fragment=MINUTES, context=context)


def decide(request: HttpRequest, code: str, topic: str) -> HttpResponse:
    """Records a decision."""
    staffing = staffing_of(request, code)
    form = DecisionForm(request.POST, auto_id=f"id_{topic}_decision_%s")
    if form.is_valid():
        try:
            actions.record_decision(request.viewer, staffing, topic=topic, now=request.now, **form.cleaned_data)
            return _outcome(request, staffing, topic)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    context = _context(request, staffing, topic, decision=form)
    return respond(request, page=PAGE, fragment=OUTCOMES, context=context, status=422)


def assign(request: HttpRequest, code: str, topic: str) -> HttpResponse:
    """Gives somebody something to do."""
    staffing = staffing_of(request, code)
    form = ItemForm(request.POST, people=queries.people_at(staffing), auto_id=f"id_{topic}_item_%s")
    if form.is_valid():
        try:
            actions.add_action_item(request.viewer, staffing, topic=topic, now=request.now, **form.cleaned_data)
            return _outcome(request, staffing, topic)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    context = _context(request, staffing, topic, item=form)
    return respond(request, page=PAGE, fragment=OUTCOMES, context=context, status=422)


def _text(request: HttpRequest, staffing: Staffing, topic: str, text: str, version: int) -> tuple[str, int]:
    """What is to be kept, and on which version: the typed text, or after a conflict both, or the other one.

    The other text is the one that stands now. Whoever keeps both takes nothing from it, however often the other writer
    was kept meanwhile, and need not be asked again.
    """
    keep = request.POST.get("keep", "")
    if keep not in {"both", "theirs"}:
        return text, version
    theirs = queries.topic_of(queries.open_staffing(request.viewer, staffing, request.now), topic)
    return (theirs.text if keep == "theirs" else both_texts(theirs.text, text)), theirs.version


def both_texts(theirs: str, mine: str) -> str:
    """Everything of both, theirs first. The words with which both begin stand once, so that two who write on and on,
    and keep both each time, do not see the same lines again and again.
    """
    theirs, mine = (text.replace("\r\n", "\n") for text in (theirs, mine))  # a browser sends both ends of a line
    same = len(commonprefix([theirs, mine]))
    while same and not (_ends_at(theirs, same) and _ends_at(mine, same)):
        same -= 1
    rest = mine[same:].strip()
    return f"{theirs.rstrip()}\n\n{rest}" if rest else theirs


def _ends_at(text: str, place: int) -> bool:
    """Does a word end before this place, and none go on after it?"""
    return place == len(text) or text[place].isspace() or text[place - 1].isspace()


def _conflict(
    request: HttpRequest, staffing: Staffing, topic: str, conflict: Conflict, *, by_itself: bool
) -> HttpResponse:
    who = names_of_accounts({conflict.written_by}).get(conflict.written_by, "Somebody else")
    if by_itself:
        said = f"{who} wrote here meanwhile. Press Keep the minutes to see both texts."
        return HttpResponse(said, status=409, content_type=PLAIN)
    form = MinutesForm(
        label=queries.topic_of(queries.open_staffing(request.viewer, staffing, request.now), topic).label,
        auto_id=f"id_{topic}_%s",
        initial={"text": conflict.yours, "version": conflict.version, "page": new_code()},
    )
    context = _context(request, staffing, topic, minutes=form, conflict=conflict, theirs_by=who)
    # 422 and not 409: the page swaps what was refused, and this is to be read and answered.
    return respond(request, page=PAGE, fragment=MINUTES, context=context, status=422)


def _outcome(request: HttpRequest, staffing: Staffing, topic: str) -> HttpResponse:
    context = _context(request, staffing, topic)
    return done(request, f"/staffings/{staffing.code}/#topic-{topic}", fragment=OUTCOMES, context=context)


def _minutes_form(request: HttpRequest, staffing: Staffing, topic: str) -> MinutesForm:
    label = {str(one.key): str(one.label) for one in queries.agenda_of(staffing)}.get(topic, "")
    return MinutesForm(request.POST, label=label, auto_id=f"id_{topic}_%s")


def _context(request: HttpRequest, staffing: Staffing, topic: str, **given: Any) -> dict[str, Any]:
    context = frame(request, staffing)
    opened = queries.open_staffing(request.viewer, staffing, request.now)
    board = board_of(
        staffing,
        queries.topic_of(opened, topic),
        queries.people_at(staffing),
        may_write=may_be_written(context),
        **given,
    )
    return context | {"board": board, "may_write": may_be_written(context)}
