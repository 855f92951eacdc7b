"""Referrals of the tests, made through acts only, so that only reachable states exist. All people are invented."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from rightdoor.casework.clients.disclosure import Whereabouts, Who
from rightdoor.casework.intake import actions as intake
from rightdoor.casework.intake.models import Hop, Report
from rightdoor.casework.referrals import actions
from rightdoor.casework.referrals.models import Referral
from rightdoor.domain.permission import Viewer
from rightdoor.domain.response_tier import TriageFacts
from rightdoor.foundation.access.viewers import NOBODY
from tests.people import make_person
from tests.signing_in import sign_in

ELIGIBLE = {
    "kind": "sex",
    "relationship": "third_party",
    "setting": "online",
    "victim_status": "confirmed",
    "age": 15,
    "age_is_estimated": False,
    "is_trafficking": True,
    "allegation_verifiable": True,
    "information_adequate": True,
}
SUSPECTED = TriageFacts("suspected", None, None, None)
URGENT = TriageFacts("confirmed", True, None, None)
SETTLED = TriageFacts("confirmed", False, False, True)

MakeReferral = Callable[..., Referral]


@pytest.fixture
def make_referral(coordinator: Viewer, now: datetime) -> MakeReferral:
    """Receives a referral; every argument of the act can be replaced."""

    def make(viewer: Viewer = coordinator, **changed: Any) -> Referral:
        told: dict[str, Any] = {
            "source": "school",
            "channel": "standard",
            "region": "capital",
            "who": Who("Nora", "Nowhere", ("Nono",), date(2011, 3, 4)),
            "whereabouts": Whereabouts(address="1 Invented Street", phone="555-0100"),
            "facts": ELIGIBLE,
            "story": "Invented words about what happened.",
            "reported_at": now - timedelta(hours=30),
            "released_at": now - timedelta(hours=4),
            "now": now,
        }
        if "received_at" in changed:
            told |= {"reported_at": None, "released_at": None}
        return actions.receive_referral(viewer, **{**told, **changed})

    return make


@pytest.fixture
def referral(make_referral: MakeReferral) -> Referral:
    """A referral that the region's coordinator received now."""
    return make_referral()


@pytest.fixture
def triaged(coordinator: Viewer, referral: Referral, now: datetime) -> Referral:
    """A referral in tier 2: 72 hours from now."""
    actions.triage_referral(coordinator, referral, facts=SETTLED, now=now)
    return referral


@pytest.fixture
def settled(coordinator: Viewer, triaged: Referral, now: datetime) -> Referral:
    """Triaged, eligible, the mandated report recorded: nothing of intake is open."""
    actions.decide_referral_eligibility(coordinator, triaged, facts={}, now=now)
    actions.record_mandated_report(
        coordinator, triaged, made=True, made_at=now, by="Cora Coordinator", number="N-1", now=now
    )
    return triaged


@pytest.fixture
def enter(now: datetime) -> Iterator[Callable[[Viewer], Browser]]:
    """Signs a person in and answers with a browser; the pages' moment is that of the tests."""
    with time_machine.travel(now, tick=False):

        def signed_in(viewer: Viewer) -> Browser:
            return sign_in(Browser(), viewer, at=now)

        yield signed_in


@pytest.fixture
def released_report(coordinator: Viewer, reviewer: Viewer, now: datetime) -> Report:
    """A report of the public form, passed to the alliance and released to the coordinator's region."""
    desk = make_person("Wanda Welfare", now=now, roles=(("child_welfare_desk", ""),))
    report, _ = intake.receive_report(
        NOBODY,
        channel="public_form",
        reporter_type="public",
        language="en",
        told={"what": "Invented words.", "who": "", "where": "", "sex_act_for_value": True},
        child=Who(given="Zebulina", age_estimate=15),
        whereabouts=Whereabouts(area="ascension"),
        reporter={"name": "Wilhelmina Invented", "contact": "555-0100"},
        region="capital",
        now=now,
    )
    for viewer, key in ((desk, "to_alliance"), (reviewer, "to_team")):
        hop = Hop.objects.exclude(state="moved").get(report=report, key=key)
        intake.complete_hop(viewer, hop, outcome="passed_on", reference="", now=now)
    return Report.objects.get(pk=report.pk)
