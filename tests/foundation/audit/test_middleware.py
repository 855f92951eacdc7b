import json
import logging

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from rightdoor.foundation.audit.context import marks
from rightdoor.foundation.audit.events import AuditUnavailable, record
from rightdoor.foundation.audit.logs import AllowedFields
from rightdoor.foundation.audit.middleware import RequestContext
from rightdoor.foundation.audit.models import AuditEvent


@pytest.mark.django_db
def test_events_carry_the_request_and_a_digest_of_the_session(viewer, settings):
    def page(request):
        record(viewer, "case.read", code="CDFG-4444")
        return HttpResponse()

    request = RequestFactory().get("/")
    request.COOKIES[settings.SESSION_COOKIE_NAME] = "secret-session-key"
    response = RequestContext(page)(request)
    event = AuditEvent.objects.get()
    assert event.request_id == response["X-Request-Id"] == request.request_id
    assert len(event.session) == 32
    assert "secret" not in event.session
    assert marks.get().request_id == ""


def test_two_sessions_have_two_digests_and_none_has_none(settings):
    seen = []

    def page(request):
        seen.append(marks.get().session)
        return HttpResponse()

    for cookie in ["one", "two", ""]:
        request = RequestFactory().get("/")
        request.COOKIES[settings.SESSION_COOKIE_NAME] = cookie
        RequestContext(page)(request)
    assert len(set(seen)) == 3
    assert seen[2] == ""


def test_a_page_without_its_event_answers_503_and_nothing_else():
    middleware = RequestContext(lambda request: HttpResponse("never"))
    answer = middleware.process_exception(RequestFactory().get("/"), AuditUnavailable("x"))
    assert answer.status_code == 503
    assert b"minute" in answer.content
    assert middleware.process_exception(RequestFactory().get("/"), ValueError("x")) is None


def line(name, message, *args, **extra):
    record = logging.LogRecord(name, logging.WARNING, "/a/b.py", 1, message, args, None, "f")
    record.__dict__.update(extra)
    return json.loads(AllowedFields().format(record))


def test_a_log_line_holds_no_argument_and_no_unlisted_field():
    written = line("rightdoor.x", "A sentence", "Marigold", event="mail.kept", name_of_client="Marigold", count=2)
    assert "Marigold" not in json.dumps(written)
    assert (written["message"], written["event"], written["count"]) == ("A sentence", "mail.kept", 2)


def test_a_foreign_library_says_where_and_not_what():
    written = line("django.template", "Marigold was here")
    assert "message" not in written
    assert written["where"] == ["b.py:1:f"]


def test_an_error_is_logged_by_type_and_place_without_its_text():
    try:
        raise ValueError("Marigold Testcase")
    except ValueError as error:
        record = logging.LogRecord(
            "rightdoor.x", 40, "p", 1, "It failed", (), (type(error), error, error.__traceback__), "f"
        )
    text = AllowedFields().format(record)
    assert "Marigold" not in text
    assert json.loads(text)["error"] == "ValueError"
