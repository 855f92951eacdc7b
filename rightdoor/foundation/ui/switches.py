"""What a person switches for the screen in front of them: language, names on a shared display, and the way out."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from rightdoor.foundation.accounts.actions import choose_language
from rightdoor.foundation.jurisdiction.active import active_pack

NAMES_HIDDEN = "names_hidden"
LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language that the pack speaks, by its own name."""

    code: str
    name: str


def tongues() -> list[Tongue]:
    """The languages that both the pack and the program have."""
    names = dict(settings.LANGUAGES)
    return [Tongue(code, names[code]) for code in active_pack().languages if code in names]


def switch_names(request: HttpRequest) -> HttpResponse:
    """Hides or shows clients' names on this screen. For a room: what may be seen is decided elsewhere."""
    request.session[NAMES_HIDDEN] = not request.session.get(NAMES_HIDDEN, False)
    return redirect(_back(request))


def switch_language(request: HttpRequest) -> HttpResponse:
    """The language of this session and of the person, one of the pack's."""
    chosen = request.POST.get("language", "")
    if chosen in {tongue.code for tongue in tongues()}:
        request.session[LANGUAGE] = chosen
        choose_language(request.viewer, request.signed_in.account, language=chosen, now=request.now)
    return redirect(_back(request))


def leave(request: HttpRequest) -> HttpResponse:
    """Quick exit without scripts: on to a neutral site, and the browser is asked to forget what it kept of this one."""
    response = HttpResponseRedirect(active_pack().public.quick_exit_url)
    if request.headers.get("Sec-Fetch-Dest", "document") == "document":  # a picture on another site signs nobody out
        response.headers["Clear-Site-Data"] = '"storage", "cookies"'
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _back(request: HttpRequest) -> str:
    to = request.POST.get("to", "/")
    return to if to.startswith("/") and url_has_allowed_host_and_scheme(to, allowed_hosts=None) else "/"
