"""Recording a screening: sealed, one's own, what it rests on, what follows, and stopping when somebody tells."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection

from rightdoor.casework.cases.keeping.actions import erase_rows
from rightdoor.casework.cases.keeping.queries import codes_of, subjects_to_shred
from rightdoor.casework.clients.models import Client
from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.casework.intake.models import Report
from rightdoor.casework.referrals.actions import receive_referral
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.screening import actions, queries
from rightdoor.casework.screening.disclosure import open_screening
from rightdoor.casework.screening.models import CountedIndicator, CountedScreening, Screening
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.domain.screening import Reminders
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.fence import acting_as
from rightdoor.foundation.notices.models import Notice
from tests.casework.screening.conftest import NAME, SEEN, TOOL, WORDS, Answer, Begin
from tests.people import REGION


@pytest.mark.req("SCR-1")
def test_who_it_is_about_and_what_was_seen_stand_sealed(begin: Begin, answer: Answer) -> None:
    answer(begin(), purpose_sex=SEEN)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(s)::text FROM screening_screening s")
        rows = cursor.fetchone()[0]
        cursor.execute("SELECT coalesce(string_agg(row_to_json(e)::text, ''), '') FROM audit_auditevent e")
        rows += cursor.fetchone()[0]
    for word in (NAME, WORDS, "purpose.sex", "A house that"):
        assert word not in rows
        assert word.encode().hex() not in rows


@pytest.mark.req("SCR-1")
def test_a_screening_pins_the_version_of_its_tool(begin: Begin) -> None:
    screening = begin()
    assert screening.tool == TOOL
    assert queries.tool_of(screening).key == TOOL
    assert len(screening.tool_hash) == 64


def test_a_form_sent_twice_begins_one(begin: Begin) -> None:
    assert begin(code="K7MQ-4XPR").pk == begin(code="K7MQ-4XPR").pk
    assert Screening.objects.count() == 1


@pytest.mark.req("SCR-4")
def test_a_screener_sees_no_other_screeners(begin: Begin, screener: Viewer, colleague: Viewer, head: Viewer) -> None:
    screening = begin()
    assert queries.screening_for(screener, screening.code).pk == screening.pk
    for other in (colleague, head):
        with pytest.raises(NotVisible):
            queries.screening_for(other, screening.code)


@pytest.mark.req("SCR-4")
def test_what_is_read_leaves_an_event(begin: Begin, screener: Viewer, now: datetime) -> None:
    screening = begin()
    assert open_screening(screener, screening, now).who.given == NAME
    assert AuditEvent.objects.get(verb="screening.read").subject == screening.code


def test_whoever_may_not_screen_begins_nothing(begin: Begin, detective: Viewer) -> None:
    with pytest.raises(NotPermitted):
        begin(detective)
    assert not Screening.objects.exists()


def test_a_day_that_has_not_come_is_refused(begin: Begin, now: datetime) -> None:
    with pytest.raises(RuleBroken):
        begin(taken_on=(now + timedelta(days=2)).date())


@pytest.mark.req("SCR-1")
def test_an_indicator_without_what_it_rests_on_does_not_finish(begin: Begin, screener: Viewer, now: datetime) -> None:
    screening = begin()
    actions.answer_screening(screener, screening, answers={"means.force": SEEN}, evidence={}, sources={}, now=now)
    with pytest.raises(RuleBroken, match="supports"):
        actions.finish_screening(screener, screening, step="report", now=now)


@pytest.mark.req("SCR-3")
def test_a_finished_screening_says_what_follows_and_is_counted(
    begin: Begin, answer: Answer, screener: Viewer, now: datetime
) -> None:
    screening = answer(begin(), purpose_sex=SEEN, means_force=SEEN)
    done = actions.finish_screening(screener, screening, step="report", now=now)
    assert (done.state, done.result, done.next_step, done.suggested) == ("finished", "positive", "report", "report")
    counted = CountedScreening.objects.get()
    assert (counted.result, counted.next_step, counted.region) == ("positive", "report", REGION)
    assert set(CountedIndicator.objects.values_list("item", flat=True)) == {"purpose.sex", "means.force"}


@pytest.mark.req("SCR-3")
def test_less_than_the_tool_leads_to_needs_a_reason_that_is_kept(
    begin: Begin, answer: Answer, screener: Viewer, now: datetime
) -> None:
    screening = answer(begin(), purpose_sex=SEEN)
    with pytest.raises(RuleBroken):
        actions.finish_screening(screener, screening, step="monitor", now=now)
    done = actions.finish_screening(screener, screening, step="monitor", reason="The team has it already.", now=now)
    assert (done.suggested, done.next_step) == ("report", "monitor")
    assert open_screening(screener, done, now).told.reason == "The team has it already."


@pytest.mark.req("SCR-3")
def test_stopping_keeps_what_there_is_and_leads_to_a_report(
    begin: Begin, answer: Answer, screener: Viewer, now: datetime
) -> None:
    stopped = actions.stop_screening(screener, answer(begin(), purpose_sex=SEEN), words="She told me.", now=now)
    assert (stopped.state, stopped.next_step) == ("stopped", "report")
    told = open_screening(screener, stopped, now).told
    assert (told.stopped, dict(told.evidence)) == ("She told me.", {"purpose.sex": WORDS})
    with pytest.raises(RuleBroken, match="over"):
        actions.answer_screening(screener, stopped, answers={}, evidence={}, sources={}, now=now)


@pytest.mark.req("SCR-3")
def test_a_report_is_made_of_it_once_with_what_is_known(begin: Begin, screener: Viewer, now: datetime) -> None:
    screening = actions.stop_screening(screener, begin(), words=WORDS, now=now)
    known = open_screening(screener, screening, now)
    told = {"what": queries.story_of(queries.tool_of(screening), known.told)}
    given = {"told": told, "child": known.who, "whereabouts": known.whereabouts, "reporter": {}, "now": now}
    report, receipt = actions.report_screening(screener, screening, **given)
    assert Screening.objects.get().report_id == report.pk
    assert (report.region, report.channel, bool(receipt)) == (REGION, "partner", True)
    with pytest.raises(RuleBroken, match="already"):
        actions.report_screening(screener, screening, **given)
    assert Report.objects.count() == 1


@pytest.mark.req("SCR-3", "SCR-4")
def test_handed_on_to_a_team_its_coordinator_sees_it_and_is_told(
    begin: Begin, screener: Viewer, coordinator: Viewer, other_coordinator: Viewer, now: datetime
) -> None:
    screening = actions.stop_screening(screener, begin(), now=now)
    with pytest.raises(NotVisible):
        queries.screening_for(coordinator, screening.code)
    actions.hand_on(screener, screening, region=REGION, now=now)
    assert queries.screening_for(coordinator, screening.code).pk == screening.pk
    with pytest.raises(NotVisible):
        queries.screening_for(other_coordinator, screening.code)
    assert Notice.objects.filter(account_code=coordinator.code, code=screening.code).count() == 1


def test_what_is_not_over_is_not_handed_on(begin: Begin, screener: Viewer, now: datetime) -> None:
    with pytest.raises(RuleBroken):
        actions.hand_on(screener, begin(), region=REGION, now=now)


@pytest.mark.req("SCR-3")
def test_a_referral_is_begun_with_what_the_screening_says_and_sets_no_status(
    begin: Begin, answer: Answer, screener: Viewer, coordinator: Viewer, now: datetime
) -> None:
    screening = answer(begin(), purpose_sex=SEEN)
    screening = actions.finish_screening(screener, screening, step="refer", reason="To be assessed.", now=now)
    actions.hand_on(screener, screening, region=REGION, now=now)
    known = queries.screening_for_referral(coordinator, screening.code, now)
    assert (known.who.given, known.region, known.facts["kind"]) == (NAME, REGION, "sex")
    assert WORDS in known.story
    assert "victim_status" not in known.facts
    referral = receive_referral(
        coordinator,
        screening=screening,
        source="school",
        channel="standard",
        region=REGION,
        who=known.who,
        whereabouts=known.whereabouts,
        facts={},
        story=known.story,
        now=now,
    )
    taken = Screening.objects.get()
    assert (taken.client_id, taken.taken_up_at) == (referral.client_id, now)
    with pytest.raises(NotVisible):
        queries.screening_for_referral(coordinator, screening.code, now)


def test_a_screening_that_is_nobodys_makes_no_referral(
    begin: Begin, screener: Viewer, coordinator: Viewer, now: datetime
) -> None:
    screening = actions.stop_screening(screener, begin(), now=now)
    with pytest.raises(NotVisible):
        receive_referral(
            coordinator,
            screening=screening,
            source="school",
            channel="standard",
            region=REGION,
            who=Who("Zeno"),
            whereabouts=Whereabouts(),
            facts={},
            story="Invented.",
            now=now,
        )
    assert not Referral.objects.exists()
    assert not Client.objects.exists()


@pytest.mark.req("SCR-2")
def test_of_a_tool_whose_items_are_not_here_the_result_is_typed_in(screener: Viewer, now: datetime) -> None:
    given = {"tool": "cse-it", "taken_on": now.date(), "used_version": "3.0", "score": "9", "now": now}
    with pytest.raises(RuleBroken):
        actions.enter_result(screener, band="clear_concern", step="monitor", **given)
    done = actions.enter_result(screener, band="clear_concern", step="refer", **given)
    assert (done.state, done.entry, done.result, done.band) == ("finished", "result", "positive", "clear_concern")
    assert not CountedIndicator.objects.exists()
    with pytest.raises(RuleBroken, match="No item"):
        actions.begin_screening(screener, tool="cse-it", taken_on=now.date(), now=now)
    with pytest.raises(RuleBroken, match="are here"):
        actions.enter_result(screener, band="seen", step="report", **(given | {"tool": TOOL}))


@pytest.mark.req("SCR-5")
def test_a_tool_that_asks_stays_closed_until_the_reminders_are_so(
    begin: Begin, screener: Viewer, now: datetime
) -> None:
    screening = begin()
    Screening.objects.update(is_open=False)
    ready = Reminders(is_alone=True, interpreter="not_needed", limits_told=True, consent="child_welfare")
    with pytest.raises(RuleBroken, match="reminders"):
        actions.answer_screening(screener, screening, answers={}, evidence={}, sources={}, now=now)
    with pytest.raises(RuleBroken, match="reminders"):
        actions.finish_screening(screener, screening, step="report", now=now)
    assert actions.answer_reminders(screener, screening, reminders=ready, now=now) == ()
    actions.answer_screening(screener, screening, answers={}, evidence={}, sources={}, now=now)


def test_two_windows_of_one_screening_do_not_overwrite_each_other(
    begin: Begin, screener: Viewer, now: datetime
) -> None:
    screening = begin()
    given = {"answers": {}, "evidence": {}, "sources": {}, "now": now, "version": screening.version}
    actions.answer_screening(screener, screening, **given)
    with pytest.raises(RuleBroken, match="another window"):
        actions.answer_screening(screener, screening, **given)


@pytest.mark.req("SCR-6")
def test_universal_education_is_entered_without_room_for_what_anybody_told(screener: Viewer, now: datetime) -> None:
    given = {"given_on": now.date(), "people": 3, "is_alone": True, "cards_offered": True, "now": now}
    entry = actions.log_education(screener, **given, code="K7MQ-4XPR")
    assert actions.log_education(screener, **given, code="K7MQ-4XPR").pk == entry.pk
    columns = {field.name for field in entry._meta.concrete_fields}
    assert not {name for name in columns if "disclos" in name or name.endswith("_sealed") or "client" in name}
    assert (entry.people, entry.agency, entry.limits_told) == (3, screener.agency, None)


@pytest.mark.req("SCR-4")
def test_the_database_itself_shows_a_screening_to_nobody_else(
    begin: Begin,
    screener: Viewer,
    colleague: Viewer,
    head: Viewer,
    coordinator: Viewer,
    other_coordinator: Viewer,
    now: datetime,
) -> None:
    with acting_as(screener, now):
        screening = actions.stop_screening(screener, begin(), now=now)
        assert Screening.objects.count() == 1
    for other in (colleague, head, coordinator, other_coordinator):
        with acting_as(other, now):
            assert not Screening.objects.exists()
    with acting_as(screener, now):
        actions.hand_on(screener, screening, region=REGION, now=now)
    for other, seen in ((colleague, 0), (head, 0), (coordinator, 1), (other_coordinator, 0)):
        with acting_as(other, now):
            assert Screening.objects.count() == seen
    with acting_as(coordinator, now):
        receive_referral(
            coordinator,
            screening=screening,
            source="school",
            channel="standard",
            region=REGION,
            who=Who("Zeno"),
            whereabouts=Whereabouts(),
            facts={},
            story="Invented.",
            now=now,
        )


@pytest.mark.req("PRIV-6")
def test_with_its_client_a_screening_goes_and_its_key_with_it(
    begin: Begin, screener: Viewer, coordinator: Viewer, now: datetime
) -> None:
    screening = actions.stop_screening(screener, begin(), now=now)
    actions.hand_on(screener, screening, region=REGION, now=now)
    referral = receive_referral(
        coordinator,
        screening=screening,
        source="school",
        channel="standard",
        region=REGION,
        who=Who("Zeno"),
        whereabouts=Whereabouts(),
        facts={},
        story="Invented.",
        now=now,
    )
    system, client = system_viewer("test"), referral.client.code
    assert subjects_to_shred(system, client) == [client, screening.code]
    assert screening.code in codes_of(system, client)
    erase_rows(system, client, codes=[client], subjects=[client], now=now)
    assert not Screening.objects.exists()
    assert CountedScreening.objects.count() == 1
