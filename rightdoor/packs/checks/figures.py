"""Small counts, older vocabularies and targets."""

from __future__ import annotations

from collections.abc import Iterator

from rightdoor.domain.victim_status import STATUSES

from ..fault import Fault, one_of
from ..pack import Pack

LEAST_THRESHOLD = 11


def numbers(pack: Pack) -> Iterator[Fault]:
    if pack.statistics.small_count_threshold < LEAST_THRESHOLD:
        sentence = f"{pack.statistics.small_count_threshold} shows counts that can point at a child."
        remedy = f"Write {LEAST_THRESHOLD} or more; a single release may be approved lower."
        yield Fault("statistics.yaml", "small_count_threshold", sentence, remedy)
    for position, walk in enumerate(pack.statistics.crosswalk):
        if walk.means not in STATUSES:
            key = f"crosswalk[{position}].means"
            yield Fault("statistics.yaml", key, f"There is no status “{walk.means}”.", one_of(STATUSES))
    for target in pack.targets:
        if target.aim <= 0 or (target.unit == "percent" and target.aim > 100):
            key = f"targets[{target.key}].aim"
            yield Fault(
                "measures.yaml", key, f"{target.aim} is no target.", "Write a positive number, percent up to 100."
            )
