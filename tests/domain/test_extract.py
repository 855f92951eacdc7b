"""Rows for research: every combination belongs to k people, what is left out is told, and nobody approves their own."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from rightdoor.domain import extract
from rightdoor.domain.disclosure_control.tables import joined
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.extract import (
    COLUMNS,
    LEFT_OUT,
    MOST_LEFT_OUT,
    TooFew,
    check_asked,
    check_may_decide,
    check_may_end,
    check_may_fetch,
    drawn,
    pairs,
    protected,
    smallest_group,
    table_lines,
)

NOW = datetime(2026, 3, 10, 15, tzinfo=UTC)


def people(many: int, seed: int) -> list[dict[str, str]]:
    """Invented people of a state's size, most of them girls of some regions, a few rare."""
    chance = random.Random(seed)
    return [
        {
            "region": f"region{min(int(chance.expovariate(0.4)), 9)}",
            "quarter": f"202{chance.randint(3, 5)} Q{chance.randint(1, 4)}",
            "age": chance.choices(("a00_12", "a13_17", "a18_24", "unknown"), (10, 75, 12, 3))[0],
            "gender": chance.choices(("female", "male", "transgender", "not_asked"), (80, 15, 2, 3))[0],
            "kind": chance.choices(("sex", "labor", "both", "unknown"), (85, 5, 4, 6))[0],
            "outcome": chance.choices(("active", "missing", "completed", "declined"), (50, 3, 40, 7))[0],
        }
        for _ in range(many)
    ]


@pytest.mark.req("STAT-6")
@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(
    "columns", [("age",), ("region", "age", "gender"), ("region", "quarter", "age", "kind", "outcome")]
)
def test_every_combination_belongs_to_at_least_k(seed: int, columns: tuple[str, ...]) -> None:
    made = protected(people(900, seed), columns, 11)

    assert min(Counter(made.rows).values()) >= 11
    assert smallest_group(made) >= 11
    assert len(made.rows) + made.left_out == made.drawn == 900
    assert made.left_out == 0 or made.left_out >= 11
    assert made.left_out <= 900 * MOST_LEFT_OUT
    assert set(made.levels) == set(columns)
    assert made.columns == tuple(one for one in columns if made.levels[one] != LEFT_OUT)
    assert list(made.rows) == sorted(made.rows)


@pytest.mark.req("STAT-6")
def test_a_column_is_told_coarsely_rather_than_many_rows_left_out() -> None:
    some = [{"age": f"a{at}"} for at in ("00_12", "13_17") for _ in range(8)]
    some += [{"age": "a18_24"}] * 9 + [{"age": "a25_59"}] * 9

    made = protected(some, ("age",), 11)

    assert made.levels == {"age": "minor or adult"}
    assert Counter(made.rows) == {("minor",): 16, ("adult",): 18}


@pytest.mark.req("STAT-6")
def test_how_many_are_left_out_is_never_small_itself() -> None:
    some = [{"status": "confirmed"}] * 200 + [{"status": "suspected"}] * 12 + [{"status": "unknown"}] * 3

    made = protected(some, ("status",), 11)

    assert Counter(made.rows) == {("confirmed",): 200}
    assert made.left_out == 15
    assert float(made.shifted["status"]) == pytest.approx(15 / 215, abs=0.005)


@pytest.mark.req("STAT-6")
def test_rows_that_need_no_change_are_given_as_they_are() -> None:
    some = [{"kind": "sex"}] * 30 + [{"kind": "labor"}] * 11

    made = protected(some, ("kind",), 11)

    assert (made.left_out, made.levels, made.shifted) == (0, {"kind": "kinds"}, {"kind": Fraction()})
    assert Counter(made.rows) == {("sex",): 30, ("labor",): 11}


@pytest.mark.req("STAT-6")
def test_too_few_people_give_nothing() -> None:
    with pytest.raises(TooFew):
        protected([{"kind": "sex"}] * 10, ("kind",), 11)
    with pytest.raises(TooFew):
        protected([], ("kind",), 11)


@pytest.mark.req("STAT-6")
def test_nobody_asks_for_less_than_eleven() -> None:
    with pytest.raises(RuleBroken, match="fewer than 11"):
        protected([{"kind": "sex"}] * 100, ("kind",), 10)


@pytest.mark.req("STAT-6")
def test_four_in_five_are_drawn_and_the_same_seed_draws_the_same() -> None:
    some = people(100, 1)

    assert len(drawn(some, b"one")) == 80
    assert drawn(some, b"one") == drawn(some, b"one")
    assert drawn(some, b"one") != drawn(some, b"two")


