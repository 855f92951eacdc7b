"""Regions, areas and centers: a report from anywhere has exactly one way to go."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from ..fault import Fault, one_of
from ..pack import Pack

MOST_TILES = 16  # columns and rows of the map of squares: as many as a phone shows with letters in them


def regions(pack: Pack) -> Iterator[Fault]:
    file = "regions.yaml"
    regions_of: dict[str, list[str]] = {}
    areas_with: dict[str, list[str]] = {}
    for region in pack.regions:
        for area in region.areas:
            where = f"regions[{region.key}].areas[{area.key}]"
            regions_of.setdefault(area.key, []).append(region.key)
            areas_with.setdefault(area.fips, []).append(area.key)
            if area.region != region.key:
                yield Fault(file, f"{where}.region", "The area names another region.", "Leave the key out.")
            if not re.fullmatch(r"[0-9]{5}", area.fips) or not area.fips.startswith(pack.fips_state):
                remedy = f"Write five digits that begin with {pack.fips_state}."
                yield Fault(file, f"{where}.fips", f"“{area.fips}” is no code of this state's areas.", remedy)
        if not region.areas:
            yield Fault(
                file, f"regions[{region.key}].areas", "The region has no area.", "Add one, or remove the region."
            )
    for key, lies_in in regions_of.items():
        if len(set(lies_in)) > 1:
            remedy = "Keep it in one, so that a report from there has one way to go."
            yield Fault(file, f"areas[{key}]", f"“{key}” lies in {' and '.join(lies_in)}.", remedy)
    for fips, keys in areas_with.items():
        if len(set(keys)) > 1:
            yield Fault(
                file, f"areas[{keys[-1]}].fips", f"{fips} is the code of {keys[0]}, too.", "Correct one of them."
            )


def centers(pack: Pack) -> Iterator[Fault]:
    file = "regions.yaml"
    region_of = {area.key: area.region for area in pack.areas}
    served = Counter(area for center in pack.centers for area in center.areas)
    known = {region.key for region in pack.regions}
    for center in pack.centers:
        where = f"centers[{center.key}]"
        if center.region not in known:
            yield Fault(file, f"{where}.region", f"There is no region “{center.region}”.", one_of(known))
        for area in center.areas:
            if region_of.get(area) != center.region:
                remedy = "Name only areas of the center's own region."
                yield Fault(file, f"{where}.areas", f"“{area}” is not an area of “{center.region}”.", remedy)
    for area in region_of:
        if served[area] != 1:
            said = "No center serves" if not served[area] else f"{served[area]} centers serve"
            yield Fault(file, "centers", f"{said} “{area}”.", "Let exactly one center serve each area.")


def tiles(pack: Pack) -> Iterator[Fault]:
    """A map of squares shows every area once, or there is none."""
    file = "regions.yaml"
    drawn = [area for area in pack.areas if area.tile is not None]
    if not drawn:
        return
    stands_at: dict[tuple[int, int], str] = {}
    named: dict[str, str] = {}
    for area in pack.areas:
        where = f"regions[{area.region}].areas[{area.key}].tile"
        if area.tile is None:
            yield Fault(file, where, f"“{area.key}” is not on the map.", "Give every area a square, or none of them.")
            continue
        place, letters = (area.tile.column, area.tile.row), area.tile.letters
        if not all(1 <= at <= MOST_TILES for at in place):
            yield Fault(
                file,
                where,
                f"The square {place} lies outside of the map.",
                f"Count columns and rows 1 to {MOST_TILES}.",
            )
        if not re.fullmatch(r"[A-Z]{2,3}", letters):
            yield Fault(file, where, f"“{letters}” does not fit into a square.", "Write two or three capital letters.")
        other, same = stands_at.setdefault(place, area.key), named.setdefault(letters, area.key)
        if other != area.key:
            yield Fault(file, where, f"The square is taken by “{other}”.", "Move one of the two.")
        if same != area.key:
            yield Fault(file, where, f"“{letters}” stands for “{same}”, too.", "Choose other letters for one of them.")
