"""Records of this slice for pages, clocks and the schedule: decided row by row, recorded, and only then opened."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, TypeVar

from rightdoor.casework.cases.models import Case, visible_cases
from rightdoor.casework.cases.queries import names_of_accounts, standing_of
from rightdoor.casework.clients.disclosure import ShownName, birth_days, decision_on, open_fields, shown_names
from rightdoor.casework.clients.facts import Tie, as_coordinator, ties_of
from rightdoor.casework.justice import choices
from rightdoor.casework.justice.models import (
    CODE,
    Arrest,
    Charge,
    CourtDate,
    Kept,
    Offender,
    Proceeding,
    Relief,
    VictimRight,
    coming_court_dates,
)
from rightdoor.casework.justice.sealed import field_of, item_of, label_of
from rightdoor.casework.justice.shapes import SHAPES, steps_of
from rightdoor.community.partners.models import Agency
from rightdoor.community.partners.queries import agency_names
from rightdoor.domain.confidentiality import Decision
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.legal_relief import Alert, Known, alerts_of
from rightdoor.domain.permission import Viewer, may
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.codes import normalise
from rightdoor.foundation.jurisdiction.active import active_pack, local, zone
from rightdoor.foundation.ready import Ready
from rightdoor.foundation.sealing.seals import open_each
from rightdoor.packs.legal_relief import ReliefKind

Row = TypeVar("Row", bound=Kept)
MODELS: tuple[type[Kept], ...] = (Proceeding, Offender, Arrest, Charge, CourtDate, VictimRight)
MOST_OF_A_SCHEDULE = 1000  # court dates looked at for one page; more than any region has in its window
CODES_IN_ONE_EVENT = 1000
PAGE = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """A record as this viewer may see it. `told` holds only the status fields where no more is open."""

    row: Any
    told: Mapping[str, Any]
    holder: str
    is_own: bool
    is_status_only: bool

    @property
    def code(self) -> str:
        """Its code; nothing where only its status is open, since no page leads further."""
        return "" if self.is_status_only else self.row.code


@dataclass(frozen=True, slots=True)
class CaseJustice:
    """Everything of a case that this viewer may know of. `offenders_closed`: that there are some, and no more."""

    proceedings: list[Shown]
    offenders: list[Shown]
    arrests: list[Shown]
    charges: list[Shown]
    court_dates: list[Shown]
    rights: list[Shown]
    offenders_closed: int


@dataclass(frozen=True, slots=True)
class ShownAlert:
    """An alert in words."""

    alert: Alert
    what: str
    lacks: str


@dataclass(frozen=True, slots=True)
class ShownRelief:
    """An item of legal relief, opened, with what must be looked at now. `kind` None: the pack no longer holds it."""

    shown: Shown
    kind: ReliefKind | None
    label: str
    steps: list[tuple[str, date]]
    alerts: list[ShownAlert]


@dataclass(frozen=True, slots=True)
class ScheduleFilters:
    """What the schedule is narrowed to. Days in the state's zone; empty means all."""

    since: date
    until: date
    region: str = ""
    kind: str = ""
    order: str = "day"  # day, case, kind


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """A line of the schedule: kind and day, whatever else may be open on the case's own page."""

    case_code: str
    client: ShownName
    region: str
    kind: str
    day: datetime
    may_open: bool


def knowing(tie: Tie, holders: Iterable[str]) -> Tie:
    """This tie, with the answer whether each of these agencies keeps its records apart. One query or none."""
    missing = {holder for holder in holders if holder} - tie.asked
    if not missing:
        return tie
    apart = Agency.objects.filter(code__in=missing, keeps_own_records=True).values_list("code", flat=True)
    return replace(tie, asked=tie.asked | missing, apart=tie.apart | frozenset(apart))


