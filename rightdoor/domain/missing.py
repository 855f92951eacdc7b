"""A child who is missing: who has to report it, by when, and what follows a return. (CASE-8; practice.md 3.7)

The federal clock starts when the agency learns of it (42 U.S.C. 671(a)(35)(B)), a state's often when the child left.
Both are reckoned and shown; the earlier one alarms. Nobody knowing when a child left never gives anybody more time.
Nothing here reports anything: people report, and record that they did.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from .clock import Clock, due_after, end_of_day_after
from .errors import RuleBroken

Start = Literal["learned", "departed", "reported"]
STARTS: Mapping[Start, str] = {
    "learned": "when it was learned",
    "departed": "when the child left",
    "reported": "when the police were told",
}
DutyBy = Literal["duty_holder", "police"]
CUSTODY = ("state_care", "parent", "other", "")
REPORT = "police"  # the duty whose being done starts the clocks that count from "reported"
ENTRY_OF_PLACES = frozenset({"police", "national_center"})  # with whom contact is kept while a child is away
RETURN_STEPS = ("conversation", "screening", "medical", "placement", "review")
POSTER, OFFICIAL = "poster", "official"
# What each sheet discloses of the client's record, and as what a picture of the child may be kept to stand on it: never
# as a picture of where somebody lives.
SHEET_CLASSES: Mapping[str, tuple[str, ...]] = {OFFICIAL: ("ID", "SAFE", "LOC"), POSTER: ("ID",)}
PICTURE_CLASSES: Mapping[str, tuple[str, ...]] = {OFFICIAL: ("ID", "SAFE"), POSTER: ("ID",)}


@dataclass(frozen=True, slots=True)
class Limit:
    """One span of a duty: elapsed hours, or whole calendar days to the end of the last one. Exactly one is given."""

    counted_from: Start
    source: str = ""
    within_hours: int | None = None
    within_days: int | None = None


@dataclass(frozen=True, slots=True)
class EpisodeTimes:
    """What is known of when. `departed_at` and `last_seen_at` are None where nobody has established them."""

    learned_at: datetime
    departed_at: datetime | None = None
    last_seen_at: datetime | None = None
    reported_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has the duty to report. `role`: child_welfare, parent, custodian. `assumed`: custody is not established.

    `by_law`: does federal law set the hours for this holder? Where it does not, the team keeps the same hours.
    """

    role: Literal["child_welfare", "parent", "custodian"]
    by_law: bool
    assumed: bool
    why: str


@dataclass(frozen=True, slots=True)
class Reckoned:
    """One limit of a duty, reckoned. `start_words` says from what; `assumed`: the moment itself is not established."""

    limit: Limit
    start: datetime
    due_at: datetime
    start_words: str
    assumed: bool


@dataclass(frozen=True, slots=True)
class DutyClock:
    """A duty with every limit that applies and the one that is reached first. `clock` is None while none has begun."""

    reckoned: tuple[Reckoned, ...]
    clock: Clock | None

    @property
    def earliest(self) -> Reckoned | None:
        """The limit by which the alarm goes."""
        return min(self.reckoned, key=lambda one: one.due_at.timestamp(), default=None)


@dataclass(frozen=True, slots=True)
class ReturnFacts:
    """What is on record after a return: which steps, and whether every line of the plan is done or called off."""

    recovered_at: datetime | None
    steps: frozenset[str]
    open_lines: int = 0


def duty_holder(custody: str) -> Holder:
    """Who has to report, from who has legal custody: state_care, parent, other, or "" for not established.

    Not established counts as state care, so that the strictest duty stands until somebody knows better. KeyError for
    another word. (42 U.S.C. 671(a)(35): a child in the state's placement, care or supervision)
    """
    return {
        "state_care": Holder("child_welfare", True, False, "The child is in the care of the state."),
        "parent": Holder(
            "parent", False, False, "A parent has custody and reports to the police; help them to do it at once."
        ),
        "other": Holder(
            "custodian", False, False, "Whoever has custody reports to the police; help them to do it at once."
        ),
        "": Holder(
            "child_welfare", True, True, "Custody is not established, so the duty of the state agency is assumed."
        ),
    }[custody]


