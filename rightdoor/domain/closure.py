"""The end of a case: what must be settled, what a review holds against the plan, what may be told without a person.

A case closes when nothing that stops it is left, every loose end has a word why, the client was told (or it says why
not) and a safety plan was handed over, or is not needed. It may be opened again, and nothing that was ended comes back
by itself. A review looks at how the work was organized, never at who is to blame. What it teaches travels only without
the person. (CASE-12; practice.md 3.8)
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

from .errors import RuleBroken

TRIGGERS = ("closure", "serious_event", "missing_episode", "late_response")
TOLD = ("in_person", "phone", "letter", "not_told")
SAFETY_PLAN = ("handed_over", "not_needed", "not_possible")
LONGEST_ACCESS_DAYS = 90
SHORTEST_WHY = 10  # characters: enough that "n/a" does not pass for a reason
LONGEST_LESSON = 600

PhaseState = Literal["met", "missed", "late", "running", "unknown"]


class Reason(Protocol):
    """A reason of the pack, as far as the rule reads it."""

    @property
    def key(self) -> str: ...
    @property
    def words_required(self) -> bool: ...


class NotYetClosed(RuleBroken):
    """What is said does not suffice. `faults`: every fault, as `faults_of` answers."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__(" ".join(sentence for _, sentence in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class LooseEnd:
    """Something that is not finished. `key` names it for its word why."""

    key: str
    what: str
    stops: bool


@dataclass(frozen=True, slots=True)
class Closing:
    """What is said when a case closes. `whys`: a word for each loose end, by its key."""

    reason: str
    words: str = ""
    told: str = ""
    told_words: str = ""
    safety_plan: str = ""
    safety_words: str = ""
    last_contact_on: date | None = None
    last_contact: str = ""
    going_on: str = ""
    debrief: str = ""
    keeps_releases: bool = False
    releases_why: str = ""
    whys: Mapping[str, str] = field(default_factory=dict)


def check_may_close(
    state: str, closing: Closing, ends: Sequence[LooseEnd], reasons: Iterable[Reason], *, today: date
) -> None:
    """Raises NotYetClosed with everything that stands against closing, so that nobody mends one thing at a time;
    RuleBroken where the case is closed already or something must be settled elsewhere first. practice.md 3.8, CASE-12.

    `today` in the state's zone.
    """
    if state != "open":
        raise RuleBroken("This case is closed already.")
    if stopped_by(ends):
        raise RuleBroken(stopped_by(ends))
    faults = faults_of(closing, ends, reasons, today=today)
    if faults:
        raise NotYetClosed(faults)


def stopped_by(ends: Sequence[LooseEnd]) -> str:
    """What must be settled elsewhere before a case closes, in a sentence; "" where nothing stops it."""
    stopping = [end.what for end in ends if end.stops]
    return f"Settle this first: {'; '.join(stopping)}." if stopping else ""


def faults_of(
    closing: Closing, ends: Sequence[LooseEnd], reasons: Iterable[Reason], *, today: date
) -> list[tuple[str, str]]:
    """Everything that is missing or cannot be in what is said: (the name in Closing, a sentence), a loose end by
    "why_" and its key. In the order of the page.
    """
    known = {one.key: one for one in reasons}
    last = closing.last_contact_on
    ends_said = [(end, _says(closing.whys.get(end.key, ""))) for end in ends]
    judged = (
        ("reason", closing.reason in known, "Choose why the case closes."),
        (
            "words",
            closing.reason not in known or not known[closing.reason].words_required or _says(closing.words),
            "Say in a whole sentence what led to this reason.",
        ),
        ("told", closing.told in TOLD, "Say whether the client was told, and how."),
        (
            "told_words",
            closing.told != "not_told" or _says(closing.told_words),
            "Say in a whole sentence why the client was not told.",
        ),
        ("safety_plan", closing.safety_plan in SAFETY_PLAN, "Say whether the safety plan was handed over."),
        (
            "safety_words",
            closing.safety_plan not in SAFETY_PLAN
            or closing.safety_plan == "handed_over"
            or _says(closing.safety_words),
            "Say in a whole sentence why no safety plan was handed over.",
        ),
        ("last_contact_on", last is None or last <= today, "The day of the last contact lies ahead. Check it."),
        ("going_on", bool(closing.going_on.strip()), "Say which services go on and with whom, or that none do."),
        (
            "releases_why",
            not closing.keeps_releases or _says(closing.releases_why),
            "Say in a whole sentence why the releases stay.",
        ),
        *(
            (f"why_{end.key}", said, f"Say in a whole sentence what becomes of this: {end.what}.")
            for end, said in ends_said
        ),
    )
    return [(name, sentence) for name, holds, sentence in judged if not holds]