def justice_of(viewer: Viewer, case: Case, now: datetime, tie: Tie | None = None) -> CaseJustice:
    """Investigations, prosecutions and what belongs to them, as far as each is open. Recorded before it is returned.

    Where only the status is open, a proceeding shows its kind and day, a court date its kind and day; an alleged
    offender is counted, and charges and arrests are not there at all.
    """
    tie = tie or standing_of(viewer, case, now)
    none = CaseJustice([], [], [], [], [], [], 0)
    if not may(viewer, "justice.read", tie):
        return none
    rows = [row for model in MODELS for row in _rows_of(model, case)]
    tie = knowing(tie, {row.holder for row in rows})
    shown = _opened(viewer, case, rows, now, tie, verb="justice.listed")
    by_model: dict[type[Kept], list[Shown]] = {model: [] for model in MODELS}
    for one in shown:
        by_model[type(one.row)].append(one)
    closed = sum(1 for row in rows if isinstance(row, Offender) and _is_status(viewer, case, row, now, tie))
    return CaseJustice(
        proceedings=by_model[Proceeding],
        offenders=by_model[Offender],
        arrests=by_model[Arrest],
        charges=by_model[Charge],
        court_dates=sorted(by_model[CourtDate], key=lambda one: (one.row.starts_at, one.row.pk)),
        rights=by_model[VictimRight],
        offenders_closed=closed,
    )


def row_for(viewer: Viewer, noun: str, code: str, now: datetime) -> tuple[Any, Tie]:
    """A record by its code with the viewer's tie to its case. Raises NotVisible unless all of it is open."""
    shape = SHAPES.get(noun)
    model: type[Kept] | None = Relief if noun == "relief" else shape.model if shape else None
    if model is None:
        raise NotVisible
    found = (
        _manager(model)
        .select_related("case", "case__client", "case__referral")
        .filter(code=normalise(code), case__in=visible_cases(viewer, now))
        .first()
    )
    if found is None:
        raise NotVisible
    tie = knowing(standing_of(viewer, found.case, now), {found.holder})
    decision = decision_on(viewer, found.case.client, item_of(found), now, tie=tie)
    read = "relief.read" if noun == "relief" else "justice.read"
    if not may(viewer, read, tie) or not decision.allowed or decision.status_only:
        raise NotVisible
    return found, tie


def open_row(viewer: Viewer, row: Any, now: datetime, tie: Tie, *, verb: str = "justice.read") -> Shown:
    """What a record says, recorded before it is returned. Raises NotVisible for whom it is not open."""
    shown = _opened(viewer, row.case, [row], now, tie, verb=verb, obj=row)
    if not shown or shown[0].is_status_only:
        raise NotVisible
    return shown[0]


def below_proceeding(viewer: Viewer, row: Proceeding, now: datetime, tie: Tie) -> list[Shown]:
    """Arrests, charges and court dates of a proceeding, as far as they are open."""
    rows: list[Kept] = []
    for model in (Arrest, Charge, CourtDate):
        rows += [one for one in _rows_of(model, row.case) if one.proceeding_id == row.pk]
    tie = knowing(tie, {one.holder for one in rows})
    return _opened(viewer, row.case, rows, now, tie, verb="justice.read", obj=row)


def offenders_of(viewer: Viewer, case: Case, now: datetime, tie: Tie) -> dict[str, str]:
    """The alleged offenders whom this viewer may see, by code: for forms and links. Recorded before it is returned."""
    rows = _rows_of(Offender, case)
    shown = _opened(viewer, case, rows, now, knowing(tie, {row.holder for row in rows}), verb="justice.read")
    return {
        one.row.code: one.told.get("name") or one.told.get("known_as") or choices.ROLES[one.told["role"]]
        for one in shown
        if not one.is_status_only
    }


def proceedings_open_to(viewer: Viewer, case: Case, now: datetime, tie: Tie) -> list[Shown]:
    """The proceedings of a case that are open to this viewer as a whole: what a court date may belong to."""
    rows = _rows_of(Proceeding, case)
    shown = _opened(viewer, case, rows, now, knowing(tie, {row.holder for row in rows}), verb="justice.read")
    return [one for one in shown if not one.is_status_only]


def belongs_to(case: Case, model: type[Row], code: str) -> Row | None:
    """A record of this case by its code, for the checks of an act."""
    if len(normalise(code)) != CODE:
        return None
    found: Row | None = _manager(model).filter(case=case, code=normalise(code)).first()
    return found


def held(row: Row) -> Row:
    """The record as it stands, locked for the act under way."""
    found: Row = _manager(type(row)).select_for_update(of=("self",)).select_related("case__client").get(pk=row.pk)
    return found


# --- legal relief ----------------------------------------------------------------------------------------------------


