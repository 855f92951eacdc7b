"""No counting without its event: one for each holder, as many codes as an event takes, before anything is opened."""

from dataclasses import dataclass

import pytest

from rightdoor.foundation.audit import events
from rightdoor.foundation.audit.events import AuditUnavailable, record_counting
from rightdoor.foundation.audit.models import AuditEvent

pytestmark = [pytest.mark.django_db, pytest.mark.req("PRIV-4")]


@dataclass(frozen=True)
class Row:
    code: str
    holder_code: str


ROWS = [Row("CDFG-4444", "HJKM-7903"), Row("CDFG-3333", "HJKM-3333"), Row("CDFG-7777", "HJKM-7903")]


def told():
    return [
        (event.holder, event.details["codes"], event.classes) for event in AuditEvent.objects.order_by("id").iterator()
    ]


def test_each_holder_has_its_event_with_the_codes_in_their_order(viewer):
    record_counting(viewer, "case.counted", ROWS, kind="case", classes=["CORE", "PLAN"])

    assert told() == [
        ("HJKM-3333", ["CDFG-3333"], ["CORE", "PLAN"]),
        ("HJKM-7903", ["CDFG-4444", "CDFG-7777"], ["CORE", "PLAN"]),
    ]
    event = AuditEvent.objects.order_by("id")[0]
    assert (event.actor, event.verb, event.kind) == (viewer.code, "case.counted", "case")
    assert (event.outcome, event.details["purpose"]) == ("counted", "counting")  # nobody was shown anything


def test_more_codes_than_an_event_takes_stand_in_several(viewer, monkeypatch):
    monkeypatch.setattr(events, "CODES_IN_ONE_EVENT", 1)

    record_counting(viewer, "case.counted", values_of(ROWS), kind="case", classes=(one for one in ["CORE"]))

    assert told() == [
        ("HJKM-3333", ["CDFG-3333"], ["CORE"]),
        ("HJKM-7903", ["CDFG-4444"], ["CORE"]),
        ("HJKM-7903", ["CDFG-7777"], ["CORE"]),
    ]


def values_of(rows):
    """As a caller may hand them over: the values of a mapping."""
    return dict(enumerate(rows)).values()


def test_an_event_takes_as_many_codes_as_are_put_into_one(viewer):
    rows = [Row("CDFG-4444", "HJKM-7903")] * (events.CODES_IN_ONE_EVENT + 1)

    record_counting(viewer, "case.counted", rows, kind="case", classes=["CORE"])

    assert [len(codes) for _, codes, _ in told()] == [events.CODES_IN_ONE_EVENT, 1]


def test_of_no_rows_there_is_no_event(viewer):
    record_counting(viewer, "case.counted", [], kind="case", classes=["CORE"])

    assert told() == []


def test_what_cannot_be_recorded_is_refused_and_not_passed_over(viewer, monkeypatch):
    def broken(*about, **how):
        raise AuditUnavailable

    monkeypatch.setattr(events, "record", broken)
    with pytest.raises(AuditUnavailable):
        record_counting(viewer, "case.counted", ROWS, kind="case", classes=["CORE"])
