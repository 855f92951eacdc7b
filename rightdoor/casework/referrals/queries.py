"""Reads of referrals: one that the viewer may see, the filtered list, the clock board, and its kept counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import (
    Count,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.lookups import LessThan

from rightdoor.casework.clients.disclosure import SealedField, ShownName, decision_on, open_fields, shown_names
from rightdoor.casework.clients.facts import Tie, as_coordinator, opens_something, ties_of
from rightdoor.casework.clients.models import Client, keeping_apart, kept_apart
from rightdoor.casework.clients.queries import not_kept_apart, standing_of
from rightdoor.casework.referrals.facts import ReferralFacts
from rightdoor.casework.referrals.models import RUNNING, ClockTally, Export, MandatedReport, Referral, visible_referrals
from rightdoor.casework.referrals.sealed import facts_label, story_label
from rightdoor.casework.referrals.tiers import reminder_owed
from rightdoor.domain.clock import AT_RISK_BELOW, Clock
from rightdoor.domain.confidentiality import Item
from rightdoor.domain.errors import NotPermitted, NotVisible
from rightdoor.domain.permission import ALL_REGIONS, Viewer, check_may, may
from rightdoor.domain.referral import IntakeFacts, unsettled
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.accounts.queries import accounts_by_code
from rightdoor.foundation.codes import is_code, normalise
from rightdoor.foundation.jurisdiction.active import active_pack, local, zone

PAGE = 50
BOARD_PAGE = 100
COUNTED_TO = 500  # a title says "500+" rather than count a million rows
EXPORT_BATCH = 2000
ASKED_AT_ONCE = 200  # clients whose sharing facts are read together
SORTS = ("received", "due")
SECONDERS = ("care_coordinator", "alliance_reviewer")
RUNNING_CLOCKS = ("running", "on_time", "at_risk", "late")
COUNTED_ROW = ("what", "tier", "first", "second", "third")
CLOCKS = (*RUNNING_CLOCKS, "met", "missed")  # the last two: of this year, as the kept counts


@dataclass(frozen=True, slots=True)
class ReferralFilters:
    """What a list of referrals is narrowed to. Empty means all. Sorting by due time lists running clocks only."""

    state: str = ""
    tier: int | None = None
    source: str = ""
    channel: str = ""
    region: str = ""
    clock: str = ""  # one of CLOCKS
    since: date | None = None  # received on this day or later, in the state's zone
    until: date | None = None
    sort: str = "received"

    @property
    def by_due(self) -> bool:
        """Soonest due first: only a running clock has a next due time."""
        return self.sort == "due" or self.clock in RUNNING_CLOCKS


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page begins: after or before a row, by its code; a number would shift under the reader."""

    after: str = ""
    before: str = ""
    size: int = PAGE


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """One line of a list or of the clock board."""

    code: str
    client: ShownName
    region: str
    source: str
    channel: str
    state: str
    tier: int | None
    reported_at: datetime | None
    received_at: datetime
    clock: Clock | None
    coordinator: str  # name of the coordinator, empty when nobody has taken it up


@dataclass(frozen=True, slots=True)
class ReferralList:
    """A page of rows, with the codes that the neighbouring pages start from (empty at either end)."""

    rows: list[ReferralRow]
    next: str = ""
    previous: str = ""


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person of staff by code and name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ClockCounts:
    """Running clocks by state, and those of the year that were met or missed."""

    on_time: int = 0
    at_risk: int = 0
    late: int = 0
    awaiting: int = 0
    met: int = 0
    missed: int = 0

    @property
    def running(self) -> int:
        return self.on_time + self.at_risk + self.late


def referral_for(viewer: Viewer, code: str, now: datetime) -> Referral:
    """The referral of this code, with its client and report. Raises as `referral_with_tie`."""
    return referral_with_tie(viewer, code, now)[0]


