"""pg_dump and pg_restore: where they are, and how they are told where the database is without showing its password."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from rightdoor.config import cluster
from rightdoor.config.cli import Refused
from rightdoor.config.cluster import KEYRING, MAIN, Connections


def program(name: str) -> Path:
    """The program that came with the database, or that of the system. Raises Refused."""
    try:
        beside = cluster.find_binaries().folder / name
    except cluster.ClusterFault:
        beside = Path()
    found = str(beside) if beside.is_file() else shutil.which(name)
    if not found:
        raise Refused(f"{name} was not found. Install the client programs of your PostgreSQL, or set RIGHTDOOR_PG_BIN.")
    return Path(found)


def environment(url: str) -> dict[str, str]:
    """The address for a program of PostgreSQL: in its environment, since every account reads a command line."""
    parts = urlsplit(url)
    said = {
        "PGHOST": unquote(parts.hostname or ""),
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": parts.path.lstrip("/"),
        "PGOPTIONS": "",
    }
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", **{name: value for name, value in said.items() if value}}


def reading(connections: Connections) -> dict[str, tuple[str, bool]]:
    """Address of each database for whoever reads all of it, and whether that is a superuser."""
    if not connections.superuser_url:
        return {"main": (connections.main_owner_url, False), "keyring": (connections.keyring_owner_url, False)}
    parts = urlsplit(connections.superuser_url)
    return {
        name: (urlunsplit(parts._replace(path=f"/{database}")), True)
        for name, database in (("main", MAIN), ("keyring", KEYRING))
    }
