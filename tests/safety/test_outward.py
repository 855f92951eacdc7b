"""What leaves the site or is written beside it: addresses, redirects, logs, mail, notices, calendars. Codes only."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import time_machine
from django.conf import settings
from icalendar import Event

from rightdoor.foundation.audit.logs import AllowedFields
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.jobs.queue import run_due_now
from rightdoor.foundation.notices.kinds import KINDS
from rightdoor.foundation.notices.models import Notice, OutboxMessage
from tests.access.world import ASKED, BEGAN, World, make_world
from tests.bars import sabotage
from tests.safety.pages import body_of, every_page, read
from tests.safety.test_planted_names import BORN, TOLD

STORY = "Quixotic-marked narrative of what happened."
FORBIDDEN = tuple(text.lower() for text in (*TOLD, *(f"{day:%m/%d/%Y}" for day in BORN), *(str(day) for day in BORN)))


def told_in(text: str) -> list[str]:
    """Which of the planted texts stand in this one, however it is cased or quoted."""
    from urllib.parse import unquote_plus

    return [one for one in FORBIDDEN if one in text.lower() or one in unquote_plus(text).lower()]


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that is logged, by whichever logger the product writes from; the common one at its most talkative."""
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(AllowedFields())
    own = [name for name, how in settings.LOGGING["loggers"].items() if how.get("handlers")]
    writers = [logging.getLogger(name) for name in ("", *own)]
    level = writers[0].level
    writers[0].setLevel(logging.DEBUG)
    for writer in writers:
        writer.addHandler(handler)
    yield kept
    for writer in writers:
        writer.removeHandler(handler)
    writers[0].setLevel(level)


@pytest.fixture
def world(db: None, lines: io.StringIO) -> Iterator[World]:
    """One child's whole way; every page asked; its reminders sent."""
    with time_machine.travel(BEGAN, tick=False):
        made = make_world(story=STORY)
    with time_machine.travel(ASKED, tick=False):
        yield made


@pytest.mark.bar("SEC-02", "SEC-65")
def test_logs_hold_no_name_whatever_happens(world: World, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages, refusals, a search by name, a form that cannot be sent, and a fault whose own text is a name."""
    browser = world.browser("coordinator")
    browser.get(f"/referrals/{world.codes['referral']}/")
    browser.post("/find/", {"text": "Zebulina Nowhere"})
    browser.post("/referrals/new/", {"given": "Zebulina", "story": STORY})
    browser.get("/referrals/Zebulina Nowhere/", {"text": STORY})
    world.browser("stranger").get(f"/cases/{world.codes['case']}/")

    def broken(*_: object, **__: object) -> None:
        logging.getLogger("a.foreign.library").error("could not read %s", "Zebulina Nowhere")
        raise ValueError(f"Zebulina Nowhere: {STORY}")

    monkeypatch.setattr("rightdoor.oversight.desk.queries.desk_of", broken)
    assert browser.get("/").status_code == 500
    written = lines.getvalue()
    assert '"error": "ValueError"' in written, "a fault is logged, by its kind and place"
    assert told_in(written) == []


@pytest.mark.bar("SEC-65")
@pytest.mark.rule("SR-09")
@pytest.mark.req("CORE-4")
def test_notices_mail_and_events_hold_codes_only(world: World) -> None:
    """After every reminder that is due by then."""
    run_due_now(ASKED)
    notices, mail = list(Notice.objects.all()), list(OutboxMessage.objects.all())
    assert notices
    for notice in notices:
        assert told_in(f"{notice.path} {notice.code} {KINDS[notice.kind].sentence}") == []
    for message in mail:
        assert told_in(f"{message.subject} {message.body}") == []
    for event in AuditEvent.objects.all():
        assert told_in(json.dumps(event.details, default=str) + event.code + event.subject) == []


@pytest.mark.bar("SEC-65")
@pytest.mark.rule("SR-09")
def test_calendars_and_files_hold_codes_only(world: World) -> None:
    """The feed, an invitation, the list as a file: nothing about a person, in the file or in its name."""
    coordinator, member = world.browser("coordinator"), world.browser("member")
    asked = {
        "feed": member.get(f"/feed/{world.codes['feed']}.ics"),
        "invitation": member.get(f"/meetings/{world.codes['meeting']}/invitation.ics"),
        "staffing": member.get(f"/meetings/{world.codes['staffings_meeting']}/invitation.ics"),
        "rows": coordinator.post("/referrals/export/", {"purpose": "quality", "basis": "own_records"}),
    }
    for name, answer in asked.items():
        assert answer.status_code == 200, name
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert len(content) > 100, name
        unfolded = content.decode().replace("\r\n ", "")
        assert told_in(unfolded) == [], name
        assert told_in(answer.headers.get("Content-Disposition", "")) == [], name
    assert b"VEVENT" in asked["staffing"].content


@pytest.mark.bar("SEC-65")
@pytest.mark.req("UX-5")
def test_no_address_on_any_page_holds_a_name(world: World) -> None:
    """Links, forms and redirects of every page that its reader may see names on."""
    wrong, names_shown = [], 0
    for actor, name, _address, answer in every_page(world, "coordinator", "member", "guest"):
        places = [answer.headers.get("Location", ""), answer.headers.get("Content-Disposition", "")]
        if "html" in answer.headers["Content-Type"]:
            html = body_of(answer).decode()
            names_shown += "Nowhere" in html
            places += [value for _tag, _attribute, value in read(html).addresses]
        wrong += [f"{name} as {actor}: {place}" for place in places if told_in(place)]
    assert not wrong, "\n".join(wrong)
    assert names_shown > 3, "no page showed a name, so nothing was tried"


@sabotage("SEC-65", "the calendar says whom a meeting is about")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Event.add

    def talkative(self: Event, name: str, value: object, *more: object, **named: object) -> None:
        before(self, name, "Zebulina Nowhere, staffing" if name == "summary" else value, *more, **named)

    monkeypatch.setattr(Event, "add", talkative)


@sabotage("SEC-02", "a line of the log is written as it was put")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AllowedFields, "format", lambda self, record: f'"error": "ValueError" {record.getMessage()}')
