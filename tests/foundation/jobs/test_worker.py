import pytest
from django.db import connection
from django.utils import timezone

from rightdoor.foundation.jobs.queue import defer, queue_state, run_worker
from tests.foundation.jobs.conftest import waiting

pytestmark = [
    pytest.mark.usefixtures("as_owner"),
    pytest.mark.django_db(transaction=True, databases=["default", "keyring"]),
]


@pytest.fixture(autouse=True)
def emptied(transactional_db):
    """The queue's tables are not Django's own, so nobody else empties them."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers CASCADE")


def test_the_worker_does_what_is_due_and_forgets_it(ran):
    defer("sample.note", "K7MQ-4XPR", 3)
    run_worker(until_empty=True)
    assert [(code, number) for code, number, _ in ran] == [("K7MQ-4XPR", 3)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'sample.note'")
        assert cursor.fetchone()[0] == 0


def test_the_worker_tries_a_failed_job_again_later(ran):
    defer("sample.fail", "K7MQ-4XPR")
    run_worker(until_empty=True)
    assert len(ran) == 1
    assert [(name, at > timezone.now()) for name, at in waiting() if name == "sample.fail"] == [("sample.fail", True)]
    assert queue_state(timezone.now()).failed == 0
