"""The doctor within the databases: what is sound is called sound, and each thing that is broken is found."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rightdoor.config import health, inner_health
from rightdoor.config.commands import doctor
from rightdoor.config.inner_health import Occasion
from tests.people import make_person

pytestmark = pytest.mark.django_db(databases=["default", "keyring"])


@pytest.fixture
def today() -> datetime:
    """The machine's own moment: clocks, heartbeats and seals are held against it."""
    return datetime.now(UTC)


@pytest.fixture
def a_client(today: datetime) -> object:
    """One client whose name is sealed."""
    from rightdoor.casework.clients.disclosure import Whereabouts, Who
    from rightdoor.casework.referrals.actions import receive_referral
    from rightdoor.foundation.jurisdiction.active import active_pack

    pack = active_pack()
    region = pack.regions[0].key
    viewer = make_person("Cora Coordinator", now=today, roles=(("care_coordinator", region),))
    referral = receive_referral(
        viewer,
        source=pack.trafficking.sources.keys()[0],
        channel=pack.trafficking.channels.keys()[0],
        region=region,
        who=Who("Nora", "Nowhere"),
        whereabouts=Whereabouts(),
        facts={},
        story="Invented.",
        now=today,
    )
    return referral.client


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, settings: object, tmp_path: Path) -> Iterator[Path]:
    """Another state folder, empty, with no key of this installation."""
    import dataclasses

    from rightdoor.foundation.sealing.keyring import holder_keys

    monkeypatch.setenv("RIGHTDOOR_HOME", str(tmp_path))
    settings.ENV = dataclasses.replace(settings.ENV, home=tmp_path)
    holder_keys.clear()
    yield tmp_path
    holder_keys.clear()


@pytest.mark.parametrize("check", [name for name in doctor.INSIDE if not name.endswith((":queue", ":audit"))])
def test_a_sound_installation_is_called_sound(check: str, a_client: object, today: datetime) -> None:
    finding = doctor.look(check, Occasion(today, True))
    assert finding.ok, finding


def test_the_sample_is_opened_and_nothing_of_it_is_said(a_client: object, today: datetime) -> None:
    finding = inner_health.keyring(Occasion(today, None))
    assert finding.ok
    assert "1 sampled records" in finding.sentence
    assert "Nora" not in finding.sentence
    assert "Nowhere" not in finding.sentence


def test_keys_of_another_installation_are_found(a_client: object, elsewhere: Path, today: datetime) -> None:
    from rightdoor.foundation.sealing import roots

    roots.create_root_key(1)
    assert not inner_health.keyring(Occasion(today, None)).ok


def test_a_lost_root_key_is_found(a_client: object, elsewhere: Path, today: datetime) -> None:
    finding = inner_health.keyring(Occasion(today, None))
    assert not finding.ok
    assert "root key of epoch 1 is missing" in finding.sentence
    assert not health.keys_apart().ok


def test_a_record_whose_keys_were_destroyed_on_purpose_is_no_fault(a_client: object, today: datetime) -> None:
    from rightdoor.foundation.sealing.seals import destroy_subject

    destroy_subject(a_client.code, now=today)
    assert inner_health.keyring(Occasion(today, None)).ok


def test_a_root_key_that_others_can_read_is_found(elsewhere: Path) -> None:
    (elsewhere / "keys").mkdir(mode=0o700)
    key = elsewhere / "keys" / "root-1.key"
    key.write_text("00" * 32, "ascii")
    key.chmod(0o640)
    assert "mode 0600" in health.keys_apart().sentence
    assert not health.keys_apart().ok
    key.chmod(0o600)
    assert health.keys_apart().ok


def test_keys_inside_the_databases_folder_are_found(elsewhere: Path) -> None:
    (elsewhere / "keys").mkdir(mode=0o700)
    (elsewhere / "keys" / "root-1.key").write_text("00" * 32, "ascii")
    (elsewhere / "keys" / "root-1.key").chmod(0o600)
    (elsewhere / "cluster.place").write_text(f"{elsewhere}\n", "utf-8")
    assert not health.keys_apart().ok


