"""Self-assessments side by side: a topic then and now, region beside region, and what stands before the next stage.

A profile by topic, and never an average: a mean of stages would be of nothing. What has no answer is neither in place
nor not, so it counts as no change in either direction and is named by itself. Runs of different versions of a tool are
held against each other by the ids of its items, which never change their meaning. (PROG-1, PROG-3; practice.md 7.3)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from .questionnaire.answers import Answers, asked, option_of
from .questionnaire.instrument import Instrument
from .questionnaire.ladder import TopicStage
from .questionnaire.scoring import Score
from .self_assessment import in_place, leaves_of

Moved = Literal["up", "down", "same", "unknown"]


@dataclass(frozen=True)
class Run:
    """One finished or running assessment: the version that was answered, the answers, and what they come to."""

    instrument: Instrument
    answers: Answers
    score: Score


@dataclass(frozen=True, slots=True)
class TopicStanding:
    """How a topic stands in one run. `stage` only where the tool has stages."""

    id: str
    name: str
    done: int
    unknown: int
    counting: int  # what is asked and applies
    stage: TopicStage | None
    provenance: str = ""

    @property
    def share(self) -> Fraction | None:
        """How much of it is in place; None where nothing counts."""
        return Fraction(self.done, self.counting) if self.counting else None

    @property
    def words(self) -> str:
        """How it stands, in the words of the tool."""
        if self.stage is not None:
            return stage_words(self.stage)
        said = f"{self.done} of {self.counting}" if self.counting else "Nothing to count"
        return f"{said}, {self.unknown} without an answer" if self.unknown else said


@dataclass(frozen=True, slots=True)
class TopicChange:
    """A topic then and now. None: the tool had, or has, no such topic. Items by id."""

    id: str
    name: str
    before: TopicStanding | None
    after: TopicStanding | None
    newly: tuple[str, ...]  # was not in place, and is
    first_said: tuple[str, ...]  # had no answer, and is in place
    no_longer: tuple[str, ...]  # was in place, and is not
    unanswered: tuple[str, ...]  # was in place, and has no answer now

    @property
    def moved(self) -> Moved:
        """Where to. Without a stage on both sides: by how many are in place."""
        if self.before is None or self.after is None:
            return "unknown"
        before, after = _height(self.before), _height(self.after)
        if before is None or after is None:
            return "unknown"
        return "same" if before == after else "up" if after > before else "down"


@dataclass(frozen=True, slots=True)
class AheadItem:
    """Something between a topic and its next stage. `is_answered` False: nobody has said yet whether it is in place."""

    id: str
    text: str
    is_answered: bool
    provenance: str = ""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What stands before a topic's next stage, the shortest list of it. `to` is "" where there is no next stage."""

    id: str
    name: str
    here: str
    to: str
    next_step: str
    items: tuple[AheadItem, ...]
    provenance: str = ""


def item_states(run: Run) -> dict[str, bool | None]:
    """In place, not in place, or not known: of everything that is asked, applies and counts."""
    over = set(run.instrument.scoring.over)
    found = {}
    shown = asked(run.instrument, run.answers)
    for item in run.instrument.questions:
        if item.type != "choice" or item.id not in shown or (over and item.id not in over):
            continue
        option = option_of(run.instrument, item, run.answers)
        if option is not None and option.means == "not_applicable":
            continue
        found[item.id] = in_place(run.instrument, item.id, run.answers)
    return found


def standings_of(run: Run) -> tuple[TopicStanding, ...]:
    """Every topic of a run, in the tool's order; where the tool has none, every group of its first row."""
    stages = {one.id: one for one in run.score.topics}
    states = item_states(run)
    found = []
    for leaf in leaves_of(run.instrument):
        mine = [states[item.id] for item in leaf.questions if item.id in states]
        stage = stages.get(leaf.key)
        if not mine and stage is None:
            continue
        found.append(
            TopicStanding(
                id=leaf.key,
                name=leaf.name,
                done=mine.count(True),
                unknown=mine.count(None),
                counting=len(mine),
                stage=stage,
                provenance=stage.provenance if stage else "",
            )
        )
    return tuple(found)


