"""Pages about who may see a case and on what: the grounds, a conflict of interest, people put on it, its district."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases import actions, grounds, queries
from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.casework.clients.models import NEEDS
from rightdoor.community.teams.queries import people_of_region
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import acts_open_to, check_may
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import done, respond

NEED_WORDS = {
    "investigation": "Investigates what happened",
    "care": "Gives care or a service",
    "advocacy": "Stands by the child as an advocate",
    "supervision": "Supervises the work on this case",
    "staffing": "Takes part in its staffings",
}
assert set(NEED_WORDS) == set(NEEDS), "each need has its words"


class BlockForm(forms.Form):
    """Whom to keep apart, and why."""

    account = forms.ChoiceField(label="Who")
    why = forms.ChoiceField(label="Why", choices=[("", "Choose"), *grounds.WHY.items()])

    def __init__(self, *args: Any, people: list[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].choices = _choices(people)  # type: ignore[attr-defined]


class MemberForm(forms.Form):
    """Whom to put on the case, and what for."""

    account = forms.ChoiceField(label="Who")
    need = forms.ChoiceField(label="What for", choices=[("", "Choose"), *NEED_WORDS.items()])

    def __init__(self, *args: Any, people: list[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {one.code: one for one in people}
        self.fields["account"].choices = _choices(people)  # type: ignore[attr-defined]


class DistrictForm(forms.Form):
    """The judicial district of a case."""

    district = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pack = active_pack()
        self.fields["district"].label = pack.word("judicial_district").capitalize()
        self.fields["district"].choices = [  # type: ignore[attr-defined]
            ("", "Not known"),
            *((one.key, str(one.label)) for one in pack.sharing.districts),
        ]


def show(request: HttpRequest, code: str) -> HttpResponse:
    """For the coordinator who may see what on which ground, and who is kept apart; for others their own grounds."""
    return respond(request, page="cases/grounds.html", context=_context(request, _case(request, code)))


def put_on(request: HttpRequest, code: str) -> HttpResponse:
    """Puts a member on the case."""
    case = _case(request, code, "case.assign")
    form = MemberForm(request.POST, people=_people(request, case))
    if form.is_valid():
        person = form.people[form.cleaned_data["account"]]
        try:
            actions.add_to_case(
                request.viewer,
                case,
                account_code=person.code,
                discipline=person.discipline,
                need=form.cleaned_data["need"],
                now=request.now,
            )
            return done(request, f"/cases/{case.code}/grounds/")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    context = _context(request, case, member_form=form)
    return respond(request, page="cases/grounds.html", context=context, status=422)


def take_off(request: HttpRequest, code: str, person: str) -> HttpResponse:
    """Takes a member off the case: nothing is open to them from the next request on. (SR-04)"""
    case = _case(request, code, "case.assign")
    if person not in {one.code for one in queries.people_on(case, request.now)}:
        raise NotVisible
    return _done(
        request, case, lambda: actions.remove_from_case(request.viewer, case, account_code=person, now=request.now)
    )


def block(request: HttpRequest, code: str) -> HttpResponse:
    """Keeps somebody apart from the case."""
    case = _case(request, code, "case.block")
    form = BlockForm(request.POST, people=_people(request, case))
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.keep_apart_from_case(
                request.viewer, case, account_code=data["account"], why=data["why"], now=request.now
            )
            return done(request, f"/cases/{case.code}/grounds/")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    context = _context(request, case, block_form=form)
    return respond(request, page="cases/grounds.html", context=context, status=422)


def lift(request: HttpRequest, code: str, block: str) -> HttpResponse:
    """Lets somebody in again."""
    case = _case(request, code, "case.block")
    held = grounds.block_for(case, block)
    if held is None:
        raise NotVisible
    return _done(request, case, lambda: actions.let_in_again(request.viewer, case, held, now=request.now))


def show_conflict(request: HttpRequest, code: str) -> HttpResponse:
    """ "I know this person": what follows, before it is said."""
    case = _case(request, code, "conflict.declare")
    return respond(request, page="cases/conflict.html", context={"case": case})


def declare_conflict(request: HttpRequest, code: str) -> HttpResponse:
    """Closes the case to the viewer at once."""
    case = _case(request, code, "conflict.declare")
    actions.declare_own_conflict(request.viewer, case, now=request.now)
    messages.success(request, "This case is closed to you now. Its coordinators were told, without a name.")
    return done(request, "/cases/")


def show_district(request: HttpRequest, code: str) -> HttpResponse:
    """The judicial district whose investigative team the case is before."""
    case = _case(request, code, "case.change_district")
    form = DistrictForm(initial={"district": case.district})
    return respond(request, page="cases/district.html", context={"case": case, "form": form})


def change_district(request: HttpRequest, code: str) -> HttpResponse:
    """Sets it."""
    case = _case(request, code, "case.change_district")
    form = DistrictForm(request.POST)
    if form.is_valid():
        actions.change_district(request.viewer, case, district=form.cleaned_data["district"], now=request.now)
        return done(request, f"/cases/{case.code}/grounds/")
    return respond(request, page="cases/district.html", context={"case": case, "form": form}, status=422)


def _case(request: HttpRequest, code: str, act: str = "case.read") -> Case:
    case = queries.case_for(request.viewer, code, request.now)
    check_may(request.viewer, act, queries.standing_of(request.viewer, case, request.now))
    return case


def _people(request: HttpRequest, case: Case) -> list[Account]:
    """Whom one may put on the case or keep apart from it: people of the region, and whoever is on it."""
    known = {one.code: one for one in people_of_region(case.region, request.now)}
    others = {one.code for one in queries.people_on(case, request.now)} - set(known)
    known |= {one.code: one for one in queries.accounts_of(others) if one.is_active}
    return grounds.may_be_put_on(case, sorted(known.values(), key=lambda one: (one.name, one.code)))


def _choices(people: list[Account]) -> list[tuple[str, str]]:
    label = active_pack().teams.all().label
    return [("", "Choose")] + [
        (one.code, f"{one.name}, {label(one.discipline)}" if one.discipline else one.name) for one in people
    ]


def _done(request: HttpRequest, case: Case, act: Any) -> HttpResponse:
    try:
        act()
    except RuleBroken as refusal:
        context = _context(request, case) | {"refusal": str(refusal)}
        return respond(request, page="cases/grounds.html", context=context, status=422)
    return done(request, f"/cases/{case.code}/grounds/")


def _context(
    request: HttpRequest, case: Case, *, block_form: BlockForm | None = None, member_form: MemberForm | None = None
) -> dict[str, Any]:
    viewer, now = request.viewer, request.now
    frame = case_frame(request, case, "team")
    tie, may = frame["tie"], acts_open_to(viewer, frame["tie"])
    coordinates = "case.block" in may
    people = _people(request, case) if coordinates else []
    label = active_pack().teams.all().label
    districts = {one.key: str(one.label) for one in active_pack().sharing.districts}
    return {
        **frame,
        "page_title": "On what ground",
        "page_lead": "Who may see what of this case",
        "page_back": frame["case_base"],
        "page_back_label": "The case",
        "lines": grounds.own_grounds(viewer, case, tie, now),
        "coordinates": coordinates,
        "district": districts.get(case.district, ""),
        "people": [
            {
                "line": line,
                "discipline": label(line.person.discipline),
                "may_end": line.person.code not in {case.coordinator, viewer.code},
            }
            for line in (grounds.grounds_of_people(viewer, case, now) if coordinates else [])
        ],
        "blocks": grounds.blocks_of(viewer, case, now) if coordinates else [],
        "block_form": (block_form or BlockForm(people=people, auto_id="id_block_%s")) if coordinates else None,
        "member_form": (member_form or MemberForm(people=people, auto_id="id_member_%s")) if coordinates else None,
        "may_declare": "conflict.declare" in may,
        "refusal": "",
    }
