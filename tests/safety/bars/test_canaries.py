"""Everything that anybody can be shown, searched for canaries: found is what the tables below allow, and no more.

The tables are the sharing matrix of the field, written out by hand for the people of this world; nothing here asks the
product's own rule. What is found must be allowed (0 extra), what is allowed must be found (0 missing), and for all of
it an event of reading stands in the audit trail when the answer comes. The system's own people find nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse

from rightdoor.foundation.access import viewers
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.notices.models import OutboxMessage
from tests.access.matrix import PARTS
from tests.access.routes import address_of, ask, every_route
from tests.access.world import taken_back
from tests.bars import sabotage
from tests.safety.canaries import (
    ACTORS,
    ASKED,
    BEGAN,
    CLIENTS,
    Canaries,
    Canary,
    feed_of,
    folded,
    make_canaries,
    needles,
)

# x: may see what it says. Everybody who is not in a table sees nothing of that client.
# "alder": investigative mode, its district's protocol in force, need stated for everybody on the case.
#   Column by column from the matrix of the field: own records, and M of the five who are on the district's roster.
#   welfare: of health only findings of abuse, of school only in state care; no document here is marked so. A place to
#     live is for a named person, and no such ground is on record. Nor does a protocol open what the advocates keep:
#     their agency keeps its records apart.
#   coordinator: of child welfare only the limited part, which no document here is.
#   REP of the center is whoever made the mandated report, as the coordinator has written it down.
#   therapist: invited, the window is open, no release; lapsed: on the case and the roster, clearance run out.
ALDER = """
class    holder             coordinator detective advocate nurse psychologist welfare prosecutor school probation
ID       capital center          x          x         x      x        -          x        x        -        -
LOC      capital center          x          -         -      -        -          -        -        -        -
CORE     capital center          x          x         x      x        -          x        x        -        -
SAFE     capital center          x          -         -      -        -          x        -        -        -
PLAN     capital center          x          -         -      -        -          x        -        -        -
REP      capital center          x          x         -      -        -          -        x        -        -
LE       police                  -          x         -      -        -          x        x        -        -
OFF      police                  -          x         -      -        -          x        x        -        -
ADV      advocacy                -          -         x      -        -          -        -        -        -
ADVPRIV  advocacy                -          -         x      -        -          -        -        -        -
LOC      advocacy                -          -         x      -        -          -        -        -        -
HLTH     clinic                  -          -         -      x        -          -        -        -        -
EVID     clinic                  -          x         -      x        -          x        x        -        -
MH       practice                -          -         -      -        x          -        -        -        -
PSY      practice                -          -         -      -        x          -        -        -        -
CW       welfare                 -          x         -      -        -          x        x        -        -
REP      welfare                 -          x         -      -        -          x        x        -        -
PROS     district-attorney       -          -         -      -        -          -        x        -        -
EDU      school-board            -          -         -      -        -          -        -        x        -
JJ       probation               -          -         -      -        -          -        x        -        x
"""
# "birch": no protocol in its district. Everybody on the case sees their own; the therapist has a release for CORE.
BIRCH = """
class    holder             coordinator detective advocate nurse psychologist welfare prosecutor school probation therapist
ID       capital center          x          -         -      -        -          -        -        -        -         -
LOC      capital center          x          -         -      -        -          -        -        -        -         -
CORE     capital center          x          -         -      -        -          -        -        -        -         x
SAFE     capital center          x          -         -      -        -          -        -        -        -         -
PLAN     capital center          x          -         -      -        -          -        -        -        -         -
REP      capital center          x          -         -      -        -          -        -        -        -         -
LE       police                  -          x         -      -        -          -        -        -        -         -
OFF      police                  -          x         -      -        -          -        -        -        -         -
ADV      advocacy                -          -         x      -        -          -        -        -        -         -
ADVPRIV  advocacy                -          -         x      -        -          -        -        -        -         -
LOC      advocacy                -          -         x      -        -          -        -        -        -         -
HLTH     clinic                  -          -         -      x        -          -        -        -        -         -
EVID     clinic                  -          -         -      x        -          -        -        -        -         -
MH       practice                -          -         -      -        x          -        -        -        -         -
PSY      practice                -          -         -      -        x          -        -        -        -         -
CW       welfare                 -          -         -      -        -          x        -        -        -         -
REP      welfare                 -          -         -      -        -          x        -        -        -         -
PROS     district-attorney       -          -         -      -        -          -        x        -        -         -
EDU      school-board            -          -         -      -        -          -        -        x        -         -
JJ       probation               -          -         -      -        -          -        -        -        x         -
"""  # noqa: E501
# "cedar": another region's. "northern" is invited there, without a ground.
CEDAR = """
class    holder           elsewhere
ID       northern center      x
LOC      northern center      x
CORE     northern center      x
SAFE     northern center      x
PLAN     northern center      x
REP      northern center      x
"""
# The reports from which the three referrals were made. Who reported is for the desk of child welfare alone.
REPORT = """
class    holder  own-coordinator desk reviewer
ID       report         x          x      x
CORE     report         x          x      x
REP      report         -          x      -
"""
# Allowed, and no page shows it to them, with the reason.
NOT_AT_DESKS = "The referral is the coordinator's page: a team reads the case."
NO_PAGE: Mapping[tuple[str, str, str, str], str] = {
    **{(actor, "alder", "REP", "capital center"): NOT_AT_DESKS for actor in ("detective", "prosecutor")},
}
# Whom nothing about a client may ever reach: the people of the system, and who has no standing or no clearance.
BLIND = ("head", "lapsed", "privacy", "analyst", "auditor", "administrator")
# Whom the short round asks about all three clients; everybody else about the first, and about all reports.
AT_ALL_CLIENTS = {"coordinator", "elsewhere", "detective", "therapist", "northern"}
SEARCHED = {"CORE", "LE", "ADV", "HLTH", "CW", "REP", "PSY"}
UNKNOWN = "ZZZZ-2222"
# Slices that keep no client's record: asked in the long round.
WITHOUT_CLIENTS = {
    "sign_in",
    "doorway",
    "people",
    "onboarding",
    "public",
    "demonstration",
    "teams",
    "partners",
    "minutes",
    "leaving",
    "gallery",
}
READ_AND_FORM = {
    "documents:documents",
    "staffings:action_item",
    "staffings:topic",
    "staffings:settlement",
    "consents:person",
    "privacy:access",
}
LISTS = (
    "/referrals/?sort=due",
    "/referrals/?state=closed",
    "/cases/?state=open",
    "/meetings/?past=1",
    "/reports/?state=closed",
)
# Names of parts of addresses in the matrix, and of the codes here.
SAME = {
    "fresh": "referral",
    "awaiting": "referral",
    "held": "staffing",
    "staffings_meeting": "meeting",
}


def allowed() -> dict[str, set[tuple[str, str, str]]]:
    """By actor: (client, class, holder) that they may see."""
    may: dict[str, set[tuple[str, str, str]]] = {actor: set() for actor in ACTORS}
    tables = [("alder", ALDER), ("birch", BIRCH), ("cedar", CEDAR), *((client, REPORT) for client in CLIENTS)]
    for client, table in tables:
        head, *lines = [line.split() for line in table.replace(" center", "-center").strip().splitlines()]
        for klass, holder, *marks in lines:
            assert len(marks) == len(head) - 2
            assert set(marks) <= {"x", "-"}
            for actor, mark in zip(head[2:], marks, strict=True):
                own = "elsewhere" if client == "cedar" else "coordinator"
                if mark == "x":
                    may[own if actor == "own-coordinator" else actor].add((client, klass, holder.replace("-", " ")))
    return may


@dataclass
class Sight:
    """What was seen in one round of everything by everybody."""

    asked: int = 0
    pages: int = 0
    planted: list[Canary] = field(default_factory=list)
    seen: dict[str, dict[str, set[str]]] = field(default_factory=dict)  # actor -> needle -> addresses
    unrecorded: list[str] = field(default_factory=list)
    about: set[tuple[str, str]] = field(default_factory=set)  # who was asked about whom
    mailed: list[Canary] = field(default_factory=list)


_once: list[Sight] = []


@pytest.fixture
def world(db: None) -> Canaries | None:
    """The world, made once for the three tests of a bar."""
    return None if _once else _made()


def _made() -> Canaries:
    with time_machine.travel(BEGAN, tick=False):
        return make_canaries()


def looked(world: Canaries | None) -> Sight:
    """Every page that reads, asked by everybody, once for the three tests of a bar."""
    if world is not None:
        _once.append(_look(world, forms=False))
    return _once[0]


def _look(world: Canaries, *, forms: bool) -> Sight:
    with time_machine.travel(ASKED, tick=False):
        return _asked(world, forms=forms)


def _asked(world: Canaries, *, forms: bool) -> Sight:
    sight = Sight(planted=list(world.kept.values()))
    finds = list(_finds(world))
    everywhere = list(_addresses(world, forms=forms))
    at_one = everywhere if forms else list(_addresses(world, forms=False, clients=CLIENTS[:1]))
    for actor in ACTORS:
        browser = world.browser(actor)
        own = [] if actor == "anonymous" else [address_of("meetings:feed", {"secret": feed_of(world, actor)})]
        last = AuditEvent.objects.order_by("-id").values_list("id", flat=True)[0]
        seen = sight.seen.setdefault(actor, {})
        there = everywhere if actor in AT_ALL_CLIENTS else at_one
        sight.about |= {(actor, client) for client in CLIENTS if there is everywhere or client == CLIENTS[0]}
        for method, address, sent in [*(("GET", it, {}) for it in [*there, *own]), *finds]:
            with taken_back():
                answer = ask(browser, method, address, **sent)
                sight.asked += 1
                sight.pages += answer.status_code == 200
                found = world.found_in(answer)
                for canary in found:
                    seen.setdefault(canary.needle, set()).add(address)
                if found:
                    sight.unrecorded += _unrecorded(world, actor, found, last, address)
            assert answer.status_code < 500, f"{actor} {address}: {answer.status_code}"
    mail = folded("\n".join(f"{one.recipient} {one.subject} {one.body}" for one in OutboxMessage.objects.all()))
    sight.mailed = [canary for needle, canary in world.kept.items() if needle in mail]
    return sight


def _addresses(world: Canaries, *, forms: bool, clients: tuple[str, ...] = CLIENTS) -> Iterator[str]:
    """Every address that answers GET, with every code of these clients in its place.

    Without `forms` those alone that only read, and the lists; originals are then left out, and safe copies of other
    clients than the first: they are asked in the long round.
    """
    for route in every_route():
        if "GET" not in route.methods or route.name == "meetings:feed":
            continue
        if not forms and (
            route.name.partition(":")[0] in WITHOUT_CLIENTS
            or route.name == "documents:original"
            or ("POST" in route.methods and route.parts and route.name not in READ_AND_FORM)
        ):
            continue
        parts = PARTS.get(route.name, {})
        assert set(parts) == set(route.parts), f"tests/access/matrix.py does not know the parts of {route.name}"
        if not any(SAME.get(value, value) in world.codes["alder"] or value == "district" for value in parts.values()):
            yield address_of(route.name, {part: _shared(world, value) for part, value in parts.items()})
            continue
        own_report = route.name == "intake:report"  # a desk sees the reports of all
        for client in CLIENTS if forms or own_report else clients if route.name != "documents:copy" else CLIENTS[:1]:
            values = [_values(world, client, value) for value in parts.values()]
            for chosen in product(*values):
                yield address_of(route.name, dict(zip(parts, chosen, strict=True)))
    yield from LISTS


def _values(world: Canaries, client: str, value: str) -> list[str]:
    if value == "district":
        return [world.districts[client]]
    return world.codes[client].get(SAME.get(value, value)) or [_shared(world, value)]


def _shared(world: Canaries, value: str) -> str:
    return value[1:] if value[:1] == "=" else world.shared.get(value, UNKNOWN)


def _finds(world: Canaries) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What people type into the search: the beginnings of names and titles, so that the page cannot say them back."""
    for canary in world.kept.values():
        is_title = canary.place == "document: title" and canary.client == "alder" and canary.data_class in SEARCHED
        if is_title or canary.place == "given name":
            yield "POST", "/find/", {"data": {"text": canary.needle[:8]}}


