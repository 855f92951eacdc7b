"""Check a jurisdiction's pack: every fault with its file, key and remedy.

Exit status 0 when the pack is sound, 1 when faults were found, 2 when there is no such folder. No database is needed.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rightdoor.config.cli import Refused
from rightdoor.packs.check import faults
from rightdoor.packs.fault import Fault
from rightdoor.packs.instruments import FileUnsound, read_shipped


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do with which folder."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="check")
    check = acts.add_parser("check", help="name every fault of the pack in DIR")
    check.add_argument("dir", metavar="DIR", type=Path)
    check.add_argument("--json", action="store_true", help="for other programs: a list of objects")


def run(args: argparse.Namespace) -> int:
    """Print the faults; nothing but a word when there is none."""
    if not args.dir.is_dir():
        raise Refused(f"{args.dir} is not a folder", status=2)
    found = [*faults(args.dir), *instrument_faults(args.dir)]
    if args.json:
        rows = [{"file": it.file, "key": it.key, "fault": it.sentence, "remedy": it.remedy} for it in found]
        print(json.dumps(rows, indent=2, ensure_ascii=False))
    elif found:
        for fault in found:
            print(f"{fault.file}: {fault.key}: {fault.sentence} Remedy: {fault.remedy}")
        print(f"{len(found)} fault{'s' if len(found) != 1 else ''} found. The pack is refused.")
    else:
        print("The pack is sound.")
    return 1 if found else 0


def instrument_faults(folder: Path) -> list[Fault]:
    """What is wrong with the pack's own instruments, and whether they stand beside those that no state owns."""
    try:
        read_shipped(folder)
    except FileUnsound as unsound:
        return [
            Fault(f"instruments/{it.file}", f"line {it.line}: {it.key}" if it.line else it.key, it.sentence, it.remedy)
            for it in unsound.faults
        ]
    return []
