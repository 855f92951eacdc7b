"""Boxes, sets and their age: what needs no database."""

from __future__ import annotations

import io
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from rightdoor.config import cli
from rightdoor.config.backups import box, making, restoring
from rightdoor.config.backups.tables import Contents, differences
from rightdoor.config.cli import Refused

pytestmark = pytest.mark.req("PRIV-7")

KEY = X25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)


def boxed(content: bytes, *, chunk: int = 1000) -> bytes:
    file = io.BytesIO()
    writer = box.BoxWriter(file, PUBLIC)
    for start in range(0, len(content), chunk):
        writer.write(content[start : start + chunk])
    file.fileno = lambda: os.open(os.devnull, os.O_RDONLY)  # type: ignore[method-assign]
    fsync, os.fsync = os.fsync, lambda number: os.close(number)  # type: ignore[assignment,func-returns-value]
    try:
        writer.close()
    finally:
        os.fsync = fsync
    return file.getvalue()


def content_of(raw: bytes, key: X25519PrivateKey = KEY) -> bytes:
    return b"".join(box.opened(io.BytesIO(raw), key))


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(box, "CHUNK", 64)


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 128, 1000])
@pytest.mark.usefixtures("small_chunks")
def test_what_goes_in_comes_out(size: int) -> None:
    content = bytes(number % 251 for number in range(size))
    raw = boxed(content, chunk=7)
    assert content_of(raw) == content
    assert content not in raw or size < 3


@pytest.mark.usefixtures("small_chunks")
def test_a_box_that_was_changed_cut_off_or_reordered_stays_closed() -> None:
    raw = boxed(bytes(300))
    header, step = len(box.MAGIC) + 64, 64 + 16
    chunks = [raw[at : at + step] for at in range(header, len(raw), step)]
    damaged = [
        raw[:-1],
        raw[:-step],
        raw[:header] + b"".join(chunks[:-1]),
        raw[:header] + b"".join([chunks[1], chunks[0], *chunks[2:]]),
        raw[:header] + b"".join([*chunks, chunks[-1]]),
        raw[:20] + bytes([raw[20] ^ 1]) + raw[21:],
        raw[: header + 9] + bytes([raw[header + 9] ^ 1]) + raw[header + 10 :],
        raw[:header],
        b"",
    ]
    for one in damaged:
        with pytest.raises(box.BoxClosed):
            content_of(one)


def test_another_key_does_not_open_it_and_is_told_which_one_would() -> None:
    with pytest.raises(box.BoxClosed, match=box.name_of(PUBLIC)):
        content_of(boxed(b"content"), X25519PrivateKey.generate())


def test_the_same_content_never_gives_the_same_box() -> None:
    assert boxed(b"content") != boxed(b"content")


def test_a_private_key_is_for_its_account_only(tmp_path: Path) -> None:
    path = tmp_path / "key"
    public = box.new_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert box.read_private(path).public_key().public_bytes_raw().hex() == public
    with pytest.raises(FileExistsError):
        box.new_key(path)
    path.chmod(0o644)
    with pytest.raises(box.BoxClosed, match="0600"):
        box.read_private(path)


# ----------------------------------------------------------------------------------------------------------- the sets


def a_set(folder: Path, kind: str, at: datetime, *, sign: Ed25519PrivateKey | None = None) -> Path:
    """A set with one box in it."""
    signer = sign or Ed25519PrivateKey.from_private_bytes(bytes(32))
    place = folder / f"{kind}-{at.strftime(making.STAMP)}"
    place.mkdir(parents=True)
    (place / "contents.box").write_bytes(b"sealed")
    manifest = {
        "format": 1,
        "set": kind,
        "audit_key": signer.public_key().public_bytes_raw().hex(),
        "files": {"contents.box": {"bytes": 6, "sha256": making.digest_of(place / "contents.box")}},
    }
    text = json.dumps(manifest).encode()
    (place / "manifest.json").write_bytes(text)
    (place / "manifest.sig").write_text(signer.sign(text).hex())
    return place


def test_the_newest_records_go_with_the_newest_keyring_that_is_no_older(tmp_path: Path) -> None:
    for day in (1, 2, 3):
        a_set(tmp_path, "main", NOW + timedelta(days=day))
        a_set(tmp_path, "keyring", NOW + timedelta(days=day))
    newest = a_set(tmp_path, "keyring", NOW + timedelta(days=4))
    main, keyring = restoring.find_sets(tmp_path)
    assert (main.name, keyring.name) == ("main-20260313T150000Z", newest.name)