def _unrecorded(world: Canaries, actor: str, found: list[Canary], last: int, address: str) -> list[str]:
    """Of what stands in this answer, what has no event of reading by this actor, about this subject and class."""
    events = list(AuditEvent.objects.filter(id__gt=last, actor=world.people[actor].code).exclude(basis=""))
    missing = set()
    for client, klass, holder in {canary.cell for canary in found}:
        about = world.subjects[client] | {one for group in world.codes[client].values() for one in group}
        kept_by = world.agencies.get(holder)
        if not any(
            klass in event.classes
            and about & {event.subject, event.code, *event.details.get("codes", ())}
            and (kept_by is None or event.holder == kept_by)
            for event in events
        ):
            told = sorted({(event.verb, *event.classes, event.basis) for event in events})
            missing.add(f"{actor} {address}: {klass} of {client}, held by {holder}; recorded {told}")
    return sorted(missing)


@pytest.mark.bar("SEC-22")
@pytest.mark.req("PRIV-1", "PRIV-2")
def test_what_anybody_finds_is_what_the_tables_allow(world: Canaries | None) -> None:
    """Pages, lists, files, feeds and searches of everybody: 0 canaries too many, 0 missing, none in a mail."""
    _check_found(looked(world))


def _check_found(sight: Sight) -> None:
    planted = {canary.needle: canary for canary in sight.planted}
    cells = {canary.cell for canary in sight.planted}
    extra, missing = [], []
    for actor, may in allowed().items():
        assert may <= cells, f"a table names for {actor} what nobody planted: {sorted(may - cells)}"
        found = sight.seen[actor]
        for needle, pages in sorted(found.items()):
            if planted[needle].cell not in may:
                extra.append(f"{actor} sees {needles([planted[needle]])[0]} at {sorted(pages)[:3]}")
        shown = {planted[needle].cell for needle in found}
        missing += [
            f"{actor} never sees {klass} of {holder} about {client}"
            for client, klass, holder in sorted(may - shown)
            if (actor, client) in sight.about and (actor, client, klass, holder) not in NO_PAGE
        ]
        stale = {(actor, *cell) for cell in shown} & NO_PAGE.keys()
        assert not stale, f"these are shown after all, so they are no exceptions: {sorted(stale)}"
    print(f"{len(planted)} canaries, {len(ACTORS)} actors, {sight.asked} requests, {sight.pages} pages")
    assert not extra, f"{len(extra)} too many:\n" + "\n".join(extra)
    assert not missing, f"{len(missing)} missing:\n" + "\n".join(missing)
    assert not sight.mailed, needles(sight.mailed)


