"""Cases for pages: found and authorized in one step, sealed facts opened once per page and recorded before shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from rightdoor.casework.cases.models import Case, StatusDetermination, visible_cases
from rightdoor.casework.cases.parts import Due, dues_of
from rightdoor.casework.clients.disclosure import (
    SealedField,
    ShownName,
    decision_on,
    may_read,
    open_fields,
    shown_names,
)
from rightdoor.casework.clients.facts import (
    Tie,
    as_coordinator,
    is_engaged,
    opens,
    opens_to_engaged,
    running_standings,
    ties_of,
)
from rightdoor.casework.clients.models import Block, ClientMerge, keeping_apart, kept_apart, regions_q
from rightdoor.casework.clients.models import Standing as StandingRow
from rightdoor.casework.clients.queries import seen_merges
from rightdoor.casework.clients.queries import standing_of as standing_of_client
from rightdoor.casework.referrals.queries import Exportable
from rightdoor.domain.confidentiality import Item
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.codes import is_code, normalise
from rightdoor.foundation.ready import Ready
from rightdoor.foundation.sealing.seals import SealContext

PAGE, WEEK = 50, timedelta(days=7)
ASKED_AT_ONCE = 200  # cases whose sharing facts are read together
EXPORTED = ("code", "region", "state", "mode", "cadence", "opened_at", "closed_at")
STAFFING_WORDS = {"emergency": "Emergency staffing", "ongoing": "Case staffing", "case_review": "Case review"}


@dataclass(frozen=True, slots=True)
class CaseFilters:
    """What the list of cases is narrowed to. Empty means all."""

    state: str = "open"
    mode: str = ""
    region: str = ""
    cadence: str = ""
    mine: bool = False  # those that the viewer coordinates in person
    due: str = ""  # late: something is; week: something will be; the soonest first
    sort: str = "newest"  # newest, oldest: by the day of opening


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A line of the list of cases: the client as the viewer may see it, and workflow."""

    code: str
    client: ShownName
    region: str
    state: str
    mode: str
    tier: int | None
    coordinator: str
    opened_at: datetime
    cadence: str = ""
    due: str = ""  # in words, where the list was narrowed to what is due
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseList:
    """A page of cases, with the codes that the neighbouring pages start from (empty at either end)."""

    rows: list[CaseRow]
    next: str = ""
    previous: str = ""


@dataclass(frozen=True, slots=True)
class Determination:
    """One determination of victim status, opened."""

    at: datetime
    by: str
    status: str
    evidence: str
    determined_by: str


@dataclass(frozen=True, slots=True)
class ComingStaffing:
    """The staffing that comes next: its code and its time."""

    code: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class PersonOnCase:
    """Somebody with a running standing to the client."""

    code: str
    name: str
    discipline: str
    kind: str
    until: datetime | None
    need: str = ""


def case_for(viewer: Viewer, code: str, now: datetime) -> Case:
    """The case, if this viewer may know of it. Raises NotVisible."""
    return case_and_tie(viewer, code, now)[0]


def case_and_tie(viewer: Viewer, code: str, now: datetime) -> tuple[Case, Tie]:
    """The case, if this viewer may know of it, and how the viewer stands to it. Two queries. Raises NotVisible.

    The same answer as `visible_cases` gives for a list, asked of one case alone.
    """
    found = _BY_CODE.objects(code=normalise(code)) if viewer.code else []
    if not found:
        raise NotVisible
    case: Case = found[0]
    told = standing_of_client(viewer, case.client, now)
    if not _may_know_of(viewer, case, told, now):
        raise NotVisible
    return case, _tie_to(viewer, case, told)


def _with_its_head() -> QuerySet[Case]:
    """Cases with what their head shows: who coordinates them, which staffing comes next, whether they stand alone."""
    staffing = Case._meta.get_field("staffings").related_model  # of a slice above this one
    coming = staffing.objects.filter(case=OuterRef("pk"), state="scheduled").order_by("starts_at", "pk")  # type: ignore[union-attr]
    name = Account.objects.filter(code=OuterRef("coordinator")).values("name")[:1]
    merges = ClientMerge.objects.filter(undone_at__isnull=True)
    return Case.objects.select_related("client", "referral").annotate(
        coordinator_name=Subquery(name),
        coming_code=Subquery(coming.values("code")[:1]),
        coming_at=Subquery(coming.values("starts_at")[:1]),
        is_merged=Exists(merges.filter(Q(leading=OuterRef("client")) | Q(following=OuterRef("client")))),
    )


