"""Scheduling the emergency staffing of a referral, and moving one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from rightdoor.casework.clients.disclosure import shown_names
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.referrals.queries import referral_for, tie_to
from rightdoor.casework.staffings import actions, queries
from rightdoor.casework.staffings.web.forms import MoveForm, ScheduleForm
from rightdoor.casework.staffings.web.frame import counted, frame, staffing_of
from rightdoor.community.partners.queries import rooms_for
from rightdoor.community.teams.queries import lacking_core, members_of
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.meeting import propose_times
from rightdoor.domain.permission import check_may
from rightdoor.foundation.jurisdiction.active import active_pack, zone
from rightdoor.foundation.ui.pages import done, respond

_WEEK = timedelta(days=7)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """Times inside the clock, the team, and what follows. A referral with its staffing leads there."""
    referral = _referral(request, code)
    already = queries.emergency_staffing_of(referral.pk)
    if already is not None:
        return redirect(f"/staffings/{already.code}/")
    context = _context(request, referral, _form(request, referral))
    return respond(request, page="staffings/schedule.html", context=context)


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Schedules it and tells everybody invited."""
    referral = _referral(request, code)
    form = _form(request, referral, bound=True)
    if form.is_valid():
        data = form.cleaned_data
        try:
            staffing = actions.schedule_emergency_staffing(
                request.viewer,
                referral,
                starts_at=data["starts_at"],
                minutes=data["minutes"],
                mode=data["mode"],
                room=form.rooms.get(data["room"]),
                invitees=form.chosen(),
                now=request.now,
            )
            messages.success(request, "The staffing is scheduled. Everybody invited was told, without a name.")
            return done(request, f"/staffings/{staffing.code}/")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, page="staffings/schedule.html", context=_context(request, referral, form), status=422)


def show_move(request: HttpRequest, code: str) -> HttpResponse:
    """Another time for a staffing that was not held yet."""
    staffing = staffing_of(request, code)
    check_may(request.viewer, "staffing.schedule", queries.standing_for(request.viewer, staffing, request.now))
    form = MoveForm(**_times(request, staffing.due_at))
    return respond(request, page="staffings/move.html", context={**frame(request, staffing), "form": form})


def move(request: HttpRequest, code: str) -> HttpResponse:
    """Moves it; everybody is asked again."""
    staffing = staffing_of(request, code)
    check_may(request.viewer, "staffing.schedule", queries.standing_for(request.viewer, staffing, request.now))
    form = MoveForm(request.POST, **_times(request, staffing.due_at))
    if form.is_valid():
        try:
            actions.move_staffing(request.viewer, staffing, starts_at=form.cleaned_data["starts_at"], now=request.now)
            messages.success(request, "The staffing was moved. Everybody invited is asked again.")
            return done(request, f"/staffings/{staffing.code}/")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    context = {**frame(request, staffing), "form": form}
    return respond(request, page="staffings/move.html", context=context, status=422)


def _referral(request: HttpRequest, code: str) -> Referral:
    referral = referral_for(request.viewer, code, request.now)
    check_may(request.viewer, "staffing.schedule", tie_to(request.viewer, referral, request.now))
    return referral


def _times(request: HttpRequest, due_at: Any) -> dict[str, Any]:
    # A staffing without a clock (a case review) is proposed within the next week.
    until = due_at or request.now + _WEEK
    return {"proposals": propose_times(request.now, until, zone=zone()), "due_at": due_at}


def _form(request: HttpRequest, referral: Referral, *, bound: bool = False) -> ScheduleForm:
    members = [one for one in members_of(referral.region, request.now) if one.account_code != request.viewer.code]
    given = {
        "members": members,
        "rooms": rooms_for(request.viewer, referral.region),
        **_times(request, referral.due_at),
    }
    return ScheduleForm(request.POST, **given) if bound else ScheduleForm(**given)


def _context(request: HttpRequest, referral: Referral, form: ScheduleForm) -> dict[str, Any]:
    label = active_pack().teams.all().label
    lacking = [label(key) for key in lacking_core(referral.region, request.now) if key != "care_coordinator"]
    chosen = form["members"].value() or []
    return {
        "referral": referral,
        "form": form,
        "shown": shown_names(request.viewer, [referral.client], request.now)[referral.client.code],
        "lacking": lacking,
        "told_words": counted(len(chosen), "member", "members").capitalize(),
        "marks": [],
        "has_team": bool(form.invitees),
        "is_late": referral.due_at is not None and referral.due_at < request.now,
    }
