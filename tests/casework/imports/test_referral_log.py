"""A referral log is taken over whole or not at all, through the acts that a referral has, and undone whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rightdoor.casework.clients.disclosure import open_identity
from rightdoor.casework.clients.identity import Identity
from rightdoor.casework.clients.models import Client
from rightdoor.casework.referrals import actions as referrals
from rightdoor.casework.referrals.imports import actions
from rightdoor.casework.referrals.imports.kinds import LOG as KIND
from rightdoor.casework.referrals.models import ClockTally, MandatedReport, Referral, TierChange
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.imports import keeping
from rightdoor.foundation.imports.models import Import, Made
from rightdoor.foundation.jobs.queue import run_due_now
from rightdoor.foundation.notices.models import Notice
from tests.casework.imports.conftest import AWAITS, HELD, LOG, USUAL, table_of

pytestmark = pytest.mark.req("UX-6")
ROWS = (Client, Identity, Referral, TierChange, MandatedReport, Notice)


def counts():
    return {model.__name__: model.objects.count() for model in ROWS}


def test_a_row_becomes_what_the_log_says_and_no_more(coordinator, send, now):
    sheet = send(coordinator, KIND, table_of(LOG, HELD, AWAITS))

    assert actions.take_sheet(coordinator, sheet, KIND, now=now) == 2

    held, awaits = (Referral.objects.get(code=made.code) for made in Made.objects.filter(of=sheet))
    assert (held.state, held.tier, awaits.state, awaits.tier) == ("staffed", 1, "received", None)
    assert held.received_at == datetime(2026, 1, 5, 15, 0, tzinfo=UTC)
    assert held.stopped_at == datetime(2026, 1, 6, 21, 0, tzinfo=UTC)
    assert (held.coordinator, held.region, held.source) == (coordinator.code, "capital", "school")
    assert ClockTally.objects.get(year=2026, tier=1).met == 1
    assert open_identity(coordinator, held.client, now, "test").who.name == "Nora Nowhere"
    sheet.refresh_from_db()
    assert (sheet.state, sheet.table_sealed, sheet.plan_sealed) == ("taken", None, None)
    verbs = list(AuditEvent.objects.values_list("verb", flat=True))
    assert verbs.count("import.taken") == 1
    assert verbs.count("referral.received") == 2


def test_an_error_in_the_last_row_is_named_by_its_cell_and_leaves_nothing(coordinator, send, now):
    bad = (*AWAITS[:3], "03/40/2026", *AWAITS[4:])
    before = counts()
    sheet = send(coordinator, KIND, table_of(LOG, HELD, AWAITS, bad))

    look = keeping.plan_of(coordinator, sheet)["look"]
    assert [(one["row"], one["column"]) for one in look["faults"]] == [(4, "D")]
    assert "Ned" not in str(look)
    with pytest.raises(RuleBroken):
        actions.take_sheet(coordinator, sheet, KIND, now=now)
    assert counts() == before


def test_an_act_that_refuses_the_last_row_takes_the_first_ones_back(coordinator, send, now, monkeypatch):
    sheet = send(coordinator, KIND, table_of(LOG, HELD, AWAITS))
    before, real, called = counts(), referrals.receive_referral, []

    def refuses(*args, **kwargs):
        called.append(1)
        if len(called) == 2:
            raise RuleBroken("Invented refusal.")
        return real(*args, **kwargs)

    monkeypatch.setattr("rightdoor.casework.referrals.imports.rows.receive_referral", refuses)
    with pytest.raises(RuleBroken, match="Row 3"):
        actions.take_sheet(coordinator, sheet, KIND, now=now)

    assert counts() == before
    assert not ClockTally.objects.exists()
    sheet.refresh_from_db()
    assert sheet.state == "looked"
    assert keeping.table_of(coordinator, sheet).rows


def test_undone_it_leaves_no_row_and_no_tally(coordinator, send, now):
    before = counts()
    sheet = send(coordinator, KIND, table_of(LOG, HELD, AWAITS))
    actions.take_sheet(coordinator, sheet, KIND, now=now)

    assert actions.undo_sheet(coordinator, sheet, KIND, now=now + timedelta(days=6)) == 2

    assert counts() == before
    assert not Made.objects.exists()
    assert ClockTally.objects.get(year=2026, tier=1).met == 0
    with pytest.raises(RuleBroken):
        actions.undo_sheet(coordinator, sheet, KIND, now=now)


def test_once_anything_else_was_done_to_a_record_it_cannot_be_undone(coordinator, send, now):
    sheet = send(coordinator, KIND, table_of(LOG, HELD, AWAITS))
    actions.take_sheet(coordinator, sheet, KIND, now=now)
    awaits = Referral.objects.get(code=Made.objects.get(of=sheet, row=3).code)
    referrals.settle_facts(coordinator, awaits, facts={"kind": "sex"}, now=now)
    stands = counts()

    with pytest.raises(RuleBroken, match="Rows: 3"):
        actions.undo_sheet(coordinator, sheet, KIND, now=now)
    assert counts() == stands


def test_after_seven_days_it_cannot_be_undone(coordinator, send, now):
    sheet = send(coordinator, KIND, table_of(LOG, AWAITS))
    actions.take_sheet(coordinator, sheet, KIND, now=now)

    with pytest.raises(RuleBroken, match="seven days"):
        actions.undo_sheet(coordinator, sheet, KIND, now=now + timedelta(days=7, seconds=1))


def test_what_the_log_leaves_open_is_asked_for_and_never_read_as_the_lenient_answer(coordinator, faults):
    headings = ("Given name", "Date received", "Tier", "Staffing date", "Eligible", "Victim status")

    found = faults(
        coordinator,
        KIND,
        table_of(
            headings,
            ("Ned", "03/01/2026", "3", "", "", "confirmed"),  # nothing bears the slow tier out
            ("Nia", "03/01/2026", "", "03/02/2026", "", "confirmed"),  # a staffing, and intake is open
            ("Nan", "03/01/2026", "", "", "yes", "suspected"),  # eligible, and nothing says why
            ("Nil", "03/20/2026", "", "", "", ""),  # not yet
            ("", "03/01/2026", "", "", "", ""),  # nobody
            ("Nil", "03/01/2026", "1", "", "", "unknown"),  # a tier, and nobody has said the status
        ),
    )

    assert found == [(2, "C"), (3, "D"), (4, "E"), (5, "B"), (6, ""), (7, "F")]


def test_a_row_of_another_region_is_an_error(coordinator, faults):
    headings = ("Given name", "Date received", "Region")

    assert faults(coordinator, KIND, table_of(headings, ("Ned", "03/01/2026", "northshore"))) == [(2, "C")]
    assert faults(coordinator, KIND, table_of(headings, ("Ned", "03/01/2026", "capital"))) == []


def test_rows_of_one_child_and_of_a_known_child_are_pointed_out(coordinator, send, now):
    actions.take_sheet(coordinator, send(coordinator, KIND, table_of(LOG, HELD)), KIND, now=now)

    sheet = send(coordinator, KIND, table_of(LOG, AWAITS, HELD, (AWAITS[0].upper(), *AWAITS[1:])))

    look = keeping.plan_of(coordinator, sheet)["look"]
    assert (look["twice"], look["known"]) == ([[4, 2]], [3])


def test_only_the_sender_has_it_and_only_coordinators_may(coordinator, other_coordinator, stranger, send, now):
    sheet = send(coordinator, KIND, table_of(LOG, AWAITS))

    with pytest.raises(NotVisible):
        keeping.import_for(other_coordinator, sheet.code, KIND.key)
    with pytest.raises(NotVisible):
        actions.take_sheet(other_coordinator, sheet, KIND, now=now)
    with pytest.raises(NotPermitted):
        keeping.send_sheet(stranger, kind=KIND.key, name="x.csv", table=table_of(LOG, AWAITS), now=now)


def test_rows_that_nobody_took_are_gone_after_a_day(coordinator, send, now):
    from rightdoor.foundation.access.viewers import system_viewer

    sheet = send(coordinator, KIND, table_of(LOG, AWAITS))
    keeping.let_go(system_viewer(), now=now + timedelta(hours=23))
    sheet.refresh_from_db()
    assert sheet.table_sealed is not None

    keeping.let_go(system_viewer(), now=now + timedelta(hours=24))

    sheet.refresh_from_db()
    assert (sheet.state, sheet.table_sealed, sheet.plan_sealed) == ("dropped", None, None)
    with pytest.raises(RuleBroken):
        actions.take_sheet(coordinator, sheet, KIND, now=now + timedelta(hours=24))


def test_a_long_sheet_is_taken_by_a_job_for_whoever_asked(coordinator, send, now):
    sheet = send(coordinator, KIND, table_of(LOG, AWAITS))
    actions.ask_to_take(coordinator, sheet, KIND, now=now)

    run_due_now(now)

    assert Import.objects.get(pk=sheet.pk).state == "taken"
    assert AuditEvent.objects.get(verb="import.taken").actor == coordinator.code


def test_a_job_that_cannot_take_it_says_why_and_takes_nothing(coordinator, send, now, monkeypatch):
    sheet = send(coordinator, KIND, table_of(LOG, AWAITS))
    actions.ask_to_take(coordinator, sheet, KIND, now=now)
    before = counts()

    def refuses(*args, **kwargs):
        raise RuleBroken("Invented refusal.")

    monkeypatch.setattr("rightdoor.casework.referrals.imports.rows.receive_referral", refuses)
    run_due_now(now)

    sheet.refresh_from_db()
    assert (sheet.state, counts()) == ("failed", before)
    assert "Row 2" in keeping.plan_of(coordinator, sheet)["why"]


def test_the_cells_stand_sealed(coordinator, send):
    sheet = send(coordinator, KIND, table_of(LOG, HELD), USUAL)

    assert b"Nowhere" not in bytes(sheet.table_sealed) + bytes(sheet.plan_sealed)
