"""Taking up an invitation: the link, a password, a second factor, recovery codes, and in."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.viewers import arriving_viewer
from rightdoor.foundation.accounts import actions
from rightdoor.foundation.accounts.models import Account, Invitation
from rightdoor.foundation.accounts.queries import digest_of_secret, invitation_for
from rightdoor.foundation.doorway import factors
from rightdoor.foundation.doorway.renewal import end_the_old_way_in
from rightdoor.foundation.doorway.web import arrival
from rightdoor.foundation.doorway.web.forms import AppCodeForm, NewPasswordForm
from rightdoor.foundation.sealing.seals import SealBroken, open_state, sealed_state

_INVITATION = "invitation"
_CODES = "recovery_codes"
APP_PURPOSE = "authenticator app"
CODES_PURPOSE = "recovery codes"


def arrive(request: HttpRequest, secret: str) -> HttpResponse:
    """Take the secret out of the address: the pages that follow carry it nowhere."""
    digest = digest_of_secret(secret)
    if invitation_for(digest, request.now) is None:
        return render(request, "doorway/invitation_gone.html", status=404)
    request.session[_INVITATION] = digest
    return redirect("sign_in:welcome")


def _invitation(request: HttpRequest) -> Invitation | None:
    return invitation_for(request.session.get(_INVITATION, ""), request.now)


def show_welcome(request: HttpRequest) -> HttpResponse:
    """Who is invited, and the form of the password."""
    invitation = _invitation(request)
    if invitation is None:
        return render(request, "doorway/invitation_gone.html", status=404)
    return _welcome(request, invitation, NewPasswordForm())


def accept(request: HttpRequest) -> HttpResponse:
    """Set the password; the second factor comes next."""
    invitation = _invitation(request)
    if invitation is None:
        return render(request, "doorway/invitation_gone.html", status=404)
    form = NewPasswordForm(request.POST)
    if form.is_valid():
        account = invitation.account
        viewer, is_renewal = arriving_viewer(account), account.has_usable_password()
        try:
            with transaction.atomic():
                password = form.cleaned_data["password"]
                actions.accept_invitation(viewer, invitation, password=password, now=request.now)
                if is_renewal:
                    end_the_old_way_in(viewer, account, now=request.now)
        except RuleBroken as refusal:
            form.add_error("password", str(refusal))
        else:
            request.session.pop(_INVITATION, None)
            arrival.begin(request, account, by="invitation", to="/")
            return redirect("sign_in:enrolment")
    return _welcome(request, invitation, form, status=422)


def _welcome(request: HttpRequest, invitation: Invitation, form: NewPasswordForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "account": invitation.account, "step": 1}
    return render(request, "doorway/welcome.html", context, status=status)


def _newcomer(request: HttpRequest) -> Account | None:
    """The arriving person who has no second factor yet. Whoever has one must prove it, not make another."""
    account = arrival.arriving(request)
    return account if account is not None and not factors.factors(account) else None


def show_enrolment(request: HttpRequest) -> HttpResponse:
    """The choice: passkey or authenticator app."""
    if _newcomer(request) is None:
        return redirect("sign_in:second_factor")
    return _enrolment(request)


def _enrolment(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    return render(request, "doorway/enrolment.html", {"problem": problem, "step": 2}, status=status)


def offer_passkey(request: HttpRequest) -> HttpResponse:
    """What the browser needs to make a passkey."""
    account = _newcomer(request)
    if account is None:
        return HttpResponse(status=409)
    return HttpResponse(factors.offer_passkey(account), content_type="application/json")


def create_passkey(request: HttpRequest) -> HttpResponse:
    """Take the passkey that was made."""
    account = _newcomer(request)
    if account is None:
        return redirect("sign_in:second_factor")
    try:
        factors.add_passkey(
            arriving_viewer(account),
            account,
            answer=request.POST.get("answer", ""),
            name=arrival.device_of(request),
            now=request.now,
        )
    except RuleBroken as refusal:
        return _enrolment(request, str(refusal), status=422)
    return _on_to_the_codes(request, account)


def show_app(request: HttpRequest) -> HttpResponse:
    """The square for the authenticator app."""
    account = _newcomer(request)
    if account is None:
        return redirect("sign_in:second_factor")
    return app_page(request, account, "doorway/enrol_app.html", {"step": 2})


def create_app(request: HttpRequest) -> HttpResponse:
    """Take the app once it shows the right code."""
    account = _newcomer(request)
    if account is None:
        return redirect("sign_in:second_factor")
    again = take_app(request, arriving_viewer(account), account, "doorway/enrol_app.html", {"step": 2})
    return again or _on_to_the_codes(request, account)


def take_app(
    request: HttpRequest, viewer: Viewer, account: Account, template: str, context: dict[str, Any]
) -> HttpResponse | None:
    """Add the app of the posted form to the account. Returns the page again when something is wrong, else None."""
    form = AppCodeForm(request.POST)
    secret = _secret_of(request, account)
    if not secret:
        form.add_error(None, "This page was open for too long. Read the new square below with your app.")
    elif form.is_valid():
        try:
            keep = request.signed_in.code if request.session_state == "whole" else ""
            code = form.cleaned_data["code"]
            factors.add_app(viewer, account, secret=secret, code=code, now=request.now, keep=keep)
        except RuleBroken as refusal:
            form.add_error("code", str(refusal))
        else:
            return None
    return app_page(request, account, template, context, secret=secret, form=form)


def _secret_of(request: HttpRequest, account: Account) -> str:
    try:
        state = open_state(request.POST.get("state", ""), now=request.now, purpose=APP_PURPOSE)
    except SealBroken:
        return ""
    return str(state["secret"]) if state["account"] == account.code else ""


def app_page(
    request: HttpRequest,
    account: Account,
    template: str,
    context: dict[str, Any],
    *,
    secret: str = "",
    form: AppCodeForm | None = None,
) -> HttpResponse:
    """The page with the square; the secret stands sealed in the form and nowhere else until the app is proved."""
    secret = secret or factors.new_app_secret()
    page = {
        "form": form or AppCodeForm(),
        "state": sealed_state({"secret": secret, "account": account.code}, 30, now=request.now, purpose=APP_PURPOSE),
        "picture": factors.app_picture(account, secret),
        "letters": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        **context,
    }
    return render(request, template, page, status=422 if form is not None else 200)


def _on_to_the_codes(request: HttpRequest, account: Account) -> HttpResponse:
    arrival.mark_enrolled(request)
    keep_codes(request, actions.make_recovery_codes(arriving_viewer(account), account, now=request.now))
    return redirect("sign_in:codes")


def keep_codes(request: HttpRequest, codes: list[str]) -> None:
    """Until the person says that they are kept, the codes wait sealed in the session, for half an hour."""
    request.session[_CODES] = sealed_state({"codes": codes}, 30, now=request.now, purpose=CODES_PURPOSE)


def waiting_codes(request: HttpRequest) -> list[str]:
    """The codes that wait to be kept."""
    try:
        return list(open_state(request.session.get(_CODES, ""), now=request.now, purpose=CODES_PURPOSE)["codes"])
    except SealBroken:
        return []


def forget_codes(request: HttpRequest) -> None:
    """They are never shown again."""
    request.session.pop(_CODES, None)


def show_codes(request: HttpRequest) -> HttpResponse:
    """The recovery codes, this once."""
    account = arrival.arriving(request)
    if account is None or not arrival.is_enrolled_now(request):
        return redirect("sign_in:password")
    return render(request, "doorway/codes.html", {"codes": waiting_codes(request), "step": 3, "account": account})


def enter(request: HttpRequest) -> HttpResponse:
    """The codes are kept: in."""
    account = arrival.arriving(request)
    if account is None or not arrival.is_enrolled_now(request):
        return redirect("sign_in:password")
    forget_codes(request)
    return arrival.come_in(request, account, by=factors.factors(account)[0].kind)
