"""Who may know of an investigation, a day in court, an alleged offender, an item of relief."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rightdoor.casework.cases.actions import add_to_case
from rightdoor.casework.justice import queries
from rightdoor.casework.justice.deidentified import counted_justice
from rightdoor.casework.justice.queries import ScheduleFilters
from rightdoor.casework.referrals.exports import watermark
from rightdoor.casework.referrals.queries import ReferralFilters, exportable_rows
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.foundation.audit.models import AuditEvent
from tests.casework.justice import made
from tests.casework.justice.made import SECRET
from tests.casework.team import released
from tests.casework.visiting import Visitor
from tests.people import REGION, make_person

DAY = timedelta(days=1)


def month(now) -> ScheduleFilters:
    return ScheduleFilters(now.date(), now.date() + 30 * DAY)


@pytest.mark.req("CASE-9", "PRIV-2")
def test_an_advocate_without_a_release_sees_kind_and_day_of_a_court_date_and_nothing_more(scene, case, prosecutor):
    row = made.court_date(prosecutor, case, scene.now)

    (shown,) = queries.justice_of(scene.advocate, case, scene.now).court_dates
    assert shown.is_status_only
    assert (shown.told, shown.code) == ({"kind": "trial"}, "")
    with pytest.raises(NotVisible):
        queries.row_for(scene.advocate, "court-dates", row.code, scene.now)
    page = Visitor(scene.advocate, scene.now).page(f"/cases/{case.code}/justice/")
    assert "Trial" in page
    assert "03/20/2026" in page
    assert "2:15 p.m." not in page
    for hidden in (SECRET, row.code):
        assert hidden not in page


@pytest.mark.req("CASE-9", "PRIV-2")
def test_the_prosecutor_sees_all_of_it_and_the_reading_is_recorded(scene, case, prosecutor):
    row = made.court_date(prosecutor, case, scene.now)

    page = Visitor(prosecutor, scene.now).page(f"/justice/court-dates/{row.code}/")
    assert SECRET in page
    assert "2:15 p.m." in page
    event = AuditEvent.objects.filter(verb="justice.read", code=row.code).latest("pk")
    assert (event.actor, event.classes, event.subject) == (prosecutor.code, ["PROS"], case.client.code)


@pytest.mark.req("CASE-9", "PRIV-2")
def test_an_immigration_item_is_seen_by_its_holders_people_and_by_nobody_else(scene, case, prosecutor, stranger):
    row = made.relief(scene.advocate, case, scene.now)

    assert [one.label for one in queries.relief_of(scene.advocate, case, scene.now)] == ["T status"]
    for viewer in (scene.coordinator, scene.detective, prosecutor):
        assert queries.relief_of(viewer, case, scene.now) == []
        visitor = Visitor(viewer, scene.now)
        assert visitor.get(f"/relief/{row.code}/").status_code == 404
        assert "No legal relief is open to you here." in visitor.page(f"/cases/{case.code}/relief/")
    with pytest.raises(NotVisible):
        queries.row_for(stranger, "relief", row.code, scene.now)


@pytest.mark.req("CASE-9", "PRIV-2")
@pytest.mark.parametrize(
    ("classes", "initialled", "opens"),
    [(("IMM",), ("IMM",), True), (("IMM",), (), False), (("PLAN", "CORE"), ("IMM",), False)],
)
def test_a_release_opens_an_immigration_item_only_where_it_names_it_with_initials(
    scene, case, classes, initialled, opens
):
    made.relief(scene.advocate, case, scene.now)
    released(
        scene.coordinator,
        case.client,
        scene.coordinator,
        *classes,
        now=scene.now,
        from_agency=scene.advocate.agency,
        initialled=initialled,
    )

    assert bool(queries.relief_of(scene.coordinator, case, scene.now)) is opens


@pytest.mark.req("CASE-9", "PRIV-2")
def test_a_colleague_of_the_holder_who_is_not_on_the_case_finds_nothing(scene, case):
    row = made.relief(scene.advocate, case, scene.now)
    colleague = make_person(
        "Cleo Colleague",
        now=scene.now,
        roles=(("team_member", REGION),),
        discipline="victim_advocate",
        agency=scene.advocate.agency,
    )
    with pytest.raises(NotVisible):
        queries.row_for(colleague, "relief", row.code, scene.now)
    add_to_case(scene.coordinator, case, account_code=colleague.code, discipline="victim_advocate", now=scene.now)
    found, _ = queries.row_for(colleague, "relief", row.code, scene.now)
    assert found.code == row.code


@pytest.mark.req("CASE-9", "PRIV-2")
def test_an_alleged_offender_is_a_count_for_the_coordinator_and_nothing_for_an_advocate(scene, case):
    row = made.offender(scene.detective, case, scene.now)

    coordinators = queries.justice_of(scene.coordinator, case, scene.now)
    assert coordinators.offenders_closed == 1
    assert all(one.is_status_only for one in coordinators.offenders)
    assert queries.justice_of(scene.advocate, case, scene.now).offenders_closed == 0
    for viewer in (scene.coordinator, scene.advocate):
        page = Visitor(viewer, scene.now).page(f"/cases/{case.code}/justice/")
        assert SECRET not in page
        assert row.code not in page
    assert SECRET in Visitor(scene.detective, scene.now).page(f"/justice/offenders/{row.code}/")


@pytest.mark.req("CASE-9", "PRIV-2")
def test_alleged_offenders_are_never_in_an_export_nor_in_what_is_counted(scene, case, prosecutor):
    made.offender(scene.detective, case, scene.now)
    above = made.prosecution(prosecutor, case, scene.now)

    rows = exportable_rows(scene.coordinator, ReferralFilters(), scene.now)
    assert rows
    assert SECRET not in str(rows)
    with pytest.raises(RuleBroken):
        watermark(scene.coordinator, code="K7MQ-4XPR", purpose="", basis="", classes=["CORE", "OFF"], now=scene.now)
    counted = list(counted_justice(scene.coordinator, scene.now - DAY, scene.now + DAY))
    assert {(one.what, one.kind) for one in counted} == {("offender", "buyer"), ("proceeding", "prosecution")}
    events = AuditEvent.objects.filter(verb="justice.listed", details__purpose="counting")
    assert {klass for event in events for klass in event.classes} == {"OFF", "PROS"}
    assert above.code in {code for event in events for code in event.details["codes"]}
    said = str(counted)
    for hidden in (SECRET, above.code, case.code, case.client.code, "2026-03-10", "03/10/2026"):
        assert hidden not in said


@pytest.mark.req("CASE-9", "PRIV-3")
def test_every_word_stands_sealed(scene, case, prosecutor):
    rows = [
        made.prosecution(prosecutor, case, scene.now),
        made.court_date(prosecutor, case, scene.now),
        made.offender(scene.detective, case, scene.now),
        made.relief(scene.advocate, case, scene.now),
    ]
    for row in rows:
        stored = type(row)._default_manager.filter(pk=row.pk).values_list()
        assert SECRET.encode() not in bytes(row.told_sealed)
        assert SECRET not in str(list(stored))


@pytest.mark.req("CASE-9", "PRIV-2")
def test_the_schedule_says_kind_and_day_of_ones_own_cases_and_nobody_elses(
    scene, case, prosecutor, stranger, other_coordinator
):
    made.court_date(prosecutor, case, scene.now)
    made.court_date(prosecutor, case, scene.now, kind="plea", starts_at=scene.now + 40 * DAY)
    made.court_date(prosecutor, case, scene.now, kind="bond", state="cancelled")

    for viewer in (scene.coordinator, scene.advocate, prosecutor):
        rows = queries.court_schedule(viewer, month(scene.now), scene.now)
        assert [(one.kind, one.case_code) for one in rows] == [("trial", case.code)]
        page = Visitor(viewer, scene.now).page("/court-dates/")
        assert "03/20/2026" in page
        assert SECRET not in page
        assert "2:15" not in page
    for viewer in (stranger, other_coordinator):
        assert queries.court_schedule(viewer, month(scene.now), scene.now) == []


@pytest.mark.req("CASE-9")
def test_the_schedule_is_narrowed_ordered_and_printed_with_codes_alone(scene, case, prosecutor):
    made.court_date(prosecutor, case, scene.now)
    made.court_date(prosecutor, case, scene.now, kind="bond", starts_at=scene.now + 12 * DAY)
    visitor = Visitor(scene.coordinator, scene.now)

    by_kind = queries.court_schedule(
        scene.coordinator, ScheduleFilters(scene.now.date(), scene.now.date() + 30 * DAY, order="kind"), scene.now
    )
    assert [one.kind for one in by_kind] == ["bond", "trial"]
    assert "Bond hearing</td>" not in visitor.page("/court-dates/?kind=trial")
    assert "No court date is coming" in visitor.page("/court-dates/?kind=parole")
    answer = visitor.post("/court-dates/document/", {"span": "30"})
    assert answer.content.startswith(b"%PDF")
    assert AuditEvent.objects.filter(verb="court_schedule.printed", actor=scene.coordinator.code).exists()


@pytest.mark.req("CASE-9", "PRIV-2")
def test_a_closed_birth_date_is_used_by_the_clock_and_shown_by_nothing(scene, case):
    late = scene.now.replace(year=2028)  # born on March 4, 2011: 17 years old by then
    made.relief(scene.advocate, case, scene.now, kind="child_letter", step_learned=date(2026, 3, 9),
                step_notified=date(2026, 3, 9))  # fmt: skip
    (one,) = queries.relief_of(scene.advocate, case, late)
    (alert,) = one.alerts
    assert (alert.alert.state, alert.alert.stage, alert.alert.due_on) == ("soon", "17y0m", None)


@pytest.mark.req("CASE-9", "PRIV-2")
def test_a_detective_knows_of_a_protective_order_and_its_end_and_no_word_or_step_of_it(scene, case):
    told = {"step_granted": date(2026, 1, 2), "ends_on": date(2026, 6, 1)}
    row = made.relief(scene.coordinator, case, scene.now, "protective_order", **told)

    (one,) = queries.relief_of(scene.detective, case, scene.now)
    assert (one.label, one.shown.told, one.steps, one.alerts) == (
        "Protective order",
        {"kind": "protective_order"},
        [],
        [],
    )
    page = Visitor(scene.detective, scene.now).page(f"/cases/{case.code}/relief/")
    assert "06/01/2026" in page
    for hidden in (SECRET, row.code, "01/02/2026"):
        assert hidden not in page
