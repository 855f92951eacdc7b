"""What closures and reviews add to a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from django.db.models import QuerySet

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.parts import Due, Flag, Happenings, Look, OpenEnd, Parts, Tab, lines
from rightdoor.casework.clients.disclosure import may_read
from rightdoor.casework.clients.facts import Tie
from rightdoor.casework.closure.models import Closure, Recommendation, Review
from rightdoor.casework.consents.queries import subpoenas_of
from rightdoor.domain.permission import Viewer, may
from rightdoor.foundation.jurisdiction.active import zone
from rightdoor.foundation.jurisdiction.templatetags.words import day


def _closed_before(case: Case) -> QuerySet[Any, dict[str, Any]]:
    """Endings that do not hold any more: the one that holds stands on the case itself."""
    rows = Closure.objects.filter(case=case, reopened_at__isnull=False)
    return lines(rows, at="closed_at", kind="closure.closed", klass="CORE", holder=case.holder, by="closed_by")


def _reopened(case: Case) -> QuerySet[Any, dict[str, Any]]:
    rows = Closure.objects.filter(case=case)
    return lines(rows, at="reopened_at", kind="closure.reopened", klass="CORE", holder=case.holder, by="reopened_by")


def _reviewed(case: Case) -> QuerySet[Any, dict[str, Any]]:
    # Who takes no part learns nothing of a review: it is about the staff, too.
    rows = Review.objects.filter(case=case)
    return lines(rows, at="held_at", kind="review.held", klass="PERF", holder=case.holder)


def _url(kind: str, about: str) -> str:
    return f"/reviews/{about}/" if kind == "review.held" else ""


HAPPENINGS = (
    Happenings(_closed_before, {"closure.closed": "Case closed"}, _url, "Closure"),
    Happenings(_reopened, {"closure.reopened": "Case opened again"}, _url, "Closure"),
    Happenings(_reviewed, {"review.held": "After-action review held"}, _url, "Closure", act="review.write"),
)


def core_is_open(look: Look) -> bool:
    """Is the coordination core, to which an ending belongs, open to whoever looks?"""
    found = may_read(look.viewer, look.case.client, look.tie, "CORE", look.now, holder=look.case.holder)
    return found.allowed and not found.status_only and may(look.viewer, "case.read", look.tie)


def _dues(viewer: Viewer, cases: Sequence[Case], ties: Mapping[int, Tie], now: datetime) -> list[Due]:
    """Recommendations of reviews: those of the viewer, and for a coordinator everybody's. One query."""
    known = {case.pk: case for case in cases}
    rows = Recommendation.objects.filter(review__case__in=known, state="open").select_related("review")
    found = []
    for row in rows.order_by("due_on", "pk"):
        case = known[row.review.case_id]
        tie = ties[case.client_id]
        if row.owner != viewer.code and not tie.region:
            continue
        core = may_read(viewer, case.client, tie, "CORE", now, holder=case.holder)
        if core.allowed and not core.status_only:
            found.append(
                Due(
                    case_id=case.pk,
                    kind="review.recommendation",
                    what="A recommendation of a review",
                    due_at=datetime.combine(row.due_on, time(23, 59), tzinfo=zone()),
                    url=f"/reviews/{row.review.code}/",
                    about=row.code,
                    owner=row.owner,
                    klass="CORE",
                )
            )
    return found


def _flags(look: Look) -> list[Flag]:
    closed_at = look.case.closed_at
    if closed_at is None or not core_is_open(look):
        return []
    return [Flag(f"Closed on {day(closed_at)}", "info", url=f"/cases/{look.case.code}/closure/")]


def _open_ends(look: Look) -> list[OpenEnd]:
    base = f"/cases/{look.case.code}/"
    found = []
    if any(one.settled_at is None for one in subpoenas_of(look.case.client)):
        found.append(OpenEnd("A subpoena is not answered", f"{base}consent/", stops=True))
    if Review.objects.filter(case=look.case, state="draft").exists():
        found.append(OpenEnd("A review is being written", f"{base}closure/"))
    return found


PARTS = Parts(
    tabs=(
        Tab("reports", "Reports", "reports/", 180, core_is_open),
        Tab("closure", "Closure", "closure/", 190, core_is_open),
    ),
    happenings=HAPPENINGS,
    dues=(_dues,),
    flags=(_flags,),
    open_ends=(_open_ends,),
)
