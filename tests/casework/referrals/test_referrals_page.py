"""The list of referrals and the file of its rows."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from rightdoor.casework.clients.disclosure import Who
from rightdoor.casework.referrals import actions, queries
from rightdoor.casework.referrals.queries import Page, ReferralFilters, referral_rows
from rightdoor.foundation.audit.models import AuditEvent
from tests.casework.referrals.conftest import SETTLED, SUSPECTED, URGENT
from tests.people import make_person


def everything(viewer, filters, now, size=2):
    """All codes of a list, page by page, forwards; and that the way back shows the same pages."""
    page, pages = Page(size=size), []
    while True:
        listed = referral_rows(viewer, filters, page, now)
        pages.append(listed)
        if not listed.next:
            break
        page = Page(after=listed.next, size=size)
    for here, before in zip(reversed(pages), reversed(pages[:-1]), strict=False):
        back = referral_rows(viewer, filters, Page(before=here.previous, size=size), now)
        assert [row.code for row in back.rows] == [row.code for row in before.rows]
        assert bool(back.previous) == bool(before.previous)
    return [row.code for listed in pages for row in listed.rows]


def test_pages_follow_each_other_without_gap_or_double(make_referral, coordinator, now):
    codes = [make_referral(received_at=now - timedelta(minutes=i // 2)).code for i in range(7)]

    listed = everything(coordinator, ReferralFilters(), now)

    assert len(listed) == 7
    assert set(listed) == set(codes)


def test_several_regions_are_one_list_in_order(make_referral, now):
    viewer = make_person(
        "Mia Many", now=now, roles=(("care_coordinator", "capital"), ("care_coordinator", "northshore"))
    )
    expected = [
        make_referral(viewer, region=("capital", "northshore")[i % 2], received_at=now - timedelta(minutes=i)).code
        for i in range(5)
    ]

    assert everything(viewer, ReferralFilters(), now) == expected
    assert queries.count_up_to(viewer, ReferralFilters(), now) == 5


def test_each_filter_narrows_to_its_rows(make_referral, coordinator, now):
    late = make_referral(received_at=now - timedelta(hours=49))
    actions.triage_referral(coordinator, late, facts=URGENT, now=now)
    risk = make_referral(received_at=now - timedelta(hours=36, seconds=1))
    actions.triage_referral(coordinator, risk, facts=URGENT, now=now)
    calm = make_referral(received_at=now - timedelta(hours=36), source="police")
    actions.triage_referral(coordinator, calm, facts=URGENT, now=now)
    waits = make_referral(channel="outside_process", received_at=now - timedelta(days=3))

    def found(**narrowed):
        return {row.code for row in referral_rows(coordinator, ReferralFilters(**narrowed), Page(), now).rows}

    assert found(clock="late") == {late.code}
    assert found(clock="at_risk") == {risk.code}
    assert found(clock="running") == {late.code, risk.code, calm.code}
    assert found(state="received") == {waits.code}
    assert found(tier=1) == {late.code, risk.code, calm.code}
    assert found(source="police") == {calm.code}
    assert found(channel="outside_process") == {waits.code}
    assert found(region="northshore") == set()
    assert found(until=(now - timedelta(days=3)).date()) == {waits.code}
    assert found(since=(now - timedelta(days=1)).date(), state="received") == set()


def test_soonest_due_first(make_referral, coordinator, now):
    due = []
    for facts in (SUSPECTED, URGENT, SETTLED):
        referral = make_referral()
        actions.triage_referral(coordinator, referral, facts=facts, now=now)
        due.append(referral)
    make_referral()

    listed = everything(coordinator, ReferralFilters(sort="due"), now)

    assert listed == [referral.code for referral in sorted(due, key=lambda referral: referral.due_at)]
    board = queries.clock_board(coordinator, now)
    assert [row.code for row in board.rows] == listed


def test_a_count_stops_at_its_bound(make_referral, coordinator, now, monkeypatch):
    monkeypatch.setattr(queries, "COUNTED_TO", 2)
    for _ in range(4):
        make_referral()

    assert queries.in_words(queries.count_up_to(coordinator, ReferralFilters(), now)) == "2+"


def test_the_list_shows_names_to_the_coordinator_and_records_it(enter, make_referral, coordinator):
    referral = make_referral()

    html = enter(coordinator).get("/referrals/").content.decode()

    assert referral.code in html
    assert "Nora Nowhere" in html
    event = AuditEvent.objects.filter(verb="client.identity_seen").latest("id")
    assert event.details["codes"] == [referral.client.code]


def test_the_reviewer_sees_codes_only(enter, make_referral, reviewer):
    referral = make_referral()

    html = enter(reviewer).get("/referrals/").content.decode()

    assert referral.code in html
    assert "Nowhere" not in html


@pytest.mark.parametrize("who", ["detective", "stranger", "state_analyst", "administrator", "auditor"])
def test_others_have_no_list(request, enter, make_referral, who):
    make_referral()
    browser = enter(request.getfixturevalue(who))

    assert browser.get("/referrals/").status_code == 404
    assert browser.get("/referrals/export/").status_code == 404


def test_hidden_referrals_change_no_byte(enter, make_referral, coordinator):
    make_referral()
    browser = enter(coordinator)
    before = browser.get("/referrals/?sort=due").content, browser.get("/referrals/").content

    for _ in range(3):
        make_referral(region="northshore")

    after = browser.get("/referrals/?sort=due").content, browser.get("/referrals/").content
    assert [_without_tokens(page) for page in after] == [_without_tokens(page) for page in before]


def _without_tokens(page):
    import re

    return re.sub(rb'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+', b"", page)


def test_a_cursor_of_a_hidden_row_begins_at_the_start(make_referral, coordinator, now):
    make_referral()
    hidden = make_referral(region="northshore", received_at=now - timedelta(hours=1))
    visible = make_referral(received_at=now - timedelta(hours=2))

    listed = referral_rows(coordinator, ReferralFilters(), Page(after=hidden.code, size=1), now)

    assert visible.code not in [row.code for row in listed.rows]
    assert listed.previous == ""


def test_the_page_costs_few_queries_however_many_rows(enter, make_referral, coordinator):
    browser = enter(coordinator)
    make_referral()
    browser.get("/referrals/")
    with CaptureQueriesContext(connections["default"]) as few, CaptureQueriesContext(connections["keyring"]) as keys:
        browser.get("/referrals/")
    for _ in range(12):
        make_referral()
    with CaptureQueriesContext(connections["default"]) as many:
        browser.get("/referrals/")

    assert len(many) == len(few)
    assert len(many) + len(keys) <= 12, [query["sql"][:90] for query in many.captured_queries]


def test_filters_show_as_chips_that_can_be_taken_away(enter, make_referral, coordinator):
    make_referral()

    html = enter(coordinator).get("/referrals/?state=received&source=school").content.decode()

    assert 'href="?source=school"' in html
    assert 'href="?state=received"' in html


def test_a_value_that_does_not_fit_is_named_and_narrows_nothing(enter, make_referral, coordinator):
    referral = make_referral()

    html = enter(coordinator).get("/referrals/?since=someday&tier=9").content.decode()

    assert referral.code in html
    assert "Write the date as" in html


def test_the_file_holds_exactly_the_rows_and_no_name(enter, make_referral, coordinator, monkeypatch):
    monkeypatch.setattr(queries, "EXPORT_BATCH", 2)
    mine = [make_referral(who=Who("=Nora", "Nowhere")).code for _ in range(5)]
    make_referral(source="police")
    make_referral(region="northshore")

    told = {"purpose": "quality", "basis": "own_records"}
    answer = enter(coordinator).post("/referrals/export/?source=school", told)
    text = answer.content.decode("utf-8-sig")

    head, rows = text[: text.index("Code,")], list(csv.DictReader(io.StringIO(text[text.index("Code,") :])))
    assert sorted(row["Code"] for row in rows) == sorted(mine)
    assert "Confidential" in head
    assert "Nowhere" not in text
    assert "Nora" not in answer["Content-Disposition"]
    assert AuditEvent.objects.filter(verb="list.exported", actor=coordinator.code).count() == 1


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start):
    from rightdoor.casework.referrals.exports import harmless

    assert harmless(f"{start}1+1")[0] == "'"
