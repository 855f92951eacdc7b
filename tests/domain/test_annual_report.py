"""The tables of the annual report: what stands where, what hangs together, what is never added."""

from __future__ import annotations

import pytest

from rightdoor.domain.annual_report.inputs import earlier_from, earlier_tree, hash_of, written
from rightdoor.domain.annual_report.merging import MERGES, proposals
from rightdoor.domain.annual_report.printing import document_of, hidden_of, summary_of
from rightdoor.domain.annual_report.tables import Report, addresses, report_of
from rightdoor.domain.disclosure_control.audit import Audit
from rightdoor.domain.disclosure_control.certificate import certificate
from rightdoor.domain.disclosure_control.ledger import EarlierCell, EarlierRelease
from rightdoor.domain.disclosure_control.primary import Rule
from rightdoor.domain.disclosure_control.problem import Cell, Showing, Sum, Unsound, problem_of
from tests.domain.annual_years import inputs

pytestmark = pytest.mark.req("STAT-2")
OUT, IN = "2025 provider-persons", "2025 persons"


@pytest.fixture(scope="module")
def report() -> Report:
    return report_of(inputs())


def table(report: Report, code: str):  # noqa: ANN201 - a table
    return next(one for one in report.tables if one.code == code)


def test_everybody_is_counted_once_in_every_table_of_agencies(report: Report) -> None:
    cells = report.problem.cells
    assert cells[OUT].count == 400
    for code in ("RT2", "RT3", "RT4", "RT5", "RT6", "RT7", "RT8", "RT9", "RT10", "RT12", "RT13"):
        assert table(report, code).lines[0].slots[0].value == OUT


def test_no_sum_holds_persons_of_the_platform_and_of_agencies(report: Report) -> None:
    for one in report.problem.sums:
        kinds = {OUT if key.startswith(OUT) else IN if key.startswith(IN) else "" for key in (one.total, *one.parts)}
        assert len(kinds) == 1


def test_no_table_holds_both(report: Report) -> None:
    for one in report.tables:
        keys = [slot.value for line in one.lines for slot in line.slots if slot.kind == "count"]
        assert not (any(key.startswith(OUT) for key in keys) and any(key.startswith(IN) for key in keys))


def test_children_are_the_groups_up_to_seventeen(report: Report) -> None:
    cells = report.problem.cells
    assert cells[f"{OUT}|age=juvenile"].count == cells[f"{OUT}|age=a00_12"].count + cells[f"{OUT}|age=a13_17"].count


def test_a_place_counts_in_its_region_also_where_only_the_region_is_told(report: Report) -> None:
    cells = report.problem.cells
    parts = ("oak", "region:south")
    assert cells[f"{OUT}|place=r:south"].count == sum(cells[f"{OUT}|place={one}"].count for one in parts)


def test_each_count_of_agencies_knows_who_counted_it(report: Report) -> None:
    assert sum(report.problem.cells[OUT].providers.values()) == 400
    assert len(report.problem.cells[OUT].providers) == 5


def test_the_states_totals_are_never_hidden_for_others(report: Report) -> None:
    assert report.problem.cells[OUT].showing is Showing.MUST_SHOW
    assert report.problem.cells[IN].showing is Showing.MUST_SHOW


def test_who_received_no_such_service_is_protected_too(report: Report) -> None:
    rest = report.problem.cells[f"{OUT} less {OUT}|services=housing"]
    assert rest.showing is Showing.NEVER_SHOWN
    assert rest.count == 400 - report.problem.cells[f"{OUT}|services=housing"].count


def test_all_tiers_are_the_tiers_together(report: Report) -> None:
    ties = {one.total: one.parts for one in report.problem.sums}
    assert set(ties["2025 R4|region=r:north|result=met"]) == {
        "2025 R1|region=r:north|result=met",
        "2025 R2|region=r:north|result=met",
    }


def test_referrals_by_source_and_by_decision_are_the_same_referrals(report: Report) -> None:
    assert ("2025 referrals", ("2025 decisions",)) in {(one.total, one.parts) for one in report.problem.sums}


def test_tables_stand_in_the_order_of_their_numbers(report: Report) -> None:
    codes = [one.code for one in report.tables]
    assert codes.index("RT14") < codes.index("RT15R1") < codes.index("RT16") < codes.index("RT21")


def test_what_nobody_records_stands_as_not_collected(report: Report) -> None:
    assert {slot.value for line in table(report, "RT17").lines for slot in line.slots} == {"-"}


def test_earlier_years_stand_as_they_were_printed_and_the_break_is_told(report: Report) -> None:
    trend = table(report, "RT21")
    assert [line.key for line in trend.lines] == ["2020", "2025"]
    assert [slot.value for slot in trend.lines[0].slots] == ["131", "-", "-", "-", "12", "9"]
    assert trend.breaks == (("2020", "Another test was used."),)


def test_money_of_few_dispositions_is_hidden(report: Report) -> None:
    assert [line.slots[0].value for line in table(report, "RT19M").lines] == ["50,000", "*", "0"]
    assert report.money == {"RT19M.paid.total": 700}


