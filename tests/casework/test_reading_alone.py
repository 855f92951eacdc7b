"""Whoever may only read finds no form to write in: not the page, not the link, and no refusal after the writing."""

from __future__ import annotations

import pytest

from rightdoor.casework.cases.actions import add_to_case
from rightdoor.casework.safety import actions as safety
from rightdoor.casework.services import actions as services
from tests.casework import team
from tests.casework.consents.conftest import Stage, stage
from tests.casework.visiting import Visitor

__all__ = ["stage"]


@pytest.fixture
def reader(stage: Stage) -> Visitor:
    """An advocate on the case, to whom a release opens what is written here, to be read."""
    advocate = stage.scene.advocate
    add_to_case(
        stage.viewer, stage.case, account_code=advocate.code, discipline="victim_advocate", need="care", now=stage.now
    )
    team.released(stage.viewer, stage.client, advocate, "CORE", "PLAN", "SAFE", now=stage.now)
    return Visitor(advocate, stage.now)


@pytest.mark.req("PRIV-2", "CASE-5", "CASE-7")
def test_a_form_that_would_be_refused_is_no_page(stage: Stage, reader: Visitor) -> None:
    case, writer = f"/cases/{stage.case.code}", Visitor(stage.viewer, stage.now)
    row = services.make_service_referral(
        stage.viewer, stage.case, category="food", why="Meals", provider="A pantry", now=stage.now
    )
    safety.write_safety_plan(stage.viewer, stage.case, parts={"words": "To sleep."}, now=stage.now)
    for there in ("services", "safety", "plan", "missing"):
        page = reader.page(f"{case}/{there}/")
        for form in ("services/new/", "safety/writing/", "plan/new/", "choices/new/", "missing/new/", "missing/plan/"):
            assert f"{case}/{form}" not in page
    assert "The next step" not in reader.page(f"/service-referrals/{row.code}/")
    assert "The next step" in writer.page(f"/service-referrals/{row.code}/")
    for form in ("services/new/", "services/advocacy/", "safety/writing/", "plan/new/", "choices/new/",
                 "missing/new/", "missing/plan/"):  # fmt: skip
        assert writer.get(f"{case}/{form}").status_code == 200, form
        assert reader.get(f"{case}/{form}").status_code == 404, form
        assert reader.post(f"{case}/{form}").status_code == 404, form
    assert reader.post(f"/service-referrals/{row.code}/steps/").status_code == 404
    assert reader.post(f"{case}/safety/reviews/").status_code == 404
