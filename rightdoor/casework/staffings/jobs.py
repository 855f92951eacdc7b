"""What the queue calls: reminders of a coming staffing and of a summary that is owed. Codes in, nothing out."""

from __future__ import annotations

from datetime import datetime

from rightdoor.casework.staffings.models import Staffing
from rightdoor.foundation.jobs.queue import job
from rightdoor.foundation.notices.actions import notify


@job
def remind_of_staffing(code: str, *, now: datetime) -> None:
    """Reminds everybody invited, two hours before. Safe to run twice; silent once it was held or cancelled."""
    staffing = Staffing.objects.select_related("meeting").filter(code=code, state="scheduled").first()
    if staffing is not None:
        invited = staffing.meeting.invitations.exclude(answer="excused").values_list("account__code", flat=True)
        notify(list(invited), "staffing.soon", staffing.meeting.code, now)


@job
def remind_of_summary(code: str, *, now: datetime) -> None:
    """Reminds the convener while a quarter of the summary's time is left. Silent once it was shared."""
    staffing = (
        Staffing.objects.select_related("meeting").filter(code=code, state="held", summary_shared_at=None).first()
    )
    if staffing is not None:
        notify([staffing.meeting.convened_by], "summary.owed", staffing.code, now)
