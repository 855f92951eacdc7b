"""SEC-58 and SEC-59: hostile files are refused or made harmless; without a checker nothing leaves quarantine."""

from __future__ import annotations

import dataclasses
import io
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
import pytest
from PIL import Image

from rightdoor.casework.cases.actions import add_to_case
from rightdoor.casework.cases.models import Case
from rightdoor.casework.documents import actions, jobs, queries
from rightdoor.casework.documents.models import Document, Version
from rightdoor.config.env import ROOT
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.files import kinds, rebuild, scanner
from rightdoor.foundation.files.kinds import FileRefused
from rightdoor.foundation.files.models import StoredFile
from tests.bars import sabotage
from tests.casework import team
from tests.casework.documents import made
from tests.safety import hostile

ACTIVE = (
    *("/JavaScript", "/JS", "/OpenAction", "/AA", "/Launch", "/SubmitForm", "/AcroForm", "/XFA", "/Annots", "/URI"),
    *("/EmbeddedFile", "/EmbeddedFiles", "/Filespec", "/RichMedia", "/Metadata", "/PieceInfo", "/Outlines", "/Info"),
)


def laid_open(copy: rebuild.Copy) -> bytes:
    """Every byte of a copy, unpacked."""
    if copy.form != "pdf":
        return copy.content
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(copy.content)) as pdf:
        pdf.save(out, qdf=True, stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
    return out.getvalue()


def fault(one: hostile.Hostile) -> str:
    """What is wrong with how this file was treated; nothing, when it was refused or made harmless."""
    began = time.monotonic()
    try:
        copy = rebuild.make_copy(one.content, kinds.kind_of(one.content, one.name))
    except FileRefused:
        return ""
    finally:
        took = time.monotonic() - began
    if one.must_be_refused:
        return "was taken"
    if took > 60:
        return f"took {took:.0f} s"
    bare = laid_open(copy)
    if hostile.HIDDEN in bare or hostile.CANARY.encode("utf-16-be") in bare:
        return "kept what was hidden in it"
    if copy.form == "pdf":
        with pikepdf.open(io.BytesIO(copy.content)) as pdf:
            if set(pdf.Root.keys()) - {"/Type", "/Pages"}:
                return f"kept {sorted(pdf.Root.keys())}"
            if len(pdf.attachments):
                return "kept an attachment"
        acting = [name for name in ACTIVE if name.encode() + b" " in bare or name.encode() + b"\n" in bare]
        return f"kept {acting}" if acting else ""
    if copy.form in {"jpeg", "png"}:
        with Image.open(io.BytesIO(copy.content)) as picture:
            noted = set(picture.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}
            return f"kept {noted}" if noted or dict(picture.getexif()) else ""
    return ""


@pytest.mark.bar("SEC-58")
@pytest.mark.hostile
@pytest.mark.req("CASE-10")
def test_every_hostile_file_is_refused_or_comes_out_clean() -> None:
    faults, count = [], 0
    for one in hostile.corpus():
        count += 1
        said = fault(one)
        if said:
            faults.append(f"{one.what}: {said}")
    assert count >= 60
    assert faults == []


@pytest.mark.bar("SEC-58")
@pytest.mark.hostile
def test_the_worker_stays_within_its_memory() -> None:
    # Asked in a process of its own: here the children of other tests would count, too.
    asked = (
        "import resource, sys; from rightdoor.foundation.files import kinds, rebuild;"
        " rebuild.make_copy(sys.stdin.buffer.read(), kinds.KINDS['jpeg']);"
        " print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)"
    )
    wide = made.picture(size=(8_000, 6_000))
    done = subprocess.run([sys.executable, "-c", asked], input=wide, capture_output=True, cwd=ROOT, check=True)
    used = int(done.stdout)
    assert 16 * 1024 * 1024 < used <= 512 * 1024 * 1024


@pytest.mark.bar("SEC-58")
@pytest.mark.hostile
@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.socket()",
        "open('/etc/passwd').read()",
        "open('/tmp/left-behind', 'w')",
        "bytearray(600 * 1024 * 1024)",
        "import os; os.pipe()",
    ],
)
def test_what_takes_the_worker_over_can_reach_nothing(attempt: str) -> None:
    import subprocess
    import sys

    lines = [
        f"import runpy; worker = runpy.run_path({str(rebuild.WORKER)!r}, run_name='worker')",
        "worker['shut_in']()",
        "try:",
        f"    exec({attempt!r})",
        "except (OSError, MemoryError, ImportError):",
        "    print('nothing')",
        "else:",
        "    print('reached')",
    ]
    done = subprocess.run([sys.executable, "-I", "-c", "\n".join(lines)], capture_output=True, check=False)
    assert done.stdout.strip() == b"nothing", done.stderr.decode()[-300:]


@pytest.mark.bar("SEC-58")
@pytest.mark.hostile
@pytest.mark.parametrize("name", sorted(made.EVERY))
def test_harmless_files_still_pass(name: str) -> None:
    """A check that refused everything would be green above."""
    copy = rebuild.make_copy(made.EVERY[name], kinds.kind_of(made.EVERY[name], name))
    assert copy.content


@sabotage("SEC-58", "the original is handed over in place of a copy")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    forms = {"pdf": "pdf", "jpeg": "jpeg", "png": "png"}
    monkeypatch.setattr(
        rebuild, "make_copy", lambda original, kind: rebuild.Copy(forms.get(kind.key, "text"), original, 1)
    )


@sabotage("SEC-58", "a file's name alone says what it is")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_CHECKS", dict.fromkeys(kinds.KINDS, lambda content, kind: None))
    monkeypatch.setattr(rebuild, "make_copy", lambda original, kind: rebuild.Copy("text", b"Shown", 1))


