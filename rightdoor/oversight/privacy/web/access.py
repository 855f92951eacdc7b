"""The access report: by the exact code of a case, on the screen and on paper."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse

from rightdoor.domain.errors import NotVisible
from rightdoor.foundation.audit.events import record_denied, record_read
from rightdoor.foundation.codes import is_code, normalise
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.oversight.privacy.actions.reports import note_report_printed
from rightdoor.oversight.privacy.printouts import access_report_document
from rightdoor.oversight.privacy.queries.access_report import case_to_report, page_of, report_on
from rightdoor.oversight.privacy.web.frame import attachment, check, parts_of
from rightdoor.oversight.privacy.wording import asked_language, kinds, why, wording

NO_CASE = "No case opens by this code. Check it letter by letter."


class CodeForm(forms.Form):
    """Which case."""

    code = forms.CharField(
        label="Code of the case",
        max_length=9,
        help_text="The whole code, such as K7MQ-4XPR. Nothing is searched.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


def ask(request: HttpRequest) -> HttpResponse:
    """For privacy officers; a coordinator comes from the case."""
    check(request, "access_report.make")
    return _ask(request, CodeForm())


def find(request: HttpRequest) -> HttpResponse:
    """On to the report."""
    check(request, "access_report.make")
    form = CodeForm(request.POST)
    if form.is_valid():
        code = normalise(form.cleaned_data["code"])
        try:
            return done(request, f"/privacy/access/{case_to_report(request.viewer, code, request.now).code}/")
        except NotVisible:
            record_denied(request.viewer, page="privacy:access", code=code if is_code(code) else "", reason="unknown")
            form.add_error("code", NO_CASE)
    return _ask(request, form, status=422)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """One page of it, in plain words."""
    case = case_to_report(request.viewer, code, request.now)
    record_read(request.viewer, "access_report.viewed", case)
    report = report_on(request.viewer, case, request.now)
    number = request.GET.get("page", "1")
    rows, pages = page_of(report, int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 0)
    words, here = wording("en"), int(number)
    base = f"/privacy/access/{case.code}/"
    context = {
        "case": case,
        "parts": parts_of(request.viewer, "access"),
        "is_coordinator": request.viewer.has("care_coordinator"),
        "rows": [(row, words["how"][row.how], kinds(row.classes, words), why(row.basis, words)) for row in rows],
        "count": len(report.rows),
        "said": f"Page {here} of {pages}",
        "previous": f"{base}?page={here - 1}" if here > 1 else "",
        "next": f"{base}?page={here + 1}" if here < pages else "",
    }
    return respond(request, page="privacy/access_report.html", context=context)


def document(request: HttpRequest, code: str) -> HttpResponse:
    """On paper. It is recorded that it left, so this is a POST."""
    case = case_to_report(request.viewer, code, request.now)
    language = asked_language(request.POST.get("language", ""))
    report = report_on(request.viewer, case, request.now)
    content = access_report_document(request.viewer, report, language=language, now=request.now)
    note_report_printed(request.viewer, case, language=language, times=len(report.rows), now=request.now)
    return attachment(content, f"access-report-{case.code}-{language}.pdf", "application/pdf")


def _ask(request: HttpRequest, form: CodeForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "parts": parts_of(request.viewer, "access")}
    return respond(request, page="privacy/access.html", context=context, status=status)
