"""What each record of this slice says, field by field: forms, checks and pages are made of the same list.

A field with `column` stands in clear, because clocks and schedules ask for it; everything else is sealed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from rightdoor.casework.justice import choices
from rightdoor.casework.justice.models import Arrest, Charge, CourtDate, Kept, Offender, Proceeding, Relief, VictimRight
from rightdoor.domain.errors import RuleBroken
from rightdoor.foundation.codes import is_code
from rightdoor.packs.legal_relief import ReliefKind

FieldKind = Literal["line", "story", "day", "moment", "choice", "choices", "established", "count", "code"]
LONGEST_LINE, LONGEST_STORY, HIGHEST_COUNT = 200, 10_000, 999
NO_CHOICES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Field:
    """One fact. `needed`: without it there is nothing to record. `fixed`: decides the class, so it never changes."""

    name: str
    label: str
    kind: FieldKind = "line"
    choices: Mapping[str, str] = field(default_factory=lambda: NO_CHOICES)
    hint: str = ""
    needed: bool = False
    column: bool = False
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of record. `status`: fields that say no more than whether and when. `below`: it belongs to a proceeding
    ("" not, "must", "may").
    """

    noun: str
    model: type[Kept]
    one: str
    fields: tuple[Field, ...]
    status: frozenset[str] = frozenset()
    below: Literal["", "must", "may"] = ""

    @property
    def sealed(self) -> frozenset[str]:
        """The names of everything that the sealed text may hold."""
        return frozenset(one.name for one in self.fields if not one.column) | {"moved_from"}

    @property
    def fixed(self) -> tuple[Field, ...]:
        """The fields that decide the record's class."""
        return tuple(one for one in self.fields if one.fixed)


PROCEEDING = Shape(
    "proceedings",
    Proceeding,
    "Investigation or prosecution",
    (
        Field("kind", "Kind", "choice", choices.PROCEEDINGS, needed=True, fixed=True),
        Field("agency", "Agency", hint="Who leads it."),
        Field("number", "Its case number", hint="As that agency writes it."),
        Field("lead", "Contact there"),
        Field("status", "Status", "choice", choices.STATUSES, needed=True),
        Field("opened_on", "Opened on", "day"),
        Field("closed_on", "Closed on", "day"),
        Field("others", "Others who take part", hint="Task force, second agency, federal partner."),
        Field("words", "What the team must know", "story", hint="Facts and decisions, not what was investigated."),
        Field("succeeded", "Did it succeed, as the client and the team see it?", "established"),
        Field("helped", "What made it succeed", "choices", choices.HELPED),
        Field("hindered", "What stood in its way", "choices", choices.HINDERED),
        Field("led_to_it", "In words: what led to it", "story"),
    ),
    status=frozenset({"kind", "opened_on"}),
)
OFFENDER = Shape(
    "offenders",
    Offender,
    "Alleged offender",
    (
        Field("role", "Role", "choice", choices.ROLES, needed=True),
        Field("name", "Name", hint="Leave it empty where it is not known."),
        Field("known_as", "Also known as"),
        Field("tie", "Tie to the client", "choice", choices.TIES),
        Field("person", "The same as somebody around the client", "code"),
        Field("age", "Age, about", "count"),
        Field("sex", "Sex", hint="As it was told."),
        Field("words", "What else is alleged", "story", hint="An allegation only. Say who alleges it."),
    ),
)
ARREST = Shape(
    "arrests",
    Arrest,
    "Arrest",
    (
        Field("offender", "Alleged offender", "code"),
        Field("on", "Arrested on", "day", needed=True),
        Field("agency", "By which agency"),
        Field("number", "Arrest number"),
        Field("released_on", "Released on", "day"),
        Field("conditions", "Bond and conditions", "story", hint="Such as: no contact with the client."),
    ),
    below="must",
)
CHARGE = Shape(
    "charges",
    Charge,
    "Charge",
    (
        Field("offender", "Alleged offender", "code"),
        Field("statute", "Statute and its name", needed=True),
        Field("counts", "Counts", "count"),
        Field("filed_on", "Filed on", "day"),
        Field("amended_on", "Amended on", "day"),
        Field("amended_to", "Amended to"),
        Field("dismissed_on", "Dismissed on", "day"),
        Field("outcome", "What became of it", "choice", choices.OUTCOMES),
        Field("outcome_on", "On", "day"),
        Field("sentence", "Sentence"),
        Field("restitution", "Restitution ordered"),
        Field("words", "Notes", "story"),
    ),
    below="must",
)
COURT_DATE = Shape(
    "court-dates",
    CourtDate,
    "Court date",
    (
        Field("kind", "Kind", "choice", choices.HEARINGS, needed=True, fixed=True),
        Field("starts_at", "Day and time", "moment", needed=True, column=True),
        Field("state", "State", "choice", choices.COURT_STATES, needed=True, column=True),
        Field("court", "Court and place"),
        Field("youth_needed", "Must the client be there?", "established"),
        Field("testifies", "Does the client testify?", "established"),
        Field("support", "Support for testimony", "choices", choices.SUPPORTS),
        Field("words", "What the team must do", "story"),
        Field("result", "What came of it", "story"),
    ),
    status=frozenset({"kind"}),
    below="may",
)
RIGHT = Shape(
    "rights",
    VictimRight,
    "Victim right or support",
    (
        Field("kind", "What is owed", "choice", choices.RIGHTS, needed=True),
        Field("notice_of", "Notice of what", "choice", choices.NOTICE_OF),
        Field("owed_on", "Owed by", "day", column=True),
        Field("state", "State", "choice", choices.RIGHT_STATES, needed=True, column=True),
        Field("by", "Who does it"),
        Field("done_on", "Done on", "day", hint="For a notice: the day on which the client was told."),
        Field("words", "Notes", "story"),
    ),
)
SHAPES: Mapping[str, Shape] = {one.noun: one for one in (PROCEEDING, OFFENDER, ARREST, CHARGE, COURT_DATE, RIGHT)}
STEP = "step_"


