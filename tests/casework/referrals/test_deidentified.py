"""Rows for counting lead back to nobody."""

import dataclasses
from datetime import timedelta

import pytest

from rightdoor.casework.referrals import actions
from rightdoor.casework.referrals.deidentified import band, counted_referrals


def test_a_counted_row_holds_choices_months_and_bands_only(coordinator, settled, now):
    actions.stop_clock(coordinator, settled, held_at=now, now=now)

    (row,) = counted_referrals(now - timedelta(days=1), now + timedelta(days=1))

    assert (row.month, row.source, row.state, row.response, row.response_within) == (
        "2026-03",
        "school",
        "staffed",
        "met",
        "up to 24 h",
    )
    said = " ".join(str(value) for value in dataclasses.astuple(row))
    for hidden in (settled.code, settled.client.code, "Nowhere", "Invented"):
        assert hidden not in said


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0, "up to 24 h"), (24, "up to 24 h"), (24.1, "24 to 48 h"), (168, "3 to 7 days"), (169, "over 7 days")],
)
def test_the_upper_end_belongs_to_its_band(now, hours, words):
    assert band(now, now + timedelta(hours=hours)) == words
