"""Whose case may be asked about: one's own, or any whose exact code one was given. Never whether there is another."""

from __future__ import annotations

from datetime import datetime

from rightdoor.casework.cases.keeping.queries import case_by_exact_code
from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import case_for, standing_of
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Viewer, may


def case_to_ask_about(viewer: Viewer, act: str, code: str, now: datetime) -> Case:
    """The case for `act`, for its coordinator and for privacy officers who know its exact code. Raises NotVisible.

    A privacy officer reads no record; whoever has the code has it from the client or from the agency that asks.
    """
    if may(viewer, act):
        found = case_by_exact_code(viewer, code)
        if found is None:
            raise NotVisible
        return found
    case = case_for(viewer, code, now)
    if not may(viewer, act, standing_of(viewer, case, now)):
        raise NotVisible
    return case
