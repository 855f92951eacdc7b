"""Row level security: the second fence around every table of casework. Run as their owner after every migration.

The rules of who may know of what stand in `casework/*/models.py` and are asked by every read. What is made here is the
widest view that any of them gives to a person, kept by the database itself: a query that forgot to ask, or one that
somebody slipped in, gets no row beyond it, and without the signed word of `foundation/fence` none at all. Works on
PostgreSQL 15 to 18, without extensions.

A table of casework is covered by itself: its rows follow the row that its first foreign key to casework names. RULES
holds those that do not. A table that leads to no client stops the migration until somebody says here whose it is.

See docs/decisions/0008-rows.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from rightdoor.config.privileges import APP

SCHEMA = "rls"
COMMANDS = ("SELECT", "INSERT", "UPDATE", "DELETE")
CLIENTS = "clients_client"


class NoWayToAClient(Exception):  # noqa: N818 - names what is wrong
    """A table of casework has no foreign key to casework, and no rule of its own."""


# ------------------------------------------------------------------------------------------------------ the functions

# Each reads the signed word anew and says one thing of it. Policies ask them through a scalar subquery, so that the
# server asks once a statement, not once a row. They run as their owner, who alone reads the key; whoever calls them
# learns nothing but what the word, which they must have already, says.
_FUNCTIONS = f"""
    CREATE SCHEMA IF NOT EXISTS {SCHEMA};
    REVOKE ALL ON SCHEMA {SCHEMA} FROM PUBLIC, {APP};
    CREATE TABLE IF NOT EXISTS {SCHEMA}.key (
        one boolean PRIMARY KEY DEFAULT true CHECK (one), inner_pad bytea NOT NULL, outer_pad bytea NOT NULL
    );
    REVOKE ALL ON TABLE {SCHEMA}.key FROM PUBLIC, {APP};

    -- A table of one's own in a connection that others get next could stand in front of ours and keep their rows.
    DO $body$ BEGIN
        EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC, {APP}', current_database());
    END $body$;

    -- What the word says, or nothing: unset, forged, of another process, too old.
    CREATE OR REPLACE FUNCTION {SCHEMA}.told() RETURNS jsonb
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    DECLARE
        word text := current_setting('rightdoor.acting', true);
        said text;
        pads {SCHEMA}.key;
        told jsonb;
    BEGIN
        IF word IS NULL OR length(word) < 66 THEN
            RETURN NULL;
        END IF;
        said := substr(word, 65);
        SELECT * INTO pads FROM {SCHEMA}.key;
        IF NOT FOUND OR left(word, 64) IS DISTINCT FROM
            encode(sha256(pads.outer_pad || sha256(pads.inner_pad || convert_to(said, 'UTF8'))), 'hex') THEN
            RETURN NULL;
        END IF;
        told := said::jsonb;
        -- By the moment at which the statement began: a long one must not lose its rows half way.
        IF (told ->> 'process')::bigint IS DISTINCT FROM pg_backend_pid()
            OR coalesce((told ->> 'ends')::float8, 0) < extract(epoch FROM statement_timestamp()) THEN
            RETURN NULL;
        END IF;
        RETURN told;
    END
    $body$;

    -- Every region, and rows without one: the system, and whoever holds one of these roles for the whole state.
    CREATE OR REPLACE FUNCTION {SCHEMA}.everywhere(VARIADIC roles text[] DEFAULT '{{}}') RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    DECLARE
        told jsonb := {SCHEMA}.told();
        role text;
    BEGIN
        IF told ->> 'kind' = 'system' THEN
            RETURN true;
        ELSIF told ->> 'kind' = 'viewer' THEN
            FOREACH role IN ARRAY roles LOOP
                IF '*' = ANY ((told -> 'reach' ->> role)::text[]) THEN
                    RETURN true;
                END IF;
            END LOOP;
        END IF;
        RETURN false;
    END
    $body$;

    -- Whether one of these roles is held, wherever. True for the system.
    CREATE OR REPLACE FUNCTION {SCHEMA}.holds(VARIADIC roles text[]) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    DECLARE
        told jsonb := {SCHEMA}.told();
    BEGIN
        RETURN coalesce(
            told ->> 'kind' = 'system' OR (told ->> 'kind' = 'viewer' AND told -> 'reach' ?| roles), false
        );
    END
    $body$;

    -- The regions in which one of these roles is held.
    CREATE OR REPLACE FUNCTION {SCHEMA}.regions(VARIADIC roles text[] DEFAULT '{{}}') RETURNS text[]
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    DECLARE
        told jsonb := {SCHEMA}.told();
        role text;
        found text[] := '{{}}';
    BEGIN
        IF told ->> 'kind' = 'viewer' THEN
            FOREACH role IN ARRAY roles LOOP
                found := found || coalesce((told -> 'reach' ->> role)::text[], '{{}}');
            END LOOP;
        END IF;
        RETURN found;
    END
    $body$;

    -- Each of these desks with each of its regions, as 'desk region'; a report without a region is every desk's.
    CREATE OR REPLACE FUNCTION {SCHEMA}.posts(VARIADIC roles text[] DEFAULT '{{}}') RETURNS text[]
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    DECLARE
        told jsonb := {SCHEMA}.told();
        role text;
        region text;
        found text[] := '{{}}';
    BEGIN
        IF told ->> 'kind' = 'viewer' THEN
            FOREACH role IN ARRAY roles LOOP
                FOREACH region IN ARRAY coalesce((told -> 'reach' ->> role)::text[], '{{}}') LOOP
                    found := found || (role || ' ' || region);
                END LOOP;
                IF role <> 'care_coordinator' AND told -> 'reach' ? role THEN
                    found := found || (role || ' ');
                END IF;
            END LOOP;
        END IF;
        RETURN found;
    END
    $body$;

    -- The account of a person who is signed in, else null, which equals nothing.
    CREATE OR REPLACE FUNCTION {SCHEMA}.account() RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    DECLARE
        told jsonb := {SCHEMA}.told();
    BEGIN
        RETURN CASE WHEN told ->> 'kind' = 'viewer' THEN nullif(told ->> 'account', '') END;
    END
    $body$;

    -- The agency of a person who is signed in, else null, which equals nothing.
    CREATE OR REPLACE FUNCTION {SCHEMA}.agency() RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    DECLARE
        told jsonb := {SCHEMA}.told();
    BEGIN
        RETURN CASE WHEN told ->> 'kind' = 'viewer' THEN nullif(told ->> 'agency', '') END;
    END
    $body$;

    -- The receipt that a stranger holds.
    CREATE OR REPLACE FUNCTION {SCHEMA}.receipt() RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    DECLARE
        told jsonb := {SCHEMA}.told();
    BEGIN
        RETURN CASE WHEN told ->> 'kind' = 'public' THEN nullif(told ->> 'receipt', '') END;
    END
    $body$;

    -- The rows that an act is writing although its person will not see them.
    CREATE OR REPLACE FUNCTION {SCHEMA}.also() RETURNS text[]
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    DECLARE
        told jsonb := {SCHEMA}.told();
    BEGIN
        RETURN coalesce((told ->> 'also')::text[], '{{}}');
    END
    $body$;

    -- The clients to whom a person was let in and from whom nobody removed them, those of the meetings at which they
    -- stand in for somebody, and those whom an act names. What was handed to a person outlasts the window in which it
    -- was handed over (an action item, a shared summary), so the window is left to the first fence.
    CREATE OR REPLACE FUNCTION {SCHEMA}.clients() RETURNS bigint[]
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    DECLARE
        told jsonb := {SCHEMA}.told();
        mine text := told ->> 'account';
        moment timestamptz := coalesce((told ->> 'at')::timestamptz, statement_timestamp());
        found bigint[];
    BEGIN
        IF told ->> 'kind' IS DISTINCT FROM 'viewer' OR coalesce(mine, '') = '' THEN
            RETURN '{{}}';
        END IF;
        SELECT array_agg(client_id) INTO found FROM (
            SELECT s.client_id FROM public.clients_standing s
            WHERE s.account_code = mine AND s.ended_by = '' AND s.starts_at <= moment
            UNION
            SELECT c.client_id
            FROM public.accounts_account a
            JOIN public.meetings_invitation i ON i.delegate_id = a.id AND i.answer = 'delegated'
            JOIN public.staffings_staffing t ON t.meeting_id = i.meeting_id
            JOIN public.cases_case c ON c.id = t.case_id
            WHERE a.code = mine
            UNION
            SELECT c.id FROM public.clients_client c WHERE c.code = ANY ((told ->> 'also')::text[])
            UNION
            SELECT c.client_id FROM public.cases_case c WHERE c.code = ANY ((told ->> 'also')::text[])
        ) AS let_in;
        RETURN coalesce(found, '{{}}');
    END
    $body$;

    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {SCHEMA} FROM PUBLIC;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {SCHEMA} TO {APP};
