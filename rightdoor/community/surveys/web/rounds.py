"""Rounds: the list, a new one, one of them, more invitations, and the page of somebody who is invited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language

from rightdoor.community.meetings.queries import invitations_of, meeting_for
from rightdoor.community.surveys import actions, queries
from rightdoor.community.surveys.models import SurveyRound
from rightdoor.community.surveys.words import GROUPS, PURPOSES, STATES
from rightdoor.community.teams.queries import members_of, people_of_region
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer, acts_open_to, check_may, may
from rightdoor.domain.questionnaire.instrument import Instrument
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.ui.forms import DayField
from rightdoor.foundation.ui.pages import done, respond

WEEKS = timedelta(days=21)


class InviteForm(forms.Form):
    """People with an account, and slips for those without."""

    code = forms.CharField(max_length=9, required=False, widget=forms.HiddenInput)
    people = forms.MultipleChoiceField(
        label="Whom to ask",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="They find it on their desk.",
    )
    youth = forms.IntegerField(label="Slips for young people", required=False, min_value=0)
    caregiver = forms.IntegerField(label="Slips for caregivers", required=False, min_value=0)
    partner = forms.IntegerField(label="Slips for partners without an account", required=False, min_value=0)

    def __init__(self, *args: Any, people: Sequence[tuple[str, str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.disciplines = {account: discipline for account, _, discipline in people}
        self.fields["people"].choices = [(account, label) for account, label, _ in people]  # type: ignore[attr-defined]
        if not self.is_bound:
            self.initial.setdefault("code", new_code())
        for group in GROUPS:
            self.fields[group].help_text = "Each slip has a code of its own. No name is kept."
            self.fields[group].widget.attrs |= {"class": "input--number", "max": str(actions.MOST_SLIPS)}

    def chosen(self) -> list[tuple[str, str]]:
        """The people with their disciplines."""
        return [(account, self.disciplines[account]) for account in self.cleaned_data["people"]]

    def handed_out(self) -> dict[str, int]:
        """How many slips for each group."""
        return {group: int(self.cleaned_data[group] or 0) for group in GROUPS if self.cleaned_data[group]}


class RoundForm(InviteForm):
    """What is asked, from when to when, of whom."""

    field_order = ("code", "meeting", "region", "instrument", "title", "opens_on", "closes_on", "people", *GROUPS)
    meeting = forms.CharField(max_length=9, required=False, widget=forms.HiddenInput)
    region = forms.ChoiceField(label="Region")
    instrument = forms.ChoiceField(label="What to ask", widget=forms.RadioSelect)
    title = forms.CharField(
        label="Name of this round",
        max_length=120,
        required=False,
        help_text="Such as “Spring 2026”. Left empty, it has the name of the survey.",
    )
    opens_on = DayField(label="First day")
    closes_on = DayField(label="Last day", help_text="MM/DD/YYYY. Results are there on the day after.")

    def __init__(
        self, *args: Any, regions: Sequence[tuple[str, str]], instruments: Sequence[Instrument], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.instruments = {one.key: one for one in instruments}
        self.fields["region"].choices = list(regions)  # type: ignore[attr-defined]
        self.fields["region"].label = active_pack().word("region").capitalize()
        self.fields["instrument"].choices = [  # type: ignore[attr-defined]
            (PURPOSES[purpose], [(one.key, one.title) for one in instruments if one.purpose == purpose])
            for purpose in PURPOSES
            if any(one.purpose == purpose for one in instruments)
        ]


def index(request: HttpRequest) -> HttpResponse:
    """What awaits me, and the rounds of my regions."""
    viewer, now = request.viewer, request.now
    rows = queries.round_rows(viewer, now)
    context = {
        "own": queries.own_rounds(viewer, now),
        "rows": [{"row": one, "state": STATES[one.state]} for one in rows],
        "reads": any(viewer.regions_as(role) for role in queries.READERS),
        "runs": bool(_regions(viewer)),
    }
    return respond(request, page="surveys/rounds.html", context=context)


def show_new(request: HttpRequest) -> HttpResponse:
    """The form; with ?meeting= about that meeting, of everybody who was invited to it."""
    region, meeting = _place(request)
    form = _round_form(request, region, meeting)
    return respond(request, page="surveys/new.html", context=_new_context(request, region, form))


def create(request: HttpRequest) -> HttpResponse:
    """Begins it. Slips are shown once, on the page that answers."""
    region, meeting = _place(request)
    form = _round_form(request, region, meeting, bound=True)
    if form.is_valid():
        data = form.cleaned_data
        try:
            begun = actions.begin_round(
                request.viewer,
                region=data["region"],
                instrument=form.instruments[data["instrument"]],
                title=data["title"],
                opens_on=data["opens_on"],
                closes_on=data["closes_on"],
                people=form.chosen(),
                handed_out=form.handed_out(),
                meeting=meeting,
                form=data["code"],
                now=request.now,
            )
            return _after(request, begun, "The round has begun. Everybody invited was told.")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, page="surveys/new.html", context=_new_context(request, region, form), status=422)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """One round: whom it asks, roughly how many answered, what can be done."""
    row = queries.round_for(request.viewer, code)
    return respond(request, page="surveys/round.html", context=_round_context(request, row))


def own(request: HttpRequest, code: str) -> HttpResponse:
    """For somebody who is invited: what it is, and the way to it. Nothing is written down about this page."""
    row, is_used = queries.own_round(request.viewer, code)
    language = get_language() or "en"
    known = active_pack().languages
    context = {
        "round": row,
        "instrument": queries.instrument_of(row),
        "is_used": is_used,
        "is_open": queries.is_open(row, request.now),
        "one_time": queries.own_code_of(request.viewer, row),
        "to": reverse("surveys:answer", args=[language if language in known else known[0]]),
    }
    return respond(request, page="surveys/own.html", context=context)


def show_invite(request: HttpRequest, code: str) -> HttpResponse:
    """More people, or more slips."""
    row = _run(request, code)
    form = InviteForm(people=_people(row.region, request))
    return respond(request, page="surveys/invite.html", context={"round": row, "form": form})


def invite(request: HttpRequest, code: str) -> HttpResponse:
    """Invites them; slips are shown once."""
    row = _run(request, code)
    form = InviteForm(request.POST, people=_people(row.region, request))
    if form.is_valid():
        try:
            made = actions.invite(
                request.viewer,
                row,
                people=form.chosen(),
                handed_out=form.handed_out(),
                form=form.cleaned_data["code"],
                now=request.now,
            )
            return _after(request, made, "They are invited.")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, page="surveys/invite.html", context={"round": row, "form": form}, status=422)


def remind(request: HttpRequest, code: str) -> HttpResponse:
    """Those who have not answered are told once more; nobody learns who that is."""
    row = queries.round_for(request.viewer, code)
    try:
        actions.remind(request.viewer, row, now=request.now)
        messages.success(request, "Everybody who has not answered was reminded.")
    except RuleBroken as refusal:
        return _refused(request, row, str(refusal))
    return done(request, f"/surveys/{row.code}/")


def close(request: HttpRequest, code: str) -> HttpResponse:
    """Ends the round today."""
    row = queries.round_for(request.viewer, code)
    try:
        actions.close_round(request.viewer, row, now=request.now)
        messages.success(request, "The round is over. Its results are there.")
    except RuleBroken as refusal:
        return _refused(request, row, str(refusal))
    return done(request, f"/surveys/{row.code}/")


def _refused(request: HttpRequest, row: SurveyRound, refusal: str) -> HttpResponse:
    context = {**_round_context(request, row), "refusal": refusal}
    return respond(request, page="surveys/round.html", context=context, status=422)


def _round_context(request: HttpRequest, row: SurveyRound) -> dict[str, Any]:
    viewer = request.viewer
    state = queries.state_of(row, request.now)
    return {
        "round": row,
        "instrument": queries.instrument_of(row),
        "state": STATES[state],
        "is_open": state == "open",
        "is_over": state == "over",
        "told": queries.told_of(row),
        "may": acts_open_to(viewer, queries.standing_in(viewer, row.region, "care_coordinator")),
    }


def _after(request: HttpRequest, begun: actions.Begun, words: str) -> HttpResponse:
    """Slips are shown here and nowhere else; without any, on to the round."""
    if not any(begun.slips.values()):
        messages.success(request, words)
        return done(request, f"/surveys/{begun.round.code}/")
    site = request.build_absolute_uri(reverse("surveys:answer", args=["en"]))
    context = {
        "round": begun.round,
        "address": site,
        "slips": [(GROUPS[group], codes) for group, codes in begun.slips.items() if codes],
    }
    return respond(request, page="surveys/slips.html", context=context)


def _run(request: HttpRequest, code: str) -> SurveyRound:
    row = queries.round_for(request.viewer, code)
    check_may(request.viewer, "survey.run", queries.standing_in(request.viewer, row.region, "care_coordinator"))
    return row


def _regions(viewer: Viewer) -> list[tuple[str, str]]:
    return [
        (one.key, one.name)
        for one in active_pack().regions
        if may(viewer, "survey.run", queries.standing_in(viewer, one.key, "care_coordinator"))
    ]


def _place(request: HttpRequest) -> tuple[str, str]:
    """Region and meeting of a new round. Whoever may begin none finds no such page."""
    known = [key for key, _ in _regions(request.viewer)]
    if not known:
        raise NotVisible
    wanted = request.POST.get("meeting") or request.GET.get("meeting", "")
    if wanted:
        meeting = meeting_for(request.viewer, wanted)
        if meeting.region in known:
            return meeting.region, meeting.code
    asked = request.POST.get("region") or request.GET.get("region", "")
    return (asked if asked in known else known[0]), ""


def _people(region: str, request: HttpRequest) -> list[tuple[str, str, str]]:
    """(account, label, discipline): the team's own first, then everybody of the region."""
    label = active_pack().teams.all().label
    seats = {one.account_code: one.discipline for one in members_of(region, request.now)}
    found = []
    for account in people_of_region(region, request.now):
        discipline = seats.get(account.code) or account.discipline
        words = f"{account.name}, {label(discipline)}" if discipline else account.name
        found.append((account.code, words, discipline))
    return sorted(found, key=lambda one: (one[0] not in seats, one[1]))


