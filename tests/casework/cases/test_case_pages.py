"""Cases and plans as people meet them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from rightdoor.casework.cases import parts
from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.parts import Due, Parts
from rightdoor.casework.cases.queries import CaseFilters, case_rows
from rightdoor.casework.plans.models import ServicePlan
from tests.casework import team
from tests.casework.visiting import HTMX, Visitor


@pytest.mark.req("CASE-2", "PRIV-2")
def test_the_record_shows_each_reader_what_is_open_to_them(scene):
    staffing = team.held(scene)
    path, at = f"/cases/{staffing.case.code}/", staffing.starts_at + timedelta(hours=2)

    mine = Visitor(scene.coordinator, at).page(path)
    theirs = Visitor(scene.detective, at).page(path)

    assert "Nora Nowhere" in mine
    assert "Service plan" in mine
    assert "Confirmed victim" in theirs
    assert "Service plan" not in theirs
    assert not any(secret in theirs for secret in team.WHEREABOUTS)


@pytest.mark.req("PRIV-2")
def test_for_strangers_there_is_no_case_and_no_plan(scene, stranger, other_coordinator):
    staffing = team.held(scene)
    plan = ServicePlan.objects.get()
    at = staffing.starts_at + timedelta(hours=2)

    for viewer in (stranger, other_coordinator):
        visitor = Visitor(viewer, at)
        for path in (f"/cases/{staffing.case.code}/", f"/plans/{plan.code}/"):
            assert visitor.get(path).status_code == 404
        assert staffing.case.code not in visitor.page("/cases/")
    assert Visitor(scene.detective, at).get(f"/plans/{plan.code}/").status_code == 404


def test_the_list_keeps_its_filters_and_shows_them(scene):
    case = team.scheduled(scene).case
    visitor = Visitor(scene.coordinator, scene.now)

    assert case.code in visitor.page("/cases/")
    assert case.code in visitor.page("/cases/?state=all&mode=investigative")
    html = visitor.page("/cases/?state=closed")
    assert case.code not in html
    assert "No case here." in html
    assert "remove this filter" in html


@pytest.mark.req("CASE-4")
def test_a_plan_is_adopted_and_followed_on_its_page(scene):
    team.held(scene)
    plan = ServicePlan.objects.get()
    visitor, path = Visitor(scene.coordinator, scene.now + timedelta(days=2)), f"/plans/{plan.code}/"
    assert "To stay near a sister." in visitor.page(path)

    adopted = visitor.post(f"{path}adoption/", **HTMX)
    again = visitor.post(f"{path}adoption/", **HTMX)
    started = visitor.post(f"{path}services/1/", {"state": "started"})
    nonsense = visitor.post(f"{path}services/1/", {"state": "exploded"}, **HTMX)

    def shape(answer):
        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())

    assert "Adopted" in shape(adopted)
    assert (again.status_code, started.status_code, nonsense.status_code) == (422, 302, 422)
    assert "Started" in visitor.page(path)


def test_the_list_is_narrowed_to_what_is_mine_how_often_it_is_met_and_what_is_late(scene):
    mine, other = team.scheduled(scene).case, team.scheduled(scene).case
    Case.objects.filter(pk=other.pk).update(coordinator=scene.detective.code, cadence="crisis")
    visitor = Visitor(scene.coordinator, scene.now)

    assert other.code not in visitor.page("/cases/?mine=yes")
    assert mine.code not in visitor.page("/cases/?cadence=crisis")
    oldest = visitor.page("/cases/?sort=oldest")
    assert oldest.index(f'href="/cases/{mine.code}/"') < oldest.index(f'href="/cases/{other.code}/"')
    assert mine.code not in visitor.page("/cases/?due=late")
    late = CaseFilters(due="late")
    owed = Due(mine.pk, "test", "An invented thing", scene.now - timedelta(days=1), f"/cases/{mine.code}/")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(parts, "all_parts", lambda: (Parts(dues=(lambda viewer, cases, ties, now: [owed],)),))
        rows = case_rows(scene.coordinator, late, scene.now).rows
    assert [(row.code, row.due) for row in rows] == [(mine.code, "An invented thing")]