@pytest.mark.bar("SEC-30")
@pytest.mark.req("PRIV-2")
def test_the_people_of_the_system_find_nothing(world: Canaries | None) -> None:
    """Administrator, auditor, analyst, privacy officer, an agency's head, and whose clearance has lapsed."""
    sight = looked(world)
    planted = {canary.needle: canary for canary in sight.planted}
    found = [
        f"{who}: {needles([planted[it]])[0]} at {sorted(sight.seen[who][it])}"
        for who in BLIND
        for it in sight.seen[who]
    ]
    assert not found, "\n".join(found)
    assert sight.seen["coordinator"], "the coordinator finds some, so there was something to find"


@pytest.mark.bar("SEC-37")
@pytest.mark.req("PRIV-7")
def test_whatever_was_shown_was_recorded_before(world: Canaries | None) -> None:
    """When an answer with a canary comes, its event of reading is there: who, about whom, which class, whose, why."""
    sight = looked(world)
    assert sum(len(found) for found in sight.seen.values()) > 100, "hardly anything was shown"
    assert not sight.unrecorded, f"{len(sight.unrecorded)}:\n" + "\n".join(sight.unrecorded)


@sabotage("SEC-22", "the sharing rule allows whatever it is asked")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from rightdoor.casework.clients import disclosure
    from rightdoor.domain.confidentiality import Decision

    monkeypatch.setattr(disclosure, "decide", lambda *asked: Decision(True, "OWN", "Because.", frozenset()))


