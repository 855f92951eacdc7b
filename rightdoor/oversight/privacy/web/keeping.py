"""How long records are kept, holds, and disposals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases.models import Case
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.foundation.audit.events import record_denied, record_read
from rightdoor.foundation.codes import is_code, normalise
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.oversight.privacy.actions import keeping as acts
from rightdoor.oversight.privacy.printouts import certificate_document, ledger_document
from rightdoor.oversight.privacy.queries import keeping as reads
from rightdoor.oversight.privacy.queries.minimising import figures
from rightdoor.oversight.privacy.web.access import NO_CASE, CodeForm
from rightdoor.oversight.privacy.web.frame import attachment, check, parts_of
from rightdoor.oversight.privacy.wording import asked_language


class HoldForm(CodeForm):
    """Which record must be kept, and why."""

    reason = forms.ChoiceField(
        label="Why must it be kept?", choices=list(reads.HOLD_WORDS.items()), widget=forms.RadioSelect
    )
    told = forms.CharField(
        label="What it stands on",
        max_length=acts.MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Such as the number of the lawsuit. Kept sealed.",
    )


class EarlyForm(CodeForm):
    """Which record goes before its time, and why."""

    reason = forms.ChoiceField(
        label="Why before its time?",
        choices=[(key, reads.REASON_WORDS[key]) for key in ("court_expungement", "client_request")],
        widget=forms.RadioSelect,
    )
    authority = forms.CharField(
        label="Number of the court's order", max_length=200, required=False, help_text="For an order of a court."
    )


def schedule(request: HttpRequest) -> HttpResponse:
    """The schedule in plain words, and what is kept for a short while only."""
    check(request, "schedule.read")
    rows = reads.schedule()
    context = {
        "parts": parts_of(request.viewer, "retention"),
        "rows": rows,
        "drafts": any(row.draft for row in rows),
        "all_drafts": all(row.draft for row in rows),
        "figures": [(label, _span(kept)) for label, kept in figures()],
    }
    return respond(request, page="privacy/retention.html", context=context)


def holds(request: HttpRequest) -> HttpResponse:
    """The holds, and the form for another."""
    check(request, "hold.place")
    return _holds(request, HoldForm())


def place(request: HttpRequest) -> HttpResponse:
    """Place a hold."""
    check(request, "hold.place")
    form = HoldForm(request.POST)

    def place_on(case: Case, told: dict[str, Any]) -> str:
        return f"/privacy/holds/{acts.place_hold(request.viewer, case, now=request.now, **told).code}/"

    return _on_a_case(request, form, "hold.place", "privacy:holds", place_on) or _holds(request, form, status=422)


def hold(request: HttpRequest, code: str) -> HttpResponse:
    """One hold, with its words."""
    return _hold(request, code)


def lift(request: HttpRequest, code: str) -> HttpResponse:
    """Lift it, as the second person."""
    found = reads.hold_for(request.viewer, code)
    try:
        acts.lift_hold(request.viewer, found, now=request.now)
    except RuleBroken as refusal:
        return _hold(request, code, str(refusal), status=422)
    return done(request, "/privacy/holds/")


def disposals(request: HttpRequest) -> HttpResponse:
    """What is on its way, and the form for a record that goes before its time."""
    check(request, "disposal.ask")
    return _disposals(request, EarlyForm())


def ask_early(request: HttpRequest) -> HttpResponse:
    """A court or the client."""
    check(request, "disposal.ask")
    form = EarlyForm(request.POST)

    def ask_on(case: Case, told: dict[str, Any]) -> str:
        return f"/privacy/disposals/{acts.ask_before_time(request.viewer, case, now=request.now, **told).code}/"

    return _on_a_case(request, form, "disposal.ask", "privacy:disposals", ask_on) or _disposals(
        request, form, status=422
    )


def disposal(request: HttpRequest, code: str) -> HttpResponse:
    """One disposal."""
    return _disposal(request, code)


def answer(request: HttpRequest, code: str) -> HttpResponse:
    """Ask, approve or refuse: `act` says which."""
    found = reads.disposal_for(request.viewer, code)
    chosen = {"ask": acts.ask_for_disposal, "approve": acts.approve_disposal, "refuse": acts.refuse_disposal}
    act = chosen.get(request.POST.get("act", ""))
    try:
        if act is None:
            raise RuleBroken("Choose what to do.")
        act(request.viewer, found, now=request.now)
    except RuleBroken as refusal:
        return _disposal(request, code, str(refusal), status=422)
    return done(request, f"/privacy/disposals/{found.code}/")


def ledger(request: HttpRequest, code: str) -> HttpResponse:
    """What had left the platform, for the client. It is recorded that it was printed, so this is a POST."""
    found = reads.disposal_for(request.viewer, code)
    if found.state not in reads.RUNNING:
        return _disposal(request, code, "This record is not there any more.", status=422)
    language = asked_language(request.POST.get("language", ""))
    content = ledger_document(request.viewer, found, language=language, now=request.now)
    acts.note_ledger(request.viewer, found, language=language, now=request.now)
    return attachment(content, f"disclosures-{found.case_code}-{language}.pdf", "application/pdf")


def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """The certificate on paper."""
    found = reads.disposal_for(request.viewer, code)
    if found.state != "done":
        raise NotVisible
    record_read(request.viewer, "disposal.certificate_printed", found)
    row = reads.disposal_row(request.viewer, found, request.now)
    content = certificate_document(request.viewer, found, row, now=request.now)
    return attachment(content, f"certificate-{found.code}.pdf", "application/pdf")


def _holds(request: HttpRequest, form: HoldForm, status: int = 200) -> HttpResponse:
    rows = reads.holds_for(request.viewer)
    context = {"parts": parts_of(request.viewer, "holds"), "rows": rows, "form": form}
    return respond(request, page="privacy/holds.html", context=context, status=status)


def _hold(request: HttpRequest, code: str, problem: str = "", status: int = 200) -> HttpResponse:
    found = reads.hold_for(request.viewer, code)
    record_read(request.viewer, "hold.viewed", found, classes=["PERF"], basis="review")
    context = {
        "row": reads.hold_row(request.viewer, found),
        "told": reads.opened(found.told_sealed, reads.told_label(found)),
        "problem": problem,
    }
    return respond(request, page="privacy/hold.html", context=context, status=status)


def _disposals(request: HttpRequest, form: EarlyForm, status: int = 200) -> HttpResponse:
    rows = reads.disposals_for(request.viewer, request.now)
    context = {"parts": parts_of(request.viewer, "disposals"), "rows": rows, "form": form}
    return respond(request, page="privacy/disposals.html", context=context, status=status)


def _disposal(request: HttpRequest, code: str, problem: str = "", status: int = 200) -> HttpResponse:
    found = reads.disposal_for(request.viewer, code)
    record_read(request.viewer, "disposal.viewed", found)
    context: dict[str, Any] = {
        "row": reads.disposal_row(request.viewer, found, request.now),
        "disposal": found,
        "authority": reads.opened(found.authority_sealed, reads.authority_label(found)),
        "problem": problem,
    }
    return respond(request, page="privacy/disposal.html", context=context, status=status)


def _on_a_case(
    request: HttpRequest, form: CodeForm, act: str, page: str, then: Callable[[Case, dict[str, Any]], str]
) -> HttpResponse | None:
    """Finds the case that the form names by its code and does `then`, which says where to go on.

    None where the form has to be shown again: nothing that was done is left. A code that leads nowhere is recorded.
    """
    if not form.is_valid():
        return None
    told = dict(form.cleaned_data)
    code = told.pop("code")
    try:
        return done(request, then(reads.case_to_keep(request.viewer, code, act), told))
    except NotVisible:
        code = normalise(code)
        record_denied(request.viewer, page=page, code=code if is_code(code) else "", reason="unknown")
        form.add_error("code", NO_CASE)
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
    return None


def _span(kept: Any) -> str:
    hours = int(kept.total_seconds() // 3600)
    number, unit = (hours // 24, "day") if hours >= 24 else (hours, "hour")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
