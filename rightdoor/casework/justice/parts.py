"""What this slice adds to a case: two tabs, lines of the timeline, court dates and alerts that come near."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F, QuerySet

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.parts import Due, Flag, Happenings, Look, OpenEnd, Parts, Tab, lines
from rightdoor.casework.clients.disclosure import may_read
from rightdoor.casework.clients.facts import Tie
from rightdoor.casework.justice import queries
from rightdoor.casework.justice.models import Arrest, Charge, CourtDate, Kept, Offender, Proceeding, Relief, VictimRight
from rightdoor.domain.permission import Viewer, may
from rightdoor.foundation.jurisdiction.active import local, zone
from rightdoor.foundation.jurisdiction.templatetags.words import day

SOON = timedelta(days=14)
TOPIC = "trial_schedule"
NOW_TOLD = {"soon", "last_days", "over", "establish"}  # of an alert without a day: to be seen to at once


def _justice_is_open(look: Look) -> bool:
    return may(look.viewer, "justice.read", look.tie) and _anything(look, "LE", "PROS", "CORE")


def _relief_is_open(look: Look) -> bool:
    return may(look.viewer, "relief.read", look.tie) and _anything(look, "IMM", "SAFE", "PLAN")


def _anything(look: Look, *classes: str) -> bool:
    """Who is on the case may keep records of their own there; others find the tab where something of it is open."""
    if look.tie.assigned:
        return True
    case = look.case
    return any(
        may_read(look.viewer, case.client, look.tie, klass, look.now, holder=case.holder).allowed for klass in classes
    )


TABS = (
    Tab("justice", "Justice", "justice/", 135, _justice_is_open),
    Tab("relief", "Legal relief", "relief/", 150, _relief_is_open),
)

# model, moment, key of the words, the words, where it leads
_TOLD: tuple[tuple[type[Kept], str, str, str, str], ...] = (
    (Proceeding, "recorded_at", "proceeding", "Investigation or prosecution recorded", "/justice/proceedings/"),
    (Offender, "recorded_at", "offender", "Alleged offender recorded", "/justice/offenders/"),
    (Arrest, "recorded_at", "arrest", "Arrest recorded", "/justice/arrests/"),
    (Charge, "recorded_at", "charge", "Charge recorded", "/justice/charges/"),
    (CourtDate, "recorded_at", "court_date", "Court date recorded", "/justice/court-dates/"),
    (VictimRight, "recorded_at", "right", "Right of the victim recorded", "/justice/rights/"),
    (Relief, "recorded_at", "relief", "Legal relief recorded", "/relief/"),
)


def _happenings(model: type[Kept], at: str, key: str, words: str, where: str) -> Happenings:
    kind = f"justice.{key}"

    def rows(case: Case) -> QuerySet[Any, dict[str, Any]]:
        found = model._default_manager.filter(case=case)
        return lines(found, at=at, kind=kind, klass=F("data_class"), holder=F("holder"), by="recorded_by")

    return Happenings(rows, {kind: words}, _leads(where), "Justice")


def _leads(where: str) -> Callable[[str, str], str]:
    return lambda kind, about: f"{where}{about}/" if about else ""


def _end_of(on: date) -> datetime:
    return datetime.combine(on, time(23, 59), tzinfo=zone())


def court_dues(viewer: Viewer, cases: Sequence[Case], ties: Mapping[int, Tie], now: datetime) -> list[Due]:
    """Court dates that are coming: the hour for whom the record is open, for others the day alone."""
    return [
        Due(
            case.pk,
            "court",
            "Court date",
            _end_of(local(row.starts_at).date()) if decision.status_only else row.starts_at,
            f"/cases/{case.code}/justice/",
            about="" if decision.status_only else row.code,
            klass=row.data_class,
            topic=TOPIC,
        )
        for case, row, decision in queries.coming_on(viewer, cases, ties, now)
    ]


def right_dues(viewer: Viewer, cases: Sequence[Case], ties: Mapping[int, Tie], now: datetime) -> list[Due]:
    """What is owed to the victim."""
    return [
        Due(
            case.pk,
            "victim_right",
            "Right of the victim, owed",
            _end_of(row.owed_on) if row.owed_on else None,
            f"/justice/rights/{row.code}/",
            about=row.code,
            owner=row.recorded_by,
            klass=row.data_class,
            topic=TOPIC,
        )
        for case, row in queries.owed_rights(viewer, cases, ties, now)
    ]


def relief_dues(viewer: Viewer, cases: Sequence[Case], ties: Mapping[int, Tie], now: datetime) -> list[Due]:
    """Alerts of legal relief, for whom the item is open. Without a day: due now, as a day tells a birthday."""
    found = []
    for case, item in queries.running_relief(viewer, cases, ties, now):
        for one in item.alerts:
            due_on = one.alert.due_on
            at = _end_of(due_on) if due_on else (now if one.alert.state in NOW_TOLD else None)
            what = f"{item.label}: establish {one.lacks}" if one.lacks else one.what
            row = item.shown.row
            found.append(
                Due(
                    case.pk,
                    "relief.alert",
                    what,
                    at,
                    f"/relief/{row.code}/",
                    about=row.code,
                    owner=row.recorded_by,
                    klass=row.data_class,
                )
            )
    return found


def flags(look: Look) -> list[Flag]:
    """A court date within two weeks; a protective order that ends, or has ended."""
    ties = {look.case.client_id: look.tie}
    url = f"/cases/{look.case.code}/justice/"
    coming = queries.coming_on(look.viewer, [look.case], ties, look.now, until=look.now + SOON)
    found = []
    if coming:
        first = min((row.starts_at for _, row, _ in coming))
        found.append(Flag(f"Court date {day(first)}", "warning", url=url))
    orders = queries.ending_orders(look.viewer, look.case, look.tie, look.now, within=SOON)
    if orders:
        ends = min(row.ends_on for row in orders if row.ends_on is not None)
        is_over = ends < local(look.now).date()
        words = f"Protective order {'ended' if is_over else 'ends'} {day(ends)}"
        found.append(Flag(words, "late" if is_over else "warning", url=f"/cases/{look.case.code}/relief/"))
    return found


def open_ends(look: Look) -> list[OpenEnd]:
    """A proceeding or an item of relief that still runs: closing the case needs a word about it."""
    found = []
    if count := queries.open_proceedings(look.viewer, look.case, look.tie, look.now):
        words = "An investigation or prosecution is open" if count == 1 else f"{count} proceedings are open"
        found.append(OpenEnd(f"{words}. Say who goes along with the client from now on.", _justice(look)))
    if count := queries.running_relief_count(look.viewer, look.case, look.tie, look.now):
        words = "An item of legal relief runs" if count == 1 else f"{count} items of legal relief run"
        found.append(OpenEnd(f"{words}. Say who watches its dates from now on.", f"/cases/{look.case.code}/relief/"))
    return found


def _justice(look: Look) -> str:
    return f"/cases/{look.case.code}/justice/"


PARTS = Parts(
    tabs=TABS,
    happenings=tuple(_happenings(*told) for told in _TOLD),
    dues=(court_dues, right_dues, relief_dues),
    flags=(flags,),
    open_ends=(open_ends,),
)
