"""Write a backup: records, keyring, and what belongs to them, sealed for a key that is not on this machine.

First `backup --new-key FILE`, once: the private key goes to FILE, which you take away from here; the public key stays.
Then `backup --to FOLDER`, nightly: it works while the site runs. The root keys are not in it; keep the folder of keys
in escrow. `restore --drill` tries a backup out.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path

from rightdoor.config.cli import Refused
from rightdoor.config.env import read_env


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, or a new key."""
    parser.add_argument("--to", type=Path, help="folder for the sets (default: backups in the state folder)")
    parser.add_argument("--new-key", type=Path, metavar="FILE", help="make the key for backups, and stop")
    parser.add_argument("--replace-key", action="store_true", help="with --new-key: later backups use the new one")
    parser.add_argument("--prune", action="store_true", help="delete sets that are too old: keyring 14 days")
    parser.add_argument("--keep-days", type=int, default=35, help="how long --prune keeps records (default: 35)")


def run(args: argparse.Namespace) -> int:
    """Make a key, or a backup."""
    if args.new_key:
        return new_key(args.new_key, replace=args.replace_key)
    from rightdoor.config.backups import making
    from rightdoor.config.commands._database import database

    home = read_env().home
    target = (args.to or home / "backups").resolve()
    making.public_key(home)  # before anything is started
    now = datetime.now(UTC)
    with database("backup") as connections:
        from rightdoor.foundation.access.viewers import system_viewer
        from rightdoor.foundation.audit import sealer

        sealer.seal_batches(now)
        signer = sealer.signing_key()
        made = making.make(
            home, connections, target, now,
            sign=signer.sign, signer=signer.public_key().public_bytes_raw().hex(), version=_version(),
        )  # fmt: skip
        _note_made(system_viewer("backup"), tables=made["main"]["tables"] + made["keyring"]["tables"])
    making.note_state(home, backup=made)
    for name in ("main", "keyring"):
        it = made[name]
        print(f"{target}/{name}-{made['stamp']}: {it['tables']} tables, {it['rows']:,} rows, {it['bytes']:,} bytes")
    if args.prune:
        for name in making.prune(target, now, main_days=args.keep_days):
            print(f"{name} deleted, too old")
    print(making.NOT_IN_IT, file=sys.stderr)
    return 0


def new_key(file: Path, *, replace: bool) -> int:
    """Make the pair of keys: the private one goes away from here, the public one stays."""
    from rightdoor.config.backups import box, making

    public = read_env().home / "keys" / making.PUBLIC
    if public.exists() and not replace:
        raise Refused("there is a key for backups already; add --replace-key to use a new one from now on")
    try:
        made = box.new_key(file)
    except OSError as problem:
        raise Refused(f"{file} cannot be written: {problem.strerror}") from None
    public.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = public.with_suffix(".new")
    new.write_text(made + "\n", encoding="ascii")
    new.chmod(0o600)
    new.replace(public)
    print(f"The private key is in {file}. Take it away from this machine, twice, and delete it here.")
    print("Without it no backup can ever be read. With it and the folder of keys, all of them can.")
    print(f"Public key: {made}")
    return 0


def _note_made(viewer: object, *, tables: int) -> None:
    from rightdoor.foundation.audit.events import record

    record(viewer, "backup.made", kind="backup", tables=tables)  # type: ignore[arg-type]


def _version() -> str:
    try:
        return installed("rightdoor")
    except PackageNotFoundError:
        return "0"
