"""What staffings add to a case."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.parts import Flag, Happenings, Look, OpenEnd, Parts, Tab, lines
from rightdoor.casework.cases.queries import STAFFING_WORDS
from rightdoor.casework.clients.disclosure import may_read
from rightdoor.casework.staffings.agenda.queries import (
    items_due,
    not_finished,
    open_items_on,
    releases_running_out,
    staffings_due,
    summaries_due,
)
from rightdoor.casework.staffings.cadence.queries import next_day_of
from rightdoor.casework.staffings.models import CaseSummary, Staffing
from rightdoor.domain.permission import may
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.jurisdiction.templatetags.words import day


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


def _reads(look: Look) -> bool:
    """Is the coordination core, to which staffings belong, open to whoever looks?"""
    found = may_read(look.viewer, look.case.client, look.tie, "CORE", look.now, holder=look.case.holder)
    return found.allowed and not found.status_only and may(look.viewer, "staffing.read", look.tie)


def _flags(look: Look) -> list[Flag]:
    if look.case.state != "open" or not _reads(look):
        return []
    coming = next_day_of(look.case, look.now)
    if coming.state != "overdue" or coming.on is None:
        return []
    return [Flag(f"Staffing was due {day(coming.on)}", "late", url=f"/cases/{look.case.code}/staffings/")]


def _open_ends(look: Look) -> list[OpenEnd]:
    """What a case leaves behind that its staffings began."""
    base = f"/cases/{look.case.code}/staffings/"
    coming, owed = not_finished(look.case)
    found = [OpenEnd("A staffing is still to be held", f"/staffings/{code}/", stops=True) for code in coming]
    found += [OpenEnd("A summary is not shared yet", f"/staffings/{code}/summary/", stops=True) for code in owed]
    many = open_items_on(look.case)
    if many:
        said = "1 task of a staffing is not done" if many == 1 else f"{many} tasks of staffings are not done"
        found.append(OpenEnd(said, base))
    return found


PARTS = Parts(
    tabs=(Tab("staffings", "Staffings", "staffings/", 170, _reads),),
    happenings=HAPPENINGS,
    dues=(items_due, staffings_due, summaries_due, releases_running_out),
    flags=(_flags,),
    open_ends=(_open_ends,),
)
