"""Rows for approved research: who may have them, and how they are made so that nobody stands out.

A file of rows is no table, so it is protected in another way. Of everybody of the years four in five are drawn by
chance. Then columns are told more coarsely, and rows left out, until every combination of values that is left belongs
to at least as many people as the rule asks for (k). All columns count as known to an attacker: none is held to be
harmless. What is left out is told, and is never itself a small number. (STAT-6; k = 11: reporting 4.1, 4.6)

What this does not do: everybody of a large group may still have the same value. A person approves it who knows that,
and who sees which extracts of the same years went out before.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import combinations, product

from .disclosure_control.tables import CountTable, Dimension, key_of
from .errors import RuleBroken

LEAST_K = 11
DRAWN = Fraction(4, 5)  # so that a total elsewhere cannot be taken from a total here
MOST_LEFT_OUT = Fraction(1, 10)  # rather a coarser column than more rows gone: those who are rare go first
MOST_COLUMNS = 6
MOST_YEARS = 10
MOST_IN_TABLES = 5
KINDS: Mapping[str, str] = {
    "tables": "Tables of every two columns",
    "rows": "Rows, each a person of those drawn by chance",
    "synthetic": "Synthetic rows, none of them a person; not for counts",
}
FETCHED_WITHIN = timedelta(days=7)
LONGEST_KEPT = timedelta(days=5 * 366)

STATES: Mapping[str, str] = {
    "asked": "Waits for approval",
    "declined": "Declined",
    "approved": "Approved, being made",
    "made": "Ready to be fetched",
    "too_few": "Too few people",
    "failed": "Nothing could be made",
    "fetched": "Fetched",
    "expired": "Not fetched in time",
    "ended": "Ended: no copy is left",
}


@dataclass(frozen=True, slots=True)
class Level:
    """A way to tell a column: in words, and what each value becomes."""

    words: str
    told: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column that may be asked for. Its levels go from fine to coarse; below the last it is left out."""

    key: str
    label: str
    levels: tuple[Level, ...]


def _same(value: str) -> str:
    return value


def _year(value: str) -> str:
    return value[:4]


def _grown(value: str) -> str:
    return {"a00_12": "minor", "a13_17": "minor", "unknown": "unknown"}.get(value, "adult")


def _two_genders(value: str) -> str:
    return value if value in {"female", "male"} else "another, or not known"


def _ended(value: str) -> str:
    return {"active": "open", "missing": "open", "unknown": "unknown"}.get(value, "ended")


def _as_told(words: str, *coarser: Level) -> tuple[Level, ...]:
    return (Level(words, _same), *coarser)


COLUMNS: Mapping[str, Column] = {
    one.key: one
    for one in (
        Column("region", "Region", _as_told("regions")),
        Column("quarter", "When service began", _as_told("quarters", Level("years", _year))),
        Column("status", "Status", _as_told("as determined")),
        Column("kind", "Kind of trafficking", _as_told("kinds")),
        Column("age", "Age", _as_told("five groups", Level("minor or adult", _grown))),
        Column("gender", "Gender", _as_told("as recorded", Level("female, male, another", _two_genders))),
        Column("relationship", "Relation to the trafficker", _as_told("as recorded")),
        Column("setting", "Where contact was made", _as_told("as recorded")),
        Column("source", "Who referred", _as_told("kinds of sources")),
        Column("standing", "New or continuing", _as_told("as counted")),
        Column("outcome", "How it stands", _as_told("groups of reasons", Level("open or ended", _ended))),
    )
}


class TooFew(RuleBroken):
    """So few people that no row of them may leave."""


@dataclass(frozen=True, slots=True)
class Extract:
    """What may leave, and what was done to it."""

    columns: tuple[str, ...]  # those that are in the file
    rows: tuple[tuple[str, ...], ...]  # in the order of their values, which tells nothing
    k: int
    drawn: int  # how many people were drawn
    left_out: int  # of these: nobody, or at least k
    levels: Mapping[str, str]  # of every column that was asked for: how it is told, or that it is left out
    shifted: Mapping[str, Fraction]  # of every column in the file: how far its shares moved, 0 to 1, in hundredths


LEFT_OUT = "left out"
ALL, MEASURE, HIDDEN = "all", "people", "*"