_BY_CODE = Ready(lambda code: _with_its_head().filter(code=code), code="?code")


def _may_know_of(viewer: Viewer, case: Case, tie: Tie, now: datetime) -> bool:
    client, facts = case.client, tie.facts
    if viewer.code in facts.blocked:
        return False
    if viewer.covers_as("care_coordinator", case.region) and not (
        case.holder != viewer.agency and tie.keeps_apart(case.holder)
    ):
        return True
    if viewer.covers_as("care_coordinator", client.region):
        return False  # who coordinates the client's region needs no standing, and gets none through the back door
    return is_engaged(viewer, tie) and opens_to_engaged(viewer, client, tie, now)


def standing_of(viewer: Viewer, case: Case, now: datetime) -> Tie:
    """How the viewer stands to the case, with the facts that say so. One query.

    The coordinators of a region stand in for each other at any hour, so the region's coordinators count as assigned.
    """
    return _tie_to(viewer, case, standing_of_client(viewer, case.client, now))


def _tie_to(viewer: Viewer, case: Case, tie: Tie) -> Tie:
    # That the viewer's agency keeps the record is a ground to read it, never a place on the case's team.
    return replace(as_coordinator(viewer, tie, case.region), owns=False, closed=case.state == "closed")


def own_open_cases(viewer: Viewer, now: datetime, *, limit: int) -> tuple[list[Case], dict[int, Tie]]:
    """The open cases that the viewer coordinates or is assigned to, newest first, with the ties by client's key."""
    assigned = StandingRow.objects.filter(
        account_code=viewer.code, kind="assigned", starts_at__lte=now, ended_by=""
    ).values("client")
    own = Q(coordinator=viewer.code) | Q(client__in=assigned)
    found = visible_cases(viewer, now).filter(own, state="open").select_related("client", "referral")
    cases = list(found.order_by("-opened_at", "-id")[:limit])
    ties = ties_of(viewer, [case.client for case in cases], now)
    return cases, {case.client_id: _tie_to(viewer, case, ties[case.client_id]) for case in cases}


def case_rows(
    viewer: Viewer, filters: CaseFilters, now: datetime, *, after: str = "", before: str = "", size: int = PAGE
) -> CaseList:
    """A page of the viewer's cases, newest first: one walk along an index, names in one reading."""
    seen = _narrowed(viewer, filters, now)
    if filters.due:
        asked = after or before  # here the number of a page
        number = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
        return _due_rows(viewer, seen, filters.due, now, number=number, size=size)
    oldest_first = filters.sort == "oldest"
    mark = before or after
    row = visible_cases(viewer, now).filter(code=mark).values("opened_at", "id").first() if is_code(mark) else None
    backwards = bool(before and row)
    upwards = backwards != oldest_first
    order = ("opened_at", "id") if upwards else ("-opened_at", "-id")
    if row is not None:
        side = "gt" if upwards else "lt"
        seen = seen.filter(**{f"opened_at__{side}e": row["opened_at"]}).filter(
            Q(**{f"opened_at__{side}": row["opened_at"]}) | Q(**{f"id__{side}": row["id"]})
        )
    cases = list(seen.select_related("client", "referral").order_by(*order)[: size + 1])
    more = len(cases) > size
    cases = cases[:size]
    if backwards:
        cases.reverse()
    return CaseList(
        rows=_rows_of(viewer, cases, now),
        next=cases[-1].code if cases and (more or backwards) else "",
        previous=cases[0].code if cases and row is not None and (more or not backwards) else "",
    )


