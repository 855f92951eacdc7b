"""The pages of a file of rows, the same for every list: what it would hold, what is asked first, where it stands.

No page of a slice imports another slice's pages, so what they share stands here: a list's own page says with a
`ListPages` where it is, what it is narrowed to, who may ask, and whose acts and reads these are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.domain.errors import RuleBroken
from rightdoor.foundation.accounts.queries import accounts_by_code
from rightdoor.foundation.ui.pages import done, respond

EXPORT_STATES = {"asked": "Waits for the second person", "agreed": "Agreed", "declined": "Declined", "made": "Made"}


class ExportForm(forms.Form):
    """What is asked before rows leave as a file."""

    purpose = forms.ChoiceField(label="What the file is for")
    basis = forms.ChoiceField(label="On which ground it leaves")
    form = forms.ChoiceField(label="Kind of file", required=False, initial="csv")
    second = forms.ChoiceField(label="Second person of your agency", required=False)

    def __init__(self, *args: Any, acts: Any, colleagues: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = [("", "Choose"), *acts.PURPOSES.items()]  # type: ignore[attr-defined]
        self.fields["basis"].choices = [("", "Choose"), *acts.BASES.items()]  # type: ignore[attr-defined]
        self.fields["form"].choices = list(acts.FORMS.items())  # type: ignore[attr-defined]
        self.fields["second"].choices = [("", "Choose"), *colleagues]  # type: ignore[attr-defined]
        self.fields["form"].says_optional = False  # type: ignore[attr-defined]  # a table where nothing is chosen

    def clean_form(self) -> str:
        """A table where nothing was chosen."""
        return self.cleaned_data["form"] or "csv"


@dataclass(frozen=True, slots=True)
class ListPages:
    """A list's pages of files. `acts`: the module of the acts on files, with their words; `reads`: that of reads."""

    listing: Any  # what `acts` call a Listing
    acts: Any
    reads: Any
    asking: str  # the page that asks
    asked: str  # the page of a file that was asked for
    path: str  # of the list
    name: str  # as a link back calls it
    kept: str  # what the rows are, in the sentence for the second person
    check: Callable[[HttpRequest], None]  # raises NotVisible for whom the list is not
    filters: Callable[[HttpRequest], Any]  # what the address narrows the list to
    query: Callable[[HttpRequest], str]  # the same as text, "?" and all

    def show(self, request: HttpRequest) -> HttpResponse:
        """What a file of these rows would hold, and what is asked before it is made."""
        self.check(request)
        return self._page(request, self._form(request))

    def ask(self, request: HttpRequest) -> HttpResponse:
        """Makes the file, or asks the second person first."""
        self.check(request)
        form = self._form(request, request.POST)
        if form.is_valid():
            try:
                asked = self.acts.ask_export(
                    request.viewer,
                    filters=self.filters(request),
                    now=request.now,
                    listing=self.listing,
                    **form.cleaned_data,
                )
                if asked.second:
                    messages.success(request, "Your colleague was asked. The file can be made once they agree.")
                    return done(request, self._address(asked))
                return self._file(request, asked)
            except RuleBroken as refusal:
                form.add_error(None, str(refusal))
        return self._page(request, form, status=422)

    def show_asked(self, request: HttpRequest, code: str) -> HttpResponse:
        """Where a file stands that needs a second person."""
        export = self.reads.export_for(request.viewer, code, listing=self.listing.key)
        return respond(request, page=self.asked, context=self._asked(request, export))

    def settle(self, request: HttpRequest, code: str) -> HttpResponse:
        """The second person answers; or the one who asked has the file made."""
        export = self.reads.export_for(request.viewer, code, listing=self.listing.key)
        agrees = request.POST.get("answer") == "agree"
        try:
            if export.asked_by == request.viewer.code:
                return self._file(request, export)
            self.acts.agree_to_export(request.viewer, export, agrees=agrees, now=request.now, listing=self.listing)
        except RuleBroken as refusal:
            export.refresh_from_db()
            context = {**self._asked(request, export), "refusal": str(refusal)}
            return respond(request, page=self.asked, context=context, status=422)
        return done(request, self._address(export))

    def _page(self, request: HttpRequest, form: ExportForm, status: int = 200) -> HttpResponse:
        rows = self.listing.rows(request.viewer, self.filters(request), request.now)
        clients, query = len({row.client for row in rows}), self.query(request)
        context = {
            "form": form,
            "rows": len(rows),
            "clients": clients,
            "needs_second": clients > self.acts.ALONE_AT_MOST,
            "alone_at_most": self.acts.ALONE_AT_MOST,
            "headings": self.listing.headings,
            "address": f"{self.path}export/{query}",
            "back": f"{self.path}{query}",
            "list_name": self.name,
        }
        return respond(request, page=self.asking, context=context, status=status)

    def _file(self, request: HttpRequest, export: Any) -> HttpResponse:
        content = self.acts.make_export(request.viewer, export, now=request.now, listing=self.listing)
        name = f"{self.listing.key}-{export.code}.{export.form}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return HttpResponse(content, content_type=self.acts.MEDIA_TYPE_OF[export.form], headers=headers)

    def _asked(self, request: HttpRequest, export: Any) -> dict[str, Any]:
        names = {code: account.name for code, account in accounts_by_code({export.asked_by, export.second}).items()}
        is_mine = export.asked_by == request.viewer.code
        return {
            "export": export,
            "state": EXPORT_STATES[export.state],
            "purpose": self.acts.PURPOSES[export.purpose],
            "basis": self.acts.BASES[export.basis],
            "asked_by": names.get(export.asked_by, ""),
            "second": names.get(export.second, "Nobody, it is about few"),
            "may_agree": not is_mine and export.state == "asked",
            "may_make": is_mine and export.state == "agreed",
            "refusal": "",
            "address": self._address(export),
            "list_path": self.path,
            "list_name": self.name,
            "kept": self.kept,
        }

    def _address(self, export: Any) -> str:
        return f"{self.path}exports/{export.code}/"

    def _form(self, request: HttpRequest, *typed: Any) -> ExportForm:
        people = [(one.code, one.name) for one in self.reads.colleagues_to_agree(request.viewer, request.now)]
        return ExportForm(*typed, acts=self.acts, colleagues=people)
