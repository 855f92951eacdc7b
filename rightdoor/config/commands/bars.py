"""The security bars: which tests hold each, and whether each turns red when its control is broken.

`bars` lists them; `bars SEC-06 SEC-20` runs their tests; with `--sabotage` each is run again with its control broken,
one run a sabotage, and a bar that stays green is a failure.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from collections import defaultdict

from rightdoor.config.cli import Refused
from rightdoor.config.commands.test import chromium
from rightdoor.config.env import ROOT

_ORDER = re.compile(r"\d+")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which, and how."""
    parser.add_argument("bars", nargs="*", metavar="SEC-nn", help="only these (default: all)")
    parser.add_argument("--run", action="store_true", help="run their tests")
    parser.add_argument("--sabotage", action="store_true", help="run them with each control broken; they must fail")


def run(args: argparse.Namespace) -> int:
    """A list, or a verdict for each."""
    tests, breakings = known_bars()
    unknown = set(args.bars) - set(tests)
    if unknown:
        raise Refused(f"no test holds {', '.join(sorted(unknown))}; `bars` lists those that are held", status=2)
    chosen = args.bars or sorted(tests, key=_number)
    if not (args.run or args.sabotage):
        for bar in chosen:
            print(f"{bar}  {len(tests[bar])} tests, {len(breakings[bar])} sabotages")
            for line in (*tests[bar], *(f"broken by: {says}" for _, says in breakings[bar])):
                print(f"        {line}")
        return 0
    os.environ.setdefault("RIGHTDOOR_CHROMIUM", chromium())
    faults = 0
    for bar in chosen:
        if args.run:
            faults += _told(bar, "green", _pytest(*tests[bar]))
        if args.sabotage:
            if not breakings[bar]:
                faults += _told(bar, "no sabotage", (1, 0.0, ""))
            for name, says in breakings[bar]:
                faults += _told(name, f"red when broken: {says}", _pytest("--sabotage", name, *tests[bar]))
    return 1 if faults else 0


def known_bars() -> tuple[dict[str, list[str]], dict[str, list[tuple[str, str]]]]:
    """The tests of each bar, and its sabotages as (name, what they break). Asks pytest, without running anything."""
    status, _, said = _pytest("--bars", "--collect-only", "-qq", "tests")
    tests: dict[str, list[str]] = defaultdict(list)
    breakings: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in said.splitlines():
        kind, _, rest = line.partition(" ")
        name, _, what = rest.partition(" ")
        if kind == "BAR" and what not in tests[name]:
            tests[name].append(what)
        elif kind == "SABOTAGE":
            breakings[name.partition("/")[0]].append((name, what))
    if status:
        raise Refused(f"pytest could not read the tests: {said[-400:]}")
    return tests, breakings


def _pytest(*arguments: str) -> tuple[int, float, str]:
    began = time.monotonic()
    program = os.path.join(os.path.dirname(sys.executable), "pytest")
    done = subprocess.run([program, "-q", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, time.monotonic() - began, done.stdout + done.stderr


def _told(name: str, what: str, outcome: tuple[int, float, str]) -> int:
    status, seconds, said = outcome
    print(f"{'OK   ' if status == 0 else 'FAULT'} {name:10} {what} ({seconds:.0f} s)", flush=True)
    if status:
        print("\n".join(f"      {line}" for line in said.splitlines()[-12:]))
    return 1 if status else 0


def _number(bar: str) -> int:
    found = _ORDER.search(bar)
    return int(found[0]) if found else 0
