"""Cadence for pages: the next day of each case, and why it is set so. Days and choices are clear; the reason is not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from rightdoor.casework.cases.models import Case
from rightdoor.casework.clients.disclosure import SealedField, ShownName, open_fields, shown_names
from rightdoor.casework.clients.facts import Tie
from rightdoor.casework.clients.models import keeping_apart, kept_apart, regions_q
from rightdoor.casework.staffings.models import CadenceSetting, Staffing
from rightdoor.domain import cadence as rule
from rightdoor.domain.cadence import Next, Rhythm
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.ready import Ready
from rightdoor.foundation.sealing.seals import SealContext


@dataclass(frozen=True, slots=True)
class CaseDue:
    """A case on the list by next day."""

    case: Case
    client: ShownName
    cadence: str
    next: Next
    last_held_on: date | None
    staffing: str = ""  # code of the one that is called


def cadence_choices() -> list[tuple[str, str]]:
    """The cadences of a case with the pack's words and days."""
    found = []
    for key in rule.KEYS:
        one = active_pack().cadence(key)
        every = f", every {one.every_days} days" if one.every_days else ""
        found.append((key, f"{one.label}{every}"))
    return found


def cadence_label(key: str) -> str:
    """The pack's word for a cadence; "" where none is set."""
    return str(active_pack().cadence(key).label) if key in rule.KEYS else ""


def days_of(key: str) -> int | None:
    """The days of a cadence by the pack, None on request."""
    return active_pack().cadence(key).every_days if key in rule.KEYS else None


def _rhythms(cases: list[int]) -> QuerySet[Case, tuple[Any, ...]]:
    setting = CadenceSetting.objects.filter(case=OuterRef("pk")).order_by("-set_at", "-id")
    held = Staffing.objects.filter(case=OuterRef("pk"), state="held").order_by("-held_at", "-id")
    coming = Staffing.objects.filter(case=OuterRef("pk"), state="scheduled").order_by("starts_at", "id")
    return (
        Case.objects.filter(pk__in=cases)
        .annotate(
            chosen_on=Subquery(setting.values("next_on")[:1]),
            chosen_at=Subquery(setting.values("set_at")[:1]),
            last_held_at=Subquery(held.values("held_at")[:1]),
            coming_at=Subquery(coming.values("starts_at")[:1]),
            coming_code=Subquery(coming.values("code")[:1]),
        )
        .values_list("pk", "cadence", "chosen_on", "chosen_at", "last_held_at", "coming_at", "coming_code")
    )


_RHYTHMS = Ready(_rhythms, lists=("cases",), cases=-1)


def next_days(cases: Iterable[Case], now: datetime) -> dict[int, tuple[Next, date | None, str]]:
    """By the case's primary key: when it comes up next, when it was staffed last, the code of the staffing that is
    called. One query, however many cases.
    """
    known = {case.pk: case for case in cases}
    if not known:
        return {}
    rows = _RHYTHMS.rows(cases=list(known))
    today = local(now).date()
    strictest = rule.strictest_of(days_of(key) for key in rule.KEYS)
    found = {}
    for pk, key, chosen_on, chosen_at, last_held_at, coming_at, code in rows:
        rhythm = Rhythm(
            opened_on=local(known[pk].opened_at).date(),
            is_set=key in rule.KEYS,
            every_days=days_of(key),
            chosen_on=chosen_on,
            chosen_at=_day(chosen_at),
            last_held_on=_day(last_held_at),
            scheduled_on=_day(coming_at),
        )
        found[pk] = (rule.next_of(rhythm, today, strictest=strictest), rhythm.last_held_on, code or "")
    return found


def _day(at: datetime | None) -> date | None:
    return None if at is None else local(at).date()


def next_day_of(case: Case, now: datetime) -> Next:
    """When one case comes up next."""
    return next_days([case], now)[case.pk][0]


def cases_by_next_day(viewer: Viewer, now: datetime, *, region: str = "", named: int = 0) -> list[CaseDue]:
    """Every open case of the coordinator's regions, the one that is due first at the top; on request last.

    The first `named` of them with the client's name where it is open, the others under their codes: a name that nobody
    looks at is not opened.
    """
    if not viewer.has("care_coordinator"):
        return []
    apart = kept_apart(viewer).values("client")
    cases = (
        Case.objects.filter(regions_q(viewer), state="open")
        .exclude(client__in=apart)
        .exclude(holder__in=keeping_apart(viewer))
    )
    if region:
        cases = cases.filter(region=region)
    rows = list(cases.select_related("client", "referral").order_by("pk"))
    days = next_days(rows, now)
    rows.sort(key=lambda case: (days[case.pk][0].on is None, days[case.pk][0].on or date.max, case.code))
    names = shown_names(viewer, [case.client for case in rows[:named]], now) if named else {}
    return [
        CaseDue(
            case,
            names.get(case.client.code) or ShownName(case.client.code),
            cadence_label(case.cadence),
            *days[case.pk],
        )
        for case in rows
    ]


def with_names(viewer: Viewer, rows: Sequence[CaseDue], now: datetime) -> list[CaseDue]:
    """These rows with the client's name where it is open to the viewer. Recorded before they are returned."""
    names = shown_names(viewer, [row.case.client for row in rows], now) if rows else {}
    return [replace(row, client=names.get(row.case.client.code) or row.client) for row in rows]


def setting_of(viewer: Viewer, case: Case, now: datetime, tie: Tie) -> tuple[CadenceSetting | None, str]:
    """The setting that holds, and its reason in words for whom the core is open. Recorded before it is returned."""
    row = CadenceSetting.objects.filter(case=case).order_by("-set_at", "-id").first()
    if row is None:
        return None, ""
    row.case = case
    (why,) = open_fields(
        viewer,
        case.client,
        [SealedField(why_label(row), row.why_sealed)],
        now,
        verb="case.read",
        purpose="cadence",
        obj=case,
        standing=tie,
    )
    return row, why or ""


def why_label(row: CadenceSetting) -> SealContext:
    """The label of a setting's reason."""
    case = row.case
    return SealContext("staffings_cadencesetting", "why", row.code, case.client.code, case.holder, "CORE")
