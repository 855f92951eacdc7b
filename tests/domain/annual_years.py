"""An invented year of a small state, as the inputs of its report: the same for the same seed."""

from __future__ import annotations

from random import Random
from typing import Any

from rightdoor.domain.annual_report.inputs import cross_of

REGIONS = [["north", "North"], ["south", "South"], ["west", "West"]]
AREAS = [["ash", "Ash", "north"], ["elm", "Elm", "north"], ["oak", "Oak", "south"], ["yew", "Yew", "west"]]


def _list(*codes: str, missing: tuple[str, ...] = ("unknown",)) -> dict[str, Any]:
    return {
        "number": 1,
        "codes": [[one, one.replace("_", " ").title(), one if one in missing else ""] for one in codes],
    }


LISTS = {
    "status": _list("confirmed", "suspected", "unknown"),
    "in_status": _list("confirmed", "suspected", "not_trafficking", "unknown"),
    "kind": _list("sex", "labor", "both", "unknown"),
    "age": _list("a00_12", "a13_17", "a18_24", "a25_59", "a60", "unknown"),
    "gender": _list("female", "male", "transgender", "another", "not_asked", missing=("not_asked",)),
    "race": _list("black", "white", "hispanic", "asian", "several", "not_asked", missing=("not_asked",)),
    "elsewhere": _list("several", "elsewhere", "not_asked", "unknown", missing=("not_asked", "unknown")),
    "relation": _list("family", "partner", "unknown"),
    "standing": _list("new", "continuing", "unknown"),
    "in_standing": _list("new", "continuing"),
    "services": _list("housing", "counseling", "none"),
    "in_services": _list("housing", "counseling"),
    "outcome": _list("active_engaged", "closed_goals_met", "missing", "unknown"),
    "in_outcome": _list("active", "completed", "missing", "unknown"),
    "source": _list("police", "school", "unknown"),
    "decision": _list("eligible", "too_old", "undecided"),
    "screened": _list("positive", "negative", "not_scored"),
    "charge": _list("law_one", "other"),
    "disposition": _list("pending", "convicted"),
    "call": _list("signal", "case"),
    "business": _list("complaint", "closed"),
}
_PAIRS = ("kind_status", "age_status", "gender_age", "race_age", "place_age", "place_kind", "outcome_age")


