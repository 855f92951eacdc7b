"""What service plans add to a case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.parts import Happenings, Parts, lines
from rightdoor.casework.plans.models import ServicePlan
from rightdoor.foundation.jurisdiction.active import active_pack


def _written(case: Case) -> QuerySet[Any, dict[str, Any]]:
    rows = ServicePlan.objects.filter(case=case)
    return lines(rows, at="written_at", kind="plan.written", klass="PLAN", holder=case.holder, by="written_by")


def _adopted(case: Case) -> QuerySet[Any, dict[str, Any]]:
    rows = ServicePlan.objects.filter(case=case)
    return lines(rows, at="adopted_at", kind="plan.adopted", klass="PLAN", holder=case.holder)


def _url(kind: str, about: str) -> str:
    return f"/plans/{about}/"


def _said(what: str) -> Callable[[], str]:
    def words() -> str:
        word = active_pack().word("service_plan")
        return f"{word[:1].upper()}{word[1:]} {what}"

    return words


HAPPENINGS = (
    Happenings(_written, {"plan.written": _said("written")}, _url, "Plan"),
    Happenings(_adopted, {"plan.adopted": _said("adopted")}, _url, "Plan"),
)

PARTS = Parts(happenings=HAPPENINGS)
