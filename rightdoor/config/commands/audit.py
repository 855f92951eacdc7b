"""Verify the audit trail, export it for someone who verifies it without our database, or print its sheet.

`audit verify` reads every event and holds it against its seal, its signature and the copy kept outside the database.
Exit status: 0 sound, 1 a fault was found (the line names the batch and its first row), 2 nothing could be checked.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from rightdoor.config.cli import Refused


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """verify, or export FILE."""
    what = parser.add_subparsers(dest="what", required=True, metavar="{verify,export,sheet,key,witness}")
    what.add_parser("verify", help="hold every event against its seal")
    export = what.add_parser("export", help="write the trail as JSON lines")
    export.add_argument("file", type=Path, help="file to write; it must not exist yet")
    paper = what.add_parser("sheet", help="print size and root of the trail on a sheet of paper, as PDF")
    paper.add_argument("file", type=Path, help="file to write; it must not exist yet")
    what.add_parser("key", help="the public key that verifiers and witnesses need")
    what.add_parser("witness", help="give the newest note to the witnesses now, and say what they answer")


def run(args: argparse.Namespace) -> int:
    """Verify or export. Starts the embedded database when none is named."""
    from rightdoor.config import cluster
    from rightdoor.config.env import read_env

    try:
        with cluster.join_or_start(read_env().home, "audit") as addresses:
            os.environ.update(addresses.as_environment())
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rightdoor.config.settings")
            import django

            django.setup()
            from django.db import DatabaseError

            try:
                doing: dict[str, Callable[[], int]] = {
                    "verify": verify,
                    "export": lambda: export(args.file),
                    "sheet": lambda: sheet(args.file),
                    "key": key,
                    "witness": witness,
                }
                return doing[args.what]()
            except DatabaseError:
                raise Refused("the audit trail cannot be read; has the site been started once?", status=2) from None
    except cluster.ClusterFault as fault:
        raise Refused(str(fault), status=2) from None


def verify() -> int:
    """Print every fault; the last line is the answer."""
    from rightdoor.foundation.audit import sealer

    report = sealer.verify(datetime.now(UTC))
    for fault in report.faults:
        print(fault.sentence)
    print(f"{report.events} events, {report.batches} batches, {report.unsealed} not sealed yet.")
    if report.demonstration:
        print(f"{report.demonstration} events carry the time of a demonstration.")
    print("The audit trail is sound." if report.is_sound else "A fault was found. Keep the database as it is.")
    return 0 if report.is_sound else 1


def export(file: Path) -> int:
    """Write the trail, and say how to verify it."""
    from rightdoor.foundation.audit import sealer, verify_export

    lines = 0
    with os.fdopen(_new_file(file), "w", encoding="ascii") as out:
        for line in sealer.export_lines():
            out.write(json.dumps(line, sort_keys=True, separators=(",", ":")) + "\n")
            lines += 1
    print(f"{lines} lines written to {file}.")
    print(f"Verify with: {Path(sys.executable).name} {verify_export.__file__} {file}")
    return 0


def sheet(file: Path) -> int:
    """Print the sheet of the trail as it stands now."""
    from rightdoor.foundation.access.viewers import system_viewer
    from rightdoor.foundation.audit import sealer
    from rightdoor.oversight.trail import actions, queries
    from rightdoor.oversight.trail.printouts import print_sheet

    now, viewer = datetime.now(UTC), system_viewer("audit_sheet")
    sealer.seal_batches(now)
    newest = queries.sheet_of(viewer)
    if newest is None:
        raise Refused("nothing is sealed yet, so there is nothing to print")
    handle = _new_file(file)
    actions.note_sheet(viewer, newest, now=now)
    with os.fdopen(handle, "wb") as out:
        out.write(print_sheet(viewer, newest, now=now))
    print(f"{newest.size} batches, {newest.events} events, written to {file}. Sign it, and keep it somewhere else.")
    return 0


def key() -> int:
    """The public key, for a verifier or a witness."""
    from rightdoor.foundation.audit import sealer

    public = sealer.public_key()
    if public is None:
        raise Refused("this installation has no key yet; has the site been started once?", status=2)
    print(public.public_bytes_raw().hex())
    return 0


def witness() -> int:
    """Ask every witness now."""
    from rightdoor.foundation.audit import sealer, witnesses

    now = datetime.now(UTC)
    sealer.seal_batches(now)
    answers = witnesses.attest(now)
    if not answers:
        raise Refused("no witness is named, or nothing is sealed; see docs/how-to/audit.md")
    for answer in answers:
        print(f"{answer.kind} {answer.place}: {answer.state}{': ' + answer.problem if answer.problem else ''}")
    return 0 if all(answer.state == "ok" for answer in answers) else 1


def _new_file(file: Path) -> int:
    try:
        return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as problem:
        raise Refused(f"{file} cannot be written: {problem.strerror}", status=2) from None
