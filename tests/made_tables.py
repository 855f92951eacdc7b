"""The tables of a test database, made from what an earlier run made of the same migrations.

Carrying out every migration takes most of the time of a small run. What came of them is kept in var/, under a digest of
the migrations and of the versions that carried them out, and is never used for others. A clean clone has none, so that
the build server carries them out.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import tempfile
from collections.abc import Callable

import psycopg

from rightdoor.config.cluster import ClusterFault, find_binaries
from rightdoor.config.env import ROOT

KEPT = ROOT / "var" / "test-tables"


def make_tables(alias: str, url: str, migrate: Callable[[], None]) -> None:
    """Make them in the empty database at `url`, which its owner may write to; by `migrate` where none are kept."""
    try:
        tools = find_binaries()
    except ClusterFault:
        return migrate()  # another server than the embedded one
    with psycopg.connect(url) as plain:
        if plain.info.server_version // 10000 != tools.major:
            return migrate()
    kept = KEPT / f"{alias}-{_digest(tools.version)}.dump"
    try:
        with kept.open("rb") as dump:
            command = [tools.folder / "pg_restore", "--no-owner", "--exit-on-error", "--dbname", url]
            subprocess.run(command, stdin=dump, check=True)
            return None
    except FileNotFoundError:
        migrate()
    KEPT.mkdir(parents=True, exist_ok=True)
    for old in KEPT.glob(f"{alias}-*.dump"):
        old.unlink(missing_ok=True)
    with tempfile.NamedTemporaryFile(dir=KEPT) as made:
        subprocess.run([tools.folder / "pg_dump", "--format=custom", url], stdout=made, check=True)
        with contextlib.suppress(FileExistsError):  # another worker was as fast
            os.link(made.name, kept)
    return None


def _digest(server: str) -> str:
    import django

    found = hashlib.sha256(f"{server} {django.VERSION}".encode())
    for path in sorted((ROOT / "rightdoor").rglob("migrations/*")):
        if path.is_file() and path.suffix != ".pyc":
            found.update(f"{path.relative_to(ROOT)} ".encode() + path.read_bytes())
    found.update((ROOT / "rightdoor" / "config" / "settings.py").read_bytes())  # which applications there are
    return found.hexdigest()[:24]
