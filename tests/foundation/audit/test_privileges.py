"""What the serving role is refused in the audit tables, asked of the database itself."""

import contextlib
import os
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
from django.db import connections

from rightdoor.config import privileges
from rightdoor.foundation.audit.events import _WRITE
from rightdoor.foundation.audit.sealer import _SEAL

pytestmark = pytest.mark.req("PRIV-4")

PERMISSION = psycopg.errors.InsufficientPrivilege


def connect(alias: str, role: str) -> psycopg.Connection:
    """A connection of its own to the test database, as owner or as the serving role."""
    name = {("default", "owner"): "DATABASE_OWNER_URL", ("default", "app"): "DATABASE_URL"}.get((alias, role))
    name = name or {"owner": "KEYRING_OWNER_URL", "app": "KEYRING_URL"}[role]
    url = urlsplit(os.environ.get(name, ""))
    found = connections[alias].settings_dict
    return psycopg.connect(
        dbname=found["NAME"],
        host=found["HOST"] or None,
        port=found["PORT"] or None,
        user=unquote(url.username or f"rightdoor_{role}"),
        password=unquote(url.password or "") or None,
        autocommit=True,
    )


@pytest.fixture
def app(django_db_setup, django_db_blocker):
    """The serving role in both databases, after its rights were granted twice."""
    with django_db_blocker.unblock():
        opened = {}
        for alias in ("default", "keyring"):
            with connect(alias, "owner") as owner:
                privileges.grant(owner)
                privileges.grant(owner)
            opened[alias] = connect(alias, "app")
        yield opened
        for one in opened.values():
            one.close()


@pytest.mark.parametrize("table", privileges.AUDIT_TABLES)
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO {} (id) VALUES (1)",
        "INSERT INTO {} DEFAULT VALUES",
        "COPY {} FROM STDIN",
        "UPDATE {} SET id = id",
        "UPDATE {} SET id = id WHERE false",
        "DELETE FROM {}",
        "DELETE FROM {} WHERE false",
        "TRUNCATE {}",
        "TRUNCATE {} CASCADE",
        "DROP TABLE {}",
        "ALTER TABLE {} ADD COLUMN more text",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "ALTER TABLE {} DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE {} OWNER TO rightdoor_app",
        "ALTER TABLE {} RENAME TO other",
        "CREATE TRIGGER t BEFORE INSERT ON {} EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CREATE RULE r AS ON INSERT TO {} DO INSTEAD NOTHING",
        "CREATE INDEX ON {} (id)",
        "SELECT * FROM {} FOR UPDATE",
        "LOCK TABLE {} IN EXCLUSIVE MODE",
        "INSERT INTO {} (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 2",
        "MERGE INTO {} AS t USING (SELECT 1 AS id) AS s ON t.id = s.id WHEN MATCHED THEN DELETE",
    ],
)
def test_the_serving_role_cannot_change_the_audit_tables(app, table, statement):
    with pytest.raises(PERMISSION), app["default"].transaction():
        app["default"].execute(statement.format(table))


@pytest.mark.parametrize(
    "statement",
    [
        "SET session_replication_role = 'replica'",
        "SET ROLE rightdoor_owner",
        "SET SESSION AUTHORIZATION rightdoor_owner",
        "CREATE TABLE shadow (id int)",
        "CREATE SCHEMA shadow",
        "SELECT setval('audit_auditevent_id_seq', 1)",
        "ALTER SEQUENCE audit_auditevent_id_seq RESTART",
        "ALTER ROLE rightdoor_app SUPERUSER",
        "COPY audit_auditevent TO PROGRAM 'cat'",
        "CREATE FUNCTION audit_write(text) RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
        "ALTER FUNCTION audit_write SECURITY INVOKER",
        "ALTER FUNCTION audit_seal OWNER TO rightdoor_app",
        "ALTER FUNCTION audit_write SET search_path = public",
        "DROP FUNCTION audit_write",
        "CREATE EXTENSION dblink",
        "UPDATE django_migrations SET name = name",
    ],
)
def test_the_serving_role_cannot_go_around(app, statement):
    with pytest.raises(PERMISSION):
        app["default"].execute(statement)


def test_a_right_that_the_serving_role_grants_changes_nothing(app):
    """PostgreSQL answers a grant by someone without the right with a warning: what counts is that none follows."""
    for grantee in ("rightdoor_app", "PUBLIC"):
        with contextlib.suppress(PERMISSION):
            app["default"].execute(f"GRANT UPDATE, DELETE, TRUNCATE ON audit_auditevent TO {grantee}")
    may = "SELECT has_table_privilege('rightdoor_app', 'audit_auditevent', %s)"
    granted = {
        right: app["default"].execute(may, [right]).fetchone()[0]
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
    }
    assert [right for right, given in granted.items() if given] == ["SELECT"]


