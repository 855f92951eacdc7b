"""Totals that may stand in minutes: in ranges or exactly, of a whole or by themselves, never a small count."""

import itertools
import random
from fractions import Fraction

import pytest

from rightdoor.domain.measures.trends import CAREFULLY, careful_change, change_between
from rightdoor.domain.small_counts import MANY, Totals, Written, numbers_left, span_of, written

UP_TO = 24  # how far a reader tries, in the small worlds below


@pytest.mark.req("STAT-7", "STAT-3")
@pytest.mark.parametrize(
    ("totals", "threshold", "step", "expected"),
    [
        # in ranges, on a grid that does not move with the threshold
        (Totals(61, 27, (("report", 13), ("refer", 14))), 11, 10,
         Written("61 to 70", "21 to 30", (("report", "11 to 20"), ("refer", "11 to 20")))),
        (Totals(40, 19), 16, 10, Written("31 to 40", "16 to 20")),
        # of a range alone nobody can tell that three were without
        (Totals(30, 27), 11, 10, Written("21 to 30", "21 to 30")),
        (Totals(30, 27), 11, 1, Written("30", "11 or more")),
        (Totals(14, 13), 11, 1, Written("14")),
        (Totals(9, 4, (("report", 4),)), 11, 10, Written("fewer than 11")),
        (Totals(0, 0), 11, 10, Written("none")),
        (Totals(40, 0), 11, 10, Written("31 to 40", "none")),
        # without a whole
        (Totals(None, 4, (("completed", 4),)), 11, 1, Written("", "fewer than 11")),
        (Totals(None, 0), 11, 1, Written("", "none")),
        (Totals(None, 24, (("completed", 24),), (("short", 12), ("long", 12))), 11, 1,
         Written("", "24", (("completed", "24"),), (("short", "12"), ("long", "12")))),
        (Totals(None, 19, (("completed", 15), ("other", 4))), 11, 1,
         Written("", "11 or more", (("completed", "15"), ("other", "fewer than 11")))),
    ],
)  # fmt: skip
def test_what_may_stand_in_minutes(totals: Totals, threshold: int, step: int, expected: Written) -> None:
    assert written(totals, threshold, step) == expected


@pytest.mark.req("STAT-7", "STAT-3")
@pytest.mark.parametrize("step", [1, 3])
def test_nobody_who_can_add_learns_a_small_count(step: int) -> None:
    """In small worlds every hidden count could still be half of the numbers below the threshold, whatever is tried."""
    chance = random.Random(f"small counts {step}")
    seen = set()
    for _ in range(400):
        threshold = chance.choice((3, 4, 5, 6))
        first = tuple((f"f{at}", chance.choice((0, 1, 2, 4, 6, 7))) for at in range(chance.choice((1, 2))))
        part = sum(count for _, count in first)
        one = chance.randint(0, part)
        whole = None if chance.random() < 0.5 else part + chance.choice((0, 1, 3, 6))
        totals = Totals(whole, part, first, (("a", one), ("b", part - one)))
        said = written(totals, threshold, step)
        seen.add((whole is None, bool(said.part), bool(said.first), bool(said.second)))
        wanted = set(range(1, threshold))
        for count, possible in _reckoned(totals, said):
            if 0 < count < threshold:
                assert len(possible & wanted) >= numbers_left(threshold), (totals, threshold, said)
    assert {(False, True, True, True), (True, True, True, True), (False, False, False, False)} <= seen


@pytest.mark.req("STAT-7")
@pytest.mark.parametrize(
    ("said", "span"),
    [
        ("none", (0, 0)), ("12", (12, 12)), ("fewer than 11", (1, 10)), ("11 or more", (11, None)),
        ("21 to 30", (21, 30)), ("", None), ("12 or so", None), ("12\n", None),
    ],
)  # fmt: skip
def test_a_written_figure_tells_so_much_and_no_more(said: str, span: object) -> None:
    assert span_of(said) == span


@pytest.mark.req("STAT-7")
@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("11 to 20", "41 to 50", "more"),
        ("41 to 50", "11 to 20", "fewer"),
        ("11 to 20", "21 to 30", "unclear"),  # 20 and 21 may be what they were
        ("fewer than 11", "fewer than 11", "unclear"),
        ("fewer than 11", "31 to 40", "more"),
        ("31 to 40", "none", "fewer"),
        ("11 or more", "200", "unclear"),
        ("200", "11 or more", "unclear"),
        ("100", "160", "more"),
        ("none", "fewer than 11", "new"),
        ("none", "none", None),
        ("", "12", None),
    ],
)
def test_a_change_is_told_only_where_the_nearest_counts_would_still_make_one(before, after, expected) -> None:
    assert careful_change(span_of(before), span_of(after)) == expected
    assert expected is None or CAREFULLY[expected]


@pytest.mark.req("STAT-7")
def test_no_change_is_told_that_any_count_behind_the_figures_would_not_make() -> None:
    spans = [(0, 0), (1, 10), (11, 20), (21, 30), (41, 50)]
    for before, after in itertools.product(spans, spans):
        told = careful_change(before, after)
        if told in ("more", "fewer"):
            directions = {
                change_between(old, new, spans=(Fraction(1), Fraction(1))).direction for old in before for new in after
            }
            assert directions == {"rise" if told == "more" else "fall"}, (before, after)


def _numbers(said: str) -> list[int]:
    """Every number that a written figure may stand for; an empty one may stand for any."""
    low, high = span_of(said) or (0, None)
    return list(range(low, min(MANY if high is None else high, UP_TO) + 1))


def _reckoned(totals: Totals, said: Written) -> list[tuple[int, set[int]]]:
    """Each count with the numbers that it can be: every way to fill in what is written, tried one by one."""
    wholes = set(_numbers(said.whole))
    lists = [
        (counted, list(itertools.product(*(_numbers(figure) for _, figure in rows))))
        for counted, rows in ((totals.first, said.first), (totals.second, said.second))
        if rows
    ]
    sums = [{sum(way) for way in ways} for _, ways in lists]
    parts = {
        number
        for number in _numbers(said.part)
        if any(number <= most for most in wholes) and all(number in each for each in sums)
    }
    found = [(totals.part, parts)]
    if totals.whole is not None:
        found.append((totals.whole, {each for each in wholes if any(part <= each for part in parts)}))
        found.append((totals.whole - totals.part, {each - part for each in wholes for part in parts if part <= each}))
    for counted, ways in lists:
        right = [way for way in ways if sum(way) in parts]
        for place, (_, count) in enumerate(row for row in counted if row[1]):
            found.append((count, {way[place] for way in right}))
    return found
