"""Quick checks before a commit: style, types, import contracts, and every test that needs no browser."""

from __future__ import annotations

import argparse

from rightdoor.config.commands.test import STYLE, run_tests, run_tools, verdict


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to leave out."""
    parser.add_argument("--no-tests", action="store_true", help="style, types and contracts only")


def run(args: argparse.Namespace) -> int:
    """The fast things first; all are run even if one fails."""
    results = run_tools(STYLE)
    if not args.no_tests:
        results += run_tests([("tests", ["-n", "2", "-q", "-m", "not journey and not slow"])])
    return verdict(results)
