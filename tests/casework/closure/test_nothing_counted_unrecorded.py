"""Nothing that stands sealed is opened to be counted when the event of it cannot be written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from rightdoor.casework.cases.models import Case
from rightdoor.casework.clients import disclosure
from rightdoor.casework.clients.models import Client
from rightdoor.casework.closure import actions
from rightdoor.casework.closure import deidentified as cases_and_endings
from rightdoor.casework.referrals import deidentified as referrals
from rightdoor.casework.services import deidentified as services
from rightdoor.domain.closure import Closing
from rightdoor.domain.looking_back import Lookback
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit import events
from rightdoor.foundation.audit.events import AuditUnavailable
from tests.casework.team import Scene

DAY = timedelta(days=1)
Count = Callable[[Viewer, Case, datetime], object]

COUNTS: dict[str, Count] = {
    "clients": lambda viewer, case, at: disclosure.who_for_counting(viewer, Client.objects.all()),
    "kinds": lambda viewer, case, at: referrals.counted_kinds(
        viewer, case.region, Lookback(at), [case.referral.source]
    ),
    "advocacy": lambda viewer, case, at: services.counted_advocacy(viewer, case.region, Lookback(at - 2 * DAY)),
    "endings": lambda viewer, case, at: cases_and_endings.counted_endings(viewer, case.region, Lookback(at)),
    "persons": lambda viewer, case, at: cases_and_endings.counted_persons(viewer, at - 90 * DAY, at),
    "areas": lambda viewer, case, at: cases_and_endings.counted_ways(viewer, at - 90 * DAY, at, at),
    # Whose areas are opened is asked first; without them the endings still have their own event.
    "why it ended": lambda viewer, case, at: cases_and_endings._endings_of(viewer, at - 90 * DAY, at, at),
}


@pytest.mark.req("PRIV-4")
@pytest.mark.parametrize("what", COUNTS)
def test_nothing_is_opened_when_its_counting_cannot_be_recorded(
    what: str, scene: Scene, case: Case, closing: Closing, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.close_case(scene.coordinator, case, closing=closing, now=later)
    opened: list[object] = []
    for module in (disclosure, referrals, services, cases_and_endings):
        really = module.open_each
        monkeypatch.setattr(module, "open_each", lambda rows, really=really: opened.extend(rows) or really(rows))
    COUNTS[what](scene.coordinator, case, later + DAY)
    assert opened  # there is something to be opened

    opened.clear()
    monkeypatch.setattr(events, "record", broken)
    with pytest.raises(AuditUnavailable):
        COUNTS[what](scene.coordinator, case, later + DAY)
    assert opened == []


def broken(*about: object, **how: object) -> int:
    raise AuditUnavailable