"""  # noqa: S608 - constants of this module

# What policies ask of other tables. The views are read as their owner, so that no policy asks another one, which would
# cost a plan for each and, where two ask each other, never end. The serving role can read them through policies only:
# it may not enter the schema, so it cannot name them.
_DESKS = ("child_welfare_desk", "state_police_desk", "alliance_reviewer", "advocacy_desk", "care_coordinator")
_VIEWS = f"""
    CREATE OR REPLACE VIEW {SCHEMA}.client AS SELECT id, code, region FROM public.{CLIENTS};
    CREATE OR REPLACE VIEW {SCHEMA}.reached AS
        SELECT report_id, owner_role AS role FROM public.intake_hop WHERE state IN ('due', 'done')
        UNION ALL
        SELECT report_id, receiver_role FROM public.intake_hop WHERE state = 'done' AND receiver_role <> '';
    REVOKE ALL ON TABLE {SCHEMA}.client, {SCHEMA}.reached FROM PUBLIC, {APP};
    GRANT SELECT ON TABLE {SCHEMA}.client, {SCHEMA}.reached TO {APP};
"""  # noqa: S608


# --------------------------------------------------------------------------------------------------------- the rules


def _ask(function: str, *roles: str) -> str:
    named = ", ".join(f"'{role}'" for role in roles)
    return f"(SELECT {SCHEMA}.{function}({named}))"


def _array(function: str, *roles: str) -> str:
    # The type must be said: without it a subquery after ANY is a list of rows.
    return f"{_ask(function, *roles)}::{'bigint' if function == 'clients' else 'text'}[]"


def in_regions(column: str, *roles: str) -> str:
    """The row's region is one of those in which the person holds one of these roles. True for the system."""
    return f"({column} = ANY ({_array('regions', *roles)}) OR {_ask('everywhere', *roles)})"


