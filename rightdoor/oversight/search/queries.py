"""One box over everything the viewer may see: a code leads straight to its record, a name to the clients it fits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rightdoor.casework.cases.queries import case_for
from rightdoor.casework.clients.disclosure import ShownName
from rightdoor.casework.clients.finding import clients_named
from rightdoor.casework.clients.queries import client_for
from rightdoor.casework.documents.queries import document_for, documents_titled
from rightdoor.casework.intake.queries import report_for
from rightdoor.casework.referrals.queries import latest_referrals_of, referral_for
from rightdoor.casework.staffings.queries import staffing_for, summary_for
from rightdoor.community.meetings.queries import meeting_for
from rightdoor.community.partners.queries import agencies_named
from rightdoor.domain.errors import NotPermitted, NotVisible
from rightdoor.domain.permission import Viewer, may
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.codes import is_code, normalise

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A line of the result: what it is, its code, a name for whom that may be, and where it leads."""

    what: str
    code: str
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Result:
    """Everything found, and the one record that a code names, if any."""

    straight_to: str = ""
    found: list[Found] = field(default_factory=list)


KINDS: tuple[tuple[str, Callable[[Viewer, str, datetime], Any], str], ...] = (
    ("Referral", referral_for, "/referrals/{}/"),
    ("Case", case_for, "/cases/{}/"),
    ("Staffing", staffing_for, "/staffings/{}/"),
    ("Report", report_for, "/reports/{}/"),
    ("Summary", summary_for, "/summaries/{}/"),
    ("Document", document_for, "/documents/{}/"),
    ("Meeting", lambda viewer, code, now: meeting_for(viewer, code), "/meetings/{}/"),
)


def lookup(viewer: Viewer, text: str, now: datetime) -> Result:
    """What this viewer may see under a code or a name. Hidden rows change nothing. (UX-5, SR-07)"""
    text = text.replace("\x00", "").strip()[:LONGEST]
    if is_code(normalise(text)):
        return _by_code(viewer, normalise(text), now)
    record_read(viewer, "search.made", kind="search")
    found = []
    if may(viewer, "identity.read", _somewhere()):
        named = clients_named(viewer, text, now)
        found += _clients(viewer, named, now)
    if may(viewer, "document.read", _somewhere()):
        titled = documents_titled(viewer, text, now)
        found += [Found("Document", one.code, one.title, f"/documents/{one.code}/") for one in titled]
    found += [Found("Agency", agency.code, agency.name, "/partners/") for agency in agencies_named(viewer, text)]
    return Result(found=found)


def _by_code(viewer: Viewer, code: str, now: datetime) -> Result:
    for _what, find, path in KINDS:
        try:
            find(viewer, code, now)
        except (NotVisible, NotPermitted):
            continue
        return Result(straight_to=path.format(code))
    try:
        client = client_for(viewer, code, now)
    except NotVisible:
        return Result()
    found = _clients(viewer, [ShownName(client.code)], now)
    return Result(straight_to=found[0].path) if found else Result()


def _clients(viewer: Viewer, named: list[ShownName], now: datetime) -> list[Found]:
    """Where each client's newest referral or case is, for this viewer."""
    where = latest_referrals_of(viewer, [shown.code for shown in named], now)
    return [Found("Client", shown.code, shown.name, where[shown.code]) for shown in named if shown.code in where]


def _somewhere() -> Any:
    # Whether names may be asked for at all; which of them may be seen is decided client by client.
    from rightdoor.domain.permission import Standing

    return Standing(assigned=True, invited=True)
