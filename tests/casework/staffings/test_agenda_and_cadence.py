"""The agenda out of the case's own state, the cadence of a case, and what is printed of both."""

from __future__ import annotations

import io
from datetime import timedelta

import pikepdf
import pytest

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.parts import Look, dues_of, flags_of, open_ends_of
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.safety.actions import ask_for_review
from rightdoor.casework.staffings import actions
from rightdoor.casework.staffings.cadence.actions import set_cadence
from rightdoor.casework.staffings.cadence.queries import cases_by_next_day, next_day_of, setting_of
from rightdoor.casework.staffings.models import CadenceSetting
from rightdoor.casework.staffings.printouts import agenda_context
from rightdoor.casework.staffings.running.queries import order_of
from rightdoor.community.meetings.printouts import sign_in_context
from rightdoor.domain.errors import NotPermitted, RuleBroken
from tests.casework import team
from tests.casework.visiting import Visitor

WHY = "Invented: she is calm, and asked for fewer meetings."


def review(scene, case, *, days: float):
    """A case review, called that many days after the scene's moment."""
    return actions.schedule_staffing(
        scene.coordinator, case, kind="case_review", starts_at=scene.now + timedelta(days=days), minutes=60,
        mode="virtual", invitees=scene.invitees(), now=scene.now + timedelta(days=2),
    )  # fmt: skip


def dues(viewer, case, at):
    return dues_of(viewer, [case], {case.client_id: standing_of(viewer, case, at)}, at)


@pytest.mark.req("CASE-11")
def test_a_cadence_is_set_with_its_reason_sealed_and_proposes_the_next_day(scene):
    staffing = team.held(scene)
    case, at = staffing.case, scene.now + timedelta(days=2)
    assert next_day_of(case, at).state == "not_set"

    set_cadence(scene.coordinator, case, cadence="stable", why=WHY, now=at)

    case = Case.objects.get(pk=case.pk)
    assert (case.cadence, next_day_of(case, at).state) == ("stable", "ahead")
    assert next_day_of(case, at).on == (staffing.held_at + timedelta(days=30)).date()
    assert b"calm" not in bytes(CadenceSetting.objects.get().why_sealed)
    assert setting_of(scene.coordinator, case, at, standing_of(scene.coordinator, case, at))[1] == WHY
    with pytest.raises(RuleBroken, match="why"):
        set_cadence(scene.coordinator, case, cadence="crisis", why=" ", now=at)
    with pytest.raises(NotPermitted):
        set_cadence(scene.detective, case, cadence="crisis", why=WHY, now=at)


@pytest.mark.req("CASE-11")
def test_a_case_past_its_day_is_due_flagged_and_stands_first_until_a_staffing_is_called(scene):
    late, calm = (team.held(scene).case for _ in range(2))
    set_cadence(scene.coordinator, late, cadence="crisis", why=WHY, now=scene.now + timedelta(days=2))
    set_cadence(scene.coordinator, calm, cadence="stable", why=WHY, now=scene.now + timedelta(days=2))
    at = scene.now + timedelta(days=12)

    assert [row.case.code for row in cases_by_next_day(scene.coordinator, at)] == [late.code, calm.code]
    assert cases_by_next_day(scene.detective, at) == []
    due = next(one for one in dues(scene.coordinator, late, at) if one.kind == "cadence")
    assert due.due_at < at
    look = Look(scene.coordinator, late, standing_of(scene.coordinator, late, at), at)
    assert any(flag.tone == "late" and "Staffing was due" in flag.label for flag in flags_of(look))

    review(scene, late, days=20)

    assert not [one for one in dues(scene.coordinator, late, at) if one.kind == "cadence"]
    assert [row.case.code for row in cases_by_next_day(scene.coordinator, at)] == [late.code, calm.code]
    assert next_day_of(late, at).state == "scheduled"
    stops = {end.what for end in open_ends_of(look) if end.stops}
    assert stops >= {"A staffing is still to be held", "A summary is not shared yet"}


@pytest.mark.req("CASE-11")
def test_on_request_is_a_recorded_reason_and_no_day(scene):
    case, at = team.held(scene).case, scene.now + timedelta(days=2)

    set_cadence(scene.coordinator, case, cadence="on_request", why=WHY, now=at)

    later = at + timedelta(days=400)
    assert next_day_of(case, later).on is None
    assert not [one for one in dues(scene.coordinator, case, later) if one.kind == "cadence"]


