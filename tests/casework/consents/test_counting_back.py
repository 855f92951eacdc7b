"""What was told outside, as rows: on what it rests, and nothing before it was on record."""

from __future__ import annotations

import pytest

from rightdoor.casework.consents.deidentified import CountedDisclosure, counted_disclosures
from rightdoor.casework.consents.models import OutsideDisclosure
from rightdoor.community.partners.models import Agency
from rightdoor.domain.looking_back import Lookback
from tests.casework.consents.conftest import DAY, Stage
from tests.casework.consents.test_disclosures import report, tell


@pytest.mark.req("PROG-2")
def test_a_disclosure_is_counted_with_what_it_rests_on(stage: Stage) -> None:
    tell(stage, release=stage.release())
    report(stage, stage.school.code)
    region = stage.client.region

    rows = counted_disclosures(region, Lookback(stage.now + DAY))

    assert sorted(row.rests_on for row in rows) == ["law", "release"]
    assert {row.quarter for row in rows} == {0}
    assert counted_disclosures(region, Lookback(stage.now - DAY)) == []
    # No act makes such a row; one that got here by another way is not called in order.
    OutsideDisclosure.objects.update(release=None, ground="", kind="spoken", is_compelled=False)
    assert [row.rests_on for row in counted_disclosures(region, Lookback(stage.now + DAY))] == ["", ""]


@pytest.mark.rule("SR-18")
def test_what_an_agency_told_that_keeps_its_records_apart_is_not_counted(stage: Stage) -> None:
    tell(stage, release=stage.release())
    Agency.objects.filter(code=stage.clinic.code).update(keeps_own_records=True)

    assert counted_disclosures(stage.client.region, Lookback(stage.now + DAY)) == []


def test_a_row_is_two_choices_and_no_more(stage: Stage) -> None:
    tell(stage, release=stage.release())

    assert counted_disclosures(stage.client.region, Lookback(stage.now + DAY)) == [CountedDisclosure(0, "release")]
