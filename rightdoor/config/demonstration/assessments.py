"""Self-assessments of two years in every region, this year's under way in the first, and the whole state's own. All of
it is invented.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from rightdoor.casework.referrals.queries import coordinators_of
from rightdoor.community.assessments.actions import (
    StepTold,
    add_action_steps,
    answer_items,
    begin_assessment,
    complete_assessment,
    settle_action_step,
)
from rightdoor.community.assessments.models import Assessment
from rightdoor.community.assessments.queries import proposals_of
from rightdoor.domain.permission import Viewer
from rightdoor.domain.questionnaire.instrument import Instrument
from rightdoor.domain.self_assessment import leaves_of, months_later, proposed_answer
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.access.viewers import viewer_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import demonstration_clock
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.questionnaires.kept import shipped
from rightdoor.oversight.evidence.actions import propose

WHOLE, STAGES = "strategic-program-assessment", "task-force-stages"
NOTES = (
    "The resource map hangs in the office; the clinic still has to say whom to call at night.",
    "Two agencies changed their lead this year. Invite both before the next advisory meeting.",
    "Works well in town. In the rural half of the region nobody has been asked yet.",
)
PLANS = (
    ("Ask the clinic whom the team may call at night, and put it on the resource map.", 24),
    ("Write down what a member does who misses a meeting, and bring it to the advisory team.", -9),
    ("Send the protocol to the two agencies that joined in spring.", 61),
)


def show(now: datetime) -> None:
    """Through acts alone: the same for the same day."""
    regions = [one.key for one in active_pack().regions]
    tool = next((one for one in shipped().values() if one.scoring.kind == "stage-ladder" and one.items), None)
    for at, region in enumerate(regions):
        viewer = _coordinator(region, now)
        if viewer is None or tool is None:
            continue
        _year(viewer, tool, region, now - timedelta(days=700), likely=0.3)
        last = _year(viewer, tool, region, now - timedelta(days=345), likely=0.5)
        if at < 3:
            _plan(viewer, tool, last, now)
        if at == 0:
            _this_year(viewer, tool, region, now)
            _begin(viewer, shipped()[STAGES], region, now - timedelta(days=5), done="in_progress")
    _whole_state(now)


def _coordinator(region: str, now: datetime) -> Viewer | None:
    account = Account.objects.filter(code__in=coordinators_of(region, now), is_active=True).order_by("code").first()
    return viewer_of(account, now) if account else None


def _year(viewer: Viewer, tool: Instrument, region: str, at: datetime, *, likely: float) -> Assessment:
    """A finished evaluation: early stages are mostly in place, later ones less."""
    random = Random(f"assessment {region} {likely}")  # noqa: S311 - an invention, the same each time
    done, notes = {}, {}
    for number, leaf in enumerate(leaves_of(tool)):
        ease = random.uniform(-0.15, 0.45)
        for item in leaf.questions:
            stage = next((one.number or 1 for one in reversed(tool.parents[item.id]) if one.role == "stage"), 1)
            if random.random() < likely + ease + 0.35 - 0.22 * stage:
                done[item.id] = tool.scoring.done[0]
        if number % 4 == 1:
            notes[leaf.within] = random.choice(NOTES)
    with demonstration_clock(at):
        assessment = begin_assessment(viewer, instrument=tool, region=region, label=f"{local(at):%Y}", now=at)
        answer_items(viewer, assessment, answers=done, notes=notes, now=at)
        later = at + timedelta(days=9)
    with demonstration_clock(later):
        next_on = months_later(local(later).date(), tool.repeat_months or 12)
        return complete_assessment(viewer, assessment, next_on=next_on, now=later)


def _plan(viewer: Viewer, tool: Instrument, assessment: Assessment, now: datetime) -> None:
    """Steps out of last year's evaluation: one done, one late, one to come; one is an agency's."""
    owner, topics = Account.objects.get(code=viewer.code), [leaf.within for leaf in leaves_of(tool)]
    since = now - timedelta(days=40)
    told = [
        StepTold(topic, text, (local(now) + timedelta(days=days)).date(), owner=owner)
        for topic, (text, days) in zip(topics, PLANS, strict=False)
    ]
    told.append(
        StepTold(topics[-1], "Name a second person for nights.", local(now).date(), owner_words="The shelter in town")
    )
    with demonstration_clock(since):
        steps = add_action_steps(viewer, assessment, steps=told, now=since)
    settled = now - timedelta(days=12)
    with demonstration_clock(settled):
        settle_action_step(viewer, steps[-1], state="done", outcome="She starts on the first.", now=settled)


def _this_year(viewer: Viewer, tool: Instrument, region: str, now: datetime) -> None:
    """Under way: the records were asked, and the first two pages have somebody's word on what they say."""
    at = now - timedelta(days=2)
    with demonstration_clock(at):
        assessment = begin_assessment(viewer, instrument=tool, region=region, label=f"{local(now):%Y}, draft", now=at)
        if any(item.evidence for item in tool.questions):
            propose(viewer, assessment, now=at)
        standing = proposals_of(assessment)
        for leaf in leaves_of(tool)[:2]:
            said = {
                item.id: proposed_answer(tool, item.id, standing[item.id].proposal.says)
                for item in leaf.questions
                if item.id in standing and standing[item.id].may_be_judged
            }
            answers = {item: code for item, code in said.items() if code}
            answer_items(viewer, assessment, answers=answers, notes={leaf.within: NOTES[0]}, now=at)


def _begin(viewer: Viewer, tool: Instrument, region: str, at: datetime, *, done: str) -> None:
    """A tool without a ladder, just begun."""
    with demonstration_clock(at):
        assessment = begin_assessment(viewer, instrument=tool, region=region, label=f"{local(at):%Y}", now=at)
        first = leaves_of(tool)[0].questions[:4]
        answer_items(viewer, assessment, answers=dict.fromkeys([item.id for item in first], done), now=at)


def _whole_state(now: datetime) -> None:
    """The state's own assessment, by the alliance's reviewer: finished once, with half of it in progress."""
    tool = shipped().get(WHOLE)
    codes = Grant.objects.filter(role="alliance_reviewer", ends_at__isnull=True).values("account__code")
    account = Account.objects.filter(code__in=codes, is_active=True).order_by("code").first()
    if tool is None or account is None:
        return
    viewer, at = viewer_of(account, now), now - timedelta(days=200)
    words = ("fully_achieved", "in_progress", "not_started")
    answers = {item.id: words[number % 7 % 3] for number, item in enumerate(tool.questions)}
    with demonstration_clock(at):
        assessment = begin_assessment(viewer, instrument=tool, region="", label=f"{local(at):%Y}", now=at)
        answer_items(viewer, assessment, answers=answers, now=at)
        next_on = months_later(local(at).date(), tool.repeat_months or 12)
        complete_assessment(viewer, assessment, next_on=next_on, now=at)
