"""Names, birth dates, addresses and narratives of clients stand nowhere in clear: a copy of the databases is worthless.

The quick test reads every column of every table after one child's whole way. The slow one fills a small demonstration,
uses it over HTTP, and searches dumps of both databases, the state folder and the log of the run.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.db import connections

from rightdoor.config.cluster import find_binaries
from rightdoor.foundation.notices.models import OutboxMessage
from tests.access.world import ASKED, BEGAN, World, make_world
from tests.safety.searching import date_variants, hits, variants
from tests.safety.site import Site, Visitor, installation

# What the makers of the tests tell about the child, the reporter and the case.
TOLD = (
    "Nowhere", "Zebulina", "Nadine", "Wilhelmina", "Nono", "Invented Street", "555-0100", "555-0101",
    "A house that does not exist", "Quixotic-marked narrative", "A safe place was found", "Stay there.",
    "Call the clinic", "To stay near a sister", "An examination",
)  # fmt: skip
BORN = (date(2011, 3, 4), date(2011, 3, 5))
MUST_BE_FULL = ("procrastinate_jobs", "notices_notice", "audit_auditevent", "clients_client", "drafts_draft")


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """One child's whole way, a draft among it, asked weeks later."""
    with time_machine.travel(BEGAN, tick=False):
        made = make_world(story="Quixotic-marked narrative of what happened.")
    with time_machine.travel(ASKED, tick=False):
        browser = made.browser("coordinator")
        typed = {"given": "Zebulina", "family": "Nowhere", "story": "Quixotic-marked narrative", "what": "Nadine"}
        assert browser.post("/referrals/new/draft/", typed).status_code == 200
        assert browser.post("/reports/new/draft/", typed).status_code == 200
        assert browser.post("/find/", {"text": "Zebulina Nowhere"}).status_code == 200
        assert browser.get("/referrals/").status_code == 200
        yield made


def copy_of_tables(folder: Path) -> dict[str, int]:
    """Every row of every table of both databases as text, a file a table. Returns how many rows each has."""
    folder.mkdir()
    rows = {}
    for alias in ("default", "keyring"):
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name), table_name"
                " FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
                " AND table_schema NOT IN ('pg_catalog', 'information_schema')"
            )
            for place, name in cursor.fetchall():
                cursor.execute(f"SELECT one::text FROM {place} AS one")
                found = [row[0] for row in cursor.fetchall()]
                rows[name] = len(found)
                (folder / f"{alias}.{name}").write_text("\n".join(found), encoding="utf-8")
    return rows


def _patterns() -> set[bytes]:
    return {one for text in TOLD for one in variants(text)} | {one for day in BORN for one in date_variants(day)}


@pytest.mark.req("SEC-01", "SEC-02", "PRIV-1")
def test_no_column_of_any_table_holds_a_name_or_a_narrative(world: World, tmp_path: Path) -> None:
    """Clients, drafts, jobs, sessions, notices, outbox, audit, cache and keys, after the whole way."""
    rows = copy_of_tables(tmp_path / "tables")
    assert not [name for name in MUST_BE_FULL if not rows[name]], "nothing was written there, so nothing was shown"
    assert rows["django_session"]
    assert hits(_patterns(), tmp_path / "tables") == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "written",
    ["Nadine", "of zebulina.", "TmFkaW5lIE5vd2hlcmU=", b"Nadine".hex(), "3/4/2011", "?where=1+Invented+Street"],
)
def test_the_search_itself_finds_what_somebody_wrote_down(world: World, tmp_path: Path, written: str) -> None:
    """The same search, once a name stands in a message: a search that finds nothing must be able to find."""
    OutboxMessage.objects.create(recipient="x@example.invalid", subject="x", body=written, sent_at=ASKED)
    copy_of_tables(tmp_path / "tables")
    assert [place for place in hits(_patterns(), tmp_path / "tables") if "outboxmessage" in place]


