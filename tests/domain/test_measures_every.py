"""What holds for every measure, whatever the rows."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightdoor.domain.measures.catalogue import Measure, catalogue
from rightdoor.domain.measures.measured import Measured, tally
from rightdoor.domain.measures.rows import (
    AgreementRow,
    CaseRow,
    CoordinatorRow,
    MeetingRow,
    OutgoingRow,
    ProviderRow,
    ReferralRow,
    RegionRow,
    Row,
    Scheduled,
    ScreeningRow,
    Stay,
    TierSet,
)
from tests.domain.measures import NORMS, YEAR, asked, at, day, local

KNOWN = catalogue(NORMS)
JUDGED = [one for one in KNOWN.values() if one.judge is not None]
instants = st.builds(at, st.integers(-2000, 5000))
days = st.builds(lambda number: day("2024-12-01") + timedelta(days=number), st.integers(0, 420))


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Values of the type of a field."""
    if isinstance(kind, type) and is_dataclass(kind):
        return made(kind)
    inner = get_args(kind)
    if NoneType in inner:
        return st.none() | values(next(one for one in inner if one is not NoneType))
    if get_origin(kind) is tuple:
        return st.lists(values(inner[0]), max_size=2).map(tuple)
    if get_origin(kind) is Literal:
        return st.sampled_from(inner)
    simple = {str: st.sampled_from(["", "a", "b"]), bool: st.booleans(), int: st.integers(1, 3)}
    return {**simple, datetime: instants, date: days}[kind]


def made(kind: Any) -> st.SearchStrategy[Any]:
    """Rows of a kind."""
    hints = get_type_hints(kind)
    found = st.builds(kind, **{one.name: values(hints[one.name]) for one in fields(kind)})
    if kind is ScreeningRow:
        return found.map(lambda row: replace(row, seen=None if row.seen is None else row.seen + row.screened))
    if kind is MeetingRow:  # it ends after it starts
        return found.map(
            lambda row: row if row.ended_at is None else replace(row, ended_at=max(row.started_at, row.ended_at))
        )
    if kind is CaseRow:  # it is opened after it was referred
        return found.map(
            lambda row: row if row.opened_at is None else replace(row, opened_at=max(row.referred_at, row.opened_at))
        )
    if kind is Stay:
        return found.map(lambda row: replace(row, until=None if row.until is None else max(row.since, row.until)))
    if kind is Scheduled:
        return found.map(lambda row: replace(row, every_days=None if row.every_days is None else row.every_days * 9))
    return found


def many(measure: Measure) -> st.SearchStrategy[list[Any]]:
    return st.lists(made(measure.rows), max_size=4)


def bare(found: Measured) -> tuple[object, ...]:
    return (found.numerator, found.denominator, found.pending, found.excluded, found.missed, found.outside)


@pytest.mark.req("STAT-4")
@settings(max_examples=15)
@given(st.data())
@pytest.mark.parametrize("measure", KNOWN.values(), ids=lambda one: one.name)
def test_the_order_of_rows_does_not_matter(measure: Measure, data: st.DataObject) -> None:
    rows = data.draw(many(measure))
    moment = asked(data.draw(instants), YEAR)
    shuffled = data.draw(st.permutations(rows))
    assert measure.work_out(shuffled, moment) == measure.work_out(rows, moment)


@pytest.mark.req("STAT-4")
@settings(max_examples=15)
@given(st.data())
@pytest.mark.parametrize("measure", JUDGED, ids=lambda one: one.name)
def test_the_rows_behind_a_figure_are_the_figure(measure: Measure, data: st.DataObject) -> None:
    rows = data.draw(many(measure))
    moment = asked(data.draw(instants), YEAR)
    assert measure.judge is not None
    found = measure.work_out(rows, moment)
    counted = tally((one for row in rows for one in measure.judge(row, moment)), found.definition, moment.cut_off)
    if measure.name == "C2":  # its tools are never added up
        assert (found.excluded, found.outside) == (counted.excluded, counted.outside)
        assert sum(part.denominator or 0 for part in found.parts) == counted.denominator
    else:
        assert bare(found) == bare(counted)


