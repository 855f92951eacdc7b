"""Judicial districts: whose investigative team has a signed protocol on record, and who is on its roster.

The one switch a district that opens the cells of the sharing matrix that rest on the team's statute. Two people turn it
on; one turns it off.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.community.teams import actions, queries
from rightdoor.community.teams.models import InvestigativeProtocol
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import acts_open_to, check_may
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.jurisdiction.active import active_pack, local, zone
from rightdoor.foundation.ui.forms import DayField
from rightdoor.foundation.ui.pages import done, respond

STATES = {
    "on": ("Protocol in force", "good"),
    "waiting": ("Waits for a second person", "due"),
    "ended": ("Protocol has ended", "due"),
    "none": ("No protocol on record", "plain"),
}


class ProtocolForm(forms.Form):
    """What the signed paper says."""

    reference = forms.CharField(
        label="Where the signed protocol lies", max_length=120, help_text="Its number, or the folder that it is in."
    )
    signed_on = DayField(label="Signed on")
    ends_on = DayField(label="In force until", help_text="MM/DD/YYYY. Nothing opens after this day.")


class RosterForm(forms.Form):
    """Whom to put on the roster."""

    account = forms.ChoiceField(label="Who")

    def __init__(self, *args: Any, people: list[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {one.code: one for one in people}
        label = active_pack().teams.all().label
        self.fields["account"].choices = [("", "Choose")] + [  # type: ignore[attr-defined]
            (code, f"{one.name}, {label(one.discipline)}" if one.discipline else one.name)
            for code, one in self.people.items()
        ]


def index(request: HttpRequest) -> HttpResponse:
    """Every district with its state."""
    rows = queries.district_rows(request.viewer, request.now)
    lines = [{"row": row, "state": STATES[row.state]} for row in rows]
    context = {"lines": lines, "on": sum(row.state == "on" for row in rows)}
    return respond(request, page="teams/districts.html", context=context)


def show(request: HttpRequest, district: str) -> HttpResponse:
    """One district: its protocol, what it opens, its roster."""
    return respond(request, page="teams/district.html", context=_context(request, district))


def create(request: HttpRequest, district: str) -> HttpResponse:
    """Records the protocol; a second person has to confirm it."""
    _held(request, district, "protocol.record", wanted=False)
    form = ProtocolForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.record_protocol(
                request.viewer,
                district=district,
                reference=data["reference"],
                signed_at=datetime.combine(data["signed_on"], time(0), tzinfo=zone()),
                ends_at=datetime.combine(data["ends_on"] + timedelta(days=1), time(0), tzinfo=zone()),
                now=request.now,
            )
            messages.success(request, "The protocol is on record. Nothing opens before a second person confirms it.")
            return done(request, f"/districts/{district}/")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    context = _context(request, district, form=form)
    return respond(request, page="teams/district.html", context=context, status=422)


def confirm(request: HttpRequest, district: str) -> HttpResponse:
    """The second person: from now on the team reads on its ground."""
    protocol = _held(request, district, "protocol.confirm")
    return _done(request, district, lambda: actions.confirm_protocol(request.viewer, protocol, now=request.now))


def withdraw(request: HttpRequest, district: str) -> HttpResponse:
    """Switches the district off, at once."""
    protocol = _held(request, district, "protocol.withdraw")
    return _done(request, district, lambda: actions.withdraw_protocol(request.viewer, protocol, now=request.now))


def put_on(request: HttpRequest, district: str) -> HttpResponse:
    """Puts a person on the roster."""
    protocol = _held(request, district, "roster.change")
    form = RosterForm(request.POST, people=queries.people_of_district(district, request.now))
    if form.is_valid():
        try:
            account = form.people[form.cleaned_data["account"]]
            actions.put_on_roster(request.viewer, protocol, account=account, now=request.now)
            return done(request, f"/districts/{district}/")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    context = _context(request, district, roster_form=form)
    return respond(request, page="teams/district.html", context=context, status=422)


def take_off(request: HttpRequest, district: str, code: str) -> HttpResponse:
    """Takes a person off the roster."""
    entry = queries.roster_entry_for(request.viewer, district, code)
    check_may(request.viewer, "roster.change")
    return _done(request, district, lambda: actions.take_off_roster(request.viewer, entry, now=request.now))


def _held(request: HttpRequest, district: str, act: str, *, wanted: bool = True) -> InvestigativeProtocol:
    """The district's protocol for an act on it. Raises NotPermitted, NotVisible."""
    check_may(request.viewer, act)
    protocol = queries.protocol_of(request.viewer, district)
    if protocol is None and wanted:
        raise NotVisible
    return protocol  # type: ignore[return-value]  # None only where none is wanted


def _done(request: HttpRequest, district: str, act: Any) -> HttpResponse:
    try:
        act()
    except RuleBroken as refusal:
        context = _context(request, district) | {"refusal": str(refusal)}
        return respond(request, page="teams/district.html", context=context, status=422)
    return done(request, f"/districts/{district}/")


def _context(
    request: HttpRequest, district: str, *, form: ProtocolForm | None = None, roster_form: RosterForm | None = None
) -> dict[str, Any]:
    viewer, now, pack = request.viewer, request.now, active_pack()
    protocol = queries.protocol_of(viewer, district)
    known, may = pack.sharing.district(district), acts_open_to(viewer)
    roster = queries.roster_of(protocol) if protocol else []
    label = pack.teams.all().label
    if protocol is None and "protocol.record" in may and form is None:
        form = ProtocolForm(initial={"ends_on": local(now).date() + timedelta(days=365)})
    if protocol is not None and "roster.change" in may and roster_form is None:
        roster_form = RosterForm(people=queries.people_of_district(district, now))
    names = queries.names_of([protocol.recorded_by, protocol.seconded_by]) if protocol else {}
    state = queries.state_of(protocol, now)
    return {
        "district": known,
        "areas": [area.name for area in pack.areas if area.key in known.areas],
        "protocol": protocol,
        "state": STATES[state],
        "is_waiting": state == "waiting",
        "recorded_by": names.get(protocol.recorded_by, "") if protocol else "",
        "seconded_by": names.get(protocol.seconded_by, "") if protocol else "",
        "may_confirm": state == "waiting" and "protocol.confirm" in may and protocol.recorded_by != viewer.code,  # type: ignore[union-attr]
        "may_withdraw": protocol is not None and "protocol.withdraw" in may,
        "form": form if protocol is None else None,
        "roster_form": roster_form,
        "roster": [
            {"entry": one, "discipline": label(one.account.discipline) if one.account.discipline else ""}
            for one in roster
        ],
        "may_change_roster": protocol is not None and "roster.change" in may,
        "refusal": "",
    }