def compare(then: Run, now: Run) -> tuple[TopicChange, ...]:
    """A run against an earlier one of the same tool, topic by topic, in the order of the later version.

    Raises ValueError for runs of different tools: nothing of one says anything of the other. (practice.md 7.5)
    """
    if then.instrument.key != now.instrument.key:
        raise ValueError("Runs of different tools cannot be compared.")
    before, after = item_states(then), item_states(now)
    earlier = {one.id: one for one in standings_of(then)}
    later = {one.id: one for one in standings_of(now)}
    place = {item.id: leaf.key for run in (then, now) for leaf in leaves_of(run.instrument) for item in leaf.questions}
    found = []
    for key in [*later, *(one for one in earlier if one not in later)]:
        items = [one for one in {**after, **before} if place.get(one) == key]

        def those(was: bool | None, now_is: bool | None, items: Sequence[str] = items) -> tuple[str, ...]:
            return tuple(
                one for one in items if one in before and one in after and before[one] is was and after[one] is now_is
            )

        found.append(
            TopicChange(
                id=key,
                name=(later.get(key) or earlier[key]).name,
                before=earlier.get(key),
                after=later.get(key),
                newly=those(False, True),
                first_said=those(None, True),
                no_longer=those(True, False),
                unanswered=those(True, None),
            )
        )
    return tuple(found)


def whats_next(run: Run) -> tuple[Ahead, ...]:
    """What to do next: for each topic the items between it and its next stage, the shortest lists first; what has
    nothing left comes last. A tool without stages: what is not in place, in its own order.
    """
    states = item_states(run)
    ladder = {one.id: one for one in run.score.topics}
    found = []
    for leaf in leaves_of(run.instrument):
        topic = ladder.get(leaf.key)
        if topic is not None:
            keys: Sequence[str] = topic.next_items
        else:
            keys = [item.id for item in leaf.questions if item.id in states and states[item.id] is not True]
            if not any(item.id in states for item in leaf.questions):
                continue
        found.append(_ahead(run, leaf.key, leaf.name, topic, keys, states))
    if not ladder:
        return tuple(found)
    return tuple(sorted(found, key=lambda one: (not one.items, len(one.items))))


def stage_words(topic: TopicStage) -> str:
    """Where a topic stands, with the stage's name as the tool prints it."""
    if topic.state == "not_assessed" or topic.lowest is None or topic.highest is None:
        return "Not assessed"
    if topic.stage is None:
        joined = "or" if topic.highest - topic.lowest == 1 else "to"
        return f"Stage {topic.lowest} {joined} {topic.highest}"
    return f"Stage {topic.stage}: {_name_of(topic, topic.stage)}"


def _ahead(
    run: Run, key: str, name: str, topic: TopicStage | None, keys: Sequence[str], states: dict[str, bool | None]
) -> Ahead:
    items = []
    for one in keys:
        item = run.instrument.by_id[one]
        items.append(AheadItem(one, item.text or item.name, states.get(one) is not None, item.provenance))
    if topic is None:
        leaf = next(one for one in leaves_of(run.instrument) if one.key == key)
        counting = [states[one.id] for one in leaf.questions if one.id in states]
        return Ahead(key, name, f"{counting.count(True)} of {len(counting)} in place", "", "", tuple(items))
    to = ""
    if topic.lowest is not None and topic.lowest < topic.stages[-1].number:
        following = next(one for one in topic.stages if one.number > topic.lowest)
        to = f"Stage {following.number}: {following.name}"
    return Ahead(key, name, stage_words(topic), to, topic.next_step, tuple(items), topic.provenance)


def _name_of(topic: TopicStage, number: int) -> str:
    return next((one.name for one in topic.stages if one.number == number), str(number))


def _height(one: TopicStanding) -> Fraction | None:
    if one.stage is not None:
        return None if one.stage.stage is None else Fraction(one.stage.stage)
    return None if one.unknown else one.share
