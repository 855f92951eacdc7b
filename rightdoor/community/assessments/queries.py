"""Self-assessments for pages and for other slices: who may know of them, what was answered, what it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from rightdoor.community.assessments.models import ActionStep, Assessment, Proposal, Verdict
from rightdoor.community.teams.queries import people_of_region
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import ALL_REGIONS, Standing, Viewer, may
from rightdoor.domain.questionnaire.answers import Response, read_response
from rightdoor.domain.questionnaire.instrument import Instrument
from rightdoor.domain.questionnaire.scoring import Score, score
from rightdoor.domain.self_assessment import PURPOSES, leaves_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.codes import normalise
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.questionnaires.kept import pinned, usable

READERS = ("care_coordinator", "agency_head", "state_analyst", "alliance_reviewer")


# ------------------------------------------------------------------------------------------------- who may know of what


def standing_in(viewer: Viewer, region: str) -> Standing:
    """Does the viewer answer the assessments of this region: its coordinator? Those of the whole state ("") are for the
    alliance's reviewers, who look over the whole state, and for whoever coordinates all of it.
    """
    writes = viewer.covers_as("care_coordinator", region)
    return Standing(region=writes or (not region and viewer.has("alliance_reviewer")))


def may_write(viewer: Viewer, region: str) -> bool:
    """May the viewer answer assessments of this region (of the whole state where it is "")?"""
    return may(viewer, "assessment.write", standing_in(viewer, region))


def scopes_to_write(viewer: Viewer) -> list[tuple[str, str]]:
    """The regions, and the whole state as "", for which the viewer may begin an assessment, with their names."""
    found = [(one.key, one.name) for one in active_pack().regions if may_write(viewer, one.key)]
    return found + ([("", "The whole state")] if may_write(viewer, "") else [])


def visible_assessments(viewer: Viewer) -> QuerySet[Assessment]:
    """Those of the viewer's regions, in a role that reads them. The whole state's own are every reader's: they tell of
    no region and of no agency.
    """
    if not any(viewer.has(role) for role in READERS):
        return Assessment.objects.none()
    if viewer.has("alliance_reviewer"):
        return Assessment.objects.all()
    regions = viewer.regions_as(*READERS)
    if ALL_REGIONS in regions:
        return Assessment.objects.all()
    return Assessment.objects.filter(Q(region="") | Q(region__in=sorted(regions)))


def check_reader(viewer: Viewer) -> None:
    """Raises NotVisible for whom there is no such page at all."""
    if not any(viewer.has(role) for role in READERS):
        raise NotVisible


def assessment_for(viewer: Viewer, code: str) -> Assessment:
    """The assessment, if this viewer may know of it. Raises NotVisible."""
    found = visible_assessments(viewer).filter(code=normalise(code)).first()
    if found is None:
        raise NotVisible
    return found


def step_for(viewer: Viewer, code: str) -> ActionStep:
    """The action step, for whoever reads its assessment and for whoever has to do it. Raises NotVisible."""
    step = ActionStep.objects.select_related("assessment", "owner").filter(code=normalise(code)).first()
    if step is None or not (owns(viewer, step) or visible_assessments(viewer).filter(pk=step.assessment_id).exists()):
        raise NotVisible
    return step


def owns(viewer: Viewer, step: ActionStep) -> bool:
    """Is it the viewer who has to do it?"""
    return bool(viewer.code) and step.owner is not None and step.owner.code == viewer.code


# ----------------------------------------------------------------------------------------- what was answered, and so on


def instrument_of(assessment: Assessment) -> Instrument:
    """The tool in exactly the version that was answered. Raises NotVisible where that was never kept."""
    return pinned(assessment.instrument_key, assessment.instrument_version, assessment.instrument_hash)


def tools(agency: str = "") -> list[Instrument]:
    """The tools that may be run here, by title: those with items."""
    return [one for purpose in PURPOSES for one in usable(purpose, agency) if one.items]


def answers_of(assessment: Assessment) -> dict[str, Any]:
    """Item id -> answer, as plain data. A blank stands nowhere. One query."""
    return dict(assessment.answers.values_list("item", "answer"))


def notes_of(assessment: Assessment) -> dict[str, str]:
    """Item id -> what was written beside it. One query."""
    return dict(assessment.notes.values_list("item", "text"))


def response_of(instrument: Instrument, answers: Mapping[str, Any]) -> Response:
    """Plain answers as the response that the engine scores."""
    return read_response(instrument, {"answers": dict(answers)})


def score_of(instrument: Instrument, answers: Mapping[str, Any]) -> Score:
    """What the answers come to, whenever it is asked: the same version and answers give the same."""
    return score(instrument, response_of(instrument, answers))


def score_for(assessment: Assessment) -> Score:
    """What an assessment comes to. One query."""
    return score_of(instrument_of(assessment), answers_of(assessment))


@dataclass(frozen=True, slots=True)
class StandingProposal:
    """The newest proposal for an item, with the last word that a person gave on it."""

    proposal: Proposal
    verdict: Verdict | None
    by: str  # who gave it, by name

    @property
    def may_be_judged(self) -> bool:
        """It says something; what the records cannot tell is for a person to answer alone."""
        return self.proposal.says != "cannot_tell"

    def waits(self, answer: Any) -> bool:
        """Nobody has answered it, or the answer is no longer the one that was given with the word."""
        return self.may_be_judged and (self.verdict is None or self.verdict.answer != answer)


def proposals_of(assessment: Assessment) -> dict[str, StandingProposal]:
    """Item id -> its newest proposal. Three queries."""
    newest: dict[str, Proposal] = {row.item: row for row in assessment.proposals.order_by("id")}
    words: dict[int, Verdict] = {
        row.proposal_id: row
        for row in Verdict.objects.filter(proposal__in=[one.pk for one in newest.values()]).order_by("id")
    }
    names = names_of(row.by for row in words.values())
    return {
        item: StandingProposal(row, words.get(row.pk), names.get(words[row.pk].by, "") if row.pk in words else "")
        for item, row in newest.items()
    }


def waiting_for_a_word(standing: Mapping[str, StandingProposal], answers: Mapping[str, Any]) -> list[str]:
    """The items whose proposal nobody has confirmed or overruled yet."""
    return [item for item, one in standing.items() if one.waits(answers.get(item))]


def steps_of(assessment: Assessment) -> list[ActionStep]:
    """Every action step, the open ones first, by day. One query."""
    rows = list(assessment.steps.select_related("owner"))
    return sorted(rows, key=lambda row: (row.state != "open", row.due_on, row.pk))


def open_steps_of(viewer: Viewer, until: date | None = None) -> list[ActionStep]:
    """The viewer's own open steps, soonest first; with `until`, those due by that day. For the desk. One query."""
    rows = ActionStep.objects.filter(owner__code=viewer.code, state="open").select_related("assessment")
    if until is not None:
        rows = rows.filter(due_on__lte=until)
    return list(rows.order_by("due_on", "pk")) if viewer.code else []


