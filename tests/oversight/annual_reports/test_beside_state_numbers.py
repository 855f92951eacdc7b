"""The report beside the state's numbers of the same year: the same referrals, so what either tells, both tell."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from rightdoor.domain.annual_report.beside import among_the_state, twin_of
from rightdoor.domain.annual_report.building import Built, build, find_pattern
from rightdoor.domain.annual_report.inputs import earlier_tree
from rightdoor.domain.disclosure_control.ledger import EarlierRelease, with_ledger
from rightdoor.domain.disclosure_control.linked import linked_to
from rightdoor.oversight.exports import making
from rightdoor.oversight.statistics import cubes
from rightdoor.oversight.statistics.solver import Highs
from rightdoor.packs.read import load_pack
from tests.domain.annual_years import inputs

pytestmark = pytest.mark.req("STAT-3", "STAT-4")
PACK = load_pack(Path(__file__).parents[3] / "jurisdictions" / "example")
SOURCES = {"few": 3, "one": 25, "other": 25, "many": 40, "most": 60}
MERGES = ("outside", "performance", "justice")


def cube(jitter: bytes, earlier: list[EarlierRelease]) -> cubes.Made:
    dims = cubes.dimensions(PACK)
    usual = {"region": "sierra", "area": "alder", "tier": "1", "response": "met", "way": "planned", "ending": "open",
             "visit": "first"}  # fmt: skip
    sources = [one for one in dims["source"].leaves() if one != "unknown"]
    rows = Counter(
        {
            cubes.leaf_of({**usual, "source": name}, dims): many
            for name, many in zip(sources, SOURCES.values(), strict=False)
        }
    )
    return cubes.make(
        "2025",
        rows,
        PACK,
        Highs(),
        details=(cubes.COARSE,),
        earlier=lambda keys, sums: list(linked_to(keys, sums, earlier, among_the_state)),
        seconds=3.0,
        timer=perf_counter,
        jitter_key=jitter,
    )


def report(jitter: str, earlier: list[EarlierRelease]) -> Built:
    lists: dict[str, Any] = inputs()["lists"]
    sources = [one for one in cubes.dimensions(PACK)["source"].leaves() if one != "unknown"][: len(SOURCES)]
    lists = lists | {"source": {"number": 1, "codes": [[it, it.title(), ""] for it in sources]}}
    least = PACK.statistics.small_count_threshold
    year = inputs(threshold=least, jitter=jitter, lists=lists, earlier=earlier_tree(earlier))
    year["crosses"]["sources"] = [[[it], many, {}] for it, many in zip(sources, SOURCES.values(), strict=True)]
    return build(year, MERGES, find_pattern(year, MERGES, Highs(), seconds=20, timer=lambda: 0.0), Highs())


def told(report: EarlierRelease) -> set[str]:
    shown = [one.key for one in report.cells if one.shown and one.count]
    return {key.rpartition("|source=")[2] for key in shown if "|source=" in key}


def left_hidden(first: EarlierRelease, second: EarlierRelease) -> int:
    """Of the sources that somebody came from those that neither tells."""
    names = {one.key.rpartition("|source=")[2] for one in first.cells if one.count and "|source=" in one.key}
    return len(names - told(first) - told(second))


@pytest.mark.parametrize("jitter", ["1", "3"])
def test_a_report_after_the_state_s_numbers_hides_what_they_hid(jitter: str) -> None:
    before = cube(jitter.encode(), []).earlier
    assert left_hidden(before, report(f"r{jitter}", [before]).release) >= 2


@pytest.mark.parametrize("jitter", ["1", "3"])
def test_the_state_s_numbers_after_a_report_hide_what_it_hid(jitter: str) -> None:
    before = report(f"r{jitter}", []).release
    assert left_hidden(before, cube(jitter.encode(), [before]).earlier) >= 2


def test_a_year_with_a_quarter_that_was_refused_can_be_held_against_what_comes_later() -> None:
    dims = cubes.dimensions(PACK)
    usual = {"region": "sierra", "area": "alder", "tier": "1", "response": "met", "source": "court", "way": "planned",
             "ending": "open", "visit": "first"}  # fmt: skip
    rows = Counter({cubes.leaf_of(usual, dims): 200})
    quarters = [rows, Counter[cubes.Leaf](), Counter[cubes.Leaf](), Counter[cubes.Leaf]()]
    hidden = [cubes.all_hidden(f"2025-Q{at}", one, dims) for at, one in enumerate(quarters, start=1)]
    entry = cubes.make(
        "2025",
        rows,
        PACK,
        Highs(),
        details=(cubes.COARSE,),
        earlier=lambda keys, sums: hidden,
        sums=cubes.year_sums(2025, dims, rows),
        seconds=3.0,
        timer=perf_counter,
    ).earlier
    assert with_ledger("later", [], [], [entry]).cells  # every count that a sum of it names is there


@pytest.mark.parametrize(
    ("key", "twin"),
    [
        ("2025 referrals", "2025 referrals at 90 days"),
        ("2025 corrected 2 referrals|source=court", "2025 referrals at 90 days|source=court"),
        ("2025 decisions|decision=not-age", "2025 referrals at 90 days|way=reason-age"),
        ("2025 R4|region=r:sierra|result=met", "2025 referrals at 90 days|region=sierra|response=met"),
        ("2025 R2|result=counted", "2025 referrals at 90 days|response=owed|tier=2"),
        ("2025 R2|result=pending", ""),
        ("2025 R1|region=r:sierra", ""),
        ("2025 persons|region=r:sierra", ""),
        ("2025 referrals at 90 days|source=court", ""),
    ],
)
def test_only_what_counts_the_same_referrals_is_held_to_be_the_same(key: str, twin: str) -> None:
    assert among_the_state(key) == twin


@pytest.mark.parametrize(
    ("key", "twin"),
    [
        ("2025 corrected 2 persons", "2025 to 2025 people"),
        ("2025 persons|kind=sex|region=r:sierra", "2025 to 2025 people|kind=sex|region=sierra"),
        ("2025 persons|age=a13_17|in_status=confirmed", "2025 to 2025 people|age=a13_17|status=confirmed"),
        ("2025 persons|age=juvenile", ""),
        ("2025 provider-persons|kind=sex", ""),
        ("2025 persons|services=housing", ""),
    ],
)
def test_persons_of_the_platform_are_those_of_tables_for_research(key: str, twin: str) -> None:
    assert twin_of(key) == twin


@pytest.mark.req("STAT-6")
@pytest.mark.parametrize("jitter", ["2", "4"])
def test_tables_for_research_hide_what_the_report_hid(jitter: str) -> None:
    """Three of a kind, and two other kinds of equally many: the report hides one beside them, and so do the tables."""
    kinds = {"both": 3, "labor": 25, "unknown": 25, "sex": 60}
    year = inputs(jitter=jitter)
    year["crosses"] = {name: cross for name, cross in year["crosses"].items() if not name.startswith("in_")}
    told = list(kinds.items())
    year["crosses"]["in_kind_status"] = [[[kind, "confirmed"], many, {}] for kind, many in told]
    year["crosses"]["in_region_kind"] = [[["north", kind], many, {}] for kind, many in told]
    for name, codes in (
        ("in_age_status", ["a13_17", "confirmed"]), ("in_gender_age", ["female", "a13_17"]),
        ("in_region_age", ["north", "a13_17"]), ("in_outcome_age", ["active", "a13_17"]), ("in_standing", ["new"]),
    ):  # fmt: skip
        year["crosses"][name] = [[codes, sum(kinds.values()), {}]]
    merges = ("outside", "performance", "justice", "referrals", "services")
    first = build(year, merges, find_pattern(year, merges, Highs(), seconds=20, timer=lambda: 0.0), Highs()).release
    people = [{"kind": kind, "age": "a13_17"} for kind, many in told for _ in range(many)]
    tables = making.tables_of(
        people,
        ["kind", "age"],
        11,
        years=(2025, 2025),
        earlier=lambda keys, sums: list(linked_to(keys, sums, [first], twin_of)),
    )[2]
    keys = {one.key for report in (first, tables) for one in report.cells if one.shown}
    hidden = {it for it in kinds if not {f"2025 persons|kind={it}", f"2025 to 2025 people|kind={it}"} & keys}
    assert len(hidden) >= 2