def start_of(counted_from: Start, times: EpisodeTimes) -> tuple[datetime, str, bool] | None:
    """The moment from which a limit counts, in words, and whether it is assumed; None while it has not begun.

    A departure that nobody has established counts from when the child was last seen, and without that from when it was
    learned: never from later, so that not knowing gives nobody more time.
    """
    if counted_from == "learned":
        return times.learned_at, STARTS["learned"], False
    if counted_from == "reported":
        return None if times.reported_at is None else (times.reported_at, STARTS["reported"], False)
    if times.departed_at is not None:
        return _earlier(times.departed_at, times.learned_at), STARTS["departed"], False
    if times.last_seen_at is not None:
        at = _earlier(times.last_seen_at, times.learned_at)
        return at, "when the child was last seen, because when the child left is not established", True
    return times.learned_at, "when it was learned, because when the child left is not established", True


def duty_clock(
    limits: Iterable[Limit], times: EpisodeTimes, zone: ZoneInfo, *, done_at: datetime | None = None
) -> DutyClock:
    """Every limit of a duty, and the clock of the earliest. Hours are elapsed hours, days end at 23:59:59 local.

    Raises ValueError for a moment without a zone.
    """
    reckoned = []
    for limit in limits:
        start = start_of(limit.counted_from, times)
        if start is not None:
            at, words, assumed = start
            reckoned.append(Reckoned(limit, at, due_of(limit, at, zone), words, assumed))
    earliest = min(reckoned, key=lambda one: one.due_at.timestamp(), default=None)
    clock = None if earliest is None else Clock(earliest.start, earliest.due_at, stopped_at=done_at)
    return DutyClock(tuple(reckoned), clock)


def due_of(limit: Limit, start: datetime, zone: ZoneInfo) -> datetime:
    """When this limit is reached. Raises ValueError for a limit that says neither hours nor days, or both."""
    if (limit.within_hours is None) == (limit.within_days is None):
        raise ValueError("A limit gives hours or days, one of them.")
    if limit.within_hours is not None:
        return due_after(start, limit.within_hours)
    return end_of_day_after(start, limit.within_days or 0, zone)


def contact_clock(last_at: datetime | None, began_at: datetime, every_days: int, zone: ZoneInfo) -> Clock:
    """By when to speak again with the police or the national center while a child is away. (P.L. 117-348)"""
    start = began_at if last_at is None else max(last_at, began_at, key=lambda at: at.timestamp())
    return Clock(start, end_of_day_after(start, every_days, zone))


def check_times(times: EpisodeTimes, now: datetime) -> None:
    """Could it have been so? Raises RuleBroken with what to correct."""
    if _after(times.learned_at, now):
        raise RuleBroken("It cannot have been learned in the future. Correct when you learned of it.")
    if _after(times.departed_at, times.learned_at):
        raise RuleBroken("The child left before anybody learned of it. Correct one of the two times.")
    if _after(times.last_seen_at, times.learned_at):
        raise RuleBroken("The child was last seen before anybody learned of it. A later sighting goes into the log.")
    if _after(times.last_seen_at, times.departed_at):
        raise RuleBroken("The child was seen after the time of leaving. Correct one of the two times.")


def check_may_recover(state: str, times: EpisodeTimes, recovered_at: datetime, now: datetime) -> None:
    """May this episode end with the child found at that time? Raises RuleBroken."""
    if state != "running":
        raise RuleBroken("This child was recorded as found already.")
    if _after(recovered_at, now):
        raise RuleBroken("The child cannot have been found in the future. Correct the time.")
    begins = start_of("departed", times)
    if begins is not None and _after(begins[0], recovered_at):
        raise RuleBroken("The child was found before leaving. Correct one of the two times.")


