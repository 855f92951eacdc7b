"""Gives notes of the trail to witnesses outside, and finds out when what they hold contradicts the database.

A witness is a folder (best on a machine of another agency) or an HTTP endpoint that checks and cosigns. Both get sizes,
hashes and times only. Nothing that a witness holds is ever replaced; whoever rewrites the trail, with all its keys,
cannot rewrite what others hold.
"""

import logging
import os
import secrets
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from rightdoor.foundation.audit import notes, sealer
from rightdoor.foundation.audit.models import AuditWitness
from rightdoor.foundation.audit.notes import Ledger, Note, NoteRefused

log = logging.getLogger("rightdoor.audit")

SILENT = timedelta(hours=24)  # a witness that could not be reached for so long is a fault
_PATIENCE = 10.0  # seconds for one answer
_MOST = 65_536  # bytes of an answer that are read


class Unreachable(Exception):  # noqa: N818 - a state of the witness; tried again next time
    """The witness is not there just now. The sentence says why."""


class Contradiction(Exception):  # noqa: N818 - what the alarm is for
    """The witness holds something else than the database. The sentence says what."""


@dataclass(frozen=True, slots=True)
class Attested:
    """What one witness answered this time. ``is_new_alarm``: it agreed until now."""

    kind: str
    place: str
    state: str
    problem: str
    is_new_alarm: bool


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A witness that sends us on to another host is not the one that was configured."""

    def redirect_request(self, *_: Any) -> None:
        return None


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)
_ledgers: dict[str, Ledger] = {}  # the worker reads on from where it was


def configured() -> list[tuple[str, str]]:
    """The witnesses of this installation: kind, and the folder or the host."""
    found = []
    if settings.ENV.witness_dir:
        found.append(("folder", settings.ENV.witness_dir))
    if settings.ENV.witness_url:
        found.append(("http", urlsplit(settings.ENV.witness_url).netloc))
    return found


def attest(now: datetime) -> list[Attested]:
    """Give the newest note to every witness. Safe to repeat; a witness that cannot be reached gets it next time."""
    if not configured():
        return []
    key = sealer.signing_key()
    origin = notes.origin_of(key.public_key())
    try:
        sealed = ledger()
    except NoteRefused as broken:
        return [_settle(kind, place, origin, now, Contradiction(str(broken))) for kind, place in configured()]
    if not len(sealed):
        return []
    note = sealed.note(origin, key)
    return [_ask(kind, place, sealed, note, now) for kind, place in configured()]


def ledger() -> Ledger:
    """The trail as one tree, up to what is sealed now; read on from the last time. Raises NoteRefused."""
    public = sealer.public_key()
    origin = notes.origin_of(public) if public else ""
    try:
        return _ledgers.setdefault(origin, Ledger()).read_on()
    except NoteRefused:
        _ledgers.pop(origin, None)  # the next time from the beginning: a forged row may be gone again
        raise


def faults(*, newest: int | None = None) -> Iterator[str]:
    """Every note that the folder holds, of every line, against the database; each fault a sentence.

    Notes of older lines are compared as far as the backup reached with which the next line began. The last word of the
    HTTP witness is compared too, from the copy of its cosigned note that we kept. With ``newest`` only so many of the
    last notes of each folder, for a quick look.
    """
    public = sealer.public_key()
    if public is None:
        return
    try:
        sealed = Ledger().read_on() if newest is None else ledger()
    except NoteRefused as broken:
        yield str(broken)
        return
    yield from faults_against(sealed, public, _kept_notes(newest))


def faults_against(ledger: Ledger, public: Ed25519PublicKey, kept: Iterator[tuple[str, str]]) -> Iterator[str]:
    """Notes by the name of their place, against the database. One fault a place is enough."""
    own, told = notes.origin_of(public), set[tuple[str, str]]()
    for place, text in kept:
        fault, origin = "", ""
        try:
            note = notes.parse(text)
            origin = note.origin
            notes.check_signed(note, public)
            fault = _fault_of(note, own, ledger)
        except NoteRefused as refused:
            fault = f": {refused}"
        if fault and (place, origin) not in told:
            told.add((place, origin))
            yield place + fault


def _fault_of(note: Note, own: str, ledger: Ledger) -> str:
    if note.origin.rpartition("/")[0] != own.rpartition("/")[0]:
        return " holds a note of another trail among those of this one."
    if note.size > len(ledger) and note.origin == own:
        return (
            f" holds a note of {note.size} batches, but only {len(ledger)} are here: "
            f"Batch {len(ledger) + 1} is missing, the end was cut off."
        )
    if note.size <= min(len(ledger), notes.kept_of(note.origin)) and ledger.tree.root(note.size) != note.root:
        return f" holds another trail up to Batch {note.size} than the database."
    return ""


def states() -> list[AuditWitness]:
    """How far each configured witness is, for a page and for the doctor. One that never answered has no row."""
    public = sealer.public_key()
    if public is None:
        return []
    wanted = set(configured())
    rows = AuditWitness.objects.filter(origin=notes.origin_of(public)).order_by("kind", "place")
    return [row for row in rows if (row.kind, row.place) in wanted]


# ------------------------------------------------------------------------------------------------------- one witness


def _ask(kind: str, place: str, ledger: Ledger, note: Note, now: datetime) -> Attested:
    row = AuditWitness.objects.filter(kind=kind, place=place, origin=note.origin).first()
    known = row.size if row else 0
    try:
        if known > note.size:
            raise Contradiction(f"The witness has followed {known} batches; the database has {note.size}.")
        if kind == "folder":
            give_to_folder(Path(place), ledger, note, known)
        else:
            _give_to_http(settings.ENV.witness_url, ledger, note, known)
    except (Unreachable, Contradiction) as problem:
        return _settle(kind, place, note.origin, now, problem)
    return _settle(kind, place, note.origin, now, None, note)


def _settle(
    kind: str, place: str, origin: str, now: datetime, problem: Exception | None, note: Note | None = None
) -> Attested:
    before = AuditWitness.objects.filter(kind=kind, place=place, origin=origin).first()
    state = AuditWitness.State.OK
    if problem is not None:
        refused = isinstance(problem, Contradiction)
        state = AuditWitness.State.REFUSED if refused else AuditWitness.State.UNREACHABLE
        event = "audit.witness_refused" if refused else "audit.witness_unreachable"
        log.log(logging.ERROR if refused else logging.WARNING, "A witness did not follow", extra={"event": event})
    changed: dict[str, Any] = {"tried_at": now, "state": state, "problem": str(problem or "")[:200]}
    if note is not None:
        changed |= {"size": note.size, "events": note.events, "root": note.root.hex(), "witnessed_at": now}
    AuditWitness.objects.update_or_create(kind=kind, place=place, origin=origin, defaults=changed)
    alarm = state == AuditWitness.State.REFUSED and (before is None or before.state != state)
    return Attested(kind, place, state, changed["problem"], alarm)


def folder_of(place: Path, origin: str) -> Path:
    """Where in a witness's folder the notes of one line lie."""
    return place / origin.replace("/", "-")


