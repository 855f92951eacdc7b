"""Why a response was late: a short list, so that causes can be counted and taken to an advisory meeting. (INT-11)"""

from __future__ import annotations

from collections.abc import Mapping

LATE_CAUSES: Mapping[str, str] = {
    "not_located": "The child could not be located",
    "reached_late": "The referral reached the team late",
    "facts_late": "Facts that set the tier became known late",
    "members_unavailable": "Core members were not available",
    "agency_not_answering": "An agency did not answer",
    "investigation_asked": "Investigators asked to wait",
    "medical": "Medical care came first",
    "family_asked": "The child or the family asked for another time",
    "no_room": "No place or line to meet",
    "not_seen": "The clock was overlooked",
    "other": "Another cause",
}
