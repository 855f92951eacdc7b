"""A second person's decision, as a form: the sentence that it rests on, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.domain.errors import RuleBroken
from rightdoor.foundation.ui.pages import done
from rightdoor.oversight.exports.web.forms import DecisionForm


def decided(
    request: HttpRequest, act: Callable[[str], object], said: str, address: str
) -> tuple[HttpResponse | None, DecisionForm]:
    """Does `act` with the sentence. None with the form, which says what is wrong, where it has to be shown again."""
    form = DecisionForm(request.POST)
    if form.is_valid():
        try:
            act(form.cleaned_data["why"])
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return done(request, address), form
    return None, form
