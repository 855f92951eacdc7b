"""Pages of investigations, prosecutions, court dates and the victim's rights: the tab, a new record, one record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import case_for, standing_of
from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.casework.clients.facts import Tie
from rightdoor.casework.consents.queries import people_around
from rightdoor.casework.justice import actions, choices, queries
from rightdoor.casework.justice.models import Proceeding
from rightdoor.casework.justice.queries import Shown
from rightdoor.casework.justice.shapes import SHAPES, Shape, day_of
from rightdoor.casework.justice.web.forms import EntryForm, facts_of, form_of, initial_of
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import check_may, may
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import local
from rightdoor.foundation.jurisdiction.templatetags.words import day
from rightdoor.foundation.ui.pages import done, respond

# What may be added on the tab itself; arrests and charges are added on the page of their proceeding.
ON_THE_TAB = ("proceedings", "court-dates", "rights", "offenders")
BELOW = ("charges", "arrests", "court-dates")


def index(request: HttpRequest, code: str) -> HttpResponse:
    """Everything of the case that this viewer may know of."""
    viewer, now = request.viewer, request.now
    case = case_for(viewer, code, now)
    tie = standing_of(viewer, case, now)
    if not may(viewer, "justice.read", tie):
        raise NotVisible
    found = queries.justice_of(viewer, case, now, tie)
    charged: dict[int, int] = {}
    for one in found.charges:
        charged[one.row.proceeding_id] = charged.get(one.row.proceeding_id, 0) + 1
    context = {
        **case_frame(request, case, "justice", tie=tie),
        "page_title": "Justice",
        "proceedings": [
            {"one": one, **_named_proceeding(one), "charges": charged.get(one.row.pk, 0)} for one in found.proceedings
        ],
        "offenders": [
            {"one": one, "role": choices.ROLES.get(one.told["role"], "")}
            for one in found.offenders
            if not one.is_status_only
        ],
        "offenders_closed": found.offenders_closed,
        "court_dates": [
            {
                "one": one,
                "kind": choices.HEARINGS.get(one.told.get("kind", ""), "Court date"),
                "state": choices.COURT_STATES[one.row.state],
            }
            for one in found.court_dates
        ],
        "rights": [
            {
                "one": one,
                "kind": choices.RIGHTS.get(one.told["kind"], ""),
                "of": choices.NOTICE_OF.get(one.told.get("notice_of", ""), ""),
                "state": choices.RIGHT_STATES[one.row.state],
                "is_late": one.row.state == "owed"
                and one.row.owed_on is not None
                and one.row.owed_on < local(now).date(),
            }
            for one in found.rights
            if not one.is_status_only
        ],
        "may_record": may(viewer, "justice.record", tie) and bool(viewer.agency),
    }
    return respond(request, page="justice/justice.html", context=context)


def new(request: HttpRequest, code: str, noun: str) -> HttpResponse:
    """The form for a new record."""
    case, shape, tie = _place(request, code, noun)
    above = _above(request, case, shape, tie, request.GET.get("of", ""))
    initial = {"state": "set" if noun == "court-dates" else "owed", "proceeding": above, "code": new_code()}
    form = form_of(shape, initial=initial, **_asked(request, case, shape, tie, above))
    return respond(request, page="justice/form.html", context=_form_page(request, case, shape, form, tie, above))


def create(request: HttpRequest, code: str, noun: str) -> HttpResponse:
    """Records it. What was typed is kept when it is refused."""
    case, shape, tie = _place(request, code, noun)
    above = _above(request, case, shape, tie, request.POST.get("proceeding", ""))
    form = form_of(shape, request.POST, **_asked(request, case, shape, tie, above))
    if form.is_valid():
        try:
            row = actions.record_entry(
                request.viewer,
                case,
                noun,
                told=form.told(),
                proceeding=form.cleaned_data.get("proceeding", ""),
                code=form.cleaned_data["code"],
                now=request.now,
            )
            messages.success(request, f"{shape.one}: recorded.")
            to = f"/justice/proceedings/{above}/" if above and noun in BELOW else f"/cases/{case.code}/justice/"
            return done(request, to if not isinstance(row, Proceeding) else f"/justice/proceedings/{row.code}/")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    context = _form_page(request, case, shape, form, tie, above)
    return respond(request, page="justice/form.html", context=context, status=422)


def show(request: HttpRequest, noun: str, code: str) -> HttpResponse:
    """One record: what it says, what belongs to it, and the form for the people of its holder."""
    row, tie = queries.row_for(request.viewer, noun, code, request.now)
    return respond(request, page="justice/record.html", context=_record(request, noun, row, tie, None))


def change(request: HttpRequest, noun: str, code: str) -> HttpResponse:
    """Changes it. A second writer is told, and loses no word."""
    row, tie = queries.row_for(request.viewer, noun, code, request.now)
    check_may(request.viewer, "justice.record", tie)
    shape = SHAPES[noun]
    form = form_of(shape, request.POST, **_asked(request, row.case, shape, tie, "", changes=True))
    if form.is_valid():
        try:
            actions.change_entry(
                request.viewer,
                row,
                told=form.told(),
                version=form.cleaned_data.get("version") or 0,
                now=request.now,
            )
            messages.success(request, f"{shape.one}: changed.")
            return done(request, f"/justice/{noun}/{row.code}/")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    context = _record(request, noun, row, tie, form)
    return respond(request, page="justice/record.html", context=context, status=422)


def _place(request: HttpRequest, code: str, noun: str) -> tuple[Case, Shape, Tie]:
    case = case_for(request.viewer, code, request.now)
    if noun not in SHAPES:
        raise NotVisible
    tie = standing_of(request.viewer, case, request.now)
    check_may(request.viewer, "justice.record", tie)
    return case, SHAPES[noun], tie


def _above(request: HttpRequest, case: Case, shape: Shape, tie: Tie, code: str) -> str:
    """The proceeding that a new record is to belong to, by code. Raises NotVisible where it must and is not open."""
    if not shape.below:
        return ""
    open_to = {one.row.code for one in queries.proceedings_open_to(request.viewer, case, request.now, tie)}
    if code in open_to:
        return code
    if code or shape.below == "must":
        raise NotVisible
    return ""


def _asked(
    request: HttpRequest, case: Case, shape: Shape, tie: Tie, above: str, *, changes: bool = False
) -> dict[str, Any]:
    """What a form offers beside its fields: other records of the case, as far as they are open to the viewer."""
    asked: dict[str, Any] = {"codes": _codes(request, case, shape, tie)}
    if shape.below == "may" and not above and not changes:
        rows = queries.proceedings_open_to(request.viewer, case, request.now, tie)
        asked["proceedings"] = {one.row.code: _named_proceeding(one)["name"] for one in rows}
    return asked


def _codes(request: HttpRequest, case: Case, shape: Shape, tie: Tie) -> dict[str, Mapping[str, str]]:
    names = {one.name for one in shape.fields if one.kind == "code"}
    found: dict[str, Mapping[str, str]] = {}
    if "offender" in names:
        found["offender"] = queries.offenders_of(request.viewer, case, request.now, tie)
    if "person" in names and may(request.viewer, "consent.read", tie):
        people = people_around(request.viewer, case.client, request.now, purpose="justice")
        found["person"] = {one.code: one.who.name for one in people}
    return found


def _form_page(request: HttpRequest, case: Case, shape: Shape, form: EntryForm, tie: Tie, above: str) -> dict[str, Any]:
    back = f"/justice/proceedings/{above}/" if above else f"/cases/{case.code}/justice/"
    return {
        **case_frame(request, case, "justice", tie=tie),
        "page_title": f"{shape.one}: new",
        "page_back": back,
        "page_back_label": "The proceeding" if above else "Justice",
        "form": form,
        "noun": shape.noun,
        "action": f"/cases/{case.code}/justice/{shape.noun}/",
    }


def _record(request: HttpRequest, noun: str, row: Any, tie: Tie, form: EntryForm | None) -> dict[str, Any]:
    viewer, now, case, shape = request.viewer, request.now, row.case, SHAPES[noun]
    shown = queries.open_row(viewer, row, now, tie)
    codes = _codes(request, case, shape, tie)
    changes = shown.is_own and may(viewer, "justice.record", tie)
    if changes and form is None:
        form = form_of(shape, initial=initial_of(shape, shown.told, row), codes=codes)
    below: list[Shown] = queries.below_proceeding(viewer, row, now, tie) if isinstance(row, Proceeding) else []
    names = codes.get("offender") or (queries.offenders_of(viewer, case, now, tie) if below else {})
    return {
        **case_frame(request, case, "justice", tie=tie),
        "page_title": _title(shape, shown),
        "page_back": f"/cases/{case.code}/justice/",
        "page_back_label": "Justice",
        "noun": noun,
        "row": row,
        "record": shown,
        "facts": facts_of(shape, shown.told, row, codes=codes),
        "moved": shown.told.get("moved_from", []),
        "recorded_by": queries.recorders([shown]).get(row.recorded_by, ""),
        "form": form if changes else None,
        "is_proceeding": isinstance(row, Proceeding),
        "below": [_line(one, names) for one in below],
        "may_record": may(viewer, "justice.record", tie) and bool(viewer.agency),
        "adds": [(key, SHAPES[key].one.lower()) for key in BELOW],
    }


def _line(one: Shown, names: Mapping[str, str]) -> dict[str, Any]:
    """A record below a proceeding as one line: what, when, and what came of it."""
    noun = next(noun for noun, shape in SHAPES.items() if isinstance(one.row, shape.model))
    told = one.told
    who = names.get(told.get("offender", ""), "")
    if noun == "court-dates":
        what = choices.HEARINGS.get(told.get("kind", ""), "Court date")
        on, state = day(one.row.starts_at), choices.COURT_STATES[one.row.state]
    elif noun == "charges":
        what = f"{told['statute']}, {told['counts']} counts" if told.get("counts") else told["statute"]
        on, state = _days(told, "filed_on"), choices.OUTCOMES.get(told.get("outcome", ""), "")
    else:
        what, on, state = "Arrest", _days(told, "on"), ""
    return {"one": one, "noun": noun, "label": SHAPES[noun].one, "what": what, "on": on, "state": state, "who": who}


def _days(told: Mapping[str, Any], name: str) -> str:
    return day(day_of(told, name))


def _named_proceeding(one: Shown) -> dict[str, Any]:
    """What a proceeding is called: its kind, with the agency where that is open."""
    kind = choices.PROCEEDINGS.get(one.told.get("kind", ""), "Proceeding")
    agency = one.told.get("agency", "")
    return {
        "name": f"{kind}, {agency}" if agency else kind,
        "status": choices.STATUSES.get(one.told.get("status", ""), ""),
        "opened_on": day_of(one.told, "opened_on"),
    }


def _title(shape: Shape, shown: Shown) -> str:
    told = shown.told
    if shape.noun == "proceedings":
        return choices.PROCEEDINGS.get(told["kind"], shape.one)
    if shape.noun == "court-dates":
        return choices.HEARINGS.get(told["kind"], shape.one)
    if shape.noun == "rights":
        return choices.RIGHTS.get(told["kind"], shape.one)
    return shape.one
