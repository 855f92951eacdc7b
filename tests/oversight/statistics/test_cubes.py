"""Closed quarters and years for the leaders of the state: fixed, counted once, and nothing small to be worked out."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from time import perf_counter

import pytest

from rightdoor.domain.disclosure_control.ledger import EarlierCell, EarlierRelease
from rightdoor.domain.disclosure_control.linked import linked_to
from rightdoor.oversight.statistics import cubes
from rightdoor.oversight.statistics.solver import Highs
from rightdoor.packs.read import load_pack

pytestmark = pytest.mark.req("STAT-3", "STAT-4")
PACK = load_pack(Path(__file__).parents[3] / "jurisdictions" / "example")
LEAST = PACK.statistics.small_count_threshold


def some(many: int, seed: int) -> Counter[cubes.Leaf]:
    """So many referrals of three regions. Seeded."""
    random = Random(seed)
    dims = cubes.dimensions(PACK)
    found: Counter[cubes.Leaf] = Counter()
    for _ in range(many):
        told = {
            "region": random.choices(("sierra", "llano", "ribera"), (6, 3, 1))[0],
            "area": random.choices(("alder", "cumbre", "sauce", ""), (6, 3, 1, 1))[0],
            "tier": random.choices(("1", "2", "3", "none"), (3, 4, 5, 0.3))[0],
            "response": random.choices(("met", "missed", "not_owed"), (7, 2, 1))[0],
            "source": random.choices(("school", "hospital", "court"), (7, 4, 0.2))[0],
            "way": random.choices(("planned", "staffed", "tiered", "reason-age", "undecided"), (8, 2, 1, 0.5, 0.2))[0],
            "ending": random.choices(("open", "no_case", "closed-completed"), (5, 2, 1))[0],
            "visit": random.choices(("first", "again"), (9, 1))[0],
        }
        found[cubes.leaf_of(told, dims)] += 1
    return found


def made(
    span: str, rows: Counter[cubes.Leaf], earlier: list[EarlierRelease], *, year: int = 0, detail: str = ""
) -> cubes.Made:
    return cubes.make(
        span,
        rows,
        PACK,
        Highs(),
        details=(detail,) if detail else (cubes.FINE, cubes.MIDDLE, cubes.COARSE) if year else (cubes.COARSE,),
        earlier=lambda keys, sums: list(linked_to(keys, sums, earlier)),
        sums=cubes.year_sums(year, cubes.dimensions(PACK), rows) if year else (),
        seconds=0,
        timer=perf_counter,
    )


@pytest.fixture(scope="module")
def whole_year() -> tuple[Counter[cubes.Leaf], list[cubes.Made], cubes.Made]:
    """Four quarters, then the year that they make, each joined with what was shown before."""
    rows: Counter[cubes.Leaf] = Counter()
    quarters: list[cubes.Made] = []
    for quarter in (1, 2, 3, 4):
        own = some(120, quarter)
        rows += own
        quarters.append(made(f"2024-Q{quarter}", own, [one.earlier for one in quarters]))
    return rows, quarters, made("2024", rows, [one.earlier for one in quarters], year=2024)


def test_a_quarter_is_closed_ninety_days_after_its_end_and_a_year_with_its_last_quarter() -> None:
    spans = cubes.closed_spans((2025, 1), datetime(2026, 3, 10, 15, tzinfo=UTC), PACK)
    assert spans == [(2025, 1), (2025, 2), (2025, 3)]
    spans = cubes.closed_spans((2025, 1), datetime(2026, 4, 1, 15, tzinfo=UTC), PACK)
    assert spans == [(2025, 1), (2025, 2), (2025, 3), (2025, 4), (2025, 0)]


def test_a_year_that_was_not_counted_from_its_beginning_is_no_year() -> None:
    spans = cubes.closed_spans((2025, 3), datetime(2027, 4, 1, 15, tzinfo=UTC), PACK)
    assert spans == [(2025, 3), (2025, 4), (2026, 1), (2026, 2), (2026, 3), (2026, 4), (2026, 0)]


def test_a_quarter_ends_where_the_next_one_begins() -> None:
    days = [cubes.span_of(2025, quarter, PACK) for quarter in (1, 2, 3, 4)]
    assert all(before.until == after.since for before, after in zip(days, days[1:], strict=False))
    year = cubes.span_of(2025, 0, PACK)
    assert (days[0].since, days[3].until) == (year.since, year.until)


def test_what_no_list_knows_any_more_is_counted_as_not_known() -> None:
    told = {
        "region": "gone",
        "tier": "9",
        "source": "",
        "way": "reason-gone",
        "ending": "closed-gone",
        "visit": "first",
    }
    leaf = cubes.leaf_of({**told, "response": "met"}, cubes.dimensions(PACK))
    assert (leaf.region, leaf.area, leaf.tier, leaf.source) == ("unknown", "unknown", "none", "unknown")
    assert (leaf.way, leaf.ending) == ("reason-unknown", "closed-unknown")


def test_rows_come_back_as_they_were_written() -> None:
    rows = some(50, 9)
    assert cubes.read(cubes.written(rows)) == rows


def test_no_small_count_is_printed(whole_year: tuple[Counter[cubes.Leaf], list[cubes.Made], cubes.Made]) -> None:
    _, quarters, year = whole_year
    for one in (*quarters, year):
        assert not [key for key, count in one.printed.items() if 0 < count < LEAST]
        assert one.certificate["for_release"] is True
        assert set(one.printed).isdisjoint(one.hidden)


def test_a_year_is_the_sum_of_its_quarters_and_protected_together_with_them(
    whole_year: tuple[Counter[cubes.Leaf], list[cubes.Made], cubes.Made],
) -> None:
    rows, quarters, year = whole_year
    top = f"2024 {cubes.WHAT}"
    assert year.printed[top] == sum(rows.values())
    assert set(year.problem.cells) >= {cell.key for one in quarters for cell in one.earlier.cells}
    for key, count in year.printed.items():
        parts = [one.printed.get(key.replace("2024", f"2024-Q{at}", 1)) for at, one in enumerate(quarters, start=1)]
        known = [part for part in parts if part is not None]
        if len(known) == 3:  # then the fourth could be worked out, and has to be one that may be known
            assert not 0 < count - sum(known) < LEAST


def test_shares_are_made_of_printed_counts_alone(
    whole_year: tuple[Counter[cubes.Leaf], list[cubes.Made], cubes.Made],
) -> None:
    _, _, year = whole_year
    by_name = {one.name: one for one in year.problem.figures}
    told = {name: text for name, text in year.figures.items() if text != "*"}
    assert told
    for name in told:
        assert {by_name[name].of, by_name[name].base} <= set(year.printed)


def test_nothing_is_shown_where_it_contradicts_what_was_published() -> None:
    printed = EarlierRelease("earlier", (EarlierCell(f"2024-Q1 {cubes.WHAT}", 7777, shown=True),))
    with pytest.raises(cubes.Refused, match="contradict"):
        made("2024-Q1", some(60, 1), [printed])


def test_a_quarter_of_which_nothing_was_shown_keeps_its_counts_when_the_year_is() -> None:
    dims = cubes.dimensions(PACK)
    own = {quarter: some(60, quarter) for quarter in (1, 2, 3, 4)}
    shown = [made(f"2024-Q{quarter}", own[quarter], []).earlier for quarter in (1, 2, 3)]
    hidden = cubes.all_hidden("2024-Q4", own[4], dims)
    rows = own[1] + own[2] + own[3] + own[4]
    found = made("2024", rows, [*shown, hidden], year=2024, detail=cubes.COARSE)
    last = {cell.key for cell in hidden.cells}
    assert last <= set(found.problem.cells)
    assert last.isdisjoint(found.printed)
    assert found.certificate["for_release"] is True


def test_no_zero_beside_a_hidden_number_tells_what_these_few_are() -> None:
    """Three of a region, all of whom had their answer in time: that none had it late is not told either."""
    dims = cubes.dimensions(PACK)
    usual = {"area": "alder", "tier": "1", "source": "court", "way": "planned", "ending": "open", "visit": "first"}
    rows: Counter[cubes.Leaf] = Counter()
    for region, response, many in (
        ("sierra", "met", 60), ("sierra", "missed", 30), ("llano", "met", 50), ("llano", "missed", 40),
        ("ribera", "met", 3),
    ):  # fmt: skip
        rows[cubes.leaf_of({**usual, "region": region, "response": response}, dims)] = many
    told = made("2024-Q1", rows, [])
    few = cubes.key("2024-Q1", dims, region="ribera")
    assert few in told.hidden
    assert not [one for one in told.printed if one.startswith("2024-Q1") and "region=ribera" in one]
    assert not [one for one, text in told.figures.items() if "region=ribera" in one and text != "*"]
    assert told.certificate["for_release"]
