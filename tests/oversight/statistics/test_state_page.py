"""The page of the state's leaders: who sees it, what stands on it, and that nothing hidden stands anywhere."""

from __future__ import annotations

import io
import re
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.jobs.queue import run_due_now
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.oversight.statistics import cubes
from rightdoor.oversight.statistics.models import Cube
from tests.casework.team import received
from tests.oversight.statistics.counted import busy_year, keep, rows_of
from tests.oversight.statistics.test_counting import CLOSED
from tests.people import make_person
from tests.signing_in import sign_in

pytestmark = pytest.mark.req("STAT-3", "STAT-4")
PAGE = "/numbers/state/"


@pytest.fixture
def years(now):
    """Two years, of which one region made seven referrals in each."""
    return keep(2023, busy_year(), now), keep(2024, busy_year(80), now)


@pytest.fixture
def leader(client, state_analyst):
    sign_in(client, state_analyst)
    return client


def text_of(response) -> str:
    assert response.status_code == 200, response.content.decode()[:2000]
    return response.content.decode()


def row_of(page: str, caption: str, first: str) -> list[str]:
    """The cells of a row of the table of that caption, as they are read out."""
    table = next(one for one in re.findall(r"<table.*?</table>", page, re.S) if caption in one).partition("<tbody>")[2]
    row = next(one for one in re.findall(r"<tr.*?</tr>", table, re.S) if f">{first}</th>" in one)
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.S)]


@pytest.mark.parametrize("role", ["state_analyst", "alliance_reviewer", "auditor"])
def test_leaders_see_the_newest_year_first(client, years, now, role):
    sign_in(client, make_person("Lea Leader", now=now, roles=((role, ""),)))
    page = text_of(client.get(PAGE))
    assert row_of(page, "All referrals", "Referrals") == ["641", "561", "+14.3 %"]


@pytest.mark.parametrize("role", ["care_coordinator", "agency_head", "administrator", "team_member"])
def test_for_everybody_else_there_is_no_such_page(client, years, now, role):
    sign_in(client, make_person("Nora Noneofit", now=now, roles=((role, "capital"),)))
    assert {client.get(one).status_code for one in (PAGE, f"{PAGE}table.csv", f"{PAGE}table.xlsx")} == {404}
    assert client.post(f"{PAGE}count/").status_code == 404


def test_a_small_region_and_what_would_give_it_away_are_hidden(leader, years):
    page = text_of(leader.get(PAGE))
    assert row_of(page, "Referrals by region", "Northwest")[0] == "*hidden to protect privacy"
    hidden = [
        one
        for one in ("Greater New Orleans", "Capital Area", "Acadiana")
        if row_of(page, "Referrals by region", one)[0][0] == "*"
    ]
    assert hidden, "with one region hidden alone it could be worked out from the total"


def test_no_hidden_count_stands_anywhere_on_the_page_or_in_the_files(leader, now):
    # Numbers that stand nowhere else: seven and its like could be anything.
    rows = rows_of(({"region": "capital", "area": "east-baton-rouge"}, 31017), ({"region": "acadiana"}, 7))
    cube = keep(2024, rows + rows_of(({"region": "northwest", "area": "caddo"}, 31091)), now)
    dims = cubes.dimensions(active_pack())
    assert cubes.key("2024", dims, region="acadiana") in cube.hidden
    files = text_of(leader.get(PAGE)) + text_of(leader.get(f"{PAGE}table.csv"))
    book = ZipFile(io.BytesIO(leader.get(f"{PAGE}table.xlsx").content))
    files += "".join(book.read(name).decode() for name in book.namelist())
    for region, count in (("capital", "31017"), ("northwest", "31091")):
        if cubes.key("2024", dims, region=region) in cube.hidden and count not in map(str, cube.printed.values()):
            assert count not in files
    assert "62115" in files
    assert ">7<" not in files


