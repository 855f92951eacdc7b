"""Late responses by quarter, and what of their figures may stand in minutes."""

import itertools
import random
import re
from datetime import date

import pytest

from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.late_response import (
    LateFigures,
    Quarter,
    Travelling,
    check_may_take,
    for_minutes,
    numbers_left,
    quarter_named,
    quarter_of,
)

UP_TO = 12  # how far a reader tries, in the small worlds below


@pytest.mark.req("INT-11")
def test_a_quarter_begins_and_ends_and_only_its_own_name_names_it() -> None:
    assert [quarter_of(date(2026, month, 1)).number for month in range(1, 13)] == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]
    assert Quarter(2026, 4).next == Quarter(2027, 1)
    assert Quarter(2027, 1).before == Quarter(2026, 4)
    assert Quarter(2026, 2).first_day == date(2026, 4, 1)
    assert quarter_named("2026-q3") == Quarter(2026, 3)
    assert [quarter_named(text) for text in ("2026-q5", "26-q1", "2026-q1 ", "", "２０26-q1")] == [None] * 5


@pytest.mark.req("INT-11")
def test_a_quarter_is_taken_once_it_is_over() -> None:
    with pytest.raises(RuleBroken, match="not over"):
        check_may_take(Quarter(2026, 1), date(2026, 3, 31))
    check_may_take(Quarter(2026, 1), date(2026, 4, 1))


@pytest.mark.req("INT-11")
def test_figures_without_a_small_count_are_written_as_they_are() -> None:
    figures = LateFigures(61, (("not_located", 12), ("medical", 15), ("no_room", 0)), ((1, 27), (2, 0)))

    assert for_minutes(figures) == Travelling("61", "27", (("not_located", "12"), ("medical", "15")), ((1, "27"),))


@pytest.mark.req("INT-11", "STAT-3")
def test_a_small_count_is_not_written_and_neither_is_what_gives_it_away() -> None:
    figures = LateFigures(61, (("not_located", 15), ("medical", 4)), ((1, 19),))

    written = for_minutes(figures)

    assert written.responses == "61"
    assert written.late == "11 or more"  # with 19 the 4 could be reckoned
    assert written.by_cause == (("not_located", "15"), ("medical", "fewer than 11"))
    assert written.by_tier == ((1, "11 or more"),)
    # of two hidden causes nobody can tell which is the greater one
    both = for_minutes(LateFigures(24, (("not_located", 8), ("medical", 4)), ((1, 12),)))
    assert (both.late, both.by_tier) == ("12", ((1, "12"),))
    assert both.by_cause == (("not_located", "fewer than 11"), ("medical", "fewer than 11"))


@pytest.mark.req("INT-11", "STAT-3")
def test_a_quarter_with_hardly_any_response_says_only_that() -> None:
    assert for_minutes(LateFigures(9, (("medical", 4),), ((1, 4),))) == Travelling("fewer than 11")
    assert for_minutes(LateFigures(0, (), ())) == Travelling("none")
    # 13 of 14 late: "11 or more" would say that at most three were in time
    assert for_minutes(LateFigures(14, (("medical", 13),), ((1, 13),))) == Travelling("14")


@pytest.mark.req("INT-11", "STAT-3")
def test_the_causes_of_a_usual_quarter_are_named_without_their_counts() -> None:
    """Seven of 57 late: which causes there were is what the meeting is about."""
    figures = LateFigures(57, (("not_located", 4), ("medical", 2), ("", 1)), ((1, 5), (2, 2)))

    written = for_minutes(figures)

    assert (written.responses, written.late) == ("57", "fewer than 11")
    assert written.by_cause == (("not_located", "fewer than 11"), ("medical", "fewer than 11"), ("", "fewer than 11"))
    assert numbers_left(11) == 5
    # with eight causes, each could be little else than one: then none is named
    many = LateFigures(57, tuple((f"cause{place}", 1) for place in range(8)), ((1, 8),))
    assert (for_minutes(many).late, for_minutes(many).by_cause) == ("fewer than 11", ())


@pytest.mark.req("INT-11", "STAT-3")
def test_nobody_who_can_add_learns_a_small_count() -> None:
    """In two thousand small worlds every hidden count could still be half of the numbers below the threshold."""
    chance = random.Random(11)
    seen = set()
    for _ in range(2000):
        figures, threshold = _world(chance)
        written = for_minutes(figures, threshold)
        seen.add((bool(written.late), bool(written.by_cause), bool(written.by_tier)))
        wanted = set(range(1, threshold))
        for count, possible in _reckoned(figures, written, threshold):
            if 0 < count < threshold:
                assert len(possible & wanted) >= numbers_left(threshold), (figures, threshold, written)
    assert {(True, True, True), (True, False, False), (False, False, False)} <= seen


def _world(chance: random.Random) -> tuple[LateFigures, int]:
    threshold = chance.choice((3, 4, 5, 6))
    causes = [chance.choice((0, 1, 2, 3, 4, 5)) for _ in range(chance.choice((1, 2)))]
    late = sum(causes)
    first = chance.randint(0, late)
    return (
        LateFigures(
            late + chance.choice((0, 1, 3, 6)),
            tuple((f"cause{place}", count) for place, count in enumerate(causes)),
            ((1, first), (2, late - first)),
        ),
        threshold,
    )


def _numbers(said: str) -> list[int]:
    """Every number that a written figure may stand for; an empty one may stand for any."""
    if not said:
        return list(range(UP_TO + 9))
    if said == "none":
        return [0]
    number = int(re.findall(r"\d+", said)[0])
    if said.startswith("fewer"):
        return list(range(1, number))
    return list(range(number, UP_TO + 9)) if said.endswith("more") else [number]


def _reckoned(figures: LateFigures, written: Travelling, threshold: int) -> list[tuple[int, set[int]]]:
    """Each count with the numbers that it can be: every way to fill in what is written, tried one by one."""
    responses = set(_numbers(written.responses))
    causes = list(itertools.product(*(_numbers(said) for _, said in written.by_cause))) if written.by_cause else None
    tiers = list(itertools.product(*(_numbers(said) for _, said in written.by_tier))) if written.by_tier else None
    late = {
        number
        for number in _numbers(written.late)
        if any(number <= most for most in responses)
        and (causes is None or any(sum(one) == number for one in causes))
        and (tiers is None or any(sum(one) == number for one in tiers))
    }
    found = [
        (figures.responses, responses),
        (figures.late, late),
        (figures.responses - figures.late, {all_of - of for all_of in responses for of in late if of <= all_of}),
    ]
    for rows, ways in ((figures.by_cause, causes), (figures.by_tier, tiers)):
        counts = [count for _, count in rows if count]
        for place, count in enumerate(counts if ways is not None else []):
            found.append((count, {way[place] for way in ways or [] if sum(way) in late}))
    return found
