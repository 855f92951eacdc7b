"""What `doctor` looks at on the machine and around the database. Each check takes nothing and returns a Finding.

None changes anything. What is looked at inside the databases is in `inner_health.py`; a check of another part is a
function of the same shape, named in `commands/doctor.py`.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import socket
import stat
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from rightdoor.config import cluster
from rightdoor.config.env import ROOT, read_env


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, in a sentence, and what to do if it is a fault."""

    ok: bool
    sentence: str
    remedy: str = ""
    looked: bool = True  # False: it could not be looked at, so nobody knows


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
    """Every variable of the environment can be read; the site shows nothing to whom it should not."""
    try:
        env = read_env()
    except SystemExit as problem:
        return Finding(False, str(problem), "Correct or remove the variable.")
    if env.debug:
        return Finding(
            False, "RIGHTDOOR_DEBUG is on: error pages show what was being read", "Take RIGHTDOOR_DEBUG away."
        )
    if env.is_local:
        kind = "a demonstration, for this machine only" if env.demo else "for this machine only"
        return Finding(True, f"the settings can be read; the site is {kind}, answers to {', '.join(env.hosts)}")
    return Finding(True, f"the settings can be read; people use {env.origin}")


def account() -> Finding:
    """The program does not run as the machine's root."""
    if os.geteuid() != 0:
        return Finding(True, "the program runs as an ordinary account")
    # Not the database's account: whoever takes over the database must not be able to read the keys.
    closed = next((path for path in (ROOT, *ROOT.parents) if path.stat().st_mode & 0o005 != 0o005), None)
    move = f" First move the checkout out of {closed}, which other accounts cannot enter." if closed else ""
    return Finding(
        read_env().demo,
        "the web server and the job worker run as root here; the database does not",
        "Make an account for the site alone, give it the state folder, and start the site as that account." + move,
    )


def mail() -> Finding:
    """Notices can leave this machine, or it is said that they do not."""
    env = read_env()
    if not env.email_url:
        kept = "no mail server is set: notices are kept in the outbox, not sent"
        return Finding(env.is_local, kept, "Set RIGHTDOOR_EMAIL_URL, or nobody hears of a clock before signing in.")
    address = urlsplit(env.email_url)
    place = f"{address.hostname}:{address.port or 587}"
    if address.scheme != "smtp" or not address.hostname:
        wanted = "smtp://user:password@host:587?tls=1"
        return Finding(False, "RIGHTDOOR_EMAIL_URL is not the address of a mail server", f"Write it as {wanted}.")
    try:
        socket.create_connection((address.hostname, address.port or 587), timeout=5).close()
    except OSError as problem:
        said = problem.strerror or "no answer within 5 seconds"
        return Finding(False, f"the mail server {place} cannot be reached: {said}", "Notices wait until it is back.")
    return Finding(True, f"the mail server {place} takes connections")


def backups() -> Finding:
    """There is a backup of the last days, and one was tried out by a drill."""
    from rightdoor.config.backups.making import read_state

    env = read_env()
    if env.demo:
        return Finding(True, "a demonstration needs no backup; all of it is invented")
    state, now = read_state(env.home), datetime.now(UTC)
    try:
        made = datetime.fromisoformat(state["backup"]["made_at"])
        drill = datetime.fromisoformat(state["drill"]["at"]) if "drill" in state else None
        sound = drill is not None and bool(state["drill"]["sound"])
    except (KeyError, TypeError, ValueError):
        return Finding(
            False,
            "there is no backup of this installation",
            "Make a key with backup --new-key FILE, run backup every night, and keep a copy of "
            f"{env.home / 'keys'} in escrow: docs/how-to/backup-and-restore.md.",
        )
    days = (now - made).days
    if days >= 2:
        return Finding(False, f"the last backup is {days} days old", "Run backup every night; see why it did not run.")
    if drill is not None and not sound:
        return Finding(False, "the last drill found that the backup does not hold", "Run restore --drill and read it.")
    if drill is None or (now - drill).days >= 10:
        return Finding(False, "no backup was tried out in the last ten days", "Run restore --drill every week.")
    return Finding(True, f"the last backup was made {made:%m/%d/%Y}, the last drill held {drill:%m/%d/%Y}")


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
    places = [nearest, *(place for place in [database_place()] if place is not None and place.exists())]
    free, place = min((shutil.disk_usage(place).free, str(place)) for place in places)
    return Finding(free > 2 * 2**30, f"{free / 2**30:.1f} GiB free at {place}", "Free at least 2 GiB.")


def database_place() -> Path | None:
    """The folder of the server that comes with the program, if one was ever made here."""
    note = read_env().home / "cluster.place"
    try:
        return Path(note.read_text(encoding="utf-8").strip())
    except OSError:
        return None


def keys_apart() -> Finding:
    """The root key is there, for this account only, and nowhere that a copy of the database would take it along."""
    home = read_env().home
    folder = home / "keys"
    found = sorted(folder.glob("root-*.key"))
    if not found:
        if not was_started():
            return Finding(False, "no root key yet: the site was never started here", "Start it once.", looked=False)
        return Finding(
            False, f"there is no root key in {folder}", "Restore the folder from its copy. Do not start anew."
        )
    for path in found:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or stat.S_IMODE(status.st_mode) != 0o600:
            return Finding(False, f"the root key {path} is not a file of mode 0600", f"chmod 600 {path}")
        if status.st_uid != os.geteuid():
            return Finding(
                False, f"the root key {path} belongs to another account", "Look with the account of the site."
            )
    place = database_place()
    if place is not None and folder.resolve().is_relative_to(place.resolve()):
        return Finding(False, f"the keys in {folder} lie inside the database's folder", "Set RIGHTDOOR_HOME elsewhere.")
    return Finding(True, f"{len(found)} root key, mode 0600, outside the databases" if len(found) == 1 else
                   f"{len(found)} root keys, mode 0600, outside the databases")  # fmt: skip


def was_started() -> bool:
    """Whether this installation ever had a database. BadSetting or ClusterFault when that cannot be told."""
    return cluster.given() is not None or database_place() is not None


def is_running() -> bool | None:
    """Whether the site runs here now. None where the databases are somebody else's: it may run on another machine."""
    if cluster.given() is not None:
        return None
    try:
        with open(read_env().home / "cluster.owner", encoding="utf-8") as note:
            try:
                fcntl.flock(note, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return note.read().split(maxsplit=1)[-1].strip() == "run"
    except OSError:
        pass
    return False


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


def socket_folder() -> Finding:
    """The running server's socket can be entered by its own account only."""
    note = read_env().home / "cluster.socket"
    try:
        folder = Path(note.read_text(encoding="utf-8").strip())
        mode = stat.S_IMODE(folder.stat().st_mode)
    except OSError:
        return Finding(True, "the site is not running here")
    return Finding(mode & 0o077 == 0, f"the database listens on {folder} only", f"chmod 700 {folder}")
