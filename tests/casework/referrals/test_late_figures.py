"""Late responses by quarter, cause and tier, the rows behind each figure, and the way to an advisory meeting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rightdoor.casework.clients.actions import declare_conflict
from rightdoor.casework.referrals import actions, late_figures
from rightdoor.casework.referrals.late_figures import late_by_quarter, late_rows, take_causes
from rightdoor.community.meetings.actions import Invitee, convene_meeting
from rightdoor.community.minutes.actions import FigureLine, add_figures
from rightdoor.community.minutes.models import TakenFigures
from rightdoor.community.minutes.queries import notes_of
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.late_response import Quarter
from rightdoor.foundation.audit.models import AuditEvent
from tests.casework.referrals.conftest import SETTLED, URGENT
from tests.casework.visiting import Visitor
from tests.people import OTHER_REGION, REGION

FIRST = Quarter(2026, 1)
APRIL = datetime(2026, 4, 7, 15, 0, tzinfo=UTC)  # the first quarter is over


@pytest.fixture
def answered(make_referral, coordinator, now):
    """Makes a response of tier 1 that was answered so many hours after it was due; with a cause where it was late."""

    def make(hours: float, cause: str = "", facts=URGENT):
        referral = make_referral(received_at=now - timedelta(hours=80))
        actions.triage_referral(coordinator, referral, facts=facts, now=now)
        actions.decide_referral_eligibility(coordinator, referral, facts={}, now=now)
        actions.record_mandated_report(
            coordinator, referral, made=True, made_at=now, by="Cora Coordinator", number="N-1", now=now
        )
        held_at = referral.due_at + timedelta(hours=hours)
        actions.stop_clock(coordinator, referral, held_at=held_at, now=max(held_at, now))
        if cause:
            actions.record_late_cause(coordinator, referral, cause=cause, now=max(held_at, now))
        referral.refresh_from_db()
        return referral

    return make


def advisory(coordinator, *people, at=APRIL, region=REGION, kind="advisory"):
    return convene_meeting(
        coordinator, region=region, kind=kind, mode="virtual", starts_at=at + timedelta(days=5),
        ends_at=at + timedelta(days=5, hours=1), now=at,
        invitees=[Invitee(one.code, one.discipline, "core") for one in people],
    )  # fmt: skip


def line_of(viewer, quarter, now):
    (line,) = [one for one in late_by_quarter(viewer, REGION, now) if one.quarter == quarter]
    return line


@pytest.mark.req("INT-11")
def test_late_responses_are_counted_by_the_quarter_in_which_they_were_due(answered, make_referral, coordinator, now):
    answered(-1)
    answered(2, "not_located")
    answered(3)
    answered(1, "no_room", SETTLED)
    waiting = make_referral(received_at=now - timedelta(hours=49))
    actions.triage_referral(coordinator, waiting, facts=URGENT, now=now)  # past its time, and nobody has met
    ahead = make_referral()
    actions.triage_referral(coordinator, ahead, facts=URGENT, now=now)  # still has time: counted nowhere
    make_referral()  # has no tier yet

    figures = line_of(coordinator, FIRST, now).figures

    assert (figures.responses, figures.late) == (5, 4)
    assert {key: count for key, count in figures.by_cause if count} == {"not_located": 1, "no_room": 1, "": 2}
    assert figures.by_tier == ((1, 3), (2, 1))
    assert [one.quarter for one in late_by_quarter(coordinator, REGION, now)][:2] == [FIRST, Quarter(2025, 4)]
    assert line_of(coordinator, Quarter(2025, 4), now).figures.responses == 0


@pytest.mark.req("INT-11")
def test_exactly_at_the_due_time_is_in_time(answered, coordinator, now):
    answered(0)

    figures = line_of(coordinator, FIRST, now).figures

    assert (figures.responses, figures.late) == (1, 0)


@pytest.mark.req("INT-11")
def test_each_figure_opens_exactly_its_rows(answered, coordinator, now):
    located, unknown = answered(2, "not_located"), answered(3)
    slow = answered(1, "not_located", SETTLED)

    def codes(**chosen):
        return {row.code for row in late_rows(coordinator, REGION, FIRST, now, **chosen).rows}

    assert codes() == {located.code, unknown.code, slow.code}
    assert codes(cause="not_located") == {located.code, slow.code}
    assert codes(cause=late_figures.NO_CAUSE) == {unknown.code}
    assert codes(tier=2) == {slow.code}
    assert codes(cause="medical") == set()
    assert late_rows(coordinator, REGION, Quarter(2025, 4), now).rows == []


@pytest.mark.req("INT-11")
def test_the_rows_come_in_pages_without_a_gap(answered, coordinator, now, monkeypatch):
    monkeypatch.setattr(late_figures, "PAGE", 2)
    made = {answered(hours).code for hours in (1, 2, 3, 4, 5)}
    seen, after = [], ""
    for _ in range(3):
        listed = late_rows(coordinator, REGION, FIRST, now, after=after)
        seen += [row.code for row in listed.rows]
        after = listed.next

    assert sorted(seen) == sorted(made)
    assert after == ""


@pytest.mark.req("INT-11", "PRIV-2")
def test_whoever_may_not_know_of_a_referral_counts_without_it(answered, coordinator, other_coordinator, now):
    answered(2, "not_located")
    apart = answered(3, "medical")
    declare_conflict(coordinator, apart.client, now=now)

    figures = line_of(coordinator, FIRST, now).figures

    assert (figures.responses, figures.late) == (1, 1)
    with pytest.raises(NotPermitted):
        late_by_quarter(other_coordinator, REGION, now)
    with pytest.raises(NotPermitted):
        late_rows(other_coordinator, REGION, FIRST, now)


@pytest.mark.req("INT-11")
def test_causes_go_to_the_next_advisory_meeting_as_totals_that_stay(answered, coordinator, advocate, now):
    for _ in range(2):
        answered(2, "not_located")
    advisory(coordinator, advocate, kind="roundtable")
    meeting = advisory(coordinator, advocate)
    advisory(coordinator, advocate, at=APRIL + timedelta(days=30))

    taken = take_causes(coordinator, region=REGION, quarter=FIRST, topic="protocols", now=APRIL)

    assert taken == meeting
    (figures,) = notes_of(meeting)[0].figures
    assert figures.title == "Late responses, Capital Area, January to March 2026"
    assert figures.groups == [("All responses", [("Due in this quarter", "fewer than 11")])]
    event = AuditEvent.objects.get(verb="referral.causes_taken")
    assert (event.code, event.subject) == (meeting.code, "")
    assert line_of(coordinator, FIRST, APRIL).meeting == meeting
    answered(2, "not_located")
    assert notes_of(meeting)[0].figures == (figures,)


@pytest.mark.req("INT-11")
def test_a_quarter_is_taken_once_and_only_when_it_is_over(answered, coordinator, advocate, now):
    answered(2, "not_located")
    with pytest.raises(RuleBroken, match="No advisory meeting"):
        take_causes(coordinator, region=REGION, quarter=FIRST, topic="protocols", now=APRIL)
    advisory(coordinator, advocate)
    with pytest.raises(RuleBroken, match="not over"):
        take_causes(coordinator, region=REGION, quarter=Quarter(2026, 2), topic="protocols", now=APRIL)
    with pytest.raises(RuleBroken, match="quarters of the list"):
        take_causes(coordinator, region=REGION, quarter=Quarter(2020, 1), topic="protocols", now=APRIL)
    with pytest.raises(RuleBroken, match="topic"):
        take_causes(coordinator, region=REGION, quarter=FIRST, topic="not-there", now=APRIL)
    assert not TakenFigures.objects.exists()
    take_causes(coordinator, region=REGION, quarter=FIRST, topic="protocols", now=APRIL)

    with pytest.raises(RuleBroken, match="already"):
        take_causes(coordinator, region=REGION, quarter=FIRST, topic="outreach", now=APRIL + timedelta(days=1))
    assert TakenFigures.objects.get().topic == "protocols"


@pytest.mark.req("INT-11", "PRIV-2")
def test_only_the_coordinator_of_a_region_takes_its_causes(coordinator, other_coordinator, advocate):
    advisory(coordinator, advocate)

    for viewer in (other_coordinator, advocate):
        with pytest.raises(NotVisible):
            take_causes(viewer, region=REGION, quarter=FIRST, topic="protocols", now=APRIL)
    assert not TakenFigures.objects.exists()


@pytest.mark.req("INT-11")
def test_nothing_but_a_figure_gets_into_minutes_by_this_way(coordinator, advocate):
    meeting = advisory(coordinator, advocate)
    given = {"topic": "protocols", "about": "late-responses/capital/2026-q1", "title": "Late responses", "now": APRIL}

    for figure in ("Nora Nowhere", "K7MQ-4XPR", "12 and Nora", "", "12\n"):
        with pytest.raises(ValueError, match="a figure"):
            add_figures(coordinator, meeting, lines=[FigureLine("All", "Late", figure)], **given)
    with pytest.raises(ValueError, match="a figure"):
        add_figures(coordinator, meeting, lines=[FigureLine("All", "L" * 121, "12")], **given)
    staffing = advisory(coordinator, advocate, kind="ongoing")
    with pytest.raises(RuleBroken, match="cases have their turn"):
        add_figures(coordinator, staffing, lines=[FigureLine("All", "Late", "12")], **given)
    assert not TakenFigures.objects.exists()


@pytest.mark.req("INT-11")
def test_the_page_shows_the_rows_and_takes_the_figures(answered, coordinator, other_coordinator, advocate, now):
    late = answered(2, "not_located")
    meeting = advisory(coordinator, advocate)
    visitor = Visitor(coordinator, APRIL)
    assert "/referrals/late/" in visitor.page("/referrals/")

    page = visitor.page("/referrals/late/")  # without a choice: the newest quarter that is over
    assert "1 of 1 responses were late" in page
    assert late.code not in page
    assert late.code in visitor.page("/referrals/late/?quarter=2026-q1&cause=not_located")
    assert late.code not in visitor.page("/referrals/late/?quarter=2026-q1&cause=medical")
    assert late.code not in visitor.page("/referrals/late/?quarter=2025-q4&rows=all")
    assert "This quarter is not over" in visitor.page("/referrals/late/?quarter=2026-q2")
    assert visitor.get(f"/referrals/late/?region={OTHER_REGION}").status_code == 404

    sent = {"region": REGION, "quarter": "2026-q1", "topic": "protocols"}
    answer = visitor.post("/referrals/late/", sent)

    minutes = f"/meetings/{meeting.code}/minutes/"
    assert answer.headers["Location"] == f"{minutes}#topic-protocols"
    for viewer in (coordinator, advocate):
        assert "fewer than 11" in Visitor(viewer, APRIL).page(minutes)
    assert minutes in visitor.page("/referrals/late/")
    again = visitor.post("/referrals/late/", sent)
    assert again.status_code == 422
    assert "already" in again.content.decode()
    assert TakenFigures.objects.count() == 1
    assert Visitor(other_coordinator, APRIL).post("/referrals/late/", sent).status_code == 404


@pytest.mark.req("INT-11")
@pytest.mark.parametrize(
    "bad", [{"quarter": "never"}, {"topic": ""}, {"topic": "x" * 100_000}, {"quarter": "q" * 100_000}]
)
def test_a_form_that_was_tampered_with_is_refused_and_changes_nothing(coordinator, advocate, bad):
    advisory(coordinator, advocate)
    sent = {"region": REGION, "quarter": "2026-q1", "topic": "protocols"}

    answer = Visitor(coordinator, APRIL).post("/referrals/late/", {**sent, **bad})

    assert answer.status_code == 422
    assert not TakenFigures.objects.exists()


@pytest.mark.req("INT-11")
@pytest.mark.parametrize(
    "query", ["quarter=2026-q9", "tier=9", "tier=x", "cause=%27--", "rows=all&after=ZZZZ-2222", "after=%00"]
)
def test_an_address_with_nonsense_in_it_still_answers(coordinator, query):
    assert Visitor(coordinator, APRIL).get(f"/referrals/late/?{query}").status_code == 200
