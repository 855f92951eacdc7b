"""What time does to consents to coordination. Releases end by `releases.end_release`; jobs.py asks for both."""

from __future__ import annotations

from datetime import datetime

from rightdoor.casework.consents.models import ParticipationConsent
from rightdoor.casework.consents.queries import case_codes_of
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.notices.actions import notify


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
