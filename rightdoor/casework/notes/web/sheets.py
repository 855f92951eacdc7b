"""The sheet of facts of one tab: shown with its notes, and the form of the agency that keeps it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import case_for, names_of_accounts, standing_of
from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.casework.clients.facts import Tie
from rightdoor.casework.notes import actions, queries
from rightdoor.casework.notes.actions import SheetConflict
from rightdoor.casework.notes.parts import label_of, path_of
from rightdoor.casework.notes.queries import SheetToWrite
from rightdoor.casework.notes.sealed import fields_of
from rightdoor.casework.notes.web.forms import SheetForm
from rightdoor.casework.notes.web.tabs import tab_page
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.notes import SHEETS, TABS
from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.foundation.ui.typed import as_initial, kept, typed_in, version_in


def show(request: HttpRequest, code: str, tab: str) -> HttpResponse:
    """The tab of one profession."""
    case = case_for(request.viewer, code, request.now)
    if tab not in SHEETS:
        raise NotVisible
    return tab_page(request, case, tab)


def edit(request: HttpRequest, code: str, tab: str) -> HttpResponse:
    """The form with what the sheet says, or what was typed before the line or the browser dropped."""
    case, tie = _asked(request, code, tab)
    sheet = queries.sheet_to_write(request.viewer, case, tie, tab, request.now)
    draft = find_draft(request.viewer, _draft_of(tab), case.code)
    typed, kept_at = draft if draft else ({}, None)
    form = _form(tab)
    form.initial = as_initial(form, typed) if typed else _initial(tab, sheet)
    # A draft was begun on the version that its page showed; what came meanwhile is found when it is sent.
    version = version_in(typed) if typed else sheet.version
    return _page(request, case, tie, tab, form, version=version, kept_at=kept_at)


def write(request: HttpRequest, code: str, tab: str) -> HttpResponse:
    """Keeps the sheet. When a colleague was first, both are shown and nothing is overwritten."""
    case, tie = _asked(request, code, tab)
    form = _form(tab, request)
    version = version_in(request.POST)
    if request.POST.get("go") == "drop":
        drop_draft(request.viewer, _draft_of(tab), case.code)
        return done(request, _tab_url(case, tab))
    keep_draft(request.viewer, _draft_of(tab), case.code, typed_in(request), now=request.now)
    if form.is_valid():
        try:
            written = actions.write_sheet(
                request.viewer,
                case,
                tab=tab,
                said=form.said(),
                version=version,
                minor_consented_alone=form.cleaned_data.get("minor_consented_alone", False),
                now=request.now,
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            if isinstance(written, SheetConflict):
                return _conflict(request, case, tie, tab, form, written)
            drop_draft(request.viewer, _draft_of(tab), case.code)
            messages.success(request, "Kept.")
            return done(request, _tab_url(case, tab))
    return _page(request, case, tie, tab, form, version=version, kept_at=request.now, status=422)


def keep(request: HttpRequest, code: str, tab: str) -> HttpResponse:
    """The draft, kept while the person types; says when a colleague is at the same sheet."""
    case, _tie = _asked(request, code, tab)
    keep_draft(request.viewer, _draft_of(tab), case.code, typed_in(request), now=request.now)
    other = queries.also_writing(request.viewer, _draft_of(tab), case.code, request.now)
    return kept(request.now, other.name if other else "")


def _asked(request: HttpRequest, code: str, tab: str) -> tuple[Case, Tie]:
    """The case, for whoever may write this sheet. Raises NotVisible where the tab is closed, NotPermitted."""
    viewer, now = request.viewer, request.now
    case = case_for(viewer, code, now)
    if tab not in SHEETS:
        raise NotVisible
    tie = standing_of(viewer, case, now)
    if not queries.may_write_sheet(viewer, case, tie, tab, now):
        if not queries.is_open(viewer, case, tie, tab, now):
            raise NotVisible
        raise NotPermitted("Only the profession that keeps this changes it. Ask its people on the case.")
    return case, tie


def _draft_of(tab: str) -> str:
    return f"notes.sheet.{tab}"


def _tab_url(case: Case, tab: str) -> str:
    return f"/cases/{case.code}/{path_of(tab)}"


def _form(tab: str, request: HttpRequest | None = None) -> SheetForm:
    asks_minor = bool(set(TABS[tab]) & set(active_pack().sharing.minor_alone))
    fields = fields_of(tab)
    if request is None:
        return SheetForm(fields=fields, asks_minor=asks_minor)
    return SheetForm(request.POST, fields=fields, asks_minor=asks_minor)


def _initial(tab: str, sheet: SheetToWrite) -> dict[str, Any]:
    said = SheetForm.initial_of(fields_of(tab), sheet.said)
    return said | {"minor_consented_alone": sheet.minor_consented_alone}


def _page(
    request: HttpRequest,
    case: Case,
    tie: Tie,
    tab: str,
    form: SheetForm,
    *,
    version: int,
    kept_at: Any,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    sheet = active_pack().sheet(tab)
    context = case_frame(request, case, tab, tie=tie) | {
        "page_title": label_of(tab),
        "page_back": _tab_url(case, tab),
        "page_back_label": label_of(tab),
        "lead": str(sheet.lead) if sheet else "",
        "form": form,
        "tab": tab,
        "version": version,
        "kept_at": kept_at,
        "also": queries.also_writing(request.viewer, _draft_of(tab), case.code, request.now),
        **more,
    }
    return respond(request, page="notes/sheet.html", context=context, status=status)


def _conflict(
    request: HttpRequest, case: Case, tie: Tie, tab: str, form: SheetForm, conflict: SheetConflict
) -> HttpResponse:
    """What differs, side by side, above the form with what was typed. 422 and not 409: this is to be answered."""
    who = names_of_accounts({conflict.written_by}).get(conflict.written_by, "Somebody else")
    differs = [
        {
            "label": str(one.label),
            "theirs": queries.said_words(one, conflict.theirs.get(one.key)),
            "yours": queries.said_words(one, conflict.yours.get(one.key)),
        }
        for one in fields_of(tab)
        if conflict.theirs.get(one.key) != conflict.yours.get(one.key)
    ]
    return _page(
        request,
        case,
        tie,
        tab,
        form,
        version=conflict.version,
        kept_at=request.now,
        status=422,
        conflict=conflict,
        differs=differs,
        theirs_by=who,
    )
