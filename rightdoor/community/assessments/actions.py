"""Acts on self-assessments: begin, answer, propose, judge, plan, finish. Finished, nothing of it changes any more."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rightdoor.community.assessments.models import ActionStep, Answered, Assessment, ItemNote, Proposal, Verdict
from rightdoor.community.assessments.queries import (
    answers_of,
    instrument_of,
    notes_of,
    owns,
    proposals_of,
    response_of,
    scopes_to_write,
    standing_in,
    tools,
    waiting_for_a_word,
)
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Standing, Viewer, check_may
from rightdoor.domain.questionnaire.answers import missing_required, read_response
from rightdoor.domain.questionnaire.fault import AnswersUnsound
from rightdoor.domain.questionnaire.instrument import Instrument
from rightdoor.domain.self_assessment import SAYS, clashes, in_place, may_be_proposed, ruling_on
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.notices.actions import notify
from rightdoor.foundation.once import own_code, sent_before
from rightdoor.foundation.questionnaires.kept import keep_version, shipped

LONGEST_NOTE = 4_000
_PATH = re.compile(r"/[A-Za-z0-9_./?=&%+-]{0,300}")


class ChangedMeanwhile(RuleBroken):
    """Somebody else answered the same items meanwhile, and differently. Nothing was kept; `items` says which."""

    def __init__(self, items: Sequence[str], names: Sequence[str]) -> None:
        self.items = tuple(items)
        what = "; ".join(f"“{name}”" for name in names[:5])
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        super().__init__(
            f"Somebody else answered meanwhile, and differently: {what}{more}. "
            "What you chose stands here. Keep it again if it holds."
        )


class ReasonLacking(RuleBroken):
    """Somebody goes against what the records say, and does not say why. `items` says where."""

    def __init__(self, items: Sequence[str], names: Sequence[str]) -> None:
        self.items = tuple(items)
        super().__init__(
            "The records say otherwise of this. Say why: " + "; ".join(f"“{name}”" for name in names[:5]) + "."
        )


@dataclass(frozen=True, slots=True)
class Saved:
    """What was kept. `beside`: notes in which somebody else had written meanwhile; then both texts stand."""

    answers: int
    notes: int
    confirmed: int
    overruled: int
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StepTold:
    """Something to do: for which topic or item, what, until when, and who (an account, or words)."""

    item: str
    text: str
    due_on: date
    owner: Account | None = None
    owner_words: str = ""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What the records say of an item. `figure` in words, `rule` the name of the function that found it.

    `links`: paths of this site to the records behind. The same records at `as_of` give the same by the same rule.
    """

    item: str
    says: str  # yes, not_yet, cannot_tell
    figure: str
    rule: str
    rule_version: str
    as_of: datetime
    period_from: date | None = None
    period_to: date | None = None
    links: Sequence[str] = ()


# ----------------------------------------------------------------------------------------------------- begin and finish


@action("assessment.begun")
def begin_assessment(
    viewer: Viewer, *, instrument: Instrument, region: str, label: str, now: datetime, sent: str = ""
) -> Assessment:
    """Begins a run of a tool for a region, or for the whole state where `region` is "". (PROG-1)

    `label`: the year or period. `sent`: the code that the form brings along; sent twice, one is begun. Raises
    NotPermitted, and RuleBroken where the same tool runs there already, or it is no tool for this.
    """
    check_may(viewer, "assessment.write", standing_in(viewer, region))
    if region not in dict(scopes_to_write(viewer)):
        raise RuleBroken(f"Choose the {active_pack().word('region')} from the list.")
    if instrument not in tools(viewer.agency):
        raise RuleBroken("Choose a tool from the list.")
    code = own_code(viewer, Assessment, region, sent)
    again = sent_before(Assessment.objects.filter(begun_by=viewer.code), code)
    if again is not None:
        record(viewer, "assessment.begun", again, again=True)
        return again
    label = label.strip()
    if not label:
        raise RuleBroken("Say which year or period it is for.")
    running = Assessment.objects.filter(instrument_key=instrument.key, region=region, state="draft").first()
    if running is not None:
        raise RuleBroken(f"{instrument.title} runs here already ({running.label}). Go on with that one.")
    pin = keep_version(instrument, now=now, agency="" if shipped().get(instrument.key) == instrument else viewer.agency)
    assessment = Assessment(
        instrument_key=pin.key,
        instrument_version=pin.version,
        instrument_hash=pin.hash,
        region=region,
        label=label,
        begun_at=now,
        begun_by=viewer.code,
    )
    assessment.code = code or assessment.code
    assessment.save(force_insert=True)
    record(viewer, "assessment.begun", assessment, region=region or "state")
    return assessment


