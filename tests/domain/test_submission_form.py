"""The yearly form: its data hold together, and what a change of a list does to comparing."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import pytest

from rightdoor.domain.submission.form import ALL, FormUnsound, comparable, form_of
from rightdoor.packs.read import load_pack
from rightdoor.packs.submission import VERSIONS, form_for
from tests.domain.yearly import PLACES, RAW, SERVICES, form

PACKS = Path(__file__).parents[2] / "jurisdictions"
LISTS = {"places": PLACES, "services": SERVICES}


@pytest.mark.req("STAT-1")
def test_the_state_fills_its_own_places_into_a_closed_list():
    codes = form().fields["place"].codes

    assert codes.keys == {"north", "south", "east", "region:upper", "elsewhere"}
    assert codes.label("east") == "East Bend"


def test_a_cell_is_said_in_words_and_a_sum_as_all():
    one = form()
    table = one.table("age_kind")
    assert table is not None

    assert one.labels(table, ("young", "labor")) == "Under 18, Labor"
    assert one.labels(table, ("young", ALL)) == "Under 18, all"


@pytest.mark.parametrize(
    ("part", "at", "changed"),
    [
        ("fields", 0, {"codes": "nothing"}),
        ("fields", 1, {"key": "age"}),
        ("lists", 0, {"codes": [{"key": "all", "label": "Everybody"}]}),
        ("lists", 0, {"codes": [{"key": "a", "label": "A"}, {"key": "a", "label": "B"}]}),
        ("lists", 0, {"codes": [{"key": "a", "label": "Same"}, {"key": "b", "label": "same"}]}),
        ("lists", 0, {"codes": []}),
        ("lists", 0, {"codes": [{"key": "Aa", "label": "A"}]}),
        ("lists", 0, {"codes": [{"key": "a", "label": "A", "missing": "perhaps"}]}),
        ("lists", 3, {"from": "streets"}),
        ("tables", 1, {"by": ["age", "height"]}),
        ("tables", 1, {"by": ["age", "age"]}),
        ("tables", 1, {"adds": "mostly"}),
        ("tables", 1, {"of": []}),
        ("tables", 1, {"key": "everybody"}),
        ("tables", 4, {"adds": "whole"}),
    ],
)
def test_data_that_do_not_hold_together_are_refused(part, at, changed):
    raw = deepcopy(RAW)
    raw[part][at].update(changed)

    with pytest.raises(FormUnsound):
        form_of(raw, LISTS)


@pytest.mark.req("STAT-1")
def test_a_list_with_another_number_and_other_codes_is_not_compared():
    changed = deepcopy(RAW)
    changed["lists"][0]["number"] = 2
    changed["lists"][0]["codes"][0]["key"] = "minor"
    new = form_of(changed, LISTS)

    assert not comparable(form(), new, "age")
    assert comparable(form(), new, "kind")
    assert not comparable(form(), new, "height")


@pytest.mark.req("STAT-1")
@pytest.mark.parametrize("state", ["louisiana", "example"])
@pytest.mark.parametrize("version", sorted(VERSIONS))
def test_every_shipped_form_reads_with_every_shipped_state(state, version):
    pack = load_pack(PACKS / state)
    one = form_for(pack, version)

    assert one.version == version
    assert {area.key for area in pack.areas} <= one.fields["place"].codes.keys
    assert {f"region:{region.key}" for region in pack.regions} <= one.fields["place"].codes.keys
    assert {choice.key for choice in pack.statistics.charges} < one.fields["charge"].codes.keys
    assert [code.key for code in one.fields["age"].codes.codes] == [
        "a00_12",
        "a13_17",
        "a18_24",
        "a25_59",
        "a60",
        "unknown",
    ]


@pytest.mark.parametrize("state", ["louisiana", "example"])
def test_a_shipped_form_says_area_in_the_words_of_the_state_and_leaves_no_brace(state):
    pack = load_pack(PACKS / state)
    words = " ".join(form_for(pack).words())

    assert pack.word("area") in words
    assert "{" not in words


@pytest.mark.parametrize("kind", ["provider", "safe_house"])
def test_whatever_can_be_unknown_has_a_code_for_it_so_that_tables_can_come_to_everybody(kind):
    one = form_for(load_pack(PACKS / "louisiana"))
    fields = {key for table in one.asked_of(kind) if table.adds == "whole" for key in table.by}

    assert fields
    for key in sorted(fields):
        assert any(code.missing for code in one.fields[key].codes.codes), key