def relief_of(viewer: Viewer, case: Case, now: datetime, tie: Tie | None = None) -> list[ShownRelief]:
    """The legal relief of a case that this viewer may know of, what runs first. Recorded before it is returned."""
    tie = tie or standing_of(viewer, case, now)
    if not may(viewer, "relief.read", tie):
        return []
    rows = _rows_of(Relief, case)
    tie = knowing(tie, {row.holder for row in rows})
    shown = _opened(viewer, case, rows, now, tie, verb="relief.listed")
    found = _with_alerts(shown, now)
    return sorted(found, key=lambda one: (one.shown.row.state != "running", -one.shown.row.pk))


def open_relief(viewer: Viewer, row: Relief, now: datetime, tie: Tie) -> ShownRelief:
    """One item, recorded before it is returned. Raises NotVisible for whom it is not open."""
    return _with_alerts([open_row(viewer, row, now, tie, verb="relief.read")], now)[0]


def running_relief(
    viewer: Viewer, cases: Sequence[Case], ties: Mapping[int, Tie], now: datetime
) -> list[tuple[Case, ShownRelief]]:
    """What runs on these cases, with its alerts, for whom it is open as a whole. Recorded before it is returned.

    Four queries, however many cases.
    """
    open_rows = _open_rows(viewer, cases, ties, now, Relief, state="running")
    rows = [(case, row, decision) for case, row, decision in open_rows if not decision.status_only]
    told = _opened_at_once(viewer, rows, verb="relief.alerts_seen")
    shown = [Shown(row, told[row.pk], row.holder, True, False) for _, row, _ in rows if row.pk in told]
    by_pk = {case.pk: case for case in cases}
    for one in shown:
        one.row.case = by_pk[one.row.case_id]
    return [(by_pk[one.shown.row.case_id], one) for one in _with_alerts(shown, now)]


def _with_alerts(shown: Sequence[Shown], now: datetime) -> list[ShownRelief]:
    pack, today = active_pack(), local(now).date()
    kinds = [pack.relief(one.told.get("kind", "")) for one in shown]
    asks_age = {
        one.row.case.client_id: one.row.case.client
        for one, kind in zip(shown, kinds, strict=True)
        if kind is not None and not one.is_status_only and any(rule.kind == "age" for rule in kind.rules)
    }
    born = birth_days(asks_age.values()) if asks_age else {}
    found = []
    for one, kind in zip(shown, kinds, strict=True):
        steps = steps_of(one.told)
        alerts: list[ShownAlert] = []
        if kind is not None and not one.is_status_only:
            known = Known(steps, one.row.ends_on, one.row.state != "running")
            for alert in alerts_of(kind.rules, known, born.get(one.row.case.client_id), today):
                alerts.append(ShownAlert(alert, str(kind.alerts[alert.rule].what), _lacks(kind, alert.lacks)))
        label = str(kind.label) if kind else one.told.get("kind", "").replace("_", " ")
        named = [(kind.step(key) if kind else key, day) for key, day in steps.items()]
        found.append(ShownRelief(one, kind, label, named, alerts))
    return found


def _lacks(kind: ReliefKind, lacks: str) -> str:
    """What has to be established, in words. A birth date is asked for, never told."""
    if not lacks:
        return ""
    if lacks == "birth_date":
        return "the birth date"
    return str(kind.printed_end) if lacks == "printed_end" else kind.step(lacks)


# --- what is due -----------------------------------------------------------------------------------------------------


def coming_on(
    viewer: Viewer, cases: Sequence[Case], ties: Mapping[int, Tie], now: datetime, *, until: datetime | None = None
) -> list[tuple[Case, CourtDate, Decision]]:
    """Court dates that stand on these cases, from today on, for whom at least their day is open. Recorded."""
    since = _start_of_day(local(now).date())
    bounds: dict[str, Any] = {"state": "set", "starts_at__gte": since}
    if until is not None:
        bounds["starts_at__lt"] = until
    found = _open_rows(viewer, cases, ties, now, CourtDate, **bounds)
    _record_rows(viewer, found, verb="court_date.day_seen")
    return found


def owed_rights(
    viewer: Viewer, cases: Sequence[Case], ties: Mapping[int, Tie], now: datetime
) -> list[tuple[Case, VictimRight]]:
    """Rights that are owed on these cases, for whom they are open: that something is owed, and by when."""
    found = _open_rows(viewer, cases, ties, now, VictimRight, state="owed")
    return [(case, row) for case, row, decision in found if not decision.status_only]


def open_proceedings(viewer: Viewer, case: Case, tie: Tie, now: datetime) -> int:
    """How many proceedings of a case are still open, of those of which this viewer may know."""
    return len(_open_rows(viewer, [case], {case.client_id: tie}, now, Proceeding, state="open"))


