"""The dimensions of the tables: which values, under which heads, and which code goes where when a table is coarser."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ..disclosure_control.tables import Dimension
from ..submission.form import REGION
from .inputs import Inputs

TOP = "total"
JUVENILE, ADULT, UNKNOWN = "juvenile", "adult", "unknown"
AGE_GROUPS = {"a00_12": JUVENILE, "a13_17": JUVENILE, "a18_24": ADULT, "a25_59": ADULT, "a60": ADULT}
AGE_HEADS = {JUVENILE: "17 and under", ADULT: "18 and over", UNKNOWN: "Age not known"}
WHOLE_REGION = "r:"
COUNTED = "counted"
RESULTS = {"met": "In time", "missed": "Not in time", "pending": "Not due yet", "excluded": "Left out"}


@dataclass(frozen=True, slots=True)
class Shape:
    """A dimension, the words of its values, and the value that each code of the inputs is counted under."""

    dimension: Dimension
    labels: Mapping[str, str]
    goes: Mapping[str, str]

    def walk(self) -> list[tuple[str, str, int]]:
        """Key, words, level of every value, the top first."""
        return [(key, self.labels[key], max(depth - 1, 0)) for key, depth in self.dimension.walk()]


def shape_of(name: str, inputs: Inputs, merges: Collection[str], *, coarse: bool = False) -> Shape:
    """The shape of a dimension. `coarse`: ages as groups, places as regions. KeyError for an unknown list."""
    if name == "age":
        return _age(inputs, coarse=coarse or "ages" in merges)
    if name in ("place", "origin", "region"):
        return _place(name, inputs, coarse=coarse or name != "place" or "places" in merges)
    if name == "result":
        return _result()
    codes = [(code, label) for code, label, _missing in inputs["lists"][name]["codes"]]
    folds = _folds(name, merges)
    goes = {code: folds.get(code, (code, ""))[0] for code, _ in codes}
    labels = {code: label for code, label in codes if goes[code] == code}
    for value, label in folds.values():
        labels[value] = label
    order = list(dict.fromkeys(goes[code] for code, _ in codes))
    return _flat(name, order, labels, goes)


def _flat(name: str, order: Sequence[str], labels: Mapping[str, str], goes: Mapping[str, str]) -> Shape:
    return Shape(Dimension(name, TOP, {TOP: tuple(order)}), {TOP: "All", **labels}, goes)


def _age(inputs: Inputs, *, coarse: bool) -> Shape:
    codes = [(code, label) for code, label, _missing in inputs["lists"]["age"]["codes"]]
    goes = {code: AGE_GROUPS.get(code, UNKNOWN) if coarse else code for code, _ in codes}
    splits: dict[str, tuple[str, ...]] = {TOP: (JUVENILE, ADULT, UNKNOWN)}
    labels = {TOP: "All", **AGE_HEADS}
    if not coarse:
        for group in (JUVENILE, ADULT):
            splits[group] = tuple(code for code, _ in codes if AGE_GROUPS.get(code) == group)
        labels |= {code: label for code, label in codes if code in AGE_GROUPS}
    return Shape(Dimension("age", TOP, splits), labels, goes)


def _place(name: str, inputs: Inputs, *, coarse: bool) -> Shape:
    regions = [(key, label) for key, label in inputs["regions"]]
    others = [(code, label) for code, label, _missing in inputs["lists"]["elsewhere"]["codes"]]
    if name == "region":  # where the platform works: every person has one
        others = []
    heads = [f"{WHOLE_REGION}{key}" for key, _ in regions]
    labels = {TOP: "State", **{f"{WHOLE_REGION}{key}": label for key, label in regions}, **dict(others)}
    goes = {code: code for code, _ in others}
    splits: dict[str, tuple[str, ...]] = {TOP: (*heads, *(code for code, _ in others))}
    for key, label in regions:
        head = f"{WHOLE_REGION}{key}"
        inner = [(area, words) for area, words, region in inputs["areas"] if region == key]
        inner.append((f"{REGION}{key}", f"{label}, not told where"))
        goes[key] = head
        goes |= {area: head if coarse else area for area, _ in inner}
        if not coarse:
            splits[head] = tuple(area for area, _ in inner)
            labels |= dict(inner)
    # Home and place are two things; a region of the platform is the place of nobody's trafficking.
    return Shape(Dimension(name, TOP, splits, tells=False), labels, goes)


def _result() -> Shape:
    splits = {TOP: (COUNTED, "pending", "excluded"), COUNTED: ("met", "missed")}
    labels = {TOP: "All", COUNTED: "Counted", **RESULTS}
    return Shape(Dimension("result", TOP, splits, tells=False), labels, {code: code for code in RESULTS})


def _folds(name: str, merges: Collection[str]) -> dict[str, tuple[str, str]]:
    """Code -> (value that it is folded into, its words). A value that is folded is called like no code of its list:
    in another edition the same key would be another count.
    """
    if name == "gender" and "gender" in merges:
        return dict.fromkeys(("transgender", "another"), ("any_other", "Transgender or another gender"))
    if name == "race" and "race" in merges:
        few = ("aian", "asian", "hispanic", "mena", "nhpi", "another")
        return dict.fromkeys(few, ("any_other", "Another race"))
    if name == "kind" and "kind" in merges:
        return dict.fromkeys(("labor", "both"), ("labor_any", "Labor trafficking, alone or with sex trafficking"))
    if name in ("outcome", "in_outcome") and "outcome" in merges:
        return {
            **dict.fromkeys(("active_engaged", "active_not_engaged", "follow_up", "active"), ("any_active", "Active")),
            **dict.fromkeys(
                ("closed_goals_met", "closed_declined", "closed_moved", "closed_aged_out", "completed", "moved_on",
                 "lost_contact", "declined"),
                ("any_closed", "Closed"),
            ),
            **dict.fromkeys(
                ("missing", "in_custody", "deceased", "not_a_victim", "other"), ("another_way", "Another way")
            ),
        }  # fmt: skip
    return {}
