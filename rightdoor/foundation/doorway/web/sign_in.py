"""Signing in: password and second factor, or a passkey alone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from rightdoor.foundation.access.viewers import viewer_of
from rightdoor.foundation.accounts import actions
from rightdoor.foundation.doorway import factors, proving
from rightdoor.foundation.doorway.web import arrival
from rightdoor.foundation.doorway.web.forms import CodeForm, SignInForm


def show(request: HttpRequest) -> HttpResponse:
    """The page of the password; whoever is in already goes on."""
    to = arrival.place_after(request, request.GET.get("next", "/"))
    if request.session_state == "whole":
        return redirect(to)
    return _page(request, SignInForm(), to)


def create(request: HttpRequest) -> HttpResponse:
    """Check address and password; then the second factor, or making one."""
    to = arrival.place_after(request, request.POST.get("next", "/"))
    form = SignInForm(request.POST)
    if form.is_valid():
        proof = proving.by_password(form.cleaned_data["email"], form.cleaned_data["password"], request.now)
        if proof.account is not None:
            arrival.begin(request, proof.account, by="password", to=to)
            has_factor = bool(factors.factors(proof.account))
            return redirect("sign_in:second_factor" if has_factor else "sign_in:enrolment")
        form.add_error(None, proof.problem)
    return _page(request, form, to, status=422)


def _page(request: HttpRequest, form: SignInForm, to: str, status: int = 200) -> HttpResponse:
    ended = request.session_state == "ended"
    context = {"form": form, "next": to, "has_ended": ended}
    return render(request, "doorway/sign_in.html", context, status=status)


def offer(request: HttpRequest) -> HttpResponse:
    """What the browser needs to look for a passkey of this site."""
    return HttpResponse(factors.ask_for_passkey(), content_type="application/json")


def use_passkey(request: HttpRequest) -> HttpResponse:
    """A passkey alone opens the door: it is two factors in one, because the device asked who is there."""
    to = arrival.place_after(request, request.POST.get("next", "/"))
    proof = proving.by_passkey(request.POST.get("answer", ""), request.now)
    if proof.account is not None:
        return arrival.come_in(request, proof.account, by=proof.by, to=to)
    form = SignInForm({})
    form.errors.clear()
    form.add_error(None, proof.problem)
    return _page(request, form, to, status=422)


def show_second(request: HttpRequest) -> HttpResponse:
    """The page of the code."""
    account = arrival.arriving(request)
    if account is None:
        return redirect("sign_in:password")
    return _second_page(request, account, CodeForm())


def create_second(request: HttpRequest) -> HttpResponse:
    """Check the code, or the passkey as second factor, and open the door."""
    account = arrival.arriving(request)
    if account is None:
        return redirect("sign_in:password")
    if "answer" in request.POST:
        proof, form = proving.by_passkey(request.POST["answer"], request.now, account=account), CodeForm({"code": "-"})
    else:
        form = CodeForm(request.POST)
        if not form.is_valid():
            return _second_page(request, account, form, status=422)
        proof = proving.by_code(account, form.cleaned_data["code"], request.now)
    if proof.account is not None:
        return arrival.come_in(request, account, by=proof.by)
    form.add_error(None, proof.problem)
    return _second_page(request, account, form, status=422)


def offer_second(request: HttpRequest) -> HttpResponse:
    """What the browser needs to prove a passkey of the arriving person."""
    account = arrival.arriving(request)
    if account is None:
        return HttpResponse(status=409)
    return HttpResponse(factors.ask_for_passkey(account), content_type="application/json")


def _second_page(request: HttpRequest, account: object, form: CodeForm, status: int = 200) -> HttpResponse:
    kinds = {factor.kind for factor in factors.factors(account)}
    context = {"form": form, "has_passkey": "passkey" in kinds, "has_app": "app" in kinds}
    return render(request, "doorway/second_factor.html", context, status=status)


def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session. Posting it twice does no harm."""
    if request.signed_in is not None and request.signed_in.ended_at is None:
        actions.sign_out(viewer_of(request.signed_in.account, request.now), request.signed_in, now=request.now)
    request.session.flush()
    response = redirect("sign_in:password")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response
