"""Pages of exports: asked, decided, fetched; a report made, read and taken along."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jobs.queue import run_due_now
from rightdoor.oversight.exports.models import GrantReport, ResearchExtract
from tests.oversight.exports.conftest import Scene, people
from tests.signing_in import sign_in


@pytest.fixture(autouse=True)
def today(now: datetime) -> Iterator[None]:
    """Pages are asked at the moment at which the tests act."""
    with time_machine.travel(now, tick=False):
        yield


def asked(**changed: Any) -> dict[str, Any]:
    """What the form of a request sends."""
    return {
        "recipient": "Dr. Nobody Invented",
        "institution": "Made Up University",
        "purpose": "Which ages are reached late.",
        "ethics": "IRB 2026-0001",
        "approval_ends_on": "12/31/2026",
        "ends_on": "12/01/2026",
        "first_year": "2025",
        "last_year": "2025",
        "kind": "rows",
        "columns": ["age", "kind"],
        "code": new_code(),
        **changed,
    }


@pytest.mark.req("STAT-6")
def test_rows_go_from_the_request_to_the_file_on_pages(
    client: Client, scene: Scene, counted: Callable[..., list[Any]]
) -> None:
    counted(people())
    sign_in(client, scene.analyst)
    began = client.post("/exports/extracts/new/", asked())
    assert began.status_code == 302, began.content.decode()[:2000]
    address = began.headers["Location"]
    row = ResearchExtract.objects.get()
    waiting = client.get(address).content.decode()
    assert "Waits for approval" in waiting
    assert "Your decision" not in waiting
    assert client.post(f"{address}file/").status_code == 422

    other = Client()
    sign_in(other, scene.officer)
    assert "Your decision" in other.get(address).content.decode()
    assert other.post(f"{address}approval/", {"why": " "}).status_code == 422
    assert other.post(f"{address}approval/", {"why": "It is in order."}).status_code == 302
    run_due_now(scene.now + timedelta(hours=1))

    assert "Fetch the file" not in other.get(address).content.decode()
    shown = client.get(address).content.decode()
    assert "Four in five" not in shown
    assert "were drawn by chance" in shown
    got = client.post(f"{address}file/")
    assert got.status_code == 200
    assert got.headers["Content-Disposition"] == f'attachment; filename="extract-{row.code}.csv"'
    assert client.post(f"{address}file/").status_code == 422
    assert other.post(f"{address}ending/").status_code == 302
    assert "No copy is left" in other.get(address).content.decode()


@pytest.mark.req("STAT-6")
def test_a_request_that_cannot_be_comes_back_as_typed(client: Client, scene: Scene) -> None:
    sign_in(client, scene.analyst)
    refused = client.post("/exports/extracts/new/", asked(last_year="2026"))

    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Choose full years that are over." in page
    assert "Which ages are reached late." in page
    assert not ResearchExtract.objects.exists()


@pytest.mark.req("STAT-6")
def test_what_is_typed_is_kept_and_found_again(client: Client, scene: Scene) -> None:
    sign_in(client, scene.analyst)
    assert client.post("/exports/extracts/new/draft/", asked(purpose="Half a thought")).status_code == 200

    assert "Half a thought" in client.get("/exports/extracts/new/").content.decode()


@pytest.mark.req("STAT-5")
def test_a_report_is_made_read_and_taken_along(client: Client, scene: Scene, counted: Callable[..., list[Any]]) -> None:
    counted(people())
    sign_in(client, scene.analyst)
    told = {
        "form": "tims",
        "year": "2025",
        "part": "h2",
        "recipient": "Invented Office",
        "small": "hide",
        "code": new_code(),
    }
    made = client.post("/exports/reports/new/", told)
    assert made.status_code == 302, made.content.decode()[:2000]
    assert client.post("/exports/reports/new/", told).headers["Location"] == made.headers["Location"]

    page = client.get(made.headers["Location"]).content.decode()
    assert "hidden to protect privacy" in page
    assert "New clients" in page
    table = client.get(f"{made.headers['Location']}csv/")
    assert "trafficking,Type of trafficking,Labor,people,*,*" in table.content.decode()
    book = zipfile.ZipFile(io.BytesIO(client.get(f"{made.headers['Location']}xlsx/").content))
    assert sum(name.startswith("xl/worksheets/") for name in book.namelist()) == 5
    assert client.get(f"{made.headers['Location']}pdf/").status_code == 404
    assert AuditEvent.objects.filter(verb="grant_report.taken").count() == 2
    assert GrantReport.objects.count() == 1


@pytest.mark.req("STAT-5")
def test_a_report_without_its_law_comes_back_as_typed(client: Client, scene: Scene) -> None:
    sign_in(client, scene.analyst)
    refused = client.post(
        "/exports/reports/new/",
        {"form": "voca", "year": "2025", "part": "q4", "recipient": "Invented Office", "small": "exact"},
    )

    assert refused.status_code == 422
    assert "Say which law asks for the exact counts." in refused.content.decode()
    assert "Invented Office" in refused.content.decode()


@pytest.mark.req("STAT-5")
def test_the_list_names_nobody_and_opens_nothing(
    client: Client, scene: Scene, counted: Callable[..., list[Any]]
) -> None:
    counted(people())
    sign_in(client, scene.analyst)
    client.post("/exports/extracts/new/", asked())

    page = client.get("/exports/").content.decode()

    assert ResearchExtract.objects.get().code in page
    assert "Dr. Nobody Invented" not in page
    assert not AuditEvent.objects.filter(verb="extract.read").exists()


@pytest.mark.req("STAT-6")
def test_what_leaves_the_house_asks_for_the_second_factor_again(
    client: Client, scene: Scene, counted: Callable[..., list[Any]], now: datetime
) -> None:
    counted(people())
    sign_in(client, scene.analyst)
    address = client.post("/exports/extracts/new/", asked()).headers["Location"]

    with time_machine.travel(now + timedelta(minutes=16), tick=False):
        for answer in (client.get(address), client.post(f"{address}file/"), client.get("/exports/reports/new/")):
            assert answer.status_code == 302
            assert answer.headers["Location"].startswith("/prove/")
        assert client.get("/exports/").status_code == 200
