"""What commands share that read or write the database: the running server, or one for their own length."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from rightdoor.config.cli import Refused
from rightdoor.config.cluster import Connections, join_or_start
from rightdoor.config.env import read_env


@contextlib.contextmanager
def database(purpose: str = "a short command", *, prepare: bool = False) -> Iterator[Connections]:
    """Connect as the serving role and load the program. Raises Refused when the tables have not been made.

    With `prepare` the tables are made or brought up to date first, in a child process as their owner.
    """
    with join_or_start(read_env().home, purpose) as connections:
        if prepare:
            from rightdoor.config.supervisor import prepare as prepare_tables

            prepare_tables(connections, static=False)
        elif not has_tables(connections):
            raise Refused("this installation has no tables yet; `run` makes them")
        os.environ.update(connections.as_environment())
        os.environ["RIGHTDOOR_DB_ROLE"] = "app"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rightdoor.config.settings")
        import django

        django.setup()
        from django.db import connections as opened

        from rightdoor.foundation.fence import for_this_process

        for_this_process(purpose)
        try:
            yield connections
        finally:
            for one in opened.all(initialized_only=True):
                one.close()
                one.close_pool()


def has_tables(connections: Connections) -> bool:
    """Whether the main database was ever migrated."""
    import psycopg

    with psycopg.connect(connections.main_app_url, connect_timeout=10) as connection:
        row = connection.execute("SELECT to_regclass('django_migrations') IS NOT NULL").fetchone()
    return bool(row and row[0])
