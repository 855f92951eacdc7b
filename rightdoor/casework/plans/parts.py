"""What service plans add to a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.db.models import QuerySet

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.parts import Due, Flag, Happenings, Look, OpenEnd, Parts, Tab, lines, note_listed
from rightdoor.casework.clients.facts import Tie
from rightdoor.casework.plans.queries import late_reviews, may_read_plan, open_counts, owed
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.jurisdiction.active import active_pack, zone

WORDS = {
    "plan.review": "Review of the service plan",
    "plan.check_in": "Check-in with partners",
    "plan.action": "Action of the plan",
    "plan.goal": "Goal of the plan",
    "shared_decision": "Talk again about a choice",
}


def _written(case: Case) -> QuerySet[Any, dict[str, Any]]:
    rows = case.plans.all()
    return lines(rows, at="written_at", kind="plan.written", klass="PLAN", holder=case.holder, by="written_by")


def _adopted(case: Case) -> QuerySet[Any, dict[str, Any]]:
    rows = case.plans.all()
    return lines(rows, at="adopted_at", kind="plan.adopted", klass="PLAN", holder=case.holder)


def _reviewed(case: Case) -> QuerySet[Any, dict[str, Any]]:
    rows = case.plan_reviews.all()
    return lines(rows, at="reviewed_at", kind="plan.reviewed", klass="PLAN", holder=case.holder, by="reviewed_by")


def _asked(case: Case) -> QuerySet[Any, dict[str, Any]]:
    rows = case.check_ins.all()
    return lines(rows, at="recorded_at", kind="plan.checked_in", klass="PLAN", holder=case.holder, by="recorded_by")


def _chosen(case: Case) -> QuerySet[Any, dict[str, Any]]:
    rows = case.shared_decisions.all()
    return lines(rows, at="recorded_at", kind="shared_decision", klass="PLAN", holder=case.holder, by="recorded_by")


def _url(kind: str, about: str) -> str:
    place = {"plan.reviewed": "plan-reviews", "shared_decision": "choices", "plan.checked_in": ""}.get(kind, "plans")
    return f"/{place}/{about}/" if place else ""


def _said(what: str) -> Callable[[], str]:
    def words() -> str:
        word = active_pack().word("service_plan")
        return f"{word[:1].upper()}{word[1:]} {what}".strip()

    return words


def _is_open(look: Look) -> bool:
    return may_read_plan(look.viewer, look.case, look.now, look.tie)


def _dues(viewer: Viewer, cases: Sequence[Case], ties: Mapping[int, Tie], now: datetime) -> list[Due]:
    found = owed(viewer, cases, ties, now)
    known = {case.pk: case for case in cases}
    note_listed(viewer, "plan.listed", "PLAN", {known[one.case_id] for one in found}, ties, now, "due")
    return [
        Due(
            case_id=one.case_id,
            kind=one.kind,
            what=WORDS[one.kind],
            due_at=one.due_at or _end_of(one.due_on),
            url=_place(one.kind, one.case_code, one.about),
            about=one.about,
            owner=one.owner,
            klass="PLAN",
        )
        for one in found
    ]


def _place(kind: str, case_code: str, about: str) -> str:
    if kind == "plan.check_in":
        return f"/cases/{case_code}/check-ins/"
    if kind == "shared_decision":
        return f"/choices/{about}/"
    return f"/plans/{about}/review/" if kind == "plan.review" else f"/plans/{about}/"


def _end_of(day: date | None) -> datetime | None:
    return datetime.combine(day, time(23, 59, 59), tzinfo=zone()) if day else None


def _flags(look: Look) -> list[Flag]:
    ties = {look.case.client_id: look.tie}
    late = late_reviews(look.viewer, look.case, look.tie, look.now)
    note_listed(look.viewer, "plan.listed", "PLAN", [look.case] if late else [], ties, look.now, "flag")
    return [Flag("Plan review late", "late", one.review_due_at, f"/plans/{one.code}/review/") for one in late]


def _open_ends(look: Look) -> list[OpenEnd]:
    counted = open_counts(look.viewer, look.case, look.now, look.tie)
    url = f"/cases/{look.case.code}/plan/"
    said = {"goals": ("goal", "goals"), "actions": ("action", "actions")}
    return [
        OpenEnd(f"{many} {said[what][many != 1]} of the plan still open", url) for what, many in counted.items() if many
    ]


HAPPENINGS = (
    Happenings(_written, {"plan.written": _said("written")}, _url, "Plan"),
    Happenings(_adopted, {"plan.adopted": _said("adopted")}, _url, "Plan"),
    Happenings(_reviewed, {"plan.reviewed": _said("reviewed")}, _url, "Plan"),
    Happenings(_asked, {"plan.checked_in": "Partner asked how the plan goes"}, _url, "Plan"),
    Happenings(_chosen, {"shared_decision": "Options laid open"}, _url, "Plan"),
)

PARTS = Parts(
    tabs=(Tab("plan", _said(""), "plan/", 30, _is_open),),
    happenings=HAPPENINGS,
    dues=(_dues,),
    flags=(_flags,),
    open_ends=(_open_ends,),
)
