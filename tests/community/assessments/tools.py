"""Tools and short ways for the tests of assessments."""

from __future__ import annotations

from rightdoor.community.assessments.actions import Proposed, begin_assessment
from rightdoor.foundation.questionnaires.kept import shipped
from tests.people import REGION

EVALUATION = "program-implementation-evaluation"


def tool(key=EVALUATION):
    return shipped()[key]


def begun(viewer, now, *, key=EVALUATION, region=REGION, label="2026"):
    return begin_assessment(viewer, instrument=tool(key), region=region, label=label, now=now)


def proposed(item, says, now, figure="3 of 3 meetings", **more):
    return Proposed(
        item=item, says=says, figure=figure, rule=f"{item}_rule".replace(".", "_"), rule_version="1", as_of=now, **more
    )