def running_relief_count(viewer: Viewer, case: Case, tie: Tie, now: datetime) -> int:
    """How many items of legal relief still run, of those of which this viewer may know."""
    return len(_open_rows(viewer, [case], {case.client_id: tie}, now, Relief, state="running"))


def ending_orders(viewer: Viewer, case: Case, tie: Tie, now: datetime, *, within: timedelta) -> list[Relief]:
    """Protective orders (class SAFE) whose printed end is near or passed, for whom that is open. Recorded."""
    last = (local(now) + within).date()
    found = _open_rows(
        viewer, [case], {case.client_id: tie}, now, Relief, state="running", data_class="SAFE", ends_on__lte=last
    )
    _record_rows(viewer, found, verb="relief.alerts_seen")
    return [row for _, row, _ in found]


# --- the schedule ----------------------------------------------------------------------------------------------------


def court_schedule(viewer: Viewer, filters: ScheduleFilters, now: datetime) -> list[ScheduleRow]:
    """Coming court dates of the cases that this viewer may see: kind and day of each, nothing more.

    What a prosecutor keeps is never listed (confidentiality.NEVER_IN_BULK), so nobody's schedule says more than its
    status; time, place and the rest stand on the case's own page. A fixed number of queries.
    """
    since, until = _start_of_day(filters.since), _start_of_day(filters.until + timedelta(days=1))
    rows = coming_court_dates(viewer, since, until, now).select_related("case__client", "case__referral")
    if filters.region:
        rows = rows.filter(case__region=filters.region)
    found = list(rows.order_by("starts_at", "pk")[:MOST_OF_A_SCHEDULE])
    cases = {row.case_id: row.case for row in found}
    clients = {case.client_id: case.client for case in cases.values()}
    ties = ties_of(viewer, clients.values(), now)
    decided = _decided(viewer, [(row.case, row) for row in found], ties, now)
    told = _opened_at_once(viewer, decided, verb="court_schedule.viewed")
    names = shown_names(viewer, clients.values(), now, ties=ties)
    lines = [
        ScheduleRow(
            case_code=case.code,
            client=names[case.client.code],
            region=case.region,
            kind=told[row.pk].get("kind", ""),
            day=row.starts_at,
            may_open=not decision.status_only,
        )
        for case, row, decision in decided
        if row.pk in told
    ]
    if filters.kind:
        lines = [one for one in lines if one.kind == filters.kind]
    return sorted(lines, key=_orders(filters.order))


def note_schedule_printed(viewer: Viewer, rows: int) -> None:
    """The schedule is handed over as a document now; what stands in it was recorded when it was gathered."""
    record_read(viewer, "court_schedule.printed", rows=rows)


def _orders(order: str) -> Any:
    by_day = lambda one: (local(one.day).date(), one.case_code, one.kind)  # noqa: E731 - the day, never the hour
    if order == "case":
        return lambda one: (one.case_code, *by_day(one))
    if order == "kind":
        return lambda one: (choices.HEARINGS.get(one.kind, one.kind), *by_day(one))
    return by_day


# --- how it is done --------------------------------------------------------------------------------------------------


def _manager(model: type[Any]) -> Any:
    return model._default_manager


def _rows_of(model: type[Row], case: Case) -> list[Row]:
    rows = list(_manager(model).filter(case=case).order_by("-recorded_at", "-pk"))
    for row in rows:
        row.case = case
    return rows


def _is_status(viewer: Viewer, case: Case, row: Kept, now: datetime, tie: Tie) -> bool:
    found = decision_on(viewer, case.client, item_of(row), now, tie=tie)
    return found.allowed and found.status_only


def _opened(
    viewer: Viewer,
    case: Case,
    rows: Sequence[Kept],
    now: datetime,
    tie: Tie,
    *,
    verb: str,
    obj: Any = None,
) -> list[Shown]:
    """These rows of one case, those left out of which nothing is open. One event for each ground, one keyring query."""
    decided = [(row, decision_on(viewer, case.client, item_of(row), now, tie=tie)) for row in rows]
    allowed = [(row, decision) for row, decision in decided if decision.allowed]
    fields = [field_of(row, case) for row, _ in allowed]
    values = open_fields(viewer, case.client, fields, now, verb=verb, obj=obj or case, standing=tie)
    names = agency_names({row.holder for row, _ in allowed}) if allowed else {}
    return [
        Shown(row, value, names.get(row.holder, ""), decision.basis == "OWN", decision.status_only)
        for (row, decision), value in zip(allowed, values, strict=True)
        if value is not None
    ]


