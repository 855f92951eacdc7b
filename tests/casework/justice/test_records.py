"""Recording and changing: rules between fields, two writers, alerts and what a case owes by a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rightdoor.casework.cases.parts import Look
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.clients.facts import ties_of
from rightdoor.casework.justice import actions, parts, queries
from rightdoor.casework.justice.models import Charge, CourtDate, Proceeding, Relief, VictimRight
from rightdoor.domain.errors import NotPermitted, RuleBroken
from tests.casework.justice import made
from tests.casework.visiting import Visitor

DAY = timedelta(days=1)


def look(viewer, case, now) -> Look:
    return Look(viewer, case, standing_of(viewer, case, now), now)


@pytest.mark.req("CASE-9")
def test_a_prosecution_is_recorded_with_its_charge_and_told_what_made_it_succeed(scene, case, prosecutor):
    visitor = Visitor(prosecutor, scene.now)
    answer = visitor.post(
        f"/cases/{case.code}/justice/proceedings/", {"kind": "prosecution", "status": "charged", "number": "26-1"}
    )
    row = Proceeding.objects.get()
    assert answer.headers["Location"] == f"/justice/proceedings/{row.code}/"
    there = f"/cases/{case.code}/justice/charges/"
    assert visitor.get(f"{there}?of={row.code}").status_code == 200
    assert visitor.get(there).status_code == 404  # a charge belongs to a proceeding
    sent = {"statute": "14:46.3", "counts": "2", "outcome": "plea", "sentence": "Ten years", "proceeding": row.code}
    assert visitor.post(there, sent).status_code == 302
    assert (Charge.objects.get().data_class, Charge.objects.get().holder) == ("PROS", prosecutor.agency)
    closing = {"kind": "prosecution", "status": "closed", "closed_on": "03/09/2026", "version": "1",
               "succeeded": "yes", "helped": ["no_testimony", "advocate"], "led_to_it": "A plea."}  # fmt: skip
    assert visitor.post(f"/justice/proceedings/{row.code}/", closing).status_code == 302
    page = visitor.page(f"/justice/proceedings/{row.code}/")
    for words in ("Guilty plea", "14:46.3, 2 counts", "without the client&#x27;s testimony", "A plea."):
        assert words in page
    assert Proceeding.objects.get().state == "over"


@pytest.mark.req("CASE-9")
def test_a_refused_form_keeps_what_was_typed_and_records_nothing(scene, case):
    answer = Visitor(scene.coordinator, scene.now).post(
        f"/cases/{case.code}/justice/rights/", {"kind": "notice", "state": "done", "words": "Typed words"}
    )
    assert answer.status_code == 422
    assert "Done on: this is needed" in answer.content.decode()
    assert "Typed words" in answer.content.decode()
    assert not VictimRight.objects.exists()


@pytest.mark.req("CASE-9")
def test_a_second_writer_is_told_and_the_first_ones_words_stay(scene, case, prosecutor):
    row = made.court_date(prosecutor, case, scene.now)
    told = {"kind": "trial", "starts_at": row.starts_at, "state": "set"}
    actions.change_entry(prosecutor, row, told={**told, "court": "First"}, version=1, now=scene.now)
    with pytest.raises(RuleBroken, match="Somebody changed this"):
        actions.change_entry(prosecutor, row, told={**told, "court": "Second"}, version=1, now=scene.now)
    assert "First" in Visitor(prosecutor, scene.now).page(f"/justice/court-dates/{row.code}/")


@pytest.mark.req("CASE-9", "PRIV-2")
def test_only_the_holders_people_change_it_and_a_kind_of_another_class_is_recorded_anew(scene, case, prosecutor):
    row = made.court_date(prosecutor, case, scene.now)
    told = {"kind": "trial", "starts_at": row.starts_at + DAY, "state": "set"}
    for viewer in (scene.coordinator, scene.detective):
        with pytest.raises(NotPermitted):
            actions.change_entry(viewer, row, told=told, version=1, now=scene.now)
    with pytest.raises(RuleBroken, match="Record it anew"):
        actions.change_entry(prosecutor, row, told={**told, "kind": "immigration"}, version=1, now=scene.now)
    assert CourtDate.objects.get().starts_at == row.starts_at


@pytest.mark.req("CASE-9")
@pytest.mark.parametrize(
    ("noun", "told", "says"),
    [
        ("court-dates", {"kind": "trial", "state": "held"}, "was not held yet"),
        ("proceedings", {"kind": "police", "status": "open", "closed_on": date(2026, 3, 1)}, "Choose one"),
        ("proceedings", {"kind": "police", "status": "closed", "opened_on": date(2026, 3, 1),
                         "closed_on": date(2026, 2, 1)}, "lies before"),
        ("offenders", {"role": "hero"}, "choose one of the list"),
        ("charges", {"statute": "14:46.3"}, "Choose the investigation"),
        ("rights", {"kind": "notice", "state": "owed", "done_on": date(2026, 3, 1)}, "no longer owed"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(scene, case, noun, told, says):
    told = {"starts_at": scene.now + DAY, **told} if noun == "court-dates" else told
    with pytest.raises(RuleBroken, match=says):
        actions.record_entry(scene.coordinator, case, noun, told=told, now=scene.now)


@pytest.mark.req("CASE-9")
def test_an_advocates_relief_asks_for_the_printed_date_and_is_due_by_it(scene, case):
    row = made.relief(scene.advocate, case, scene.now, "continued_presence", step_granted=date(2025, 3, 1))
    visitor = Visitor(scene.advocate, scene.now)
    page = visitor.page(f"/relief/{row.code}/")
    assert "Establish Granted until, as printed." in page
    assert page.count("It gives no legal advice.") == 1
    sent = {"version": "1", "step_granted": "03/01/2025", "ends_on": "03/20/2026", "outcome": "granted"}
    assert visitor.post(f"/relief/{row.code}/", sent).status_code == 302
    stored = Relief.objects.get()
    assert (stored.ends_on, stored.state) == (date(2026, 3, 20), "running")

    ties = ties_of(scene.advocate, [case.client], scene.now)
    (due,) = parts.relief_dues(scene.advocate, [case], ties, scene.now)
    assert (due.what, due.due_at.date(), due.klass) == ("Continued presence ends", date(2026, 3, 20), "IMM")
    ties = ties_of(scene.coordinator, [case.client], scene.now)
    assert parts.relief_dues(scene.coordinator, [case], ties, scene.now) == []


@pytest.mark.req("CASE-9")
def test_a_step_that_lies_ahead_is_refused(scene, case):
    with pytest.raises(RuleBroken, match="lies ahead"):
        made.relief(scene.coordinator, case, scene.now, step_filed=date(2026, 3, 11))


@pytest.mark.req("CASE-9")
def test_the_case_owes_its_court_dates_and_rights_and_the_hour_only_to_whom_it_is_open(scene, case, prosecutor):
    row = made.court_date(prosecutor, case, scene.now)
    told = {"kind": "notice", "notice_of": "hearing", "state": "owed", "owed_on": date(2026, 3, 12)}
    actions.record_entry(scene.coordinator, case, "rights", told=told, now=scene.now)

    for viewer, at in ((prosecutor, row.starts_at), (scene.advocate, None)):
        ties = ties_of(viewer, [case.client], scene.now)
        (due,) = parts.court_dues(viewer, [case], ties, scene.now)
        assert (due.kind, due.topic) == ("court", "trial_schedule")
        assert due.due_at == at if at else due.due_at != row.starts_at
    ties = ties_of(scene.coordinator, [case.client], scene.now)
    (owed,) = parts.right_dues(scene.coordinator, [case], ties, scene.now)
    assert owed.kind == "victim_right"
    assert [flag.label for flag in parts.flags(look(scene.advocate, case, scene.now))] == ["Court date 03/20/2026"]


@pytest.mark.req("CASE-9")
def test_a_protective_order_that_ends_marks_the_case_and_what_runs_needs_a_word_at_its_end(scene, case, prosecutor):
    made.prosecution(prosecutor, case, scene.now)
    made.relief(
        scene.coordinator, case, scene.now, "protective_order", step_granted=date(2026, 1, 2), ends_on=date(2026, 3, 23)
    )
    seen = look(scene.coordinator, case, scene.now)
    assert [flag.label for flag in parts.flags(seen)] == ["Protective order ends 03/23/2026"]
    later = look(scene.coordinator, case, scene.now + 14 * DAY)
    assert [flag.label for flag in parts.flags(later)] == ["Protective order ended 03/23/2026"]
    ends = parts.open_ends(seen)
    assert len(ends) == 2
    assert not any(end.stops for end in ends)
    earlier = look(scene.coordinator, case, scene.now - 2 * DAY)
    assert parts.flags(earlier) == []


@pytest.mark.req("CASE-9")
def test_two_people_of_one_case_find_no_more_queries_for_more_court_dates(
    scene, case, prosecutor, django_assert_max_num_queries
):
    for number in range(6):
        made.court_date(prosecutor, case, scene.now, starts_at=scene.now + (number + 1) * DAY)
    with django_assert_max_num_queries(14):
        rows = queries.court_schedule(
            scene.coordinator, queries.ScheduleFilters(scene.now.date(), scene.now.date() + 30 * DAY), scene.now
        )
    assert len(rows) == 6
