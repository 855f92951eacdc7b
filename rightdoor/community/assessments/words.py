"""What stands in an assessment, in the words that people read: answers, stages, and how the items of a group stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rightdoor.community.assessments.models import Assessment
from rightdoor.domain.questionnaire.instrument import Instrument, Item
from rightdoor.domain.questionnaire.ladder import TopicStage
from rightdoor.domain.questionnaire.scoring import Score, Tally
from rightdoor.domain.self_assessment import Leaf, leaves_of, why
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.jurisdiction.templatetags.words import day

STATES: Mapping[str, str] = {"draft": "Under way", "complete": "Finished"}
STEP_STATES: Mapping[str, str] = {"open": "Open", "done": "Done", "dropped": "Dropped"}
SAYS: Mapping[str, str] = {"yes": "Yes", "not_yet": "Not yet", "cannot_tell": "Cannot tell"}
RULINGS: Mapping[str, str] = {"confirmed": "Confirmed", "overruled": "Overruled"}
NO_ANSWER = "No answer"


def place_of(region: str) -> str:
    """The region's name; the whole state's own has none."""
    return active_pack().region(region).name if region else "The whole state"


def title_of(assessment: Assessment, instrument: Instrument) -> str:
    """The tool with its period."""
    return f"{instrument.title}, {assessment.label}"


def is_box(instrument: Instrument, item: Item) -> bool:
    """A box of a paper checklist: two answers, and an empty box is one of them."""
    if item.type != "choice":
        return False
    options = instrument.options_of(item)
    return bool(options.blank) and len(options.options) == 2


def answer_words(instrument: Instrument, item: Item, value: Any) -> str:
    """An answer as people read it. A blank is what the tool says that an empty box means, or no answer."""
    if item.type in {"choice", "choices"}:
        options = instrument.options_of(item)
        codes = value if isinstance(value, list) else [value or options.blank]
        said = [options.by_code[code].label for code in codes if code in options.by_code]
        return ", ".join(said) or NO_ANSWER
    if value is None or value == "":
        return NO_ANSWER
    return day(date.fromisoformat(value)) if item.type == "date" else str(value)


def heading_of(instrument: Instrument, group: Item) -> str:
    """The name of a group. A rung of a ladder is called by its number and its name."""
    if group.role == "stage" and group.number is not None and not group.text:
        name = next((one.name for one in instrument.scoring.stages if one.number == group.number), group.name)
        return f"Stage {group.number}: {name}" if name else f"Stage {group.number}"
    named = group.text or group.name or group.id
    return f"Stage {group.number}: {named}" if group.role == "stage" and group.number is not None else named


# ----------------------------------------------------------------------------------------------------- what it comes to


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic of a ladder in the summary. `number` is its page; 0 where it asks nothing."""

    number: int
    name: str
    section: str
    stage: str
    why: str
    shares: tuple[tuple[int, str], ...]  # of each stage: its number, and how many of how many
    beyond: int
    next_step: str
    provenance: str


@dataclass(frozen=True, slots=True)
class TallyLine:
    """A group of a tool without a ladder: how its items stand. Never a stage."""

    number: int  # of its page; 0 for the whole, and for groups within a page
    name: str
    items: int
    done: int
    stands: str
    is_head: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """What an assessment comes to, for a page, a table or a printed sheet."""

    stages: tuple[str, ...] = ()  # names of a ladder's rungs
    topics: tuple[TopicLine, ...] = ()
    tallies: tuple[TallyLine, ...] = ()
    figures: tuple[tuple[str, str], ...] = field(default=())  # of any other kind of scoring
    done_means: str = ""


def summary_of(instrument: Instrument, score: Score) -> Summary:
    """The summary of a score. A ladder has a stage for each topic and none for the whole."""
    leaves = {leaf.key: (at, leaf) for at, leaf in enumerate(leaves_of(instrument), start=1)}
    labels = {one.code: one.label for options in instrument.answer_sets for one in options.options}
    return Summary(
        stages=tuple(f"{one.number} {one.name}" for one in instrument.scoring.stages),
        topics=tuple(_topic(leaves, topic) for topic in score.topics),
        tallies=tuple(_tallies(leaves, labels, score)),
        figures=tuple(_figures(score)),
        done_means=", ".join(dict.fromkeys(labels[code] for code in instrument.scoring.done if code in labels)),
    )


def stage_words(topic: TopicStage) -> str:
    """The stage with its name; the bounds of one that is not known; or that the tool asks nothing."""
    if topic.state == "not_assessed":
        return "Not assessed"
    if topic.stage is None:
        return f"Between {topic.lowest} and {topic.highest}"
    return f"{topic.stage} {next(one.name for one in topic.stages if one.number == topic.stage)}"


def _topic(leaves: Mapping[str, tuple[int, Leaf]], topic: TopicStage) -> TopicLine:
    at, leaf = leaves[topic.id]
    return TopicLine(
        number=at if leaf.questions else 0,
        name=topic.name,
        section=leaf.section,
        stage=stage_words(topic),
        why=why(topic),
        shares=tuple(
            (one.number, f"{one.done} of {one.items - one.not_applicable}" if one.items else "nothing asked")
            for one in topic.stages
        ),
        beyond=topic.beyond,
        next_step=topic.next_step,
        provenance=topic.provenance,
    )


def _tallies(leaves: Mapping[str, tuple[int, Leaf]], labels: Mapping[str, str], score: Score) -> Iterator[TallyLine]:
    for tally in score.tallies:
        at = leaves[tally.id][0] if tally.id in leaves else 0
        name = tally.name if tally.id else "All of it"
        if tally.role == "stage" and tally.number:
            name = f"Stage {tally.number}: {name}"
        yield TallyLine(at, name, tally.items, tally.done, _stands(tally, labels), bool(at))


def _stands(tally: Tally, labels: Mapping[str, str]) -> str:
    parts = [f"{labels[code]}: {many}" for code, many in tally.by_answer if many]
    if tally.counts.blank and sum(many for _, many in tally.by_answer) < tally.items:
        parts.append(f"{NO_ANSWER}: {tally.items - sum(many for _, many in tally.by_answer)}")
    return ", ".join(parts)


def _figures(score: Score) -> Iterator[tuple[str, str]]:
    found = [("Result", score.figure)] if score.figure else []
    for name, figure in [*found, *((one.name, one.figure) for one in score.factors)]:
        if figure.band is not None:
            yield name, figure.band.label
        elif figure.value is not None:
            yield name, f"{float(figure.value):g}"
        elif figure.lowest is None or figure.highest is None:
            yield name, NO_ANSWER
        else:
            yield name, f"Between {float(figure.lowest):g} and {float(figure.highest):g}"
