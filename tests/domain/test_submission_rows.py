"""Lines without identity: codes alone, a small area as its region, an order that tells nothing."""

from __future__ import annotations

from random import Random

import pytest

from rightdoor.domain.submission.rows import PersonRow, coarsened, in_drawn_order, row_of, tallied, totals_of
from tests.domain.yearly import form

FORM = form()
CELLS = {"age": "Under 18", "kind": "sex", "race": "Ochre; Teal", "place": "north", "services": "shelter"}


def row(**told: str) -> PersonRow:
    found, faults = row_of(FORM, 2, CELLS | told)
    assert found is not None, faults
    return found


@pytest.mark.req("STAT-1")
def test_a_line_is_read_by_codes_or_by_their_words():
    found = row()

    assert found.told == {
        "age": ("young",),
        "kind": ("sex",),
        "race": ("ochre", "teal"),
        "place": ("north",),
        "services": ("shelter",),
    }


@pytest.mark.req("STAT-1")
@pytest.mark.parametrize(
    ("field", "text", "what"),
    [
        ("age", "", "Empty."),
        ("age", "seventeen", "Not one of the codes."),
        ("kind", "sex; labor", "More than one code."),
        ("race", "Ochre; Not told", "Known and not known at once."),
        ("place", "12 Invented Lane", "Not one of the codes."),
    ],
)
def test_a_cell_that_is_no_answer_is_named_by_row_and_field_and_never_repeated(field, text, what):
    found, faults = row_of(FORM, 9, CELLS | {field: text})

    assert found is None
    assert [(one.row, one.field, one.what) for one in faults] == [(9, field, what)]
    assert all(text not in one.what + one.mend for one in faults if text)


@pytest.mark.req("STAT-1")
def test_somebody_of_two_races_is_one_person_and_of_two_services_stands_twice():
    totals = totals_of(FORM, "provider", [row(services="shelter; counsel"), row(race="Ochre")])

    assert totals["everybody"] == {(): 2}
    assert totals["race_age"] == {("several", "young"): 1, ("ochre", "young"): 1}
    assert totals["received"] == {("shelter",): 2, ("counsel",): 1}


def test_what_nobody_can_count_from_lines_is_not_made_up():
    assert "too" not in totals_of(FORM, "provider", [row()])


@pytest.mark.req("STAT-1")
def test_an_area_with_few_people_is_kept_as_its_region_and_the_area_is_gone():
    rows = [*[row(place="north")] * 12, *[row(place="south")] * 11, row(place="elsewhere")]

    kept = coarsened(FORM, rows, more_than=11, region_of=lambda key: {"north": "upper", "south": "upper"}.get(key, ""))

    table = FORM.table("place")
    assert table is not None
    assert tallied(FORM, table, kept) == {("north",): 12, ("region:upper",): 11, ("elsewhere",): 1}
    assert all(one.told["age"] == ("young",) for one in kept)


def test_lines_are_kept_in_an_order_drawn_by_lot():
    rows = [row(place=place) for place in ("north", "south", "east", "elsewhere")] * 5

    first = in_drawn_order(rows, Random(1).randrange)
    again = in_drawn_order(rows, Random(1).randrange)
    other = in_drawn_order(rows, Random(2).randrange)

    assert first == again
    assert first != other
    assert list(first) != rows
    assert sorted(map(str, first)) == sorted(map(str, rows))
