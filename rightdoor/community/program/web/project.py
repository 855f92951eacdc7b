"""One project: where it stands, what it is about, and where it goes next."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.community.program import actions, queries
from rightdoor.community.program.models import Project
from rightdoor.community.program.web.forms import BackForm, FactsForm, GiveUpForm
from rightdoor.domain.community_action import earlier_phases, next_phase
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import check_may, may
from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.foundation.ui.typed import as_initial, kept, typed_in

FACTS, DRAFT = "program/facts.html", "project.facts"
FIELDS = ("title", "about", "four_ps", "who", "sources", "plan", "outcome", "version")


def show(request: HttpRequest, code: str) -> HttpResponse:
    """The project with its phases, and its history."""
    return _page(request, queries.project_for(request.viewer, code))


def move(request: HttpRequest, code: str) -> HttpResponse:
    """On, back, or to its end."""
    project = queries.project_for(request.viewer, code)
    check_may(request.viewer, "project.write", queries.writing(request.viewer, project.region))
    kind, at, viewer, now = request.POST.get("kind", ""), request.POST.get("at", ""), request.viewer, request.now
    back = BackForm(request.POST, earlier=_earlier(project), auto_id="id_back_%s") if kind == "back" else None
    giving_up = GiveUpForm(request.POST, auto_id="id_give_up_%s") if kind == "give_up" else None
    form, refusal = back or giving_up, ""
    try:
        if form is not None and not form.is_valid():
            pass
        elif kind == "on":
            actions.go_on(viewer, project, at=at, now=now)
            return _done(request, project, "The next phase begins.")
        elif kind == "back":
            assert back is not None
            actions.go_back(viewer, project, at=at, now=now, **back.cleaned_data)
            return _done(request, project, "The project went back. What was written stays.")
        elif kind == "end":
            actions.end_project(viewer, project, at=at, now=now)
            return _done(request, project, "The project is evaluated and has ended.")
        elif kind == "give_up":
            assert giving_up is not None
            actions.give_up_project(viewer, project, at=at, now=now, **giving_up.cleaned_data)
            return _done(request, project, "The project is given up. What was written stays.")
        else:
            refusal = "Choose what comes next."
    except RuleBroken as broken:
        project.refresh_from_db()
        if form is None:
            refusal = str(broken)
        else:
            form.add_error(None, str(broken))
    return _page(request, project, back=back, giving_up=giving_up, refusal=refusal, status=422)


def show_facts(request: HttpRequest, code: str) -> HttpResponse:
    """The form of what it is about, its plan and its outcome."""
    project = _to_write(request, code)
    form = FactsForm(initial={name: getattr(project, name) for name in FIELDS})
    draft = find_draft(request.viewer, DRAFT, project.code)
    form.initial |= as_initial(form, draft[0]) if draft else {}
    context = {"project": project, "form": form, "kept_at": draft[1] if draft else None}
    return respond(request, page=FACTS, context=context)


def write_facts(request: HttpRequest, code: str) -> HttpResponse:
    """Saves it. Where somebody else saved meanwhile, theirs is shown and nothing of either is lost."""
    project = _to_write(request, code)
    form, theirs = FactsForm(request.POST), False
    if form.is_valid():
        try:
            actions.change_project(
                request.viewer,
                project,
                told=form.told(),
                version=form.cleaned_data["version"],
                now=request.now,
            )
        except RuleBroken as refusal:
            project.refresh_from_db()
            theirs = project.version != form.cleaned_data["version"]
            data = request.POST.copy()
            data["version"] = str(project.version)
            form = FactsForm(data)
            form.is_valid()
            form.add_error(None, str(refusal))
        else:
            drop_draft(request.viewer, DRAFT, project.code)
            return _done(request, project, "Saved.")
    context = {"project": project, "form": form, "theirs": _words(project) if theirs else []}
    return respond(request, page=FACTS, context=context, status=422)


def keep_facts(request: HttpRequest, code: str) -> HttpResponse:
    """What is being typed, kept for its writer."""
    project = _to_write(request, code)
    keep_draft(request.viewer, DRAFT, project.code, typed_in(request), now=request.now)
    return kept(request.now)


def _to_write(request: HttpRequest, code: str) -> Project:
    project = queries.project_for(request.viewer, code)
    check_may(request.viewer, "project.write", queries.writing(request.viewer, project.region))
    return project


def _done(request: HttpRequest, project: Project, said: str) -> HttpResponse:
    messages.success(request, said)
    return done(request, f"/projects/{project.code}/")


def _earlier(project: Project) -> Any:
    return earlier_phases(queries.phases_for(project), project.phase)


def _words(project: Project) -> list[tuple[str, str]]:
    """What is written on a project, each with its heading."""
    said = [
        ("What it is about", project.about),
        ("Who takes part", project.who),
        ("Where the information comes from", project.sources),
        ("Plan of action", project.plan),
        ("Outcome", project.outcome),
    ]
    return [(heading, text) for heading, text in said if text]


def _page(
    request: HttpRequest,
    project: Project,
    *,
    back: BackForm | None = None,
    giving_up: GiveUpForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    is_running = project.state == "running"
    may_write = is_running and may(request.viewer, "project.write", queries.writing(request.viewer, project.region))
    phases = queries.phases_for(project)
    context = {
        "project": project,
        "state": queries.STATES[project.state],
        "four_ps": queries.four_ps_of(project.four_ps),
        "words": _words(project),
        "lines": queries.phase_lines(project),
        "next": next_phase(phases, project.phase) if is_running else None,
        "history": queries.history_of(project),
        "may_write": may_write,
        "back": (back or BackForm(earlier=_earlier(project), auto_id="id_back_%s"))
        if may_write and _earlier(project)
        else None,
        "giving_up": (giving_up or GiveUpForm(auto_id="id_give_up_%s")) if may_write else None,
        "refusal": refusal,
    }
    return respond(request, page="program/project.html", context=context, status=status)
