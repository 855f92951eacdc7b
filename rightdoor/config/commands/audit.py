"""Verify the audit trail, or export it for someone who verifies it without our database.

`audit verify` reads every event and holds it against its seal, its signature and the copy kept outside the database.
Exit status: 0 sound, 1 a fault was found (the line names the batch and its first row), 2 nothing could be checked.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from rightdoor.config.cli import Refused


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """verify, or export FILE."""
    what = parser.add_subparsers(dest="what", required=True, metavar="{verify,export}")
    what.add_parser("verify", help="hold every event against its seal")
    export = what.add_parser("export", help="write the trail as JSON lines")
    export.add_argument("file", type=Path, help="file to write; it must not exist yet")


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
                return verify() if args.what == "verify" else export(args.file)
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

    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as problem:
        raise Refused(f"{file} cannot be written: {problem.strerror}", status=2) from None
    lines = 0
    with os.fdopen(handle, "w", encoding="ascii") as out:
        for line in sealer.export_lines():
            out.write(json.dumps(line, sort_keys=True, separators=(",", ":")) + "\n")
            lines += 1
    print(f"{lines} lines written to {file}.")
    print(f"Verify with: {Path(sys.executable).name} {verify_export.__file__} {file}")
    return 0
