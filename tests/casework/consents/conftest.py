"""The stage of the tests of consents: a case after its emergency staffing, people around the client, a whole form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from rightdoor.casework.cases.models import Case
from rightdoor.casework.clients.models import Client
from rightdoor.casework.consents.actions.releases import record_person, record_release
from rightdoor.casework.consents.models import PersonAround, Release
from rightdoor.casework.consents.told import Flags, PersonWho, ReleaseTold, Signed
from rightdoor.community.partners.models import Agency
from rightdoor.domain.permission import Viewer
from tests.casework.team import Scene, scheduled
from tests.people import REGION, make_person

CLEAR = Flags(False, False, False, False)
DAY = timedelta(days=1)


@dataclass
class Stage:
    """Everything that a test of consents asks for. `now` is when the acts happen."""

    scene: Scene
    case: Case
    client: Client
    mother: PersonAround
    clinic: Agency
    school: Agency
    nurse: Viewer
    second: Viewer
    now: datetime

    @property
    def viewer(self) -> Viewer:
        """The coordinator."""
        return self.scene.coordinator

    def told(self, **changed: Any) -> ReleaseTold:
        """A form that lacks nothing: the clinic may show health records to the coordinating agency's own school."""
        at = self.now - timedelta(minutes=10)
        whole = ReleaseTold(
            route="minor_and_guardian",
            from_agency=self.clinic.code,
            to_agency=self.school.code,
            classes=("HLTH",),
            initials={"HLTH": "N.N."},
            purpose="To plan the way back to school.",
            how=("written",),
            expires_at=self.now + 30 * DAY,
            explained_by="Cora Coordinator",
            language="en",
            understands_language=True,
            risks="Others might hear of it.",
            told_risks=True,
            told_right_to_revoke=True,
            told_not_required=True,
            told_redisclosure=True,
            copy_given=True,
            signatures=(
                Signed("client", at, "Nora Nowhere"),
                Signed("guardian", at, "Mona Nowhere", self.mother.code),
            ),
        )
        return replace(whole, **changed)

    def release(self, **changed: Any) -> Release:
        """A release in force."""
        return record_release(self.viewer, self.client, told=self.told(**changed), now=self.now)

    def person(self, name: str, relation: str = "father", flags: Flags = CLEAR) -> PersonAround:
        """Another person around the client."""
        return record_person(self.viewer, self.client, who=PersonWho(name, relation), flags=flags, now=self.now)


def make_agency(name: str, discipline: str, *, keeps: bool = False) -> Agency:
    """A partner of the region."""
    return Agency.objects.create(name=name, discipline=discipline, regions=[REGION], keeps_own_records=keeps)


@pytest.fixture
def stage(coordinator: Viewer, detective: Viewer, advocate: Viewer, now: datetime) -> Stage:
    """A case whose emergency staffing is scheduled, a mother of whom nothing is alleged, a clinic and a school."""
    scene = Scene(coordinator, detective, advocate, now)
    case = scheduled(scene).case
    mother = record_person(
        coordinator, case.client, who=PersonWho("Mona Nowhere", "mother", "555-0111"), flags=CLEAR, now=now
    )
    clinic = make_agency("Invented Clinic", "medical")
    school = make_agency("Invented School", "school")
    nurse = make_person(
        "Nell Nurse", now=now, roles=(("team_member", REGION),), discipline="medical", agency=clinic.code
    )
    second = make_person(
        "Sela Second",
        now=now,
        roles=(("care_coordinator", REGION),),
        discipline="care_coordinator",
        agency=coordinator.agency,
    )
    return Stage(scene, case, case.client, mother, clinic, school, nurse, second, now)


BORN = date(2011, 3, 4)  # the client of tests/casework/team.py
