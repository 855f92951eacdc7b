"""Writes the two sets of a backup: the records first, then the keyring, so that no record is older than its key."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from rightdoor.config.backups import box, programs
from rightdoor.config.backups.tables import LEFT_EMPTY, Contents, contents_of
from rightdoor.config.cli import Refused
from rightdoor.config.cluster import Connections

FORMAT = 1
KEYRING_DAYS = 14  # a shredded client's keys must not live on in old backups
MAIN_DAYS = 35
PUBLIC = "backup.pub"
STATE = "backups.json"
STAMP = "%Y%m%dT%H%M%SZ"
NOT_IN_IT = (
    "Not in this backup: the folder of keys (root keys, the key that seals the audit trail). Without it no client can "
    "be read. Keep its copy in escrow, apart from this backup and from the backup's private key."
)
Sign = Callable[[bytes], bytes]


def public_key(home: Path) -> bytes:
    """The backup's public key of this installation. Raises Refused with what to do."""
    try:
        raw = bytes.fromhex((home / "keys" / PUBLIC).read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        raise Refused("there is no key for backups yet; make one with: backup --new-key FILE") from None
    return raw


def make(
    home: Path, connections: Connections, target: Path, now: datetime, *, sign: Sign, signer: str, version: str
) -> dict[str, Any]:
    """Write both sets into ``target``. Returns what was written. Raises Refused; then nothing new is left there."""
    public = public_key(home)
    stamp = now.strftime(STAMP)
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    addresses = programs.reading(connections)
    made: dict[str, Any] = {"made_at": now.isoformat(), "where": str(target), "stamp": stamp}
    for name in ("main", "keyring"):
        place = target / f"{name}-{stamp}"
        if place.exists():
            raise Refused(f"{place} is there already")
        new = target / f".new-{name}-{stamp}-{os.getpid()}"
        new.mkdir(mode=0o700)
        try:
            files: dict[str, box.BoxWriter] = {}
            if name == "main":  # before the dump: a note that is newer than the dump would look like a cut-off end
                files["files.box"] = _pack(home, new, public)
            url, mighty = addresses[name]
            contents, files[f"{name}.dump.box"] = _dump(url, mighty, new / f"{name}.dump.box", public)
            files["contents.box"] = _boxed(new / "contents.box", public, json.dumps(contents).encode())
            manifest = {
                "format": FORMAT,
                "set": name,
                "stamp": stamp,
                "made_at": now.isoformat(),
                "version": version,
                "box_key": box.name_of(public),
                "audit_key": signer,
                "note": NOT_IN_IT,
                "files": {
                    file: {"bytes": one.size, "sha256": one.digest.hexdigest()} for file, one in sorted(files.items())
                },
            }
            text = json.dumps(manifest, indent=1, sort_keys=True).encode() + b"\n"
            _write(new / "manifest.json", text)
            _write(new / "manifest.sig", sign(text).hex().encode() + b"\n")
            _settle(new)
            new.rename(place)
            _settle(target)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
        rows = sum(count for count, _ in contents["tables"].values())
        made[name] = {"tables": len(contents["tables"]), "rows": rows, "bytes": sum(one.size for one in files.values())}
    return made


def prune(target: Path, now: datetime, *, main_days: int = MAIN_DAYS) -> list[str]:
    """Delete sets that are too old; the newest of each kind stays. Returns the names of those that are gone.

    A set of the keyring lives KEYRING_DAYS, whatever was asked: its age bounds how long a shredded client could be
    brought back.
    """
    gone = []
    for kind, days in (("main", main_days), ("keyring", KEYRING_DAYS)):
        sets = sorted(path for path in target.glob(f"{kind}-*") if stamp_of(path) is not None)
        for path in sets[:-1]:
            made = stamp_of(path)
            if made is not None and now - made > timedelta(days=days):
                shutil.rmtree(path)
                gone.append(path.name)
    for path in target.glob(".new-*"):  # a backup that was interrupted, a day ago or more
        if now.timestamp() - path.stat().st_mtime > 86_400:
            shutil.rmtree(path, ignore_errors=True)
    return gone


def stamp_of(path: Path) -> datetime | None:
    """When a set was made, by its name."""
    try:
        return datetime.strptime(path.name.partition("-")[2], STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def note_state(home: Path, **told: Any) -> None:
    """Remember what was done, for the doctor."""
    path = home / STATE
    known = read_state(home) | told
    new = path.with_suffix(".new")
    new.write_text(json.dumps(known, indent=1, sort_keys=True), encoding="utf-8")
    new.chmod(0o600)
    new.replace(path)


def read_state(home: Path) -> dict[str, Any]:
    """What was done, as far as this installation knows."""
    try:
        known: dict[str, Any] = json.loads((home / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known


def _dump(url: str, mighty: bool, path: Path, public: bytes) -> tuple[Contents, box.BoxWriter]:
    """Dump and digest one database from one and the same snapshot."""
    with psycopg.connect(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        command = [
            *(str(programs.program("pg_dump")), "--format=custom", "--no-owner", "--no-privileges"),
            f"--snapshot={row[0] if row else ''}",
            *([] if mighty else ["--enable-row-security"]),
            *(f"--exclude-table-data={name}" for name in LEFT_EMPTY),
        ]
        with path.open("xb") as file, box.BoxWriter(file, public) as sealed:
            child = subprocess.Popen(
                command, env=programs.environment(url), stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            assert child.stdout is not None
            assert child.stderr is not None
            while data := child.stdout.read(box.CHUNK):
                sealed.write(data)
            said = child.stderr.read().decode(errors="replace").strip().splitlines()
            if child.wait():
                raise Refused(f"pg_dump stopped: {said[-1] if said else 'no reason given'}")
        return contents_of(connection), sealed


def _pack(home: Path, place: Path, public: bytes) -> box.BoxWriter:
    """What lies outside the databases and is no key: copies of the checkpoints, notes of witnesses, lists of shreds."""
    with (place / "files.box").open("xb") as file, box.BoxWriter(file, public) as sealed:
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as tar:
            for path in sorted((home / "audit").rglob("*")):
                if path.is_file():
                    data = path.read_bytes()
                    entry = tarfile.TarInfo(str(path.relative_to(home)))
                    entry.size, entry.mode = len(data), 0o600
                    tar.addfile(entry, io.BytesIO(data))
        sealed.write(packed.getvalue())
    return sealed


def _boxed(path: Path, public: bytes, content: bytes) -> box.BoxWriter:
    with path.open("xb") as file, box.BoxWriter(file, public) as sealed:
        sealed.write(content)
    return sealed


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _settle(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