def _round_form(request: HttpRequest, region: str, meeting: str, *, bound: bool = False) -> RoundForm:
    people = _people(region, request)
    given: dict[str, Any] = {
        "people": people,
        "regions": _regions(request.viewer),
        "instruments": [one for one in queries.offered(request.viewer) if one.items],
    }
    if bound:
        return RoundForm(request.POST, **given)
    today = local(request.now).date()
    initial: Mapping[str, Any] = {
        "region": region,
        "opens_on": today,
        "closes_on": today + WEEKS,
        "people": [account for account, _, _ in people if account in _seated(region, meeting, request)],
        "meeting": meeting,
        "instrument": "meeting-effectiveness" if meeting else "collaboration-short",
    }
    return RoundForm(initial=initial, **given)


def _seated(region: str, meeting: str, request: HttpRequest) -> set[str]:
    if meeting:
        return {one.account.code for one in invitations_of(meeting_for(request.viewer, meeting))}
    return {one.account_code for one in members_of(region, request.now)}


def _new_context(request: HttpRequest, region: str, form: RoundForm) -> dict[str, Any]:
    regions = _regions(request.viewer)
    return {
        "form": form,
        "region": region,
        "regions": regions if len(regions) > 1 else [],
        "stubs": [one for one in queries.offered(request.viewer) if not one.items],
    }
