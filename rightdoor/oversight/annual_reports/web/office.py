"""The report on its way to print: for who draws it up, and for the second reader."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import mark_safe

from rightdoor.domain.annual_report.flow import MAY_CHANGE, STATES, STEPS, TROUBLES
from rightdoor.domain.annual_report.merging import MERGES
from rightdoor.domain.annual_report.narrative import values_of, warnings
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import check_may, may
from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.foundation.ui.typed import as_initial, kept, typed_in
from rightdoor.oversight.annual_reports import actions, queries
from rightdoor.oversight.annual_reports.files import page_of
from rightdoor.oversight.annual_reports.models import AnnualReport
from rightdoor.oversight.annual_reports.web.forms import CoarserForm, DraftForm, ReadingForm, SentencesForm

SENTENCES = "annual.sentences"


def index(request: HttpRequest) -> HttpResponse:
    """Every report, the newest first."""
    _check_any(request)
    rows = [(one, STATES[one.state]) for one in queries.annual_reports_for(request.viewer)]
    return respond(
        request,
        page="annual_reports/office/index.html",
        context={"rows": rows, "may_draft": _may(request, "annual.draft")},
    )


def show_new(request: HttpRequest) -> HttpResponse:
    """The form of a new report."""
    _check_drafts(request)
    form = DraftForm(years=queries.years_to_report(request.viewer))
    return respond(request, page="annual_reports/office/new.html", context={"form": form})


def create(request: HttpRequest) -> HttpResponse:
    """Begins the report of a year, or its correction."""
    _check_drafts(request)
    form = DraftForm(request.POST, years=queries.years_to_report(request.viewer))
    if form.is_valid():
        try:
            row = actions.draft(request.viewer, year=int(form.cleaned_data["year"]), now=request.now)
            return done(request, reverse("annual_reports:report", args=[row.code]))
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, page="annual_reports/office/new.html", context={"form": form}, status=422)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """One report: how far it is, what stands against it, what can be done."""
    return _report(request, queries.annual_report_for(request.viewer, code))


def show_tables(request: HttpRequest, code: str) -> HttpResponse:
    """What would be printed, as a reader would see it. The look is recorded."""
    row = queries.annual_report_for(request.viewer, code)
    found = queries.draft_of(request.viewer, row)
    if found is None:
        raise NotVisible
    context = {
        "report": row,
        "content": mark_safe(page_of(found.document, "en")),  # noqa: S308 - made by our own template of printed values
        "to_be_read": found.to_be_read,
    }
    return respond(request, page="annual_reports/office/tables.html", context=context)


def show_coarser(request: HttpRequest, code: str) -> HttpResponse:
    """The form of what is shown more coarsely."""
    row = _to_change(request, code)
    form = CoarserForm(initial={"merges": [*row.merges, *row.proposals[:1]]})
    return _coarser(request, row, form)


def make_coarser(request: HttpRequest, code: str) -> HttpResponse:
    """Chooses what is shown more coarsely."""
    row = _to_change(request, code)
    form = CoarserForm(request.POST)
    if form.is_valid():
        try:
            actions.choose_merges(request.viewer, row, form.cleaned_data["merges"], now=request.now)
            messages.success(request, "Chosen. Build it again.")
            return done(request, reverse("annual_reports:report", args=[row.code]))
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return _coarser(request, row, form, status=422)


def show_sentences(request: HttpRequest, code: str) -> HttpResponse:
    """The form of the sentences, with the figures that they may be bound to."""
    row = _to_change(request, code)
    sections = queries.narrative_of(request.viewer, row)
    initial = {f"{part}_{at}": one[part] for at, one in enumerate(sections, start=1) for part in ("head", "text")}
    form = SentencesForm(sections=len(sections) + 1, initial=initial)
    typed = find_draft(request.viewer, SENTENCES, row.code)
    if typed:
        form.initial |= as_initial(form, typed[0])
    return _sentences(request, row, form, kept_at=typed[1] if typed else None)


def write_sentences(request: HttpRequest, code: str) -> HttpResponse:
    """Saves the sentences; a binding that no table has is refused and everything stays as it was typed."""
    row = _to_change(request, code)
    many = sum(name.startswith("head_") for name in request.POST)
    form = SentencesForm(request.POST, sections=many)
    if form.is_valid():
        try:
            actions.write_narrative(request.viewer, row, form.sections(), now=request.now)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            drop_draft(request.viewer, SENTENCES, row.code)
            messages.success(request, "Saved. Build it again.")
            for said in dict.fromkeys(it for one in form.sections() for it in warnings(one["text"])):
                messages.warning(request, said)
            return done(request, reverse("annual_reports:report", args=[row.code]))
    return _sentences(request, row, form, status=422)


def keep_sentences(request: HttpRequest, code: str) -> HttpResponse:
    """What is being typed, kept for its writer."""
    row = _to_change(request, code)
    keep_draft(request.viewer, SENTENCES, row.code, typed_in(request), now=request.now)
    return kept(request.now)


def build(request: HttpRequest, code: str) -> HttpResponse:
    """Has it built."""
    anew = request.POST.get("anew") == "on"
    said = "It is being built. Load this page again in a moment."
    return _act(request, code, actions.ask_to_build, said, count_anew=anew)


def send(request: HttpRequest, code: str) -> HttpResponse:
    """Hands it to a second reader."""
    return _act(request, code, actions.send, "It waits for the second reader.")


def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Publishes what was signed."""
    return _act(request, code, actions.publish, "It is published.")