def referral_with_tie(viewer: Viewer, code: str, now: datetime) -> tuple[Referral, Tie]:
    """The referral of this code, with its client and report, and how the viewer stands to it.

    Raises NotVisible when there is none that the viewer may know of, and NotPermitted for somebody who works with the
    client but not on the referral.
    """
    referral = (
        Referral.objects.select_related("client", "report", "mandated_report").filter(code=normalise(code)).first()
    )
    if referral is None or not viewer.code:
        raise NotVisible
    tie = tie_to(viewer, referral, now)
    if viewer.code in tie.facts.blocked or (tie.keeps_apart(referral.holder) and viewer.agency != referral.holder):
        raise NotVisible
    if not may(viewer, "referral.read", tie):
        if (tie.assigned or tie.invited) and opens_something(viewer, referral.client, tie, now):
            check_may(viewer, "referral.read", tie)
        raise NotVisible
    return referral, tie


def tie_to(viewer: Viewer, referral: Referral, now: datetime) -> Tie:
    """How the viewer stands to a referral: as to its client, and by the region that it was routed to."""
    tie = standing_of(viewer, referral.client, now)
    return as_coordinator(viewer, replace(tie, region=False), referral.region)


def referral_rows(viewer: Viewer, filters: ReferralFilters, page: Page, now: datetime) -> ReferralList:
    """One page of referrals under these filters. Five queries at most, whatever the number of rows."""
    branches = _branches(viewer, filters, now)
    keys = ("due_at", "id") if filters.by_due else ("-received_at", "-id")
    return _page(viewer, branches, keys, page, now)


def count_up_to(viewer: Viewer, filters: ReferralFilters, now: datetime) -> int:
    """How many referrals there are under these filters, counted to one more than COUNTED_TO. One query."""
    parts = [branch.order_by().values("id")[: COUNTED_TO + 1] for branch in _branches(viewer, filters, now)]
    return min(_united(parts).count(), COUNTED_TO + 1) if parts else 0


def in_words(count: int) -> str:
    """A bounded count as it stands in a title."""
    return f"{COUNTED_TO}+" if count > COUNTED_TO else str(count)


def every_row(viewer: Viewer, filters: ReferralFilters, now: datetime) -> Iterator[Mapping[str, Any]]:
    """All rows under these filters in the order of the list, without anything about a person, in bounded batches."""
    keys = ("due_at", "id") if filters.by_due else ("-received_at", "-id")
    branches = _branches(viewer, filters, now)
    last: Mapping[str, Any] | None = None
    while True:
        parts = [_beyond(branch, keys, last).order_by(*keys).values(*EXPORTED)[:EXPORT_BATCH] for branch in branches]
        if not parts:
            return
        batch = list(_united(parts, keys)[:EXPORT_BATCH])
        yield from batch
        if len(batch) < EXPORT_BATCH:
            return
        last = batch[-1]


@dataclass(frozen=True, slots=True)
class Exportable:
    """A row that may leave in a file: its columns, and the code of the client whom it is about, for the register."""

    client: str
    columns: Mapping[str, Any]


def exportable_rows(viewer: Viewer, filters: ReferralFilters, now: datetime) -> list[Exportable]:
    """The rows of the list whose coordination record the sharing rule lets this viewer export. (SR-11)"""
    listed = list(every_row(viewer, filters, now))
    found = []
    for start in range(0, len(listed), ASKED_AT_ONCE):
        batch = {row["code"]: row for row in listed[start : start + ASKED_AT_ONCE]}
        referrals = {one.code: one for one in Referral.objects.filter(code__in=batch).select_related("client")}
        ties = ties_of(viewer, {one.client for one in referrals.values()}, now)
        for code, row in batch.items():
            if code not in referrals:
                continue  # gone since the list was read
            referral = referrals[code]
            tie = as_coordinator(viewer, replace(ties[referral.client_id], region=False), referral.region)
            item = Item("CORE", referral.holder, code=code)
            ground = decision_on(viewer, referral.client, item, now, action="export", tie=tie)
            if ground.allowed and not ground.status_only:
                found.append(Exportable(referral.client.code, row))
    return found


def colleagues_to_agree(viewer: Viewer, now: datetime) -> list[Colleague]:
    """Who may be the second person for a file: somebody else of the same agency who may make such files."""
    rows = _granted(SECONDERS, now).filter(account__agency_code=viewer.agency).exclude(account__code=viewer.code)
    people = sorted(set(rows.values_list("account__name", "account__code"))) if viewer.agency else []
    return [Colleague(code, name) for name, code in people]


