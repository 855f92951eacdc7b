"""Look for what is wrong with this installation. One line for each check; a fault names its remedy.

Exit status 0 when all is well, 1 when there is a fault. Nothing is changed.
"""

from __future__ import annotations

import argparse
import json
from importlib import import_module

from rightdoor.config.health import Finding

# Each is module:function, taking nothing and returning a Finding. Loaded one by one, so a part that cannot even be
# imported is a finding too.
CHECKS = (
    "rightdoor.config.health:python_version",
    "rightdoor.config.health:installed_packages",
    "rightdoor.config.health:settings",
    "rightdoor.config.health:pack",
    "rightdoor.config.health:front_end_files",
    "rightdoor.config.health:state_folder",
    "rightdoor.config.health:room_on_disk",
    "rightdoor.config.health:database_programs",
    "rightdoor.config.health:database_answers",
    "rightdoor.config.health:socket_folder",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How to show it."""
    parser.add_argument("--json", action="store_true", help="for other programs: a list of objects")


def look(name: str) -> Finding:
    """Run one check; its own failure is a finding."""
    module, function = name.split(":")
    try:
        finding: Finding = getattr(import_module(module), function)()
    except (Exception, SystemExit) as problem:
        return Finding(False, f"{function.replace('_', ' ')}: {problem}", "Report this together with the line above.")
    return finding


def run(args: argparse.Namespace) -> int:
    """Run every check."""
    findings = {name.split(":")[1]: look(name) for name in CHECKS}
    if args.json:
        rows = [{"check": name, "ok": it.ok, "text": it.sentence, "remedy": it.remedy} for name, it in findings.items()]
        print(json.dumps(rows, indent=2))
    else:
        for it in findings.values():
            print(f"{'OK   ' if it.ok else 'FAULT'} {it.sentence}" + ("" if it.ok else f"\n      {it.remedy}"))
    return 0 if all(it.ok for it in findings.values()) else 1