@action("assessment.completed")
def complete_assessment(viewer: Viewer, assessment: Assessment, *, next_on: date, now: datetime) -> Assessment:
    """Finishes a run for good and says when the next one is due. Its action steps go on. (PROG-1)

    Raises NotPermitted, and RuleBroken where it is finished, something required has no answer, a proposal has neither
    been confirmed nor overruled, or the next day is not after today.
    """
    held = _held(viewer, assessment, "assessment.write")
    instrument = instrument_of(held)
    answers = answers_of(held)
    if next_on <= local(now).date():
        raise RuleBroken("Choose a later day for the next one.")
    missing = missing_required(instrument, response_of(instrument, answers).answers)
    if missing:
        raise RuleBroken(f"This has no answer yet: {_names(instrument, missing)}.")
    waiting = waiting_for_a_word(proposals_of(held), answers)
    if waiting:
        raise RuleBroken(
            f"The records say something of {len(waiting)} items that nobody confirmed or overruled: "
            f"{_names(instrument, waiting)}."
        )
    held.state, held.completed_at, held.completed_by, held.next_on = "complete", now, viewer.code, next_on
    held.save(update_fields=["state", "completed_at", "completed_by", "next_on"])
    record(viewer, "assessment.completed", held, region=held.region or "state", answered=len(answers))
    return held


# ------------------------------------------------------------------------------------------------ answers, notes, words


@action("assessment.answered")
def answer_items(
    viewer: Viewer,
    assessment: Assessment,
    *,
    answers: Mapping[str, Any],
    now: datetime,
    was: Mapping[str, Any] | None = None,
    notes: Mapping[str, str] | None = None,
    notes_were: Mapping[str, str] | None = None,
    reasons: Mapping[str, str] | None = None,
) -> Saved:
    """Answers items of a running assessment, writes the notes beside them, and judges what the records proposed.

    `answers`: item id -> plain answer; None takes an answer back; items that are not named stay. `was` and
    `notes_were`: what stood when the page was made; where it is told, an item that somebody else changed meanwhile and
    the viewer did not stays as the other left it, and one that both changed is refused. Notes lose nothing: both
    texts are kept. An answer to an item with a proposal confirms it, or overrules it with the reason in `reasons`.
    Raises NotPermitted, ChangedMeanwhile, ReasonLacking, and RuleBroken for a finished one or answers that do not fit.
    (PROG-1, PROG-2)
    """
    held = _held(viewer, assessment, "assessment.write")
    instrument = instrument_of(held)
    now_stand = answers_of(held)
    sent = {item: _blank_as_none(instrument, item, value) for item, value in answers.items()}
    stand = {item: _blank_as_none(instrument, item, now_stand.get(item)) for item in sent}
    before = {item: _blank_as_none(instrument, item, (was or {}).get(item)) for item in sent}
    proposed = proposals_of(held)
    if was is not None:
        both = clashes(before, sent, stand)
        if both:
            raise ChangedMeanwhile(tuple(both), [_name(instrument, item) for item in both])
        # What I did not touch stays as somebody else left it. An answer to a proposal is a word on it, also unchanged.
        answers = {
            item: value
            for item, value in answers.items()
            if sent[item] != before[item] or (item in proposed and stand[item] == before[item])
        }
    merged = {item: value for item, value in {**now_stand, **answers}.items() if value is not None}
    try:
        read_response(instrument, {"answers": merged})
    except AnswersUnsound as unsound:
        raise RuleBroken(" ".join(f"{one.sentence} {one.remedy}" for one in unsound.faults[:5])) from None
    confirmed, overruled = _judge(viewer, instrument, proposed, answers, dict(reasons or {}), merged, now)
    changed = [item for item, value in answers.items() if now_stand.get(item) != value]
    Answered.objects.filter(assessment=held, item__in=[item for item in changed if answers[item] is None]).delete()
    Answered.objects.bulk_create(
        [
            Answered(assessment=held, item=item, answer=answers[item], answered_at=now, answered_by=viewer.code)
            for item in changed
            if answers[item] is not None
        ],
        update_conflicts=True,
        unique_fields=["assessment", "item"],
        update_fields=["answer", "answered_at", "answered_by"],
    )
    written, beside = _write_notes(viewer, held, instrument, notes or {}, notes_were, now)
    record(
        viewer,
        "assessment.answered",
        held,
        answers=len(changed),
        notes=written,
        confirmed=confirmed,
        overruled=overruled,
    )
    return Saved(len(changed), written, confirmed, overruled, tuple(beside))


