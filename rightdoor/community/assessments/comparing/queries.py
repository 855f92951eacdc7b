"""Finished runs that a viewer may lay side by side, and how far the plan is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rightdoor.community.assessments.models import ActionStep, Answered, Assessment
from rightdoor.community.assessments.queries import instrument_of, response_of, visible_assessments
from rightdoor.domain.comparing import Run
from rightdoor.domain.permission import Viewer
from rightdoor.domain.questionnaire.scoring import score
from rightdoor.foundation.jurisdiction.active import active_pack

WHOLE_STATE = "The whole state"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The finished runs of one tool in one region, the oldest first."""

    key: str
    title: str
    region: str
    runs: tuple[Assessment, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a plan is."""

    done: int
    open: int
    late: int
    dropped: int

    @property
    def all(self) -> int:
        """Everything that was planned and not dropped."""
        return self.done + self.open


def shelves_of(viewer: Viewer) -> list[Shelf]:
    """Every tool that was finished in a region of the viewer's, by title and region. One query."""
    found: dict[tuple[str, str], list[Assessment]] = {}
    for row in visible_assessments(viewer).filter(state="complete").order_by("completed_at", "pk"):
        found.setdefault((row.instrument_key, row.region), []).append(row)
    order = {one.key: at for at, one in enumerate(active_pack().regions)}
    shelves = [Shelf(key, instrument_of(rows[-1]).title, region, tuple(rows)) for (key, region), rows in found.items()]
    return sorted(shelves, key=lambda one: (one.title, one.key, order.get(one.region, -1)))


def region_words(region: str) -> str:
    """A region by its name; the whole state where an assessment belongs to none."""
    return next((one.name for one in active_pack().regions if one.key == region), region) if region else WHOLE_STATE


def runs_of(assessments: Sequence[Assessment]) -> list[Run]:
    """The runs with their answers and what they come to, in the given order. One query for all of them."""
    answers: dict[int, dict[str, object]] = {one.pk: {} for one in assessments}
    rows = Answered.objects.filter(assessment__in=list(answers)).values_list("assessment_id", "item", "answer")
    for pk, item, answer in rows:
        answers[pk][item] = answer
    found = []
    for one in assessments:
        instrument = instrument_of(one)
        response = response_of(instrument, answers[one.pk])
        found.append(Run(instrument, response.answers, score(instrument, response)))
    return found


def steps_toward(assessment: Assessment) -> dict[str, list[ActionStep]]:
    """Item or topic -> the steps that serve it, of every run of this tool in this region: a plan outlives its year.
    One query.
    """
    rows = ActionStep.objects.filter(
        assessment__instrument_key=assessment.instrument_key, assessment__region=assessment.region
    )
    found: dict[str, list[ActionStep]] = {}
    for step in rows.select_related("owner").order_by("due_on", "pk"):
        found.setdefault(step.item, []).append(step)
    return found


def progress_of(steps: Mapping[str, Iterable[ActionStep]], today: date) -> Progress:
    """How many are done, open, late among the open, and dropped."""
    rows = [step for some in steps.values() for step in some]
    is_open = [step for step in rows if step.state == "open"]
    return Progress(
        done=sum(step.state == "done" for step in rows),
        open=len(is_open),
        late=sum(step.due_on < today for step in is_open),
        dropped=sum(step.state == "dropped" for step in rows),
    )


def to_plan(viewer: Viewer) -> list[Assessment]:
    """The newest run of every tool in every region of the viewer's, finished before running, the newest first: what is
    next is read out of it. One query.
    """
    newest: dict[tuple[str, str], Assessment] = {}
    for row in visible_assessments(viewer).order_by("begun_at", "pk"):
        place = (row.instrument_key, row.region)
        if place not in newest or row.state == "complete" or newest[place].state == "draft":
            newest[place] = row
    return sorted(newest.values(), key=lambda row: (row.completed_at or row.begun_at, row.pk), reverse=True)
