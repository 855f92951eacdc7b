"""What `doctor` looks at inside the two databases, as the role that serves. Each check takes the occasion.

None writes, and none returns or prints anything that was sealed: a sample is decrypted to see that it can be, and
dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rightdoor.config import cluster
from rightdoor.config.health import Finding

SAMPLE = 20  # clients whose name is opened, and forgotten
NEWEST_BATCHES = 4
CLOCKS_MAY_DIFFER = 5.0  # seconds
WORKER_SILENT = 60.0  # seconds; it speaks every five
LATE = timedelta(minutes=10)  # a job that waits this long while a worker runs is stuck


@dataclass(frozen=True, slots=True)
class Occasion:
    """When the doctor looks, and whether the site runs meanwhile. None: it may run on another machine.

    Asked before the database is joined: afterwards its addresses look like those of a server that is not ours.
    """

    now: datetime
    running: bool | None


_ROLE = """
    SELECT r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolbypassrls OR r.rolreplication,
           pg_has_role(r.oid, d.datdba, 'USAGE') OR has_schema_privilege('public', 'CREATE')
             OR has_database_privilege(current_database(), 'CREATE'),
           (SELECT count(*) FROM pg_class c
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND c.relnamespace = 'public'::regnamespace
              AND pg_has_role(r.oid, c.relowner, 'USAGE'))
    FROM pg_roles r, pg_database d
    WHERE r.rolname = current_user AND d.datname = current_database()
"""
_AUDIT = """
    SELECT has_any_column_privilege(%s, 'UPDATE') OR has_table_privilege(%s, 'DELETE')
             OR has_table_privilege(%s, 'TRUNCATE') OR has_table_privilege(%s, 'TRIGGER')
             OR has_any_column_privilege(%s, 'INSERT'),
           has_table_privilege(%s, 'SELECT') AND
             (SELECT bool_and(has_function_privilege(p.oid, 'EXECUTE')) FROM pg_proc p
              WHERE p.pronamespace = 'public'::regnamespace AND p.proname IN ('audit_write', 'audit_seal'))
"""
_CLIENTS = """
    (SELECT c.code, c.holder, i.who_sealed FROM clients_client c JOIN clients_identity i ON i.client_id = c.id
     ORDER BY c.id LIMIT %s)
    UNION ALL
    (SELECT c.code, c.holder, i.who_sealed FROM clients_client c JOIN clients_identity i ON i.client_id = c.id
     ORDER BY c.id DESC LIMIT %s)
"""
_QUEUE = """
    SELECT (SELECT max(last_heartbeat) FROM procrastinate_workers),
           (SELECT min(scheduled_at) FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at <= %s),
           (SELECT count(*) FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
            WHERE j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < %s)),
           (SELECT string_agg(DISTINCT task_name, ', ') FROM procrastinate_jobs WHERE status = 'failed')
"""


def databases(on: Occasion) -> Finding:
    """Two databases, each with its own tables, by a PostgreSQL that the program was tested on."""
    from django.db import connections

    told, seen = [], []
    for alias, foreign in (("default", "sealing_datakey"), ("keyring", "audit_auditevent")):
        connection = connections[alias]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_version'), "
                "current_database(), to_regclass(%s) IS NOT NULL",
                [foreign],
            )
            major, version, name, mixed = cursor.fetchone()
        if not cluster.OLDEST <= major <= cluster.NEWEST:
            return Finding(
                False,
                f"PostgreSQL {version} is not supported",
                f"Use PostgreSQL {cluster.OLDEST} to {cluster.NEWEST}.",
            )
        if mixed:
            return Finding(
                False,
                f"the database {name} holds the other database's tables as well",
                "Give keys and records a database each: whoever copies one must not get the other.",
            )
        told.append(name)
        seen.append(version.split()[0])
    return Finding(True, f"PostgreSQL {seen[0]} answers; two databases: {told[0]} and {told[1]}")


def tables(on: Occasion) -> Finding:
    """The tables are those of this version."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    for alias in ("default", "keyring"):
        executor = MigrationExecutor(connections[alias])
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if waiting:
            return Finding(
                False, f"{len(waiting)} changes of tables wait in {alias}", "Start the site anew; it makes them."
            )
    return Finding(True, "the tables are those of this version")


def serving_role(on: Occasion) -> Finding:
    """The role that serves owns nothing, and can neither change nor remove what stands in the audit trail."""
    from django.db import connections

    from rightdoor.config.privileges import AUDIT_TABLES

    remedy = "Let an owner role own both databases, and start the site anew: it sets the rights of the serving role."
    for alias in ("default", "keyring"):
        with connections[alias].cursor() as cursor:
            cursor.execute(_ROLE)
            mighty, may_make, owned = cursor.fetchone()
            if mighty:
                return Finding(False, f"the serving role has rights over the whole server ({alias})", remedy)
            if owned or may_make:
                return Finding(False, f"the serving role owns tables, or may make some ({alias})", remedy)
            for table in AUDIT_TABLES if alias == "default" else ():
                cursor.execute(_AUDIT, [table] * 6)
                may_change, may_add = cursor.fetchone()
                if may_change or not may_add:
                    what = "can write past the audit function into" if may_change else "cannot add to"
                    return Finding(False, f"the serving role {what} {table}", remedy)
    return Finding(True, "the serving role owns nothing and can only add to the audit trail")


