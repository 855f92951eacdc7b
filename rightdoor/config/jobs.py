"""Work by the clock of the installation as a whole."""

from __future__ import annotations

from datetime import datetime

from rightdoor.config import keys
from rightdoor.foundation.jobs.queue import periodic


@periodic("17 8 * * *")
def turn_epochs(*, now: datetime) -> None:
    """Wrap all keys under new root keys and destroy old ones, where an epoch has lasted its days (weekly by default).

    Asked every night, so that a week in which the site stood still ends with the next night.
    """
    keys.turn_if_due(now)


@periodic("47 8 * * *")
def look_for_older_values(*, now: datetime) -> None:
    """Hold every sealed cell against what stood in it before: what was put back is found (decision 0007)."""
    keys.look_for_older_values(now)
