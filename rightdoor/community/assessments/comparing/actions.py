"""The act that turns what is next into a plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rightdoor.community.assessments.actions import StepTold, add_action_steps
from rightdoor.community.assessments.comparing.queries import steps_toward
from rightdoor.community.assessments.models import ActionStep, Assessment
from rightdoor.community.assessments.queries import standing_in
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record


@action("assessment.step_added")
def plan_next(viewer: Viewer, assessment: Assessment, *, steps: Sequence[StepTold], now: datetime) -> list[ActionStep]:
    """Makes action steps of what stands before the next stages, all of them or none. What is in the plan already stays
    as it is: the form sent twice makes one plan. (PROG-3)

    Raises as `add_action_steps`.
    """
    check_may(viewer, "assessment.write", standing_in(viewer, assessment.region))
    held = Assessment.objects.select_for_update().get(pk=assessment.pk)
    planned = {item for item, some in steps_toward(held).items() if any(step.state == "open" for step in some)}
    fresh = [one for one in steps if one.item not in planned]
    if steps and not fresh:
        record(viewer, "assessment.step_added", held, again=True)
        return []
    return add_action_steps(viewer, held, steps=fresh, now=now)
