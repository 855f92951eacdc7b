"""The audit trail: nobody writes past it (SEC-34), nothing is shown without it (SEC-35, SEC-37), no forgery stays
unseen (SEC-36), and its verifier is fast enough for a state (SEC-39).
"""

from __future__ import annotations

import ast
import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import time_machine
from django.db import DatabaseError

from rightdoor.casework.clients import disclosure
from rightdoor.config import privileges
from rightdoor.foundation.audit import events, verify_export
from rightdoor.foundation.audit.context import marks
from rightdoor.foundation.audit.models import AuditEvent
from tests.access.world import ASKED, BEGAN, World, make_world
from tests.bars import sabotage
from tests.foundation.audit.test_privileges import connect
from tests.safety.pages import body_of, every_page
from tools.audit_speed import write_trail

# -------------------------------------------------------------------------- SEC-34: eleven ways past the two functions

RUNTIME_ROLES = ("app",)  # every role that the program serves with; the owner migrates, and serves nobody
WAYS = {
    "UPDATE": "UPDATE audit_auditevent SET actor = 'CDFG-2222'",
    "DELETE": "DELETE FROM audit_auditevent",
    "TRUNCATE": "TRUNCATE audit_auditevent, audit_auditbatch",
    "ALTER": "ALTER TABLE audit_auditevent ALTER COLUMN actor DROP NOT NULL",
    "DROP": "DROP TABLE audit_auditbatch CASCADE",
    "DISABLE TRIGGER": "ALTER TABLE audit_auditevent DISABLE TRIGGER ALL",
    "session variable": "SET rightdoor.acting = 'owner'; SET search_path = pg_temp, public;"
    " UPDATE audit_auditevent SET actor = 'CDFG-2222'",
    "replication role": "SET session_replication_role = replica; DELETE FROM audit_auditevent",
    "COPY": "COPY audit_auditevent FROM STDIN",
    "GRANT": "GRANT ALL ON audit_auditevent TO PUBLIC; DELETE FROM audit_auditevent",
    "replace the function": "CREATE OR REPLACE FUNCTION public.audit_write(timestamptz, text, text, text, text, text,"
    " text, text, text, text[], text, text, text, jsonb) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'",
}
_STATE = """
    SELECT (SELECT array_agg(e::text ORDER BY id) FROM audit_auditevent e),
           (SELECT array_agg(relname || relacl::text ORDER BY relname) FROM pg_class WHERE relname LIKE 'audit_audit%'),
           (SELECT array_agg(pg_get_functiondef(oid) ORDER BY proname) FROM pg_proc
            WHERE proname IN ('audit_write', 'audit_seal')),
           (SELECT count(*) FROM pg_attribute WHERE attrelid = 'audit_auditevent'::regclass AND attnotnull)
"""


@pytest.fixture
def trails_state(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callable[[], Any]]:
    """Rows, rights and functions of the trail, as its owner sees them; rights freshly granted, one row in it."""
    with django_db_blocker.unblock(), connect("default", "owner") as owner:
        privileges.grant(owner)
        row = ["2026-11-02T15:00:00Z", "CDFG-2346", "", "", "case.read", "", "", "", "", [], "", "done", "", "{}"]
        made = owner.execute(events._WRITE, row).fetchone()
        yield lambda: owner.execute(_STATE).fetchone()
        owner.execute("DELETE FROM audit_auditevent WHERE id = %s", made)


@pytest.mark.bar("SEC-34")
@pytest.mark.parametrize("role", RUNTIME_ROLES)
@pytest.mark.parametrize("way", WAYS)
def test_no_runtime_role_gets_past_the_function(trails_state: Callable[[], Any], way: str, role: str) -> None:
    before = trails_state()
    assert before[0]
    with connect("default", role) as runtime, contextlib.suppress(psycopg.errors.InsufficientPrivilege):
        runtime.execute(WAYS[way])
        pytest.fail(f"{way} was carried out")
    assert trails_state() == before


@sabotage("SEC-34", "one grant too many: the serving role may change rows")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    more = "GRANT UPDATE ON audit_auditevent TO rightdoor_app"
    more = f"; DO $$ BEGIN IF to_regclass('audit_auditevent') IS NOT NULL THEN {more}; END IF; END $$"
    monkeypatch.setattr(privileges, "_STATEMENTS", privileges._STATEMENTS + more)


# ----------------------------------------------------------------- SEC-35, SEC-37: pages that show a client to somebody

# What the makers of the world tell about the child, and the data class that it belongs to.
CANARIES = {"Zebulina": "ID", "Nowhere": "ID", "Invented Street": "LOC", "Quixotic-marked": "CORE"}
READERS = ("coordinator", "member", "elsewhere", "stranger")


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """One child's whole way, asked weeks later."""
    with time_machine.travel(BEGAN, tick=False):
        made = make_world(story="Quixotic-marked narrative of what happened.")
    with time_machine.travel(ASKED, tick=False):
        yield made


def canaries_in(answer: Any) -> set[str]:
    """The planted texts that stand on a page."""
    body = body_of(answer)
    return {text for text in CANARIES if text.encode() in body}


