"""Fills the tables to a size. The newest rows are sealed for real, since those are what pages open; the older ones,
which only make the table large, carry random bytes of the same length in their sealed columns."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta

from django.db import connection

from rightdoor.casework.cases.models import Case
from rightdoor.casework.clients.actions import make_client
from rightdoor.casework.clients.models import Client
from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.casework.plans.models import ServicePlan
from rightdoor.casework.referrals.models import Referral, TierChange
from rightdoor.casework.referrals.sealed import facts_label, story_label
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.sealing.seals import seal_many

REAL = 600
LINES = 500
RUNNING = 120  # running clocks: the work at hand does not grow with the archive
GIVEN = ("Alder", "Briar", "Cedar", "Dune", "Ember", "Fern", "Gale", "Heath")
FAMILY = ("Testling", "Samplewood", "Inventson", "Madeupez", "Fictional", "Probe")


def fill_real(viewer: Viewer, region: str, holder: str, now: datetime) -> list[Referral]:
    """The newest rows, as the acts would seal them; the first RUNNING of them have a running clock."""
    chance = random.Random(7)  # noqa: S311 - invented people
    made = []
    for number in range(REAL):
        received = now - timedelta(minutes=37 * number)
        who = Who(
            given=chance.choice(GIVEN), family=f"{chance.choice(FAMILY)}{number}", aliases=(), birth_on=None,
            age_estimate=chance.randint(11, 17), gender="", language="en", interpreter_needed=None,
        )  # fmt: skip
        client = make_client(viewer, holder=holder, region=region, who=who, whereabouts=Whereabouts(), now=received)
        referral = Referral(
            code=new_code(), client=client, holder=holder, region=region, coordinator=viewer.code, source="school",
            channel="standard", received_at=received, received_by=viewer.code, clock_from="received",
            clock_started_at=received, pack_version="bench", state="staffed", tier=2,
            due_at=received + timedelta(hours=72), stopped_at=received + timedelta(hours=40), decided_at=received,
        )  # fmt: skip
        if number < RUNNING:
            referral.state, referral.stopped_at = "triaged", None
        facts = {"victim_status": "confirmed", "open_investigation": True}
        referral.facts_sealed, referral.story_sealed = seal_many(
            [(json.dumps(facts), facts_label(referral)), (json.dumps({"story": "x" * 400}), story_label(referral))]
        )
        made.append(referral)
    Referral.objects.bulk_create(made)
    return made


def fill_case(viewer: Viewer, referral: Referral, now: datetime) -> Case:
    """A case with LINES lines on its timeline, of two classes. What they say is left empty: a timeline opens none."""
    case = Case.objects.create(
        code=new_code(), client=referral.client, referral=referral, holder=referral.holder, region=referral.region,
        coordinator=viewer.code, opened_at=referral.received_at,
    )  # fmt: skip
    began = referral.received_at
    TierChange.objects.bulk_create(
        TierChange(
            referral=referral, at=began + timedelta(seconds=number), by=viewer.code, kind="retriaged", tier=1, asked=1,
            due_at=now, why_sealed=bytes(128),
        )
        for number in range(LINES // 2)
    )  # fmt: skip
    ServicePlan.objects.bulk_create(
        ServicePlan(
            code=new_code(), case=case, number=number, state="replaced", wishes_sealed=bytes(256),
            written_at=began + timedelta(seconds=number), written_by=viewer.code,
        )
        for number in range(1, LINES // 2 + 1)
    )  # fmt: skip
    return case


def fill_to(size: int, regions: list[str], holder: str, now: datetime) -> None:
    """Older rows until the table holds `size` referrals, spread over the regions, each with its client."""
    have = Referral.objects.count()
    if have >= size:
        return
    first = Client.objects.order_by("-id").values_list("id", flat=True).first() or 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('synchronous_commit', 'off', false)")
        cursor.execute(
            """
            INSERT INTO clients_client (code, holder, region, known_since)
            SELECT substr(h, 1, 4) || '-' || substr(h, 5, 4), %s, (%s::text[])[1 + i %% %s],
                   %s::timestamptz - make_interval(mins => i)
            FROM (SELECT i, upper(lpad(to_hex(i), 8, '0')) AS h FROM generate_series(%s, %s) AS i) AS made
            """,
            [holder, regions, len(regions), now - timedelta(days=30), have, size - 1],
        )
        cursor.execute(
            """
            INSERT INTO clients_identity (client_id, who_sealed, whereabouts_sealed, changed_at)
            SELECT id, decode(repeat(md5(id::text), 12), 'hex'), decode(repeat(md5(id::text), 12), 'hex'), known_since
            FROM clients_client WHERE id > %s
            """,
            [first],
        )
        cursor.execute(
            """
            INSERT INTO referrals_referral (code, client_id, holder, region, coordinator, source, channel, state,
                received_at, received_by, clock_from, clock_started_at, tier, due_at, stopped_at, ineligible_reason,
                decided_at, late_cause, reminded, pack_version, facts_sealed, story_sealed, version)
            SELECT code, id, holder, region, '', (ARRAY['school','hotline','medical','police'])[1 + id %% 4],
                   (ARRAY['standard','outside_process'])[1 + (id %% 9 = 0)::int],
                   CASE WHEN id %% 2 = 0 THEN 'staffed' ELSE 'ineligible' END,
                   known_since, 'BENC-HBEN', 'received', known_since,
                   CASE WHEN id %% 2 = 0 THEN 1 + id %% 3 END,
                   CASE WHEN id %% 2 = 0 THEN known_since + interval '72 hours' END,
                   CASE WHEN id %% 2 = 0 THEN known_since + interval '60 hours' END,
                   CASE WHEN id %% 2 = 0 THEN '' ELSE 'age' END,
                   known_since, '', '', 'bench', decode(repeat(md5(id::text), 20), 'hex'),
                   decode(repeat(md5(id::text), 40), 'hex'), 0
            FROM clients_client WHERE id > %s
            """,
            [first],
        )
