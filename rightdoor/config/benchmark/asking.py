"""Signs a coordinator in and asks each page, with its yardstick beside it, inside one process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.db import connection, connections
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from rightdoor.casework.referrals.actions import receive_referral
from rightdoor.casework.referrals.models import ClockTally, Referral
from rightdoor.config.benchmark.filling import fill_case, fill_real, fill_to
from rightdoor.config.benchmark.floor import OWNER
from rightdoor.foundation.access.clearance import AGREEMENT, required
from rightdoor.foundation.access.models import AgencyAgreement, ClearanceRecord, Grant
from rightdoor.foundation.access.viewers import viewer_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.fence import acting_as
from rightdoor.foundation.jurisdiction.active import active_pack

HOST = "127.0.0.1"


class Asking:
    """A coordinator of one region, signed in, with a browser for the product and one for the yardstick."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.regions = [region.key for region in active_pack().regions]
        self.region, self.holder = self.regions[0], new_code()
        account = Account.objects.create(
            email="bench@example.invalid", name="Bench Coordinator", agency_code=self.holder,
            discipline="care_coordinator", created_at=self.now, is_demonstration=True,
        )  # fmt: skip
        Grant.objects.create(
            account=account,
            role="care_coordinator",
            region=self.region,
            starts_at=self.now - timedelta(days=1),
            granted_by="SYSTEM",
        )
        self._clear(account)
        self.viewer = viewer_of(account, self.now)
        self.browser = Browser(SERVER_NAME=HOST, REMOTE_ADDR="127.0.0.1")
        self.browser.post(f"/demo/{account.code}/")
        with override_settings(MIDDLEWARE=[], ROOT_URLCONF="rightdoor.config.benchmark.floor"):
            self.bare = Browser(SERVER_NAME=HOST)
            self.bare.handler.load_middleware()
        self.real = fill_real(self.viewer, self.region, self.holder, self.now)
        self.case = fill_case(self.viewer, self.real[300], self.now)
        for tier in (1, 2, 3):
            ClockTally.objects.create(region=self.region, year=self.now.year, tier=tier, met=100, missed=9)

    def _clear(self, account: Account) -> None:
        """Everything that opens records to this person."""
        window = {"starts_at": self.now - timedelta(days=1), "ends_at": self.now + timedelta(days=365)}
        for what in (AGREEMENT, *sorted(required())):
            ClearanceRecord.objects.create(account_code=account.code, what=what, entered_by="SYSTEM", **window)
        AgencyAgreement.objects.create(agency_code=self.holder, recorded_by="SYSTEM", recorded_at=self.now, **window)

    def fill_to(self, size: int) -> None:
        """Until the table holds so many referrals; then the statistics are made fresh."""
        fill_to(size, self.regions, self.holder, self.now)
        with connections[OWNER].cursor() as cursor:
            cursor.execute("VACUUM ANALYZE referrals_referral, clients_client, clients_identity")

    def pages(self) -> Iterator[tuple[str, Callable[[], None], Callable[[], None]]]:
        """(name, ask the page, ask its yardstick)"""
        region, code = self.region, self.real[300].code
        yield "desk", self._get("/"), self._bare(f"/running/{region}/")
        yield "clock board", self._get("/clocks/"), self._bare(f"/running/{region}/")
        yield "referral list", self._get("/referrals/"), self._bare(f"/rows/{region}/")
        yield "referral list, filtered", self._get("/referrals/?state=staffed"), self._bare(f"/rows/{region}/staffed/")
        yield "referral record", self._get(f"/referrals/{code}/"), self._bare(f"/record/{code}/")
        case = f"/cases/{self.case.code}/"
        yield "case with 500 lines", self._get(case), self._bare(f"/lines/{self.case.code}/")
        yield "case, at a glance", self._get(f"{case}glance/"), self._bare(f"/record/{code}/")
        yield "due on one's cases", self._get("/desk/cases/"), self._bare(f"/running/{region}/")
        yield "lookup by code", self._find(code), self._bare(f"/record/{code}/")
        yield "lookup by name", self._find("Testling12"), self._bare(f"/record/{code}/")
        yield "create a referral (act)", self._create, self._insert
        yield "audit event", self._record, self._record_by_hand

    def count_queries(self, ask: Callable[[], None]) -> int:
        """How many statements a page sends to both databases."""
        with CaptureQueriesContext(connection) as main, CaptureQueriesContext(connections["keyring"]) as keyring:
            ask()
        return sum(
            1
            for query in [*main.captured_queries, *keyring.captured_queries]
            if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))
        )

    def _get(self, path: str) -> Callable[[], None]:
        def ask() -> None:
            response = self.browser.get(path)
            assert response.status_code == 200, f"{path}: {response.status_code} {response.headers}"

        return ask

    def _find(self, text: str) -> Callable[[], None]:
        def ask() -> None:
            response = self.browser.post("/find/", {"text": text})
            assert response.status_code in {200, 302}, f"/find/: {response.status_code}"

        return ask

    def _bare(self, path: str) -> Callable[[], None]:
        def ask() -> None:
            with override_settings(ROOT_URLCONF="rightdoor.config.benchmark.floor"):
                response = self.bare.get(path)
            assert response.status_code == 200, path

        return ask

    def _create(self) -> None:
        from rightdoor.casework.clients.person import Whereabouts, Who
        from rightdoor.casework.referrals.facts import ReferralFacts

        now = timezone.now()
        with acting_as(self.viewer, now):  # as in a request
            receive_referral(
                self.viewer, source="school", channel="standard", region=self.region,
                who=Who(given="Probe", family="Inventson"), whereabouts=Whereabouts(), facts=ReferralFacts(),
                story="x" * 400,
                reported_at=now, released_at=now, now=now,
            )  # fmt: skip

    def _record(self) -> None:
        """What every page that shows a client pays, before it shows anything."""
        record_read(
            self.viewer, "client.identity_seen", kind="client", code=self.holder, subject=self.holder,
            holder=self.holder, classes=["CORE", "ID"], basis="own", purpose="referral-record",
        )  # fmt: skip

    def _record_by_hand(self) -> None:
        """The same row, as a bare insert by the table's owner."""
        AuditEvent.objects.using(OWNER).create(
            at=timezone.now(), actor=self.viewer.code, verb="client.identity_seen", kind="client", code=self.holder,
            subject=self.holder, holder=self.holder, classes=["CORE", "ID"], basis="own", outcome="shown",
            details={"purpose": "referral-record"},
        )  # fmt: skip

    def _insert(self) -> None:
        like = self.real[0]
        values: dict[str, Any] = {
            field.attname: getattr(like, field.attname)
            for field in Referral._meta.concrete_fields
            if not field.primary_key
        }
        Referral.objects.using(OWNER).create(**{**values, "code": new_code()})
