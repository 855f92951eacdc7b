"""What the safety plan adds to a case: the tab, the timeline, when to look again, what stands open at closure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.parts import Due, Flag, Happenings, Look, OpenEnd, Parts, Tab, note_listed
from rightdoor.casework.clients.disclosure import decision_on
from rightdoor.casework.clients.facts import Tie, as_coordinator
from rightdoor.casework.safety.actions import ask_for_review
from rightdoor.casework.safety.models import ReviewTrigger, SafetyPlan
from rightdoor.casework.safety.queries import (
    lines_of_adopted,
    lines_of_reviewed,
    lines_of_triggers,
    looks_owed,
    may_read_safety,
)
from rightdoor.domain.confidentiality import Item
from rightdoor.domain.errors import NotPermitted
from rightdoor.domain.permission import Viewer, may
from rightdoor.foundation.jurisdiction.active import active_pack

HAPPENED = {
    "safety.adopted": "Safety plan adopted",
    "safety.reviewed": "Safety plan looked at again",
    "safety.asked": "Another look at the safety plan asked for",
}
LOOK = "Look at the safety plan together again"


def _is_open(look: Look) -> bool:
    return may_read_safety(look.viewer, look.case, look.tie, look.now)


def _dues(viewer: Viewer, cases: Sequence[Case], ties: Mapping[int, Tie], now: datetime) -> list[Due]:
    """Plans that are to be looked at again, by their span or because something happened. For those who write them."""
    known = {case.pk: case for case in cases if case.state == "open" and _writes(viewer, case, ties, now)}
    if not known:
        return []
    soonest, codes = looks_owed(list(known.values()))
    note_listed(viewer, "safety_plan.listed", "SAFE", [known[pk] for pk in soonest], ties, now, "due")
    return [
        Due(
            pk,
            "safety.review",
            LOOK,
            due_at,
            f"/cases/{known[pk].code}/safety/",
            about=codes.get(pk, ""),
            owner=known[pk].coordinator,
            klass="SAFE",
            topic="protection",
        )
        for pk, due_at in soonest.items()
    ]


def _writes(viewer: Viewer, case: Case, ties: Mapping[int, Tie], now: datetime) -> bool:
    if case.client_id not in ties:
        return False
    tie = as_coordinator(viewer, ties[case.client_id], case.region)
    found = decision_on(viewer, case.client, Item("SAFE", case.holder), now, tie=tie)
    return may(viewer, "safety_plan.write", tie) and found.allowed and not found.status_only


def _flags(look: Look) -> list[Flag]:
    """A plan that is due to be looked at, or older than the state's span; for those to whom it is open."""
    if look.case.state != "open" or not _is_open(look):
        return []
    label = _mark(look.case, look.now)
    if not label:
        return []
    ties = {look.case.client_id: look.tie}
    note_listed(look.viewer, "safety_plan.listed", "SAFE", [look.case], ties, look.now, "flag")
    return [Flag(label, "warning", url=f"/cases/{look.case.code}/safety/")]


def _mark(case: Case, now: datetime) -> str:
    if case.safety_triggers.filter(settled_at__isnull=True).exists():
        return "Safety plan: something has changed"
    plan = case.safety_plans.filter(state="adopted").first()
    if plan is None or plan.review_due_at is None:
        return ""
    days = active_pack().clocks.safety_plan_review_days
    last = plan.reviewed_at or plan.adopted_at
    if last is not None and now - last > timedelta(days=days):
        return f"Safety plan older than {days} days"
    return "Safety plan: look at it again" if plan.review_due_at < now else ""


def _open_ends(look: Look) -> list[OpenEnd]:
    """A draft that nobody adopted, and a look that is owed."""
    if not _is_open(look):
        return []
    url = f"/cases/{look.case.code}/safety/"
    ends = []
    if look.case.safety_plans.filter(state="draft").exists():
        ends.append(OpenEnd("A draft of the safety plan is not adopted", url))
    owed = look.case.safety_triggers.filter(settled_at__isnull=True).exists()
    if owed or look.case.safety_plans.filter(state="adopted", review_due_at__lt=look.now).exists():
        ends.append(OpenEnd("The safety plan is due to be looked at again", url))
    return ends


def _of_plan(kind: str, about: str) -> str:
    return f"/cases/{about}/safety/" if kind == "safety.asked" else f"/safety-plans/{about}/"


def _look_again(viewer: Viewer, case: Case, what: str, now: datetime) -> None:
    """A return or a day in court asks for another look at the plan in force, once until somebody has looked. (CASE-7)

    Not where whoever acts could not ask for it: then the plan's own people see the change, or are not to know of it.
    """
    waits = ReviewTrigger.objects.filter(case=case, settled_at__isnull=True).exists()
    if waits or not SafetyPlan.objects.filter(case=case, state="adopted").exists():
        return
    with suppress(NotPermitted):
        ask_for_review(viewer, case, trigger=what, now=now)


PARTS = Parts(
    tabs=[Tab("safety", "Safety", "safety/", 40, _is_open)],
    happenings=[
        Happenings(rows, HAPPENED, _of_plan, group="Safety", act="safety_plan.read")
        for rows in (lines_of_adopted, lines_of_reviewed, lines_of_triggers)
    ],
    dues=[_dues],
    flags=[_flags],
    open_ends=[_open_ends],
    follows=[_look_again],
)
