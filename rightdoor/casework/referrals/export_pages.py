"""The pages of a file of rows, the same for every list: what it would hold, what is asked first, where it stands.

No page of a slice imports another slice's pages, so what they share stands here: a list's own page says with a
`ListPages` where it is, what it is narrowed to and who may ask.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.referrals import exports, queries
from rightdoor.casework.referrals.exports import BASES, FORMS, PURPOSES, Listing
from rightdoor.casework.referrals.models import Export
from rightdoor.domain.errors import RuleBroken
from rightdoor.foundation.accounts.queries import accounts_by_code
from rightdoor.foundation.printing.sheets import MEDIA_TYPES
from rightdoor.foundation.ui.pages import done, respond

EXPORT_STATES = {"asked": "Waits for the second person", "agreed": "Agreed", "declined": "Declined", "made": "Made"}


class ExportForm(forms.Form):
    """What is asked before rows leave as a file."""

    purpose = forms.ChoiceField(label="What the file is for", choices=[("", "Choose"), *PURPOSES.items()])
    basis = forms.ChoiceField(label="On which ground it leaves", choices=[("", "Choose"), *BASES.items()])
    form = forms.ChoiceField(label="Kind of file", choices=list(FORMS.items()), required=False, initial="csv")
    second = forms.ChoiceField(label="Second person of your agency", required=False)

    def __init__(self, *args: Any, colleagues: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["second"].choices = [("", "Choose"), *colleagues]
        self.fields["form"].says_optional = False  # a table where nothing is chosen

    def clean_form(self) -> str:
        """A table where nothing was chosen."""
        return self.cleaned_data["form"] or "csv"


@dataclass(frozen=True, slots=True)
class ListPages:
    """A list's pages of files."""

    listing: Listing
    path: str  # of the list
    name: str  # as a link back calls it
    kept: str  # what the rows are, in the sentence for the second person
    check: Callable[[HttpRequest], None]  # raises NotVisible for whom the list is not
    filters: Callable[[HttpRequest], Any]  # what the address narrows the list to
    query: Callable[[HttpRequest], str]  # the same as text, "?" and all

    def show(self, request: HttpRequest) -> HttpResponse:
        """What a file of these rows would hold, and what is asked before it is made."""
        self.check(request)
        return self._page(request, ExportForm(colleagues=_colleagues(request)))

    def ask(self, request: HttpRequest) -> HttpResponse:
        """Makes the file, or asks the second person first."""
        self.check(request)
        form = ExportForm(request.POST, colleagues=_colleagues(request))
        if form.is_valid():
            try:
                asked = exports.ask_export(
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
        export = queries.export_for(request.viewer, code, listing=self.listing.key)
        return respond(request, page="referrals/export_asked.html", context=self._asked(request, export))

    def settle(self, request: HttpRequest, code: str) -> HttpResponse:
        """The second person answers; or the one who asked has the file made."""
        export = queries.export_for(request.viewer, code, listing=self.listing.key)
        agrees = request.POST.get("answer") == "agree"
        try:
            if export.asked_by == request.viewer.code:
                return self._file(request, export)
            exports.agree_to_export(request.viewer, export, agrees=agrees, now=request.now, listing=self.listing)
        except RuleBroken as refusal:
            export.refresh_from_db()
            context = {**self._asked(request, export), "refusal": str(refusal)}
            return respond(request, page="referrals/export_asked.html", context=context, status=422)
        return done(request, self._address(export))

    def _page(self, request: HttpRequest, form: ExportForm, status: int = 200) -> HttpResponse:
        rows = self.listing.rows(request.viewer, self.filters(request), request.now)
        clients, query = len({row.client for row in rows}), self.query(request)
        context = {
            "form": form,
            "rows": len(rows),
            "clients": clients,
            "needs_second": clients > exports.ALONE_AT_MOST,
            "alone_at_most": exports.ALONE_AT_MOST,
            "headings": self.listing.headings,
            "address": f"{self.path}export/{query}",
            "back": f"{self.path}{query}",
            "list_name": self.name,
        }
        return respond(request, page="referrals/export.html", context=context, status=status)

    def _file(self, request: HttpRequest, export: Export) -> HttpResponse:
        content = exports.make_export(request.viewer, export, now=request.now, listing=self.listing)
        name = f"{self.listing.key}-{export.code}.{export.form}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return HttpResponse(content, content_type=MEDIA_TYPES[export.form], headers=headers)

    def _asked(self, request: HttpRequest, export: Export) -> dict[str, Any]:
        names = {code: account.name for code, account in accounts_by_code({export.asked_by, export.second}).items()}
        is_mine = export.asked_by == request.viewer.code
        return {
            "export": export,
            "state": EXPORT_STATES[export.state],
            "purpose": PURPOSES[export.purpose],
            "basis": BASES[export.basis],
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

    def _address(self, export: Export) -> str:
        return f"{self.path}exports/{export.code}/"


def _colleagues(request: HttpRequest) -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in queries.colleagues_to_agree(request.viewer, request.now)]