@pytest.mark.req("STAT-4")
@settings(max_examples=15)
@given(st.data())
@pytest.mark.parametrize("measure", JUDGED, ids=lambda one: one.name)
def test_what_is_pending_changes_no_share(measure: Measure, data: st.DataObject) -> None:
    rows = data.draw(many(measure))
    moment = asked(data.draw(instants), YEAR)
    more = data.draw(made(measure.rows))
    assert measure.judge is not None
    verdicts = list(measure.judge(more, moment))
    if any(one.kind in {"met", "missed"} for one in verdicts):
        return
    before, after = measure.work_out(rows, moment), measure.work_out([*rows, more], moment)
    assert (after.share, after.missed) == (before.share, before.missed)
    assert after.pending == before.pending + sum(one.kind == "pending" for one in verdicts)


PENDING_ROWS: dict[type[Row], Row] = {
    ReferralRow: ReferralRow(at(0), (TierSet(1),)),
    CaseRow: CaseRow(at(0), opened_at=local(2025, 6, 1)),
    OutgoingRow: OutgoingRow(at(0)),
    CoordinatorRow: CoordinatorRow("c", (Stay(day("2025-06-01")),)),
    RegionRow: RegionRow("r"),
    AgreementRow: AgreementRow(day("2025-06-02")),
    ProviderRow: ProviderRow("p", "asked", due_on=day("2025-06-03")),
    MeetingRow: MeetingRow("emergency", at(0)),
}


@pytest.mark.req("STAT-4")
@pytest.mark.parametrize(
    "measure",
    # R2, R3 and D2 are of other tiers and meetings; a source is known or not, and never awaited.
    [one for one in JUDGED if one.rows in PENDING_ROWS and one.name not in {"R2", "R3", "D2", "F1"}],
    ids=lambda one: one.name,
)
def test_what_is_not_due_is_pending_where_anything_can_be(measure: Measure) -> None:
    found = measure.work_out([PENDING_ROWS[measure.rows]], asked(at(1), YEAR))
    assert found.pending == 1


def forget(row: Row, now: datetime) -> Row | None:
    """A row as it was known at a moment: later times are not there yet. None: the row itself is not."""
    changed: dict[str, Any] = {}
    for one in fields(row):  # type: ignore[arg-type]
        value = getattr(row, one.name)
        if isinstance(value, datetime) and value > now and one.name != "ended_at":
            if one.default is MISSING:
                return None
            changed[one.name] = None
        elif isinstance(value, tuple):
            kept = [forget(it, now) if isinstance(it, Row) else it for it in value]
            changed[one.name] = tuple(
                it for it in kept if it is not None and not (isinstance(it, datetime) and it > now)
            )
    if changed.get("decided_at", row) is None:
        changed["eligible"] = None
    return replace(row, **changed)  # type: ignore[type-var]


@pytest.mark.req("STAT-4", "INT-11")
@settings(max_examples=15)
@given(st.data())
@pytest.mark.parametrize("measure", [one for one in JUDGED if one.name[0] in "RDSMFC"], ids=lambda one: one.name)
def test_a_figure_of_last_year_comes_out_the_same_again(measure: Measure, data: st.DataObject) -> None:
    """Worked out later with all that came since, or then with what was known: the same."""
    moment = asked(data.draw(instants), YEAR)
    rows = [
        row for row in data.draw(many(measure)) if not any(step.at is None for step in getattr(row, "tiers", ())[1:])
    ]
    rows = [replace(row, tiers=row.tiers[:1]) if isinstance(row, ReferralRow) else row for row in rows]
    then = [known for row in rows if (known := forget(row, moment.cut_off)) is not None]
    later, before = measure.work_out(rows, moment), measure.work_out(then, moment)
    assert (later.numerator, later.denominator, later.pending) == (before.numerator, before.denominator, before.pending)
