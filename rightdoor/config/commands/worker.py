"""Work on queued jobs until asked to stop. Started by `run`; needs the databases that the environment names."""

from __future__ import annotations

import argparse
import os

from rightdoor.config.cli import Refused


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose."""


def run(args: argparse.Namespace) -> int:
    """Work. Ends with an error when the database goes away; whoever started us starts us again."""
    if not os.environ.get("DATABASE_URL") and not os.environ.get("DATABASE_URL_FILE"):
        raise Refused("no database is named; `run` starts the worker together with its database")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rightdoor.config.settings")
    import django

    django.setup()
    from rightdoor.foundation.jobs.queue import run_worker

    run_worker()
    return 0
