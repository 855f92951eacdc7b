"""A packet for somebody without an account: exactly what was chosen, in its window, and nothing else of the site."""

from __future__ import annotations

import io
from datetime import timedelta

import pikepdf
import pytest
import time_machine
from django.test import Client as Browser

from rightdoor.casework.clients.actions import end_ground
from rightdoor.casework.consents.actions.releases import flag_person, record_person
from rightdoor.casework.consents.models import OutsideDisclosure
from rightdoor.casework.consents.told import Flags, PersonWho
from rightdoor.casework.staffings.models import Packet
from rightdoor.casework.staffings.packets.actions import make_packet, revoke_packet
from rightdoor.casework.staffings.packets.queries import packets_of
from rightdoor.casework.staffings.queries import standing_for
from rightdoor.community.partners.actions import add_partner
from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.domain.packet import MOST_TRIES
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.access.viewers import NOBODY
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.fence import acting_as, with_receipt
from tests.casework import team
from tests.casework.staffings.releasing import core_release
from tests.casework.visiting import Visitor
from tests.people import REGION, make_person

READER = "Renata Reader"


@pytest.fixture
def staffing(scene):
    return team.scheduled(scene)


@pytest.fixture
def release(scene, staffing):
    admin = make_person("Adam Administrator", now=scene.now, roles=(("administrator", ""),))
    clinic = add_partner(
        admin, name="Invented Clinic", discipline="medical", level="local", regions=[REGION], now=scene.now
    )
    return core_release(scene.coordinator, staffing.case.client, clinic.code, now=scene.now)


@pytest.fixture
def made(scene, staffing, release):
    return make(scene, staffing, release)


def make(scene, staffing, release, **changed):
    return make_packet(
        scene.coordinator,
        staffing,
        **{
            "reader": READER, "ground": release.code, "items": ["agenda", "established"], "now": scene.now, **changed,
        },
    )  # fmt: skip


class Stranger:
    """A browser without an account and without a cookie, at the moment of the meeting."""

    def __init__(self, secret, at):
        self.path, self.at, self.browser = f"/read/{secret}/", at, Browser()

    def say(self, words, **more):
        with time_machine.travel(self.at, tick=False):
            return self.browser.post(self.path, {"words": words, **more})

    def look(self):
        with time_machine.travel(self.at, tick=False):
            return self.browser.get(self.path)

    def sign(self, proof, **more):
        with time_machine.travel(self.at, tick=False):
            return self.browser.post(self.path, {"proof": proof, "agreed": "on", **more})


def proof_in(answer):
    from tests.casework.visiting import hidden

    return hidden(answer.content.decode(), "proof")


def bare(answer):
    return answer.status_code, answer.content, {k: v for k, v in answer.headers.items() if k != "X-Request-Id"}


@pytest.mark.req("MTG-7")
def test_link_words_and_notice_lead_to_exactly_what_was_chosen_without_a_cookie(scene, staffing, made):
    stranger = Stranger(made.secret, staffing.starts_at)
    notice = stranger.say(made.words.upper())
    assert "You pass nothing on" in notice.content.decode()
    assert staffing.case.code not in notice.content.decode()
    refused = stranger.sign(proof_in(notice), agreed="")
    assert refused.status_code == 422
    shown = stranger.sign(proof_in(notice))

    text = shown.content.decode()
    assert READER in text
    assert made.packet.code in text
    assert "Safety assessment and safety plan" in text
    assert "Region:" in text
    assert "Tasks that are not done" not in text
    assert not any(secret in text for secret in (*team.SECRETS, staffing.case.code, staffing.case.client.code))
    assert not stranger.browser.cookies
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert shown.headers["Cache-Control"] == "no-store"
    (line,) = packets_of(
        scene.coordinator, staffing, stranger.at, standing_for(scene.coordinator, staffing, stranger.at)
    )
    assert [what for _, what in line.looks] == ["told", "opened"]
    event = AuditEvent.objects.filter(verb="packet.opened").get()
    assert (event.subject, event.actor) == (staffing.case.client.code, "public")
    entry = OutsideDisclosure.objects.get()
    assert (entry.kind, entry.to_agency, entry.release.code) == (
        "electronic",
        made.packet.to_agency,
        made.packet.ground,
    )


@pytest.mark.req("MTG-7")
def test_every_link_that_shows_nothing_answers_with_the_same_bytes(scene, staffing, release, made):
    at = staffing.starts_at
    others = {name: make(scene, staffing, release) for name in ("revoked", "locked", "other")}
    revoke_packet(scene.coordinator, others["revoked"].packet, now=scene.now)
    for _ in range(MOST_TRIES):
        Stranger(others["locked"].secret, at).say("wrong words")
    unknown = bare(Stranger("never-made", at).say("wrong words"))
    assert unknown[0] == 422

    answers = {
        "wrong words": Stranger(made.secret, at).say("amber anchor apple april arrow"),
        "revoked": Stranger(others["revoked"].secret, at).say(others["revoked"].words),
        "locked, right words": Stranger(others["locked"].secret, at).say(others["locked"].words),
        "words of another packet": Stranger(made.secret, at).say(others["other"].words),
        "too early": Stranger(made.secret, at - timedelta(hours=25)).say(made.words),
        "over": Stranger(made.secret, at + timedelta(hours=72)).say(made.words),
        "no words": Stranger(made.secret, at).say(""),
        "made up proof": Stranger(made.secret, at).sign("AAAA"),
    }
    for name, answer in answers.items():
        assert bare(answer) == unknown, name
    assert bare(Stranger(made.secret, at).look()) == bare(Stranger("never-made", at).look())


