"""Sheets of a pack: asked fields that can be answered, and a status that says no more than whether and when."""

from __future__ import annotations

from pathlib import Path

import pytest

from rightdoor.domain.notes import SHEETS, STATUS_KINDS
from rightdoor.packs.check import faults
from rightdoor.packs.read import load_pack
from tests.packs.test_pack_faults import only, spoiled

FOLDER = Path(__file__).parents[2] / "jurisdictions"
FILE = "sheets.yaml"


@pytest.mark.req("CASE-3")
def test_the_states_ask_for_different_facts() -> None:
    ours, other = load_pack(FOLDER / "louisiana"), load_pack(FOLDER / "example")
    assert {sheet.key for sheet in ours.sheets} == set(SHEETS)
    assert other.sheet("prosecution") is None
    asked = [{field.key for sheet in pack.sheets for field in sheet.fields} for pack in (ours, other)]
    assert asked[0] - asked[1]
    assert asked[1] - asked[0]


@pytest.mark.req("CASE-3")
@pytest.mark.parametrize("state", ["louisiana", "example"])
def test_a_status_is_a_yes_a_no_or_a_day(state: str) -> None:
    marked = [field for sheet in load_pack(FOLDER / state).sheets for field in sheet.fields if field.status]
    assert marked
    assert {field.kind for field in marked} <= STATUS_KINDS


# what is there, what it becomes, key of the fault, part of the sentence
SPOILED = [
    ("key: mental_health", "key: weather", "sheets[weather]", "no tab"),
    ("kind: text}", "kind: text, status: true}", "sheets[presenting].fields[language].status", "whether and when"),
    ("kind: text}", "kind: choice}", "sheets[presenting].fields[language].choices", "nothing to choose"),
    ("kind: text}", "kind: number}", "sheets[presenting].fields[language].kind", "not known"),
    ("data_class: EVID", "data_class: MH", "sheets[medical].fields[exam_done].data_class", "no class of this sheet"),
    ("kept_by: [child_welfare]", "kept_by: [baker]", "sheets[interview].kept_by", "no discipline"),
    ("    kept_by: [child_welfare]\n", "", "sheets[interview].kept_by", "nobody could write"),
    ("  - key: advocacy\n", "  - key: advocacy\n    kept_by: [school]\n", "sheets[advocacy].kept_by", "already"),
]


@pytest.mark.req("CASE-3")
@pytest.mark.parametrize(("old", "new", "key", "sentence"), SPOILED)
def test_a_sheet_that_cannot_be_asked_or_says_too_much_is_refused(
    tmp_path: Path, old: str, new: str, key: str, sentence: str
) -> None:
    assert sentence in only(faults(spoiled(tmp_path, FILE, old, new)), FILE, key).sentence


@pytest.mark.req("CASE-1")
def test_each_state_has_its_own_systems_and_the_class_of_each() -> None:
    ours, other = (load_pack(FOLDER / name).systems for name in ("louisiana", "example"))
    classes = {one.key: one.data_class for one in ours}
    assert (classes["immigration"], classes["mental_health"], classes["school"]) == ("IMM", "MH", "EDU")
    assert {str(one.label) for one in ours} - {str(one.label) for one in other}
    assert {str(one.label) for one in other} - {str(one.label) for one in ours}


@pytest.mark.req("CASE-1")
@pytest.mark.parametrize("klass", ["LOC", "ADVPRIV", "AGG", "NEVER"])
def test_a_system_in_a_class_that_no_case_keeps_is_refused(tmp_path: Path, klass: str) -> None:
    found = faults(spoiled(tmp_path, FILE, "label: Immigration, data_class: IMM", f"label: X, data_class: {klass}"))
    assert "not kept in class" in only(found, FILE, "systems[border].data_class").sentence
