"""Prepare the databases that the environment names: tables, rights of the serving role, shared cache, static files.

`./door run` does this by itself. Needed by hand only where the databases are on a server of their own: first set
DATABASE_URL, DATABASE_OWNER_URL, KEYRING_URL and KEYRING_OWNER_URL.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import os
from pathlib import Path

from rightdoor.config.cli import Refused

# module:function, called as the owner after every migration; each makes what a new installation lacks and else nothing.
AFTERWARDS = (
    "rightdoor.foundation.sealing.seals:ensure_root_key",
    "rightdoor.foundation.audit.sealer:ensure_signing_key",
    "rightdoor.config.checks:refuse_unsafe",
    "rightdoor.config.first_person:say_how",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to leave out."""
    parser.add_argument("--no-static", action="store_true", help="leave the static files as they are")


def run(args: argparse.Namespace) -> int:
    """Migrate as the owner. Every step may be repeated."""
    os.environ.setdefault("RIGHTDOOR_DB_ROLE", "owner")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rightdoor.config.settings")
    if not os.environ.get("DATABASE_OWNER_URL") and not os.environ.get("DATABASE_OWNER_URL_FILE"):
        raise Refused("no database is named; `run` prepares the one that comes with the program")
    import django

    django.setup()
    from django.core.management import call_command

    from rightdoor.config import privileges, rowlevel

    for database in ("default", "keyring"):
        call_command("migrate", database=database, interactive=False, verbosity=0)
    call_command("createcachetable", database="default", verbosity=0)
    privileges.grant()
    rowlevel.enforce()
    for name in AFTERWARDS:
        module, function = name.split(":")
        getattr(importlib.import_module(module), function)()
    if not args.no_static:
        collect_static()
    return 0


def collect_static() -> bool:
    """Collect the static files, unless nothing changed since the last time. Returns whether it did."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    total = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(["CVS", ".*", "*~"]):
            status = os.stat(storage.path(name))
            total.update(f"{storage.path(name)}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    root = Path(settings.STATIC_ROOT)
    stamp = root / ".collected"
    if stamp.exists() and stamp.read_text(encoding="ascii") == total.hexdigest():
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(total.hexdigest(), encoding="ascii")
    return True