def relief_shape(kind: ReliefKind | None) -> Shape:
    """The record of a kind of relief: one day for each step that the pack names, and the end as it is printed."""
    steps = tuple(Field(f"{STEP}{one.key}", str(one.label), "day") for one in (kind.steps if kind else ()))
    printed = ()
    if kind is not None and kind.printed_end:
        hint = "MM/DD/YYYY. Copy the date from the paper. Do not work it out."
        printed = (Field("ends_on", str(kind.printed_end), "day", hint=hint, column=True),)
    rest = (
        Field("documents", "Papers", "story", hint="Which papers there are, and where they lie."),
        Field("helper", "Who helps with it", hint="Attorney, accredited representative, clinic."),
        Field("words", "Notes", "story"),
        Field("outcome", "What came of it", "choice", choices.RELIEF_OUTCOMES, hint="Leave it open while it runs."),
        Field("outcome_on", "On", "day"),
    )
    return Shape("relief", Relief, "Legal relief", (*steps, *printed, *rest), status=frozenset({"kind"}))


def checked(shape: Shape, told: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is to be sealed, ready for JSON, and what stands in columns. What was left empty is left out.

    Raises RuleBroken in the words of the field that is wrong.
    """
    known = {one.name for one in shape.fields}
    if set(told) - known:
        raise RuleBroken("This form was changed meanwhile. Open it again.")
    sealed: dict[str, Any] = {}
    columns: dict[str, Any] = {}
    for one in shape.fields:
        value = told.get(one.name)
        is_empty = value is None or value in ("", [], ())
        if is_empty and one.needed:
            raise RuleBroken(f"{one.label}: this is needed.")
        if one.column:
            columns[one.name] = None if is_empty else value
        elif not is_empty and one.name.startswith(STEP):
            sealed.setdefault("steps", {})[one.name[len(STEP) :]] = _ready(one, value)
        elif not is_empty:
            sealed[one.name] = _ready(one, value)
    return sealed, columns


def _ready(one: Field, value: Any) -> Any:
    if one.kind in {"line", "story"}:
        text = str(value).strip()
        longest = LONGEST_LINE if one.kind == "line" else LONGEST_STORY
        if len(text) > longest:
            raise RuleBroken(f"{one.label}: shorten it to {longest:,} characters.")
        return text
    if one.kind == "day":
        return value.isoformat() if isinstance(value, date) else date.fromisoformat(value).isoformat()
    if one.kind == "choice" and value not in one.choices:
        raise RuleBroken(f"{one.label}: choose one of the list.")
    if one.kind == "choices":
        if not set(value) <= set(one.choices):
            raise RuleBroken(f"{one.label}: choose from the list.")
        return [key for key in one.choices if key in value]
    if one.kind == "count" and not 0 <= int(value) <= HIGHEST_COUNT:
        raise RuleBroken(f"{one.label}: write a number up to {HIGHEST_COUNT}.")
    if one.kind == "code" and not is_code(str(value)):
        raise RuleBroken(f"{one.label}: choose one of the list.")
    return value


def day_of(told: Mapping[str, Any], name: str) -> date | None:
    """A sealed day, as a day."""
    text = told.get(name)
    return date.fromisoformat(text) if text else None


def steps_of(told: Mapping[str, Any]) -> dict[str, date]:
    """The steps of relief that were taken, with their days."""
    return {name: date.fromisoformat(text) for name, text in told.get("steps", {}).items()}


def check_order(shape: Shape, told: Mapping[str, Any], pairs: Sequence[tuple[str, str]]) -> None:
    """Raises RuleBroken where something ended before it began."""
    for first, then in pairs:
        one, other = day_of(told, first), day_of(told, then)
        if one is not None and other is not None and other < one:
            labels = {entry.name: entry.label for entry in shape.fields}
            raise RuleBroken(f"{labels[then]}: this day lies before “{labels[first]}”. Check both.")
