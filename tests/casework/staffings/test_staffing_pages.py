"""The pages of a staffing, as people meet them: without scripts first, then with htmx."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from rightdoor.casework.staffings import actions
from rightdoor.casework.staffings.models import ActionItem, Decision, Staffing
from rightdoor.community.meetings.actions import Invitee
from rightdoor.community.teams.actions import found_team, seat_member
from rightdoor.foundation.accounts.models import Account
from tests.casework import team
from tests.casework.visiting import HTMX, Visitor, hidden


def minutes_form(html: str, topic: str = "safety_assessment") -> dict[str, str]:
    part = html[html.index(f'id="minutes-{topic}"') :]
    return {"version": hidden(part, "version"), "page": hidden(part, "page")}


def at_start(viewer, staffing) -> Visitor:
    return Visitor(viewer, staffing.starts_at + timedelta(minutes=5))


@pytest.fixture
def seated(scene):
    """The region's team with the detective and the advocate in it."""
    region = found_team(scene.coordinator, region="capital", now=scene.now)
    for viewer, discipline in ((scene.detective, "local_law_enforcement"), (scene.advocate, "victim_advocate")):
        person = Account.objects.get(code=viewer.code)
        seat_member(scene.coordinator, region, account=person, discipline=discipline, now=scene.now)
    return region


@pytest.mark.req("MTG-2")
def test_scheduling_offers_times_inside_the_clock_the_core_of_the_team_and_says_what_follows(scene, seated):
    referral = team.received(scene)
    visitor = Visitor(scene.coordinator, scene.now)

    html = visitor.page(f"/referrals/{referral.code}/staffing/")

    assert "two members will be told, without a name" in html.lower()
    assert "State law enforcement" in html  # what lacks is shown
    assert html.count('name="members"') == 2
    times = re.findall(r'name="time" class="usa-radio__input" value="([^"]+)"', html)
    assert len(times) == 4
    members = re.findall(r'name="members" class="usa-checkbox__input" value="([^"]+)"[^>]* checked', html)
    answer = visitor.post(
        f"/referrals/{referral.code}/staffing/",
        {"time": times[0], "minutes": "60", "mode": "virtual", "room": "", "members": members},
    )
    staffing = Staffing.objects.get()
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/staffings/{staffing.code}/"
    assert staffing.starts_at <= staffing.case.referral.due_at
    assert visitor.get(f"/referrals/{referral.code}/staffing/").headers["Location"] == f"/staffings/{staffing.code}/"


def test_a_time_past_the_clock_is_taken_only_on_purpose(scene, seated):
    referral = team.received(scene)
    visitor, path = Visitor(scene.coordinator, scene.now), f"/referrals/{referral.code}/staffing/"
    told = {
        "time": "own", "own_time_day": "03/20/2026", "own_time_time": "9:00 a.m.", "minutes": "60", "mode": "virtual",
        "members": [scene.detective.code],
    }  # fmt: skip

    refused = visitor.post(path, told)
    assert refused.status_code == 422
    assert "The clock runs out" in refused.content.decode()
    assert Staffing.objects.count() == 0

    assert visitor.post(path, {**told, "late_known": "on"}).status_code == 302


def test_the_scheduling_page_is_the_coordinators(scene, seated, stranger, other_coordinator):
    path = f"/referrals/{team.received(scene).code}/staffing/"

    for viewer in (stranger, other_coordinator, scene.detective):
        assert Visitor(viewer, scene.now).get(path).status_code == 404
        assert Visitor(viewer, scene.now).post(path).status_code == 404


PAGES = ("", "status/", "settlement/", "plan/", "attendance/", "holding/", "summary/", "time/", "topics/consent/")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_a_staffing_opens_for_its_coordinator(scene, page):
    staffing = team.scheduled(scene)

    html = at_start(scene.coordinator, staffing).page(f"/staffings/{staffing.code}/{page}")

    assert html.count("<h1") == 1
    assert "style=" not in html
    assert "Nora Nowhere" in html  # the coordinator of the case may see who it is


@pytest.mark.req("PRIV-2")
@pytest.mark.parametrize("page", PAGES)
def test_no_page_of_a_staffing_is_there_for_a_stranger(scene, stranger, page):
    staffing = team.scheduled(scene)

    assert at_start(stranger, staffing).get(f"/staffings/{staffing.code}/{page}").status_code == 404


