"""What a person looks after for themselves: where they are signed in, second factors, recovery codes, password."""

from __future__ import annotations

from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.foundation.accounts import actions
from rightdoor.foundation.accounts.queries import live_sessions, unused_recovery_codes
from rightdoor.foundation.doorway import factors, renewal
from rightdoor.foundation.doorway.web import arrival, joining
from rightdoor.foundation.doorway.web.forms import NewPasswordForm


def show_sessions(request: HttpRequest) -> HttpResponse:
    """Every browser the person is signed in with."""
    context = {
        "sessions": live_sessions(request.viewer, request.now),
        "this_code": request.signed_in.code,
        "renewal": renewal.running_renewal(request.viewer, request.signed_in.account, request.now),
    }
    return render(request, "doorway/sessions.html", context)


def end_session(request: HttpRequest) -> HttpResponse:
    """End one of the others, or stop a renewal of one's own way in that one did not ask for."""
    if "stop_renewal" in request.POST:
        with suppress(RuleBroken):  # stopped or used already
            renewal.call_off_renewal(request.viewer, request.signed_in.account, now=request.now)
        return redirect("doorway:sessions")
    code = request.POST.get("code", "")
    session = next((one for one in live_sessions(request.viewer, request.now) if one.code == code), None)
    if session is not None and session.code != request.signed_in.code:
        actions.end_session(request.viewer, session, now=request.now)
    return redirect("doorway:sessions")


def show_factors(request: HttpRequest) -> HttpResponse:
    """Passkeys, app and recovery codes."""
    return _factors_page(request)


def _factors_page(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    account = request.signed_in.account
    context = {
        "factors": factors.factors(account),
        "codes_left": unused_recovery_codes(account),
        "has_password": account.has_usable_password(),
        "problem": problem,
    }
    return render(request, "doorway/factors.html", context, status=status)


def remove_factor(request: HttpRequest) -> HttpResponse:
    """Take one away; never the last."""
    key = request.POST.get("key", "")
    if not key.isdigit():
        raise NotVisible
    try:
        session = request.signed_in
        factors.remove_factor(request.viewer, session.account, key=int(key), now=request.now, keep=session.code)
    except RuleBroken as refusal:
        return _factors_page(request, str(refusal), status=422)
    return redirect("doorway:factors")


def offer_passkey(request: HttpRequest) -> HttpResponse:
    """What the browser needs to make another passkey."""
    return HttpResponse(factors.offer_passkey(request.signed_in.account), content_type="application/json")


def create_passkey(request: HttpRequest) -> HttpResponse:
    """Take it."""
    try:
        factors.add_passkey(
            request.viewer,
            request.signed_in.account,
            answer=request.POST.get("answer", ""),
            name=request.POST.get("name", "") or arrival.device_of(request),
            now=request.now,
            keep=request.signed_in.code,
        )
    except RuleBroken as refusal:
        return _factors_page(request, str(refusal), status=422)
    return redirect("doorway:factors")


def show_app(request: HttpRequest) -> HttpResponse:
    """The square for another authenticator app; it takes the place of the one before."""
    return joining.app_page(request, request.signed_in.account, "doorway/another_app.html", {})


def create_app(request: HttpRequest) -> HttpResponse:
    """Take it once it shows the right code."""
    again = joining.take_app(request, request.viewer, request.signed_in.account, "doorway/another_app.html", {})
    return again or redirect("doorway:factors")


def show_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, until the person says that they are kept."""
    codes = joining.waiting_codes(request)
    return render(request, "doorway/new_codes.html", {"codes": codes}) if codes else redirect("doorway:factors")


def create_codes(request: HttpRequest) -> HttpResponse:
    """Make new ones, or forget those shown."""
    if "kept" in request.POST:
        joining.forget_codes(request)
        return redirect("doorway:factors")
    made = actions.make_recovery_codes(request.viewer, request.signed_in.account, now=request.now)
    joining.keep_codes(request, made)
    return redirect("doorway:codes")


def show_password(request: HttpRequest) -> HttpResponse:
    """The form of another password."""
    return render(request, "doorway/password.html", {"form": NewPasswordForm()})


def change_password(request: HttpRequest) -> HttpResponse:
    """Take it; every other session of the person ends."""
    form = NewPasswordForm(request.POST)
    if form.is_valid():
        account = request.signed_in.account
        try:
            actions.change_password(
                request.viewer,
                account,
                password=form.cleaned_data["password"],
                keep=request.signed_in.code,
                now=request.now,
            )
        except RuleBroken as refusal:
            form.add_error("password", str(refusal))
        else:
            arrival.keep_signed_in(request, account)
            return redirect("doorway:factors")
    return render(request, "doorway/password.html", {"form": form}, status=422)