@pytest.mark.req("STAT-6")
def test_no_column_is_finer_than_a_quarter_and_none_names_anybody() -> None:
    assert set(COLUMNS) == {
        "region", "quarter", "status", "kind", "age", "gender", "relationship", "setting", "source", "standing",
        "outcome",
    }  # fmt: skip
    assert [one.told("2025 Q3") for one in COLUMNS["quarter"].levels] == ["2025 Q3", "2025"]


@pytest.mark.req("STAT-6")
def test_tables_of_every_two_columns_share_their_margins_and_tell_no_hidden_count() -> None:
    some = people(300, 3)
    made = pairs(some, ("region", "quarter", "age"))
    cells, _ = joined([one for _, _, one in made])  # raises where two tables contradict each other

    assert [(first, second) for first, second, _ in made] == [
        ("region", "quarter"), ("region", "age"), ("quarter", "age"),
    ]  # fmt: skip
    shown = {one.key: one.count for one in cells if one.count >= 11}
    lines = table_lines(made, shown)

    assert ("", "", "", "", "300") in lines
    assert all(int(one[4]) >= 11 for one in lines if one[4] != "*")
    assert {one[2] for one in lines if one[0] == "quarter"} == {"2023", "2024", "2025"}  # quarters as years
    minors = sum(one["age"] == "a13_17" for one in some)
    assert ("age", "", "a13_17", "", str(minors)) in lines
    assert len(lines) == len(cells)


@pytest.mark.req("STAT-6")
def test_a_zero_beside_a_hidden_count_is_not_told() -> None:
    some = [{"age": "a13_17", "kind": "sex"}] * 40 + [{"age": "a18_24", "kind": "labor"}] * 40
    some += [{"age": "a00_12", "kind": "sex"}] * 4  # what the four are not would tell what all of them are
    made = pairs(some, ("age", "kind"))
    cells, _ = joined([one for _, _, one in made])

    told = {
        one[:4]: one[4] for one in table_lines(made, {one.key: one.count for one in cells if not 0 < one.count < 11})
    }

    assert told["age", "kind", "a00_12", "sex"] == told["age", "kind", "a00_12", "labor"] == "*"
    assert told["age", "kind", "a13_17", "labor"] == "0"


@pytest.mark.req("STAT-6")
def test_tables_of_too_few_people_are_not_made() -> None:
    with pytest.raises(TooFew):
        pairs(people(10, 1), ("region", "age"))


ASKED: dict[str, Any] = {
    "kind": "rows",
    "columns": ("age", "kind"),
    "first_year": 2024,
    "last_year": 2025,
    "ends": NOW + timedelta(days=300),
    "approval_ends": NOW + timedelta(days=365),
    "now": NOW,
}


@pytest.mark.req("STAT-6")
@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"kind": "names"}, "Choose what is needed"),
        ({"kind": "tables", "columns": ("age",)}, "two to 5"),
        ({"kind": "tables", "columns": tuple(COLUMNS)[:6]}, "two to 5"),
        ({"columns": ()}, "from the list"),
        ({"columns": ("age", "age")}, "from the list"),
        ({"columns": ("age", "name")}, "from the list"),
        ({"columns": tuple(COLUMNS)[:7]}, "at most 6"),
        ({"last_year": 2026}, "over"),
        ({"first_year": 2025, "last_year": 2024}, "over"),
        ({"first_year": 2014}, "at most 10"),
        ({"approval_ends": NOW}, "approval has ended"),
        ({"ends": NOW}, "Every copy"),
        ({"ends": NOW + timedelta(days=366)}, "Every copy"),
    ],
)
def test_a_request_that_nobody_could_approve_is_refused(changed: dict[str, Any], says: str) -> None:
    check_asked(**ASKED)
    with pytest.raises(RuleBroken, match=says):
        check_asked(**{**ASKED, **changed})


@pytest.mark.req("STAT-6")
def test_nobody_approves_what_they_asked_for() -> None:
    check_may_decide("asked", asked_by="A", by="B")
    with pytest.raises(RuleBroken, match="Somebody else"):
        check_may_decide("asked", asked_by="A", by="A")
    with pytest.raises(RuleBroken, match="nothing to decide"):
        check_may_decide("declined", asked_by="A", by="B")


@pytest.mark.req("STAT-6")
def test_it_is_fetched_once_in_time_by_who_asked() -> None:
    later = NOW + extract.FETCHED_WITHIN
    check_may_fetch("made", asked_by="A", by="A", expires_at=later, now=NOW)
    for state, by, now, says in (
        ("made", "B", NOW, "Only who asked"),
        ("made", "A", later, "not fetched in time"),
        ("fetched", "A", NOW, "given out once"),
        ("asked", "A", NOW, "waits for approval"),
    ):
        with pytest.raises(RuleBroken, match=says):
            check_may_fetch(state, asked_by="A", by=by, expires_at=later, now=now)
    check_may_end("fetched")
    with pytest.raises(RuleBroken):
        check_may_end("made")