@sabotage("SEC-30", "an administrator counts as a coordinator everywhere, in the program and before the database")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    before = viewers.as_viewer

    def widened(account: Any, grants: list[tuple[str, str]], *more: Any, **named: Any) -> Any:
        also = [("care_coordinator", "")] if "administrator" in dict(grants) else []
        return before(account, [*grants, *also], *more, **named)

    monkeypatch.setattr(viewers, "as_viewer", widened)


@sabotage("SEC-37", "a reading of a record is written down nowhere")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rightdoor.casework.clients.disclosure.record_read", lambda *told, **how: 0)


@sabotage("SEC-37", "a reading of a report is written down as one of something else")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from rightdoor.casework.intake import disclosure

    record_read = disclosure.record_read

    def other(*told: Any, **how: Any) -> int:
        return record_read(*told, **{**how, "classes": ("DIR",)})

    monkeypatch.setattr(disclosure, "record_read", other)


def _answer(content: bytes, kind: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind)


@pytest.mark.bar("SEC-22")
def test_the_search_finds_what_is_written_in_other_ways(db: None) -> None:
    """In HTML, in an address, in JSON, folded in a calendar, zipped, and with accents apart."""
    import io
    import zipfile

    world = Canaries({}, {})
    world._keep("Zoë Brácordun", "bracordun", "alder", "ID", "x", "name")
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sheet.xml", "<v>BRÁCORDUN</v>")
    for content in (
        b"<p>Zo&euml; Br&aacute;cordun</p>",
        b"/x?who=Zo%C3%AB+Br%C3%A1cordun",
        b'{"name": "Br\\u00e1cordun"}',
        "DESCRIPTION:Brá\r\n cordun".encode(),
        "Bra\u0301cordun".encode(),
        box.getvalue(),
    ):
        assert world.found_in(_answer(content, "x/y")), content
    assert not world.found_in(_answer(b"bracord", "x/y"))