def test_a_keyring_that_is_older_than_the_records_is_refused(tmp_path: Path) -> None:
    a_set(tmp_path, "keyring", NOW)
    a_set(tmp_path, "main", NOW + timedelta(days=1))
    with pytest.raises(Refused, match="keyring"):
        restoring.find_sets(tmp_path)


def _signed_by_another(place: Path) -> None:
    (place / "manifest.sig").write_text(Ed25519PrivateKey.generate().sign(b"else").hex())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda place: (place / "contents.box").write_bytes(b"sealeD"),
        lambda place: (place / "contents.box").unlink(),
        lambda place: (place / "manifest.json").write_text(
            (place / "manifest.json").read_text().replace('"format": 1', '"format": 1 ')
        ),
        lambda place: (place / "manifest.sig").unlink(),
        _signed_by_another,
    ],
)
def test_a_set_that_was_changed_is_refused(tmp_path: Path, spoil: object) -> None:
    a_set(tmp_path, "keyring", NOW)
    place = a_set(tmp_path, "main", NOW)
    spoil(place)  # type: ignore[operator]
    with pytest.raises(Refused):
        restoring.find_sets(tmp_path)


def test_old_sets_go_the_keyrings_first_and_the_newest_stay(tmp_path: Path) -> None:
    for days in (40, 20, 13, 1):
        for kind in ("main", "keyring"):
            a_set(tmp_path, kind, NOW - timedelta(days=days))
    (tmp_path / "something else").mkdir()
    making.prune(tmp_path, NOW)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == [
        "keyring-20260225T150000Z", "keyring-20260309T150000Z",
        "main-20260218T150000Z", "main-20260225T150000Z", "main-20260309T150000Z",
        "something else",
    ]  # fmt: skip
    making.prune(tmp_path, NOW + timedelta(days=400), main_days=9999)
    assert [path.name for path in tmp_path.glob("keyring-*")] == ["keyring-20260309T150000Z"]
    assert len(list(tmp_path.glob("main-*"))) == 3


# ------------------------------------------------------------------------------------------------------------ compare

WAS = Contents(tables={"public.a": (3, "x"), "public.b": (0, "y")}, sequences={"public.a_id_seq": "3 True"})


@pytest.mark.bar("SEC-62")
@pytest.mark.parametrize(
    ("tables", "sequence", "says"),
    [
        ({"public.a": (3, "x")}, "3 True", "public.b is missing"),
        ({"public.a": (2, "z"), "public.b": (0, "y")}, "3 True", "3 rows became 2"),
        ({"public.a": (3, "z"), "public.b": (0, "y")}, "3 True", "a row was changed"),
        ({**WAS["tables"], "public.c": (1, "w")}, "3 True", "public.c is there"),
        (WAS["tables"], "1 False", "begin elsewhere"),
    ],
)
def test_whatever_differs_is_told(tables: dict[str, tuple[int, str]], sequence: str, says: str) -> None:
    found = differences(WAS, Contents(tables=tables, sequences={"public.a_id_seq": sequence}))
    assert len(found) == 1
    assert says in found[0]
    assert differences(WAS, WAS) == []


# ----------------------------------------------------------------------------------------------------------- commands


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("RIGHTDOOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_the_private_key_goes_to_the_file_and_nowhere_else(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["backup", "--new-key", str(tmp_path / "away")]) == 0
    secret = (tmp_path / "away").read_text().strip()
    said = capsys.readouterr().out
    assert secret not in said
    assert {path.name for path in (home / "keys").iterdir()} == {making.PUBLIC}
    assert secret not in (home / "keys" / making.PUBLIC).read_text()
    assert cli.main(["backup", "--new-key", str(tmp_path / "other")]) == 1
    assert not (tmp_path / "other").exists()
    assert cli.main(["backup", "--new-key", str(tmp_path / "other"), "--replace-key"]) == 0


def test_without_a_key_there_is_no_backup_and_nothing_is_started(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["backup"]) == 1
    assert "backup --new-key" in capsys.readouterr().err
    assert not home.exists()


def test_a_restore_says_what_is_lacking(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    box.new_key(tmp_path / "key")
    assert cli.main(["restore", str(tmp_path / "sets"), "--key", str(tmp_path / "key")]) == 1
    assert "no set of records" in capsys.readouterr().err
    for kind in ("main", "keyring"):
        a_set(tmp_path / "sets", kind, NOW)
    assert cli.main(["restore", str(tmp_path / "sets"), "--key", str(tmp_path / "key")]) == 1
    assert "escrow" in capsys.readouterr().err
    assert cli.main(["restore", str(tmp_path / "sets"), "--key", str(tmp_path / "none")]) == 1
    assert "private key" in capsys.readouterr().err
