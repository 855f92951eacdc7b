"""What was acknowledged is there after the power went: reports and drafts, over HTTP, against the real product."""

from __future__ import annotations

import http.client
import re
import threading
from collections.abc import Iterator

import pytest

from tests.bars import sabotage
from tests.safety.site import Site, Visitor, installation, invite

pytestmark = [pytest.mark.slow, pytest.mark.journey]
WRITERS, WRITES = 4, 200
CALL = {
    "area": "",
    "reporter_type": "mandated_reporter",
    "source": "school",
    "name": "Wilhelmina Invented",
    "go": "send",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An installation with people who take calls, one for each writer. The test that needs it running starts it."""
    with installation(tmp_path_factory.mktemp("killed")) as made:
        made.people = invite(made, {f"Writer{n}": ("child_welfare_desk", "") for n in range(WRITERS)})  # type: ignore[attr-defined]
        yield made


def running(site: Site) -> Site:
    """Started by the test, so that a broken control is there from the first start on."""
    if site.process is None:
        site.start()
    return site


class Writer(threading.Thread):
    """Takes calls as fast as it can: keeps a draft, sends a report, and notes only what was acknowledged."""

    def __init__(self, site: Site, name: str, code: str, first: int, enough: threading.Event, count: list[int]) -> None:
        super().__init__(daemon=True)
        self.visitor, self.number, self.enough, self.count = Visitor(site.port).enter(code), first, enough, count
        self.called, self.code = name, code
        self.reports: dict[str, str] = {}
        self.draft = ""

    def run(self) -> None:
        """Until the site is gone, or enough was written."""
        try:
            self.visitor.get("/reports/new/")
            while not self.enough.is_set():
                self.number += 1
                words = f"{self.called} call {self.number} of a test."
                kept = self.visitor.post("/reports/new/draft/", {**CALL, "what": words})
                if kept.status == 200 and kept.text.startswith("Kept"):
                    self.draft = words
                    self.count.append(self.number)
                sent = self.visitor.post(
                    "/reports/new/", {**CALL, "what": words, "form_id": f"{self.called}-{self.number}"}
                )
                code = re.search(r'class="code">([0-9A-Z]{4}-[0-9A-Z]{4})<', sent.text)
                if sent.status == 200 and code:
                    self.reports[code[1]] = words
                    self.draft = ""
                    self.count.append(self.number)
        except (OSError, http.client.HTTPException):
            return  # the power went


@pytest.mark.req("SEC-49")
def test_the_running_site_does_not_say_what_it_runs_on(site: Site) -> None:
    """Pages, files and refusals: no Server header, no version, the same policies as inside."""
    visitor = Visitor(running(site).port)
    page = visitor.get("/sign-in/")
    style = re.search(r'href="(/static/[^"]+\.css)"', page.text)
    assert style
    for answer in (page, visitor.get(style[1]), visitor.get("/nothing/")):
        assert answer.header("Server") is None
        assert answer.header("X-Powered-By") is None
        assert "frame-ancestors 'none'" in (answer.header("Content-Security-Policy") or "")
        assert answer.header("X-Content-Type-Options") == "nosniff"
    assert visitor.get(style[1]).header("Set-Cookie") is None


@pytest.mark.bar("SEC-61")
@pytest.mark.req("SEC-61", "UX-4")
def test_nothing_acknowledged_is_lost_when_everything_is_killed(site: Site) -> None:
    """Two power cuts in the middle of the writing; then every acknowledged report and the last draft are read."""
    acknowledged: dict[str, tuple[str, str]] = {}
    written = 0
    running(site)
    for cut in range(2):
        enough, count = threading.Event(), [0]
        writers = [
            Writer(site, name, code, cut * 1000, enough, count)
            for name, code in site.people.items()  # type: ignore[attr-defined]
        ]
        for writer in writers:
            writer.start()
        while len(count) <= WRITES / 2 and any(writer.is_alive() for writer in writers):
            writers[0].join(0.05)
        site.kill()  # while all of them are writing
        enough.set()
        for writer in writers:
            writer.join(60)
            acknowledged |= {code: (writer.code, words) for code, words in writer.reports.items()}
        written += len(count) - 1
        site.start()
        for writer in writers:
            page = Visitor(site.port).enter(writer.code).get("/reports/new/").text
            # A draft that was kept after the last report; the report under way may have taken it along.
            if writer.draft and writer.draft not in page:
                assert writer.draft in _everything(site, writer.code), f"the draft {writer.draft!r} is gone"
    assert written >= WRITES
    lost = []
    readers = {account: Visitor(site.port).enter(account) for account, _ in acknowledged.values()}
    for code, (account, words) in acknowledged.items():
        page = readers[account].get(f"/reports/{code}/")
        if page.status != 200 or words not in page.text:
            lost.append((code, page.status, words in page.text))
    assert lost == []
    assert len(acknowledged) > 50
    # The list leads to every one of them, however many pages it has.
    read = _everything(site, writers[0].code)
    assert [words for _, words in acknowledged.values() if words not in read] == []


def _everything(site: Site, account: str) -> str:
    """The words of every report that this account took, read from the pages: all of the list, not its first page."""
    visitor, codes, page = Visitor(site.port).enter(account), set[str](), 1
    while True:
        listed = visitor.get(f"/reports/?page={page}").text
        codes |= set(re.findall(r"/reports/([0-9A-Z]{4}-[0-9A-Z]{4})/", listed))
        page += 1
        if f'href="?page={page}"' not in listed:
            return "".join(visitor.get(f"/reports/{code}/").text for code in codes)


@sabotage("SEC-61", "the database answers before its log is on the disk")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = Site.environment
    lax = {"PGOPTIONS": "-c synchronous_commit=off"}  # each program that connects to PostgreSQL obeys it
    monkeypatch.setattr(Site, "environment", lambda self: environment(self) | lax)
