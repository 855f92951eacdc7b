"""The command `keys` and its nightly job: what they do, what they refuse, what they print."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rightdoor.config import inner_health, jobs, keys
from rightdoor.config.cli import Parser, Refused
from rightdoor.config.commands import keys as command
from rightdoor.config.inner_health import Occasion
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.sealing import keyring, roots, rotation, seals
from rightdoor.foundation.sealing.models import DataKey, Epoch
from rightdoor.foundation.sealing.roots import RootKeyUnusable
from rightdoor.foundation.sealing.rotation import RotationRefused
from rightdoor.foundation.sealing.seals import SealContext

pytestmark = [pytest.mark.django_db(databases=["default", "keyring"]), pytest.mark.req("PRIV-3")]

LABEL = SealContext("clients_identity", "who", "ROW", "HJKM-7902", "NPQR-4444", "ID")


@pytest.fixture
def now() -> datetime:
    """The machine's own moment: the command asks the clock."""
    return datetime.now(UTC)


@pytest.fixture
def home(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime) -> Iterator[Path]:
    """Keys of its own, one value sealed, and a command that uses the test's databases."""
    (tmp_path / "boxes").mkdir()
    settings.ENV = dataclasses.replace(settings.ENV, home=tmp_path, agency_keys=tmp_path / "boxes", key_server="")
    keyring.holder_keys.clear()
    seals.ensure_root_key()
    Epoch.objects.update(began_at=now)
    seals.seal("a text", LABEL)
    monkeypatch.setattr(command, "database", lambda purpose: contextlib.nullcontext())
    yield tmp_path
    keyring.holder_keys.clear()


def door(*arguments: str) -> int:
    """`./door keys ...`"""
    parser = Parser(prog="door keys")
    command.add_arguments(parser)
    return command.run(parser.parse_args(arguments, argparse.Namespace()))


