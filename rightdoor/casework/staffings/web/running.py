"""A meeting of several cases: called from the list of what is due, put in order, a case added or taken off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from rightdoor.casework.staffings.cadence.queries import CaseDue, cases_by_next_day, with_names
from rightdoor.casework.staffings.printouts import print_agenda
from rightdoor.casework.staffings.queries import staffing_for
from rightdoor.casework.staffings.running import actions, queries
from rightdoor.casework.staffings.running.actions import Turn
from rightdoor.casework.staffings.web.forms import ScheduleForm
from rightdoor.community.meetings.models import Meeting
from rightdoor.community.meetings.queries import meeting_for
from rightdoor.community.meetings.queries import standing_of as standing_to_meeting
from rightdoor.community.partners.queries import rooms_for
from rightdoor.community.teams.queries import members_of, never_on_a_case
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.meeting import propose_times
from rightdoor.domain.permission import check_may
from rightdoor.domain.running_order import LONGEST_TURN, MOST_CASES
from rightdoor.foundation.jurisdiction.active import active_pack, zone
from rightdoor.foundation.jurisdiction.templatetags.words import day
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.foundation.ui.templatetags.ui import person

OFFERED = 60  # cases that are due first
MINUTES = 10
FRAGMENT = "staffings/_order.html"


class ConveneForm(ScheduleForm):
    """Which cases, how long each, when, and with whom of the core."""

    kind = forms.ChoiceField(
        label="Which kind of staffing",
        choices=[("ongoing", "Ongoing coordination"), ("case_review", "Case review")],
        widget=forms.RadioSelect(attrs={"class": "choices--row"}),
        initial="ongoing",
    )
    minutes = forms.IntegerField(label="Minutes for each case", min_value=1, max_value=LONGEST_TURN, initial=MINUTES)  # type: ignore[assignment]
    cases = forms.MultipleChoiceField(
        label="Which cases",
        widget=forms.CheckboxSelectMultiple,
        help_text=f"The ones that are due first stand at the top. They are taken in this order; at most {MOST_CASES}.",
        error_messages={"required": "Choose at least one case."},
    )

    def __init__(self, *args: Any, rows: list[CaseDue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field, members = self.fields["cases"], self.fields["members"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(row.case.code, _told(row)) for row in rows]
        members.label = "The core of the team, invited for every case"
        members.help_text = "Whoever works on a case is invited for that case without being chosen here."


class AddForm(forms.Form):
    """One more case."""

    case = forms.ChoiceField(label="Which case")
    minutes = forms.IntegerField(label="Minutes", min_value=1, max_value=LONGEST_TURN, initial=MINUTES)

    def __init__(self, *args: Any, rows: list[CaseDue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["case"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose"), *((row.case.code, _said(row)) for row in rows)]


def show(request: HttpRequest) -> HttpResponse:
    """The cases that are due, the times, the core of the team."""
    region = _region(request)
    return respond(request, page="staffings/convene.html", context=_context(request, region, _form(request, region)))


def create(request: HttpRequest) -> HttpResponse:
    """Calls the meeting."""
    region = _region(request)
    form = _form(request, region, bound=True)
    if form.is_valid():
        data = form.cleaned_data
        cases = queries.cases_to_choose(request.viewer, data["cases"], request.now)
        try:
            made = actions.convene_for_cases(
                request.viewer,
                region=region,
                kind=data["kind"],
                turns=[Turn(case, data["minutes"]) for case in cases],
                starts_at=data["starts_at"],
                mode=data["mode"],
                room=form.rooms.get(data["room"]),
                core=form.chosen(),
                now=request.now,
            )
            messages.success(request, "The meeting is called. Everybody invited was told, without a name.")
            return done(request, f"/meetings/{made[0].meeting.code}/staffings/")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, page="staffings/convene.html", context=_context(request, region, form), status=422)


def order(request: HttpRequest, code: str) -> HttpResponse:
    """One place up or down, or off the agenda. The page shows the new order."""
    staffing = staffing_for(request.viewer, request.POST.get("staffing", ""), request.now)
    if staffing.meeting.code != meeting_for(request.viewer, code).code:
        raise NotVisible
    go, refusal = request.POST.get("go", ""), ""
    try:
        if go == "off":
            actions.take_off(request.viewer, staffing, now=request.now)
        elif go in {"up", "down"}:
            actions.move_in_order(request.viewer, staffing, up=go == "up", now=request.now)
        else:
            refusal = "Press one of the buttons beside the case."
    except RuleBroken as problem:
        refusal = str(problem)
    context = {**order_context(request, staffing.meeting), "refusal": refusal}
    if refusal:
        return respond(request, page="staffings/at_meeting.html", fragment=FRAGMENT, context=context, status=422)
    return done(request, f"/meetings/{staffing.meeting.code}/staffings/", fragment=FRAGMENT, context=context)


def agenda(request: HttpRequest, code: str) -> HttpResponse:
    """The agenda to take along, under codes or with ?names=1 with names."""
    meeting = meeting_for(request.viewer, code)
    lines = queries.order_of(request.viewer, meeting.code, request.now)
    if not lines:
        raise NotVisible
    content = print_agenda(request.viewer, meeting, lines, names=request.GET.get("names") == "1", now=request.now)
    headers = {"Content-Disposition": f'attachment; filename="agenda-{meeting.code}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def show_add(request: HttpRequest, code: str) -> HttpResponse:
    """One more case for this meeting."""
    meeting = _meeting(request, code)
    form = AddForm(rows=_offered(request, meeting))
    return respond(request, page="staffings/add_case.html", context={"meeting": meeting, "form": form})


def add(request: HttpRequest, code: str) -> HttpResponse:
    """Puts it at the end of the agenda."""
    meeting = _meeting(request, code)
    form = AddForm(request.POST, rows=_offered(request, meeting))
    if form.is_valid():
        cases = queries.cases_to_choose(request.viewer, [form.cleaned_data["case"]], request.now)
        try:
            if not cases:
                raise RuleBroken("This case cannot be put on the agenda. Choose another one.")
            turn = Turn(cases[0], form.cleaned_data["minutes"])
            actions.put_on_agenda(request.viewer, meeting, turn, now=request.now)
            messages.success(request, "The case is on the agenda. Whoever works on it was told.")
            return done(request, f"/meetings/{meeting.code}/staffings/")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, page="staffings/add_case.html", context={"meeting": meeting, "form": form}, status=422)


def order_context(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """The running order as this person sees it."""
    lines = queries.order_of(request.viewer, meeting.code, request.now)
    calls = request.viewer.covers_as("care_coordinator", meeting.region)
    return {
        "meeting": meeting,
        "code": meeting.code,
        "lines": lines,
        "calls": calls,
        "may_order": calls and meeting.state == "convened" and len(lines) > 1,
        "may_add": calls and meeting.state == "convened" and meeting.kind in {"ongoing", "case_review"},
        "refusal": "",
    }


def _region(request: HttpRequest) -> str:
    """The region for which the meeting is called: the chosen one of the coordinator's, else the first."""
    if not request.viewer.has("care_coordinator"):
        raise NotVisible
    check_may(request.viewer, "meeting.convene")
    known = [one.key for one in active_pack().regions if request.viewer.covers_as("care_coordinator", one.key)]
    asked = request.POST.get("region") or request.GET.get("region", "")
    if asked and asked not in known:
        raise NotVisible
    if not known:
        raise NotVisible
    return asked or known[0]


