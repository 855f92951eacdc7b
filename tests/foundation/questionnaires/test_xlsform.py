"""XLSForm out and in, and items as a table: as they went, or refused with sheet, row and remedy."""

from __future__ import annotations

from typing import Any

import pytest

from rightdoor.domain.questionnaire.instrument import Instrument
from rightdoor.domain.questionnaire.schema import build
from rightdoor.domain.questionnaire.versions import content_hash, succession
from rightdoor.foundation.imports.reading import read_sheets
from rightdoor.foundation.questionnaires.table import COLUMNS, items_table, with_items
from rightdoor.foundation.questionnaires.xlsform import SHEETS, _packed, conditions_of, read_workbook, workbook
from rightdoor.packs.instruments import FileUnsound
from tests.domain.instruments import question, tree
from tests.foundation.questionnaires.test_fhir import RICH, SHIPPED, TERMS

TRANSLATED = build(
    tree(
        [question("a", hint="Look"), question("b", enable_when={"all": [{"item": "a", "is": "y"}]})],
        translations={
            "es": {"title": "T", "items": {"a": {"text": "Uno", "hint": "Mire"}}, "answer_sets": {"ynud": {"y": "Sí"}}},
            "vi": {"items": {"b": {"text": "Hai"}}},
        },
    )
)


@pytest.mark.req("SCR-1")
@pytest.mark.parametrize("instrument", [*SHIPPED, RICH, TRANSLATED], ids=lambda one: one.title)
def test_our_own_form_comes_back_with_the_same_content(instrument: Instrument) -> None:
    content = workbook(instrument)
    assert content == workbook(instrument)
    assert content_hash(read_workbook(content, "form.xlsx")) == content_hash(instrument)


@pytest.mark.req("SCR-2")
def test_what_may_not_be_passed_on_is_never_written() -> None:
    held = build(tree(**TERMS, key="held-tool"))
    for write in (workbook, items_table):
        with pytest.raises(FileUnsound, match="may not be passed on"):
            write(held)


@pytest.mark.req("SCR-1")
def test_an_id_that_a_form_cannot_name_is_refused() -> None:
    with pytest.raises(FileUnsound, match="cannot name the item '1.1'"):
        workbook(build(tree([question("1.1"), question("b")])))


def form(**changes: Any) -> bytes:
    """A form as somebody else writes it: two languages, a group, a condition."""
    sheets: dict[str, list[list[str]]] = {
        "survey": [
            ["type", "name", "label::English (en)", "label::Español (es)", "relevant", "appearance"],
            ["begin_group", "g", "About today", "Sobre hoy", "", ""],
            ["select_one yn", "ok", "All well?", "¿Todo bien?", "", "minimal"],
            ["text", "why", "What is the matter?", "¿Qué pasa?", "${ok} = 'no'", ""],
            ["end_group", "", "", "", "", ""],
        ],
        "choices": [["list_name", "name", "label"], ["yn", "yes", "Yes"], ["yn", "no", "No"]],
        "settings": [
            ["form_title", "form_id", "version", "default_language"],
            ["Check in", "check_in", "3", "English (en)"],
        ],
    }
    for place, value in changes.items():
        sheet, row, column = place.split("_")
        sheets[sheet][int(row)][int(column)] = value
    return _packed(sheets)


def refused(content: bytes, told: dict[str, Any] | None = None) -> list[tuple[str, int]]:
    with pytest.raises(FileUnsound) as caught:
        read_workbook(content, "form.xlsx", TERMS if told is None else told)
    assert all(fault.sentence and fault.remedy for fault in caught.value.faults)
    return [(fault.key, fault.line) for fault in caught.value.faults]


@pytest.mark.req("SCR-1")
def test_a_foreign_form_is_taken_with_the_terms_that_somebody_names() -> None:
    made = read_workbook(form(), "form.xlsx", TERMS)
    assert (made.key, made.version, made.title, made.language) == ("check_in", "3", "Check in", "en")
    assert [item.id for item in made.questions] == ["ok", "why"]
    assert made.text("items/ok/text", "", "es") == "¿Todo bien?"
    assert refused(form(), {}) == [("terms.redistribution", 0)]