def test_a_hidden_count_stands_nowhere_in_the_document(report: Report) -> None:
    printed = {key: it.count for key, it in report.problem.cells.items() if it.count > 10 or it.count == 0}
    document = document_of(report, inputs(), printed=printed, figures={}, certificate={})
    places = addresses(report)
    cells = {
        f"{one['code']}.{row['key']}.{column['key']}": cell
        for one in document["tables"]
        for row in one["rows"]
        for column, cell in zip(one["columns"], row["cells"], strict=True)
    }
    hidden = hidden_of(report, printed)
    assert hidden
    assert all(cells[at] == "*" for at in hidden)
    assert all(cells[at] != "*" for at, key in places.items() if key in printed)


@pytest.mark.parametrize("merge", sorted(MERGES))
def test_every_way_of_making_it_coarser_keeps_who_is_counted(merge: str) -> None:
    problem = report_of(inputs(), [merge]).problem
    if merge != "outside":
        assert problem.cells[OUT].count == 400
    if merge != "inside":
        assert problem.cells[IN].count == 200


@pytest.mark.parametrize(
    ("merge", "gone", "stays"),
    [
        ("places", "|place=ash", "|place=r:north"),
        ("ages", "|age=a13_17", "|age=juvenile"),
        ("gender", "|gender=transgender", "|gender=any_other"),
        ("kind", "|kind=labor", "|kind=labor_any"),
        ("relation", "|relation=family", "|standing=new"),
        ("outcome", "|outcome=closed_goals_met", "|outcome=any_closed"),
    ],
)
def test_a_coarser_table_has_no_finer_count(merge: str, gone: str, stays: str) -> None:
    cells = report_of(inputs(), [merge]).problem.cells
    assert f"{OUT}{gone}" not in cells
    assert f"{OUT}{stays}" in cells


def test_what_cannot_be_protected_is_answered_with_merges_and_never_with_the_threshold() -> None:
    assert proposals([f"{OUT}|gender=another|age=adult"]) == ("ages", "gender", "outside")
    assert proposals([f"{OUT}|gender=another"], ["gender"]) == ("outside",)
    assert proposals([IN]) == ("inside",)


def test_a_correction_is_counted_under_names_of_its_own() -> None:
    corrected = report_of(inputs(edition=2))
    assert "2025 corrected 2 provider-persons" in corrected.problem.cells
    assert OUT not in corrected.problem.cells


def test_what_lies_between_a_count_and_its_correction_is_protected() -> None:
    first = [EarlierRelease("first print", (EarlierCell(OUT, 396, True), EarlierCell(f"{OUT}|age=adult", 150, True)))]
    cells = report_of(inputs(edition=2, earlier=earlier_tree(first))).problem.cells
    assert cells[f"2025 corrected 2 provider-persons less {OUT}"].count == 4
    fewer = cells[f"{OUT}|age=adult less 2025 corrected 2 provider-persons|age=adult"]
    assert fewer.showing is Showing.NEVER_SHOWN


def test_what_was_printed_of_the_same_count_must_be_the_same() -> None:
    earlier = [EarlierRelease("first print", (EarlierCell(OUT, 399, shown=True),))]
    with pytest.raises(Unsound, match="399"):
        report_of(inputs(earlier=earlier_tree(earlier)))


def test_earlier_releases_come_back_as_they_were_written() -> None:
    earlier = [EarlierRelease("a", (EarlierCell("x", 4, shown=False, small=True),), (Sum("y", ("x",)),))]
    assert earlier_from(earlier_tree(earlier)) == earlier


def test_the_same_inputs_have_the_same_hash_and_others_another() -> None:
    assert hash_of(inputs()) == hash_of(dict(reversed(inputs().items())))
    assert written(inputs(2)) != written(inputs(1))
    assert hash_of(inputs(2)) != hash_of(inputs(1))


@pytest.mark.req("STAT-3")
@pytest.mark.parametrize(
    ("now", "before", "is_told"),
    [
        ([50_000, 12, 9_000, 12], None, True),
        ([50_000, 10, 9_000, 10], None, False),  # few
        ([50_000, 12, 9_000, 2], None, False),  # an office that has ten of them takes its own away
        ([50_000, 12, 9_000, 0], None, True),  # all of one office: it learns nothing
        ([50_000, 12, 41_000, 12], None, False),  # one of them is nearly all
        ([50_000, 12, 9_000, 12], [50_000, 12, 9_000, 12], True),
        ([53_000, 13, 9_000, 13], [50_000, 12, 9_000, 12], False),  # one more in a correction: three thousand
        ([53_000, 12, 9_000, 12], [50_000, 12, 9_000, 12], False),
        ([99_000, 30, 9_000, 30], [50_000, 12, 9_000, 12], True),
    ],
)
def test_dollars_of_a_few_dispositions_cannot_be_told(now: list[int], before: list[int] | None, is_told: bool) -> None:
    year = inputs(threshold=5, money={"ordered": now}, money_before={"ordered": before} if before else {})
    report = report_of(year)
    table = next(one for one in report.tables if one.code == "RT19M")
    assert table.lines[0].slots[0].value == (f"{now[0]:,}" if is_told else "*")
    assert bool(report.money) is not is_told


def test_nothing_that_is_printed_of_the_certificate_depends_on_a_hidden_count() -> None:
    def printed(hidden: int) -> dict[str, object]:
        cells = [Cell("all", 30), Cell("a", hidden), Cell("b", 30 - hidden)]
        problem = problem_of("a year", cells, [Sum("all", ("a", "b"))])
        proof = certificate(problem, ["a", "b"], {"all": 30}, Rule(), Audit(), "solver")
        return summary_of(proof, status="optimal", shown=1, hidden=2)

    assert printed(4) == printed(5)
