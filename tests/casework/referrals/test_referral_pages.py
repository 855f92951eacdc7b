"""The page of a referral and its acts, as three people meet them: its coordinator, another's, a stranger."""

import re
from datetime import timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from rightdoor.casework.clients.disclosure import Who
from rightdoor.casework.clients.models import MatchDecision
from rightdoor.casework.referrals import actions
from rightdoor.casework.referrals.models import MandatedReport, Referral
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.drafts.models import Draft
from tests.casework.referrals.conftest import ELIGIBLE, SETTLED, SUSPECTED, URGENT
from tests.casework.team import released

HTMX = {"HX-Request": "true"}
ACTS = ["child", "situation", "triage", "eligibility", "mandated-report", "matches", "reconsideration", "lateness"]


def where(referral, act=""):
    return f"/referrals/{referral.code}/" + (f"{act}/" if act else "")


def tidy(html):
    return re.sub(rb'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+', b"", html)


def triage_of(referral, **changed):
    return {
        "victim_status": "confirmed",
        "open_investigation": "yes",
        "immediate_safety_concern": "",
        "safe_and_stable": "",
        "version": referral.version,
        **changed,
    }


@pytest.mark.parametrize("act", ["", *ACTS])
@pytest.mark.parametrize("who", ["other_coordinator", "stranger", "detective", "administrator", "auditor"])
def test_whoever_has_no_tie_finds_nothing_and_the_answer_is_that_of_an_unknown_code(request, enter, referral, who, act):
    browser = enter(request.getfixturevalue(who))

    answer = browser.get(where(referral, act))
    unknown = browser.get(where(Referral(code="XXXX-XXXX"), act))

    assert (answer.status_code, unknown.status_code) == (404, 404)
    assert tidy(answer.content) == tidy(unknown.content)
    if act:
        assert browser.post(where(referral, act), {}).status_code == 404


@pytest.mark.parametrize("act", ["", *ACTS])
def test_the_regions_coordinator_comes_in(enter, referral, coordinator, act):
    assert enter(coordinator).get(where(referral, act)).status_code == 200


def test_a_team_member_on_the_case_is_told_who_can(enter, referral, coordinator, detective, now):
    from rightdoor.casework.clients.actions import give_standing

    give_standing(
        coordinator,
        referral.client,
        account_code=detective.code,
        kind="assigned",
        discipline="",
        about="",
        starts_at=now - timedelta(hours=1),
        now=now,
    )

    assert enter(detective).get(where(referral)).status_code == 404  # on the case, and no ground: nothing is there
    released(coordinator, referral.client, detective, "CORE", now=now)
    answer = enter(detective).get(where(referral))

    assert answer.status_code == 403
    assert "Nowhere" not in answer.content.decode()


def test_the_reviewer_reads_without_a_name_or_a_story(enter, referral, reviewer):
    html = enter(reviewer).get(where(referral)).content.decode()

    assert referral.code in html
    assert "Nowhere" not in html
    assert "Invented words" not in html


def test_the_record_shows_what_is_known_and_records_that_it_was_seen(enter, triaged, coordinator):
    html = enter(coordinator).get(where(triaged)).content.decode()

    for said in ("Nora Nowhere", "Invented words", "Started the clock", "Tier 2", "Not established", "Reported"):
        assert said in html
    event = AuditEvent.objects.filter(verb="client.identity_seen").latest("id")
    assert sorted(event.classes) == ["CORE", "ID", "LOC"]
    assert "Nowhere" not in re.search(r"<title>.*?</title>", html, re.DOTALL)[0]


def test_the_record_costs_at_most_twelve_queries(enter, settled, coordinator, now):
    actions.triage_referral(coordinator, settled, facts=URGENT, now=now)
    browser = enter(coordinator)
    browser.get(where(settled))

    with CaptureQueriesContext(connections["default"]) as main, CaptureQueriesContext(connections["keyring"]) as keys:
        browser.get(where(settled))

    assert len(main) + len(keys) <= 12, [query["sql"][:90] for query in main.captured_queries]


@pytest.mark.req("INT-6")
def test_triage_without_scripts_sets_the_tier_and_sends_one_on(enter, referral, coordinator):
    browser = enter(coordinator)

    answer = browser.post(where(referral, "triage"), triage_of(referral))

    assert (answer.status_code, answer["Location"]) == (302, where(referral))
    referral.refresh_from_db()
    assert referral.tier == 1
    assert "Tier 1 set." in browser.get(where(referral)).content.decode()


