"""The same referrals in the report and in the state's numbers, the same persons in tables for research: which count of
one is which count of the other.

The report and the state's numbers both count every referral of a year; the latter ninety days after each quarter, the
report when it is frozen. The report and tables for research count the persons of a year. What nobody changed in between
is the same count under two keys: hidden in one and printed in the other, it is known to whoever reads both. (AU1)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ..disclosure_control.problem import Sum

WHAT = "referrals at 90 days"  # as the state's numbers call what they count
_MEASURE = re.compile(r"(?P<year>\d{4})(?: corrected \d+)? (?P<name>referrals|decisions|R[234])")
_TIERS = {"R2": "tier=2", "R3": "tier=3"}  # the first tier is what is left of all: the report counts more under it
_PERSONS = re.compile(r"(?P<year>\d{4})(?: corrected \d+)? persons")
_COLUMNS = {
    "age": "age",
    "kind": "kind",
    "gender": "gender",
    "in_status": "status",
    "in_standing": "standing",
    "in_outcome": "outcome",
}
_RESULTS = {"met": "met", "missed": "missed", "counted": "owed"}
_DECISIONS = {"eligible": "came_eligible", "undecided": "undecided"}


def among_the_state(key: str) -> str:
    """The key under which the state's numbers count the same as this count of a report; "" where they do not."""
    measure, *values = key.split("|")
    found = _MEASURE.fullmatch(measure)
    if found is None:
        return ""
    told = [_TIERS[found["name"]]] if found["name"] in _TIERS else []
    for value in values:
        name, _, code = value.partition("=")
        if name == "source":
            told.append(value)
        elif name == "region" and code.startswith("r:"):
            told.append(f"region={code.removeprefix('r:')}")
        elif name == "result" and code in _RESULTS:
            told.append(f"response={_RESULTS[code]}")
        elif name == "decision" and code in _DECISIONS:
            told.append(f"way={_DECISIONS[code]}")
        elif name == "decision" and code.startswith("not-"):
            told.append(f"way=reason-{code.removeprefix('not-')}")
        else:
            return ""
    return "|".join([f"{found['year']} {WHAT}", *sorted(told)])


def among_research(key: str) -> str:
    """The key under which tables for research of that year count the same persons of the platform; "" where they do
    not. Ages and regions that a report adds up have no count there.
    """
    measure, *values = key.split("|")
    found = _PERSONS.fullmatch(measure)
    told = [_as_in_research(value) for value in values]
    if found is None or not all(told):
        return ""
    return "|".join([people_of(int(found["year"]), int(found["year"])), *sorted(told)])


def twin_of(key: str) -> str:
    """The key under which something else that goes out counts the same as this count of a report; "" for none."""
    return among_the_state(key) or among_research(key)


def people_of(first_year: int, last_year: int) -> str:
    """What tables for research of these years count: the same people in every one."""
    return f"{first_year} to {last_year} people"


def _as_in_research(value: str) -> str:
    name, _, code = value.partition("=")
    if name == "region" and code.startswith("r:"):
        return f"region={code.removeprefix('r:')}"
    if name == "age" and code in ("juvenile", "adult"):
        return ""
    return f"{_COLUMNS[name]}={code}" if name in _COLUMNS else ""


def same_in_a_report(counts: Mapping[str, int], printed: Mapping[str, int]) -> tuple[dict[str, str], list[Sum]]:
    """For a report: key of what counts the same -> key here, where both come to the same, and what here is one count
    twice. counts: those of the report; printed: everything that went out earlier, hidden or not.
    """
    names: dict[str, str] = {}
    twice = []
    for key in sorted(counts):
        twin = twin_of(key)
        if not twin or printed.get(twin) != counts[key]:
            continue
        if names.setdefault(twin, key) != key:
            twice.append(Sum(key, (names[twin],), tells=False))
    return names, twice


def same_as_in_a_report(counts: Mapping[str, int], printed: Iterable[tuple[str, int]]) -> dict[str, str]:
    """For the state's numbers and tables for research: key of a report -> key here, where both come to the same."""
    return {key: twin for key, count in printed if counts.get(twin := twin_of(key)) == count}
