"""The template goes out and comes back; a file that could tell of a person stays outside."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from rightdoor.domain.submission.form import ALL
from rightdoor.domain.submission.totals import faults_of
from rightdoor.foundation.files.kinds import FileRefused
from rightdoor.foundation.printing.sheets import Page, to_csv, to_workbook
from rightdoor.oversight.submissions import sheets
from rightdoor.packs.read import load_pack
from rightdoor.packs.submission import form_for
from tests.domain.yearly import form, sound

FORM = form()
LINE = ["Under 18", "Sex", "Ochre", "North", "Shelter; Counseling"]


def back(content: bytes, name: str = "totals.xlsx") -> sheets.TotalsTold:
    return sheets.read_totals(FORM, "provider", 2026, content, name)


def changed(table: str, row: int, column: int, text: str) -> bytes:
    """The filled template with one cell changed; a row or column beyond its end is added."""
    pages = []
    for page in sheets.totals_pages(FORM, "provider", 2026, sound()):
        rows = [list(one) for one in page.rows]
        if page.title == table:
            rows += [[] for _ in range(row + 1 - len(rows))]
            rows[row] += [""] * (column + 1 - len(rows[row]))
            rows[row][column] = text
        pages.append(Page(page.title, rows))
    return to_workbook(pages)


def lines(*rows: list[str], headings: list[str] | None = None, title: str = "Lines") -> bytes:
    said = headings or [one.label for one in FORM.row_fields]
    return to_workbook([Page(title, [said, *rows])])


@pytest.mark.req("STAT-1")
def test_a_filled_template_comes_back_as_the_same_totals():
    found = back(sheets.totals_template(FORM, "provider", 2026, sound()))

    assert (found.refusals, found.faults) == ((), ())
    assert found.totals == sound()
    assert faults_of(FORM, "provider", found.totals) == ()


def test_the_same_form_gives_the_same_bytes():
    assert sheets.totals_template(FORM, "provider", 2026) == sheets.totals_template(FORM, "provider", 2026)


@pytest.mark.req("STAT-1")
def test_the_table_of_a_calculator_comes_back_as_the_same_totals():
    rows = sheets.totals_rows(FORM, "provider", sound())

    assert back(to_csv(rows).encode(), "totals.csv").totals == sound()
    assert back(sheets.totals_sheet(FORM, "provider", sound())).totals == sound()


@pytest.mark.req("STAT-1")
@pytest.mark.parametrize("cell", ["Marisol Vantreeze", "225-555-0143", "03/09/2011", "12 Invented Lane", "MRN-001234"])
@pytest.mark.parametrize(("row", "column"), [(5, 2), (5, 9), (20, 0), (0, 3)])
def test_one_cell_that_could_be_somebody_keeps_the_whole_file_outside(cell, row, column):
    found = back(changed("age_kind", row, column, cell))

    assert found.refusals
    assert (found.totals, found.faults) == ({}, ())
    assert cell not in " ".join(found.refusals)


@pytest.mark.req("STAT-1")
def test_a_hidden_sheet_is_looked_at_too():
    pages = [*sheets.totals_pages(FORM, "provider", 2026, sound()), Page("Old", [["Vantreeze, Marisol"]])]
    content = hidden(to_workbook(pages), "Old")

    found = back(content)

    assert found.refusals
    assert found.totals == {}


def test_a_further_sheet_is_refused_even_where_it_says_nothing():
    pages = [*sheets.totals_pages(FORM, "provider", 2026, sound()), Page("Sheet1", [["ochre"]])]

    assert back(to_workbook(pages)).refusals == (sheets.OTHER_SHEET,)


def test_notes_beside_the_cells_are_refused():
    content = with_part(sheets.totals_template(FORM, "provider", 2026, sound()), "xl/comments1.xml", "<comments/>")

    assert back(content).refusals == (sheets.NOTES,)


def test_a_template_of_another_year_is_refused():
    content = sheets.totals_template(FORM, "provider", 2025, sound())

    assert back(content).refusals == (sheets.OTHER_FORM,)


@pytest.mark.parametrize("cell", ["=1+1", "-3", "two", "3.5"])
def test_what_is_no_count_is_named_by_sheet_row_and_column(cell):
    found = back(changed("age_kind", 3, 2, cell))

    assert [(one.sheet, one.row, one.column) for one in found.faults] == [("age_kind", 4, "C")]
    assert cell not in found.faults[0].what


def test_a_typed_sum_is_read_as_one():
    pages = sheets.totals_pages(FORM, "provider", 2026, sound())
    summed = [Page(one.title, [*one.rows, [ALL, "", "12"]]) if one.title == "place" else one for one in pages]

    found = back(to_workbook(summed))

    assert found.faults == ()
    assert found.totals["place"][ALL,] == 12
    assert faults_of(FORM, "provider", found.totals) == ()


@pytest.mark.parametrize("text", ["1,204", "1204", "1204.0"])
def test_a_count_is_read_however_a_spreadsheet_writes_it(text):
    assert back(changed("everybody", 3, 2, text)).totals["everybody"] == {(): 1204}


def test_an_empty_template_is_no_answer():
    with pytest.raises(FileRefused):
        back(sheets.totals_template(FORM, "provider", 2026))


def test_a_cell_that_stands_twice_in_the_long_table_is_a_fault():
    rows = sheets.totals_rows(FORM, "provider", sound())
    rows.append(rows[-1])

    assert [one.row for one in back(to_csv(rows).encode(), "t.csv").faults] == [len(rows)]


# -------------------------------------------------------------------------------------------------------------- lines


@pytest.mark.req("STAT-1")
def test_lines_are_read_by_the_words_of_the_template():
    found = sheets.read_lines(FORM, 2026, lines(LINE, LINE), "lines.xlsx")

    assert (found.refusals, found.faults) == ((), ())
    assert len(found.rows) == 2
    assert found.rows[0].told["services"] == ("counsel", "shelter")


def test_the_template_of_lines_is_a_sheet_that_reads_and_holds_no_line():
    with pytest.raises(FileRefused):
        sheets.read_lines(FORM, 2026, sheets.lines_template(FORM, 2026), "lines.xlsx")


@pytest.mark.req("STAT-1")
@pytest.mark.parametrize("heading", ["Name", "DOB", "Client ID", "Address", "Phone", "Nickname of the child"])
def test_a_column_that_could_hold_somebody_keeps_the_file_outside_even_when_it_is_empty(heading):
    headings = [*[one.label for one in FORM.row_fields], heading]

    found = sheets.read_lines(FORM, 2026, lines(LINE, headings=headings), "lines.xlsx")

    assert found.refusals
    assert found.rows == ()


def test_a_column_that_is_none_of_the_template_is_refused_whatever_it_holds():
    headings = [*[one.label for one in FORM.row_fields], "Mood"]

    found = sheets.read_lines(FORM, 2026, lines([*LINE, "fine"], headings=headings), "lines.xlsx")

    assert found.refusals == (sheets.OTHER_COLUMN.format(column="F"),)


@pytest.mark.req("STAT-1")
def test_a_name_in_a_column_of_codes_keeps_the_file_outside():
    found = sheets.read_lines(FORM, 2026, lines(LINE, [*LINE[:4], "Marisol Vantreeze"]), "lines.xlsx")

    assert found.refusals
    assert found.rows == ()
    assert "Row 3, column E" in found.refusals[0]
    assert "Vantreeze" not in found.refusals[0]


def test_a_cell_that_is_no_code_is_a_fault_of_its_row():
    found = sheets.read_lines(FORM, 2026, lines(LINE, ["Under18", *LINE[1:]], [*LINE[:4], ""]), "lines.xlsx")

    assert [(one.row, one.column) for one in found.faults] == [(3, "A"), (4, "E")]


def hidden(content: bytes, title: str) -> bytes:
    return _changed(content, "xl/workbook.xml", f'name="{title}"', f'name="{title}" state="hidden"')


def with_part(content: bytes, name: str, text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            new.writestr(entry, old.read(entry))
        new.writestr(name, text)
    return out.getvalue()


def _changed(content: bytes, name: str, was: str, becomes: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            text = old.read(entry)
            if entry.filename == name:
                assert was.encode() in text
                text = text.replace(was.encode(), becomes.encode())
            new.writestr(entry, text)
    return out.getvalue()


# ------------------------------------------------------------------------------------------------------- dispositions

STATE_FORM = form_for(load_pack(Path(__file__).parents[3] / "jurisdictions" / "louisiana"))
COLUMNS = sheets.prosecuted_columns(STATE_FORM)
CASE = [
    "Orleans",
    "18 U.S.C. 1591, sex trafficking",
    "64A",
    "Convicted at trial",
    "May",
    "$12,000",
    "500",
    "",
    "housing",
]


def dispositions(*rows: list[str], headings: list[str] | None = None) -> bytes:
    return to_workbook([Page(sheets.CASES, [headings or [one.label for one in COLUMNS], *rows])])


@pytest.mark.req("STAT-1")
def test_dispositions_are_read_as_codes_a_month_and_dollars():
    told = sheets.read_dispositions(STATE_FORM, 2026, dispositions(CASE), "d.xlsx")

    assert told.refusals == ()
    line, faults = sheets.prosecuted_of(STATE_FORM, 2026, 0, told.lines[0])
    assert faults == ()
    assert (line.area, line.statute, line.nibrs, line.disposition) == ("orleans", "usc-18-1591", "64A", "convicted")
    assert (line.sentenced, line.restitution_ordered, line.restitution_paid, line.forfeited) == (
        "2026-05",
        12_000,
        500,
        None,
    )
    assert line.services == ("housing",)
    again = sheets.prosecuted_of(STATE_FORM, 2026, 0, sheets.cells_of_prosecuted(line))
    assert again == (line, ())


@pytest.mark.req("STAT-1")
@pytest.mark.parametrize(
    ("column", "cell"),
    [(0, "Marisol Vantreeze"), (5, "078051120"), (5, "078-05-1120"), (4, "05/14/2026"), (8, "22-CR-1045")],
)
def test_a_party_or_a_docket_keeps_the_file_outside(column, cell):
    row = [*CASE]
    row[column] = cell

    told = sheets.read_dispositions(STATE_FORM, 2026, dispositions(row), "d.xlsx")

    assert told.refusals
    assert told.lines == ()
    assert cell not in " ".join(told.refusals)


@pytest.mark.parametrize("heading", ["Defendant", "Docket", "Judge"])
def test_no_column_is_taken_beside_those_of_the_template(heading):
    headings = [*[one.label for one in COLUMNS], heading]

    assert sheets.read_dispositions(STATE_FORM, 2026, dispositions(CASE, headings=headings), "d.xlsx").refusals


def test_what_is_wrong_with_a_disposition_is_named_once_for_a_field():
    told = {"area": "orleans", "statute": "", "nibrs": "64A", "disposition": "pending", "restitution_paid": "many"}

    _, faults = sheets.prosecuted_of(STATE_FORM, 2026, 0, told)

    assert sorted(one.field for one in faults) == ["restitution_paid", "statute"]


def test_the_template_of_dispositions_reads_and_holds_no_line():
    with pytest.raises(FileRefused):
        sheets.read_dispositions(STATE_FORM, 2026, sheets.dispositions_template(STATE_FORM, 2026), "d.xlsx")
