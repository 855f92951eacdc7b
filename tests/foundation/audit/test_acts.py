import contextlib
import copy
from datetime import UTC, datetime

import pytest
from django.db import transaction

from rightdoor.foundation.audit import events
from rightdoor.foundation.audit.events import (
    ActWithoutEvent,
    AuditUnavailable,
    FreeTextRefused,
    ReadInsideTransaction,
    UnknownVerb,
    action,
    record,
    record_denied,
    record_read,
)
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.audit.verbs import VERBS

pytestmark = [pytest.mark.django_db, pytest.mark.req("PRIV-4")]


@action("case.opened")
def open_case(viewer, code="CDFG-4444"):
    record(viewer, "case.opened", kind="case", code=code)
    return code


@action("case.closed")
def close_case_and_say_nothing(viewer):
    record(viewer, "case.read", kind="case", code="CDFG-4444")


def verbs():
    return list(AuditEvent.objects.order_by("id").values_list("verb", flat=True))


def test_an_act_leaves_its_event_and_returns_its_answer(viewer):
    assert open_case(viewer) == "CDFG-4444"
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.actor_agency) == ("case.opened", viewer.code, viewer.agency)
    assert (event.kind, event.code, event.outcome) == ("case", "CDFG-4444", "done")


def test_an_act_without_its_own_event_is_rolled_back(viewer):
    with pytest.raises(ActWithoutEvent, match="case.closed"):
        close_case_and_say_nothing(viewer)
    assert verbs() == []


def test_an_act_that_fails_leaves_no_event(viewer):
    @action("case.opened")
    def fails(viewer):
        record(viewer, "case.opened", code="CDFG-4444")
        raise ValueError("told")

    with pytest.raises(ValueError, match="told"):
        fails(viewer)
    assert verbs() == []


def test_an_event_in_a_savepoint_that_was_rolled_back_does_not_count(viewer):
    @action("case.opened")
    def undoes(viewer):
        with transaction.atomic():
            record(viewer, "case.opened", code="CDFG-4444")
            transaction.set_rollback(True)

    with pytest.raises(ActWithoutEvent):
        undoes(viewer)
    assert verbs() == []


def test_acts_may_call_acts_and_each_needs_its_event(viewer):
    @action("case.transferred")
    def transfer(viewer):
        open_case(viewer)
        record(viewer, "case.transferred", code="CDFG-4444")

    @action("case.reopened")
    def forgets(viewer):
        open_case(viewer)

    transfer(viewer)
    with pytest.raises(ActWithoutEvent, match="case.reopened"):
        forgets(viewer)
    assert verbs() == ["case.opened", "case.transferred"]


def test_the_event_of_an_inner_act_that_failed_does_not_serve_the_outer_one(viewer):
    @action("case.opened")
    def inner(viewer):
        record(viewer, "case.opened", code="CDFG-4444")
        raise ValueError

    @action("case.opened")
    def outer(viewer):
        with contextlib.suppress(ValueError):
            inner(viewer)

    with pytest.raises(ActWithoutEvent):
        outer(viewer)
    assert verbs() == []


def test_an_act_may_lean_on_an_inner_act_of_the_same_verb(viewer):
    @action("case.opened")
    def outer(viewer):
        return open_case(viewer, "CDFG-4446")

    assert outer(viewer) == "CDFG-4446"
    assert verbs() == ["case.opened"]


def test_an_act_takes_viewer_first_and_a_listed_verb():
    with pytest.raises(TypeError, match="viewer first"):
        action("case.opened")(lambda case: None)
    with pytest.raises(UnknownVerb, match="verbs.py"):
        action("case.eaten")
    with pytest.raises(TypeError, match="plain function"):

        @action("case.opened")
        def yields(viewer):
            yield


def test_an_unlisted_verb_is_not_written(viewer):
    with pytest.raises(UnknownVerb):
        record(viewer, "case.eaten")


def test_codes_choices_numbers_and_times_may_stand_in_an_event(viewer):
    at = datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
    details = {"tier": 1, "key": "tier-1", "due_at": at, "seconded_by": "CDFG-2347", "urgent": None, "share": 0.5}
    record(viewer, "referral.triaged", code="CDFG-4444", classes=["ID", "CORE", "ID"], basis="ROI", codes=[], **details)
    event = AuditEvent.objects.get()
    assert event.classes == ["CORE", "ID"]
    assert event.basis == "ROI"
    assert event.details == {**details, "due_at": "2026-03-01T06:30:00.000000Z", "codes": []}