def check_asked(
    kind: str,
    columns: Sequence[str],
    first_year: int,
    last_year: int,
    *,
    ends: datetime,
    approval_ends: datetime,
    now: datetime,
) -> None:
    """Is this a request that somebody can approve? `ends`: when the last copy must be gone; `approval_ends`: until when
    the ethics approval holds. Raises RuleBroken.
    """
    if kind not in KINDS:
        raise RuleBroken("Choose what is needed from the list.")
    if kind == "tables" and not 2 <= len(columns) <= MOST_IN_TABLES:
        raise RuleBroken(f"Choose two to {MOST_IN_TABLES} columns for tables.")
    if not columns or len(set(columns)) != len(columns) or not set(columns) <= set(COLUMNS):
        raise RuleBroken("Choose columns from the list.")
    if len(columns) > MOST_COLUMNS:
        raise RuleBroken(f"Choose at most {MOST_COLUMNS} columns. With more, nearly every row would be left out.")
    if not first_year <= last_year < now.year:
        raise RuleBroken("Choose full years that are over.")
    if last_year - first_year >= MOST_YEARS:
        raise RuleBroken(f"Choose at most {MOST_YEARS} years.")
    if approval_ends <= now:
        raise RuleBroken("The ethics approval has ended. Ask for a new one first.")
    if ends <= now or ends > now + LONGEST_KEPT or ends > approval_ends:
        raise RuleBroken("Every copy must be gone before the ethics approval ends, and within five years.")


def check_may_decide(state: str, *, asked_by: str, by: str) -> None:
    """May this person approve or decline? Nobody approves what they asked for. Raises RuleBroken."""
    if state != "asked":
        raise RuleBroken(f"This request is “{STATES[state]}”. There is nothing to decide.")
    if not by or asked_by == by:
        raise RuleBroken("Somebody else approves it.")


def check_may_fetch(state: str, *, asked_by: str, by: str, expires_at: datetime | None, now: datetime) -> None:
    """May this person take the file away? Once, by who asked, within seven days. Raises RuleBroken."""
    if asked_by != by:
        raise RuleBroken("Only who asked for it fetches it.")
    if state == "fetched":
        raise RuleBroken("It was fetched. It is given out once; ask anew if it was lost.")
    if state != "made" or expires_at is None or now >= expires_at:
        raise RuleBroken(f"There is nothing to fetch: {STATES['expired' if state == 'made' else state].lower()}.")


def check_may_end(state: str) -> None:
    """May it be said that no copy is left? Raises RuleBroken."""
    if state != "fetched":
        raise RuleBroken("Nobody has a copy that could be destroyed.")


def drawn(people: Sequence[Mapping[str, str]], seed: bytes) -> list[Mapping[str, str]]:
    """Four in five of them by chance; the seed is a secret of the extract. The same seed draws the same."""
    chance = random.Random(seed)  # noqa: S311 - it must come out the same again; the seed is what is secret
    return chance.sample(list(people), int(len(people) * DRAWN))


def protected(people: Sequence[Mapping[str, str]], columns: Sequence[str], k: int) -> Extract:
    """The rows of these people, every combination of values belonging to at least k of them.

    Of all ways to tell the columns the one that loses least: each step of coarseness counts as its share of its column,
    a row that is left out as the whole row. No more than a tenth is left out. Raises TooFew, RuleBroken.
    """
    if k < LEAST_K:
        raise RuleBroken(f"No combination may belong to fewer than {LEAST_K} people.")
    chosen = [COLUMNS[key] for key in columns]
    fine = Counter(tuple(one.get(column.key, "unknown") for column in chosen) for one in people)
    ways = product(*(range(len(column.levels) + 1) for column in chosen))
    found = [
        (loss, left_out, way)
        for way in ways
        if any(level < len(column.levels) for level, column in zip(way, chosen, strict=True))
        and (judged := _judged(fine, chosen, way, k)) is not None
        for loss, left_out in (judged,)
    ]
    if not found:
        raise TooFew("There are too few people for these columns and years. Ask for fewer columns or more years.")
    _, left_out, way = min(found)
    return _told(fine, chosen, way, k, left_out)


def _judged(
    fine: Counter[tuple[str, ...]], chosen: Sequence[Column], way: Sequence[int], k: int
) -> tuple[Fraction, int] | None:
    """What is lost this way and how many rows are left out; None where it may not be taken."""
    groups = _groups(fine, chosen, way)
    many = sum(groups.values())
    left_out = _left_out(groups, k)
    if many - left_out < k or left_out > many * MOST_LEFT_OUT:
        return None
    coarse = sum(Fraction(level, len(column.levels)) for level, column in zip(way, chosen, strict=True))
    kept = Fraction(many - left_out, many)
    return kept * coarse / len(chosen) + (1 - kept), left_out


def _groups(fine: Counter[tuple[str, ...]], chosen: Sequence[Column], way: Sequence[int]) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for values, many in fine.items():
        found[_coarse(values, chosen, way)] += many
    return found


def _coarse(values: Sequence[str], chosen: Sequence[Column], way: Sequence[int]) -> tuple[str, ...]:
    return tuple(
        column.levels[level].told(value)
        for value, column, level in zip(values, chosen, way, strict=True)
        if level < len(column.levels)
    )


