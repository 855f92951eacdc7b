"""The list and the page of a report, and its acts, as desks meet them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client as Browser

from rightdoor.casework.intake.models import Hop, Report
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit.models import AuditEvent
from tests.casework.intake.conftest import NAME, REPORTER, STORY, MakeReport, hop_of

Enter = Callable[[Viewer], Browser]


def where(report: Report, more: str = "") -> str:
    return f"/reports/{report.code}/{more}"


def test_the_list_shows_codes_and_steps_and_no_names(enter: Enter, report: Report, desk: Viewer) -> None:
    html = enter(desk).get("/reports/").content.decode()
    assert report.code in html
    assert "Decide whether to investigate, and 3 more" in html
    for word in (NAME, STORY, REPORTER):
        assert word not in html


@pytest.mark.req("INT-3")
def test_the_page_draws_every_hop_with_its_owner_and_state(enter: Enter, report: Report, desk: Viewer) -> None:
    html = enter(desk).get(where(report)).content.decode()
    assert html.count('class="hop ') == 8
    assert STORY in html
    assert REPORTER in html


def test_a_reading_is_recorded_and_a_list_opens_nothing(enter: Enter, report: Report, desk: Viewer) -> None:
    browser = enter(desk)
    browser.get("/reports/")
    assert not AuditEvent.objects.filter(verb="report.read").exists()
    browser.get(where(report))
    assert AuditEvent.objects.filter(verb="report.read", actor=desk.code, code=report.code).count() == 1


def test_the_team_sees_the_report_without_the_reporter(enter: Enter, released: Report, coordinator: Viewer) -> None:
    html = enter(coordinator).get(where(released)).content.decode()
    assert STORY in html
    assert REPORTER not in html
    assert "Who reported" not in html


@pytest.mark.req("INT-3")
def test_the_team_is_offered_to_take_it_as_a_referral(enter: Enter, released: Report, coordinator: Viewer) -> None:
    browser = enter(coordinator)
    for page in (browser.get("/reports/"), browser.get(where(released))):
        assert f"/referrals/new/?report={released.code}" in page.content.decode()


def test_unknown_and_invisible_look_the_same(
    enter: Enter, report: Report, coordinator: Viewer, stranger: Viewer, desk: Viewer
) -> None:
    for viewer in (coordinator, stranger):
        browser = enter(viewer)
        for more in ("", "moves/", "facts/", "steps/to_alliance/"):
            assert browser.get(where(report, more)).status_code == 404
        unknown = browser.get("/reports/K7MQ-4XPR/").content.replace(b"K7MQ-4XPR", b"")
        assert browser.get(where(report)).content.replace(report.code.encode(), b"") == unknown
    assert not AuditEvent.objects.filter(verb="report.read").exists()


def test_people_without_any_desk_have_no_list(enter: Enter, state_analyst: Viewer) -> None:
    assert enter(state_analyst).get("/reports/").status_code == 404


def test_a_step_is_completed_on_its_page(enter: Enter, report: Report, desk: Viewer) -> None:
    browser = enter(desk)
    page = browser.get(where(report, "steps/to_alliance/"))
    assert "What follows" in page.content.decode()
    answer = browser.post(where(report, "steps/to_alliance/"), {"outcome": "passed_on", "reference": "B-77"})
    assert (answer.status_code, answer["Location"]) == (302, where(report))
    assert hop_of(report, "to_alliance").state == "done"
    assert "B-77" in browser.get(where(report)).content.decode()


def test_a_step_without_an_answer_is_asked_again(enter: Enter, report: Report, desk: Viewer) -> None:
    answer = enter(desk).post(where(report, "steps/to_alliance/"), {"reference": "B-77"})
    assert answer.status_code == 422
    assert "B-77" in answer.content.decode()
    assert hop_of(report, "to_alliance").state == "due"


def test_with_scripts_the_fragment_comes_alone(enter: Enter, report: Report, desk: Viewer) -> None:
    answer = enter(desk).post(where(report, "steps/to_alliance/"), {}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert answer.content.strip().startswith(b'<section class="panel" id="hop"')


@pytest.mark.parametrize("key", ["to_team", "no-such-step", "report", "emergency_response"])
def test_a_step_that_is_not_ones_own_does_not_exist(enter: Enter, report: Report, desk: Viewer, key: str) -> None:
    assert enter(desk).get(where(report, f"steps/{key}/")).status_code == 404


def test_a_report_is_moved_on_its_page(enter: Enter, released: Report, coordinator: Viewer) -> None:
    browser = enter(coordinator)
    answer = browser.post(where(released, "moves/"), {"to": "region:northshore", "reason": "Lives there."})
    assert (answer.status_code, answer["Location"]) == (302, "/reports/")
    assert browser.get(where(released)).status_code == 404
    assert Report.objects.get().region == "northshore"


def test_a_move_without_a_reason_keeps_the_choice(enter: Enter, released: Report, coordinator: Viewer) -> None:
    answer = enter(coordinator).post(where(released, "moves/"), {"to": "region:northshore", "reason": ""})
    assert answer.status_code == 422
    assert 'value="region:northshore" selected' in answer.content.decode()


def test_facts_are_settled_on_their_page(enter: Enter, report: Report, desk: Viewer) -> None:
    browser = enter(desk)
    assert browser.get(where(report, "facts/")).status_code == 200
    answer = browser.post(
        where(report, "facts/"), {"caretaker_alleged": "no", "other_abuse": "no", "victim_status": "suspected"}
    )
    assert answer.status_code == 302
    assert set(Hop.objects.filter(state="not_owed").values_list("key", flat=True)) == {"investigate", "advocacy"}


@pytest.mark.parametrize("more", ["", "steps/to_alliance/", "moves/", "facts/"])
def test_other_methods_are_refused(enter: Enter, report: Report, desk: Viewer, more: str) -> None:
    assert enter(desk).delete(where(report, more)).status_code == 405


def test_the_page_of_a_report_cannot_be_posted_to(enter: Enter, report: Report, desk: Viewer) -> None:
    assert enter(desk).post(where(report)).status_code == 405


def test_those_whose_turn_it_is_are_told_by_code_alone(
    report: Report, desk: Viewer, reviewer: Viewer, now: datetime
) -> None:
    from rightdoor.casework.intake import actions
    from rightdoor.foundation.notices.models import Notice

    actions.complete_hop(desk, hop_of(report, "to_alliance"), outcome="passed_on", reference="", now=now)
    notice = Notice.objects.get(account_code=reviewer.code)
    assert (notice.code, notice.path) == (report.code, f"/reports/{report.code}/")


def test_a_list_costs_the_same_however_long_it_is(
    enter: Enter, make_report: MakeReport, desk: Viewer, django_assert_max_num_queries: Callable
) -> None:
    for _one in range(12):
        make_report()
    browser = enter(desk)
    with django_assert_max_num_queries(12):
        browser.get("/reports/")


def test_the_soonest_due_comes_first_and_the_rest_on_further_pages(
    enter: Enter, make_report: MakeReport, desk: Viewer, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from rightdoor.casework.intake.web import reports

    monkeypatch.setattr(reports, "PAGE", 2)
    late, later, urgent = (make_report(reported_at=now - timedelta(hours=age)) for age in (3, 2, 1))
    Hop.objects.filter(report=urgent, key="to_alliance").update(due_at=now)
    browser = enter(desk)
    first, second = (browser.get(f"/reports/?page={page}").content.decode() for page in (1, 2))
    assert first.index(urgent.code) < first.index(late.code)
    assert "1 to 2 of 3" in first
    assert later.code not in first
    assert later.code in second
    assert browser.get("/reports/?page=x").status_code == 200