def owed_on_return(recovered_at: datetime, step: str, screening_hours: int) -> datetime | None:
    """By when a step after the return is owed; None for those that no rule dates. The screening and the conversation
    are owed within the pack's hours. (42 U.S.C. 671(a)(35)(A); several states: 24 h)
    """
    return due_after(recovered_at, screening_hours) if step in {"conversation", "screening"} else None


def line_due(recovered_at: datetime, within_hours: int) -> datetime:
    """By when a line of the prepared plan is owed, counted from the return."""
    return due_after(recovered_at, within_hours)


def lacking_before_closing(facts: ReturnFacts) -> list[str]:
    """What is missing before the episode can be closed, in words; empty when nothing is."""
    if facts.recovered_at is None:
        return ["The child is still missing. An episode is closed after the return."]
    words = {
        "conversation": "Record the return conversation, or that the child did not want one.",
        "screening": "Record the screening for trafficking, or why there was none.",
        "medical": "Record the medical check, or that the child did not want one.",
        "placement": "Record what changes where the child stays.",
        "review": "Record what worked and what did not.",
    }
    lacking = [sentence for step, sentence in words.items() if step not in facts.steps]
    if facts.open_lines:
        lacking.append("Some tasks of the plan are open. Finish them, or call them off.")
    return lacking


def check_may_close(state: str, facts: ReturnFacts) -> None:
    """May the episode be closed? Raises RuleBroken with what is missing."""
    if state == "closed":
        raise RuleBroken("This episode is closed already.")
    lacking = lacking_before_closing(facts)
    if lacking:
        raise RuleBroken(" ".join(lacking))


def on_sheet(variant: str, told: Mapping[str, str]) -> dict[str, str]:
    """What of these facts a printed sheet may hold. A poster never tells of custody, of danger, or of why: whoever sees
    it must not learn that a child is in foster care or was trafficked. KeyError for a variant that does not exist.
    """
    kept = {POSTER: ON_A_POSTER, OFFICIAL: (*ON_A_POSTER, *FOR_POLICE_ONLY)}[variant]
    return {key: told[key] for key in kept if told.get(key)}


def check_picture(variant: str, data_class: str, *, is_of_the_case: bool) -> None:
    """May a picture of this class stand on this sheet? The agency that keeps the case makes the sheet: it passes on its
    own records alone, and of those no kind that the sheet does not disclose. Raises RuleBroken.
    """
    if not is_of_the_case:
        raise RuleBroken("Another agency holds this picture. Ask it for one that it hands to you, and add that.")
    if data_class not in PICTURE_CLASSES[variant]:
        raise RuleBroken("This picture is kept as a kind of record that this sheet does not disclose. Choose another.")


# Names of facts, in the order of the sheet. What is in neither list is on no sheet.
ON_A_POSTER: Sequence[str] = (
    "name",
    "age",
    "height",
    "weight",
    "hair",
    "eyes",
    "looks",
    "clothing",
    "missing_since",
    "call",
)
FOR_POLICE_ONLY: Sequence[str] = (
    "birth",
    "aliases",
    "race",
    "marks",
    "last_seen_at",
    "last_seen_place",
    "last_seen_by",
    "may_be",
    "custody",
    "danger",
    "danger_words",
    "numbers",
)


def _earlier(one: datetime, other: datetime) -> datetime:
    return min(one, other, key=lambda at: at.timestamp())


def _after(one: datetime | None, other: datetime | None) -> bool:
    # By the moment, not by the hands of the clock: in the repeated hour of autumn the two differ.
    return one is not None and other is not None and one.timestamp() > other.timestamp()


def away_in_words(span: timedelta) -> str:
    """How long a child was away, as a band that no single child can be told by."""
    for hours, words in ((24, "up to a day"), (72, "1 to 3 days"), (168, "3 to 7 days"), (720, "7 to 30 days")):
        if span <= timedelta(hours=hours):
            return words
    return "over 30 days"
