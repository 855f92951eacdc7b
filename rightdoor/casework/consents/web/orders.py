"""Court orders, subpoenas and documented emergencies."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.consents import queries
from rightdoor.casework.consents.actions import orders as acts
from rightdoor.casework.consents.choices import NEVER, RELEASABLE
from rightdoor.casework.consents.queries import Place
from rightdoor.casework.consents.web.forms import EmergencyForm, ObeyForm, OrderForm, SettleForm, SubpoenaForm
from rightdoor.casework.consents.web.frame import frame, place, place_of_row
from rightdoor.community.partners.queries import agencies_of
from rightdoor.domain.errors import RuleBroken
from rightdoor.foundation.ui.pages import done, respond

PAGES = {
    "order": "consents/order_new.html",
    "subpoena": "consents/subpoena_new.html",
    "emergency": "consents/emergency_new.html",
}


def show_order(request: HttpRequest, code: str) -> HttpResponse:
    """Asks what the judge ordered."""
    here = place(request, code, "order.record")
    return _form(request, here, OrderForm(**_parties(request, here), initial={"starts_at": request.now}), "order")


def create_order(request: HttpRequest, code: str) -> HttpResponse:
    """Puts the order on record; a second person confirms it."""
    here = place(request, code, "order.record")
    form = OrderForm(request.POST, **_parties(request, here))
    if form.is_valid():
        data = form.cleaned_data
        told = acts.OrderTold(data["court"], data["number"], data["scope"], tuple(data["classes"]))
        names = ("from_agency", "to_agency", "to_account", "starts_at", "ends_at")
        try:
            order = acts.record_court_order(
                request.viewer, here.client, told=told, now=request.now, **{name: data[name] for name in names}
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The order is on record. It opens nothing until a second person confirms it.")
            return done(request, f"/orders/{order.code}/")
    return _form(request, here, form, "order", status=422)


def show_one_order(request: HttpRequest, code: str) -> HttpResponse:
    """An order, what was done before obeying it, and its confirmation."""
    return _order(request, code)


def change_order(request: HttpRequest, code: str) -> HttpResponse:
    """The notes before obeying, or the second person's confirmation."""
    order = queries.order_for(request.viewer, code, request.now)
    confirms = request.POST.get("do") == "confirm"
    place_of_row(request, order, "order.confirm" if confirms else "order.record")
    form = ObeyForm(request.POST)
    try:
        if confirms:
            acts.confirm_court_order(request.viewer, order, now=request.now)
            messages.success(request, "The order is confirmed. It opens what it names, and nothing else.")
            return done(request, f"/orders/{order.code}/")
        if form.is_valid():
            acts.note_on_court_order(request.viewer, order, now=request.now, **form.cleaned_data)
            messages.success(request, "The notes are on record.")
            return done(request, f"/orders/{order.code}/")
    except RuleBroken as refusal:
        return _order(request, code, refusal=str(refusal), status=422)
    return _order(request, code, form=form, status=422)


def show_subpoena(request: HttpRequest, code: str) -> HttpResponse:
    """Asks what the subpoena says."""
    here = place(request, code, "order.record")
    return _form(request, here, SubpoenaForm(initial={"received_at": request.now}), "subpoena")


def create_subpoena(request: HttpRequest, code: str) -> HttpResponse:
    """Puts it on record: people are told, the record is kept, nothing opens."""
    here = place(request, code, "order.record")
    form = SubpoenaForm(request.POST)
    if form.is_valid():
        try:
            row = acts.record_subpoena(request.viewer, here.client, now=request.now, **form.cleaned_data)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The subpoena is on record. Nothing is shared because of it. Call counsel.")
            return done(request, f"/subpoenas/{row.code}/")
    return _form(request, here, form, "subpoena", status=422)


def show_one_subpoena(request: HttpRequest, code: str) -> HttpResponse:
    """A subpoena, and what came of it."""
    return _subpoena(request, code, SettleForm())


def settle_one_subpoena(request: HttpRequest, code: str) -> HttpResponse:
    """It was answered by counsel, quashed or withdrawn."""
    row = queries.subpoena_for(request.viewer, code, request.now)
    place_of_row(request, row, "order.record")
    form = SettleForm(request.POST)
    if form.is_valid():
        try:
            acts.settle_subpoena(request.viewer, row, now=request.now, **form.cleaned_data)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The subpoena is settled.")
            return done(request, f"/subpoenas/{row.code}/")
    return _subpoena(request, code, form, status=422)


def show_emergency(request: HttpRequest, code: str) -> HttpResponse:
    """Asks what is happening."""
    here = place(request, code, "order.record")
    return _form(request, here, EmergencyForm(**_parties(request, here)), "emergency")


def create_emergency(request: HttpRequest, code: str) -> HttpResponse:
    """Opens what is named, at once, for its hours."""
    here = place(request, code, "order.record")
    form = EmergencyForm(request.POST, **_parties(request, here))
    if form.is_valid():
        try:
            acts.record_emergency(request.viewer, here.client, now=request.now, **form.cleaned_data)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The emergency is on record. The agency that holds the records is told.")
            return done(request, f"/cases/{here.case_code}/consent/")
    return _form(request, here, form, "emergency", status=422)


def _parties(request: HttpRequest, here: Place) -> dict[str, Any]:
    return {
        "agencies": [(one.code, one.name) for one in agencies_of(request.viewer)],
        "people": queries.recipients(here.region, request.now),
    }


def _form(request: HttpRequest, here: Place, form: Any, kind: str, *, status: int = 200) -> HttpResponse:
    context = {**frame(request, here), "form": form}
    return respond(request, page=PAGES[kind], context=context, status=status)


def _order(request: HttpRequest, code: str, *, form: Any = None, refusal: str = "", status: int = 200) -> HttpResponse:
    order = queries.order_for(request.viewer, code, request.now)
    here = place_of_row(request, order)
    told = queries.opened_told(request.viewer, order, request.now, verb="court_order.read")
    notes = {name: told.get(name, "") for name in ("notice_attempt", "safety_steps")}
    names = queries.names_of({order.recorded_by, order.confirmed_by})
    context = {
        **frame(request, here),
        "order": order,
        "told": told,
        "classes": ", ".join({**RELEASABLE, **NEVER}.get(name, name).split(":")[0] for name in told.get("classes", ())),
        "form": form or ObeyForm(initial=notes),
        "refusal": refusal,
        "recorded_by": names.get(order.recorded_by, ""),
        "confirmed_by": names.get(order.confirmed_by, ""),
        "is_own": order.recorded_by == request.viewer.code,
    }
    return respond(request, page="consents/order.html", context=context, status=status)


def _subpoena(request: HttpRequest, code: str, form: Any, *, status: int = 200) -> HttpResponse:
    row = queries.subpoena_for(request.viewer, code, request.now)
    here = place_of_row(request, row)
    told = queries.opened_told(request.viewer, row, request.now, verb="subpoena.read")
    context = {**frame(request, here), "row": row, "told": told, "form": form}
    return respond(request, page="consents/subpoena.html", context=context, status=status)