def known_client(column: str) -> str:
    """The client is one whom the person coordinates or was let in to. True for the system.

    Narrower than seeing the row of the client: those who review referrals see that, and nothing that hangs on it.
    """
    near = f"{in_regions('c.region', 'care_coordinator')} OR c.id = ANY ({_array('clients')})"
    # A scalar subquery, never EXISTS: that one the server may answer by reading every client there is, once, to look
    # the few up that are asked for.
    return f"(SELECT {near} FROM {SCHEMA}.client c WHERE c.id = {column})"  # noqa: S608


def seen_row(table: str, column: str) -> str:
    """The row that this one hangs on is open by its own rule."""
    return f"(SELECT true FROM public.{table} p WHERE p.id = {column})"  # noqa: S608


def _mine(column: str) -> str:
    return f"{column} = {_ask('account')}"


_TEAM = ("care_coordinator", "alliance_reviewer")


@dataclass(frozen=True, slots=True)
class Rule:
    """Which rows of a table a person finds, as SQL; and which they may add, change or remove, where those are fewer."""

    reads: str
    writes: str = ""


RULES: Mapping[str, Rule] = {
    # A client by code; who it is stands in clients_identity and follows the narrower rule.
    CLIENTS: Rule(
        f"""{in_regions("region", *_TEAM)} OR id = ANY ({_array("clients")}) OR code = ANY ({_array("also")})"""
    ),
    # One's own is found; nobody lets themselves in.
    "clients_standing": Rule(
        f"""{known_client("client_id")} OR {_mine("account_code")}""", writes=known_client("client_id")
    ),
    # From whom a person is kept apart must be found wherever the client is: where it is not, nothing keeps them apart.
    "clients_block": Rule(
        f"""{_mine("account_code")} OR agency_code = {_ask("agency")} OR {known_client("client_id")}""",
        writes=known_client("client_id"),
    ),
    "clients_matchdecision": Rule(f"""{known_client("client_id")} OR {known_client("other_id")}"""),
    # That two entries are one child, for whoever knows both; so that one of the two never leads to the other.
    "clients_clientmerge": Rule(f"""{known_client("leading_id")} AND {known_client("following_id")}"""),
    # Reports: those that reached a desk of the person's, that the person took, or whose receipt a stranger holds.
    "intake_report": Rule(
        f"""{_ask("everywhere")} OR
        EXISTS (SELECT 1 FROM {SCHEMA}.reached h WHERE h.report_id = intake_report.id AND (
            (h.role || ' ' || intake_report.region) = ANY ({_array("posts", *_DESKS)})
            OR (intake_report.region <> '' AND (h.role || ' *') = ANY ({_array("posts", *_DESKS)}))))
        OR {_mine("taken_by")} OR code = ANY ({_array("also")})
        OR (receipt_digest <> '' AND taken_by = '' AND receipt_digest = {_ask("receipt")})"""  # noqa: S608
    ),
    # Screenings: one's own, and those handed on to a team of the person's.
    "screening_screening": Rule(
        f"""{_ask("everywhere")} OR {_mine("begun_by")}
        OR (handed_to <> '' AND {in_regions("handed_to", "care_coordinator")})"""
    ),
    # Counted without a person; whoever may see figures of them, and whoever adds a row and must find it then.
    "screening_countedscreening": Rule(
        f"""{in_regions("region", "care_coordinator")}
        OR {_ask("holds", "screener", "agency_head", "state_analyst")}""",
        writes=_ask("holds", "screener", "care_coordinator", "agency_head"),
    ),
    # Sheets of results: whoever brought one.
    "screening_broughtresults": Rule(f"""{_ask("everywhere")} OR {_mine("brought_by")}"""),
    # Education that was given, without a person.
    "screening_education": Rule(
        f"""{_mine("given_by")} OR {in_regions("region", "care_coordinator")}
        OR {_ask("holds", "agency_head", "state_analyst")}""",
        writes=_ask("holds", "screener", "care_coordinator"),
    ),
    # Referrals lie in the region that they were routed to, which need not be the client's.
    "referrals_referral": Rule(
        f"""{in_regions("region", *_TEAM)} OR client_id = ANY ({_array("clients")}) OR {_mine("received_by")}""",
        writes=f"""{in_regions("region", *_TEAM)} OR client_id = ANY ({_array("clients")})
        OR code = ANY ({_array("also")})""",
    ),
    # Files that were asked for: whose they are, and who is to agree. Staff and choices alone; no row of a client.
    "referrals_export": Rule(f"""{_ask("everywhere")} OR {_mine("asked_by")} OR {_mine("second")}"""),
    # Sums by region, year and tier.
    "referrals_clocktally": Rule(in_regions("region", *_TEAM)),
    # Lines for the library that lead to no client.
    "closure_lesson": Rule(_ask("holds", *_TEAM)),
    "cases_case": Rule(f"""{in_regions("region", "care_coordinator")} OR client_id = ANY ({_array("clients")})"""),
    # What is offered to a region's coordinators, who do not see the case before one of them takes it over.
    "cases_casetransfer": Rule(
        f"""{in_regions("to_region", "care_coordinator")} OR {seen_row("cases_case", "case_id")}"""
    ),
    # A packet also for the stranger who holds its link; nothing that it hangs on.
    "staffings_packet": Rule(f"""{seen_row("staffings_staffing", "staffing_id")} OR link_digest = {_ask("receipt")}"""),
    "staffings_staffing": Rule(
        f"""{in_regions("region", "care_coordinator")} OR {seen_row("cases_case", "case_id")}"""
    ),
}


