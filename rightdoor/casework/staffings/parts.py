"""What staffings add to a case."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.parts import Happenings, Parts, lines
from rightdoor.casework.cases.queries import STAFFING_WORDS
from rightdoor.casework.staffings.models import CaseSummary, Staffing
from rightdoor.foundation.jurisdiction.active import active_pack


def _scheduled(case: Case) -> QuerySet[Any, dict[str, Any]]:
    rows = Staffing.objects.filter(case=case)
    return lines(
        rows, at="meeting__convened_at", kind=_kind("scheduled"), klass="CORE", holder=case.holder,
        by="meeting__convened_by",
    )  # fmt: skip


def _held(case: Case) -> QuerySet[Any, dict[str, Any]]:
    rows = Staffing.objects.filter(case=case)
    return lines(rows, at="held_at", kind=_kind("held"), klass="CORE", holder=case.holder)


def _shared(case: Case) -> QuerySet[Any, dict[str, Any]]:
    rows = CaseSummary.objects.filter(staffing__case=case)
    return lines(rows, at="filed_at", kind="summary.shared", klass="CORE", holder=case.holder, by="filed_by")


def _kind(what: str) -> Concat:
    return Concat(Value("staffing."), F("kind"), Value(f".{what}"))


def _url(kind: str, about: str) -> str:
    return f"/summaries/{about}/" if kind == "summary.shared" else f"/staffings/{about}/"


def _summary_shared() -> str:
    word = active_pack().word("case_summary")
    return f"{word[:1].upper()}{word[1:]} shared"


HAPPENINGS = (
    Happenings(
        _scheduled,
        {f"staffing.{kind}.scheduled": f"{words} scheduled" for kind, words in STAFFING_WORDS.items()},
        _url,
        "Staffings",
    ),
    Happenings(
        _held, {f"staffing.{kind}.held": f"{words} held" for kind, words in STAFFING_WORDS.items()}, _url, "Staffings"
    ),
    Happenings(_shared, {"summary.shared": _summary_shared}, _url, "Staffings"),
)

PARTS = Parts(happenings=HAPPENINGS)
