"""A round from its beginning to what is done about it, as the browsers of a coordinator, a member and a youth meet it;
and a licensed instrument that an agency brings.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from rightdoor.community.meetings.actions import Invitee, convene_meeting
from rightdoor.community.surveys import slips
from rightdoor.community.surveys.jobs import remind as remind_by_the_clock
from rightdoor.community.surveys.models import Invited, SurveyRound, SurveyStep
from rightdoor.community.surveys.printouts import results_context
from rightdoor.community.surveys.queries import instrument_of, offered, over_time, results_for
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jobs.queue import run_due_now
from rightdoor.foundation.notices.models import Notice
from rightdoor.foundation.questionnaires.kept import shipped
from rightdoor.foundation.questionnaires.models import KeptInstrument
from tests.casework.visiting import Visitor, hidden
from tests.community.surveys.made import after, answered, begun, people, pool_of
from tests.people import OTHER_REGION, REGION, make_person

NEW = "/surveys/new/"
pytestmark = pytest.mark.req("PROG-6")

LICENSED = """
format: rightdoor-instrument/1
key: collaboration-factors-inventory
version: invented-1
title: An invented inventory
language: en
purpose: survey
administration: self_report
terms: {licence: None, redistribution: import, permission_reference: A letter, credit: Invented acknowledgement}
answer_sets:
  agree: {options: [{code: "1", label: "No", score: 1}, {code: "5", label: "Yes", score: 5}]}
scoring:
  kind: factor-mean
  factors: [{key: one, name: Invented factor, items: [a]}]
items:
  - {id: a, answers: agree, text: An invented statement}