# Two tables outside of casework, on which the fence leans: from the one the word is made, by the other a person stands
# in for a colleague. Everybody reads them; who could write them could widen their own view.
LEANT_ON: Mapping[str, Rule] = {
    "access_grant": Rule("true", writes=_ask("holds", "administrator", "agency_head")),
    "meetings_invitation": Rule(
        "true",
        writes=f"""{_ask("holds", *_TEAM)}
        OR account_id = (SELECT a.id FROM public.accounts_account a WHERE a.code = {_ask("account")})""",  # noqa: S608
    ),
}


@dataclass(frozen=True, slots=True)
class Fence:
    """A table and the rule of its rows."""

    table: str
    rule: Rule


def fences(models: Iterable[Any] | None = None) -> list[Fence]:
    """Every table of casework with its rule. Raises NoWayToAClient."""
    chosen = client_models() if models is None else list(models)
    ours = {model._meta.db_table for model in client_models()} | {model._meta.db_table for model in chosen}
    return [Fence(model._meta.db_table, _rule(model, ours)) for model in chosen]


def client_models() -> list[Any]:
    """Django's models of casework, with the tables that it makes between them."""
    from django.apps import apps

    models = apps.get_models(include_auto_created=True)
    return [model for model in models if model._meta.app_config.name.startswith("rightdoor.casework.")]


def _rule(model: Any, ours: set[str]) -> Rule:
    table = model._meta.db_table
    if table in RULES:
        return RULES[table]
    for field in model._meta.concrete_fields:
        if not field.is_relation or field.null or field.related_model is model:
            continue
        target = field.related_model._meta.db_table
        if target == CLIENTS:
            return Rule(known_client(f"{table}.{field.column}"))
        if target in ours:
            return Rule(seen_row(target, f"{table}.{field.column}"))
    raise NoWayToAClient(
        f"{table} leads to no client, so the database cannot say whose its rows are. Give it a foreign key to casework "
        "that is never empty, or a rule in rightdoor/config/rowlevel.py."
    )


