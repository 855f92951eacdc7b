"""Mail of notices."""

from datetime import datetime

from rightdoor.foundation.jobs.queue import job
from rightdoor.foundation.notices.actions import send_notice_by_mail


@job
def send_mail(number: str, *, now: datetime) -> None:
    """Send the mail of one notice."""
    send_notice_by_mail(number, now=now)
