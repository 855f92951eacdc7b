"""A referral to a service is followed until it is known what came of it, and takes along only what a release names."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest

from rightdoor.casework.cases.actions import determine_victim_status
from rightdoor.casework.cases.parts import Look, dues_of, open_ends_of
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.clients.facts import ties_of
from rightdoor.casework.consents.actions.releases import revoke_release
from rightdoor.casework.consents.models import OutsideDisclosure, Release
from rightdoor.casework.consents.register import register_of
from rightdoor.casework.services import actions, queries
from rightdoor.casework.services.actions import Sharing
from rightdoor.casework.services.deidentified import counted_services
from rightdoor.casework.services.models import ServiceReferral, ServiceStep
from rightdoor.casework.services.printouts import acknowledgement_context, print_acknowledgement
from rightdoor.casework.services.queries import ListFilters
from rightdoor.community.partners.models import Agency
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.jurisdiction.active import active_pack, local
from tests.casework.consents.conftest import DAY, Stage

WHY = "She wants to talk to somebody about sleeping."


def refer(stage: Stage, **changed: object) -> ServiceReferral:
    told = {"category": "behavioral_health", "why": WHY, "to_agency": stage.clinic.code, "now": stage.now, **changed}
    return actions.make_service_referral(stage.viewer, stage.case, **told)


def released(stage: Stage, *classes: str) -> Release:
    """A release from the agency that keeps the case to the clinic."""
    Agency.objects.filter(code=stage.case.holder).exists() or Agency.objects.create(
        code=stage.case.holder, name="Invented Center", discipline="care_coordinator", regions=[stage.case.region]
    )
    return stage.release(from_agency=stage.case.holder, to_agency=stage.clinic.code, classes=classes, initials={})


def sharing(release: Release, *classes: str) -> Sharing:
    return Sharing(release.code, classes, "spoken", "The desk that answered", "The name and what is wanted.")


@pytest.mark.req("CASE-5")
def test_a_referral_goes_its_way_step_by_step_and_the_clock_follows(stage: Stage) -> None:
    row = refer(stage)
    spans = active_pack().clocks.service_follow_up
    today = local(stage.now).date()
    assert local(row.due_at).date() == today + timedelta(days=spans.acceptance_days)

    for number, step in enumerate(("accepted", "contacted", "started", "completed"), start=1):
        actions.record_service_outcome(
            stage.viewer, row, step=step, happened_on=today + number * DAY, now=stage.now + number * DAY
        )

    assert (row.state, row.due_at, row.ended_on) == ("completed", None, today + 4 * DAY)
    _, steps = queries.open_service_referral(stage.viewer, row, stage.now)
    assert [one.state for one in steps] == ["sent", "accepted", "contacted", "started", "completed"]
    (counted,) = counted_services(stage.viewer, stage.now - DAY, stage.now + DAY)
    assert (counted.category, counted.state, counted.to_accepted, counted.to_completed) == (
        "behavioral_health",
        "completed",
        "up to 1 day",
        "2 to 7 days",
    )
    event = AuditEvent.objects.filter(verb="service_referral.listed").latest("pk")
    assert (event.actor, event.classes, event.details["codes"]) == (stage.viewer.code, ["PLAN"], [row.code])
    assert event.details["purpose"] == "counting"


@pytest.mark.req("CASE-5")
def test_a_step_that_cannot_follow_leaves_nothing_behind(stage: Stage) -> None:
    row = refer(stage)
    today = local(stage.now).date()
    for step, day in (("completed", today), ("accepted", today + DAY), ("accepted", today - DAY), ("declined", today)):
        with pytest.raises(RuleBroken):
            actions.record_service_outcome(stage.viewer, row, step=step, happened_on=day, now=stage.now)

    assert ServiceStep.objects.count() == 1


@pytest.mark.req("CASE-5")
def test_what_is_not_heard_of_in_time_is_due_and_an_open_end(stage: Stage) -> None:
    row = refer(stage)
    later = stage.now + 30 * DAY
    ties = ties_of(stage.viewer, [stage.client], later)
    due = next(one for one in dues_of(stage.viewer, [stage.case], ties, later) if one.kind == "service.follow_up")
    assert (due.about, due.due_at) == (row.code, row.due_at)
    look = Look(stage.viewer, stage.case, standing_of(stage.viewer, stage.case, later), later)
    assert any(end.url.endswith("/services/") for end in open_ends_of(look))
    late = queries.open_list(stage.viewer, ListFilters(late=True), later)
    assert [one.referral.code for one in late.rows] == [row.code]


@pytest.mark.req("CASE-5")
def test_without_a_release_to_that_agency_nothing_goes_along(stage: Stage) -> None:
    elsewhere = stage.release(classes=("HLTH",))  # from the clinic to the school
    release = released(stage, "CORE", "ID")
    refused = (
        {"sharing": sharing(elsewhere, "HLTH")},
        {"sharing": sharing(release, "HLTH")},
        {"sharing": sharing(release, "ID"), "to_agency": stage.school.code},
        {"sharing": sharing(release, "ID"), "to_agency": "", "provider": "A clinic in town"},
        {"sharing": Sharing("", ("ID",), "spoken", "The desk", "A name")},
    )
    for changed in refused:
        with pytest.raises(RuleBroken):
            refer(stage, **changed)
    revoke_release(stage.viewer, release, how="spoken", now=stage.now)
    with pytest.raises(RuleBroken):
        refer(stage, sharing=sharing(release, "ID"), now=stage.now + DAY)

    assert not ServiceReferral.objects.exists()
    assert not OutsideDisclosure.objects.exists()


def words_of(word: bytes) -> str:
    """The text of a Word document."""
    with ZipFile(BytesIO(word)) as archive:
        return archive.read("word/document.xml").decode()


@pytest.mark.req("CASE-5", "PRIV-3")
def test_what_goes_along_stands_in_the_register_and_on_the_paper_only_while_the_release_holds(stage: Stage) -> None:
    release = released(stage, "CORE", "ID")
    row = refer(stage, sharing=sharing(release, "ID"))

    (entry,) = [one for one in register_of(stage.viewer, stage.client, stage.now) if one.ground == release.code]
    assert (entry.classes, entry.basis) == (("ID",), "Release")
    shown, _ = queries.open_service_referral(stage.viewer, row, stage.now)
    with_name, classes = acknowledgement_context(stage.viewer, row, shown, stage.now)
    assert classes == ("ID",)
    assert "Nora" in str(with_name["facts"])
    assert "Nora" in words_of(print_acknowledgement(stage.viewer, row, shown, now=stage.now, form="docx"))
    revoke_release(stage.viewer, release, how="spoken", now=stage.now + DAY)
    row = queries.service_referral_for(stage.viewer, row.code, stage.now + 2 * DAY)
    without, classes = acknowledgement_context(stage.viewer, row, shown, stage.now + 2 * DAY)
    assert classes == ()
    assert "Nora" not in str(without)
    assert WHY not in str(without)
    word = words_of(print_acknowledgement(stage.viewer, row, shown, now=stage.now + 2 * DAY, form="docx"))
    assert "Nothing about the person goes along" in word
    assert "Nora" not in word
    assert WHY not in word
    printed = AuditEvent.objects.filter(verb="record.printed").order_by("pk")
    assert [one.details["form"] for one in printed] == ["docx", "docx"]
    assert [one.classes for one in printed] == [["ID", "PLAN"], ["PLAN"]]


@pytest.mark.req("CASE-5")
def test_a_confirmed_victim_is_owed_an_advocate_or_a_reason(stage: Stage) -> None:
    def owed(at: object) -> bool:
        ties = ties_of(stage.viewer, [stage.client], at)
        return "service.advocacy" in {one.kind for one in dues_of(stage.viewer, [stage.case], ties, at)}

    determine_victim_status(
        stage.viewer,
        stage.case,
        status="confirmed",
        evidence="Invented",
        determined_by=stage.viewer.code,
        now=stage.now,
    )
    assert owed(stage.now)
    tie = standing_of(stage.viewer, stage.case, stage.now)
    ends = open_ends_of(Look(stage.viewer, stage.case, tie, stage.now))
    assert [end.url for end in ends if end.url.endswith("/advocacy/")] == [
        f"/cases/{stage.case.code}/services/advocacy/"
    ]

    with pytest.raises(RuleBroken):
        actions.record_advocacy_reason(stage.viewer, stage.case, why="youth_declined", now=stage.now)
    again = local(stage.now).date() + 10 * DAY
    actions.record_advocacy_reason(stage.viewer, stage.case, why="youth_declined", ask_again_on=again, now=stage.now)
    assert not owed(stage.now)
    assert owed(stage.now + 10 * DAY)
    refer(stage, category="victim_advocacy", now=stage.now + 10 * DAY)
    assert not owed(stage.now + 10 * DAY)


@pytest.mark.req("PRIV-2", "PRIV-3")
def test_it_stands_sealed_and_is_not_there_for_the_team(stage: Stage) -> None:
    row = refer(stage)
    assert b"behavioral" not in bytes(row.told_sealed)
    for viewer in (stage.scene.detective, stage.scene.advocate, stage.nurse):
        with pytest.raises(NotVisible):
            queries.service_referral_for(viewer, row.code, stage.now)
        assert queries.services_of(viewer, stage.case, stage.now) == []
        with pytest.raises((NotPermitted, NotVisible)):
            actions.make_service_referral(
                viewer, stage.case, category="food", why="x", provider="Somebody", now=stage.now
            )
