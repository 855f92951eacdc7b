"""The page of "why": a described situation, or one case by its exact code."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse

from rightdoor.community.partners.queries import agencies_of
from rightdoor.domain.confidentiality import ACTIONS, CLASSES, Explanation
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import may
from rightdoor.foundation.audit.events import record_denied
from rightdoor.foundation.codes import is_code, normalise
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import respond
from rightdoor.oversight.privacy.actions.why import ask_why_case, ask_why_described
from rightdoor.oversight.privacy.queries.why import GROUNDS, Described, case_to_explain
from rightdoor.oversight.privacy.web.frame import check, parts_of
from rightdoor.oversight.privacy.wording import wording

NOTHING_THERE = "No case, or no person, opens by these codes. Check them letter by letter."


def _classes() -> list[tuple[str, str]]:
    words = wording("en")["classes"]
    return [(name, f"{words.get(name, name)} ({name})") for name in sorted(CLASSES)]


def _actions() -> list[tuple[str, str]]:
    return [(name, name.capitalize()) for name in sorted(ACTIONS, key=lambda one: (one != "read", one))]


class DescribedForm(forms.Form):
    """A situation without anybody in it."""

    discipline = forms.ChoiceField(label="Discipline of the person")
    data_class = forms.ChoiceField(label="Kind of record", choices=_classes)
    action = forms.ChoiceField(label="What they want to do", choices=_actions)
    ground = forms.ChoiceField(label="What is on record", choices=list(GROUNDS.items()), required=False)
    mode = forms.ChoiceField(
        label="Mode of the case",
        choices=[("investigative", "Investigative response"), ("ongoing", "Ongoing coordination")],
    )
    is_cleared = forms.BooleanField(label="The person is cleared", required=False, initial=True)
    assigned = forms.BooleanField(label="They are on the case", required=False)
    coordinates = forms.BooleanField(label="They coordinate the case", required=False)
    holds_it = forms.BooleanField(label="Their own agency holds the record", required=False)
    has_protocol = forms.BooleanField(label="The district's protocol is switched on", required=False)
    on_roster = forms.BooleanField(label="They are on its roster", required=False)
    blocked = forms.BooleanField(label="They are kept apart from the case", required=False)
    keeps_apart = forms.BooleanField(label="The agency that holds it keeps its records apart", required=False)
    is_closed = forms.BooleanField(label="The case is closed", required=False)

    def __init__(self, data: object = None, **more: object) -> None:
        super().__init__(data, **more)
        self.fields["discipline"].choices = [(one.key, str(one.label)) for one in active_pack().teams.all()]


class CaseForm(forms.Form):
    """One case, one person."""

    code = forms.CharField(label="Code of the case", max_length=9, help_text="The whole code. Nothing is searched.")
    person = forms.CharField(label="Code of the person", max_length=9)
    data_class = forms.ChoiceField(label="Kind of record", choices=_classes)
    act = forms.ChoiceField(label="What they want to do", choices=_actions)
    holder = forms.ChoiceField(label="Agency that holds it", required=False)

    def __init__(self, data: object = None, *, agencies: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["holder"].choices = [("", "The one that holds the case"), *agencies]


def show(request: HttpRequest) -> HttpResponse:
    """Both questions, as far as the person may ask them."""
    _check(request)
    return _page(request)


def ask(request: HttpRequest) -> HttpResponse:
    """The answer, with each step on the way to it."""
    _check(request)
    if request.POST.get("about") == "case":
        return _about_case(request)
    check(request, "why.ask")
    form = DescribedForm(request.POST)
    if not form.is_valid():
        return _page(request, described=form, status=422)
    found = ask_why_described(request.viewer, Described(**form.cleaned_data), now=request.now)
    return _page(request, described=form, found=found)


def _about_case(request: HttpRequest) -> HttpResponse:
    if not _may_ask_of_a_case(request):
        raise NotVisible
    form = _case_form(request, request.POST)
    if not form.is_valid():
        return _page(request, of_case=form, status=422)
    told = dict(form.cleaned_data)
    code = normalise(told.pop("code"))
    try:
        case = case_to_explain(request.viewer, code, request.now)
        found = ask_why_case(request.viewer, case, now=request.now, **{**told, "person": normalise(told["person"])})
    except NotVisible:
        record_denied(request.viewer, page="privacy:why", code=code if is_code(code) else "", reason="unknown")
        form.add_error(None, NOTHING_THERE)
        return _page(request, of_case=form, status=422)
    return _page(request, of_case=form, found=found)


def _may_ask_of_a_case(request: HttpRequest) -> bool:
    return may(request.viewer, "why.ask_case") or request.viewer.has("care_coordinator")


def _check(request: HttpRequest) -> None:
    if not (may(request.viewer, "why.ask") or _may_ask_of_a_case(request)):
        raise NotVisible


def _case_form(request: HttpRequest, data: object = None) -> CaseForm:
    return CaseForm(data, agencies=[(one.code, one.name) for one in agencies_of(request.viewer)])


def _page(
    request: HttpRequest,
    *,
    described: DescribedForm | None = None,
    of_case: CaseForm | None = None,
    found: Explanation | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "parts": parts_of(request.viewer, "why"),
        "described": (described or DescribedForm()) if may(request.viewer, "why.ask") else None,
        "of_case": (of_case or _case_form(request)) if _may_ask_of_a_case(request) else None,
        "found": found,
    }
    return respond(request, page="privacy/why.html", context=context, status=status)
