"""The pages of a sheet, from the file to the undoing, without scripts."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from rightdoor.casework.referrals.models import Referral
from rightdoor.foundation.imports.models import Import
from tests.foundation.imports.sheets import rows_of, table_csv, workbook

pytestmark = pytest.mark.req("UX-6")
HEADINGS = ["First name", "Last name", "Date received", "Notes"]


def sent(browser, content, name="log.csv"):
    return browser.post("/referrals/import/", {"sheet": SimpleUploadedFile(name, content)})


def chosen(page):
    """What the page's fields hold."""
    found = {}
    for select in re.findall(r'<select[^>]*name="([^"]+)".*?</select>', page, re.DOTALL):
        body = re.search(rf'name="{select}".*?</select>', page, re.DOTALL).group(0)
        value = re.search(r'<option value="([^"]*)"\s+selected', body)
        found[select] = value.group(1) if value else ""
    return found


def test_from_the_file_to_the_undoing(coordinator, enter):
    browser = enter(coordinator)
    assert browser.get("/referrals/import/").status_code == 200
    answer = sent(browser, table_csv(HEADINGS, ["Nora", "Nowhere", "03/02/2026", "=1+1"]))
    way = answer["Location"].removesuffix("columns/")

    fields = chosen(browser.get(f"{way}columns/").content.decode())
    assert fields["column_0"] == "given"
    assert fields["column_2"] == "received_at"
    assert fields["usual_region"] == "capital"
    answer = browser.post(f"{way}columns/", {**fields, "usual_source": "school", "usual_channel": "standard"})
    assert answer["Location"] == way
    page = browser.get(way).content.decode()
    assert "Take all 1 rows" in page
    assert "Nowhere" in page

    browser.post(way, {"go": "take"})
    code = Referral.objects.get().code
    page = browser.get(way).content.decode()
    assert code in page
    assert "Nowhere" not in page
    assert browser.get("/referrals/").content.decode().count(code) >= 1

    browser.post(way, {"go": "undo"})
    assert not Referral.objects.exists()
    assert "was undone" in browser.get(way).content.decode()


def test_what_is_wrong_stands_on_the_page_and_in_a_file_without_names(coordinator, enter):
    browser = enter(coordinator)
    way = sent(browser, table_csv(HEADINGS, ["Nora", "Nowhere", "soon", ""]))["Location"].removesuffix("columns/")
    fields = chosen(browser.get(f"{way}columns/").content.decode())
    browser.post(f"{way}columns/", {**fields, "usual_source": "school", "usual_channel": "standard"})

    page = browser.get(way).content.decode()
    assert "Not a date with a time." in page
    assert "Take all" not in page
    file = browser.get(f"{way}faults/").content.decode()
    assert "2,C," in file
    assert "Nowhere" not in file
    assert browser.post(way, {"go": "take"}).status_code == 422


def test_a_file_that_is_refused_says_why_and_nothing_is_kept(coordinator, enter):
    browser = enter(coordinator)

    answer = sent(browser, b"%PDF-1.7 invented", "log.pdf")

    assert answer.status_code == 422
    assert "Only Excel workbooks" in answer.content.decode()
    assert not Import.objects.exists()


def test_a_workbook_is_taken_and_the_next_one_knows_its_columns(coordinator, enter):
    browser = enter(coordinator)
    content = workbook(rows_of(["Kid", "When we got it"], ["Nora", "03/02/2026"]))
    way = sent(browser, content, "log.xlsx")["Location"]
    fields = chosen(browser.get(way).content.decode())
    assert fields["column_0"] == ""
    told = {**fields, "column_0": "given", "column_1": "received_at", "usual_source": "school"}
    browser.post(way, {**told, "usual_channel": "standard"})

    again = chosen(browser.get(sent(browser, content, "log.xlsx")["Location"]).content.decode())

    assert (again["column_0"], again["column_1"]) == ("given", "received_at")


def test_the_empty_sheet_has_every_heading_and_is_understood_whole(coordinator, enter):
    browser = enter(coordinator)
    for kind in ("referrals", "cases"):
        file = browser.get(f"/{kind}/import/empty-sheet/").content.decode("utf-8-sig")
        headings = file.strip().split(",")
        answer = browser.post(
            f"/{kind}/import/", {"sheet": SimpleUploadedFile("x.csv", (file + "x" + ",x" * 20).encode())}
        )
        fields = chosen(browser.get(answer["Location"]).content.decode())
        assert len(headings) > 20
        assert [name for name, key in fields.items() if name.startswith("column_") and not key] == []
