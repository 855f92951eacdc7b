"""The crosswalk: every code of ours has its line, and nothing is said that was not read."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from rightdoor.packs.crosswalk import FORM_OF, HERE, OWN, VERSIONS, CrosswalkUnsound, crosswalk, crosswalk_of

RAW = tomllib.loads((HERE / VERSIONS["2026.1"]).read_text(encoding="utf-8"))
LISTS = {
    one["key"]: tuple(code["key"] for code in one["codes"])
    for one in tomllib.loads((HERE / FORM_OF["2026.1"]).read_text(encoding="utf-8"))["lists"]
} | dict(OWN)


def map_of(raw: dict[str, Any], ours: str, theirs: str) -> dict[str, Any]:
    """One map in a tree of the file."""
    found: dict[str, Any] = next(one for one in raw["maps"] if (one["ours"], one["theirs"]) == (ours, theirs))
    return found


@pytest.mark.req("STAT-5")
def test_the_shipped_crosswalk_is_sound_and_says_what_it_is() -> None:
    read = crosswalk()

    assert read == crosswalk_of(RAW, LISTS)
    assert {one.key for one in read.vocabularies} == {
        "htcds", "ctdc", "voca_pmt", "tims", "nibrs", "hmis", "ictip", "polaris",
    }  # fmt: skip
    assert read.codes("kind", "nibrs", "offense", "both") == ("64A", "64B")
    assert read.codes("status", "htcds", "TraffickingStatus", "suspected") == ("Possible",)
    assert read.codes("services", "voca_pmt", "services", "food") == ()  # of a state's own list: no line
    with pytest.raises(KeyError):
        read.map("race", "ictip", "unit")


@pytest.mark.req("STAT-5")
def test_ages_of_the_grant_report_are_ours() -> None:
    lines = crosswalk().map("age", "voca_pmt", "age").lines

    assert {one.fit for one in lines} == {"same"}
    assert len({one.to for one in lines}) == len(lines)


@pytest.mark.req("STAT-5")
def test_three_kinds_of_missing_fall_together_only_outside() -> None:
    read = crosswalk()
    for ours, theirs, many in (("hmis", 3, 3), ("nibrs", 3, 1), ("ctdc", 3, 1)):
        field = "missing"
        lines = read.map("missing", ours, field).lines
        assert (len(lines), len({one.to for one in lines})) == (theirs, many)
    assert read.codes("race", "voca_pmt", "race", "not_asked") == ("Not Tracked",)
    assert read.codes("race", "voca_pmt", "race", "declined") == ("Not Reported",)


def _gone(raw: dict[str, Any]) -> None:
    map_of(raw, "status", "htcds")["lines"].pop()


def _strange(raw: dict[str, Any]) -> None:
    map_of(raw, "status", "htcds")["lines"][0]["code"] = "certain"


def _theirs(raw: dict[str, Any]) -> None:
    map_of(raw, "status", "htcds")["lines"][0]["to"] = ["Certain"]


def _coded(raw: dict[str, Any]) -> None:
    map_of(raw, "gender", "htcds")["lines"][0]["to"] = ["Familial"]


def _uncoded(raw: dict[str, Any]) -> None:
    del map_of(raw, "status", "htcds")["lines"][0]["to"]


def _silent(raw: dict[str, Any]) -> None:
    del map_of(raw, "relation", "htcds")["lines"][1]["note"]


def _merged(raw: dict[str, Any]) -> None:
    map_of(raw, "race", "voca_pmt")["lines"][6]["to"] = ["Asian"]


def _twice(raw: dict[str, Any]) -> None:
    raw["maps"].append(copy.deepcopy(raw["maps"][0]))


def _nowhere(raw: dict[str, Any]) -> None:
    raw["maps"][0]["field"] = "Weather"


def _not_ours(raw: dict[str, Any]) -> None:
    raw["maps"][0]["ours"] = "weather"


def _key(raw: dict[str, Any]) -> None:
    raw["maps"][0]["lines"][0]["colour"] = "blue"


@pytest.mark.req("STAT-5")
@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_gone, "“unknown” has no line"),
        (_strange, "“certain” is no code of ours"),
        (_theirs, "“Certain” is no code of theirs"),
        (_coded, "“female” is unknown and names Familial"),
        (_uncoded, "“confirmed” is near and names no code"),
        (_silent, "say why “partner” has no code"),
        (_merged, "“Asian” cannot be the same as asian"),
        (_twice, "stands twice"),
        (_nowhere, "no such vocabulary or field"),
        (_not_ours, "we have no such list"),
        (_key, "A key is missing or not known"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(spoil: Callable[[dict[str, Any]], None], says: str) -> None:
    raw = copy.deepcopy(RAW)
    spoil(raw)

    with pytest.raises(CrosswalkUnsound) as refusal:
        crosswalk_of(raw, LISTS)

    assert any(says in one for one in refusal.value.faults), refusal.value.faults
