"""Suspected, confirmed, not trafficking: which changes are allowed, and what each must rest on.

Confirmed means that the legal definition is met on evidence beyond an allegation or suspicion; suspected means that
specific information gives a reasonable belief and more is needed. (Roadmap, definitions; practice.md 3.1; MTG-8)
"""

from __future__ import annotations

from collections.abc import Mapping

from .errors import RuleBroken

STATUSES = ("suspected", "confirmed", "not_trafficking")

# From what is recorded now ("" when nothing is yet) to what may be determined. Nothing is final: evidence can change
# in court.
TRANSITIONS: Mapping[str, frozenset[str]] = {
    "": frozenset(STATUSES),
    "suspected": frozenset({"suspected", "confirmed", "not_trafficking"}),
    "confirmed": frozenset({"confirmed", "suspected", "not_trafficking"}),
    "not_trafficking": frozenset({"not_trafficking", "suspected", "confirmed"}),
}
NEEDS_EVIDENCE = frozenset({"confirmed", "not_trafficking"})


def check_may_determine(current: str, new: str, *, evidence: str, determined_by: str) -> None:
    """May the status become `new`? `current` is "" when none is recorded; `evidence` says in a few words what it
    rests on.

    Confirming and ruling out need evidence; so does stepping back from confirmed, for it takes a child's standing away.
    `determined_by` is the code of whoever determined it. Saying the same again is allowed: a staffing may affirm.
    Raises RuleBroken.
    """
    if new not in TRANSITIONS.get(current, frozenset()):
        raise RuleBroken("Choose suspected, confirmed or not trafficking.")
    if not determined_by.strip():
        raise RuleBroken("Say who determined the status.")
    if (new in NEEDS_EVIDENCE or (current == "confirmed" and new != current)) and not evidence.strip():
        raise RuleBroken("Say what this status rests on. An allegation alone is not enough.")
