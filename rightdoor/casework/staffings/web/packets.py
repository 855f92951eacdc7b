"""Packets of a staffing: made for one person without an account, shown once, taken back, and who came when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.staffings import queries
from rightdoor.casework.staffings.models import Staffing
from rightdoor.casework.staffings.packets.actions import make_packet, revoke_packet
from rightdoor.casework.staffings.packets.queries import ITEMS, Basis, bases_of, packet_for, packets_of
from rightdoor.casework.staffings.printouts import print_packet
from rightdoor.casework.staffings.web.frame import frame, staffing_of
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.foundation.jurisdiction.templatetags.words import when
from rightdoor.foundation.ui.forms import MomentField
from rightdoor.foundation.ui.pages import done, respond

STATES = {
    "waits": "Not open yet",
    "open": "Open",
    "over": "Over",
    "locked": "Locked after wrong words",
    "revoked": "Taken back",
    "no_ground": "Its ground no longer holds",
}
KINDS_OF_GROUND = {"ROI": "Release", "COURT": "Court order", "EMERG": "Emergency"}
LOOKS = {
    "wrong": "wrong words",
    "locked": "refused",
    "told": "said the words",
    "signed": "signed the notice",
    "opened": "signed and read",
}


class PacketForm(forms.Form):
    """For whom, on what ground, what, and from when until when."""

    reader = forms.CharField(label="Who reads it", max_length=120, help_text="The full name of one person.")
    ground = forms.ChoiceField(label="On what ground", widget=forms.RadioSelect)
    items = forms.MultipleChoiceField(
        label="What goes in",
        choices=list(ITEMS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what goes into the packet."},
    )
    opens_at = MomentField(label="Opens")
    closes_at = MomentField(label="Closes")

    def __init__(self, *args: Any, bases: list[Basis], window: tuple[datetime, datetime], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["ground"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (one.code, f"{KINDS_OF_GROUND[one.kind]} {one.code}, to {one.agency_name or one.to_agency}")
            for one in bases
        ]
        self.fields["opens_at"].initial, self.fields["closes_at"].initial = window
        self.fields["closes_at"].help_text = f"At the latest {when(window[1])}"


def show(request: HttpRequest, code: str) -> HttpResponse:
    """The packets of this staffing, and the form for another one."""
    staffing = _staffing(request, code)
    return respond(
        request, page="staffings/packets.html", context=_context(request, staffing, _form(request, staffing))
    )


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Makes one. The link and the words are shown this once."""
    staffing = _staffing(request, code)
    form = _form(request, staffing, bound=True)
    if form.is_valid():
        try:
            made = make_packet(request.viewer, staffing, now=request.now, **form.cleaned_data)
            origin = settings.ENV.origin or f"{request.scheme}://{request.get_host()}"
            context = {
                **frame(request, staffing),
                "link": f"{origin}/read/{made.secret}/",
                "words": made.words,
                "packet": made.packet,
                "reader": form.cleaned_data["reader"],
            }
            return respond(request, page="staffings/packet_made.html", context=context)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, page="staffings/packets.html", context=_context(request, staffing, form), status=422)


def revoke(request: HttpRequest, code: str) -> HttpResponse:
    """Takes it back at once. Pressed twice, it stays taken back."""
    packet = packet_for(request.viewer, code, request.now)
    try:
        revoke_packet(request.viewer, packet, now=request.now)
        messages.success(request, "The packet is taken back. From now on its link shows nothing.")
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    return done(request, f"/staffings/{packet.staffing.code}/packets/")


def document(request: HttpRequest, code: str) -> HttpResponse:
    """The packet on paper, for whoever cannot read it on a screen: handed over by hand, and on record as printed."""
    packet = packet_for(request.viewer, code, request.now)
    content = print_packet(request.viewer, packet, now=request.now)
    headers = {"Content-Disposition": f'attachment; filename="packet-{packet.code}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _staffing(request: HttpRequest, code: str) -> Staffing:
    staffing = staffing_of(request, code)
    check_may(request.viewer, "packet.make", queries.standing_for(request.viewer, staffing, request.now))
    return staffing


def _form(request: HttpRequest, staffing: Staffing, *, bound: bool = False) -> PacketForm:
    given: dict[str, Any] = {
        "bases": bases_of(staffing, request.now),
        "window": queries.access_window(staffing.meeting),
    }
    return PacketForm(request.POST, **given) if bound else PacketForm(initial={"items": ["agenda"]}, **given)


def _context(request: HttpRequest, staffing: Staffing, form: PacketForm) -> dict[str, Any]:
    tie = queries.standing_for(request.viewer, staffing, request.now)
    shown = packets_of(request.viewer, staffing, request.now, tie)
    return {
        **frame(request, staffing),
        "form": form,
        "has_ground": bool(form.fields["ground"].choices),  # type: ignore[attr-defined]
        "is_over": request.now >= queries.access_window(staffing.meeting)[1],
        "packets": [
            {
                "one": one,
                "state": STATES[one.state],
                "is_running": one.state in {"waits", "open"},
                "looks": [(at, LOOKS[what]) for at, what in one.looks],
            }
            for one in shown
        ],
    }
