"""What stands on every page while an hour runs."""

from __future__ import annotations

from django.http import HttpRequest

from rightdoor.oversight.emergency.queries import may_open, running_opening


def banner(request: HttpRequest) -> dict[str, object]:
    """`emergency`: the viewer's own hour. One query, and only for people whose role opens any."""
    viewer = getattr(request, "viewer", None)
    if viewer is None or not may_open(viewer):
        return {}
    opening = running_opening(viewer, request.now)
    return {"may_open_in_emergency": True, "emergency": opening, "emergency_minutes": minutes_left(opening, request)}


def minutes_left(opening: object, request: HttpRequest) -> int:
    """Begun minutes count: the last one is 1, never 0."""
    ends_at = getattr(opening, "ends_at", None)
    return max(1, -int((request.now - ends_at).total_seconds() // 60)) if ends_at else 0
