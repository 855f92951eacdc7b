"""Who read what an agency holds."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse

from rightdoor.community.partners.queries import agencies_of, agency_names
from rightdoor.domain.confidentiality import CLASSES
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import may
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.ui.pages import respond
from rightdoor.oversight.privacy.actions.reports import save_readers
from rightdoor.oversight.privacy.queries.readers import PURPOSES, ReaderFilters, agency_to_watch, readers_of
from rightdoor.oversight.privacy.web.frame import attachment, parts_of
from rightdoor.oversight.privacy.wording import wording


class ReadersForm(forms.Form):
    """What the list is narrowed down to."""

    agency = forms.ChoiceField(label="Agency", required=False)
    reader = forms.CharField(label="Code of a person", max_length=9, required=False)
    klass = forms.ChoiceField(label="Kind of record", required=False)
    since = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="Until", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    order = forms.ChoiceField(label="Order", required=False, choices=[("", "Newest first"), ("oldest", "Oldest first")])

    def __init__(self, data: object, *, agencies: list[tuple[str, str]]) -> None:
        super().__init__(data)
        words = wording("en")["classes"]
        self.fields["klass"].choices = [
            ("", "Every kind"),
            *((name, words.get(name, name)) for name in sorted(CLASSES)),
        ]
        if agencies:
            self.fields["agency"].choices = [("", "Choose an agency"), *agencies]
        else:
            del self.fields["agency"]

    def filters(self) -> ReaderFilters:
        """Of a valid form."""
        told = self.cleaned_data
        return ReaderFilters(
            reader=told["reader"].strip().upper(),
            klass=told["klass"],
            since=told["since"],
            until=told["until"],
            oldest_first=told["order"] == "oldest",
        )


class PurposeForm(forms.Form):
    """What a file is for."""

    purpose = forms.ChoiceField(label="What is the file for?", choices=list(PURPOSES.items()), widget=forms.RadioSelect)


def show(request: HttpRequest) -> HttpResponse:
    """One page of the list."""
    return _page(request, PurposeForm())


def save(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed down, as a file."""
    agency = agency_to_watch(request.viewer, request.GET.get("agency", ""))
    form, purpose = _form(request), PurposeForm(request.POST)
    if not agency or not form.is_valid() or not purpose.is_valid():
        return _page(request, purpose, status=422)
    try:
        text = save_readers(
            request.viewer,
            agency,
            filters=form.filters(),
            purpose=purpose.cleaned_data["purpose"],
            now=request.now,
        )
    except RuleBroken as refusal:
        purpose.add_error(None, str(refusal))
        return _page(request, purpose, status=422)
    return attachment(text, f"readers-{agency}.csv", "text/csv; charset=utf-8")


def _form(request: HttpRequest) -> ReadersForm:
    sees_all = may(request.viewer, "readers.read")
    agencies = [(one.code, one.name) for one in agencies_of(request.viewer)] if sees_all else []
    return ReadersForm(request.GET, agencies=agencies)


def _page(request: HttpRequest, purpose: PurposeForm, status: int = 200) -> HttpResponse:
    agency = agency_to_watch(request.viewer, request.GET.get("agency", ""))
    form = _form(request)
    found, after = None, request.GET.get("after", "")
    if agency and form.is_valid():
        record_read(request.viewer, "readers.viewed", kind="agency", code=agency, holder=agency)
        mark = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else None
        found = readers_of(request.viewer, agency, form.filters(), before=mark)
    asked = {name: value for name, value in request.GET.items() if name in form.fields and value}
    context = {
        "parts": parts_of(request.viewer, "readers"),
        "form": form,
        "purpose": purpose,
        "agency": agency_names({agency}).get(agency, "") if agency else "",
        "found": found,
        "query": urlencode(asked),
        "first": f"?{urlencode(asked)}" if after else "",
        "next": f"?{urlencode({**asked, 'after': found.before})}" if found and found.before else "",
    }
    return respond(request, page="privacy/readers.html", context=context, status=status)
