"""What the queue calls: a reminder when something is owed on an episode. Codes in, nothing out."""

from __future__ import annotations

from datetime import datetime

from rightdoor.casework.clients.queries import not_kept_apart
from rightdoor.casework.missing.clocks import owed_on, situations
from rightdoor.casework.missing.models import Episode
from rightdoor.foundation.jobs.queue import job
from rightdoor.foundation.notices.actions import notify


@job
def remind_of_what_is_owed(code: str, *, now: datetime) -> None:
    """Tells the coordinator and whoever has a task that little time is left, or that it is late. Safe to run twice;
    silent once everything is done.
    """
    episode = Episode.objects.exclude(state="closed").select_related("case", "case__client").filter(code=code).first()
    if episode is None:
        return
    (situation,) = situations([episode])
    pressing = [
        one for one in owed_on(situation) if one.clock is not None and one.clock.state(now) in {"at_risk", "late"}
    ]
    if pressing and pressing[0].clock is not None:
        people = {episode.case.coordinator, *(one.owner for one in pressing)} - {""}
        told = not_kept_apart(people, episode.case.client)
        notify(told, "missing.due", episode.case.code, now, due_at=pressing[0].clock.due_at)
