"""Closing reasons: enough of them to tell the truth, and a span that the rule allows. (CASE-12)"""

from __future__ import annotations

from collections.abc import Iterator

from rightdoor.domain.closure import LONGEST_ACCESS_DAYS

from ..fault import Fault
from ..pack import Pack

MUST_HAVE = ("completed", "lost_contact", "declined")  # no team is without these three


def reasons(pack: Pack) -> Iterator[Fault]:
    file = "closure.yaml"
    groups = {one.group for one in pack.closure.reasons}
    for group in MUST_HAVE:
        if group not in groups:
            yield Fault(file, "reasons", f"No reason is of the group “{group}”.", f"Add one with `group: {group}`.")
    for one in pack.closure.reasons:
        if one.group == "other" and not one.words_required:
            key = f"reasons[{one.key}].words_required"
            yield Fault(file, key, "A reason of the group “other” says nothing by itself.", "Write true.")
    if not 0 <= pack.closure.access_ends_after_days <= LONGEST_ACCESS_DAYS:
        sentence = f"Places on the team end within {LONGEST_ACCESS_DAYS} days."
        yield Fault(file, "access_ends_after_days", sentence, f"Write a number from 0 to {LONGEST_ACCESS_DAYS}.")
