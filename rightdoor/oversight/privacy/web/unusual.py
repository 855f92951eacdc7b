"""Unusual reading: the list, and a look at one line."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse

from rightdoor.domain.errors import RuleBroken
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.oversight.privacy.actions.unusual import MOST_LETTERS, judge_unusual
from rightdoor.oversight.privacy.queries.unusual import VERDICTS, note_of, row_of, unusual_for, unusual_rows
from rightdoor.oversight.privacy.web.frame import check, parts_of


class LookForm(forms.Form):
    """What was found."""

    verdict = forms.ChoiceField(label="What did you find?", choices=list(VERDICTS.items()), widget=forms.RadioSelect)
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="About the reading, not about a client.",
    )


def index(request: HttpRequest) -> HttpResponse:
    """The lists, newest month first."""
    check(request, "unusual.look")
    record_read(request.viewer, "unusual.viewed", kind="unusualreading")
    context = {"parts": parts_of(request.viewer, "unusual"), "rows": unusual_rows(request.viewer)}
    return respond(request, page="privacy/unusual.html", context=context)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """One line."""
    return _one(request, code, LookForm())


def judge(request: HttpRequest, code: str) -> HttpResponse:
    """Say what was found."""
    line, form = unusual_for(request.viewer, code), LookForm(request.POST)
    if form.is_valid():
        try:
            judge_unusual(request.viewer, line, now=request.now, **form.cleaned_data)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, "/privacy/unusual/")
    return _one(request, code, form, status=422)


def _one(request: HttpRequest, code: str, form: LookForm, status: int = 200) -> HttpResponse:
    line = unusual_for(request.viewer, code)
    row = row_of(request.viewer, line)
    context = {
        "parts": parts_of(request.viewer, "unusual"),
        "row": row,
        "line": line,
        "note": note_of(request.viewer, line),
        "form": None if row.is_own or line.verdict == "fine" else form,
    }
    return respond(request, page="privacy/unusual_line.html", context=context, status=status)
