"""SEC-28: taken off, revoked, run out, gone. From the next request on: page, file by a kept link, list, calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from rightdoor.casework.cases.actions import add_to_case, remove_from_case
from rightdoor.casework.cases.models import Case
from rightdoor.casework.clients.models import Client, Standing
from rightdoor.casework.staffings.actions import file_and_share_summary
from rightdoor.casework.staffings.leaving.queries import OpenWork
from rightdoor.casework.staffings.models import ActionItem, CaseSummary
from rightdoor.community.meetings.actions import make_feed
from rightdoor.community.meetings.models import CalendarFeed
from rightdoor.community.teams.actions import found_team, seat_member
from rightdoor.community.teams.models import RosterEntry, Seat
from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access import onboarding
from rightdoor.foundation.access.actions import end_grant, switch_off_account
from rightdoor.foundation.access.models import AgencyAgreement, ClearanceRecord, Grant
from rightdoor.foundation.accounts.models import Account, SignedInSession
from rightdoor.foundation.drafts.keep import find_draft, keep_draft
from rightdoor.foundation.notices.models import Notice
from rightdoor.oversight.leaving import actions
from rightdoor.oversight.leaving.queries import work_to_hand_over
from tests.bars import sabotage
from tests.casework.team import Scene, held
from tests.people import REGION, make_person
from tests.signing_in import sign_in

SOON = timedelta(hours=40)


class Stage:
    """A detective on a case, signed in, with a kept link to a file and a calendar; and everybody who can end that."""

    def __init__(self, coordinator: Viewer, detective: Viewer, advocate: Viewer, admin: Viewer, now: datetime) -> None:
        self.coordinator, self.detective, self.administrator = coordinator, detective, admin
        self.scene, self.at = Scene(coordinator, detective, advocate, now), now + SOON
        self.staffing = held(self.scene)
        self.case: Case = self.staffing.case
        self.client: Client = self.case.client
        add_to_case(
            coordinator,
            self.case,
            account_code=detective.code,
            discipline="local_law_enforcement",
            now=now,
            need="investigation",
        )
        self.summary: CaseSummary = file_and_share_summary(coordinator, self.staffing, now=now + timedelta(hours=30))
        self.head = make_person("Hedda Head", now=now, roles=(("agency_head", ""),), agency=detective.agency)
        self.feed = make_feed(detective, now=now)
        with time_machine.travel(self.at, tick=False):
            self.browser = sign_in(Browser(), detective, at=self.at)

    @property
    def account(self) -> Account:
        return Account.objects.get(code=self.detective.code)

    def answers(self, after: timedelta = timedelta(0)) -> dict[str, int]:
        """What the page, the file and the list of cases answer at the next request; 0: the list does not name it."""
        with time_machine.travel(self.at + after, tick=False):
            listed = self.browser.get("/cases/")
            return {
                "page": self.browser.get(f"/cases/{self.case.code}/").status_code,
                "file": self.browser.get(f"/summaries/{self.summary.code}/document.pdf").status_code,
                "list": 200 if self.case.code in listed.content.decode() else 0,
            }

    def is_open(self, after: timedelta = timedelta(0)) -> bool:
        return all(status == 200 for status in self.answers(after).values())

    def is_closed(self, after: timedelta = timedelta(0)) -> bool:
        return all(status != 200 for status in self.answers(after).values())

    def feed_status(self) -> int:
        with time_machine.travel(self.at, tick=False):
            return int(Browser().get(f"/feed/{self.feed}.ics").status_code)


@pytest.fixture
def stage(coordinator: Viewer, detective: Viewer, advocate: Viewer, administrator: Viewer, now: datetime) -> Stage:
    return Stage(coordinator, detective, advocate, administrator, now)


def taken_off(stage: Stage) -> None:
    remove_from_case(stage.coordinator, stage.case, account_code=stage.detective.code, now=stage.at)


def role_ended(stage: Stage) -> None:
    end_grant(stage.administrator, stage.account, role="team_member", region=REGION, now=stage.at)


def agreement_ended(stage: Stage) -> None:
    onboarding.end_clearance(stage.head, stage.account, what="agreement", now=stage.at)


def agency_ended(stage: Stage) -> None:
    onboarding.end_agency_agreement(stage.head, stage.detective.agency, now=stage.at)


def training_ran_out(stage: Stage) -> None:
    ClearanceRecord.objects.filter(account_code=stage.detective.code, what__startswith="training:").update(
        ends_at=stage.at
    )


def switched_off(stage: Stage) -> None:
    switch_off_account(stage.administrator, stage.account, now=stage.at)


def offboarded(stage: Stage) -> None:
    actions.offboard(stage.head, stage.account, now=stage.at)


@pytest.mark.bar("SEC-28")
@pytest.mark.rule("SR-04")
@pytest.mark.req("PRIV-2", "TEAM-6")
@pytest.mark.parametrize(
    "ends", [taken_off, role_ended, agreement_ended, agency_ended, training_ran_out, switched_off, offboarded]
)
def test_the_next_request_finds_nothing(stage: Stage, ends: Callable[[Stage], Any]) -> None:
    assert stage.is_open()
    ends(stage)
    assert stage.is_closed(), stage.answers()


@pytest.mark.bar("SEC-28")
@pytest.mark.rule("SR-04")
@pytest.mark.req("TEAM-6")
@pytest.mark.parametrize("ends", [switched_off, offboarded])
def test_the_calendars_address_is_dead(stage: Stage, ends: Callable[[Stage], Any]) -> None:
    assert stage.feed_status() == 200
    ends(stage)
    assert stage.feed_status() == 404


@pytest.mark.bar("SEC-28")
@pytest.mark.req("TEAM-6")
def test_an_agreement_runs_out_by_itself(stage: Stage) -> None:
    AgencyAgreement.objects.filter(agency_code=stage.detective.agency).update(ends_at=stage.at + timedelta(minutes=2))
    assert stage.is_open(timedelta(minutes=2) - timedelta(seconds=1))
    assert stage.is_closed(timedelta(minutes=2))


# ------------------------------------------------------------------------------------------------------------- leaving


@pytest.fixture
def colleague(stage: Stage, now: datetime) -> Viewer:
    """Another of the same agency, cleared, on no case."""
    return make_person(
        "Cole Colleague",
        now=now,
        roles=(("team_member", REGION),),
        discipline="local_law_enforcement",
        agency=stage.detective.agency,
    )


@pytest.mark.bar("SEC-28")
@pytest.mark.req("TEAM-6")
def test_leaving_ends_everything_in_the_same_moment(stage: Stage) -> None:
    team = found_team(stage.administrator, region=REGION, now=stage.at)
    seat_member(stage.administrator, team, account=stage.account, discipline="local_law_enforcement", now=stage.at)
    actions.offboard(stage.head, stage.account, now=stage.at)
    code, account = stage.detective.code, stage.account
    assert not account.is_active
    assert not Grant.objects.filter(account=account, ends_at__isnull=True).exists()
    assert not SignedInSession.objects.filter(account=account, ended_at__isnull=True).exists()
    assert not Seat.objects.filter(account=account, unseated_at__isnull=True).exists()
    assert not RosterEntry.objects.filter(account=account, until__isnull=True).exists()
    assert not CalendarFeed.objects.filter(account=account).exists()
    running = Standing.objects.filter(account_code=code).exclude(ends_at__lte=stage.at)
    assert not running.exists()


@pytest.mark.req("TEAM-6")
def test_open_work_goes_to_a_colleague(stage: Stage, colleague: Viewer) -> None:
    item = ActionItem.objects.filter(done_at__isnull=True).first()
    assert item is not None
    ActionItem.objects.filter(pk=item.pk).update(owner=stage.detective.code)
    before = work_to_hand_over(stage.head, stage.account, stage.at)
    assert before.action_items == (item.code,)
    assert before.assignments == (stage.case.code,)
    work = actions.offboard(stage.head, stage.account, to=colleague.code, now=stage.at)
    assert work.action_items == (item.code,)
    assert ActionItem.objects.get(pk=item.pk).owner == colleague.code
    assert Standing.objects.filter(account_code=colleague.code, kind="assigned", client=stage.client).count() == 1
    assert Notice.objects.filter(account_code=colleague.code, kind="work.handed_over").count() == 1


@pytest.mark.req("TEAM-6")
def test_a_coordinators_cases_go_to_another_coordinator_of_the_region(
    stage: Stage, administrator: Viewer, now: datetime
) -> None:
    other = make_person(
        "Clara Coordinator", now=now, roles=(("care_coordinator", REGION),), discipline="care_coordinator"
    )
    account = Account.objects.get(code=stage.coordinator.code)
    work = actions.offboard(administrator, account, to=other.code, now=stage.at)
    assert stage.case.code in work.cases
    assert Case.objects.get(pk=stage.case.pk).coordinator == other.code


@pytest.mark.req("TEAM-6")
def test_a_colleague_who_is_kept_apart_gets_nothing_of_that_case(stage: Stage, colleague: Viewer) -> None:
    from rightdoor.casework.clients.actions import declare_conflict

    declare_conflict(stage.coordinator, stage.client, account_code=colleague.code, now=stage.at)
    work = actions.offboard(stage.head, stage.account, to=colleague.code, now=stage.at)
    assert stage.case.code not in work.assignments
    assert not Standing.objects.filter(account_code=colleague.code, kind="assigned").exists()


@pytest.mark.req("TEAM-6")
def test_drafts_stay_sealed(stage: Stage) -> None:
    keep_draft(stage.detective, "referral", "", {"story": "Invented words."}, now=stage.at)
    actions.offboard(stage.head, stage.account, now=stage.at)
    assert find_draft(stage.detective, "referral") is not None


@pytest.mark.req("TEAM-6")
def test_only_those_who_look_after_the_account_close_it(stage: Stage, stranger: Viewer, colleague: Viewer) -> None:
    for viewer in (stranger, stage.coordinator, colleague):
        with pytest.raises(NotPermitted):
            actions.offboard(viewer, stage.account, now=stage.at)
    with pytest.raises(RuleBroken):
        actions.offboard(stage.head, Account.objects.get(code=stage.head.code), now=stage.at)
    with pytest.raises(RuleBroken):
        actions.offboard(stage.head, stage.account, to=stranger.code, now=stage.at)
    assert stage.account.is_active


@pytest.mark.req("TEAM-6")
def test_the_page_shows_what_will_be_handed_over_and_closes(stage: Stage, colleague: Viewer) -> None:
    page = f"/people/{stage.detective.code}/leaving/"
    with time_machine.travel(stage.at, tick=False):
        browser = sign_in(Browser(), stage.head, at=stage.at)
        shown = browser.get(page).content.decode()
        assert stage.case.code in shown
        assert colleague.name in shown
        assert browser.post(page, {"to": "ZZZZ-2222"}).status_code == 422
        assert browser.post(page, {"to": colleague.code}).status_code == 302
    assert not stage.account.is_active


@sabotage("SEC-28", "standings are remembered past their end")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from rightdoor.casework.cases import actions as cases

    monkeypatch.setattr(cases, "end_standing", lambda *known, **more: 0)


@sabotage("SEC-28", "clearance is looked at once and believed for ever")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from rightdoor.domain.permission import CLEARED
    from rightdoor.foundation.access import viewers

    monkeypatch.setattr(viewers, "as_clearance", lambda *known: CLEARED)


@sabotage("SEC-28", "who leaves keeps the calendar and the session")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "switch_off_account", lambda *known, **more: None)
    monkeypatch.setattr(actions, "hand_over", lambda *known: OpenWork())
