"""Row level security: what somebody gets who can send SQL of his own, with and without somebody's signed word."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction

from rightdoor.casework.clients.actions import end_standing, give_standing
from rightdoor.casework.clients.models import Client
from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.casework.intake.actions import receive_report
from rightdoor.config import rowlevel
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.fence import Acting, acting_as, acting_as_system, base, context
from tests.bars import sabotage
from tests.casework import team
from tests.people import make_person

# What nobody's row is about: sums by region, year and tier.
NOT_ABOUT_CLIENTS = {"referrals_clocktally"}


def tables() -> list[str]:
    """Every table of casework whose rows are about a client."""
    return sorted({model._meta.db_table for model in rowlevel.client_models()} - NOT_ABOUT_CLIENTS)


def rows(table: str) -> int:
    """How many rows plain SQL finds, sent by the role that serves."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - our own tables
        return int(cursor.fetchone()[0])


def seen() -> dict[str, int]:
    """The tables in which plain SQL finds rows, with how many."""
    return {table: found for table in tables() if (found := rows(table))}


@contextmanager
def word(text: str) -> Iterator[None]:
    """The connection holds this word, as somebody sets it who can send SQL of his own."""
    with acting_as_system("a test that writes its own word"), connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, false)", [base.SETTING, text])
        try:
            yield
        finally:
            base.forget(connection.connection)


def refused(statement: str, *values: Any) -> type[Exception] | None:
    """With what the server refuses a statement, or None; the transaction goes on."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values or None)
    except DatabaseError as problem:
        return type(problem.__cause__)
    return None


def signed(acting: Acting, *, process: int | None = None, ends_in: float = 30.0) -> str:
    """The word that the program would send, or one that it would not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        ends = cursor.fetchone()[0] + ends_in
    return context.sign(acting, process=process or connection.connection.info.backend_pid, ends=ends)


@pytest.fixture
def world(coordinator: Viewer, detective: Viewer, advocate: Viewer, other_coordinator: Viewer, now: datetime) -> Any:
    """A held staffing in one region, with everything that hangs on it; a referral in another; a stranger's report."""
    scene = team.Scene(coordinator, detective, advocate, now)
    team.held(scene)
    there = team.Scene(other_coordinator, detective, advocate, now)
    team.received(there, region="northshore")
    nobody = Viewer(code="", roles=frozenset({"public"}), regions=frozenset(), agency="", discipline="")
    receive_report(
        nobody, channel="public_form", reporter_type="public", language="en", told={"story": "Invented."},
        child=Who("Rika", "Rumor"), reporter={}, region="", now=now,
    )  # fmt: skip
    return scene


# ------------------------------------------------------------------------------------------------ the fence is there


@pytest.mark.bar("SEC-26")
def test_every_table_of_casework_is_fenced_and_the_fence_holds_for_its_owner_too() -> None:
    assert len(tables()) > 20
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%s) "
            "AND relrowsecurity AND relforcerowsecurity",
            [tables()],
        )
        assert sorted(name for (name,) in cursor.fetchall()) == tables()
        cursor.execute(
            "SELECT tablename, array_agg(cmd ORDER BY cmd) FROM pg_policies "
            "WHERE schemaname = 'public' AND 'rightdoor_app' = ANY(roles) GROUP BY 1"
        )
        policies = dict(cursor.fetchall())
    lacking = [table for table in tables() if policies.get(table) != ["DELETE", "INSERT", "SELECT", "UPDATE"]]
    assert not lacking, lacking
    assert rowlevel.unfenced(connection) == []


@pytest.mark.bar("SEC-26")
def test_the_serving_role_cannot_read_the_key_nor_enter_its_schema_nor_pass_the_fence() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_schema_privilege('rls', 'USAGE'), rolbypassrls, rolsuper "
            "FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, False)
    for attempt in (
        "SELECT * FROM rls.key",
        "SELECT * FROM rls.reached",
        "SELECT * FROM rls.client",
        "SELECT rls.told()",
        "ALTER TABLE clients_client DISABLE ROW LEVEL SECURITY",
        "DROP POLICY fence_select ON clients_client",
        "CREATE POLICY mine ON clients_client USING (true)",
        "SET ROLE rightdoor_owner",
        "CREATE TEMP TABLE clients_client (id int)",
    ):
        assert refused(attempt) is psycopg.errors.InsufficientPrivilege, attempt


