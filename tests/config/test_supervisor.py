"""What keeps the site running: what children are told, what is refused, and how it starts and ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rightdoor.config import supervisor
from rightdoor.config.cli import Refused
from rightdoor.config.cluster import Connections
from rightdoor.config.env import ROOT

FOUR = Connections(
    "postgres://owner@/main", "postgres://app@/main", "postgres://owner@/keys", "postgres://app@/keys", "x"
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_children_that_serve_do_not_know_the_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgres://owner@/main")
    environment = supervisor.serving_environment(FOUR)
    assert environment["DATABASE_URL"] == "postgres://app@/main"
    assert environment["RIGHTDOOR_DB_ROLE"] == "app"
    assert [name for name, value in environment.items() if "owner@" in value] == []


def test_the_superuser_is_told_to_no_child() -> None:
    for environment in (supervisor.owner_environment(FOUR), supervisor.serving_environment(FOUR)):
        assert FOUR.superuser_url not in environment.values()


def test_a_taken_port_is_refused_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(Refused, match="--port"):
            supervisor.check_address("127.0.0.1", taken.getsockname()[1])


def test_an_open_address_without_https_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RIGHTDOOR_ORIGIN", raising=False)
    with pytest.raises(Refused, match="RIGHTDOOR_ORIGIN"):
        supervisor.check_address("0.0.0.0", free_port())


def test_a_child_that_keeps_ending_is_started_later_each_time() -> None:
    child = supervisor.Child("it", [sys.executable, "-c", "raise SystemExit(3)"], {}, parent_death=signal.SIGKILL)
    child.start(0.0)
    pauses = []
    now = 0.0
    for _ in range(8):
        assert child.process is not None
        child.process.wait()
        child.look_after(now)
        pauses.append(child.pause)
        assert child.process is None
        now = child.not_before
        child.look_after(now)
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
    child.make_stop(time.monotonic() + 5)


def test_translations_are_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "rightdoor" / "locale" / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Door"\nmsgstr "Puerta"\n', "utf-8"
    )
    monkeypatch.setattr(supervisor, "ROOT", tmp_path)
    assert supervisor.compile_translations() == 1
    assert b"Puerta" in (folder / "django.mo").read_bytes()
    assert supervisor.compile_translations() == 0


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "var"
    note = tmp_path / "var" / "cluster.place"
    if note.exists():
        import shutil

        shutil.rmtree(note.read_text(encoding="utf-8").strip(), ignore_errors=True)


def started(home: Path, port: int) -> subprocess.Popen[str]:
    """`run` in a home of its own, when its first page has answered."""
    names = ("DATABASE_URL", "DATABASE_OWNER_URL", "KEYRING_URL", "KEYRING_OWNER_URL", "RIGHTDOOR_DB_ROLE")
    environment = {name: value for name, value in os.environ.items() if name not in names}
    process = subprocess.Popen(
        [sys.executable, "-m", "rightdoor.config.cli", "run", "--port", str(port)],
        cwd=ROOT,
        env=environment | {"RIGHTDOOR_HOME": str(home)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == f"http://127.0.0.1:{port}/\n"
    return process


def children_of(number: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(number)], capture_output=True, text=True).stdout.split()
    return [int(child) for child in found]


def gone(numbers: list[int], within: float) -> bool:
    deadline = time.monotonic() + within
    while any(Path(f"/proc/{number}").exists() for number in numbers):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


@pytest.mark.slow
def test_the_site_starts_stops_in_order_and_survives_a_kill(home: Path) -> None:
    port = free_port()
    process = started(home, port)
    children = children_of(process.pid)
    assert len(children) >= 2
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert gone(children, within=20)

    process = started(home, port)
    children = children_of(process.pid)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert gone(children, within=1)