def exportable_cases(viewer: Viewer, filters: CaseFilters, now: datetime) -> list[Exportable]:
    """The cases of the list whose coordination record the sharing rule lets this viewer export, in its order. (SR-11)

    Codes, choices and times: nothing that says who somebody is.
    """
    seen = _narrowed(viewer, filters, now)
    if filters.due:
        known, order, _ = _due_order(viewer, seen, filters.due, now)
        listed = [known[pk] for pk in order]
    else:
        keys = ("opened_at", "id") if filters.sort == "oldest" else ("-opened_at", "-id")
        listed = list(seen.select_related("client", "referral").order_by(*keys))
    found = []
    for start in range(0, len(listed), ASKED_AT_ONCE):
        batch = listed[start : start + ASKED_AT_ONCE]
        ties = ties_of(viewer, {case.client for case in batch}, now)
        for case in batch:
            item = Item("CORE", case.holder, code=case.code)
            tie = _tie_to(viewer, case, replace(ties[case.client_id], region=False))
            ground = decision_on(viewer, case.client, item, now, action="export", tie=tie)
            if ground.allowed and not ground.status_only:
                columns = {column: getattr(case, column) for column in EXPORTED}
                found.append(Exportable(case.client.code, {**columns, "tier": case.referral.tier}))
    return found


def _narrowed(viewer: Viewer, filters: CaseFilters, now: datetime) -> QuerySet[Case]:
    """The viewer's cases under these filters, but for what is due."""
    seen = visible_cases(viewer, now)
    if viewer.has("care_coordinator"):
        apart = kept_apart(viewer).values("client")  # those of another region are reached from their meeting
        shared = running_standings(viewer, now, ["shared"]).values("client")
        seen = Case.objects.filter(regions_q(viewer) | Q(client__in=shared)).exclude(client__in=apart)
        seen = seen.exclude(holder__in=keeping_apart(viewer))
    narrowed = {
        "state": filters.state,
        "mode": filters.mode,
        "region": filters.region,
        "cadence": filters.cadence,
        "coordinator": viewer.code if filters.mine else "",
    }
    return seen.filter(**{column: value for column, value in narrowed.items() if value})


def _due_order(
    viewer: Viewer, seen: QuerySet[Case], due: str, now: datetime
) -> tuple[dict[int, Case], list[int], dict[int, Due]]:
    """The cases on which something is late or due, by key; their keys, the soonest first; and what is due first."""
    cases = list(seen.select_related("client", "referral").order_by("-opened_at", "-id"))
    ties = ties_of(viewer, [case.client for case in cases], now)
    first: dict[int, Due] = {}
    until = now if due == "late" else now + WEEK
    for one in dues_of(viewer, cases, ties, now, until=until):
        first.setdefault(one.case_id, one)
    known = {case.pk: case for case in cases}
    order = sorted((pk for pk in first if pk in known), key=lambda pk: (first[pk].due_at or now, -pk))
    return known, order, first


def _due_rows(viewer: Viewer, seen: QuerySet[Case], due: str, now: datetime, *, number: int, size: int) -> CaseList:
    """The cases on which something is late, or due within the week: the soonest first, by page number."""
    known, order, first = _due_order(viewer, seen, due, now)
    start = (max(number, 1) - 1) * size
    rows = _rows_of(viewer, [known[pk] for pk in order[start : start + size]], now)
    told = {known[pk].code: first[pk] for pk in order}
    return CaseList(
        [replace(row, due=told[row.code].what, due_at=told[row.code].due_at) for row in rows],
        next=str(number + 1) if len(order) > start + size else "",
        previous=str(number - 1) if number > 1 else "",
    )


def _rows_of(viewer: Viewer, cases: list[Case], now: datetime) -> list[CaseRow]:
    """These cases as lines, names in one reading."""
    clients = {case.client_id: case.client for case in cases}
    ties = ties_of(viewer, clients.values(), now)
    names = shown_names(viewer, clients.values(), now, ties=ties)
    core = {pk for pk, client in clients.items() if opens(viewer, client, ties[pk], "CORE", now)}
    people = names_of_accounts({case.coordinator for case in cases})
    return [
        CaseRow(
            case.code,
            names[case.client.code],
            case.region,
            case.state,
            case.mode,
            case.referral.tier if case.client_id in core else None,
            people.get(case.coordinator, ""),
            case.opened_at,
            case.cadence if case.client_id in core else "",
        )
        for case in cases
    ]


def shown_client(viewer: Viewer, case: Case, now: datetime, tie: Tie | None = None) -> ShownName:
    """The client of a case as this viewer may see it: the name only for whom it is open, the code for everybody."""
    ties = None if tie is None else {case.client_id: tie}
    return shown_names(viewer, [case.client], now, ties=ties)[case.client.code]


