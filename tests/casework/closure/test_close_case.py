"""Closing a case, what it ends, what it leaves, and opening it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from rightdoor.casework.cases.actions import add_to_case, change_district, determine_victim_status
from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.parts import Look, flags_of, tabs_of
from rightdoor.casework.cases.queries import case_for, standing_of
from rightdoor.casework.cases.timeline import timeline_of
from rightdoor.casework.clients.models import Ground, Standing
from rightdoor.casework.closure import actions, queries
from rightdoor.casework.closure.deidentified import counted_closures, reasons_counted
from rightdoor.casework.closure.models import Closure, Lesson
from rightdoor.casework.consents.actions.coordination import record_participation_consent
from rightdoor.casework.consents.actions.releases import resume_after_check
from rightdoor.casework.consents.models import ParticipationConsent, Release
from rightdoor.casework.consents.queries import coordination_of
from rightdoor.casework.documents.actions import add_document
from rightdoor.casework.plans.actions import Service, write_plan
from rightdoor.domain.closure import Closing
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.permission import ACTS, CaseClosed, Viewer, may, stays_possible
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.notices.models import Notice
from tests.casework.closure.conftest import team_closing
from tests.casework.team import Scene, scheduled
from tests.casework.visiting import Visitor


def close(scene: Scene, case: Case, closing: Closing, now: datetime, **more: object) -> Closure:
    return actions.close_case(scene.coordinator, case, closing=closing, now=now, **more)  # type: ignore[arg-type]


@pytest.mark.req("CASE-12")
def test_a_case_closes_its_words_are_sealed_and_the_team_is_told_by_code(
    scene: Scene, case: Case, closing: Closing, later: datetime
) -> None:
    closure = close(scene, case, closing, later, took_part=[scene.detective.code])
    held = Case.objects.get(pk=case.pk)
    assert (held.state, held.closed_at) == ("closed", later)
    assert b"Invented words" not in bytes(closure.told_sealed)

    (shown,) = queries.closures_of(scene.coordinator, held, later, standing_of(scene.coordinator, held, later))
    assert shown.told["debrief"] == "Invented words of the team."
    assert shown.told["took_part"] == [scene.detective.code]
    assert shown.last_contact == "By the advocate's telephone."
    assert [why for _, why in shown.told["whys"]] == ["The school sees to it."] * len(closing.whys)

    told = Notice.objects.filter(kind="case.closed")
    assert {one.account_code for one in told} >= {scene.detective.code, scene.advocate.code}
    assert {one.code for one in told} == {case.code}
    event = AuditEvent.objects.get(verb="case.closed")
    assert event.details["closure"] == closure.code


@pytest.mark.req("CASE-12")
def test_places_on_the_team_end_with_the_case(scene: Scene, case: Case, closing: Closing, later: datetime) -> None:
    assert case_for(scene.detective, case.code, later)
    close(scene, case, closing, later)
    for viewer in (scene.detective, scene.advocate):
        with pytest.raises(NotVisible):
            case_for(viewer, case.code, later + timedelta(minutes=1))
    assert not Standing.objects.filter(client=case.client, ends_at__isnull=True).exists()


@pytest.mark.req("CASE-12")
def test_places_may_end_on_a_day_soon_after(scene: Scene, case: Case, closing: Closing, later: datetime) -> None:
    until = later + timedelta(days=10)
    close(scene, case, closing, later, access_ends_at=until)
    ends = Standing.objects.filter(client=case.client, account_code=scene.detective.code, about=case.code)
    assert list(ends.values_list("ends_at", flat=True)) == [until]


@pytest.mark.req("CASE-12")
def test_a_staffing_to_come_stops_the_ending_and_nothing_is_left_behind(scene: Scene, now: datetime) -> None:
    waiting = scheduled(scene).case
    closing = team_closing(scene.coordinator, waiting, now)
    with pytest.raises(RuleBroken, match="Settle this first"):
        close(scene, waiting, closing, now)
    assert not Closure.objects.exists()
    assert Case.objects.get(pk=waiting.pk).state == "open"


@pytest.mark.req("CASE-12")
def test_only_its_coordinator_closes_a_case(scene: Scene, case: Case, closing: Closing, later: datetime) -> None:
    with pytest.raises(NotPermitted):
        actions.close_case(scene.detective, case, closing=closing, now=later)


@pytest.mark.req("CASE-12", "PRIV-3")
@pytest.mark.parametrize("keeps", [False, True])
def test_consent_ends_with_the_case_and_never_comes_back_by_itself(
    scene: Scene, case: Case, closing: Closing, later: datetime, keeps: bool
) -> None:
    release, ground = _released(scene, case, later)
    record_participation_consent(scene.coordinator, case.client, basis="client", given_at=later, now=later)
    assert coordination_of(case.client, later).basis is not None
    close(scene, case, replace(closing, keeps_releases=keeps, releases_why="The clinic goes on with it."), later)

    release.refresh_from_db()
    ground.refresh_from_db()
    assert (release.ended_at is None, ground.ended_at is None) == (keeps, keeps)
    assert coordination_of(case.client, later).basis is None
    assert ParticipationConsent.objects.get().ended_why == "closed"

    after = later + timedelta(days=1)
    actions.reopen_case(scene.coordinator, Case.objects.get(pk=case.pk), why="She called and asked again.", now=after)
    assert coordination_of(case.client, after).basis is None
    ground.refresh_from_db()
    assert ground.ended_at is not None or ground.suspended_at == after
    if not keeps:
        release.refresh_from_db()
        release.client = case.client
        with pytest.raises(RuleBroken):
            resume_after_check(scene.coordinator, release, now=after)


@pytest.mark.req("CASE-12", "PRIV-2")
def test_a_closed_case_is_read_by_its_holders_people_alone(
    scene: Scene, case: Case, closing: Closing, later: datetime
) -> None:
    close(scene, case, closing, later, access_ends_at=later + timedelta(days=10))
    held = case_for(scene.coordinator, case.code, later)
    tie = standing_of(scene.coordinator, held, later)
    assert {"closure", "reports"} <= {tab.key for tab in tabs_of(Look(scene.coordinator, held, tie, later))}
    assert [flag.label for flag in flags_of(Look(scene.coordinator, held, tie, later))]
    with pytest.raises(NotVisible):  # a place still, and nothing of another agency's opens
        case_for(scene.detective, case.code, later)


@pytest.mark.req("CASE-12")
def test_every_act_that_changes_a_case_refuses_on_a_closed_one(
    scene: Scene, case: Case, closing: Closing, later: datetime
) -> None:
    close(scene, case, closing, later)
    held = Case.objects.select_related("client", "referral").get(pk=case.pk)
    viewer = scene.coordinator
    tries = [
        lambda: change_district(viewer, held, district="", now=later),
        lambda: determine_victim_status(
            viewer, held, status="confirmed", evidence="Words.", determined_by=viewer.code, now=later
        ),
        lambda: write_plan(viewer, held, wishes="x", services=[Service("food")], now=later),
        lambda: add_document(
            viewer, held, data_class="CORE", title="T", name="a.txt", content=b"Invented words.", now=later
        ),
        lambda: close(scene, held, closing, later),
    ]
    for one in tries:
        with pytest.raises(RuleBroken):
            one()
    tie = standing_of(viewer, held, later)
    assert tie.closed
    # Whatever act is added later: it refuses unless somebody has listed it.
    open_still = {act for act in ACTS if may(viewer, act, tie)}
    assert all(stays_possible(act) for act in open_still)
    assert {"case.note", "plan.write", "staffing.schedule", "identity.write", "document.add"}.isdisjoint(open_still)


@pytest.mark.req("CASE-12")
def test_a_case_opens_again_with_its_history_and_its_coordinator_alone(
    scene: Scene, case: Case, closing: Closing, later: datetime
) -> None:
    close(scene, case, closing, later)
    after = later + timedelta(days=30)
    held = Case.objects.select_related("client", "referral").get(pk=case.pk)
    with pytest.raises(RuleBroken):
        actions.reopen_case(scene.coordinator, held, why="", now=after)
    actions.reopen_case(scene.coordinator, held, why="She called and asked again.", now=after)

    held = Case.objects.select_related("client", "referral").get(pk=case.pk)
    assert (held.state, held.closed_at) == ("open", None)
    tie = standing_of(scene.coordinator, held, after)
    (shown,) = queries.closures_of(scene.coordinator, held, after, tie)
    assert (shown.closed_at, shown.reopened_at, shown.reopened_why) == (later, after, "She called and asked again.")
    running = Standing.objects.filter(client=case.client, ends_at__isnull=True)
    assert list(running.values_list("account_code", flat=True)) == [held.coordinator]
    with pytest.raises(NotVisible):
        case_for(scene.detective, case.code, after)
    told = [one.what for one in timeline_of(scene.coordinator, held, after, tie).lines]
    assert "Case opened again" in told
    assert told.count("Case closed") == 1
    # and it closes a second time
    close(scene, held, team_closing(scene.coordinator, held, after), after + timedelta(days=1))
    assert Closure.objects.filter(case=case).count() == 2


@pytest.mark.req("CASE-12", "PRIV-6")
def test_the_archive_lists_closed_cases_for_whom_they_are_open(
    scene: Scene, case: Case, closing: Closing, later: datetime
) -> None:
    assert queries.archive(scene.coordinator, later).rows == ()
    close(scene, case, closing, later)
    (row,) = queries.archive(scene.coordinator, later).rows
    assert (row.code, row.closed_at) == (case.code, later)
    assert queries.archive(scene.detective, later).rows == ()


def test_a_closed_case_is_refused_as_a_rule_and_as_a_missing_right() -> None:
    assert issubclass(CaseClosed, RuleBroken)
    assert issubclass(CaseClosed, NotPermitted)


def _released(scene: Scene, case: Case, now: datetime) -> tuple[Release, Ground]:
    from rightdoor.casework.consents.actions.releases import record_person, record_release
    from rightdoor.casework.consents.told import Flags, PersonWho, ReleaseTold, Signed

    viewer: Viewer = scene.coordinator
    mother = record_person(
        viewer,
        case.client,
        who=PersonWho("Odette Invented", "mother"),
        flags=Flags(False, False, False, False),
        now=now,
    )
    told = ReleaseTold(
        route="minor_and_guardian",
        from_agency=case.holder,
        to_agency=scene.advocate.agency,
        classes=("HLTH",),
        initials={},
        purpose="To plan the way back to school.",
        how=("spoken", "written"),
        expires_at=now + timedelta(days=60),
        explained_by=viewer.name,
        language="en",
        understands_language=True,
        risks="Others at the agency might come to know of it.",
        told_risks=True,
        told_right_to_revoke=True,
        told_not_required=True,
        told_redisclosure=True,
        guardian_until=now + timedelta(days=240),
        copy_given=True,
        signatures=(Signed("client", now, "Signed by hand"), Signed("guardian", now, "Signed by hand", mother.code)),
    )
    release = record_release(viewer, case.client, told=told, now=now)
    return release, Ground.objects.get(code=release.code)


def test_a_member_is_put_on_a_closed_case_only_to_read_what_the_own_agency_holds(
    scene: Scene, case: Case, closing: Closing, later: datetime
) -> None:
    close(scene, case, closing, later)
    held = Case.objects.select_related("client", "referral").get(pk=case.pk)
    add_to_case(
        scene.coordinator, held, account_code=scene.detective.code, discipline="local_law_enforcement", now=later
    )
    with pytest.raises(NotVisible):
        case_for(scene.detective, case.code, later)


@pytest.mark.req("CASE-12")
def test_endings_are_counted_without_a_code_and_their_reasons_for_whom_they_are_open(
    scene: Scene, case: Case, closing: Closing, later: datetime
) -> None:
    close(scene, case, closing, later)
    since, until = later - timedelta(days=1), later + timedelta(days=1)
    (row,) = counted_closures(since, until)
    assert (row.region, row.month, row.open_for, row.reopened) == (case.region, "2026-03", "up to a month", False)
    assert reasons_counted(scene.coordinator, since, until, later) == {"completed": 1}
    assert reasons_counted(scene.detective, since, until, later) == {}


def test_the_demonstration_ends_a_case_with_its_review(
    scene: Scene, case: Case, later: datetime, reviewer: Viewer
) -> None:
    from rightdoor.config.demonstration import closure

    now = later + timedelta(days=60)
    case.staffings.get().action_items.update(done_at=now, done_by=scene.coordinator.code)
    assert closure.show([(scene.coordinator, case)], now, seed="a", reader=reviewer) == [case.pk]
    (review,) = case.reviews.all()
    assert review.state == "held"
    assert set(Lesson.objects.values_list("state", flat=True)) == {"released", "waits"}
    closure.open_again(scene.coordinator, case, now + timedelta(days=12))
    assert Case.objects.get(pk=case.pk).state == "open"


@pytest.mark.req("CASE-12", "UX-4")
def test_the_page_of_an_ending_says_everything_at_once_and_each_at_its_field(
    scene: Scene, case: Case, later: datetime
) -> None:
    visitor = Visitor(scene.coordinator, later)
    sent = {"reason": "", "told": "not_told", "safety_plan": "not_needed", "last_contact_on": "31/31/2026",
            "releases": "keep", "access_ends_on": "01/01/2020", "debrief": "Kept words."}  # fmt: skip
    page = visitor.post(f"/cases/{case.code}/closing/", sent).content.decode()
    for sentence in (
        "why the client was not told",
        "why no safety plan was handed over",
        "Write the date as MM/DD/YYYY",
        "why the releases stay",
        "lies in the past",
        "Kept words.",
    ):
        assert sentence in page, sentence
    assert page.count("This field is required") + page.count("Choose why") >= 1
    assert Case.objects.get(pk=case.pk).state == "open"
