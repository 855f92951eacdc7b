"""What the queue calls: the clocks of releases and consents, once an hour."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rightdoor.casework.clients.disclosure import of_age
from rightdoor.casework.consents.actions.clocks import end_consent
from rightdoor.casework.consents.actions.releases import end_release
from rightdoor.casework.consents.models import ParticipationConsent, Release
from rightdoor.casework.consents.sealed import known_to_rules, told_field
from rightdoor.domain.consent import ENDS_AT_EIGHTEEN
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.jobs.queue import periodic

GUARDIANS = frozenset({"guardian", "other_parent"})


@periodic("7 * * * *")
def settle_consents(*, now: datetime) -> None:
    """Ends what expired, and what a guardian signed for a client who has come of age. Safe to run twice. (SR-44)"""
    settle_by_time(system_viewer("consents"), now)


def settle_by_time(viewer: Viewer, now: datetime) -> int:
    """Ends every release and guardian's consent whose time is over at `now`. Safe to run twice. Returns how many.

    On the eighteenth birthday what a guardian signed ends, and the coordinator is asked to ask again. (RO-11, SR-44)
    """
    releases = list(Release.objects.filter(ended_at=None).select_related("client").order_by("pk"))
    consents = list(
        ParticipationConsent.objects.filter(answer="given", withdrawn_at=None).select_related("client").order_by("pk")
    )
    with_guardian = [row for row in releases if _told(row).get("route") in ENDS_AT_EIGHTEEN]
    of_guardians = [row for row in consents if _told(row).get("basis") in GUARDIANS]
    aged = of_age({row.client_id: row.client for row in [*with_guardian, *of_guardians]}.values(), now)
    ended = 0
    for release in releases:
        grown = release.client_id in aged and release in with_guardian
        if grown or release.expires_at <= now:
            end_release(viewer, release, why="of_age" if grown else "expired", now=now)
            ended += 1
    for consent in consents:
        grown = consent.client_id in aged and consent in of_guardians
        if grown or (consent.expires_at is not None and consent.expires_at <= now):
            end_consent(viewer, consent, why="of_age" if grown else "expired", now=now)
            ended += 1
    return ended


def _told(row: Release | ParticipationConsent) -> dict[str, Any]:
    (words,) = known_to_rules([told_field(row)])
    return words or {}
