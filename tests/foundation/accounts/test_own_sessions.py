"""What a person looks after: sessions elsewhere, language, password, factors."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.accounts.actions import end_session
from rightdoor.foundation.accounts.models import Account, SignedInSession
from rightdoor.foundation.doorway.factors import factors
from tests.foundation.doorway.people import code_now, invite, join
from tests.signing_in import sign_in


@pytest.mark.req("PRIV-5")
def test_a_person_ends_a_session_elsewhere(client: Client, coordinator: Viewer) -> None:
    sign_in(client, coordinator)
    elsewhere = sign_in(Client(), coordinator)
    other = SignedInSession.objects.latest("pk")
    assert other.code in client.get("/sessions/").content.decode()
    client.post("/sessions/", {"code": other.code})
    assert elsewhere.get("/sessions/")["Location"].startswith("/sign-in/")
    assert client.get("/sessions/").status_code == 200


def test_nobody_ends_somebody_elses_session(client: Client, coordinator: Viewer, detective: Viewer) -> None:
    sign_in(client, coordinator)
    with pytest.raises(NotVisible):
        end_session(detective, SignedInSession.objects.get(), now=timezone.now())
    assert client.get("/sessions/").status_code == 200


def test_no_address_and_no_browser_is_kept() -> None:
    kept = {field.name for field in SignedInSession._meta.get_fields()}
    assert not {name for name in kept if "ip" in name or "agent" in name or "address" in name}


def test_the_chosen_language_stays_with_the_person(client: Client, coordinator: Viewer) -> None:
    sign_in(client, coordinator)
    client.post("/language/", {"language": "es", "to": "/sessions/"})
    assert client.session["language"] == "es"
    assert Account.objects.get(code=coordinator.code).language == "es"


def test_another_password_leaves_this_browser_in_and_ends_the_others(client: Client) -> None:
    codes, _ = join(client, invite("Nina Newcomer", "nina@example.invalid"))
    other = Client()
    other.post("/sign-in/", {"email": "nina@example.invalid", "password": "a quiet walk along the levee"})
    other.post("/sign-in/second-factor/", {"code": codes[0]})
    new = "the heron stands on one leg"
    assert client.post("/factors/password/", {"password": new, "again": new})["Location"] == "/factors/"
    assert client.get("/sessions/").status_code == 200
    assert other.get("/sessions/")["Location"].startswith("/sign-in/")


def test_the_only_second_factor_cannot_be_removed(client: Client) -> None:
    join(client, invite("Nina Newcomer", "nina@example.invalid"))
    account = Account.objects.get()
    answer = client.post("/factors/", {"key": str(factors(account)[0].key)})
    assert answer.status_code == 422
    assert len(factors(account)) == 1


def test_new_recovery_codes_end_the_old_ones(client: Client) -> None:
    codes, _ = join(client, invite("Nina Newcomer", "nina@example.invalid"))
    client.post("/factors/codes/")
    page = client.get("/factors/codes/").content.decode()
    assert page.count("<code>") == 10
    other = Client()
    other.post("/sign-in/", {"email": "nina@example.invalid", "password": "a quiet walk along the levee"})
    assert other.post("/sign-in/second-factor/", {"code": codes[0]}).status_code == 422
    client.post("/factors/codes/", {"kept": "1"})
    assert client.get("/factors/codes/")["Location"] == "/factors/"


def test_the_lock_opens_with_code_or_password(client: Client) -> None:
    _, secret = join(client, invite("Nina Newcomer", "nina@example.invalid"))
    before = client.cookies["rd_session"].value
    client.post("/lock/")
    assert client.post("/sign-in/locked/", {"secret": "wrong wrong wrong"}).status_code == 422
    answer = client.post("/sign-in/locked/", {"secret": code_now(secret, 1), "next": "/factors/"})
    assert answer["Location"] == "/factors/"
    assert client.cookies["rd_session"].value != before
    client.post("/lock/")
    answer = client.post("/sign-in/locked/", {"secret": "a quiet walk along the levee", "next": "/sessions/"})
    assert answer["Location"] == "/sessions/"
    assert client.get("/sessions/").status_code == 200


def test_somebody_elses_password_does_not_open_the_lock(client: Client) -> None:
    join(client, invite("Nina Newcomer", "nina@example.invalid"))
    join(Client(), invite("Olga Other", "olga@example.invalid"), password="olga keeps three red hens")
    client.post("/lock/")
    assert client.post("/sign-in/locked/", {"secret": "olga keeps three red hens"}).status_code == 422
