"""Unusual reading: the figures of a month out of the trail, and the lists that were made of them. Codes and counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import QuerySet

from rightdoor.community.partners.queries import agency_names
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import ROLES, Viewer, may
from rightdoor.domain.unusual_reading import BEFORE_LEAVING_DAYS, NIGHT_BEGINS, NIGHT_ENDS, Reader
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.accounts.queries import accounts_by_code
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.codes import is_code, normalise
from rightdoor.foundation.jurisdiction.active import local, zone
from rightdoor.foundation.sealing.seals import SealContext, open_each
from rightdoor.oversight.privacy.models import UnusualReading

WHYS = {
    "many": "Opened records of far more clients than others with the same role",
    "night": "Read a good part of it between 10 PM and 5 AM",
    "leaving": "Read records of many clients in the last two weeks before leaving",
    "emergency": "Opened cases in an emergency more than once",
}
VERDICTS = {"fine": "Looked at: fine", "followed": "To be followed"}

# A list names its clients in its details. Lists of more than a thousand are several events.
_MONTH = """
    WITH shown AS (
        SELECT e.holder, e.actor, e.at, s.subject
        FROM audit_auditevent e
        CROSS JOIN LATERAL (
            SELECT e.subject WHERE e.subject <> ''
            UNION
            SELECT jsonb_array_elements_text(e.details -> 'codes') WHERE jsonb_typeof(e.details -> 'codes') = 'array'
        ) AS s (subject)
        WHERE e.outcome = 'shown' AND e.holder <> '' AND e.at >= %(since)s AND e.at < %(until)s
          AND e.actor = ANY (%(actors)s)
    )
    SELECT holder, actor, count(DISTINCT subject), count(DISTINCT at),
           count(DISTINCT at) FILTER (WHERE extract(hour FROM at AT TIME ZONE %(zone)s) >= %(begins)s
                                      OR extract(hour FROM at AT TIME ZONE %(zone)s) < %(ends)s)
    FROM shown GROUP BY holder, actor ORDER BY holder, actor
"""


@dataclass(frozen=True, slots=True)
class UnusualRow:
    """One line of the list, for a page."""

    code: str
    month: date
    agency: str
    who: str
    role: str
    clients: int
    ordinary: int
    whys: tuple[str, ...]
    verdict: str
    is_own: bool
    looked_at: datetime | None
    found_at: datetime


def month_before(now: datetime) -> date:
    """The first day of the month that ended last, in the state's zone."""
    first = local(now).date().replace(day=1)
    return (first - timedelta(days=1)).replace(day=1)


def bounds_of(month: date) -> tuple[datetime, datetime]:
    """From when to when the month goes in the state's zone."""
    later = (month.replace(day=28) + timedelta(days=5)).replace(day=1)
    return datetime.combine(month, time(), tzinfo=zone()), datetime.combine(later, time(), tzinfo=zone())


def readers_in(viewer: Viewer, month: date) -> dict[str, list[Reader]]:
    """Who read how much of what each agency holds in this month, by the agency's code. Three queries and two more for
    each person who left.
    """
    since, until = bounds_of(month)
    roles = _roles(since, until)
    left = _left(since, until)
    opened = _openings(since, until)
    found: dict[str, list[Reader]] = {}
    for holder, actor, clients, readings, night in _figures(since, until, roles):
        ended = left.get(actor)
        found.setdefault(holder, []).append(
            Reader(
                account=actor,
                role=roles[actor],
                clients=clients,
                readings=readings,
                at_night=night,
                before_leaving=_last_days(actor, holder, ended) if ended else 0,
                emergencies=opened.get((actor, holder), 0),
            )
        )
    return found


def unusual_rows(viewer: Viewer, *, open_only: bool = False) -> list[UnusualRow]:
    """The lists of the last year: all of them for privacy officers, those of the own agency for its head."""
    rows = list(_visible(viewer).order_by("-month", "holder", "account_code")[:500])
    if open_only:
        rows = [row for row in rows if row.looked_at is None and row.account_code != viewer.code]
    return _told(viewer, rows)


