"""The plan as people write, compare, review and print it, with no script."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.casework.clients.models import Standing
from rightdoor.casework.plans.actions import Service, write_plan
from rightdoor.casework.plans.models import CheckIn, PlanReview, ServicePlan, SharedDecision
from rightdoor.casework.plans.queries import open_plan
from rightdoor.domain.errors import RuleBroken
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.drafts.keep import find_draft
from tests.casework.visiting import Visitor, hidden


def typed(scene, based_on, **changed):
    """What a browser sends for one goal, one action and one service."""
    day = f"{scene.now.date() + timedelta(days=30):%m/%d/%Y}"
    return {
        "template": "ongoing",
        "based_on": str(based_on),
        "code": new_code(),
        "wishes": "To see my sister.",
        "need-safety-risk": "urgent",
        "need-safety-words": "A car waits outside",
        "goals-count": "2",
        "goals-0-goal": "Back at school",
        "goals-0-why": "A friend is there",
        "goals-0-owner": scene.coordinator.code,
        "goals-0-due_on": day,
        "steps-count": "1",
        "steps-0-what": "Call the school",
        "steps-0-owner": scene.coordinator.code,
        "steps-0-due_on": day,
        "services-count": "1",
        "services-0-category": "medical_care",
        "services-0-need": "An examination",
        "services-0-owner": scene.coordinator.code,
        "services-0-due_on": day,
        **changed,
    }


@pytest.mark.req("CASE-4", "UX-4")
def test_a_first_plan_is_written_from_a_template_and_a_refused_page_keeps_what_was_typed(scene, case):
    visitor, path = Visitor(scene.coordinator, scene.now), f"/cases/{case.code}/plan/new/"
    html = visitor.page(f"{path}?template=homeless")
    assert hidden(html, "template") == "homeless"
    assert html.index('name="wishes"') < html.index('name="need-housing-risk"') < html.index('name="need-safety-risk"')

    more = visitor.post(path, typed(scene, 0, more="goals"))
    assert hidden(more.content.decode(), "goals-count") == "4"
    assert "A car waits outside" in more.content.decode()
    assert find_draft(scene.coordinator, "plans.version", case.code) is not None
    refused = visitor.post(path, typed(scene, 0, **{"steps-0-due_on": "soon"}))
    assert refused.status_code == 422
    assert "Back at school" in refused.content.decode()
    assert not ServicePlan.objects.exists()

    assert visitor.post(path, typed(scene, 0)).status_code == 302
    plan = ServicePlan.objects.get()
    assert find_draft(scene.coordinator, "plans.version", case.code) is None
    shown = open_plan(scene.coordinator, plan, scene.now)
    assert [(one.goal, one.state) for one in shown.goals] == [("Back at school", "draft")]
    page = visitor.page(f"/plans/{plan.code}/")
    assert "Still missing: what is measured, the unit, where it stands today, where it should get to" in page


@pytest.mark.req("CASE-4", "MTG-4")
def test_the_second_of_two_writers_sees_both_texts_and_then_writes_the_next_version(scene, case, plan):
    visitor, path = Visitor(scene.coordinator, scene.now), f"/cases/{case.code}/plan/new/"
    visitor.post(path, typed(scene, 1, wishes="What the first wrote."))
    answer = visitor.post(path, typed(scene, 1, wishes="What the second wrote."))

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "What the first wrote." in html
    assert "What the second wrote." in html
    assert hidden(html, "based_on") == "2"
    assert visitor.post(path, typed(scene, 2, wishes="What the second wrote.")).status_code == 302
    compared = visitor.page(f"/cases/{case.code}/plan/comparison/?older=2&newer=3")
    assert compared.index("What the first wrote.") < compared.index("What the second wrote.")
    assert "Changed" in compared


@pytest.mark.req("CASE-6", "CASE-14")
def test_a_review_is_made_on_its_page_and_its_outcomes_are_shown(scene, case, plan):
    visitor = Visitor(scene.coordinator, scene.now + timedelta(days=20))
    path, line = f"/plans/{plan.code}/review/", plan.goals.get().line
    said = {
        f"goal-{line}-progress": "given_up",
        "outcome_safety": "some_danger",
        "changes": "One hour more a week.",
        "ends": "stands",
        "next_on": f"{scene.now.date() + timedelta(days=40):%m/%d/%Y}",
    }
    html = visitor.page(path)
    assert visitor.post(path, {"changes": "Half a sentence"}, **{"X-Draft": "1"}).content.startswith(b"Kept")
    assert "Half a sentence" in visitor.page(path)
    visitor.post(path, {"go": "drop"})
    assert "Half a sentence" not in visitor.page(path)
    assert "checked" not in html.split("How it stands")[1].split("</fieldset>")[0]
    refused = visitor.post(path, said)
    assert refused.status_code == 422
    assert "One hour more a week." in refused.content.decode()

    answer = visitor.post(path, said | {f"goal-{line}-why": "She wants to work."})
    page = visitor.page(answer.headers["Location"])
    assert "Given up" in page
    assert "Some danger" in page
    assert "Not established" in page
    assert PlanReview.objects.get().code in visitor.page(f"/cases/{case.code}/plan/")


@pytest.mark.req("CASE-4")
def test_options_are_laid_open_without_one_chosen_beforehand(scene, case):
    visitor, path = Visitor(scene.coordinator, scene.now), f"/cases/{case.code}/choices/new/"
    html = visitor.page(path)
    assert html.count("checked") == 2  # "has not said" and "nothing is decided yet": no option is
    said = {
        "code": new_code(),
        "decision": "Which school",
        "options-count": "3",
        "options-0-words": "The school nearby",
        "options-0-benefits": "Friends",
        "options-0-risks": "Known there",
        "preference": "0",
    }
    assert visitor.post(path, said).status_code == 422
    assert "Known there" in visitor.page(path)
    said |= {"options-2-words": "Not now", "options-2-benefits": "Rest", "options-2-risks": "Time"}
    said |= {"options-2-is_not_now": "on", "chosen": "2", "decided_by": "guardian", "why_other": "Too soon."}

    answer = visitor.post(path, said)
    row = SharedDecision.objects.get()
    assert (row.has_preference, row.was_followed) == (True, False)
    page = visitor.page(answer.headers["Location"])
    assert "Too soon." in page
    assert visitor.post(f"/choices/{row.code}/outcome/", {"outcome": "changed_mind"}).status_code == 302


@pytest.mark.req("CASE-6")
def test_a_check_in_says_what_is_missing_and_is_then_on_the_page(scene, case, plan):
    visitor, path = Visitor(scene.coordinator, scene.now), f"/cases/{case.code}/check-ins/"

    assert visitor.post(path, {"said": "All well"}).status_code == 422
    assert "Next check-in due" in visitor.page(path)
    assert not CheckIn.objects.exists()


@pytest.mark.req("CASE-4", "UX-8")
def test_the_plan_is_printed_for_the_team_and_for_the_client_in_three_languages(scene, plan):
    visitor = Visitor(scene.coordinator, scene.now)

    for query in ("", "?for=client&language=en", "?for=client&language=es", "?for=client&language=vi"):
        answer = visitor.get(f"/plans/{plan.code}/document.pdf{query}")
        assert answer.status_code == 200
        assert answer.content.startswith(b"%PDF")
        assert "Nora" not in answer.headers["Content-Disposition"]


@pytest.mark.req("CASE-4", "PRIV-2")
def test_a_service_is_given_to_nobody_from_outside_the_case(scene, case, stranger):
    visitor, there = Visitor(scene.coordinator, scene.now), f"/cases/{case.code}/plan/new/"
    row = {"category": "food", "need": "Meals", "choice": "Agreed", "due_on": "03/20/2026"}
    sent = {
        "template": "ongoing", "wishes": "To stay.", "based_on": "0", "services-count": "1",
        **{f"services-0-{name}": value for name, value in row.items()},
    }  # fmt: skip
    assert stranger.code not in visitor.page(there)
    assert visitor.post(there, {**sent, "services-0-owner": stranger.code}).status_code == 422
    with pytest.raises(RuleBroken, match="people on this case"):
        write_plan(
            scene.coordinator, case, wishes="To stay.", now=scene.now,
            services=[Service("food", "Meals", "Agreed", stranger.code, scene.now.date())],
        )  # fmt: skip
    assert not ServicePlan.objects.exists()


@pytest.mark.req("CASE-4")
def test_whoever_saw_to_a_service_before_goes_on_doing_so(scene, case):
    line = Service("food", "Meals", "Agreed", scene.advocate.code, scene.now.date())
    before = write_plan(scene.coordinator, case, wishes="To stay.", services=[line], now=scene.now)
    Standing.objects.filter(account_code=scene.advocate.code).update(ends_at=scene.now)
    visitor, there = Visitor(scene.coordinator, scene.now), f"/cases/{case.code}/plan/new/"
    page = visitor.page(there)
    assert f'value="{scene.advocate.code}" selected' in page
    sent = {
        "template": "ongoing", "wishes": "To stay.", "based_on": str(before.number), "services-count": "1",
        "services-0-line": before.services.get().line, "services-0-category": "food", "services-0-need": "Meals",
        "services-0-choice": "Agreed", "services-0-owner": scene.advocate.code, "services-0-due_on": "03/20/2026",
    }  # fmt: skip
    assert visitor.post(there, sent).status_code == 302
    assert ServicePlan.objects.latest("number").services.get().owner == scene.advocate.code
