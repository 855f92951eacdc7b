"""What could tell of a person does not come in; what the form itself says does."""

from __future__ import annotations

from pathlib import Path

import pytest

from rightdoor.domain.submission.identifying import (
    Placed,
    kind_of_cell,
    kind_of_heading,
    known_words,
    refusals_of,
)
from rightdoor.packs.read import load_pack
from rightdoor.packs.submission import form_for
from tests.domain.yearly import form

FORM = form()
KNOWN = known_words(FORM.words())
PACKS = Path(__file__).parents[2] / "jurisdictions"


@pytest.mark.req("STAT-1")
@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Name", "name"),
        ("Last", "name"),
        ("First name", "name"),
        ("Client", "name"),
        ("Child's initials", "name"),
        ("Youth", "name"),
        ("DOB", "birth"),
        ("Date of Birth", "birth"),
        ("date_of_birth", "birth"),
        ("Fecha de nacimiento", "birth"),
        ("SSN", "number"),
        ("Client ID", "number"),
        ("Case #1 no.", "number"),
        ("ID", "number"),
        ("Record number", "number"),
        ("Row hash", "number"),
        ("Medicaid", "number"),
        ("Home address", "address"),
        ("Street", "address"),
        ("ZIP", "address"),
        ("Phone", "contact"),
        ("E-Mail", "contact"),
        ("Email", "contact"),
        ("Intake date", "day"),
        ("Notes", "words"),
    ],
)
def test_a_heading_that_could_hold_somebody_is_refused(heading, kind):
    assert kind_of_heading(heading, KNOWN) == kind


@pytest.mark.parametrize("heading", ["Age group", "age", "Kind", "", "By place", "Services", "Total"])
def test_a_heading_of_the_form_is_not(heading):
    assert kind_of_heading(heading, KNOWN) is None


@pytest.mark.req("STAT-1")
@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("Marisol Vantreeze", "name"),
        ("VANTREEZE, MARISOL", "name"),
        ("Vantreeze, Marisol Q.", "name"),
        ("José de la Ficta", "name"),
        ("Nguyễn Ficta", "name"),
        ("Anne-Marie O'Ficta", "name"),
        ("M.V.", "name"),
        ("M. V.", "name"),
        ("MV", "name"),
        ("03/09/2011", "day"),
        ("3-9-11", "day"),
        ("2011-03-09", "day"),
        ("2011-03-09 00:00", "day"),
        ("March 9, 2011", "day"),
        ("9 March 2011", "day"),
        ("Mar 2011", "day"),
        ("078-05-1120", "number"),
        ("078 05 1120", "number"),
        ("078051120", "number"),
        ("XXX-XX-1120", "number"),
        ("MRN-001234", "number"),
        ("22-JC-1045", "number"),
        ("2026-00123", "number"),
        ("#4412", "number"),
        ("9f86d081884c7d659a2feaa0c55ad015", "number"),
        ("12 Invented Lane", "address"),
        ("4500 N Made Up Blvd.", "address"),
        ("P.O. Box 12", "address"),
        ("Apt 4", "address"),
        ("LA 70801", "address"),
        ("30.4515, -91.1871", "address"),
        ("(225) 555-0143", "contact"),
        ("225-555-0143", "contact"),
        ("225 555 0143", "contact"),
        ("somebody@example.org", "contact"),
        ("@invented", "contact"),
        ("she ran away from the house twice", "words"),
        ("came with her older sister and a friend of hers", "words"),
    ],
)
def test_a_cell_that_could_be_somebody_is_refused(cell, kind):
    assert kind_of_cell(cell, KNOWN) == kind


@pytest.mark.parametrize(
    "cell",
    ["", " ", "0", "7", "120", "1,204", "12.0", "Under 18", "under 18", "18 and over", "East Bend", "Ochre; Teal"],
)
def test_counts_and_the_words_of_the_form_are_nobody(cell):
    assert kind_of_cell(cell, KNOWN) is None


@pytest.mark.parametrize("cell", ["femal", "Ocre", "yes"])
def test_a_lone_word_that_is_no_code_is_left_to_the_faults_of_its_row(cell):
    assert kind_of_cell(cell, KNOWN) is None


@pytest.mark.req("STAT-1")
@pytest.mark.parametrize("state", ["louisiana", "example"])
def test_no_word_of_a_shipped_form_is_taken_for_somebody(state):
    one = form_for(load_pack(PACKS / state))
    known = known_words(one.words())

    for word in one.words():
        assert kind_of_cell(word, known) is None, word
    for field in one.fields.values():
        assert kind_of_heading(field.label, known) is None, field.label


@pytest.mark.req("STAT-1")
def test_a_refusal_says_where_once_for_a_column_and_repeats_nothing():
    cells = [
        Placed("Lines", 1, "A", "Age group", is_heading=True),
        Placed("Lines", 1, "B", "Remarks", is_heading=True),
        *(Placed("Lines", row, "B", "Marisol Vantreeze") for row in range(2, 40)),
        Placed("Lines", 2, "C", "225-555-0143"),
        Placed("Marisol Vantreeze", 0, "", "Marisol Vantreeze"),
    ]

    found = refusals_of(cells, KNOWN)

    assert [(one.row, one.column, one.kind) for one in found] == [
        (1, "B", "words"),
        (2, "B", "name"),
        (2, "C", "contact"),
        (0, "", "name"),
    ]
    sentences = " ".join(one.sentence for one in found)
    assert "Row 2, column B" in sentences
    assert "Nothing of this file was kept." in sentences
    assert "Vantreeze" not in sentences
    assert "0143" not in sentences


def test_a_long_cell_is_judged_at_once_and_as_words():
    assert kind_of_cell("A" + "a" * 100_000 + "!", KNOWN) == "words"
    assert kind_of_cell("A" + "a" * 150 + "!", KNOWN) == "words"


def test_nothing_is_refused_in_a_sheet_of_codes():
    cells = [
        Placed("Lines", 1, "A", "Age group", is_heading=True),
        Placed("Lines", 2, "A", "young"),
        Placed("Lines", 3, "A", "18 and over"),
    ]

    assert refusals_of(cells, KNOWN) == ()
