"""The pages of a missing child: an episode in one minute, what was typed kept, one act on the return, the sheet."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.clients.actions import give_standing
from rightdoor.casework.missing.models import Entry, Episode, PreparedPlan, Task
from rightdoor.domain.permission import may
from tests.casework import team
from tests.signing_in import sign_in


@pytest.fixture(autouse=True)
def _at_that_time(now: Any) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def case(scene):
    """A case."""
    return team.scheduled(scene).case


@pytest.fixture
def browser(scene):
    """The coordinator's."""
    return sign_in(Browser(), scene.coordinator, at=scene.now)


def at(name: str, day: str = "03/10/2026", time: str = "9:30 a.m.") -> dict[str, str]:
    return {f"{name}_day": day, f"{name}_time": time}


def begin(browser, case, **more):
    browser.post(f"/cases/{case.code}/missing/new/", {**at("learned_at"), **more})
    return Episode.objects.get(state="running")


@pytest.mark.req("CASE-8")
def test_an_episode_is_begun_with_one_time_and_its_page_says_who_reports_by_when(browser, case):
    episode = begin(browser, case)
    page = browser.get(f"/missing/{episode.code}/").content.decode()

    for words in (
        "Custody is not established, so the duty of the state agency is assumed.",
        "The earlier",
        "This program reports to nobody.",
        "because when the child left is not established",
        "Take the child to be in danger.",
    ):
        assert words in page
    assert "Missing since" in browser.get(f"/cases/{case.code}/missing/").content.decode()
    assert episode.code in browser.get("/missing/").content.decode()


def test_what_was_typed_is_kept_while_typing_and_when_it_is_refused(browser, case):
    typed = {**at("learned_at", time="25:99"), "last_seen_by": "The invented aunt", "danger_pregnancy": "yes"}
    kept = browser.post(f"/cases/{case.code}/missing/draft/", typed)
    refused = browser.post(f"/cases/{case.code}/missing/new/", typed)
    page = browser.get(f"/cases/{case.code}/missing/new/").content.decode()

    assert kept.content.decode().startswith("Kept ")
    assert refused.status_code == 422
    assert "The invented aunt" in refused.content.decode()
    assert "The invented aunt" in page
    assert "25:99" in page
    assert not Episode.objects.exists()


@pytest.mark.req("CASE-8")
def test_duties_calls_and_those_who_were_told_are_recorded_one_by_one(browser, case):
    episode = begin(browser, case)
    base = f"/missing/{episode.code}/"
    for path, sent in (
        ("duties/police/", {"agency": "Invented police", "number": "F-17", "by": "The caseworker"}),
        ("duties/amber/", {"decision": "not_met"}),
        ("told/", {"key": "court", "who": "Invented court"}),
        ("log/", {"key": "sighting", "place": "By the invented river", "words": "Seen with two others"}),
    ):
        assert browser.get(base + path).status_code == 200
        assert browser.post(base + path, {**at("at"), **sent}).status_code == 302
    page = browser.get(base).content.decode()

    for words in ("F-17", "Invented police", "criteria are not met", "Invented court", "By the invented river"):
        assert words in page
    assert list(Entry.objects.order_by("id").values_list("key", flat=True)) == ["police", "amber", "", ""]
    assert 'value="F-17"' in browser.get(f"{base}duties/police/").content.decode()
    assert browser.post(f"{base}log/", {**at("at"), "words": "No kind"}).status_code == 422