def check_access_end(at: datetime, now: datetime) -> None:
    """Places on the team end at once or on a day soon after. Raises RuleBroken."""
    if at < now:
        raise RuleBroken("The day on which places on the team end lies in the past.")
    if (at - now).days > LONGEST_ACCESS_DAYS:
        raise RuleBroken(f"Places on the team end {LONGEST_ACCESS_DAYS} days after the case closes at the latest.")


def check_may_reopen(state: str, why: str) -> None:
    """A closed case opens again with a reason; its history stays. Raises RuleBroken."""
    if state != "closed":
        raise RuleBroken("This case is open.")
    if not _says(why):
        raise RuleBroken("Say in a whole sentence why the case is opened again.")


def _says(text: str) -> bool:
    return len(text.strip()) >= SHORTEST_WHY


# --------------------------------------------------------------------------------------------------------- the review


@dataclass(frozen=True, slots=True)
class Phase:
    """One promise of the protocol and what came of it: by when, and when it was done. None: not known, not done."""

    key: str
    due_at: datetime | None
    done_at: datetime | None

    def state(self, now: datetime) -> PhaseState:
        """met, missed (done late), late (owed still), running, or unknown where there is no due moment."""
        if self.due_at is None:
            return "unknown"
        if self.done_at is not None:
            return "met" if self.done_at <= self.due_at else "missed"
        return "late" if now > self.due_at else "running"


@dataclass(frozen=True, slots=True)
class Adherence:
    """How many promises were kept, of how many that have come due."""

    met: int
    owed: int

    @property
    def percent(self) -> int | None:
        """Of a hundred; None where nothing has come due."""
        return round(100 * self.met / self.owed) if self.owed else None


def adherence(phases: Iterable[Phase], now: datetime) -> Adherence:
    """Counts what has come due; what runs still, and what was never promised, counts neither way."""
    states = [phase.state(now) for phase in phases]
    return Adherence(states.count("met"), sum(one in {"met", "missed", "late"} for one in states))


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """What a review must say before it counts as held."""

    state: str
    went_well: str
    did_not: str
    why: str
    wellbeing: str  # "yes", "no" or "": was a talk about how the staff are offered?
    participants: int
    recommendations: int
    no_recommendation: str  # why there is none


def check_may_hold_review(facts: ReviewFacts) -> None:
    """Raises RuleBroken while the review does not say what it is for; practice.md 3.8."""
    if facts.state != "draft":
        raise RuleBroken("This review was held already.")
    if facts.participants < 2:
        raise RuleBroken("Name at least two people who took part. One alone reviews nothing.")
    if not _says(facts.went_well) or not _says(facts.did_not):
        raise RuleBroken("Say what went well and what did not.")
    if not _says(facts.why):
        raise RuleBroken("Say why, in causes of the way the work is organized.")
    if facts.wellbeing not in {"yes", "no"}:
        raise RuleBroken("Say whether the staff were offered a talk about how they are.")
    if not facts.recommendations and not _says(facts.no_recommendation):
        raise RuleBroken("Add a recommendation with its owner and day, or say why there is none.")


