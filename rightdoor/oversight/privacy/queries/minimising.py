"""What is kept for a short while only, and for how long: every figure in one table. (security.md 3.11; SEC-66)"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from rightdoor.foundation.accounts.models import FailedAttempt, SignedInSession
from rightdoor.foundation.drafts.models import Draft
from rightdoor.foundation.notices.models import OutboxMessage


@dataclass(frozen=True, slots=True)
class Short:
    """One kind of thing: what it is, how long it is kept, and which rows are over at a moment."""

    label: str
    kept: timedelta
    over: Callable[[datetime], QuerySet]  # type: ignore[type-arg]


DRAFTS = timedelta(days=7)
QUARANTINE = timedelta(days=30)  # of documents: an act of their own, `documents.actions.give_up_version`
SENT_MAIL = timedelta(days=1)
SESSIONS = timedelta(days=1)
COUNTERS = timedelta(hours=1)

SHORT: Mapping[str, Short] = {
    "drafts": Short("Half-typed forms", DRAFTS, lambda at: Draft.objects.filter(saved_at__lte=at)),
    "sent_mail": Short("Mail that was sent", SENT_MAIL, lambda at: OutboxMessage.objects.filter(sent_at__lte=at)),
    "sessions": Short(
        "Sessions that have ended", SESSIONS, lambda at: SignedInSession.objects.filter(ended_at__lte=at)
    ),
    "counters": Short("Counters of failed tries", COUNTERS, lambda at: FailedAttempt.objects.filter(at__lte=at)),
}


def figures() -> list[tuple[str, timedelta]]:
    """Everything with its time, for the page."""
    return [*((one.label, one.kept) for one in SHORT.values()), ("Files in quarantine", QUARANTINE)]
