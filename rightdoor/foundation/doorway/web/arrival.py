"""The way in, in one place: who is arriving, where they wanted to go, and the moment they are in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from rightdoor.foundation.access.viewers import viewer_of
from rightdoor.foundation.accounts.actions import sign_out, start_session
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.accounts.queries import account_for
from rightdoor.foundation.accounts.session_store import stored_key

_ARRIVING = "arriving"
_LASTS = timedelta(minutes=15)  # from the password to the second factor
_NOT_BACK_TO = ("/sign-in/", "/sign-out/", "/lock/", "/prove/", "/demo/")


def place_after(request: HttpRequest, wanted: str) -> str:
    """Where to go after the door: a page of this site, else the desk."""
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}) and wanted.startswith("/")
    return wanted if is_ours and not wanted.startswith(_NOT_BACK_TO) else "/"


def begin(request: HttpRequest, account: Account, *, by: str, to: str) -> None:
    """Note who is arriving after a first step (password, invitation). Nobody is signed in yet."""
    request.session.cycle_key()
    request.session[_ARRIVING] = {
        "account": account.code,
        "until": (request.now + _LASTS).timestamp(),
        "by": by,
        "to": to,
        "enrolled": False,
    }


def arriving(request: HttpRequest) -> Account | None:
    """Who is between the first step and the second factor, for fifteen minutes."""
    state: dict[str, Any] = request.session.get(_ARRIVING) or {}
    if not state or request.now.timestamp() >= state["until"]:
        return None
    account = account_for(state["account"])
    return account if account is not None and account.is_active else None


def mark_enrolled(request: HttpRequest) -> None:
    """The arriving person has just made their first second factor, which proves it, too."""
    request.session[_ARRIVING] = {**request.session[_ARRIVING], "enrolled": True}


def is_enrolled_now(request: HttpRequest) -> bool:
    """True between making the first second factor and coming in."""
    return bool((request.session.get(_ARRIVING) or {}).get("enrolled"))


def come_in(request: HttpRequest, account: Account, *, by: str, to: str = "") -> HttpResponse:
    """Open a session for a person whose second factor is done, under a new cookie, and go to where they wanted."""
    state = request.session.pop(_ARRIVING, None) or {}
    viewer = viewer_of(account, request.now)
    before = request.signed_in
    if before is not None and before.ended_at is None:
        sign_out(viewer_of(before.account, request.now), before, now=request.now)
        request.session.flush()
    login(request, account)
    request.session["language"] = account.language
    digest = stored_key(request.session.session_key or "")
    start_session(viewer, account, digest=digest, device=device_of(request), by=by, now=request.now)
    return redirect(place_after(request, to or state.get("to", "/")))


def new_cookie(request: HttpRequest) -> str:
    """A new cookie for the same session, at each proof. Returns its digest for the session's row."""
    request.session.cycle_key()
    return stored_key(request.session.session_key or "")


def device_of(request: HttpRequest) -> str:
    """What the person will recognise in the list of sessions. The browser's own text is not kept."""
    text = request.headers.get("User-Agent", "")
    if "iPad" in text or "Tablet" in text:
        return "Tablet"
    return "Phone" if "Mobi" in text else "Computer"


def keep_signed_in(request: HttpRequest, account: Account) -> None:
    """After a change of password this browser stays in; the mark that ends all others is renewed here only."""
    request.session[HASH_SESSION_KEY] = account.get_session_auth_hash()