"""


@pytest.fixture
def team(coordinator: Viewer, now: datetime) -> list[Viewer]:
    return people(6, "local_law_enforcement", now)


@pytest.fixture
def head(now: datetime) -> Viewer:
    return make_person("Hedda Head", now=now, roles=(("agency_head", REGION),), discipline="child_welfare")


def _form(page: str, **more: Any) -> dict[str, Any]:
    sent = {
        "code": hidden(page, "code"), "region": REGION, "instrument": "collaboration-short", "title": "Spring",
        "opens_on": "03/10/2026", "closes_on": "03/30/2026", "people": [],
    }  # fmt: skip
    return {**sent, **more}


def _answer(language: str, at: datetime, **sent: str) -> Any:
    with time_machine.travel(at, tick=False):
        return Browser().post(f"/answer/{language}/", sent)


def test_a_round_is_begun_from_the_page_and_told_to_everybody_invited(coordinator, team, now):
    visitor = Visitor(coordinator, now)
    page = visitor.page(NEW)
    sent = _form(page, people=[one.code for one in team])

    first, second = visitor.post(NEW, sent), visitor.post(NEW, sent)

    row = SurveyRound.objects.get()
    assert first.headers["Location"] == second.headers["Location"] == f"/surveys/{row.code}/"
    assert Invited.objects.count() == 6
    assert Notice.objects.filter(kind="survey.awaits", code=row.code).count() == 6
    assert "Spring" in visitor.page("/surveys/")
    member = Visitor(team[0], now)
    assert f"/surveys/{row.code}/own/" in member.page("/surveys/")
    assert member.get(f"/surveys/{row.code}/").status_code == 404
    assert member.get(NEW).status_code == 404


def test_what_is_refused_comes_back_as_it_was_typed(coordinator, team, now):
    visitor = Visitor(coordinator, now)
    page = visitor.page(NEW)

    answer = visitor.post(NEW, _form(page, title="A marked title", closes_on="03/01/2026", people=[team[0].code]))

    assert answer.status_code == 422
    html = answer.content.decode()
    assert "The last day lies before the first." in html
    assert "A marked title" in html
    assert re.search(rf'value="{team[0].code}"[^>]*checked', html)
    assert not SurveyRound.objects.exists()


def test_slips_are_shown_once_and_the_same_when_the_form_is_sent_twice(coordinator, now):
    visitor = Visitor(coordinator, now)
    sent = _form(visitor.page(NEW), instrument="youth-feedback", youth="6", people=[])

    pages = [visitor.post(NEW, sent).content.decode() for _ in range(2)]

    codes = [re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", page) for page in pages]
    assert len(set(codes[0])) == 6
    assert codes[0] == codes[1]
    assert Invited.objects.count() == 6
    assert set(Invited.objects.values_list("account_code", "discipline")) == {("", "youth")}
    row = SurveyRound.objects.get()
    assert not [code for code in codes[0] if code in visitor.page(f"/surveys/{row.code}/")]


@pytest.mark.parametrize("again", [{"youth": 9, "partner": 3}, {"youth": 2}, {}])
def test_a_form_sent_again_with_other_numbers_shows_the_slips_that_there_are(coordinator, now, again):
    form, tool = new_code(), shipped()["youth-feedback"]
    first = begun(coordinator, now, handed_out={"youth": 6}, instrument=tool, form=form)
    second = begun(coordinator, now, handed_out=again, instrument=tool, form=form)

    assert second.round == first.round
    assert second.slips == first.slips
    assert len(set(first.slips["youth"])) == Invited.objects.count() == 6


@pytest.mark.parametrize(
    ("language", "title", "option"),
    [
        ("en", "How is it for you?", "Always"),
        ("es", "¿Cómo te va con esto?", "Siempre"),
        ("vi", "Bạn thấy", "Luôn luôn"),
    ],
)
def test_a_young_person_answers_without_signing_in_in_each_language(coordinator, now, language, title, option):
    made = begun(coordinator, now, handed_out={"youth": 5}, instrument=shipped()["youth-feedback"])
    code = made.slips["youth"][0]

    page = unescape(_answer(language, now, code=code).content.decode())
    empty = _answer(language, now, code=code, step="answers")
    thanks = _answer(language, now, code=code, step="answers", **{"a.help.1": "5", "a.change": "Marked words."})

    assert f'<html lang="{language}"' in page
    assert title in page
    assert option in page
    assert "Rightdoor, public domain (CC0)" in page
    assert empty.status_code == 422
    assert thanks.status_code == 200
    assert pool_of(made.round).answers == [("youth", {"help.1": "5"})]
    assert pool_of(made.round).texts == {"change": ["Marked words."]}


def test_a_refused_answer_loses_nothing_and_the_code_still_opens(coordinator, now):
    made = begun(coordinator, now, handed_out={"youth": 5}, instrument=shipped()["youth-feedback"])
    code = made.slips["youth"][0]

    refused = _answer("en", now, code=code, step="answers", **{"a.help.1": "77", "a.change": "Marked words."})

    html = refused.content.decode()
    assert refused.status_code == 422
    assert "Marked words." in html
    assert code in html
    assert pool_of(made.round).answers == []
    assert _answer("en", now, code=code, step="answers", **{"a.help.1": "4"}).status_code == 200


def test_another_language_opens_the_same_questions_and_sends_nothing(coordinator, now):
    made = begun(coordinator, now, handed_out={"youth": 5}, instrument=shipped()["youth-feedback"])
    page = _answer("en", now, code=made.slips["youth"][0]).content.decode()

    assert 'formaction="/answer/es/"' in page
    chosen = {"a.help.1": "4", "a.change": "Marked words."}
    other = unescape(_answer("es", now, code=made.slips["youth"][0], step="language", **chosen).content.decode())

    assert "¿Cómo te va con esto?" in other
    assert re.search(r'name="a.help.1"[^>]*value="4"[^>]*checked', other)
    assert "Marked words." in other
    assert pool_of(made.round).answers == []


def test_a_member_goes_from_the_desk_to_the_questions_and_is_told_afterwards(coordinator, team, now):
    row = begun(coordinator, now, *team).round
    visitor = Visitor(team[0], now)

    own = visitor.page(f"/surveys/{row.code}/own/")
    code = re.search(r'action="/answer/en/".*?name="code" value="([^"]+)"', own, re.S).group(1)
    thanks = _answer("en", now, code=code, step="answers", **{"a.trust.1": "4"})

    assert "Nothing in them leads to you" in thanks.content.decode()
    assert "You have answered" in visitor.page(f"/surveys/{row.code}/own/")
    assert "No survey awaits you" in visitor.page("/surveys/")


def test_results_by_factor_and_discipline_with_a_table_for_the_picture(coordinator, team, head, stranger, now):
    school = people(5, "school", now)
    row = begun(coordinator, now, *team, *school).round
    answered(row, team, 5, now, change="More time together.")
    answered(row, school, 2, now)
    later = after(now)

    page = unescape(Visitor(head, later).page(f"/surveys/{row.code}/results/"))
    found = results_for(coordinator, row, later)

    assert "10 to 14" in page
    assert {one.words for one in found.factors} == {"3.6"}
    assert {one.band for one in found.factors} == {"To be discussed"}
    assert {one.apart for one in found.factors} == {"3.0"}
    assert {tuple(sorted(words for _, words in one.by_discipline)) for one in found.factors} == {("2.0", "5.0")}
    assert 'role="img"' in page
    assert "Means by factor: the figures" in page
    assert "More time together." in page
    assert "Write down a step" not in page
    assert Visitor(stranger, later).get(f"/surveys/{row.code}/results/").status_code == 404
    assert Visitor(head, later).post(f"/surveys/{row.code}/steps/", {}).status_code == 403


def test_results_leave_as_a_document_and_as_a_table(coordinator, team, now):
    row = begun(coordinator, now, *team).round
    answered(row, team, 4, now)
    visitor = Visitor(coordinator, after(now))

    document = visitor.get(f"/surveys/{row.code}/results.pdf")
    table = visitor.get(f"/surveys/{row.code}/results.csv").content.decode()

    assert document.content.startswith(b"%PDF")
    assert document.headers["Content-Disposition"] == f'attachment; filename="survey-{row.code}.pdf"'
    assert "Shared purpose,Everybody,4.0,A strength," in table
    assert "Rightdoor, public domain (CC0)" in table


def test_a_low_factor_leads_to_a_step_that_is_settled(coordinator, team, now):
    row = begun(coordinator, now, *team).round
    answered(row, team, 2, now)
    visitor = Visitor(coordinator, after(now))
    sent = {"factor": "trust", "text": "Invented step", "owner": team[0].code, "due_on": "05/01/2026"}

    refused = visitor.post(f"/surveys/{row.code}/steps/", {**sent, "text": ""})
    visitor.post(f"/surveys/{row.code}/steps/", sent)
    visitor.post(f"/surveys/{row.code}/steps/", sent)
    step = SurveyStep.objects.get()
    page = visitor.page(f"/surveys/{row.code}/results/")
    visitor.post(f"/surveys/steps/{step.code}/", {"state": "done"})

    assert refused.status_code == 422
    assert "Invented step" in page
    assert team[0].name in page
    step.refresh_from_db()
    assert (step.state, step.settled_by) == ("done", coordinator.code)


def test_rounds_stand_side_by_side_and_a_small_one_shows_no_figure(coordinator, team, now):
    first = begun(coordinator, now, *team).round
    answered(first, team, 2, now)
    middle = now + timedelta(days=60)
    second = begun(coordinator, middle, *team, title="A small one").round
    answered(second, team[:4], 5, middle)
    last = now + timedelta(days=120)
    third = begun(coordinator, last, *team, title="The last one").round
    answered(third, team[:5], 4, last)

    found = over_time(coordinator, third, after(last))

    assert [row.code for row in found.rounds] == [first.code, second.code, third.code]
    assert {figures for _, figures in found.factors} == {("2.0", "", "4.0")}
    page = Visitor(coordinator, after(last)).page(f"/surveys/{third.code}/over-time/")
    assert "A small one, until 05/29/2026" in page
    assert "too few" in page
    assert "5.0" not in page


def test_a_licensed_copy_needs_its_acknowledgement_which_stands_on_every_report(
    coordinator, team, other_coordinator, now
):
    visitor = Visitor(coordinator, now)
    path = "/surveys/instruments/"
    bare = LICENSED.replace(", credit: Invented acknowledgement", "")

    def bring(text: str) -> Any:
        return visitor.post(path, {"file": SimpleUploadedFile("copy.yaml", text.encode())})

    page = visitor.page(path)
    assert "Wilder Collaboration Factors Inventory" in page
    refused, broken = bring(bare), bring("format: other")
    assert "terms.credit" in refused.content.decode()
    assert broken.status_code == 422
    assert bring(LICENSED).status_code == 302
    assert "An invented inventory" in visitor.page(NEW)
    assert "An invented inventory" not in Visitor(other_coordinator, now).page(NEW)

    sent = _form(visitor.page(NEW), instrument="collaboration-factors-inventory", people=[one.code for one in team])
    assert visitor.post(NEW, sent).status_code == 302
    row = SurveyRound.objects.get()
    for one in team:
        code = slips.code_of_account(row.code, one.code)
        answer = _answer("en", now, code=code)
        assert "Invented acknowledgement" in answer.content.decode()
        assert _answer("en", now, code=code, step="answers", **{"a.a": "5"}).status_code == 200

    later = after(now)
    found = results_for(coordinator, row, later)
    assert results_context(coordinator, found, later)["acknowledgement"] == "Invented acknowledgement"
    reader = Visitor(coordinator, later)
    for page_of in ("results/", "results.csv", "over-time/"):
        assert "Invented acknowledgement" in reader.get(f"/surveys/{row.code}/{page_of}").content.decode()


def test_two_agencies_ask_with_copies_of_their_own_of_the_same_version(coordinator, other_coordinator, now):
    asked = []
    for viewer, region, words in ((coordinator, REGION, "statement"), (other_coordinator, OTHER_REGION, "other words")):
        text = LICENSED.replace("An invented statement", f"Invented {words}")
        Visitor(viewer, now).post("/surveys/instruments/", {"file": SimpleUploadedFile("copy.yaml", text.encode())})
        tool = next(one for one in offered(viewer) if one.key == "collaboration-factors-inventory")
        asked.append(begun(viewer, now, region=region, handed_out={"partner": 5}, instrument=tool).round)

    assert [instrument_of(one).questions[0].text for one in asked] == ["Invented statement", "Invented other words"]
    kept_for = set(KeptInstrument.objects.values_list("agency", flat=True))
    assert kept_for == {coordinator.agency, other_coordinator.agency}


def test_a_round_about_a_meeting_asks_those_who_were_invited_to_it(coordinator, team, now):
    meeting = convene_meeting(
        coordinator, region=REGION, kind="advisory", mode="virtual", starts_at=now + timedelta(hours=2),
        ends_at=now + timedelta(hours=3), invitees=[Invitee(one.code, one.discipline, "core") for one in team], now=now,
    )  # fmt: skip
    visitor = Visitor(coordinator, now)

    page = visitor.page(f"{NEW}?meeting={meeting.code}")

    ticked = re.findall(r'<input[^>]*name="people"[^>]*value="([^"]*)"[^>]*checked', page)
    assert sorted(ticked) == sorted(one.code for one in team)
    sent = _form(page, instrument="meeting-effectiveness", meeting=hidden(page, "meeting"), people=ticked)
    visitor.post(NEW, sent)
    assert SurveyRound.objects.get().meeting == meeting.code
    assert Visitor(team[0], now).get(f"{NEW}?meeting={meeting.code}").status_code == 404


def test_the_clock_tells_them_when_a_round_opens_and_before_it_ends(coordinator, team, now):
    row = begun(coordinator, now, *team, opens_on=now.date() + timedelta(days=3)).round
    assert not Notice.objects.exists()
    with time_machine.travel(now, tick=False):
        assert _answer("en", now, code=slips.code_of_account(row.code, team[0].code)).status_code == 422

    run_due_now(now + timedelta(days=4))
    assert Notice.objects.filter(kind="survey.awaits").count() == 6
    answered(row, team[:5], 4, now + timedelta(days=4))
    run_due_now(now + timedelta(days=19))

    assert Notice.objects.filter(kind="survey.awaits").count() == 7
    remind_by_the_clock(row.code, now=after(now))
    assert Notice.objects.filter(kind="survey.awaits").count() == 7


def test_more_people_and_slips_come_in_while_the_round_runs(coordinator, team, now):
    row = begun(coordinator, now, *team).round
    more = people(1, "school", now)
    visitor = Visitor(coordinator, now)
    path = f"/surveys/{row.code}/invitations/"
    sent = {"code": hidden(visitor.page(path), "code"), "people": [team[0].code, more[0].code], "partner": "2"}

    first, second = visitor.post(path, sent), visitor.post(path, sent)

    assert first.content.decode().count("/answer/en/") == second.content.decode().count("/answer/en/") == 2
    assert Invited.objects.filter(round=row).count() == 9
    assert visitor.post(path, {"code": new_code()}).status_code == 422


def test_every_question_for_young_people_caregivers_and_partners_is_in_three_languages() -> None:
    from rightdoor.domain.questionnaire.schema import missing_texts

    own = (
        "collaboration-short",
        "meeting-effectiveness",
        "training-before-after",
        "youth-feedback",
        "caregiver-feedback",
    )
    for key in own:
        one = shipped()[key]
        assert one.terms.may_be_passed_on
        assert [missing_texts(one, language) for language in ("es", "vi")] == [(), ()]
    stub = shipped()["collaboration-factors-inventory"]
    assert (stub.items, stub.terms.redistribution) == ((), "import")


def test_answers_before_and_after_a_training_are_two_factors_of_one_sheet(coordinator, team, now):
    row = begun(coordinator, now, *team, instrument=shipped()["training-before-after"]).round
    for one in team:
        code = slips.code_of_account(row.code, one.code)
        sent = {
            f"a.{when}.{what}": score for when, score in (("before", "2"), ("now", "4")) for what in ("signs", "talk")
        }
        assert _answer("en", now, code=code, step="answers", **sent).status_code == 200

    found = {one.key: one.words for one in results_for(coordinator, row, after(now)).factors}

    assert found == {"before": "2.0", "now": "4.0", "training": ""}