def give_to_folder(place: Path, ledger: Ledger, note: Note, known: int) -> None:
    """Put the note beside the older ones. ``known`` is the size it has followed before.

    Raises Unreachable, or Contradiction when the folder holds what the database does not, or lost what it held.
    """
    if not place.is_dir():
        raise Unreachable("The folder of the witness is not there.")
    folder = folder_of(place, note.origin)
    try:
        folder.mkdir(mode=0o755, exist_ok=True)
        held = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".note"))
        newest = notes.parse((folder / held[-1]).read_text(encoding="utf-8")) if held else None
    except NoteRefused:
        raise Contradiction("The newest note in the folder cannot be read.") from None
    except OSError as problem:
        raise Unreachable(f"The folder of the witness cannot be used: {problem.strerror}.") from None
    if newest is None and known or newest is not None and newest.size < known:
        raise Contradiction(f"The folder has lost notes that it was given, up to the one of {known} batches.")
    if newest is not None:
        if newest.size > note.size:
            raise Contradiction(f"The folder holds a note of {newest.size} batches; the database has {note.size}.")
        if ledger.tree.root(newest.size) != newest.root:
            raise Contradiction(f"The folder holds another trail up to batch {newest.size} than the database.")
        if newest.size == note.size:
            return
    target, aside = folder / f"{note.size:012d}.note", folder / f".new-{secrets.token_hex(6)}"
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444), "w", encoding="utf-8") as file:
            file.write(note.signed)
            file.flush()
            os.fsync(file.fileno())
        os.link(aside, target)  # fails where there is one already: nothing is ever replaced
    except FileExistsError:
        raise Contradiction(f"The folder already holds a note of {note.size} batches.") from None
    except OSError as problem:
        raise Unreachable(f"The folder of the witness cannot be written: {problem.strerror}.") from None
    finally:
        aside.unlink(missing_ok=True)


