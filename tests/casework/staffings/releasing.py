"""A release that lets the core of a case go to an agency, made as its form makes it. All people are invented."""

from __future__ import annotations

from datetime import datetime, timedelta

from rightdoor.casework.clients.models import Client
from rightdoor.casework.consents.actions.releases import record_person, record_release
from rightdoor.casework.consents.models import Release
from rightdoor.casework.consents.told import Flags, PersonWho, ReleaseTold, Signed
from rightdoor.domain.permission import Viewer


def core_release(viewer: Viewer, client: Client, to_agency: str, *, now: datetime, days: int = 60) -> Release:
    """From whoever keeps the case to this agency."""
    mother = record_person(
        viewer, client, who=PersonWho("Mona Nowhere", "mother"), flags=Flags(False, False, False, False), now=now
    )
    told = ReleaseTold(
        route="minor_and_guardian",
        from_agency=client.holder,
        to_agency=to_agency,
        classes=("CORE",),
        purpose="To come to one meeting prepared.",
        expires_at=now + timedelta(days=days),
        explained_by=viewer.name,
        language="en",
        understands_language=True,
        told_risks=True,
        told_right_to_revoke=True,
        told_not_required=True,
        signatures=(Signed("client", now), Signed("guardian", now, "Mona Nowhere", mother.code)),
    )
    return record_release(viewer, client, told=told, now=now)
