"""The service plan as a printed document: for the team, and for the client in plain words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rightdoor.casework.plans.actions import note_plan_printed
from rightdoor.casework.plans.choices import (
    ACTION_STATES,
    DECIDERS,
    GOAL_PARTS,
    GOAL_STATES,
    RISKS,
    SERVICE_STATES,
    STATES,
)
from rightdoor.casework.plans.decisions.queries import ShownDecision, open_decisions
from rightdoor.casework.plans.models import ServicePlan
from rightdoor.casework.plans.queries import ShownGoal, ShownPlan, open_plan
from rightdoor.casework.plans.wording import wording
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.jurisdiction.templatetags.words import day, when
from rightdoor.foundation.printing.pdf import render_pdf


def print_plan(viewer: Viewer, plan: ServicePlan, *, for_client: bool, language: str, now: datetime) -> bytes:
    """The tagged PDF of a version, under codes and without a name; who printed it and for whom is kept."""
    shown = open_plan(viewer, plan, now)
    decisions = open_decisions(viewer, plan.case, now)
    if for_client:
        document = render_pdf("plans/client.typ", client_context(shown, decisions, language, now))
    else:
        document = render_pdf("plans/plan.typ", team_context(shown, plan, decisions, viewer, now))
    note_plan_printed(viewer, plan, for_client=for_client, language=language, now=now)
    return document


def team_context(
    shown: ShownPlan, plan: ServicePlan, decisions: list[ShownDecision], viewer: Viewer, now: datetime
) -> dict[str, Any]:
    """Everything that the team's copy says, in words."""
    pack = active_pack()
    domains, kinds = pack.plans.domains, dict(pack.service_choices().pairs())
    template = next((str(one.label) for one in pack.plans.templates if one.key == shown.template), "")
    facts = [
        ["Case", plan.case.code],
        ["Version", f"{shown.number}, {STATES[shown.state].lower()}"],
        ["Kind of plan", template or "Not recorded"],
        ["Written", f"{when(shown.written_at)}, {shown.written_by}"],
    ]
    for label, said in (
        ("Written together with", shown.authors),
        ("On what consent", shown.consent),
        ("Adopted", when(shown.adopted_at)),
        ("Next review", day(shown.review_due_at)),
        ("Next check-in with partners", day(shown.check_in_due_at)),
    ):
        if said:
            facts.append([label, said])
    return {
        "title": _titled("service_plan"),
        "language": "en",
        "code": plan.case.code,
        "lead": f"Case {plan.case.code}, version {shown.number}",
        "notice": "Confidential. For those to whom this plan is open, for this case only. Do not copy or pass on.",
        "made": f"Plan {shown.code}, printed {when(now)} by {viewer.name}.",
        "nothing": "Nothing is written here yet.",
        "wishes_title": f"What the {pack.word('client')} wants",
        "wishes": shown.wishes.strip(),
        "strengths": shown.strengths.strip(),
        "barriers": shown.barriers.strip(),
        "facts": facts,
        "needs": [[domains.label(one.domain), RISKS[one.risk], one.words] for one in shown.needs],
        "goals": [{"title": one.goal, "facts": _goal(one)} for one in shown.goals],
        "actions": [[one.what, one.owner_name, day(one.due_on), ACTION_STATES[one.state]] for one in shown.actions],
        "services": [
            [
                f"{kinds.get(one.category, one.category)} ({SERVICE_STATES[one.state].lower()})",
                one.need,
                one.choice,
                one.owner_name or "Nobody yet",
                day(one.due_on) or "Open",
            ]
            for one in shown.services
        ],
        "choices": [{"title": one.decision, "facts": _choice(one)} for one in decisions],
    }


def client_context(shown: ShownPlan, decisions: list[ShownDecision], language: str, now: datetime) -> dict[str, Any]:
    """What the client takes along: no risks, no barriers, no case code, nothing that is only for the team."""
    words = wording(language)
    pack = active_pack()
    kinds = {one.key: one.label.text(language) for one in pack.services}
    return {
        "words": words,
        "language": language,
        "made": words["made"].format(plan=shown.code, number=shown.number, when=day(now)),
        "wishes": shown.wishes.strip(),
        "strengths": shown.strengths.strip(),
        "goals": [
            {"goal": one.goal, "target": _aim(one), "why": one.why, "by": day(one.due_on)}
            for one in shown.goals
            if one.state in {"draft", "open"}
        ],
        "actions": [[one.what, one.owner_name, day(one.due_on)] for one in shown.actions if one.state == "open"],
        "services": [
            [kinds.get(one.category, one.category), one.choice, one.owner_name or words["nobody"]]
            for one in shown.services
            if one.state in {"planned", "started"}
        ],
        "choices": [f"{one.decision.strip()} {one.decided}" for one in decisions if one.decided],
        "review": words["review"].format(day=day(shown.review_due_at)) if shown.review_due_at else "",
    }


def _aim(one: ShownGoal) -> str:
    """Days at school: 3 days a week"""
    aim = " ".join(part for part in (one.target.strip(), one.unit.strip()) if part) if one.target.strip() else ""
    return f"{one.measure.strip()}: {aim}" if one.measure.strip() and aim else aim


def _goal(one: ShownGoal) -> list[list[str]]:
    domains = active_pack().plans.domains
    facts = [["State", GOAL_STATES[one.state]]]
    if one.missing:
        facts.append(["Still missing", ", ".join(GOAL_PARTS[part] for part in one.missing)])
    for label, said in (
        ("Need", domains.label(one.domain) if one.domain else ""),
        ("Measured by", f"{one.measure} ({one.unit})" if one.unit else one.measure),
        ("From", one.baseline),
        ("To", one.target),
        ("By", day(one.due_on)),
        ("Who", one.owner_name),
        ("Why it matters", one.why),
    ):
        if said:
            facts.append([label, said])
    return facts


def _choice(one: ShownDecision) -> list[list[str]]:
    facts = [["Options", "; ".join(option.words for option in one.options)]]
    for label, said in (
        ("What matters", one.matters),
        ("Wanted", one.preferred or "Has not said"),
        ("Decided", one.decided or "Nothing yet"),
        ("By", DECIDERS.get(one.decided_by, "")),
        ("Why another way", one.why_other),
        ("Again on", day(one.revisit_on)),
    ):
        if said.strip():
            facts.append([label, said])
    return facts


def _titled(key: str) -> str:
    """The state's word, as a heading begins."""
    word = active_pack().word(key)
    return word[:1].upper() + word[1:]