@pytest.mark.req("SCR-1")
@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"survey_2_0": "calculate"}, ("survey: type", 3)),
        ({"survey_2_0": "select_one yn or_other"}, ("survey: type", 3)),
        ({"survey_1_0": "begin repeat"}, ("survey: type", 2)),
        ({"survey_4_0": "text", "survey_4_1": "last", "survey_4_2": "Last"}, ("survey: type", 2)),
        ({"survey_3_4": "${ok} != 'yes'"}, ("survey: relevant", 4)),
        ({"survey_3_4": "count-selected(${ok}) > 1"}, ("survey: relevant", 4)),
        ({"survey_3_4": "${ok} = 'no' and ${g} = 'x' or ${ok} = 'yes'"}, ("survey: relevant", 4)),
        ({"survey_3_4": "${gone} = 'no'"}, ("items[0].items[1].enable_when.all[0].item", 4)),
        ({"survey_3_1": "ok"}, ("items[0].items[1].id", 4)),
        ({"survey_0_5": "calculation"}, ("survey: calculation", 1)),
        ({"survey_0_5": "constraint"}, ("survey: constraint", 1)),
        ({"choices_2_1": "yes"}, ("answer_sets.yn.options[1]", 3)),
        ({"settings_1_2": "not a version"}, ("version", 0)),
    ],
)
def test_what_the_engine_cannot_do_is_refused_with_its_row(changes: dict[str, str], fault: tuple[str, int]) -> None:
    assert fault in refused(form(**changes))


@pytest.mark.req("SCR-1")
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no", _packed({"survey": [["type", "name"]]})])
def test_a_file_that_is_no_form_is_refused(content: bytes) -> None:
    assert refused(content)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("${a} = 'y'", {"all": [{"item": "a", "is": "y"}]}),
        ("(${a} != '' and ${a} != 'n')", {"all": [{"item": "a", "is_not": "n"}]}),
        ("(${a} = 'y' or ${a} = 'u')", {"all": [{"item": "a", "any_of": ["y", "u"]}]}),
        ("selected(${m}, 'x') or ${n} >= 2", {"any": [{"item": "m", "includes": "x"}, {"item": "n", "at_least": "2"}]}),
        ("${a} != ''", {"all": [{"item": "a", "answered": "yes"}]}),
        ("${a} = ' and '", {"all": [{"item": "a", "is": " and "}]}),
        ("", None),
        ("((((", None),
        ("(${a} = 'y' or ${b} = 'u')", None),
        ("not(${a} = 'y')", None),
        ("${a} = 'y' or", None),
        ("pulldata('x')", None),
    ],
)  # fmt: skip
def test_only_the_few_forms_of_a_condition_are_understood(text: str, found: Any) -> None:
    assert conditions_of(text) == found


def test_a_workbook_of_ours_has_three_sheets_and_no_formula() -> None:
    odd = build(tree([question("a", hint="=1+1"), question("b")], title='=HYPERLINK("x")'))
    sheets = read_sheets(workbook(odd), "form.xlsx", SHEETS)
    assert set(sheets) == set(SHEETS)
    assert read_workbook(workbook(odd), "form.xlsx").title == odd.title


# ----------------------------------------------------------------------------------------------------------- tables


@pytest.mark.req("SCR-1")
@pytest.mark.parametrize("instrument", [*SHIPPED, RICH], ids=lambda one: one.key)
def test_items_come_back_from_a_table_as_they_went(instrument: Instrument) -> None:
    again = with_items(instrument, items_table(instrument), "items.csv", version=instrument.version)
    assert content_hash(again) == content_hash(instrument)


@pytest.mark.req("SCR-1")
def test_a_cell_that_looks_like_a_formula_is_written_as_text_and_read_as_it_was() -> None:
    odd = build(tree([question("a", hint="=1+1", note="'quoted"), question("b", name="-2")]))
    content = items_table(odd)
    assert b"'=1+1" in content
    assert with_items(odd, content, "items.csv", version="1") == odd


@pytest.mark.req("SCR-1")
def test_a_table_that_was_worked_on_becomes_a_new_version() -> None:
    old = build(tree())
    content = items_table(old).replace(b"Indicator q2", b"Put better")
    new = with_items(old, content, "items.csv", version="2")
    assert (new.by_id["q2"].text, succession(old, new)) == ("Put better", ())


@pytest.mark.req("SCR-1")
@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ((b"q2,,", b"q2,nowhere,"), ("in", 3)),
        ((b"q2,,", b"q1,,"), ("items[1].id", 3)),
        ((b",choice,", b",slider,"), ("items[0].type", 2)),
        ((b"enable_when", b"macro"), ("macro", 1)),
        ((b"ynud", b"gone"), ("items[0].answers", 2)),
    ],
)
def test_a_table_with_a_fault_is_refused_with_its_row(change: tuple[bytes, bytes], fault: tuple[str, int]) -> None:
    old = build(tree())
    with pytest.raises(FileUnsound) as caught:
        with_items(old, items_table(old).replace(*change), "items.csv", version="2")
    assert fault in [(one.key, one.line) for one in caught.value.faults]


def test_the_columns_of_a_table_are_few_enough_to_read() -> None:
    assert len(COLUMNS) == len(set(COLUMNS)) <= 20
