"""Rows as a file for spreadsheets: what went in is read back as texts, and no cell acts."""

from __future__ import annotations

import zipfile
from io import BytesIO
from xml.etree import ElementTree

import pytest

from rightdoor.foundation.files.kinds import kind_of
from rightdoor.foundation.imports.reading import read_table
from rightdoor.foundation.printing.sheets import harmless, to_csv, to_xlsx

ROWS = [["Code", "Words"], ["K7MQ-4XPR", 'Invented <words> & "marks"'], ["K7MQ-4XPS", "=1+1"]]


def test_a_workbook_reads_back_as_what_went_in():
    read = read_table(to_xlsx(ROWS, title="Cases"), "cases.xlsx")

    assert [list(read.headings), *(list(row.cells) for row in read.rows)] == ROWS


def test_a_table_reads_back_as_what_went_in():
    read = read_table(to_csv(ROWS).encode(), "cases.csv")

    assert [list(read.headings), *(list(row.cells) for row in read.rows)] == ROWS


def test_a_workbook_is_what_it_says_and_holds_texts_only():
    content = to_xlsx(ROWS, title="Cases & more, with a name that is far too long for a sheet")

    assert kind_of(content, "cases.xlsx").key == "xlsx"
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, part in parts.items():
        ElementTree.fromstring(part)  # noqa: S314 - our own
        assert b"<f>" not in part, name
    cells = ElementTree.fromstring(parts["xl/worksheets/sheet1.xml"]).iter(  # noqa: S314
        "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}c"
    )
    assert {cell.get("t") for cell in cells} == {"inlineStr"}


def test_what_xml_has_no_place_for_is_left_out():
    read = read_table(to_xlsx([["A", "B"], ["one\x00\x0b", "two\ud800"]], title="x"), "x.xlsx")

    assert read.rows[0].cells == ("one", "two")


def test_the_same_rows_give_the_same_bytes():
    assert to_xlsx(ROWS, title="Cases") == to_xlsx(ROWS, title="Cases")


STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", " =", "\u00a0@", "\uff1d", "\ufeff=", " \t")
UNSEEN = ("\x00=", "\x0b=", "\u3000=", "\u200b=", " \u200e@", "\ud800=")


@pytest.mark.parametrize("start", [*STARTS, *UNSEEN])
def test_no_cell_is_a_formula_whatever_blanks_stand_before_it(start):
    assert harmless(f"{start}1+1")[0] == "'"


@pytest.mark.parametrize("text", ["", " ", "Invented", " Invented = 1", "K7MQ-4XPR", "2026-03-10 15:00"])
def test_what_is_no_formula_stays_as_it_is(text):
    assert harmless(text) == text