def test_the_serving_role_adds_and_reads_events(app):
    row = [
        "2026-11-02T15:00:00Z",
        "CDFG-2346",
        "",
        "",
        "case.read",
        "case",
        "CDFG-4444",
        "",
        "",
        [],
        "",
        "done",
        "",
        "{}",
    ]
    connection = app["default"]
    with connection.transaction(force_rollback=True):
        event = connection.execute(_WRITE, row).fetchone()[0]
        found = connection.execute("SELECT verb FROM audit_auditevent WHERE id = %s", [event]).fetchone()
        assert found == ("case.read",)


@pytest.mark.parametrize("place", [*range(1, 9), 10, 11, 12])  # 0 is the time, 9 the list of classes
def test_the_database_itself_refuses_words_in_an_event(app, place):
    """The second fence: whoever calls the function past our code still writes no sentence and no name as people do."""
    row = ["2026-11-02T15:00:00Z", *["CDFG-2346"] * 8, [], "OWN", "done", "", "{}"]
    row[place] = "Marigold Testcase"
    with pytest.raises(psycopg.errors.CheckViolation) as refusal:
        app["default"].execute(_WRITE, row)
    assert "Marigold" not in str(refusal.value)


@pytest.mark.parametrize(("number", "first"), [(0, 1), (2, 1), (1, 2)])
def test_the_database_itself_refuses_a_batch_out_of_its_order(app, number, first):
    """As long as nothing is sealed, only batch 1 from row 1 on is taken."""
    with app["default"].transaction(force_rollback=True):
        sealed, last = app["default"].execute("SELECT count(*), max(last_id) FROM audit_auditbatch").fetchone()
        row = [sealed + number, (last or 0) + first, (last or 0) + 9, 1, [1], bytes(32), "0" * 64, "0" * 64,
               "2026-11-02T15:00:00Z", "0" * 16, ""]  # fmt: skip
        with pytest.raises(psycopg.errors.CheckViolation):
            app["default"].execute(_SEAL, row)


def test_the_functions_work_with_the_owners_rights_and_a_search_path_of_their_own(app):
    """A function of the same name, or a temporary table, that the caller puts in front is not what they use."""
    found = app["default"].execute(
        "SELECT p.proname, p.prosecdef, p.proconfig, pg_get_userbyid(p.proowner) = t.tableowner"
        " FROM pg_proc p, pg_tables t WHERE p.proname IN ('audit_write', 'audit_seal')"
        " AND t.tablename = 'audit_auditevent' ORDER BY 1"
    )
    path = ["search_path=pg_catalog, pg_temp"]
    assert found.fetchall() == [("audit_seal", True, path, True), ("audit_write", True, path, True)]


def test_the_serving_role_works_with_the_other_tables(app):
    missing = (
        """SELECT c.relname, p.right FROM pg_class c CROSS JOIN unnest(%s::text[]) AS p("right")
           WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
             AND c.relname <> ALL(%s) AND NOT has_table_privilege('rightdoor_app', c.oid, p."right")"""
    ).replace("p.right", 'p."right"')
    rights = ["SELECT", "INSERT", "UPDATE", "DELETE"]
    for alias in ("default", "keyring"):
        rest = [*privileges.AUDIT_TABLES, *privileges.READ_ONLY_TABLES, *privileges.APPEND_ONLY_TABLES]
        assert app[alias].execute(missing, [rights, rest]).fetchall() == []


@pytest.mark.parametrize("table", privileges.APPEND_ONLY_TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_what_was_published_is_added_to_and_never_changed(app, table, statement):
    with pytest.raises(PERMISSION):
        app["default"].execute(statement.format(table))


@pytest.mark.parametrize("statement", ["TRUNCATE {}", "DROP TABLE {}", "ALTER TABLE {} ADD COLUMN more text"])
def test_the_serving_role_keeps_its_hands_off_the_keyrings_tables(app, statement):
    with pytest.raises(PERMISSION):
        app["keyring"].execute(statement.format("sealing_datakey"))


def test_a_table_made_later_can_be_used_before_the_next_grant(app):
    with connect("default", "owner") as owner:
        owner.execute("CREATE TABLE made_later (id bigserial PRIMARY KEY)")
        try:
            app["default"].execute("INSERT INTO made_later DEFAULT VALUES")
            with pytest.raises(PERMISSION):
                app["default"].execute("TRUNCATE made_later")
        finally:
            owner.execute("DROP TABLE made_later")
