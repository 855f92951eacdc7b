"""Registering, deferring and running jobs. The one module that knows procrastinate.

``defer`` writes one row on the caller's own connection, so a job exists if and only if the act around it is committed.
"""

import importlib
import inspect
import json
import logging
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import module_has_submodule

from rightdoor.foundation.codes import is_code
from rightdoor.foundation.fence import acting_as_system

log = logging.getLogger("rightdoor.jobs")

QUEUE = "rightdoor"
_STALLED_AFTER_SECONDS = 20
_ONCE_KEY = re.compile(r"\A[A-Za-z0-9_.:-]{1,100}\Z")

Function = TypeVar("Function", bound=Callable[..., None])


class UnknownJob(ValueError):  # noqa: N818 - names what is wrong
    """No slice's jobs.py has a job of that name."""


class JobArgumentRefused(ValueError):  # noqa: N818
    """A job's argument was neither a code nor a number."""


@dataclass(frozen=True, slots=True)
class _Job:
    name: str
    function: Callable[..., None]
    cron: str = ""


@dataclass(frozen=True, slots=True)
class QueueState:
    """What stands in the queue: due and waiting, for later, given up."""

    due: int
    later: int
    failed: int


_jobs: dict[str, _Job] = {}
_queue: Any = None  # procrastinate's App, once it is ready


def job(function: Function) -> Function:
    """Register a function of a slice's ``jobs.py``. It is called with the deferred arguments and ``now=``."""
    _register(_Job(_name_of(function), function))
    return function


def periodic(cron: str) -> Callable[[Function], Function]:
    """Register a function that runs by the clock: five columns as in crontab, or six with seconds as the last.

    It is called with ``now=`` only. A run that the worker slept through is made up for once.
    """

    def decorate(function: Function) -> Function:
        _register(_Job(_name_of(function), function, cron))
        return function

    return decorate


def defer(name: str, *args: str | int, at: datetime | None = None, once_key: str | None = None) -> None:
    """Have a job done, at once or at ``at``, when the transaction around this is committed.

    With ``once_key`` nothing is added while a job of that key is waiting. Raises UnknownJob, JobArgumentRefused.
    """
    _insert([_row(name, args, at, once_key)])


def defer_many(jobs: Iterable[tuple[str, Sequence[str | int], datetime | None]]) -> int:
    """``defer`` for many at once: (name, arguments, at). One statement for each thousand. Returns how many."""
    rows = [_row(name, args, at, None) for name, args, at in jobs]
    for start in range(0, len(rows), 1000):
        _insert(rows[start : start + 1000])
    return len(rows)


def call_off(once_key: str) -> int:
    """Remove the waiting job of this key. Returns how many there were: one or none."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE queueing_lock = %s AND status = 'todo'", [once_key])
        return int(cursor.rowcount)


def run_due_now(now: datetime, *, limit: int | None = None) -> int:
    """Do everything that is due at ``now``, here and in order, with what that defers in turn. Returns how many.

    For tests and the demonstration; a site has the worker. A job is told the time for which it was deferred. One that
    fails is marked as failed, and its error raised.
    """
    done = 0
    while due := _due(now):
        for number, name, args, scheduled_at in due:
            if limit is not None and done >= limit:
                return done
            if not _take(number):
                continue  # called off meanwhile, or taken by the worker
            try:
                with transaction.atomic():
                    _run(name, args, scheduled_at or now)
            except Exception:
                _finish(number, "failed", delete=False)
                raise
            _finish(number, "succeeded", delete=True)
            done += 1
    return done


def queue_state(now: datetime) -> QueueState:
    """How many jobs wait, are for later, or were given up."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FILTER (WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= %s)),
                      count(*) FILTER (WHERE status = 'todo' AND scheduled_at > %s),
                      count(*) FILTER (WHERE status = 'failed')
               FROM procrastinate_jobs""",
            [now, now],
        )
        return QueueState(*cursor.fetchone())


def known_jobs() -> dict[str, str]:
    """The names of all jobs, each with its cron line or nothing."""
    return {name: found.cron for name, found in sorted(_jobs.items())}


def discover() -> None:
    """Import ``jobs.py`` of every slice."""
    for app in apps.get_app_configs():
        if app.name.startswith("rightdoor.") and app.module and module_has_submodule(app.module, "jobs"):
            importlib.import_module(f"{app.name}.jobs")


def ready(queue: Any) -> None:
    """Called by the queue's library when the program starts: hand it every job of every slice."""
    global _queue
    discover()
    _queue = queue
    for found in _jobs.values():
        _hand_over(found)
    _hand_over_rescue(queue)


def run_worker(*, until_empty: bool = False) -> None:
    """Work until asked to stop, or until nothing is due. Raises when the database goes away: the supervisor starts it
    again.
    """
    if _queue is None:
        raise RuntimeError("The program has not started: call django.setup() first.")
    with _queue.replace_connector(_queue.connector.get_worker_connector()) as worker:
        worker.run_worker(
            queues=[QUEUE],
            concurrency=2,
            wait=not until_empty,
            delete_jobs="successful",
            fetch_job_polling_interval=5.0,
            update_heartbeat_interval=5.0,
            stalled_worker_timeout=float(_STALLED_AFTER_SECONDS),
            shutdown_graceful_timeout=20.0,
        )


