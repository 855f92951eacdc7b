"""The timeline: one query of lines whatever their number, and none of a class that is closed. (CASE-2)"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from rightdoor.casework.cases.models import StatusDetermination
from rightdoor.casework.cases.queries import case_and_tie, standing_of, visible_cases
from rightdoor.casework.cases.timeline import timeline_of
from rightdoor.casework.consents.actions.coordination import record_participation_consent
from rightdoor.casework.consents.actions.releases import record_person
from rightdoor.casework.consents.told import Flags, PersonWho
from rightdoor.casework.documents.models import Document, Version
from rightdoor.casework.plans.models import ServicePlan
from rightdoor.casework.referrals.models import TierChange
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import may
from rightdoor.foundation.codes import new_code
from tests.casework import team
from tests.casework.visiting import Visitor

MANY = 500


def busy(scene):
    """A case after its staffing, with hundreds of lines of two classes."""
    staffing = team.held(scene)
    case, first = staffing.case, staffing.case.referral.tier_changes.first()
    TierChange.objects.bulk_create(
        TierChange(
            referral=case.referral,
            at=first.at + timedelta(seconds=number),
            by=scene.coordinator.code,
            kind="retriaged",
            tier=1,
            asked=1,
            due_at=first.due_at,
            why_sealed=first.why_sealed,
        )
        for number in range(MANY // 2)
    )
    ServicePlan.objects.bulk_create(
        ServicePlan(
            code=new_code(),
            case=case,
            number=number,
            state="replaced",
            wishes_sealed=b"",
            written_at=first.at + timedelta(seconds=number),
            written_by=scene.coordinator.code,
        )
        for number in range(2, MANY // 2)
    )
    return staffing


@pytest.mark.req("CASE-2")
def test_a_case_with_hundreds_of_lines_costs_fifteen_queries(scene):
    staffing = busy(scene)
    path, at = f"/cases/{staffing.case.code}/", staffing.starts_at + timedelta(hours=2)
    asked = {}
    for viewer in (scene.coordinator, scene.detective):
        visitor = Visitor(viewer, at)
        visitor.page(path)  # what is read once in the life of a process
        with CaptureQueriesContext(connections["default"]) as main:
            assert "Response tier set to 1" in visitor.page(path)
        asked[viewer.name] = len(main)

    assert max(asked.values()) <= 15, asked


@pytest.mark.req("CASE-2", "PRIV-2")
def test_no_page_of_the_timeline_has_a_line_of_a_class_that_is_closed(scene):
    staffing = busy(scene)
    case, at = staffing.case, staffing.starts_at + timedelta(hours=2)

    def all_lines(viewer):
        tie, found, number = standing_of(viewer, case, at), [], 1
        while True:
            page = timeline_of(viewer, case, at, tie, number=number)
            found += page.lines
            if page.is_last:
                return found
            number += 1

    mine, theirs = all_lines(scene.coordinator), all_lines(scene.detective)

    plans = [one for one in mine if one.url.startswith("/plans/")]
    assert len(plans) >= MANY // 2 - 1
    assert [one for one in theirs if one.url.startswith("/plans/")] == []
    assert len(theirs) == len(mine) - len(plans)
    assert [one.at for one in mine] == sorted((one.at for one in mine), reverse=True)


@pytest.mark.req("CASE-2")
def test_the_timeline_is_narrowed_and_paged_by_address(scene):
    staffing = busy(scene)
    path, at = f"/cases/{staffing.case.code}/", staffing.starts_at + timedelta(hours=2)
    visitor = Visitor(scene.coordinator, at)

    staffings = visitor.page(f"{path}?about=Staffings")
    assert "Emergency staffing held" in staffings
    assert "Response tier set to" not in staffings
    assert "?about=Referral&amp;page=3#timeline" in visitor.page(f"{path}?about=Referral&page=2")
    assert visitor.get(f"{path}?page=nonsense").status_code == 200
    assert "Nothing here is open to you." in visitor.page(f"{path}?page=9999")


@pytest.mark.req("CASE-2")
def test_a_document_that_cannot_be_read_is_on_no_line(scene):
    staffing = team.held(scene)
    case, at = staffing.case, staffing.starts_at + timedelta(hours=2)
    document = Document.objects.create(
        case=case, holder=case.holder, data_class="CORE", told_sealed=b"", added_at=at, added_by="AAAA-2222"
    )
    Version.objects.create(
        document=document, number=1, state="refused", named_sealed=b"", kind="txt", added_at=at, added_by="AAAA-2222"
    )

    lines = timeline_of(scene.coordinator, case, at, standing_of(scene.coordinator, case, at)).lines

    assert "Document added" not in [one.what for one in lines]


@pytest.mark.req("PRIV-2")
def test_one_case_is_found_by_whom_a_list_would_show_it_to(scene, stranger, other_coordinator, other_member, auditor):
    first, second = team.held(scene).case, team.scheduled(scene).case
    team.released(scene.coordinator, first.client, other_member, "CORE", now=scene.now)
    people = (scene.coordinator, scene.detective, scene.advocate, stranger, other_coordinator, other_member, auditor)
    for at in (scene.now, scene.now + timedelta(hours=30), scene.now + timedelta(days=30)):
        for viewer in people:
            listed = set(visible_cases(viewer, at).values_list("code", flat=True))
            for case in (first, second):
                try:
                    case_and_tie(viewer, case.code, at)
                except NotVisible:
                    assert case.code not in listed
                else:
                    assert case.code in listed


def test_determinations_are_on_the_line_without_their_words(scene):
    staffing = team.held(scene)
    at = staffing.starts_at + timedelta(hours=2)
    assert StatusDetermination.objects.exists()

    lines = timeline_of(scene.coordinator, staffing.case, at, standing_of(scene.coordinator, staffing.case, at)).lines

    assert "Victim status determined" in [one.what for one in lines]
    assert not any("Messages" in f"{one.what} {one.detail}" for one in lines)


@pytest.mark.req("CASE-2", "PRIV-2")
def test_what_was_consented_to_is_on_the_line_of_whom_consents_are_open_to(scene):
    staffing = team.held(scene)
    case, at = staffing.case, staffing.starts_at + timedelta(hours=2)
    mother = record_person(
        scene.coordinator, case.client, who=PersonWho("Mona Nowhere", "mother"), flags=Flags(*[False] * 4), now=at
    )
    record_participation_consent(scene.coordinator, case.client, basis="guardian", person=mother, given_at=at, now=at)

    mine, theirs = (
        [one.what for one in timeline_of(one, case, at, standing_of(one, case, at)).lines]
        for one in (scene.coordinator, scene.detective)
    )

    assert "Consent to coordination recorded" in mine
    assert not any("onsent" in what for what in theirs)


@pytest.mark.req("CASE-2", "PRIV-2")
def test_a_heading_whose_lines_are_closed_is_not_offered(scene):
    staffing = team.held(scene)
    at = staffing.starts_at + timedelta(hours=2)
    offered = {
        viewer.code: timeline_of(viewer, staffing.case, at, standing_of(viewer, staffing.case, at)).groups
        for viewer in (scene.coordinator, scene.detective)
    }
    assert {"Safety", "Plan"} <= set(offered[scene.coordinator.code])
    assert may(scene.detective, "safety_plan.read", standing_of(scene.detective, staffing.case, at))
    assert "Safety" not in offered[scene.detective.code]  # the act is theirs on a case, the class is not
    assert "Safety" not in Visitor(scene.detective, at).page(f"/cases/{staffing.case.code}/").split("timeline")[-1]
