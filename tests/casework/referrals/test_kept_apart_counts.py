"""No count and no notice tells a coordinator of a referral from which the coordinator is kept apart. (SR-13)"""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.casework.clients.actions import declare_conflict
from rightdoor.casework.clients.models import Client
from rightdoor.casework.referrals import actions
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.referrals.queries import clock_counts, clock_counts_by_tier
from rightdoor.community.partners.models import Agency
from rightdoor.foundation.jobs.queue import run_due_now
from rightdoor.foundation.notices.models import Notice
from tests.casework.referrals.conftest import SETTLED, URGENT
from tests.people import REGION, make_person

pytestmark = pytest.mark.rule("SR-13")


@pytest.fixture
def colleague(db, now):
    return make_person("Kim Colleague", now=now, roles=(("care_coordinator", REGION),), discipline="care_coordinator")


def counted(viewer, now):
    by_tier = clock_counts_by_tier(viewer, now)
    assert sum(row.met for row in by_tier) == clock_counts(viewer, now).met
    return sum(row.met for row in by_tier), sum(row.missed for row in by_tier)


def test_a_clock_that_was_met_is_counted_for_nobody_kept_apart(coordinator, colleague, settled, now):
    actions.stop_clock(coordinator, settled, held_at=now, now=now)
    assert counted(colleague, now) == counted(coordinator, now) == (1, 0)

    declare_conflict(coordinator, settled.client, account_code=colleague.code, now=now)

    assert counted(colleague, now) == (0, 0)
    assert counted(coordinator, now) == (1, 0)


def test_what_an_agency_keeps_apart_is_in_no_count_of_met_clocks(coordinator, colleague, settled, now):
    actions.stop_clock(coordinator, settled, held_at=now, now=now)
    keeps_apart(settled)
    theirs = make_person("Ona Own", now=now, roles=(("care_coordinator", REGION),), agency=holder_of(settled))

    assert counted(colleague, now) == (0, 0)
    assert counted(theirs, now) == (1, 0)


def test_a_reminder_goes_to_nobody_who_is_kept_apart(coordinator, colleague, referral, now):
    declare_conflict(coordinator, referral.client, account_code=colleague.code, now=now)
    actions.triage_referral(coordinator, referral, facts=URGENT, now=now)

    run_due_now(now + timedelta(hours=50))

    assert reminded(coordinator)
    assert reminded(colleague) == []


def test_a_reminder_of_what_an_agency_keeps_apart_stays_with_its_people(coordinator, colleague, referral, now):
    actions.triage_referral(coordinator, referral, facts=SETTLED, now=now)
    keeps_apart(referral)
    theirs = make_person("Ona Own", now=now, roles=(("care_coordinator", REGION),), agency=holder_of(referral))

    run_due_now(now + timedelta(days=9))

    assert reminded(theirs)
    assert reminded(colleague) == []


def reminded(viewer):
    kinds = Notice.objects.filter(account_code=viewer.code, kind__startswith="clock_").order_by("created_at", "id")
    return list(kinds.values_list("kind", flat=True))


def holder_of(referral):
    return Referral.objects.get(pk=referral.pk).holder


def keeps_apart(referral):
    shelter = Agency.objects.create(name="Invented Shelter", discipline="victim_advocate", keeps_own_records=True)
    Referral.objects.filter(pk=referral.pk).update(holder=shelter.code)
    Client.objects.filter(pk=referral.client_id).update(holder=shelter.code)