@action("assessment.noted")
def write_note(
    viewer: Viewer, assessment: Assessment, *, item: str, text: str, now: datetime, was: str | None = None
) -> Saved:
    """Writes the note beside a topic or an item of a running assessment. An empty text takes it away. (PROG-1)

    `was`: what stood there when the page was made; where somebody else wrote meanwhile, both texts are kept. Raises
    NotPermitted, and RuleBroken for a finished one or an item that the tool does not have.
    """
    held = _held(viewer, assessment, "assessment.write")
    were = None if was is None else {item: was}
    written, beside = _write_notes(viewer, held, instrument_of(held), {item: text}, were, now)
    record(viewer, "assessment.noted", held, notes=written)
    return Saved(0, written, 0, 0, tuple(beside))


# --------------------------------------------------------------------------------------------- what the records propose


@action("assessment.proposed")
def propose_ticks(
    viewer: Viewer, assessment: Assessment, proposals: Sequence[Proposed], now: datetime
) -> list[Proposal]:
    """Puts before people what the records say of items of a running assessment. Answers nothing by itself. (PROG-2)

    One that says the same as the newest of its item, by the same rule and figure, makes no new row. Returns the new
    ones. Raises NotPermitted, and RuleBroken for a finished one or an item that no record can speak of.
    """
    held = _held(viewer, assessment, "assessment.propose")
    instrument = instrument_of(held)
    newest = {item: one.proposal for item, one in proposals_of(held).items()}
    made = []
    for one in proposals:
        if one.says not in SAYS:
            raise ValueError(f"A proposal says one of {', '.join(SAYS)}.")
        if not may_be_proposed(instrument, one.item):
            raise RuleBroken(f"No record speaks of this item: {one.item}.")
        if not one.figure.strip() or not one.rule or not one.rule_version:
            raise ValueError("A proposal has its figure, its rule and the rule's version.")
        if any(not _PATH.fullmatch(link) or link.startswith("//") for link in one.links):
            raise ValueError("The links of a proposal are paths of this site.")
        last = newest.get(one.item)
        if last is not None and _same(last, one):
            continue
        made.append(
            Proposal(
                assessment=held,
                item=one.item,
                says=one.says,
                figure=one.figure.strip(),
                period_from=one.period_from,
                period_to=one.period_to,
                rule=one.rule,
                rule_version=one.rule_version,
                as_of=one.as_of,
                made_at=now,
                made_by=viewer.code,
                links=list(one.links),
            )
        )
    Proposal.objects.bulk_create(made)
    record(viewer, "assessment.proposed", held, proposed=len(proposals), new=len(made))
    return made


@action("assessment.judged")
def judge_proposal(
    viewer: Viewer, proposal: Proposal, *, answer: str, now: datetime, reason: str = ""
) -> Verdict | None:
    """A person's word on a proposal: the answer to its item. One that agrees confirms it, another overrules it.

    (PROG-2)
    Overruling needs a reason; both are kept. Returns the word that holds; None where the records could not tell and
    nothing was contradicted. Raises NotPermitted, ReasonLacking, and RuleBroken for a finished assessment, or where a
    newer proposal stands.
    """
    newest = Proposal.objects.filter(assessment=proposal.assessment, item=proposal.item).order_by("-id").first()
    if newest != proposal:
        raise RuleBroken("The records were asked again since. Judge the newer proposal.")
    saved = answer_items(
        viewer, proposal.assessment, answers={proposal.item: answer}, reasons={proposal.item: reason}, now=now
    )
    record(
        viewer,
        "assessment.judged",
        proposal.assessment,
        confirmed=saved.confirmed,
        overruled=saved.overruled,
    )
    return proposal.verdicts.order_by("-id").first()


# --------------------------------------------------------------------------------------------------------- action steps


