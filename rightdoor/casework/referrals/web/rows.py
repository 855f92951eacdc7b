"""The list of referrals, and files of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict

from rightdoor.casework.referrals import exports, queries
from rightdoor.casework.referrals.models import Export
from rightdoor.casework.referrals.queries import Page, ReferralFilters
from rightdoor.casework.referrals.web.forms import ExportForm, FilterForm
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer, may
from rightdoor.domain.referral import STATES
from rightdoor.foundation.accounts.queries import accounts_by_code
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import done, respond

MAY_LIST = frozenset({"care_coordinator", "alliance_reviewer"})
EXPORT_STATES = {"asked": "Waits for the second person", "agreed": "Agreed", "declined": "Declined", "made": "Made"}


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, and the address of the list without it."""

    name: str
    value: str
    without: str


def index(request: HttpRequest) -> HttpResponse:
    """The list under the filters of its address, one page of it."""
    _check(request.viewer)
    form = FilterForm(request.GET, viewer=request.viewer)
    form.is_valid()
    filters = form.filters()
    page = Page(after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    listed = queries.referral_rows(request.viewer, filters, page, request.now)
    count = queries.count_up_to(request.viewer, filters, request.now)
    context = {
        "form": form,
        "rows": listed.rows,
        "count": queries.in_words(count),
        "is_empty": count == 0,
        "columns": form.columns(),
        "chips": _chips(form, request.GET),
        "next": _with(request.GET, after=listed.next) if listed.next else "",
        "previous": _with(request.GET, before=listed.previous) if listed.previous else "",
        "export": "export/" + _with(request.GET),
        "may_receive": may(request.viewer, "referral.receive"),
        "state_words": STATES,
        "sources": dict(active_pack().trafficking.sources.pairs()),
        "channels": dict(active_pack().trafficking.channels.pairs()),
    }
    return respond(request, page="referrals/referrals.html", context=context)


def export(request: HttpRequest) -> HttpResponse:
    """What a file of these rows would hold, and what is asked before it is made."""
    _check(request.viewer)
    form = ExportForm(colleagues=_colleagues(request))
    return respond(request, page="referrals/export.html", context=_export(request, form))


def ask(request: HttpRequest) -> HttpResponse:
    """Makes the file, or asks the second person first."""
    _check(request.viewer)
    form = ExportForm(request.POST, colleagues=_colleagues(request))
    if form.is_valid():
        try:
            asked = exports.ask_export(request.viewer, filters=_filters(request), now=request.now, **form.cleaned_data)
            if asked.second:
                messages.success(request, "Your colleague was asked. The file can be made once they agree.")
                return done(request, f"/referrals/exports/{asked.code}/")
            return _file(request, asked)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, page="referrals/export.html", context=_export(request, form), status=422)


def show_export(request: HttpRequest, code: str) -> HttpResponse:
    """Where a file stands that needs a second person."""
    export = queries.export_for(request.viewer, code)
    return respond(request, page="referrals/export_asked.html", context=_asked(request, export))


def settle_export(request: HttpRequest, code: str) -> HttpResponse:
    """The second person answers; or the one who asked has the file made."""
    export = queries.export_for(request.viewer, code)
    try:
        if export.asked_by == request.viewer.code:
            return _file(request, export)
        exports.agree_to_export(request.viewer, export, agrees=request.POST.get("answer") == "agree", now=request.now)
    except RuleBroken as refusal:
        export.refresh_from_db()
        context = {**_asked(request, export), "refusal": str(refusal)}
        return respond(request, page="referrals/export_asked.html", context=context, status=422)
    return done(request, f"/referrals/exports/{export.code}/")


def _file(request: HttpRequest, export: Export) -> HttpResponse:
    content = exports.make_export(request.viewer, export, now=request.now)
    name = f"referrals-{export.code}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def _filters(request: HttpRequest) -> ReferralFilters:
    form = FilterForm(request.GET, viewer=request.viewer)
    form.is_valid()
    return form.filters()


def _colleagues(request: HttpRequest) -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in queries.colleagues_to_agree(request.viewer, request.now)]


def _export(request: HttpRequest, form: ExportForm) -> dict[str, Any]:
    rows = queries.exportable_rows(request.viewer, _filters(request), request.now)
    clients = len({row.client for row in rows})
    return {
        "form": form,
        "rows": len(rows),
        "clients": clients,
        "needs_second": clients > exports.ALONE_AT_MOST,
        "alone_at_most": exports.ALONE_AT_MOST,
        "headings": exports.HEADINGS,
        "address": "/referrals/export/" + _with(request.GET),
        "back": "/referrals/" + _with(request.GET),
    }


def _asked(request: HttpRequest, export: Export) -> dict[str, Any]:
    names = {code: account.name for code, account in accounts_by_code({export.asked_by, export.second}).items()}
    is_mine = export.asked_by == request.viewer.code
    return {
        "export": export,
        "state": EXPORT_STATES[export.state],
        "purpose": exports.PURPOSES[export.purpose],
        "basis": exports.BASES[export.basis],
        "asked_by": names.get(export.asked_by, ""),
        "second": names.get(export.second, "Nobody, it is about few"),
        "may_agree": not is_mine and export.state == "asked",
        "may_make": is_mine and export.state == "agreed",
        "refusal": "",
    }


def _check(viewer: Viewer) -> None:
    """For everybody else there is no list: they find a child's record on their desk."""
    if not viewer.roles & MAY_LIST:
        raise NotVisible


def _chips(form: FilterForm, asked: QueryDict) -> list[Chip]:
    chips = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if name == "show" or not value or (name == "sort" and value == "received"):
            continue
        words = dict(getattr(field, "choices", [])).get(value) or f"{value:%m/%d/%Y}"
        chips.append(Chip(str(field.label), str(words), _with(asked, **{name: ""}) or "?"))
    return chips


def _with(asked: QueryDict, **changed: str) -> str:
    """This list's address with something changed, back on its first page."""
    query = asked.copy()
    for name in ("after", "before", *changed):
        query.pop(name, None)
    for name in [name for name in query if not any(query.getlist(name))]:
        query.pop(name)
    query.update({name: value for name, value in changed.items() if value})
    return f"?{query.urlencode()}" if query else ""
