"""SEC-18: an agency keeps its key and takes it away. Its records say so in a sentence; everything else works."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser

from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.casework.referrals.actions import receive_referral
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.sealing import keyring, root_transit, rotation, seals
from rightdoor.foundation.sealing.roots import AWAY
from tests.bars import sabotage
from tests.foundation.sealing.key_server import TOKEN, KeyServer
from tests.people import OTHER_REGION, REGION, make_person
from tests.signing_in import sign_in

PAGES = ("/", "/referrals/", "/clocks/", "/cases/", "/meetings/", "/reports/", "/directory/", "/sessions/")


@pytest.fixture
def now() -> datetime:
    """The pages' own moment."""
    return datetime.now(UTC)


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Keys of its own, and a folder of key boxes."""
    (tmp_path / "boxes").mkdir()
    settings.ENV = dataclasses.replace(settings.ENV, home=tmp_path, agency_keys=tmp_path / "boxes")
    keyring.holder_keys.clear()
    seals.ensure_root_key()
    yield tmp_path
    keyring.holder_keys.clear()


def coordinator_with_a_child(name: str, region: str, given: str, now: datetime) -> tuple[Viewer, str, str]:
    """A coordinator of an agency of its own, and one referral there: (viewer, code of the referral, holder)."""
    pack = active_pack().trafficking
    viewer = make_person(name, now=now, roles=(("care_coordinator", region),), discipline="care_coordinator")
    referral = receive_referral(
        viewer,
        source=pack.sources.keys()[0],
        channel=pack.channels.keys()[0],
        region=region,
        who=Who(given, "Nowhere"),
        whereabouts=Whereabouts(),
        facts={},
        story="Invented story.",
        now=now,
    )
    return viewer, referral.code, referral.client.holder


@pytest.mark.bar("SEC-18")
@pytest.mark.req("PRIV-3", "PRIV-5")
def test_with_an_agencys_key_away_its_records_say_so_and_everything_else_works(home: Path, now: datetime) -> None:
    apart, kept, holder = coordinator_with_a_child("Cora Apart", REGION, "Zebulina", now)
    other, open_one, theirs = coordinator_with_a_child("Otto Elsewhere", OTHER_REGION, "Wilhelmina", now)
    assert holder != theirs
    (home / "boxes" / holder).mkdir()
    assert rotation.give_own_root(holder, suite=1, now=now) > 0
    keyring.holder_keys.clear()
    mine, elsewhere = browser(apart, now), browser(other, now)
    assert "Zebulina" in text_of(mine, f"/referrals/{kept}/")

    shutil.move(home / "boxes" / holder, home / "taken")
    keyring.holder_keys.clear()
    answer = mine.get(f"/referrals/{kept}/")
    assert answer.status_code in {200, 503}
    assert AWAY in answer.content.decode()
    assert "Zebulina" not in answer.content.decode()
    for page in PAGES:
        reply = mine.get(page, follow=True)
        assert reply.status_code in {200, 404}, f"{page}: {reply.status_code}"
    assert kept in text_of(mine, "/referrals/"), "the row is there, without its name"

    assert "Wilhelmina" in text_of(elsewhere, f"/referrals/{open_one}/")
    for page in PAGES:
        reply = elsewhere.get(page, follow=True)
        assert reply.status_code in {200, 404}
        assert AWAY not in reply.content.decode()
    coordinator_with_a_child("Nell New", OTHER_REGION, "Nadine", now)

    shutil.move(home / "taken", home / "boxes" / holder)
    keyring.holder_keys.clear()
    assert "Zebulina" in text_of(mine, f"/referrals/{kept}/")


@pytest.mark.bar("SEC-18")
def test_a_new_record_of_that_agency_waits_for_the_key_in_words(home: Path, now: datetime) -> None:
    """What needs a new key of theirs is refused with the sentence, and leaves nothing behind."""
    from rightdoor.casework.clients.models import Client
    from rightdoor.foundation.sealing.roots import KeyAway

    _, _, holder = coordinator_with_a_child("Cora Apart", REGION, "Zebulina", now)
    (home / "boxes" / holder).mkdir()
    rotation.give_own_root(holder, suite=1, now=now)
    shutil.rmtree(home / "boxes" / holder)
    keyring.holder_keys.clear()
    before = Client.objects.count()
    pack = active_pack().trafficking
    viewer = make_person(
        "Cato Apart", now=now, roles=(("care_coordinator", REGION),), discipline="care_coordinator", agency=holder
    )
    with pytest.raises(KeyAway, match="keeps its key"):
        receive_referral(
            viewer,
            source=pack.sources.keys()[0],
            channel=pack.channels.keys()[0],
            region=REGION,
            who=Who("Nadine", "Nowhere"),
            whereabouts=Whereabouts(),
            facts={},
            story="Invented.",
            now=now,
        )
    assert Client.objects.count() == before


@pytest.mark.req("PRIV-3")
def test_with_the_sites_own_key_server_away_no_page_breaks(
    settings: Any, tmp_path: Path, now: datetime, server: KeyServer
) -> None:
    """Nothing is cached, as after a start: what needs the key says so, the rest is there, and all of it comes back."""
    (tmp_path / "token").write_text(TOKEN, "ascii")
    settings.ENV = dataclasses.replace(
        settings.ENV, home=tmp_path, key_server=server.address, key_server_token=str(tmp_path / "token")
    )
    forget()
    seals.ensure_root_key()
    viewer, code, _ = coordinator_with_a_child("Cora Capital", REGION, "Zebulina", now)
    person = browser(viewer, now)
    assert "Zebulina" in text_of(person, f"/referrals/{code}/")
    server.stop()
    forget()
    answers = {page: person.get(page, follow=True) for page in (*PAGES, f"/referrals/{code}/", "/en/", "/sign-in/")}
    assert {answer.status_code for answer in answers.values()} <= {200, 404, 503}
    said = answers[f"/referrals/{code}/"]
    assert said.status_code == 503
    assert "cannot reach its key" in said.content.decode()
    assert "127.0.0.1" not in said.content.decode()
    assert answers["/directory/"].status_code in {200, 404}
    assert answers["/sessions/"].status_code == 200
    server.start_again()
    forget()
    assert "Zebulina" in text_of(person, f"/referrals/{code}/")


@pytest.fixture
def server() -> Iterator[KeyServer]:
    """A key server on this machine."""
    made = KeyServer()
    yield made
    made.stop()
    forget()


def forget() -> None:
    """As if the process began anew."""
    keyring.holder_keys.clear()
    root_transit.server.cache_clear()


@sabotage("SEC-18", "a key that is away is a fault like any other")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from rightdoor.foundation.ui.middleware import Refusals

    real = keyring.keys_by_id
    monkeypatch.setattr(keyring, "keys_by_id", lambda ids, away=None: real(ids))
    monkeypatch.setattr(Refusals, "process_exception", lambda self, request, problem: None)


def browser(viewer: Viewer, now: datetime) -> Browser:
    """Signed in, and told of every fault as a page."""
    return sign_in(Browser(raise_request_exception=False), viewer, at=now)


def text_of(who: Browser, page: str) -> str:
    """A page that must be there."""
    reply = who.get(page)
    assert reply.status_code == 200, f"{page}: {reply.status_code}"
    return reply.content.decode()
