"""Forms of funders: their lines in their order, every person where they ask, nothing collected that is not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.grant_report import Counts, check_asked, printed, problem_for, shares, span_of
from rightdoor.domain.submission.prosecution import DISPOSITIONS
from rightdoor.packs.check import faults
from rightdoor.packs.grant_forms import Disposed, htcds, nibrs, tims, voca
from rightdoor.packs.read import load_pack
from tests.packs.test_pack_faults import only, spoiled

FOLDER = Path(__file__).parents[2] / "jurisdictions"


@dataclass(frozen=True)
class Somebody:
    """An invented person."""

    status: str = "confirmed"
    kind: str = "sex"
    age: str = "a13_17"
    gender: str = "female"
    race: str = "not_asked"
    standing: str = "new"
    outcome: str = "active"
    services: frozenset[str] = frozenset()


def table(counts: Counts, code: str) -> dict[str, list[str]]:
    """One table as it is printed with nothing hidden: its lines and what stands in them."""
    rows = next(one["rows"] for one in printed(counts, ()) if one["code"] == code)
    assert isinstance(rows, list)
    return {one["label"]: list(one["cells"]) for one in rows}


@pytest.mark.req("STAT-5")
def test_the_published_snapshot_comes_out_with_its_headings() -> None:
    """118 grantees counted 8,375 clients, 5,090 of them new, 79 % adults. (LA8)"""
    minors = 1_759  # 21.0 %
    people = [Somebody(age="a18_24" if at >= minors else "a13_17") for at in range(8_375)]
    people = [replace(one, standing="new" if at < 5_090 else "continuing") for at, one in enumerate(people)]
    kinds = ("sex", "labor", "both", "unknown")
    genders = ("female", "male", "transgender", "another")
    people = [replace(one, kind=kinds[at % 4], gender=genders[at % 4]) for at, one in enumerate(people)]

    counts = tims(people)

    assert table(counts, "C") == {
        "All served": ["8,375", "100.0 %"],
        "New clients": ["5,090", "60.8 %"],
        "Continuing clients": ["3,285", "39.2 %"],
    }
    assert list(table(counts, "age")) == ["Adult", "Minor", "Without a code there"]
    assert table(counts, "age")["Adult"] == ["6,616", "79.0 %"]
    assert table(counts, "age")["Minor"] == ["1,759", "21.0 %"]
    assert list(table(counts, "trafficking")) == ["Sex", "Labor", "Sex and labor", "Uncertain"]
    assert list(table(counts, "gender")) == ["Female", "Male", "Transgender", "Without a code there"]


@pytest.mark.req("STAT-5")
def test_who_people_are_counts_the_new_ones_and_the_rest_everybody() -> None:
    people = [
        Somebody(gender="transgender"),
        Somebody(gender="declined", age="unknown", kind="both"),
        Somebody(standing="continuing", kind="labor", services=frozenset({"housing", "victim_advocacy"})),
        Somebody(standing="continuing", kind="unknown", services=frozenset({"emergency_shelter", "food"})),
        Somebody(status="not_trafficking"),
    ]

    counts = voca(people)

    assert table(counts, "P") == {"All served": ["4"], "New individuals": ["2"], "Served before": ["2"]}
    assert table(counts, "race")["Not Tracked"] == ["2"]
    assert {key: said for key, said in table(counts, "gender").items() if said != ["0"]} == {
        "Other": ["1"],
        "Not Reported": ["1"],
    }
    assert list(table(counts, "age")) == [
        "0-12",
        "13-17",
        "18-24",
        "25-59",
        "60 and older",
        "Not Reported",
        "Not Tracked",
    ]
    victims = table(counts, "V")
    assert victims["Human Trafficking: Labor"] == victims["Human Trafficking: Sex"] == ["2"]
    assert victims["Multiple victimizations"] == ["1"]
    assert victims["Every other kind of victimization"] == ["-"]
    assert {said[0] for said in table(counts, "S").values()} == {"-"}
    assert [table(counts, one)["Individuals served"] for one in "ABCDE"] == [["0"], ["1"], ["0"], ["2"], ["0"]]
    assert table(counts, "B")["Number of times, line by line"] == ["-"]
    assert table(counts, "X")["Individuals served"] == ["1"]


@pytest.mark.req("STAT-5")
def test_the_words_of_the_standard_are_used_for_totals() -> None:
    people = [
        Somebody(kind="both"),
        Somebody(status="suspected", kind="labor", outcome="completed"),
        Somebody(status="not_trafficking", kind="unknown", outcome="not_a_victim"),
        Somebody(status="unknown", outcome="unknown"),
    ]

    counts = htcds(people)

    assert table(counts, "TS") == {"Actual": ["1"], "Possible": ["1"], "Not a victim": ["1"], "blank": ["1"]}
    assert table(counts, "TE") == {"SexualExploitation": ["2"], "ForcedLabour": ["2"], "blank": ["1"]}
    assert table(counts, "CS") == {
        "Active": ["1"], "Closed": ["2"], "blank": ["1"], "FollowUp": ["-"], "ClosedReferred": ["-"],
    }  # fmt: skip


@pytest.mark.req("STAT-5")
def test_arrests_stand_beside_the_offense_of_their_law() -> None:
    pack = load_pack(FOLDER / "louisiana")
    disposed = [
        Disposed("64A", "convicted"),
        Disposed("64B", "dismissed"),
        Disposed("40C", "pending"),
        Disposed("", "diverted"),
    ]

    counts = nibrs(pack, {"rs-14-46-2": 5, "other": 2}, disposed, DISPOSITIONS)

    assert {key: said for key, said in table(counts, "D").items() if said != ["0"]} == {
        "All": ["4"], "64A": ["1"], "64B": ["1"], "40C": ["1"], "U": ["1"],
    }  # fmt: skip
    assert table(counts, "T")["All"] == ["2"]
    arrests = table(counts, "A")
    assert arrests["La. R.S. 14:46.2, human trafficking (64A or 64B)"] == ["5"]
    assert arrests["La. R.S. 14:46.3, trafficking of children for sexual purposes (64A)"] == ["0"]
    assert arrests["Another law (no code settled)"] == ["2"]


@pytest.mark.req("STAT-5")
def test_every_count_adds_up() -> None:
    people = [Somebody(kind=kind, age=age) for kind in ("sex", "labor", "both", "unknown") for age in ("a00_12", "a60")]
    for counts in (
        voca(people),
        tims(people),
        htcds(people),
        nibrs(load_pack(FOLDER / "example"), {}, [], DISPOSITIONS),
    ):
        problem = problem_for("counts", counts)  # raises Unsound where a sum does not hold
        assert set(problem.cells) == set(counts.cells)
        lines = [line.cell for one in counts.tables for line in one.lines if line.cell]
        assert set(lines) <= set(counts.cells)
        codes = [one.code for one in counts.tables]
        assert len(set(codes)) == len(codes)


@pytest.mark.req("STAT-5")
def test_a_hidden_count_takes_its_share_along() -> None:
    counts = tims([Somebody(age="a18_24")] * 30 + [Somebody()] * 4)

    rows = next(one["rows"] for one in printed(counts, {"served|tims age=Minor"}) if one["code"] == "age")

    assert isinstance(rows, list)
    assert [one["cells"] for one in rows if one["label"] == "Minor"] == [["*", "*"]]
    assert shares({"a": 1, "b": 8}, "a", "b") == "12.5 %"
    assert shares({"a": 1, "b": 16}, "a", "b") == "6.3 %"  # half away from zero
    assert shares({"a": 1}, "a", "b") == ""


@pytest.mark.req("STAT-5")
def test_a_span_is_one_that_the_form_asks_for() -> None:
    assert span_of("voca", 2025, "q4") == (date(2025, 10, 1), date(2025, 12, 31))
    assert span_of("tims", 2024, "h1") == (date(2024, 1, 1), date(2024, 6, 30))
    for form, part in (("voca", "h1"), ("tims", "year"), ("weather", "q1")):
        with pytest.raises(RuleBroken):
            span_of(form, 2025, part)


@pytest.mark.req("STAT-5")
def test_exact_counts_need_the_law_that_asks_for_them() -> None:
    def asked(form: str, *, exact: bool, ground: str = "", to: str = "Invented Office", until: int = 1) -> None:
        check_asked(form, date(2026, 1, until), is_exact=exact, ground=ground, recipient=to, today=date(2026, 1, 2))

    asked("voca", exact=True, ground="voca")
    asked("htcds", exact=False)
    for form, exact, ground, to, until in (
        ("voca", True, "", "Invented Office", 1),
        ("voca", True, "tvpa", "Invented Office", 1),
        ("htcds", True, "voca", "Invented Office", 1),
        ("voca", False, "voca", "Invented Office", 1),
        ("voca", False, "", " ", 1),
        ("voca", False, "", "Invented Office", 2),
        ("weather", False, "", "Invented Office", 1),
    ):
        with pytest.raises(RuleBroken):
            asked(form, exact=exact, ground=ground, to=to, until=until)


@pytest.mark.req("STAT-5")
@pytest.mark.parametrize(
    ("old", "new", "key", "sentence"),
    [
        ("{charge: alt-7-101", "{charge: alt-9", "offenses[alt-9].charge", "no charge"),
        ("nibrs: [64A, 64B]", "nibrs: [99Z]", "offenses[alt-7-101].nibrs", "no offense"),
    ],
)
def test_an_offense_that_nobody_knows_is_refused(tmp_path: Path, old: str, new: str, key: str, sentence: str) -> None:
    assert sentence in only(faults(spoiled(tmp_path, "statistics.yaml", old, new)), "statistics.yaml", key).sentence