@pytest.mark.req("MTG-7", "PRIV-2")
def test_an_invited_member_reads_and_writes_on_a_release_under_the_code_and_closes_nothing(scene, other_member):
    staffing = team.scheduled(scene)
    actions.invite_to_staffing(
        scene.coordinator, staffing, invitees=[Invitee(other_member.code, "school", "guest")], now=scene.now
    )
    team.released(scene.coordinator, staffing.case.client, other_member, "CORE", now=scene.now)
    visitor = at_start(other_member, staffing)
    assert visitor.post(f"/meetings/{staffing.meeting.code}/notice/", {"agreed": "on"}).status_code == 302

    html = visitor.page(f"/staffings/{staffing.code}/")

    assert not any(secret in html for secret in team.SECRETS)
    assert "Keep the minutes" in html
    for page in ("status/", "settlement/", "plan/", "holding/", "summary/"):
        answer = visitor.get(f"/staffings/{staffing.code}/{page}")
        assert answer.status_code == 403, page


@pytest.mark.req("MTG-7")
def test_the_page_is_gone_for_a_member_once_the_window_has_closed(scene):
    staffing = team.scheduled(scene)
    path = f"/staffings/{staffing.code}/"

    assert Visitor(scene.detective, staffing.starts_at + timedelta(hours=72)).get(path).status_code == 200
    later = staffing.starts_at + timedelta(hours=72, seconds=1)
    assert Visitor(scene.detective, later).get(path).status_code == 404


@pytest.mark.req("MTG-4")
def test_minutes_are_kept_without_scripts_and_with_htmx_alike(scene):
    staffing = team.scheduled(scene)
    visitor, path = at_start(scene.coordinator, staffing), f"/staffings/{staffing.code}/topics/safety_assessment/"
    form = minutes_form(visitor.page(f"/staffings/{staffing.code}/"))

    plain = visitor.post(path, {**form, "text": "A safe place."})
    assert plain.status_code == 302
    assert plain.headers["Location"].endswith("#topic-safety_assessment")

    form = minutes_form(visitor.page(f"/staffings/{staffing.code}/"))
    swapped = visitor.post(path, {**form, "text": "A safer place."}, **HTMX)
    reloaded = visitor.get(path, **HTMX)
    assert swapped.status_code == 200

    def shape(answer):
        # Each rendering names its own open page and its own token, and the one after keeping says so aloud.
        text = re.sub(r'value="[A-Z0-9]{4}-[A-Z0-9]{4}"', "", answer.content.decode())
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
        return text.replace(' data-announce="Minutes kept."', "")

    assert shape(swapped) == shape(reloaded)
    assert "A safer place." in visitor.page(f"/staffings/{staffing.code}/")


@pytest.mark.req("MTG-4", "UX-4")
def test_two_writers_see_both_texts_and_may_keep_both(scene):
    staffing = team.scheduled(scene)
    one, other = at_start(scene.coordinator, staffing), at_start(scene.detective, staffing)
    path = f"/staffings/{staffing.code}/topics/safety_assessment/"
    mine, theirs = (minutes_form(visitor.page(f"/staffings/{staffing.code}/")) for visitor in (one, other))
    other.post(path, {**theirs, "text": "Theirs."})

    answer = one.post(path, {**mine, "text": "Mine."}, **HTMX)

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Theirs." in html
    assert "Mine." in html
    assert "Dana Detective kept this text" in html
    one.post(path, {**minutes_form(html), "text": "Mine.", "keep": "both"}, **HTMX)
    page = one.page(f"/staffings/{staffing.code}/")
    assert re.search(r"Theirs\.\s+Mine\.", page)


@pytest.mark.req("UX-4")
def test_minutes_keep_themselves_while_one_types(scene):
    staffing = team.scheduled(scene)
    visitor, path = at_start(scene.coordinator, staffing), f"/staffings/{staffing.code}/topics/safety_assessment/"
    html = visitor.page(f"/staffings/{staffing.code}/")
    form = minutes_form(html)
    assert f'data-draft-url="{path}"' in html
    draft = {"X-Draft": "1"}

    for text in ("A", "A sa", "A safe place."):
        answer = visitor.post(path, {**form, "text": text}, **draft)
        assert answer.status_code == 200
        assert answer.content.decode().startswith("Kept ")

    assert "A safe place." in visitor.page(f"/staffings/{staffing.code}/")
    other = at_start(scene.detective, staffing)
    their_form = minutes_form(other.page(f"/staffings/{staffing.code}/"))
    other.post(path, {**their_form, "text": "Theirs."})
    late = visitor.post(path, {**form, "text": "Mine."}, **draft)
    assert late.status_code == 409
    assert "Dana Detective wrote here meanwhile" in late.content.decode()


