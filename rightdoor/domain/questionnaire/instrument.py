"""What an instrument is. These dataclasses are also the words of the file format (docs/reference/instruments.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Literal, get_args

FORMAT = "rightdoor-instrument/1"

Purpose = Literal["screening", "self_assessment", "survey", "feedback", "training", "project"]
# How answers come to be. Narrative tools are observer_integration: indicators are looked for and never asked, so no
# page for the young person exists. (practice 1.4)
Administration = Literal["interview", "self_report", "observer_integration", "team"]
Redistribution = Literal["bundled", "import", "result_only"]
ItemType = Literal["group", "choice", "choices", "integer", "decimal", "date", "text", "display"]
Role = Literal["section", "topic", "stage", "activity", "step", "group"]
Means = Literal["answer", "unknown", "declined", "not_applicable"]
Kind = Literal["none", "count", "sum", "weighted", "any", "stage-ladder", "status-tally", "factor-mean"]
Result = Literal["positive", "negative"]
NextStep = Literal["report", "refer", "monitor", "nothing_now"]
Operator = Literal["is", "is_not", "any_of", "includes", "at_least", "at_most", "answered"]

PURPOSES: tuple[str, ...] = get_args(Purpose)
ADMINISTRATIONS: tuple[str, ...] = get_args(Administration)
REDISTRIBUTIONS: tuple[str, ...] = get_args(Redistribution)
ITEM_TYPES: tuple[str, ...] = get_args(ItemType)
ROLES: tuple[str, ...] = get_args(Role)
MEANS: tuple[str, ...] = get_args(Means)
KINDS: tuple[str, ...] = get_args(Kind)
RESULTS: tuple[str, ...] = get_args(Result)
NEXT_STEPS: tuple[str, ...] = get_args(NextStep)
OPERATORS: tuple[str, ...] = get_args(Operator)


@dataclass(frozen=True, slots=True)
class Terms:
    """Whose the tool is, and what may be done with it. The program obeys `redistribution`. (practice 1.3)

    bundled: we may pass it on, text and all. import: an agency with a licence loads its own copy, which is never passed
    on. result_only: no item of it is ever here; date, version, band and score of a use are.
    """

    licence: str
    redistribution: Redistribution
    publisher: str = ""
    copyright_holder: str = ""
    credit: str = ""  # shown wherever the instrument or its results are shown
    licence_evidence_url: str = ""
    permission_reference: str = ""  # the written permission that an agency holds, for its own copy
    validated_population: str = ""  # empty: not validated, and said so
    validated_settings: str = ""
    training_required: str = ""

    @property
    def may_be_passed_on(self) -> bool:
        """May the text of items leave the installation, in an export, a packet or a release?"""
        return self.redistribution == "bundled"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that may be chosen. Only `means: answer` says anything about the thing asked."""

    code: str
    label: str
    score: Fraction | None = None
    means: Means = "answer"
    explains: str = ""


@dataclass(frozen=True)
class AnswerSet:
    """The answers to a choice. `blank` names what an empty box says on the paper tool, where it says anything."""

    key: str
    options: tuple[Option, ...]
    blank: str = ""

    @cached_property
    def by_code(self) -> Mapping[str, Option]:
        """Options by their code."""
        return {option.code: option for option in self.options}

    @cached_property
    def established(self) -> tuple[Option, ...]:
        """What a thing can turn out to be, once it is known."""
        return tuple(option for option in self.options if option.means == "answer")


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that another item's answer must be. A blank meets nothing but `answered: no`."""

    item: str
    op: Operator
    codes: tuple[str, ...] = ()  # is, is_not, any_of, includes
    number: Fraction | None = None  # at_least, at_most; is and is_not of a number
    flag: bool = True  # answered