def compare(request: HttpRequest, code: str) -> HttpResponse:
    """Builds it again and says whether it is the same."""
    row = queries.annual_report_for(request.viewer, code)
    try:
        found = actions.verify(request.viewer, row, now=request.now)
    except RuleBroken as refusal:
        return _report(request, row, refusal=str(refusal))
    return _report(request, row, compared=found)


def show_reading(request: HttpRequest, code: str) -> HttpResponse:
    """The second reader's form."""
    row = _to_read(request, code)
    return respond(request, page="annual_reports/office/reading.html", context={"report": row, "form": ReadingForm()})


def answer(request: HttpRequest, code: str) -> HttpResponse:
    """The second reader signs, or sends it back."""
    row = _to_read(request, code)
    form = ReadingForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            if said["answer"] == "sign":
                actions.sign(request.viewer, row, has_read=said["has_read"], now=request.now)
                messages.success(request, "Signed.")
            else:
                actions.send_back(request.viewer, row, reasons=said["reasons"], now=request.now)
                messages.success(request, "Sent back.")
            return done(request, reverse("annual_reports:report", args=[row.code]))
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    context = {"report": row, "form": form}
    return respond(request, page="annual_reports/office/reading.html", context=context, status=422)


# ------------------------------------------------------------------------------------------------------------- within


def _may(request: HttpRequest, act: str) -> bool:
    return may(request.viewer, act, queries.standing_of_the_state(request.viewer))


def _check_any(request: HttpRequest) -> None:
    if not _may(request, "annual.read"):
        raise NotVisible


def _check_drafts(request: HttpRequest) -> None:
    _check_any(request)
    check_may(request.viewer, "annual.draft", queries.standing_of_the_state(request.viewer))


def _to_change(request: HttpRequest, code: str) -> AnnualReport:
    row = queries.annual_report_for(request.viewer, code)
    check_may(request.viewer, "annual.draft", queries.standing_of_the_state(request.viewer))
    return row


def _to_read(request: HttpRequest, code: str) -> AnnualReport:
    row = queries.annual_report_for(request.viewer, code)
    check_may(request.viewer, "annual.sign", queries.standing_of_the_state(request.viewer))
    return row


def _act(request: HttpRequest, code: str, act: Any, said: str, **told: Any) -> HttpResponse:
    row = queries.annual_report_for(request.viewer, code)
    try:
        act(request.viewer, row, now=request.now, **told)
    except RuleBroken as refusal:
        return _report(request, row, refusal=str(refusal))
    messages.success(request, said)
    return done(request, reverse("annual_reports:report", args=[row.code]))


def _report(
    request: HttpRequest, row: AnnualReport, *, refusal: str = "", compared: actions.Compared | None = None
) -> HttpResponse:
    drafts = _may(request, "annual.draft")
    context = {
        "report": row,
        "title": f"Report on {row.year}",
        "state": STATES[row.state],
        "step": STEPS.get(row.step, ""),
        "trouble": TROUBLES.get(row.trouble, ""),
        "proposals": [MERGES[one] for one in row.proposals if one in MERGES],
        "merges": [MERGES[one] for one in row.merges if one in MERGES],
        "reasons": queries.reasons_of(request.viewer, row) if row.state == "returned" else "",
        "sections": len(queries.narrative_of(request.viewer, row)),
        "may_change": drafts and row.state in MAY_CHANGE,
        "may_send": drafts and row.state in ("built", "returned") and row.is_for_release and row.files_pass,
        "may_sign": row.state == "reading" and request.viewer.code not in row.authors and _may(request, "annual.sign"),
        "may_publish": row.state == "signed" and _may(request, "annual.publish"),
        "files": queries.files_of(row) if row.state == "published" else [],
        "compared": compared,
        "refusal": refusal,
    }
    status = 422 if refusal else 200
    return respond(request, page="annual_reports/office/report.html", context=context, status=status)


def _coarser(request: HttpRequest, row: AnnualReport, form: CoarserForm, status: int = 200) -> HttpResponse:
    context = {"report": row, "form": form, "proposals": [MERGES[one] for one in row.proposals if one in MERGES]}
    return respond(request, page="annual_reports/office/coarser.html", context=context, status=status)


def _sentences(
    request: HttpRequest, row: AnnualReport, form: SentencesForm, *, kept_at: Any = None, status: int = 200
) -> HttpResponse:
    found = queries.draft_of(request.viewer, row)
    values = values_of(found.document) if found else {}
    labels = _labels(found.document) if found else {}
    figures = [(f"{{{name}}}", labels.get(name, name), text) for name, text in values.items()]
    context = {"report": row, "form": form, "figures": figures, "kept_at": kept_at}
    return respond(request, page="annual_reports/office/sentences.html", context=context, status=status)


def _labels(document: Any) -> dict[str, str]:
    """Binding -> what it is in words."""
    return {
        f"{table['code']}.{row['key']}.{column['key']}": f"{table['title']}: {row['label']}, {column['label']}"
        for table in document["tables"]
        for row in table["rows"]
        for column in table["columns"]
    } | {f"figures.{one['name']}": str(one.get("label", one["name"])) for one in document["figures"]}
