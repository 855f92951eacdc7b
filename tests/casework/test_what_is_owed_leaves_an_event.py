"""That something is owed, or marks a case, says that there is such a record: a showing, so it stands in the trail."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.casework.cases.parts import Look, dues_of, flags_of
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.clients.facts import ties_of
from rightdoor.casework.plans import actions as plans
from rightdoor.casework.safety import actions as safety
from rightdoor.casework.services import actions as services
from rightdoor.foundation.audit.models import AuditEvent
from tests.casework.consents.conftest import Stage, stage

__all__ = ["stage"]

VERBS = {"safety_plan.listed": "SAFE", "service_referral.listed": "PLAN", "plan.listed": "PLAN"}


@pytest.fixture
def owing(stage: Stage) -> Stage:
    """A case with a look at its safety plan, news of a service and a review of the plan still to come."""
    viewer, case, now = stage.viewer, stage.case, stage.now
    safety.ask_for_review(viewer, case, trigger="new_contact", now=now)
    services.make_service_referral(viewer, case, category="food", why="Meals", provider="A pantry", now=now)
    line = plans.Service("food", "Meals", "Agreed", viewer.code, now.date())
    plans.adopt_plan(viewer, plans.write_plan(viewer, case, wishes="To stay.", services=[line], now=now), now=now)
    return stage


def listed(stage: Stage, purpose: str) -> dict[str, tuple[list[str], list[str], str]]:
    events = AuditEvent.objects.filter(verb__in=VERBS, details__purpose=purpose)
    return {one.verb: (one.classes, one.details["codes"], one.basis) for one in events}


@pytest.mark.req("PRIV-2")
def test_each_kind_of_what_is_owed_leaves_one_event_with_the_codes_of_the_cases(owing: Stage) -> None:
    viewer, case, now = owing.viewer, owing.case, owing.now
    dues = dues_of(viewer, [case], ties_of(viewer, [case.client], now), now)

    assert {"safety.review", "service.follow_up", "plan.review"} <= {due.kind for due in dues}
    assert listed(owing, "due") == {verb: ([klass], [case.code], "own") for verb, klass in VERBS.items()}
    assert AuditEvent.objects.filter(verb__in=VERBS).count() == len(VERBS)


@pytest.mark.req("PRIV-2")
def test_a_mark_in_the_head_leaves_an_event_and_none_where_nothing_is_shown(owing: Stage) -> None:
    viewer, case, later = owing.viewer, owing.case, owing.now + timedelta(days=100)
    before = listed(owing, "flag")
    shown = {flag.label for flag in flags_of(Look(viewer, case, standing_of(viewer, case, later), later))}

    assert before == {}
    assert {"Safety plan: something has changed", "Plan review late"} <= shown
    assert set(listed(owing, "flag")) == {"safety_plan.listed", "plan.listed"}


@pytest.mark.req("PRIV-2")
def test_for_whom_it_is_closed_there_is_neither_line_nor_event(owing: Stage) -> None:
    viewer, case, now = owing.scene.detective, owing.case, owing.now
    ties = ties_of(viewer, [case.client], now)
    assert not {"safety.review", "service.follow_up", "plan.review"} & {
        due.kind for due in dues_of(viewer, [case], ties, now)
    }
    assert not AuditEvent.objects.filter(verb__in=VERBS, actor=viewer.code).exists()