# ------------------------------------------------------------------------------------------------------------- SEC-59


@pytest.fixture
def case(coordinator: Viewer, detective: Viewer, advocate: Viewer, now: Any) -> Case:
    """A case with a detective on it."""
    case = team.scheduled(team.Scene(coordinator, detective, advocate, now)).case
    add_to_case(coordinator, case, account_code=detective.code, discipline="local_law_enforcement", now=now)
    return case


@pytest.fixture
def scanning_at(settings: Any) -> Callable[[str], None]:
    """Sets the scanner's address."""

    def at(address: str) -> None:
        settings.ENV = dataclasses.replace(settings.ENV, scanner=address)

    return at


@pytest.fixture
def clamd(scanning_at: Callable[[str], None]) -> Iterator[Callable[[bytes], None]]:
    """A scanner of ours that reads a whole stream and answers what it is told to."""
    server = socket.create_server(("127.0.0.1", 0))
    said = [b"stream: OK\0"]

    def serve() -> None:
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            with line, line.makefile("rb") as given:
                given.read(len(b"zINSTREAM\0"))
                while size := struct.unpack(">I", given.read(4))[0]:
                    given.read(size)
                line.sendall(said[0])

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    scanning_at(f"tcp://127.0.0.1:{server.getsockname()[1]}")

    def answers(answer: bytes) -> None:
        said[0] = answer

    yield answers
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


def add(viewer: Viewer, case: Case, now: Any) -> Version:
    """A document of the coordinator's."""
    document = actions.add_document(
        viewer, case, data_class="PLAN", title="A letter", name="letter.pdf", content=made.EVERY["letter.pdf"], now=now
    )
    return document.versions.get()


def closed_to_everybody(version: Version, viewer: Viewer, now: Any) -> bool:
    """Neither copy nor original can be had."""
    for take in (queries.take_copy, queries.take_original):
        try:
            take(viewer, version.document, version.number, now)
        except NotVisible:
            continue
        return False
    return True


@pytest.mark.bar("SEC-59")
@pytest.mark.scan_closed
def test_without_an_answer_of_the_scanner_a_file_stays_in_quarantine(coordinator, case, now, scanning_at) -> None:
    scanning_at("tcp://127.0.0.1:1")
    version = add(coordinator, case, now)

    assert (version.state, version.waits_for) == ("quarantine", "scanner")
    assert closed_to_everybody(version, coordinator, now)


@pytest.mark.bar("SEC-59")
@pytest.mark.scan_closed
@pytest.mark.parametrize(
    "answer", [b"", b"stream: ", b"stream: OKAY\0", b"INSTREAM size limit exceeded. ERROR\0", b"stream: lost ERROR\0"]
)
def test_an_answer_that_is_not_a_plain_yes_is_no_yes(coordinator, case, now, clamd, answer) -> None:
    clamd(answer)
    version = add(coordinator, case, now)

    assert (version.state, version.waits_for) == ("quarantine", "scanner")
    assert closed_to_everybody(version, coordinator, now)


@pytest.mark.bar("SEC-59")
@pytest.mark.scan_closed
def test_without_the_rebuilder_a_file_stays_in_quarantine(coordinator, case, now, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(rebuild, "WORKER", tmp_path / "not-there.py")
    version = add(coordinator, case, now)

    assert (version.state, version.waits_for) == ("quarantine", "rebuilder")
    assert closed_to_everybody(version, coordinator, now)


@pytest.mark.bar("SEC-59")
@pytest.mark.scan_closed
def test_what_waits_is_released_by_itself_once_the_scanner_answers(coordinator, case, now, clamd) -> None:
    clamd(b"")
    version = add(coordinator, case, now)
    jobs.check_what_waits(now=now)
    assert Version.objects.get(pk=version.pk).state == "quarantine"

    clamd(b"stream: OK\0")
    jobs.check_what_waits(now=now)

    checked = Version.objects.get(pk=version.pk)
    assert (checked.state, checked.is_scanned) == ("ready", True)
    assert queries.take_copy(coordinator, checked.document, 1, now).kind == "pdf"


@pytest.mark.bar("SEC-59")
@pytest.mark.scan_closed
def test_what_the_scanner_calls_harmful_is_not_kept(coordinator, case, now, clamd) -> None:
    clamd(b"stream: Invented.Virus FOUND\0")
    with pytest.raises(FileRefused, match="scanner found something harmful"):
        add(coordinator, case, now)

    assert not Document.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.bar("SEC-59")
@pytest.mark.scan_closed
def test_what_turns_out_harmful_after_waiting_is_dropped(coordinator, case, now, clamd) -> None:
    clamd(b"")
    version = add(coordinator, case, now)
    clamd(b"stream: Invented.Virus FOUND\0")
    jobs.check_what_waits(now=now)

    checked = Version.objects.get(pk=version.pk)
    assert (checked.state, checked.refused_for, checked.original) == ("refused", "infected", None)
    assert not StoredFile.objects.exists()
    assert closed_to_everybody(checked, coordinator, now)


@sabotage("SEC-59", "a scanner that is down counts as content")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    scan = scanner.scan

    def lenient(original: bytes) -> str:
        try:
            return scan(original)
        except scanner.ScannerDown:
            return "clean"

    monkeypatch.setattr(scanner, "scan", lenient)


@sabotage("SEC-59", "without a rebuilder the original goes out")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    make = rebuild.make_copy

    def lenient(original: bytes, kind: kinds.Kind) -> rebuild.Copy:
        try:
            return make(original, kind)
        except rebuild.RebuilderDown:
            return rebuild.Copy("pdf", original, 1)

    monkeypatch.setattr(rebuild, "make_copy", lenient)
