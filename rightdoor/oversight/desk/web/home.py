"""The desk: today, in three bands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from rightdoor.domain.errors import NotVisible
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.oversight.desk import actions, queries


def show(request: HttpRequest) -> HttpResponse:
    """Who has not signed in is shown the way in."""
    if request.viewer.is_anonymous:
        return redirect("/sign-in/")
    desk = queries.desk_of(request.viewer, request.now)
    context = {
        "desk": desk,
        "checklist": queries.own_checklist(request.viewer, request.now),
        "has_cases": queries.has_cases(request.viewer),
    }
    return respond(request, page="desk/home.html", context=context)


def owed(request: HttpRequest) -> HttpResponse:
    """What is due on one's own cases: a band of the desk that comes after it, and a page of its own."""
    if not queries.has_cases(request.viewer):
        raise NotVisible
    context = {
        "rows": queries.owed_on_cases(request.viewer, request.now),
        "steps": queries.program_steps(request.viewer, request.now),
    }
    return respond(request, page="desk/owed.html", fragment="desk/_owed.html", context=context)


def figures(request: HttpRequest) -> HttpResponse:
    """The coordinator's figures at a glance: beside the desk, after it, and a page of its own. (UX-1)"""
    if not request.viewer.has("care_coordinator"):
        raise NotVisible
    place, found = queries.figures_of(request.viewer, request.now)
    context = {"place": place, "figures": found}
    return respond(request, page="desk/figures.html", fragment="desk/_figures.html", context=context)


def seen(request: HttpRequest) -> HttpResponse:
    """Everything under "Since you were here" has been read."""
    if request.viewer.is_anonymous:
        return redirect("/sign-in/")
    actions.mark_desk_seen(request.viewer, now=request.now)
    return done(request, "/")
