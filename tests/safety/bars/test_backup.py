"""SEC-62: a backup is read back into a bare place, and everything is there; what is missing or changed is told."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from rightdoor.config.backups import box, making, programs, restoring
from rightdoor.config.backups.tables import contents_of
from rightdoor.config.cluster import Cluster
from tests.bars import sabotage
from tests.safety.searching import hits, variants
from tests.safety.site import CLI, Site, installation

pytestmark = [pytest.mark.slow, pytest.mark.journey, pytest.mark.req("PRIV-7")]

SHRED = """
from django.utils import timezone
from rightdoor.casework.clients.models import Client
from rightdoor.foundation.sealing import shredding
code = Client.objects.order_by("id").values_list("code", flat=True).first()
shredding.shred(code, now=timezone.now())
print(code)
"""


@dataclasses.dataclass
class Kept:
    """A small demonstration, used and backed up, and where its parts lie."""

    site: Site
    home: Path
    sets: Path
    key: Path
    shredded: str

    def restore(self, *how: str, home: Path | None = None, tmp: str = "") -> subprocess.CompletedProcess[str]:
        environment = self.site.environment() | {"RIGHTDOOR_HOME": str(home or self.home)}
        environment |= {"TMPDIR": tmp} if tmp else {}
        return subprocess.run(
            [*CLI, "restore", str(self.sets), "--key", str(self.key), *how],
            cwd=Path(__file__).parents[3], env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    with installation(tmp_path_factory.mktemp("backup")) as site:
        site.do("demo", "--small", "--only-data")
        inner = Site(site.home / "demo-small")
        inner.log = site.log
        outside = tmp_path_factory.mktemp("outside")
        inner.do("backup", "--new-key", str(outside / "private"))
        # The keyring's set is older than the shred; the list of shreds and the records are newer.
        inner.do("backup", "--to", str(outside / "sets"))
        shredded = inner.inside(SHRED).strip().splitlines()[-1]
        before = next((outside / "sets").glob("keyring-*"))
        inner.do("backup", "--to", str(outside / "sets"))
        newest = sorted((outside / "sets").glob("keyring-*"))[-1]
        _pass_off(before, newest)
        yield Kept(inner, inner.home, outside / "sets", outside / "private", shredded)


def _pass_off(old: Path, new: Path) -> None:
    """Let the older keyring stand in for the newest one: its keys still open whom somebody shredded since."""
    shutil.rmtree(new)
    old.rename(new)


@pytest.mark.bar("SEC-62")
def test_a_drill_finds_everything_again_and_leaves_nothing_behind(kept: Kept, tmp_path: Path) -> None:
    # A place of its own, for others drill at the same time; a short one, for the server's socket lies in it.
    with tempfile.TemporaryDirectory() as own:
        done = kept.restore("--drill", "--report", str(tmp_path / "report.json"), tmp=own)
        left = os.listdir(own)
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["faults"] == []
    assert report["tables"] > 60
    assert report["clients"] > 20
    assert report["events"] > 500
    assert (report["shredded"], report["shredded_again"]) == (1, 1)
    assert report["seconds"]["all"] < 1800
    assert left == []
    assert json.loads((kept.home / making.STATE).read_text())["drill"]["sound"] is True


@pytest.mark.bar("SEC-62")
def test_a_bare_installation_is_filled_goes_on_and_is_not_filled_twice(kept: Kept, tmp_path: Path) -> None:
    with installation(tmp_path) as bare:
        done = kept.restore("--keys", str(kept.home / "keys"), home=bare.home)
        assert done.returncode == 0, done.stdout + done.stderr
        assert bare.do("audit", "verify").endswith("The audit trail is sound.\n")
        told = bare.inside(f"""
from rightdoor.foundation.audit import notes
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.sealing.models import DataKey
print(notes.line(), AuditEvent.objects.filter(verb="backup.restored").count(),
      DataKey.objects.filter(subject={kept.shredded!r}).count())