def export_for(viewer: Viewer, code: str, *, listing: str = "referrals") -> Export:
    """A file of this list that the viewer asked for, or is asked to agree to. Raises NotVisible."""
    mine = Q(asked_by=viewer.code) | Q(second=viewer.code)
    export = Export.objects.filter(mine, code=normalise(code), listing=listing).first() if viewer.code else None
    if export is None:
        raise NotVisible
    return export


def held_export(export: Export) -> Export:
    """The row as it stands now, kept for the act that changes it."""
    return Export.objects.select_for_update().get(pk=export.pk)


def clock_board(viewer: Viewer, now: datetime, page: Page | None = None) -> ReferralList:
    """Every open response clock that the viewer may see, the soonest due first, in bounded pages."""
    filters = ReferralFilters(clock="running", sort="due")
    return referral_rows(viewer, filters, page or Page(size=BOARD_PAGE), now)


def clock_counts(viewer: Viewer, now: datetime) -> ClockCounts:
    """Running clocks counted over the partial index, and met and missed from the kept tallies of this year."""
    seen = visible_referrals(viewer, now)
    running = seen.filter(RUNNING).aggregate(
        running=Count("id"),
        late=Count("id", filter=Q(due_at__lt=now)),
        at_risk=Count("id", filter=_at_risk(now)),
    )
    awaiting = seen.filter(state__in=["received", "eligible"]).order_by().values("id")[: COUNTED_TO + 1].count()
    kept: list[dict[str, Any]] = []
    if may(viewer, "figures.read"):
        tallied, counted = _ended_by_tier(viewer, now)
        kept = list(tallied.union(counted, all=True))
    return ClockCounts(
        on_time=running["running"] - running["late"] - running["at_risk"],
        at_risk=running["at_risk"],
        late=running["late"],
        awaiting=awaiting,
        met=sum(row["first"] for row in kept),
        missed=sum(row["second"] for row in kept),
    )


def referrals_awaiting_triage(viewer: Viewer, now: datetime, *, at_most: int = 50) -> list[ReferralRow]:
    """Referrals without a tier, the longest waiting first: their clock runs although nobody has set it."""
    waiting = visible_referrals(viewer, now).filter(state__in=["received", "eligible"])
    return _rows(viewer, list(waiting.order_by("clock_started_at", "id").values(*SHOWN)[:at_most]), now)


@dataclass(frozen=True, slots=True)
class Told:
    """What a referral says, opened: the facts, and what is alleged in words."""

    facts: ReferralFacts
    story: str


def told_of(viewer: Viewer, referral: Referral, now: datetime, *, purpose: str = "") -> Told:
    """What a referral says, recorded as read. Raises NotPermitted when the viewer may not read it."""
    fields = [
        SealedField(facts_label(referral), referral.facts_sealed),
        SealedField(story_label(referral), referral.story_sealed),
    ]
    facts, story = open_fields(
        viewer,
        referral.client,
        fields,
        now,
        verb="referral.read",
        obj=referral,
        purpose=purpose,
        standing=tie_to(viewer, referral, now),
    )
    if facts is None:
        raise NotPermitted("The facts of this referral are open to the coordinator of its region.")
    return Told(ReferralFacts.from_dict(facts), str((story or {}).get("told", "")))


def referral_facts(viewer: Viewer, referral: Referral, now: datetime, *, purpose: str = "") -> ReferralFacts:
    """The facts of a referral alone; as `told_of`."""
    return told_of(viewer, referral, now, purpose=purpose).facts


def open_items(viewer: Viewer, referral: Referral, now: datetime) -> list[str]:
    """What intake must still settle before the referral can leave it, as sentences. (INT-12)"""
    return unsettled(intake_facts(referral, referral_facts(viewer, referral, now, purpose="open-items")))


def intake_facts(referral: Referral, told: ReferralFacts) -> IntakeFacts:
    """What intake has settled, from the clear columns and the facts. Opens nothing."""
    return settled_so_far(referral, told, mandated_report_of(referral))


