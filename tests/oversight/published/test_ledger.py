"""The ledger of everything that was ever published: it grows, it is not changed, and a gap in it shows."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from rightdoor.domain.disclosure_control.ledger import EarlierCell, EarlierRelease, with_ledger
from rightdoor.domain.disclosure_control.problem import Cell, Showing, Sum
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import NotPermitted, Viewer
from rightdoor.oversight.published.actions import enter
from rightdoor.oversight.published.models import LedgerEntry
from rightdoor.oversight.published.queries import broken_entries, earlier_than, everything, printed
from tests.people import make_person

pytestmark = pytest.mark.req("STAT-3")

FIRST = EarlierRelease(
    "2025 report",
    (
        EarlierCell("2025 persons", 40, shown=True),
        EarlierCell("2025 persons|age=child", 36, shown=False),
        EarlierCell("2025 persons|age=adult", 4, shown=False, small=True),
        EarlierCell("2025 meetings", 300, shown=True),
    ),
    (Sum("2025 persons", ("2025 persons|age=child", "2025 persons|age=adult")),),
)
CUBE = EarlierRelease("2025 Q1 cube", (EarlierCell("2025 Q1 referrals", 90, shown=True),))


@pytest.fixture
def keeper(db: None, now: datetime) -> Viewer:
    return make_person("Stella Figures", now=now, roles=(("state_analyst", ""),))


def publish(keeper: Viewer, release: EarlierRelease, now: datetime) -> LedgerEntry:
    return enter(keeper, release, kind="report", audience="public", about="AAAA-2222", now=now)


def test_what_was_entered_comes_back_with_what_was_hidden(keeper: Viewer, now: datetime) -> None:
    publish(keeper, FIRST, now)
    found = {one.name: one for one in everything(keeper)}["2025 report"]
    assert set(found.cells) == set(FIRST.cells)
    assert found.sums == FIRST.sums


def test_hidden_counts_do_not_stand_in_the_clear(keeper: Viewer, now: datetime) -> None:
    row = publish(keeper, FIRST, now)
    assert row.printed == {"2025 persons": 40, "2025 meetings": 300}
    assert b"adult" not in bytes(row.hidden_sealed)


def test_the_states_earlier_reports_are_part_of_it(keeper: Viewer) -> None:
    found = {one.name: {cell.key: cell.count for cell in one.cells} for one in everything(keeper)}
    assert found["printed 2017"]["2017 provider-persons|age=juvenile"] == 356
    assert found["printed 2019"]["2019 provider-persons|age=adult|place=caddo"] == 4


def test_only_what_hangs_together_is_joined(keeper: Viewer, now: datetime) -> None:
    publish(keeper, FIRST, now)
    publish(keeper, CUBE, now)
    found = earlier_than(keeper, ["2025 persons|age=adult"], [])
    assert [(one.name, sorted(cell.key for cell in one.cells)) for one in found] == [
        ("2025 report", ["2025 persons", "2025 persons|age=adult", "2025 persons|age=child"])
    ]


def test_a_small_count_that_was_hidden_stays_to_be_protected(keeper: Viewer, now: datetime) -> None:
    publish(keeper, FIRST, now)
    cells = [Cell("2025 persons|age=adult", 4), Cell("2025 persons|age=child", 36)]
    problem = with_ledger("again", cells, [], earlier_than(keeper, [one.key for one in cells], []))
    assert problem.cells["2025 persons|age=adult"].inherited
    assert problem.cells["2025 persons"].showing is Showing.SHOWN_EARLIER


def test_entered_twice_it_is_one_entry(keeper: Viewer, now: datetime) -> None:
    assert publish(keeper, FIRST, now).pk == publish(keeper, FIRST, now).pk
    assert LedgerEntry.objects.count() == 1


def test_another_report_under_the_same_name_is_refused(keeper: Viewer, now: datetime) -> None:
    publish(keeper, FIRST, now)
    with pytest.raises(RuleBroken, match="name of its own"):
        publish(keeper, EarlierRelease("2025 report", CUBE.cells), now)


def test_what_is_printed_is_found_by_how_its_key_begins(keeper: Viewer, now: datetime) -> None:
    publish(keeper, FIRST, now)
    assert printed("2025 persons") == {"2025 persons": 40}
    assert printed("2022 provider-persons") == {"2022 provider-persons": 992}


def test_a_cube_for_leaders_is_not_among_what_anybody_may_know(keeper: Viewer, now: datetime) -> None:
    enter(keeper, CUBE, kind="cube", audience="leaders", about="AAAA-3333", now=now)
    assert printed("2025 Q1") == {}
    assert "2025 Q1 cube" in {one.name for one in everything(keeper)}


def test_who_does_not_keep_the_states_figures_neither_reads_nor_enters(keeper: Viewer, now: datetime) -> None:
    regional = make_person("Rita Region", now=now, roles=(("state_analyst", "greater-new-orleans"),))
    with pytest.raises(NotPermitted):
        everything(regional)
    with pytest.raises(NotPermitted):
        publish(regional, FIRST, now)


@pytest.mark.parametrize(
    "statement", ["UPDATE published_ledgerentry SET printed = '{}'", "DELETE FROM published_ledgerentry"]
)
def test_the_database_refuses_to_change_what_was_published(keeper: Viewer, now: datetime, statement: str) -> None:
    publish(keeper, FIRST, now)
    with pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert LedgerEntry.objects.get().printed == {"2025 persons": 40, "2025 meetings": 300}


def test_entries_hang_together(keeper: Viewer, now: datetime) -> None:
    publish(keeper, FIRST, now)
    publish(keeper, CUBE, now)
    assert broken_entries() == []
    forged = LedgerEntry.objects.get(number=2)
    forged.pk, forged.code, forged.name, forged.number = None, "AAAA-4444", "forged", 3
    forged.save(force_insert=True)
    assert broken_entries() == [3]
