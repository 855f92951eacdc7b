"""The running order as one person sees it: only the lines that are open to them, numbered one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import people_on, running_blocks
from rightdoor.casework.clients.disclosure import ShownName, shown_names
from rightdoor.casework.clients.models import keeping_apart, kept_apart, regions_q
from rightdoor.casework.staffings.models import Staffing
from rightdoor.casework.staffings.queries import seats_of, staffings_at, visible_staffings
from rightdoor.community.meetings.models import Meeting
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.accounts.models import Account


@dataclass(frozen=True, slots=True)
class Line:
    """One case of the running order. `number` counts the lines that this viewer sees, and tells nothing of others."""

    number: int
    staffing: Staffing
    client: ShownName
    begins_at: datetime
    minutes: int
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """The neighbours of a case at its meeting, among those that the viewer sees."""

    number: int
    of: int
    before: str = ""
    after: str = ""


def order_of(viewer: Viewer, meeting_code: str, now: datetime) -> list[Line]:
    """The lines that are open to the viewer. What is not open leaves no gap, no number, no line."""
    seen = staffings_at(viewer, meeting_code, now)
    if not seen:
        return []
    names = shown_names(viewer, [one.case.client for one in seen], now)
    return [
        Line(
            at,
            one,
            names[one.case.client.code],
            one.turn_at or one.starts_at,
            one.planned_minutes,
            at == 1,
            at == len(seen),
        )
        for at, one in enumerate(seen, start=1)
    ]


def beside(viewer: Viewer, staffing: Staffing, now: datetime) -> Beside | None:
    """The case before and the case after, among those that the viewer sees; None where it is the only one."""
    codes = list(
        visible_staffings(viewer, now)
        .filter(meeting=staffing.meeting_id)
        .exclude(state="cancelled")
        .order_by("place", "id")
        .values_list("code", flat=True)
    )
    if len(codes) < 2 or staffing.code not in codes:
        return None
    at = codes.index(staffing.code)
    before = codes[at - 1] if at else ""
    after = codes[at + 1] if at + 1 < len(codes) else ""
    return Beside(at + 1, len(codes), before, after)


def cases_to_choose(viewer: Viewer, codes: Iterable[str], now: datetime) -> list[Case]:
    """The coordinator's open cases of these codes, in the order of the codes."""
    wanted = list(dict.fromkeys(codes))
    cases = {
        case.code: case
        for case in Case.objects.select_related("client", "referral")
        .filter(regions_q(viewer), code__in=wanted, state="open")
        .exclude(client__in=kept_apart(viewer).values("client"))
        .exclude(holder__in=keeping_apart(viewer))
    }
    return [cases[code] for code in wanted if code in cases]


def who_works_on(case: Case, now: datetime) -> dict[str, str]:
    """Account code -> discipline of whoever is assigned to the case: they are let in for it, and need no choice."""
    return {one.code: one.discipline for one in people_on(case, now) if one.kind == "assigned"}


def kept_from(case: Case, people: Iterable[str]) -> frozenset[str]:
    """Of these people, by account code, those who are kept apart from the case's client, alone or with their agency."""
    blocks = running_blocks(case)
    alone = {row.account_code for row in blocks} - {""}
    agencies = {row.agency_code for row in blocks} - {""}
    known = Account.objects.filter(code__in=set(people)).filter(Q(code__in=alone) | Q(agency_code__in=agencies))
    return frozenset(known.values_list("code", flat=True)) if blocks else frozenset()


def codes_let_in(staffing: Staffing) -> frozenset[str]:
    """Account codes of those who are there for this case."""
    return frozenset(row.account.code for row in seats_of(staffing))


def turns_of(meeting: Meeting) -> list[Staffing]:
    """Every case of the meeting in its order, for who calls it: a coordinator sees them all."""
    return list(
        Staffing.objects.select_related("case", "case__client", "case__referral", "meeting")
        .filter(meeting=meeting)
        .exclude(state="cancelled")
        .order_by("place", "id")
    )