@pytest.mark.req("MTG-7")
def test_five_wrong_tries_lock_it_and_each_is_kept(scene, staffing, made):
    stranger = Stranger(made.secret, staffing.starts_at)

    for _ in range(MOST_TRIES):
        assert stranger.say("wrong words").status_code == 422
    packet = Packet.objects.get(pk=made.packet.pk)

    assert packet.locked_at == stranger.at
    assert [look.what for look in packet.looks.order_by("id")] == ["wrong"] * (MOST_TRIES - 1) + ["locked"]
    assert stranger.say(made.words).status_code == 422


@pytest.mark.req("MTG-7")
@pytest.mark.rule("SR-05")
def test_what_was_proved_for_one_packet_opens_no_other_and_nothing_once_taken_back(scene, staffing, release, made):
    other = make(scene, staffing, release)
    at = staffing.starts_at
    proof = proof_in(Stranger(made.secret, at).say(made.words))

    assert Stranger(other.secret, at).sign(proof).status_code == 422
    assert Stranger(made.secret, at + timedelta(minutes=31)).sign(proof).status_code == 422
    revoke_packet(scene.coordinator, made.packet, now=at)
    assert Stranger(made.secret, at).sign(proof).status_code == 422
    assert not Packet.objects.filter(signed_at__isnull=False).exists()


@pytest.mark.req("MTG-7", "PRIV-2")
def test_it_closes_with_its_ground_and_with_whoever_made_it(scene, staffing, release, made):
    at = staffing.starts_at
    other = make(scene, staffing, release)
    role = Grant.objects.filter(account__code=scene.coordinator.code)
    role.update(ends_at=scene.now)
    assert Stranger(made.secret, at).say(made.words).status_code == 422
    role.update(ends_at=None)
    assert Stranger(made.secret, at).say(made.words).status_code == 200

    end_ground(scene.coordinator, staffing.case.client, code=release.code, now=scene.now)

    assert Stranger(other.secret, at).say(other.words).status_code == 422


@pytest.mark.req("MTG-7")
def test_a_packet_needs_a_ground_for_the_core_and_nobody_else_makes_one(scene, staffing, release):
    with pytest.raises(RuleBroken, match="release"):
        make(scene, staffing, release, ground="K7MQ-4XPR")
    elsewhere = team.scheduled(scene)
    with pytest.raises(RuleBroken, match="release"):
        make(scene, elsewhere, release)
    with pytest.raises(NotPermitted):
        make_packet(
            scene.detective, staffing, reader=READER, ground=release.code, items=["agenda"], now=staffing.starts_at
        )
    assert not Packet.objects.exists()


@pytest.mark.req("MTG-7")
@pytest.mark.rule("SR-41")
def test_nobody_who_must_be_kept_away_gets_a_packet(scene, staffing, release):
    person = record_person(
        scene.coordinator, staffing.case.client, who=PersonWho(READER, "relative"), flags=Flags(), now=scene.now
    )
    with pytest.raises(RuleBroken, match="Settle"):
        make(scene, staffing, release, reader="reader, RENATA")

    flag_person(scene.coordinator, person, flags=Flags(False, False, False, False), now=scene.now)

    assert make(scene, staffing, release).packet.pk


@pytest.mark.req("PRIV-3")
def test_a_stranger_with_a_link_reaches_its_row_and_no_other(scene, staffing, release, made):
    from rightdoor.casework.cases.models import Case
    from rightdoor.casework.clients.models import Client, Ground
    from rightdoor.casework.staffings.models import Staffing

    make(scene, staffing, release)
    with acting_as(NOBODY, staffing.starts_at), with_receipt(made.packet.link_digest):
        assert [one.code for one in Packet.objects.all()] == [made.packet.code]
        assert [model.objects.count() for model in (Case, Client, Ground, Staffing)] == [0, 0, 0, 0]


@pytest.mark.req("MTG-7")
def test_the_coordinator_makes_it_on_its_page_sees_the_words_once_and_prints_it(scene, staffing, release):
    visitor = Visitor(scene.coordinator, scene.now)
    page = visitor.page(f"/staffings/{staffing.code}/packets/")
    assert release.code in page
    sent = {
        "reader": READER, "ground": release.code, "items": ["agenda"],
        "opens_at_day": "03/10/2026", "opens_at_time": "12:00 p.m.",
        "closes_at_day": "03/12/2026", "closes_at_time": "12:00 p.m.",
    }  # fmt: skip

    made = visitor.post(f"/staffings/{staffing.code}/packets/", sent)

    assert made.status_code == 200, made.content.decode()
    packet = Packet.objects.get()
    assert "/read/" in made.content.decode()
    assert "/read/" not in visitor.page(f"/staffings/{staffing.code}/packets/")
    with pikepdf.open(io.BytesIO(visitor.get(f"/packets/{packet.code}/document.pdf").content)) as pdf:
        assert pdf.open_metadata()["pdfuaid:part"] == "1"
    assert visitor.post(f"/packets/{packet.code}/").status_code == 302
    assert Packet.objects.get().revoked_by == scene.coordinator.code
    assert visitor.get(f"/packets/{packet.code}/document.pdf").status_code == 404
