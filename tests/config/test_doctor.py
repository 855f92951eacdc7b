"""The doctor: one line for each check, a remedy for each fault, and an honest exit status."""

from __future__ import annotations

import fcntl
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rightdoor.config import cli, health
from rightdoor.config.backups import making
from rightdoor.config.commands import doctor


def test_a_fault_names_its_remedy_and_the_status_is_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("RIGHTDOOR_PACK", str(tmp_path / "nowhere"))
    assert cli.main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert f"FAULT jurisdiction pack {tmp_path / 'nowhere'}\n      Set RIGHTDOOR_PACK" in said


def test_a_check_that_breaks_is_a_fault_and_the_others_still_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        doctor, "CHECKS", ("rightdoor.config.no_such_module:check", "rightdoor.config.health:python_version")
    )
    assert cli.main(["doctor", "--json"]) == 1
    rows = json.loads(capsys.readouterr().out)
    assert [row["ok"] for row in rows][:2] == [False, True]


def test_every_check_exists() -> None:
    for name in doctor.CHECKS:
        assert isinstance(doctor.look(name), health.Finding), name


def test_keys_that_others_can_read_are_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RIGHTDOOR_HOME", str(tmp_path))
    (tmp_path / "keys").mkdir(mode=0o700)
    (tmp_path / "keys" / "django").write_text("x", "utf-8")
    (tmp_path / "keys" / "django").chmod(0o644)
    assert not health.state_folder().ok
    (tmp_path / "keys" / "django").chmod(0o600)
    assert health.state_folder().ok


def test_a_new_installation_is_neither_sound_nor_at_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "KEYRING_URL", "KEYRING_OWNER_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RIGHTDOOR_HOME", str(tmp_path / "new"))
    monkeypatch.setenv("RIGHTDOOR_DEMO", "1")
    assert cli.main(["doctor"]) == 2
    assert "could not be looked at" in capsys.readouterr().out
    assert not (tmp_path / "new").exists()  # looking makes nothing


def test_half_of_the_database_addresses_are_a_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("RIGHTDOOR_HOME", str(tmp_path))
    monkeypatch.delenv("KEYRING_OWNER_URL")
    assert cli.main(["doctor"]) == 1
    assert "but not KEYRING_OWNER_URL" in capsys.readouterr().out


def test_no_password_is_ever_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("RIGHTDOOR_HOME", str(tmp_path))
    address = "postgres://someone:very-secret-word@127.0.0.1:1/nothing"
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "KEYRING_URL", "KEYRING_OWNER_URL"):
        monkeypatch.setenv(name, address)
    monkeypatch.setenv("RIGHTDOOR_EMAIL_URL", "smtp://clerk:other-secret-word@127.0.0.1:1?tls=1")
    for how in (["doctor"], ["doctor", "--json"]):
        assert cli.main(how) == 1
        said = "".join(capsys.readouterr())
        assert "secret-word" not in said
        assert "127.0.0.1:1 cannot be reached" in said
        assert "the database does not answer" in said
    broken = f'invalid dsn: "{address}" password=very-secret-word'
    assert "secret-word" not in doctor.without_secrets(broken)


def test_mail_that_is_kept_is_said_and_is_a_fault_at_a_public_site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RIGHTDOOR_EMAIL_URL", raising=False)
    monkeypatch.delenv("RIGHTDOOR_ORIGIN", raising=False)
    assert health.mail().ok
    assert "kept in the outbox" in health.mail().sentence
    monkeypatch.setenv("RIGHTDOOR_ORIGIN", "https://care.example.gov")
    assert not health.mail().ok


def test_a_real_installation_hears_that_it_has_no_backup(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RIGHTDOOR_DEMO", "0")
    monkeypatch.setenv("RIGHTDOOR_HOME", str(tmp_path))
    finding = health.backups()
    assert not finding.ok
    assert "backup --new-key" in finding.remedy
    assert "escrow" in finding.remedy


@pytest.mark.parametrize(
    ("backup", "drill", "sound", "says"),
    [
        (1, 3, True, "held"),
        (3, 3, True, "3 days old"),
        (1, None, True, "tried out"),
        (1, 11, True, "tried out"),
        (1, 3, False, "does not hold"),
    ],
)
def test_backup_and_drill_are_of_the_last_days(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, backup: int, drill: int | None, sound: bool, says: str
) -> None:
    monkeypatch.setenv("RIGHTDOOR_DEMO", "0")
    monkeypatch.setenv("RIGHTDOOR_HOME", str(tmp_path))
    now = datetime.now(UTC)
    making.note_state(tmp_path, backup={"made_at": (now - timedelta(days=backup)).isoformat()})
    if drill is not None:
        making.note_state(tmp_path, drill={"at": (now - timedelta(days=drill)).isoformat(), "sound": sound})
    finding = health.backups()
    assert says in finding.sentence
    assert finding.ok == (says == "held")


def test_debug_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIGHTDOOR_DEBUG", "1")
    assert not health.settings().ok


def test_whether_the_site_runs_is_read_from_its_lock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "KEYRING_URL", "KEYRING_OWNER_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RIGHTDOOR_HOME", str(tmp_path))
    assert health.is_running() is False
    with open(tmp_path / "cluster.owner", "w", encoding="utf-8") as note:
        note.write("1 run\n")
        note.flush()
        assert health.is_running() is False  # left behind by one that was killed
        fcntl.flock(note, fcntl.LOCK_EX)
        assert health.is_running() is True
        note.seek(0)
        note.write("1 doctor\n")
        note.flush()
        assert health.is_running() is False  # a short command holds the database
    monkeypatch.setenv("DATABASE_URL", "postgres://a@b/c")
    for name in ("DATABASE_OWNER_URL", "KEYRING_URL", "KEYRING_OWNER_URL"):
        monkeypatch.setenv(name, "postgres://a@b/c")
    assert health.is_running() is None
