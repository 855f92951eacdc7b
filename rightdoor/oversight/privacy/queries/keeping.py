"""How long records are kept, what stops a disposal, and the disposals on their way. (PRIV-6)"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q, QuerySet

from rightdoor.casework.cases.keeping.queries import (
    Ended,
    case_by_exact_code,
    ended_clients,
    kept_together,
    schedule_rules,
    subpoenas_holding,
)
from rightdoor.casework.cases.models import Case
from rightdoor.community.partners.queries import agency_names
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Standing, Viewer, may
from rightdoor.domain.retention import Hold, Request, Rule, is_held, kept_until
from rightdoor.foundation.accounts.queries import accounts_by_code
from rightdoor.foundation.codes import is_code, normalise
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.sealing.seals import SealContext, open_each
from rightdoor.oversight.privacy.models import Disposal, LegalHold

RUNNING = ("proposed", "asked", "approved")
HOLD_WORDS = {
    "litigation": "A lawsuit, or one that is expected",
    "investigation": "An investigation",
    "records_request": "A request for records",
    "audit": "An audit",
}
REASON_WORDS = {
    "schedule": "Its time is over",
    "court_expungement": "A court ordered it",
    "client_request": "The client asked for it",
}
STATE_WORDS = {
    "proposed": "Proposed",
    "asked": "Waits for a second person",
    "approved": "Being carried out",
    "done": "Destroyed",
    "refused": "Refused",
}
COUNTED = {
    "closed": "after the case was closed",
    "eighteenth_birthday": "after the 18th birthday",
    "made": "after it was made",
    "superseded": "after it was replaced",
}


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """One rule of the schedule in words."""

    label: str
    data_class: str
    kept: str
    draft: bool


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A hold as pages show it. `code` is empty for a subpoena, which its own page settles."""

    code: str
    case_code: str
    agency: str
    reason: str
    placed_at: datetime
    placed_by: str
    lifted_at: datetime | None
    may_lift: bool


@dataclass(frozen=True, slots=True)
class DisposalRow:
    """A disposal as pages show it."""

    code: str
    case_code: str
    agency: str
    reason: str
    state: str
    says: str
    due_on: date | None
    since: datetime
    asked_by: str
    answered_by: str
    done_at: datetime | None
    has_ledger: bool
    is_held: bool
    may_ask: bool
    may_answer: bool


def schedule() -> list[ScheduleRow]:
    """The pack's schedule, in plain words."""
    rows = []
    for rule in active_pack().clocks.retention:
        kept = f"{rule.keep_years} years {COUNTED[rule.counted_from]}"
        if rule.until_age is not None:
            kept += f", and at least until the client is {rule.until_age}"
        rows.append(ScheduleRow(str(rule.label), rule.data_class, kept, rule.draft))
    return rows


def rules() -> list[Rule]:
    """The schedule of clients' records, as the domain counts it."""
    return schedule_rules()


def due_on(ended: Ended) -> date | None:
    """The first day on which this client's record may go by the schedule; None: not by the schedule."""
    return kept_until(ended.classes, rules(), ended_on=ended.ended_on, born_on=ended.born_on)


def holds_on(viewer: Viewer, client_codes: Iterable[str], case_code: str = "") -> list[Hold]:
    """Everything that stops the disposal of these clients' records: holds, and subpoenas that are not answered.

    What holds one of two entries that are one child holds the other: a hold is about the child.
    """
    together = kept_together(viewer, client_codes, case_code)
    everyone = {code for group in together.values() for code in group}
    rows = LegalHold.objects.filter(client_code__in=everyone, lifted_at__isnull=True)
    found = [Hold(row.code, row.client_code, row.placed_at) for row in rows]
    found += [Hold("subpoena", client, at) for client, at in subpoenas_holding(viewer, everyone, case_code).items()]
    return [replace(hold, subject=code) for code, group in together.items() for hold in found if hold.subject in group]


def to_propose(viewer: Viewer, now: datetime) -> list[tuple[Ended, date]]:
    """Clients whose time is over, whom nothing holds, and for whom nothing runs yet."""
    running = set(Disposal.objects.filter(state__in=RUNNING).values_list("client_code", flat=True))
    today = local(now).date()
    over = []
    for ended in ended_clients(viewer):
        day = due_on(ended)
        if day is not None and day <= today and ended.client_code not in running:
            over.append((ended, day))
    holds = holds_on(viewer, [ended.client_code for ended, _ in over])
    return [(ended, day) for ended, day in over if not is_held(ended.client_code, holds, now)]


def schedule_day_of(viewer: Viewer, client_code: str) -> date | None:
    """When the schedule lets this client's record go, asked anew: a class or a case may have been added since."""
    found = ended_clients(viewer, [client_code])
    return due_on(found[0]) if found else None


def request_of(disposal: Disposal, due: date | None, authority: str) -> Request:
    """A disposal, as the domain checks it."""
    return Request(disposal.client_code, disposal.reason, disposal.asked_by, due, authority)


