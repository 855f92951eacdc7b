"""Ways that somebody tried: a bought insider, a curious member, a stranger at the public form. Each stays shut."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from types import SimpleNamespace

import pytest
from django.test import Client as Browser
from django.test import RequestFactory
from django.utils import timezone

from rightdoor.casework.cases.actions import add_to_case, remove_from_case
from rightdoor.casework.cases.models import visible_cases
from rightdoor.casework.clients.models import visible_clients
from rightdoor.casework.clients.person import Who
from rightdoor.casework.clients.queries import newest_visible
from rightdoor.casework.intake.actions import move_report, receive_report
from rightdoor.casework.intake.disclosure import open_report
from rightdoor.casework.intake.queries import report_for, visible_reports
from rightdoor.casework.referrals.models import visible_referrals
from rightdoor.casework.referrals.queries import ReferralFilters, clock_board, count_up_to, referral_for
from rightdoor.casework.staffings import actions as staffings
from rightdoor.casework.staffings.models import ActionItem
from rightdoor.casework.staffings.queries import item_for, open_item, staffing_for, summary_content, summary_for
from rightdoor.community.meetings.actions import answer_invitation
from rightdoor.community.meetings.queries import visible_meetings
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.actions import (
    RoleInRegion,
    ask_roles,
    grant_roles,
    invite_account,
    invite_again,
    second_role,
    waiting_roles,
)
from rightdoor.foundation.access.doors import is_open
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.access.viewers import NOBODY, system_viewer, viewer_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.doorway.renewal import ask_renewal
from rightdoor.oversight.search.queries import lookup
from tests.casework.team import Scene, held, received, scheduled
from tests.casework.visiting import Visitor
from tests.people import OTHER_REGION, REGION, make_person
from tests.signing_in import sign_in


@pytest.fixture
def scene(coordinator: Viewer, detective: Viewer, advocate: Viewer, now: datetime) -> Scene:
    """The region's coordinator, a detective and an advocate."""
    return Scene(coordinator, detective, advocate, now)


@pytest.fixture
def head(db: None, now: datetime) -> Viewer:
    """The head of an agency: a bought insider."""
    return make_person("Hugo Head", now=now, roles=(("agency_head", REGION),))


def account_of(viewer: Viewer) -> Account:
    return Account.objects.get(code=viewer.code)


# ------------------------------------------------------------------------------------------------ a role and its place


@pytest.mark.req("PRIV-2")
@pytest.mark.parametrize("beside", [("team_member", ""), ("alliance_reviewer", ""), ("screener", REGION)])
def test_another_role_carries_a_coordinator_to_no_other_region(
    scene: Scene, now: datetime, beside: tuple[str, str]
) -> None:
    staffing = scheduled(scene)
    referral, case = staffing.case.referral, staffing.case
    visitor = make_person("Otto Elsewhere", now=now, roles=(("care_coordinator", OTHER_REGION), beside))
    assert case not in visible_cases(visitor, now)
    assert case.client not in visible_clients(visitor, now)
    assert case.client not in newest_visible(visitor, now, at_most=50)
    assert staffing.meeting not in visible_meetings(visitor)
    assert lookup(visitor, "Nowhere", now).found == []
    if beside[0] != "alliance_reviewer":  # who reviews for the state knows of its referrals, not of the children
        assert referral not in visible_referrals(visitor, now)
        assert clock_board(visitor, now).rows == []
        assert count_up_to(visitor, ReferralFilters(), now) == 0
        with pytest.raises(NotVisible):
            referral_for(visitor, referral.code, now)
    with pytest.raises((NotVisible, NotPermitted)):
        staffings.schedule_emergency_staffing(
            visitor,
            referral,
            starts_at=now + timedelta(hours=2),
            minutes=30,
            mode="virtual",
            invitees=scene.invitees(),
            now=now,
        )


@pytest.mark.req("PRIV-2")
def test_an_agency_head_widens_no_coordinator(scene: Scene, head: Viewer, administrator: Viewer, now: datetime) -> None:
    referral = received(scene)
    colleague = make_person("Otto Elsewhere", now=now, roles=(("care_coordinator", OTHER_REGION),), agency=head.agency)
    ask_roles(head, account_of(colleague), grants=[RoleInRegion("team_member")], now=now)
    (waiting,) = waiting_roles(account_of(colleague))
    second_role(administrator, account_of(colleague), code=waiting.code, now=now)
    widened = viewer_of(account_of(colleague), now + timedelta(minutes=1))
    assert referral.client not in visible_clients(widened, now)


