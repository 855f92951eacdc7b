"""Fills a prepared, empty database with the year, and keeps beside it what was invented and how it was made.

The regions are played by up to two processes at once; each region is deterministic by itself. Until the last step is
done the marker says "begun", and a demonstration that was interrupted is made anew.
"""

from __future__ import annotations

import ctypes
import gc
import json
import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

MARKER, PLANTED = "demonstration.json", "planted.json"
ORDER = ("people", "reports", "referrals", "meetings")


class Progress:
    """What is done so far, as a bar on a terminal or a line now and then elsewhere."""

    def __init__(self, whole: int) -> None:
        self.whole, self.counts, self.began, self._shown = max(1, whole), Counter[str](), time.monotonic(), 0.0
        self.live = sys.stderr.isatty()

    def tick(self, what: str, many: int = 1) -> None:
        """Something more was made."""
        self.counts[what] += many
        now = time.monotonic()
        if now - self._shown > (0.2 if self.live else 15):
            self._shown = now
            self.show()

    def show(self, end: str = "") -> None:
        """Write the bar with its counts."""
        done = self.counts["referrals"] + self.counts["meetings"]
        share = min(1.0, done / self.whole)
        bar = "#" * int(share * 24)
        counts = ", ".join(f"{self.counts[what]:,} {what}" for what in ORDER if self.counts[what])
        text = f"inventing a year [{bar:<24}] {share:4.0%}  {counts}  {time.monotonic() - self.began:.0f} s"
        print(f"\r{text}" if self.live else text, end=end or ("" if self.live else "\n"), file=sys.stderr, flush=True)

    def finish(self) -> None:
        """The last line."""
        self.whole = max(1, self.counts["referrals"] + self.counts["meetings"])
        self.show(end="\n")


def fill(folder: Path, *, small: bool = False, now: datetime | None = None, processes: int = 2) -> Counter[str]:
    """Make the whole demonstration in the database that Django is set up for. Returns how much was made.

    Raises RuntimeError on an installation that is no demonstration, or that holds accounts already.
    """
    from django.conf import settings

    from rightdoor.config.demonstration.inventions import Planted
    from rightdoor.config.demonstration.people import make_people
    from rightdoor.config.demonstration.schedule import plan_year
    from rightdoor.foundation.accounts.queries import is_empty
    from rightdoor.foundation.fence import for_this_process
    from rightdoor.foundation.jurisdiction.active import active_pack

    for_this_process("the demonstration")
    if not settings.ENV.demo:
        raise RuntimeError("Set RIGHTDOOR_DEMO=1: a demonstration is never made on a real installation.")
    if not is_empty():
        raise RuntimeError("This database holds accounts already. A demonstration is made in an empty one.")
    pack, now = active_pack(), now or datetime.now(UTC).replace(microsecond=0)
    scale = _scale(small)
    year = plan_year(pack, scale, now=now)
    marker = {"pack": pack.key, "scale": "small" if small else "full", "now": now.isoformat()}
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    write_private(folder / MARKER, {**marker, "state": "begun"})
    progress = Progress(year.steps)
    planted = Planted()
    with _commits_need_no_wait():
        make_people(pack, scale, since=year.since, tick=progress.tick)
        keys = sorted((region.key for region in year.regions), key=lambda key: -_size(year, key))
        if processes > 1:
            shares = _split([(key, _size(year, key)) for key in keys], processes)
            _play_in_processes(shares, small, now, progress, planted)
        else:
            play_regions(keys, small, now, progress.tick, planted)
        _settle(now)
    write_private(folder / PLANTED, {"made_at": now.isoformat(), **planted.as_dict()})
    write_private(folder / MARKER, {**marker, "state": "complete", "made": dict(progress.counts)})
    progress.finish()
    return progress.counts


def play_regions(keys: list[str], small: bool, now: datetime, tick: Callable[[str], None], planted: Any) -> None:
    """Play some regions of the year, one after the other, in this process."""
    from rightdoor.config.demonstration.people import people_of
    from rightdoor.config.demonstration.schedule import plan_year
    from rightdoor.config.demonstration.year import RegionYear
    from rightdoor.foundation.fence import for_this_process
    from rightdoor.foundation.jurisdiction.active import active_pack

    for_this_process("the demonstration")  # a process of its own
    pack = active_pack()
    year = plan_year(pack, _scale(small), now=now)
    people = people_of(pack, now)
    for region in year.regions:
        if region.key in keys:
            RegionYear(pack, year, region, people, planted, tick).play()


def read_marker(folder: Path) -> dict[str, Any]:
    """What is known of the demonstration in this folder; empty when there is none."""
    try:
        known: dict[str, Any] = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known


def write_private(path: Path, content: dict[str, Any]) -> None:
    """A file that only this account reads, whole or not at all."""
    new = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
    new.replace(path)


