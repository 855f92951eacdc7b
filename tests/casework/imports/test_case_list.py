"""A list of open cases: each row becomes a referral and its case, open since the day of the list."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from rightdoor.casework.cases.imports.kinds import CASES as KIND
from rightdoor.casework.cases.models import Case
from rightdoor.casework.clients.models import Client, Standing
from rightdoor.casework.referrals.imports import actions
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.staffings.models import CadenceSetting
from tests.casework.imports.conftest import table_of

pytestmark = pytest.mark.req("UX-6")
LIST = ("Client", "Status", "Tier", "Coordinator", "Date opened", "Cadence", "Next meeting")
ROW = ("Nowhere, Nora", "Confirmed", "", "Cora Coordinator", "02/02/2026", "stable", "03/20/2026")


def test_a_row_becomes_a_referral_and_its_open_case(coordinator, send, now):
    sheet = send(coordinator, KIND, table_of(LIST, ROW))

    assert actions.take_sheet(coordinator, sheet, KIND, now=now) == 1

    case = Case.objects.get()
    assert (case.state, case.coordinator, case.cadence) == ("open", coordinator.code, "stable")
    assert case.opened_at == datetime(2026, 2, 2, 6, 0, tzinfo=UTC)
    assert case.referral.state == "triaged"
    assert CadenceSetting.objects.get().next_on == date(2026, 3, 20)
    assert sheet.made.get().code == case.code


def test_undone_it_leaves_no_case_no_cadence_and_no_standing(coordinator, send, now):
    sheet = send(coordinator, KIND, table_of(LIST, ROW))
    actions.take_sheet(coordinator, sheet, KIND, now=now)

    actions.undo_sheet(coordinator, sheet, KIND, now=now)

    assert [model.objects.count() for model in (Case, Referral, Client, Standing, CadenceSetting)] == [0] * 5


def test_what_is_wrong_is_named_by_its_cell(coordinator, faults):
    found = faults(
        coordinator,
        KIND,
        table_of(
            LIST,
            (*ROW[:3], "Nobody Known", *ROW[4:]),
            (*ROW[:4], "", *ROW[5:]),
            (*ROW[:5], "", ROW[6]),
            (*ROW[:6], "03/01/2026"),
            (*ROW[:2], "3", *ROW[3:]),
        ),
    )

    assert sorted(set(found)) == [(2, "D"), (3, ""), (3, "E"), (4, "F"), (5, "G"), (6, "C")]
