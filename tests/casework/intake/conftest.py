"""Desks of the reporting line, reports made through the act, browsers that are signed in. All people are invented."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client as Browser

from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.casework.intake import actions
from rightdoor.casework.intake.models import Hop, Report
from rightdoor.casework.intake.web import back, start
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.viewers import NOBODY
from tests.people import make_person

STORY = "Xq-marked invented words about what happened."
NAME = "Zebulina"
REPORTER = "Wilhelmina Invented"

MakeReport = Callable[..., Report]


@pytest.fixture
def desk(db: None, now: datetime) -> Viewer:
    """The child welfare desk, for the whole state."""
    return make_person("Wanda Welfare", now=now, roles=(("child_welfare_desk", ""),))


@pytest.fixture
def police(db: None, now: datetime) -> Viewer:
    """The state police desk, for the whole state."""
    return make_person("Pete Police", now=now, roles=(("state_police_desk", ""),))


@pytest.fixture
def advocacy(db: None, now: datetime) -> Viewer:
    """The advocacy desk, for the whole state."""
    return make_person("Alma Advocacy", now=now, roles=(("advocacy_desk", ""),))


@pytest.fixture
def make_report(now: datetime) -> MakeReport:
    """Receives a report; every argument of the act can be replaced."""

    def make(viewer: Viewer = NOBODY, **changed: Any) -> Report:
        told: dict[str, Any] = {
            "channel": "public_form",
            "reporter_type": "public",
            "language": "en",
            "told": {"what": STORY, "who": "", "where": "", "sex_act_for_value": True},
            "child": Who(given=NAME, age_estimate=15),
            "whereabouts": Whereabouts(area="ascension", now="A house that does not exist"),
            "reporter": {"name": REPORTER, "contact": "555-0100"},
            "region": "capital",
            "now": now,
        }
        return actions.receive_report(viewer, **{**told, **changed})[0]

    return make


@pytest.fixture
def report(make_report: MakeReport) -> Report:
    """A report of the public form about a child in the coordinator's region."""
    return make_report()


@pytest.fixture
def released(report: Report, desk: Viewer, reviewer: Viewer, now: datetime) -> Report:
    """The same report, passed to the alliance and released to the region's team."""
    actions.complete_hop(desk, hop_of(report, "to_alliance"), outcome="passed_on", reference="", now=now)
    actions.complete_hop(reviewer, hop_of(report, "to_team"), outcome="passed_on", reference="", now=now)
    return Report.objects.get(pk=report.pk)


def hop_of(report: Report, key: str) -> Hop:
    """The hop of this key that was not moved."""
    return Hop.objects.exclude(state="moved").get(report=report, key=key)


@pytest.fixture
def enter(db: None) -> Callable[[Viewer], Browser]:
    """A browser in which this person is signed in, by the demonstration's own door."""

    def entered(viewer: Viewer) -> Browser:
        browser = Browser()
        answer = browser.post(f"/demo/{viewer.code}/")
        assert answer.status_code in {204, 302}, answer.content[:300]
        return browser

    return entered


@pytest.fixture(autouse=True)
def _nobody_was_here_yet() -> None:
    """Counts against floods begin anew."""
    start.sending.forget()
    back.asking.forget()
