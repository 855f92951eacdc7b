"""Two databases that belong to one test: written by commits as the site's are, dumped and restored for real."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import dj_database_url
import psycopg
from django.db import connections
from psycopg import sql

from rightdoor.config.cluster import find_binaries
from rightdoor.foundation.sealing import keyring, seals

OWNERS = {"default": "DATABASE_OWNER_URL", "keyring": "KEYRING_OWNER_URL"}
SERVERS = {"default": "DATABASE_URL", "keyring": "KEYRING_URL"}


# A backup is written by the superuser, whom no row is hidden from; here the owner stands for it.
_OWNER_READS_ALL = """
    DO $$ DECLARE one regclass; BEGIN
        FOR one IN SELECT oid FROM pg_class WHERE relforcerowsecurity LOOP
            EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', one);
        END LOOP;
    END $$
"""


class OwnDatabases:
    """The main database and the keyring of an installation of its own, with its own folder of keys."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.names: dict[str, str] = {}
        self._made: list[str] = []

    def url(self, alias: str, *, owner: bool = False) -> str:
        """The address of the database that is in use, as the serving role or as its owner."""
        return _named(os.environ[(OWNERS if owner else SERVERS)[alias]], self.names[alias])

    def make(self, alias: str, schema: Path) -> None:
        """A new database from a dump, in use from now on."""
        name = f"own_{alias}_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as plain:
            plain.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        self._made.append(name)
        _run("pg_restore", "--no-owner", "--dbname", _named(os.environ[OWNERS[alias]], name), schema)
        with psycopg.connect(_named(os.environ[OWNERS[alias]], name), autocommit=True) as owner:
            owner.execute(_OWNER_READS_ALL)
        self.use(alias, name)

    def use(self, alias: str, name: str) -> None:
        """Speak to this one from now on."""
        self.names[alias] = name
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
        keyring.holder_keys.clear()

    def dump(self, folder: Path) -> Path:
        """Both as a nightly backup has them."""
        folder.mkdir()
        for alias in OWNERS:
            _run("pg_dump", "--format=custom", "--file", folder / alias, "--dbname", self.url(alias, owner=True))
        return folder

    def drop_all(self) -> None:
        """Remove every database that was made."""
        for alias in OWNERS:
            connections[alias].close()
        with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as plain:
            for name in self._made:
                plain.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextlib.contextmanager
def own_databases(settings: Any, folder: Path) -> Iterator[OwnDatabases]:
    """An installation without a record: tables as in the tests, its first root key made."""
    own = OwnDatabases(folder / "home")
    own.home.mkdir(mode=0o711)
    kept = {alias: connections[alias] for alias in OWNERS}
    before, settings.ENV = settings.ENV, dataclasses.replace(settings.ENV, home=own.home)
    try:
        for alias, wrapper in kept.items():
            template = folder / f"{alias}.template"
            address = _named(os.environ[OWNERS[alias]], wrapper.settings_dict["NAME"])
            _run("pg_dump", "--enable-row-security", "--format=custom", "--file", template, "--dbname", address)
            other = wrapper.copy()
            serving = dj_database_url.parse(os.environ[SERVERS[alias]])
            other.settings_dict = {
                **wrapper.settings_dict,
                "USER": serving["USER"],
                "PASSWORD": serving["PASSWORD"],
            }
            connections[alias] = other
            own.make(alias, template)
        seals.ensure_root_key()
        yield own
    finally:
        own.drop_all()
        for alias, wrapper in kept.items():
            connections[alias].close()
            connections[alias] = wrapper
        settings.ENV = before
        keyring.holder_keys.clear()


def _named(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _run(program: str, *arguments: str | Path) -> None:
    done = subprocess.run(
        [str(find_binaries().folder / program), *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