@pytest.mark.req("INT-6")
def test_compute_shows_the_tier_and_changes_nothing(enter, referral, coordinator):
    browser = enter(coordinator)
    facts = triage_of(
        referral, open_investigation="no", immediate_safety_concern="no", safe_and_stable="yes", go="compute"
    )

    page = browser.post(where(referral, "triage"), facts).content.decode()
    live = browser.post(where(referral, "triage"), facts, headers={**HTMX, "HX-Target": "tier"}).content.decode()

    for html in (page, live):
        assert "Set tier 2" in html
    assert live.strip().startswith('<div class="tier-asked" id="tier"')
    assert live.strip() in page
    referral.refresh_from_db()
    assert referral.tier is None


@pytest.mark.req("INT-6")
def test_a_refused_lengthening_keeps_what_was_typed(enter, referral, coordinator):
    browser = enter(coordinator)
    typed = triage_of(referral, chosen_tier="3", reason="Words that took a while")

    page = browser.post(where(referral, "triage"), typed)
    fragment = browser.post(where(referral, "triage"), typed, headers=HTMX)

    for answer in (page, fragment):
        assert answer.status_code == 422
        assert "Words that took a while" in answer.content.decode()
        assert "second person" in answer.content.decode()
    assert fragment.content.decode().strip().startswith('<section class="panel" id="triage"')
    assert Referral.objects.get().tier is None


@pytest.mark.req("INT-6")
def test_of_two_pages_open_at_once_the_second_is_refused(enter, referral, coordinator, now):
    browser = enter(coordinator)
    typed = triage_of(referral)
    actions.triage_referral(coordinator, referral, facts=SUSPECTED, now=now)

    answer = browser.post(where(referral, "triage"), typed)

    assert answer.status_code == 422
    assert "Someone else changed this referral" in answer.content.decode()


@pytest.mark.req("INT-6")
def test_the_page_offers_only_fit_people_as_second(enter, referral, coordinator, reviewer, other_coordinator):
    html = enter(coordinator).get(where(referral, "triage")).content.decode()

    assert reviewer.code in html
    assert other_coordinator.code not in html
    assert f'value="{coordinator.code}"' not in html


