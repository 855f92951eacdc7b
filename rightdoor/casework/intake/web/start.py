"""The public report. First what to do in danger; then, for those who go on, one question after the other. (INT-1)

Every step is one POST to one address, so the history of the browser holds one entry that says nothing. What was typed
travels in the form; nothing is stored, and no cookie is set, before or after it is sent.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as said
from django.utils.translation import gettext_lazy as _

from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.casework.intake import actions, flow, queries
from rightdoor.casework.intake.web.public_forms import ELSEWHERE, FORMS, Birth, ReceiptForm, StepForm
from rightdoor.casework.intake.web.throttle import Throttle
from rightdoor.foundation.access.viewers import NOBODY
from rightdoor.foundation.audit.events import AuditUnavailable
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.sealing.seals import SealBroken, open_state, sealed_state
from rightdoor.foundation.ui import refusals
from rightdoor.foundation.ui.pages import respond

STEPS: Mapping[str, Any] = {
    "worry": _("What worries you"),
    "child": _("About the child"),
    "questions": _("A few questions"),
    "you": _("About you"),
    "check": _("Check and send"),
}
ORDER = list(STEPS)
NAMES = {"en": "English", "es": "Español", "vi": "Tiếng Việt"}
MINUTES = 60
PURPOSE = "public report"
sending = Throttle(most=60, minutes=10)
asking = Throttle(most=40, minutes=10)

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class HotlineView:
    """A number to call, in the reader's language."""

    kind: str
    name: str
    phone: str
    dial: str
    text_to: str
    hours: str

    @property
    def parts(self) -> list[str]:
        """The number in pieces that a line must not break."""
        return self.phone.split()


def public_page(view: View) -> View:
    """A page for anybody: in the language of its address, from our own site only, leaving nothing behind."""

    @wraps(view)
    def page(request: HttpRequest, language: str, **kwargs: Any) -> HttpResponse:
        if language not in active_pack().languages:
            raise Http404
        if request.method == "POST" and not _comes_from_here(request):
            return refusals.form_expired(request, reason="another site")
        with translation.override(language):
            request.LANGUAGE_CODE = language
            try:
                response = view(request, language, **kwargs)
            except RequestDataTooBig:
                response = respond(request, page="intake/start/too_much.html", context=_frame(language), status=413)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    page.without_second_factor = True  # type: ignore[attr-defined]  # open to everybody
    return page


def root(request: HttpRequest) -> HttpResponse:
    """Without a language in the address: the first of the pack's that the browser asks for."""
    wanted = [part.split(";")[0].strip()[:2].lower() for part in request.headers.get("Accept-Language", "").split(",")]
    known = active_pack().languages
    return redirect(reverse("public:start", args=[next((one for one in wanted if one in known), known[0])]))


@public_page
def show(request: HttpRequest, language: str) -> HttpResponse:
    """What to do in danger, before anything else and without a word about what the form is for."""
    links = [
        {
            "code": code,
            "name": NAMES.get(code, code),
            "url": reverse("public:start", args=[code]),
            "is_here": code == language,
        }
        for code in active_pack().languages
    ]
    return respond(request, page="intake/start/danger.html", context={**_frame(language), "language_links": links})


@public_page
def create(request: HttpRequest, language: str) -> HttpResponse:
    """One step answered: on to the next, back, to one of them from the check, or sent."""
    typed, mended = _typed(request)
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
        form = _form(name, language, request, typed, mended=mended)
        if not form.is_valid():
            return _step(request, language, name, typed, form=form)
    if step != "check":
        return _step(request, language, ORDER[ORDER.index(step) + 1], typed)
    return _send(request, language, typed, mended)


def _send(request: HttpRequest, language: str, typed: dict[str, str], mended: set[str]) -> HttpResponse:
    forms = {name: _form(name, language, request, typed, mended=mended) for name in FORMS}
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
    context = {**_frame(language), "receipt": receipt, "is_mandated": answers["reporter_type"] == "mandated_reporter"}
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


@public_page
def ask(request: HttpRequest, language: str) -> HttpResponse:
    """Where one comes back with the receipt."""
    return _asked(request, language, ReceiptForm(auto_id="%s"))


@public_page
def answer(request: HttpRequest, language: str) -> HttpResponse:
    """ "Received" or "being acted on": the same words for everybody, and nothing more. (INT-13)"""
    typed = request.POST.get("receipt", "").replace("\0", "")[:100]
    form = ReceiptForm({"receipt": typed}, auto_id="%s")
    if not asking.lets_pass(request, request.now):
        form.add_error("receipt", said("Too many codes were tried just now. Wait a few minutes and try again."))
        return _asked(request, language, form, status=429)
    found = queries.receipt_answer(typed)
    if not found:
        form.add_error("receipt", said("This code is not known. It has 16 letters and numbers; check each of them."))
        return _asked(request, language, form, status=422)
    return _asked(request, language, form, found=found)


