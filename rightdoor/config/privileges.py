"""What the serving role may do in the databases. Run as their owner after every migration; repeating it is harmless.

The program serves as ``rightdoor_app``, which owns nothing. It may read and write rows; it may not change a table. The
audit trail it may read; adding goes through two functions of the owner's, and nothing else changes it. To the ledger of
what was published it may add.
Works on PostgreSQL 15 to 18.
"""

from __future__ import annotations

from typing import Any

APP = "rightdoor_app"
AUDIT_TABLES = ("audit_auditevent", "audit_auditbatch")
AUDIT_FUNCTIONS = ("audit_write", "audit_seal")
READ_ONLY_TABLES = ("django_migrations",)
APPEND_ONLY_TABLES = (
    "published_ledgerentry",
    "statistics_cube",
    "annual_reports_annualreportfile",
    "exports_privacyspending",
)  # what is published stays as it is

_STATEMENTS = f"""
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    REVOKE CREATE ON SCHEMA public FROM {APP};
    GRANT USAGE ON SCHEMA public TO {APP};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {APP};
    DO $grant$
    DECLARE
        found record;
    BEGIN
        FOR found IN
            SELECT c.oid::regclass AS name, c.relname, c.relkind
            FROM pg_class c
            WHERE c.relnamespace = 'public'::regnamespace
              AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
              AND pg_has_role(current_user, c.relowner, 'USAGE')
              -- what belongs to an extension is not ours to grant
              AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
        LOOP
            EXECUTE format('REVOKE ALL ON %s %s FROM PUBLIC, {APP}',
                           CASE found.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, found.name);
            IF found.relkind = 'S' THEN
                EXECUTE format('GRANT USAGE, SELECT ON SEQUENCE %s TO {APP}', found.name);
            ELSIF found.relname IN {AUDIT_TABLES!r} THEN
                EXECUTE format('GRANT SELECT ON TABLE %s TO {APP}', found.name);
            ELSIF found.relname = '{READ_ONLY_TABLES[0]}' OR found.relkind IN ('v', 'm') THEN
                EXECUTE format('GRANT SELECT ON TABLE %s TO {APP}', found.name);
            ELSIF found.relname IN {APPEND_ONLY_TABLES!r} THEN
                EXECUTE format('GRANT SELECT, INSERT ON TABLE %s TO {APP}', found.name);
            ELSE
                EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE %s TO {APP}', found.name);
            END IF;
        END LOOP;
        FOR found IN
            SELECT p.oid::regprocedure AS name FROM pg_proc p
            WHERE p.pronamespace = 'public'::regnamespace AND p.proname IN {AUDIT_FUNCTIONS!r}
        LOOP
            EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, {APP}', found.name);
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO {APP}', found.name);
        END LOOP;
    END
    $grant$;
"""  # noqa: S608 - constants of this module, no value from outside


def grant(connection: Any = None) -> None:
    """Give the serving role its rights in one database, or in both when none is named. The caller is the owner."""
    if connection is None:
        from django.db import connections

        for alias in ("default", "keyring"):
            grant(connections[alias])
        return
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENTS)  # sent as one, so the server runs it as one transaction
