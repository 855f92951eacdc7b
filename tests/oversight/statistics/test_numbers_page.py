"""The pages of figures: each with definition and rows, a year beside a year, nothing for whom may open no row."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from rightdoor.casework.cases.models import Case
from rightdoor.casework.closure.actions import close_case
from rightdoor.casework.closure.deidentified import outcomes_counted
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.services.actions import record_advocacy_reason
from rightdoor.casework.staffings.actions import file_and_share_summary
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.jurisdiction.active import local
from rightdoor.oversight.statistics.spans import span_of, spans_offered, year_before
from tests.casework.closure.conftest import team_closing
from tests.casework.team import CONFIRMED, Scene, held, received
from tests.people import OTHER_REGION, REGION, make_person
from tests.signing_in import sign_in

ENOUGH = 60  # queries of a page, the wall among them, whatever the tables hold


@pytest.fixture
def later(now):
    """Three days on: the staffing of tomorrow has been held."""
    return now + timedelta(days=3)


@pytest.fixture
def enter(later):
    """Signs a person in, three days on."""
    with time_machine.travel(later, tick=False):
        yield lambda viewer: sign_in(Browser(), viewer, at=later)


@pytest.fixture
def staffing(scene: Scene):
    """Held, with its summary owed."""
    return held(scene)


def read(browser, path):
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.mark.req("STAT-4")
def test_every_figure_stands_with_its_definition_and_leads_to_its_rows(enter, coordinator, staffing):
    browser = enter(coordinator)
    page = read(browser, "/numbers/")

    assert "Response within 48 hours, tier 1" in page
    assert "Counted: tier 1 referrals whose first emergency response meeting was held within 48 hours" in page
    assert "1 of 1" in page
    assert f"/numbers/R1/rows/?whose={REGION}&amp;span=2026&amp;kind=met" in page
    rows = read(browser, f"/numbers/R1/rows/?whose={REGION}&span=2026&kind=met")
    assert f'href="/referrals/{staffing.case.referral.code}/"' in rows
    assert "1 of 1" in rows
    assert browser.get(f"/referrals/{staffing.case.referral.code}/").status_code == 200
    assert staffing.case.referral.code not in read(browser, "/numbers/R1/rows/?kind=missed")


@pytest.mark.req("STAT-4")
def test_every_link_to_rows_on_the_page_answers_with_as_many_as_it_says(enter, coordinator, scene, staffing):
    received(scene, facts=CONFIRMED)
    browser = enter(coordinator)
    page = browser.get("/numbers/").context["page"]

    asked = 0
    for one in page.figures:
        for told in (one.now, one.before):
            for _, many, where in told.kinds:
                found = browser.get(where)
                assert found.status_code == 200, where
                assert found.context["units"] == many, where
                asked += 1
    assert asked > 10


@pytest.mark.req("STAT-4")
def test_a_year_stands_beside_the_year_before_as_it_stood_then(enter, coordinator, staffing, later):
    page = read(enter(coordinator), "/numbers/?span=2026")
    assert "2025, as of 03/13/2025" in page
    over = read(enter(coordinator), "/numbers/?span=2025")
    assert ">2024</th>" in over
    assert "1 of 1" not in over

    running = year_before(span_of("2026-q1", later), later)
    assert (running.key, running.label) == ("2025-q1", "Quarter 1 of 2025, as of 03/13/2025")
    assert local(running.as_of).date() == local(later).date().replace(year=2025)
    whole = year_before(span_of("2025-q4", later), later)
    assert (whole.key, whole.as_of) == ("2024-q4", None)
    assert (whole.period.first.isoformat(), whole.period.last.isoformat()) == ("2024-10-01", "2024-12-31")


def test_a_leap_day_has_a_day_a_year_before(now):
    leap = now.replace(year=2028, month=2, day=29)
    assert local(year_before(span_of("2028", leap), leap).as_of).date().isoformat() == "2027-02-28"


def test_a_time_that_is_not_offered_is_the_running_year(later):
    assert span_of("1999-q9", later).key == span_of("", later).key == "2026"
    assert len(dict(spans_offered(later))) == len(spans_offered(later))


@pytest.mark.req("STAT-4")
def test_one_s_own_cases_are_a_choice_and_another_region_is_none(enter, coordinator, other_coordinator, staffing):
    own = enter(coordinator)
    assert "Cases that you coordinate" in read(own, "/numbers/?whose=own")
    assert "1 of 1" in read(own, "/numbers/?whose=own")
    there = enter(other_coordinator)
    assert staffing.case.referral.code not in read(there, f"/numbers/R1/rows/?whose={REGION}")
    assert there.get(f"/numbers/?whose={REGION}").context["page"].whose == OTHER_REGION
    assert "1 of 1" not in read(there, f"/numbers/?whose={REGION}")


@pytest.mark.req("STAT-4", "STAT-3")
@pytest.mark.parametrize("role", ["state_analyst", "alliance_reviewer", "auditor", "agency_head"])
def test_whoever_may_see_no_rows_gets_no_figure_and_no_list(enter, now, staffing, role):
    person = make_person("Person Invented", now=now, roles=((role, "*" if role != "agency_head" else ""),))
    browser = enter(person)
    page = read(browser, "/numbers/")

    assert " of 1" not in page
    assert "Response within" not in page
    for path in (
        "R1/rows/",
        "table.csv",
        "table.xlsx",
        "endings/",
        "endings/table.csv",
        "endings/table.xlsx",
        "meeting/",
    ):
        assert browser.get(f"/numbers/{path}").status_code == 404, path


@pytest.mark.req("STAT-4")
def test_somebody_without_figures_finds_nothing_here(enter, detective, staffing):
    assert enter(detective).get("/numbers/").status_code == 404


@pytest.mark.req("STAT-4")
def test_files_hold_the_same_figures_with_their_definitions(enter, coordinator, staffing):
    browser = enter(coordinator)
    page = browser.get("/numbers/").context["page"]
    text = browser.get("/numbers/table.csv").content.decode()
    book = zipfile.ZipFile(io.BytesIO(browser.get("/numbers/table.xlsx").content))
    sheets = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/")]

    for one in page.figures:
        assert one.title in text
        assert any(one.name in sheet for sheet in sheets)
    assert "Counted: tier 1 referrals whose first emergency response meeting" in text
    assert "Clocks by tier" in text
    assert staffing.case.code not in text
    assert AuditEvent.objects.filter(verb="figures.viewed").count() == 2


@pytest.mark.req("STAT-4")
def test_rows_are_paged_sorted_and_narrowed_by_the_reason(enter, coordinator, scene):
    for _ in range(3):
        received(scene)
    ineligible = received(scene)
    Referral.objects.filter(pk=ineligible.pk).update(
        state="ineligible", ineligible_reason="age", tier=None, due_at=None
    )
    browser = enter(coordinator)

    found = browser.get("/numbers/F2/rows/?kind=missed&why=eligible").context
    assert (found["many"], found["units"]) == (3, 3)
    assert [one.code for one in browser.get("/numbers/F2/rows/?kind=met").context["rows"]] == [ineligible.code]
    newest = [one.code for one in browser.get("/numbers/F2/rows/?sort=newest").context["rows"]]
    oldest = [one.code for one in browser.get("/numbers/F2/rows/?sort=oldest").context["rows"]]
    assert newest == oldest[::-1]
    assert len(newest) == 4
    for page in ("0", "99", "x", "-1"):
        assert browser.get(f"/numbers/F2/rows/?page={page}").context["many"] == 4


def test_more_rows_than_a_page_holds_are_all_reached(enter, coordinator, scene, monkeypatch):
    monkeypatch.setattr("rightdoor.oversight.statistics.web.numbers.A_PAGE", 2)
    codes = {received(scene).code for _ in range(5)}
    browser, where, seen = enter(coordinator), "?sort=newest", []
    while where:
        found = browser.get(f"/numbers/F1/rows/{where}").context
        seen += [one.code for one in found["rows"]]
        where = found["next"]

    assert len(seen) == 5
    assert set(seen) == codes


def test_an_unknown_figure_is_not_there(enter, coordinator):
    for name in ("X9", "T1", "V1"):
        assert enter(coordinator).get(f"/numbers/{name}/rows/").status_code == 404, name


@pytest.mark.req("STAT-4")
def test_the_page_asks_a_fixed_number_of_queries_and_opens_nothing(enter, coordinator, scene, staffing):
    browser = enter(coordinator)
    browser.get("/numbers/")
    reads = AuditEvent.objects.count()
    with CaptureQueriesContext(connection) as one:
        read(browser, "/numbers/")
    for _ in range(5):
        received(scene)
    held(scene)
    more = AuditEvent.objects.count()
    with CaptureQueriesContext(connection) as many:
        read(browser, "/numbers/")

    assert len(one) == len(many) <= ENOUGH
    assert AuditEvent.objects.count() == more > reads


@pytest.mark.req("STAT-4", "CASE-14")
def test_why_cases_ended_is_counted_from_open_records_and_recorded_before(enter, coordinator, staffing, now, later):
    browser = enter(coordinator)
    assert "No ending in this time." in read(browser, "/numbers/endings/?span=2026")

    record_advocacy_reason(coordinator, staffing.case, why="has_one", now=now)
    file_and_share_summary(coordinator, staffing, now=now + timedelta(hours=30))
    case = Case.objects.select_related("client", "referral").get(pk=staffing.case.pk)
    close_case(coordinator, case, closing=team_closing(coordinator, case, later), now=later)
    before = AuditEvent.objects.filter(verb="case.read", details__purpose="counting").count()
    page = read(browser, "/numbers/endings/?span=2026")

    assert "Goals met or services completed" in page
    assert AuditEvent.objects.filter(verb="case.read", details__purpose="counting").count() == before + 1
    ended = browser.get("/numbers/").context["page"].sections[-3].figures[-1]
    assert (ended.name, ended.now.measured.numerator, ended.now.measured.denominator) == ("K4", 1, 1)

    for span, quarter in (("2026", 0), ("2026-q1", 1)):
        assert f"/numbers/endings/table.csv?whose={REGION}&amp;span={span}" in read(
            browser, f"/numbers/endings/?span={span}"
        )
        text = read(browser, f"/numbers/endings/table.csv?span={span}")
        assert "Goals met or services completed,1" in text
        assert "Together,1" in text
        answer = browser.get(f"/numbers/endings/table.xlsx?span={span}")
        book = zipfile.ZipFile(io.BytesIO(answer.content))
        assert "Goals met or services completed" in book.read("xl/worksheets/sheet1.xml").decode()
        assert answer.headers["Content-Disposition"] == f'attachment; filename="endings-{span}.xlsx"'
        files = AuditEvent.objects.filter(verb="figures.viewed", details__figures="endings", details__quarter=quarter)
        assert files.count() == 2
    since = later - timedelta(days=30)
    assert len(outcomes_counted(coordinator, since, later + timedelta(days=1), later, region=REGION)) == 1
    assert outcomes_counted(coordinator, since, later + timedelta(days=1), later, region=OTHER_REGION) == []


@pytest.mark.req("STAT-4")
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_quarter_is_saved_as_a_file_too(enter, coordinator, staffing, form):
    assert enter(coordinator).get(f"/numbers/table.{form}?span=2026-q1").status_code == 200
    assert AuditEvent.objects.filter(verb="figures.viewed", details__year=2026, details__quarter=1).count() == 1


@pytest.mark.req("STAT-4")
def test_who_coordinates_several_regions_counts_each_and_all_of_them(enter, other_coordinator, scene, now):
    received(scene)
    elsewhere = received(replace(scene, coordinator=other_coordinator), region=OTHER_REGION)
    both = make_person(
        "Bo Both", now=now, roles=(("care_coordinator", REGION), ("care_coordinator", OTHER_REGION)),
    )  # fmt: skip
    browser = enter(both)
    told = browser.get("/numbers/F1/rows/?whose=all").context
    assert (told["many"], told["several"]) == (2, True)
    told = browser.get(f"/numbers/F1/rows/?whose={OTHER_REGION}").context
    assert ([one.code for one in told["rows"]], told["several"]) == ([elsewhere.code], False)
    assert "Advisory team" in read(browser, "/numbers/A1/rows/?whose=all&span=2025")
    page = browser.get("/numbers/?whose=all").context["page"]
    assert page.figures[1].now.measured.missed == {"not_told": 2}
    assert "All " in page.place
