"""SEC-31: break-glass. One case, one hour, told at once, looked at the next day; what is privileged stays closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client as Browser

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import case_for
from rightdoor.casework.clients.disclosure import may_read
from rightdoor.casework.clients.models import Standing
from rightdoor.casework.clients.queries import standing_of
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.onboarding import end_clearance
from rightdoor.foundation.access.viewers import viewer_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.notices.models import Notice, OutboxMessage
from rightdoor.oversight.emergency import actions, queries
from rightdoor.oversight.emergency.jobs import let_roles_rest
from rightdoor.oversight.emergency.models import Opening
from rightdoor.oversight.emergency.opening import open_in_emergency
from tests.bars import sabotage
from tests.casework.team import GIVEN, Scene, held
from tests.people import OTHER_REGION, make_person
from tests.signing_in import sign_in

REASON = "Invented: the child called from an unknown place and hung up."
HOUR = timedelta(hours=1)
PRIVILEGED = ("ADVPRIV", "PSY", "PRIV", "PROS")


@pytest.fixture
def case(coordinator: Viewer, detective: Viewer, advocate: Viewer, now: datetime) -> Case:
    """A case of a region that the officer does not serve."""
    return held(Scene(coordinator, detective, advocate, now)).case


@pytest.fixture
def officer(db: None, now: datetime) -> Viewer:
    """On duty tonight, and on no case."""
    return make_person("Dora Duty", now=now, roles=(("duty_officer", ""),), discipline="child_welfare")


@pytest.fixture
def privacy(db: None, now: datetime) -> Viewer:
    """Looks at what was opened."""
    return make_person("Petra Privacy", now=now, roles=(("privacy_officer", ""),))


@pytest.fixture
def head(db: None, case: Case, now: datetime) -> Viewer:
    """The head of the agency that holds the case."""
    return make_person("Hedda Holder", now=now, roles=(("agency_head", ""),), agency=case.holder)


def opened(officer: Viewer, case: Case, at: datetime, **more: Any) -> Opening:
    told = {"case_code": case.code, "reason": REASON, "proved_at": at, "now": at, **more}
    return open_in_emergency(officer, **told)


def reads(viewer: Viewer, case: Case, klass: str, at: datetime, **more: Any) -> bool:
    """The content; that something is there ("exam completed") is no reading of it."""
    decision = may_read(viewer, case.client, standing_of(viewer, case.client, at), klass, at, **more)
    return decision.allowed and not decision.status_only


def knows_of(viewer: Viewer, case: Case, at: datetime) -> bool:
    try:
        case_for(viewer, case.code, at)
    except NotVisible:
        return False
    return True


@contextmanager
def at_the_screen(viewer: Viewer, at: datetime, proved: timedelta = timedelta(0)) -> Iterator[Browser]:
    """A browser at this moment; the last proof of the second factor is so old."""
    with time_machine.travel(at, tick=False):
        yield sign_in(Browser(), viewer, at=at - proved)


# -------------------------------------------------------------------------------------------- the hour


@pytest.mark.bar("SEC-31")
@pytest.mark.rule("SR-45")
def test_it_opens_one_case_for_one_hour(officer: Viewer, privacy: Viewer, case: Case, now: datetime) -> None:
    assert not knows_of(officer, case, now)
    opening = opened(officer, case, now)
    last = now + HOUR - timedelta(seconds=1)
    assert opening.ends_at == now + HOUR
    assert reads(officer, case, "ID", last)
    assert knows_of(officer, case, last)
    assert not reads(officer, case, "ID", now + HOUR)
    assert not knows_of(officer, case, now + HOUR)


@pytest.mark.bar("SEC-31")
@pytest.mark.rule("SR-45")
def test_it_opens_no_other_case(
    officer: Viewer,
    privacy: Viewer,
    case: Case,
    coordinator: Viewer,
    detective: Viewer,
    advocate: Viewer,
    now: datetime,
) -> None:
    other = held(Scene(coordinator, detective, advocate, now)).case
    opened(officer, case, now)
    assert not knows_of(officer, other, now)
    assert not reads(officer, other, "ID", now)


@pytest.mark.bar("SEC-31")
@pytest.mark.rule("SR-45")
@pytest.mark.parametrize("klass", PRIVILEGED)
def test_what_is_privileged_stays_closed(
    officer: Viewer, privacy: Viewer, case: Case, now: datetime, klass: str
) -> None:
    opened(officer, case, now)
    assert reads(officer, case, "CORE", now)
    assert not reads(officer, case, klass, now)


@pytest.mark.bar("SEC-31")
@pytest.mark.rule("SR-45")
def test_the_hour_is_not_lengthened(officer: Viewer, privacy: Viewer, case: Case, now: datetime) -> None:
    opening = opened(officer, case, now)
    for later in (now + timedelta(minutes=59), now + timedelta(hours=2)):
        with pytest.raises(RuleBroken):
            opened(officer, case, later)
    with pytest.raises(IntegrityError), transaction.atomic():
        Opening.objects.filter(pk=opening.pk).update(ends_at=now + HOUR + timedelta(seconds=1))
    assert Standing.objects.filter(account_code=officer.code, kind="override").count() == 1


# ------------------------------------------------------------------------------------- before it opens


@pytest.mark.bar("SEC-31")
@pytest.mark.rule("SR-45")
@pytest.mark.parametrize("reason", ["", "urgent", "x" * 19, "a" + " " * 30 + "b"])
def test_a_reason_of_twenty_characters_is_typed(
    officer: Viewer, privacy: Viewer, case: Case, now: datetime, reason: str
) -> None:
    with pytest.raises(RuleBroken):
        opened(officer, case, now, reason=reason)
    assert not Opening.objects.exists()


@pytest.mark.bar("SEC-31")
def test_the_proof_is_of_the_last_five_minutes(officer: Viewer, privacy: Viewer, case: Case, now: datetime) -> None:
    with pytest.raises(RuleBroken):
        opened(officer, case, now, proved_at=now - timedelta(minutes=5))
    assert opened(officer, case, now, proved_at=now - timedelta(minutes=4, seconds=59)).opened_at == now


@pytest.mark.bar("SEC-31")
@pytest.mark.parametrize("role", ["care_coordinator", "team_member", "administrator", "agency_head", "privacy_officer"])
def test_only_a_duty_officer_opens(privacy: Viewer, case: Case, now: datetime, role: str) -> None:
    other = make_person("Nosy Neighbor", now=now, roles=((role, OTHER_REGION),))
    with pytest.raises(NotPermitted):
        opened(other, case, now)


@pytest.mark.bar("SEC-31")
def test_who_is_not_cleared_opens_nothing(officer: Viewer, privacy: Viewer, case: Case, now: datetime) -> None:
    head = make_person("Hal Head", now=now, roles=(("agency_head", ""),), agency=officer.agency)
    account = Account.objects.get(code=officer.code)
    end_clearance(head, account, what="agreement", now=now)
    with pytest.raises(RuleBroken):
        opened(viewer_of(account, now), case, now)


@pytest.mark.bar("SEC-31")
def test_who_is_kept_apart_from_the_case_finds_none(
    officer: Viewer, privacy: Viewer, case: Case, coordinator: Viewer, now: datetime
) -> None:
    from rightdoor.casework.clients.actions import declare_conflict

    declare_conflict(coordinator, case.client, account_code=officer.code, now=now)
    with pytest.raises(RuleBroken) as kept_apart:
        opened(officer, case, now)
    with pytest.raises(RuleBroken) as unknown:
        opened(officer, case, now, case_code="ZZZZ-2222")
    assert str(kept_apart.value) == str(unknown.value)


@pytest.mark.bar("SEC-31")
def test_without_anybody_who_could_look_at_it_nothing_opens(officer: Viewer, case: Case, now: datetime) -> None:
    with pytest.raises(RuleBroken):
        opened(officer, case, now)


# ---------------------------------------------------------------------------------------- told at once


@pytest.mark.bar("SEC-31")
@pytest.mark.rule("SR-45")
def test_privacy_officer_and_holder_are_told_with_the_act_and_by_code_only(
    officer: Viewer, privacy: Viewer, head: Viewer, case: Case, now: datetime, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "rightdoor.foundation.notices.mail.KeptMail"
    opening = opened(officer, case, now)
    told = Notice.objects.filter(kind="access.emergency_opened", code=opening.code, created_at=now)
    assert set(told.values_list("account_code", flat=True)) == {privacy.code, head.code}
    mails = list(OutboxMessage.objects.all())
    assert len(mails) == 2
    for mail in mails:
        for secret in (case.code, case.client.code, GIVEN, REASON, officer.name):
            assert secret not in mail.subject + mail.body


@pytest.mark.bar("SEC-31")
def test_the_reason_is_sealed_and_read_on_record(officer: Viewer, privacy: Viewer, case: Case, now: datetime) -> None:
    opening = opened(officer, case, now)
    assert REASON.encode() not in bytes(opening.reason_sealed)
    assert queries.reason_of(privacy, opening) == REASON
    event = AuditEvent.objects.get(verb="access.emergency_reason_seen")
    assert (event.actor, event.subject, event.holder) == (privacy.code, case.client.code, case.holder)


@pytest.mark.bar("SEC-31")
@pytest.mark.rule("SR-45")
def test_every_page_says_so_while_the_hour_runs(officer: Viewer, privacy: Viewer, case: Case, now: datetime) -> None:
    opened(officer, case, now)
    with at_the_screen(officer, now + timedelta(minutes=1)) as browser:
        for page in ("/", "/meetings/", f"/cases/{case.code}/", "/emergency-access/"):
            text = browser.get(page).content.decode()
            assert 'id="emergency"' in text, page
            assert "59 minutes" in text, page
        assert "HX-Redirect" not in browser.get("/emergency-access/banner/").headers
    with at_the_screen(officer, now + HOUR) as browser:
        assert 'id="emergency"' not in browser.get("/").content.decode()
        assert browser.get("/emergency-access/banner/").headers["HX-Redirect"] == "/emergency-access/"


# ------------------------------------------------------------------------------------------ afterwards


@pytest.mark.bar("SEC-31")
@pytest.mark.rule("SR-45")
def test_an_opening_that_nobody_looked_at_lets_the_role_rest(
    officer: Viewer, privacy: Viewer, head: Viewer, case: Case, now: datetime
) -> None:
    opening = opened(officer, case, now)
    due = opening.review_due_at
    let_roles_rest(now=due - timedelta(seconds=1))
    assert not Notice.objects.filter(kind="access.emergency_suspended").exists()
    let_roles_rest(now=due)
    let_roles_rest(now=due + HOUR)
    told = Notice.objects.filter(kind="access.emergency_suspended").values_list("account_code", flat=True)
    assert sorted(told) == sorted([officer.code, privacy.code, head.code])
    Opening.objects.filter(pk=opening.pk).update(case_code="ZZZZ-2222")  # so that it is not "the same case again"
    with pytest.raises(RuleBroken, match="rests"):
        opened(officer, case, due + HOUR)
    actions.review_opening(privacy, opening, verdict="justified", now=due + HOUR)
    assert opened(officer, case, due + HOUR).opened_at


@pytest.mark.bar("SEC-31")
def test_one_business_day_passes_over_a_weekend(now: datetime) -> None:
    friday = datetime.fromisoformat("2026-03-13T15:00:00-05:00")
    assert queries.next_business_day(friday).date().isoformat() == "2026-03-16"
    assert queries.next_business_day(now) == now + timedelta(days=1)


@pytest.mark.bar("SEC-31")
@pytest.mark.rule("SR-45")
def test_an_unreviewed_opening_stands_on_the_desks(
    officer: Viewer, privacy: Viewer, head: Viewer, case: Case, now: datetime
) -> None:
    opening = opened(officer, case, now)
    for viewer in (privacy, head):
        with at_the_screen(viewer, now) as browser:
            assert opening.code in browser.get("/").content.decode()
    actions.review_opening(privacy, opening, verdict="not_justified", now=now)
    with at_the_screen(head, now) as browser:
        now_band = browser.get("/").content.decode().partition('id="since"')[0]
        assert f"/emergency-access/{opening.code}/" not in now_band


@pytest.mark.bar("SEC-31")
def test_nobody_judges_what_they_opened(privacy: Viewer, case: Case, now: datetime) -> None:
    both = make_person("Bo Both", now=now, roles=(("duty_officer", ""), ("privacy_officer", "")))
    opening = opened(both, case, now)
    with pytest.raises(RuleBroken):
        actions.review_opening(both, opening, verdict="justified", now=now)


# ---------------------------------------------------------------------------------- a fourth in a week


def _three(officer: Viewer, scene: Scene, now: datetime) -> None:
    for _ in range(queries.A_WEEK):
        opened(officer, held(scene).case, now)


@pytest.mark.bar("SEC-31")
@pytest.mark.rule("SR-45")
def test_the_fourth_of_a_week_waits_for_a_second_person(
    officer: Viewer,
    privacy: Viewer,
    case: Case,
    coordinator: Viewer,
    detective: Viewer,
    advocate: Viewer,
    now: datetime,
) -> None:
    _three(officer, Scene(coordinator, detective, advocate, now), now)
    fourth = opened(officer, case, now)
    assert fourth.opened_at is None
    assert not reads(officer, case, "ID", now)
    with pytest.raises(NotPermitted):
        actions.second_opening(officer, fourth, now=now)
    later = now + timedelta(minutes=10)
    actions.second_opening(privacy, fourth, now=later)
    assert reads(officer, case, "ID", later + HOUR - timedelta(seconds=1))
    assert not reads(officer, case, "ID", later + HOUR)


@pytest.mark.bar("SEC-31")
def test_a_week_later_one_opens_alone_again(
    officer: Viewer,
    privacy: Viewer,
    case: Case,
    coordinator: Viewer,
    detective: Viewer,
    advocate: Viewer,
    now: datetime,
) -> None:
    _three(officer, Scene(coordinator, detective, advocate, now), now)
    for opening in Opening.objects.all():
        actions.review_opening(privacy, opening, verdict="justified", now=now)
    assert opened(officer, case, now + timedelta(days=7)).opened_at


# ----------------------------------------------------------------------------------------------- pages


@pytest.mark.bar("SEC-31")
def test_the_page_opens_it_and_asks_for_a_fresh_proof(
    officer: Viewer, privacy: Viewer, case: Case, now: datetime
) -> None:
    told = {"case_code": case.code, "reason": REASON}
    with at_the_screen(officer, now, proved=timedelta(minutes=5)) as browser:
        assert browser.get("/emergency-access/new/").headers["Location"].startswith("/prove/")
        answer: HttpResponse = browser.post("/emergency-access/new/", told)
        assert answer.status_code == 422
        assert REASON in answer.content.decode()
    with at_the_screen(officer, now) as browser:
        assert browser.get(f"/cases/{case.code}/").status_code == 404
        assert browser.post("/emergency-access/new/", told)["Location"] == f"/cases/{case.code}/"
        assert browser.get(f"/cases/{case.code}/").status_code == 200


@pytest.mark.bar("SEC-31")
def test_the_privacy_officer_judges_on_the_page(officer: Viewer, privacy: Viewer, case: Case, now: datetime) -> None:
    opening = opened(officer, case, now)
    page = f"/emergency-access/{opening.code}/"
    with at_the_screen(privacy, now) as browser:
        assert REASON in browser.get(page).content.decode()
        assert browser.get(f"/cases/{case.code}/").status_code == 404
        assert browser.post(page, {"act": "review"}).status_code == 422
        assert browser.post(page, {"act": "review", "verdict": "justified"}).status_code == 302
        assert browser.post(page, {"act": "review", "verdict": "justified"}).status_code == 422
    assert Opening.objects.get().reviewed_by == privacy.code


@sabotage("SEC-31", "a proof of yesterday is good enough")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "FRESH", timedelta(days=2))


@sabotage("SEC-31", "the hour outlasts itself")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    begin = actions.begin_override
    monkeypatch.setattr(
        actions, "begin_override", lambda *known, ends_at, **more: begin(*known, ends_at=ends_at + HOUR, **more)
    )


@sabotage("SEC-31", "nobody is told")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "notify", lambda *known, **more: 0)


@sabotage("SEC-31", "privileged classes open to break-glass")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from rightdoor.domain import confidentiality as rule

    monkeypatch.setattr(rule, "OWN_OR_NOTHING", frozenset())


@sabotage("SEC-31", "no cap on a week")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from rightdoor.oversight.emergency import opening

    monkeypatch.setattr(actions, "A_WEEK", 99)
    monkeypatch.setattr(opening, "A_WEEK", 99)
