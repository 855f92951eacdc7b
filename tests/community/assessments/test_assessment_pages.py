"""The pages of self-assessments: one page of a tool after the other, what the records say, steps, paper and table."""

from __future__ import annotations

import csv
import html
import io
import re

import pytest

from rightdoor.community.assessments import queries
from rightdoor.community.assessments.actions import add_action_step, answer_items, complete_assessment, propose_ticks
from rightdoor.community.assessments.models import ActionStep, Assessment, Verdict
from rightdoor.community.assessments.printouts import blank_paper, paper_context
from rightdoor.domain.self_assessment import months_later
from rightdoor.foundation.jurisdiction.active import local
from tests.casework.visiting import Visitor, hidden
from tests.community.assessments.tools import EVALUATION, begun, proposed, tool
from tests.people import REGION, make_person


def was_of(page: str) -> str:
    return html.unescape(hidden(page, "was"))


def is_chosen(page: str, name: str, value: str = "") -> bool:
    """Is the box ticked, or this radio chosen?"""
    inputs = [one for one in re.findall(r"<input[^>]*>", page) if f'name="{name}"' in one]
    assert inputs, name
    found = [one for one in inputs if not value or f'value="{value}"' in one]
    return any(re.search(r"\schecked(\s|>|=)", one) for one in found)


@pytest.mark.req("PROG-1")
def test_from_the_list_to_a_finished_evaluation_without_scripts(coordinator, now) -> None:
    visitor = Visitor(coordinator, now)
    assert "/assessments/new/" in visitor.page("/assessments/")
    form = visitor.page(f"/assessments/new/?tool={EVALUATION}")
    sent = {"tool": EVALUATION, "region": REGION, "label": "2026", "code": hidden(form, "code")}

    begun_at = visitor.post("/assessments/new/", sent)
    assert visitor.post("/assessments/new/", sent).headers["Location"] == begun_at.headers["Location"]
    code = Assessment.objects.get().code
    assert begun_at.headers["Location"] == f"/assessments/{code}/"

    page = visitor.page(f"/assessments/{code}/topics/1/")
    for words in ("Stage 1: Foundation", "Stage 4: Sustainability", "Judge what is practised today", "Page 1 of 10"):
        assert words in page
    data = {"was": was_of(page), "go": "next", "n.team-membership": "Ask the clinic."}
    data |= dict.fromkeys(["a.tm.1.1", "a.tm.1.2", "a.tm.1.3", "a.tm.3.3"], "on")
    kept = visitor.post(f"/assessments/{code}/topics/1/", data)
    assert kept.headers["Location"] == f"/assessments/{code}/topics/2/"

    summary = visitor.page(f"/assessments/{code}/")
    assert "2 Implementation" in summary
    assert "Everything" not in summary
    assert "Of the 4 items of stage 2, 0 are in place and 4 are not yet." in summary
    assert "15POVC-21-GG-02840-MUMU" in summary, "the credit stands wherever the tool is shown"
    finish = visitor.page(f"/assessments/{code}/completion/")
    assert 'value="03/10/2027"' in finish
    assert visitor.post(f"/assessments/{code}/completion/", {"next_on": "03/10/2026"}).status_code == 422
    visitor.post(f"/assessments/{code}/completion/", {"next_on": "03/10/2027"})

    assert Assessment.objects.get().state == "complete"
    page = visitor.page(f"/assessments/{code}/topics/1/")
    assert "a.tm.1.1" not in page
    assert "Ask the clinic." in page
    assert visitor.post(f"/assessments/{code}/topics/1/", data).status_code == 422
    assert queries.score_for(Assessment.objects.get()).topics[0].stage == 2


@pytest.mark.req("PROG-1")
def test_the_derived_topic_says_that_it_is_derived(coordinator, now) -> None:
    assessment = begun(coordinator, now)
    at = queries.page_number(tool(), "investigations-prosecutions")
    visitor = Visitor(coordinator, now)

    origin = tool().by_id["investigations-prosecutions"].provenance

    assert origin
    assert origin in html.unescape(visitor.page(f"/assessments/{assessment.code}/topics/{at}/"))
    assert origin in html.unescape(visitor.page(f"/assessments/{assessment.code}/"))
    context = paper_context(coordinator, assessment, now)
    assert [page["origin"] for page in context["pages"]].count(origin) == 1


