"""The invented year of figures is made through acts and adds up."""

from __future__ import annotations

from rightdoor.community.partners.models import Agency
from rightdoor.config.demonstration import submissions
from rightdoor.oversight.submissions.models import Answer, Listed
from tests.people import make_person


def test_an_invented_year_is_asked_and_partly_answered(keeper, now):
    for number in range(4):
        agency = Agency.objects.create(name=f"Invented House {number}", discipline="victim_advocacy")
        make_person(f"Head Number{number}", now=now, roles=(("agency_head", "capital"),), agency=agency.code)

    submissions.show(now)

    states = sorted(Listed.objects.values_list("state", flat=True))
    assert states == ["asked", "declined", "nil", "submitted"]
    assert sorted(Answer.objects.values_list("mode", flat=True)) == ["nil", "totals"]