def settled_so_far(referral: Referral, told: ReferralFacts, mandated: MandatedReport | None) -> IntakeFacts:
    """As `intake_facts`, from rows at hand. A settled report counts as complete without its details being opened."""
    made = mandated.made if mandated else None
    done = "recorded" if mandated and mandated.settled else ""
    return IntakeFacts(
        mandated_report_made=made,
        mandated_report_by=done,
        mandated_report_at=mandated.made_at if mandated else None,
        mandated_report_number=done,
        why_no_mandated_report=done if made is False else "",
        region=referral.region,
        victim_status=told.victim_status,
        eligible=None if referral.decided_at is None else referral.state != "ineligible",
        triaged=referral.tier is not None,
    )


def coordinators_of(region: str, now: datetime) -> list[str]:
    """Codes of those who coordinate exactly this region, for notices."""
    rows = _granted(("care_coordinator",), now).filter(region=region)
    return sorted(set(rows.values_list("account__code", flat=True)))


def agency_coordinating(region: str, now: datetime) -> str:
    """The agency of the region's coordinators: it holds the region's records. Empty when nobody coordinates it."""
    rows = _granted(("care_coordinator",), now).filter(region=region).exclude(account__agency_code="")
    return rows.order_by("account__created_at").values_list("account__agency_code", flat=True).first() or ""


def seconders_of(region: str, actor: str, now: datetime) -> list[Colleague]:
    """Who may be the second person when a response is made slower: a coordinator or reviewer of the region or the
    state, and never the one who asks. (INT-6)
    """
    rows = _granted(SECONDERS, now).filter(region__in=[region, ""]).exclude(account__code=actor)
    people = sorted(set(rows.values_list("account__name", "account__code")))
    return [Colleague(code, name) for name, code in people]


def seconders_for(referral: Referral, actor: str, now: datetime) -> list[Colleague]:
    """The same for one referral: nobody who is kept apart from it, who could not open what is to be confirmed."""
    found = seconders_of(referral.region, actor, now)
    told = set(not_kept_apart((one.code for one in found), referral.client, referral.holder))
    return [one for one in found if one.code in told]


def mandated_report_of(referral: Referral) -> MandatedReport | None:
    """What was recorded of the mandated report, or None."""
    return MandatedReport.objects.filter(referral=referral).first()


def stage_to_remind_of(code: str, now: datetime) -> str:
    """The reminder that this referral's clock owes, for the job that sends it; "" when there is none."""
    referral = Referral.objects.filter(code=code).first()
    return reminder_owed(referral, now) if referral else ""


SHOWN = (
    "id",
    "code",
    "region",
    "source",
    "channel",
    "state",
    "tier",
    "reported_at",
    "received_at",
    "clock_started_at",
    "due_at",
    "stopped_at",
    "coordinator",
    "client_id",
    "client__code",
    "client__holder",
    "client__region",
)
EXPORTED = (
    "id",
    "code",
    "region",
    "source",
    "channel",
    "state",
    "tier",
    "reported_at",
    "released_at",
    "received_at",
    "clock_from",
    "clock_started_at",
    "due_at",
    "stopped_at",
    "ineligible_reason",
    "late_cause",
)


def _branches(viewer: Viewer, filters: ReferralFilters, now: datetime) -> list[QuerySet[Referral]]:
    """The filtered rows as one query set for each region, so that each is a short walk along one index."""
    seen = visible_referrals(viewer, now).filter(_narrowed(filters, now))
    by_region = viewer.has("care_coordinator") or viewer.has("alliance_reviewer")
    if filters.region:
        return [seen.filter(region=filters.region)] if viewer.covers(filters.region) or not by_region else []
    regions = viewer.regions_as(*SECONDERS)
    if not by_region or ALL_REGIONS in regions:
        return [seen]
    apart = kept_apart(viewer).values("client")
    everything = Referral.objects.filter(_narrowed(filters, now)).exclude(client__in=apart)
    everything = everything.exclude(holder__in=keeping_apart(viewer))
    return [everything.filter(region=region) for region in sorted(regions)]


