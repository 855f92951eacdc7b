"""Year against year, region beside region, and what is next made into a plan. All of it is invented."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from rightdoor.community.assessments.actions import (
    answer_items,
    begin_assessment,
    complete_assessment,
    settle_action_step,
)
from rightdoor.community.assessments.comparing.actions import plan_next
from rightdoor.community.assessments.comparing.queries import progress_of, shelves_of, steps_toward, to_plan
from rightdoor.community.assessments.models import ActionStep
from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.jurisdiction.active import local
from rightdoor.foundation.questionnaires.kept import shipped
from tests.casework.visiting import Visitor, hidden
from tests.people import OTHER_REGION, REGION, make_person

TOOL = "program-implementation-evaluation"
TEAM = {f"tm.1.{number}": "checked" for number in (1, 2, 3)}
YEAR = timedelta(days=365)


def finished(viewer, now, *, label, answers, region=REGION, tool=TOOL):
    """One run of a tool from its beginning to its end."""
    one = begin_assessment(viewer, instrument=shipped()[tool], region=region, label=label, now=now)
    answer_items(viewer, one, answers=answers, now=now)
    return complete_assessment(viewer, one, next_on=local(now + YEAR).date(), now=now)


@pytest.fixture
def both(coordinator, now):
    """Last year with the first stage of the team but one item, this year with all of it."""
    first = finished(
        coordinator, now - YEAR, label="2025", answers={"tm.1.1": "checked", "tm.1.2": "checked", "tm.2.1": "checked"}
    )
    return first, finished(coordinator, now, label="2026", answers=TEAM)


def read(page: str) -> str:
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", page)).split())


@pytest.mark.req("PROG-1")
def test_a_year_stands_beside_the_one_before_with_what_changed(coordinator, both, now):
    said = read(Visitor(coordinator, now).page("/assessments/comparison/"))
    assert "Team membership Stage 1: Foundation Stage 2: Implementation Higher" in said
    newly = said.index("Newly in place")
    gone = said.index("No longer in place")
    assert newly < said.index("The team is formal", newly) < gone
    assert "Attendance at case coordination meetings is tracked" in said[gone:]


@pytest.mark.req("PROG-1")
def test_every_chart_has_its_table_and_no_stages_are_averaged(coordinator, both, now):
    page = Visitor(coordinator, now).page("/assessments/comparison/")
    assert page.count('class="chart__picture"') == 1
    table = page[page.index("stage by topic: the figures") :]
    assert len(re.findall(r'<th scope="row">', table[: table.index("</table>")])) == 10
    assert not re.search(r"Stage \d\.\d", page)


def test_the_two_may_be_chosen_and_stand_in_their_order(coordinator, both, now):
    first, second = both
    visitor = Visitor(coordinator, now)
    usual = visitor.page("/assessments/comparison/")
    turned = visitor.page(f"/assessments/comparison/?then={second.code}&now={first.code}")
    same = visitor.page(f"/assessments/comparison/?then={first.code}&now={first.code}")
    table = usual.index("What moved")
    for page in (turned, same):
        assert read(page[page.index("What moved") :])[:200] == read(usual[table:])[:200]


def test_one_run_alone_is_a_profile_and_nothing_is_made_up_beside_it(coordinator, now):
    finished(coordinator, now, label="2026", answers=TEAM)
    said = read(Visitor(coordinator, now).page("/assessments/comparison/"))
    assert "One finished run so far" in said
    assert "Topic by topic" not in said


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/assessments/comparison/", "No self-assessment is finished yet."),
        ("/assessments/regions/", "No self-assessment is finished yet."),
        ("/assessments/next/", "There is nothing to plan yet."),
    ],
)
def test_without_a_run_the_page_says_how_to_begin(coordinator, now, path, sentence):
    assert sentence in Visitor(coordinator, now).page(path)


@pytest.mark.req("PROG-1")
def test_a_tool_without_stages_stands_side_by_side_by_what_is_in_place(coordinator, now):
    tool = "ten-action-steps"
    items = [one.id for one in shipped()[tool].questions if one.type == "choice"]
    finished(coordinator, now - YEAR, label="2025", answers={items[0]: "checked"}, tool=tool)
    finished(coordinator, now, label="2026", answers=dict.fromkeys(items[:3], "checked"), tool=tool)
    said = read(Visitor(coordinator, now).page("/assessments/comparison/"))
    assert "Newly in place" in said
    assert "Stage 1" not in said


@pytest.mark.req("PROG-1", "PRIV-2")
def test_regions_stand_beside_each_other_for_who_reads_several(
    coordinator, other_coordinator, state_analyst, both, now
):
    finished(other_coordinator, now, label="2026 north", answers={}, region=OTHER_REGION)
    said = read(Visitor(state_analyst, now).page("/assessments/regions/"))
    assert "Stage 2: Implementation" in said
    assert "Stage 1: Foundation" in said
    own = read(Visitor(coordinator, now).page("/assessments/regions/"))
    assert "There is only one to show." in own
    assert "2026 north" not in own
    assert "2026 north" not in read(Visitor(coordinator, now).page("/assessments/comparison/"))


def test_no_more_than_four_regions_stand_beside_each_other(now, state_analyst):
    from rightdoor.foundation.jurisdiction.active import active_pack

    keys = [one.key for one in active_pack().regions][:5]
    everywhere = make_person("Eva Everywhere", now=now, roles=tuple(("care_coordinator", key) for key in keys))
    for key in keys:
        finished(everywhere, now, label="2026", answers={}, region=key)
    asked = "&".join(f"region={key}" for key in keys)
    page = Visitor(state_analyst, now).page(f"/assessments/regions/?{asked}")
    assert "The first four are shown" in page
    assert page.count(" checked>") == 4


def test_who_reads_no_assessments_finds_no_such_pages(detective, both, now):
    visitor = Visitor(detective, now)
    for path in ("/assessments/comparison/", "/assessments/regions/", "/assessments/next/"):
        assert visitor.get(path).status_code == 404


# ------------------------------------------------------------------------------------------------------------- the plan


@pytest.mark.req("PROG-3")
def test_what_is_next_becomes_a_plan_in_one_act_with_owners_and_days(coordinator, detective, both, now):
    visitor, latest = Visitor(coordinator, now), both[1]
    assert f'value="{latest.code}"' in visitor.page("/assessments/next/")
    sent = {
        "assessment": latest.code,
        "pick": ["tm.2.1", "tm.2.2"],
        "owner": detective.code,
        "due_on": "06/30/2026",
        "owner_tm.2.2": coordinator.code,
        "due_tm.2.2": "05/15/2026",
    }
    answer = visitor.post("/assessments/next/", sent)
    assert answer.headers["Location"] == f"/assessments/next/?assessment={latest.code}"
    steps = {one.item: one for one in ActionStep.objects.select_related("owner")}
    assert {key: (one.owner.code, f"{one.due_on:%m/%d/%Y}") for key, one in steps.items()} == {
        "tm.2.1": (detective.code, "06/30/2026"),
        "tm.2.2": (coordinator.code, "05/15/2026"),
    }
    said = read(visitor.page("/assessments/next/"))
    assert "In the plan : Dana Detective, by 06/30/2026 Open" in said
    assert "Done 0 of 2" in said


@pytest.mark.req("PROG-3")
def test_a_plan_that_is_sent_twice_is_one_plan(coordinator, both, now):
    visitor = Visitor(coordinator, now)
    sent = {"assessment": both[1].code, "pick": ["tm.2.1"], "owner_words": "The clinic", "due_on": "06/30/2026"}
    assert visitor.post("/assessments/next/", sent).status_code == 302
    assert visitor.post("/assessments/next/", sent).status_code == 302
    assert ActionStep.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"pick": []}, "Choose at least one thing to do."),
        ({"owner_words": ""}, "Say who does it"),
        ({"due_on": ""}, "Say by when it is to be done."),
        ({"due_on": "01/01/2020"}, "Choose a day that has not passed."),
        ({"pick": ["tm.9.9"]}, "This is not on the list any more."),
    ],
)
def test_a_plan_that_lacks_something_is_refused_and_comes_back_as_it_was_typed(
    coordinator, both, now, change, sentence
):
    sent = {"assessment": both[1].code, "pick": ["tm.2.1"], "owner_words": "The clinic", "due_on": "06/30/2026"}
    answer = Visitor(coordinator, now).post("/assessments/next/", sent | change)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in html.unescape(page)
    assert (sent | change)["owner_words"] in page
    assert not ActionStep.objects.exists()


@pytest.mark.req("PROG-3")
def test_a_plan_of_a_run_that_is_not_the_newest_any_more_waits_for_a_look(coordinator, both, now):
    visitor = Visitor(coordinator, now)
    sent = {"assessment": both[0].code, "pick": ["tm.2.1"], "owner_words": "The clinic", "due_on": "06/30/2026"}
    answer = visitor.post("/assessments/next/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "A newer run than the one you chose from is there." in read(page)
    assert "The clinic" in page
    assert not ActionStep.objects.exists()
    assert visitor.post("/assessments/next/", sent | {"assessment": hidden(page, "assessment")}).status_code == 302
    assert ActionStep.objects.get().assessment == both[1]


@pytest.mark.req("PROG-3", "PRIV-2")
def test_a_plan_of_a_run_that_is_not_theirs_is_made_nowhere_else(coordinator, other_coordinator, both, now):
    theirs = finished(other_coordinator, now, label="2026 north", answers={}, region=OTHER_REGION)
    visitor = Visitor(coordinator, now)
    sent = {"pick": ["tm.2.1"], "owner_words": "The clinic", "due_on": "06/30/2026"}
    for code in (theirs.code, "ZZZZ-2222"):
        assert visitor.post("/assessments/next/", sent | {"assessment": code}).status_code == 404
    assert visitor.post("/assessments/next/", sent).status_code == 422
    assert not ActionStep.objects.exists()


def test_all_of_a_plan_or_none_of_it(coordinator, both, now):
    from rightdoor.community.assessments.actions import StepTold

    late, good = local(now - YEAR).date(), local(now + YEAR).date()
    steps = [StepTold("tm.2.1", "First.", good, None, "The clinic"), StepTold("tm.2.2", "Second.", late, None, "All")]
    with pytest.raises(RuleBroken, match="has not passed"):
        plan_next(coordinator, both[1], steps=steps, now=now)
    assert not ActionStep.objects.exists()


@pytest.mark.req("PROG-3", "PRIV-2")
def test_who_only_reads_is_offered_no_plan_to_make(coordinator, state_analyst, other_coordinator, both, now):
    from rightdoor.community.assessments.actions import StepTold

    reader = Visitor(state_analyst, now)
    page = reader.page("/assessments/next/")
    assert "Put it into the plan" not in page
    assert "Attendance at case coordination meetings" in page
    assert reader.post("/assessments/next/", {"assessment": both[1].code}).status_code == 403
    step = StepTold("tm.2.1", "First.", local(now).date(), None, "The clinic")
    for viewer in (state_analyst, other_coordinator):
        with pytest.raises(NotPermitted):
            plan_next(viewer, both[1], steps=[step], now=now)


@pytest.mark.req("PROG-3")
def test_a_plan_outlives_its_year_and_says_how_far_it_is(coordinator, both, now):
    from rightdoor.community.assessments.actions import StepTold, add_action_steps

    due = local(now).date() + timedelta(days=9)
    person = Account.objects.get(code=coordinator.code)
    made = add_action_steps(
        coordinator,
        both[0],
        steps=[StepTold("tm.2.1", "First.", due, person), StepTold("tm.2.2", "Second.", due, person)],
        now=now,
    )
    settle_action_step(coordinator, made[0], state="done", now=now)
    steps = steps_toward(both[1])
    assert sorted(steps) == ["tm.2.1", "tm.2.2"]
    progress = progress_of(steps, due + timedelta(days=1))
    assert (progress.done, progress.open, progress.late, progress.all) == (1, 1, 1, 2)


def test_the_newest_finished_run_is_what_one_plans_out_of(coordinator, both, now):
    running = begin_assessment(
        coordinator, instrument=shipped()[TOOL], region=REGION, label="2027", now=now + timedelta(hours=1)
    )
    assert [one.code for one in to_plan(coordinator)] == [both[1].code]
    assert running.code not in {one.code for shelf in shelves_of(coordinator) for one in shelf.runs}
