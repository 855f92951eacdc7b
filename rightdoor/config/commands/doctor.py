"""Look for what is wrong with this installation. One line for each check; a fault names its remedy.

Exit status 0 when all is well, 1 when there is a fault, 2 when nothing is wrong so far but something could not be
looked at. Nothing is changed. It works while the site runs, and while it does not.
"""

from __future__ import annotations

import argparse
import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from urllib.parse import urlsplit

from rightdoor.config import health
from rightdoor.config.health import Finding
from rightdoor.config.inner_health import Occasion

# Each is module:function, taking nothing and returning a Finding. Loaded one by one, so a part that cannot even be
# imported is a finding too.
CHECKS = (
    "rightdoor.config.health:python_version",
    "rightdoor.config.health:installed_packages",
    "rightdoor.config.health:settings",
    "rightdoor.config.health:account",
    "rightdoor.config.health:pack",
    "rightdoor.config.health:front_end_files",
    "rightdoor.config.health:state_folder",
    "rightdoor.config.health:keys_apart",
    "rightdoor.config.health:room_on_disk",
    "rightdoor.config.health:database_programs",
    "rightdoor.config.health:socket_folder",
    "rightdoor.config.health:mail",
    "rightdoor.config.health:backups",
)
# These take the occasion, and are asked with the databases at hand.
INSIDE = (
    "rightdoor.config.inner_health:databases",
    "rightdoor.config.inner_health:tables",
    "rightdoor.config.inner_health:serving_role",
    "rightdoor.config.inner_health:row_level_security",
    "rightdoor.config.inner_health:keyring",
    "rightdoor.config.inner_health:key_epochs",
    "rightdoor.config.inner_health:clock",
    "rightdoor.config.inner_health:queue",
    "rightdoor.config.inner_health:audit",
    "rightdoor.config.inner_health:witnesses",
    "rightdoor.config.inner_health:safe_settings",
)
_ADDRESSES = ("DATABASE_URL", "DATABASE_OWNER_URL", "KEYRING_URL", "KEYRING_OWNER_URL", "RIGHTDOOR_EMAIL_URL")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How to show it."""
    parser.add_argument("--json", action="store_true", help="for other programs: a list of objects")


def look(name: str, on: Occasion | None = None) -> Finding:
    """Run one check; its own failure is a finding. With an occasion it is a check of what is inside."""
    module, function = name.split(":")
    try:
        check: Callable[..., Finding] = getattr(import_module(module), function)
        return check() if on is None else check(on)
    except (Exception, SystemExit) as problem:
        said = " ".join(str(problem).split()) or type(problem).__name__
        return Finding(False, f"{function.replace('_', ' ')}: {said}", "Report this together with the line above.")


def look_inside(now: datetime) -> Iterator[tuple[str, Finding]]:
    """The checks within the databases, or the one finding that says why there were none."""
    from rightdoor.config.cli import Refused
    from rightdoor.config.commands._database import database

    try:
        if not health.was_started():
            unseen = "the site was never started here, so database, keys, queue and audit trail could not be looked at"
            yield "database", Finding(False, unseen, "Start it once, then ask again.", looked=False)
            return
        on = Occasion(now, health.is_running())
        with database("doctor"):
            for name in INSIDE:
                yield name.split(":")[1], look(name, on)
    except Refused as problem:
        yield "database", Finding(False, f"the database: {problem}", "Start the site once.", looked=False)
    except (Exception, SystemExit) as problem:
        said = " ".join(str(problem).split()) or type(problem).__name__
        remedy = "Start the site anew and read its first lines; look whether the address and the password are right."
        yield "database", Finding(False, f"the database does not answer: {said}", remedy)


def without_secrets(text: str) -> str:
    """The text without any password that stands in an address, however a library may quote it."""
    for name in _ADDRESSES:
        try:
            password = urlsplit(os.environ.get(name, "")).password
        except ValueError:
            password = None
        if password:
            text = text.replace(password, "***")
    return re.sub(r"password=\S+", "password=***", re.sub(r"://[^@/\s]*@", "://***@", text))


def run(args: argparse.Namespace) -> int:
    """Run every check."""
    findings = {name.split(":")[1]: look(name) for name in CHECKS}
    findings |= dict(look_inside(datetime.now(UTC)))
    if args.json:
        rows = [
            {
                "check": name,
                "ok": it.ok,
                "looked": it.looked,
                "text": without_secrets(it.sentence),
                "remedy": "" if it.ok else it.remedy,
            }
            for name, it in findings.items()
        ]
        print(json.dumps(rows, indent=2))
    else:
        for it in findings.values():
            word = "OK   " if it.ok else "FAULT" if it.looked else "?    "
            print(without_secrets(f"{word} {it.sentence}" + ("" if it.ok else f"\n      {it.remedy}")))
    if any(not it.ok and it.looked for it in findings.values()):
        return 1
    return 0 if all(it.ok for it in findings.values()) else 2
