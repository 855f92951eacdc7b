"""Asking why: kept each time, because an explanation says something of a person's work or of a case."""

from __future__ import annotations

from datetime import datetime

from rightdoor.casework.cases.models import Case
from rightdoor.domain.confidentiality import Explanation
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.oversight.privacy.queries.why import Described, case_to_explain, explain_case, explain_described


@action("why.asked")
def ask_why_described(viewer: Viewer, told: Described, *, now: datetime) -> Explanation:
    """Explains a described situation; no case is touched. Raises NotPermitted."""
    check_may(viewer, "why.ask")
    found = explain_described(viewer, told, now)
    record(viewer, "why.asked", kind="described", classes=[told.data_class], allowed=found.decision.allowed)
    return found


@action("why.asked")
def ask_why_case(
    viewer: Viewer, case: Case, *, person: str, data_class: str, act: str, holder: str, now: datetime
) -> Explanation:
    """Explains a real case and person. Raises NotVisible for whom the case, or an unknown person, is not there."""
    case_to_explain(viewer, case.code, now)
    found = explain_case(viewer, case, person=person, data_class=data_class, action=act, holder=holder, now=now)
    record(viewer, "why.asked", case, classes=[data_class], person=person, allowed=found.decision.allowed)
    return found
