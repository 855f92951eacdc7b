"""Steps of the program's plan on the desk of whoever has to do them: this week's, and what is late. (PROG-3)"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from rightdoor.community.assessments.actions import (
    StepTold,
    add_action_steps,
    begin_assessment,
    settle_action_step,
)
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.jurisdiction.active import local
from rightdoor.foundation.questionnaires.kept import shipped
from rightdoor.oversight.desk.queries import desk_of
from tests.casework.visiting import Visitor
from tests.people import REGION, make_person


@pytest.fixture
def steps(coordinator, detective, now):
    """Three of the detective's: due in two days, in two weeks, and in three; and one of the coordinator's."""
    tool = shipped()["program-implementation-evaluation"]
    run = begin_assessment(coordinator, instrument=tool, region=REGION, label="2026", now=now)
    today = local(now).date()
    told = [
        StepTold(item, "Invented words.", today + timedelta(days=days), Account.objects.get(code=viewer.code))
        for item, days, viewer in (
            ("tm.1.1", 2, detective),
            ("tm.1.2", 14, detective),
            ("tm.1.3", 21, detective),
            ("tm.2.1", 2, coordinator),
        )
    ]
    return add_action_steps(coordinator, run, steps=told, now=now)


def shown(viewer, now):
    """Where the steps stand: on the desk itself, or with what is due on one's cases, which comes after it."""
    page = Visitor(viewer, now).page("/desk/cases/")
    return [(code, words) for code, words in WORDS.findall(page)]


WORDS = re.compile(
    r'row__link" href="/assessments/steps/([A-Z0-9-]{9})/".*?<span class="quiet">(Due|Late since) ', re.DOTALL
)


@pytest.mark.req("PROG-3", "UX-1")
def test_a_step_stands_on_the_desk_of_its_owner_in_its_last_week(coordinator, detective, steps, now):
    assert shown(detective, now) == [(steps[0].code, "Due")]
    assert shown(coordinator, now) == [(steps[3].code, "Due")]


@pytest.mark.req("PROG-3")
def test_what_is_late_stays_there_until_it_is_settled(detective, steps, now):
    later = now + timedelta(days=10)
    assert shown(detective, later) == [(steps[0].code, "Late since"), (steps[1].code, "Due")]
    settle_action_step(detective, steps[0], state="done", now=later)
    assert shown(detective, later) == [(steps[1].code, "Due")]


@pytest.mark.req("PROG-3")
def test_who_works_on_no_case_finds_a_step_on_the_desk_itself(coordinator, steps, now):
    head = make_person("Hella Head", now=now, roles=(("agency_head", REGION),))
    told = StepTold("tm.1.1", "Words.", local(now).date(), Account.objects.get(code=head.code))
    (step,) = add_action_steps(coordinator, steps[0].assessment, steps=[told], now=now)
    assert [row.code for row in desk_of(head, now).now] == [step.code]
