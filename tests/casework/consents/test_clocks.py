"""What time ends: releases on their day, what a guardian signed on the eighteenth birthday."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from rightdoor.casework.clients.actions import change_identity
from rightdoor.casework.clients.models import Ground
from rightdoor.casework.clients.person import Who
from rightdoor.casework.consents.actions.coordination import record_participation_consent
from rightdoor.casework.consents.jobs import settle_consents
from rightdoor.casework.consents.queries import coordination_of, renewals_due
from rightdoor.casework.consents.told import Signed
from rightdoor.domain.consent import eighteen_at
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.jurisdiction.active import zone
from rightdoor.foundation.notices.models import Notice
from tests.casework.consents.conftest import BORN, DAY, Stage


def of_age(born: date = BORN) -> datetime:
    return eighteen_at(born, zone())


def guardian_consents(stage: Stage) -> None:
    record_participation_consent(
        stage.viewer, stage.client, basis="guardian", person=stage.mother, given_at=stage.now, now=stage.now
    )


@pytest.mark.rule("SR-44", "RO-11")
def test_on_the_eighteenth_birthday_what_a_guardian_signed_ends_and_consent_is_asked_anew(stage: Stage) -> None:
    stage.now = of_age() - 10 * DAY
    release = stage.release()
    own = stage.release(route="minor_alone", signatures=(Signed("client", stage.now - DAY, "Nora Nowhere"),))
    guardian_consents(stage)
    settle_consents(now=of_age() - DAY)
    release.refresh_from_db()
    assert release.ended_at is None
    settle_consents(now=of_age())
    settle_consents(now=of_age() + DAY)
    release.refresh_from_db()
    own.refresh_from_db()
    assert (release.ended_why, own.ended_at) == ("of_age", None)
    assert Ground.objects.get(code=release.code).ended_at == of_age()
    assert coordination_of(stage.client, of_age()).latest == "of_age"
    kinds = sorted(Notice.objects.filter(account_code=stage.viewer.code).values_list("kind", flat=True))
    assert [kind for kind in kinds if kind.endswith("of_age")] == ["consent.of_age", "release.of_age"]
    (owed,) = renewals_due(stage.viewer, of_age() + DAY)
    assert (owed.case_code, owed.since) == (stage.case.code, of_age())


@pytest.mark.rule("SR-44")
def test_once_the_client_has_answered_nothing_is_owed_any_more(stage: Stage) -> None:
    stage.now = of_age() - 10 * DAY
    guardian_consents(stage)
    settle_consents(now=of_age())
    assert len(renewals_due(stage.viewer, of_age() + DAY)) == 1
    record_participation_consent(
        stage.viewer, stage.client, basis="client", given_at=of_age() + DAY, now=of_age() + DAY
    )
    assert renewals_due(stage.viewer, of_age() + 2 * DAY) == []


@pytest.mark.rule("RO-11")
def test_a_birth_date_that_is_learned_later_counts(stage: Stage) -> None:
    release = stage.release()
    born = stage.now.date().replace(year=stage.now.year - 18)
    change_identity(stage.viewer, stage.client, who=Who("Nora", "Nowhere", (), born), now=stage.now)
    settle_consents(now=stage.now + DAY)
    release.refresh_from_db()
    assert release.ended_why == "of_age"


@pytest.mark.rule("RO-2")
def test_a_release_ends_on_its_day_and_says_so(stage: Stage) -> None:
    release = stage.release(expires_at=stage.now + DAY)
    settle_consents(now=stage.now + DAY)
    release.refresh_from_db()
    assert (release.ended_why, release.ended_by) == ("expired", "system")
    assert AuditEvent.objects.filter(verb="release.ended", code=release.code).count() == 1
    settle_consents(now=stage.now + DAY)
    assert AuditEvent.objects.filter(verb="release.ended", code=release.code).count() == 1