@pytest.mark.req("PRIV-2")
def test_each_desk_reaches_only_where_it_serves(now: datetime) -> None:
    both = make_person("Pia Police", now=now, roles=(("state_police_desk", OTHER_REGION), ("provider", "")))
    assert str(visible_reports(both).query).count(OTHER_REGION) >= 1


# ------------------------------------------------------------------------------------------------------- who gives what


@pytest.mark.req("PRIV-5")
def test_an_agency_head_does_not_take_up_the_invitation_of_a_coordinator(head: Viewer, now: datetime) -> None:
    invited = invite_account(
        system_viewer("tests"),
        email="cleo@example.invalid",
        name="Cleo Coordinator",
        agency_code=head.agency,
        discipline="care_coordinator",
        grants=[RoleInRegion("care_coordinator", REGION)],
        now=now,
    )
    with pytest.raises(NotPermitted):
        invite_again(head, invited.account, now=now)


@pytest.mark.req("PRIV-5")
def test_an_agency_head_renews_no_way_in_that_opens_more_than_theirs(head: Viewer, now: datetime) -> None:
    colleague = make_person("Cleo Coordinator", now=now, roles=(("care_coordinator", REGION),), agency=head.agency)
    account = account_of(colleague)
    account.set_password("a quiet walk along the levee")
    account.save()
    with pytest.raises(NotPermitted):
        ask_renewal(head, account, now=now)


@pytest.mark.req("PRIV-5")
@pytest.mark.parametrize("role", ["care_coordinator", "alliance_reviewer", "state_police_desk", "team_member"])
def test_nobody_gives_themselves_a_role(administrator: Viewer, now: datetime, role: str) -> None:
    with pytest.raises(RuleBroken):
        grant_roles(administrator, account_of(administrator), grants=[RoleInRegion(role)], now=now)
    browser = sign_in(Browser(), administrator)
    browser.post(f"/people/{administrator.code}/", {"act": "grant", "role": role, "region": ""})
    assert set(Grant.objects.filter(account__code=administrator.code).values_list("role", flat=True)) == {
        "administrator"
    }


# -------------------------------------------------------------------------------------------- after somebody is removed


@pytest.mark.req("PRIV-2")
def test_who_was_removed_lets_nobody_in_by_standing_in(scene: Scene, now: datetime) -> None:
    staffing = scheduled(scene, hours=20)
    friend = make_person("Fay Friend", now=now, roles=(("team_member", REGION),), agency=scene.detective.agency)
    remove_from_case(scene.coordinator, staffing.case, account_code=scene.detective.code, now=now)
    answer_invitation(scene.detective, staffing.meeting, answer="delegated", delegate=account_of(friend), now=now)
    with pytest.raises(NotVisible):
        staffing_for(friend, staffing.code, now + timedelta(hours=1))


@pytest.mark.req("PRIV-2")
def test_moving_a_staffing_lets_nobody_back_in(scene: Scene, now: datetime) -> None:
    staffing = scheduled(scene, hours=20)
    remove_from_case(scene.coordinator, staffing.case, account_code=scene.detective.code, now=now)
    later = now + timedelta(minutes=5)
    staffings.move_staffing(scene.coordinator, staffing, starts_at=now + timedelta(hours=22), now=later)
    assert staffing.case not in visible_cases(scene.detective, now + timedelta(hours=21))
    assert staffing.case in visible_cases(scene.advocate, now + timedelta(hours=21))


@pytest.mark.req("INT-6")
def test_a_staffing_can_be_moved_after_an_invited_member_left(scene: Scene, now: datetime) -> None:
    staffing = scheduled(scene, hours=20)
    Account.objects.filter(code=scene.detective.code).update(is_active=False, switched_off_at=now)
    staffings.move_staffing(scene.coordinator, staffing, starts_at=now + timedelta(hours=22), now=now)
    assert staffing.starts_at == now + timedelta(hours=22)


