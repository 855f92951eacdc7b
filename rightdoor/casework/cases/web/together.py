"""Children who were found together: entered from one page, tied to each other for their coordinator alone."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases import queries
from rightdoor.casework.cases.groups import actions
from rightdoor.casework.cases.groups.actions import Child, ChildRefused
from rightdoor.casework.cases.groups.queries import tied_to, to_tie
from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.casework.clients.disclosure import Whereabouts, Who
from rightdoor.casework.clients.facts import Tie
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.foundation.codes import is_code, new_code
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.forms import DayField, StoryField
from rightdoor.foundation.ui.pages import done, respond


class TogetherForm(forms.Form):
    """What is the same for all of them."""

    source = forms.ChoiceField(label="From whom it came", error_messages={"required": "Choose from whom it came."})
    channel = forms.ChoiceField(label="Channel", widget=forms.RadioSelect)
    region = forms.ChoiceField()

    def __init__(self, *args: Any, viewer: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pack = active_pack()
        served = [(one.key, one.name) for one in pack.regions if viewer.covers_as("care_coordinator", one.key)]
        fields: Any = self.fields
        fields["source"].choices = [("", "Choose"), *pack.trafficking.sources.pairs()]
        fields["channel"].choices = pack.trafficking.channels.pairs()
        fields["channel"].initial = pack.trafficking.channels.keys()[-1]
        fields["region"].label = pack.word("region").capitalize()
        fields["region"].choices = served if len(served) == 1 else [("", "Choose"), *served]


class ChildForm(forms.Form):
    """One child. What is written here stands in this child's record alone."""

    code = forms.CharField(required=False, max_length=9, widget=forms.HiddenInput)
    given = forms.CharField(required=False, max_length=120, label="Given name")
    family = forms.CharField(required=False, max_length=120, label="Family name")
    birth_on = DayField(required=False, label="Birth date")
    age = forms.IntegerField(required=False, min_value=0, max_value=120, label="Age, where the birth date is not known")
    where_now = forms.CharField(required=False, max_length=400, label="Where the child is now")
    story = StoryField(label="What is alleged, about this child alone", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["story"].widget.attrs["rows"] = "3"

    @property
    def is_told(self) -> bool:
        """Is anything of this child known? A row that was left blank is no child."""
        return any(self.cleaned_data.get(name) not in (None, "") for name in self.base_fields if name != "code")

    def child(self) -> Child:
        """For a sound row."""
        told = self.cleaned_data
        return Child(
            Who(given=told["given"], family=told["family"], birth_on=told["birth_on"], age_estimate=told["age"]),
            Whereabouts(now=told["where_now"]),
            {"age": told["age"], "age_is_estimated": told["birth_on"] is None},
            told["story"],
            told["code"],
        )


Rows = forms.formset_factory(ChildForm, extra=3, max_num=actions.AT_MOST, absolute_max=actions.AT_MOST)


class TieForm(forms.Form):
    """Which case."""

    other = forms.CharField(label="Code of the other case", max_length=9)


def show_new(request: HttpRequest) -> HttpResponse:
    """What is the same for all, and three rows."""
    _check_coordinates(request)
    rows = Rows(prefix="children", initial=[{"code": new_code()} for _ in range(3)])
    rows.extra = 0
    return _new(request, TogetherForm(viewer=request.viewer), rows)


def create(request: HttpRequest) -> HttpResponse:
    """Receives all of them, or for "Add a child" gives the page again with one row more and everything kept."""
    _check_coordinates(request)
    if "more" in request.POST:
        form = TogetherForm(
            viewer=request.viewer, initial={n: request.POST.get(n, "") for n in TogetherForm.base_fields}
        )
        return _new(request, form, _more(request))
    form, rows = TogetherForm(request.POST, viewer=request.viewer), Rows(_counted(request), prefix="children")
    if all([form.is_valid(), rows.is_valid()]):
        told = [row for row in rows.forms if row.is_told]
        children = [row.child() for row in told]
        try:
            received = actions.receive_together(request.viewer, children=children, now=request.now, **form.cleaned_data)
        except ChildRefused as refusal:
            told[refusal.place].add_error(None, str(refusal))
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{len(received)} referrals recorded: {', '.join(one.code for one in received)}.")
            return done(request, "/referrals/")
    for number, row in enumerate(rows.forms, start=1):
        _say_which(row, number)
    return _new(request, form, rows, status=422)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """Whom the client is tied to, and tying another."""
    case, tie = _case(request, code)
    return _page(request, case, tie, TieForm())


def tie_to(request: HttpRequest, code: str) -> HttpResponse:
    """Ties another case that the viewer coordinates."""
    case, tie = _case(request, code)
    form = TieForm(request.POST)
    if form.is_valid():
        other = to_tie(request.viewer, form.cleaned_data["other"], request.now)
        try:
            if other is None:
                raise RuleBroken("There is no case of this code that you coordinate. Check the code.")
            actions.tie_cases(request.viewer, case, other, now=request.now)
        except RuleBroken as refusal:
            form.add_error("other", str(refusal))
        else:
            messages.success(request, "The two are tied. Neither record opens through the other.")
            return done(request, f"/cases/{case.code}/together/")
    return _page(request, case, tie, form, status=422)


def untie(request: HttpRequest, code: str) -> HttpResponse:
    """Takes the client out of the group."""
    case, tie = _case(request, code)
    try:
        actions.untie_case(request.viewer, case, now=request.now)
    except RuleBroken as refusal:
        return _page(request, case, tie, TieForm(), refusal=str(refusal), status=422)
    return done(request, f"/cases/{case.code}/together/")


def _check_coordinates(request: HttpRequest) -> None:
    if not request.viewer.has("care_coordinator"):
        raise NotVisible


def _case(request: HttpRequest, code: str) -> tuple[Case, Tie]:
    case, tie = queries.case_and_tie(request.viewer, code, request.now)
    check_may(request.viewer, "case.tie", tie)
    return case, tie


def _say_which(row: ChildForm, number: int) -> None:
    """Each fault of a child with the number that stands above the child: a sentence alone could be any one's."""
    for name, faults in row.errors.items():
        row.errors[name] = row.error_class([f"Child {number}: {fault}" for fault in faults])


def _counted(request: HttpRequest) -> Any:
    """What was sent, with as many rows as it holds where its own count is none: nothing typed is lost for that."""
    told = request.POST.copy()
    if not (told.get("children-TOTAL_FORMS", "").isdecimal() and len(told["children-TOTAL_FORMS"]) < 3):
        held = {int(found[1]) for name in told if (found := re.match(r"children-(\d{1,2})-", name))}
        told["children-TOTAL_FORMS"] = str(min(max(held, default=-1) + 1, actions.AT_MOST))
    told["children-INITIAL_FORMS"] = "0"
    return told


def _more(request: HttpRequest) -> Any:
    said = request.POST.get("children-TOTAL_FORMS", "")
    total = min(int(said) if said.isdecimal() and len(said) < 3 else 0, actions.AT_MOST - 1)
    typed = [
        {name: request.POST.get(f"children-{at}-{name}", "") for name in ChildForm.base_fields} for at in range(total)
    ]
    for row in typed:
        row["code"] = row["code"] if is_code(row["code"]) else new_code()
    rows = Rows(prefix="children", initial=[*typed, {"code": new_code()}])
    rows.extra = 0
    return rows


def _new(request: HttpRequest, form: TogetherForm, rows: Any, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "rows": rows, "may_add": len(rows.forms) < actions.AT_MOST}
    return respond(request, page="cases/together_new.html", context=context, status=status)


def _page(
    request: HttpRequest, case: Case, tie: Tie, form: TieForm, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    frame = case_frame(request, case, "team", tie=tie)
    context = {
        **frame,
        "page_title": "Found together",
        "page_back": f"{frame['case_base']}team/",
        "page_back_label": "The team",
        "tied": tied_to(request.viewer, case, request.now),
        "form": form,
        "refusal": refusal,
    }
    return respond(request, page="cases/together.html", context=context, status=status)
