"""Acts on self-assessments: who may, what is kept, and that a finished one never changes."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from rightdoor.community.assessments import actions, queries
from rightdoor.community.assessments.actions import (
    ChangedMeanwhile,
    ReasonLacking,
    StepTold,
    add_action_step,
    add_action_steps,
    answer_items,
    begin_assessment,
    complete_assessment,
    judge_proposal,
    propose_ticks,
    settle_action_step,
    write_note,
)
from rightdoor.community.assessments.models import ActionStep, Assessment, Proposal, Verdict
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.notices.models import Notice
from rightdoor.foundation.questionnaires import kept
from rightdoor.packs.instruments import read_shipped
from tests.casework.visiting import Visitor
from tests.community.assessments.tools import EVALUATION, begun, proposed, tool
from tests.people import OTHER_REGION, REGION, make_person

ROOT = Path(__file__).parents[3]
NEXT = date(2027, 3, 10)


@pytest.fixture
def head(db, now):
    """The head of an agency in the region."""
    return make_person("Hedda Head", now=now, roles=(("agency_head", REGION),))


@pytest.mark.req("PROG-1")
def test_a_region_has_one_running_assessment_of_a_tool_and_a_form_sent_twice_begins_one(coordinator, now) -> None:
    sent = new_code()

    first = begin_assessment(coordinator, instrument=tool(), region=REGION, label="2026", now=now, sent=sent)
    again = begin_assessment(coordinator, instrument=tool(), region=REGION, label="2026", now=now, sent=sent)

    assert first == again
    assert (first.instrument_key, first.state) == (EVALUATION, "draft")
    with pytest.raises(RuleBroken, match="runs here already"):
        begun(coordinator, now, label="2026, once more")
    begun(coordinator, now, key="task-force-stages")
    with pytest.raises(RuleBroken, match="which year"):
        begin_assessment(coordinator, instrument=tool("ten-action-steps"), region=REGION, label=" ", now=now)


@pytest.mark.req("PROG-1", "PRIV-2")
def test_only_who_coordinates_the_region_writes_and_heads_and_analysts_read(
    coordinator, other_coordinator, detective, state_analyst, head, reviewer, now
) -> None:
    assessment = begun(coordinator, now)

    for reader in (coordinator, head, state_analyst, reviewer):
        assert queries.assessment_for(reader, assessment.code) == assessment
    for stranger in (other_coordinator, detective):
        with pytest.raises(NotVisible):
            queries.assessment_for(stranger, assessment.code)
    for other in (other_coordinator, detective, state_analyst, head, reviewer):
        with pytest.raises(NotPermitted):
            answer_items(other, assessment, answers={"tm.1.1": "checked"}, now=now)
    assert queries.answers_of(assessment) == {}


@pytest.mark.req("PROG-1")
def test_the_whole_state_s_own_is_the_reviewers_to_write_and_every_readers_to_read(
    coordinator, state_analyst, reviewer, detective, now
) -> None:
    whole = begun(reviewer, now, key="strategic-program-assessment", region="")

    answer_items(reviewer, whole, answers={"s1.law.1": "in_progress"}, now=now)

    assert queries.assessment_for(coordinator, whole.code) == whole
    assert queries.assessment_for(state_analyst, whole.code) == whole
    with pytest.raises(NotVisible):
        queries.assessment_for(detective, whole.code)
    with pytest.raises(NotPermitted):
        answer_items(coordinator, whole, answers={"s1.law.1": "fully_achieved"}, now=now)
    assert queries.answers_of(whole) == {"s1.law.1": "in_progress"}


@pytest.mark.req("PROG-1")
def test_answers_give_the_stage_of_the_ladder_and_a_wrong_one_keeps_nothing(coordinator, now) -> None:
    assessment = begun(coordinator, now)
    first = dict.fromkeys(["tm.1.1", "tm.1.2", "tm.1.3"], "checked")

    answer_items(coordinator, assessment, answers=first | {"tm.3.1": "checked"}, now=now)

    topic = queries.score_for(assessment).topics[0]
    assert (topic.stage, topic.beyond) == (2, 1)
    with pytest.raises(RuleBroken):
        answer_items(coordinator, assessment, answers={"tm.2.1": "checked", "tm.2.2": "perhaps"}, now=now)
    answer_items(coordinator, assessment, answers={"tm.1.3": None}, now=now)
    assert queries.score_for(assessment).topics[0].stage == 1
    assert set(queries.answers_of(assessment)) == {"tm.1.1", "tm.1.2", "tm.3.1"}


@pytest.mark.req("PROG-1")
def test_two_people_at_one_page_lose_nothing_of_each_other(coordinator, now) -> None:
    second = make_person("Cody Second", now=now, roles=(("care_coordinator", REGION),))
    assessment = begun(coordinator, now, key="strategic-program-assessment")
    was = {"s1.law.1": "not_started"}
    answer_items(coordinator, assessment, answers=was, now=now)

    # Both opened the page. The first changes one item, the second another: neither is undone.
    both = {"s1.law.1": "not_started", "s1.mapping.1": None}
    answer_items(coordinator, assessment, answers=both | {"s1.law.1": "in_progress"}, was=was, now=now)
    answer_items(second, assessment, answers=both | {"s1.mapping.1": "in_progress"}, was=was, now=now)
    assert queries.answers_of(assessment) == {"s1.law.1": "in_progress", "s1.mapping.1": "in_progress"}

    with pytest.raises(ChangedMeanwhile) as refused:
        answer_items(second, assessment, answers={"s1.law.1": "fully_achieved"}, was=was, now=now)
    assert refused.value.items == ("s1.law.1",)
    assert queries.answers_of(assessment)["s1.law.1"] == "in_progress"

    write_note(coordinator, assessment, item="s1", text="Hers.", now=now, was="")
    saved = write_note(second, assessment, item="s1", text="His.", now=now, was="")
    assert saved.beside == ("s1",)
    assert queries.notes_of(assessment)["s1"] == "Hers.\n\nHis."


@pytest.mark.req("PROG-2")
def test_records_propose_and_answer_nothing_by_themselves(coordinator, other_coordinator, now) -> None:
    assessment = begun(coordinator, now)
    told = [proposed("tm.2.1", "yes", now, links=["/meetings/?past=1"]), proposed("tm.2.2", "cannot_tell", now)]

    made = propose_ticks(coordinator, assessment, told, now)
    again = propose_ticks(coordinator, assessment, told, now + timedelta(days=1))

    assert [one.item for one in made] == ["tm.2.1", "tm.2.2"]
    assert again == [], "the same finding makes no second row"
    assert queries.answers_of(assessment) == {}
    assert queries.score_for(assessment).topics[0].stage == 1
    with pytest.raises(NotPermitted):
        propose_ticks(other_coordinator, assessment, told, now)
    with pytest.raises(RuleBroken, match="No record speaks"):
        propose_ticks(coordinator, assessment, [proposed("tm.2.4", "yes", now)], now)
    for link in ("https://example.invalid/", "//example.invalid/", "javascript:alert(1)"):
        with pytest.raises(ValueError, match="paths of this site"):
            propose_ticks(coordinator, assessment, [proposed("tm.2.3", "yes", now, links=[link])], now)


@pytest.mark.req("PROG-2")
def test_a_person_confirms_or_overrules_with_a_reason_and_both_are_kept(coordinator, now) -> None:
    assessment = begun(coordinator, now)
    yes, no = propose_ticks(
        coordinator, assessment, [proposed("tm.2.1", "yes", now), proposed("tm.2.2", "not_yet", now)], now
    )

    confirmed = judge_proposal(coordinator, yes, answer="checked", now=now)
    with pytest.raises(ReasonLacking):
        judge_proposal(coordinator, no, answer="checked", now=now)
    overruled = judge_proposal(coordinator, no, answer="checked", reason="The notices are on paper.", now=now)

    assert (confirmed.ruling, overruled.ruling, overruled.reason) == (
        "confirmed",
        "overruled",
        "The notices are on paper.",
    )
    assert queries.answers_of(assessment) == {"tm.2.1": "checked", "tm.2.2": "checked"}
    assert {one.item: one.says for one in Proposal.objects.all()} == {"tm.2.1": "yes", "tm.2.2": "not_yet"}
    # Somebody thinks again: the word that holds is the last, and the one before stays.
    judge_proposal(coordinator, no, answer="unchecked", now=now)
    assert [one.ruling for one in no.verdicts.order_by("id")] == ["overruled", "confirmed"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Verdict.objects.create(proposal=no, ruling="overruled", answer="checked", at=now, by=coordinator.code)


@pytest.mark.req("PROG-2")
def test_newer_records_ask_for_a_new_word_and_an_old_proposal_cannot_be_judged(coordinator, now) -> None:
    assessment = begun(coordinator, now)
    old = propose_ticks(coordinator, assessment, [proposed("tm.2.1", "yes", now)], now)[0]
    judge_proposal(coordinator, old, answer="checked", now=now)
    assert queries.waiting_for_a_word(queries.proposals_of(assessment), queries.answers_of(assessment)) == []

    new = propose_ticks(coordinator, assessment, [proposed("tm.2.1", "not_yet", now, figure="2 of 3 meetings")], now)

    assert queries.waiting_for_a_word(queries.proposals_of(assessment), queries.answers_of(assessment)) == ["tm.2.1"]
    with pytest.raises(RuleBroken, match="newer proposal"):
        judge_proposal(coordinator, old, answer="checked", now=now)
    judge_proposal(coordinator, new[0], answer="unchecked", now=now)
    assert queries.answers_of(assessment) == {"tm.2.1": "unchecked"}


@pytest.mark.req("PROG-1", "PROG-2")
def test_it_is_finished_once_every_proposal_has_its_word_and_then_never_changes(coordinator, now) -> None:
    assessment = begun(coordinator, now)
    proposal = propose_ticks(coordinator, assessment, [proposed("tm.2.1", "yes", now)], now)[0]
    with pytest.raises(RuleBroken, match="nobody confirmed or overruled"):
        complete_assessment(coordinator, assessment, next_on=NEXT, now=now)
    judge_proposal(coordinator, proposal, answer="checked", now=now)
    with pytest.raises(RuleBroken, match="later day"):
        complete_assessment(coordinator, assessment, next_on=date(2026, 3, 10), now=now)

    done = complete_assessment(coordinator, assessment, next_on=NEXT, now=now)

    assert (done.state, done.next_on, done.completed_by) == ("complete", NEXT, coordinator.code)
    for act in (
        lambda: answer_items(coordinator, done, answers={"tm.2.1": "unchecked"}, now=now),
        lambda: write_note(coordinator, done, item="team-membership", text="Later.", now=now),
        lambda: propose_ticks(coordinator, done, [proposed("tm.2.2", "yes", now)], now),
        lambda: judge_proposal(coordinator, proposal, answer="unchecked", reason="Later.", now=now),
        lambda: complete_assessment(coordinator, done, next_on=NEXT, now=now),
    ):
        with pytest.raises(RuleBroken, match="finished"):
            act()
    assert queries.answers_of(done) == {"tm.2.1": "checked"}
    assert begun(coordinator, now, label="2027").state == "draft"
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.filter(pk=done.pk).update(next_on=None)


@pytest.mark.req("PROG-1")
def test_what_is_due_again_is_said_to_who_writes_it_until_the_next_one_runs(coordinator, state_analyst, now) -> None:
    assessment = begun(coordinator, now)
    complete_assessment(coordinator, assessment, next_on=NEXT, now=now)
    later = now + timedelta(days=370)

    assert queries.due_runs(coordinator, now) == []
    due = queries.due_runs(coordinator, later)
    assert [(one.key, one.last, one.is_late) for one in due] == [(EVALUATION, assessment.code, True)]
    assert queries.due_runs(state_analyst, later) == []
    begun(coordinator, later, label="2027")
    assert queries.due_runs(coordinator, later) == []


@pytest.mark.req("PROG-1", "PROG-3")
def test_steps_have_one_owner_and_a_day_and_whoever_does_it_says_what_became_of_it(
    coordinator, other_coordinator, detective, advocate, now
) -> None:
    assessment = begun(coordinator, now)
    owner, due = Account.objects.get(code=detective.code), date(2026, 5, 1)

    step = add_action_step(
        coordinator, assessment, item="tm.1.1", text="Map the resources.", due_on=due, owner=owner, now=now
    )

    assert queries.open_steps_of(detective) == [step]
    assert Notice.objects.get(account_code=detective.code).code == step.code
    assert queries.step_for(detective, step.code) == step
    for other in (advocate, other_coordinator):
        with pytest.raises(NotVisible):
            queries.step_for(other, step.code)
        with pytest.raises(NotPermitted):
            settle_action_step(other, step, state="done", now=now)
    with pytest.raises(RuleBroken, match="why"):
        settle_action_step(detective, step, state="dropped", now=now)
    settle_action_step(detective, step, state="done", outcome="All eleven areas.", now=now)
    assert queries.open_steps_of(detective) == []
    assert ActionStep.objects.get().settled_by == detective.code
    settle_action_step(coordinator, step, state="open", now=now)
    assert ActionStep.objects.get().outcome == ""


@pytest.mark.req("PROG-3")
def test_a_plan_of_several_steps_is_made_whole_or_not_at_all(coordinator, now) -> None:
    assessment = begun(coordinator, now)
    good = StepTold("team-membership", "Ask the clinic.", date(2026, 5, 1), owner_words="The clinic")
    wrong = [
        StepTold("no-such-item", "Ask.", date(2026, 5, 1), owner_words="The clinic"),
        StepTold("team-membership", " ", date(2026, 5, 1), owner_words="The clinic"),
        StepTold("team-membership", "Ask.", date(2026, 3, 9), owner_words="The clinic"),
        StepTold("team-membership", "Ask.", date(2026, 5, 1)),
    ]

    for one in wrong:
        with pytest.raises(RuleBroken):
            add_action_steps(coordinator, assessment, steps=[good, one], now=now)
    assert ActionStep.objects.count() == 0
    complete_assessment(coordinator, assessment, next_on=NEXT, now=now)
    made = add_action_steps(coordinator, assessment, steps=[good, good], now=now)
    assert len(made) == 2, "a plan follows from a finished one, too"


@pytest.mark.req("PROG-1")
@pytest.mark.parametrize("key", ["task-force-stages", "ten-action-steps", "community-action-phases"])
def test_every_shipped_tool_is_answered_and_finished_by_its_file_alone(coordinator, now, key) -> None:
    assessment = begun(coordinator, now, key=key)
    instrument = tool(key)
    first = {one.id: instrument.options_of(one).options[-1].code for one in instrument.questions}

    answer_items(coordinator, assessment, answers=first, now=now)
    complete_assessment(coordinator, assessment, next_on=NEXT, now=now)

    score = queries.score_for(assessment)
    assert score.topics == (), "no stage is made where the tool has none"
    assert score.tallies[0].items == len(instrument.questions)
    assert [one.code for one in queries.finished_of(coordinator, key, REGION)] == [assessment.code]
    assert queries.finished_of(coordinator, key, OTHER_REGION) == []


@pytest.mark.req("PROG-1")
def test_another_states_tool_with_three_stages_and_a_scale_runs_from_its_file(coordinator, now, monkeypatch) -> None:
    theirs = read_shipped(ROOT / "jurisdictions" / "example")
    monkeypatch.setattr(kept, "shipped", lambda: theirs)
    monkeypatch.setattr(actions, "shipped", lambda: theirs)
    maturity = theirs["response-maturity"]
    assert maturity in queries.tools()
    assessment = begin_assessment(coordinator, instrument=maturity, region=REGION, label="2026", now=now)
    calls = [item.id for item in maturity.by_id["calls"].walk() if item.type == "choice"]

    answer_items(coordinator, assessment, answers=dict.fromkeys(calls, "mostly"), now=now)
    page = Visitor(coordinator, now).page(f"/assessments/{assessment.code}/topics/1/")
    summary = Visitor(coordinator, now).page(f"/assessments/{assessment.code}/")

    assert "We cannot tell" in page
    topics = {one.id: one for one in queries.score_for(assessment).topics}
    assert topics["calls"].stage == 3
    assert topics["neighbors"].state == "indeterminate", "what has no answer is not a no"
    assert "Not assessed" in summary
    answer_items(coordinator, assessment, answers={calls[0]: "unsure"}, now=now)
    assert queries.score_for(assessment).topics[0].stage is None
    # Read again by what its answers pin, also where the file is no longer there.
    monkeypatch.setattr(kept, "shipped", dict)
    kept._pinned.cache_clear()
    assert queries.score_for(Assessment.objects.get()).topics[0].lowest == 1