def _fence(fence: Fence) -> str:
    table = f"public.{fence.table}"
    reads = " ".join(fence.rule.reads.split())
    writes = " ".join((fence.rule.writes or fence.rule.reads).split())
    policies = {
        "SELECT": f"USING ({reads})",
        "INSERT": f"WITH CHECK ({writes})",
        "UPDATE": f"USING ({writes}) WITH CHECK ({writes})",
        "DELETE": f"USING ({writes})",
    }
    lines = [f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY", f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"]
    # The owner migrates, restores and runs the functions above; as FORCE counts the owner in, it is named.
    lines += [f"DROP POLICY IF EXISTS fence_owner ON {table}"]
    lines += [f"CREATE POLICY fence_owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)"]
    for command in COMMANDS:
        name = f"fence_{command.lower()}"
        lines += [f"DROP POLICY IF EXISTS {name} ON {table}"]
        lines += [f"CREATE POLICY {name} ON {table} FOR {command} TO {APP} {policies[command]}"]
    return ";\n".join(lines) + ";"


# ---------------------------------------------------------------------------------------------------------- enforcing

_UNFENCED = f"""
    SELECT t.name FROM unnest(%s::text[]) AS t (name)
    LEFT JOIN pg_class c ON c.relname = t.name AND c.relnamespace = 'public'::regnamespace
    WHERE c.oid IS NULL OR NOT c.relrowsecurity OR NOT c.relforcerowsecurity OR (
        SELECT count(DISTINCT p.polcmd) FROM pg_policy p
        WHERE p.polrelid = c.oid AND p.polpermissive AND p.polroles = ARRAY['{APP}'::regrole::oid]
          AND p.polname LIKE 'fence\\_%%') < {len(COMMANDS)}
    ORDER BY 1
"""  # noqa: S608
# A restored backup has the functions and views, and none of the rights.
_RIGHTS_LACK = f"""
    SELECT EXISTS (SELECT FROM pg_proc p WHERE p.pronamespace = to_regnamespace('{SCHEMA}') AND (
               p.proacl IS NULL OR NOT has_function_privilege('{APP}', p.oid, 'EXECUTE')))
        OR EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = to_regnamespace('{SCHEMA}') AND c.relkind = 'v'
               AND NOT has_table_privilege('{APP}', c.oid, 'SELECT'))
        OR has_database_privilege('{APP}', current_database(), 'TEMPORARY')
"""  # noqa: S608


def unfenced(connection: Any) -> list[str]:
    """Tables of casework without their fence: not on, not forced, or a command without its policy."""
    tables = [model._meta.db_table for model in client_models()]
    with connection.cursor() as cursor:
        cursor.execute(_UNFENCED, [tables])
        return [name for (name,) in cursor.fetchall()]


def enforce(connection: Any = None) -> int:
    """Put every table of casework behind its fence, in one transaction. The caller is the owner; repeating is harmless.

    What stands already is left alone: making a policy locks its table. Returns how many tables are fenced. Raises
    NoWayToAClient.
    """
    if connection is None:
        from django.db import connections

        connection = connections["default"]
    there = set(connection.introspection.table_names())
    leant_on = [Fence(table, rule) for table, rule in LEANT_ON.items()]
    made = [one for one in (*fences(), *leant_on) if one.table in there]  # the others are named by `unfenced`
    script = "\n".join([_FUNCTIONS, _VIEWS, *(_fence(one) for one in made)])
    mark = sha256(script.encode()).hexdigest()
    from django.db import transaction

    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regnamespace(%s), 'pg_namespace')", [SCHEMA])
        stands = cursor.fetchone()[0] == mark and not unfenced(connection)
        cursor.execute(_RIGHTS_LACK)
        if cursor.fetchone()[0] or not stands:
            cursor.execute(script)
            cursor.execute(f"COMMENT ON SCHEMA {SCHEMA} IS '{mark}'")
        _keep_key(cursor)
    return len(made)


def _keep_key(cursor: Any) -> None:
    from rightdoor.foundation.fence.context import pads

    inner, outer = pads()
    cursor.execute(f"SELECT inner_pad, outer_pad FROM {SCHEMA}.key")  # noqa: S608
    row = cursor.fetchone()
    if row is None or (bytes(row[0]), bytes(row[1])) != (inner, outer):
        cursor.execute(
            f"INSERT INTO {SCHEMA}.key (inner_pad, outer_pad) VALUES (%s, %s) "  # noqa: S608
            "ON CONFLICT (one) DO UPDATE SET inner_pad = EXCLUDED.inner_pad, outer_pad = EXCLUDED.outer_pad",
            [inner, outer],
        )
