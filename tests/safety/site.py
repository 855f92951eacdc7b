"""The product as it runs: in a state folder of its own, spoken to over HTTP, ended as hard as a machine can end."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from rightdoor.config.env import ROOT

AGENCY = "KLMN-2345"  # of everybody who is invited here
NOT_OURS = ("DATABASE_", "KEYRING_", "RIGHTDOOR_", "DJANGO_", "PYTEST_")
CLI = [sys.executable, "-m", "rightdoor.config.cli"]


class Site:
    """One installation. `home` is given to nobody else."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.log = home.parent / "site.log"
        self.port = _free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        """As a person would start it: without the databases that the other tests were given."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith(NOT_OURS)}
        return plain | {"RIGHTDOOR_HOME": str(self.home), "RIGHTDOOR_DEMO": "1"}

    def do(self, *command: str) -> str:
        """A command of the product, to its end. Returns what it printed; its progress goes to the log."""
        with self.log.open("ab") as log:
            done = subprocess.run(
                [*CLI, *command], cwd=ROOT, env=self.environment(), stdout=subprocess.PIPE, stderr=log, check=False
            )
        assert done.returncode == 0, f"{command}: {self.last_lines()}"
        return done.stdout.decode()

    def inside(self, program: str) -> str:
        """Python inside this installation, as the serving role, with Django set up. Returns what it printed."""
        before = (
            "from pathlib import Path\n"
            "from rightdoor.config.commands._database import database\n"
            f"with database('a test', prepare=not Path({str(self.home)!r}, 'cluster.place').exists()) as connections:\n"
        )
        script = before + "".join(f"    {line}\n" for line in program.strip().splitlines())
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def start(self, *command: str) -> None:
        """Start serving, and wait for the first page."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*CLI, *(command or ("run",)), "--port", str(self.port)],
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + 180
        while time.monotonic() < until and self.process.poll() is None:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if Visitor(self.port).get("/sign-in/").status == 200:
                    return
            time.sleep(0.2)
        raise AssertionError(f"the site did not start: {self.last_lines()}")

    def kill(self) -> None:
        """Like a power cut: every process of the installation at once, the database server too, without a word."""
        assert self.process is not None
        family = [self.process.pid, *_descendants(self.process.pid)]
        for number in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        self.process.wait()
        self.process = None
        until = time.monotonic() + 30
        while any(_is_alive(number) for number in family):
            assert time.monotonic() < until, "a killed process is still there"
            time.sleep(0.05)

    def stop(self) -> None:
        """Politely."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.kill()
            self.process = None

    def last_lines(self) -> str:
        """The end of the log."""
        return self.log.read_text(errors="replace")[-2000:]

    def throw_away(self) -> None:
        """Stop, and delete everything that was made, also what lies in the system's state folder."""
        self.stop()
        for note in self.home.rglob("cluster.place"):
            shutil.rmtree(note.read_text(encoding="utf-8").strip(), ignore_errors=True)
        shutil.rmtree(self.home, ignore_errors=True)


class Answer:
    """What came back."""

    def __init__(self, reply: http.client.HTTPResponse) -> None:
        self.status = reply.status
        self.headers = reply.getheaders()
        self.body = reply.read()
        self.text = self.body.decode(errors="replace")

    def header(self, name: str) -> str | None:
        """A header by its name, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Visitor:
    """A browser without scripts: cookies and forms."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.token = ""

    def get(self, path: str) -> Answer:
        """Read a page; its form's token is remembered."""
        return self._ask("GET", path, None)

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Send a form."""
        return self._ask("POST", path, urlencode({"csrfmiddlewaretoken": self.token, **fields}))

    def enter(self, code: str) -> Visitor:
        """Enter the demonstration as this person."""
        self.get("/demo/")
        answer = self.post(f"/demo/{code}/", {})
        assert answer.status in {204, 302}, answer.text[:500]
        return self

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = self._answer(method, path, body, headers)
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                self.cookies |= {key: morsel.value for key, morsel in SimpleCookie(value).items()}
        if found := re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.text):
            self.token = found[1]
        return answer

    def _answer(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        try:
            self.connection.request(method, path, body, headers)
            return Answer(self.connection.getresponse())
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            if method != "GET":  # what was sent may have been done
                raise
            # The server closes a connection that nobody used for two seconds; a browser opens another one.
            self.connection.close()
            self.connection.request(method, path, body, headers)
            return Answer(self.connection.getresponse())


@contextlib.contextmanager
def installation(folder: Path) -> Iterator[Site]:
    """A state folder that is gone afterwards."""
    folder.chmod(0o755)
    site = Site(folder / "home")
    site.home.mkdir(mode=0o711)
    try:
        yield site
    finally:
        site.throw_away()


def invite(site: Site, people: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Invented people by name with (role, region), cleared for client data. Returns their codes."""
    program = f"""
import json
from datetime import datetime, UTC
from rightdoor.foundation.access.actions import RoleInRegion, invite_account
from rightdoor.foundation.access.viewers import system_viewer
from tests.people import clear
made = {{}}
for name, (role, region) in {dict(people)!r}.items():
    invited = invite_account(
        system_viewer("test"), email=f"{{name.lower()}}@example.invalid", name=name,
        agency_code={AGENCY!r}, discipline="", grants=[RoleInRegion(role, region)],
        now=datetime.now(UTC), is_demonstration=True)
    made[name] = invited.account.code
    clear(invited.account, now=datetime.now(UTC))
print(json.dumps(made))
"""
    codes: dict[str, str] = json.loads(site.inside(program).strip().splitlines()[-1])
    return codes


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _descendants(number: int) -> list[int]:
    said = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(pid): int(parent) for pid, parent in (line.split() for line in said.splitlines())}
    found, fresh = [], [number]
    while fresh:
        fresh = [pid for pid, parent in parents.items() if parent in fresh]
        found += fresh
    return found


def _is_alive(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