@action("assessment.step_added")
def add_action_step(
    viewer: Viewer,
    assessment: Assessment,
    *,
    item: str,
    text: str,
    due_on: date,
    now: datetime,
    owner: Account | None = None,
    owner_words: str = "",
    sent: str = "",
) -> ActionStep:
    """One thing to do so that a topic gets on, with who does it and until when; also on a finished assessment.

    `item`: the topic or the item that it serves. `sent`: the code that the form brings along; sent twice, one is made.
    Raises as `add_action_steps`. (PROG-1, PROG-3)
    """
    code = own_code(viewer, ActionStep, assessment.code, sent)
    again = sent_before(ActionStep.objects.filter(assessment=assessment, made_by=viewer.code), code)
    if again is not None:
        record(viewer, "assessment.step_added", assessment, again=True)
        return again
    told = StepTold(item=item, text=text, due_on=due_on, owner=owner, owner_words=owner_words)
    step = _steps(viewer, assessment, [told], now, code=code)[0]
    record(viewer, "assessment.step_added", assessment, steps=1)
    return step


@action("assessment.step_added")
def add_action_steps(
    viewer: Viewer, assessment: Assessment, *, steps: Sequence[StepTold], now: datetime
) -> list[ActionStep]:
    """Several things to do at once: a plan. All of them or none. Whoever has to do one is told. (PROG-3)

    Raises NotPermitted, and RuleBroken for an item that the tool does not have, a step without a text or an owner, an
    owner who cannot sign in, or a day that has passed.
    """
    if not steps:
        raise RuleBroken("Choose at least one thing to do.")
    made = _steps(viewer, assessment, steps, now)
    record(viewer, "assessment.step_added", assessment, steps=len(made))
    return made


@action("assessment.step_settled")
def settle_action_step(viewer: Viewer, step: ActionStep, *, state: str, now: datetime, outcome: str = "") -> ActionStep:
    """Says what became of an action step: done, dropped with the reason in `outcome`, or open again. (PROG-1, PROG-3)

    For whoever writes the assessment, and for whoever has to do the step. The same word twice changes nothing. Raises
    NotPermitted, RuleBroken.
    """
    assessment = Assessment.objects.get(pk=step.assessment_id)
    standing = standing_in(viewer, assessment.region)
    check_may(
        viewer,
        "assessment.settle_step",
        Standing(region=standing.region, owns=owns(viewer, step)),
    )
    if state not in {"open", "done", "dropped"}:
        raise RuleBroken("Say whether it is done, dropped, or open again.")
    held = ActionStep.objects.select_for_update(of=("self",)).get(pk=step.pk)
    said = outcome.strip()
    if len(said) > 500:
        raise RuleBroken("Say it in up to 500 characters.")
    if state == "dropped" and not said:
        raise RuleBroken("Say why this is dropped.")
    if held.state != state:
        held.state = state
        held.settled_at, held.settled_by = (None, "") if state == "open" else (now, viewer.code)
        held.outcome = "" if state == "open" else said
        held.save(update_fields=["state", "settled_at", "settled_by", "outcome"])
    record(viewer, "assessment.step_settled", assessment, step=held.code, state=state)
    return held


# ---------------------------------------------------------------------------------------------------------- their parts


def _held(viewer: Viewer, assessment: Assessment, act: str) -> Assessment:
    """The running assessment, held for this act alone."""
    check_may(viewer, act, standing_in(viewer, assessment.region))
    held = Assessment.objects.select_for_update().get(pk=assessment.pk)
    if held.state != "draft":
        raise RuleBroken("This assessment is finished and stays as it is. Begin the next one.")
    return held


def _blank_as_none(instrument: Instrument, item: str, value: Any) -> Any:
    """An empty box and the answer that it stands for are the same."""
    asked = instrument.by_id.get(item)
    if asked is not None and asked.type == "choice" and value == instrument.options_of(asked).blank:
        return None
    return value


