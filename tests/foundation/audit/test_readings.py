"""Who was shown what: of one subject, of one holder, page by page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rightdoor.foundation.audit.events import record, record_read
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.audit.queries import readings_of, readings_of_holder

pytestmark = [pytest.mark.django_db, pytest.mark.req("PRIV-4")]

CLIENT, OTHER, HOLDER = "CDFG-4444", "CDFG-4446", "HJKM-2222"


def shown(viewer, subject=CLIENT, **how):
    return record_read(
        viewer, "client.identity_seen", kind="client", code=subject, subject=subject, holder=HOLDER, **how
    )


def test_a_reading_tells_who_what_why_and_on_which_ground(viewer):
    number = shown(viewer, classes=["ID"], basis="ROI", ground="JKMN-5555", purpose="referral-record")
    (row,) = readings_of(viewer, CLIENT).rows
    assert (row.id, row.actor, row.actor_agency) == (number, viewer.code, viewer.agency)
    assert (row.classes, row.basis, row.ground, row.purpose) == (("ID",), "ROI", "JKMN-5555", "referral-record")
    assert row.sentence == "saw who a client is"
    assert not row.is_list


def test_a_list_counts_for_everybody_on_it_and_for_each_holder(viewer):
    record_read(
        viewer, "list.viewed", kind="client", codes=[CLIENT, OTHER], holders=[HOLDER, "HJKM-3333"], classes=["ID"]
    )
    for rows in (
        readings_of(viewer, CLIENT).rows,
        readings_of(viewer, OTHER).rows,
        readings_of_holder(viewer, HOLDER).rows,
        readings_of_holder(viewer, "HJKM-3333").rows,
    ):
        assert [(row.verb, row.is_list) for row in rows] == [("list.viewed", True)]


def test_each_record_of_a_list_has_its_own_ground(viewer):
    record_read(viewer, "list.viewed", kind="client", codes=[CLIENT, OTHER], grounds=["JKMN-5555", None], holder=HOLDER)
    assert readings_of(viewer, CLIENT).rows[0].ground == "JKMN-5555"
    assert readings_of(viewer, OTHER).rows[0].ground == ""
    assert readings_of_holder(viewer, HOLDER).rows[0].ground == ""


def test_what_was_written_and_what_others_saw_does_not_count(viewer):
    record(viewer, "client.identity_changed", kind="client", code=CLIENT, subject=CLIENT, holder=HOLDER)
    shown(viewer, OTHER)
    assert readings_of(viewer, CLIENT).rows == ()
    assert [row.subject for row in readings_of_holder(viewer, HOLDER).rows] == [OTHER]
    assert readings_of(viewer, "").rows == ()


def test_pages_follow_each_other_without_a_gap_or_a_double(viewer):
    made = [shown(viewer) for _ in range(7)]
    made.append(record_read(viewer, "list.viewed", kind="client", codes=[CLIENT]))
    made.append(shown(viewer))
    pages, before = [], None
    while True:
        page = readings_of(viewer, CLIENT, before=before, limit=4)
        pages.append([row.id for row in page.rows])
        before = page.before
        if before is None:
            break
    assert pages == [made[::-1][:4], made[::-1][4:8], made[::-1][8:]]


def test_a_span_of_time_leaves_the_rest_out(viewer):
    first, second, third = shown(viewer), shown(viewer), shown(viewer)
    times = dict(AuditEvent.objects.values_list("id", "at"))
    found = readings_of(viewer, CLIENT, since=times[second], until=times[third]).rows
    assert [row.id for row in found] == [second]
    assert first not in [row.id for row in found]


@pytest.mark.parametrize("ask", [readings_of, readings_of_holder])
def test_neither_question_reads_the_whole_trail(viewer, ask):
    """Figures at a million events: docs/how-to/audit.md."""
    with CaptureQueriesContext(connection) as asked:
        ask(viewer, CLIENT)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + asked.captured_queries[-1]["sql"])
        plan = " ".join(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'audit_auditevent'")
        made = {name for (name,) in cursor.fetchall()}
    assert "Seq Scan" not in plan
    assert {"readings_of_a_subject", "readings_of_a_holder"} <= made
    assert {"audit_lists_with_a_code", "audit_lists_with_a_holder"} <= made