def _name_of(function: Callable[..., None]) -> str:
    module = function.__module__.split(".")
    slice_name = module[-2] if len(module) > 1 and module[-1] == "jobs" else module[-1]
    if "now" not in inspect.signature(function).parameters:
        raise TypeError(f"The job {function.__name__} takes now as a keyword: time is passed in.")
    return f"{slice_name}.{function.__name__}"


def _register(new: _Job) -> None:
    known = _jobs.get(new.name)
    if known is not None and known.function is not new.function:
        raise ValueError(f"There are two jobs of the name {new.name!r}.")
    if known is not None:  # @periodic and @job on one function
        new = _Job(new.name, new.function, new.cron or known.cron)
    _jobs[new.name] = new
    if _queue is not None and known is None:
        _hand_over(new)


def _hand_over(found: _Job) -> None:
    import procrastinate

    def run(args: Sequence[str | int] = (), timestamp: int | None = None) -> None:
        try:
            _run(found.name, args, timezone.now())
        except Exception:
            log.warning("A job failed and will be tried again", extra={"event": "job.failed", "job": found.name})
            raise

    # Waits of 4, 16, 64 seconds and so on: two days in all, enough for a mail server that is being repaired.
    task = _queue.task(
        name=found.name,
        queue=QUEUE,
        retry=procrastinate.RetryStrategy(max_attempts=9, exponential_wait=4),
        queueing_lock=found.name if found.cron else None,
    )(run)
    if found.cron:
        _queue.periodic(cron=found.cron)(task)


def _hand_over_rescue(queue: Any) -> None:
    # A job whose worker was killed stays "doing" for ever unless someone puts it back.
    @queue.periodic(cron="* * * * * */10")
    @queue.task(name="jobs.rescue_stalled", queue=QUEUE, queueing_lock="jobs.rescue_stalled", pass_context=True)
    async def rescue_stalled(context: Any, timestamp: int) -> None:
        manager = context.app.job_manager
        for stalled in await manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_AFTER_SECONDS):
            await manager.retry_job(stalled)
            log.warning("A stalled job was put back", extra={"event": "job.rescued", "job": stalled.task_name})


def _row(
    name: str, args: Sequence[str | int], at: datetime | None, once_key: str | None
) -> tuple[str, list[str | int], datetime | None, str | None]:
    if name not in _jobs:
        raise UnknownJob(f"{name!r} is no job. Jobs are functions in a slice's jobs.py with @job.")
    for argument in args:
        if isinstance(argument, bool) or not (isinstance(argument, int) or is_code(argument)):
            raise JobArgumentRefused(f"The job {name!r} takes codes and numbers only.")
    if at is not None and at.tzinfo is None:
        raise JobArgumentRefused(f"The time of the job {name!r} has no zone.")
    if once_key is not None and not _ONCE_KEY.match(once_key):
        raise JobArgumentRefused(f"The key of the job {name!r} is made of letters, digits and -_.: only.")
    return name, list(args), at, once_key


def _insert(rows: Sequence[tuple[str, list[str | int], datetime | None, str | None]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, scheduled_at, queueing_lock)
               SELECT %s, new.task_name, 0, new.args, new.scheduled_at, new.queueing_lock
               FROM unnest(%s::text[], %s::jsonb[], %s::timestamptz[], %s::text[])
                    AS new (task_name, args, scheduled_at, queueing_lock)
               ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING""",
            [
                QUEUE,
                [name for name, _, _, _ in rows],
                [json.dumps({"args": args}) for _, args, _, _ in rows],
                [at for _, _, at, _ in rows],
                [key for _, _, _, key in rows],
            ],
        )


def _due(now: datetime) -> list[tuple[int, str, list[str | int], datetime | None]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT id, task_name, args::text, scheduled_at FROM procrastinate_jobs
               WHERE status = 'todo' AND queue_name = %s AND (scheduled_at IS NULL OR scheduled_at <= %s)
               ORDER BY scheduled_at NULLS FIRST, id LIMIT 200""",
            [QUEUE, now],
        )
        return [(number, name, json.loads(args).get("args", []), at) for number, name, args, at in cursor.fetchall()]


def _take(number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s AND status = 'todo'", [number])
        return bool(cursor.rowcount)


def _run(name: str, args: Sequence[str | int], now: datetime) -> None:
    found = _jobs.get(name)
    if found is None:
        raise UnknownJob(f"{name!r} is no job of this version.")
    with acting_as_system(name):
        found.function(*args, now=now)


def _finish(number: int, status: str, *, delete: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT procrastinate_finish_job_v1(%s, %s::procrastinate_job_status, %s)", [number, status, delete]
        )
