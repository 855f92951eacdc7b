"""After-action reviews: who sees them, what they fix, what they recommend; and lessons that tell of nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.parts import dues_of
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.closure import actions, queries
from rightdoor.casework.closure.models import Lesson, Recommendation, Review
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.foundation.audit.models import AuditEvent
from tests.casework.team import FAMILY, SECRETS, Scene, released
from tests.people import REGION, make_person
from tests.signing_in import sign_in

TOLD = {
    "trigger": "serious_event",
    "went_well": "We met before the hours were over.",
    "did_not": "Nobody had told the school.",
    "why": "The list of contacts was not kept.",
    "confidentiality": "A fax went to the wrong number.",
    "wellbeing": "yes",
}


@pytest.fixture
def review(scene: Scene, case: Case, later: datetime) -> Review:
    """A review of the coordinator's with the detective, to whom the core is released."""
    released(scene.coordinator, case.client, scene.detective, "CORE", now=later, days=30)
    return actions.begin_review(
        scene.coordinator, case, trigger="serious_event", participants=[scene.detective.code], now=later
    )


def write(scene: Scene, review: Review, now: datetime, **changed: Any) -> None:
    people = [scene.coordinator.code, scene.detective.code]
    told = {**TOLD, **changed.pop("told", {})}
    actions.write_review(
        scene.coordinator, review, **{"told": told, "participants": people, "version": 0, "now": now, **changed}
    )


@pytest.mark.req("CASE-12")
def test_only_those_who_take_part_find_a_review_and_what_it_says_of_staff_stays_with_its_agency(
    scene: Scene, review: Review, later: datetime
) -> None:
    write(scene, review, later)
    found, tie = queries.review_for(scene.coordinator, review.code, later)
    shown = queries.open_review(scene.coordinator, found, later, tie)
    assert (shown.told["went_well"], shown.staff["confidentiality"]) == (TOLD["went_well"], TOLD["confidentiality"])

    found, tie = queries.review_for(scene.detective, review.code, later)
    shown = queries.open_review(scene.detective, found, later, tie)
    assert shown.told["did_not"] == TOLD["did_not"]
    assert shown.staff is None
    with pytest.raises(NotVisible):
        queries.review_for(scene.advocate, review.code, later)
    assert AuditEvent.objects.filter(verb="review.read", actor=scene.detective.code).exists()


@pytest.mark.req("CASE-12", "PRIV-2")
def test_who_does_not_see_what_stands_there_of_the_staff_does_not_empty_it(
    scene: Scene, review: Review, later: datetime
) -> None:
    write(scene, review, later)
    other = make_person("Cara Colleague", now=scene.now, roles=(("care_coordinator", REGION),))
    found, tie = queries.review_for(other, review.code, later)
    assert queries.open_review(other, found, later, tie).staff is None, "the stage is set"

    people = [scene.coordinator.code, scene.detective.code]
    told = {"trigger": "serious_event", "went_well": "More was found.", "did_not": "x", "why": "y"}
    actions.write_review(other, found, told=told, participants=people, version=1, now=later)
    sent = {**told, "confidentiality": "Something else."}
    with pytest.raises(NotPermitted):
        actions.write_review(other, found, told=sent, participants=people, version=2, now=later)

    found, tie = queries.review_for(scene.coordinator, review.code, later)
    shown = queries.open_review(scene.coordinator, found, later, tie)
    assert shown.told["went_well"] == "More was found."
    assert shown.staff["confidentiality"] == TOLD["confidentiality"]


@pytest.mark.req("CASE-12")
def test_a_second_writer_overwrites_nothing(scene: Scene, review: Review, later: datetime) -> None:
    write(scene, review, later)
    with pytest.raises(RuleBroken, match="meanwhile"):
        write(scene, review, later, told={"went_well": "Something else."})


@pytest.mark.req("CASE-12")
def test_a_held_review_fixes_the_records_own_facts_and_does_not_change(
    scene: Scene, review: Review, later: datetime
) -> None:
    with pytest.raises(RuleBroken):
        actions.hold_review(scene.coordinator, review, now=later)
    write(scene, review, later)
    with pytest.raises(RuleBroken, match="why there is none"):
        actions.hold_review(scene.coordinator, review, now=later)
    due_on = (later + timedelta(days=9)).date()
    with pytest.raises(RuleBroken, match="take part"):
        actions.recommend(
            scene.coordinator, review, text="Keep the list.", owner=scene.advocate.code, due_on=due_on, now=later
        )
    one = actions.recommend(
        scene.coordinator, review, text="Keep the list.", owner=scene.detective.code, due_on=due_on, now=later
    )
    actions.hold_review(scene.coordinator, review, now=later)

    found, tie = queries.review_for(scene.coordinator, review.code, later)
    shown = queries.open_review(scene.coordinator, found, later, tie)
    assert [row[0] for row in shown.staff["phases"]] == ["response", "summary", "tasks"]
    assert shown.staff["phases"][0][4] == "met"
    with pytest.raises(RuleBroken, match="held already"):
        write(scene, found, later, version=shown.version)

    case = found.case
    (due,) = [
        due
        for due in dues_of(scene.detective, [case], {case.client_id: standing_of(scene.detective, case, later)}, later)
        if due.kind == "review.recommendation"
    ]
    assert due.about == one.code
    actions.settle_recommendation(scene.detective, one, state="done", now=later)
    assert Recommendation.objects.get().state == "done"


