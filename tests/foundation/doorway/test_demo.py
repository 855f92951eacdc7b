"""The entry of the demonstration: only there, only from this machine, only while all people are invented."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from rightdoor.domain.permission import Viewer
from rightdoor.foundation.accounts.models import Account


@pytest.fixture
def demonstration(settings: Any) -> None:
    settings.ENV = dataclasses.replace(settings.ENV, demo=True)


@pytest.fixture
def no_demonstration(settings: Any) -> None:
    settings.ENV = dataclasses.replace(settings.ENV, demo=False)


def test_one_enters_as_an_invented_person(demonstration: None, client: Client, coordinator: Viewer) -> None:
    page = client.get("/demo/").content.decode()
    assert f"Enter as {coordinator.name}" in page
    assert "Coordinates the response in a region" in page
    assert client.post(f"/demo/{coordinator.code}/")["Location"] == "/"
    assert coordinator.name in client.get("/sessions/").content.decode()


def unknown(client: Client) -> bytes:
    return client.get("/no-such-page/").content


def test_elsewhere_the_address_does_not_exist(no_demonstration: None, client: Client, coordinator: Viewer) -> None:
    for answer in (client.get("/demo/"), client.post(f"/demo/{coordinator.code}/"), client.get("/outbox/")):
        assert answer.status_code == 404
        assert answer.content == unknown(client)


def test_from_another_machine_it_does_not_exist(demonstration: None, client: Client, coordinator: Viewer) -> None:
    assert client.get("/demo/", REMOTE_ADDR="192.0.2.7").status_code == 404
    assert client.get("/demo/", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 404
    assert client.post(f"/demo/{coordinator.code}/", REMOTE_ADDR="192.0.2.7").status_code == 404


def test_with_one_real_person_it_does_not_exist(demonstration: None, client: Client, coordinator: Viewer) -> None:
    Account.objects.create(email="real@example.org", name="Real Person", created_at=timezone.now())
    assert client.get("/demo/").status_code == 404
    assert client.post(f"/demo/{coordinator.code}/").status_code == 404


def test_with_a_public_address_it_does_not_exist(settings: Any, client: Client, coordinator: Viewer) -> None:
    settings.ENV = dataclasses.replace(settings.ENV, demo=True, origin="https://care.example.gov")
    assert client.get("/demo/").status_code == 404


def test_an_empty_demonstration_lets_nobody_in(demonstration: None, client: Client) -> None:
    assert client.get("/demo/").status_code == 404


def test_nobody_enters_by_get(demonstration: None, client: Client, coordinator: Viewer) -> None:
    assert client.get(f"/demo/{coordinator.code}/").status_code == 405


def test_a_locked_demonstration_session_goes_on_with_one_press(
    demonstration: None, client: Client, coordinator: Viewer
) -> None:
    client.post(f"/demo/{coordinator.code}/")
    client.post("/lock/")
    assert client.get("/sessions/")["Location"].startswith("/sign-in/locked/")
    assert client.post("/sign-in/locked/", {"continue": "1", "next": "/sessions/"})["Location"] == "/sessions/"
    assert client.get("/sessions/").status_code == 200


def test_elsewhere_the_press_does_not_unlock(no_demonstration: None, client: Client, coordinator: Viewer) -> None:
    from tests.signing_in import sign_in

    sign_in(client, coordinator)
    client.post("/lock/")
    assert client.post("/sign-in/locked/", {"continue": "1"}).status_code == 422
