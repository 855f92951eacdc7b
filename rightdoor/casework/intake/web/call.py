"""Taking a report during a call: one page for the keyboard, kept as it is typed. (INT-2)"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.casework.intake import actions, flow
from rightdoor.casework.intake.web.forms import CallForm
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import check_may
from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.jurisdiction.templatetags.words import clock_time
from rightdoor.foundation.ui.pages import respond

DRAFT = "intake.report"
PAGE = "intake/call.html"
PARTS_OF_A_DATE = {"born": ("month", "day", "year"), "reported_at": ("day", "time")}


def show(request: HttpRequest) -> HttpResponse:
    """The page, with what was typed before the line or the browser dropped."""
    _check(request)
    kept = find_draft(request.viewer, DRAFT)
    typed, kept_at = kept if kept else ({}, None)
    form = CallForm(initial=_initial(typed), now=request.now, auto_id="%s")
    return _page(request, form, form_id=str(typed.get("form_id") or secrets.token_hex(16)), kept_at=kept_at)


def keep(request: HttpRequest) -> HttpResponse:
    """The draft, kept while the person types; answers with the time, for the line beside the button."""
    _check(request)
    keep_draft(request.viewer, DRAFT, "", _typed(request), now=request.now)
    return HttpResponse(f"Kept at {clock_time(request.now)}", content_type="text/plain; charset=utf-8")


def create(request: HttpRequest) -> HttpResponse:
    """Kept, dropped or sent. What cannot be sent yet is kept too."""
    _check(request)
    go, typed = request.POST.get("go", "send"), _typed(request)
    if go == "drop":
        drop_draft(request.viewer, DRAFT)
        return redirect(reverse("intake:new"))
    if go == "keep":
        keep_draft(request.viewer, DRAFT, "", typed, now=request.now)
        messages.success(request, f"Kept at {clock_time(request.now)}.")
        return redirect(reverse("intake:new"))
    form = CallForm(typed, now=request.now, auto_id="%s")
    _mend(request, form)
    if not form.is_valid():
        keep_draft(request.viewer, DRAFT, "", typed, now=request.now)
        return _page(request, form, form_id=str(typed["form_id"]), kept_at=request.now, status=422)
    report, receipt = _receive(request, form, typed)
    drop_draft(request.viewer, DRAFT)
    return respond(request, page="intake/received.html", context={"report": report, "receipt": receipt})


def _receive(request: HttpRequest, form: CallForm, typed: Mapping[str, object]) -> tuple[Any, str]:
    data, born, area = form.cleaned_data, form.birth(), form.area_key()
    age = data["age"]
    if age is None and born.year is not None:
        age = local(request.now).year - born.year
    pack = active_pack()
    return actions.receive_report(
        request.viewer,
        channel="call",
        reporter_type=data["reporter_type"],
        language=pack.staff_language,
        told=form.told(),
        child=Who(
            given=data["given"],
            family=data["family"],
            aliases=tuple(alias.strip() for alias in data["aliases"].split(",") if alias.strip()),
            birth_on=born.on,
            age_estimate=age,
            gender=data["gender"],
            language=data["tongue"],
            interpreter_needed=data["interpreter_needed"],
        ),
        whereabouts=Whereabouts(area=area, now=data["where_now"]),
        reporter={key: data[key] for key in ("name", "contact", "reach_safely")},
        region=flow.region_of(pack, area),
        now=request.now,
        reported_at=data["reported_at"],
        form=f"{typed['form_id']}:{sha256(json.dumps(typed, sort_keys=True).encode()).hexdigest()}",
    )


def _page(request: HttpRequest, form: CallForm, *, form_id: str, kept_at: Any, status: int = 200) -> HttpResponse:
    context = {"form": form, "parts": form.parts(), "form_id": form_id, "kept_at": kept_at}
    return respond(request, page=PAGE, context=context, status=status)


def _check(request: HttpRequest) -> None:
    """Signed-in people only: anybody else has the public form, and this page does not exist for them."""
    if not request.viewer.code:
        raise NotVisible
    check_may(request.viewer, "report.receive")


def _typed(request: HttpRequest) -> dict[str, object]:
    """What stands in the form, field by field, as the draft keeps it. Null characters cannot be kept."""
    names = [name for name in CallForm.base_fields if name not in PARTS_OF_A_DATE]
    names += [f"{name}_{part}" for name, parts in PARTS_OF_A_DATE.items() for part in parts]
    typed: dict[str, object] = {name: request.POST.get(name, "").replace("\0", "") for name in names}
    return typed | {"form_id": request.POST.get("form_id", "")[:64] or secrets.token_hex(16)}


def _mend(request: HttpRequest, form: CallForm) -> None:
    for name in form.fields:
        if "\0" in request.POST.get(name, ""):
            form.add_error(name, "A character that cannot be kept was taken out of this text. Check it and send again.")


def _initial(typed: Mapping[str, object]) -> dict[str, object]:
    initial = dict(typed)
    for name, parts in PARTS_OF_A_DATE.items():
        initial[name] = [str(typed.get(f"{name}_{part}") or "") for part in parts]
    return initial
