"""The tools: what they are, whose, what may be done with them; and bringing an agency's own copy. (SCR-1, SCR-2)"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rightdoor.casework.screening import choices, queries
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import check_may, may
from rightdoor.foundation.questionnaires.kept import brought_by, import_instrument
from rightdoor.foundation.ui.pages import respond
from rightdoor.packs.instruments import FileUnsound, instrument_from

LARGEST = 1_000_000  # bytes: text alone


class BringForm(forms.Form):
    """The file of a tool, and that the agency may use it."""

    file = forms.FileField(
        label="File of the tool",
        help_text="YAML or JSON, one tool, up to 1 MB.",
        error_messages={"required": "Choose the file.", "empty": "This file is empty."},
    )
    is_allowed = forms.BooleanField(
        label="My agency may use this tool under its own licence.",
        error_messages={"required": "Bring a tool only when your agency may use it."},
    )

    def clean_file(self) -> Any:
        """Text, and not too much of it."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError("This file is larger than 1 MB. A tool is text alone.")
        try:
            self.cleaned_data["text"] = file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError("This file is no text. Save it as YAML or JSON in UTF-8.") from None
        return file


def index(request: HttpRequest) -> HttpResponse:
    """Every tool with its terms."""
    _check(request)
    return _page(request, BringForm())


def create(request: HttpRequest) -> HttpResponse:
    """A copy brought: whole, or refused with every fault and what to do about it."""
    _check(request)
    check_may(request.viewer, "instrument.bring")
    form = BringForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            tool = instrument_from(form.cleaned_data["text"], form.cleaned_data["file"].name or "tool.yaml")
            if tool.purpose != "screening":
                raise RuleBroken("This file holds no screening tool. Its purpose must be: screening.")
            import_instrument(request.viewer, tool, now=request.now)
        except FileUnsound as unsound:
            for fault in unsound.faults[:20]:
                place = f"Line {fault.line}: " if fault.line else ""
                form.add_error("file", f"{place}{fault.sentence} {fault.remedy}")
        except RuleBroken as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, f"{tool.title}, version {tool.version}, is here for your agency.")
            return redirect(reverse("screening:tools"))
    return _page(request, form, status=422)


def _check(request: HttpRequest) -> None:
    """Whoever screens, counts or brings tools."""
    viewer = request.viewer
    acts = ("screening.begin", "screening.figures")
    if not viewer.code or not any(may(viewer, act) for act in acts):
        raise NotVisible


def _page(request: HttpRequest, form: BringForm, *, status: int = 200) -> HttpResponse:
    own = {one.key for one, _ in brought_by(request.viewer.agency)} if request.viewer.agency else set()
    tools = [
        {
            "tool": one,
            "items": sum(1 for item in one.questions),
            "how": choices.ADMINISTRATIONS[one.administration],
            "terms": "Your agency's own copy" if one.key in own else choices.REDISTRIBUTIONS[one.terms.redistribution],
            "is_recommended": queries.is_recommended(one),
        }
        for one in queries.tools_for(request.viewer)
    ]
    context = {
        "tools": tools,
        "form": form if may(request.viewer, "instrument.bring") else None,
        "may_begin": may(request.viewer, "screening.begin"),
    }
    return respond(request, page="screening/tools.html", context=context, status=status)
