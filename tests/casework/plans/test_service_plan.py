"""The service plan: versions kept, adopted when whole, open on its own ground only."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.casework.plans import actions
from rightdoor.casework.plans.actions import Service
from rightdoor.casework.plans.models import PlannedService, ServicePlan
from rightdoor.casework.plans.queries import open_plan, plan_for, plans_of
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.foundation.codes import new_code


def write(scene, case, **changed):
    service = Service("medical_care", "An examination", "Agreed", scene.advocate.code, scene.now.date())
    return actions.write_plan(
        scene.coordinator, case, **{"wishes": "To see my sister.", "services": [service], "now": scene.now, **changed}
    )


@pytest.mark.req("CASE-4")
def test_each_writing_is_a_version_and_the_adopted_one_replaces_the_one_before(scene, case):
    first, second = write(scene, case), write(scene, case, wishes="To go back to school.")
    actions.adopt_plan(scene.coordinator, first, now=scene.now)
    actions.adopt_plan(scene.coordinator, second, now=scene.now)

    assert list(ServicePlan.objects.order_by("number").values_list("number", "state")) == [
        (1, "replaced"),
        (2, "adopted"),
    ]
    assert second.review_due_at == scene.now + timedelta(days=30)
    assert open_plan(scene.coordinator, first, scene.now).wishes == "To see my sister."


@pytest.mark.req("CASE-4")
def test_a_plan_is_adopted_when_wishes_people_and_days_are_in_it(scene, case):
    for changed in ({"wishes": " "}, {"services": [Service("medical_care")]}):
        with pytest.raises(RuleBroken):
            actions.adopt_plan(scene.coordinator, write(scene, case, **changed), now=scene.now)

    assert not ServicePlan.objects.filter(state="adopted").exists()


def test_a_plan_without_a_service_or_with_an_unknown_one_is_refused(scene, case):
    for services in ([], [Service("juggling")], [Service("medical_care", owner="ABCD-EFGH")]):
        with pytest.raises(RuleBroken):
            write(scene, case, services=services)

    assert ServicePlan.objects.count() == 0


def test_a_form_sent_twice_writes_one_version(scene, case):
    code = new_code()

    assert write(scene, case, code=code) == write(scene, case, code=code)


@pytest.mark.req("PRIV-2")
def test_an_invited_member_reads_the_core_and_finds_no_plan(scene, case, stranger):
    plan = write(scene, case)

    for viewer in (scene.detective, scene.advocate, stranger):
        assert plans_of(viewer, case, scene.now) == []
        with pytest.raises(NotVisible):
            plan_for(viewer, plan.code, scene.now)
        with pytest.raises(NotVisible):
            open_plan(viewer, plan, scene.now)


@pytest.mark.req("PRIV-3")
def test_the_kind_of_service_stands_sealed(scene, case):
    plan = write(scene, case)

    assert b"medical" not in bytes(PlannedService.objects.get().told_sealed)
    assert open_plan(scene.coordinator, plan, scene.now).services[0].category == "medical_care"


@pytest.mark.req("CASE-4")
def test_a_service_is_followed_and_a_completed_one_does_not_begin_again(scene, case):
    plan = write(scene, case)
    actions.change_service(scene.coordinator, plan, number=1, state="completed", now=scene.now)

    with pytest.raises(RuleBroken):
        actions.change_service(scene.coordinator, plan, number=1, state="started", now=scene.now)
