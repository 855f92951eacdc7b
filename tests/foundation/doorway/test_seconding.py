"""A role that opens records, or that gives roles, takes two people; so does the link of an invitation to one."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.actions import (
    GRANTABLE,
    NEEDS_SECOND,
    OPENS_RECORDS,
    RoleInRegion,
    ask_roles,
    call_off_role,
    grant_roles,
    invite_again,
    second_role,
    waiting_roles,
)
from rightdoor.foundation.access.models import Grant, RoleRequest
from rightdoor.foundation.access.viewers import viewer_of
from rightdoor.foundation.accounts.models import Account, Invitation
from rightdoor.foundation.doorway.seconding import ask_for_roles, confirm_role, invite_person
from rightdoor.foundation.notices.models import Notice
from tests.people import REGION, make_person
from tests.signing_in import sign_in

COORDINATES = RoleInRegion("care_coordinator", REGION)


@pytest.fixture
def second(db: None, now: datetime) -> Viewer:
    """Another administrator."""
    return make_person("Amy Administrator", now=now, roles=(("administrator", ""),))


@pytest.fixture
def clerk(db: None, now: datetime) -> Account:
    """Somebody who reads figures only."""
    return Account.objects.get(code=make_person("Clara Clerk", now=now, roles=(("state_analyst", ""),)).code)


def roles_of(account: Account, now: datetime) -> frozenset[str]:
    return viewer_of(account, now).roles


@pytest.mark.req("PRIV-2")
@pytest.mark.rule("SR-03")
@pytest.mark.parametrize("role", sorted(NEEDS_SECOND - {"administrator"}))
def test_one_administrator_alone_makes_nobody_who_reads_records(
    administrator: Viewer, clerk: Account, now: datetime, role: str
) -> None:
    with pytest.raises(RuleBroken):
        grant_roles(administrator, clerk, grants=[RoleInRegion(role)], now=now)
    ask_roles(administrator, clerk, grants=[RoleInRegion(role)], now=now)
    (waiting,) = waiting_roles(clerk)
    with pytest.raises(RuleBroken):
        second_role(administrator, clerk, code=waiting.code, now=now)
    assert roles_of(clerk, now) == {"state_analyst"}


def test_every_role_that_opens_records_takes_two() -> None:
    assert OPENS_RECORDS <= NEEDS_SECOND
    assert {"administrator", "agency_head"} <= NEEDS_SECOND, "who confirms roles is not made by one person either"
    assert set(GRANTABLE) - NEEDS_SECOND == {"state_analyst", "auditor"}


@pytest.mark.req("PRIV-2")
def test_two_administrators_give_a_role(administrator: Viewer, second: Viewer, clerk: Account, now: datetime) -> None:
    ask_for_roles(administrator, clerk, grants=[COORDINATES], now=now)
    assert Notice.objects.filter(account_code=second.code, kind="role.to_second", code=clerk.code).count() == 1
    assert not Notice.objects.filter(account_code=administrator.code).exists()
    confirm_role(second, clerk, code=waiting_roles(clerk)[0].code, now=now)
    assert "care_coordinator" in roles_of(clerk, now)
    assert Notice.objects.filter(account_code=administrator.code, kind="role.seconded").count() == 1


def test_the_head_of_the_agency_confirms(administrator: Viewer, clerk: Account, now: datetime) -> None:
    head = make_person("Hedda Head", now=now, roles=(("agency_head", ""),), agency=clerk.agency_code)
    ask_for_roles(administrator, clerk, grants=[COORDINATES], now=now)
    confirm_role(head, clerk, code=waiting_roles(clerk)[0].code, now=now)
    assert "care_coordinator" in roles_of(clerk, now)


def test_the_head_of_another_agency_does_not(administrator: Viewer, clerk: Account, now: datetime) -> None:
    head = make_person("Hedda Head", now=now, roles=(("agency_head", ""),))
    ask_roles(administrator, clerk, grants=[COORDINATES], now=now)
    with pytest.raises(NotPermitted):
        second_role(head, clerk, code=waiting_roles(clerk)[0].code, now=now)


def test_nobody_confirms_a_role_of_their_own(administrator: Viewer, second: Viewer, now: datetime) -> None:
    me = Account.objects.get(code=second.code)
    ask_roles(administrator, me, grants=[RoleInRegion("agency_head")], now=now)
    with pytest.raises(RuleBroken):
        second_role(second, me, code=waiting_roles(me)[0].code, now=now)


def test_a_request_that_was_taken_back_is_not_confirmed(
    administrator: Viewer, second: Viewer, clerk: Account, now: datetime
) -> None:
    ask_roles(administrator, clerk, grants=[COORDINATES], now=now)
    code = waiting_roles(clerk)[0].code
    call_off_role(administrator, clerk, code=code, now=now)
    with pytest.raises(RuleBroken):
        second_role(second, clerk, code=code, now=now)


def test_the_table_refuses_one_person_twice(clerk: Account, now: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleRequest.objects.create(
            account=clerk, role="provider", asked_by=clerk.code, asked_at=now, seconded_by=clerk.code, ended_at=now
        )


@pytest.mark.req("PRIV-2")
def test_an_invitation_has_no_link_before_the_second_person(
    administrator: Viewer, second: Viewer, now: datetime
) -> None:
    invited = invite_person(
        administrator,
        email="cleo@example.invalid",
        name="Cleo Coordinator",
        agency_code="",
        discipline="",
        grants=[COORDINATES],
        now=now,
    )
    assert not invited.secret
    assert not Invitation.objects.exists()
    assert not Grant.objects.filter(account=invited.account).exists()
    with pytest.raises(RuleBroken):
        invite_again(administrator, invited.account, now=now)
    confirm_role(second, invited.account, code=waiting_roles(invited.account)[0].code, now=now)
    assert invite_again(administrator, invited.account, now=now).secret


@pytest.mark.req("PRIV-2")
def test_the_pages_lead_through_it(administrator: Viewer, second: Viewer, clerk: Account) -> None:
    one, two, page = sign_in(Client(), administrator), sign_in(Client(), second), f"/people/{clerk.code}/"
    assert one.post(page, {"act": "grant", "role": "care_coordinator", "region": REGION}).status_code == 302
    code = waiting_roles(clerk)[0].code
    assert "Confirm this role" not in one.get(page).content.decode()
    assert "Confirm this role" in two.get(page).content.decode()
    assert "Clara Clerk" in two.get("/people/").content.decode()
    assert one.post(page, {"act": "second_role", "code": code}).status_code == 422
    assert two.post(page, {"act": "second_role", "code": code}).status_code == 302
    assert "Care coordinator" in one.get(page).content.decode()
    assert Grant.objects.filter(account=clerk, role="care_coordinator").exists()


def test_the_page_of_an_invitation_says_that_it_waits(administrator: Viewer) -> None:
    client = sign_in(Client(), administrator)
    told = {"name": "Nina Newcomer", "email": "nina@example.invalid", "role": "team_member", "region": REGION}
    answer = client.post("/people/invitation/", told, follow=True)
    page = answer.content.decode()
    assert "Waits for a second person" in page
    assert "/sign-in/invitation/" not in page
