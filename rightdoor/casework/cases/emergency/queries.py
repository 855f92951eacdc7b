"""The one read that finds a case by its code alone."""

from __future__ import annotations

from datetime import datetime

from rightdoor.casework.cases.models import Case
from rightdoor.casework.clients.facts import facts_of
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.codes import normalise
from rightdoor.foundation.fence import also


def case_in_emergency(viewer: Viewer, code: str, now: datetime) -> Case | None:
    """The open case of this exact code. None when there is none, or when the viewer is kept apart from it. (SR-45)

    Tells no more than the act that calls it: that act records an event, and opens the case or refuses.
    """
    code = normalise(code)
    with also(code):
        case = Case.objects.select_related("client").filter(code=code, state="open").first()
        if case is None or viewer.code in facts_of(viewer, [case.client], now)[case.client.pk].blocked:
            return None
        return case