@pytest.mark.parametrize("act", ACTS)
def test_a_fragment_is_a_piece_of_the_page_that_a_reload_shows(enter, referral, coordinator, act):
    browser = enter(coordinator)

    fragment = browser.get(where(referral, act), headers=HTMX)
    page = browser.get(where(referral, act))

    assert tidy(fragment.content).strip() in tidy(page.content)
    assert "HX-Request" in fragment["Vary"]
    assert fragment["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_verbs_are_refused(enter, referral, coordinator, method):
    assert getattr(enter(coordinator), method)(where(referral, "triage")).status_code == 405


@pytest.mark.req("INT-5")
def test_eligible_is_recorded_by_the_button_named_for_it(enter, referral, coordinator):
    browser = enter(coordinator)
    assert "Record as eligible" in browser.get(where(referral, "eligibility")).content.decode()
    facts = {"victim_status": "confirmed", "age": "15", "version": referral.version}
    facts |= dict.fromkeys(("is_trafficking", "allegation_verifiable", "information_adequate"), "yes")

    browser.post(where(referral, "eligibility"), {**facts, "go": "eligible"})

    referral.refresh_from_db()
    assert referral.state == "eligible"


@pytest.mark.req("INT-5")
def test_what_is_open_can_be_kept_without_a_decision(enter, make_referral, coordinator):
    referral = make_referral(facts={**ELIGIBLE, "information_adequate": None})
    browser = enter(coordinator)
    facts = {"victim_status": "confirmed", "age": "15", "version": referral.version, "is_trafficking": "yes"}
    page = browser.post(where(referral, "eligibility"), {**facts, "go": "check"}).content.decode()
    assert "Keep these facts" in page

    refused = browser.post(where(referral, "eligibility"), {**facts, "go": "eligible"})
    assert refused.status_code == 422
    browser.post(where(referral, "eligibility"), {**facts, "go": "keep"})

    referral.refresh_from_db()
    assert (referral.state, referral.version) == ("received", 1)


@pytest.mark.req("INT-5")
def test_a_referral_turned_away_is_kept_and_taken_up_again(enter, referral, coordinator):
    browser = enter(coordinator)
    facts = {"victim_status": "confirmed", "age": "15", "information_adequate": "no", "version": referral.version}
    browser.post(where(referral, "eligibility"), {**facts, "go": "inadequate_information"})
    referral.refresh_from_db()
    assert referral.ineligible_reason == "inadequate_information"
    assert "Take up again" in browser.get(where(referral)).content.decode()

    empty = browser.post(where(referral, "reconsideration"), {"reason": " ", "version": referral.version})
    assert empty.status_code == 422
    browser.post(where(referral, "reconsideration"), {"reason": "More is known", "version": referral.version})

    referral.refresh_from_db()
    assert referral.state == "received"


@pytest.mark.req("INT-12")
def test_the_mandated_report_stays_on_the_page_until_it_is_settled(enter, referral, coordinator):
    browser = enter(coordinator)
    assert "Record whether the mandated report was made." in browser.get(where(referral)).content.decode()

    told = {"made": "yes", "made_at_day": "03/10/2026", "made_at_time": "9:00 a.m.", "by": "Cora", "number": "N-7"}
    assert browser.post(where(referral, "mandated-report"), told).status_code == 302

    assert MandatedReport.objects.get().settled
    html = browser.get(where(referral)).content.decode()
    assert "Record whether the mandated report" not in html
    assert "N-7" in html


@pytest.mark.req("INT-12")
def test_a_report_of_the_future_is_refused_with_the_text_kept(enter, referral, coordinator):
    told = {"made": "yes", "made_at_day": "03/12/2026", "made_at_time": "9:00 a.m.", "by": "Somebody", "number": "N-7"}

    answer = enter(coordinator).post(where(referral, "mandated-report"), told)

    assert answer.status_code == 422
    assert "Somebody" in answer.content.decode()


@pytest.mark.req("INT-11")
def test_a_late_one_asks_for_its_cause(enter, make_referral, coordinator, now):
    referral = make_referral(received_at=now - timedelta(hours=49))
    actions.triage_referral(coordinator, referral, facts=URGENT, now=now)
    browser = enter(coordinator)
    assert "Say why the response is late" in browser.get(where(referral)).content.decode()

    browser.post(where(referral, "lateness"), {"cause": "not_located", "words": ""})

    referral.refresh_from_db()
    assert referral.late_cause == "not_located"
    assert "The child could not be located" in browser.get(where(referral)).content.decode()


@pytest.mark.req("INT-7")
def test_a_like_entry_is_offered_linked_and_taken_back(enter, make_referral, coordinator):
    known, new = make_referral(), make_referral(who=Who("Nora", "Nowher"))
    browser = enter(coordinator)
    assert known.client.code in browser.get(where(new, "matches")).content.decode()

    browser.post(where(new, "matches"), {"other": known.client.code, "go": "link"})
    new.client.refresh_from_db()
    assert new.client.linked_to_id == known.client_id
    assert "One person" in browser.get(where(new, "matches")).content.decode()

    again = browser.post(where(new, "matches"), {"other": known.client.code, "go": "undo"}, headers=HTMX)
    new.client.refresh_from_db()
    assert (again.status_code, new.client.linked_to_id) == (200, None)
    assert again.content.decode().strip().startswith('<section class="panel" id="matches"')


@pytest.mark.req("INT-7")
def test_hidden_entries_change_no_byte_of_the_matches(enter, make_referral, coordinator):
    make_referral()
    new = make_referral(who=Who("Nora", "Nowher"))
    browser = enter(coordinator)
    before = tidy(browser.get(where(new, "matches")).content)

    hidden = [make_referral(region="northshore") for _ in range(3)]

    assert tidy(browser.get(where(new, "matches")).content) == before
    answer = browser.post(where(new, "matches"), {"other": hidden[0].client.code, "go": "link"})
    unknown = browser.post(where(new, "matches"), {"other": "XXXX-XXXX", "go": "link"})
    assert (answer.status_code, unknown.status_code) == (404, 404)
    assert tidy(answer.content) == tidy(unknown.content)
    assert not MatchDecision.objects.exists()


RECEIVE = {
    "source": "school",
    "channel": "outside_process",
    "region": "capital",
    "received_at_day": "03/10/2026",
    "received_at_time": "9:30 a.m.",
    "given": "Nadia",
    "family": "Nowhere",
    "victim_status": "suspected",
    "story": "Typed with care.",
    "code": "K7MQ-4XPR",
}


@pytest.mark.req("INT-4")
def test_a_referral_is_recorded_off_the_process(enter, coordinator, now):
    browser = enter(coordinator)
    assert browser.get("/referrals/new/").status_code == 200

    answer = browser.post("/referrals/new/", RECEIVE)

    referral = Referral.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, where(referral))
    assert (referral.channel, referral.region) == ("outside_process", "capital")
    assert referral.code != RECEIVE["code"]  # nobody chooses the code of a record
    assert referral.received_at == now - timedelta(minutes=30)
    assert not Draft.objects.exists()


@pytest.mark.req("INT-4")
def test_a_form_sent_twice_by_a_weak_line_makes_one_referral(enter, coordinator):
    browser = enter(coordinator)

    for _ in range(2):
        browser.post("/referrals/new/", RECEIVE)

    assert Referral.objects.count() == 1