def row_level_security(on: Occasion) -> Finding:
    """The database keeps every client's rows from whoever does not say, in a signed word, for whom it is asked."""
    from django.db import connection

    from rightdoor.config import rowlevel
    from rightdoor.foundation.access.viewers import NOBODY
    from rightdoor.foundation.fence import acting_as

    remedy = "Start the site anew: it makes what is missing, as the tables' owner."
    open_tables = rowlevel.unfenced(connection)
    if open_tables:
        return Finding(False, f"row level security is missing on {', '.join(open_tables)}", remedy)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM clients_client), reltuples > 0 FROM pg_class "
            "WHERE oid = 'clients_client'::regclass"
        )
        opens, has_rows = cursor.fetchone()
    with acting_as(NOBODY), connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM clients_client)")
        opens_to_anybody = cursor.fetchone()[0]
    if opens_to_anybody:
        return Finding(False, "row level security keeps nobody out: clients are found without a word", remedy)
    if has_rows and not opens:
        return Finding(False, "the database does not believe this installation's word, and opens no client", remedy)
    return Finding(True, f"row level security is on for {len(rowlevel.client_models())} tables")


def keyring(on: Occasion) -> Finding:
    """The root keys open the keyring, and the keyring opens what is sealed: tried on a sample of clients."""
    from django.db import connection, connections

    from rightdoor.foundation.sealing import roots, seals

    restore = "Restore the folder of keys, or the keyring, of the same day as the main database. Enter nothing before."
    try:
        for epoch in roots.epochs():
            roots.check(epoch)
    except roots.RootKeyUnusable as problem:
        return Finding(False, str(problem), restore)
    with connections["keyring"].cursor() as cursor:
        cursor.execute("SELECT DISTINCT epoch FROM sealing_holderkey WHERE root = '' ORDER BY epoch")
        missing = [str(epoch) for (epoch,) in cursor.fetchall() if epoch not in roots.epochs()]
        if missing:
            return Finding(False, f"the root key of epoch {', '.join(missing)} is missing", restore)
    with connection.cursor() as cursor:
        cursor.execute(_CLIENTS, [SAMPLE // 2, SAMPLE // 2])
        rows = {code: (holder, blob) for code, holder, blob in cursor.fetchall()}
    with connections["keyring"].cursor() as cursor:
        cursor.execute("SELECT subject FROM sealing_destroyedsubject WHERE subject = ANY(%s)", [list(rows)])
        destroyed = {subject for (subject,) in cursor.fetchall()}
    sample = [
        (
            blob,
            seals.SealContext(
                table="clients_identity", column="who", row=code, subject=code, holder=holder, klass="ID"
            ),
        )
        for code, (holder, blob) in rows.items()
        if code not in destroyed
    ]
    try:
        seals.forget_away()
        texts = seals.open_each(sample)
        away = seals.away_now()  # an agency keeps its own key, and took it along
        closed = sum(text is None and ctx.holder not in away for text, (_, ctx) in zip(texts, sample, strict=True))
    except seals.SealBroken:  # the keys themselves do not open: another installation's root key
        closed = len(sample)
    if closed:
        return Finding(
            False, f"{closed} of {len(sample)} sampled records do not open with the keys that are here", restore
        )
    if not sample:
        return Finding(True, "the root keys can be read; nothing is sealed yet")
    return Finding(True, f"the keyring opens: {len(sample)} sampled records decrypt")


def key_epochs(on: Occasion) -> Finding:
    """Keys move to a new root key in time, and old root keys are destroyed: what a shred waits for."""
    from django.conf import settings

    from rightdoor.config import keys
    from rightdoor.foundation.sealing import rotation, seen

    env = settings.ENV
    states = rotation.states()
    if env.key_server:
        told = f"in the key server {urlsplit(env.key_server).hostname}"
    else:
        told = "in files"
    current = next((it for it in reversed(states) if not it.root and it.is_current), None)
    if current is None or not current.root_key_is_here:
        return Finding(False, "the root key in use is not within reach", "Restore it, or start the key server.")
    own = [it for it in states if it.root and it.is_current]
    gone = sum(not it.root_key_is_here for it in own)
    if own:
        told += f"; {len(own)} agencies keep their own" + (f", {gone} of those keys are not here now" if gone else "")
    if back := seen.came_back():
        return Finding(
            False,
            f"in {back} sealed cells an older value was put back",
            "Run keys values to see which. If you restored the main database: keys values --accept.",
        )
    if not env.epoch_days:
        return Finding(True, f"epoch {current.number} of the keys, turned by hand only; root keys {told}")
    waiting = sum(
        not it.is_current and it.root_key_is_here and it.number < current.number - env.epochs_kept
        for it in states
        if not it.root
    )
    late = rotation.is_due(days=2 * env.epoch_days, now=on.now)
    if late or waiting:
        what = (
            f"epoch {current.number} began on {current.began_at:%m/%d/%Y}" if late else f"{waiting} old root keys wait"
        )
        return Finding(
            False,
            f"the keys are overdue for a new epoch: {what}",
            "Run the command keys rotate, and look why the job worker did not: until then a shred is not complete.",
        )
    return Finding(
        True,
        f"epoch {current.number} of the keys, root keys {told}; a shred is complete within "
        f"{keys.shred_window().days} days",
    )


def clock(on: Occasion) -> Finding:
    """The database's clock and ours agree, and the state's zone is known here."""
    from django.db import connection

    from rightdoor.foundation.jurisdiction.active import active_pack

    name = active_pack().timezone
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return Finding(False, f"the time zone {name} is not known here", "Install the system's time zone data.")
    with connection.cursor() as cursor:
        began = datetime.now(on.now.tzinfo)
        cursor.execute("SELECT clock_timestamp()")
        theirs = cursor.fetchone()[0]
        ours = began + (datetime.now(on.now.tzinfo) - began) / 2
    apart = abs((theirs - ours).total_seconds())
    return Finding(
        apart <= CLOCKS_MAY_DIFFER,
        f"the database's clock and ours are {apart:.1f} s apart; times are shown in {name}",
        "Set both machines to a time server (chrony or systemd-timesyncd): deadlines are counted from these clocks.",
    )


def queue(on: Occasion) -> Finding:
    """Somebody works on the queue, nothing is stuck in it, nothing was given up."""
    from django.db import connection

    from rightdoor.foundation.jobs.queue import queue_state

    state = queue_state(on.now)
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE, [on.now, on.now - timedelta(seconds=WORKER_SILENT)])
        heartbeat, oldest, orphaned, failed = cursor.fetchone()
    if state.failed:
        return Finding(
            False,
            f"{state.failed} jobs were given up: {failed}",
            "Look for job.failed in the lines of the site, and tell whoever supports it which jobs these are.",
        )
    waiting = f"{state.due} jobs due, {state.later} for later"
    running = on.running
    if running is False:
        return Finding(True, f"the site is not running here; {waiting}")
    silent = heartbeat is None or (on.now - heartbeat).total_seconds() > WORKER_SILENT
    if silent:
        return Finding(
            False, f"no job worker is alive; {waiting}", "Start the site anew, or the service that runs the worker."
        )
    if orphaned:
        return Finding(
            False, f"{orphaned} jobs stand still: their worker is gone", "They are taken up within a minute."
        )
    if oldest is not None and on.now - oldest > LATE:
        minutes = int((on.now - oldest).total_seconds() // 60)
        return Finding(
            False, f"a job has waited {minutes} minutes; {waiting}", "Start the site anew; the worker hangs."
        )
    return Finding(True, f"the job worker is alive; {waiting}")


def audit(on: Occasion) -> Finding:
    """The newest batches of the audit trail hold against their seals, and the seal is not behind."""
    from django.conf import settings

    from rightdoor.foundation.audit import sealer

    if not (settings.ENV.home / "keys" / "audit.key").exists():
        return Finding(False, "the key that seals the audit trail is missing", "Restore the folder of keys.")
    report = sealer.verify(on.now, newest=NEWEST_BATCHES)
    stopped = on.running is False  # then nobody seals, and a backlog is no fault
    faults = [it for it in report.faults if not (stopped and it.batch is None and it.row is not None)]
    if faults:
        return Finding(
            False, faults[0].sentence, "Keep the database as it is, and run `audit verify` for the whole trail."
        )
    return Finding(
        True,
        f"the newest {report.batches} batches of the audit trail are sound; {report.unsealed} events not sealed yet",
    )


def witnesses(on: Occasion) -> Finding:
    """Somebody outside follows the audit trail, agrees with it, and was reached lately."""
    from rightdoor.foundation.audit import witnesses as outside
    from rightdoor.foundation.audit.models import AuditWitness

    configured = outside.configured()
    if not configured:
        return Finding(True, "no witness follows the audit trail; docs/how-to/audit.md says how to name one")
    rows = {(row.kind, row.place): row for row in outside.states()}
    for kind, place in configured:
        row = rows.get((kind, place))
        name = "the folder of the witness" if kind == "folder" else f"the witness at {place}"
        if row is not None and row.state == AuditWitness.State.REFUSED:
            return Finding(
                False, f"{name} contradicts the audit trail: {row.problem}", "Keep the database as it is, and find out."
            )
        silent = row is not None and (row.witnessed_at is None or on.now - row.witnessed_at > outside.SILENT)
        if silent and on.running is not False:
            return Finding(False, f"{name} was not reached for a day", "See that the folder or the address is there.")
    return Finding(True, f"{len(configured)} witnesses follow the audit trail")


def safe_settings(on: Occasion) -> Finding:
    """Nothing that keeps the site from starting, and nothing that is merely unwise."""
    from django.core.checks import run_checks

    from rightdoor.config.checks import TAG

    found = run_checks(tags=[TAG], databases=["default"])
    if found:
        return Finding(False, found[0].msg, found[0].hint or "Correct the setting.")
    return Finding(True, "the settings are safe to serve with")
