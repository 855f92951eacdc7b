"""Who may see what, as data: the shipped matrix, what a pack may add, and what it may not."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from rightdoor.domain.sharing_matrix import CLASSES, COLUMNS, matrix_of, parse_cell
from rightdoor.packs.check import faults
from rightdoor.packs.matrix import shipped_matrix
from rightdoor.packs.read import load_pack
from tests.packs.test_pack_faults import only, spoiled

PACKS = Path(__file__).parents[2] / "jurisdictions"
LOUISIANA, EXAMPLE = load_pack(PACKS / "louisiana"), load_pack(PACKS / "example")

pytestmark = pytest.mark.req("PRIV-2")

NOTATION = [
    ("O", {"own"}, "", False, False),
    ("M", {"team", "release"}, "", False, False),
    ("M (abuse findings)", {"team", "release"}, "abuse_findings", False, False),
    ("M**", {"release"}, "", False, True),
    ("R", {"release"}, "", False, False),
    ("R*", {"release"}, "", True, False),
    ("R/court", {"release"}, "", False, False),
    ("O/R**", {"own", "release"}, "", False, True),
    ("S (safety)", {"status"}, "safety", False, False),
    ("-", set(), "", False, False),
    ("–", set(), "", False, False),
]


@pytest.mark.parametrize(("text", "ways", "limit", "is_specific", "is_named"), NOTATION)
def test_a_cell_says_which_ways_it_opens(text, ways, limit, is_specific, is_named):
    cell = parse_cell(text)
    assert {way for way in ("own", "team", "release", "status") if getattr(cell, way)} == ways
    assert (cell.limit, cell.is_specific, cell.is_named) == (limit, is_specific, is_named)
    assert cell.is_closed is (not ways)


@pytest.mark.parametrize("text", ["", "X", "M R", "R***", "M (weekends)", "O//R", "m"])
def test_what_is_no_cell_is_refused(text):
    with pytest.raises(ValueError, match="no cell"):
        parse_cell(text)


ORDER = [
    ("-", "R", True),
    ("R", "M", True),
    ("M (limited)", "M", True),
    ("R (limited)", "M (limited)", True),
    ("R**", "R", True),
    ("M", "R", False),
    ("S", "R", False),
    ("S", "M", False),
    ("R", "S", False),
    ("R", "O", False),
    ("R", "R*", False),
    ("R (limited)", "R (safety)", False),
    ("R", "R (limited)", False),
    ("S", "-", False),
]


@pytest.mark.parametrize(("narrower", "wider", "fits"), ORDER)
def test_a_stricter_cell_opens_nothing_that_the_other_keeps_shut(narrower, wider, fits):
    assert parse_cell(narrower).fits_in(parse_cell(wider)) is fits
    assert parse_cell(wider).fits_in(parse_cell(wider))


def test_the_shipped_matrix_is_whole():
    """Every class about a person has ten cells, but for two that only their holder reads."""
    shipped = shipped_matrix()
    rows = CLASSES - {"AGG", "DIR", "PRIV", "PERF"}
    assert set(shipped.cells) == set(product(COLUMNS, rows))
    assert all(shipped.cell("survivor_consultant", name).is_closed for name in CLASSES)
    assert shipped.cell("police", "PERF").is_closed
    with pytest.raises(ValueError, match="no class"):
        matrix_of("1", {"NEW": {"police": "R"}})
    with pytest.raises(ValueError, match="no column"):
        matrix_of("1", {"CORE": {"neighbor": "R"}})


def test_a_matrix_is_never_widened():
    with pytest.raises(ValueError, match="opens more"):
        shipped_matrix().narrowed({("school", "MH"): parse_cell("R")}, {})
    stricter = shipped_matrix().narrowed({("police", "LE"): parse_cell("-")}, {"sheriff": "police"})
    assert stricter.by_discipline["sheriff"]["LE"].is_closed
    assert not shipped_matrix().cell("police", "LE").is_closed


@pytest.mark.parametrize("pack", [LOUISIANA, EXAMPLE], ids=lambda pack: pack.key)
def test_every_discipline_has_a_column_and_every_area_one_district(pack):
    assert set(pack.sharing.disciplines) == set(pack.teams.all().keys())
    assert all(pack.sharing.district_of(area.key) for area in pack.areas)
    assert pack.sharing.district_of("elsewhere") == ""
    assert pack.sharing.matrix is pack.sharing.matrix


def test_the_second_state_keeps_two_cells_stricter():
    assert EXAMPLE.sharing.matrix.cell("advocate", "LE").is_closed
    assert not EXAMPLE.sharing.matrix.cell("prosecutor", "REP").team
    assert shipped_matrix().cell("prosecutor", "REP").team


def test_there_are_42_judicial_districts_and_64_parishes_in_them():
    districts = LOUISIANA.sharing.districts
    assert [district.key for district in districts] == [f"jd-{number:02}" for number in range(1, 43)]
    assert sum(len(district.areas) for district in districts) == 64
    assert LOUISIANA.sharing.district_of("orleans") == "jd-41"
    assert LOUISIANA.sharing.district("jd-15").areas == ("acadia", "lafayette", "vermilion")


UNSOUND = [
    ('matrix_version: "1"', 'matrix_version: "0"', "matrix_version", "version 0", "sharing_matrix.toml"),
    (
        'column: advocate, cell: "-"',
        "column: advocate, cell: M",
        "narrowed[0].cell",
        "opens LE wider to advocate than the shipped “S”",
        "only be stricter",
    ),
    ('column: advocate, cell: "-"', "column: advocate, cell: Q", "narrowed[0].cell", "no cell", "O, M, R, S or -"),
    (
        "{data_class: LE, column: advocate",
        "{data_class: LAW, column: advocate",
        "narrowed[0].data_class",
        "no class",
        "ADV",
    ),
    ("data_class: LE, column: advocate", "data_class: LE, column: aunt", "narrowed[0].column", "no column", "advocate"),
    (
        "data_class: LE, column: advocate",
        "data_class: REP, column: prosecutor",
        "narrowed[1]",
        "stands twice",
        "Keep one",
    ),
    ("  school: school\n", "", "disciplines.school", "no column", "none leaves it only its own"),
    ("  school: school\n", "  school: college\n", "disciplines.school", "no column “college”", "coordinator"),
    ("  school: school\n", "  school: school\n  aunt: school\n", "disciplines.aunt", "no discipline “aunt”", "school"),
    (
        "[mesquite, ocotillo",
        "[mesquite, alder, ocotillo",
        "districts[circuit-a].areas",
        "“alder” lies in 2",
        "Keep it in one",
    ),
    ("[mesquite, ocotillo", "[mesquite", "districts", "“ocotillo” lies in no", "Add it to one"),
    ("[mesquite, ocotillo", "[mesquite, ocotillo, moon", "districts[circuit-b].areas", "no area “moon”", "Correct"),
    ("cap_days: 180", "cap_days: 400", "release.cap_days", "no cap", "1 to 365"),
    ("default_days: 14", "default_days: 200", "release.default_days", "no default", "not above the cap"),
    ("agreement_days: 180", "agreement_days: 0", "agreement_days", "does not hold", "every year"),
    ("minor_alone: [MH]", "minor_alone: [MEDICINE]", "minor_alone", "no class", "MH"),
]


@pytest.mark.parametrize(("old", "new", "key", "sentence", "remedy"), UNSOUND)
def test_a_pack_that_is_looser_or_leaves_a_gap_is_refused(tmp_path, old, new, key, sentence, remedy):
    fault = only(faults(spoiled(tmp_path, "sharing.yaml", old, new)), "sharing.yaml", key)
    assert sentence in fault.sentence
    assert remedy in fault.remedy
