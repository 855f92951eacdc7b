"""Files of list rows: asked for with a purpose and a ground, agreed by a second person when they are about many.

Every file says who made it, for what, on which ground and until when it may be kept; every copy stands in the audit
trail with the codes of all clients in it, so that a later revocation can name who holds what. (SR-11)

The rules are the same for every list: a `Listing` says which one it is, what its rows are and what stands in a row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from rightdoor.casework.referrals.late_causes import LATE_CAUSES
from rightdoor.casework.referrals.models import Export
from rightdoor.casework.referrals.queries import (
    Exportable,
    ReferralFilters,
    colleagues_to_agree,
    exportable_rows,
    held_export,
)
from rightdoor.community.partners.queries import keeps_own_records
from rightdoor.domain.clock import Clock
from rightdoor.domain.confidentiality import NEVER_IN_BULK
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.domain.referral import STATES
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.jurisdiction.templatetags.words import when
from rightdoor.foundation.notices.actions import notify
from rightdoor.foundation.printing.sheets import MEDIA_TYPES, harmless, to_csv, to_xlsx
from rightdoor.foundation.sealing.seals import open_for_account, seal_for_account

ALONE_AT_MOST = 25  # clients; more need a second person of the same agency
KEPT_FOR = timedelta(days=30)
AGREED_FOR = timedelta(hours=24)
CODES_IN_ONE_EVENT = 1000
CLASSES = ("CORE",)
PURPOSES = {
    "supervision": "Supervision of the work",
    "continuity": "Work while the site cannot be reached",
    "quality": "A look at response times and their causes",
    "records_request": "A request for records that counsel has looked at",
}
BASES = {
    "own_records": "Records of the coordination that we keep",
    "release": "A release on record",
    "court_order": "A court's order on record",
}
HEADINGS = (
    *("Code", "Region", "Source", "Channel", "State", "Tier", "Reported", "Released", "Received", "Clock started"),
    *("Due", "Staffing held", "Clock", "Reason not eligible", "Cause of lateness", "Copy"),
)
NOTICES = {
    "SUD": "Holds records of substance use treatment. Federal law (42 CFR Part 2) forbids passing them on without the "
    "written consent of the person, or as that law permits.",
    "ADV": "Holds records of a victim advocate. They may not be passed on without the client's own written release.",
    "HLTH": "Holds health records. Keep them as the law on health privacy asks.",
    "MH": "Holds mental health records. Keep them as the law on health privacy asks.",
    "EDU": "Holds school records. They may not be passed on without consent, as the law on school records asks.",
}
FORMS = {"csv": "Table (.csv)", "xlsx": "Workbook (.xlsx)"}
MEDIA_TYPE_OF = MEDIA_TYPES  # by a key of FORMS


@dataclass(frozen=True, slots=True)
class Listing:
    """A list whose rows may leave as a file."""

    key: str  # as it is kept with each request
    headings: tuple[str, ...]  # the last is the copy's code
    rows: Callable[[Viewer, Any, datetime], list[Exportable]]  # those that the sharing rule lets this viewer export
    cells: Callable[[Mapping[str, Any], datetime], tuple[Any, ...]]  # of one row, all but the copy's code
    filters: Callable[[dict[str, Any]], Any]  # as they were kept with the request
    notices: str = "export"  # what the kinds of its notices begin with


REFERRALS = Listing(
    "referrals",
    HEADINGS,
    rows=lambda viewer, filters, now: exportable_rows(viewer, filters, now),
    cells=lambda row, now: _values(row, now),
    filters=lambda told: _filters(told),
)


@action("export.asked")
def ask_export(
    viewer: Viewer,
    *,
    filters: Any,
    purpose: str,
    basis: str,
    now: datetime,
    second: str = "",
    form: str = "csv",
    listing: Listing = REFERRALS,
) -> Export:
    """Asks for a file of the rows under these filters. (SR-11)

    Up to 25 clients it may be made at once; for more, a second person of the same agency is asked to agree. Raises
    NotPermitted, and RuleBroken without a purpose or a ground, for an agency that keeps its records apart, when there
    is no row, or without the second person.
    """
    check_may(viewer, "export.ask")
    if purpose not in PURPOSES:
        raise RuleBroken("Choose what the file is for.")
    if basis not in BASES:
        raise RuleBroken("Choose on which ground the file may leave.")
    if form not in FORMS:
        raise RuleBroken("Choose a table or a workbook.")
    _check_agency(viewer)
    clients = len({row.client for row in listing.rows(viewer, filters, now)})
    if not clients:
        raise RuleBroken("None of these rows may leave as a file. Ask the agency that holds them.")
    if clients > ALONE_AT_MOST:
        if second not in {one.code for one in colleagues_to_agree(viewer, now)}:
            raise RuleBroken(
                f"The file would be about {clients} clients. Choose a second person of your agency, or narrow the list "
                f"to {ALONE_AT_MOST}."
            )
    else:
        second = ""
    export = Export(
        code=new_code(),
        listing=listing.key,
        form=form,
        asked_by=viewer.code,
        agency=viewer.agency,
        purpose=purpose,
        basis=basis,
        clients=clients,
        second=second,
        asked_at=now,
    )
    export.asked_sealed = seal_for_account(viewer.code, _as_text(filters), **_place(export))
    export.save(force_insert=True)
    record(
        viewer,
        "export.asked",
        export,
        purpose=purpose,
        basis=basis,
        clients=clients,
        second=second or None,
        listing=listing.key,
    )
    if second:
        notify([second], f"{listing.notices}.to_agree", export.code, now)
    return export


@action("export.agreed")
def agree_to_export(
    viewer: Viewer, export: Export, *, agrees: bool, now: datetime, listing: Listing = REFERRALS
) -> None:
    """The second person agrees, or does not. Raises NotPermitted for everybody else, RuleBroken the second time."""
    check_may(viewer, "export.ask")
    held = _held(export, listing)
    if viewer.code != held.second or viewer.code == held.asked_by or viewer.agency != held.agency:
        raise NotPermitted("Only the second person who was asked may agree to this file.")
    if held.state != "asked" or now > held.asked_at + AGREED_FOR:
        raise RuleBroken("This was answered already, or the day in which it could be answered is over.")
    export.state, export.agreed_at = ("agreed" if agrees else "declined"), now
    export.save(update_fields=["state", "agreed_at"])
    record(viewer, "export.agreed", export, agrees=agrees)
    notify([export.asked_by], f"{listing.notices}.answered", export.code, now)


@action("list.exported")
def make_export(viewer: Viewer, export: Export, *, now: datetime, listing: Listing = REFERRALS) -> str | bytes:
    """The file, made of what the person may see now: what was closed since it was asked for is not in it. A text, or
    the bytes of a workbook.

    Once for each request. Raises NotPermitted for everybody but who asked, RuleBroken while the second person has not
    agreed, or when there are more clients than that person agreed to.
    """
    check_may(viewer, "export.ask")
    held = _held(export, listing)
    if viewer.code != held.asked_by:
        raise NotPermitted("Only the person who asked for this file may make it.")
    _check_agency(viewer)
    filters = listing.filters(json.loads(open_for_account(viewer.code, bytes(held.asked_sealed), **_place(held))))
    rows = listing.rows(viewer, filters, now)
    clients = sorted({row.client for row in rows})
    if held.state == "made":
        raise RuleBroken("This file was made already. Ask for a new one.")
    if len(clients) > ALONE_AT_MOST and held.state != "agreed":
        raise RuleBroken("The second person has not agreed yet.")
    if held.state == "declined" or len(clients) > max(held.clients, ALONE_AT_MOST):
        raise RuleBroken("This file cannot be made as it was asked for. Ask for a new one.")
    if now > (held.agreed_at or held.asked_at) + AGREED_FOR:
        raise RuleBroken("The day in which this file could be made is over. Ask for a new one.")
    export.state, export.made_at = "made", now
    export.save(update_fields=["state", "made_at"])
    for start in range(0, max(1, len(clients)), CODES_IN_ONE_EVENT):
        record(
            viewer,
            "list.exported",
            kind="client",
            code=export.code,
            classes=CLASSES,
            codes=clients[start : start + CODES_IN_ONE_EVENT],
            purpose=export.purpose,
            ground=export.basis,
            rows=len(rows),
            listing=listing.key,
            second=export.second or None,
            keep_until=now + KEPT_FOR,
        )
    return _file(viewer, held, rows, now, listing)


def watermark(
    viewer: Viewer, *, code: str, purpose: str, basis: str, classes: Iterable[str], now: datetime
) -> list[str]:
    """What stands at the head of every file that leaves: whose copy, for what, on which ground, until when, and what
    the law says of the kinds of record in it. Raises RuleBroken for kinds that never leave in bulk.
    """
    kinds = sorted(set(classes))
    if set(kinds) & (NEVER_IN_BULK | {"OFF"}):  # an allegation against somebody never leaves in a file
        raise RuleBroken("This kind of record is never exported.")
    return [
        f"Confidential. Copy {code}, made for {viewer.name} on {when(now)}",
        f"Purpose: {purpose}. Ground: {basis}.",
        f"Delete it by {local(now + KEPT_FOR):%m/%d/%Y}. Do not pass it on; who holds a copy is on record.",
        *[NOTICES[kind] for kind in kinds if kind in NOTICES],
    ]


def _file(viewer: Viewer, export: Export, rows: Sequence[Exportable], now: datetime, listing: Listing) -> str | bytes:
    head = watermark(
        viewer,
        code=export.code,
        purpose=PURPOSES[export.purpose],
        basis=BASES[export.basis],
        classes=CLASSES,
        now=now,
    )
    table: list[Sequence[str]] = [[harmless(line)] for line in head]
    table.append(listing.headings)
    table += [[harmless(value) for value in (*listing.cells(row.columns, now), export.code)] for row in rows]
    return to_xlsx(table, title=listing.key.capitalize()) if export.form == "xlsx" else to_csv(table)


def _held(export: Export, listing: Listing) -> Export:
    """The request as it stands now. Raises NotVisible for one about another list."""
    held = held_export(export)
    if held.listing != listing.key:
        raise NotVisible
    return held


def _values(row: Mapping[str, Any], now: datetime) -> tuple[Any, ...]:
    words = active_pack().trafficking
    reasons = active_pack().eligibility_words.ineligible_reasons
    clock = Clock(row["clock_started_at"], row["due_at"], stopped_at=row["stopped_at"]) if row["due_at"] else None
    return (
        row["code"],
        active_pack().region(row["region"]).name,
        words.sources.label(row["source"]),
        words.channels.label(row["channel"]),
        STATES[row["state"]],
        row["tier"] or "",
        *(moment(row[column]) for column in ("reported_at", "released_at", "received_at", "clock_started_at")),
        moment(row["due_at"]),
        moment(row["stopped_at"]),
        clock.state(now) if clock else "",
        reasons.label(row["ineligible_reason"]) if row["ineligible_reason"] else "",
        LATE_CAUSES.get(row["late_cause"], ""),
    )


def moment(at: datetime | None) -> str:
    """A time as it stands in a file, in the state's zone."""
    return f"{local(at):%Y-%m-%d %H:%M}" if at else ""


def _check_agency(viewer: Viewer) -> None:
    if not viewer.agency or keeps_own_records(viewer.agency):
        raise RuleBroken("Your agency keeps its records apart: its numbers leave as totals only, never row by row.")


def _place(export: Export) -> dict[str, str]:
    return {"table": "referrals_export", "column": "asked", "row": export.code}


def _as_text(filters: Any) -> str:
    told = {key: value.isoformat() if isinstance(value, date) else value for key, value in asdict(filters).items()}
    return json.dumps(told)


def _filters(told: dict[str, Any]) -> ReferralFilters:
    for key in ("since", "until"):
        told[key] = date.fromisoformat(told[key]) if told[key] else None
    return ReferralFilters(**told)