def _gone(groups: Counter[tuple[str, ...]], k: int) -> Iterator[tuple[str, ...]]:
    """The combinations that are left out: those of too few, and more, the smallest first, while the number of people
    left out would itself be small.
    """
    people = 0
    for values, many in sorted(groups.items(), key=lambda one: (one[1], one[0])):
        if many >= k and not 0 < people < k:
            return
        people += many
        yield values


def _left_out(groups: Counter[tuple[str, ...]], k: int) -> int:
    return sum(groups[values] for values in _gone(groups, k))


def _told(
    fine: Counter[tuple[str, ...]], chosen: Sequence[Column], way: Sequence[int], k: int, left_out: int
) -> Extract:
    groups = _groups(fine, chosen, way)
    gone = set(_gone(groups, k))
    kept = Counter({values: many for values, many in groups.items() if values not in gone})
    inside = [column for column, level in zip(chosen, way, strict=True) if level < len(column.levels)]
    return Extract(
        columns=tuple(column.key for column in inside),
        rows=tuple(values for values in sorted(kept) for _ in range(kept[values])),
        k=k,
        drawn=sum(groups.values()),
        left_out=left_out,
        levels={
            column.key: column.levels[level].words if level < len(column.levels) else LEFT_OUT
            for column, level in zip(chosen, way, strict=True)
        },
        shifted={column.key: _shifted(groups, kept, at) for at, column in enumerate(inside)},
    )


def _shifted(before: Counter[tuple[str, ...]], after: Counter[tuple[str, ...]], at: int) -> Fraction:
    """How far the shares of a column moved because rows were left out: half the sum of all differences."""
    shares: list[dict[str, Fraction]] = []
    for groups in (before, after):
        total, found = sum(groups.values()), Counter[str]()
        for values, many in groups.items():
            found[values[at]] += many
        shares.append({value: Fraction(many, total) for value, many in found.items()})
    old, new = shares
    moved = sum(
        (abs(old.get(one, Fraction()) - new.get(one, Fraction())) for one in old.keys() | new.keys()), Fraction()
    )
    return Fraction(round(moved / 2 * 100), 100)


def check_tables_beside(kind: str, first_year: int, last_year: int, told: Sequence[tuple[int, int]]) -> None:
    """May tables of these years be given beside tables of the years `told`? Of the same years they are protected
    together; of others that overlap, whoever holds both subtracts the years. Raises RuleBroken.
    """
    for first, last in told:
        if kind == "tables" and (first, last) != (first_year, last_year) and first <= last_year and last >= first_year:
            raise RuleBroken(f"Tables of {first} to {last} were approved. Ask for the same years, or for none of them.")


def pairs(
    people: Sequence[Mapping[str, str]], columns: Sequence[str], measure: str = MEASURE
) -> tuple[tuple[str, str, CountTable], ...]:
    """A table of every two columns, of everybody, for disclosure control as one question. Quarters are told as years.

    What stands for rows where few columns are enough: exact where it is told, no row of anybody, every hidden count
    audited. (reporting 7.5, instead of synthetic rows) Raises TooFew.
    """
    if len(people) < LEAST_K:
        raise TooFew("There are too few people for these years. Ask for more years.")
    values = {key: [_in_tables(key, one.get(key, "unknown")) for one in people] for key in columns}
    dimensions = {key: Dimension(key, ALL, {ALL: tuple(sorted(set(found)))}) for key, found in values.items()}
    return tuple(
        (
            first,
            second,
            CountTable(
                measure,
                (dimensions[first], dimensions[second]),
                Counter(zip(values[first], values[second], strict=True)),
            ),
        )
        for first, second in combinations(columns, 2)
    )


def table_lines(made: Sequence[tuple[str, str, CountTable]], shown: Mapping[str, int]) -> list[tuple[str, ...]]:
    """The tables as lines: two columns, a value of each ("" for all), the count or "*".

    A zero is told only where everybody of its two values is told, too: beside a hidden count it would tell what those
    few people are not.
    """
    lines = {}
    for first, second, table in made:
        for one, other in product(*([value for value, _ in it.walk()] for it in table.dimensions)):
            key = key_of(table.measure, table.dimensions, (one, other))
            if one == ALL and other == ALL:
                place = ("", "", "", "")
            elif other == ALL:
                place = (first, "", one, "")
            elif one == ALL:
                place = (second, "", other, "")
            else:
                place = (first, second, one, other)
            margins = [key_of(table.measure, table.dimensions, way) for way in ((one, ALL), (ALL, other))]
            is_told = key in shown and (shown[key] or all(margin in shown for margin in margins))
            lines[place] = str(shown[key]) if is_told else HIDDEN
    return [(*place, said) for place, said in sorted(lines.items())]


def _in_tables(key: str, value: str) -> str:
    return _year(value) if key == "quarter" else value


def smallest_group(extract: Extract) -> int:
    """How many people the rarest combination of the file belongs to. For the check before it is handed out."""
    return min(Counter(extract.rows).values())