@pytest.mark.parametrize(
    "value",
    [
        "Marigold",
        "Marigold Testcase",
        "marigold testcase",
        "Testcase, M.",
        "MARIGOLD",
        "đặng",
        "504-555-0123",
        "5045550123",
        5045550123,
        "2011-04-05",
        datetime(2026, 3, 1, 6, 30),  # noqa: DTZ001 - a time without its zone is the point
        datetime(2011, 4, 5, tzinfo=UTC).date(),
        "a@b.example",
        "line\nline",
        "tier-1\n",
        "x" * 61,
        b"bytes",
        {"a": 1},
        float("nan"),
        ["tier-1", "Marigold"],
        ["a"] * 1001,
        object(),
    ],
)
def test_text_that_a_person_could_have_typed_is_refused(viewer, value):
    with pytest.raises(FreeTextRefused) as refusal:
        record(viewer, "referral.triaged", reason=value)
    assert "Marigold" not in str(refusal.value)
    assert verbs() == []


@pytest.mark.parametrize("column", ["kind", "code", "subject", "holder", "basis", "outcome"])
def test_no_column_takes_a_name(viewer, column):
    with pytest.raises(FreeTextRefused):
        record(viewer, "case.read", **{column: "Marigold Testcase"})


def test_the_trail_refuses_a_viewer_whose_code_is_a_name():
    from tests.foundation.audit.conftest import Somebody

    with pytest.raises(FreeTextRefused):
        record(Somebody(code="Marigold Testcase"), "case.read")
    record(Somebody(code="", agency=""), "report.sent")
    assert AuditEvent.objects.get().actor == "public"


def test_a_record_gives_its_own_kind_code_subject_and_holder(viewer):
    class Meta:
        model_name = "referral"

    class Row:
        _meta, code, subject_code, holder_code = Meta, "CDFG-4444", "CDFG-6666", "CDFG-7777"

    record(viewer, "referral.read", Row())
    event = AuditEvent.objects.get()
    assert (event.kind, event.code, event.subject, event.holder) == ("referral", "CDFG-4444", "CDFG-6666", "CDFG-7777")


def test_a_reading_lists_what_was_shown(viewer):
    record_read(viewer, "list.viewed", kind="referral", codes=["CDFG-4444", "CDFG-4446"], classes=["CORE"], basis="OWN")
    event = AuditEvent.objects.get()
    assert event.details == {"codes": ["CDFG-4444", "CDFG-4446"]}
    assert event.outcome == "shown"


def test_a_reading_in_a_bare_transaction_is_refused(viewer):
    with pytest.raises(ReadInsideTransaction), transaction.atomic():
        record_read(viewer, "client.identity_seen", code="CDFG-4444")
    assert verbs() == []


def test_a_reading_inside_an_act_belongs_to_the_act(viewer):
    @action("summary.filed")
    def file_summary(viewer):
        record_read(viewer, "client.identity_seen", code="CDFG-4444")
        record(viewer, "summary.filed", code="CDFG-4446")

    file_summary(viewer)
    assert verbs() == ["client.identity_seen", "summary.filed"]


def test_a_refused_page_is_recorded_by_the_name_of_its_route(viewer):
    record_denied(viewer, page="referrals:triage", code="CDFG-4444", reason="not_visible")
    event = AuditEvent.objects.get()
    assert (event.verb, event.outcome) == ("page.denied", "denied")
    assert event.details == {"page": "referrals:triage", "reason": "not_visible"}


def test_when_the_trail_cannot_be_written_nothing_happens(viewer, monkeypatch):
    monkeypatch.setattr(events, "_WRITE", events._WRITE.replace("audit_write(", "audit_gone("))
    with pytest.raises(AuditUnavailable), transaction.atomic():
        record(viewer, "case.read", code="CDFG-4444")
    with pytest.raises(AuditUnavailable):
        open_case(viewer)


def test_values_go_to_the_database_as_parameters_only(viewer, django_assert_num_queries):
    with django_assert_num_queries(1) as ran:
        record(viewer, "case.read", code="CDFG-4444")
    assert "%s" not in ran.captured_queries[0]["sql"]
    assert events._WRITE.count("%s") == 14


def test_only_a_demonstration_sets_the_time_of_events(viewer, demonstration):
    at = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    with events.demonstration_clock(at):
        record(viewer, "case.read", code="CDFG-4444")
    event = AuditEvent.objects.get()
    assert (event.at, event.details) == (at, {"clock": "demonstration"})


def test_elsewhere_the_time_of_events_cannot_be_set(viewer, settings):
    env = copy.copy(settings.ENV)
    object.__setattr__(env, "demo", False)
    settings.ENV = env
    with pytest.raises(RuntimeError), events.demonstration_clock(datetime(2026, 1, 5, tzinfo=UTC)):
        pass


def test_every_verb_has_a_sentence_for_people():
    for verb, sentence in VERBS.items():
        family, _, past = verb.partition(".")
        assert family == family.lower() != "", verb
        assert past == past.lower() != "", verb
        assert 5 < len(sentence) < 80, verb
        assert sentence[0].islower(), verb
        assert not sentence.endswith("."), verb
        assert "!" not in sentence, verb
