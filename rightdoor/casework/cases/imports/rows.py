"""A row of the case list: what the referral log has, and when the case was opened, by whom, how often it is staffed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from rightdoor.casework.cases.actions import open_case
from rightdoor.casework.cases.imports.following import others
from rightdoor.casework.referrals.imports import rows as log
from rightdoor.casework.referrals.imports.rows import LogRow
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.referrals.queries import coordinators_of
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.accounts.queries import accounts_by_code
from rightdoor.foundation.imports.cells import Ends, Problem, as_choice, as_moment
from rightdoor.foundation.imports.columns import Column, Told
from rightdoor.foundation.jurisdiction.active import active_pack, zone

THE_CASE = "The case"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One open case of the list, understood."""

    log: LogRow
    opened_at: datetime
    coordinator: str
    told: Mapping[str, Any]  # for the slices above


def columns(viewer: Viewer, now: datetime) -> list[Column]:
    """Those of a case first, then those of a referral."""
    people = _coordinators(viewer, now)
    return [
        Column(
            "opened_at",
            "Case opened",
            partial(as_moment, zone=zone(), ends=Ends.EARLY),
            ("opened", "date opened", "open date", "opened on", "case open date"),
            THE_CASE,
            must_be_told=True,
        ),
        Column(
            "coordinator",
            "Coordinator",
            partial(_as_coordinator, people=people),
            ("care coordinator", "assigned to", "worker"),
            THE_CASE,
            "Name or e-mail address of a coordinator of the same team; empty means you",
        ),
        *(column for one in others() for column in one.columns()),
        *log.columns(viewer, now),
    ]


def understands(viewer: Viewer, told: Told, now: datetime) -> CaseRow | None:
    """What a row means; None with its faults where it cannot be taken."""
    opened_at = told.values.get("opened_at")
    if opened_at is not None and opened_at > now:
        told.fault("opened_at", "This lies in the future.", "Correct the date.")
    if told.values.get("received_at") is None and opened_at is not None:
        told.values["received_at"] = opened_at  # the list says of no earlier day that the team knew of the child
    received = told.values.get("received_at")
    if opened_at is not None and received is not None and opened_at < received:
        told.fault("opened_at", "Opened before it was received.", "Correct one of the two dates; add the times.")
    for one in others():
        one.checks(told, now)
    row = log.understands(viewer, told, now, has_case=True)
    if row is None or opened_at is None:
        return None
    coordinator = told.values.get("coordinator") or viewer.code
    if coordinator != viewer.code and coordinator not in coordinators_of(row.region, now):
        told.fault("coordinator", "Coordinates another team.", "Choose a coordinator of the team whose case it is.")
        return None
    return CaseRow(row, opened_at, coordinator, dict(told.values))


def takes(viewer: Viewer, row: CaseRow, now: datetime) -> Referral:
    """The referral of this row, and its case, open since the day of the list. Raises RuleBroken, NotPermitted."""
    referral = log.takes(viewer, row.log, now)
    case = open_case(viewer, referral, now=row.opened_at, coordinator=row.coordinator)
    for one in others():
        one.follows(viewer, case, row.told, now)
    return referral


def _coordinators(viewer: Viewer, now: datetime) -> dict[str, tuple[str, ...]]:
    """Code -> name and address of everybody who coordinates where the viewer does."""
    served = [one.key for one in active_pack().regions if viewer.covers_as("care_coordinator", one.key)]
    codes = {viewer.code, *(code for region in served for code in coordinators_of(region, now))}
    return {code: (account.name, account.email) for code, account in accounts_by_code(codes).items()}


def _as_coordinator(text: str, *, people: Mapping[str, tuple[str, ...]]) -> str:
    try:
        return as_choice(text, people)
    except Problem:
        raise Problem(
            "Not a coordinator of your team.", "Write the name as it stands here, or the e-mail address."
        ) from None
