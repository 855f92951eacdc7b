"""The request log: one line a request, with the fields of the list and nothing that anybody sent."""

import io
import json
import logging
import os
import subprocess
import sys

import pytest
from django.test import Client as Browser

from rightdoor.foundation.audit import middleware
from rightdoor.foundation.audit.logs import AllowedFields, private_file
from tests.bars import sabotage

CANARY = "Zebulina Nowhere"
FIELDS = {"time", "level", "logger", "message", "request", "event", "route", "method", "status", "duration_ms", "actor"}


@pytest.fixture
def lines():
    """What the request log would write, as text."""
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(AllowedFields())
    log = logging.getLogger("rightdoor.requests")
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield kept
    log.removeHandler(handler)
    log.setLevel(level)


def written(lines):
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_a_line_says_which_route_answered_whom_how_and_how_fast(lines, coordinator):
    browser = Browser()
    browser.post(f"/demo/{coordinator.code}/")
    answer = browser.get("/referrals/")
    line = written(lines)[-1]
    assert set(line) == FIELDS
    assert (line["event"], line["route"], line["method"]) == ("request", "referrals:referrals", "GET")
    assert (line["status"], line["actor"]) == (answer.status_code, coordinator.code)
    assert line["request"] == answer.headers["X-Request-Id"]
    assert line["duration_ms"] > 0


@pytest.mark.bar("SEC-02")
@pytest.mark.parametrize("public", [True, False])
def test_nothing_that_was_sent_stands_in_the_log(lines, coordinator, public):
    """Path, query, body, headers, user agent, cookies, referrer, file names, an invented method, an address."""
    browser = Browser(
        REMOTE_ADDR="203.0.113.77",
        HTTP_USER_AGENT=CANARY,
        HTTP_REFERER=f"https://x.example/{CANARY}",
        HTTP_X_FORWARDED_FOR="198.51.100.9",
        HTTP_X_CLIENT=CANARY,
        headers={"accept-language": "zebulina"},
        raise_request_exception=False,
    )
    browser.cookies["zebulina"] = "Nowhere"
    if not public:
        browser.post(f"/demo/{coordinator.code}/")
    for path in ("/report/", "/sign-in/", "/find/", "/referrals/", f"/referrals/{CANARY}/", f"/{CANARY}/", "/cases/"):
        browser.get(path, {"given": CANARY, "born": "2011-03-04"})
        browser.post(path, {"given": CANARY, "story": f"{CANARY} was seen."})
    browser.generic("ZEBULINA", "/")
    text = lines.getvalue()
    told = written(lines)
    assert len(told) >= 15
    for planted in ("zebulina", "nowhere", "2011-03-04", "203.0.113", "198.51.100"):
        assert planted not in text.lower(), planted
    assert all(set(line) <= FIELDS for line in told)
    assert told[-1]["method"] == "other"
    assert {"none"} < {line["route"] for line in told}


@pytest.mark.django_db
def test_when_it_is_off_no_line_is_made(caplog):
    with caplog.at_level(logging.WARNING, "rightdoor.requests"):
        Browser().get("/sign-in/")
    assert [record for record in caplog.records if record.name == "rightdoor.requests"] == []


def test_the_file_is_for_its_account_only_and_may_be_moved_away(tmp_path):
    path = tmp_path / "requests.log"
    handler = private_file(str(path))
    record = logging.LogRecord("rightdoor.requests", logging.INFO, "p", 1, "A request was answered", (), None)
    handler.emit(record)
    assert path.stat().st_mode & 0o777 == 0o600
    path.rename(tmp_path / "requests.log.1")
    handler.emit(record)
    handler.close()
    assert path.read_text() == (tmp_path / "requests.log.1").read_text()


@pytest.mark.parametrize(
    ("setting", "origin", "handler", "level"),
    [
        ("", "", "NullHandler", "WARNING"),
        ("", "https://care.example.gov", "StreamHandler", "INFO"),
        ("off", "https://care.example.gov", "NullHandler", "WARNING"),
        ("stderr", "", "StreamHandler", "INFO"),
        ("/nowhere/requests.log", "", "private_file", "INFO"),
    ],
)
def test_the_setting_says_where_it_goes(setting, origin, handler, level):
    program = (
        "from rightdoor.config.settings import LOGGING as l; h = l['handlers']['requests'];"
        "print(h.get('class') or h['()'], l['loggers']['rightdoor.requests']['level'])"
    )
    environment = {**os.environ, "RIGHTDOOR_REQUEST_LOG": setting, "RIGHTDOOR_ORIGIN": origin, "RIGHTDOOR_DEMO": ""}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [done.stdout.split()[0], level]
    assert done.stdout.split()[0].endswith(handler)


def test_an_address_that_is_no_place_is_refused(monkeypatch):
    from rightdoor.config.env import BadSetting, read_env

    monkeypatch.setenv("RIGHTDOOR_REQUEST_LOG", "here")
    with pytest.raises(BadSetting):
        read_env()


@sabotage("SEC-02", "the request log writes the path")
def _(monkeypatch):
    told = middleware._write_line

    def with_path(request, response, took):
        told(request, response, took)
        extra = {"event": request.get_full_path(), "route": request.META.get("HTTP_USER_AGENT", "")}
        middleware.log.info("A request was answered", extra=extra)

    monkeypatch.setattr(middleware, "_write_line", with_path)