@pytest.mark.bar("SEC-26")
def test_a_table_of_casework_that_leads_to_no_client_stops_the_migration() -> None:
    from django.db import models

    class Loose(models.Model):
        """Belongs to nobody."""

        words = models.CharField(max_length=9)

        class Meta:
            app_label = "clients"
            db_table = "clients_loose"

    try:
        with pytest.raises(rowlevel.NoWayToAClient, match="clients_loose"):
            rowlevel.fences([Loose])
        assert "clients_loose" in rowlevel.unfenced(connection)
    finally:
        from django.apps import apps

        del apps.all_models["clients"]["loose"]
        apps.clear_cache()


@pytest.mark.bar("SEC-26")
def test_a_new_table_that_leads_to_a_client_is_covered_without_a_line() -> None:
    from django.apps import apps
    from django.db import models

    class Trait(models.Model):
        """Hangs on a client."""

        client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")

        class Meta:
            app_label = "clients"
            db_table = "clients_trait"

    try:
        (fence,) = rowlevel.fences([Trait])
        assert "rls.regions('care_coordinator')" in fence.rule.reads
        assert "clients_trait.client_id" in fence.rule.reads
    finally:
        del apps.all_models["clients"]["trait"]
        apps.clear_cache()


# ---------------------------------------------------------------------------------------------- words that do not hold


@pytest.mark.bar("SEC-26")
def test_without_a_word_no_table_has_a_row(world: team.Scene) -> None:
    assert len(seen()) > 12, "the world must fill the tables"
    with word(""):
        assert seen() == {}
    with connection.cursor() as cursor, word(""):
        cursor.execute(f"RESET {base.SETTING}")
        assert seen() == {}


@pytest.mark.bar("SEC-26")
@pytest.mark.parametrize(
    "forge",
    [
        lambda true: "0" * 64 + true[64:],
        lambda true: hmac.digest(b"", true[64:].encode(), sha256).hex() + true[64:],
        lambda true: sha256(true[64:].encode()).hexdigest() + true[64:],
        lambda true: true[:64] + true[64:].replace('"viewer"', '"system"'),
        lambda true: true[:64] + true[64:].replace("capital", "northshore"),
        lambda true: true[:64] + true[64:].replace("care_coordinator", "alliance_reviewer"),
        lambda true: true[:64] + json.dumps({**json.loads(true[64:]), "reach": {"care_coordinator": "{*}"}}),
        lambda true: true[:-1],
        lambda true: true + " ",
        lambda true: true[:64],
        lambda true: "{}",
        lambda true: "x" * 10_000,
    ],
)
def test_a_forged_word_opens_nothing_and_says_nothing(world: team.Scene, forge: Callable[[str], str]) -> None:
    true = signed(context.of(world.coordinator, world.now))
    assert forge(true) != true
    with word(true):
        assert seen()
    with word(forge(true)):
        assert seen() == {}


@pytest.mark.bar("SEC-26")
def test_a_word_of_another_process_opens_nothing(world: team.Scene) -> None:
    acting = context.of(world.coordinator, world.now)
    with connections["keyring"].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        other = cursor.fetchone()[0]
    with word(signed(acting, process=other)):
        assert seen() == {}


@pytest.mark.bar("SEC-26")
def test_a_word_that_is_over_opens_nothing(world: team.Scene) -> None:
    acting = context.of(world.coordinator, world.now)
    with word(signed(acting, ends_in=60)):
        assert seen()
    with word(signed(acting, ends_in=-0.001)):
        assert seen() == {}
    assert context.LIFE <= 30


# ------------------------------------------------------------------------------------------- words that hold, and whose


@pytest.mark.bar("SEC-26")
def test_what_is_slipped_in_under_a_persons_word_finds_only_that_persons_clients(
    world: team.Scene, now: datetime
) -> None:
    mine = set(Client.objects.filter(region="capital").values_list("id", flat=True))
    everyone = set(Client.objects.values_list("id", flat=True))
    assert mine < everyone
    with acting_as(world.coordinator, now), connection.cursor() as cursor:
        cursor.execute("SELECT client_id FROM clients_identity WHERE '' = '' OR 1 = 1")
        assert {pk for (pk,) in cursor.fetchall()} == mine
        cursor.execute("SELECT count(*) FROM clients_client")
        assert cursor.fetchone()[0] == len(mine)


