"""Counting a closed quarter for the leaders of the state: who may, what is kept, what leaves no trace of anybody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest
from django.db import IntegrityError, transaction

from rightdoor.casework.closure.deidentified import counted_ways, first_quarter
from rightdoor.domain.errors import NotPermitted
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.jobs.queue import run_due_now
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.oversight.published.models import LedgerEntry
from rightdoor.oversight.statistics import actions, cubes
from rightdoor.oversight.statistics.models import Cube
from rightdoor.oversight.statistics.queries import heads_for, rows_of, waiting
from tests.casework.team import Scene, held, received
from tests.people import make_person

pytestmark = pytest.mark.req("STAT-3", "STAT-4")
CLOSED = datetime(2026, 8, 1, 15, 0, tzinfo=UTC)  # the first quarter is closed, the second is not


@pytest.fixture
def scene_counted(scene: Scene) -> Scene:
    """Two children were received."""
    received(scene)
    received(scene)
    return scene


def count(viewer: Viewer, quarter: int = 1) -> Cube:
    return actions.count(viewer, year=2026, quarter=quarter, now=CLOSED, timer=perf_counter, seconds=0)


def test_a_closed_quarter_is_counted_protected_and_entered_into_the_ledger(
    state_analyst: Viewer, scene_counted: Scene
) -> None:
    cube = count(state_analyst)
    assert (cube.state, cube.detail) == ("shown", cubes.COARSE)
    assert cube.certificate["for_release"] is True
    assert not [key for key, number in cube.printed.items() if 0 < number < 11]
    entry = LedgerEntry.objects.get(about=cube.code)
    assert (entry.kind, entry.audience) == ("cube", "leaders")
    # Zeros beside a hidden number are not told; the ledger holds them as known, as the audit did.
    untold = {key: number for key, number in entry.printed.items() if key not in cube.printed}
    assert {**cube.printed, **untold} == entry.printed
    assert set(untold.values()) <= {0}


def test_small_counts_stand_nowhere_in_the_clear(state_analyst: Viewer, scene_counted: Scene) -> None:
    cube = count(state_analyst)
    top = f"2026-Q1 {cubes.WHAT}"
    assert top in cube.hidden
    assert top not in cube.printed
    assert sum(rows_of(cube).values()) == 2
    # A hash over them would do: two children or three, both are tried in no time.
    assert "problem" not in Cube.objects.get(pk=cube.pk).certificate
    assert b"school" not in bytes(cube.rows_sealed)


def test_counted_twice_it_is_one(state_analyst: Viewer, scene_counted: Scene) -> None:
    assert count(state_analyst).code == count(state_analyst).code
    assert Cube.objects.count() == LedgerEntry.objects.count() == 1


def test_what_is_opened_for_counting_stands_in_the_trail(state_analyst: Viewer, scene_counted: Scene) -> None:
    count(state_analyst)
    opened = AuditEvent.objects.filter(verb="referral.counted", actor=state_analyst.code)
    assert opened.exists()
    assert AuditEvent.objects.filter(verb="statistics.counted", actor=state_analyst.code).count() == 1


def test_an_open_quarter_is_not_counted(state_analyst: Viewer, scene_counted: Scene) -> None:
    with pytest.raises(ValueError, match="not closed"):
        count(state_analyst, quarter=2)


@pytest.mark.parametrize("role", ["auditor", "alliance_reviewer", "agency_head"])
def test_nobody_else_counts(now: datetime, role: str) -> None:
    with pytest.raises(NotPermitted):
        count(make_person("Nora Noneofit", now=now, roles=((role, ""),)))


def test_who_reads_one_regions_figures_does_not_count_the_states(now: datetime) -> None:
    with pytest.raises(NotPermitted):
        count(make_person("Rex Regional", now=now, roles=(("state_analyst", "capital"),)))


def test_the_job_counts_every_closed_span_for_whoever_asked(state_analyst: Viewer, scene_counted: Scene) -> None:
    with transaction.atomic():
        actions.ask(state_analyst, now=CLOSED)
        actions.ask(state_analyst, now=CLOSED)
    assert run_due_now(CLOSED) >= 1
    assert [(one.year, one.quarter, one.counted_by) for one in Cube.objects.all()] == [(2026, 1, state_analyst.code)]
    assert waiting(heads_for(state_analyst), CLOSED) == 0
    assert waiting(heads_for(state_analyst), CLOSED + timedelta(days=90)) == 1


def test_a_year_is_made_of_its_quarters_as_they_were_counted(state_analyst: Viewer, scene_counted: Scene) -> None:
    later = datetime(2027, 6, 1, 15, 0, tzinfo=UTC)
    for quarter in (1, 2, 3, 4):
        actions.count(state_analyst, year=2026, quarter=quarter, now=later, timer=perf_counter, seconds=0)
    received(scene_counted)  # comes to light after the quarter was counted
    cube = actions.count(state_analyst, year=2026, quarter=0, now=later, timer=perf_counter, seconds=0)
    assert sum(rows_of(cube).values()) == 2


def test_nothing_is_shown_without_a_certificate() -> None:
    told = {"year": 2020, "looked_at": CLOSED, "counted_at": CLOSED, "definition_version": 1, "rows_sealed": b"x"}
    for number, certificate in enumerate(({}, {"for_release": False}, {"passed": True}), start=1):
        with pytest.raises(IntegrityError), transaction.atomic():
            Cube.objects.create(state="shown", quarter=number, certificate=certificate, **told)
    with pytest.raises(IntegrityError), transaction.atomic():
        Cube.objects.create(state="refused", quarter=4, printed={"2020": 12}, **told)


def test_a_referral_is_told_as_it_stood_then(state_analyst: Viewer, scene: Scene) -> None:
    held(scene)
    received(scene)
    days = cubes.span_of(2026, 1, active_pack())
    at = cubes.looked_at(2026, 1, active_pack())
    with transaction.atomic():
        found = counted_ways_in_an_act(state_analyst, days.since, days.until, at)
    assert sorted((one.path.is_staffed, one.path.has_case) for one in found) == [(False, False), (True, True)]
    assert all(one.path.is_first for one in found)
    assert first_quarter() == (2026, 1)


def counted_ways_in_an_act(viewer: Viewer, since: datetime, until: datetime, at: datetime) -> list:
    """What is opened belongs to an act, as a reading does."""
    from rightdoor.foundation.audit.events import action, record

    @action("statistics.counted")
    def act(viewer: Viewer) -> list:
        found = counted_ways(viewer, since, until, at)
        record(viewer, "statistics.counted")
        return found

    return act(viewer)
