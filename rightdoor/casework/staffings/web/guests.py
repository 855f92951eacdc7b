"""The notice that a guest signs before a case opens."""

from __future__ import annotations

import hashlib

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from rightdoor.casework.staffings.guests.actions import sign_notice
from rightdoor.casework.staffings.guests.queries import unsigned_at
from rightdoor.domain.errors import NotVisible
from rightdoor.foundation.ui.pages import done, respond


class NoticeForm(forms.Form):
    """One box."""

    agreed = forms.BooleanField(
        label="I have read this and I promise it.",
        error_messages={"required": "Read the notice and tick the box. Without it the case stays closed."},
    )


def show(request: HttpRequest, code: str) -> HttpResponse:
    """The notice, for a guest of this meeting within the window."""
    return _page(request, code, NoticeForm())


def sign(request: HttpRequest, code: str) -> HttpResponse:
    """Sign it for each case of this meeting to which one was invited."""
    staffings = unsigned_at(request.viewer, code, request.now)
    form = NoticeForm(request.POST)
    if not staffings or not form.is_valid():
        return _page(request, code, form, status=422)
    version = hashlib.sha256(_text().encode()).hexdigest()
    for staffing in staffings:
        sign_notice(request.viewer, staffing, version=version, now=request.now)
    return done(request, f"/meetings/{staffings[0].meeting.code}/staffings/")


def _text() -> str:
    return render_to_string("staffings/_guest_notice.html")


def _page(request: HttpRequest, code: str, form: NoticeForm, status: int = 200) -> HttpResponse:
    staffings = unsigned_at(request.viewer, code, request.now)
    if not staffings:
        raise NotVisible
    context = {"form": form, "staffings": staffings, "text": _text(), "code": staffings[0].meeting.code}
    return respond(request, page="staffings/guest_notice.html", context=context, status=status)
