"""The map of squares: every area once, the same figures below, and nothing of a hidden count anywhere."""

from __future__ import annotations

import pytest

from rightdoor.foundation.ui.tile_map import Square, shade_of, tile_map
from rightdoor.packs.pack import Tile

pytestmark = pytest.mark.req("STAT-4")
SQUARES = [
    Square(Tile(1, 1, "ALD"), "Alder", 12),
    Square(Tile(2, 1, "BAJ"), "Bajada", None),
    Square(Tile(2, 2, "CUM"), "Cumbre", 0),
    Square(Tile(3, 2, "NIE"), "Nieve", None),
]


def test_every_area_stands_in_the_picture_and_in_the_table() -> None:
    found = tile_map("Referrals", SQUARES, of="County", what="referrals")
    assert found.rows == (("Alder", ("12",)), ("Bajada", ("*",)), ("Cumbre", ("0",)), ("Nieve", ("*",)))
    assert all(letters in found.svg for letters in ("ALD", "BAJ", "CUM", "NIE"))


def test_hidden_squares_all_look_the_same() -> None:
    svg = tile_map("Referrals", SQUARES, of="County", what="referrals").svg
    assert svg.count("map__tile--hidden") == 2
    assert svg.count(">*</text>") == 2


def test_the_shade_of_a_square_does_not_depend_on_other_areas() -> None:
    alone = tile_map("Referrals", SQUARES[:1], of="County", what="referrals").svg
    assert "map__tile--1" in alone
    assert [shade_of(count) for count in (None, 0, 1, 25, 100, 2300)] == ["hidden", "0", "1", "2", "3", "4"]


def test_a_name_is_never_taken_for_markup() -> None:
    svg = tile_map("<b>", [Square(Tile(1, 1, "A<"), "x", 1)], of="County", what="referrals").svg
    assert "<b>" not in svg
    assert "A<<" not in svg


def test_a_state_without_squares_has_an_empty_map() -> None:
    assert tile_map("Referrals", [], of="County", what="referrals").rows == ()
