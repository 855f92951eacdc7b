"""What a closing case does to consents, and what does not come back by itself when it is opened again. (CASE-12)

Both are steps of an act of the case's closure, which asks for permission first; each change records its own event.
"""

from __future__ import annotations

from datetime import datetime

from rightdoor.casework.clients.actions import end_ground, suspend_ground
from rightdoor.casework.clients.models import Client
from rightdoor.casework.consents.models import LegalAlternative, ParticipationConsent, Release
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit.events import record


def running_releases(client: Client, now: datetime) -> list[Release]:
    """Releases that have not ended, suspended ones among them, the newest first."""
    rows = Release.objects.filter(client=client, ended_at__isnull=True, expires_at__gt=now)
    found = list(rows.order_by("-starts_at", "-pk"))
    for row in found:
        row.client = client
    return found


def end_consent_with_case(viewer: Viewer, client: Client, *, keeps_releases: bool, now: datetime) -> int:
    """Ends consent to coordination and what stood in its place and, unless they are kept, every running release.

    Returns how many releases ended. Kept ones run until their own day; a closed case opens nothing on them. (SR-43)
    """
    for consent in ParticipationConsent.objects.filter(client=client, answer="given", withdrawn_at__isnull=True):
        consent.withdrawn_at, consent.withdrawn_by, consent.ended_why = now, viewer.code, "closed"
        consent.save(update_fields=["withdrawn_at", "withdrawn_by", "ended_why"])
        record(viewer, "consent.ended", consent, why="closed")
    for stood in LegalAlternative.objects.filter(client=client, ended_at__isnull=True):
        stood.ended_at, stood.ended_by = now, viewer.code
        stood.save(update_fields=["ended_at", "ended_by"])
        record(viewer, "consent.alternative_ended", stood)
    ended = [] if keeps_releases else running_releases(client, now)
    for release in ended:
        release.ended_at, release.ended_why, release.ended_by = now, "closed", viewer.code
        release.suspended_at, release.suspended_why = None, ""
        release.save(update_fields=["ended_at", "ended_why", "ended_by", "suspended_at", "suspended_why"])
        end_ground(viewer, client, code=release.code, now=now)
        record(viewer, "release.ended", release, ground=release.code, why="closed")
    return len(ended)


def suspend_kept_releases(viewer: Viewer, client: Client, *, now: datetime) -> int:
    """Before a case is opened again: what was kept opens nothing until somebody has checked it. Returns how many."""
    kept = [release for release in running_releases(client, now) if release.suspended_at is None]
    for release in kept:
        release.suspended_at, release.suspended_why = now, "check"
        release.save(update_fields=["suspended_at", "suspended_why"])
        suspend_ground(viewer, client, code=release.code, now=now)
        record(viewer, "release.suspended", release, ground=release.code, why="check")
    return len(kept)
