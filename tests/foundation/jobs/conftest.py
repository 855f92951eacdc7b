from collections.abc import Iterator

import pytest
from django.db import connection

from rightdoor.foundation.jobs import queue


class Ran(list):
    """What the jobs of a test did, in order."""


@pytest.fixture
def ran() -> Iterator[Ran]:
    """Two jobs of a slice ``sample``: one notes what it was told, one fails."""
    done = Ran()

    def note(code: str, number: int = 0, *, now: object) -> None:
        done.append((code, number, now))

    def fail(code: str, *, now: object) -> None:
        done.append((code, now))
        raise ValueError("told")

    for function in (note, fail):
        function.__module__ = "rightdoor.sample.jobs"
        queue.job(function)
    yield done
    for name in ("sample.note", "sample.fail"):
        queue._jobs.pop(name)
        queue._queue.tasks.pop(name, None)


def waiting() -> list[tuple[str, object]]:
    """The jobs that stand in the queue."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, scheduled_at FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        return list(cursor.fetchall())