def _judge(
    viewer: Viewer,
    instrument: Instrument,
    proposed: Mapping[str, Any],
    answers: Mapping[str, Any],
    reasons: Mapping[str, str],
    merged: Mapping[str, Any],
    now: datetime,
) -> tuple[int, int]:
    """Keeps the viewer's word on every proposal that these answers speak to."""
    response = response_of(instrument, merged)
    rulings, lacking = [], []
    for item, value in answers.items():
        standing = proposed.get(item)
        if standing is None or value is None:
            continue
        ruling = ruling_on(standing.proposal.says, in_place(instrument, item, response.answers))
        if ruling is None:
            continue
        reason = reasons.get(item, "").strip()
        last = standing.verdict
        if last is not None and (last.ruling, last.answer) == (ruling, value) and reason in {"", last.reason}:
            continue
        if ruling == "overruled" and not reason:
            lacking.append(item)
        if len(reason) > 1000:
            raise RuleBroken("Give the reason in up to 1,000 characters.")
        rulings.append(
            Verdict(
                proposal=standing.proposal,
                ruling=ruling,
                answer=value,
                reason=reason if ruling == "overruled" else "",
                at=now,
                by=viewer.code,
            )
        )
    if lacking:
        raise ReasonLacking(lacking, [_name(instrument, item) for item in lacking])
    Verdict.objects.bulk_create(rulings)
    confirmed = sum(one.ruling == "confirmed" for one in rulings)
    return confirmed, len(rulings) - confirmed


def _write_notes(
    viewer: Viewer,
    held: Assessment,
    instrument: Instrument,
    notes: Mapping[str, str],
    were: Mapping[str, str] | None,
    now: datetime,
) -> tuple[int, list[str]]:
    stand = notes_of(held)
    written, beside = 0, []
    for item, text in notes.items():
        if item not in instrument.by_id:
            raise RuleBroken("The tool has no such item.")
        said, theirs = text.strip(), stand.get(item, "")
        if len(said) > LONGEST_NOTE:
            raise RuleBroken(f"Shorten this note to {LONGEST_NOTE:,} characters; nothing was lost.")
        if were is not None and theirs != were.get(item, "").strip():
            if said == were.get(item, "").strip() or said == theirs:
                continue  # only somebody else wrote
            beside.append(item)
            said = f"{theirs}\n\n{said}" if theirs and said else theirs or said
        if said == theirs:
            continue
        written += 1
        if not said:
            ItemNote.objects.filter(assessment=held, item=item).delete()
            continue
        ItemNote.objects.update_or_create(
            assessment=held, item=item, defaults={"text": said, "written_at": now, "written_by": viewer.code}
        )
    return written, beside


def _steps(
    viewer: Viewer, assessment: Assessment, steps: Sequence[StepTold], now: datetime, *, code: str = ""
) -> list[ActionStep]:
    check_may(viewer, "assessment.write", standing_in(viewer, assessment.region))
    instrument, today = instrument_of(assessment), local(now).date()
    made = []
    for told in steps:
        text, words = told.text.strip(), told.owner_words.strip()
        if told.item not in instrument.by_id:
            raise RuleBroken("Choose the topic or the item that it serves.")
        if not text or len(text) > 500:
            raise RuleBroken("Say what is to be done, in up to 500 characters.")
        if told.due_on < today:
            raise RuleBroken("Choose a day that has not passed.")
        if (told.owner is None) is not bool(words):
            raise RuleBroken("Say who does it: choose one person, or write who.")
        if len(words) > 120:
            raise RuleBroken("Say who does it in up to 120 characters.")
        if told.owner is not None and not told.owner.is_active:
            raise RuleBroken("This person cannot sign in at present. Choose someone else.")
        step = ActionStep(
            assessment=assessment,
            item=told.item,
            text=text,
            owner=told.owner,
            owner_words="" if told.owner else words,
            due_on=told.due_on,
            made_at=now,
            made_by=viewer.code,
        )
        step.code = code or step.code
        step.save(force_insert=True)
        if told.owner is not None and told.owner.code != viewer.code:
            notify([told.owner.code], "assessment.step", step.code, now)
        made.append(step)
    return made


def _same(last: Proposal, one: Proposed) -> bool:
    return (last.says, last.figure, last.rule, last.rule_version) == (
        one.says,
        one.figure.strip(),
        one.rule,
        one.rule_version,
    )


def _name(instrument: Instrument, item: str) -> str:
    found = instrument.by_id[item]
    return found.name or found.text or item


def _names(instrument: Instrument, items: Sequence[str]) -> str:
    more = f" and {len(items) - 5} more" if len(items) > 5 else ""
    return "; ".join(f"“{_name(instrument, item)}”" for item in items[:5]) + more
