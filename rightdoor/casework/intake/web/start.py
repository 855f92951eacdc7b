"""The public report. First what to do in danger; then, for those who go on, one question after the other. (INT-1)

Every step is one POST to one address, so the history of the browser holds one entry that says nothing. What was typed
travels in the form; nothing is stored, and no cookie is set, before or after it is sent.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as said

from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.casework.intake import actions, flow
from rightdoor.casework.intake.web.public import frame, public_page, tongues
from rightdoor.casework.intake.web.public_forms import ELSEWHERE, FORMS, Birth, StepForm
from rightdoor.casework.intake.web.throttle import Throttle
from rightdoor.casework.intake.web.typed import ORDER, STEPS, form_of, inputs_of, summary, typed_in
from rightdoor.foundation.access.viewers import NOBODY
from rightdoor.foundation.audit.events import AuditUnavailable
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.sealing.seals import SealBroken, open_state, sealed_state
from rightdoor.foundation.ui.pages import respond

MINUTES = 60
PURPOSE = "public report"
sending = Throttle(most=60, minutes=10)


def root(request: HttpRequest) -> HttpResponse:
    """Without a language in the address: the first of the pack's that the browser asks for."""
    wanted = [part.split(";")[0].strip()[:2].lower() for part in request.headers.get("Accept-Language", "").split(",")]
    known = active_pack().languages
    return redirect(reverse("public:start", args=[next((one for one in wanted if one in known), known[0])]))


@public_page
def show(request: HttpRequest, language: str) -> HttpResponse:
    """What to do in danger, before anything else and without a word about what the form is for."""
    return respond(
        request, page="intake/start/danger.html", context={**frame(language), "language_links": tongues(language)}
    )


@public_page
def create(request: HttpRequest, language: str) -> HttpResponse:
    """One step answered: on to the next, back, to one of them from the check, or sent."""
    typed, mended = typed_in(request)
    step, go = request.POST.get("step", ""), request.POST.get("go", "next")
    if step not in STEPS:
        return _purpose(request, language) if step != "purpose" else _step(request, language, "worry", typed)
    if go == "stay":
        return _step(request, language, step, typed)
    if go == "back":
        return _back(request, language, step, typed)
    if go.startswith("edit-") and go[5:] in FORMS:
        return _step(request, language, go[5:], typed)
    for name in [step] if step in FORMS else []:
        form = form_of(name, language, request, typed, mended=mended)
        if not form.is_valid():
            return _step(request, language, name, typed, form=form)
    if step != "check":
        return _step(request, language, ORDER[ORDER.index(step) + 1], typed)
    return _send(request, language, typed, mended)


def _send(request: HttpRequest, language: str, typed: dict[str, str], mended: set[str]) -> HttpResponse:
    forms = {name: form_of(name, language, request, typed, mended=mended) for name in FORMS}
    for name, form in forms.items():
        if not form.is_valid():
            return _step(request, language, name, typed, form=form)
    form_id = _form_id(request)
    if form_id is None:
        why = said(
            "More than an hour has passed, so nothing was sent yet. Your answers are all here: check them and send."
        )
        return _step(request, language, "check", typed, problem=why, status=422)
    if not sending.lets_pass(request, request.now):
        why = said(
            "Many forms are arriving at once. Your answers are all here: wait a few minutes and send again, or call."
        )
        return _step(request, language, "check", typed, problem=why, status=429)
    answers = {name: value for form in forms.values() for name, value in form.cleaned_data.items()}
    try:
        receipt = _receive(answers, language, _once(form_id, typed), request.now)
    except (DatabaseError, AuditUnavailable, SealBroken):
        why = said("It could not be sent just now. Your answers are all here: try again in a minute, or call.")
        return _step(request, language, "check", typed, problem=why, status=503)
    context = {**frame(language), "receipt": receipt, "is_mandated": answers["reporter_type"] == "mandated_reporter"}
    return respond(request, page="intake/start/sent.html", context=context)


def _receive(answers: Mapping[str, Any], language: str, form: str, now: datetime) -> str:
    born: Birth = answers["born"] or Birth()
    age = answers["age"]
    if age is None and born.year is not None:
        age = local(now).year - born.year
    area = "" if answers["area"] == ELSEWHERE else answers["area"]
    told = {key: answers[key] for key in ("what", "who", "where")}
    told |= {key: answers[key] for key in flow.FACTS if key in answers}
    told["elsewhere"] = answers["area"] == ELSEWHERE
    _report, receipt = actions.receive_report(
        NOBODY,
        channel="public_form",
        reporter_type=answers["reporter_type"],
        language=language,
        told=told,
        child=Who(given=answers["given"], family=answers["family"], birth_on=born.on, age_estimate=age),
        whereabouts=Whereabouts(area=area, now=answers["where_now"]),
        reporter={key: answers[key] for key in ("name", "contact", "reach_safely")},
        region=flow.region_of(active_pack(), area),
        now=now,
        form=form,
    )
    return receipt


def _purpose(request: HttpRequest, language: str) -> HttpResponse:
    return respond(request, page="intake/start/purpose.html", context=frame(language))


def _back(request: HttpRequest, language: str, step: str, typed: dict[str, str]) -> HttpResponse:
    at = ORDER.index(step)
    return _step(request, language, ORDER[max(at - 1, 0)], typed)


def _step(
    request: HttpRequest,
    language: str,
    step: str,
    typed: dict[str, str],
    *,
    form: StepForm | None = None,
    problem: str = "",
    status: int = 0,
) -> HttpResponse:
    if step in FORMS and form is None:
        form = form_of(step, language, request, typed, bound=False)
    carried = {name: value for name, value in typed.items() if form is None or name not in inputs_of(form)}
    context = {
        **frame(language),
        "step": step,
        "number": ORDER.index(step) + 1,
        "labels": [str(label) for label in STEPS.values()],
        "title": STEPS[step],
        "form": form,
        "carried": carried,
        "problem": problem,
        "state": sealed_state(
            {"form": _form_id(request) or secrets.token_hex(16)}, MINUTES, now=request.now, purpose=PURPOSE
        ),
        "other_languages": [tongue for tongue in tongues(language) if not tongue["is_here"]],
        "in_danger": typed.get("danger_now") == "yes",
        "is_mandated": typed.get("reporter_type") == "mandated_reporter",
        "stays_unnamed": typed.get("reporter_type") == "anonymous"
        and any(typed.get(name) for name in ("name", "contact")),
        "summary": summary(request, language, typed) if step == "check" else [],
    }
    status = status or (422 if form is not None and form.is_bound and not form.is_valid() else 200)
    return respond(
        request, page=f"intake/start/{'check' if step == 'check' else 'step'}.html", context=context, status=status
    )


def _form_id(request: HttpRequest) -> str | None:
    """The one-time id of this form; None when it is missing, too old, or not ours."""
    try:
        return str(open_state(request.POST.get("state", ""), now=request.now, purpose=PURPOSE)["form"])
    except (SealBroken, KeyError, UnicodeError):
        return None


def _once(form_id: str, typed: Mapping[str, str]) -> str:
    """The same form with the same answers is one report; with other answers it is another."""
    return f"{form_id}:{sha256(json.dumps(typed, sort_keys=True).encode()).hexdigest()}"
