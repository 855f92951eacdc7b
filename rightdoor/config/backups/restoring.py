"""Reads a backup into an empty installation, or into one that is thrown away again (a drill)."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from rightdoor.config.backups import box, making, programs
from rightdoor.config.backups.tables import Contents, contents_of, differences
from rightdoor.config.cli import Refused
from rightdoor.config.cluster import Connections

NOT_KEYS = ("database-", "django")  # made anew in every installation


@dataclass
class Report:
    """What a restore or a drill found. ``faults`` are sentences; none means that all of it holds."""

    main: str
    keyring: str
    signer: str
    tables: int = 0
    rows: int = 0
    clients: int = 0  # whose name was opened, and forgotten
    shredded: int = 0  # subjects whose keys are destroyed, and stayed so
    shredded_again: int = 0  # those that the keyring's set still held
    events: int = 0
    batches: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For the file of the report."""
        return asdict(self)


@contextmanager
def timed(report: Report, what: str) -> Iterator[None]:
    """Note how long a step took."""
    began = time.monotonic()
    try:
        yield
    finally:
        report.seconds[what] = round(time.monotonic() - began, 1)


# ----------------------------------------------------------------------------------------------------------- the sets


@dataclass(frozen=True)
class Found:
    """A set whose manifest and files hold against its signature."""

    place: Path
    manifest: dict[str, Any]

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.place.name

    def box(self, name: str, private: X25519PrivateKey) -> Iterator[bytes]:
        """The content of one of its boxes."""
        with (self.place / name).open("rb") as file:
            yield from box.opened(file, private)


def find_sets(folder: Path) -> tuple[Found, Found]:
    """The newest set of records, and the newest of the keyring that is no older. Raises Refused."""
    mains, keyrings = _newest_first(folder, "main"), _newest_first(folder, "keyring")
    if not mains:
        raise Refused(f"there is no set of records in {folder}")
    main = mains[0]
    fitting = [path for path in keyrings if path.name.partition("-")[2] >= main.name.partition("-")[2]]
    if not fitting:
        raise Refused(f"there is no set of the keyring in {folder} that is as new as {main.name}")
    return check_set(main, "main"), check_set(fitting[0], "keyring")


def check_set(place: Path, kind: str) -> Found:
    """Hold a set against its manifest, and the manifest against its signature. Raises Refused."""
    try:
        text = (place / "manifest.json").read_bytes()
        manifest = json.loads(text)
        signature = bytes.fromhex((place / "manifest.sig").read_text(encoding="ascii").strip())
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(manifest["audit_key"])).verify(signature, text)
        wanted: dict[str, Any] = manifest["files"]
        right = manifest["format"] == making.FORMAT and manifest["set"] == kind
    except (OSError, ValueError, KeyError, TypeError, InvalidSignature):
        raise Refused(f"the manifest of {place.name} is missing, damaged or not signed") from None
    if not right:
        raise Refused(f"{place.name} is no set of {kind} that this version reads")
    for name, facts in sorted(wanted.items()):
        path = place / name
        if not path.is_file() or path.stat().st_size != facts["bytes"] or making.digest_of(path) != facts["sha256"]:
            raise Refused(f"{place.name}: {name} is missing or was changed")
    return Found(place, manifest)


def _newest_first(folder: Path, kind: str) -> list[Path]:
    return sorted((path for path in folder.glob(f"{kind}-*") if making.stamp_of(path) is not None), reverse=True)


# ------------------------------------------------------------------------------------------------------- reading back


def check_empty(connections: Connections) -> None:
    """Raises Refused when either database holds a table."""
    for name, (url, _) in programs.reading(connections).items():
        with psycopg.connect(url) as connection:
            row = connection.execute(
                "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r'"
                " AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'"
            ).fetchone()
        if row and row[0]:
            raise Refused(
                f"the {name} database holds {row[0]} tables; a backup is only read into an empty installation"
            )


def load(connections: Connections, sets: tuple[Found, Found], private: X25519PrivateKey, report: Report) -> None:
    """Read both dumps back as the owner, and compare every table with what it was."""
    owners = {"main": connections.main_owner_url, "keyring": connections.keyring_owner_url}
    reading = programs.reading(connections)
    for name, found in zip(("main", "keyring"), sets, strict=True):
        wanted: Contents = json.loads(b"".join(found.box("contents.box", private)))
        with timed(report, f"read {name}"):
            _feed(owners[name], found, f"{name}.dump.box", private)
        with timed(report, f"compare {name}"), psycopg.connect(reading[name][0]) as connection:
            there = contents_of(connection)
        report.tables += len(there["tables"])
        report.rows += sum(rows for rows, _ in there["tables"].values())
        report.faults += [f"{name}: {fault}" for fault in differences(wanted, there)]


