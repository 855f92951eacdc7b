"""Taking up an invitation, by the pages a person sees."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import connection
from django.test import Client
from django.utils import timezone

from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.actions import RoleInRegion, invite_account, invite_again
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.accounts.models import Account, Invitation, RecoveryCode
from tests.foundation.doorway.people import PASSWORD, code_now, invite, join


def test_an_invited_person_comes_in_with_password_app_and_codes(client: Client) -> None:
    secret = invite("Nina Newcomer", "nina@example.invalid")
    codes, _ = join(client, secret)
    assert len(codes) == 10
    answer = client.get("/sessions/")
    assert answer.status_code == 200
    assert "Nina Newcomer" in answer.content.decode()


@pytest.mark.req("PRIV-5")
def test_a_link_is_good_once(client: Client) -> None:
    secret = invite("Nina Newcomer", "nina@example.invalid")
    join(client, secret)
    assert Client().get(f"/sign-in/invitation/{secret}/").status_code == 404


def test_a_link_older_than_seven_days_is_refused(client: Client) -> None:
    secret = invite("Nina Newcomer", "nina@example.invalid", at=timezone.now() - timedelta(days=7, seconds=1))
    assert client.get(f"/sign-in/invitation/{secret}/").status_code == 404


def test_only_the_digest_of_a_link_is_kept() -> None:
    secret = invite("Nina Newcomer", "nina@example.invalid")
    assert secret not in Invitation.objects.get().digest


def test_a_new_link_ends_the_one_before(administrator: Viewer, client: Client) -> None:
    first = invite("Nina Newcomer", "nina@example.invalid")
    again = invite_again(administrator, Account.objects.get(email="nina@example.invalid"), now=timezone.now())
    assert client.get(f"/sign-in/invitation/{first}/").status_code == 404
    assert client.get(f"/sign-in/invitation/{again.secret}/").status_code == 302


def test_the_secret_leaves_the_address_at_once(client: Client) -> None:
    secret = invite("Nina Newcomer", "nina@example.invalid")
    answer = client.get(f"/sign-in/invitation/{secret}/")
    assert answer["Location"] == "/sign-in/welcome/"


@pytest.mark.parametrize("weak", ["short", "a" * 14, "123456789012345", "nina@example.invalid"])
def test_a_weak_password_is_refused_with_a_sentence(client: Client, weak: str) -> None:
    client.get(f"/sign-in/invitation/{invite('Nina Newcomer', 'nina@example.invalid')}/")
    answer = client.post("/sign-in/welcome/", {"password": weak, "again": weak})
    assert answer.status_code == 422
    assert Invitation.objects.get().used_at is None
    assert not Account.objects.get(email="nina@example.invalid").has_usable_password()


@pytest.mark.parametrize("good", ["  spaces at both ends  ", "cây cầu bắc qua sông", "🐢🐢🐢 walk slowly home"])
def test_any_character_is_welcome_in_a_password(client: Client, good: str) -> None:
    client.get(f"/sign-in/invitation/{invite('Nina Newcomer', 'nina@example.invalid')}/")
    assert client.post("/sign-in/welcome/", {"password": good, "again": good}).status_code == 302
    assert Account.objects.get(email="nina@example.invalid").check_password(good)


def test_a_password_alone_leads_nowhere_but_to_the_second_factor(client: Client) -> None:
    client.get(f"/sign-in/invitation/{invite('Nina Newcomer', 'nina@example.invalid')}/")
    client.post("/sign-in/welcome/", {"password": PASSWORD, "again": PASSWORD})
    assert client.get("/")["Location"].startswith("/sign-in/")
    assert client.post("/sign-in/enrolment/codes/")["Location"] == "/sign-in/"


def test_whoever_has_a_second_factor_cannot_make_another_on_the_way_in(client: Client) -> None:
    join(client, invite("Nina Newcomer", "nina@example.invalid"))
    thief = Client()
    thief.post("/sign-in/", {"email": "nina@example.invalid", "password": PASSWORD})
    assert thief.get("/sign-in/enrolment/app/")["Location"] == "/sign-in/second-factor/"
    assert thief.post("/sign-in/enrolment/passkey/offer/").status_code == 409


@pytest.mark.req("PRIV-5")
def test_the_secret_of_an_app_is_sealed_for_its_account(client: Client) -> None:
    _, secret = join(client, invite("Nina Newcomer", "nina@example.invalid"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator")
        (kept,) = cursor.fetchone()
    assert secret not in kept
    other = Account.objects.create(email="olga@example.invalid", name="Olga Other", created_at=timezone.now())
    Authenticator.objects.update(user=other)
    from rightdoor.foundation.doorway.factors import app_code_fits
    from rightdoor.foundation.sealing.seals import SealBroken

    with pytest.raises(SealBroken):
        app_code_fits(other, code_now(secret))


def test_recovery_codes_are_kept_as_digests_only(client: Client) -> None:
    codes, _ = join(client, invite("Nina Newcomer", "nina@example.invalid"))
    assert not {row.digest for row in RecoveryCode.objects.all()} & set(codes)


def test_a_stranger_may_not_invite(stranger: Viewer, now) -> None:
    with pytest.raises(NotPermitted):
        invite_account(
            stranger,
            email="x@example.invalid",
            name="X",
            agency_code="",
            discipline="",
            grants=[RoleInRegion("team_member")],
            now=now,
        )
    assert not Account.objects.filter(email="x@example.invalid").exists()


def test_an_agency_head_invites_team_members_of_the_own_agency_only(now) -> None:
    from tests.people import make_person

    head = make_person("Hal Head", now=now, roles=(("agency_head", ""),))

    def ask(agency: str, role: str) -> None:
        invite_account(
            head,
            email=f"{role}@example.invalid",
            name="X",
            agency_code=agency,
            discipline="",
            grants=[RoleInRegion(role)],
            now=now,
        )

    ask(head.agency, "team_member")
    with pytest.raises(NotPermitted):
        ask(head.agency, "administrator")
    with pytest.raises(NotPermitted):
        ask("K7MQ-4XPR", "provider")


def test_an_address_has_one_account_whatever_its_letters(now) -> None:
    invite("Nina Newcomer", "nina@example.invalid")
    with pytest.raises(RuleBroken):
        invite("Nina Again", "NINA@example.invalid")


def test_the_page_shows_the_link_once(client: Client, administrator: Viewer) -> None:
    from tests.signing_in import sign_in

    sign_in(client, administrator)
    answer = client.post(
        "/people/invitation/",
        {"name": "Nina Newcomer", "email": "nina@example.invalid", "role": "auditor", "region": ""},
    )
    assert answer.status_code == 302
    page = client.get("/people/").content.decode()
    assert re.search(r"/sign-in/invitation/[\w-]{40,}/", page)
    assert "/sign-in/invitation/" not in client.get("/people/").content.decode()


def test_people_see_no_list_of_accounts(client: Client, coordinator: Viewer) -> None:
    from tests.signing_in import sign_in

    assert sign_in(client, coordinator).get("/people/").status_code == 403


def test_codes_of_an_app_are_the_published_ones() -> None:
    # RFC 6238, appendix B, SHA-1, at 59 seconds: 94287082, of which six digits are shown.
    assert format_hotp_value(hotp_value("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 1)) == "287082"


def test_the_first_account_may_come_from_the_machine_itself(now) -> None:
    invited = invite_account(
        system_viewer("invite"),
        email="first@example.invalid",
        name="First Person",
        agency_code="",
        discipline="",
        grants=[RoleInRegion("administrator")],
        now=now,
    )
    assert invited.secret