def _narrowed(filters: ReferralFilters, now: datetime) -> Q:
    chosen = {"state": filters.state, "tier": filters.tier, "source": filters.source, "channel": filters.channel}
    narrowed = Q(**{column: value for column, value in chosen.items() if value not in ("", None)})
    if filters.since:
        narrowed &= Q(received_at__gte=datetime.combine(filters.since, time.min, tzinfo=zone()))
    if filters.until:
        narrowed &= Q(received_at__lt=datetime.combine(filters.until + timedelta(days=1), time.min, tzinfo=zone()))
    if filters.by_due:
        narrowed &= RUNNING
    if filters.clock == "late":
        narrowed &= Q(due_at__lt=now)
    elif filters.clock == "at_risk":
        narrowed &= _at_risk(now)
    elif filters.clock == "on_time":
        narrowed &= Q(due_at__gte=now) & ~_at_risk(now)
    elif filters.clock in {"met", "missed"}:
        in_time = Q(stopped_at__lte=F("due_at"))
        narrowed &= Q(stopped_at__gte=_new_year(now)) & (in_time if filters.clock == "met" else ~in_time)
    return narrowed


def _new_year(now: datetime) -> datetime:
    """The first moment of this year in the state's zone."""
    return datetime(local(now).year, 1, 1, tzinfo=zone())


def _at_risk(now: datetime) -> Q:
    """Under a quarter of the span left and not yet late; the same line as `domain.clock` draws."""
    span = ExpressionWrapper(F("due_at") - F("clock_started_at"), output_field=DurationField())
    last_quarter = ExpressionWrapper(span * Value(AT_RISK_BELOW), output_field=DurationField())
    began_at = ExpressionWrapper(F("due_at") - last_quarter, output_field=DateTimeField())
    return Q(due_at__gte=now) & Q(LessThan(began_at, now))


def _page(
    viewer: Viewer, branches: list[QuerySet[Referral]], keys: tuple[str, str], page: Page, now: datetime
) -> ReferralList:
    mark = _mark(viewer, page.before or page.after, keys, now)
    backwards = bool(page.before and mark)
    order = _reversed(keys) if backwards else keys
    parts = [_beyond(branch, order, mark).order_by(*order).values(*SHOWN)[: page.size + 1] for branch in branches]
    found = list(_united(parts, order)[: page.size + 1]) if parts else []
    more = len(found) > page.size
    found = found[: page.size]
    if backwards:
        found.reverse()
    rows = _rows(viewer, found, now)
    return ReferralList(
        rows=rows,
        next=rows[-1].code if rows and (more or backwards) else "",
        previous=rows[0].code if rows and mark and (more or not backwards) else "",
    )


def _mark(viewer: Viewer, code: str, keys: tuple[str, str], now: datetime) -> Mapping[str, Any] | None:
    """Where the page begins. A code that the viewer may not know of marks nothing: the list begins at its start."""
    if not is_code(code):
        return None
    column = keys[0].lstrip("-")
    return visible_referrals(viewer, now).filter(code=code, **{f"{column}__isnull": False}).values("id", column).first()


def _beyond(branch: QuerySet[Referral], keys: tuple[str, str], mark: Mapping[str, Any] | None) -> QuerySet[Referral]:
    if mark is None:
        return branch
    column, side = keys[0].lstrip("-"), "lt" if keys[0].startswith("-") else "gt"
    at = mark[column]
    # The first condition lets the index begin at the mark; the second settles rows of the same moment.
    return branch.filter(**{f"{column}__{side}e": at}).filter(
        Q(**{f"{column}__{side}": at}) | Q(**{f"id__{side}": mark["id"]})
    )


def _reversed(keys: tuple[str, str]) -> tuple[str, str]:
    first, second = (key[1:] if key.startswith("-") else f"-{key}" for key in keys)
    return first, second


def _united(parts: list[Any], order: tuple[str, ...] = ()) -> Any:
    """Several regions as one list. Each part is short already, so the database merges a few hundred rows at most."""
    if len(parts) == 1:
        return parts[0]
    return parts[0].union(*parts[1:], all=True).order_by(*order)


