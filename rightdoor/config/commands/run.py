"""Start the site: database, tables, web server and job worker. Prints the address when the first page answers.

Ctrl-C or SIGTERM stops everything in order. A running site keeps its state in `var/`, or in RIGHTDOOR_HOME.
"""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8000, help="port (default: 8000)")


def run(args: argparse.Namespace) -> int:
    """Run until asked to stop."""
    from rightdoor.config import supervisor

    return supervisor.run(args.host, args.port)