def unusual_for(viewer: Viewer, code: str) -> UnusualReading:
    """One line. Raises NotVisible."""
    code = normalise(code)
    found = _visible(viewer).filter(code=code).first() if is_code(code) else None
    if found is None:
        raise NotVisible
    return found


def row_of(viewer: Viewer, line: UnusualReading) -> UnusualRow:
    """One line as its page shows it."""
    return _told(viewer, [line])[0]


def note_of(viewer: Viewer, line: UnusualReading) -> str:
    """What was written about it. Recorded as a reading."""
    record_read(viewer, "unusual.viewed", line, classes=["PERF"], basis="review")
    (text,) = open_each([(line.note_sealed, note_label(line))]) if line.note_sealed else ("",)
    return text or ""


def note_label(line: UnusualReading) -> SealContext:
    """Under what the note is sealed: about a member of staff, held by the agency whose records were read."""
    return SealContext("privacy_unusualreading", "note", line.code, line.account_code, line.holder, "PERF")


def _visible(viewer: Viewer) -> QuerySet[UnusualReading]:
    if may(viewer, "unusual.look"):
        return UnusualReading.objects.all()
    if viewer.has("agency_head") and viewer.agency:
        return UnusualReading.objects.filter(holder=viewer.agency)
    return UnusualReading.objects.none()


def _told(viewer: Viewer, rows: list[UnusualReading]) -> list[UnusualRow]:
    people = accounts_by_code({row.account_code for row in rows})
    agencies = agency_names({row.holder for row in rows})
    return [
        UnusualRow(
            code=row.code,
            month=row.month,
            agency=agencies.get(row.holder, row.holder),
            who=people[row.account_code].name if row.account_code in people else row.account_code,
            role=row.role.replace("_", " "),
            clients=row.clients,
            ordinary=row.ordinary,
            whys=tuple(WHYS[why] for why in row.whys if why in WHYS),
            verdict=VERDICTS.get(row.verdict, ""),
            is_own=row.account_code == viewer.code,
            looked_at=row.looked_at,
            found_at=row.found_at,
        )
        for row in rows
    ]


def _roles(since: datetime, until: datetime) -> dict[str, str]:
    """The first of each person's roles of that month, in the order of the list of roles: peers have the same."""
    order = {role: number for number, role in enumerate(ROLES)}
    held = Grant.objects.filter(starts_at__lt=until).exclude(ends_at__lte=since)
    found: dict[str, str] = {}
    for code, role in held.values_list("account__code", "role"):
        if code not in found or order.get(role, 99) < order.get(found[code], 99):
            found[code] = role
    return found


def _figures(since: datetime, until: datetime, actors: Iterable[str]) -> list[tuple[str, str, int, int, int]]:
    values = {
        "since": since,
        "until": until,
        "actors": sorted(actors),
        "zone": str(zone()),
        "begins": NIGHT_BEGINS,
        "ends": NIGHT_ENDS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MONTH, values)
        return list(cursor.fetchall())


def _left(since: datetime, until: datetime) -> dict[str, datetime]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, max(at) FROM audit_auditevent WHERE verb = 'account.offboarded' AND at >= %s AND at < %s "
            "GROUP BY code",
            [since, until],
        )
        return dict(cursor.fetchall())


def _last_days(actor: str, holder: str, ended: datetime) -> int:
    since = ended - timedelta(days=BEFORE_LEAVING_DAYS)
    return sum(clients for found, _, clients, *_ in _figures(since, ended, [actor]) if found == holder)


def _openings(since: datetime, until: datetime) -> dict[tuple[str, str], int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT actor, holder, count(*) FROM audit_auditevent WHERE verb = 'access.emergency_opened' "
            "AND at >= %s AND at < %s GROUP BY actor, holder",
            [since, until],
        )
        return {(actor, holder): many for actor, holder, many in cursor.fetchall()}
