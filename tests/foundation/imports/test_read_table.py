"""Reading a spreadsheet: what is in it comes out as texts, and what means harm is refused with a sentence."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from rightdoor.foundation.files.kinds import MACROS, PACKED, FileRefused
from rightdoor.foundation.imports import reading
from rightdoor.foundation.imports.cells import Ends, Problem, as_choice, as_day, as_established, as_moment
from rightdoor.foundation.imports.columns import Column, guess, to_remember
from rightdoor.foundation.imports.reading import read_table
from tests.foundation.imports.sheets import rows_of, table_csv, workbook

ZONE = ZoneInfo("America/Chicago")


@pytest.mark.req("UX-6")
def test_a_workbook_and_a_csv_file_of_the_same_rows_read_the_same() -> None:
    book = workbook(rows_of(["Given name", "Received"], ["Nora", '<c s="1"><v>46091</v></c>'], ["", ""], ["Ned", "x"]))
    text = table_csv(["Given name", "Received"], ["Nora", "2026-03-10"], ["", ""], ["Ned", "x"])

    assert read_table(book, "log.xlsx") == read_table(text, "log.csv")
    table = read_table(book, "log.xlsx")
    assert [(row.number, row.cells) for row in table.rows] == [(2, ("Nora", "2026-03-10")), (4, ("Ned", "x"))]


@pytest.mark.req("UX-6")
def test_a_formula_stays_the_text_of_the_formula_and_its_result_is_not_taken() -> None:
    formula = "<c ><f>HYPERLINK(&quot;http://x&quot;)</f><v>42</v></c>"

    book = read_table(workbook(rows_of(["A name", "B"], [formula, "x"])), "log.xlsx")
    text = read_table(table_csv(["A name", "B"], ["=1+1", "x"]), "log.csv")

    assert book.rows[0].cells[0] == '=HYPERLINK("http://x")'
    assert text.rows[0].cells[0] == "=1+1"
    with pytest.raises(Problem, match="formula"):
        as_day(book.rows[0].cells[0])


@pytest.mark.hostile
@pytest.mark.req("UX-6")
def test_a_bomb_entities_macros_and_another_kind_are_refused_with_a_sentence() -> None:
    sound = rows_of(["A", "B"], ["x", "y"])
    bomb = workbook(sound, xl__sharedStrings_xml="x", **{"xl/media.xml": "0" * 30_000_000})
    entities = workbook('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>')
    macros = workbook(sound, **{"xl/vbaProject.bin": "x"})

    for content, name, sentence in (
        (bomb, "log.xlsx", PACKED),
        (entities, "log.xlsx", reading.EXTERNAL),
        (macros, "log.xlsx", MACROS),
        (b"%PDF-1.7 x", "log.pdf", reading.NOT_A_SHEET),
        (b"%PDF-1.7 x", "log.csv", None),
        (b"a,b\n", "log.csv", reading.NO_ROWS),
        (b"x" * (reading.LARGEST + 1), "log.csv", reading.TOO_LARGE),
        (table_csv(["A", "B"], *[["x", "y"]] * (reading.ROWS + 1)), "log.csv", reading.TOO_MANY_ROWS),
    ):
        with pytest.raises(FileRefused) as refused:
            read_table(content, name)
        assert sentence is None or str(refused.value) == sentence


@pytest.mark.req("UX-6")
def test_days_are_read_as_people_and_spreadsheets_write_them_and_never_guessed() -> None:
    assert {as_day(text) for text in ("03/10/2026", "3/10/2026", "2026-03-10", "46091")} == {date(2026, 3, 10)}
    assert [as_day(text) for text in ("", "unknown", "N/A")] == [None, None, None]
    for text in ("03/10/26", "10.3.2026", "13/40/2026", "soon"):
        with pytest.raises(Problem):
            as_day(text)


@pytest.mark.req("UX-6")
def test_a_moment_without_its_hour_counts_towards_the_stricter_side() -> None:
    early = as_moment("03/10/2026", ZONE, ends=Ends.EARLY)
    late = as_moment("03/10/2026", ZONE, ends=Ends.LATE)
    told = as_moment("03/10/2026 2:05 p.m.", ZONE, ends=Ends.LATE)

    assert early == datetime(2026, 3, 10, 5, 0, tzinfo=UTC)
    assert late == datetime(2026, 3, 11, 4, 59, tzinfo=UTC)
    assert told == datetime(2026, 3, 10, 19, 5, tzinfo=UTC)


@pytest.mark.req("UX-6")
def test_an_empty_cell_and_unknown_are_not_established() -> None:
    assert [as_established(text) for text in ("Yes", "no", "", "Unknown", "n/a")] == [True, False, None, None, None]
    with pytest.raises(Problem, match="yes"):
        as_established("perhaps")


@pytest.mark.req("UX-6")
def test_a_choice_is_known_by_its_key_or_by_a_label_in_any_language() -> None:
    choices = {"school": ["School", "Escuela"], "police": ["Law enforcement", "Policía"]}

    assert [as_choice(text, choices) for text in ("school", "SCHOOL", "policia", "?")] == [
        "school",
        "school",
        "police",
        "",
    ]
    with pytest.raises(Problem, match="School; Law enforcement"):
        as_choice("Nobody", choices)


@pytest.mark.req("UX-6")
def test_columns_are_guessed_by_their_headings_and_a_person_s_choice_wins_the_next_time() -> None:
    columns = [
        Column("family", "Family name", str, ("last name", "apellidos")),
        Column("birth_on", "Birth date", str, ("dob",)),
        Column("story", "What is alleged", str, ("notes",)),
    ]
    headings = ("APELLIDOS", "D.O.B", "DOB", "Other")

    guessed = guess(headings, columns, {})
    again = guess(headings, columns, to_remember(headings, {"family": 0, "story": 3, "birth_on": 1}))

    assert guessed == {"family": 0, "birth_on": 2}
    assert again == {"family": 0, "story": 3, "birth_on": 1}