@dataclass(frozen=True, slots=True)
class EnableWhen:
    """When an item is asked: all of the conditions hold, or any."""

    every: bool
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Item:
    """A group, a question, an indicator or a box. The id is stable and never used for another thing."""

    id: str
    type: ItemType
    text: str = ""
    name: str = ""  # a short name beside the text
    items: tuple[Item, ...] = ()
    answers: str = ""  # key of the answer set
    role: Role = "group"
    number: int | None = None  # of a stage, step or phase
    required: bool = False
    minimum: Fraction | None = None
    maximum: Fraction | None = None
    enable_when: EnableWhen | None = None
    evidence: str = ""  # what the platform's own records would show if it were true today
    provenance: str = ""  # shown with the item, such as: derived, since the source's page is missing
    hint: str = ""
    note: str = ""  # label of a free text offered beside it
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()  # other names that the source uses, for search

    def walk(self) -> Iterator[Item]:
        """This item and everything in it, in order."""
        yield self
        for item in self.items:
            yield from item.walk()


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of scores, from `start` to the next band's. What is not known is never put into one by guess."""

    code: str
    label: str
    start: Fraction | None = None  # None only where a result is typed in and nothing is scored
    result: Result | None = None
    next_step: NextStep | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A rung of a ladder. The name is a label; the number is the key."""

    number: int
    name: str
    next_step: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Factor:
    """Items whose answers are averaged together."""

    key: str
    name: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scoring:
    """One of eight ways to read the answers; which fields count depends on `kind`."""

    kind: Kind = "none"
    over: tuple[str, ...] = ()  # the choice items that count, in order
    counted: tuple[str, ...] = ()  # count, any: these answers count
    done: tuple[str, ...] = ()  # stage-ladder, status-tally: these answers mean that it is in place
    weights: tuple[tuple[str, Fraction], ...] = ()
    bands: tuple[Band, ...] = ()
    stages: tuple[Stage, ...] = ()
    factors: tuple[Factor, ...] = ()


@dataclass(frozen=True, slots=True)
class Translation:
    """Texts in another language, by the place they stand for. Codes and ids never change."""

    language: str
    texts: tuple[tuple[str, str], ...]  # ("item/tm.1.1/text", "...")


@dataclass(frozen=True)
class Instrument:
    """A whole instrument in one version. Two of the same key and version have the same content, or one is wrong."""

    key: str
    version: str
    title: str
    language: str
    purpose: Purpose
    administration: Administration
    terms: Terms
    items: tuple[Item, ...] = ()
    answer_sets: tuple[AnswerSet, ...] = ()
    scoring: Scoring = field(default_factory=Scoring)
    source: str = ""
    audience: str = ""
    instruction: str = ""
    notice: str = ""  # said wherever the instrument or a result of it is shown
    repeat_months: int | None = None
    notes: tuple[tuple[str, str], ...] = ()  # a free text for every group of a role ("item" for every item): its label
    aliases: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()  # ids of earlier versions, which no item may take again
    translations: tuple[Translation, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Item]:
        """Every item and group by its id."""
        return {item.id: item for top in self.items for item in top.walk()}

    @cached_property
    def sets(self) -> Mapping[str, AnswerSet]:
        """The answer sets by their key."""
        return {one.key: one for one in self.answer_sets}

    @cached_property
    def parents(self) -> Mapping[str, tuple[Item, ...]]:
        """The groups around each item, the outermost first."""
        found: dict[str, tuple[Item, ...]] = {}

        def down(items: tuple[Item, ...], above: tuple[Item, ...]) -> None:
            for item in items:
                found[item.id] = above
                down(item.items, (*above, item))

        down(self.items, ())
        return found

    @property
    def questions(self) -> tuple[Item, ...]:
        """Everything that takes an answer, in order."""
        return tuple(item for item in self.by_id.values() if item.type not in {"group", "display"})

    def options_of(self, item: Item) -> AnswerSet:
        """The answer set of a choice."""
        return self.sets[item.answers]

    def text(self, place: str, fallback: str, language: str) -> str:
        """The text at `place` in a language; the instrument's own language where there is none."""
        for translation in self.translations:
            if translation.language == language:
                return dict(translation.texts).get(place, fallback)
        return fallback
