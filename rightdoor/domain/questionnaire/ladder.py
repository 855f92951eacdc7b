"""Stages by topic, and the items that stand before the next stage.

The printed rule has holes: all of a stage and nothing else is in none of its rows. Read with its row of next steps,
the only consistent total function is: **stage = the lowest stage that still has an item not in place; the top stage
when everything below it is.** Items in place above the first incomplete stage are credit, shown and not counted. An
item that does not apply is left out, which is a local extension. There is no average stage of topics. (practice 7.3)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from .instrument import Instrument, Item, Option

State = Literal["settled", "indeterminate", "not_assessed"]


@dataclass(frozen=True, slots=True)
class StageProgress:
    """One stage of a topic: how much of it is in place."""

    number: int
    name: str
    items: int
    done: int
    open: int  # not known whether
    not_applicable: int
    share: Fraction | None


@dataclass(frozen=True, slots=True)
class TopicStage:
    """Where a topic stands. `stage` is None while it is not known, or when the tool prints no items for the topic."""

    id: str
    name: str
    state: State
    stage: int | None
    lowest: int | None
    highest: int | None
    stages: tuple[StageProgress, ...]
    beyond: int  # in place above the stage: credit for early work
    next_step: str
    next_items: tuple[str, ...]  # what stands before the next stage; on the top stage, what is left of it
    provenance: str = ""


def stage_of(complete: Mapping[int, bool], top: int) -> int:
    """The lowest stage below the top that is not complete; else the top."""
    return next((number for number in range(1, top) if not complete.get(number, True)), top)


def topic_stages(
    instrument: Instrument, worlds: Sequence[Mapping[str, tuple[Option | None, ...]]]
) -> tuple[TopicStage, ...]:
    """Every topic's stage, in the instrument's order."""
    return tuple(_topic(instrument, item, worlds) for item in instrument.by_id.values() if item.role == "topic")


def _topic(
    instrument: Instrument, topic: Item, worlds: Sequence[Mapping[str, tuple[Option | None, ...]]]
) -> TopicStage:
    done = set(instrument.scoring.done)
    rungs = instrument.scoring.stages
    top = rungs[-1].number
    held = {
        group.number: [item.id for item in group.walk() if item.type == "choice"]
        for group in topic.items
        if group.number is not None
    }
    low = high = 0
    surely: dict[str, bool | None] = {}  # in place: yes, no, not known; in every world alike
    outside = {key: True for keys in held.values() for key in keys}
    for at, world in enumerate(worlds):
        least, most = {}, {}
        for number, keys in held.items():
            may = {key: {option.code in done for option in world[key] if option is not None} for key in keys}
            least[number] = all(False not in one for one in may.values())
            most[number] = all(True in one or not one for one in may.values())
            for key, one in may.items():
                outside[key] = outside[key] and not one
                now = None if len(one) != 1 else next(iter(one))
                surely[key] = now if at == 0 or surely[key] is now else None
        below, above = stage_of(least, top), stage_of(most, top)
        low, high = (below, above) if at == 0 else (min(low, below), max(high, above))
    stages = tuple(_progress(rung.number, rung.name, held.get(rung.number, []), surely, outside) for rung in rungs)
    if not any(held.values()):
        return TopicStage(
            topic.id, topic.text or topic.id, "not_assessed", None, None, None, stages, 0, "", (), topic.provenance
        )
    return TopicStage(
        id=topic.id,
        name=topic.text or topic.id,
        state="settled" if low == high else "indeterminate",
        stage=low if low == high else None,
        lowest=low,
        highest=high,
        stages=stages,
        beyond=sum(one.done for one in stages if one.number > low),
        next_step=next(rung.next_step for rung in rungs if rung.number == low),
        next_items=tuple(key for key in held.get(low, []) if surely[key] is not True and not outside[key]),
        provenance=topic.provenance,
    )


def _progress(
    number: int, name: str, keys: Sequence[str], surely: Mapping[str, bool | None], outside: Mapping[str, bool]
) -> StageProgress:
    counting = [key for key in keys if not outside[key]]
    done = sum(surely[key] is True for key in counting)
    return StageProgress(
        number=number,
        name=name,
        items=len(keys),
        done=done,
        open=sum(surely[key] is None for key in counting),
        not_applicable=len(keys) - len(counting),
        share=Fraction(done, len(counting)) if counting else None,
    )