@pytest.mark.bar("SEC-26")
def test_nothing_is_written_about_a_client_of_others(world: team.Scene, now: datetime) -> None:
    theirs = Client.objects.get(region="northshore")
    with acting_as(world.coordinator, now), connection.cursor() as cursor:
        for change in (
            "UPDATE clients_client SET region = 'capital' WHERE id = %s",
            "DELETE FROM clients_identity WHERE client_id = %s",
            "UPDATE referrals_referral SET region = 'capital' WHERE client_id = %s",
        ):
            cursor.execute(change, [theirs.pk])
            assert cursor.rowcount == 0, change
        let_myself_in = (
            "INSERT INTO clients_standing (client_id, account_code, kind, discipline, about, starts_at, given_by, "
            "ended_by, need) VALUES (%s, %s, 'assigned', '', '', now(), '', '', '')"
        )
        refusal = refused(let_myself_in, theirs.pk, world.coordinator.code)
        assert refusal is psycopg.errors.InsufficientPrivilege


@pytest.mark.bar("SEC-26")
def test_nobody_widens_their_own_view_by_a_role_or_a_seat_at_a_meeting(world: team.Scene, now: datetime) -> None:
    from rightdoor.foundation.accounts.models import Account

    stranger = make_person("Stan Strangerson", now=now, roles=(("team_member", "northshore"),))
    account = Account.objects.get(code=stranger.code)
    a_role = (
        "INSERT INTO access_grant (account_id, role, region, starts_at, granted_by) "
        "VALUES (%s, 'care_coordinator', '', now(), '')"
    )
    with acting_as(stranger, now), connection.cursor() as cursor:
        assert refused(a_role, account.pk) is psycopg.errors.InsufficientPrivilege
        cursor.execute("UPDATE access_grant SET role = 'care_coordinator', region = ''")
        assert cursor.rowcount == 0
        cursor.execute("UPDATE meetings_invitation SET delegate_id = %s, answer = 'delegated'", [account.pk])
        assert cursor.rowcount == 0
        assert seen() == {}
    with acting_as(world.detective, now), connection.cursor() as cursor:
        cursor.execute("UPDATE meetings_invitation SET answer = 'accepted'")
        assert cursor.rowcount == 1  # one's own


@pytest.mark.bar("SEC-26")
def test_a_member_finds_the_clients_they_were_let_in_to_until_somebody_removes_them(
    world: team.Scene, now: datetime
) -> None:
    client = Client.objects.get(region="capital")
    guest = make_person("Gus Guestson", now=now, roles=(("team_member", "capital"),))
    with acting_as(guest, now):
        assert seen() == {}
    given = {"about": "", "starts_at": now - timedelta(hours=1), "now": now}
    give_standing(world.coordinator, client, account_code=guest.code, kind="assigned", discipline="school", **given)
    with acting_as(guest, now):
        found = seen()
        assert found["clients_client"] == found["clients_identity"] == 1
        assert list(Client.objects.values_list("id", flat=True)) == [client.pk]
    end_standing(world.coordinator, client, account_code=guest.code, now=now)
    with acting_as(guest, now):
        assert set(seen()) <= {"clients_standing"}  # that they once were let in is their own


@pytest.mark.bar("SEC-26")
@pytest.mark.bar("SEC-30")
@pytest.mark.parametrize("role", ["administrator", "auditor", "state_analyst", "agency_head"])
def test_who_runs_watches_or_counts_finds_no_client_by_plain_sql(world: team.Scene, now: datetime, role: str) -> None:
    person = make_person(f"Nemo {role.title()}", now=now, roles=((role, ""),), agency=world.coordinator.agency)
    with acting_as(person, now):
        assert seen() == {}


@pytest.mark.bar("SEC-26")
def test_a_stranger_finds_the_report_of_the_receipt_and_no_other(world: team.Scene, now: datetime) -> None:
    from rightdoor.casework.intake.models import Report
    from rightdoor.casework.intake.queries import receipt_answer

    nobody = Viewer(code="", roles=frozenset({"public"}), regions=frozenset(), agency="", discipline="")
    kept = {"channel": "public_form", "reporter_type": "public", "language": "en", "told": {}, "reporter": {}}
    with acting_as(nobody, now):
        assert seen() == {}
        first, receipt = receive_report(nobody, child=Who("Una", "Untrue"), region="", now=now, **kept)
        assert seen() == {}
        assert receipt_answer(receipt) == "received"
        assert receipt_answer("0000-0000-0000-0000") == ""
    assert Report.objects.filter(pk=first.pk).exists()