def unpack_files(home: Path, main: Found, private: X25519PrivateKey) -> None:
    """Copies of checkpoints, notes and lists, back into the state folder; nothing outside of it, nothing replaced."""
    packed = io.BytesIO(b"".join(main.box("files.box", private)))
    with tarfile.open(fileobj=packed) as tar:
        for entry in tar.getmembers():
            path = (home / entry.name).resolve()
            if not entry.isfile() or not path.is_relative_to((home / "audit").resolve()):
                raise Refused("the box of files holds something that does not belong there")
            content = tar.extractfile(entry)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content.read() if content else b"")


def copy_keys(source: Path, home: Path) -> None:
    """The escrow copy of the folder of keys into an installation that has none. Raises Refused."""
    target = home / "keys"
    if not any(source.glob("root-*.key")) and not (source / "audit.key").exists():
        raise Refused(f"{source} holds no keys of an installation")
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in sorted(source.rglob("*")):
        inside = path.relative_to(source)
        if not path.is_file() or inside.parts[0].startswith(NOT_KEYS) or (target / inside).exists():
            continue
        (target / inside).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(target / inside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(path.read_bytes())


def look_through(report: Report, now: datetime) -> None:
    """With the program loaded on the restored databases: does it all open, hold, and stay dead?"""
    from rightdoor.config import keys
    from rightdoor.foundation.audit import sealer
    from rightdoor.foundation.sealing import shredding
    from rightdoor.foundation.sealing.models import DataKey, DestroyedSubject
    from rightdoor.foundation.sealing.roots import RootKeyUnusable

    with timed(report, "shreds"):
        report.shredded_again = shredding.apply_again(now)
        dead = list(DestroyedSubject.objects.values_list("subject", flat=True))
        report.shredded = len(dead)
        living = DataKey.objects.filter(subject__in=dead).count()
        if living:
            report.faults.append(f"{living} keys of shredded subjects are in the keyring.")
    with timed(report, "open every client"):
        try:
            report.clients = keys.read_canaries()
            lost = keys.lost_keys()
        except RootKeyUnusable as problem:
            report.faults.append(str(problem))
        else:
            if lost:
                report.faults.append(f"{len(lost)} keys that records ask for are not in the keyring.")
    with timed(report, "verify the audit trail"):
        trail = sealer.verify(now)
        report.events, report.batches = trail.events, trail.batches
        # The age of what was not sealed yet says when the backup was made, not that it is false.
        report.faults += [
            fault.sentence for fault in trail.faults if not (fault.batch is None and fault.row is not None)
        ]


def drill_home(base: Path) -> Path:
    """A new state folder that a server's own account can reach."""
    base.chmod(0o711)
    home = base / "home"
    home.mkdir(mode=0o711)
    return home


def throw_away(home: Path) -> None:
    """All of a drill, also what lies in the system's state folder."""
    note = home / "cluster.place"
    if note.exists():
        shutil.rmtree(note.read_text(encoding="utf-8").strip(), ignore_errors=True)
    shutil.rmtree(home.parent, ignore_errors=True)


def _feed(url: str, found: Found, name: str, private: X25519PrivateKey) -> None:
    command = [str(programs.program("pg_restore")), "--no-owner", "--no-privileges", "--exit-on-error", "--dbname="]
    address = programs.environment(url)
    command[-1] += address["PGDATABASE"]
    child = subprocess.Popen(
        [*command, "--single-transaction"],
        env=address, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert child.stdin is not None
    assert child.stderr is not None
    broken: Exception | None = None
    try:
        # One chunk behind: the last is only given away once the box is known to be whole.
        waiting = b""
        for chunk in found.box(name, private):
            child.stdin.write(waiting)
            waiting = chunk
        child.stdin.write(waiting)
        child.stdin.close()
    except (BrokenPipeError, box.BoxClosed) as problem:
        broken = problem
        child.kill()
    said = child.stderr.read().decode(errors="replace").strip().splitlines()
    if child.wait() or broken:
        if isinstance(broken, box.BoxClosed):
            raise Refused(str(broken).rstrip(".")) from None
        faults = [line for line in said if "error:" in line] or said
        raise Refused(f"pg_restore stopped: {faults[0] if faults else 'no reason given'}")


def fingerprint(main: Found) -> str:
    """The name of the key that signed the set, to be compared with the sheet or the escrow copy."""
    return hashlib.sha256(bytes.fromhex(main.manifest["audit_key"])).hexdigest()[:16]
