"""Keys of this slice's tables with the words that people read."""

from __future__ import annotations

from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    "emergency": "Emergency staffing",
    "ongoing": "Case staffing",
    "case_review": "Case review",
    "advisory": "Advisory team meeting",
    "roundtable": "Coordinators' roundtable",
    "founding": "Founding meeting",
    "after_action": "After-action meeting",
}
MODES: Mapping[str, str] = {"in_person": "In person", "virtual": "Virtual", "mixed": "In person and virtual"}
STATES: Mapping[str, str] = {"convened": "Convened", "held": "Held", "cancelled": "Called off"}
ANSWERS: Mapping[str, str] = {
    "invited": "Has not answered",
    "accepted": "Coming",
    "excused": "Excused",
    "delegated": "Sends a delegate",
}
ATTENDANCE: Mapping[str, str] = {"present": "Present", "absent": "Absent"}
# The kinds at which cases have their turn: those pages belong to casework.
WITH_CASES = frozenset({"emergency", "ongoing", "case_review"})
