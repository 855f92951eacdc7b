"""Names, birth dates, addresses and narratives of clients stand nowhere in clear: a copy of the databases is worthless.

The quick tests read every column of every table after one child's whole way, and what was written beside them: the log
at its most talkative, every statement as a server would log it, temporary files. The slow one fills a small
demonstration, uses it over HTTP with a server that logs every statement with its values, and searches dumps of both
databases, a base backup with its write-ahead log, the server's log, the state folder and the log of the run.
"""

from __future__ import annotations

import json
import logging
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import time_machine
from django.conf import settings as conf
from django.db import connections

from rightdoor.config.cluster import find_binaries
from rightdoor.foundation.notices.models import OutboxMessage
from tests.access.world import ASKED, BEGAN, World, make_world
from tests.bars import sabotage
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
def beside(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with what is written beside the tables while the site works.

    Its log at debug level from everybody, in the site's own format; every statement with its values, as a server with
    log_statement=all would write it down; temporary files.
    """
    from rightdoor.foundation.audit.logs import AllowedFields

    folder = tmp_path / "beside"
    (folder / "temporary").mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "temporary"))
    monkeypatch.setenv("TMPDIR", str(folder / "temporary"))
    log = logging.FileHandler(folder / "site.log", encoding="utf-8")
    log.setFormatter(AllowedFields())
    loggers = [logging.getLogger(name) for name in ("", "rightdoor", "django", "django.request", "procrastinate")]
    before = [(it, it.level) for it in loggers]
    with ExitStack() as stack, (folder / "statements.log").open("w", encoding="utf-8") as statements:

        def written(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
            values = [bytes(it).hex() if isinstance(it, bytes | memoryview) else str(it) for it in _flat(params)]
            statements.write(f"{sql} {values}\n")
            return execute(sql, params, many, context)

        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(written))
        for one in loggers:
            one.addHandler(log)
            one.setLevel(logging.DEBUG)
        try:
            yield folder
        finally:
            for one, level in before:
                one.removeHandler(log)
                one.setLevel(level)
            log.close()


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        value = value.values()
    for one in value or ():
        if isinstance(one, list | tuple | dict):
            yield from _flat(one)
        else:
            yield one


@pytest.fixture
def world(beside: Path) -> Iterator[World]:
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
                if name == "django_session":
                    found += _sessions_in_words()
                (folder / f"{alias}.{name}").write_text("\n".join(found), encoding="utf-8")
    return rows


def _sessions_in_words() -> list[str]:
    """What the sessions hold, inflated: as it stands in the table a name in it would not look like one."""
    from importlib import import_module

    store = import_module(conf.SESSION_ENGINE).SessionStore
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT session_data FROM django_session")
        return [repr(store().decode(data)) for (data,) in cursor.fetchall()]


def _patterns() -> set[bytes]:
    return {one for text in TOLD for one in variants(text)} | {one for day in BORN for one in date_variants(day)}


@pytest.mark.bar("SEC-01")
@pytest.mark.req("SEC-01", "SEC-02", "PRIV-1")
def test_no_column_of_any_table_holds_a_name_or_a_narrative(world: World, tmp_path: Path) -> None:
    """Clients, drafts, jobs, sessions, notices, outbox, audit, cache and keys, after the whole way."""
    rows = copy_of_tables(tmp_path / "tables")
    assert not [name for name in MUST_BE_FULL if not rows[name]], "nothing was written there, so nothing was shown"
    assert rows["django_session"]
    assert hits(_patterns(), tmp_path / "tables") == []


@pytest.mark.bar("SEC-02")
@pytest.mark.req("SEC-02", "PRIV-1")
def test_nothing_written_beside_the_tables_holds_a_name_or_a_narrative(world: World, beside: Path) -> None:
    """The log at debug level, every statement with its values, temporary files."""
    assert (beside / "statements.log").stat().st_size > 100_000, "no statement was written down"
    assert (beside / "site.log").stat().st_size > 1_000, "no line was logged"
    assert hits(_patterns(), beside) == []
    # The same search finds what does stand there: an address of staff.
    assert hits({b"@example.invalid"}, beside)


@sabotage("SEC-01", "one field is written beside its seal")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from rightdoor.foundation.sealing import cipher

    seal, open_it = cipher.seal_bytes, cipher.open_bytes

    def leaking(plain: bytes, *, label: bytes, **how: Any) -> bytes:
        tail = plain if b"who" in label else b""
        return seal(plain, label=label, **how) + tail + len(tail).to_bytes(4, "big")

    def opened(blob: bytes, *, key: bytes, label: bytes) -> bytes:
        return open_it(blob[: -4 - int.from_bytes(blob[-4:], "big")], key=key, label=label)

    monkeypatch.setattr(cipher, "seal_bytes", leaking)
    monkeypatch.setattr(cipher, "open_bytes", opened)


@sabotage("SEC-02", "one log line holds a name")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from rightdoor.casework.clients.person import Who

    read = Who.from_dict.__func__  # type: ignore[attr-defined]

    def telling(cls: type[Who], told: Any) -> Who:
        who: Who = read(cls, told)
        logging.getLogger("rightdoor.clients").info(f"opened {who}")
        return who

    monkeypatch.setattr(Who, "from_dict", classmethod(telling))


@sabotage("SEC-02", "a text is kept in a temporary file")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from rightdoor.foundation.sealing import seals

    real = seals.seal_many

    def keeping(values: Any) -> list[bytes]:
        with tempfile.NamedTemporaryFile("w", delete=False, encoding="utf-8") as file:
            file.write("\n".join(text for text, _ in values))
        return real(values)

    monkeypatch.setattr(seals, "seal_many", keeping)


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
        _log_every_statement(site.home / "demo-small")
        yield site


def _log_every_statement(home: Path) -> None:
    """As somebody might who looks for a fault: each statement with its values, from every connection."""
    superuser = _addresses(home).superuser_url
    with psycopg.connect(superuser, autocommit=True) as connection:
        for name in ("rightdoor", "rightdoor_keyring"):
            for setting, value in (("log_statement", "all"), ("log_parameter_max_length", "-1")):
                connection.execute(f"ALTER DATABASE {name} SET {setting} = '{value}'")
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname LIKE 'rightdoor%' AND pid <> pg_backend_pid()"
        )


def _addresses(home: Path) -> Any:
    from rightdoor.config.cluster import Cluster

    found = Cluster(home)._running_addresses()
    assert found is not None
    return found


@pytest.mark.slow
@pytest.mark.journey
@pytest.mark.bar("SEC-01", "SEC-02")
@pytest.mark.req("SEC-01", "SEC-02", "SEC-65")
def test_dumps_files_and_logs_of_a_used_site_hold_no_planted_text(used: Site, tmp_path: Path) -> None:
    """Dumps as text and as archive, base backup, write-ahead log, both logs, the state folder: none of it."""
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
    _copy_of_the_server(inner, everything)
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
    assert b"INSERT INTO" in (everything / "server.log").read_bytes(), "the server logged no statement"
    assert hits(patterns, everything) == []
    # Addresses of staff do stand in clear: the same search finds them in both kinds of dump, and in the base backup.
    staff = {place.split(":")[0] for place in hits({b"@example.invalid"}, everything)}
    assert {"main.sql", "main.archive"} <= staff
    assert any(place.startswith("base/base/") for place in staff)
    assert sum(path.stat().st_size for path in (everything / "pg_wal").rglob("*") if path.is_file()) > 2**20


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


def _copy_of_the_server(home: Path, folder: Path) -> None:
    """A base backup with the log that belongs to it, all of the write-ahead log that is there, the server's own log."""
    place = Path((home / "cluster.place").read_text(encoding="utf-8").strip())
    superuser = _addresses(home).superuser_url
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        connection.execute("SELECT pg_switch_wal()")
    program = find_binaries().folder / "pg_basebackup"
    command = [program, "--dbname", superuser, "--pgdata", folder / "base", "--wal-method=fetch", "--checkpoint=fast"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    shutil.copytree(place / "data" / "pg_wal", folder / "pg_wal", dirs_exist_ok=True)
    shutil.copy(place / "postgres.log", folder / "server.log")


def _dump(home: Path, folder: Path) -> None:
    """Both databases as their superuser would copy them: as SQL, and as an archive without compression."""
    superuser = urlsplit(_addresses(home).superuser_url)  # from the owner, too, rows are kept apart
    program = find_binaries().folder / "pg_dump"
    for name, database in (("main", "rightdoor"), ("keyring", "rightdoor_keyring")):
        url = urlunsplit(superuser._replace(path=f"/{database}"))
        for kind, options in (("sql", ["--format=plain"]), ("archive", ["--format=custom", "--compress=0"])):
            subprocess.run([program, "--dbname", url, *options, "--file", folder / f"{name}.{kind}"], check=True)