def determinations_of(viewer: Viewer, case: Case, now: datetime, tie: Tie | None = None) -> list[Determination]:
    """The history of victim status, newest first, for whom the case is open. Recorded before it is returned."""
    standing = tie or standing_of(viewer, case, now)
    check_may(viewer, "case.read", standing)
    rows = list(case.determinations.order_by("-at", "-id"))
    if not rows:
        return []
    told = open_fields(
        viewer,
        case.client,
        [SealedField(determination_label(row, case), row.told_sealed) for row in rows],
        now,
        verb="case.read",
        purpose="victim-status",
        obj=case,
        standing=standing,
    )
    return [
        Determination(row.at, row.by, words["status"], words["evidence"], words["determined_by"])
        for row, words in zip(rows, told, strict=True)
        if words is not None
    ]


def determination_label(determination: StatusDetermination, case: Case) -> SealContext:
    """The label under which a determination is sealed."""
    return SealContext("cases_statusdetermination", "told", determination.code, case.client.code, case.holder, "CORE")


def plan_status(viewer: Viewer, case: Case, now: datetime, tie: Tie) -> datetime | None:
    """When the service plan that holds was adopted, for whom only its status is open: a date and no word of it. None
    where there is none, and for everybody else. Recorded before it is returned. (practice.md 4.5, cells S)
    """
    found = may_read(viewer, case.client, tie, "PLAN", now, holder=case.holder)
    if not found.allowed or not found.status_only:
        return None
    adopted: datetime | None = case.plans.filter(state="adopted").values_list("adopted_at", flat=True).first()
    if adopted is not None:
        record_read(viewer, "plan.read", case, classes=("PLAN",), basis="status", purpose="status")
    return adopted


def names_of_accounts(codes: Iterable[str]) -> dict[str, str]:
    """Names of staff by account code, in one query."""
    wanted = set(codes) - {""}
    return dict(Account.objects.filter(code__in=wanted).values_list("code", "name")) if wanted else {}


def accounts_of(codes: Iterable[str]) -> list[Account]:
    """Accounts of staff by code, by name. One query."""
    return list(Account.objects.filter(code__in=set(codes) - {""}).order_by("name", "code"))


def next_staffing(case: Case) -> ComingStaffing | None:
    """The staffing that comes next, or None. No query for a case that `case_for` gave, else one."""
    if not hasattr(case, "coming_code"):
        case = _with_its_head().get(pk=case.pk)
    return ComingStaffing(case.coming_code, case.coming_at) if case.coming_code else None  # type: ignore[attr-defined]


def coordinator_name(case: Case) -> str:
    """Who coordinates the case. No query for a case that `case_for` gave, else one."""
    if not hasattr(case, "coordinator_name"):
        return names_of_accounts({case.coordinator}).get(case.coordinator, "")
    return case.coordinator_name or ""


def merges_on(viewer: Viewer, case: Case, now: datetime) -> list[ClientMerge]:
    """The merges in force of this case's client of which the viewer may know both entries. No query where there are
    none and `case_for` gave the case, else two.
    """
    return seen_merges(viewer, [case.client_id], now) if getattr(case, "is_merged", True) else []


def running_blocks(case: Case) -> list[Block]:
    """Who is kept apart from the case's client at present, newest first. One query."""
    running = Block.objects.select_related("client").filter(client=case.client_id, ended_at__isnull=True)
    return list(running.order_by("-starts_at", "-pk"))


def people_on(case: Case, now: datetime) -> list[PersonOnCase]:
    """Everybody who has a running standing, the coordinator first; assigned before invited."""
    rows = [
        row
        for row in StandingRow.objects.filter(client=case.client_id, kind__in=["assigned", "invited", "shared"])
        .filter(starts_at__lte=now)
        .order_by("-kind", "starts_at")
        if row.ends_at is None or row.ends_at > now
    ]
    names = names_of_accounts([row.account_code for row in rows] + [case.coordinator])
    people = {
        row.account_code: PersonOnCase(
            row.account_code, names.get(row.account_code, ""), row.discipline, row.kind, row.ends_at, row.need
        )
        for row in rows
    }
    people[case.coordinator] = PersonOnCase(
        case.coordinator, names.get(case.coordinator, ""), "care_coordinator", "assigned", None
    )
    return sorted(people.values(), key=lambda one: (one.code != case.coordinator, one.kind, one.discipline, one.name))
