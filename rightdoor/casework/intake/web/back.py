"""Where a reporter comes back with the receipt."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as said

from rightdoor.casework.intake import queries
from rightdoor.casework.intake.web.public import frame, public_page
from rightdoor.casework.intake.web.public_forms import ReceiptForm
from rightdoor.casework.intake.web.throttle import Throttle
from rightdoor.foundation.ui.pages import respond

asking = Throttle(most=40, minutes=10)


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
    context = {**frame(language), "form": form, "answer": found}
    return respond(request, page="intake/start/back.html", context=context, status=status)
