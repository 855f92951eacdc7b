"""Where a person without an account reads a packet: words, notice, then what was chosen, and nothing else of the site.

No cookie is set: what was proved travels in the form, sealed and for half an hour. Every link that shows nothing,
whether nobody made it or it is locked, over or taken back, answers with the same bytes.
"""

from __future__ import annotations

import hashlib
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from rightdoor.casework.staffings.models import Packet
from rightdoor.casework.staffings.packets.actions import sign_packet_notice, try_words
from rightdoor.casework.staffings.packets.queries import opens_now, packet_at, read_packet
from rightdoor.foundation.access.viewers import NOBODY
from rightdoor.foundation.sealing.cipher import SealBroken
from rightdoor.foundation.sealing.seals import open_state, sealed_state
from rightdoor.foundation.ui import refusals
from rightdoor.foundation.ui.pages import View, respond

PURPOSE = "packet"
MINUTES = 30
LONGEST = 200


def public(view: View) -> View:
    """For anybody, from our own page only, and the next site learns nothing of where one was."""

    @wraps(view)
    def page(request: HttpRequest, secret: str) -> HttpResponse:
        if request.method == "POST" and not _comes_from_here(request):
            return refusals.form_expired(request, reason="another site")
        with translation.override("en"):
            request.LANGUAGE_CODE = "en"
            response = view(request, secret)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    return page


@public
def ask(request: HttpRequest, secret: str) -> HttpResponse:
    """The words, please. The same page for every link there could be."""
    return respond(request, page="staffings/read/words.html", context={"refusal": ""})


@public
def answer(request: HttpRequest, secret: str) -> HttpResponse:
    """The words were said, or the notice was signed."""
    packet = packet_at(secret)
    if "proof" in request.POST:
        return _after_notice(request, secret, packet)
    words = request.POST.get("words", "").replace("\0", "")[:LONGEST]
    if packet is None or not try_words(NOBODY, packet, secret=secret, words=words, now=request.now):
        return _refused(request)
    return _notice(request, packet)


def _after_notice(request: HttpRequest, secret: str, packet: Packet | None) -> HttpResponse:
    try:
        proved = open_state(request.POST.get("proof", "")[:2000], now=request.now, purpose=PURPOSE)
    except SealBroken:
        return _refused(request)
    if packet is None or proved.get("packet") != packet.code or not opens_now(packet, request.now):
        return _refused(request)
    if request.POST.get("agreed") != "on":
        return _notice(request, packet, refusal="Read the notice and tick the box. Without it nothing is shown.")
    version = hashlib.sha256(_text().encode()).hexdigest()
    if not sign_packet_notice(NOBODY, packet, version=version, now=request.now):
        return _refused(request)
    opened = read_packet(packet, request.now)
    if opened is None:
        return _refused(request)
    context = {**opened, "packet": packet, "read_at": request.now, "proof": _proof(request, packet)}
    return respond(request, page="staffings/read/packet.html", context=context)


def _notice(request: HttpRequest, packet: Packet, refusal: str = "") -> HttpResponse:
    context = {"proof": _proof(request, packet), "text": _text(), "refusal": refusal}
    return respond(request, page="staffings/read/notice.html", context=context, status=422 if refusal else 200)


def _proof(request: HttpRequest, packet: Packet) -> str:
    return sealed_state({"packet": packet.code}, MINUTES, now=request.now, purpose=PURPOSE)


def _refused(request: HttpRequest) -> HttpResponse:
    said = "This did not open anything. Check the words, or call the person who gave you the link."
    context: dict[str, Any] = {"refusal": said}
    return respond(request, page="staffings/read/words.html", context=context, status=422)


def _text() -> str:
    return render_to_string("staffings/read/_notice.html")


def _comes_from_here(request: HttpRequest) -> bool:
    """Sent by our own page. Browsers that say nothing are believed: such a form can do no more than a new visitor."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin", "null")
    return origin == "null" or urlsplit(origin).netloc == request.get_host()