def case_to_keep(viewer: Viewer, code: str, act: str) -> Case:
    """The case of this exact code, for privacy officers and the head of the agency that holds it. Raises NotVisible."""
    if not (may(viewer, act) or (viewer.agency and may(viewer, act, Standing(owns=True)))):
        raise NotVisible
    case = case_by_exact_code(viewer, code)
    if case is None or not may(viewer, act, owning(viewer, case.client.holder)):
        raise NotVisible
    return case


def owning(viewer: Viewer, holder: str) -> Standing:
    """An agency's head stands to what the agency holds."""
    return Standing(owns=bool(viewer.agency) and viewer.agency == holder)


def holds_for(viewer: Viewer) -> list[HoldRow]:
    """Holds that the viewer may know of, the running ones first."""
    rows = list(_mine(viewer, LegalHold.objects.all(), "hold.place").order_by("-lifted_at", "-placed_at", "pk")[:300])
    rows.sort(key=lambda row: row.lifted_at is not None)
    return [_hold(viewer, row) for row in rows]


def hold_for(viewer: Viewer, code: str) -> LegalHold:
    """One hold. Raises NotVisible."""
    return _one(_mine(viewer, LegalHold.objects.all(), "hold.place"), code)


def hold_row(viewer: Viewer, hold: LegalHold) -> HoldRow:
    """One hold as its page shows it."""
    return _hold(viewer, hold)


def disposals_for(viewer: Viewer, now: datetime, states: Iterable[str] = ()) -> list[DisposalRow]:
    """Disposals that the viewer may know of, the newest first."""
    rows = _mine(viewer, Disposal.objects.all(), "disposal.ask")
    if states:
        rows = rows.filter(state__in=list(states))
    return [_disposal(viewer, row, now) for row in rows.order_by("-proposed_at", "pk")[:300]]


def disposal_for(viewer: Viewer, code: str) -> Disposal:
    """One disposal. Raises NotVisible."""
    return _one(_mine(viewer, Disposal.objects.all(), "disposal.ask"), code)


def disposal_row(viewer: Viewer, disposal: Disposal, now: datetime) -> DisposalRow:
    """One disposal as its page shows it."""
    return _disposal(viewer, disposal, now)


def told_label(hold: LegalHold) -> SealContext:
    """A hold's words. Under the hold's own code: they outlast the client's keys."""
    return SealContext("privacy_legalhold", "told", hold.code, hold.code, hold.holder, "PERF")


def authority_label(disposal: Disposal) -> SealContext:
    """The number of the order. Under the disposal's own code: it outlasts the client's keys."""
    return SealContext("privacy_disposal", "authority", disposal.code, disposal.code, disposal.holder, "PERF")


def opened(blob: bytes | memoryview | None, label: SealContext) -> str:
    """A sealed note of this slice, "" where there is none."""
    if blob is None:
        return ""
    (text,) = open_each([(blob, label)])
    return text or ""


def _mine(viewer: Viewer, rows: QuerySet, act: str) -> QuerySet:  # type: ignore[type-arg]
    if may(viewer, act):
        return rows
    if viewer.agency and may(viewer, act, Standing(owns=True)):
        return rows.filter(holder=viewer.agency)
    return rows.filter(Q(pk__in=[]))


def _one(rows: QuerySet, code: str):  # type: ignore[type-arg,no-untyped-def]
    code = normalise(code)
    found = rows.filter(code=code).first() if is_code(code) else None
    if found is None:
        raise NotVisible
    return found


def _name(code: str) -> str:
    found = accounts_by_code({code}) if code else {}
    return found[code].name if code in found else (code or "By the clock")


def _hold(viewer: Viewer, row: LegalHold) -> HoldRow:
    standing = owning(viewer, row.holder)
    return HoldRow(
        code=row.code,
        case_code=row.case_code,
        agency=agency_names({row.holder}).get(row.holder, row.holder),
        reason=HOLD_WORDS.get(row.reason, row.reason),
        placed_at=row.placed_at,
        placed_by=_name(row.placed_by),
        lifted_at=row.lifted_at,
        may_lift=row.lifted_at is None and row.placed_by != viewer.code and may(viewer, "hold.lift", standing),
    )


def _disposal(viewer: Viewer, row: Disposal, now: datetime) -> DisposalRow:
    standing = owning(viewer, row.holder)
    held = row.state in RUNNING and is_held(row.client_code, holds_on(viewer, [row.client_code], row.case_code), now)
    return DisposalRow(
        code=row.code,
        case_code=row.case_code,
        agency=agency_names({row.holder}).get(row.holder, row.holder),
        reason=REASON_WORDS[row.reason],
        state=row.state,
        says=STATE_WORDS[row.state],
        due_on=row.due_on,
        since=row.asked_at or row.proposed_at,
        asked_by=_name(row.asked_by) if row.asked_by else "",
        answered_by=_name(row.answered_by) if row.answered_by else "",
        done_at=row.done_at,
        has_ledger=row.ledger_printed_at is not None,
        is_held=held,
        may_ask=row.state == "proposed" and may(viewer, "disposal.ask", standing),
        may_answer=row.state == "asked" and row.asked_by != viewer.code and may(viewer, "disposal.approve", standing),
    )
