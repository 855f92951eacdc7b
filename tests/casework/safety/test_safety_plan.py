"""The safety plan: versions kept, places apart, a paper only on a plain yes, and none ever mailed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core import mail
from django.test import Client as Browser

from rightdoor.casework.cases.parts import Look, dues_of, flags_of, open_ends_of, tell_change
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.clients.facts import ties_of
from rightdoor.casework.safety import actions, queries
from rightdoor.casework.safety.models import HoldingAnswer, ReviewTrigger, SafetyPlan
from rightdoor.casework.safety.printouts import copy_for_youth, print_youth_copy, team_context
from rightdoor.casework.safety.wording import LANGUAGES, telling_words
from rightdoor.config.env import ROOT
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.safety_plan import ON_PAPER
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.notices.models import Notice, OutboxMessage
from tests.casework.consents.conftest import DAY, Stage
from tests.casework.team import released
from tests.safety.canaries import text_of_pdf
from tests.signing_in import sign_in

PARTS = {
    "words": "I want to sleep without listening at the door.",
    "coping": "Music\nWalk to the shelter\nDraw",
    "safe_adults": "Aunt Zora 555-0142\nNora's teacher\nThe officer at school",
    "signal": "Blue umbrella",
    "bag": "Charger\n12 Oak Street key",
}
PLACES = "The yellow house behind the mill"


@pytest.fixture(autouse=True)
def _at_that_time(stage: Stage) -> Iterator[None]:
    with time_machine.travel(stage.now, tick=False):
        yield


def written(stage: Stage, **changed: object) -> SafetyPlan:
    told = {"parts": PARTS, "places": PLACES, "now": stage.now, **changed}
    return actions.write_safety_plan(stage.viewer, stage.case, **told)


def adopted(stage: Stage, **changed: object) -> SafetyPlan:
    plan = written(stage, **changed)
    actions.adopt_safety_plan(stage.viewer, plan, now=stage.now)
    return plan


@pytest.mark.req("CASE-7")
def test_each_adopted_save_is_a_version_and_the_draft_alone_is_written_on(stage: Stage) -> None:
    first = adopted(stage)
    draft = written(stage, parts={**PARTS, "words": "Second"})
    with pytest.raises(RuleBroken):  # somebody who had not seen that draft
        written(stage, parts={**PARTS, "words": "Third"})
    again = written(stage, parts={**PARTS, "words": "Third"}, version=draft.version, places=None)
    assert again == draft
    actions.adopt_safety_plan(stage.viewer, again, now=stage.now)

    assert list(SafetyPlan.objects.order_by("number").values_list("number", "state")) == [
        (1, "replaced"),
        (2, "adopted"),
    ]
    assert queries.open_safety_plan(stage.viewer, first, stage.now).parts["words"] == PARTS["words"]
    shown = queries.open_safety_plan(stage.viewer, again, stage.now)
    assert (shown.parts["words"], shown.places) == ("Third", PLACES)
    with pytest.raises(RuleBroken):
        actions.adopt_safety_plan(stage.viewer, again, now=stage.now)


@pytest.mark.req("CASE-7", "PRIV-2", "PRIV-3")
def test_whoever_reads_the_plan_on_a_release_does_not_read_the_places(stage: Stage) -> None:
    plan = adopted(stage)
    assert b"mill" not in bytes(plan.places_sealed) + bytes(plan.told_sealed)
    advocate = stage.scene.advocate
    for viewer in (stage.scene.detective, advocate, stage.nurse):
        with pytest.raises(NotVisible):
            queries.safety_plan_for(viewer, plan.code, stage.now)
        with pytest.raises((NotVisible, NotPermitted)):
            actions.write_safety_plan(viewer, stage.case, parts=PARTS, now=stage.now)

    released(stage.viewer, stage.client, advocate, "SAFE", now=stage.now)
    at = stage.now + timedelta(hours=1)
    shown = queries.open_safety_plan(advocate, queries.safety_plan_for(advocate, plan.code, at), at)
    assert (shown.parts["words"], shown.places) == (PARTS["words"], None)
    assert "mill" not in str(team_context(advocate, plan, shown, at))
    assert "mill" in str(
        team_context(stage.viewer, plan, queries.open_safety_plan(stage.viewer, plan, at, action="print"), at)
    )


@pytest.mark.req("CASE-7")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_youths_own_copy_holds_no_telling_word_no_name_and_no_place(stage: Stage, language: str) -> None:
    plan = adopted(stage)
    document = print_youth_copy(stage.viewer, plan, language=language, size="pocket", chosen=ON_PAPER, now=stage.now)
    said = text_of_pdf(document).casefold()
    assert "aunt zora 555-0142" in said
    assert "music" in said
    telling = [word.rstrip("*").casefold() for word in telling_words()]
    names = ["nora", "nowhere", "rightdoor", stage.client.code.casefold(), stage.case.code.casefold()]
    kept_away = ["umbrella", "mill", "oak street", "listening"]
    assert [word for word in (*telling, *names, *kept_away) if word in said] == []
    shown = queries.open_safety_plan(stage.viewer, plan, stage.now)
    assert copy_for_youth(stage.viewer, plan, shown, stage.now).left_out == 4


@pytest.mark.req("CASE-7")
def test_a_paper_is_made_only_for_a_plain_yes_that_was_asked_now(stage: Stage) -> None:
    plan = adopted(stage)
    browser = sign_in(Browser(), stage.viewer, at=stage.now)
    there = f"/safety-plans/{plan.code}/paper/"
    how = {"parts": ["coping"], "language": "en", "size": "letter"}
    assert browser.post(there, how).status_code == 422
    for answer in ("no", "not_sure"):
        sent = browser.post(there, {**how, "holding": answer})
        assert (sent.status_code, sent.headers["Location"]) == (302, f"/safety-plans/{plan.code}/reading/")
    assert AuditEvent.objects.filter(verb="record.printed").count() == 0
    together = browser.get(f"/safety-plans/{plan.code}/reading/").content.decode()
    assert PARTS["words"] in together
    assert PLACES not in together

    paper = browser.post(there, {**how, "holding": "yes"})
    assert paper.content.startswith(b"%PDF-")
    assert paper.headers["Content-Disposition"] == 'attachment; filename="notes.pdf"'
    assert HoldingAnswer.objects.count() == 3
    assert AuditEvent.objects.filter(verb="record.printed").count() == 1


@pytest.mark.req("CASE-7")
def test_what_has_changed_calls_for_a_look_until_somebody_has_looked(stage: Stage) -> None:
    plan = adopted(stage)
    days = active_pack().clocks.safety_plan_review_days

    def due(at: object) -> list[object]:
        ties = ties_of(stage.viewer, [stage.client], at)
        return [one.due_at for one in dues_of(stage.viewer, [stage.case], ties, at) if one.kind == "safety.review"]

    assert due(stage.now) == [stage.now + days * DAY]
    actions.ask_for_review(stage.viewer, stage.case, trigger="new_contact", now=stage.now)
    assert due(stage.now) == [stage.now + DAY]
    look = Look(stage.viewer, stage.case, standing_of(stage.viewer, stage.case, stage.now), stage.now)
    assert "Safety plan: something has changed" in [flag.label for flag in flags_of(look)]
    assert any("safety plan" in end.what for end in open_ends_of(look))
    own = local(stage.now).date() + 5 * DAY
    actions.review_safety_plan(stage.viewer, plan, next_on=own, now=stage.now)
    (next_look,) = due(stage.now)
    assert local(next_look).date() == own
    assert [flag.label for flag in flags_of(look) if "Safety" in flag.label] == []


@pytest.mark.req("CASE-7")
def test_no_notice_and_no_mail_carries_it_and_no_page_offers_to_send_it(stage: Stage) -> None:
    plan = adopted(stage)
    actions.ask_for_review(stage.viewer, stage.case, trigger="move", words="Invented words", now=stage.now)
    assert not mail.outbox
    assert not OutboxMessage.objects.exists()
    assert not Notice.objects.filter(code=plan.code).exists()
    slice_of = ROOT / "rightdoor" / "casework" / "safety"
    imported = {
        name
        for path in slice_of.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names])
    }
    assert not [name for name in imported if "notices" in name or "mail" in name or "jobs" in name]
    pages = "".join(path.read_text(encoding="utf-8") for path in Path(slice_of).rglob("*.html"))
    assert "mailto:" not in pages


@pytest.mark.req("CASE-7")
def test_the_form_keeps_what_is_typed_and_a_refusal_loses_nothing(stage: Stage) -> None:
    browser = sign_in(Browser(), stage.viewer, at=stage.now)
    base = f"/cases/{stage.case.code}/safety/"
    assert "No safety plan is in force" in browser.get(base).content.decode()
    assert browser.post(f"{base}draft/", {"words": "Half a sentence"}).status_code == 200
    assert "Half a sentence" in browser.get(f"{base}writing/").content.decode()
    written(stage)
    refused = browser.post(f"{base}writing/", {"words": "A whole sentence", "version": "0"})
    assert refused.status_code == 422
    assert "A whole sentence" in refused.content.decode()
    saved = browser.post(f"{base}writing/", {**PARTS, "places": PLACES, "version": "1"})
    plan = SafetyPlan.objects.get()
    assert saved.headers["Location"] == f"/safety-plans/{plan.code}/"
    assert browser.post(f"/safety-plans/{plan.code}/adoption/").status_code == 302
    page = browser.get(base).content.decode()
    assert PLACES in page
    assert "Aunt Zora" in page
    assert browser.post(f"/safety-plans/{plan.code}/team-copy/").content.startswith(b"%PDF-")
    assert browser.get(f"/safety-plans/{plan.code}/paper/").status_code == 200


@pytest.mark.req("CASE-7", "CASE-8")
def test_a_return_asks_for_another_look_once_and_only_where_a_plan_is_in_force(stage: Stage) -> None:
    tell_change(stage.viewer, stage.case, "after_missing", stage.now)
    assert not ReviewTrigger.objects.filter(case=stage.case).exists()
    adopted(stage)
    for what in ("after_missing", "court_date"):
        tell_change(stage.viewer, stage.case, what, stage.now)
    assert ReviewTrigger.objects.filter(case=stage.case, settled_at__isnull=True).count() == 1