def _rows(viewer: Viewer, found: list[dict[str, Any]], now: datetime) -> list[ReferralRow]:
    clients = {
        row["client_id"]: Client(
            pk=row["client_id"], code=row["client__code"], holder=row["client__holder"], region=row["client__region"]
        )
        for row in found
    }
    names = shown_names(viewer, clients.values(), now)
    people = {row["coordinator"] for row in found if row["coordinator"]}
    accounts = accounts_by_code(people) if people else {}
    return [
        ReferralRow(
            code=row["code"],
            client=names[row["client__code"]],
            region=row["region"],
            source=row["source"],
            channel=row["channel"],
            state=row["state"],
            tier=row["tier"],
            reported_at=row["reported_at"],
            received_at=row["received_at"],
            clock=Clock(row["clock_started_at"], row["due_at"], stopped_at=row["stopped_at"])
            if row["due_at"]
            else None,
            coordinator=accounts[row["coordinator"]].name if row["coordinator"] in accounts else "",
        )
        for row in found
    ]


def latest_referrals_of(viewer: Viewer, client_codes: list[str], now: datetime) -> dict[str, str]:
    """Where each client's newest referral that the viewer may see stands: client code -> path. One query."""
    rows = (
        visible_referrals(viewer, now)
        .filter(client__code__in=client_codes)
        .order_by("client__code", "-received_at", "-id")
        .distinct("client__code")
        .values_list("client__code", "code")
    )
    return {client: f"/referrals/{code}/" for client, code in rows}


@dataclass(frozen=True, slots=True)
class TierCount:
    """The clocks of one tier: met and missed this year as kept, and the running ones by their state."""

    tier: int
    met: int
    missed: int
    late: int
    at_risk: int
    on_time: int


def clock_counts_by_tier(viewer: Viewer, now: datetime) -> list[TierCount]:
    """The counts of `clock_counts` for each tier of the pack. One query: the partial index and the kept tallies."""
    running = (
        visible_referrals(viewer, now)
        .filter(RUNNING)
        .order_by()
        .values("tier")
        .annotate(
            what=Value("running"),
            first=Count("id"),
            second=Count("id", filter=Q(due_at__lt=now)),
            third=Count("id", filter=_at_risk(now)),
        )
    )
    rows = {
        (row["what"], row["tier"]): row
        for row in running.values(*COUNTED_ROW).union(*_ended_by_tier(viewer, now), all=True)
    }
    none = {"first": 0, "second": 0, "third": 0}
    counts = []
    for tier in active_pack().tiers:
        open_now, year = rows.get(("running", tier.number), none), rows.get(("kept", tier.number), none)
        counts.append(
            TierCount(
                tier=tier.number,
                met=year["first"],
                missed=year["second"],
                late=open_now["second"],
                at_risk=open_now["third"],
                on_time=open_now["first"] - open_now["second"] - open_now["third"],
            )
        )
    return counts


def _ended_by_tier(viewer: Viewer, now: datetime) -> tuple[QuerySet[Any, dict[str, Any]], ...]:
    """Clocks of this year that were met (`first`) and missed (`second`), by tier; one of the two finds something.

    From the kept tallies, which know of everything. For whoever is kept apart from somebody, or from what an agency
    keeps, from the rows in sight: the difference between the two would tell of the one that is not. (SR-13)
    """
    # An agency holds referrals only where its people receive them; the others that keep records apart have none.
    theirs = Grant.objects.filter(role__in=SECONDERS, account__agency_code__in=keeping_apart(viewer))
    is_apart = Exists(kept_apart(viewer)) | Exists(theirs)  # asked once within the query, not for each row
    tallies = ClockTally.objects.filter(~is_apart, year=local(now).year)
    if ALL_REGIONS not in viewer.regions_as(*SECONDERS):
        tallies = tallies.filter(region__in=viewer.regions_as(*SECONDERS))
    kept = tallies.order_by().values("tier").annotate(first=Sum("met"), second=Sum("missed"))
    in_time = Q(stopped_at__lte=F("due_at"))
    seen = visible_referrals(viewer, now).filter(is_apart, stopped_at__gte=_new_year(now))
    counted = (
        seen.order_by().values("tier").annotate(first=Count("id", filter=in_time), second=Count("id", filter=~in_time))
    )
    return tuple(one.annotate(what=Value("kept"), third=Value(0)).values(*COUNTED_ROW) for one in (kept, counted))


def _granted(roles: tuple[str, ...], now: datetime) -> QuerySet[Grant]:
    return Grant.objects.filter(role__in=roles, starts_at__lte=now, account__is_active=True).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    )
