"""What a cell says: a day, a moment, an answer, a choice, a number. Or what is wrong with it, and how to mend it.

Nothing is guessed: an empty cell and "unknown" are not established, a two-digit year is asked about, and an hour that
is not told counts towards the stricter side (`Ends.EARLY`, `Ends.LATE`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import Enum
from zoneinfo import ZoneInfo

from rightdoor.foundation.imports.reading import from_serial

EARLIEST_YEAR, LATEST_YEAR = 1900, 2250
YES = frozenset({"yes", "y", "true", "x", "si", "sí", "co", "có"})
NO = frozenset({"no", "n", "false", "khong", "không"})
UNKNOWN = frozenset(
    {"", "unknown", "unk", "not known", "not established", "n/a", "na", "?", "-", "desconocido", "no se sabe"}
    | {"khong ro", "không rõ"}
)
FORMULA = ("=", "@", "+", "-")


class Ends(Enum):
    """Which end of the day a moment without its hour counts from."""

    EARLY = "early"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Problem(Exception):  # noqa: N818 - names what is wrong
    """What is wrong with a cell, and what to do. Neither repeats what stands in it."""

    what: str
    mend: str


def folded(text: str) -> str:
    """For comparing words: small letters, no accents, no marks but one blank between words."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
    return re.sub(r"[^\w]+", " ", plain.replace("_", " ").replace("đ", "d")).strip()


def is_unknown(text: str) -> bool:
    """Nothing, or a word that says that nobody knows."""
    return text.strip().casefold() in UNKNOWN or folded(text) in UNKNOWN


def is_formula(text: str) -> bool:
    """A spreadsheet would calculate this. A minus before a number is a number."""
    return text.startswith(FORMULA) and not re.fullmatch(r"[+-]?[\d\s().-]*", text)


def as_text(text: str, *, longest: int) -> str:
    """Words as they stand. A formula stays the text that it is."""
    if len(text) > longest:
        raise Problem(f"More than {longest:,} characters.", "Shorten it, or put it into the column of the story.")
    return text


def as_day(text: str) -> date | None:
    """MM/DD/YYYY, an ISO date, or the number by which a spreadsheet counts its days."""
    if is_unknown(text):
        return None
    _no_formula(text)
    at = _read(text)
    if at is None:
        raise Problem("Not a date.", "Write it as MM/DD/YYYY, such as 03/09/2026.")
    return at[0]


def as_moment(text: str, zone: ZoneInfo, *, ends: Ends) -> datetime | None:
    """A date, with its time where it is told, in the state's zone."""
    if is_unknown(text):
        return None
    _no_formula(text)
    found = _read(text)
    if found is None:
        raise Problem("Not a date with a time.", "Write it as MM/DD/YYYY 10:05 a.m., or the date alone.")
    day, at = found
    if at is None:
        at = time(0, 0) if ends is Ends.EARLY else time(23, 59)
    moment = datetime.combine(day, at, tzinfo=zone)
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise Problem("The clocks skipped this hour on that day.", "Check the time.")
    return moment.astimezone(UTC)


def as_established(text: str) -> bool | None:
    """Yes, no, or not established."""
    if is_unknown(text):
        return None
    if text.strip().casefold() in YES or folded(text) in YES:
        return True
    if text.strip().casefold() in NO or folded(text) in NO:
        return False
    raise Problem("Neither yes nor no.", "Write yes, no or unknown.")


def as_whole(text: str, *, least: int, most: int) -> int | None:
    """A whole number."""
    if is_unknown(text):
        return None
    found = re.fullmatch(r"(?:tier\s*)?(\d{1,6})(?:\.0+)?", text.strip(), re.IGNORECASE)
    if not found or not least <= int(found.group(1)) <= most:
        raise Problem("Not a number that can be.", f"Write a whole number from {least} to {most}.")
    return int(found.group(1))


def as_choice(text: str, choices: Mapping[str, Iterable[str]]) -> str:
    """The key of a choice, by its key or one of its labels; "" where it is not established."""
    if text.strip() in choices:
        return text.strip()
    wanted = folded(text)
    for key, labels in choices.items():
        if wanted and wanted in {folded(key), *(folded(label) for label in labels)}:
            return key
    if is_unknown(text):
        return ""
    named = [next(iter(labels), key) for key, labels in choices.items()]
    said = "; ".join(named[:12]) + ("; …" if len(named) > 12 else "")
    raise Problem("Not one of the choices.", f"Write one of: {said}.")


def _no_formula(text: str) -> None:
    if is_formula(text):
        raise Problem("A formula.", "Copy the column in the spreadsheet and paste its values in place of the formulas.")


_DAY = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_TIME = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s*(?:([ap])\.?\s*m\.?)?", re.IGNORECASE)


def _read(text: str) -> tuple[date, time | None] | None:
    text = text.strip()
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        at = from_serial(float(text))
        return at.date(), at.time().replace(second=0) if "." in text else None
    for pattern, order in ((_DAY, (3, 1, 2)), (_ISO, (1, 2, 3))):
        found = pattern.match(text)
        if not found:
            continue
        try:
            day = date(*(int(found.group(part)) for part in order))
        except ValueError:
            return None
        if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            return None
        rest = text[found.end() :].strip(" T,")
        return (day, None) if not rest else _with_time(day, rest)
    return None


def _with_time(day: date, text: str) -> tuple[date, time | None] | None:
    found = _TIME.fullmatch(text)
    if not found or (found.group(2) is None and not found.group(3)):
        return None
    hour, minute, half = int(found.group(1)), int(found.group(2) or 0), (found.group(3) or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59:
        return None
    return day, time(hour, minute)
