"""Scheduling the emergency staffing of a referral, and moving one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import case_for, shown_client
from rightdoor.casework.cases.queries import standing_of as standing_to_case
from rightdoor.casework.clients.disclosure import shown_names
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.referrals.queries import referral_for, tie_to
from rightdoor.casework.staffings import actions, queries
from rightdoor.casework.staffings.models import Staffing
from rightdoor.casework.staffings.web.forms import FurtherForm, InviteForm, MoveForm, ScheduleForm
from rightdoor.casework.staffings.web.frame import counted, frame, staffing_of
from rightdoor.community.meetings.actions import Invitee
from rightdoor.community.partners.queries import rooms_for
from rightdoor.community.teams.queries import Member, lacking_core, members_of, never_on_a_case, people_of_region
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


def show_further(request: HttpRequest, code: str) -> HttpResponse:
    """A further staffing of a case, within the next week or at one's own time."""
    case = _case(request, code)
    context = _further(request, case, _further_form(request, case))
    return respond(request, page="staffings/further.html", context=context)


def create_further(request: HttpRequest, code: str) -> HttpResponse:
    """Schedules it and tells everybody invited."""
    case = _case(request, code)
    form = _further_form(request, case, bound=True)
    if form.is_valid():
        data = form.cleaned_data
        try:
            staffing = actions.schedule_staffing(
                request.viewer,
                case,
                kind=data["kind"],
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
    return respond(request, page="staffings/further.html", context=_further(request, case, form), status=422)


def show_invite(request: HttpRequest, code: str) -> HttpResponse:
    """People of the region who are not invited yet."""
    staffing = _to_invite(request, code)
    context = {**frame(request, staffing), "form": _invite_form(request, staffing)}
    return respond(request, page="staffings/invite.html", context=context)


def invite(request: HttpRequest, code: str) -> HttpResponse:
    """Invites them, for this case and this meeting only."""
    staffing = _to_invite(request, code)
    form = _invite_form(request, staffing, bound=True)
    if form.is_valid():
        try:
            actions.invite_to_staffing(request.viewer, staffing, invitees=form.chosen(), now=request.now)
            messages.success(request, "They are invited, and were told without a name.")
            return done(request, f"/staffings/{staffing.code}/")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    context = {**frame(request, staffing), "form": form}
    return respond(request, page="staffings/invite.html", context=context, status=422)


def _case(request: HttpRequest, code: str) -> Case:
    case = case_for(request.viewer, code, request.now)
    check_may(request.viewer, "staffing.schedule", standing_to_case(request.viewer, case, request.now))
    return case


def _to_invite(request: HttpRequest, code: str) -> Staffing:
    staffing = staffing_of(request, code)
    check_may(request.viewer, "staffing.schedule", queries.standing_for(request.viewer, staffing, request.now))
    return staffing


def _invite_form(request: HttpRequest, staffing: Staffing, *, bound: bool = False) -> InviteForm:
    seated = {one.account_code: one for one in members_of(staffing.region, request.now)}
    there = dict(queries.people_at(staffing))
    people, names = [], {}
    for account in people_of_region(staffing.region, request.now):
        if account.code in there or never_on_a_case(account.discipline):
            continue
        seat = seated.get(account.code)
        discipline, kind = (seat.discipline, seat.kind) if seat else (account.discipline, "guest")
        people.append(Invitee(account.code, discipline, kind))
        names[account.code] = account.name
    given = {"people": people, "names": names}
    return InviteForm(request.POST, **given) if bound else InviteForm(**given)


def _further_form(request: HttpRequest, case: Case, *, bound: bool = False) -> FurtherForm:
    members = _members(request, case.region)
    given = {"members": members, "rooms": rooms_for(request.viewer, case.region), **_times(request, None)}
    return FurtherForm(request.POST, **given) if bound else FurtherForm(**given)


def _further(request: HttpRequest, case: Case, form: FurtherForm) -> dict[str, Any]:
    chosen = form["members"].value() or []
    return {
        "case": case,
        "form": form,
        "shown": shown_client(request.viewer, case, request.now),
        "told_words": counted(len(chosen), "member", "members").capitalize(),
        "marks": [("Referral", case.referral.code)],
    }


def _referral(request: HttpRequest, code: str) -> Referral:
    referral = referral_for(request.viewer, code, request.now)
    check_may(request.viewer, "staffing.schedule", tie_to(request.viewer, referral, request.now))
    return referral


def _times(request: HttpRequest, due_at: Any) -> dict[str, Any]:
    # A staffing without a clock (a case review) is proposed within the next week.
    until = due_at or request.now + _WEEK
    return {"proposals": propose_times(request.now, until, zone=zone()), "due_at": due_at}


def _form(request: HttpRequest, referral: Referral, *, bound: bool = False) -> ScheduleForm:
    members = _members(request, referral.region)
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


def _members(request: HttpRequest, region: str) -> list[Member]:
    """Who of the team may be asked to a case's meeting, without oneself. (SR-34)"""
    return [
        one
        for one in members_of(region, request.now)
        if one.account_code != request.viewer.code and not never_on_a_case(one.discipline)
    ]
