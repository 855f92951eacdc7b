"""The page: what was found, item by item, with its figure and time; counted when a coordinator asks."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser

from rightdoor.community.assessments.actions import judge_proposal
from rightdoor.community.assessments.models import Proposal
from rightdoor.oversight.evidence.rules import RULES
from rightdoor.oversight.evidence.waits import BRINGS, WAITS
from rightdoor.oversight.evidence.web.evidence import BEHIND
from tests.casework.team import held
from tests.community.assessments.tools import begun
from tests.people import REGION, make_person
from tests.signing_in import sign_in


@pytest.fixture
def later(now):
    """Three days on."""
    return now + timedelta(days=3)


@pytest.fixture
def enter(later):
    """Signs a person in, three days on."""
    with time_machine.travel(later, tick=False):
        yield lambda viewer: sign_in(Browser(), viewer, at=later)


@pytest.fixture
def assessment(scene, coordinator, later):
    """This year's evaluation, of a region with one case that was staffed."""
    held(scene)
    return begun(coordinator, later)


@pytest.mark.req("PROG-2")
def test_nothing_is_counted_before_somebody_asks(enter, assessment, coordinator):
    page = enter(coordinator).get(f"/evidence/{assessment.code}/").content.decode()

    assert "Nobody has had the records counted" in page
    assert "Count the records now" in page
    assert f"{len(RULES)} items can be counted" in page
    assert not Proposal.objects.exists()


@pytest.mark.req("PROG-2")
def test_counting_shows_each_figure_with_its_time_its_rule_and_the_records_behind(enter, assessment, coordinator):
    browser = enter(coordinator)

    answer = browser.post(f"/evidence/{assessment.code}/", follow=True)

    page = answer.content.decode()
    assert answer.redirect_chain == [(f"/evidence/{assessment.code}/", 302)]
    assert "Within the time of its tier: all of fewer than 11 emergency meetings." in page
    assert "Rule: emergency on time, version 1." in page
    assert "03/13/2025 to 03/13/2026" in page
    assert f'href="/referrals/late/?region={REGION}"' in page
    assert Proposal.objects.count() == len(RULES)


@pytest.mark.req("PROG-2")
def test_every_list_behind_a_figure_is_a_page_of_the_coordinator(enter, assessment, coordinator):
    browser = enter(coordinator)
    browser.post(f"/evidence/{assessment.code}/")

    links = {link for one in Proposal.objects.all() for link in one.links}

    assert links
    assert {link: browser.get(link).status_code for link in links} == dict.fromkeys(links, 200)


@pytest.mark.req("PROG-2", "PRIV-2")
def test_an_analyst_reads_the_figures_without_a_way_to_the_records(enter, assessment, coordinator, state_analyst):
    enter(coordinator).post(f"/evidence/{assessment.code}/")

    page = enter(state_analyst).get(f"/evidence/{assessment.code}/").content.decode()

    assert "Within the time of its tier" in page
    assert f"/referrals/late/?region={REGION}" not in page
    assert "Count the records now" not in page


@pytest.mark.req("PRIV-2")
def test_the_head_of_an_agency_reads_and_may_not_count(enter, assessment, now):
    head = make_person("Hedda Head", now=now, roles=(("agency_head", REGION),))
    browser = enter(head)

    assert browser.get(f"/evidence/{assessment.code}/").status_code == 200
    assert browser.post(f"/evidence/{assessment.code}/").status_code == 403
    assert browser.post(f"/evidence/{assessment.code}/again/").status_code == 403
    assert not Proposal.objects.exists()


@pytest.mark.req("PROG-2")
def test_a_person_s_word_stands_beside_what_the_records_say(enter, assessment, coordinator, later):
    browser = enter(coordinator)
    browser.post(f"/evidence/{assessment.code}/")
    proposal = Proposal.objects.get(item="er.2.1")
    judge_proposal(coordinator, proposal, answer="unchecked", reason="One meeting is no practice.", now=later)

    page = browser.get(f"/evidence/{assessment.code}/").content.decode()

    assert "Overruled" in page
    assert "One meeting is no practice." in page


@pytest.mark.req("PROG-2")
def test_the_items_without_records_say_what_they_wait_for(enter, assessment, coordinator):
    page = enter(coordinator).get(f"/evidence/{assessment.code}/").content.decode()

    assert set(BRINGS) == set(WAITS.values())
    assert "No records of these yet" in page
    assert BRINGS[WAITS["tm.4.1"]] in page


@pytest.mark.req("PROG-2")
def test_counting_again_as_of_then_says_that_it_comes_out_the_same(enter, assessment, coordinator):
    browser = enter(coordinator)
    browser.post(f"/evidence/{assessment.code}/")

    page = browser.post(f"/evidence/{assessment.code}/again/").content.decode()

    assert f"All {len(RULES)} come out the same." in page


def test_a_tool_that_names_nothing_to_look_for_is_refused_in_a_sentence(enter, coordinator, now):
    stages = begun(coordinator, now, key="task-force-stages")

    answer = enter(coordinator).post(f"/evidence/{stages.code}/")

    assert answer.status_code == 422
    assert "Answer it by hand." in answer.content.decode()


@pytest.mark.req("PROG-2")
def test_the_self_assessment_leads_to_what_the_records_say_of_it(enter, assessment, coordinator, now):
    stages = begun(coordinator, now, key="task-force-stages")
    browser = enter(coordinator)

    assert f'href="/evidence/{assessment.code}/"' in browser.get(f"/assessments/{assessment.code}/").content.decode()
    assert "/evidence/" not in browser.get(f"/assessments/{stages.code}/").content.decode()


@pytest.mark.parametrize("item", sorted(RULES))
def test_the_records_behind_a_figure_are_called_by_what_they_are(item):
    for path in RULES[item].see:
        assert any(path.startswith(start) for start in BEHIND), path
