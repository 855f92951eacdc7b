"""Which counts are small, which tables hang together, what figures may be printed. No solver is asked."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rightdoor.domain.disclosure_control.cell_key import Noise, cell_key, perturbed
from rightdoor.domain.disclosure_control.figures import in_words, may_summarise, one_decimal, worked_out
from rightdoor.domain.disclosure_control.groups import telling_rows
from rightdoor.domain.disclosure_control.ledger import Difference, EarlierCell, EarlierRelease, with_ledger
from rightdoor.domain.disclosure_control.primary import Rule, primary_cells, printed_too_early
from rightdoor.domain.disclosure_control.problem import Cell, Figure, Showing, Sum, Unsound, problem_of
from rightdoor.domain.disclosure_control.protection import Room, room_for
from rightdoor.domain.disclosure_control.reading import printed_by
from rightdoor.domain.disclosure_control.tables import CountTable, Dimension, cells_and_sums, joined
from rightdoor.domain.disclosure_control.weights import STABLE, weight_of

REGIONS = Dimension("region", "state", {"state": ("North", "South")}, tells=False)
AGES = Dimension("age", "all", {"all": ("child", "adult")})
TYPES = Dimension("type", "any", {"any": ("sex", "labor")})


def alone(count: int, **more: object) -> list[str]:
    return list(primary_cells(problem_of("", [Cell("a", count, **more)], []), Rule()))


@pytest.mark.req("STAT-3")
@pytest.mark.parametrize(("count", "hidden"), [(0, False), (1, True), (10, True), (11, False)])
def test_one_to_ten_is_small_and_zero_may_be_told(count, hidden):
    assert bool(alone(count)) is hidden


@pytest.mark.req("STAT-3")
@pytest.mark.parametrize(
    ("providers", "hidden"),
    [
        ({}, False),
        ({"A": 20, "B": 20}, True),
        ({"A": 20, "B": 20, "C": 0}, True),
        ({"A": 14, "B": 13, "C": 13}, False),
        ({"A": 48, "B": 6, "C": 6}, False),  # 80 % is not more than 80 %
        ({"A": 49, "B": 6, "C": 5}, True),
        ({"A": 29, "B": 6, "C": 5}, False),
        ({"A": 30, "B": 5, "C": 5}, True),  # A takes its own away, and ten are left
    ],
)
def test_a_count_of_few_providers_or_mostly_of_one_is_hidden(providers, hidden):
    assert bool(alone(sum(providers.values()) or 40, providers=providers)) is hidden


@pytest.mark.req("STAT-3")
def test_a_small_count_keeps_the_whole_range_that_the_rule_tells():
    assert room_for(Cell("a", 4), "small count", Rule()) == Room(down=3, up=6)
    assert room_for(Cell("a", 4), "small count", Rule(full_range=False)) == Room(width=1)
    assert room_for(Cell("a", 40), "providers", Rule()) == Room(width=10)


@pytest.mark.req("STAT-3")
def test_tables_with_a_common_margin_share_its_cells():
    by_age = CountTable("2025", (REGIONS, AGES), {("North", "child"): 7, ("South", "adult"): 5})
    by_type = CountTable("2025", (REGIONS, TYPES), {("North", "sex"): 7, ("South", "labor"): 5})

    cells, sums = joined([by_age, by_type])

    keys = [cell.key for cell in cells]
    assert len(keys) == len(set(keys)) == 9 + 9 - 3
    assert {"2025", "2025|region=North", "2025|age=child|region=North", "2025|region=North|type=sex"} <= set(keys)
    assert not problem_of("", cells, sums).cells["2025|age=adult|region=North"].count


@pytest.mark.req("STAT-3")
def test_tables_that_contradict_each_other_are_refused():
    one = CountTable("2025", (REGIONS,), {("North",): 7})
    other = CountTable("2025", (REGIONS, AGES), {("North", "child"): 8})

    with pytest.raises(Unsound, match="2025 is 7 in one table and 8 in another"):
        joined([one, other])


def test_totals_of_a_hierarchy_are_sums_of_what_is_below():
    places = Dimension("place", "state", {"state": ("North", "South"), "North": ("Ash", "Elm"), "South": ("Oak",)})
    table = CountTable(
        "x", (places,), {("Ash",): 1, ("Elm",): 2, ("Oak",): 4}, {("Ash",): {"P": 1}, ("Oak",): {"P": 4}}
    )

    cells, sums = cells_and_sums(table)

    counts = {cell.key: cell.count for cell in cells}
    assert counts == {
        "x": 7,
        "x|place=North": 3,
        "x|place=South": 4,
        "x|place=Ash": 1,
        "x|place=Elm": 2,
        "x|place=Oak": 4,
    }
    assert next(cell for cell in cells if cell.key == "x").providers == {"P": 5}
    assert {(one.total, one.parts) for one in sums} == {
        ("x", ("x|place=North", "x|place=South")),
        ("x|place=North", ("x|place=Ash", "x|place=Elm")),
        ("x|place=South", ("x|place=Oak",)),
    }


@pytest.mark.parametrize(
    ("cells", "sums", "said"),
    [
        ([Cell("a", 5), Cell("b", 2)], [Sum("a", ("b",))], "a is 5, its parts come to 2"),
        ([Cell("a", 5)], [Sum("a", ("c",))], "names c, which is no cell"),
        ([Cell("a", 5), Cell("a", 5)], [], "a is there 2 times"),
        ([Cell("a", -1)], [], "counted from zero up"),
        ([Cell("a", 5, providers={"P": 4})], [], "its providers' counts come to 4"),
        ([], [], "there is no cell"),
    ],
)
def test_counts_that_do_not_hold_together_are_refused_with_the_place(cells, sums, said):
    with pytest.raises(Unsound, match=said):
        problem_of("", cells, sums)


@pytest.mark.req("STAT-3")
def test_what_was_printed_earlier_cannot_be_hidden_and_what_was_small_stays_hidden():
    earlier = EarlierRelease("2024", (EarlierCell("a", 40, shown=True), EarlierCell("b", 12, shown=False, small=True)))
    early_small = EarlierRelease("2019", (EarlierCell("c", 4, shown=True),))

    problem = with_ledger("", [Cell("a", 40), Cell("b", 12)], [], [earlier, early_small])

    assert problem.cells["a"].showing is Showing.SHOWN_EARLIER
    assert printed_by(problem, ["b"]) == {"a": 40}
    assert primary_cells(problem, Rule()) == {"b": "hidden in an earlier release"}
    assert printed_too_early(problem, Rule()) == ["c"]


@pytest.mark.req("STAT-3")
def test_a_corrected_count_needs_a_key_of_its_own_and_its_difference_is_a_count():
    earlier = EarlierRelease("first", (EarlierCell("a", 40, shown=True),))
    with pytest.raises(Unsound, match="a is 42 now and was 40 in first"):
        with_ledger("", [Cell("a", 42)], [], [earlier])

    problem = with_ledger("", [Cell("a corrected", 42)], [], [earlier], [Difference("a corrected", "a")])

    assert primary_cells(problem, Rule()) == {"a corrected less a": "small count"}
    with pytest.raises(Unsound, match="name the larger one first"):
        with_ledger("", [Cell("a corrected", 42)], [], [earlier], [Difference("a", "a corrected")])


@pytest.mark.req("STAT-3")
@pytest.mark.parametrize(
    ("total", "parts"),
    [
        (447, (201, 214, 32)),
        (681, (356, 269, 56)),
        (5035, (681, 744, 927, 759, 932, 992)),
    ],
)
def test_published_totals_are_the_sums_of_their_published_parts(total, parts):  # LA1
    cells = [Cell("all", total), *(Cell(f"part {at}", part) for at, part in enumerate(parts))]

    problem = problem_of("", cells, [Sum("all", tuple(cell.key for cell in cells[1:]))])

    assert problem.cells["all"].count == sum(parts)


SHARES = [
    (356, 681, "52.3 %"), (428, 744, "57.5 %"), (543, 927, "58.6 %"), (809, 927, "87.3 %"), (201, 447, "45.0 %"),
    (641, 681, "94.1 %"), (17, 59, "28.8 %"), (35, 58, "60.3 %"), (28, 58, "48.3 %"), (5090, 8375, "60.8 %"),
]  # fmt: skip


@pytest.mark.parametrize(("part", "base", "text"), SHARES)
def test_shares_are_rounded_as_the_reports_have_them(part, base, text):  # LA2, LA8
    figure = Figure("share", "share", "part", "base")

    assert in_words("share", worked_out(figure, {"part": part, "base": base}, threshold=11)) == text


CHANGES = [
    (357, 447, "+25.2 %"), (447, 681, "+52.3 %"), (681, 744, "+9.3 %"), (744, 927, "+24.6 %"), (927, 759, "-18.1 %"),
    (759, 932, "+22.8 %"), (932, 992, "+6.4 %"), (201, 356, "+77.1 %"), (20, 72, "+260.0 %"), (214, 269, "+25.7 %"),
    (428, 543, "+26.9 %"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "text"), CHANGES)
def test_changes_are_worked_out_from_counts_and_not_from_rounded_shares(before, after, text):  # LA2
    figure = Figure("change", "change", "after", "before")

    assert in_words("change", worked_out(figure, {"after": after, "before": before}, threshold=11)) == text


@pytest.mark.parametrize(("value", "text"), [("0.25", "0.3"), ("-0.25", "-0.3"), ("0.349", "0.3"), ("-0.04", "0.0")])
def test_halves_are_rounded_away_from_zero(value, text):
    assert one_decimal(Fraction(value)) == text


@pytest.mark.req("STAT-3")
@pytest.mark.parametrize(
    ("kind", "printed"),
    [
        ("share", {"base": 100}),  # the part is hidden
        ("share", {"part": 50}),
        ("share", {"part": 98, "base": 100}),  # all but two
        ("share", {"part": 2, "base": 100}),
        ("share", {"part": 0, "base": 0}),
        ("change", {"part": 50}),
        ("difference", {"part": 50}),
    ],
)
def test_a_figure_that_would_tell_a_hidden_or_small_count_is_hidden(kind, printed):
    assert in_words(kind, worked_out(Figure("f", kind, "part", "base"), printed, threshold=11)) == "*"


@pytest.mark.req("STAT-3")
@pytest.mark.parametrize(("people", "may"), [(7, False), (29, False), (30, True)])
def test_no_mean_or_range_is_told_of_few_people(people, may):
    assert may_summarise(people) is may


@pytest.mark.req("STAT-3")
@pytest.mark.parametrize(
    ("full_time", "part_time", "said"),
    [
        (6, 0, ["married: all are married full-time"]),
        (6, 1, ["married: all but one are married full-time"]),
        (6, 2, []),
        (0, 0, []),
    ],
)
def test_a_row_that_tells_of_everybody_in_it_is_named(full_time, part_time, said):  # H1
    cells = [
        Cell("married", full_time + part_time),
        Cell("married full-time", full_time),
        Cell("married part-time", part_time),
    ]
    problem = problem_of("", cells, [Sum("married", ("married full-time", "married part-time"))])

    flags = telling_rows(problem, {cell.key: cell.count for cell in cells})

    assert [flag.sentence for flag in flags] == said


def test_a_cell_key_is_the_part_after_the_point_and_picks_the_noise():  # H3
    keys = [Fraction("0.9"), Fraction("0.3"), Fraction("0.6")]
    table = [
        Noise(3, Fraction(0), Fraction("0.7"), 0),
        Noise(3, Fraction("0.7"), Fraction(1), 1),
    ]

    assert cell_key(keys) == Fraction("0.8")
    assert perturbed(keys, table) == 4


def test_a_pattern_that_was_hidden_last_time_is_a_little_cheaper_and_a_keyed_jitter_is_small_and_steady():
    cell = Cell("a", 40)

    assert weight_of(Cell("a", 40, hidden_last_time=True)) == weight_of(cell) - STABLE
    assert weight_of(cell, b"key") == weight_of(cell, b"key")
    assert 0 <= weight_of(cell, b"key") - weight_of(cell) < STABLE
    assert len({weight_of(Cell(f"c{at}", 40), b"key") for at in range(20)}) > 1
    assert weight_of(Cell("zero", 0)) >= 1