def test_a_decision_and_a_task_appear_where_they_were_made(scene):
    staffing = team.scheduled(scene)
    visitor, path = at_start(scene.coordinator, staffing), f"/staffings/{staffing.code}/topics/medical_evaluation/"
    due_on = (staffing.starts_at + timedelta(days=3)).strftime("%m/%d/%Y")

    decided = visitor.post(f"{path}decisions/", {"text": "Go today.", "code": ""}, **HTMX)
    task = visitor.post(
        f"{path}action-items/", {"text": "Call.", "owner": scene.advocate.code, "due_on": due_on, "code": ""}
    )

    assert "Go today." in decided.content.decode()
    assert task.status_code == 302
    assert (Decision.objects.count(), ActionItem.objects.count()) == (1, 1)
    html = visitor.page(f"/staffings/{staffing.code}/")
    assert "Call." in html[html.index("outcomes-medical_evaluation") :]


def test_a_task_that_cannot_be_read_is_refused_beside_its_form(scene):
    staffing = team.scheduled(scene)
    path = f"/staffings/{staffing.code}/topics/consent/action-items/"
    told = {"text": "Call.", "owner": "", "due_on": "soon"}

    for headers in ({}, HTMX):
        answer = at_start(scene.coordinator, staffing).post(path, told, **headers)
        assert answer.status_code == 422
        html = answer.content.decode()
        assert "Write the date as MM/DD/YYYY" in html
        assert "Call." in html
    assert ActionItem.objects.count() == 0


@pytest.mark.req("MTG-8", "INT-6")
def test_a_staffing_is_settled_held_and_shared_page_by_page_without_scripts(scene):
    staffing = team.scheduled(scene)
    base = f"/staffings/{staffing.code}/"
    visitor = Visitor(scene.coordinator, staffing.starts_at + timedelta(minutes=50))

    refused = visitor.post(f"{base}holding/", {"held_at_day": "03/11/2026", "held_at_time": "10:00 a.m."})
    assert refused.status_code == 422
    assert "Determine the victim status." in refused.content.decode()

    status = {"status": "confirmed", "evidence": "Messages.", "determined_by": scene.detective.code}
    settlement = {"continued_services": "eligible", "consent_plan": "custody", "signer_alleged": ""}
    seats = visitor.page(f"{base}attendance/")
    attendance = dict.fromkeys(set(re.findall(r'name="(seat_[^"]+)"', seats)), "virtual")
    plan = {
        "wishes": "To stay near a sister.", "services-TOTAL_FORMS": "4", "services-INITIAL_FORMS": "0",
        "services-2-category": "medical_care", "services-2-need": "An examination",
    }  # fmt: skip
    for page, told in (("status/", status), ("settlement/", settlement), ("plan/", plan), ("attendance/", attendance)):
        answer = visitor.post(f"{base}{page}", told)
        assert answer.status_code == 302, (page, answer.content.decode()[-3000:])

    html = visitor.page(f"{base}holding/")
    assert 'value="03/11/2026"' in html
    assert 'value="10:00 a.m."' in html  # the meeting's start, in the state's zone
    held = visitor.post(f"{base}holding/", {"held_at_day": "03/11/2026", "held_at_time": "10:00 a.m."})
    assert held.status_code == 302
    staffing = Staffing.objects.select_related("case__referral").get()
    assert staffing.case.referral.stopped_at == staffing.starts_at == staffing.held_at

    preview = visitor.page(f"{base}summary/")
    assert "Share the summary with 2 members" in preview
    assert "Dana Detective" in preview
    shared = visitor.post(f"{base}summary/")
    assert shared.headers["Location"].startswith("/summaries/")
    assert visitor.get(f"{base}summary/").headers["Location"] == shared.headers["Location"]


def test_more_rows_of_a_plan_keep_what_was_typed(scene):
    staffing = team.scheduled(scene)
    told = {
        "more": "1", "wishes": "To see my sister.", "services-TOTAL_FORMS": "4", "services-INITIAL_FORMS": "0",
        "services-0-category": "food", "services-0-need": "Breakfast", "services-1-due_on": "not a day",
    }  # fmt: skip

    answer = at_start(scene.coordinator, staffing).post(f"/staffings/{staffing.code}/plan/", told)

    html = answer.content.decode()
    assert answer.status_code == 200
    assert html.count("<legend") == 8
    for text in ("To see my sister.", "Breakfast", "not a day"):
        assert text in html
    assert staffing.case.plans.count() == 0


@pytest.mark.req("MTG-5")
def test_each_member_reads_the_shared_summary_and_the_coordinator_sees_who_has(scene, stranger):
    staffing = team.held(scene)
    summary = actions.file_and_share_summary(scene.coordinator, staffing, now=scene.now + timedelta(days=2))
    path, later = f"/summaries/{summary.code}/", scene.now + timedelta(days=40)

    html = Visitor(scene.detective, later).page(path)
    assert "A safe place was found." in html
    assert "To stay near a sister." not in html
    assert not any(secret in html for secret in team.SECRETS)

    document = Visitor(scene.detective, later).get(f"{path}document.pdf")
    assert document.headers["Content-Disposition"] == f'attachment; filename="summary-{summary.code}.pdf"'
    assert document.content.startswith(b"%PDF")
    overview = Visitor(scene.coordinator, later).page(path)
    assert overview.count("Not yet") == 1
    for page in (path, f"{path}document.pdf"):
        assert Visitor(stranger, later).get(page).status_code == 404


