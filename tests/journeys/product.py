"""The product itself, as a person starts it: one demonstration for a run of the journeys, shared by its workers."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
# A journey starts the product as a person would: without the databases that the other tests were given.
NOT_OURS = ("DATABASE_", "KEYRING_", "RIGHTDOOR_", "DJANGO_", "PYTEST_")


@contextlib.contextmanager
def shared(folder: Path) -> Iterator[str]:
    """The address of the running demonstration. The first worker starts it, the last one stops it.

    RIGHTDOOR_JOURNEY_SITE names one that runs already, for those who work on a journey.
    """
    if known := os.environ.get("RIGHTDOOR_JOURNEY_SITE"):
        yield known.rstrip("/")
        return
    with _alone(folder) as note:
        if not note.get("users"):
            note.update(_start(folder), users=0)
        note["users"] += 1
        address = note["address"]
    try:
        yield address
    finally:
        with _alone(folder) as note:
            note["users"] -= 1
            if not note["users"]:
                _stop(note["process"])


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[dict[str, object]]:
    """What the workers know together, for one of them at a time."""
    with open(folder / "journeys.json", "a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        note = json.loads(file.read() or "{}")
        yield note
        file.seek(0)
        file.truncate()
        json.dump(note, file)


def _start(folder: Path) -> dict[str, object]:
    home = folder / "home"
    home.mkdir(exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(NOT_OURS)}
    environment["RIGHTDOOR_HOME"] = str(home)
    program = [sys.executable, "-m", "rightdoor.config.cli", "demo", "--small"]
    made = subprocess.run([*program, "--only-data"], cwd=ROOT, env=environment, capture_output=True, text=True)
    if made.returncode:
        raise RuntimeError(f"the demonstration could not be made: {made.stderr[-2000:]}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = open(folder / "site.log", "wb")  # noqa: SIM115 - the child keeps it
    site = subprocess.Popen(
        [*program, "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,  # outlives the worker that started it, if another still needs it
    )
    address = f"http://127.0.0.1:{port}"
    until = time.monotonic() + 120
    while time.monotonic() < until and site.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/demo/", timeout=5):
            return {"address": address, "process": site.pid}
        time.sleep(0.2)
    site.kill()
    raise RuntimeError(f"the site did not start: {(folder / 'site.log').read_text(errors='replace')[-2000:]}")


def _stop(process: int) -> None:
    """Politely, as Ctrl-C would; waits until its databases are closed too."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGTERM)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(process, os.WNOHANG)[0]:
                    return
            os.kill(process, 0)
            time.sleep(0.1)
        os.killpg(process, signal.SIGKILL)


def chromium() -> str:
    """The browser of this machine; empty when there is none."""
    return os.environ.get("RIGHTDOOR_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""


LAUNCH = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing leaves this machine, whatever a page asks
]
