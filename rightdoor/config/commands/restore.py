"""Read a backup into an empty installation, or with --drill into one that is thrown away again.

Both compare every table with its count and digest, open a field of every client, verify the audit trail, and see that
what was shredded stays dead. Exit status: 0 all of it holds, 1 something does not (the lines say what) or was refused.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rightdoor.config.cli import Refused
from rightdoor.config.env import read_env

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from rightdoor.config.backups.restoring import Found, Report
    from rightdoor.config.cluster import Connections

    Sets = tuple[Found, Found]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """From where, with which keys."""
    parser.add_argument("source", type=Path, metavar="FROM", help="folder with the sets of a backup")
    parser.add_argument("--key", type=Path, required=True, metavar="FILE", help="the backup's private key")
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="escrow copy of the folder of keys")
    parser.add_argument("--drill", action="store_true", help="into a bare place, which is thrown away afterwards")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write what was found as JSON")


def run(args: argparse.Namespace) -> int:
    """Restore, or drill."""
    from rightdoor.config.backups import box, restoring

    try:
        private = box.read_private(args.key)
        sets = restoring.find_sets(args.source)
        report = restoring.Report(sets[0].name, sets[1].name, restoring.fingerprint(sets[0]))
        began = time.monotonic()
        if args.drill:
            drill(args, sets, private, report)
        else:
            restore(args, sets, private, report)
    except box.BoxClosed as closed:
        raise Refused(str(closed).rstrip(".")) from None
    report.seconds["all"] = round(time.monotonic() - began, 1)
    if args.report:
        args.report.write_text(json.dumps(report.as_dict(), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return tell(report, drill=args.drill)


def drill(args: argparse.Namespace, sets: Sets, private: X25519PrivateKey, report: Report) -> None:
    """Into a bare server in a temporary place; nothing of this installation is touched."""
    from rightdoor.config.backups import making, restoring
    from rightdoor.config.cluster import Cluster

    own = read_env().home
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "KEYRING_URL", "KEYRING_OWNER_URL"):
        os.environ.pop(name, None)
        os.environ.pop(f"{name}_FILE", None)
    for name in ("RIGHTDOOR_WITNESS_DIR", "RIGHTDOOR_WITNESS_URL"):  # the drill's trail is nobody's business
        os.environ.pop(name, None)
    home = restoring.drill_home(Path(tempfile.mkdtemp(prefix="rightdoor-drill-")))
    os.environ["RIGHTDOOR_HOME"] = str(home)
    try:
        restoring.copy_keys(args.keys or own / "keys", home)
        with Cluster(home).run("drill") as connections:
            _read_in(connections, home, sets, private, report)
            _close()
    finally:
        restoring.throw_away(home)
    if own.is_dir():
        result = {"at": datetime.now(UTC).isoformat(), "set": report.main, "sound": not report.faults}
        making.note_state(own, drill=result)


def restore(args: argparse.Namespace, sets: Sets, private: X25519PrivateKey, report: Report) -> None:
    """Into this installation, which must be empty."""
    from rightdoor.config.backups import restoring
    from rightdoor.config.cluster import Cluster

    home = read_env().home
    if not (home / "keys" / "root-1.key").exists() and not any((home / "keys").glob("root-*.key")) and not args.keys:
        raise Refused(f"put the escrow copy of the folder of keys into {home / 'keys'} first, or name it with --keys")
    with Cluster(home).run("restore") as connections:
        restoring.check_empty(connections)
        if args.keys:
            restoring.copy_keys(args.keys, home)
        _read_in(connections, home, sets, private, report, begin_again=True)
        _close()


def _read_in(
    connections: Connections,
    home: Path,
    sets: Sets,
    private: X25519PrivateKey,
    report: Report,
    *,
    begin_again: bool = False,
) -> None:
    from rightdoor.config import supervisor
    from rightdoor.config.backups import programs, restoring

    restoring.load(connections, sets, private, report)
    restoring.unpack_files(home, sets[0], private)
    with restoring.timed(report, "prepare"):
        supervisor.prepare(connections, static=False)
    addresses = programs.reading(connections)
    os.environ.update(connections.as_environment())
    os.environ["DATABASE_OWNER_URL"], os.environ["KEYRING_OWNER_URL"] = addresses["main"][0], addresses["keyring"][0]
    os.environ["RIGHTDOOR_DB_ROLE"] = "owner"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rightdoor.config.settings")
    import django

    django.setup()
    from rightdoor.foundation.fence import for_this_process

    for_this_process("restore")
    if begin_again:
        _begin_line()
    restoring.look_through(report, datetime.now(UTC))


def _begin_line() -> None:
    """What was written since the backup is lost, so the trail goes on in a new line; witnesses keep the old one."""
    from rightdoor.foundation.access.viewers import system_viewer
    from rightdoor.foundation.audit import notes
    from rightdoor.foundation.audit.events import record
    from rightdoor.foundation.audit.models import AuditBatch

    line = notes.begin_line(datetime.now(UTC), AuditBatch.objects.count())
    record(system_viewer("restore"), "backup.restored", kind="backup", line=line)


def _close() -> None:
    from django.db import connections

    for one in connections.all(initialized_only=True):
        one.close()


def tell(report: Report, *, drill: bool) -> int:
    """Say what was found."""
    for fault in report.faults:
        print(fault)
    print(f"{report.main} and {report.keyring}, signed by the key {report.signer}: compare it with the escrow copy.")
    print(
        f"{report.tables} tables, {report.rows:,} rows; {report.clients:,} clients opened; "
        f"{report.shredded} shredded, {report.shredded_again} of them again; "
        f"{report.events:,} events in {report.batches} batches."
    )
    print(", ".join(f"{what} {seconds:.1f} s" for what, seconds in report.seconds.items()), file=sys.stderr)
    what = "The drill" if drill else "The backup"
    print(f"{what} holds." if not report.faults else f"{what} does not hold.")
    return 1 if report.faults else 0
