"""What is published is a page for anybody, in three languages, with files byte for byte as they were read back."""

from __future__ import annotations

from hashlib import sha256

import pytest
from django.test import Client

from rightdoor.domain.permission import Viewer
from rightdoor.oversight.annual_reports.models import AnnualReport, AnnualReportFile

pytestmark = [pytest.mark.req("STAT-2"), pytest.mark.usefixtures("db")]
ENGLISH, SPANISH, VIETNAMESE = (f"/annual-report/2025/{one}" for one in ("", "es/", "vi/"))


def test_before_the_first_report_the_page_says_so(client: Client) -> None:
    assert "No report has been published yet." in client.get("/annual-report/").content.decode()
    assert client.get(ENGLISH).status_code == 404


def test_what_is_not_published_is_not_there(client: Client, signed: AnnualReport) -> None:
    answers = [client.get(at) for at in (ENGLISH, SPANISH, "/annual-report/2025/editions/1/", file_at("pdf"))]
    assert [one.status_code for one in answers] == [404, 404, 404, 404]


@pytest.mark.parametrize(
    ("at", "language", "words"),
    [
        (ENGLISH, "en", "In plain words"),
        (SPANISH, "es", "En palabras sencillas"),
        (VIETNAMESE, "vi", "Nói một cách dễ hiểu"),
    ],
)
def test_the_report_is_read_in_three_languages(
    client: Client, published: AnnualReport, at: str, language: str, words: str
) -> None:
    page = client.get(at)
    text = page.content.decode()
    assert page.status_code == 200
    assert f'<html lang="{language}"' in text
    assert words in text
    assert 'id="RT2-table"' in text
    assert "<svg" in text
    assert text.count("<script") == 1, "the page needs no script but the one that every page has"
    assert not page.cookies
    kept = AnnualReportFile.objects.get(report=published, name=f"annual-report-2025.{language}.html")
    assert bytes(kept.content).decode() in text, "what was audited is what is shown"


def test_a_language_that_nobody_translated_is_unknown(client: Client, published: AnnualReport) -> None:
    assert client.get("/annual-report/2025/de/").status_code == 404
    assert client.get("/annual-report/2024/").status_code == 404


def file_at(ending: str, edition: int = 1) -> str:
    return f"/annual-report/2025/editions/{edition}/files/annual-report-2025.{ending}"


@pytest.mark.parametrize("ending", ["pdf", "xlsx", "csv"])
def test_a_file_is_handed_out_as_it_was_published(client: Client, published: AnnualReport, ending: str) -> None:
    answer = client.get(file_at(ending))
    digest = sha256(answer.content).hexdigest()
    assert answer.status_code == 200
    assert digest in client.get(ENGLISH).content.decode(), "its fingerprint stands beside its link"
    assert f'filename="annual-report-2025.{ending}"' in answer.headers["Content-Disposition"]
    assert not answer.cookies


def test_no_other_file_is_there(client: Client, published: AnnualReport) -> None:
    for name in ("annual-report-2025.en.html", "annual-report-2024.pdf", "x"):
        assert client.get(f"/annual-report/2025/editions/1/files/{name}").status_code == 404
    assert client.get(file_at("pdf", edition=2)).status_code == 404


def test_the_shortest_address_leads_to_the_newest(client: Client, published: AnnualReport) -> None:
    assert client.get("/annual-report/").headers["Location"] == ENGLISH


def test_whoever_is_signed_in_reads_what_everybody_reads(
    client: Client, author: Viewer, published: AnnualReport
) -> None:
    from tests.signing_in import sign_in

    before = client.get(ENGLISH).content
    sign_in(client, author)
    assert client.get(ENGLISH).content == before
