"""Every test on a throw-away database, two at a time, then style, types and import contracts.

Arguments go to pytest: `./door test tests/domain -k clock`. With DATABASE_URL the tests run on that server instead.
Browser tests need chromium: from PATH, else installed as root on Debian; without one the command fails and says so.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence

from rightdoor.config.cli import Refused
from rightdoor.config.env import ROOT

STYLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("style", ("ruff", "check", ".")),
    ("layout", ("ruff", "format", "--check", ".")),
    ("types", ("mypy",)),
    ("import contracts", ("lint-imports",)),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to test."""
    parser.add_argument("-n", dest="processes", default="2", help="test processes (default: 2)")
    parser.add_argument("pytest", nargs=argparse.REMAINDER, help="arguments for pytest; then only the tests are run")


def run(args: argparse.Namespace) -> int:
    """Tests first, then the rest; all are run even if one fails."""
    os.environ["RIGHTDOOR_CHROMIUM"] = chromium()
    wanted = ["-n", args.processes, "--dist", "loadgroup", *args.pytest]
    parts = [("tests", wanted)]
    return verdict([*run_tests(parts), *([] if args.pytest else run_tools(STYLE))])


def chromium() -> str:
    """The browser for the browser tests: RIGHTDOOR_CHROMIUM, PATH, or Debian's package. Raises Refused."""
    names = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
    chosen = os.environ.get("RIGHTDOOR_CHROMIUM", "")
    if chosen:
        if not shutil.which(chosen):
            raise Refused(f"RIGHTDOOR_CHROMIUM names {chosen}, which is no program")
        return chosen
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print("installing chromium for the browser tests ...", file=sys.stderr, flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", *command], env=quiet, stdout=subprocess.DEVNULL, check=False)
        found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise Refused("the browser tests need chromium; install it, or name it with RIGHTDOOR_CHROMIUM")
    return found


def tool(*command: str) -> tuple[int, float]:
    """Run a tool of the environment. Returns its status and how long it took."""
    began = time.monotonic()
    program = os.path.join(os.path.dirname(sys.executable), command[0])
    status = subprocess.run([program, *command[1:]], cwd=ROOT, check=False).returncode
    return status, time.monotonic() - began


def run_tests(parts: Sequence[tuple[str, Sequence[str]]]) -> list[tuple[str, int, float]]:
    """Run pytest once for each part. tests/conftest.py brings the database and hands it to the processes."""
    results = []
    for name, arguments in parts:
        print(f"\n== {name}", flush=True)
        results.append((name, *tool("pytest", *arguments)))
    return results


def run_tools(tools: Sequence[tuple[str, Sequence[str]]]) -> list[tuple[str, int, float]]:
    """Run each tool and show what it says."""
    results = []
    for name, command in tools:
        print(f"\n== {name}", flush=True)
        results.append((name, *tool(*command)))
    return results


def verdict(results: Sequence[tuple[str, int, float]]) -> int:
    """One line for each part, and the exit status."""
    print()
    for name, status, seconds in results:
        print(f"{'OK   ' if status == 0 else 'FAULT'} {name} ({seconds:.0f} s)")
    return 1 if any(status for _, status, _ in results) else 0