def owner_name(step: ActionStep) -> str:
    """Who does it."""
    return step.owner.name if step.owner else step.owner_words


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """Names of members of staff by account code. One query."""
    return dict(Account.objects.filter(code__in=set(codes)).values_list("code", "name"))


def who_may_own(region: str, now: datetime) -> list[Account]:
    """To whom an action step of this region can be given. One query."""
    return people_of_region(region, now)


# ----------------------------------------------------------------------------------------------------- the list of them


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """A line of the list: which tool, where, how far."""

    code: str
    title: str
    region: str
    label: str
    state: str
    version: str
    begun_at: datetime
    completed_at: datetime | None
    next_on: date | None
    answered: int
    questions: int
    open_steps: int


def assessment_rows(viewer: Viewer, *, region: str | None = None) -> list[AssessmentRow]:
    """Everything that the viewer may know of, the running ones first, then the newest. Two queries."""
    rows = visible_assessments(viewer)
    if region is not None:
        rows = rows.filter(region=region)
    rows = rows.annotate(answered=Count("answers", distinct=True))
    counted = dict(
        ActionStep.objects.filter(state="open", assessment__in=visible_assessments(viewer))
        .values_list("assessment_id")
        .annotate(Count("pk"))
    )
    found = []
    for row in rows:
        tool = instrument_of(row)
        found.append(
            AssessmentRow(
                code=row.code,
                title=tool.title,
                region=row.region,
                label=row.label,
                state=row.state,
                version=row.instrument_version,
                begun_at=row.begun_at,
                completed_at=row.completed_at,
                next_on=row.next_on,
                answered=row.answered,
                questions=len(tool.questions),
                open_steps=counted.get(row.pk, 0),
            )
        )
    return sorted(found, key=lambda one: (one.state != "draft", -(one.completed_at or one.begun_at).timestamp()))


@dataclass(frozen=True, slots=True)
class DueRow:
    """A tool that is due again in a region: the last run's day has come or comes soon, and none runs."""

    key: str
    title: str
    region: str
    last: str  # code of the last run
    next_on: date
    is_late: bool


def due_runs(viewer: Viewer, now: datetime, *, days: int = 60) -> list[DueRow]:
    """What is due again within some days, for the scopes that the viewer writes, the latest first. One query."""
    today = local(now).date()
    latest: dict[tuple[str, str], Assessment] = {}
    running = set()
    for row in visible_assessments(viewer).order_by("completed_at", "pk"):
        place = (row.instrument_key, row.region)
        if row.state == "draft":
            running.add(place)
        else:
            latest[place] = row
    found = [
        DueRow(row.instrument_key, instrument_of(row).title, row.region, row.code, row.next_on, row.next_on < today)
        for place, row in latest.items()
        if place not in running
        and row.next_on is not None
        and (row.next_on - today).days <= days
        and may_write(viewer, row.region)
    ]
    return sorted(found, key=lambda one: (one.next_on, one.title, one.region))


def finished_of(viewer: Viewer, key: str, region: str) -> list[Assessment]:
    """The finished runs of a tool in a region, the oldest first. For comparing. One query."""
    rows = visible_assessments(viewer).filter(instrument_key=key, region=region, state="complete")
    return list(rows.order_by("completed_at", "pk"))


def page_number(instrument: Instrument, item: str) -> int:
    """The number of the page on which an item or a group stands; 0 where it stands on none."""
    leaves = enumerate(leaves_of(instrument), start=1)
    return next((at for at, leaf in leaves if item in leaf.holds), 0)


def path_to(assessment: Assessment, item: str) -> str:
    """Where an item of an assessment is answered."""
    number = page_number(instrument_of(assessment), item)
    return f"/assessments/{assessment.code}/" + (f"topics/{number}/#item-{item}" if number else "")
