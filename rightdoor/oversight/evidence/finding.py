"""What a rule finds, and how its figure is said. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from rightdoor.domain.late_response import USUAL_THRESHOLD
from rightdoor.domain.looking_back import ENDS, HALF_YEAR, NEWEST, YEAR, Lookback

if TYPE_CHECKING:
    from rightdoor.oversight.evidence.rows import Rows

Says = Literal["yes", "not_yet", "cannot_tell"]
STEP = 10  # a count of children is said as so many tens, so that two days apart do not tell of one of them
PERCENT_STEP = 5


@dataclass(frozen=True, slots=True)
class Period:
    """The time that a finding is about. Without `since`: how it stood at that moment."""

    until: datetime
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What the records say of one item.

    `figure` is what people read. `numerator` and `denominator` are the exact counts behind it: they never leave the
    program, because the figure is said so that no small count of children can be told from it.
    """

    says: Says
    figure: str
    period: Period
    numerator: int | None = None
    denominator: int | None = None


Found = Callable[["Rows", Lookback], Finding]


@dataclass(frozen=True, slots=True)
class Rule:
    """One item's rule: a named function with its version. `see`: where the records behind it are, for those who may.

    The version goes up when the function would find something else in the same rows.
    """

    item: str
    name: str
    version: int
    found: Found
    see: tuple[str, ...] = ()


RULES: dict[str, Rule] = {}


def rule(item: str, *, version: int = 1, see: str | tuple[str, ...] = ()) -> Callable[[Found], Found]:
    """Makes a function the rule of an item. `see`: paths of this site; {region} stands for the region's key."""

    def kept(found: Found) -> Found:
        if item in RULES:
            raise ValueError(f"{item} has a rule already: {RULES[item].name}.")
        RULES[item] = Rule(item, found.__name__, version, found, (see,) if isinstance(see, str) else see)
        return found

    return kept


# ------------------------------------------------------------------------------------------------------------- the time


def last_year(back: Lookback) -> Period:
    """The last twelve months."""
    return Period(back.until, back.since)


def half_a_year(back: Lookback) -> Period:
    """The last six months."""
    return Period(back.until, back.back(ENDS[max(HALF_YEAR)]))


def newest(back: Lookback) -> Period:
    """The last ninety days."""
    return Period(back.until, back.back(ENDS[max(NEWEST)]))


def two_years(back: Lookback) -> Period:
    """The last twenty-four months."""
    return Period(back.until, back.earliest)


def at_that_moment(back: Lookback) -> Period:
    """As it stood."""
    return Period(back.until)


# ---------------------------------------------------------------------------------------------------------- the figures


def rough(count: int, threshold: int = USUAL_THRESHOLD) -> str:
    """A count of children: none, fewer than the threshold, or so many tens and more."""
    if count == 0:
        return "none"
    if count < threshold:
        return f"fewer than {threshold}"
    return f"{max(threshold, count - count % STEP)} or more"


def share(part: int, whole: int, noun: str, threshold: int = USUAL_THRESHOLD) -> str:
    """So many of so many, where each stands for a child: neither the part, nor the rest, nor the whole is told small.

    `noun` in the plural. A whole of nothing is "no NOUN".
    """
    if whole == 0:
        return f"no {noun}"
    said = f"{rough(whole, threshold)} {noun}"
    if part == whole:
        return f"all of {said}"
    if part == 0:
        return f"none of {said}"
    if whole < threshold:
        return f"some of {said}"
    if part < threshold:
        return f"fewer than {threshold} of {said}"
    if whole - part < threshold:
        return f"all but fewer than {threshold} of {said}"
    percent = PERCENT_STEP * round(100 * part / whole / PERCENT_STEP)
    return f"about {percent}% of {said}"


def count(number: int, noun: str, plural: str = "") -> str:
    """So many agencies or agreements: what stands for no child is counted exactly."""
    many = plural or f"{noun}s"
    if number == 0:
        return f"no {many}"
    return f"{number} {noun if number == 1 else many}"


# --------------------------------------------------------------------------------------------------------- the verdicts


def judged(
    rows: Rows, part: int, whole: int, *, said: str, noun: str, period: Period, at_least: int = 100, also: str = ""
) -> Finding:
    """Is it so of at least `at_least` percent? With a whole of nothing there is nothing to judge by.

    `said` holds "{share}"; each of the whole stands for a child. `also`: a further sentence.
    """
    if whole == 0:
        return cannot_tell(f"There were {share(0, 0, noun)} to judge by.", period, whole=0)
    says: Says = "yes" if 100 * part >= at_least * whole else "not_yet"
    figure = said.format(share=share(part, whole, noun, rows.threshold))
    return Finding(says, f"{figure} {also}".strip(), period, part, whole)


def among(part: int, whole: int, *, said: str, noun: str, plural: str = "", period: Period) -> Finding:
    """Is it so of all of them? They stand for no child, and are counted exactly."""
    many = plural or f"{noun}s"
    if whole == 0:
        return cannot_tell(f"There were no {many} to judge by.", period, whole=0)
    of = f"{part} of {count(whole, noun, many)}"
    return Finding("yes" if part == whole else "not_yet", said.format(share=of), period, part, whole)


def both(first: Finding, second: Finding) -> Finding:
    """Two things that must both be so. What cannot be told of one is not told of both, unless the other is not so."""
    says: Says = "yes"
    if "not_yet" in (first.says, second.says):
        says = "not_yet"
    elif "cannot_tell" in (first.says, second.says):
        says = "cannot_tell"
    return Finding(says, f"{first.figure} {second.figure}", first.period, first.numerator, first.denominator)


def before_a_meeting(rows: Rows, about: str, wanted: Collection[int], *, noun: str, period: Period) -> Finding:
    """Were such figures before a meeting that was held? `about`: by what they are known, `noun`: what they are called.

    They are totals that were taken there, so how many sets there were is counted exactly.
    """
    taken = in_quarters((one.quarter for one in rows.figures if one.about == about), wanted)
    figure = f"{count(taken, f'set of {noun}', f'sets of {noun}').capitalize()} "
    figure += f"{'was' if taken == 1 else 'were'} before a meeting that was held."
    return Finding("yes" if taken else "not_yet", figure, period, taken)


def stands(is_so: bool, figure: str, period: Period) -> Finding:
    """Something is there, or is not."""
    return Finding("yes" if is_so else "not_yet", figure, period)


def cannot_tell(figure: str, period: Period, whole: int | None = None) -> Finding:
    """There is nothing to judge by."""
    return Finding("cannot_tell", figure, period, None if whole is None else 0, whole)


def stays_sealed(rows: Rows, period: Period) -> Finding | None:
    """What is said where the records behind stand sealed and nobody who may have them counted has asked."""
    if rows.is_opened:
        return None
    return cannot_tell("These records stand sealed. A coordinator has them counted on the page.", period)


def in_quarters(found: Iterable[int | None], wanted: Collection[int] = YEAR) -> int:
    """How many of these lie in the wanted quarters."""
    return sum(1 for one in found if one in wanted)


def quarters_with(found: Iterable[int | None]) -> int:
    """In how many of the last four quarters there was at least one."""
    return len({one for one in found if one in YEAR})