@pytest.mark.req("CASE-8")
def test_a_plan_that_is_ready_becomes_tasks_in_one_act_and_the_episode_ends_when_all_is_on_record(browser, case, scene):
    plan = {
        "call": "The invented aunt",
        "place": "Her house",
        "what_1": "Meet the child.",
        "owner_1": scene.coordinator.code,
        "hours_1": "2",
    }
    assert browser.post(f"/cases/{case.code}/missing/plan/", {**plan, "owner_1": ""}).status_code == 422
    assert browser.post(f"/cases/{case.code}/missing/plan/", plan).status_code == 302
    assert "The invented aunt" in browser.get(f"/cases/{case.code}/missing/plan/").content.decode()
    episode = begin(browser, case)
    base = f"/missing/{episode.code}/"
    assert "The invented aunt" in browser.get(f"{base}return/").content.decode()
    browser.post(f"{base}return/", {**at("recovered_at", time="9:45 a.m."), "found_by": "A cousin"})
    assert (PreparedPlan.objects.count(), Task.objects.get().state) == (1, "open")

    assert browser.post(f"{base}closing/").status_code == 422
    assert "not a forensic interview" in browser.get(f"{base}steps/conversation/").content.decode()
    outcomes = {"conversation": "held", "screening": "done", "medical": "done", "placement": "same", "review": "done"}
    for step, outcome in outcomes.items():
        sent = {**at("at", time="9:50 a.m."), "outcome": outcome, "reasons": "Missed a friend", "tool": "Invented tool"}
        assert browser.post(f"{base}steps/{step}/", sent).status_code == 302
    browser.post(f"{base}tasks/1/", {"state": "done"})
    assert browser.post(f"{base}closing/").status_code == 302

    page = browser.get(base).content.decode()
    assert Episode.objects.get().state == "closed"
    assert "Missed a friend" in page
    assert "Invented tool" in page


def test_two_who_change_the_same_episode_are_warned_and_both_texts_are_kept(browser, case):
    episode = begin(browser, case)
    facts = f"/missing/{episode.code}/facts/"
    seen = episode.changed_at.isoformat()
    with time_machine.travel(episode.changed_at.timestamp() + 60, tick=False):
        first = browser.post(facts, {**at("learned_at"), "seen": seen, "happened": "The first text"})
        second = browser.post(facts, {**at("learned_at"), "seen": seen, "happened": "The second text"})

        assert (first.status_code, second.status_code) == (302, 422)
        assert "The second text" in second.content.decode()
        assert "The first text" in browser.get(facts).content.decode()


def test_a_long_form_keeps_itself_and_what_was_kept_is_gone_once_it_was_sent(browser, case):
    episode = begin(browser, case)
    log, draft = f"/missing/{episode.code}/log/", f"/missing/{episode.code}/drafts/log/"
    typed = {**at("at", time="9:4"), "words": "Half a sent"}
    assert browser.post(draft, typed).status_code == 200
    assert browser.post(f"/missing/{episode.code}/drafts/anything/", typed).status_code == 404
    page = browser.get(log).content.decode()
    browser.post(log, {**at("at"), "key": "tip", "words": "A whole sentence"})

    assert "Half a sent" in page
    assert 'value="9:4"' in page
    assert "Half a sent" not in browser.get(log).content.decode()


@pytest.mark.req("CASE-8")
def test_the_sheet_is_handed_over_as_a_file_under_its_code_and_stands_in_the_register(browser, case):
    episode = begin(browser, case, looks_hair="Brown")
    sheet = f"/missing/{episode.code}/sheet/"
    asked = browser.get(sheet).content.decode()
    made = browser.post(sheet, {"variant": "official", "to": "The desk of the invented police"})

    assert "Nothing about custody or care" in asked
    assert made.headers["Content-Type"] == "application/pdf"
    assert f"missing-official-{episode.code}.pdf" in made.headers["Content-Disposition"]
    register = browser.get(f"/cases/{case.code}/disclosures/").content.decode()
    assert "The desk of the invented police" in register
    assert "Required by law" in register


@pytest.mark.req("PRIV-2")
def test_whoever_only_reads_an_episode_is_offered_no_button_that_would_be_refused(scene, browser, case):
    episode = begin(browser, case)
    give_standing(
        scene.coordinator,
        case.client,
        account_code=scene.advocate.code,
        kind="assigned",
        discipline="victim_advocate",
        about=case.code,
        starts_at=scene.now,
        now=scene.now,
    )
    team.released(scene.coordinator, case.client, scene.advocate, "CORE", "SAFE", now=scene.now)
    assert may(scene.advocate, "missing.write", standing_of(scene.advocate, case, scene.now))  # by the role alone
    reader = sign_in(Browser(), scene.advocate, at=scene.now)
    mine, theirs = (who.get(f"/missing/{episode.code}/").content.decode() for who in (browser, reader))
    assert "Duties and clocks" in mine
    assert "Duties and clocks" in theirs
    assert f"/missing/{episode.code}/duties/police/" in mine
    assert f"/missing/{episode.code}/duties/police/" not in theirs
    assert f"/missing/{episode.code}/return/" not in theirs
