"""Making tables coarser where they cannot be protected as they are. The threshold is not among what can be changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

# key -> what it does, for whoever chooses it
MERGES: Mapping[str, str] = {
    "places": "Show regions without what they are made of.",
    "place_tables": "Leave out the tables of region by age and by kind.",
    "ages": "Show children, adults and unknown without age groups.",
    "gender": "Show every gender but female and male as one.",
    "race": "Show every race with few people as one: all but the two that most reports tell, and more than one race.",
    "kind": "Show labor trafficking, alone or with sex trafficking, as one.",
    "outcome": "Show how it stands as active, closed or another way.",
    "relation": "Leave out the relation to the trafficker.",
    "services": "Leave out services received.",
    "performance_regions": "Show the state's performance without its regions.",
    "outside": "Leave out the tables of what agencies count.",
    "inside": "Leave out the tables of persons in the platform.",
    "performance": "Leave out the tables of performance.",
    "justice": "Leave out arrests, prosecutions and businesses.",
    "referrals": "Leave out where referrals come from, and screening.",
}

# What a dimension's name points to, the finest first.
_BY_DIMENSION: Mapping[str, tuple[str, ...]] = {
    "place": ("places", "place_tables"),
    "origin": ("places",),
    "age": ("ages",),
    "gender": ("gender",),
    "race": ("race",),
    "kind": ("kind",),
    "outcome": ("outcome",),
    "relation": ("relation",),
    "services": ("services",),
    "result": ("performance_regions", "performance"),
}
_WHOLE: tuple[tuple[str, str], ...] = (
    ("provider-persons", "outside"),
    ("persons", "inside"),
    ("arrests", "justice"),
    ("dispositions", "justice"),
    ("businesses", "justice"),
    ("referrals", "referrals"),
    ("decisions", "referrals"),
    ("screenings", "referrals"),
    ("calls", "referrals"),
)


def proposals(keys: Iterable[str], chosen: Collection[str] = ()) -> tuple[str, ...]:
    """Which merges could help where these counts cannot be protected, the gentlest first; none that is chosen already.

    A grand total that cannot be shown leaves no gentler way than to leave its tables out.
    """
    found: list[str] = []
    last: list[str] = []
    for key in keys:
        measure, *parts = key.split(" less ", maxsplit=1)[0].split("|")
        for part in parts:
            found += _BY_DIMENSION.get(part.partition("=")[0], ())
        what = measure.split(" ", maxsplit=1)[-1]
        last += [merge for word, merge in _WHOLE if what.startswith(word)] or ["performance"]
    order = list(MERGES)
    wanted = {one for one in (*found, *last) if one not in chosen}
    return tuple(sorted(wanted, key=order.index))
