"""Ten years of a state, for the pages of numbers: referrals, cases and staffings, counted as a site counts them.

The rows are made by the database, with bytes in their sealed columns that no key opens: what is sealed is asked for and
comes back as not known, so the time of opening is not in what is measured here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from time import perf_counter

from django.db import connection, connections
from django.test import Client as Browser

from rightdoor.config.benchmark.asking import HOST, Asking
from rightdoor.config.benchmark.floor import OWNER
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.access.viewers import viewer_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.oversight.statistics import actions
from rightdoor.oversight.statistics.queries import to_count

YEARS, REFERRALS, STAFFINGS = 10, 25_600, 100_000  # nine of ten referrals become cases: 23,000
TABLES = (
    "clients_client", "referrals_referral", "referrals_tierchange", "cases_case", "plans_serviceplan",
    "closure_closure", "meetings_meeting", "staffings_staffing", "statistics_cube",
)  # fmt: skip
_SEALED = "decode(repeat(md5({}::text), 20), 'hex')"


class Years(Asking):
    """A coordinator and an analyst over ten years."""

    def __init__(self) -> None:
        super().__init__()
        account = Account.objects.create(
            email="analyst@example.invalid", name="Bench Analyst", agency_code=self.holder, discipline="",
            created_at=self.now, is_demonstration=True,
        )  # fmt: skip
        Grant.objects.create(
            account=account, role="state_analyst", region="", starts_at=self.now - timedelta(days=1),
            granted_by="SYSTEM",
        )  # fmt: skip
        self.analyst = viewer_of(account, self.now)
        self.leader = Browser(SERVER_NAME=HOST, REMOTE_ADDR="127.0.0.1")
        self.leader.post(f"/demo/{account.code}/")

    def fill(self) -> None:
        """The ten years, and what of them is due to be counted."""
        fill_years(self.regions, self.holder, self.now.isoformat())
        with connections[OWNER].cursor() as cursor:
            cursor.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")

    def count(self, seconds: float) -> list[tuple[str, str, float]]:
        """What the job does: (span, what came of it, seconds) of each."""
        found = []
        for year, quarter in to_count(self.now):
            began = perf_counter()
            cube = actions.count(
                self.analyst, year=year, quarter=quarter, now=self.now, timer=perf_counter, seconds=seconds
            )
            found.append((cube.name, f"{cube.state} {cube.detail} {cube.method}".strip(), perf_counter() - began))
        return found

    def pages(self) -> Iterator[tuple[str, Callable[[], None], Callable[[], None]]]:
        """(name, ask the page, ask its yardstick)"""
        bare = self._bare(f"/rows/{self.region}/")
        yield "state numbers", self._led("/numbers/state/"), bare
        yield "state numbers, one region", self._led(f"/numbers/state/?region={self.region}"), bare
        yield "state numbers, file", self._led("/numbers/state/table.csv"), bare
        yield "region numbers", self._get("/numbers/"), bare
        yield "early signals", self._get("/numbers/signals/"), bare
        yield "figures on the desk", self._get("/desk/figures/"), bare

    def _led(self, path: str) -> Callable[[], None]:
        def ask() -> None:
            response = self.leader.get(path)
            assert response.status_code == 200, f"{path}: {response.status_code}"

        return ask


def fill_years(regions: list[str], holder: str, now: str) -> None:
    """Referrals over ten years with their tiers, cases, plans, endings, meetings and staffings."""
    minutes = YEARS * 365 * 24 * 60 // REFERRALS
    apart = STAFFINGS * 10 // (REFERRALS * 9) + 1  # staffings of a case, the last of them not of every one
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('synchronous_commit', 'off', false)")
        cursor.execute("SELECT coalesce(max(id), 0) FROM clients_client")
        (first,) = cursor.fetchone()
        cursor.execute(
            """
            INSERT INTO clients_client (code, holder, region, known_since)
            SELECT 'Y' || substr(h, 2, 3) || '-' || substr(h, 5, 4), %s, (%s::text[])[1 + least(i %% %s, i / 7 %% %s)],
                   %s::timestamptz - make_interval(mins => i * %s)
            FROM (SELECT i, upper(lpad(to_hex(i), 8, '0')) AS h FROM generate_series(1, %s) AS i) AS made
            """,
            [holder, regions, len(regions), len(regions), now, minutes, REFERRALS],
        )
        cursor.execute(
            f"""
            INSERT INTO referrals_referral (code, client_id, holder, region, coordinator, source, channel, state,
                received_at, received_by, clock_from, clock_started_at, tier, due_at, stopped_at, ineligible_reason,
                decided_at, late_cause, reminded, pack_version, facts_sealed, story_sealed, version)
            SELECT code, id, holder, region, '',
                   (ARRAY['school','hotline','medical','police','provider','family','other'])[
                       1 + least(id %% 7, id / 5 %% 7)],
                   'standard', CASE WHEN id %% 10 = 0 THEN 'ineligible' ELSE 'staffed' END,
                   known_since, 'BENC-HBEN', 'received', known_since, 1 + id %% 3,
                   known_since + interval '72 hours',
                   CASE WHEN id %% 10 > 0 THEN known_since + make_interval(hours => 20 + (id %% 7 * 10)::int) END,
                   CASE WHEN id %% 10 = 0 THEN 'age' ELSE '' END, known_since + interval '4 hours', '', '', 'bench',
                   {_SEALED.format("id")}, {_SEALED.format("id")}, 0
            FROM clients_client WHERE id > %s
            """,  # noqa: S608 - constants of this module
            [first],
        )
        new = "FROM referrals_referral r WHERE r.client_id > %s"
        cursor.execute(
            f"""
            INSERT INTO referrals_tierchange (referral_id, at, by, kind, tier, asked, due_at, seconded_by, why_sealed)
            SELECT r.id, r.clock_started_at + interval '1 hour', 'BENC-HBEN', 'computed', r.tier, r.tier, r.due_at, '',
                   {_SEALED.format("r.id")} {new}
            """,
            [first],
        )
        cursor.execute(
            f"""
            INSERT INTO cases_case (code, client_id, referral_id, holder, region, coordinator, state, mode, district,
                cadence, opened_at, closed_at)
            SELECT r.code, r.client_id, r.id, r.holder, r.region, '',
                   CASE WHEN r.received_at < %s::timestamptz - interval '300 days' THEN 'closed' ELSE 'open' END,
                   'ongoing', '', '', r.stopped_at,
                   CASE WHEN r.received_at < %s::timestamptz - interval '300 days'
                        THEN r.stopped_at + make_interval(days => (30 + r.id %% 200)::int) END
            {new} AND r.stopped_at IS NOT NULL
            """,
            [now, now, first],
        )
        fresh = "FROM cases_case c WHERE c.client_id > %s"
        cursor.execute(
            f"""
            INSERT INTO plans_serviceplan (code, case_id, number, state, wishes_sealed, written_at, written_by,
                adopted_at)
            SELECT 'P' || substr(c.code, 2), c.id, 1, 'adopted', {_SEALED.format("c.id")}, c.opened_at, 'BENC-HBEN',
                   c.opened_at + interval '2 days' {fresh}
            """,
            [first],
        )
        cursor.execute(
            f"""
            INSERT INTO closure_closure (code, case_id, closed_at, closed_by, access_ends_at, told_sealed,
                contact_sealed, reopened_by)
            SELECT 'E' || substr(c.code, 2), c.id, c.closed_at, 'BENC-HBEN', c.closed_at, {_SEALED.format("c.id")},
                   {_SEALED.format("c.id")}, '' {fresh} AND c.closed_at IS NOT NULL
            """,
            [first],
        )
        cursor.execute(
            """
            INSERT INTO meetings_meeting (code, region, kind, mode, state, starts_at, ends_at, convened_at,
                convened_by, held_at, change_number)
            SELECT substr('KLMNPQRS', n + 1, 1) || substr(c.code, 2), c.region,
                   CASE WHEN n = 0 THEN 'emergency' ELSE 'ongoing' END, 'virtual', 'held',
                   c.opened_at + make_interval(days => n * 20), c.opened_at + make_interval(days => n * 20, hours => 1),
                   c.opened_at, 'BENC-HBEN', c.opened_at + make_interval(days => n * 20), 0
            FROM cases_case c, generate_series(0, %s) AS n WHERE c.client_id > %s
            ORDER BY n, c.id LIMIT %s
            """,
            [apart - 1, first, STAFFINGS],
        )
        cursor.execute(
            """
            INSERT INTO staffings_staffing (code, case_id, meeting_id, region, kind, state, starts_at, place,
                planned_minutes, held_at, continued_services, consent_plan, summary_due_at, summary_shared_at)
            SELECT m.code, c.id, m.id, c.region, m.kind, 'held', m.starts_at, 0, 0, m.held_at, 'eligible', '',
                   m.held_at + interval '72 hours', m.held_at + make_interval(hours => (20 + c.id %% 60)::int)
            FROM meetings_meeting m JOIN cases_case c ON substr(c.code, 2) = substr(m.code, 2)
            WHERE c.client_id > %s AND m.convened_by = 'BENC-HBEN'
            """,
            [first],
        )