@pytest.mark.req("PRIV-2")
def test_a_task_opens_for_its_owner_until_it_is_done_and_while_there_is_a_role(scene: Scene) -> None:
    staffing = held(scene)
    item, late = ActionItem.objects.get(staffing=staffing), scene.now + timedelta(days=20)
    assert open_item(scene.advocate, item_for(scene.advocate, item.code, late), late).text == "Call the clinic."
    roleless = Viewer(scene.advocate.code, frozenset(), frozenset(), scene.advocate.agency, "")
    with pytest.raises((NotVisible, NotPermitted)):
        open_item(roleless, item_for(roleless, item.code, late), late)
    staffings.finish_action_item(scene.advocate, item, now=late)
    assert item_for(scene.advocate, item.code, late + timedelta(hours=1)).done_at == late
    with pytest.raises(NotVisible):
        item_for(scene.advocate, item.code, late + timedelta(days=4))


@pytest.mark.req("PRIV-2")
def test_what_was_handed_to_a_member_closes_when_the_member_is_removed(scene: Scene) -> None:
    staffing = held(scene)
    later = staffing.held_at + timedelta(hours=1)
    summary = staffings.file_and_share_summary(scene.coordinator, staffing, now=later)
    item = ActionItem.objects.get(staffing=staffing)
    assert summary_for(scene.advocate, summary.code, later) == summary
    remove_from_case(scene.coordinator, staffing.case, account_code=scene.advocate.code, now=later)
    with pytest.raises(NotVisible):
        summary_for(scene.advocate, summary.code, later + timedelta(minutes=1))
    with pytest.raises(NotVisible):
        item_for(scene.advocate, item.code, later + timedelta(minutes=1))
    assert summary_for(scene.detective, summary.code, later + timedelta(minutes=1)) == summary


@pytest.mark.req("PRIV-2")
def test_a_removal_after_the_window_closes_what_was_handed_over_and_asking_again_opens_it(scene: Scene) -> None:
    staffing = held(scene)
    summary = staffings.file_and_share_summary(scene.coordinator, staffing, now=staffing.held_at + timedelta(hours=1))
    late = staffing.held_at + timedelta(days=30)
    assert summary_for(scene.advocate, summary.code, late) == summary
    remove_from_case(scene.coordinator, staffing.case, account_code=scene.advocate.code, now=late)
    with pytest.raises(NotVisible):
        summary_for(scene.advocate, summary.code, late)
    add_to_case(
        scene.coordinator, staffing.case, account_code=scene.advocate.code, discipline="victim_advocate", now=late
    )
    assert summary_for(scene.advocate, summary.code, late) == summary


@pytest.mark.req("PRIV-2")
def test_a_removed_member_gets_no_summary(scene: Scene) -> None:
    staffing = held(scene)
    later = staffing.held_at + timedelta(hours=1)
    remove_from_case(scene.coordinator, staffing.case, account_code=scene.advocate.code, now=later)
    summary = staffings.file_and_share_summary(scene.coordinator, staffing, now=later)
    assert list(summary.shares.values_list("account_code", flat=True)) == [scene.detective.code]


# ---------------------------------------------------------------------------------------------- what is left behind


@pytest.mark.req("PRIV-4")
def test_who_tries_doors_that_stay_shut_is_on_record(scene: Scene, stranger: Viewer) -> None:
    staffing = scheduled(scene)
    visitor = Visitor(stranger, scene.now + timedelta(minutes=1))
    assert visitor.get(f"/cases/{staffing.case.code}/").status_code == 404
    assert visitor.get("/referrals/new/").status_code == 403
    tried = AuditEvent.objects.filter(verb="page.denied", actor=stranger.code).order_by("id")
    assert [(one.code, one.details["page"], one.details["reason"]) for one in tried] == [
        (staffing.case.code, "cases:case", "not_visible"),
        ("", "referrals:new", "not_permitted"),
    ]


@pytest.mark.req("PRIV-3")
def test_the_digest_of_a_summary_confirms_no_guess(scene: Scene) -> None:
    staffing = held(scene)
    body, plan = summary_content(scene.coordinator, staffing, staffing.held_at)
    summary = staffings.file_and_share_summary(scene.coordinator, staffing, now=staffing.held_at + timedelta(hours=1))
    guessed = "\n".join(json.dumps(part, ensure_ascii=False, sort_keys=True) for part in (body, plan))
    assert summary.digest != sha256(guessed.encode()).hexdigest()


