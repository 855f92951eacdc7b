"""Databases and the frozen moment of the tests. The server itself is started by rightdoor/config/testing.py."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

pytest_plugins = ["tests.people", "tests.sabotaging"]

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)  # Tuesday morning in the states of both packs
# What these share takes up to two minutes to make: one process makes it, once. (Marks of xdist_group have no effect
# with pytest 9.2, which keeps the names of tests elsewhere than xdist 3.8 writes them.)
IN_ONE_PROCESS = (
    "tests/access/test_matrix.py",
    "tests/config/test_demonstration.py::SmallYear",
    "tests/safety/bars/test_backup.py",
    "tests/safety/bars/test_canaries.py",
    "tests/safety/test_killed_server.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test outside domain and packs may use both databases; the rules never reach one."""
    for item in items:
        folder = Path(str(item.fspath)).relative_to(Path(__file__).parent).parts[0]
        chosen = item.get_closest_marker("django_db") or item.get_closest_marker("journey")
        if folder not in {"domain", "packs", "architecture", "config"} and not chosen:
            item.add_marker(pytest.mark.django_db(databases=["default", "keyring"]))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests go to the processes one by one, those of IN_ONE_PROCESS file by file."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return next((place for place in IN_ONE_PROCESS if nodeid.startswith(place + "::")), nodeid)

    return Scheduling(config, log)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: object, worker_id: str = "") -> Iterator[None]:
    """Two fresh databases a worker, migrated as the owner; the tests then run as the role that the site runs as."""
    import psycopg
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections
    from psycopg import sql

    from rightdoor.config import privileges, rowlevel
    from rightdoor.foundation.fence import for_this_process
    from tests import made_tables

    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    urls = {"default": ("DATABASE_OWNER_URL", "DATABASE_URL"), "keyring": ("KEYRING_OWNER_URL", "KEYRING_URL")}
    import dj_database_url

    with django_db_blocker.unblock():
        owner = dj_database_url.parse(os.environ["DATABASE_OWNER_URL"])
        for alias in urls:
            name = f"test_{alias}_{worker}_{os.getpid()}"
            with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as plain:
                plain.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
                        sql.Identifier(name), sql.Identifier(owner["USER"])
                    )
                )
            connections[alias].settings_dict["NAME"] = name
            settings.DATABASES[alias]["NAME"] = name
            made_tables.make_tables(
                alias,
                urlsplit(os.environ[urls[alias][0]])._replace(path=f"/{name}").geturl(),
                partial(call_command, "migrate", database=alias, verbosity=0, interactive=False),
            )
            privileges.grant(connections[alias])
            if alias == "default":
                rowlevel.enforce(connections[alias])
            connections[alias].close()
            app = dj_database_url.parse(os.environ[urls[alias][1]])
            for key in ("USER", "PASSWORD"):
                connections[alias].settings_dict[key] = app[key]
        from rightdoor.foundation.audit.sealer import ensure_signing_key
        from rightdoor.foundation.sealing.seals import ensure_root_key

        ensure_root_key()
        ensure_signing_key()
    # What a test does by itself is the installation's own work; what it asks of a page is fenced as its person is.
    for_this_process("tests")
    yield
    with django_db_blocker.unblock():
        for connection in connections.all():
            connection.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """A test that commits leaves empty tables behind, also those of a new installation: its epoch is made again.

    The trail's copy outside goes with the trail, or it would contradict every later one.
    """
    yield
    marker = item.get_closest_marker("django_db")
    if not (marker and marker.kwargs.get("transaction")) and "transactional_db" not in getattr(
        item, "fixturenames", ()
    ):
        return
    from pytest_django.plugin import blocking_manager_key

    from rightdoor.foundation.audit.sealer import ensure_signing_key, outside_path
    from rightdoor.foundation.sealing import keyring
    from rightdoor.foundation.sealing.seals import ensure_root_key

    with item.config.stash[blocking_manager_key].unblock():
        keyring.holder_keys.clear()
        ensure_root_key()
        ensure_signing_key()
        outside_path().unlink(missing_ok=True)


@pytest.fixture
def now() -> datetime:
    """The moment at which the tests act."""
    return NOW


@pytest.fixture
def example_pack(settings: object) -> None:
    """The invented state that differs in every respect."""
    import dataclasses

    from rightdoor.config.env import ROOT

    settings.ENV = dataclasses.replace(settings.ENV, pack=ROOT / "jurisdictions" / "example")


@pytest.fixture(autouse=True)
def _static_files_as_they_are(settings: object) -> None:
    """Pages are rendered without collecting the static files first."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but this machine is ever called."""
    import socket

    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family == socket.AF_UNIX or (
            isinstance(address, tuple) and str(address[0]) in {"127.0.0.1", "::1", "localhost"}
        ):
            return connect(self, address)
        raise AssertionError(f"a test tried to reach {address}")

    monkeypatch.setattr(socket.socket, "connect", guarded)
