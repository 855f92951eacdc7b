"""People who sign in: the list, inviting, roles, switching off."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import ROLES
from rightdoor.foundation.access import actions, onboarding, queries
from rightdoor.foundation.access.actions import GRANTABLE, GRANTABLE_BY_AGENCY_HEAD, Invited, RoleInRegion
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.codes import is_code
from rightdoor.foundation.doorway import renewal, seconding
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.sealing.seals import SealBroken, open_state, sealed_state

_LINK = "invitation_link"
_PURPOSE = "invitation link"


class RoleForm(forms.Form):
    """A role and where it holds."""

    role = forms.ChoiceField(label="Role")
    region = forms.ChoiceField(required=False, help_text="Leave it at the whole state for state-wide roles.")

    def __init__(self, *args: Any, viewer: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [role for role in GRANTABLE if viewer.has("administrator") or role in GRANTABLE_BY_AGENCY_HEAD]
        self.fields["role"].choices = [
            ("", "Choose a role"),
            *((role, f"{queries.role_label(role).capitalize()}: {ROLES[role]}") for role in allowed),
        ]
        self.fields["region"].label = active_pack().word("region").capitalize()
        self.fields["region"].choices = [
            ("", "The whole state"),
            *((region.key, region.name) for region in active_pack().regions),
        ]

    def grant(self) -> RoleInRegion:
        """What was chosen."""
        return RoleInRegion(self.cleaned_data["role"], self.cleaned_data["region"])


class InvitationForm(RoleForm):
    """Whom to invite, and for what."""

    name = forms.CharField(label="Name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(label="E-mail address", widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    agency_code = forms.CharField(
        label="Code of the agency",
        required=False,
        max_length=9,
        help_text="It stands on the agency's page, such as K7MQ-4XPR. Leave it empty for people of no agency.",
    )
    discipline = forms.ChoiceField(label="Discipline", required=False)
    field_order = ["name", "email", "role", "region", "agency_code", "discipline"]

    def __init__(self, *args: Any, viewer: Any, **kwargs: Any) -> None:
        super().__init__(*args, viewer=viewer, **kwargs)
        if not viewer.has("administrator"):
            self.fields["agency_code"].initial = viewer.agency
        self.fields["discipline"].choices = [("", "None"), *active_pack().teams.all().pairs()]

    def clean_agency_code(self) -> str:
        code = self.cleaned_data["agency_code"].strip().upper()
        if code and not is_code(code):
            raise forms.ValidationError("This is not the code of an agency. Copy it from the agency's page.")
        return code


def show(request: HttpRequest) -> HttpResponse:
    """The list."""
    rows = queries.people(request.viewer, request.now)
    context = {
        "people": rows,
        "waiting": seconding.waiting_everywhere(request.viewer),
        "link": _link_once(request),
    }
    return render(request, "doorway/people.html", context)


def show_invitation(request: HttpRequest) -> HttpResponse:
    """The form of an invitation; a link from an agency's page brings its code along."""
    queries.check_may_see_people(request.viewer)
    agency = request.GET.get("agency", "")
    form = InvitationForm(viewer=request.viewer, initial={"agency_code": agency} if is_code(agency) else {})
    return render(request, "doorway/invitation.html", {"form": form})


def invite(request: HttpRequest) -> HttpResponse:
    """Invite, and show the link once."""
    queries.check_may_see_people(request.viewer)
    form = InvitationForm(request.POST, viewer=request.viewer)
    if form.is_valid():
        told = form.cleaned_data
        try:
            invited = seconding.invite_person(
                request.viewer,
                email=told["email"],
                name=told["name"],
                agency_code=told["agency_code"],
                discipline=told["discipline"],
                grants=[form.grant()],
                now=request.now,
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            if not invited.secret:  # a second person confirms first; the person's page says so
                return redirect("people:person", code=invited.account.code)
            _keep_link(request, invited)
            return redirect("people:list")
    return render(request, "doorway/invitation.html", {"form": form}, status=422)


def show_person(request: HttpRequest, code: str) -> HttpResponse:
    """One person: roles, and what can be changed."""
    person, account = queries.person_for(request.viewer, code, request.now)
    return _person(request, person, account, RoleForm(viewer=request.viewer))


def _person(
    request: HttpRequest,
    person: queries.Person,
    account: Account,
    form: RoleForm,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "person": person,
        "form": form,
        "problem": problem,
        "link": _link_once(request),
        "waiting": seconding.waiting_for(request.viewer, account),
        "may_enter": onboarding.may_enter(request.viewer, account, request.now),
        "renewal": renewal.running_renewal(request.viewer, account, request.now),
    }
    return render(request, "doorway/person.html", context, status=status)


def change_person(request: HttpRequest, code: str) -> HttpResponse:
    """Give a role, end one, invite again, renew a lost way in, or switch off: `act` says which."""
    person, account = queries.person_for(request.viewer, code, request.now)
    is_grant = request.POST.get("act") == "grant"
    form = RoleForm(request.POST, viewer=request.viewer) if is_grant else RoleForm(viewer=request.viewer)
    try:
        match request.POST.get("act"):
            case "grant":
                if not form.is_valid():
                    return _person(request, person, account, form, status=422)
                seconding.give_or_ask(request.viewer, account, [form.grant()], request.now)
            case "second_role":
                seconding.confirm_role(request.viewer, account, code=request.POST.get("code", ""), now=request.now)
            case "call_off_role":
                actions.call_off_role(request.viewer, account, code=request.POST.get("code", ""), now=request.now)
            case "end_role":
                role, region = request.POST.get("role", ""), request.POST.get("region", "")
                actions.end_grant(request.viewer, account, role=role, region=region, now=request.now)
            case "invite_again":
                _keep_link(request, actions.invite_again(request.viewer, account, now=request.now))
            case "ask_renewal":
                renewal.ask_renewal(request.viewer, account, now=request.now)
            case "second_renewal":
                renewal.second_renewal(request.viewer, account, now=request.now)
            case "call_off_renewal":
                renewal.call_off_renewal(request.viewer, account, now=request.now)
            case "renewal_link":
                _keep_link(request, renewal.make_renewal_link(request.viewer, account, now=request.now))
            case "switch_off":
                actions.switch_off_account(request.viewer, account, now=request.now)
    except RuleBroken as refusal:
        return _person(request, person, account, form, str(refusal), status=422)
    return redirect("people:person", code=code)


def _keep_link(request: HttpRequest, invited: Invited) -> None:
    path = reverse("sign_in:invitation", args=[invited.secret])
    origin = settings.ENV.origin or f"{request.scheme}://{request.get_host()}"
    told = {"name": invited.account.name, "link": f"{origin}{path}"}
    request.session[_LINK] = sealed_state(told, 5, now=request.now, purpose=_PURPOSE)


def _link_once(request: HttpRequest) -> dict[str, Any] | None:
    try:
        return open_state(request.session.pop(_LINK, ""), now=request.now, purpose=_PURPOSE)
    except SealBroken:
        return None