def test_a_serving_role_that_owns_the_tables_is_found(today: datetime) -> None:
    """The owner's own connection stands for a site that was set up with one role for everything."""
    import dj_database_url
    from django.db import connections

    connection = connections["default"]
    owner = dj_database_url.parse(os.environ["DATABASE_OWNER_URL"])
    copy = connection.copy()
    copy.settings_dict = {**connection.settings_dict, "USER": owner["USER"], "PASSWORD": owner["PASSWORD"]}
    kept = connections["default"]
    connections["default"] = copy
    try:
        finding = inner_health.serving_role(Occasion(today, None))
    finally:
        copy.close()
        connections["default"] = kept
    assert not finding.ok
    assert "default" in finding.sentence


def test_a_clock_that_is_six_seconds_off_is_found(monkeypatch: pytest.MonkeyPatch, today: datetime) -> None:
    import time_machine

    with time_machine.travel(today + timedelta(seconds=6), tick=False):
        assert not inner_health.clock(Occasion(today, None)).ok
    assert inner_health.clock(Occasion(today, None)).ok


def _heartbeat(at: datetime) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [at])


def test_a_dead_worker_is_a_fault_while_the_site_runs(today: datetime) -> None:
    _heartbeat(today - timedelta(minutes=2))
    assert inner_health.queue(Occasion(today, False)).ok
    assert "no job worker is alive" in inner_health.queue(Occasion(today, True)).sentence
    assert not inner_health.queue(Occasion(today, None)).ok
    _heartbeat(today)
    assert inner_health.queue(Occasion(today, None)).ok


def test_a_job_that_waits_too_long_or_was_given_up_is_found(today: datetime) -> None:
    from django.db import connection

    _heartbeat(today)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, scheduled_at) "
            "VALUES ('rightdoor', 'made.up', 0, '{}', %s) RETURNING id",
            [today - timedelta(minutes=30)],
        )
        number = cursor.fetchone()[0]
        assert "has waited 30 minutes" in inner_health.queue(Occasion(today, True)).sentence
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [number])
    assert "given up: made.up" in inner_health.queue(Occasion(today, True)).sentence


def test_an_event_that_waits_for_its_seal_is_a_fault_only_while_the_site_runs(
    a_client: object, today: datetime
) -> None:
    from rightdoor.foundation.audit import sealer

    sealer.outside_path().unlink(missing_ok=True)  # what tests before this one sealed was rolled back, its copy was not
    later = today + timedelta(minutes=30)
    running, stopped = (inner_health.audit(Occasion(later, runs)) for runs in (True, False))
    assert not running.ok
    assert stopped.ok, stopped


def test_only_the_newest_batches_are_read_and_a_changed_one_is_found(
    settings: object, a_client: object, today: datetime, elsewhere: Path
) -> None:
    from django.db import connection

    from rightdoor.foundation.audit import sealer
    from rightdoor.foundation.audit.events import record_read

    a_reader = make_person("Rita Reader", now=today, roles=())
    sealer.ensure_signing_key()
    for _ in range(3):
        record_read(a_reader, "client.identity_seen", a_client)
    # Another test's long transaction on the same server holds the seal back; here it is waited for.
    assert sealer.seal_batches(today, size=1, patience=120) >= 3
    whole, quick = sealer.verify(today), sealer.verify(today, newest=2)
    assert whole.is_sound
    assert quick.is_sound
    assert quick.batches == 2 < whole.batches
    assert sealer.verify(today, newest=1000) == whole
    assert inner_health.audit(Occasion(today, True)).ok
    lines = sealer.outside_path().read_text("ascii").splitlines()
    lines[-1] = lines[-1].replace(lines[-1].split()[1], "0" * 64)
    sealer.outside_path().write_text("\n".join(lines) + "\n", "ascii")
    assert not inner_health.audit(Occasion(today, True)).ok
    assert connection.in_atomic_block  # nothing of this stays
