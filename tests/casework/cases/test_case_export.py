"""The list of cases as a file: the rows of the screen, no name, with purpose, ground, mark and record. (UX-6, SR-11)"""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from rightdoor.casework.cases import exports as case_exports
from rightdoor.casework.cases.exports import CASES
from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import CaseFilters
from rightdoor.casework.clients.actions import declare_conflict
from rightdoor.casework.referrals import exports
from rightdoor.casework.referrals.models import Export
from rightdoor.community.partners.models import Agency
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.imports.reading import read_table
from rightdoor.foundation.notices.models import Notice
from tests.casework import team
from tests.casework.visiting import Visitor
from tests.people import REGION, make_person

pytestmark = [pytest.mark.req("UX-6"), pytest.mark.export]
TOLD = {"purpose": "quality", "basis": "own_records"}


@pytest.fixture
def colleague(coordinator: Viewer, now) -> Viewer:
    """Another coordinator of the same agency."""
    roles = (("care_coordinator", REGION),)
    return make_person("Carl Colleague", now=now, roles=roles, discipline="care_coordinator", agency=coordinator.agency)


@pytest.fixture
def two_cases(scene) -> list[Case]:
    """Two open cases of the region."""
    return [team.scheduled(scene).case for _ in range(2)]


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows below the notices."""
    return list(csv.DictReader(io.StringIO(text[text.index("Code,") :])))


def ask(viewer: Viewer, now, filters: CaseFilters | None = None, **changed: str) -> Export:
    filters = filters or CaseFilters(state="")
    return exports.ask_export(viewer, filters=filters, now=now, listing=CASES, **{**TOLD, **changed})


def test_the_file_holds_the_rows_of_the_screen_and_no_name(scene, two_cases):
    closed = two_cases[1]
    Case.objects.filter(pk=closed.pk).update(state="closed", closed_at=scene.now)
    visitor = Visitor(scene.coordinator, scene.now)

    page = visitor.page("/cases/?state=closed")
    assert 'href="export/?state=closed"' in page
    answer = visitor.post("/cases/export/?state=closed", TOLD)
    text = answer.content.decode("utf-8-sig")

    assert [row["Code"] for row in rows_of(text)] == [closed.code]
    assert rows_of(text)[0]["State"] == "Closed"
    assert "Confidential" in text[: text.index("Code,")]
    for secret in team.SECRETS:
        assert secret not in text
    event = AuditEvent.objects.get(verb="list.exported")
    assert event.details["codes"] == [closed.client.code]
    assert event.details["listing"] == "cases"


@pytest.mark.parametrize(
    ("query", "wanted"),
    [("?mine=yes", {0}), ("?cadence=crisis", {1}), ("?mode=ongoing", {1}), ("?state=all", {0, 1}), ("", {0, 1})],
)
def test_every_filter_of_the_list_narrows_the_file(scene, two_cases, query, wanted):
    Case.objects.filter(pk=two_cases[1].pk).update(coordinator=scene.detective.code, cadence="crisis", mode="ongoing")

    text = Visitor(scene.coordinator, scene.now).post(f"/cases/export/{query}", TOLD).content.decode()
    assert {row["Code"] for row in rows_of(text)} == {two_cases[place].code for place in wanted}


def test_what_is_due_narrows_the_file_as_it_narrows_the_list(scene, two_cases):
    later = scene.now + timedelta(days=60)
    found = CASES.rows(scene.coordinator, CaseFilters(due="late"), later)

    html = Visitor(scene.coordinator, later).page("/cases/?due=late")
    assert {one.columns["code"] for one in found} == {one.code for one in two_cases if one.code in html}
    assert found


def test_a_workbook_says_the_same_as_the_table(scene, two_cases):
    visitor = Visitor(scene.coordinator, scene.now)

    answer = visitor.post("/cases/export/", {**TOLD, "form": "xlsx"})
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert answer["Content-Disposition"].endswith('.xlsx"')
    read = read_table(answer.content, "cases.xlsx")
    assert read.headings == case_exports.HEADINGS
    assert {row.cells[0] for row in read.rows} == {one.code for one in two_cases}


def test_a_cell_that_begins_as_a_formula_is_a_text_in_either_file(scene, two_cases, monkeypatch):
    monkeypatch.setattr("rightdoor.casework.cases.exports.STATES", {"open": "=1+1", "closed": "=1+1"})

    table = exports.make_export(scene.coordinator, ask(scene.coordinator, scene.now), now=scene.now, listing=CASES)
    book = exports.make_export(
        scene.coordinator, ask(scene.coordinator, scene.now, form="xlsx"), now=scene.now, listing=CASES
    )
    assert {row["State"] for row in rows_of(table)} == {"'=1+1"}
    assert {row.cells[2] for row in read_table(book, "x.xlsx").rows} == {"'=1+1"}


@pytest.mark.parametrize("told", [{"purpose": ""}, {"basis": ""}, {"purpose": "because"}, {"form": "exe"}])
def test_without_purpose_ground_or_a_kind_of_file_nothing_leaves(scene, two_cases, told):
    with pytest.raises(RuleBroken):
        ask(scene.coordinator, scene.now, **told)
    answer = Visitor(scene.coordinator, scene.now).post("/cases/export/", {**TOLD, **told})

    assert answer.status_code == 422
    assert not Export.objects.exists()


def test_many_need_a_second_person_who_finds_the_request_at_its_own_address(scene, two_cases, colleague, monkeypatch):
    monkeypatch.setattr(exports, "ALONE_AT_MOST", 1)
    visitor, second = Visitor(scene.coordinator, scene.now), Visitor(colleague, scene.now)

    assert visitor.post("/cases/export/", TOLD).status_code == 422
    asked = visitor.post("/cases/export/", {**TOLD, "second": colleague.code})
    export = Export.objects.get()
    address = f"/cases/exports/{export.code}/"
    assert asked["Location"] == address
    assert visitor.post(address).status_code == 422  # nobody has agreed
    notice = Notice.objects.get(kind="case_export.to_agree")
    assert notice.code == export.code
    assert "I agree" in second.page(address)
    assert second.post(address, {"answer": "agree"}).status_code == 302
    assert {row["Code"] for row in rows_of(visitor.post(address).content.decode())} == {one.code for one in two_cases}
    assert visitor.post(address).status_code == 422  # once


def test_a_request_for_one_list_is_unknown_at_the_others_address(scene, two_cases):
    export = ask(scene.coordinator, scene.now)
    visitor = Visitor(scene.coordinator, scene.now)

    assert visitor.post(f"/referrals/exports/{export.code}/").status_code == 404
    with pytest.raises(NotVisible):
        exports.make_export(scene.coordinator, export, now=scene.now)


def test_a_case_that_was_closed_to_the_person_since_is_not_in_the_file(scene, two_cases, colleague):
    export = ask(scene.coordinator, scene.now)
    declare_conflict(colleague, two_cases[0].client, account_code=scene.coordinator.code, now=scene.now)

    text = exports.make_export(scene.coordinator, export, now=scene.now, listing=CASES)
    assert [row["Code"] for row in rows_of(text)] == [two_cases[1].code]


@pytest.mark.rule("SR-38")
def test_a_case_of_an_agency_that_keeps_its_records_apart_is_in_nobodys_file(scene, two_cases):
    Agency.objects.create(code="CDFG-2346", name="Apart", discipline="victim_advocate", keeps_own_records=True)
    Case.objects.filter(pk=two_cases[0].pk).update(holder="CDFG-2346")

    text = exports.make_export(scene.coordinator, ask(scene.coordinator, scene.now), now=scene.now, listing=CASES)
    assert [row["Code"] for row in rows_of(text)] == [two_cases[1].code]


def test_members_and_other_regions_take_no_case_out(scene, two_cases, other_coordinator):
    with pytest.raises(NotPermitted):
        ask(scene.detective, scene.now)
    with pytest.raises(RuleBroken, match="None of these rows"):
        ask(other_coordinator, scene.now)
    assert Visitor(scene.detective, scene.now).get("/cases/export/").status_code == 404
    assert "export/" not in Visitor(scene.detective, scene.now).page("/cases/")