def test_acts_that_write_what_their_person_will_not_see_go_through_the_fence(
    world: team.Scene, other_coordinator: Viewer, reviewer: Viewer, now: datetime
) -> None:
    from rightdoor.casework.clients.actions import begin_override
    from rightdoor.casework.intake.actions import move_report
    from rightdoor.casework.intake.models import Report
    from rightdoor.casework.referrals.actions import receive_referral

    told = {"source": "school", "channel": "standard", "facts": {}, "story": "Invented.", "now": now}
    child = {"who": Who("Nils", "Nobodyson"), "whereabouts": Whereabouts()}
    for viewer, region in ((reviewer, "capital"), (world.coordinator, "northshore")):
        with acting_as(viewer, now):
            made = receive_referral(viewer, region=region, **told, **child)
            assert rows(f"clients_identity WHERE client_id = {made.client_id}") == 0
        assert rows(f"clients_identity WHERE client_id = {made.client_id}") == 1

    kept = {"channel": "call", "reporter_type": "public", "language": "en", "told": {}, "reporter": {}}
    desk = make_person("Della Deskson", now=now, roles=(("child_welfare_desk", "capital"),))
    with acting_as(desk, now):
        report, _ = receive_report(desk, child=Who("Una", "Untrue"), region="capital", now=now, **kept)
    Report.objects.filter(pk=report.pk).update(taken_by="")
    with acting_as(desk, now):
        assert Report.objects.filter(pk=report.pk).exists()
        move_report(desk, report, region="northshore", reason="Invented.", now=now)
        assert not Report.objects.filter(pk=report.pk).exists()

    theirs = Client.objects.filter(region="capital").first()
    with acting_as(other_coordinator, now):
        assert not Client.objects.filter(pk=theirs.pk).exists()
        ends_at = now + timedelta(hours=1)
        begin_override(other_coordinator, theirs, discipline="", about="", ends_at=ends_at, now=now)
        assert Client.objects.filter(pk=theirs.pk).exists()


@pytest.mark.bar("SEC-26")
def test_the_web_never_acts_as_the_system() -> None:
    """Only jobs, commands and the tests may: found in the code, since one line would undo the fence."""
    import re

    from rightdoor.config.env import ROOT

    allowed = re.compile(r"rightdoor/(config/(commands|benchmark|demonstration)/|foundation/(jobs|fence)/)")
    found = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "rightdoor").rglob("*.py")
        if re.search(r"acting_as_system|for_this_process", path.read_text(encoding="utf-8"))
    ]
    assert found
    assert [path for path in found if not allowed.match(path)] == []


class Stopped(Exception):  # noqa: N818
    """Thrown to have a transaction taken back."""


def count_then_stop(expected: int) -> None:
    with transaction.atomic():
        assert rows("clients_client") == expected
        raise Stopped


def test_a_rollback_leaves_nobody_elses_word_behind(world: team.Scene, now: datetime) -> None:
    with acting_as(world.coordinator, now), pytest.raises(Stopped):
        count_then_stop(1)
    assert rows("clients_client") == 2
    with acting_as(world.coordinator, now):
        assert rows("clients_client") == 1
        with pytest.raises(Stopped), acting_as_system("test"):
            count_then_stop(2)
        assert rows("clients_client") == 1


# ------------------------------------------------------------------------------------------------------------ sabotage


def _as_owner(*statements: str) -> None:
    """Change the database of the tests as its owner, on the connection that the tests use."""
    import os

    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], dbname=connection.settings_dict["NAME"]) as owner:
        for statement in statements:
            owner.execute(statement)


@sabotage("SEC-26", "one table's fence is taken down")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    _as_owner("ALTER TABLE clients_identity DISABLE ROW LEVEL SECURITY")


@sabotage("SEC-26", "the database believes every word")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    _as_owner(
        "CREATE OR REPLACE FUNCTION rls.told() RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER AS "
        "$$ BEGIN RETURN substr(current_setting('rightdoor.acting', true), 65)::jsonb; "
        "EXCEPTION WHEN OTHERS THEN RETURN NULL; END $$"
    )


@sabotage("SEC-26", "a word may be used on any connection, for ever")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    of = context.sign
    monkeypatch.setattr(
        context, "sign", lambda acting, **_: of(acting, process=connection.connection.info.backend_pid, ends=9e12)
    )


@sabotage("SEC-30", "everybody coordinates the whole state")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    of = context.of
    monkeypatch.setattr(
        context,
        "of",
        lambda viewer, at=None: Acting("viewer", viewer.code or "X", reach=(("care_coordinator", ("*",)),), at=at),
    )
    assert of
