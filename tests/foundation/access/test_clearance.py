"""Records open when everything is signed, read, learned and agreed, and close with the first thing that runs out."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access import onboarding
from rightdoor.foundation.access.clearance import checklist_of, required, trainings
from rightdoor.foundation.access.models import ClearanceRecord
from rightdoor.foundation.access.viewers import system_viewer, viewer_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.doorway.reminding import remind_of_renewals
from rightdoor.foundation.notices.models import Notice
from tests.people import REGION, make_person
from tests.signing_in import sign_in

YEAR = timedelta(days=365)


def _account(viewer: Viewer) -> Account:
    return Account.objects.get(code=viewer.code)


@pytest.fixture
def newcomer(db: None, now: datetime) -> Viewer:
    """A team member who has done nothing yet."""
    return make_person(
        "Nora Newcomer", now=now, roles=(("team_member", REGION),), discipline="school", is_cleared=False
    )


def head_of(viewer: Viewer, now: datetime) -> Viewer:
    """The head of this person's agency."""
    return make_person("Hedda Head", now=now, roles=(("agency_head", ""),), agency=viewer.agency, is_cleared=False)


def complete(viewer: Viewer, by: Viewer, now: datetime) -> None:
    """Through the acts, as a person and their agency do it."""
    onboarding.sign_agreement(viewer, version="a" * 64, now=now)
    onboarding.confirm_protocol_read(viewer, version="b" * 64, now=now)
    for training in trainings():
        onboarding.enter_training(
            by, _account(viewer), training=training, done_at=now - timedelta(days=3), until=now + YEAR, now=now
        )
    onboarding.record_agency_agreement(by, viewer.agency, starts_at=now, ends_at=now + YEAR, now=now)


@pytest.mark.req("TEAM-6")
def test_a_newcomer_is_not_cleared(newcomer: Viewer) -> None:
    assert newcomer.clearance is not None
    assert newcomer.clearance.missing == ("agreement_signed", "training_current", "agency_agreement")


@pytest.mark.req("TEAM-6")
def test_all_steps_together_clear_a_person(newcomer: Viewer, now: datetime) -> None:
    complete(newcomer, head_of(newcomer, now), now)
    assert viewer_of(_account(newcomer), now).clearance.is_complete
    assert checklist_of(_account(newcomer), now).is_complete


@pytest.mark.req("TEAM-6")
@pytest.mark.parametrize("at", range(3))
def test_each_step_alone_closes_the_records_when_it_is_lacking(newcomer: Viewer, now: datetime, at: int) -> None:
    head = head_of(newcomer, now)
    complete(newcomer, head, now)
    if at == 2:
        onboarding.end_agency_agreement(head, newcomer.agency, now=now)
    else:
        what = ("agreement", sorted(required())[0])[at]
        onboarding.end_clearance(head, _account(newcomer), what=what, now=now)
    assert not viewer_of(_account(newcomer), now).clearance.is_complete


@pytest.mark.req("TEAM-6")
def test_a_signature_holds_for_a_year_and_not_a_second_longer(newcomer: Viewer, now: datetime) -> None:
    complete(newcomer, head_of(newcomer, now), now)
    onboarding.record_agency_agreement(
        system_viewer("tests"), newcomer.agency, starts_at=now, ends_at=now + 2 * YEAR, now=now
    )
    account = _account(newcomer)
    assert viewer_of(account, now + YEAR - timedelta(seconds=1)).clearance.agreement_signed
    assert not viewer_of(account, now + YEAR).clearance.agreement_signed


def test_who_has_no_agency_is_not_cleared(now: datetime) -> None:
    loner = make_person("Lone Worker", now=now, roles=(("team_member", REGION),))
    Account.objects.filter(code=loner.code).update(agency_code="")
    assert viewer_of(_account(loner), now).clearance.agency_agreement is None


@pytest.mark.req("TEAM-6")
def test_nobody_enters_their_own_training(administrator: Viewer, now: datetime) -> None:
    with pytest.raises(RuleBroken):
        onboarding.enter_training(
            administrator,
            _account(administrator),
            training=next(iter(trainings()), "confidentiality"),
            done_at=now - timedelta(days=1),
            until=now + YEAR,
            now=now,
        )
    with pytest.raises(IntegrityError), transaction.atomic():  # the table refuses it as well
        ClearanceRecord.objects.create(
            account_code=administrator.code,
            what="training:confidentiality",
            starts_at=now,
            ends_at=now + YEAR,
            entered_by=administrator.code,
        )


def test_others_may_not_enter_a_training(newcomer: Viewer, stranger: Viewer, now: datetime) -> None:
    with pytest.raises(NotPermitted):
        onboarding.enter_training(
            stranger,
            _account(newcomer),
            training="confidentiality",
            done_at=now - timedelta(days=1),
            until=now + YEAR,
            now=now,
        )


