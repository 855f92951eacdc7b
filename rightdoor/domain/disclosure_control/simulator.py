"""Invented years of a state's size, to try patterns on. Nobody in them exists. The same seed gives the same year."""

from __future__ import annotations

import random
from collections import Counter

from .tables import CountTable, Dimension

AGES = ("0-12", "13-17", "18-24", "25-59", "60+")
AGE_SHARES = (0.10, 0.48, 0.20, 0.21, 0.01)
TYPES = ("sex", "labor", "both", "unknown")
TYPE_SHARES = (0.79, 0.03, 0.04, 0.14)
AREAS, REGIONS, PEOPLE, PROVIDERS = 64, 10, 992, 28


def place_dimension(areas: int = AREAS, regions: int = REGIONS) -> Dimension:
    """State, regions, areas."""
    split: dict[str, tuple[str, ...]] = {"state": tuple(f"R{number:02}" for number in range(1, regions + 1))}
    for number, region in enumerate(split["state"]):
        split[region] = tuple(f"A{area:02}" for area in range(number + 1, areas + 1, regions))
    return Dimension("place", "state", split, tells=False)


def simulated_people(seed: int, people: int = PEOPLE, areas: int = AREAS) -> list[tuple[str, str, str, str]]:
    """(area, age, type, provider) of each person: few areas are large, many small."""
    chance = random.Random(f"year {seed}")  # noqa: S311 - invented people
    sizes = [chance.lognormvariate(0.0, 1.4) for _ in range(areas)]
    names = [f"A{number:02}" for number in range(1, areas + 1)]
    reach = {name: chance.sample(range(1, PROVIDERS + 1), chance.choice((3, 4, 5, 6))) for name in names}
    found = []
    for _ in range(people):
        area = chance.choices(names, sizes)[0]
        age = chance.choices(AGES, AGE_SHARES)[0]
        kind = chance.choices(TYPES, TYPE_SHARES)[0]
        found.append((area, age, kind, f"P{chance.choice(reach[area]):02}"))
    return found


def areas_by_age(
    seed: int, *, people: int = PEOPLE, areas: int = AREAS, regions: int = REGIONS, with_providers: bool = False
) -> CountTable:
    """64 areas in 10 regions in the state, by five ages: 450 counts with their totals."""
    rows = simulated_people(seed, people, areas)
    places = place_dimension(areas, regions)
    ages = Dimension("age", "all ages", {"all ages": AGES})
    counts: Counter[tuple[str, ...]] = Counter((area, age) for area, age, _, _ in rows)
    providers: dict[tuple[str, ...], dict[str, int]] = {}
    if with_providers:
        for (area, age, provider), number in Counter((row[0], row[1], row[3]) for row in rows).items():
            providers.setdefault((area, age), {})[provider] = number
    return CountTable(f"year {seed}", (places, ages), counts, providers)


def regions_by_age_and_type(seed: int) -> CountTable:
    """10 regions in the state, by five ages and four types: 330 counts with their totals."""
    rows = simulated_people(seed)
    region_of = {area: region for region, areas in place_dimension().splits.items() for area in areas}
    places = Dimension("place", "state", {"state": place_dimension().splits["state"]}, tells=False)
    ages = Dimension("age", "all ages", {"all ages": AGES})
    types = Dimension("type", "all types", {"all types": TYPES})
    counts: Counter[tuple[str, ...]] = Counter((region_of[area], age, kind) for area, age, kind, _ in rows)
    return CountTable(f"year {seed}", (places, ages, types), counts)