""")
        assert told.split() == ["2", "1", "0"]
        again = kept.restore("--keys", str(kept.home / "keys"), home=bare.home)
        assert again.returncode == 1
        assert "only read into an empty installation" in again.stderr


@pytest.mark.bar("SEC-62")
@pytest.mark.parametrize(
    ("lacking", "says"),
    [
        ("--exclude-table-data=public.audit_auditevent", "rows became 0"),
        ("--exclude-table=public.notices_notice", "is missing"),
    ],
)  # fmt: skip
def test_a_backup_that_left_something_out_does_not_hold(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lacking: str, says: str
) -> None:
    (tmp_path / "pg_dump").write_text(f'#!/bin/sh\nexec {programs.program("pg_dump")} {lacking} "$@"\n')
    (tmp_path / "pg_dump").chmod(0o755)
    real = programs.program
    monkeypatch.setattr(making.programs, "program", lambda name: tmp_path / name if name == "pg_dump" else real(name))
    _make(kept, tmp_path / "sets")
    monkeypatch.setattr(making.programs, "program", real)
    report = _read_back(kept, tmp_path / "sets")
    assert any(says in fault for fault in report.faults), report.faults


@pytest.mark.bar("SEC-62")
def test_a_row_that_was_changed_on_the_way_is_told(kept: Kept, tmp_path: Path) -> None:
    """The same backup, and one value in one row is another after it was read back."""
    _make(kept, tmp_path / "sets")
    report = _read_back(kept, tmp_path / "sets", then="UPDATE clients_client SET region = region || 'x' WHERE id = "
                        "(SELECT min(id) FROM clients_client)")  # fmt: skip
    assert report.faults == ["main: public.clients_client: a row was changed."]


@pytest.mark.req("SEC-01")
def test_a_backup_and_a_report_hold_no_name_and_no_key(kept: Kept, tmp_path: Path) -> None:
    planted = json.loads((kept.home / "planted.json").read_text(encoding="utf-8"))
    texts = [text for name in ("names", "family_names", "addresses", "phrases") for text in planted[name]]
    assert len(texts) > 80
    assert hits({one for text in texts for one in variants(text)}, kept.sets) == []
    for path in (kept.home / "keys").rglob("*"):
        if path.is_file() and path.suffix in {".key", ""}:
            secret = path.read_bytes().strip()
            assert not [file for file in kept.sets.rglob("*") if file.is_file() and secret in file.read_bytes()], path
    names = {path.name for path in kept.sets.rglob("*") if path.is_file()}
    assert names == {
        "manifest.json", "manifest.sig", "contents.box", "files.box", "main.dump.box", "keyring.dump.box",
    }  # fmt: skip


def _make(kept: Kept, target: Path) -> None:
    """A backup of the site, made in this process."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from django.utils import timezone

    signer = Ed25519PrivateKey.from_private_bytes(bytes(32))
    with Cluster(kept.home).run("a test") as connections:
        making.make(
            kept.home, connections, target, timezone.now(),
            sign=signer.sign, signer=signer.public_key().public_bytes_raw().hex(), version="0",
        )  # fmt: skip


def _read_back(kept: Kept, sets: Path, *, then: str = "") -> restoring.Report:
    """Both dumps into a bare server, compared; with ``then`` a statement of a superuser's in between."""
    home = restoring.drill_home(Path(tempfile.mkdtemp(prefix="rightdoor-drill-")))
    found = restoring.find_sets(sets)
    report = restoring.Report(found[0].name, found[1].name, "")
    try:
        with Cluster(home).run("a test") as connections:
            restoring.load(connections, found, box.read_private(kept.key), report)
            if then:
                with psycopg.connect(programs.reading(connections)["main"][0]) as connection:
                    wanted = contents_of(connection)
                    connection.execute(then)
                    report.faults += [
                        f"main: {fault}" for fault in restoring.differences(wanted, contents_of(connection))
                    ]
    finally:
        restoring.throw_away(home)
    return report


@pytest.fixture(autouse=True)
def _own_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests bring their own servers; the address of the other tests' server is not for them."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "KEYRING_URL", "KEYRING_OWNER_URL"):
        monkeypatch.delenv(name, raising=False)


@sabotage("SEC-62", "what was read back is not compared")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoring, "differences", lambda wanted, found: [])


@sabotage("SEC-62", "rows are counted, and not looked at")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from rightdoor.config.backups import tables

    digest = tables._digest
    monkeypatch.setattr(tables, "_digest", lambda *about: (digest(*about)[0], ""))