def _asked(
    request: HttpRequest, language: str, form: ReceiptForm, *, found: str = "", status: int = 200
) -> HttpResponse:
    context = {**_frame(language), "form": form, "answer": found}
    return respond(request, page="intake/start/back.html", context=context, status=status)


def _purpose(request: HttpRequest, language: str) -> HttpResponse:
    return respond(request, page="intake/start/purpose.html", context=_frame(language))


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
        form = _form(step, language, request, typed, bound=False)
    carried = {name: value for name, value in typed.items() if form is None or name not in _inputs_of(form)}
    context = {
        **_frame(language),
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
        "other_languages": [
            {"code": code, "name": NAMES.get(code, code), "url": reverse("public:start", args=[code])}
            for code in active_pack().languages
            if code != language
        ],
        "in_danger": typed.get("danger_now") == "yes",
        "is_mandated": typed.get("reporter_type") == "mandated_reporter",
        "stays_unnamed": typed.get("reporter_type") == "anonymous"
        and any(typed.get(name) for name in ("name", "contact")),
        "summary": _summary(request, language, typed) if step == "check" else [],
    }
    status = status or (422 if form is not None and form.is_bound and not form.is_valid() else 200)
    return respond(
        request, page=f"intake/start/{'check' if step == 'check' else 'step'}.html", context=context, status=status
    )


def _summary(request: HttpRequest, language: str, typed: dict[str, str]) -> list[dict[str, Any]]:
    groups = []
    for name in FORMS:
        form = _form(name, language, request, typed, bound=False)
        said_here = [(bound.label, _as_text(bound)) for bound in form]
        groups.append({"step": name, "title": STEPS[name], "answers": said_here})
    return groups


def _as_text(bound: Any) -> str:
    value = bound.value()
    if bound.name == "born":
        month, day, year = value or ("", "", "")
        names = dict(bound.field.widget.widgets[0].choices)
        return " ".join(part for part in (str(names.get(month, "")) if month else "", day, year) if part)
    if choices := getattr(bound.field, "choices", None):
        return str(dict(choices).get(value or "", value or ""))
    return str(value or "")


def _form(
    name: str,
    language: str,
    request: HttpRequest,
    typed: dict[str, str],
    *,
    bound: bool = True,
    mended: set[str] = frozenset(),
) -> StepForm:
    known = {"pack": active_pack(), "language": language, "today": local(request.now).date()}
    kind = FORMS[name]
    if bound:
        form = kind(typed, auto_id="%s", **known)
        for field in mended & set(form.fields):
            form.add_error(
                field, said("There was a character in this text that cannot be kept. It was taken out; check the text.")
            )
        return form
    initial = {field: typed.get(field, "") for field in kind.base_fields}
    if "born" in initial:
        initial["born"] = [typed.get(f"born_{part}", "") for part in ("month", "day", "year")]
    return kind(initial=initial, auto_id="%s", **known)


def _inputs_of(form: StepForm) -> set[str]:
    return {*form.fields, *({f"born_{part}" for part in ("month", "day", "year")} if "born" in form.fields else ())}


INPUTS = [
    *[name for kind in FORMS.values() for name in kind.base_fields if name != "born"],
    *[f"born_{part}" for part in ("month", "day", "year")],
]


def _typed(request: HttpRequest) -> tuple[dict[str, str], set[str]]:
    """Everything typed so far, of every step, and the names of those out of which a null character was taken."""
    found = {name: request.POST[name] for name in INPUTS if name in request.POST}
    mended = {name for name, value in found.items() if "\0" in value}
    return {name: value.replace("\0", "") for name, value in found.items()}, mended


def _form_id(request: HttpRequest) -> str | None:
    """The one-time id of this form; None when it is missing, too old, or not ours."""
    try:
        return str(open_state(request.POST.get("state", ""), now=request.now, purpose=PURPOSE)["form"])
    except (SealBroken, KeyError, UnicodeError):
        return None


def _once(form_id: str, typed: Mapping[str, str]) -> str:
    """The same form with the same answers is one report; with other answers it is another."""
    return f"{form_id}:{sha256(json.dumps(typed, sort_keys=True).encode()).hexdigest()}"


def _frame(language: str) -> dict[str, Any]:
    pack = active_pack()
    hotlines = [
        HotlineView(
            kind=line.kind,
            name=pack.word(line.key, language),
            phone=line.phone,
            dial=line.dial,
            text_to=line.text_to,
            hours=line.hours.text(language),
        )
        for line in pack.public.hotlines
    ]
    return {
        "language": language,
        "hotlines": hotlines,
        "danger": pack.public.danger.text(language),
        "state_hotline": next((line for line in hotlines if line.kind == "state"), None),
        "follow_up_days": pack.reporting_line.mandated_report.written_follow_up_within_days,
    }


def _comes_from_here(request: HttpRequest) -> bool:
    """Sent by our own page. Browsers that say nothing are believed: such a form can do no more than a new visitor."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin", "null")
    return origin == "null" or urlsplit(origin).netloc == request.get_host()
