"""Where a source answers whose head has an account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from rightdoor.domain.errors import NotVisible
from rightdoor.foundation.codes import normalise
from rightdoor.oversight.submissions.models import Listed
from rightdoor.oversight.submissions.queries import own_entries
from rightdoor.oversight.submissions.web.answering import Door, answering, show_home


def show(request: HttpRequest, code: str) -> HttpResponse:
    """What is asked, what was answered, and the ways to answer."""
    listed, door = _opened(request, code)
    return show_home(request, listed, door)


def answer(request: HttpRequest, code: str) -> HttpResponse:
    """One step of answering."""
    listed, door = _opened(request, code)
    return answering(request, listed, door)


def _opened(request: HttpRequest, code: str) -> tuple[Listed, Door]:
    listed = own_entries(request.viewer).filter(code=normalise(code)).first()
    if listed is None:
        raise NotVisible
    return listed, Door(viewer=request.viewer, here=reverse("submissions:own", args=[listed.code]))
