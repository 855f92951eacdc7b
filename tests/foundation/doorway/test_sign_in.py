"""Signing in: what opens the door, what does not, and what a stranger can learn by trying."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from rightdoor.foundation.accounts.models import Account, FailedAttempt, SignedInSession
from rightdoor.foundation.doorway.factors import app_code_fits
from tests.foundation.doorway.people import PASSWORD, code_now, invite, join

ADDRESS = "nina@example.invalid"


@pytest.fixture
def nina(db: None) -> tuple[Account, str, list[str]]:
    """A person who came in once: account, secret of the app, recovery codes."""
    codes, secret = join(Client(), invite("Nina Newcomer", ADDRESS))
    return Account.objects.get(email=ADDRESS), secret, codes


def give_password(client: Client, email: str = ADDRESS, password: str = PASSWORD, **more: str):
    return client.post("/sign-in/", {"email": email, "password": password, **more})


def verbs() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT verb, code FROM audit_auditevent ORDER BY id")
        return cursor.fetchall()


@pytest.mark.req("PRIV-5")
def test_password_and_code_open_the_door_and_lead_where_one_wanted(nina, client: Client) -> None:
    _, secret, _ = nina
    give_password(client, next="/sessions/")
    answer = client.post("/sign-in/second-factor/", {"code": code_now(secret, 1)})
    assert answer["Location"] == "/sessions/"
    assert client.get("/sessions/").status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://example.invalid/", "//example.invalid/", "javascript:alert(1)", "/\\x"])
def test_the_way_back_is_never_another_site(nina, client: Client, elsewhere: str) -> None:
    _, secret, _ = nina
    give_password(client, next=elsewhere)
    assert client.post("/sign-in/second-factor/", {"code": code_now(secret, 1)})["Location"] == "/"


@pytest.mark.req("PRIV-5")
def test_a_code_of_the_app_opens_once(nina) -> None:
    account, secret, _ = nina
    code = code_now(secret, 1)
    assert app_code_fits(account, code)
    assert not app_code_fits(account, code)
    assert not app_code_fits(account, f"{code[:3]} {code[3:]}")


def test_a_used_code_is_known_to_every_process(nina) -> None:
    account, secret, _ = nina
    app_code_fits(account, code_now(secret, 1))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM shared_cache WHERE cache_key LIKE '%one-time-code%'")
        assert cursor.fetchone()[0] == 2  # the one of joining, and this one


def test_a_recovery_code_opens_once(nina, client: Client) -> None:
    _, _, codes = nina
    give_password(client)
    assert client.post("/sign-in/second-factor/", {"code": codes[0].upper()})["Location"] == "/"
    second = Client()
    give_password(second)
    assert second.post("/sign-in/second-factor/", {"code": codes[0]}).status_code == 422


@pytest.mark.req("PRIV-5")
def test_known_and_unknown_addresses_get_the_same_answer(nina, client: Client) -> None:
    def body(answer) -> str:
        return re.sub(r'value="[^"]*"|content="[^"]*"', "", answer.content.decode())

    known = give_password(client, password="not the right password")
    unknown = give_password(Client(), email="nobody@example.invalid", password="not the right password")
    assert (known.status_code, body(known)) == (unknown.status_code, body(unknown))
    assert set(known.headers) == set(unknown.headers)


@pytest.mark.req("PRIV-5")
def test_every_refusal_costs_the_work_of_one_password(nina, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    # A clock would measure the machine; what takes the time is the hash, so the hashes are counted.
    from django.contrib.auth.hashers import Argon2PasswordHasher

    worked: list[str] = []
    for name in ("encode", "verify"):
        real = getattr(Argon2PasswordHasher, name)

        def counted(self, *args, _real=real, _name=name):
            worked.append(_name)
            return _real(self, *args)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)

    def cost(email: str) -> int:
        worked.clear()
        give_password(client, email=email, password="wrong wrong wrong")
        return len(worked)

    invite("Wanda Waiting", "wanda@example.invalid")
    assert cost(ADDRESS) == cost("nobody@example.invalid") == cost("wanda@example.invalid") == 1
    for _ in range(6):
        resting = cost(ADDRESS)
    assert resting == 1


@pytest.mark.parametrize("address", [ADDRESS, "nobody@example.invalid"])
def test_after_five_failures_the_password_rests_whoever_it_is(nina, address: str) -> None:
    for _ in range(4):
        assert "fit together" in give_password(Client(), email=address, password="wrong wrong wrong").content.decode()
    assert "too many tries" in give_password(Client(), email=address, password="wrong wrong wrong").content.decode()
    assert "too many tries" in give_password(Client(), email=address.upper(), password=PASSWORD).content.decode()
    assert FailedAttempt.objects.count() == 5


def test_what_was_tried_is_kept_nowhere(nina, client: Client) -> None:
    give_password(client, email="secret.person@example.invalid", password="wrong wrong wrong")
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest FROM accounts_failedattempt")
        assert "secret" not in cursor.fetchone()[0]
        cursor.execute("SELECT row_to_json(e)::text FROM audit_auditevent e WHERE verb = 'session.refused'")
        assert "secret" not in cursor.fetchone()[0]


def test_five_wrong_codes_rest_the_second_factor(nina, client: Client) -> None:
    _, secret, _ = nina
    give_password(client)
    for _ in range(5):
        client.post("/sign-in/second-factor/", {"code": "000000"})
    answer = client.post("/sign-in/second-factor/", {"code": code_now(secret, 1)})
    assert "too many tries" in answer.content.decode()


def test_signing_in_failing_and_leaving_are_events(nina, client: Client) -> None:
    account, secret, _ = nina
    give_password(client, password="wrong wrong wrong")
    give_password(client)
    client.post("/sign-in/second-factor/", {"code": code_now(secret, 1)})
    client.post("/sign-out/")
    found = [verb for verb, _ in verbs()]
    assert ("session.refused", account.code) in verbs()
    assert [one for one in found if one.startswith("session.")][-2:] == ["session.signed_in", "session.signed_out"]


def test_after_signing_out_the_cookie_opens_nothing(nina, client: Client) -> None:
    _, secret, _ = nina
    give_password(client)
    client.post("/sign-in/second-factor/", {"code": code_now(secret, 1)})
    cookie = client.cookies["rd_session"].value
    client.post("/sign-out/")
    thief = Client()
    thief.cookies["rd_session"] = cookie
    assert thief.get("/sessions/")["Location"].startswith("/sign-in/")


@pytest.mark.req("PRIV-5")
def test_the_table_of_sessions_holds_no_cookie(nina, client: Client) -> None:
    _, secret, _ = nina
    give_password(client)
    client.post("/sign-in/second-factor/", {"code": code_now(secret, 1)})
    cookie = client.cookies["rd_session"].value
    assert not Session.objects.filter(session_key=cookie).exists()
    thief = Client()
    thief.cookies["rd_session"] = SignedInSession.objects.get(
        ended_at=None, digest=Session.objects.latest("expire_date").pk
    ).digest
    assert thief.get("/sessions/")["Location"].startswith("/sign-in/")


def test_the_cookie_changes_at_each_step(nina, client: Client) -> None:
    _, secret, _ = nina
    seen = []
    give_password(client)
    seen.append(client.cookies["rd_session"].value)
    client.post("/sign-in/second-factor/", {"code": code_now(secret, 1)})
    seen.append(client.cookies["rd_session"].value)
    assert len(set(seen)) == 2


def test_a_fourth_session_ends_the_one_used_longest_ago(nina) -> None:
    account, _, codes = nina
    for number in range(3):
        client = Client()
        give_password(client)
        client.post("/sign-in/second-factor/", {"code": codes[number]})
    running = SignedInSession.objects.filter(account=account, ended_at=None)
    assert running.count() == 3
    assert SignedInSession.objects.filter(account=account).order_by("started_at").first().ended_at is not None


def test_a_broken_passkey_answer_is_refused(nina, client: Client) -> None:
    for answer in ["", "{}", "[1]", '{"response": {"userHandle": "AAAA"}}', '{"response": {"userHandle": 3}}']:
        assert client.post("/sign-in/passkey/", {"answer": answer}).status_code == 422


def test_a_person_without_password_cannot_sign_in(client: Client) -> None:
    invite("Wanda Waiting", "wanda@example.invalid")
    assert give_password(client, email="wanda@example.invalid", password="!").status_code == 422


def test_an_arrival_is_forgotten_after_a_quarter_of_an_hour(nina, client: Client) -> None:
    from datetime import timedelta

    import time_machine

    give_password(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert client.get("/sign-in/second-factor/")["Location"] == "/sign-in/"
