"""Self-assessments: on which pages a tool is answered, what an answer says to a proposal, why a topic stands where.

Nothing here knows one tool from another: what they hold is in their files. (practice 7; PROG-1, PROG-2)
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .questionnaire.answers import Answers, option_of
from .questionnaire.instrument import Instrument, Item
from .questionnaire.ladder import TopicStage

PURPOSES = ("self_assessment", "project")  # what a team answers about its own work
EVERY = 12  # months between two runs of a tool whose file says nothing else

Says = Literal["yes", "not_yet", "cannot_tell"]
Ruling = Literal["confirmed", "overruled"]
SAYS: tuple[str, ...] = ("yes", "not_yet", "cannot_tell")
RULINGS: tuple[str, ...] = ("confirmed", "overruled")


@dataclass(frozen=True, slots=True)
class Leaf:
    """What one page asks: a group with everything in it, less what stands on pages of its own.

    `within` is the id of the group, "" for questions outside of any; `section` names the group around it.
    """

    key: str
    within: str
    name: str
    section: str
    leave_out: frozenset[str]
    items: tuple[Item, ...]  # everything on the page, groups too, in order

    @property
    def questions(self) -> tuple[Item, ...]:
        """What takes an answer here."""
        return tuple(item for item in self.items if item.type not in {"group", "display"})

    @property
    def holds(self) -> frozenset[str]:
        """The ids of everything on this page, the group itself too."""
        return frozenset(item.id for item in self.items)


LOOSE = "other"


def leaves_of(instrument: Instrument) -> tuple[Leaf, ...]:
    """The pages of a tool, in its order: one for each topic; where it has none, one for each group of the first row.

    A group around topics is a heading, and what it asks beside them has a page of its own.
    """
    return tuple(_leaves(instrument, instrument.items, None))


def leaf_with(instrument: Instrument, item: str) -> Leaf | None:
    """The page on which an item, or a group, stands."""
    return next((leaf for leaf in leaves_of(instrument) if item in leaf.holds), None)


def _leaves(instrument: Instrument, items: tuple[Item, ...], around: Item | None) -> Iterator[Leaf]:
    loose = [item for item in items if item.type != "group"]
    if any(item.type != "display" for item in loose):
        beside = frozenset(item.id for item in items if item.type == "group")
        held = tuple(loose) if around is None else (around, *loose)
        name = _name(around) if around else instrument.title
        yield Leaf(around.id if around else LOOSE, around.id if around else "", name, "", beside, held)
    for item in items:
        if item.type != "group":
            continue
        if item.role != "topic" and any(one.role == "topic" for one in item.walk()):
            yield from _leaves(instrument, item.items, item)
        elif any(one.type != "group" for one in item.walk()) or item.role == "topic":
            section = _name(around) if around else ""
            yield Leaf(item.id, item.id, _name(item), section, frozenset(), tuple(item.walk()))


def _name(item: Item) -> str:
    name = item.text or item.name or item.id
    return f"Stage {item.number}: {name}" if item.role == "stage" and item.number is not None else name


def in_place(instrument: Instrument, item: str, answers: Answers) -> bool | None:
    """Do the answers say that this is in place? None: nothing is established. Only tools that name such answers."""
    option = option_of(instrument, instrument.by_id[item], answers)
    if option is None or option.means != "answer":
        return None
    return option.code in instrument.scoring.done


def may_be_proposed(instrument: Instrument, item: str) -> bool:
    """Can records say of this item that it is in place?"""
    asked = instrument.by_id.get(item)
    return asked is not None and asked.type == "choice" and bool(instrument.scoring.done) and bool(asked.evidence)


def ruling_on(says: str, answer_is_in_place: bool | None) -> Ruling | None:
    """What a person's answer does to a proposal. None where one of the two says nothing: nobody is contradicted."""
    if says == "cannot_tell" or answer_is_in_place is None:
        return None
    return "confirmed" if (says == "yes") is answer_is_in_place else "overruled"


def proposed_answer(instrument: Instrument, item: str, says: str) -> str:
    """The one answer that agrees with what the records say; "" where more than one does, or none."""
    done = instrument.scoring.done
    codes = [one.code for one in instrument.options_of(instrument.by_id[item]).established]
    agree = [code for code in codes if (code in done) is (says == "yes")] if says != "cannot_tell" else []
    return agree[0] if len(agree) == 1 else ""


def why(topic: TopicStage) -> str:
    """Why a topic stands where it stands, in one sentence."""
    if topic.state == "not_assessed":
        return "The tool asks nothing on this topic."
    rung = {one.number: one for one in topic.stages}
    if topic.lowest is None or topic.highest is None:
        return "Nothing can be said yet."
    if topic.stage is None:
        missing = sum(one.open for one in topic.stages if topic.lowest <= one.number <= topic.highest)
        one = "1 item has no answer" if missing == 1 else f"{missing} items have no answer"
        return f"Anything from stage {topic.lowest} to stage {topic.highest}: {one}."
    here = rung[topic.stage]
    counting = here.items - here.not_applicable
    if here.number == topic.stages[-1].number:
        return (
            f"Everything before stage {here.number} is in place, and all of it."
            if here.done == counting
            else f"Everything before stage {here.number} is in place, and {here.done} of {counting} of its own items."
        )
    left = counting - here.done
    lack = "1 is not" if left == 1 else f"{left} are not"
    return f"Of the {counting} items of stage {here.number}, {here.done} are in place and {lack} yet."


def months_later(day: date, months: int) -> date:
    """The same day some months later; the last of the month where that one has no such day."""
    at = day.year * 12 + day.month - 1 + months
    year, month = at // 12, at % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class Changed:
    """One value at three moments: as the page had it, as the person sent it, as it stands now."""

    was: object
    sent: object
    stands: object

    @property
    def is_mine(self) -> bool:
        """The person changed it."""
        return self.sent != self.was

    @property
    def clashes(self) -> bool:
        """Somebody else changed it meanwhile, and to something else."""
        return self.is_mine and self.stands not in (self.was, self.sent)


def clashes(was: Mapping[str, object], sent: Mapping[str, object], stands: Mapping[str, object]) -> Collection[str]:
    """The keys that two people changed to different things. What is missing in a mapping is a blank."""
    return [key for key in sent if Changed(was.get(key), sent[key], stands.get(key)).clashes]
