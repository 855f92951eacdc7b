"""A phase of a project: what was done, the evidence, the note of its gate, and what stood there before."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.community.program import actions, queries
from rightdoor.community.program.models import Project
from rightdoor.community.program.queries import ShownPhase
from rightdoor.community.program.web.forms import PhaseForm
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import check_may, may
from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.foundation.ui.typed import as_initial, kept, typed_in


def show(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """What is written on it, and the form for those who write."""
    project = queries.project_for(request.viewer, code)
    return _page(request, project, queries.phase_numbered(project, number))


def write(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """Saves it. Where somebody else saved meanwhile, theirs is shown and nothing of either is lost."""
    project, shown = _to_write(request, code, number)
    form, is_crossed = PhaseForm(request.POST, shown=shown), False
    if form.is_valid():
        try:
            actions.write_phase(request.viewer, project, phase=shown.phase.id, now=request.now, **form.cleaned_data)
        except RuleBroken as refusal:
            shown = queries.phase_numbered(project, number)
            is_crossed = shown.version != form.cleaned_data["version"]
            data = request.POST.copy()
            data["version"] = str(shown.version)
            form = PhaseForm(data, shown=shown)
            form.is_valid()
            form.add_error(None, str(refusal))
        else:
            drop_draft(request.viewer, _draft_of(shown), project.code)
            messages.success(request, "Saved.")
            return done(request, f"/projects/{project.code}/#phase-{shown.phase.number}")
    return _page(request, project, shown, form=form, is_crossed=is_crossed, status=422)


def keep(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """What is being typed, kept for its writer."""
    project, shown = _to_write(request, code, number)
    keep_draft(request.viewer, _draft_of(shown), project.code, typed_in(request), now=request.now)
    return kept(request.now)


def _to_write(request: HttpRequest, code: str, number: str) -> tuple[Project, ShownPhase]:
    project = queries.project_for(request.viewer, code)
    check_may(request.viewer, "project.write", queries.writing(request.viewer, project.region))
    return project, queries.phase_numbered(project, number)


def _draft_of(shown: ShownPhase) -> str:
    return f"project.phase.{shown.phase.number}"


def _page(
    request: HttpRequest,
    project: Project,
    shown: ShownPhase,
    *,
    form: PhaseForm | None = None,
    is_crossed: bool = False,
    status: int = 200,
) -> HttpResponse:
    may_write = project.state == "running" and may(
        request.viewer, "project.write", queries.writing(request.viewer, project.region)
    )
    kept_at = None
    if may_write and form is None:
        initial: dict[str, Any] = {"evidence": shown.evidence, "gate": shown.gate, "version": shown.version}
        form = PhaseForm(shown=shown, initial=initial)
        draft = find_draft(request.viewer, _draft_of(shown), project.code)
        if draft:
            form.initial |= as_initial(form, draft[0])
            kept_at = draft[1]
    context = {
        "project": project,
        "shown": shown,
        "form": form if may_write or form is not None else None,
        "kept_at": kept_at,
        "is_crossed": is_crossed,
        "earlier": queries.earlier_entries(project, shown.phase.id),
    }
    return respond(request, page="program/phase.html", context=context, status=status)