def test_what_cannot_be_sent_yet_is_kept_and_comes_back(enter, coordinator):
    browser = enter(coordinator)

    answer = browser.post("/referrals/new/", {**RECEIVE, "source": ""})

    assert answer.status_code == 422
    assert "Typed with care." in answer.content.decode()
    assert not Referral.objects.exists()
    assert "Typed with care." in browser.get("/referrals/new/").content.decode()


def test_a_draft_is_kept_while_typing_and_can_be_thrown_away(enter, coordinator):
    browser = enter(coordinator)

    kept = browser.post("/referrals/new/draft/", {"story": "Half a sent", "received_at_day": "03/09/2026"})
    assert (kept.status_code, kept["Content-Type"].split(";")[0]) == (200, "text/plain")
    html = browser.get("/referrals/new/").content.decode()
    assert "Half a sent" in html
    assert 'value="03/09/2026"' in html

    browser.post("/referrals/new/", {"go": "drop"})
    assert "Half a sent" not in browser.get("/referrals/new/").content.decode()


@pytest.mark.parametrize("who", ["detective", "stranger", "administrator", "auditor"])
def test_nobody_else_records_a_referral(request, enter, who):
    browser = enter(request.getfixturevalue(who))

    assert browser.get("/referrals/new/").status_code == 403
    assert browser.post("/referrals/new/", RECEIVE).status_code == 403
    assert not Referral.objects.exists()


def test_settled_facts_do_not_move_a_running_clock_by_the_back_door(coordinator, referral, now):
    actions.triage_referral(coordinator, referral, facts=SETTLED, now=now)

    with pytest.raises(actions.RuleBroken, match="where the tier is set"):
        actions.settle_facts(coordinator, referral, facts={"victim_status": "suspected"}, now=now)


def test_once_triaged_the_next_act_is_the_staffing(enter, triaged, coordinator):
    html = enter(coordinator).get(where(triaged)).content.decode()

    assert f'href="/referrals/{triaged.code}/staffing/"' in html


def test_every_fact_that_decides_the_tier_stands_on_the_record():
    from rightdoor.casework.referrals.record import QUESTIONS
    from rightdoor.domain.response_tier import PHRASES

    assert set(PHRASES) <= {key for key, _ in QUESTIONS}


@pytest.mark.req("INT-4")
def test_a_report_fills_the_form_and_is_taken_up_by_sending_it(enter, coordinator, released_report, now):
    browser = enter(coordinator)

    html = browser.get(f"/referrals/new/?report={released_report.code}").content.decode()
    assert "Zebulina" in html
    assert "Filled in from the report" in html
    sent = {**RECEIVE, "report": released_report.code, "channel": "standard", "received_at_time": "10:00 a.m."}
    answer = browser.post("/referrals/new/", sent)

    assert answer.status_code == 302, answer.content.decode()[-3000:]
    referral = Referral.objects.get()
    assert referral.report_id == released_report.pk
    released_report.refresh_from_db()
    assert released_report.client_id == referral.client_id
    assert referral.released_at == released_report.released_at
    assert browser.get(f"/referrals/new/?report={released_report.code}").status_code == 404


def test_a_report_of_another_region_fills_nothing(enter, other_coordinator, released_report):
    answer = enter(other_coordinator).get(f"/referrals/new/?report={released_report.code}")

    assert answer.status_code == 404


@pytest.mark.req("CASE-1")
def test_what_becomes_known_of_the_child_is_written_down(enter, referral, coordinator):
    browser = enter(coordinator)
    assert "1 Invented Street" in browser.get(where(referral, "child")).content.decode()
    told = {"given": "Nadia", "family": "Nil", "aliases": "Nono, Star", "birth_on": "03/05/2011", "where_now": "Safe"}

    browser.post(where(referral, "child"), told)

    html = browser.get(where(referral)).content.decode()
    for said in ("Nadia Nil", "Nono, Star", "03/05/2011", "Safe"):
        assert said in html
    assert AuditEvent.objects.filter(verb="client.identity_changed", code=referral.client.code).exists()


def test_a_birth_date_that_cannot_be_read_is_refused_with_the_rest_kept(enter, referral, coordinator):
    answer = enter(coordinator).post(where(referral, "child"), {"given": "Nadia", "birth_on": "last spring"})

    assert answer.status_code == 422
    assert "Nadia" in answer.content.decode()


@pytest.mark.req("INT-4")
def test_the_situation_is_written_down_as_it_becomes_known(enter, referral, coordinator):
    browser = enter(coordinator)

    browser.post(where(referral, "situation"), {"kind": "labor", "setting": "in_person", "version": referral.version})

    html = browser.get(where(referral)).content.decode()
    assert "Labor trafficking" in html
    late = browser.post(where(referral, "situation"), {"kind": "sex", "version": referral.version})
    assert late.status_code == 422
