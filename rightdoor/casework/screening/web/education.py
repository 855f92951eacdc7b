"""Universal education: given to all, entered without a word of what anybody told; and where the cards are. (SCR-6)"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rightdoor.casework.screening import actions, choices, queries
from rightdoor.casework.screening.web.forms import EducationForm
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.foundation.jurisdiction.active import local
from rightdoor.foundation.ui.pages import respond
from rightdoor.foundation.ui.typed import code_in, typed_in

MAKER = "Futures Without Violence"
# The cards are their maker's: their address is told, and they are never kept here. No page of this site leads to
# another one (SEC-50), so that nobody is taken out of it by a slip of the finger. (practice 5.3)
CARDS = (
    ("Safety cards, to look at and to order", "store.futureswithoutviolence.org"),
    ("How universal education goes, for health settings", "ipvhealth.org"),
    ("The maker of the cards and of the method", "www.futureswithoutviolence.org"),
)


def index(request: HttpRequest) -> HttpResponse:
    """A form for one more, the own entries, and the cards."""
    check_may(request.viewer, "education.log")
    form = _form(request, initial={"given_on": local(request.now).date(), "people": 1})
    return _page(request, form, code=code_in({}))


def create(request: HttpRequest) -> HttpResponse:
    """Entered."""
    check_may(request.viewer, "education.log")
    form, code = _form(request, request.POST), code_in(typed_in(request))
    if form.is_valid():
        try:
            actions.log_education(request.viewer, **form.cleaned_data, now=request.now, code=code)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Entered.")
            return redirect(reverse("screening:education"))
    return _page(request, form, code=code, status=422)


def _form(request: HttpRequest, *args: Any, **kwargs: Any) -> EducationForm:
    return EducationForm(*args, now=request.now, viewer=request.viewer, **kwargs)


def _page(request: HttpRequest, form: EducationForm, *, code: str, status: int = 200) -> HttpResponse:
    entries = [
        {
            "given_on": one.given_on,
            "people": one.people,
            "is_alone": one.is_alone,
            "interpreter": choices.INTERPRETERS.get(one.interpreter, ""),
            "cards_offered": one.cards_offered,
            "warm_referral": one.warm_referral,
        }
        for one in queries.education_of(request.viewer)
    ]
    context = {"form": form, "code": code, "entries": entries, "cards": CARDS, "maker": MAKER}
    return respond(request, page="screening/education.html", context=context, status=status)