# ------------------------------------------------------------------------------------------------- the whole product


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A small demonstration, made and used."""
    with installation(tmp_path_factory.mktemp("planted")) as site:
        site.do("demo", "--small", "--only-data")
        site.start("demo", "--small")
        yield site


@pytest.mark.slow
@pytest.mark.journey
@pytest.mark.req("SEC-01", "SEC-02", "SEC-65")
def test_dumps_files_and_logs_of_a_used_site_hold_no_planted_text(used: Site, tmp_path: Path) -> None:
    """pg_dump of both databases as text and as archive, the state folder, what the run printed: none of it."""
    inner = used.home / "demo-small"
    planted = json.loads((inner / "planted.json").read_text(encoding="utf-8"))
    texts = [text for name in ("names", "family_names", "addresses", "phrases") for text in planted[name]]
    days = [date.fromisoformat(day) for day in planted["birth_dates"]]
    assert min(len(planted[name]) for name in ("names", "family_names", "addresses", "phrases", "birth_dates")) > 20
    patterns = {one for text in texts for one in variants(text)} | {one for day in days for one in date_variants(day)}
    seen = _use(used, planted)

    everything = tmp_path / "everything"
    everything.mkdir()
    _dump(inner, everything)
    (everything / "log").write_bytes(used.log.read_bytes())
    for path in inner.rglob("*"):
        inside = path.relative_to(inner)
        if path.is_file() and inside.parts[0] not in {"static", "postgres"} and path.name != "planted.json":
            copied = everything / "files" / inside
            copied.parent.mkdir(parents=True, exist_ok=True)
            copied.write_bytes(path.read_bytes())
    sizes = {path.name: path.stat().st_size for path in everything.iterdir() if path.is_file()}
    assert min(size for name, size in sizes.items() if name != "log") > 3000, sizes
    assert seen, "nobody was shown a name, so nothing was tried"
    assert hits(patterns, everything) == []
    # Names of staff do stand in clear: the same search finds them in both kinds of dump.
    staff = {place.split(":")[0] for place in hits({b"@example.invalid"}, everything)}
    assert {"main.sql", "main.archive"} <= staff


def _use(site: Site, planted: dict[str, list[str]]) -> int:
    """As coordinators do: lists, records, search by name, drafts. Returns on how many pages a planted name stood."""
    demo = Visitor(site.port).get("/demo/").text
    group = demo[demo.index("are coordinator") :]
    visitor = Visitor(site.port).enter(re.findall(r"/demo/([0-9A-Z]{4}-[0-9A-Z]{4})/", group)[0])
    pages = [
        visitor.get(path).text
        for path in ("/", "/referrals/", "/clocks/", "/cases/", "/meetings/", "/reports/", "/referrals/new/")
    ]
    for path in sorted(
        set(re.findall(r'href="(/(?:referrals|cases|staffings)/[0-9A-Z]{4}-[0-9A-Z]{4}/)"', "".join(pages)))
    )[:20]:
        pages.append(visitor.get(path).text)
    for name in planted["names"][:10]:
        pages.append(visitor.post("/find/", {"text": name}).text)
    visitor.post("/referrals/new/draft/", {"given": planted["names"][0], "story": planted["phrases"][0]})
    visitor.post("/referrals/new/", {"given": planted["names"][0], "story": planted["phrases"][0], "go": "send"})
    return sum(any(name in page for name in planted["family_names"]) for page in pages)


def _dump(home: Path, folder: Path) -> None:
    """Both databases as their superuser would copy them: as SQL, and as an archive without compression."""
    from rightdoor.config.cluster import Cluster

    addresses = Cluster(home)._running_addresses()
    assert addresses is not None
    program = find_binaries().folder / "pg_dump"
    for name, url in (("main", addresses.main_owner_url), ("keyring", addresses.keyring_owner_url)):
        for kind, options in (("sql", ["--format=plain"]), ("archive", ["--format=custom", "--compress=0"])):
            subprocess.run([program, "--dbname", url, *options, "--file", folder / f"{name}.{kind}"], check=True)
