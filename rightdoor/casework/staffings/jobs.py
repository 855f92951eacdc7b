"""What the queue calls: reminders of a coming staffing and of a summary that is owed. Codes in, nothing out."""

from __future__ import annotations

from datetime import datetime

from rightdoor.casework.clients.queries import not_kept_apart
from rightdoor.casework.staffings.models import Staffing
from rightdoor.foundation.jobs.queue import job
from rightdoor.foundation.notices.actions import notify


@job
def remind_of_staffing(code: str, *, now: datetime) -> None:
    """Reminds everybody invited, two hours before, but whoever is kept apart from all whom it is about. Safe to run
    twice; silent once it was held or cancelled.
    """
    staffing = Staffing.objects.select_related("meeting").filter(code=code, state="scheduled").first()
    if staffing is not None and not _is_said_by_another(staffing):
        invited = staffing.meeting.invitations.exclude(answer="excused").values_list("account__code", flat=True)
        turns = Staffing.objects.select_related("case__client").filter(meeting=staffing.meeting_id, state="scheduled")
        clients = {turn.case.client_id: turn.case.client for turn in turns}
        told = {code for client in clients.values() for code in not_kept_apart(invited, client)}
        notify(sorted(told), "staffing.soon", staffing.meeting.code, now)


def _is_said_by_another(staffing: Staffing) -> bool:
    """At a meeting of several cases the first of them reminds for all: nobody is told six times of one meeting."""
    first = Staffing.objects.filter(meeting=staffing.meeting_id, state="scheduled").order_by("place", "id").first()
    return first is not None and first.pk != staffing.pk


@job
def remind_of_summary(code: str, *, now: datetime) -> None:
    """Reminds the convener while a quarter of the summary's time is left. Silent once it was shared."""
    staffing = (
        Staffing.objects.select_related("meeting").filter(code=code, state="held", summary_shared_at=None).first()
    )
    if staffing is not None:
        notify([staffing.meeting.convened_by], "summary.owed", staffing.code, now)