# ------------------------------------------------------------------------------------------- what is told of nobody

_CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", re.IGNORECASE)
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december"
    "|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec"
)
_DAYS = (
    re.compile(r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b"),
    re.compile(r"\b\d{1,2}/\d{1,2}\b"),
    re.compile(rf"\b(?:{_MONTHS})\.?\s+\d{{1,4}}(?:st|nd|rd|th)?\b", re.IGNORECASE),
    re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTHS})\b", re.IGNORECASE),
    re.compile(r"\b(?:19|20)\d{2}\b"),
)
_REACH = (
    re.compile(r"[\w.+-]+@[\w-]+\.\w+"),
    re.compile(r"(?:\(\d{3}\)\s*|\b\d{3}[-. ])?\d{3}[-. ]\d{4}\b"),
    re.compile(r"\bhttps?://\S+", re.IGNORECASE),
    re.compile(r"\b\d+\s+\w+(?:\s+\w+)?\s+(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|boulevard|blvd)\b", re.I),
)
_AGE = re.compile(r"\b(?:aged?\s+)?\d{1,2}[- ]?(?:years?|yrs?|yo|y/o)\b[- ]?(?:olds?\b)?", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Telling:
    """A piece of a text that could tell of whom it is: what kind, and the words themselves, for their writer."""

    kind: Literal["name", "code", "day", "reach", "place", "age"]
    words: str


def tells_of_somebody(text: str, *, names: Iterable[str], places: Iterable[str] = ()) -> list[Telling]:
    """What in this text could tell of whom it is: names, codes, days, ages, addresses, places.

    Every part of a name counts, whatever its accents and capitals; a part of one or two letters only as a capitalized
    word. Sorted as it stands in the text, each piece once. An empty answer is no proof: a second person reads, too.
    """
    found: list[tuple[int, Telling]] = []
    for match in _CODE.finditer(text):
        found.append((match.start(), Telling("code", match.group())))
    for pattern in _DAYS:
        found += [(match.start(), Telling("day", match.group())) for match in pattern.finditer(text)]
    for pattern in _REACH:
        found += [(match.start(), Telling("reach", match.group())) for match in pattern.finditer(text)]
    found += [(match.start(), Telling("age", match.group())) for match in _AGE.finditer(text)]
    parts = [part for name in names for part in _WORD.findall(name)]
    long = {plain(part) for part in parts if len(part) > 2}
    short = {part.casefold() for part in parts if len(part) <= 2}
    for match in _WORD.finditer(text):
        word = match.group()
        if plain(word) in long or (word[:1].isupper() and word.casefold() in short):
            found.append((match.start(), Telling("name", word)))
    folded = plain(text)
    for place in places:
        named = re.search(rf"\b{re.escape(plain(place))}\b", folded) if len(place) > 2 else None
        if named is not None:
            found.append((named.start(), Telling("place", place)))
    told: dict[Telling, int] = {}
    for at, telling in found:
        told[telling] = min(at, told.get(telling, at))
    return sorted(told, key=lambda one: (told[one], one.kind, one.words))


def check_lesson(text: str, *, names: Iterable[str], places: Iterable[str] = ()) -> str:
    """The text of a lesson, trimmed. Raises RuleBroken naming what must be taken out of it first."""
    text = text.strip()
    if not _says(text):
        raise RuleBroken("Write the lesson in a sentence.")
    if len(text) > LONGEST_LESSON:
        raise RuleBroken(f"Shorten the lesson to {LONGEST_LESSON} characters. A lesson tells no story.")
    tells = tells_of_somebody(text, names=names, places=places)
    if tells:
        pieces = ", ".join(f"“{one.words}”" for one in tells)
        raise RuleBroken(f"This could tell of whom it is. Take out: {pieces}. Say it so that it holds for any case.")
    return text


def plain(text: str) -> str:
    """Without accents and capitals, as names are compared."""
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one)).casefold()
