"""Where somebody answers, with a one-time code and without a name.

For this page nobody is signed in, whoever sends it: the log, the trail and the database see the public. One address for
everybody and every survey; the code travels in the form. No cookie, no draft, no time, nothing for the next site.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as said

from rightdoor.community.surveys.actions import take_answers
from rightdoor.community.surveys.models import SurveyRound
from rightdoor.community.surveys.queries import instrument_of, round_at
from rightdoor.community.surveys.words import NOTHING_HERE
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.questionnaire.fault import AnswersUnsound
from rightdoor.foundation.access.viewers import NOBODY
from rightdoor.foundation.audit.context import RequestMarks, marks
from rightdoor.foundation.fence import acting_as
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.questionnaires.asking import ANSWER, NOTE, SheetForm
from rightdoor.foundation.ui import refusals
from rightdoor.foundation.ui.pages import respond

LONGEST = 60


def unnamed(view: Callable[[HttpRequest, str], HttpResponse]) -> Callable[[HttpRequest, str], HttpResponse]:
    """For anybody, from our own page only; and a person who is signed in leaves no trace of it."""

    @wraps(view)
    def page(request: HttpRequest, language: str) -> HttpResponse:
        request.viewer = NOBODY  # the line of the log is written from it
        if language not in active_pack().languages:
            raise Http404
        if request.method == "POST" and not _comes_from_here(request):
            return refusals.form_expired(request, reason="another site")
        token = marks.set(RequestMarks())  # neither session nor request: the event leads to no line of the log
        try:
            with acting_as(NOBODY, request.now), translation.override(language):
                request.LANGUAGE_CODE = language
                response = view(request, language)
        finally:
            marks.reset(token)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    return page


@unnamed
def ask(request: HttpRequest, language: str) -> HttpResponse:
    """The code, please: the same page for every survey there could be."""
    return _code(request, language)


@unnamed
def answer(request: HttpRequest, language: str) -> HttpResponse:
    """The code was typed, or the answers were sent."""
    code = request.POST.get("code", "").replace("\0", "")[:LONGEST]
    row = round_at(code, request.now)
    if row is None:
        return _code(request, language, code, str(NOTHING_HERE) if code.strip() else said("Type the code."))
    is_sent = request.POST.get("step") == "answers"
    is_filled = any(name.startswith((ANSWER, NOTE)) for name in request.POST)
    form = SheetForm(instrument_of(row), *([request.POST] if is_sent or is_filled else []), language=language)
    if not is_sent:  # the code alone, or another language: what was chosen stays
        return _sheet(request, language, row, code, form)
    if form.is_valid():
        try:
            take_answers(NOBODY, code, answers=form.answers, now=request.now)
            return respond(request, page="surveys/answer/thanks.html", context=_frame(language))
        except NotVisible:  # used a moment ago
            return _code(request, language, code, str(NOTHING_HERE))
        except RuleBroken:
            form.add_error(None, said("Answer at least one question. If you would rather not, close this page."))
        except AnswersUnsound:
            form.add_error(None, said("An answer does not fit its question. Look through them once more."))
    return _sheet(request, language, row, code, form, status=422)


def _code(request: HttpRequest, language: str, typed: str = "", refusal: str = "") -> HttpResponse:
    context = {**_frame(language), "typed": typed, "refusal": refusal}
    return respond(request, page="surveys/answer/code.html", context=context, status=422 if refusal else 200)


def _sheet(
    request: HttpRequest, language: str, row: SurveyRound, code: str, form: SheetForm, status: int = 200
) -> HttpResponse:
    instrument = form.instrument
    context = {
        **_frame(language),
        "form": form,
        "code": code,
        "title": instrument.text("title", instrument.title, language),
        "instruction": instrument.text("instruction", instrument.instruction, language),
        "notice": instrument.text("notice", instrument.notice, language),
        "credit": instrument.terms.credit,
        "closes_on": row.ended_on or row.closes_on,
        "other_languages": [one for one in _tongues(language) if not one["is_here"]],
    }
    return respond(request, page="surveys/answer/sheet.html", context=context, status=status)


def _frame(language: str) -> dict[str, Any]:
    return {"here": reverse("surveys:answer", args=[language]), "language_links": _tongues(language)}


def _tongues(language: str) -> list[dict[str, Any]]:
    found = []
    for code in active_pack().languages:
        name = translation.get_language_info(code)["name_local"]
        address = reverse("surveys:answer", args=[code])
        found.append({"code": code, "name": name[0].upper() + name[1:], "url": address, "is_here": code == language})
    return found


def _comes_from_here(request: HttpRequest) -> bool:
    """Sent by our own page. Browsers that say nothing are believed: such a form can do no more than a new visitor."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin", "null")
    return origin == "null" or urlsplit(origin).netloc == request.get_host()
