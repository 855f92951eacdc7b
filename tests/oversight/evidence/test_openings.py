"""Openings in an emergency as rows: how long ago, and whether somebody looked at them by then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.domain.looking_back import Lookback
from rightdoor.oversight.emergency.deidentified import CountedOpening, counted_openings
from rightdoor.oversight.emergency.models import Opening
from tests.casework.team import held
from tests.people import OTHER_REGION, REGION

HOUR = timedelta(hours=1)


@pytest.mark.req("PROG-2")
def test_an_opening_is_counted_for_the_region_of_its_case_and_reviewed_once_it_was(scene, now):
    case = held(scene).case
    at = now + 4 * HOUR
    Opening.objects.create(
        account_code="AAAA-2222", case_code=case.code, client_code=case.client.code, holder=case.holder,
        reason_sealed=b"", asked_at=at, opened_at=at, ends_at=at + HOUR, review_due_at=at + 24 * HOUR,
        reviewed_at=at + 20 * HOUR, reviewed_by="BBBB-3333", verdict="justified",
    )  # fmt: skip

    def counted(when, region=REGION):
        return counted_openings(region, Lookback(when))

    assert counted(now) == []
    assert counted(at + HOUR) == [CountedOpening(0, False, False)]
    assert counted(at + 30 * HOUR) == [CountedOpening(0, True, True)]
    assert counted(at + 30 * HOUR, OTHER_REGION) == []