_MARKS: Mapping[str, Any] = {
    "state": "?state",
    "data_class": "?class",
    "starts_at__gte": datetime(1, 1, 2, tzinfo=UTC),
    "starts_at__lt": datetime(1, 1, 3, tzinfo=UTC),
    "ends_on__lte": date(1, 1, 2),
}


@cache
def _kept_of(model: type[Any], bounds: tuple[str, ...]) -> Ready:
    """Rows of cases within these bounds, newest first: every page of a case asks for some."""
    return Ready(
        lambda cases, **values: _manager(model).filter(case__in=cases, **values).order_by("-recorded_at", "-pk"),
        lists=("cases",),
        cases=-1,
        **{name: _MARKS[name] for name in bounds},
    )


def _open_rows(
    viewer: Viewer, cases: Sequence[Case], ties: Mapping[int, Tie], now: datetime, model: type[Row], **bounds: Any
) -> list[tuple[Case, Row, Decision]]:
    """Rows of these cases of which the viewer may know, each with the decision on it. At most two queries."""
    known = {case.pk: case for case in cases}
    if not known:
        return []
    rows = _kept_of(model, tuple(sorted(bounds))).objects(cases=list(known), **bounds)
    return _decided(viewer, [(known[row.case_id], row) for row in rows], ties, now)


def _decided(
    viewer: Viewer, rows: Sequence[tuple[Case, Row]], ties: Mapping[int, Tie], now: datetime
) -> list[tuple[Case, Row, Decision]]:
    holders = {row.holder for _, row in rows}
    asked = frozenset().union(*(tie.asked for tie in ties.values())) if ties else frozenset()
    apart = frozenset().union(*(tie.apart for tie in ties.values())) if ties else frozenset()
    missing = holders - asked
    if missing:
        apart |= frozenset(
            Agency.objects.filter(code__in=missing, keeps_own_records=True).values_list("code", flat=True)
        )
    found = []
    for case, row in rows:
        tie = ties.get(case.client_id)
        if tie is None:
            continue
        tie = as_coordinator(viewer, replace(tie, asked=asked | holders, apart=apart), case.region)
        if not may(viewer, "relief.read" if isinstance(row, Relief) else "justice.read", tie):
            continue
        decision = decision_on(viewer, case.client, item_of(row), now, tie=tie)
        if decision.allowed:
            found.append((case, row, decision))
    return found


def _record_rows(viewer: Viewer, rows: Sequence[tuple[Case, Row, Decision]], *, verb: str) -> None:
    """One event for each holder and kind of ground, with the codes of the records."""
    together: dict[tuple[str, str], list[Row]] = {}
    for _, row, decision in rows:
        together.setdefault((row.holder, decision.basis), []).append(row)
    for (holder, basis), group in together.items():
        for start in range(0, len(group), CODES_IN_ONE_EVENT):
            part = group[start : start + CODES_IN_ONE_EVENT]
            record_read(
                viewer,
                verb,
                kind=part[0]._meta.model_name or "",
                codes=[row.code for row in part],
                classes={row.data_class for row in part},
                holder=holder,
                basis=basis.lower(),
            )


def _opened_at_once(
    viewer: Viewer, rows: Sequence[tuple[Case, Row, Decision]], *, verb: str
) -> dict[int, dict[str, Any]]:
    """What rows of many cases say, by key; of those whose status alone is open, that. One keyring query."""
    readable = [one for one in rows if not one[2].status_only or item_of(one[1]).status_fields]
    if not readable:
        return {}
    _record_rows(viewer, readable, verb=verb)
    texts = open_each([(row.told_sealed, label_of(row, case)) for case, row, _ in readable])
    found = {}
    for (_, row, decision), text in zip(readable, texts, strict=True):
        if text:
            told, status = json.loads(text), item_of(row).status_fields
            found[row.pk] = {name: said for name, said in told.items() if not decision.status_only or name in status}
    return found


def _start_of_day(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone())


def recorders(rows: Iterable[Shown]) -> dict[str, str]:
    """Who recorded these, by account code."""
    return names_of_accounts({one.row.recorded_by for one in rows})
