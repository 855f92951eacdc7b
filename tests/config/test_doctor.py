"""The doctor: one line for each check, a remedy for each fault, and an honest exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rightdoor.config import cli, health
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
    assert [row["ok"] for row in rows] == [False, True]


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
