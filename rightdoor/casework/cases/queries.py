"""Cases for pages: found and authorized in one step, sealed facts opened once per page and recorded before shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rightdoor.casework.cases.models import Case, StatusDetermination, visible_cases
from rightdoor.casework.clients.models import Standing as StandingRow
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Standing, Viewer
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.sealing.seals import SealContext, open_json

PAGE = 50


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A line of the list of cases: codes and workflow only."""

    code: str
    client_code: str
    referral_code: str
    region: str
    state: str
    mode: str
    tier: int | None
    coordinator: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Determination:
    """One determination of victim status, opened."""

    at: datetime
    by: str
    status: str
    evidence: str
    determined_by: str


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of the timeline: when, what in words without a name, and where it leads."""

    at: datetime
    what: str
    by: str
    path: str = ""


def case_for(viewer: Viewer, code: str, now: datetime) -> Case:
    """The case, if this viewer may know of it. Raises NotVisible."""
    case = visible_cases(viewer, now).select_related("client", "referral").filter(code=code).first()
    if case is None:
        raise NotVisible
    return case


def standing_of(viewer: Viewer, case: Case, now: datetime) -> Standing:
    """How the viewer stands to the case. One query for whom the region does not settle it.

    The coordinators of a region stand in for each other at any hour, so the region's coordinators count as assigned.
    """
    if viewer.has("care_coordinator") and viewer.covers(case.region):
        return Standing(assigned=True, region=True)
    kinds = {
        row.kind
        for row in StandingRow.objects.filter(client=case.client_id, account_code=viewer.code, starts_at__lte=now)
        if row.ends_at is None or row.ends_at > now
    }
    return Standing(assigned="assigned" in kinds, invited="invited" in kinds)


def case_rows(
    viewer: Viewer, now: datetime, *, state: str = "open", mode: str = "", after: tuple[datetime, int] | None = None
) -> tuple[list[CaseRow], tuple[datetime, int] | None]:
    """A page of the viewer's cases, newest first, and the key of the next page. One query."""
    rows = visible_cases(viewer, now).select_related("client", "referral")
    if state:
        rows = rows.filter(state=state)
    if mode:
        rows = rows.filter(mode=mode)
    if after is not None:
        from django.db.models import Q

        rows = rows.filter(Q(opened_at__lt=after[0]) | Q(opened_at=after[0], id__lt=after[1]))
    cases = list(rows.order_by("-opened_at", "-id")[: PAGE + 1])
    more = (cases[PAGE - 1].opened_at, cases[PAGE - 1].id) if len(cases) > PAGE else None
    return [
        CaseRow(
            c.code,
            c.client.code,
            c.referral.code,
            c.region,
            c.state,
            c.mode,
            c.referral.tier,
            c.coordinator,
            c.opened_at,
        )
        for c in cases[:PAGE]
    ], more


def determination_context(determination: StatusDetermination, case: Case, row: str) -> SealContext:
    """The label under which a determination is sealed."""
    return SealContext("cases_statusdetermination", "told_sealed", row, case.client.code, case.holder, "CORE")


def determinations_of(viewer: Viewer, case: Case, now: datetime) -> list[Determination]:
    """The history of victim status, newest first, for whom the case is open. Recorded before it is returned."""
    rows = list(case.determinations.order_by("-at", "-id"))
    if not rows:
        return []
    record_read(viewer, "case.status_read", case, subject=case.client.code, holder=case.holder, classes=("CORE",))
    found = []
    for row in rows:
        told = open_json(bytes(row.told_sealed), determination_context(row, case, _row_of(row, case)))
        found.append(Determination(row.at, row.by, told["status"], told["evidence"], told["determined_by"]))
    return found


def _row_of(determination: StatusDetermination, case: Case) -> str:
    return f"{case.code}/{determination.at.isoformat()}"


def names_of_accounts(codes: Sequence[str]) -> dict[str, str]:
    """Names of staff by account code, in one query."""
    return dict(Account.objects.filter(code__in=set(codes)).values_list("code", "name"))


def people_on(case: Case, now: datetime) -> list[tuple[str, str, str, str]]:
    """(account code, name, discipline, kind of standing) of everybody who has a running standing, coordinator first."""
    rows = [
        row
        for row in StandingRow.objects.filter(client=case.client_id, starts_at__lte=now).order_by("starts_at")
        if row.ends_at is None or row.ends_at > now
    ]
    names = names_of_accounts([row.account_code for row in rows] + [case.coordinator])
    people = {
        row.account_code: (row.account_code, names.get(row.account_code, ""), row.discipline, row.kind) for row in rows
    }
    people[case.coordinator] = (case.coordinator, names.get(case.coordinator, ""), "care_coordinator", "assigned")
    return sorted(people.values(), key=lambda person: (person[0] != case.coordinator, person[2], person[1]))
