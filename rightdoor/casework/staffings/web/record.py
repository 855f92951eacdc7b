"""The record of a staffing: agenda with minutes, what must be settled, who comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from rightdoor.casework.cases.parts import Due, Look
from rightdoor.casework.cases.queries import standing_of as case_standing
from rightdoor.casework.cases.web.frame import flags_in_head
from rightdoor.casework.staffings import queries
from rightdoor.casework.staffings.agenda.queries import due_at, under_topics
from rightdoor.casework.staffings.cadence.queries import cadence_label, next_day_of
from rightdoor.casework.staffings.choices import MODES
from rightdoor.casework.staffings.guests.queries import unsigned_at
from rightdoor.casework.staffings.models import Staffing
from rightdoor.casework.staffings.queries import ShownItem, ShownTopic
from rightdoor.casework.staffings.running.queries import beside
from rightdoor.casework.staffings.web.forms import DecisionForm, ItemForm, MinutesForm
from rightdoor.casework.staffings.web.frame import case_facts, frame, intake_open, points_of, staffing_of
from rightdoor.casework.staffings.web.running import order_context
from rightdoor.community.meetings.queries import meeting_for, quorum_of
from rightdoor.domain.errors import NotVisible
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.ui.pages import respond


@dataclass(frozen=True, slots=True)
class Board:
    """One topic with its three forms; None where nothing more may be written."""

    topic: ShownTopic
    minutes: MinutesForm | None
    decision: DecisionForm | None
    item: ItemForm | None
    conflict: Any = None
    theirs_by: str = ""
    kept_at: datetime | None = None
    dues: Sequence[Due] = ()


def show(request: HttpRequest, code: str) -> HttpResponse:
    """Everything on one page, so that it can be written on in the meeting."""
    staffing = staffing_of(request, code)
    context = frame(request, staffing)
    opened = queries.open_staffing(request.viewer, staffing, request.now)
    may_write = may_be_written(context)
    people = queries.people_at(staffing)
    invitations = queries.seats_of(staffing)
    label = active_pack().teams.all().label
    is_recorded = any(row.attendance for row in invitations)
    quorum = quorum_of(invitations, held=is_recorded)
    has_begun = request.now >= staffing.starts_at
    points = points_of(staffing) if staffing.state == "scheduled" else []
    by_topic, due_else = _dues(request, staffing, [topic.key for topic in opened.topics], opened.carried)
    tie = case_standing(request.viewer, staffing.case, request.now)
    context |= {
        "flags": flags_in_head(Look(request.viewer, staffing.case, tie, request.now)),
        "boards": [
            replace(board_of(staffing, topic, people, may_write=may_write), dues=by_topic.get(topic.key, ()))
            for topic in opened.topics
        ],
        "due_else": due_else,
        "carried": opened.carried,
        "beside": beside(request.viewer, staffing, request.now),
        "coming_next": next_day_of(staffing.case, request.now) if staffing.state == "held" else None,
        "cadence": cadence_label(staffing.case.cadence),
        "may_add_case": "staffing_schedule" in context["may"]
        and staffing.meeting.state == "convened"
        and staffing.kind != "emergency",
        "may_write": may_write,
        "points": points,
        "is_ready": bool(points) and all(point.is_done for point in points),
        "intake_open": intake_open(request, staffing),
        "facts": case_facts(request, staffing),
        "mode": MODES[staffing.meeting.mode],
        "coming": sum(
            1 for row in invitations if (row.attendance == "present") or row.answer in {"accepted", "delegated"}
        ),
        "invited": len(invitations),
        "is_recorded": is_recorded,
        "lacking_core": [label(key) for key in quorum.lacking],
        "has_begun": has_begun,
        "window_ends": queries.access_window(staffing.meeting)[1],
        "summary": getattr(staffing, "summary", None),
    }
    return respond(request, page="staffings/staffing.html", context=context)


def _dues(
    request: HttpRequest, staffing: Staffing, topics: list[str], carried: tuple[ShownItem, ...]
) -> tuple[dict[str, list[Due]], list[Due]]:
    """What the case's own state brings to this agenda, under its topics and under none. (MTG-1)"""
    if staffing.state != "scheduled":
        return {}, []
    tie = queries.standing_for(request.viewer, staffing, request.now)
    shown = {one.code for one in carried}
    dues = [one for one in due_at(staffing, request.viewer, tie, request.now) if one.about not in shown]
    return under_topics([one for one in dues if one.kind not in {"cadence", "summary"}], topics)


def at_meeting(request: HttpRequest, code: str) -> HttpResponse:
    """From a meeting to the case's turn at it; with several, the order as this person sees it. (SR-06)"""
    staffings = queries.staffings_at(request.viewer, code, request.now)
    if not staffings:
        if unsigned_at(request.viewer, code, request.now):
            return redirect(f"/meetings/{code}/notice/")
        if not queries.invited_without_ground(request.viewer, code, request.now):
            raise NotVisible
        meeting = meeting_for(request.viewer, code)
        return respond(
            request,
            page="staffings/without_ground.html",
            context={"meeting": meeting, "opens_at": queries.access_window(meeting)[0]},
        )
    if len(staffings) == 1:
        return redirect(f"/staffings/{staffings[0].code}/")
    context = order_context(request, staffings[0].meeting)
    return respond(request, page="staffings/at_meeting.html", fragment="staffings/_order.html", context=context)


def may_be_written(context: dict[str, Any]) -> bool:
    """May this viewer still write minutes here?"""
    return "staffing_minute" in context["may"] and not context["is_frozen"]


def board_of(
    staffing: Staffing, topic: ShownTopic, people: list[tuple[str, str]], *, may_write: bool, **given: Any
) -> Board:
    """A topic with fresh forms, or those that were given."""
    if not may_write:
        return Board(topic, None, None, None)
    minutes = given.pop("minutes", None) or MinutesForm(
        label=topic.label,
        auto_id=f"id_{topic.key}_%s",
        initial={"text": topic.text, "version": topic.version, "page": new_code()},
    )
    decision = given.pop("decision", None) or DecisionForm(
        auto_id=f"id_{topic.key}_decision_%s", initial={"code": new_code()}
    )
    tomorrow = local(max(staffing.held_at or staffing.starts_at, staffing.starts_at)).date() + timedelta(days=1)
    item = given.pop("item", None) or ItemForm(
        people=people, auto_id=f"id_{topic.key}_item_%s", initial={"code": new_code(), "due_on": tomorrow}
    )
    return Board(topic, minutes, decision, item, **given)
