"""The client's access report: who saw what of this client's record, when, and on what ground. (PRIV-4; SEC-40)

Made from the audit trail alone, which nobody can leave out. Staff stand in it by name; no other client's code does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from rightdoor.casework.cases.keeping.queries import subjects_of
from rightdoor.casework.cases.models import Case
from rightdoor.community.partners.queries import agency_names
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.accounts.queries import accounts_by_code
from rightdoor.foundation.audit.queries import Reading, readings_of, taken_out_of
from rightdoor.foundation.jurisdiction.active import local
from rightdoor.oversight.privacy.queries.cases import case_to_ask_about

PAGE = 50
AT_ONCE = 500
SAVED = frozenset({"list.exported", "record.exported", "document.copy_opened", "document.original_opened"})
# What is asked of the trail about a record is no look into the record: it would fill the report with itself.
NOT_THE_RECORD = frozenset(
    {
        "access_report.viewed",
        "register.viewed",
        "readers.viewed",
        "hold.viewed",
        "disposal.viewed",
        "disposal.certificate_printed",
    }
)


class Seen(NamedTuple):
    """One time that somebody saw something. `how` and `basis` are keys of the words of the report."""

    at: datetime
    who: str
    agency: str
    classes: tuple[str, ...]
    how: str  # looked, list, printed, saved
    basis: str
    actor: str = ""


@dataclass(frozen=True)
class AccessReport:
    """Everything, newest first; `grouped` holds one line a person, day, kind and ground."""

    case_code: str
    rows: tuple[Seen, ...]

    @cached_property
    def grouped(self) -> list[tuple[Seen, int]]:
        """Each line with how many times it stands for; the moment is the last one of the day."""
        lines: dict[tuple[object, ...], tuple[Seen, int]] = {}
        for row in self.rows:
            key = (local(row.at).date(), row.actor, row.agency, row.classes, row.how, row.basis)
            before = lines.get(key)
            lines[key] = (before[0], before[1] + 1) if before else (row, 1)
        return list(lines.values())


def case_to_report(viewer: Viewer, code: str, now: datetime) -> Case:
    """The case, for its coordinator and for privacy officers who know its exact code. Raises NotVisible."""
    return case_to_ask_about(viewer, "access_report.make", code, now)


def report_on(viewer: Viewer, case: Case, now: datetime) -> AccessReport:
    """Who saw this client's record up to now, newest first. The caller records that it was asked for."""
    found: dict[int, Reading] = {}
    for subject in subjects_of(viewer, case):
        for one in (*_every_reading(viewer, subject), *taken_out_of(viewer, subject)):
            found[one.id] = one
    kept = [one for one in found.values() if one.verb not in NOT_THE_RECORD and one.actor != "system"]
    kept.sort(key=lambda one: (one.at, one.id), reverse=True)
    return AccessReport(case.code, tuple(_seen(kept)))


def _every_reading(viewer: Viewer, subject: str) -> Iterable[Reading]:
    before: int | None = None
    while True:
        page = readings_of(viewer, subject, before=before, limit=AT_ONCE)
        yield from page.rows
        if page.before is None:
            return
        before = page.before


def _seen(rows: list[Reading]) -> Iterable[Seen]:
    people = accounts_by_code({row.actor for row in rows})
    agencies = agency_names({row.actor_agency for row in rows} - {""})
    for row in rows:
        account = people.get(row.actor)
        yield Seen(
            at=row.at,
            who=account.name if account else "",
            agency=agencies.get(row.actor_agency, ""),
            classes=row.classes,
            how=_how(row),
            basis=row.basis.lower(),
            actor=row.actor,
        )


def _how(row: Reading) -> str:
    if row.verb in SAVED:
        return "saved"
    if row.verb == "record.printed":
        return "printed"
    return "list" if row.is_list else "looked"


def page_of(report: AccessReport, number: int) -> tuple[tuple[Seen, ...], int]:
    """One page of a report, and how many pages there are. Raises NotVisible for one that is not there."""
    pages = max(1, -(-len(report.rows) // PAGE))
    if not 1 <= number <= pages:
        raise NotVisible
    return report.rows[(number - 1) * PAGE : number * PAGE], pages