def inputs(seed: int = 1, people: int = 400, agencies: int = 5, **changed: Any) -> dict[str, Any]:
    """The inputs of a report on so many people of so many agencies, and half as many in the platform."""
    random = Random(seed)  # noqa: S311 - invented, and the same each time
    rows = [_person(random) for _ in range(people)]
    counted_by = [f"p{1 + at % agencies}" for at in range(people)]
    crosses: dict[str, Any] = {
        name: cross_of(
            (tuple(row[part] for part in name.split("_")), 1, who) for row, who in zip(rows, counted_by, strict=True)
        )
        for name in _PAIRS
    }
    for name in ("origin", "relation", "standing"):
        crosses[name] = cross_of(((row[name],), 1, who) for row, who in zip(rows, counted_by, strict=True))
    crosses["received"] = cross_of(((row["services"],), 1, who) for row, who in zip(rows, counted_by, strict=True))
    inside = [_person(random) for _ in range(people // 2)]
    crosses["in_kind_status"] = cross_of(((row["kind"], row["status"]), 1, "") for row in inside)
    crosses["in_age_status"] = cross_of(((row["age"], row["status"]), 1, "") for row in inside)
    crosses["in_gender_age"] = cross_of(((row["gender"], row["age"]), 1, "") for row in inside)
    regions = [random.choice(REGIONS)[0] for _ in inside]
    crosses["in_region_age"] = cross_of(
        ((region, row["age"]), 1, "") for region, row in zip(regions, inside, strict=True)
    )
    crosses["in_region_kind"] = cross_of(
        ((region, row["kind"]), 1, "") for region, row in zip(regions, inside, strict=True)
    )
    outcomes = [random.choice(("active", "active", "completed", "missing")) for _ in inside]
    crosses["in_outcome_age"] = cross_of(((out, row["age"]), 1, "") for out, row in zip(outcomes, inside, strict=True))
    crosses["in_standing"] = cross_of(((random.choice(("new", "continuing")),), 1, "") for _ in inside)
    crosses["in_services"] = cross_of(((random.choice(("housing", "counseling")),), 1, "") for _ in inside)
    crosses["sources"] = [[["police"], 120, {}], [["school"], 60, {}], [["unknown"], 4, {}]]
    crosses["decisions"] = [[["eligible"], 150, {}], [["too_old"], 3, {}], [["undecided"], 31, {}]]
    crosses["screenings"] = [[["positive"], 60, {}], [["negative"], 200, {}]]
    crosses["arrests_place_charge"] = [
        [["ash", "law_one"], 14, {}],
        [["oak", "other"], 2, {}],
        [["yew", "law_one"], 20, {}],
    ]
    crosses["dispositions"] = [[["pending"], 15, {}], [["convicted"], 12, {}]]
    crosses["calls"] = [[["signal", "sex"], 300, {}], [["signal", "labor"], 40, {}], [["case", "sex"], 9, {}]]
    crosses["businesses"] = [[["ash", "complaint"], 12, {}]]
    crosses["measure R1"] = [
        [["north", "met"], 30, {}], [["north", "missed"], 12, {}], [["south", "met"], 25, {}],
        [["south", "missed"], 2, {}], [["west", "met"], 20, {}], [["west", "pending"], 13, {}],
    ]  # fmt: skip
    crosses["measure R2"] = [[["north", "met"], 14, {}], [["west", "missed"], 3, {}]]
    crosses["measure R4"] = cross_of(
        (tuple(codes), many, "") for name in ("R1", "R2") for codes, many, _ in crosses[f"measure {name}"]
    )
    return {
        "year": 2025,
        "edition": 1,
        "state": "Example",
        "as_of": "2026-03-01T12:00:00+00:00",
        "threshold": 11,
        "area": "county",
        "jitter": "00",
        "lists": LISTS,
        "regions": REGIONS,
        "areas": AREAS,
        "agencies": [["provider", "submitted", False, "totals", "2026.1"]] * agencies
        + [["provider", "nil", False, "nil", "2026.1"], ["police", "no_answer", False, "", ""]],
        "crosses": crosses,
        "measures": [
            ["R1", "Response in time", "Counted: meetings held in time.", "referrals"],
            ["R2", "Response, tier 2", "", "referrals"],
            ["R4", "Response, all tiers", "", "referrals"],
        ],
        "offered": {"housing": 3, "counseling": 4},
        "money": {"ordered": [50_000, 12], "paid": [700, 2], "forfeited": [0, 0]},
        "trend": [{"year": 2020, "vocabulary": "older", "total": 131, "asked": 12, "answered": 9}],
        "breaks": [{"after": "2020", "note": "Another test was used."}],
        "earlier": [],
        **changed,
    }


def _person(random: Random) -> dict[str, str]:
    age = random.choices(("a00_12", "a13_17", "a18_24", "a25_59", "unknown"), (8, 50, 22, 15, 5))[0]
    return {
        "kind": random.choices(("sex", "labor", "both", "unknown"), (80, 6, 4, 10))[0],
        "status": random.choices(("confirmed", "suspected", "unknown"), (60, 35, 5))[0],
        "age": age,
        "gender": random.choices(("female", "male", "transgender", "not_asked"), (84, 11, 2, 3))[0],
        "race": random.choices(("black", "white", "hispanic", "several", "not_asked"), (50, 35, 5, 5, 5))[0],
        "place": random.choices(("ash", "elm", "oak", "yew", "region:south", "unknown"), (30, 20, 20, 15, 5, 10))[0],
        "origin": random.choice(("ash", "oak", "yew", "elsewhere", "not_asked")),
        "relation": random.choice(("family", "partner", "unknown")),
        "standing": random.choice(("new", "new", "continuing")),
        "services": random.choice(("housing", "counseling", "none")),
        "outcome": random.choice(("active_engaged", "closed_goals_met", "missing")),
    }
