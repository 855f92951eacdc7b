"""The coordinator's figures at a glance: as on the page of numbers, each with its rows, and for nobody else."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.casework.team import held, received
from tests.people import make_person
from tests.signing_in import sign_in

pytestmark = pytest.mark.req("UX-1", "STAT-4")
PAGE = "/desk/figures/"


def test_each_figure_leads_to_its_rows_and_says_the_same_there(client, coordinator, scene):
    held(scene)
    sign_in(client, coordinator)
    page = client.get(PAGE).content.decode()
    links = re.findall(r'<a href="(/numbers/[A-Z0-9]+/rows/\?[^"]+)">([^<]+)</a>', page)
    assert len(links) >= 4
    for where, said in links[:4]:
        shown = client.get(where.replace("&amp;", "&"))
        assert shown.status_code == 200
        if " of " in said:
            assert said in shown.content.decode()


def test_the_desk_stands_first_and_fetches_its_figures_after(client, coordinator, scene):
    sign_in(client, coordinator)
    assert 'hx-get="/desk/figures/"' in client.get("/").content.decode()
    fragment = client.get(PAGE, headers={"HX-Request": "true"}).content.decode()
    assert fragment.startswith('<div id="figures">')


@pytest.mark.parametrize("role", ["state_analyst", "team_member", "agency_head", "administrator"])
def test_nobody_else_has_them(client, now, role):
    sign_in(client, make_person("Nora Noneofit", now=now, roles=((role, "capital"),)))
    assert client.get(PAGE).status_code == 404
    assert "/desk/figures/" not in client.get("/").content.decode()


def test_they_cost_few_queries_however_many_records_there_are(client, coordinator, scene):
    held(scene)
    sign_in(client, coordinator)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for _ in range(3):
        received(scene)
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)
    assert len(many) == len(few)
    assert len(many) <= 16
