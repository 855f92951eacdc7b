from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from rightdoor.foundation.jobs import queue
from rightdoor.foundation.jobs.queue import (
    JobArgumentRefused,
    UnknownJob,
    call_off,
    defer,
    defer_many,
    known_jobs,
    queue_state,
    run_due_now,
)
from tests.foundation.jobs.conftest import waiting

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)


def test_a_deferred_job_runs_with_its_code_and_the_time(ran):
    defer("sample.note", "K7MQ-4XPR", 3)
    assert run_due_now(NOW) == 1
    assert ran == [("K7MQ-4XPR", 3, NOW)]
    assert waiting() == []


def test_a_job_of_an_act_that_was_rolled_back_does_not_exist(ran):
    with transaction.atomic():
        defer("sample.note", "K7MQ-4XPR")
        transaction.set_rollback(True)
    assert waiting() == []


def test_a_job_waits_for_its_moment_and_is_told_that_moment(ran):
    at = NOW + timedelta(hours=1)
    defer("sample.note", "K7MQ-4XPR", at=at)
    assert run_due_now(at - timedelta(seconds=1)) == 0
    assert run_due_now(at + timedelta(hours=5)) == 1
    assert ran == [("K7MQ-4XPR", 0, at)]


def test_jobs_run_in_the_order_of_their_moments(ran):
    for hours in (3, 1, 2):
        defer("sample.note", "K7MQ-4XPR", hours, at=NOW + timedelta(hours=hours))
    run_due_now(NOW + timedelta(days=1))
    assert [number for _, number, _ in ran] == [1, 2, 3]


def test_only_so_many_jobs_run_as_were_asked_for(ran):
    defer_many([("sample.note", ["K7MQ-4XPR", number], None) for number in range(5)])
    assert run_due_now(NOW, limit=2) == 2
    assert len(waiting()) == 3


def test_a_job_with_a_key_waits_once_and_can_be_called_off(ran):
    defer("sample.note", "K7MQ-4XPR", at=NOW, once_key="clock:K7MQ-4XPR")
    defer("sample.note", "K7MQ-4XPR", at=NOW + timedelta(hours=1), once_key="clock:K7MQ-4XPR")
    assert waiting() == [("sample.note", NOW)]
    assert call_off("clock:K7MQ-4XPR") == 1
    assert call_off("clock:K7MQ-4XPR") == 0
    assert run_due_now(NOW) == 0


def test_a_key_is_free_again_when_its_job_is_done(ran):
    for _ in range(2):
        defer("sample.note", "K7MQ-4XPR", once_key="clock:K7MQ-4XPR")
        run_due_now(NOW)
    assert len(ran) == 2


def test_ten_thousand_jobs_are_deferred_in_a_few_statements(ran, django_assert_num_queries):
    with django_assert_num_queries(10):
        assert defer_many([("sample.note", ["K7MQ-4XPR", number], NOW) for number in range(10_000)]) == 10_000
    assert queue_state(NOW) == queue.QueueState(due=10_000, later=0, failed=0)


def test_a_failed_job_is_marked_and_its_error_raised(ran):
    defer("sample.fail", "K7MQ-4XPR")
    defer("sample.note", "K7MQ-4XPR", at=NOW + timedelta(days=1))
    with pytest.raises(ValueError, match="told"):
        run_due_now(NOW)
    assert queue_state(NOW) == queue.QueueState(due=0, later=1, failed=1)


def test_what_a_job_defers_is_run_too(ran):
    def chain(code, *, now):
        defer("sample.note", code)

    chain.__module__ = "rightdoor.sample.jobs"
    queue.job(chain)
    try:
        defer("sample.chain", "K7MQ-4XPR")
        assert run_due_now(NOW) == 2
    finally:
        queue._jobs.pop("sample.chain")
        queue._queue.tasks.pop("sample.chain")
    assert len(ran) == 1


@pytest.mark.parametrize(
    "argument", ["Marigold Testcase", "Marigold", "", "k7mq-4xpr", True, None, 1.5, ["K7MQ-4XPR"], b"K7MQ-4XPR", {}]
)
def test_a_job_carries_codes_and_numbers_only(ran, argument):
    with pytest.raises(JobArgumentRefused) as refusal:
        defer("sample.note", argument)
    assert "Marigold" not in str(refusal.value)
    assert waiting() == []


def test_a_job_of_no_slice_a_time_without_zone_and_a_wordy_key_are_refused(ran):
    with pytest.raises(UnknownJob):
        defer("sample.unheard_of")
    with pytest.raises(JobArgumentRefused, match="zone"):
        defer("sample.note", "K7MQ-4XPR", at=datetime(2026, 3, 1))  # noqa: DTZ001 - the point of it
    with pytest.raises(JobArgumentRefused, match="letters"):
        defer("sample.note", "K7MQ-4XPR", once_key="remind Marigold")


def test_a_job_takes_now_and_has_a_name_of_its_own(ran):
    def note(code, *, now): ...

    def clockless(code): ...

    for function in (note, clockless):
        function.__module__ = "rightdoor.sample.jobs"
    with pytest.raises(ValueError, match="two jobs"):
        queue.job(note)
    with pytest.raises(TypeError, match="now"):
        queue.job(clockless)


def test_the_jobs_of_every_slice_are_known_by_name():
    known = known_jobs()
    assert known["sealing.seal_audit_trail"] == "* * * * * */10"
    assert known["notices.send_mail"] == ""
    assert set(known) <= set(queue._queue.tasks)


def test_the_queue_puts_stalled_jobs_back_by_itself():
    names = {name for name, _ in queue._queue.periodic_registry.periodic_tasks}
    assert "jobs.rescue_stalled" in names


def test_deferring_costs_less_than_two_milliseconds(ran):
    import time

    took = []
    for _ in range(40):
        begun = time.perf_counter()
        defer("sample.note", "K7MQ-4XPR")
        took.append(time.perf_counter() - begun)
    assert min(took) < 0.002, "the best of forty: what neighbours on the machine do is not measured"


def test_no_argument_of_a_job_is_text_in_the_table(ran):
    defer("sample.note", "K7MQ-4XPR", 7)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs")
        assert cursor.fetchone()[0] in ({"args": ["K7MQ-4XPR", 7]}, '{"args": ["K7MQ-4XPR", 7]}')
