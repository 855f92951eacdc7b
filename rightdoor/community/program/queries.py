"""Projects of the regions that a viewer may read, for pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from rightdoor.community.program.models import PhaseEntry, Project
from rightdoor.domain.community_action import FOUR_PS, Phase, PhaseState, Step, phases_of, states_of
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import ALL_REGIONS, Standing, Viewer, may
from rightdoor.domain.questionnaire.instrument import Instrument
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.codes import normalise
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.questionnaires.kept import pinned, usable

READERS = ("care_coordinator", "agency_head", "state_analyst")
WRITERS = ("care_coordinator",)
STATES = {"running": "Running", "ended": "Evaluated and ended", "given_up": "Given up"}


@dataclass(frozen=True, slots=True)
class ShownPhase:
    """A phase of a project: how it stands, and what is written on it last."""

    phase: Phase
    state: PhaseState
    is_here: bool
    evidence: str = ""
    gate: str = ""
    version: int = 0
    written_at: datetime | None = None
    written_by: str = ""

    @property
    def state_words(self) -> str:
        """The state as the instrument calls it."""
        return self.phase.words[self.state]


@dataclass(frozen=True, slots=True)
class ShownProject:
    """A line of the list."""

    project: Project
    phase: Phase
    of: int
    four_ps: list[str]
    state: str


@dataclass(frozen=True, slots=True)
class Happened:
    """A step of a project's history."""

    at: datetime
    what: str
    who: str
    detail: str = ""


def reading(viewer: Viewer, region: str) -> Standing:
    """How the viewer stands to the projects of a region, to read them."""
    return Standing(region=any(viewer.covers_as(role, region) for role in READERS))


def writing(viewer: Viewer, region: str) -> Standing:
    """How the viewer stands to the projects of a region, to write in them."""
    return Standing(region=any(viewer.covers_as(role, region) for role in WRITERS))


def regions_to_read(viewer: Viewer) -> list[tuple[str, str]]:
    """The regions whose projects the viewer reads, key and name. Raises NotVisible for whom there are none."""
    found = _regions(viewer, READERS)
    if not found:
        raise NotVisible
    return found


def regions_to_write(viewer: Viewer) -> list[tuple[str, str]]:
    """The regions in which the viewer may begin a project."""
    return _regions(viewer, WRITERS)


def visible_projects(viewer: Viewer) -> QuerySet[Project]:
    """The projects that this viewer may read."""
    reached = viewer.regions_as(*READERS)
    rows = Project.objects.all()
    return rows if ALL_REGIONS in reached else rows.filter(region__in=reached)


def project_for(viewer: Viewer, code: str) -> Project:
    """The project of this code. Raises NotVisible."""
    found = visible_projects(viewer).filter(code=normalise(code)).first()
    if found is None or not may(viewer, "project.read", reading(viewer, found.region)):
        raise NotVisible
    return found


def instrument_offered() -> Instrument:
    """The phases that a new project goes through. Raises RuleBroken where the installation has none."""
    found = next((one for one in usable("project") if phases_of(one)), None)
    if found is None:
        raise RuleBroken("This installation has no instrument with phases for projects.")
    return found


def phases_for(project: Project) -> tuple[Phase, ...]:
    """The phases of the version that this project began with."""
    return phases_of(pinned(project.instrument_key, project.instrument_version, project.instrument_hash))


def project_lines(viewer: Viewer, *, region: str = "", serves: str = "") -> list[ShownProject]:
    """The projects that the viewer may read, the running ones first, the newest first. One query."""
    rows = visible_projects(viewer)
    if region:
        rows = rows.filter(region=region)
    if serves:
        rows = rows.filter(four_ps__contains=[serves])
    lines = []
    for project in rows.order_by("-begun_at", "-pk"):
        phases = phases_for(project)
        here = next((one for one in phases if one.id == project.phase), phases[0])
        lines.append(ShownProject(project, here, len(phases), four_ps_of(project.four_ps), STATES[project.state]))
    return sorted(lines, key=lambda one: one.project.state != "running")


def phase_lines(project: Project) -> list[ShownPhase]:
    """Every phase of a project in its order, with the last that was written on it. Three queries."""
    phases, steps = phases_for(project), steps_of(project)
    states = states_of(phases, project.phase, steps)
    entries = {one.phase: one for one in project.entries.order_by("version")}
    names = _names([one.written_by for one in entries.values()])
    found = []
    for phase in phases:
        shown = ShownPhase(phase, states[phase.id], phase.id == project.phase and project.state == "running")
        entry = entries.get(phase.id)
        if entry is not None:
            who = names.get(entry.written_by, "")
            shown = ShownPhase(
                *(phase, shown.state, shown.is_here),
                *(entry.evidence, entry.gate, entry.version, entry.written_at, who),
            )
        found.append(shown)
    return found


def steps_of(project: Project) -> list[Step]:
    """The moves of a project, the oldest first. One query."""
    return [
        Step(one.kind, one.from_phase, one.to_phase)  # type: ignore[arg-type]
        for one in project.moves.order_by("moved_at", "pk")
    ]


def phase_numbered(project: Project, number: str) -> ShownPhase:
    """The phase of this number. Raises NotVisible."""
    found = next((one for one in phase_lines(project) if str(one.phase.number) == number), None)
    if found is None:
        raise NotVisible
    return found


def earlier_entries(project: Project, phase: str) -> list[tuple[PhaseEntry, str]]:
    """What was written on a phase before the last time, the newest first, each with its writer's name."""
    rows = list(project.entries.filter(phase=phase).order_by("-version"))[1:]
    names = _names([one.written_by for one in rows])
    return [(one, names.get(one.written_by, "")) for one in rows]


def history_of(project: Project) -> list[Happened]:
    """What happened to a project, the newest first: its moves, and each change of its words. Three queries."""
    phases = {one.id: one.name for one in phases_for(project)}
    moves, texts = list(project.moves.order_by("pk")), list(project.texts.order_by("version"))
    names = _names([project.begun_by, *(one.moved_by for one in moves), *(one.written_by for one in texts)])

    def said(kind: str, left: str, to: str) -> str:
        if kind == "on":
            return f"{left} is complete; {to} begins"
        return {"back": f"Back to {to}", "ended": "Evaluated and ended", "given_up": "Given up"}[kind]

    found = [Happened(project.begun_at, "The project began", names.get(project.begun_by, ""))]
    found += [
        Happened(one.written_at, "What it is about was changed", names.get(one.written_by, ""))
        for one in texts
        if one.version > 1
    ]
    found += [
        Happened(
            one.moved_at,
            said(one.kind, phases.get(one.from_phase, ""), phases.get(one.to_phase, "")),
            names.get(one.moved_by, ""),
            one.why,
        )
        for one in moves
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def four_ps_of(keys: Sequence[str]) -> list[str]:
    """The words of those that were chosen."""
    return [FOUR_PS[one] for one in keys if one in FOUR_PS]


def _regions(viewer: Viewer, roles: Sequence[str]) -> list[tuple[str, str]]:
    return [
        (one.key, one.name) for one in active_pack().regions if any(viewer.covers_as(role, one.key) for role in roles)
    ]


def _names(codes: Sequence[str]) -> dict[str, str]:
    return dict(Account.objects.filter(code__in=set(codes)).values_list("code", "name"))
