"""A missing child: begun with one time, two starts of a clock, a plan used in one act, closed when all is on record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.casework.cases.actions import add_to_case
from rightdoor.casework.cases.parts import Look
from rightdoor.casework.cases.queries import case_for, standing_of
from rightdoor.casework.clients.disclosure import may_read, open_identity
from rightdoor.casework.clients.facts import ties_of
from rightdoor.casework.consents.models import OutsideDisclosure
from rightdoor.casework.missing import actions, clocks, parts, queries
from rightdoor.casework.missing.deidentified import counted_episodes
from rightdoor.casework.missing.jobs import remind_of_what_is_owed
from rightdoor.casework.missing.models import Entry, Episode, Task
from rightdoor.casework.missing.printouts import print_sheet, sheet_context
from rightdoor.casework.missing.told import EpisodeTold, Places, PlannedLine, PlanTold
from rightdoor.config.demonstration.missing import show
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.notices.models import Notice
from tests.casework import team

HOUR = timedelta(hours=1)
PLACE, CONDITION = "Behind the invented bus station", "Tired, and hungry"


@pytest.fixture
def case(scene):
    """A case with a detective and an advocate on it."""
    case = team.scheduled(scene).case
    for one, need in ((scene.detective, "investigation"), (scene.advocate, "advocacy")):
        add_to_case(scene.coordinator, case, account_code=one.code, discipline=one.discipline, need=need, now=scene.now)
    return case_for(scene.coordinator, case.code, scene.now)


def start(scene, case, **changed):
    asked = {"learned_at": scene.now - HOUR, "now": scene.now}
    return actions.start_episode(scene.coordinator, case, **{**asked, **changed})


def ready_plan(scene, case, *lines):
    lines = lines or (PlannedLine("Meet her at the door.", scene.coordinator.code, 2),)
    told = PlanTold(call="The aunt", place="The house of the aunt", talks_first="The advocate")
    return actions.write_plan(scene.coordinator, case, told=told, lines=lines, now=scene.now)


def back(scene, episode, hours=10, **changed):
    at = scene.now + timedelta(hours=hours)
    asked = {"recovered_at": at, "found_by": "A cousin", "condition": CONDITION, "place": PLACE, "now": at}
    actions.record_return(scene.coordinator, episode, **{**asked, **changed})
    return at


def settle_return(scene, episode, at):
    outcomes = {"conversation": "held", "screening": "done", "medical": "done", "placement": "same", "review": "done"}
    for step, outcome in outcomes.items():
        actions.add_entry(scene.coordinator, episode, kind="return", key=step, at=at, told={"outcome": outcome}, now=at)


def notices(kind):
    return set(Notice.objects.filter(kind=kind).values_list("account_code", flat=True))


@pytest.mark.req("CASE-8")
def test_one_time_is_enough_and_everybody_on_the_case_hears_that_something_awaits_them(scene, case):
    episode = start(scene, case)

    shown = queries.open_episode(scene.coordinator, episode, scene.now)
    assert (shown.state, shown.departed_at, shown.told.custody) == ("running", None, "")
    assert notices("missing.alert") >= {scene.detective.code, scene.advocate.code}
    for notice in Notice.objects.filter(kind="missing.alert"):
        assert (notice.code, notice.path) == (case.code, f"/cases/{case.code}/")


@pytest.mark.req("CASE-8")
def test_both_starts_are_reckoned_and_the_desk_goes_by_the_earlier(scene, case):
    start(scene, case, departed_at=scene.now - 5 * HOUR, last_seen_at=scene.now - 9 * HOUR)

    ties = ties_of(scene.coordinator, [case.client], scene.now)
    (due,) = [one for one in parts._dues(scene.coordinator, [case], ties, scene.now) if one.kind == "missing.police"]
    assert due.due_at == scene.now + 19 * HOUR
    (line,) = [
        one
        for one in clocks.duty_lines(clocks.situations(list(Episode.objects.select_related("case")))[0])
        if one.duty.key == "police"
    ]
    assert [one.due_at for one in line.clock.reckoned] == [scene.now + 23 * HOUR, scene.now + 19 * HOUR]


@pytest.mark.req("CASE-8")
def test_the_entry_of_the_police_counts_from_the_report_and_a_done_duty_is_owed_no_more(scene, case):
    episode = start(scene, case)
    before = {one.key for one in clocks.owed_on(clocks.situations([episode])[0])}
    actions.add_entry(
        scene.coordinator,
        episode,
        kind="duty",
        key="police",
        at=scene.now,
        told={"by": "The caseworker", "agency": "An invented police", "number": "F-17"},
        now=scene.now,
    )

    owed = {one.key: one.clock for one in clocks.owed_on(clocks.situations([episode])[0])}
    assert "police" in before
    assert "entry" not in before
    assert "police" not in owed
    assert owed["entry"].due_at == scene.now + 2 * HOUR
    assert queries.open_episode(scene.coordinator, episode, scene.now).latest("duty", "police").told["number"] == "F-17"


@pytest.mark.req("CASE-8")
def test_a_return_makes_tasks_of_the_plan_in_one_act_and_ends_the_clocks_of_the_search(scene, case):
    ready_plan(scene, case)
    episode = start(scene, case)
    at = back(scene, episode)

    task = Task.objects.get()
    assert (task.owner, task.due_at, task.state) == (scene.coordinator.code, at + 2 * HOUR, "open")
    assert queries.open_episode(scene.coordinator, episode, at).tasks[0].what == "Meet her at the door."
    assert notices("missing.task") == {scene.coordinator.code}
    owed = {one.key: one.clock for one in clocks.owed_on(clocks.situations([episode])[0])}
    assert set(owed) == {"conversation", "screening", "medical", "placement", "review", "task"}
    assert owed["screening"].due_at == at + 24 * HOUR


@pytest.mark.req("CASE-8")
def test_an_episode_closes_when_every_step_is_on_record_and_a_second_one_may_follow(scene, case):
    ready_plan(scene, case)
    episode = start(scene, case)
    at = back(scene, episode)
    with pytest.raises(RuleBroken):
        actions.close_episode(scene.coordinator, episode, now=at)
    settle_return(scene, episode, at)
    with pytest.raises(RuleBroken, match="tasks"):
        actions.close_episode(scene.coordinator, episode, now=at)
    actions.settle_task(scene.coordinator, episode, number=1, state="done", now=at)
    actions.close_episode(scene.coordinator, episode, now=at)
    start(scene, case, learned_at=at, now=at + HOUR)

    assert [one.state for one in queries.episodes_of(scene.coordinator, case, at + HOUR)] == ["running", "closed"]


def test_what_cannot_be_is_refused_and_leaves_nothing_behind(scene, case):
    for changed in (
        {"learned_at": scene.now + HOUR},
        {"departed_at": scene.now},
        {"told": EpisodeTold(custody="nobody")},
    ):
        with pytest.raises(RuleBroken):
            start(scene, case, **changed)
    assert Episode.objects.count() == 0

    episode = start(scene, case)
    with pytest.raises(RuleBroken):
        start(scene, case)
    for kind, key in (("duty", "juggling"), ("told", ""), ("contact", "police report"), ("return", "screening")):
        with pytest.raises(RuleBroken):
            actions.add_entry(scene.coordinator, episode, kind=kind, key=key, at=scene.now, now=scene.now)
    assert Episode.objects.count() == 1
    assert Entry.objects.count() == 0


def test_after_a_disclosure_somebody_is_named_to_whom_it_was_referred(scene, case):
    episode = start(scene, case)
    at = back(scene, episode)
    told = {"outcome": "held", "disclosure": True}
    with pytest.raises(RuleBroken, match="refer"):
        actions.add_entry(scene.coordinator, episode, kind="return", key="conversation", at=at, told=told, now=at)
    told |= {"referred_to": "The invented center"}
    actions.add_entry(scene.coordinator, episode, kind="return", key="conversation", at=at, told=told, now=at)

    assert Entry.objects.get().key == "conversation"


def test_two_at_one_form_and_the_second_is_told(scene, case):
    episode = start(scene, case)
    first = episode.changed_at
    later = scene.now + HOUR
    known = {"places": Places("A bus stop"), "learned_at": episode.learned_at, "seen": first, "now": later}
    actions.change_episode(scene.coordinator, episode, told=EpisodeTold(last_seen_by="The aunt"), **known)
    with pytest.raises(RuleBroken, match="Somebody else"):
        actions.change_episode(scene.coordinator, episode, told=EpisodeTold(last_seen_by="The uncle"), **known)

    assert queries.open_episode(scene.coordinator, episode, later).told.last_seen_by == "The aunt"


def test_a_form_sent_twice_begins_one_episode(scene, case):
    code = new_code()

    assert start(scene, case, code=code).pk == start(scene, case, code=code).pk


@pytest.mark.req("PRIV-2")
def test_who_has_no_ground_for_safety_finds_nothing_and_police_learn_only_that_it_is_so(scene, case):
    episode = start(scene, case)

    for viewer, flags in ((scene.detective, 1), (scene.advocate, 0)):
        tie = standing_of(viewer, case, scene.now)
        with pytest.raises(NotVisible):
            queries.episode_for(viewer, episode.code, scene.now)
        assert queries.episodes_of(viewer, case, scene.now) == []
        assert queries.running(viewer, scene.now) == []
        assert len(parts._flags(Look(viewer, case, tie, scene.now))) == flags
        assert all(not one.url for one in parts._flags(Look(viewer, case, tie, scene.now)))
        assert parts._dues(viewer, [case], {case.client_id: tie}, scene.now) == []
        assert not any(tab.is_open(Look(viewer, case, tie, scene.now)) for tab in parts.PARTS.tabs)
    with pytest.raises(NotPermitted):
        actions.add_entry(scene.detective, episode, kind="contact", key="tip", at=scene.now, now=scene.now)


@pytest.mark.req("PRIV-2")
def test_a_release_of_safety_opens_the_episode_without_its_places(scene, case):
    episode = start(scene, case, places=Places(last_seen=PLACE), told=EpisodeTold(last_seen_by="The aunt"))
    team.released(scene.coordinator, case.client, scene.advocate, "CORE", "SAFE", now=scene.now)

    assert may_read(scene.advocate, case.client, None, "SAFE", scene.now).allowed
    shown = queries.open_episode(
        scene.advocate, queries.episode_for(scene.advocate, episode.code, scene.now), scene.now
    )
    assert (shown.told.last_seen_by, shown.places) == ("The aunt", None)


def test_a_task_goes_only_to_somebody_to_whom_the_episode_opens(scene, case):
    with pytest.raises(RuleBroken):
        ready_plan(scene, case, PlannedLine("Bring clothes.", scene.advocate.code, 4))
    team.released(scene.coordinator, case.client, scene.advocate, "CORE", "SAFE", now=scene.now)
    ready_plan(scene, case, PlannedLine("Bring clothes.", scene.advocate.code, 4))

    assert {one.code for one in queries.people_who_may_do(scene.coordinator, case, scene.now)} >= {scene.advocate.code}


@pytest.mark.req("CASE-8")
def test_a_poster_says_nothing_of_care_danger_or_trafficking_and_the_register_says_for_whom(scene, case):
    told = EpisodeTold(
        custody="state_care",
        custody_words="Care since May",
        danger={"trafficking": True, "pregnancy": True},
        danger_words="Somebody sells her",
        looks={"hair": "Brown", "marks": "A tattoo"},
    )
    episode = start(scene, case, told=told, places=Places(last_seen=PLACE, may_be="The hotel"))
    shown = queries.open_episode(scene.coordinator, episode, scene.now)
    who = open_identity(scene.coordinator, case.client, scene.now, "missing-sheet").who
    poster = str(sheet_context(episode, shown, who, "poster", scene.now)).casefold()
    official = str(sheet_context(episode, shown, who, "official", scene.now)).casefold()
    hidden = ("care", "foster", "exploit", "traffick", "pregnan", "sells", "tattoo", "hotel", PLACE.casefold())
    assert "brown" in poster
    assert who.name.casefold() in poster
    assert [word for word in hidden if word in poster] == []
    assert "state_care" not in official
    assert all(word in official for word in ("in care", "exploit", "sells", "tattoo", "hotel"))

    made = print_sheet(scene.coordinator, episode, variant="poster", to="The desk", to_agency="", now=scene.now)
    assert made.startswith(b"%PDF")
    row = OutsideDisclosure.objects.get()
    assert (row.is_compelled, row.closed_at) == (True, scene.now)


def test_the_reminder_goes_to_the_coordinator_while_little_time_is_left_and_not_before(scene, case):
    episode = start(scene, case)
    remind_of_what_is_owed(episode.code, now=scene.now)
    assert notices("missing.due") == set()
    remind_of_what_is_owed(episode.code, now=scene.now + 20 * HOUR)

    assert notices("missing.due") == {case.coordinator}


def test_a_running_episode_stops_the_closure_also_for_whom_it_is_closed(scene, case):
    start(scene, case)
    ends = {
        viewer.code: parts._open_ends(Look(viewer, case, standing_of(viewer, case, scene.now), scene.now))
        for viewer in (scene.coordinator, scene.advocate)
    }

    assert [one.stops for one in ends[scene.coordinator.code]] == [True]
    assert [(one.stops, one.what) for one in ends[scene.advocate.code]] == [(True, parts.SOMETHING)]


def test_counted_rows_hold_a_month_a_band_and_no_code(scene, case):
    episode = start(scene, case)
    back(scene, episode)
    (row,) = counted_episodes(scene.now - timedelta(days=1), scene.now + timedelta(days=1), scene.now)

    assert (row.region, row.month, row.away, row.screened) == ("capital", "2026-03", "up to a day", "not_done")
    assert dict(row.duties)["police"] == "not_done"
    assert episode.code not in str(row)


def test_the_demonstration_shows_one_child_who_is_missing_and_two_episodes_that_ended(scene, case):
    other = team.scheduled(scene).case
    count = show([(scene.coordinator, other), (scene.coordinator, case)], scene.now)

    assert count == Episode.objects.count() == 3
    assert sorted(Episode.objects.values_list("state", flat=True)) == ["closed", "closed", "running"]


def test_with_a_third_case_the_demonstration_shows_a_child_who_is_just_back(scene, case):
    others = [team.scheduled(scene).case for _ in range(2)]
    assert show([(scene.coordinator, one) for one in (*others, case)], scene.now) == 4
    assert sorted(Episode.objects.values_list("state", flat=True)) == ["closed", "closed", "recovered", "running"]
