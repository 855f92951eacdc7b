"""Rows that nobody took are let go."""

from __future__ import annotations

from datetime import datetime

from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.imports import keeping
from rightdoor.foundation.jobs.queue import periodic


@periodic("17 * * * *")
def let_go(*, now: datetime) -> None:
    """Every hour: the rows of sheets that are a day old."""
    keeping.let_go(system_viewer("imports.let_go"), now=now)
