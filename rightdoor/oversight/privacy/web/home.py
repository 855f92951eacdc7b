"""The place itself: on to the first part that is open."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from rightdoor.domain.errors import NotVisible
from rightdoor.oversight.privacy.web.frame import parts_of


def index(request: HttpRequest) -> HttpResponse:
    """For everybody without a part here the address does not exist."""
    parts = parts_of(request.viewer)
    if not parts:
        raise NotVisible
    return redirect(parts[0].url)
