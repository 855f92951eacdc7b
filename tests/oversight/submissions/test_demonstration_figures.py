"""The invented years of figures are made through acts and add up."""

from __future__ import annotations

from collections import Counter

from rightdoor.community.partners.models import Agency
from rightdoor.config.demonstration import submissions
from rightdoor.domain.submission.year import KINDS
from rightdoor.oversight.submissions.models import Answer, Listed, ReportingYear
from tests.people import make_person


def test_two_invented_years_are_asked_and_one_is_closed(keeper, now):
    disciplines = ["victim_advocate"] * 10 + ["local_law_enforcement", "prosecutor", "medical", "medical", "medical"]
    for number, discipline in enumerate(disciplines):
        agency = Agency.objects.create(name=f"Invented House {number}", discipline=discipline)
        if number < 3:
            make_person(f"Head Number{number}", now=now, roles=(("agency_head", "capital"),), agency=agency.code)

    submissions.show(now)

    ended, running = ReportingYear.objects.order_by("year")
    assert [one.ended_at is None for one in (ended, running)] == [False, True]
    assert Counter(running.listed.values_list("state", flat=True)) == {
        "submitted": 12,
        "nil": 1,
        "declined": 1,
        "asked": 1,
    }
    assert set(Listed.objects.values_list("kind", flat=True)) == set(KINDS)
    assert set(Answer.objects.values_list("mode", flat=True)) == {"nil", "totals", "prosecuted"}
    # Who has no account answers with a code.
    assert Answer.objects.filter(came_by="").exists()
    assert Answer.objects.exclude(came_by="").exists()
    assert Answer.objects.filter(listed__year=ended).count() == Answer.objects.filter(listed__year=running).count()
