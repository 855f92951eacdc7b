"""From a referral to what became of it: each step with how many came so far, and where the others stopped.

Counted are referrals. How many persons they are is told beside them: inside the platform each person once in a year;
outside of it as often as a provider counted them. The two are never added up. (STAT-4)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from .measured import Definition, Interval, by_key, wilson

STEPS = ("referred", "eligible", "tiered", "staffed", "planned")
STEP_WORDS = {
    "referred": "Referred",
    "eligible": "Found eligible",
    "tiered": "Given a response tier",
    "staffed": "Emergency staffing held",
    "planned": "Service plan adopted",
}
STOPPED_WORDS = {
    "undecided": "Eligibility not decided",
    "ineligible": "Found not eligible",
    "eligible": "Eligible, no tier yet",
    "tiered": "Tier set, no staffing held",
    "staffed": "Staffed, no plan adopted",
    "planned": "Plan adopted",
}
ENDINGS = ("no_case", "open", "closed")
ENDING_WORDS = {"no_case": "No case", "open": "Case open", "closed": "Case closed"}
UNKNOWN = "unknown"

FUNNEL = Definition(
    name="W1",
    title="From referral to what became of it",
    unit="referrals",
    numerator="referrals that came at least so far",
    denominator="all referrals received",
    rules=(
        "A step counts only where all steps before it were taken.",
        "Found not eligible is told by its one main reason; a case that ended, by how it ended.",
        "A referral that is not decided is told as not decided, and not as turned away.",
    ),
    version=1,
    source="Roadmap, referral to disposition",
)
INSIDE = "Persons inside the platform: each is counted once in the year, with the first referral."
OUTSIDE = (
    "Persons as providers outside the platform counted them: somebody whom two providers served is counted twice. "
    "Never to be added to the persons inside."
)


@dataclass(frozen=True, slots=True)
class Path:
    """How far one referral came by the cut-off. `reason`: why it is not eligible. `ending`: how its case ended.

    `is_first`: the first one of that person in the year; None: not known.
    """

    eligible: bool | None
    is_tiered: bool = False
    is_staffed: bool = False
    is_planned: bool = False
    has_case: bool = False
    is_closed: bool = False
    reason: str = ""
    ending: str = ""
    is_first: bool | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """One step: how many came so far, out of how many that took the step before. `interval` of a share of few."""

    key: str
    words: str
    count: int
    of: int
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class Funnel:
    """All steps; where those stopped that came no further; and what became of the cases.

    `persons_inside` counts each person once; `persons_outside` is what providers counted. There is no sum of the two.
    """

    steps: tuple[Reached, ...]
    stopped: dict[str, int] = field(default_factory=dict)
    ineligible: dict[str, int] = field(default_factory=dict)
    cases: dict[str, int] = field(default_factory=dict)
    endings: dict[str, int] = field(default_factory=dict)
    persons_inside: int | None = None
    persons_outside: int | None = None


def stopped_at(path: Path) -> str:
    """The last step that was taken: a key of STOPPED_WORDS. Each referral stopped at exactly one."""
    if path.eligible is None:
        return "undecided"
    if path.eligible is False:
        return "ineligible"
    if not path.is_tiered:
        return "eligible"
    if not path.is_staffed:
        return "tiered"
    return "planned" if path.is_planned else "staffed"


def ended_as(path: Path) -> str:
    """What became of its case: "no_case", "open" or "closed"."""
    if not path.has_case:
        return "no_case"
    return "closed" if path.is_closed else "open"


def funnel(paths: Iterable[Path], persons_outside: int | None = None) -> Funnel:
    """The steps that these referrals took."""
    rows = list(paths)
    stopped = Counter(stopped_at(one) for one in rows)
    came, steps = len(rows), []
    left = {"eligible": ("undecided", "ineligible"), "tiered": ("eligible",), "staffed": ("tiered",)}
    left["planned"] = ("staffed",)
    for key in STEPS:
        before = came
        came -= sum(stopped[one] for one in left.get(key, ()))
        interval = wilson(came, before) if key != "referred" and 0 < before < 100 else None
        steps.append(Reached(key, STEP_WORDS[key], came, before, interval))
    firsts = [one.is_first for one in rows]
    return Funnel(
        steps=tuple(steps),
        stopped={key: stopped[key] for key in STOPPED_WORDS},
        ineligible=by_key(Counter(one.reason or UNKNOWN for one in rows if one.eligible is False)),
        cases={key: sum(ended_as(one) == key for one in rows) for key in ENDINGS},
        endings=by_key(Counter(one.ending or UNKNOWN for one in rows if one.has_case and one.is_closed)),
        persons_inside=None if any(one is None for one in firsts) else sum(one is True for one in firsts),
        persons_outside=persons_outside,
    )