def _form(request: HttpRequest, region: str, *, bound: bool = False) -> ConveneForm:
    rows = cases_by_next_day(request.viewer, request.now, region=region)
    free = [row for row in rows if row.next.state != "scheduled"]
    chosen = set(request.POST.getlist("cases")) if bound else set()
    asked = request.GET.get("case", "")
    offered = [row for at, row in enumerate(free) if at < OFFERED or row.case.code in {asked, *chosen}]
    given: dict[str, Any] = {
        "rows": with_names(request.viewer, offered, request.now),
        "members": [
            one
            for one in members_of(region, request.now)
            if one.kind == "core" and one.account_code != request.viewer.code and not never_on_a_case(one.discipline)
        ],
        "rooms": rooms_for(request.viewer, region),
        "proposals": propose_times(request.now, request.now + timedelta(days=7), zone=zone()),
        "due_at": None,
    }
    if bound:
        return ConveneForm(request.POST, **given)
    initial = [asked] if asked else [row.case.code for row in offered if row.next.state == "overdue"][:6]
    return ConveneForm(initial={"cases": initial}, **given)


def _context(request: HttpRequest, region: str, form: ConveneForm) -> dict[str, Any]:
    regions = [one for one in active_pack().regions if request.viewer.covers_as("care_coordinator", one.key)]
    return {
        "form": form,
        "region": region,
        "regions": regions if len(regions) > 1 else [],
        "has_cases": bool(form.fields["cases"].choices),  # type: ignore[attr-defined]
    }


def _meeting(request: HttpRequest, code: str) -> Meeting:
    meeting = meeting_for(request.viewer, code)
    if not queries.order_of(request.viewer, meeting.code, request.now):
        raise NotVisible
    check_may(request.viewer, "meeting.invite", standing_to_meeting(request.viewer, meeting))
    return meeting


def _offered(request: HttpRequest, meeting: Meeting) -> list[CaseDue]:
    there = {line.staffing.case.code for line in queries.order_of(request.viewer, meeting.code, request.now)}
    rows = cases_by_next_day(request.viewer, request.now, region=meeting.region)
    return [row for row in rows if row.case.code not in there]


def _told(row: CaseDue) -> str:
    """A case to be ticked, with its client as far as the viewer may see: a code alone is soon the wrong one."""
    code, rest = _said(row).split(", ", 1)
    return format_html('<span class="code">{}</span> {}, {}', code, person(row.client), rest)


def _said(row: CaseDue) -> str:
    on = "on request" if row.next.on is None else f"due {day(row.next.on)}"
    if row.next.state == "scheduled" and row.next.on is not None:
        on = f"called for {day(row.next.on)}"
    words = f"{row.case.code}, {on}"
    return f"{words}, {row.cadence.lower()}" if row.cadence else f"{words}, how often is not set"
