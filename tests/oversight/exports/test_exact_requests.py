"""Exact counts for a funder: one person asks, a second one decides, and only then they are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.notices.models import Notice
from rightdoor.foundation.notices.queries import notices_for
from rightdoor.oversight.exports import actions, queries
from rightdoor.oversight.exports.actions import ReportAsked
from rightdoor.oversight.exports.models import ExactRequest, GrantReport
from tests.oversight.exports.conftest import Scene, people
from tests.people import make_person
from tests.signing_in import sign_in

ASKED = ReportAsked("voca", 2025, "q4", "", "Invented Office", is_exact=True, ground="voca")
WHY = "The law asks this of this funder."
FORM = {
    "form": "voca",
    "year": "2025",
    "part": "q4",
    "recipient": "Invented Office",
    "small": "exact",
    "ground": "voca",
}


@pytest.fixture(autouse=True)
def today(now: datetime) -> Iterator[None]:
    """Pages are asked at the moment at which the tests act."""
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def calls(scene: Scene, counted: Callable[..., list[Any]]) -> list[Any]:
    """Whoever is counted for."""
    return counted(people())


@pytest.fixture
def waits(scene: Scene, calls: list[Any]) -> ExactRequest:
    """A request that nobody has decided on."""
    return actions.ask_report(scene.analyst, asked=ASKED, now=scene.now)


@pytest.mark.req("STAT-5")
def test_nothing_is_counted_before_a_second_person_approves(
    scene: Scene, calls: list[Any], waits: ExactRequest
) -> None:
    assert calls == []
    assert not GrantReport.objects.exists()

    report = actions.approve_report(scene.officer, waits, why=WHY, now=scene.now)

    assert [viewer.code for viewer, _ in calls] == [scene.analyst.code]  # for who asked, never for who approves
    waits.refresh_from_db()
    assert (waits.state, waits.report_id) == ("approved", report.pk)
    told = queries.read_request(scene.officer, waits)
    assert (told.recipient, told.why, told.state) == ("Invented Office", WHY, "Approved, and made")
    with pytest.raises(NotVisible):
        queries.read_report(scene.officer, report.code)  # the figures are not theirs


@pytest.mark.req("STAT-5")
def test_exact_counts_are_never_made_by_one_person(scene: Scene, calls: list[Any]) -> None:
    with pytest.raises(RuleBroken, match="A second person approves"):
        actions.make_report(scene.analyst, asked=ASKED, now=scene.now)

    assert calls == []


@pytest.mark.req("STAT-5")
def test_nobody_decides_on_exact_counts_that_they_asked_for(scene: Scene, calls: list[Any]) -> None:
    both = make_person("Both Hats", now=scene.now, roles=(("state_analyst", ""), ("privacy_officer", "")))
    row = actions.ask_report(both, asked=ASKED, now=scene.now)

    for act in (actions.approve_report, actions.decline_report):
        with pytest.raises(RuleBroken, match="A second person"):
            act(both, row, why=WHY, now=scene.now)
        with pytest.raises(NotPermitted):
            act(scene.analyst, row, why=WHY, now=scene.now)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExactRequest.objects.filter(pk=row.pk).update(decided_by=both.code)


@pytest.mark.req("STAT-5")
def test_the_database_holds_no_exact_report_of_one_person(scene: Scene, waits: ExactRequest) -> None:
    report = actions.approve_report(scene.officer, waits, why=WHY, now=scene.now)

    for changed in ({"approved_by": ""}, {"approved_by": scene.analyst.code}, {"made_by": scene.officer.code}):
        with pytest.raises(IntegrityError), transaction.atomic():
            GrantReport.objects.filter(pk=report.pk).update(**changed)


@pytest.mark.req("STAT-5")
@pytest.mark.parametrize("act", [actions.approve_report, actions.decline_report])
def test_a_decision_on_exact_counts_says_what_it_rests_on(
    scene: Scene, waits: ExactRequest, act: Callable[..., object]
) -> None:
    with pytest.raises(RuleBroken, match="rests on"):
        act(scene.officer, waits, why=" ", now=scene.now)

    assert ExactRequest.objects.get().state == "asked"


@pytest.mark.req("STAT-5")
def test_a_refusal_gives_its_reason_and_no_report(scene: Scene, calls: list[Any], waits: ExactRequest) -> None:
    actions.decline_report(scene.officer, waits, why="Invented: this span was reported.", now=scene.now)

    waits.refresh_from_db()
    assert queries.read_request(scene.analyst, waits).why == "Invented: this span was reported."
    assert calls == []
    for act in (actions.approve_report, actions.decline_report):
        with pytest.raises(RuleBroken, match="nothing to decide"):
            act(scene.officer, waits, why=WHY, now=scene.now)


@pytest.mark.req("STAT-5")
def test_whoever_asked_takes_it_back_until_somebody_decided(scene: Scene, waits: ExactRequest) -> None:
    other = make_person("Otto Figures", now=scene.now, roles=(("state_analyst", ""),))
    with pytest.raises(RuleBroken, match="Only who asked"):
        actions.take_back_report(other, waits, now=scene.now)
    with pytest.raises(NotPermitted):
        actions.take_back_report(scene.officer, waits, now=scene.now)

    actions.take_back_report(scene.analyst, waits, now=scene.now)

    with pytest.raises(RuleBroken, match="nothing to decide"):
        actions.approve_report(scene.officer, waits, why=WHY, now=scene.now)
    with pytest.raises(RuleBroken, match="nothing to take back"):
        actions.take_back_report(scene.analyst, waits, now=scene.now)


@pytest.mark.req("STAT-5")
def test_an_approval_is_for_one_report(scene: Scene, waits: ExactRequest) -> None:
    actions.approve_report(scene.officer, waits, why=WHY, now=scene.now)

    with pytest.raises(RuleBroken, match="nothing to decide"):
        actions.approve_report(scene.officer, waits, why=WHY, now=scene.now)
    again = actions.ask_report(scene.analyst, asked=ASKED, now=scene.now)
    assert again.state == "asked"
    assert GrantReport.objects.count() == 1


@pytest.mark.req("STAT-5")
def test_whoever_lost_the_right_meanwhile_gets_no_report(scene: Scene, calls: list[Any], waits: ExactRequest) -> None:
    Grant.objects.filter(account__code=scene.analyst.code).update(ends_at=scene.now)

    with pytest.raises(RuleBroken, match="may not make reports any more"):
        actions.approve_report(scene.officer, waits, why=WHY, now=scene.now)

    assert calls == []
    assert not GrantReport.objects.exists()


@pytest.mark.req("STAT-5")
def test_a_protected_report_is_not_asked_for(scene: Scene) -> None:
    with pytest.raises(RuleBroken, match="needs no second person"):
        actions.ask_report(scene.analyst, asked=replace(ASKED, is_exact=False, ground=""), now=scene.now)


@pytest.mark.req("INT-10")
def test_notices_tell_that_something_waits_and_how_it_ended(scene: Scene, waits: ExactRequest) -> None:
    other = actions.ask_report(scene.analyst, asked=ASKED, now=scene.now)
    assert {one.sentence for one in notices_for(scene.officer)} == {
        f"A report to a funder awaits your decision: {code}" for code in (waits.code, other.code)
    }
    actions.approve_report(scene.officer, waits, why=WHY, now=scene.now)
    actions.decline_report(scene.officer, other, why=WHY, now=scene.now)

    assert {(one.sentence, one.path) for one in notices_for(scene.analyst)} == {
        (f"The report that you asked for was approved: {waits.code}", f"/exports/requests/{waits.code}/"),
        (f"The report that you asked for was refused: {other.code}", f"/exports/requests/{other.code}/"),
    }


@pytest.mark.req("INT-10")
def test_whoever_asks_is_not_told_that_it_awaits_them(scene: Scene) -> None:
    both = make_person("Both Hats", now=scene.now, roles=(("state_analyst", ""), ("privacy_officer", "")))
    actions.ask_report(both, asked=ASKED, now=scene.now)

    told = set(Notice.objects.filter(kind="grant_report.to_decide").values_list("account_code", flat=True))
    assert told == {scene.officer.code}


@pytest.mark.req("STAT-5")
def test_what_a_request_says_goes_after_six_years(scene: Scene, waits: ExactRequest) -> None:
    actions.decline_report(scene.officer, waits, why=WHY, now=scene.now)
    actions.let_go(system_viewer("exports.let_go"), now=scene.now + timedelta(days=7 * 365))

    waits.refresh_from_db()
    told = queries.read_request(scene.officer, waits)
    assert (told.recipient, told.why, told.state) == ("", "", "Refused")


@pytest.mark.req("STAT-5")
def test_exact_counts_go_from_the_form_to_the_report_on_pages(client: Client, scene: Scene, calls: list[Any]) -> None:
    sign_in(client, scene.analyst)
    sent = {**FORM, "code": new_code()}
    began = client.post("/exports/reports/new/", sent)
    assert began.status_code == 302, began.content.decode()[:2000]
    address = began.headers["Location"]
    assert client.post("/exports/reports/new/", sent).headers["Location"] == address  # sent twice, asked once
    mine = client.get(address).content.decode()
    assert "Waits for a second person" in mine
    assert "Take it back" in mine
    assert "Your decision" not in mine
    assert client.post(f"{address}approval/", {"why": WHY}).status_code == 403

    other = Client()
    sign_in(other, scene.officer)
    listed = other.get("/exports/").content.decode()
    assert address in listed
    assert "Invented Office" not in listed
    assert "Your decision" in other.get(address).content.decode()
    empty = other.post(f"{address}approval/", {"why": " "})
    assert empty.status_code == 422
    assert other.post(f"{address}taking-back/").status_code == 403
    assert other.post(f"{address}approval/", {"why": WHY}).status_code == 302
    report = GrantReport.objects.get()
    assert report.code not in other.get(address).content.decode()  # they approve; the figures are not theirs
    assert other.get(f"/exports/reports/{report.code}/").status_code == 404

    assert f"/exports/reports/{report.code}/" in client.get(address).content.decode()
    shown = client.get(f"/exports/reports/{report.code}/").content.decode()
    assert "Never publish it" in shown
    assert address in shown
    assert client.post(f"{address}taking-back/").status_code == 422
    assert AuditEvent.objects.filter(verb="grant_report.request_read").count() == 6


@pytest.mark.req("STAT-5")
def test_a_request_is_refused_or_taken_back_on_its_page(client: Client, scene: Scene, waits: ExactRequest) -> None:
    other = actions.ask_report(scene.analyst, asked=ASKED, now=scene.now)
    sign_in(client, scene.officer)
    assert client.post(f"/exports/requests/{waits.code}/refusal/", {"why": WHY}).status_code == 302
    assert "Refused" in client.get(f"/exports/requests/{waits.code}/").content.decode()

    sign_in(client, scene.analyst)
    assert client.post(f"/exports/requests/{other.code}/taking-back/").status_code == 302
    assert "Taken back" in client.get(f"/exports/requests/{other.code}/").content.decode()


@pytest.mark.req("STAT-5")
def test_whoever_reads_one_region_alone_sees_no_request(client: Client, scene: Scene, waits: ExactRequest) -> None:
    sign_in(client, make_person("Rita Region", now=scene.now, roles=(("state_analyst", "capital"),)))

    assert client.get(f"/exports/requests/{waits.code}/").status_code == 404
    assert client.get("/exports/").status_code == 404


@pytest.mark.req("STAT-5")
def test_approving_exact_counts_asks_for_the_second_factor_again(
    client: Client, scene: Scene, waits: ExactRequest, now: datetime
) -> None:
    sign_in(client, scene.officer)
    with time_machine.travel(now + timedelta(minutes=16), tick=False):
        answer = client.post(f"/exports/requests/{waits.code}/approval/", {"why": WHY})

    assert answer.headers["Location"].startswith("/prove/")
    assert not GrantReport.objects.exists()
