"""What the audit trail costs on a database that keeps its word (fsync on): one event, a page of readings, a seal.

    python tools/audit_cost.py [--events 1000000] [--rounds 400]

Starts a server of its own in a temporary folder and throws it away. Prints medians and 95th percentiles.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

_FILL = """
    INSERT INTO audit_auditevent (at, actor, actor_agency, session, verb, kind, code, subject, holder, classes, basis,
                                  outcome, request_id, details)
    SELECT now() - make_interval(secs => %s - i), 'CDFG-' || (2222 + i %% 700), 'HJKM-7903', md5((i %% 97)::text),
           'client.identity_seen', 'client', c, CASE WHEN i %% 5 = 0 THEN '' ELSE c END, 'HJKM-' || (2000 + i %% 40),
           '{CORE,ID}', 'roi', CASE WHEN i %% 3 = 0 THEN 'done' ELSE 'shown' END, lpad(to_hex(i), 16, '0'),
           CASE WHEN i %% 5 = 0 THEN jsonb_build_object('codes', jsonb_build_array(c, 'CDFG-' || (10000 + i %% 4000)))
                ELSE '{"purpose": "referral-record"}' END
    FROM (SELECT i, 'CDFG-' || (10000 + i %% 20000) AS c FROM generate_series(1, %s) AS i) AS made
"""


def measure(what: str, ask: Callable[[], object], rounds: int) -> None:
    """Ask so often, print the times."""
    times = []
    for number in range(rounds + 10):
        began = time.perf_counter()
        ask()
        if number >= 10:
            times.append((time.perf_counter() - began) * 1000)
    p95 = statistics.quantiles(times, n=20)[18]
    print(f"{what:<46} median {statistics.median(times):6.2f} ms   p95 {p95:6.2f} ms", flush=True)


def main() -> int:
    """Fill, measure, throw away."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=400)
    asked = parser.parse_args()
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "KEYRING_URL", "KEYRING_OWNER_URL"):
        os.environ.pop(name, None)
    from rightdoor.config.backups.restoring import drill_home, throw_away
    from rightdoor.config.cluster import Cluster

    home = drill_home(Path(tempfile.mkdtemp(prefix="rightdoor-audit-cost-")))
    os.environ.update(RIGHTDOOR_HOME=str(home), DJANGO_SETTINGS_MODULE="rightdoor.config.settings")
    try:
        with Cluster(home).run("audit cost") as connections:
            _with_database(connections, asked.events, asked.rounds)
    finally:
        throw_away(home)
        shutil.rmtree(home.parent, ignore_errors=True)
    return 0


def _with_database(connections: object, events: int, rounds: int) -> None:
    import psycopg

    from rightdoor.config import supervisor

    supervisor.prepare(connections, static=False)  # type: ignore[arg-type]
    with psycopg.connect(connections.main_owner_url, autocommit=True) as owner:  # type: ignore[attr-defined]
        began = time.perf_counter()
        owner.execute(_FILL, [events, events])
        owner.execute("VACUUM ANALYZE audit_auditevent")
        print(f"{events:,} events filled in {time.perf_counter() - began:.0f} s", flush=True)
        row = owner.execute("SELECT audit_auditevent.* FROM audit_auditevent LIMIT 1").fetchone()
        assert row is not None
    os.environ.update(connections.as_environment())  # type: ignore[attr-defined]
    os.environ["RIGHTDOOR_DB_ROLE"] = "app"
    import django

    django.setup()
    from django.db import connection
    from django.db import connections as opened

    from rightdoor.foundation.access.viewers import system_viewer
    from rightdoor.foundation.audit.events import record_read
    from rightdoor.foundation.audit.queries import readings_of, readings_of_holder
    from rightdoor.foundation.fence import for_this_process

    for_this_process("audit cost")
    viewer = system_viewer("cost")
    how = {"kind": "client", "code": "CDFG-2222", "subject": "CDFG-2222", "holder": "HJKM-2222", "basis": "own"}
    measure("one event, committed (audit_write)",
            lambda: record_read(viewer, "client.identity_seen", classes=["CORE", "ID"], **how), rounds)  # type: ignore[arg-type]  # fmt: skip
    measure("readings of a subject, one page", lambda: readings_of(viewer, "CDFG-10001"), rounds)
    measure("readings of a holder, one page", lambda: readings_of_holder(viewer, "HJKM-2001"), rounds)
    page = readings_of_holder(viewer, "HJKM-2001", limit=50)
    for _ in range(40):
        page = readings_of_holder(viewer, "HJKM-2001", before=page.before, limit=50)
    measure("readings of a holder, forty pages on",
            lambda: readings_of_holder(viewer, "HJKM-2001", before=page.before), rounds)  # fmt: skip
    connection.close()
    for one in opened.all(initialized_only=True):
        one.close_pool()
    # The same row past the function, as it was before the function: by the owner, since nobody else may any more.
    bare = (
        "INSERT INTO audit_auditevent (at, actor, actor_agency, session, verb, kind, code, subject, holder, classes,"
        " basis, outcome, request_id, details) VALUES (now(), 'system', '', '', 'client.identity_seen', 'client',"
        " 'CDFG-2222', 'CDFG-2222', 'HJKM-2222', '{CORE,ID}', 'own', 'shown', '', '{}')"
    )
    with psycopg.connect(connections.main_owner_url, autocommit=True) as owner:  # type: ignore[attr-defined]
        measure("the same row as a bare insert, committed", lambda: owner.execute(bare), rounds)


if __name__ == "__main__":
    sys.exit(main())
