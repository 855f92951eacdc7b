"""The projects of one's regions, and beginning one."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.community.program import actions, queries
from rightdoor.community.program.web.forms import ProjectForm
from rightdoor.domain.community_action import FOUR_PS
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Standing, check_may
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.ui.charts import Bar, Group, bar_chart
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.foundation.ui.typed import as_initial, code_in, kept, typed_in

NEW, DRAFT = "program/new.html", "project"


def index(request: HttpRequest) -> HttpResponse:
    """Every project of the viewer's regions, and what the running ones serve."""
    regions = queries.regions_to_read(request.viewer)
    region = _one_of(request.GET.get("region", ""), [key for key, _ in regions])
    serves = _one_of(request.GET.get("serves", ""), list(FOUR_PS))
    lines = queries.project_lines(request.viewer, region=region, serves=serves)
    running = [one for one in lines if one.project.state == "running"]
    by_p = Counter(key for one in running for key in one.project.four_ps)
    context = {
        "lines": lines,
        "regions": regions if len(regions) > 1 else [],
        "region": region,
        "serves": serves,
        "four_ps": list(FOUR_PS.items()),
        "chart": bar_chart(
            "Running projects by what they serve",
            [Group(label, [Bar("", by_p[key], str(by_p[key]))]) for key, label in FOUR_PS.items()],
            of="Serves",
            head="Projects",
            about="A project may serve several.",
        )
        if running
        else None,
        "may_begin": bool(queries.regions_to_write(request.viewer)),
    }
    return respond(request, page="program/projects.html", context=context)


def show_new(request: HttpRequest) -> HttpResponse:
    """The form of a new project."""
    regions = _where(request)
    form = ProjectForm(regions=regions)
    draft = find_draft(request.viewer, DRAFT)
    form.initial = {"region": regions[0][0], "code": new_code()} | (as_initial(form, draft[0]) if draft else {})
    return respond(request, page=NEW, context={"form": form, "kept_at": draft[1] if draft else None})


def create(request: HttpRequest) -> HttpResponse:
    """Begins it."""
    form = ProjectForm(request.POST, regions=_where(request))
    if form.is_valid():
        try:
            project = actions.begin_project(
                request.viewer,
                region=form.cleaned_data["region"],
                told=form.told(),
                code=code_in(typed_in(request)),
                now=request.now,
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            drop_draft(request.viewer, DRAFT)
            messages.success(request, "The project has begun. Write what is done in its first phase.")
            return done(request, f"/projects/{project.code}/")
    return respond(request, page=NEW, context={"form": form}, status=422)


def keep(request: HttpRequest) -> HttpResponse:
    """What is being typed, kept for its writer."""
    _where(request)
    keep_draft(request.viewer, DRAFT, "", typed_in(request), now=request.now)
    return kept(request.now)


def _where(request: HttpRequest) -> list[tuple[str, str]]:
    """The regions in which one may be begun. For whom there are no projects at all, there is no such page."""
    queries.regions_to_read(request.viewer)
    regions = queries.regions_to_write(request.viewer)
    check_may(request.viewer, "project.write", Standing(region=bool(regions)))
    return regions


def _one_of(asked: str, known: list[Any]) -> str:
    return asked if asked in known else ""