@pytest.mark.req("MTG-6")
def test_an_owner_finishes_a_task_once(scene):
    team.held(scene)
    item = ActionItem.objects.get()
    visitor = Visitor(scene.advocate, scene.now + timedelta(days=30))
    path = f"/action-items/{item.code}/"
    assert "Call the clinic." in visitor.page(path)

    assert visitor.post(path).status_code == 302
    again = visitor.post(path, **HTMX)
    assert again.status_code == 422
    assert "done already" in again.content.decode()
    assert Visitor(scene.detective, scene.now + timedelta(days=30)).get(path).status_code == 404


@pytest.mark.req("PRIV-1")
def test_no_mail_says_who_it_is_about(scene, mailoutbox):
    from rightdoor.foundation.jobs.queue import run_due_now

    staffing = team.held(scene)
    actions.file_and_share_summary(scene.coordinator, staffing, now=scene.now + timedelta(days=2))

    run_due_now(scene.now + timedelta(days=3))

    assert mailoutbox
    for message in mailoutbox:
        assert not any(secret in f"{message.subject} {message.body}" for secret in team.SECRETS)


@pytest.mark.req("MTG-7")
def test_a_guest_is_invited_for_this_case_under_a_signed_agreement(scene):
    from tests.people import make_person

    staffing = team.scheduled(scene)
    guest = make_person("Gus Guest", now=scene.now, roles=(("team_member", "capital"),), discipline="school")
    visitor, path = Visitor(scene.coordinator, scene.now), f"/staffings/{staffing.code}/invitations/"
    assert "Gus Guest" in visitor.page(path)

    unsigned = visitor.post(path, {"people": [guest.code]})
    signed = visitor.post(path, {"people": [guest.code], "agreed": "on"})

    assert (unsigned.status_code, signed.status_code) == (422, 302)
    there = Visitor(guest, staffing.starts_at)
    assert there.post(f"/meetings/{staffing.meeting.code}/notice/", {"agreed": "on"}).status_code == 302
    assert there.get(f"/staffings/{staffing.code}/").status_code == 404  # to be invited is no ground
    assert "signed release" in there.page(f"/meetings/{staffing.meeting.code}/staffings/")
    team.released(scene.coordinator, staffing.case.client, guest, "CORE", now=scene.now)
    assert there.get(f"/staffings/{staffing.code}/").status_code == 200
    later = Visitor(guest, staffing.starts_at + timedelta(hours=73))
    assert later.get(f"/staffings/{staffing.code}/").status_code == 404
    assert staffing.code not in later.page("/cases/")


@pytest.mark.req("MTG-1")
def test_a_further_staffing_is_scheduled_from_the_case_and_asks_for_consent(scene, seated, stranger):
    case = team.held(scene).case
    later = scene.now + timedelta(days=2)
    visitor, path = Visitor(scene.coordinator, later), f"/cases/{case.code}/staffing/"
    times = re.findall(r'name="time" class="usa-radio__input" value="([^"]+)"', visitor.page(path))
    told = {"time": times[0], "minutes": "60", "mode": "virtual", "members": [scene.advocate.code]}

    refused = visitor.post(path, {**told, "kind": "ongoing"})
    taken = visitor.post(path, {**told, "kind": "case_review"})

    assert refused.status_code == 422
    assert "Record consent" in refused.content.decode()
    assert taken.status_code == 302
    assert "Overdue" not in visitor.page(taken.headers["Location"])
    assert Visitor(stranger, later).get(path).status_code == 404


def test_outcomes_and_a_finished_task_swap_in_what_a_reload_shows(scene):
    staffing = team.held(scene)
    item = ActionItem.objects.get()
    visitor = Visitor(scene.coordinator, staffing.starts_at + timedelta(hours=1))
    decisions = f"/staffings/{staffing.code}/topics/consent/decisions/"

    def shape(answer):
        text = re.sub(r'value="[A-Z0-9]{4}-[A-Z0-9]{4}"', "", answer.content.decode())
        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)

    for path, told in ((decisions, {"text": "Ask today."}), (f"/action-items/{item.code}/", {})):
        assert shape(visitor.post(path, told, **HTMX)) == shape(visitor.get(path, **HTMX))