def test_a_region_is_shown_out_of_the_same_cube(leader, years):
    page = text_of(leader.get(f"{PAGE}?region=greater-new-orleans"))
    assert "The whole state" in page
    assert 'id="map"' not in page
    assert row_of(page, "Responses by tier", "All tiers")[:1] in (["360"], ["*hidden to protect privacy"])


def test_the_map_draws_hidden_areas_alike_and_leaves_them_out_of_the_file(leader, years):
    page = text_of(leader.get(PAGE))
    assert "map__tile--hidden" in page
    assert page.count("map__tile ") == 64
    assert "Caddo" not in text_of(leader.get(f"{PAGE}table.csv")).partition("Referrals by parish")[2]


def test_years_stand_beside_each_other_with_what_chance_may_do(leader, years):
    page = text_of(leader.get(PAGE))
    assert "There were more: 1.14 times" in page
    assert "641 (592 to 693)" in page


def test_a_quarter_is_saved_as_a_file_too(leader, now):
    keep(2024, busy_year(), now, quarter=1)
    for form in ("csv", "xlsx"):
        answer = leader.get(f"{PAGE}table.{form}?span=2024-Q1")
        assert answer.status_code == 200, form
        assert answer.headers["Content-Disposition"] == f'attachment; filename="state-2024-q1.{form}"'


def test_where_the_definition_changed_nothing_is_compared(leader, now):
    keep(2023, busy_year(), now, version=1)
    keep(2024, busy_year(80), now, version=2)
    page = text_of(leader.get(PAGE))
    assert "The definition or its codes changed here: no comparison." in page
    assert row_of(page, "All referrals", "Referrals") == ["641"]


def test_a_refused_span_shows_nothing_and_says_why(leader, now):
    Cube.objects.create(
        year=2024, quarter=0, state="refused", why="The audit found a fault.", looked_at=now, counted_at=now,
        definition_version=1, rows_sealed=b"x",
    )  # fmt: skip
    page = text_of(leader.get(PAGE))
    assert "The audit found a fault." in page
    assert "<table" not in page
    assert leader.get(f"{PAGE}table.csv").status_code == 404


def test_before_anything_is_counted_the_page_says_so(leader):
    assert "Nothing is counted yet." in text_of(leader.get(PAGE))


def test_what_is_asked_for_and_is_not_there_is_the_newest(leader, years):
    assert "2024" in text_of(leader.get(f"{PAGE}?span=1999&region=nowhere"))


def test_who_takes_a_file_stands_in_the_trail(leader, years, state_analyst):
    leader.get(f"{PAGE}table.csv")
    assert AuditEvent.objects.filter(verb="figures.viewed", actor=state_analyst.code).count() == 1


def test_an_analyst_who_sees_no_referral_has_what_is_closed_counted(leader, scene):
    received(scene)
    assert "Count what is closed" in text_of(leader.get(PAGE))
    assert leader.post(f"{PAGE}count/").status_code == 302
    run_due_now(CLOSED)
    assert [(one.year, one.quarter) for one in Cube.objects.all()] == [(2026, 1)]
    assert "April to June" not in text_of(leader.get(PAGE))


def test_the_page_asks_few_queries_however_many_years_there_are(leader, years, now):
    with CaptureQueriesContext(connection) as few:
        leader.get(PAGE)
    for year in range(2016, 2023):
        keep(year, rows_of(({"region": "capital"}, 50 + year)), now)
    with CaptureQueriesContext(connection) as many:
        leader.get(PAGE)
    assert len(many) <= len(few) <= 14


def test_a_page_that_was_made_before_is_told_again_without_its_tables(leader, years):
    leader.get(PAGE)
    with CaptureQueriesContext(connection) as again:
        assert row_of(text_of(leader.get(PAGE)), "All referrals", "Referrals") == ["641", "561", "+14.3 %"]
    assert not [one for one in again.captured_queries if '"printed"' in one["sql"] and "cube" in one["sql"]]
