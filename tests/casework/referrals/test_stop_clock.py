"""The clock stops, is counted, and a late one says why; the mandated report holds intake open."""

from datetime import timedelta

import pytest

from rightdoor.casework.referrals import actions
from rightdoor.casework.referrals.models import ClockTally, MandatedReport
from rightdoor.casework.referrals.queries import clock_counts, open_items
from rightdoor.domain.errors import NotPermitted, RuleBroken


@pytest.mark.req("INT-11")
@pytest.mark.parametrize(("after_due", "outcome"), [(0, "met"), (1, "missed")])
def test_exactly_on_the_due_second_is_met_and_one_later_missed(coordinator, settled, after_due, outcome):
    held_at = settled.due_at + timedelta(seconds=after_due)

    clock = actions.stop_clock(coordinator, settled, held_at=held_at, now=held_at)

    assert clock.state(held_at) == outcome
    assert (settled.state, settled.stopped_at) == ("staffed", held_at)
    tally = ClockTally.objects.get()
    assert (tally.region, tally.year, tally.tier) == ("capital", 2026, 2)
    assert getattr(tally, outcome) == 1
    assert tally.met + tally.missed == 1


@pytest.mark.req("INT-11")
def test_the_board_counts_what_is_kept(coordinator, other_coordinator, settled, now):
    actions.stop_clock(coordinator, settled, held_at=now, now=now)

    assert (clock_counts(coordinator, now).met, clock_counts(coordinator, now).running) == (1, 0)
    assert clock_counts(other_coordinator, now).met == 0


@pytest.mark.req("INT-11")
def test_a_clock_stops_once(coordinator, settled, now):
    actions.stop_clock(coordinator, settled, held_at=now, now=now)

    with pytest.raises(RuleBroken):
        actions.stop_clock(coordinator, settled, held_at=now, now=now)
    assert ClockTally.objects.get().met == 1


@pytest.mark.req("INT-12")
def test_intake_is_not_completed_while_the_mandated_report_is_open(coordinator, settled, now):
    MandatedReport.objects.all().delete()
    assert "Record whether the mandated report was made." in open_items(coordinator, settled, now)

    with pytest.raises(RuleBroken, match="mandated report"):
        actions.stop_clock(coordinator, settled, held_at=now, now=now)

    settled.refresh_from_db()
    assert settled.state == "triaged"
    assert not ClockTally.objects.exists()


@pytest.mark.req("INT-12")
@pytest.mark.parametrize(
    ("told", "settled_now"),
    [
        ({"made": True, "by": "A Person", "number": "7"}, False),
        ({"made": True, "by": "A Person"}, False),
        ({"made": None}, False),
        ({"made": False}, False),
        ({"made": False, "why": "The hotline itself referred the child."}, True),
    ],
)
def test_a_mandated_report_stays_open_until_all_of_it_is_told(coordinator, referral, now, told, settled_now):
    assert actions.record_mandated_report(coordinator, referral, now=now, **told).settled is settled_now


@pytest.mark.req("INT-12")
def test_a_mandated_report_of_the_future_is_refused(coordinator, referral, now):
    with pytest.raises(RuleBroken, match="future"):
        actions.record_mandated_report(coordinator, referral, made=True, made_at=now + timedelta(minutes=1), now=now)


def test_a_staffing_held_in_the_future_is_refused(coordinator, settled, now):
    with pytest.raises(RuleBroken, match="future"):
        actions.stop_clock(coordinator, settled, held_at=now + timedelta(seconds=1), now=now)


@pytest.mark.req("INT-11")
def test_a_late_clock_takes_a_cause_and_another_does_not(coordinator, triaged, now):
    with pytest.raises(RuleBroken, match="not late"):
        actions.record_late_cause(coordinator, triaged, cause="not_located", now=now)

    late = triaged.due_at + timedelta(seconds=1)
    with pytest.raises(RuleBroken, match="list"):
        actions.record_late_cause(coordinator, triaged, cause="something", now=late)
    actions.record_late_cause(coordinator, triaged, cause="not_located", words="Away.", now=late)
    assert triaged.late_cause == "not_located"


def test_another_regions_coordinator_may_not_stop_the_clock(other_coordinator, settled, now):
    with pytest.raises(NotPermitted):
        actions.stop_clock(other_coordinator, settled, held_at=now, now=now)


@pytest.mark.req("INT-11")
def test_each_reminder_is_told_once(coordinator, triaged, now):
    from rightdoor.foundation.access.viewers import system_viewer

    system, quarter = system_viewer(), timedelta(hours=72) / 4
    told = [
        actions.remind(system, triaged.code, now=at)
        for at in (
            now,
            triaged.due_at - quarter,
            triaged.due_at - quarter + timedelta(seconds=1),
            triaged.due_at - quarter + timedelta(seconds=2),
            triaged.due_at,
            triaged.due_at,
            triaged.due_at + timedelta(hours=1),
            triaged.due_at + timedelta(hours=9),
        )
    ]

    assert told == ["", "", "at_risk", "", "due", "", "late", ""]


def test_a_stopped_clock_reminds_nobody(coordinator, settled, now):
    from rightdoor.foundation.access.viewers import system_viewer

    actions.stop_clock(coordinator, settled, held_at=now, now=now)

    assert actions.remind(system_viewer(), settled.code, now=settled.due_at) == ""


def test_a_person_may_not_send_the_systems_reminders(coordinator, triaged, now):
    with pytest.raises(NotPermitted):
        actions.remind(coordinator, triaged.code, now=triaged.due_at)