def test_status_tells_each_epoch_and_the_window_of_a_shred(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert door("status") == 0
    said = capsys.readouterr().out
    assert "this site: epoch 1, current" in said
    assert "1 keys, its root key is here" in said
    assert "14 days later at the latest" in said
    assert door("status", "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["root_key_is_here"] is True


def test_status_fails_when_a_root_key_is_gone_or_an_epoch_is_overdue(home: Path, now: datetime) -> None:
    Epoch.objects.update(began_at=now - timedelta(days=15))
    assert door("status") == 1
    Epoch.objects.update(began_at=now)
    assert door("status") == 0
    (home / "keys" / "root-1.key").rename(home / "elsewhere")
    assert door("status") == 1


def test_rotate_moves_tries_and_drops_and_leaves_events(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert door("rotate") == 0
    assert "No epoch was dropped." in capsys.readouterr().out
    assert door("rotate") == 0
    said = capsys.readouterr().out
    assert "Epoch 3 has begun: 1 keys moved and tried" in said
    assert "Dropped for good: epoch 1." in said
    assert roots.epochs() == [2, 3]
    verbs = list(AuditEvent.objects.filter(verb__startswith="keys.").order_by("id").values_list("verb", flat=True))
    assert verbs == ["keys.epoch_turned", "keys.epoch_turned", "keys.epoch_dropped"]


def test_drop_takes_one_epoch_or_all_that_are_not_kept(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        door("rotate", "--keep-old")
    assert roots.epochs() == [1, 2, 3, 4]
    door("drop", "2")
    assert roots.epochs() == [1, 3, 4]
    door("drop")
    assert roots.epochs() == [3, 4]
    with pytest.raises(Refused, match="current epoch"):
        door("drop", "4")
    assert roots.epochs() == [3, 4]


def test_a_refusal_is_one_line_and_nothing_is_moved(home: Path) -> None:
    DataKey.objects.update(wrapped=b"\x01" + bytes(60))
    with pytest.raises(Refused, match="does not open"):
        door("rotate")
    assert keyring.current_epoch() == 1


def test_only_an_agency_that_keeps_its_own_records_gets_its_own_root(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from rightdoor.community.partners.models import Agency

    agency = Agency.objects.create(code=LABEL.holder, name="Invented Shelter", discipline="victim_advocate")
    with pytest.raises(Refused, match="no agency"):
        door("move-agency", "ZZZZ-2345")
    with pytest.raises(Refused, match="own records"):
        door("move-agency", LABEL.holder)
    agency.keeps_own_records = True
    agency.save()
    with pytest.raises(Refused, match="not here"):
        door("move-agency", LABEL.holder)
    (home / "boxes" / LABEL.holder).mkdir()
    assert door("move-agency", LABEL.holder.lower()) == 0
    assert "1 keys were moved" in capsys.readouterr().out
    assert DataKey.objects.get().holder_key.root == LABEL.holder
    assert door("status") == 0
    assert f"agency {LABEL.holder}: epoch 1, current" in capsys.readouterr().out
    assert door("rotate", "--agency", LABEL.holder) == 0
    assert door("move-agency", "--back", LABEL.holder) == 0
    assert DataKey.objects.get().holder_key.root == ""


def test_the_nightly_job_turns_weekly_and_drops_the_one_before_last(home: Path, now: datetime) -> None:
    for day in range(1, 22):
        jobs.turn_epochs(now=now + timedelta(days=day))
    assert keyring.current_epoch() == 4
    assert roots.epochs() == [3, 4]


def test_an_epoch_of_another_length_is_a_setting_and_none_at_all_too(home: Path, now: datetime, settings: Any) -> None:
    settings.ENV = dataclasses.replace(settings.ENV, epoch_days=3, epochs_kept=2)
    assert keys.shred_window() == timedelta(days=9)
    assert [turned.epoch for turned in keys.turn_if_due(now + timedelta(days=3))] == [2]
    settings.ENV = dataclasses.replace(settings.ENV, epoch_days=0)
    assert keys.turn_if_due(now + timedelta(days=300)) == []


def test_an_agencys_key_that_is_away_does_not_stop_the_sites_own_epoch(home: Path, now: datetime) -> None:
    box = home / "boxes" / LABEL.holder
    box.mkdir()
    rotation.give_own_root(LABEL.holder, suite=1, now=now)
    seals.seal("another agency's", dataclasses.replace(LABEL, holder="ZZZZ-2345"))
    box.rename(home / "taken")
    keyring.holder_keys.clear()
    later = now + timedelta(days=8)
    assert [turned.root for turned in keys.turn_if_due(later)] == [""]
    (home / "taken").rename(box)
    assert [turned.root for turned in keys.turn_if_due(later)] == [LABEL.holder]


def test_the_sites_own_key_that_is_away_is_a_fault_of_the_job(home: Path, now: datetime) -> None:
    (home / "keys" / "root-1.key").unlink()
    keyring.holder_keys.clear()
    with pytest.raises(RootKeyUnusable):
        jobs.turn_epochs(now=now + timedelta(days=8))


def test_a_client_that_cannot_be_read_keeps_the_old_root_keys(
    home: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    door("rotate")

    def cannot() -> int:
        raise RotationRefused("3 clients cannot be read.")

    monkeypatch.setattr(keys, "read_canaries", cannot)
    with pytest.raises(Refused, match="cannot be read"):
        door("rotate")
    assert roots.epochs() == [1, 2, 3]
    with pytest.raises(Refused, match="cannot be read"):
        door("drop")
    assert roots.epochs() == [1, 2, 3]


def test_the_doctor_sees_an_overdue_epoch_and_old_root_keys(home: Path, now: datetime) -> None:
    occasion = Occasion(now, None)
    assert inner_health.key_epochs(occasion).ok
    Epoch.objects.update(began_at=now - timedelta(days=15))
    assert "overdue" in inner_health.key_epochs(occasion).sentence
    Epoch.objects.update(began_at=now)
    for _ in range(2):
        door("rotate", "--keep-old")
    assert "1 old root keys wait" in inner_health.key_epochs(occasion).sentence
    door("drop")
    assert inner_health.key_epochs(occasion).ok
    (home / "keys" / "root-3.key").unlink()
    assert not inner_health.key_epochs(occasion).ok


def test_the_doctor_takes_an_agencys_absent_key_for_no_fault(home: Path, now: datetime) -> None:
    box = home / "boxes" / LABEL.holder
    box.mkdir()
    rotation.give_own_root(LABEL.holder, suite=1, now=now)
    box.rename(home / "taken")
    keyring.holder_keys.clear()
    finding = inner_health.key_epochs(Occasion(now, None))
    assert finding.ok
    assert "1 of those keys are not here now" in finding.sentence


def a_referral(now: datetime) -> Any:
    """One child's referral, with its sealed cells."""
    from rightdoor.casework.clients.person import Whereabouts, Who
    from rightdoor.casework.referrals.actions import receive_referral
    from rightdoor.foundation.jurisdiction.active import active_pack
    from tests.people import REGION, make_person

    pack = active_pack().trafficking
    viewer = make_person("Cora Coordinator", now=now, roles=(("care_coordinator", REGION),))
    return receive_referral(
        viewer,
        source=pack.sources.keys()[0],
        channel=pack.channels.keys()[0],
        region=REGION,
        who=Who("Nora", "Nowhere"),
        whereabouts=Whereabouts(),
        facts={},
        story="Invented.",
        now=now,
    )


def test_an_older_value_put_back_into_its_own_cell_is_found(
    home: Path, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    from rightdoor.casework.clients.identity import Identity, who_label

    client = a_referral(now).client
    older = bytes(Identity.objects.get(client=client).who_sealed)
    assert door("values") == 0
    newer = seals.seal(seals.open_sealed(older, who_label(client)), who_label(client))
    Identity.objects.filter(client=client).update(who_sealed=newer)
    assert door("values") == 0, "a value that was written anew is no older one"
    Identity.objects.filter(client=client).update(who_sealed=older)
    assert seals.open_sealed(older, who_label(client)), "it opens, so nothing else would say so"
    capsys.readouterr()
    assert door("values") == 1
    pk = Identity.objects.get(client=client).pk
    assert f"clients_identity.who_sealed {pk}: an older value was put back" in capsys.readouterr().out
    assert AuditEvent.objects.filter(verb="keys.older_value_found").get().details["cells"] == 1
    assert "older value" in inner_health.key_epochs(Occasion(now, None)).sentence


def test_after_a_restore_the_operator_says_that_it_was_them(home: Path, now: datetime) -> None:
    from rightdoor.casework.clients.identity import Identity, who_label

    client = a_referral(now).client
    older = bytes(Identity.objects.get(client=client).who_sealed)
    door("values")
    Identity.objects.filter(client=client).update(who_sealed=seals.seal("{}", who_label(client)))
    door("values")
    Identity.objects.filter(client=client).update(who_sealed=older)
    assert door("values") == 1
    assert door("values", "--accept") == 0
    assert door("values") == 0
    assert inner_health.key_epochs(Occasion(now, None)).ok


def test_the_night_looks_by_itself(home: Path, now: datetime) -> None:
    from rightdoor.foundation.sealing.models import SeenValue

    a_referral(now)
    jobs.look_for_older_values(now=now)
    first = SeenValue.objects.count()
    assert first >= 4
    jobs.look_for_older_values(now=now + timedelta(days=1))
    assert SeenValue.objects.count() == first