def test_the_head_of_another_agency_cannot_agree(newcomer: Viewer, stranger: Viewer, now: datetime) -> None:
    with pytest.raises(NotPermitted):
        onboarding.record_agency_agreement(
            head_of(stranger, now), newcomer.agency, starts_at=now, ends_at=now + YEAR, now=now
        )


@pytest.mark.req("TEAM-6")
def test_the_person_signs_on_the_screen(newcomer: Viewer) -> None:
    client = sign_in(Client(), newcomer)
    desk = client.get("/").content.decode()
    assert "Records are closed to you" in desk
    assert "/onboarding/" in desk
    for which in ("agreement", "protocol"):
        page = client.get(f"/onboarding/{which}/")
        version = page.context["form"].initial["version"]
        assert client.post(f"/onboarding/{which}/", {"version": version}).status_code == 422
        assert client.post(f"/onboarding/{which}/", {"version": "0" * 64, "agreed": "on"}).status_code == 422
        assert client.post(f"/onboarding/{which}/", {"version": version, "agreed": "on"}).status_code == 302
        assert ClearanceRecord.objects.get(account_code=newcomer.code, what=which).version == version


@pytest.mark.req("TEAM-6")
def test_the_head_enters_on_the_page(newcomer: Viewer, now: datetime) -> None:
    at = timezone.now()
    client = sign_in(Client(), head_of(newcomer, now))
    page = f"/people/{newcomer.code}/onboarding/"
    assert "Agreement of your agency in force" in client.get(page).content.decode()
    key = next(iter(trainings()), "")
    told = {"act": "enter", "training": key, "done_on": "01/05/2026", "until": f"{at:%m/%d}/{at.year + 1}"}
    assert client.post(page, told).status_code == (302 if key else 422)
    assert client.post(page, {**told, "until": "01/06/2026"}).status_code == 422


@pytest.mark.req("TEAM-6")
def test_a_person_is_reminded_once_thirty_days_before(newcomer: Viewer, now: datetime) -> None:
    complete(newcomer, head_of(newcomer, now), now)
    system, near = system_viewer("tests"), now + YEAR - timedelta(days=29)
    remind_of_renewals(system, now=now + timedelta(days=300))
    assert not Notice.objects.filter(kind="clearance.due").exists()
    remind_of_renewals(system, now=near)
    mine = Notice.objects.filter(account_code=newcomer.code, kind="clearance.due").count()
    assert mine == 2 + len(trainings())
    remind_of_renewals(system, now=near + timedelta(days=1))
    assert Notice.objects.filter(account_code=newcomer.code, kind="clearance.due").count() == mine
    assert Notice.objects.filter(kind="agency_agreement.due").count() == 1


def test_what_was_renewed_is_not_reminded_of(newcomer: Viewer, now: datetime) -> None:
    onboarding.sign_agreement(newcomer, version="a" * 64, now=now)
    near = now + YEAR - timedelta(days=29)
    onboarding.sign_agreement(newcomer, version="a" * 64, now=near)
    remind_of_renewals(system_viewer("tests"), now=near)
    assert not Notice.objects.filter(kind="clearance.due").exists()


def test_the_agencys_page_takes_and_ends_the_agreement(administrator: Viewer, now: datetime) -> None:
    from rightdoor.community.partners.actions import add_partner

    agency = add_partner(
        administrator, name="Invented Clinic", discipline="medical", level="private", regions=[REGION], now=now
    )
    client, page = sign_in(Client(), administrator), f"/partners/{agency.code}/agreement/"
    year = timezone.now().year + 1
    assert client.post(page, {"since": "01/01/2026", "until": "01/01/2020", "act": "record"}).status_code == 422
    assert client.post(page, {"since": "01/01/2026", "until": f"12/31/{year}", "act": "record"}).status_code == 302
    assert "in force until" in client.get(f"/partners/{agency.code}/").content.decode()
    client.post(page, {"act": "end"})
    assert "Its people see no" in client.get(f"/partners/{agency.code}/").content.decode()


@pytest.mark.req("TEAM-6")
def test_the_desk_says_what_runs_out_within_thirty_days(newcomer: Viewer, now: datetime) -> None:
    from rightdoor.oversight.desk.queries import own_checklist

    complete(newcomer, head_of(newcomer, now), now)
    early, late = now + YEAR - timedelta(days=31), now + YEAR - timedelta(days=29)
    account = _account(newcomer)
    assert own_checklist(viewer_of(account, early), early) is None
    near = own_checklist(viewer_of(account, late), late)
    assert near is not None
    assert {step.key for step in near.to_renew} == {
        "agreement",
        "protocol",
        "agency",
        *(f"training:{key}" for key in trainings()),
    }
    onboarding.sign_agreement(newcomer, version="a" * 64, now=late)
    assert "agreement" not in {step.key for step in own_checklist(viewer_of(account, late), late).to_renew}