@pytest.mark.req("INT-3")
def test_a_report_stays_readable_when_its_holder_changes(now: datetime) -> None:
    loose = make_person("Lou Loose", now=now, roles=(("child_welfare_desk", ""),))
    Account.objects.filter(code=loose.code).update(agency_code="")
    loose = viewer_of(account_of(loose), now)
    desk = make_person("Wanda Welfare", now=now, roles=(("child_welfare_desk", ""),))
    report, _ = receive_report(
        NOBODY,
        channel="public_form",
        reporter_type="anonymous",
        language="en",
        told={"what": "Invented words."},
        child=Who("Nora"),
        reporter={},
        region=REGION,
        now=now,
    )
    move_report(loose, report, region=OTHER_REGION, reason="The school lies there.", now=now)
    move_report(desk, report, region=REGION, reason="It does not.", now=now)
    report = report_for(desk, report.code, now)
    assert report.holder == desk.agency
    assert set(open_report(desk, report, now).reasons.values()) == {"The school lies there.", "It does not."}


@pytest.mark.req("PRIV-4")
def test_the_trail_tells_whom_a_search_by_name_showed(scene: Scene, now: datetime) -> None:
    referral = received(scene)
    lookup(scene.coordinator, "Nowhere", now)
    shown = AuditEvent.objects.filter(verb="client.identity_seen", actor=scene.coordinator.code).latest("id")
    assert shown.details["codes"] == [referral.client.code]
    assert shown.details["purpose"] == "search"


@pytest.mark.req("INT-1")
def test_behind_a_proxy_one_stranger_does_not_close_the_form_for_all(settings: object, now: datetime) -> None:
    from rightdoor.casework.intake.web.throttle import Throttle

    def asked(address: str) -> object:
        return RequestFactory().post("/start/en/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=address)

    settings.ENV = replace(settings.ENV, origin="https://care.example.gov")  # type: ignore[attr-defined]
    throttle = Throttle(most=2, minutes=10)
    flood = [throttle.lets_pass(asked(f"192.0.2.{at}, 198.51.100.7"), now) for at in range(4)]
    assert flood == [True, True, False, False], "what a stranger writes in front of the proxy's word counts for nothing"
    assert throttle.lets_pass(asked("203.0.113.9"), now)


@pytest.mark.req("INT-1")
def test_the_web_server_writes_no_address_and_no_word_of_a_request(capsys: pytest.CaptureFixture[str]) -> None:
    from gunicorn.config import Config

    from rightdoor.config.web_server import logger_class

    log = logger_class(Config())
    try:
        log.warning("Invalid request from ip=203.0.113.9: Invalid HTTP request line: 'Nora Nowhere'")
    finally:
        log.error_log.handlers.clear()
    written = capsys.readouterr().err
    assert "203.0.113.9" not in written
    assert "Nora" not in written
    assert json.loads(written.splitlines()[-1])["level"] == "warning"


@pytest.mark.req("INT-1")
def test_a_picture_on_another_site_signs_nobody_out() -> None:
    assert "Clear-Site-Data" in Browser().get("/leave/", headers={"Sec-Fetch-Dest": "document"}).headers
    assert "Clear-Site-Data" not in Browser().get("/leave/", headers={"Sec-Fetch-Dest": "image"}).headers


@pytest.mark.parametrize("header", ["X_FORWARDED_FOR", "FORWARDED", "X_REAL_IP", "VIA", "X_FORWARDED_PROTO"])
def test_whoever_comes_through_a_proxy_finds_no_demonstration_door(settings: object, header: str) -> None:
    settings.ENV = replace(settings.ENV, demo=True, origin="")  # type: ignore[attr-defined]
    make_person("Inez Invented", now=timezone.now(), roles=())
    assert Browser().get("/demo/").status_code == 200
    assert Browser().get("/demo/", **{f"HTTP_{header}": "203.0.113.9"}).status_code == 404


def test_a_page_is_not_open_to_anyone_because_of_its_short_name() -> None:
    def view() -> None: ...

    elsewhere = SimpleNamespace(app_names=["cases"], namespaces=["cases"], url_name="feed", view_name="cases:feed")
    feed = SimpleNamespace(app_names=["meetings"], namespaces=["meetings"], url_name="feed", view_name="meetings:feed")
    assert is_open(feed, view)
    assert not is_open(elsewhere, view)
