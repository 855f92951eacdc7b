"""The pages of who draws a report up and of the second reader."""

from __future__ import annotations

import pytest
from django.test import Client

from rightdoor.domain.permission import Viewer
from rightdoor.oversight.annual_reports.models import AnnualReport
from rightdoor.oversight.annual_reports.queries import narrative_of
from tests.signing_in import sign_in

pytestmark = pytest.mark.req("STAT-2")


@pytest.fixture
def signed_in(author: Viewer, client: Client) -> Client:
    return entered(client, author)


def entered(client: Client, viewer: Viewer) -> Client:
    sign_in(client, viewer)
    return client


def test_the_list_leads_to_each_report(signed_in: Client, draft: AnnualReport) -> None:
    page = signed_in.get("/annual/").content.decode()
    assert f"/annual/{draft.code}/" in page
    assert "/annual/new/" in page


def test_a_year_is_chosen_from_those_that_were_asked(signed_in: Client, year: object) -> None:
    answer = signed_in.post("/annual/new/", {"year": "1999"})
    assert answer.status_code == 422
    answer = signed_in.post("/annual/new/", {"year": "2025"})
    assert answer.headers["Location"] == f"/annual/{AnnualReport.objects.get().code}/"


def test_a_draft_offers_to_write_to_coarsen_and_to_build(signed_in: Client, draft: AnnualReport) -> None:
    page = signed_in.get(f"/annual/{draft.code}/").content.decode()
    for part in ("sentences/", "coarser/", "building/"):
        assert f"/annual/{draft.code}/{part}" in page
    assert "publishing/" not in page


def test_what_was_built_is_read_as_it_would_be_printed(signed_in: Client, built: AnnualReport) -> None:
    page = signed_in.get(f"/annual/{built.code}/tables/").content.decode()
    assert "RT2" in page
    assert "hidden to protect privacy" in page


def test_before_it_was_built_there_is_nothing_to_read(signed_in: Client, draft: AnnualReport) -> None:
    assert signed_in.get(f"/annual/{draft.code}/tables/").status_code == 404


def test_sentences_are_saved_and_a_typed_number_is_told(signed_in: Client, author: Viewer, built: AnnualReport) -> None:
    sent = {"head_1": "Who", "text_1": "{RT2.total.total} persons, and 37 more."}
    answer = signed_in.post(f"/annual/{built.code}/sentences/", sent, follow=True)
    assert "“37” is typed by hand" in answer.content.decode()
    row = AnnualReport.objects.get(pk=built.pk)
    assert narrative_of(author, row) == [{"head": "Who", "text": sent["text_1"]}]


def test_a_binding_that_no_table_has_comes_back_as_typed(signed_in: Client, built: AnnualReport) -> None:
    sent = {"head_1": "Who", "text_1": "{RT2.totl.total} persons"}
    answer = signed_in.post(f"/annual/{built.code}/sentences/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "{RT2.totl.total} persons" in page
    assert "Did you mean" in page


def test_what_is_typed_is_kept_for_its_writer(signed_in: Client, built: AnnualReport) -> None:
    signed_in.post(f"/annual/{built.code}/sentences/draft/", {"head_1": "Half a he"})
    assert "Half a he" in signed_in.get(f"/annual/{built.code}/sentences/").content.decode()


def test_the_list_of_figures_stands_beside_the_sentences(signed_in: Client, built: AnnualReport) -> None:
    page = signed_in.get(f"/annual/{built.code}/sentences/").content.decode()
    assert "{RT2.total.total}" in page
    assert "{figures.children_share}" in page


def test_coarser_is_chosen_by_ticking(signed_in: Client, draft: AnnualReport) -> None:
    signed_in.post(f"/annual/{draft.code}/coarser/", {"merges": ["ages", "places"]})
    assert AnnualReport.objects.get(pk=draft.pk).merges == ["places", "ages"]


def test_building_is_asked_for_by_a_button(signed_in: Client, draft: AnnualReport) -> None:
    signed_in.post(f"/annual/{draft.code}/building/")
    page = signed_in.get(f"/annual/{draft.code}/").content.decode()
    assert "Counting, and freezing what was counted" in page


def test_from_the_reader_to_the_print(client: Client, author: Viewer, reader: Viewer, built: AnnualReport) -> None:
    mine = entered(Client(), author)
    theirs = entered(client, reader)
    mine.post(f"/annual/{built.code}/reader/")
    assert "Sign it, or send it back" not in mine.get(f"/annual/{built.code}/").content.decode()
    assert "Sign it, or send it back" in theirs.get(f"/annual/{built.code}/").content.decode()
    assert theirs.post(f"/annual/{built.code}/reading/", {"answer": "sign"}).status_code == 422
    theirs.post(f"/annual/{built.code}/reading/", {"answer": "sign", "has_read": "on"})
    mine.post(f"/annual/{built.code}/publishing/")
    page = mine.get(f"/annual/{built.code}/").content.decode()
    assert "annual-report-2025.pdf" in page
    compared = mine.post(f"/annual/{built.code}/comparison/").content.decode()
    assert "the same to the last byte" in compared


def test_an_author_who_signs_is_told_why_not(signed_in: Client, reading: AnnualReport) -> None:
    answer = signed_in.post(f"/annual/{reading.code}/reading/", {"answer": "sign", "has_read": "on"})
    assert answer.status_code == 422
    assert "Somebody else has to read it" in answer.content.decode()


def test_a_reason_for_sending_it_back_is_shown_to_its_authors(
    client: Client, author: Viewer, reader: Viewer, reading: AnnualReport
) -> None:
    theirs = entered(client, reader)
    theirs.post(f"/annual/{reading.code}/reading/", {"answer": "back", "reasons": "Define suspected."})
    mine = entered(Client(), author)
    assert "Define suspected." in mine.get(f"/annual/{reading.code}/").content.decode()


def test_the_second_reader_draws_nothing_up(client: Client, reader: Viewer, draft: AnnualReport) -> None:
    theirs = entered(client, reader)
    assert theirs.get("/annual/").status_code == 200
    assert theirs.get(f"/annual/{draft.code}/sentences/").status_code == 403