@pytest.mark.req("CASE-12")
def test_a_lesson_that_tells_of_somebody_is_refused_with_the_words_to_take_out(
    scene: Scene, review: Review, later: datetime
) -> None:
    for text in (f"{FAMILY} should have been seen at once.", f"Detective {scene.detective.name} came late to it."):
        with pytest.raises(RuleBroken, match="Take out"):
            actions.write_lesson(scene.coordinator, review, text=text, now=later)
    assert not Lesson.objects.exists()


@pytest.mark.req("CASE-12")
def test_a_lesson_leads_to_nobody_and_a_second_person_releases_it(
    scene: Scene, review: Review, later: datetime, reviewer: Any
) -> None:
    text = "Call the clinic before the staffing and ask who may come."
    lesson = actions.write_lesson(scene.coordinator, review, text=text, now=later)
    held = Lesson.objects.get()
    codes = {review.code, review.case.code, review.case.client.code}
    clear = {
        str(getattr(held, field.attname)) for field in Lesson._meta.concrete_fields if "sealed" not in field.attname
    }
    assert clear.isdisjoint(codes)
    event = AuditEvent.objects.get(verb="lesson.written")
    assert codes.isdisjoint({event.code, event.subject, *map(str, event.details.values())})

    with pytest.raises(NotPermitted, match="second person"):
        actions.release_lesson(scene.coordinator, held, now=later)
    with pytest.raises(NotPermitted):
        queries.lessons(scene.detective, later)
    (shown,) = queries.lessons(reviewer, later)
    assert (shown.text, shown.may_answer) == (text, True)
    actions.release_lesson(reviewer, lesson, now=later)
    (shown,) = queries.lessons(scene.coordinator, later, state="released")
    assert shown.answered_by == reviewer.name


@pytest.mark.req("CASE-12", "UX-2")
def test_the_pages_of_an_ending_and_its_review(scene: Scene, case: Case, review: Review, later: datetime) -> None:
    import time_machine

    with time_machine.travel(later, tick=False):
        browser = sign_in(Browser(), scene.coordinator, at=later)
        write(scene, review, later)
        page = browser.get(f"/cases/{case.code}/closing/").content.decode()
        assert "Close the case" in page
        ends = [
            end
            for end, _ in queries.loose_ends(
                scene.coordinator, case, standing_of(scene.coordinator, case, later), later
            )
        ]
        typed = {
            "reason": "goals_met",
            "told": "phone",
            "going_on": "None go on.",
            "releases": "end",
            "debrief": "Kept words.",
        }
        typed |= {f"why_{end.key}": "The school sees to it." for end in ends}
        answer = browser.post(f"/cases/{case.code}/closing/", typed)
        assert answer.status_code == 422
        assert "Kept words." in answer.content.decode()
        assert browser.post(f"/cases/{case.code}/closing/draft/", typed).status_code == 200
        assert "Kept words." in browser.get(f"/cases/{case.code}/closing/").content.decode()
        answer = browser.post(f"/cases/{case.code}/closing/", {**typed, "safety_plan": "handed_over"})
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/cases/{case.code}/closure/")

        for address in ("closure/", "reports/", "reopening/"):
            assert browser.get(f"/cases/{case.code}/{address}").status_code == 200
        page = browser.get(f"/cases/{case.code}/closure/").content.decode()
        assert "Kept words." in page
        assert case.code in browser.get("/archive/").content.decode()
        assert TOLD["went_well"] in browser.get(f"/reviews/{review.code}/").content.decode()
        assert browser.get("/lessons/").status_code == 200
        crossed = browser.post(
            f"/reviews/{review.code}/", {**TOLD, "version": 0, "went_well": "Typed at the same time."}
        )
        assert crossed.status_code == 422
        for words in (TOLD["went_well"], "Typed at the same time.", "meanwhile"):
            assert words in crossed.content.decode()

        sheet = browser.get(f"/cases/{case.code}/face-sheet.pdf")
        assert sheet.content.startswith(b"%PDF-")
        assert sheet.headers["Content-Disposition"] == f'attachment; filename="face-sheet-{case.code}.pdf"'
        paper = browser.get(f"/reviews/{review.code}/document.pdf")
        assert paper.content.startswith(b"%PDF-")
        for verb in ("case.face_sheet_printed", "record.printed"):
            assert AuditEvent.objects.filter(verb=verb, actor=scene.coordinator.code).exists()

        summary = case.staffings.get().summary
        plan = case.plans.get()
        for address, words in (
            (f"/reviews/{review.code}/document.docx", TOLD["went_well"]),
            (f"/summaries/{summary.code}/document.docx", "Stay there."),
            (f"/plans/{plan.code}/document.docx", "To stay near a sister."),
        ):
            document = browser.get(address)
            assert words in text_of(document.content), address
            assert not any(secret in text_of(document.content) for secret in SECRETS), address


def text_of(content: bytes) -> str:
    """The words of a Word document; every part of it is sound XML."""
    from io import BytesIO
    from xml.dom.minidom import parseString
    from zipfile import ZipFile

    with ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            parseString(archive.read(name))
        document = parseString(archive.read("word/document.xml"))
    runs = document.getElementsByTagName("w:t")
    return "\n".join("".join(node.data for node in run.childNodes) for run in runs)
