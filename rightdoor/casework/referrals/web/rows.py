"""The list of referrals, and files of its rows."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict

from rightdoor.casework.referrals import exports, queries
from rightdoor.casework.referrals.exports import REFERRALS
from rightdoor.casework.referrals.queries import Page, ReferralFilters
from rightdoor.casework.referrals.web.forms import FilterForm
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Viewer, may
from rightdoor.domain.referral import STATES
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.list_files import ListPages
from rightdoor.foundation.ui.pages import respond

MAY_LIST = frozenset({"care_coordinator", "alliance_reviewer"})


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


def _filters(request: HttpRequest) -> ReferralFilters:
    form = FilterForm(request.GET, viewer=request.viewer)
    form.is_valid()
    return form.filters()


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


FILES = ListPages(
    REFERRALS,
    acts=exports,
    reads=queries,
    asking="referrals/export.html",
    asked="referrals/export_asked.html",
    path="/referrals/",
    name="All referrals",
    kept="referrals",
    check=lambda request: _check(request.viewer),
    filters=_filters,
    query=lambda request: _with(request.GET),
)