@pytest.mark.req("PROG-2")
def test_what_the_records_say_is_confirmed_or_overruled_on_the_page(coordinator, now) -> None:
    assessment = begun(coordinator, now)
    told = [
        proposed("tm.2.1", "yes", now, figure="14 of 14 meetings", links=["/meetings/?past=1"]),
        proposed("tm.2.2", "not_yet", now, figure="2 of 9 absences"),
        proposed("tm.2.3", "cannot_tell", now, figure="No partner is on record"),
    ]
    propose_ticks(coordinator, assessment, told, now)
    visitor, path = Visitor(coordinator, now), f"/assessments/{assessment.code}/topics/1/"

    page = visitor.page(path)
    for words in ("The records say: Yes.", "14 of 14 meetings", "The records say: Cannot tell.", "/meetings/?past=1"):
        assert words in page
    assert "Done today (as the records say)" in page
    assert not is_chosen(page, "a.tm.2.1", "checked"), "nobody has said anything yet"

    refused = visitor.post(path, {"was": was_of(page), "a.tm.2.2": "checked", "a.tm.1.1": "on"})
    assert refused.status_code == 422
    body = refused.content.decode()
    assert "Say why" in body
    assert is_chosen(body, "a.tm.1.1"), "what was typed comes back"
    assert queries.answers_of(assessment) == {}

    visitor.post(
        path,
        {
            "was": was_of(page),
            "a.tm.2.2": "checked",
            "r.tm.2.2": "The notices are on paper.",
            "a.tm.2.3": "on",
            "go": "confirm",
        },
    )
    assert queries.answers_of(assessment) == {"tm.2.1": "checked", "tm.2.2": "checked", "tm.2.3": "checked"}
    words = {one.proposal.item: (one.ruling, one.reason) for one in Verdict.objects.all()}
    assert words == {"tm.2.1": ("confirmed", ""), "tm.2.2": ("overruled", "The notices are on paper.")}
    page = visitor.page(path)
    assert "The notices are on paper." in page
    visitor.post(path, {"was": was_of(page), "a.tm.2.1": "checked", "a.tm.2.2": "checked", "a.tm.2.3": "on"})
    assert Verdict.objects.count() == 2, "kept again, the same word is no second one"


@pytest.mark.req("PROG-1", "UX-4")
def test_two_writers_and_a_draft_lose_nothing(coordinator, now) -> None:
    second = make_person("Cody Second", now=now, roles=(("care_coordinator", REGION),))
    assessment = begun(coordinator, now, key="strategic-program-assessment")
    path = f"/assessments/{assessment.code}/topics/1/"
    hers, his = Visitor(coordinator, now), Visitor(second, now)
    first, other = hers.page(path), his.page(path)

    hers.post(path, {"was": was_of(first), "a.s1.law.1": "in_progress", "n.s1": "Hers."})
    his.post(path, {"was": was_of(other), "a.s1.mapping.1": "fully_achieved", "n.s1": "His."})
    assert queries.answers_of(assessment) == {"s1.law.1": "in_progress", "s1.mapping.1": "fully_achieved"}
    assert queries.notes_of(assessment) == {"s1": "Hers.\n\nHis."}

    refused = his.post(path, {"was": was_of(other), "a.s1.law.1": "fully_achieved", "n.s1": ""})
    assert refused.status_code == 422
    body = refused.content.decode()
    assert "Somebody else answered meanwhile" in body
    assert queries.answers_of(assessment)["s1.law.1"] == "in_progress"
    his.post(path, {"was": was_of(body), "a.s1.law.1": "fully_achieved", "n.s1": ""})
    assert queries.answers_of(assessment)["s1.law.1"] == "fully_achieved", "kept again, it holds"
    assert queries.notes_of(assessment) == {"s1": "Hers.\n\nHis."}, "a note that he did not touch stays"

    page = hers.page(path)
    hers.post(f"{path}draft/", {"was": was_of(page), "a.s1.law.1": "fully_achieved", "a.s1.funding.1": "not_started"})
    answer_items(second, assessment, answers={"s1.funding.2": "in_progress"}, now=now)
    page = hers.page(path)
    assert "It is not kept yet" in page
    assert is_chosen(page, "a.s1.funding.1", "not_started")
    assert is_chosen(page, "a.s1.funding.2", "in_progress"), "the other's answer is there"


@pytest.mark.req("PROG-1")
def test_steps_are_planned_on_a_page_of_their_own_and_settled_by_their_owner(coordinator, detective, now) -> None:
    assessment = begun(coordinator, now)
    visitor, path = Visitor(coordinator, now), f"/assessments/{assessment.code}/steps/new/"
    form = visitor.page(f"{path}?item=team-membership")
    sent = {
        "item": "team-membership",
        "text": "Write the resource map.",
        "owner": detective.code,
        "due_on": "05/01/2026",
        "code": hidden(form, "code"),
    }

    refused = visitor.post(path, {**sent, "owner": ""})
    assert refused.status_code == 422
    assert "Write the resource map." in refused.content.decode()
    planned = visitor.post(path, sent)
    visitor.post(path, sent)

    step = ActionStep.objects.get()
    assert planned.headers["Location"] == f"/assessments/{assessment.code}/topics/1/#steps"
    own = Visitor(detective, now)
    assert "Write the resource map." in own.page(f"/assessments/steps/{step.code}/")
    assert own.get(f"/assessments/{assessment.code}/").status_code == 404
    assert own.post(f"/assessments/steps/{step.code}/", {"state": "dropped", "outcome": ""}).status_code == 422
    own.post(f"/assessments/steps/{step.code}/", {"state": "done", "outcome": "Hung up in the office."})
    assert ActionStep.objects.get().state == "done"
    assert "Hung up in the office." in visitor.page(f"/assessments/steps/{step.code}/")


