"""Fill a demonstration with invented people and a year of invented work, and start it.

It lives in a state folder of its own (`demo` under `var/` or RIGHTDOOR_HOME, `demo-small` for a small one), so that a
real installation is never touched. The second time it finds its data and only starts. `--fresh` makes it anew.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from rightdoor.config.cli import Refused
from rightdoor.config.demonstration.fill import MARKER, read_marker
from rightdoor.config.env import ROOT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to make, and where to listen."""
    parser.add_argument("--small", action="store_true", help="about 60 referrals instead of a whole year's")
    parser.add_argument("--fresh", action="store_true", help="throw the last demonstration away and make a new one")
    parser.add_argument("--only-data", action="store_true", help="fill the database and stop")
    parser.add_argument("--port", type=int, default=8000, help="port on this machine (default: 8000)")
    parser.add_argument("--prepared", action="store_true", help=argparse.SUPPRESS)  # the supervisor's child


def run(args: argparse.Namespace) -> int:
    """Make the demonstration if there is none, then serve it."""
    if args.prepared:
        return _fill(args.small)
    if any(os.environ.get(name) or os.environ.get(f"{name}_FILE") for name in ("DATABASE_URL", "DATABASE_OWNER_URL")):
        raise Refused("database addresses are set; a demonstration brings its own database, so unset them first")
    if os.environ.get("RIGHTDOOR_ORIGIN"):
        raise Refused("RIGHTDOOR_ORIGIN is set; a demonstration is for this machine only, so unset it first")
    folder = home(args.small)
    os.environ["RIGHTDOOR_HOME"] = str(folder)
    os.environ["RIGHTDOOR_DEMO"] = "1"
    known = read_marker(folder)
    if args.fresh or (known and known.get("state") != "complete"):
        throw_away(folder)
        known = {}
    if known and known.get("pack") != _pack_key():
        raise Refused(f"the demonstration in {folder} is of another state; add --fresh to make a new one")
    if args.only_data:
        return _only_data(args.small, bool(known))

    from rightdoor.config import supervisor
    from rightdoor.config.cluster import Connections

    def before(connections: Connections) -> None:
        if known:
            return
        command = [sys.executable, "-m", "rightdoor.config.cli", "demo", "--prepared"]
        child = subprocess.Popen(
            [*command, *(["--small"] if args.small else [])],
            cwd=ROOT,
            env=supervisor.base_environment(connections),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=supervisor.die_with_parent(signal.SIGKILL),
        )
        try:
            status = child.wait()
        except BaseException:
            child.kill()
            child.wait()
            raise
        if status:
            raise Refused("the demonstration could not be made; the lines above say why")

    return supervisor.run("127.0.0.1", args.port, before=before, entry="demo/")


def home(small: bool) -> Path:
    """The folder of the demonstration: below the state folder, never the state folder itself."""
    return Path(os.environ.get("RIGHTDOOR_HOME") or ROOT / "var").resolve() / ("demo-small" if small else "demo")


def throw_away(folder: Path) -> None:
    """Delete a demonstration with its database. Raises Refused while it runs, or for a folder of something else."""
    if not folder.exists():
        return
    if not (folder / MARKER).exists() and any(folder.iterdir()) and not (folder / "cluster.owner").exists():
        raise Refused(f"{folder} holds something other than a demonstration; nothing was deleted")
    with contextlib.suppress(FileNotFoundError), open(folder / "cluster.owner", "r+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("the demonstration is running; stop it first") from None
        note = folder / "cluster.place"
        if note.exists():
            place = Path(note.read_text(encoding="utf-8").strip())
            if (place / "data" / "PG_VERSION").exists():
                shutil.rmtree(place)
        shutil.rmtree(folder)


def _only_data(small: bool, is_there: bool) -> int:
    if is_there:
        return 0
    from rightdoor.config.commands._database import database

    with database("the demonstration", prepare=True):
        return _make(small)


def _fill(small: bool) -> int:
    if os.environ.get("RIGHTDOOR_DEMO") != "1":
        raise Refused("this is not a demonstration")
    os.environ["RIGHTDOOR_DB_ROLE"] = "app"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rightdoor.config.settings")
    import django

    django.setup()
    return _make(small)


def _make(small: bool) -> int:
    from django.conf import settings

    from rightdoor.config.demonstration.fill import fill

    try:
        made = fill(settings.ENV.home, small=small, processes=1 if small else 2)
    except RuntimeError as problem:
        raise Refused(str(problem)) from problem
    print(
        f"{made['referrals']:,} referrals, {made['meetings']:,} meetings, {made['people']:,} people; all invented",
        file=sys.stderr,
    )
    return 0


def _pack_key() -> str:
    from rightdoor.config.env import read_env
    from rightdoor.packs.read import load_pack

    return load_pack(read_env().pack).key
