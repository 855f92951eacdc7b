"""What `doctor` looks at on the machine itself. Each check takes nothing and returns a Finding; none changes anything.

A check of another part is a function of the same shape, named in `commands/doctor.py`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from rightdoor.config import cluster
from rightdoor.config.env import ROOT, read_env


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, in a sentence, and what to do if it is a fault."""

    ok: bool
    sentence: str
    remedy: str = ""


def python_version() -> Finding:
    """The interpreter is one that the program is tested on."""
    version = ".".join(map(str, sys.version_info[:3]))
    good = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return Finding(good, f"Python {version}", "Use Python 3.11, 3.12 or 3.13.")


def installed_packages() -> Finding:
    """What is installed is what the lock file names."""
    try:
        stamp = json.loads((ROOT / ".venv" / "door-stamp.json").read_text(encoding="utf-8"))
        lock = ROOT / ("requirements-dev.lock" if stamp["kind"] == "dev" else "requirements.lock")
        # door stamps each file followed by a zero byte
        current = hashlib.sha256(lock.read_bytes() + b"\0").hexdigest() == stamp["lock"]
    except (OSError, ValueError, KeyError):
        return Finding(True, "the packages were not installed by ./door")
    return Finding(current, f"installed packages against {lock.name}", "Run ./door run; it installs what changed.")


def settings() -> Finding:
    """Every variable of the environment can be read."""
    try:
        read_env()
    except SystemExit as problem:
        return Finding(False, str(problem), "Correct or remove the variable.")
    return Finding(True, "the settings can be read")


def pack() -> Finding:
    """The folder of the jurisdiction's pack is there."""
    folder = read_env().pack
    remedy = "Set RIGHTDOOR_PACK to the folder of a pack."
    return Finding((folder / "pack.yaml").is_file(), f"jurisdiction pack {folder}", remedy)


def front_end_files() -> Finding:
    """The files that ./door copies are complete."""
    folder = ROOT / "rightdoor" / "foundation" / "ui" / "static" / "uswds"
    wanted = [folder / "css" / "uswds.min.css", folder / "js" / "uswds.min.js", folder / "img" / "sprite.svg"]
    missing = [path.name for path in wanted if not path.is_file()]
    sentence = f"front-end files missing: {', '.join(missing)}" if missing else "front-end files are complete"
    return Finding(not missing, sentence, "Run ./door run once with access to the npm registry.")


def state_folder() -> Finding:
    """The state folder can be written, and the keys in it are readable by this account only."""
    home = read_env().home
    nearest = next(path for path in (home, *home.parents) if path.exists())
    if not os.access(nearest, os.W_OK):
        return Finding(False, f"{nearest} cannot be written by this account", "Change its owner or set RIGHTDOOR_HOME.")
    keys = home / "keys"
    exposed = [path for path in [keys, *keys.rglob("*")] if keys.exists() and path.lstat().st_mode & 0o077]
    if exposed:
        return Finding(False, f"{exposed[0]} can be read by others", f"chmod -R go= {keys}")
    return Finding(True, f"state folder {home}")


def room_on_disk() -> Finding:
    """There is room for the database to grow."""
    home = read_env().home
    nearest = next(path for path in (home, *home.parents) if path.exists())
    free = shutil.disk_usage(nearest).free
    return Finding(free > 2 * 2**30, f"{free / 2**30:.1f} GiB free at {nearest}", "Free at least 2 GiB.")


def database_programs() -> Finding:
    """PostgreSQL is at hand, ours or somebody's, and the data fit its version."""
    try:
        if cluster.given() is not None:
            return Finding(True, "the databases are named by the environment")
        binaries = cluster.find_binaries()
    except SystemExit as problem:
        return Finding(False, str(problem), "Correct the setting, or run ./door run to install what is missing.")
    note = read_env().home / "cluster.place"
    if note.exists():
        mark = Path(note.read_text(encoding="utf-8").strip()) / "data" / "PG_VERSION"
        if mark.exists() and mark.read_text(encoding="ascii").strip() != str(binaries.major):
            stored = mark.read_text(encoding="ascii").strip()
            return Finding(
                False,
                f"the data were written by PostgreSQL {stored}, the program brings {binaries.major}",
                f"Set RIGHTDOOR_PG_BIN to the programs of version {stored}, or dump there and restore here.",
            )
    return Finding(True, f"PostgreSQL {binaries.version}")


def database_answers() -> Finding:
    """The databases take connections of the serving role, where they run."""
    import psycopg

    home = read_env().home
    try:
        named = cluster.given()
    except SystemExit as problem:
        return Finding(False, str(problem), "Set all four addresses, or none.")
    if named is None and not (home / "cluster.socket").exists():
        return Finding(True, "the database is not running; a command that needs it starts it")
    try:
        with cluster.join_or_start(home, "doctor") as addresses:
            for url in (addresses.main_app_url, addresses.keyring_app_url):
                psycopg.connect(url, connect_timeout=5).close()
    except (psycopg.Error, SystemExit) as problem:
        said = " ".join(str(problem).split())
        return Finding(False, f"the database does not answer: {said}", "Start the site anew and read its first lines.")
    return Finding(True, "both databases answer")


def socket_folder() -> Finding:
    """The running server's socket can be entered by its own account only."""
    note = read_env().home / "cluster.socket"
    try:
        folder = Path(note.read_text(encoding="utf-8").strip())
        mode = stat.S_IMODE(folder.stat().st_mode)
    except OSError:
        return Finding(True, "the site is not running here")
    return Finding(mode & 0o077 == 0, f"the database listens on {folder} only", f"chmod 700 {folder}")
