"""The lock, and the fresh proof before acts that cannot be taken back. Both return to where the person was."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from rightdoor.foundation.access.middleware import page_of
from rightdoor.foundation.access.viewers import viewer_of
from rightdoor.foundation.accounts import actions
from rightdoor.foundation.doorway import demonstration, factors, proving
from rightdoor.foundation.doorway.proving import Proof
from rightdoor.foundation.doorway.web import arrival
from rightdoor.foundation.doorway.web.forms import ProofForm, UnlockForm
from rightdoor.foundation.ui.pages import wants_fragment


def lock(request: HttpRequest) -> HttpResponse:
    """Lock now."""
    if request.session_state == "whole":
        actions.lock_session(request.viewer, request.signed_in, why="asked", now=request.now)
    back = arrival.place_after(request, page_of(request))
    to = locked_address(back)
    return HttpResponse(status=204, headers={"HX-Redirect": to}) if wants_fragment(request) else redirect(to)


def locked_address(back: str) -> str:
    """The page of the lock, with the way back."""
    from urllib.parse import urlencode

    from django.urls import reverse

    here = reverse("sign_in:locked")
    return here if back == "/" else f"{here}?{urlencode({'next': back})}"


def show(request: HttpRequest) -> HttpResponse:
    """The locked screen: whose it is, and how to open it."""
    to = arrival.place_after(request, request.GET.get("next", "/"))
    if request.session_state == "whole":
        return redirect(to)
    if request.session_state != "locked":
        return redirect("sign_in:password")
    return _page(request, "doorway/locked.html", UnlockForm(), to)


def unlock(request: HttpRequest) -> HttpResponse:
    """Open the locked session again, for its own person only."""
    to = arrival.place_after(request, request.POST.get("next", "/"))
    if request.session_state == "whole":
        return redirect(to)
    if request.session_state != "locked":
        return redirect("sign_in:password")
    proof, form = _prove(request)
    if proof.account is None:
        return _page(request, "doorway/locked.html", form, to, status=422)
    session = request.signed_in
    viewer = viewer_of(session.account, request.now)
    actions.unlock_session(viewer, session, digest=arrival.new_cookie(request), by=proof.by, now=request.now)
    return redirect(to)


def offer(request: HttpRequest) -> HttpResponse:
    """What the browser needs to prove a passkey of the person whose session this is."""
    if request.session_state not in {"locked", "whole"}:
        return HttpResponse(status=409)
    return HttpResponse(factors.ask_for_passkey(request.signed_in.account), content_type="application/json")


def show_proof(request: HttpRequest) -> HttpResponse:
    """The page that asks for a fresh proof."""
    to = arrival.place_after(request, request.GET.get("next", "/"))
    return _page(request, "doorway/proof.html", ProofForm(), to)


def prove(request: HttpRequest) -> HttpResponse:
    """Take a fresh proof and go on."""
    to = arrival.place_after(request, request.POST.get("next", "/"))
    proof, form = _prove(request, afresh=True)
    if proof.account is None:
        return _page(request, "doorway/proof.html", form, to, status=422)
    digest = arrival.new_cookie(request)
    actions.prove_again(request.viewer, request.signed_in, digest=digest, by=proof.by, now=request.now)
    return redirect(to)


def _prove(request: HttpRequest, *, afresh: bool = False) -> tuple[Proof, UnlockForm]:
    account = request.signed_in.account
    if demonstration.is_open(request) and account.is_demonstration and "continue" in request.POST:
        return Proof(account, "demonstration"), UnlockForm()
    kind = ProofForm if afresh else UnlockForm
    if "answer" in request.POST:
        form = kind({"secret": "-"})
        form.is_valid()
        proof = proving.by_passkey(request.POST["answer"], request.now, account=account)
    else:
        form = kind(request.POST)
        if not form.is_valid():
            return Proof(), form
        by = proving.by_second_factor if afresh else proving.by_password_or_code
        proof = by(account, form.cleaned_data["secret"], request.now)
    if proof.account is None:
        form.add_error(None, proof.problem)
    return proof, form


def _page(request: HttpRequest, template: str, form: UnlockForm, to: str, status: int = 200) -> HttpResponse:
    account = request.signed_in.account
    context = {
        "form": form,
        "next": to,
        "name": account.name,
        "has_passkey": any(factor.kind == "passkey" for factor in factors.factors(account)),
        "is_invented": account.is_demonstration and demonstration.is_open(request),
    }
    return render(request, template, context, status=status)
