"""Acts on community projects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from rightdoor.community.program.models import PhaseEntry, Project, ProjectMove, ProjectText
from rightdoor.community.program.queries import instrument_offered, phases_for, writing
from rightdoor.domain.community_action import (
    check_back,
    check_end,
    check_four_ps,
    check_gate,
    check_given_up,
    next_phase,
    phases_of,
)
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.once import own_code, sent_before
from rightdoor.foundation.questionnaires.kept import keep_version

LONGEST = 20_000
SOMEBODY_ELSE = "Somebody else has saved this meanwhile. Your text stands below; compare, then save."
OVER = "This project is over. What was written stays as it is."


@dataclass(frozen=True, slots=True)
class Told:
    """The words of a project."""

    title: str
    about: str
    four_ps: Sequence[str]
    who: str = ""
    sources: str = ""
    plan: str = ""
    outcome: str = ""


@action("project.begun")
def begin_project(viewer: Viewer, *, region: str, told: Told, now: datetime, code: str = "") -> Project:
    """Begins a community project of a region in the first phase. (PROG-7; practice.md 5.3)

    `code` may be fixed beforehand by a form: sent twice, the project that it made is returned. Raises NotPermitted, and
    RuleBroken for an unknown region, no title, or nothing of the four that it serves.
    """
    check_may(viewer, "project.write", writing(viewer, region))
    code = own_code(viewer, Project, region, code)
    again = sent_before(Project.objects.filter(begun_by=viewer.code), code)
    if again is not None:
        record(viewer, "project.begun", again, repeated=True)
        return again
    if region not in {one.key for one in active_pack().regions}:
        raise RuleBroken("Choose the region from the list.")
    told = _checked(told)
    instrument = instrument_offered()
    pin = keep_version(instrument, now=now)
    project = Project.objects.create(
        code=code or new_code(),
        region=region,
        instrument_key=pin.key,
        instrument_version=pin.version,
        instrument_hash=pin.hash,
        phase=phases_of(instrument)[0].id,
        begun_at=now,
        begun_by=viewer.code,
        **asdict(told),
    )
    _keep_text(viewer, project, told, now)
    record(viewer, "project.begun", project)
    return project


@action("project.changed")
def change_project(viewer: Viewer, project: Project, *, told: Told, version: int, now: datetime) -> None:
    """Changes what a project is about, its plan or its outcome; what stood there before is kept.

    Raises NotPermitted, and RuleBroken once it is over, or when somebody else has saved meanwhile.
    """
    held = _running(viewer, project)
    if held.version != version:
        raise RuleBroken(SOMEBODY_ELSE)
    told = _checked(told)
    for name, value in asdict(told).items():
        setattr(held, name, value)
    held.version += 1
    held.save(update_fields=[*asdict(told), "version"])
    _keep_text(viewer, held, told, now)
    record(viewer, "project.changed", held, version=held.version)


@action("project.phase_written")
def write_phase(
    viewer: Viewer, project: Project, *, phase: str, evidence: str, gate: str, version: int, now: datetime
) -> PhaseEntry:
    """Writes what was done in a phase with its evidence, and the note of its gate; what stood there before is kept.

    Raises NotPermitted, and RuleBroken for an unknown phase, once the project is over, or when somebody else has saved
    meanwhile.
    """
    held = _running(viewer, project)
    if phase not in {one.id for one in phases_for(held)}:
        raise RuleBroken("Choose a phase of this project.")
    if max(len(evidence), len(gate)) > LONGEST:
        raise RuleBroken(f"Shorten each text to {LONGEST:,} characters.")
    last = held.entries.filter(phase=phase).order_by("-version").first()
    if (last.version if last else 0) != version:
        raise RuleBroken(SOMEBODY_ELSE)
    entry = held.entries.create(
        phase=phase,
        version=version + 1,
        evidence=evidence.strip(),
        gate=gate.strip(),
        written_at=now,
        written_by=viewer.code,
    )
    record(viewer, "project.phase_written", held, phase=phase, version=entry.version)
    return entry


@action("project.moved")
def go_on(viewer: Viewer, project: Project, *, at: str, now: datetime) -> None:
    """Leaves a phase through its gate for the next one. `at`: the phase that the writer saw.

    Raises NotPermitted, and RuleBroken while evidence or gate note are lacking, on the last phase, once it is over, or
    when the project stands elsewhere by now.
    """
    held = _standing_at(viewer, project, at)
    to = next_phase(phases_for(held), at)
    if to is None:
        raise RuleBroken("This is the last phase. End the project once its outcome is written.")
    _check_gate_of(held, at)
    _move(viewer, held, "on", to.id, "", now)
    record(viewer, "project.moved", held, to=to.id)


@action("project.moved")
def go_back(viewer: Viewer, project: Project, *, at: str, to: str, why: str, now: datetime) -> None:
    """Goes back to an earlier phase, with the reason. Raises NotPermitted, RuleBroken."""
    held = _standing_at(viewer, project, at)
    check_back(phases_for(held), at, to, why=why)
    _move(viewer, held, "back", to, why, now)
    record(viewer, "project.moved", held, to=to, back=True)


@action("project.ended")
def end_project(viewer: Viewer, project: Project, *, at: str, now: datetime) -> None:
    """Ends a project after its last phase, with its outcome. Raises NotPermitted, RuleBroken."""
    held = _standing_at(viewer, project, at)
    check_end(phases_for(held), at, outcome=held.outcome)
    _check_gate_of(held, at)
    _end(viewer, held, "ended", "", now)


@action("project.ended")
def give_up_project(viewer: Viewer, project: Project, *, at: str, why: str, now: datetime) -> None:
    """Ends a project before its time, with the reason. Raises NotPermitted, RuleBroken."""
    held = _standing_at(viewer, project, at)
    check_given_up(why=why)
    _end(viewer, held, "given_up", why, now)


def _checked(told: Told) -> Told:
    texts = {name: str(value).strip() for name, value in asdict(told).items() if name != "four_ps"}
    if not texts["title"]:
        raise RuleBroken("Give the project a title.")
    if not texts["about"]:
        raise RuleBroken("Say what the project is about.")
    if len(texts["title"]) > 160 or any(len(text) > LONGEST for text in texts.values()):
        raise RuleBroken(f"Shorten the title to 160 characters, and each text to {LONGEST:,}.")
    return Told(**texts, four_ps=list(check_four_ps(told.four_ps)))


def _running(viewer: Viewer, project: Project) -> Project:
    check_may(viewer, "project.write", writing(viewer, project.region))
    held = Project.objects.select_for_update().get(pk=project.pk)
    if held.state != "running":
        raise RuleBroken(OVER)
    return held


def _standing_at(viewer: Viewer, project: Project, at: str) -> Project:
    held = _running(viewer, project)
    if held.phase != at:
        raise RuleBroken("The project stands in another phase by now. Look at it again.")
    return held


def _check_gate_of(project: Project, phase: str) -> None:
    last = project.entries.filter(phase=phase).order_by("-version").first()
    check_gate(gate=last.gate if last else "", evidence=last.evidence if last else "")


def _keep_text(viewer: Viewer, project: Project, told: Told, now: datetime) -> None:
    ProjectText.objects.create(
        project=project, version=project.version, told=asdict(told), written_at=now, written_by=viewer.code
    )


def _move(viewer: Viewer, project: Project, kind: str, to: str, why: str, now: datetime) -> None:
    ProjectMove.objects.create(
        project=project,
        kind=kind,
        from_phase=project.phase,
        to_phase=to,
        why=why.strip(),
        moved_at=now,
        moved_by=viewer.code,
    )
    if to:
        project.phase = to
        project.save(update_fields=["phase"])


def _end(viewer: Viewer, project: Project, state: str, why: str, now: datetime) -> None:
    _move(viewer, project, state, "", why, now)
    project.state, project.ended_at = state, now
    project.save(update_fields=["state", "ended_at"])
    record(viewer, "project.ended", project, state=state)