def _scale(small: bool) -> Any:
    from rightdoor.config.demonstration.schedule import full_scale, small_scale
    from rightdoor.foundation.jurisdiction.active import active_pack

    return (small_scale if small else full_scale)(active_pack())


def _size(year: Any, key: str) -> int:
    return next(len(region.referrals) + 3 * region.ongoing for region in year.regions if region.key == key)


def _split(sizes: list[tuple[str, int]], processes: int) -> list[list[str]]:
    """The regions in shares of about the same work, the largest first."""
    shares: list[list[str]] = [[] for _ in range(processes)]
    work = [0] * processes
    for key, size in sizes:
        least = work.index(min(work))
        shares[least].append(key)
        work[least] += size
    return [share for share in shares if share]


def _settle(now: datetime) -> None:
    """The end: reminders that are due today, old notices read, the audit trail sealed up to here."""
    from django.db import connection
    from django.db.models import F

    from rightdoor.config.demonstration import (
        annual_reports,
        assessments,
        cases,
        exports,
        numbers,
        program,
        submissions,
        surveys,
    )
    from rightdoor.config.demonstration.keeping import keep_records
    from rightdoor.foundation.audit.events import demonstration_clock
    from rightdoor.foundation.audit.sealer import seal_batches
    from rightdoor.foundation.jobs.queue import run_due_now
    from rightdoor.foundation.notices.models import Notice

    surveys.show(now)
    with connection.cursor() as cursor:  # reminders that a real year would have done long ago
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at < %s", [now - timedelta(days=2)]
        )
    with demonstration_clock(now):
        run_due_now(now)
        cases.show(now)
        keep_records(now)
    program.show(now)
    assessments.show(now)
    submissions.show(now)
    exports.show(now)
    numbers.show(now)
    annual_reports.show(now)
    Notice.objects.filter(created_at__lt=now - timedelta(hours=30), read_at=None).update(read_at=F("created_at"))
    seal_batches(now)


@contextmanager
def _commits_need_no_wait() -> Iterator[None]:
    """Let commits return before they are on the disk: an interrupted demonstration is made anew anyway."""
    from django.db import connections

    for alias in ("default", "keyring"):
        with connections[alias].cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
    try:
        yield
    finally:
        for alias in ("default", "keyring"):
            with connections[alias].cursor() as cursor:
                cursor.execute("SET synchronous_commit = on")


# ----------------------------------------------------------------------------------------------------------- processes


def _play_in_processes(shares: list[list[str]], small: bool, now: datetime, progress: Progress, planted: Any) -> None:
    from django.db import connections

    for one in connections.all(initialized_only=True):
        one.close()
    context = multiprocessing.get_context("spawn")  # a fork would share connections and threads
    queue: Any = context.Queue()
    workers = [
        context.Process(target=_work, args=(share, small, now, queue, os.getpid()), daemon=True) for share in shares
    ]
    for worker in workers:
        worker.start()
    finished = 0
    while finished < len(workers):
        try:
            kind, value = queue.get(timeout=2)
        except Exception:  # nothing came for a while: is everybody still there?
            if any(worker.exitcode not in (None, 0) for worker in workers):
                raise RuntimeError("A process that invents the year ended early. Run the command again.") from None
            continue
        if kind == "ticks":
            for what, many in value.items():
                progress.tick(what, many)
        elif kind == "done":
            planted.add(value)
            finished += 1
        else:
            raise RuntimeError(f"The year could not be invented:\n{value}")
    for worker in workers:
        worker.join()


def _work(keys: list[str], small: bool, now: datetime, queue: Any, parent: int) -> None:
    """One process: plays its regions and tells how far it is."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # ends with its parent, also when that is killed
    if os.getppid() != parent:
        os._exit(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rightdoor.config.settings")
    import django

    django.setup()
    from django.db import connections

    from rightdoor.config.demonstration.inventions import Planted

    for alias in ("default", "keyring"):  # a few hundred statements, a hundred thousand times: prepare them once
        connections[alias].settings_dict["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 2}
    planted, waiting, sent = Planted(), Counter[str](), time.monotonic()

    def tick(what: str) -> None:
        nonlocal sent
        waiting[what] += 1
        if time.monotonic() - sent > 0.3:
            sent = time.monotonic()
            queue.put(("ticks", dict(waiting)))
            waiting.clear()

    gc.freeze()  # what is loaded stays; short-lived rows need no search for circles every few hundred objects
    gc.set_threshold(50_000, 20, 20)
    try:
        with _commits_need_no_wait():
            play_regions(keys, small, now, tick, planted)
        queue.put(("ticks", dict(waiting)))
        queue.put(("done", planted))
    except BaseException:
        queue.put(("failed", traceback.format_exc(limit=-6)))
    for one in connections.all(initialized_only=True):
        one.close()
        if hasattr(one, "close_pool"):
            one.close_pool()
