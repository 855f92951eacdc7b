"""What time does to releases and consents: they expire, and what a guardian signed ends on the eighteenth birthday."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rightdoor.casework.clients.disclosure import of_age
from rightdoor.casework.consents.actions.releases import end_release
from rightdoor.casework.consents.models import ParticipationConsent, Release
from rightdoor.casework.consents.queries import case_codes_of
from rightdoor.casework.consents.sealed import known_to_rules, told_field
from rightdoor.domain.consent import ENDS_AT_EIGHTEEN
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.notices.actions import notify

GUARDIANS = frozenset({"guardian", "other_parent", "state_custody"})


def settle_by_time(viewer: Viewer, now: datetime) -> int:
    """Ends every release and guardian's consent whose time is over at `now`. Safe to run twice. Returns how many.

    On the eighteenth birthday what a guardian signed ends, and the coordinator is asked to ask again. (RO-11, SR-44)
    """
    check_may(viewer, "release.end", None)
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


@action("consent.ended")
def end_consent(viewer: Viewer, consent: ParticipationConsent, *, why: str, now: datetime) -> None:
    """Consent to coordination ends by time: on its own day, or with the eighteenth birthday. The coordinator is told.

    (SR-44)
    """
    check_may(viewer, "release.end", None)
    held = ParticipationConsent.objects.select_for_update(of=("self",)).select_related("client").get(pk=consent.pk)
    if held.withdrawn_at is None:
        held.withdrawn_at, held.withdrawn_by, held.ended_why = now, viewer.code, why
        held.save(update_fields=["withdrawn_at", "withdrawn_by", "ended_why"])
        for case_code, coordinator in case_codes_of(held.client):
            notify([coordinator], "consent.of_age" if why == "of_age" else "consent.expired", case_code, now)
    record(viewer, "consent.ended", held, why=why)


def _told(row: Release | ParticipationConsent) -> dict[str, Any]:
    (words,) = known_to_rules([told_field(row)])
    return words or {}
