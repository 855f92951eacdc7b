"""Make the pages of docs/ that come from the code: requirements, permissions, audit verbs, settings, states."""

from __future__ import annotations

import argparse

from rightdoor.config.env import ROOT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Make, or only look."""
    parser.add_argument("--check", action="store_true", help="change nothing; exit status 1 when a page is stale")


def run(args: argparse.Namespace) -> int:
    """Write what is stale and name it."""
    from rightdoor.config.reference.pages import pages

    stale = []
    for name, text in pages().items():
        path = ROOT / "docs" / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not args.check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    for name in stale:
        print(f"docs/{name} {'is stale' if args.check else 'made'}")
    return 1 if args.check and stale else 0