@pytest.mark.req("PROG-1")
def test_it_is_printed_filled_and_blank_and_taken_out_as_a_table(coordinator, state_analyst, now) -> None:
    assessment = begun(coordinator, now)
    proposal = proposed("tm.2.1", "yes", now, figure="14 of 14 meetings")
    propose_ticks(coordinator, assessment, [proposal], now)
    notes = {"team-membership": "=cmd|' /C calc'!A0"}
    answer_items(coordinator, assessment, answers={"tm.1.1": "checked", "tm.2.1": "checked"}, notes=notes, now=now)
    add_action_step(
        coordinator,
        assessment,
        item="tm.1.2",
        text="Meet.",
        due_on=local(now).date(),
        owner_words="The clinic",
        now=now,
    )
    complete_assessment(coordinator, assessment, next_on=months_later(local(now).date(), 12), now=now)
    reader = Visitor(state_analyst, now)

    paper = reader.get(f"/assessments/{assessment.code}/assessment.pdf")
    blank = reader.get(f"/assessments/tools/{EVALUATION}.pdf")
    table = reader.get(f"/assessments/{assessment.code}/assessment.csv")

    assert paper.content.startswith(b"%PDF")
    assert blank.content.startswith(b"%PDF")
    context = paper_context(coordinator, Assessment.objects.get(), now)
    assert context["pages"][0]["steps"] == [["Meet.", "The clinic", "03/10/2026", "Open"]]
    boxes = [block for page in context["pages"] for block in page["blocks"] if block["kind"] == "box"]
    assert (len(boxes), sum(box["ticked"] for box in boxes)) == (101, 2)
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    by_item = {row["Item"]: row for row in rows}
    assert len([row for row in rows if row["What is asked"]]) == 101
    assert (by_item["tm.2.1"]["The records say"], by_item["tm.2.1"]["Word on it"]) == ("Yes", "Confirmed")
    assert by_item["tm.1.2"]["Answer"] == "Not yet"
    assert by_item["team-membership"]["Note"].startswith("'="), "no spreadsheet takes a note for a formula"


@pytest.mark.req("PROG-1")
@pytest.mark.parametrize("key", ["strategic-program-assessment", "task-force-stages", "community-action-phases"])
def test_a_tool_without_a_ladder_has_its_counts_and_its_paper(coordinator, now, key) -> None:
    assessment = begun(coordinator, now, key=key)
    visitor = Visitor(coordinator, now)

    page = visitor.page(f"/assessments/{assessment.code}/")

    assert "This tool counts and names no stage." in page
    assert f"No answer: {len(tool(key).questions)}" in page
    assert "a." in visitor.page(f"/assessments/{assessment.code}/topics/1/")
    assert blank_paper(coordinator, tool(key), now=now).startswith(b"%PDF")
    assert visitor.get(f"/assessments/{assessment.code}/assessment.pdf").content.startswith(b"%PDF")


def test_there_is_no_page_beyond_the_last_and_no_tool_without_its_file(coordinator, detective, now) -> None:
    assessment = begun(coordinator, now)
    visitor = Visitor(coordinator, now)

    for path in (
        f"/assessments/{assessment.code}/topics/0/",
        f"/assessments/{assessment.code}/topics/11/",
        "/assessments/tools/no-such-tool.pdf",
        "/assessments/ZZZZ-2222/",
        "/assessments/steps/ZZZZ-2222/",
    ):
        assert visitor.get(path).status_code == 404
    assert Visitor(detective, now).get("/assessments/").status_code == 404
    odd = {"was": "[1, 2", "a.tm.1.1": "on"}
    assert visitor.post(f"/assessments/{assessment.code}/topics/1/", odd).status_code == 302
    assert queries.answers_of(assessment) == {"tm.1.1": "checked"}


@pytest.mark.parametrize(
    "was",
    [
        '{"a":{"tm.1.1":' + "[" * 20_000 + "]" * 20_000 + '},"n":{}}',
        '{"a":{"tm.1.1":' + "[" * 200 + "]" * 200 + '},"n":{}}',
        '{"a":{"tm.1.1":{"b":"checked"}},"n":{}}',
        '{"a":{"tm.1.1":"\\ud800"},"n":{}}',
        '{"a":{},"n":{"team-membership":"\\udfff"}}',
    ],
    ids=["very deep", "deep", "not plain", "half a character", "half a character in a note"],
)
def test_what_no_page_of_ours_wrote_breaks_none(was, coordinator, now) -> None:
    assessment, second = begun(coordinator, now), make_person("Clara", now=now, roles=(("care_coordinator", REGION),))
    path = f"/assessments/{assessment.code}/topics/1/"
    visitor, other = Visitor(coordinator, now), Visitor(second, now)
    sent = {"was": was, "a.tm.1.1": "on", "n.team-membership": "Invented."}

    assert other.post(f"{path}draft/", sent).status_code == 200
    assert other.get(path).status_code == 200
    assert visitor.post(path, sent).status_code == 302
    assert queries.answers_of(assessment) == {"tm.1.1": "checked"}