@pytest.mark.req("MTG-1", "MTG-6")
def test_tasks_come_back_on_the_next_agenda_until_they_are_done_and_for_nobody_without_a_ground(scene, stranger):
    first = team.held(scene)
    item = first.action_items.get()
    second = review(scene, first.case, days=9)
    at = second.starts_at

    page = Visitor(scene.coordinator, at).page(f"/staffings/{second.code}/")
    assert f"/action-items/{item.code}/" in page
    assert [one.about for one in dues(scene.coordinator, first.case, at) if one.kind == "action_item"] == [item.code]
    assert dues(stranger, first.case, at) == []

    actions.finish_action_item(scene.advocate, item, now=at)
    assert f"/action-items/{item.code}/" not in Visitor(scene.coordinator, at).page(f"/staffings/{second.code}/")
    assert not [one for one in dues(scene.coordinator, first.case, at) if one.kind == "action_item"]


@pytest.mark.req("CASE-11")
def test_the_coordinator_sets_it_on_its_page_and_a_member_reads_the_tab(scene):
    case, at = team.held(scene).case, scene.now + timedelta(days=1, hours=2)
    visitor = Visitor(scene.coordinator, at)

    refused = visitor.post(f"/cases/{case.code}/cadence/", {"cadence": "stable", "why": "", "next_on": "01/02/2020"})
    assert refused.status_code == 422
    answer = visitor.post(f"/cases/{case.code}/cadence/", {"cadence": "stable", "why": WHY})
    assert answer.headers["Location"] == f"/cases/{case.code}/staffings/"

    assert WHY in visitor.page(f"/cases/{case.code}/staffings/")
    member = Visitor(scene.detective, at)
    assert "Set how often" not in member.page(f"/cases/{case.code}/staffings/")
    assert member.get(f"/cases/{case.code}/cadence/").status_code == 403


@pytest.mark.req("MTG-1", "PRIV-2")
def test_the_printed_agenda_holds_a_name_only_where_it_was_asked_for_and_is_open(scene):
    staffing = team.scheduled(scene)
    at, meeting = staffing.starts_at, staffing.meeting

    def printed(viewer, *, names):
        return str(agenda_context(viewer, meeting, order_of(viewer, meeting.code, at), at, names=names))

    assert team.GIVEN not in printed(scene.coordinator, names=False)
    assert team.GIVEN in printed(scene.coordinator, names=True)
    assert staffing.case.code in printed(scene.detective, names=False)
    assert not any(secret in printed(scene.detective, names=False) for secret in team.SECRETS)

    answer = Visitor(scene.coordinator, at).get(f"/meetings/{meeting.code}/agenda.pdf?names=1")
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert pdf.open_metadata()["pdfuaid:part"] == "1"
    assert team.GIVEN not in answer.headers["Content-Disposition"]


@pytest.mark.req("MTG-3", "MTG-7")
def test_the_sign_in_sheet_has_a_line_for_each_seat_under_the_statement_and_names_no_client(scene):
    staffing = team.scheduled(scene)

    context = sign_in_context(scene.coordinator, staffing.meeting, scene.now)

    assert [row[0] for row in context["people"] if row[0]] == [
        row.account.name for row in sorted(staffing.meeting.invitations.all(), key=lambda row: row.discipline)
    ]
    assert any("tell nobody" in line for line in context["promise"])
    assert not any(secret in str(context) for secret in (*team.SECRETS, staffing.case.code))
    answer = Visitor(scene.coordinator, scene.now).get(f"/meetings/{staffing.meeting.code}/sign-in.pdf")
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert pdf.open_metadata()["pdfuaid:part"] == "1"


@pytest.mark.req("CASE-2", "MTG-1")
def test_the_head_of_the_agenda_shows_what_to_watch_on_the_case(scene):
    staffing = team.scheduled(scene)
    visitor, there = Visitor(scene.coordinator, scene.now), f"/staffings/{staffing.code}/"
    assert "Safety plan: something has changed" not in visitor.page(there)
    ask_for_review(scene.coordinator, staffing.case, trigger="new_contact", now=scene.now)
    assert "Safety plan: something has changed" in visitor.page(there)
    member = Visitor(scene.detective, staffing.starts_at)
    assert "Safety plan: something has changed" not in member.page(there)