@pytest.mark.bar("SEC-35")
@pytest.mark.req("PRIV-4")
def test_while_the_trail_cannot_be_written_nothing_is_shown(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page that shows a client answers 503 instead; no page shows one."""
    shown = {(actor, name) for actor, name, _, answer in every_page(world, *READERS) if canaries_in(answer)}
    assert len(shown) > 8
    broken = _Broken(events.connection)
    monkeypatch.setattr(events, "connection", broken)
    served, status = [], {}
    for actor, name, _, answer in every_page(world, *READERS):
        status[actor, name] = answer.status_code
        served += [(actor, name)] if canaries_in(answer) else []
    assert served == []
    assert {status[page] for page in shown} == {503}
    assert broken.refused > len(shown)


class _Broken:
    """The trail's connection, which takes nothing."""

    def __init__(self, real: Any) -> None:
        self._real, self.refused = real, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def cursor(self) -> Any:
        if not marks.get().request_id:  # signing in is done before
            return self._real.cursor()
        self.refused += 1
        raise DatabaseError("The trail is full.")


@sabotage("SEC-35", "a reading goes on when its event could not be written")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    record = events.record

    def lax(*about: Any, **how: Any) -> int:
        try:
            return record(*about, **how)
        except events.AuditUnavailable:
            return 0

    monkeypatch.setattr(events, "record", lax)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[AuditEvent]:
    """Every reading as it stood in the table; the pages of the matrix are taken back afterwards, and their rows too."""
    kept: list[AuditEvent] = []
    record = events.record

    def and_keep(*about: Any, **how: Any) -> int:
        number = record(*about, **how)
        kept.append(AuditEvent.objects.get(pk=number))
        return number

    monkeypatch.setattr(events, "record", and_keep)
    return kept


@pytest.mark.bar("SEC-37")
@pytest.mark.req("PRIV-4")
def test_whatever_is_shown_of_a_client_has_its_event_with_class_and_ground(
    world: World, heard: list[AuditEvent]
) -> None:
    """By the request's own id: who, which classes, on what ground. That it is committed first: see SEC-35."""
    seen, wrong = 0, []
    for actor, name, _, answer in every_page(world, *READERS):
        found = canaries_in(answer)
        rows = [row for row in heard if row.request_id == answer.headers["X-Request-Id"]]
        heard.clear()
        seen += bool(found)
        classes = {klass for row in rows for klass in row.classes}
        lacking = {CANARIES[text] for text in found} - classes
        if lacking:
            wrong.append(f"{name} as {actor}: {sorted(found)} without an event of {sorted(lacking)}")
        if not found:
            continue
        # What a search or a comparison shows is named once more, apart from the scan that carries its ground.
        grounded = {code for row in rows if row.basis for code in (row.subject, *row.details.get("codes", ()))}
        for row in rows:
            about = set(row.details.get("codes", ())) or {row.subject}
            if row.classes and not row.basis and not about <= grounded:
                wrong.append(f"{name} as {actor}: {row.verb} without a ground")
            if row.actor != world.people[actor].code:
                wrong.append(f"{name} as {actor}: an event of another")
    assert wrong == []
    assert seen > 8


@sabotage("SEC-37", "the one door to a client's identity forgets to record")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disclosure, "record_read", lambda *about, **how: 0)


@sabotage("SEC-37", "readings are recorded without their ground")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        disclosure, "record_read", lambda *about, **how: events.record_read(*about, **{**how, "basis": ""})
    )


# ------------------------------------------------------------------------------- SEC-39: a million events in a minute


@pytest.mark.bar("SEC-39")
@pytest.mark.slow
@pytest.mark.req("PRIV-4")
def test_the_standalone_file_verifies_a_long_trail_without_anything_of_ours(tmp_path: Path) -> None:
    """The full million is measured by tools/audit_speed.py; here a fiftieth, with the whole minute to do it in."""
    trail, witness = tmp_path / "trail.jsonl", tmp_path / "newest.note"
    key = write_trail(trail, 20_000, note=witness)
    command = [sys.executable, "-I", "-S", verify_export.__file__, str(trail), "--key", key, "--witness", str(witness)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "20000 events, 40 batches, 0 not sealed yet." in done.stdout
    assert "1 of 1 notes" in done.stdout
    spoilt = trail.read_text().replace('"code":"CDFG-7777"', '"code":"CDFG-7778"', 1)
    trail.write_text(spoilt)
    assert subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 1
    source = ast.parse(Path(verify_export.__file__).read_text())
    imported = {node.module or "" for node in ast.walk(source) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(source) if isinstance(node, ast.Import) for alias in node.names}
    assert imported <= sys.stdlib_module_names | {"collections.abc"}


@sabotage("SEC-39", "the standalone file leans on the program")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    text = Path(verify_export.__file__).read_text().replace("import hashlib\n", "import hashlib\nimport rightdoor\n", 1)
    place = Path(tempfile.mkdtemp()) / "verify_export.py"
    place.write_text(text)
    monkeypatch.setattr(verify_export, "__file__", str(place))
