"""People of the tests: enough to try every door. All invented."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from rightdoor.domain.permission import Viewer

if TYPE_CHECKING:
    from rightdoor.foundation.accounts.models import Account

REGION, OTHER_REGION = "capital", "northshore"


def make_person(
    name: str,
    *,
    now: datetime,
    roles: tuple[tuple[str, str], ...],
    discipline: str = "",
    agency: str = "",
    is_cleared: bool = True,
) -> Viewer:
    """An account with grants, as its Viewer. `roles` are (role, region) pairs; cleared for client data unless told."""
    from rightdoor.foundation.access.models import Grant
    from rightdoor.foundation.access.viewers import viewer_of
    from rightdoor.foundation.accounts.models import Account
    from rightdoor.foundation.codes import new_code

    account = Account.objects.create(
        email=f"{name.lower().replace(' ', '.')}@example.invalid",
        name=name,
        agency_code=agency or new_code(),
        discipline=discipline,
        created_at=now - timedelta(days=30),
        is_demonstration=True,
    )
    account.set_unusable_password()
    account.save()
    for role, region in roles:
        Grant.objects.create(
            account=account, role=role, region=region, starts_at=now - timedelta(days=30), granted_by="SYSTEM"
        )
    if is_cleared:
        clear(account, now=now)
    return viewer_of(account, now)


def clear(account: Account, *, now: datetime) -> None:
    """Everything that clears a person: signed, read, trained, and the agency's word. For years, so that none runs out
    in the middle of a test.
    """
    from rightdoor.foundation.access.clearance import AGREEMENT, required
    from rightdoor.foundation.access.models import AgencyAgreement, ClearanceRecord

    window = {"starts_at": now - timedelta(days=30), "ends_at": now + timedelta(days=3650)}
    ClearanceRecord.objects.bulk_create(
        ClearanceRecord(account_code=account.code, what=what, entered_by="SYSTEM", **window)
        for what in sorted({AGREEMENT, *required()})
    )
    agreement = AgencyAgreement.objects.filter(agency_code=account.agency_code)
    if account.agency_code and not agreement.exists():
        AgencyAgreement.objects.create(
            agency_code=account.agency_code, recorded_by="SYSTEM", recorded_at=window["starts_at"], **window
        )


@pytest.fixture
def coordinator(db: None, now: datetime) -> Viewer:
    """The care coordinator of the region."""
    return make_person(
        "Cora Coordinator", now=now, roles=(("care_coordinator", REGION),), discipline="care_coordinator"
    )


@pytest.fixture
def other_coordinator(db: None, now: datetime) -> Viewer:
    """The care coordinator of another region."""
    return make_person(
        "Otto Elsewhere", now=now, roles=(("care_coordinator", OTHER_REGION),), discipline="care_coordinator"
    )


@pytest.fixture
def detective(db: None, now: datetime) -> Viewer:
    """A team member of the region, of local law enforcement; on no case yet."""
    return make_person("Dana Detective", now=now, roles=(("team_member", REGION),), discipline="local_law_enforcement")


@pytest.fixture
def advocate(db: None, now: datetime) -> Viewer:
    """A team member of the region, a victim advocate; on no case yet."""
    return make_person("Ada Advocate", now=now, roles=(("team_member", REGION),), discipline="victim_advocate")


@pytest.fixture
def stranger(db: None, now: datetime) -> Viewer:
    """A team member of another region."""
    return make_person("Sam Stranger", now=now, roles=(("team_member", OTHER_REGION),), discipline="school")


@pytest.fixture
def other_member(db: None, now: datetime) -> Viewer:
    """A team member of the region, of a discipline that no protocol lets in: a release or nothing."""
    return make_person("Tess Teacher", now=now, roles=(("team_member", REGION),), discipline="school")


@pytest.fixture
def reviewer(db: None, now: datetime) -> Viewer:
    """The alliance's reviewer, for the whole state."""
    return make_person("Rita Reviewer", now=now, roles=(("alliance_reviewer", ""),))


@pytest.fixture
def state_analyst(db: None, now: datetime) -> Viewer:
    """Reads figures without persons."""
    return make_person("Ann Analyst", now=now, roles=(("state_analyst", ""),))


@pytest.fixture
def auditor(db: None, now: datetime) -> Viewer:
    """Reads who did what."""
    return make_person("Abe Auditor", now=now, roles=(("auditor", ""),))


@pytest.fixture
def administrator(db: None, now: datetime) -> Viewer:
    """Keeps accounts and settings."""
    return make_person("Adam Administrator", now=now, roles=(("administrator", ""),))
