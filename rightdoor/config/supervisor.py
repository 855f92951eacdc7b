"""Keeps the site running: database, web server and job worker as children of one process.

The order at the start: database, translations, then one child that migrates both databases as their owner, grants the
serving role its rights and collects the static files, then the web server and the worker as the serving role. The
superuser's address never leaves this process, and the owner's is taken out of the children that serve.

Children die with this process, also when it is killed: the kernel sends them a signal. What was acknowledged is in the
database's log by then, so nothing is lost; the next start finds it.
"""

from __future__ import annotations

import contextlib
import ctypes
import http.client
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from rightdoor.config.cli import Refused
from rightdoor.config.cluster import Cluster, Connections
from rightdoor.config.env import ROOT, read_env

GRACE_SECONDS = 10.0
FIRST_PAGE_WITHIN = 60.0
LONGEST_PAUSE = 30.0


class StopAsked(BaseException):
    """The system or the person asked us to stop. Not an Exception, so that nothing swallows it."""


def say(text: str) -> None:
    """A line of progress for the person at the terminal."""
    print(text, file=sys.stderr, flush=True)


def die_with_parent(how: signal.Signals) -> Callable[[], None]:
    """A function for the child, before it becomes its program: get `how` when the parent is gone."""
    us, libc = os.getpid(), ctypes.CDLL(None)

    def ask() -> None:
        libc.prctl(1, how)
        if os.getppid() != us:
            os._exit(1)

    return ask


class Child:
    """A program that is started again when it ends, a little later each time."""

    def __init__(
        self, name: str, command: list[str], environment: dict[str, str], *, parent_death: signal.Signals
    ) -> None:
        self.name, self.command, self.environment, self.parent_death = name, command, environment, parent_death
        self.process: subprocess.Popen[bytes] | None = None
        self.began = self.not_before = 0.0
        self.pause = 0.5

    def start(self, now: float) -> None:
        """Start the program in a session of its own: Ctrl-C reaches us only, and we stop it in order."""
        self.began = now
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(self.parent_death),
        )

    def has_ended(self) -> bool:
        """Whether it was started and is gone."""
        return self.process is not None and self.process.poll() is not None

    def look_after(self, now: float) -> None:
        """Start it again if it ended and its pause is over."""
        if self.process is not None and (status := self.process.poll()) is not None:
            self.pause = 0.5 if now - self.began > 60 else min(self.pause * 2, LONGEST_PAUSE)
            self.not_before = now + self.pause
            self.process = None
            say(f"{self.name} ended with status {status}; starting it again in {self.pause:.0f} s")
        if self.process is None and now >= self.not_before:
            self.start(now)

    def ask_to_stop(self) -> None:
        """The polite signal."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def make_stop(self, deadline: float) -> None:
        """Wait until the deadline, then end it with everything it started."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


# ------------------------------------------------------------------------------------------------------------ prepare