def _give_to_http(url: str, ledger: Ledger, note: Note, known: int) -> None:
    status, answer = _post(url, ledger, note, known)
    if status == 409 and answer.strip().isdigit():
        held = int(answer)
        if held > note.size:
            raise Contradiction(f"The witness has followed {held} batches; the database has {note.size}.")
        status, answer = _post(url, ledger, note, held)
    if status in {409, 422}:
        raise Contradiction("The witness holds another trail than the database.")
    if status != 200:
        raise Unreachable(f"The witness answered with status {status}.")
    try:
        cosigned = notes.parse(note.signed + answer)
    except NoteRefused:
        raise Unreachable("The witness answered with something that is no signature.") from None
    if settings.ENV.witness_key and notes.cosigned_at(cosigned, _witness_key()) is None:
        raise Unreachable("The witness's signature is not by the key in RIGHTDOOR_WITNESS_KEY.")
    path = _cosigned_folder() / f"{urlsplit(url).netloc.replace(':', '_')}.note"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(cosigned.signed, encoding="utf-8")
    new.replace(path)


def _post(url: str, ledger: Ledger, note: Note, old: int) -> tuple[int, str]:
    """(status, text). The form of C2SP tlog-witness: old size, proof, a blank line, the note."""
    body = f"old {old}\n{notes.as_proof(ledger.tree.consistency(old, note.size))}\n{note.signed}"
    request = urllib.request.Request(  # noqa: S310 - https or this machine; the setting is checked when it is read
        f"{url}/add-checkpoint", body.encode(), {"Content-Type": "text/plain; charset=utf-8"}
    )
    try:
        with _opener.open(request, timeout=_PATIENCE) as reply:
            return int(reply.status), reply.read(_MOST).decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read(200).decode(errors="replace")
    except (OSError, ValueError):
        raise Unreachable("The witness cannot be reached.") from None


def _witness_key() -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(settings.ENV.witness_key))
    except ValueError:
        raise Unreachable("RIGHTDOOR_WITNESS_KEY is no public key.") from None


def _cosigned_folder() -> Path:
    return Path(settings.ENV.home) / "audit" / "cosigned"


def _kept_notes(newest: int | None) -> Iterator[tuple[str, str]]:
    """(where, text) of every note that can be read from here."""
    folders = []
    if settings.ENV.witness_dir:
        # Notes under another key count too: the folder is this installation's alone, and its key does not change.
        folders += [("The folder of the witness", path) for path in Path(settings.ENV.witness_dir).glob("rightdoor-*")]
    folders.append(("The cosigned note", _cosigned_folder()))
    for name, folder in folders:
        paths = sorted(folder.glob("*.note")) if folder.is_dir() else []
        for path in paths[-newest:] if newest else paths:
            yield name, path.read_text(encoding="utf-8", errors="replace")


def as_lines(root: bytes) -> list[str]:
    """A root for a printed sheet: groups of eight hexadecimal letters, four groups a line."""
    text = root.hex()
    groups = [text[start : start + 8] for start in range(0, len(text), 8)]
    return [" ".join(groups[start : start + 4]) for start in range(0, len(groups), 4)]
