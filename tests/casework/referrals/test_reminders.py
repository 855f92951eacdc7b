"""Reminders travel through the queue, and carry nothing but a code."""

from datetime import timedelta

import pytest

from rightdoor.casework.referrals import actions
from rightdoor.foundation.jobs.queue import run_due_now
from rightdoor.foundation.notices.models import Notice
from tests.casework.referrals.conftest import SETTLED, URGENT


def told(viewer):
    return list(
        Notice.objects.filter(account_code=viewer.code).order_by("created_at", "id").values_list("kind", flat=True)
    )


@pytest.mark.req("INT-10")
def test_a_new_referral_reaches_the_regions_coordinator(make_referral, reviewer, coordinator):
    referral = make_referral(reviewer)

    notice = Notice.objects.get(account_code=coordinator.code)
    assert (notice.kind, notice.code) == ("referral_received", referral.code)


@pytest.mark.req("INT-11")
def test_the_coordinator_is_told_before_at_and_after_the_due_time(coordinator, referral, now):
    actions.triage_referral(coordinator, referral, facts=URGENT, now=now)

    for at in (now + timedelta(hours=35), now + timedelta(hours=37), now + timedelta(hours=48, minutes=1)):
        run_due_now(at)
    run_due_now(now + timedelta(hours=50))

    assert told(coordinator) == ["clock_at_risk", "clock_due", "clock_late"]


@pytest.mark.req("INT-11")
def test_a_clock_that_was_moved_reminds_at_its_new_time_only(coordinator, referral, now):
    actions.triage_referral(coordinator, referral, facts=SETTLED, now=now)
    actions.triage_referral(coordinator, referral, facts=URGENT, now=now)

    run_due_now(now + timedelta(hours=47))

    assert told(coordinator) == ["clock_at_risk"]


@pytest.mark.req("INT-11")
def test_a_stopped_clock_reminds_of_nothing(coordinator, settled, now):
    actions.stop_clock(coordinator, settled, held_at=now, now=now)

    run_due_now(now + timedelta(days=9))

    assert told(coordinator) == []
