"""Several cases at one meeting: who is let in for which, what each person sees, and each case held by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.casework.cases.actions import add_to_case
from rightdoor.casework.clients.actions import declare_conflict
from rightdoor.casework.clients.models import Standing
from rightdoor.casework.consents.actions.coordination import record_participation_consent
from rightdoor.casework.staffings import actions
from rightdoor.casework.staffings.models import Staffing
from rightdoor.casework.staffings.queries import people_at, recipients_of, staffing_for
from rightdoor.casework.staffings.running.actions import (
    Turn,
    convene_for_cases,
    move_in_order,
    put_on_agenda,
    take_off,
)
from rightdoor.casework.staffings.running.queries import beside, order_of
from rightdoor.community.meetings.actions import record_attendance
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.models import AuditEvent
from tests.casework import team
from tests.casework.visiting import Visitor
from tests.people import REGION, make_person


@pytest.fixture
def cases(scene):
    """Three cases after their emergency staffings: the advocate works on the second alone."""
    made = [team.held(scene).case for _ in range(3)]
    add_to_case(
        scene.coordinator, made[1], account_code=scene.advocate.code, discipline="victim_advocate", need="advocacy",
        now=scene.now,
    )  # fmt: skip
    return made


@pytest.fixture
def later(scene):
    """The moment at which the meeting is called, after the windows of the emergency staffings have closed."""
    return scene.now + timedelta(days=9)


def convened(scene, cases, later, *, kind="case_review", minutes=10, **changed):
    return convene_for_cases(
        scene.coordinator,
        **{
            "region": REGION, "kind": kind, "turns": [Turn(case, minutes) for case in cases],
            "starts_at": later + timedelta(hours=3), "mode": "virtual", "core": scene.invitees()[:1], "now": later,
            **changed,
        },
    )  # fmt: skip


@pytest.mark.req("MTG-1")
@pytest.mark.rule("SR-06")
def test_each_is_let_in_for_the_cases_they_work_on_and_sees_no_trace_of_the_others(scene, cases, later):
    staffings = convened(scene, cases, later)
    at = staffings[0].starts_at

    assert [line.staffing.code for line in order_of(scene.coordinator, staffings[0].meeting.code, at)] == [
        one.code for one in staffings
    ]
    (mine,) = order_of(scene.advocate, staffings[0].meeting.code, at)
    assert (mine.number, mine.staffing.code, mine.is_first, mine.is_last) == (1, staffings[1].code, True, True)
    assert mine.begins_at == at + timedelta(minutes=10), "one's own time is the true one"
    assert beside(scene.advocate, staffings[1], at) is None
    assert beside(scene.coordinator, staffings[1], at).of == 3
    for hidden in (staffings[0], staffings[2]):
        with pytest.raises(NotVisible):
            staffing_for(scene.advocate, hidden.code, at)
        assert scene.advocate.code not in dict(people_at(hidden))
        assert scene.advocate.code not in [one.account.code for one in recipients_of(scene.coordinator, hidden, at)]
    assert scene.advocate.code in dict(people_at(staffings[1]))


@pytest.mark.req("MTG-1")
@pytest.mark.rule("SR-06")
def test_the_page_of_the_meeting_leads_whoever_sees_one_case_straight_to_it(scene, cases, later):
    staffings = convened(scene, cases, later)
    there = f"/meetings/{staffings[0].meeting.code}/staffings/"
    at = staffings[0].starts_at

    answer = Visitor(scene.advocate, at).get(there)
    assert answer.headers["Location"] == f"/staffings/{staffings[1].code}/"
    page = Visitor(scene.advocate, at).page(answer.headers["Location"])
    assert not any(code in page for one in (staffings[0], staffings[2]) for code in (one.code, one.case.code))
    assert "Case 1 of" not in page

    page = Visitor(scene.coordinator, at).page(there)
    assert all(one.case.code in page for one in staffings)
    page = Visitor(scene.coordinator, at).page(f"/staffings/{staffings[1].code}/")
    assert "Case 2 of 3" in page
    assert f'href="/staffings/{staffings[2].code}/" rel="next"' in page


@pytest.mark.req("MTG-1")
def test_the_order_changes_by_buttons_and_the_planned_times_move_along(scene, cases, later):
    first, second, third = convened(scene, cases, later)

    move_in_order(scene.coordinator, third, up=True, now=later)
    with pytest.raises(NotPermitted):
        move_in_order(scene.advocate, second, up=True, now=first.starts_at)

    lines = order_of(scene.coordinator, first.meeting.code, later)
    assert [line.staffing.code for line in lines] == [first.code, third.code, second.code]
    assert [line.begins_at - first.starts_at for line in lines] == [timedelta(minutes=at) for at in (0, 10, 20)]

    page = Visitor(scene.coordinator, later).post(
        f"/meetings/{first.meeting.code}/order/", {"staffing": first.code, "go": "down"}
    )
    assert page.status_code == 302
    lines = order_of(scene.coordinator, first.meeting.code, later)
    assert [line.staffing.code for line in lines] == [third.code, first.code, second.code]


@pytest.mark.req("MTG-1")
@pytest.mark.rule("SR-05")
def test_a_case_taken_off_closes_at_once_and_one_put_on_comes_last(scene, cases, later):
    first, second = convened(scene, cases[:2], later)
    third = put_on_agenda(scene.coordinator, first.meeting, Turn(cases[2], 15), now=later)
    assert third.turn_at == first.starts_at + timedelta(minutes=20)
    assert third.meeting.ends_at == first.starts_at + timedelta(minutes=35)

    take_off(scene.coordinator, second, now=later)

    assert [line.staffing.code for line in order_of(scene.coordinator, first.meeting.code, later)] == [
        first.code, third.code,
    ]  # fmt: skip
    open_rows = Standing.objects.filter(about=second.code, ends_at__gt=later)
    assert not open_rows.exists()
    take_off(scene.coordinator, third, now=later)
    with pytest.raises(RuleBroken, match="only case"):
        take_off(scene.coordinator, first, now=later)


@pytest.mark.req("MTG-1")
def test_ongoing_coordination_needs_consent_for_each_case_and_the_refusal_names_the_one(scene, cases, later):
    record_participation_consent(scene.coordinator, cases[0].client, basis="minor_alone", given_at=later, now=later)
    before = Staffing.objects.count()

    with pytest.raises(RuleBroken, match=cases[1].code):
        convened(scene, cases[:2], later, kind="ongoing")
    assert Staffing.objects.count() == before


@pytest.mark.rule("SR-35")
def test_who_is_kept_apart_from_a_case_is_not_let_in_for_it(scene, cases, later):
    declare_conflict(scene.coordinator, cases[0].client, account_code=scene.detective.code, now=later)

    first, second = convened(scene, cases[:2], later)

    assert scene.detective.code not in dict(people_at(first))
    assert scene.detective.code in dict(people_at(second))


@pytest.mark.req("MTG-1", "MTG-5")
def test_each_case_is_held_by_itself_with_its_own_summary_and_the_meeting_with_the_last(scene, cases, later):
    staffings = convened(scene, cases, later)
    at = staffings[0].starts_at + timedelta(minutes=40)
    record_attendance(
        scene.coordinator, staffings[0].meeting,
        present={scene.coordinator.code: "virtual", scene.detective.code: "virtual"}, now=at,
    )  # fmt: skip

    for number, staffing in enumerate(staffings, start=1):
        actions.write_minutes(
            scene.coordinator, staffing, topic="response", text=f"Minutes of turn {number}.", version=0, now=at
        )
        staffing.meeting.refresh_from_db()
        assert staffing.meeting.state == "convened"
        actions.hold_staffing(scene.coordinator, staffing, held_at=staffing.starts_at, now=at)
        summary = actions.file_and_share_summary(scene.coordinator, staffing, now=at)
        opened = actions.open_summary(scene.detective, summary, now=at)
        assert [topic["text"] for topic in opened.body["topics"] if topic["text"]] == [f"Minutes of turn {number}."]
        assert scene.advocate.name in str(opened.body["present"]) if number == 2 else (
            scene.advocate.name not in str(opened.body["present"])
        )  # fmt: skip

    assert Staffing.objects.filter(meeting=staffings[0].meeting, state="held").count() == 3
    staffings[-1].meeting.refresh_from_db()
    assert staffings[-1].meeting.state == "held"


@pytest.mark.req("MTG-2")
def test_a_meeting_that_moves_lets_nobody_in_for_a_case_that_was_not_theirs(scene, cases, later):
    staffings = convened(scene, cases, later)

    actions.move_staffing(scene.coordinator, staffings[0], starts_at=later + timedelta(days=2), now=later)

    let_in = set(Standing.objects.filter(about=staffings[2].code).values_list("account_code", flat=True))
    assert let_in == {scene.detective.code}
    moved = Staffing.objects.get(pk=staffings[1].pk)
    assert moved.turn_at == later + timedelta(days=2, minutes=10)


@pytest.mark.req("MTG-1")
def test_the_coordinator_calls_it_from_the_list_of_what_is_due(scene, cases, later, seated_core):
    visitor = Visitor(scene.coordinator, later)
    page = visitor.page("/staffings/due/")
    assert all(case.code in page for case in cases)
    page = visitor.page("/staffings/new/")
    assert all(f'value="{case.code}"' in page for case in cases)
    assert page.count(f'<span class="person__name">{team.GIVEN} {team.FAMILY}</span>') == len(cases)
    assert AuditEvent.objects.filter(verb="client.identity_seen", actor=scene.coordinator.code).exists()

    sent = {
        "region": REGION, "kind": "case_review", "cases": [case.code for case in cases], "minutes": "15",
        "time": "own", "own_time_day": f"{later + timedelta(days=1):%m/%d/%Y}", "own_time_time": "10:00 a.m.",
        "mode": "virtual", "members": [scene.detective.code],
    }  # fmt: skip
    refused = visitor.post("/staffings/new/", {**sent, "cases": []})
    assert refused.status_code == 422
    answer = visitor.post("/staffings/new/", sent)

    assert answer.status_code == 302, answer.content.decode()
    assert Staffing.objects.filter(kind="case_review", state="scheduled").count() == 3
    assert Visitor(scene.detective, later).get("/staffings/new/").status_code == 404


@pytest.fixture
def seated_core(scene):
    """The detective holds the seat of a core discipline on the region's team."""
    from rightdoor.community.teams.actions import found_team, seat_member

    admin = make_person("Adam Administrator", now=scene.now, roles=(("administrator", ""),))
    seat_member(
        admin, found_team(admin, region=REGION, now=scene.now), account=Account.objects.get(code=scene.detective.code),
        discipline="local_law_enforcement", now=scene.now,
    )  # fmt: skip