def compile_translations() -> int:
    """Make each .mo that is missing or older than its .po. Returns how many were made."""
    made = 0
    for source in sorted((ROOT / "rightdoor").rglob("locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        import polib

        new = target.with_suffix(f".mo.{os.getpid()}")
        polib.pofile(str(source)).save_as_mofile(str(new))
        new.replace(target)
        made += 1
    return made


def base_environment(connections: Connections) -> dict[str, str]:
    """What every child gets."""
    return {
        **os.environ,
        **connections.as_environment(),
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "rightdoor.config.settings"),
        "PYTHONUTF8": "1",
        "PYTHONPATH": str(ROOT),
    }


def owner_environment(connections: Connections) -> dict[str, str]:
    """For the one child that changes tables."""
    return base_environment(connections) | {"RIGHTDOOR_DB_ROLE": "owner"}


def serving_environment(connections: Connections) -> dict[str, str]:
    """For children that serve people: the owner's addresses are not among their secrets."""
    environment = base_environment(connections) | {"RIGHTDOOR_DB_ROLE": "app"}
    for name in ("DATABASE_OWNER_URL", "KEYRING_OWNER_URL", "DATABASE_OWNER_URL_FILE", "KEYRING_OWNER_URL_FILE"):
        environment.pop(name, None)
    return environment


def prepare(connections: Connections, *, static: bool = True) -> None:
    """Migrate both databases, grant rights, collect static files, in a child as the owner. Raises Refused."""
    compile_translations()
    command = [sys.executable, "-m", "rightdoor.config.cli", "migrate", *([] if static else ["--no-static"])]
    child = subprocess.Popen(
        command,
        cwd=ROOT,
        env=owner_environment(connections),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
    try:
        status = child.wait()
    except BaseException:
        child.terminate()
        child.wait()
        raise
    if status:
        raise Refused("the databases could not be prepared; the lines above say why")


# -------------------------------------------------------------------------------------------------------------- serve


def check_address(host: str, port: int) -> None:
    """Refuse an address that is taken, or open to the network without being set up for it."""
    try:
        local = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local and read_env().is_local:
        raise Refused(f"to serve {host}, set RIGHTDOOR_ORIGIN to the https address that people will use")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise Refused(
                f"port {port} on {host} cannot be used ({problem.strerror}); choose another with --port"
            ) from problem


def web_command(host: str, port: int) -> list[str]:
    """gunicorn with threads; no access log, because addresses of pages hold codes."""
    shown = f"[{host}]" if ":" in host else host
    heartbeat = ["--worker-tmp-dir", "/dev/shm"] if os.access("/dev/shm", os.W_OK) else []  # noqa: S108
    return [
        *(sys.executable, "-m", "gunicorn", "rightdoor.config.wsgi:application"),
        *("--bind", f"{shown}:{port}", "--worker-class", "gthread", "--workers", "2", "--threads", "4"),
        *("--timeout", "60", "--graceful-timeout", "8", "--max-requests", "2000", "--max-requests-jitter", "200"),
        *(
            "--config",
            "python:rightdoor.config.web_server",
            "--log-level",
            "warning",
            "--no-control-socket",
            *heartbeat,
        ),
    ]


def children(connections: Connections, host: str, port: int) -> list[Child]:
    """The web server, and the worker where this version has one."""
    environment = serving_environment(connections)
    made = [Child("the web server", web_command(host, port), environment, parent_death=signal.SIGTERM)]
    if (Path(__file__).parent / "commands" / "worker.py").exists():
        command = [sys.executable, "-m", "rightdoor.config.cli", "worker"]
        # A worker whose database is gone does not answer a polite signal, so the kernel's is the hard one.
        made.append(Child("the job worker", command, environment, parent_death=signal.SIGKILL))
    return made


def answers(host: str, port: int) -> bool:
    """Whether the first page comes back, following the redirect to the sign-in page."""
    path = "/"
    for _ in range(4):
        connection = http.client.HTTPConnection(host, port, timeout=20)
        try:
            connection.request("GET", path)
            reply = connection.getresponse()
            reply.read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        if reply.status in {301, 302, 303, 307, 308}:
            path = reply.getheader("Location", "/")
            continue
        return reply.status < 500
    return False


@contextlib.contextmanager
def stop_signals() -> Iterator[None]:
    """Turn SIGTERM, SIGINT and a closed terminal into StopAsked; a second one changes nothing."""
    asked = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if not asked:
            asked = True
            raise StopAsked

    names = [signal.SIGTERM, signal.SIGINT]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup asks us to outlive the terminal
        names.append(signal.SIGHUP)
    before = {name: signal.signal(name, stop) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def serve(site: Cluster, connections: Connections, host: str, port: int, *, began: float, entry: str = "") -> None:
    """Start the children and look after them until StopAsked. Raises Refused if no page ever comes."""
    family = children(connections, host, port)
    serving = time.monotonic()
    shown = f"[{host}]" if ":" in host else host
    ready = False
    try:
        for child in family:
            child.start(time.monotonic())
        while True:
            now = time.monotonic()
            if not ready and answers(host, port):
                ready = True
                say(f"ready after {now - began:.1f} s")
                print(f"http://{shown}:{port}/{entry}", flush=True)
                say("Ctrl-C stops it.")
            if not ready and family[0].has_ended():
                raise Refused("the web server could not start; the lines above say why")
            if not ready and now - serving > FIRST_PAGE_WITHIN * 3:
                raise Refused("the first page did not come; the lines above say why")
            if site.look_after():
                say("the database ended; it is running again")
            for child in family:
                if ready or child is not family[0]:
                    child.look_after(now)
            time.sleep(0.5 if ready else 0.1)
    finally:
        for child in family:
            child.ask_to_stop()
        deadline = time.monotonic() + GRACE_SECONDS
        for child in family:
            child.make_stop(deadline)


def run(host: str, port: int, *, before: Callable[[Connections], None] | None = None, entry: str = "") -> int:
    """Run the site until it is asked to stop. Returns the exit status.

    `before` is called between the preparation of the databases and the start of the web server (the demonstration
    fills its tables there); `entry` is the page whose address is printed.
    """
    began = time.monotonic()
    with stop_signals():
        try:
            check_address(host, port)
            site = Cluster(read_env().home)
            with site.run("run") as connections:
                say("database ready; preparing tables and files")
                prepare(connections)
                if before is not None:
                    before(connections)
                serve(site, connections, host, port, began=began, entry=entry)
        except StopAsked:
            say("stopped")
    return 0
