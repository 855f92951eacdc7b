"""The trail as witnesses see it: one tree over all checkpoints, and signed notes of its size and root.

A note holds a size, a hash, a number of events and a time; no fact about anybody. Its form is that of the transparency
logs (C2SP: signed note, tlog-checkpoint, tlog-cosignature), so that witnesses not of our making can take it too.

Words: the *origin* names the trail of one installation; its *line* is a number that grows when a backup was restored,
because the trail then begins again from an older size, and no witness may be asked to forget.
"""

import base64
import hashlib
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from rightdoor.foundation.audit import merkle
from rightdoor.foundation.audit.details import as_time
from rightdoor.foundation.audit.models import AuditBatch

SIGNATURE, COSIGNATURE = 1, 4  # kinds of keys, as the form of notes numbers them
_DASH = "\N{EM DASH} "
_COLUMNS = ("number", "first_id", "last_id", "count", "root", "previous", "sealed_at", "key")


class NoteRefused(ValueError):  # noqa: N818 - says what was refused
    """Not a note, or not signed by whom it should be."""


class Tree:
    """An RFC 6962 tree that grows at its end and answers for every size it has had."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append(leaf)

    def __len__(self) -> int:
        return len(self._levels[0])

    def append(self, leaf: bytes) -> None:
        """One more leaf; whole subtrees are hashed once."""
        level = 0
        self._levels[0].append(leaf)
        while len(self._levels[level]) % 2 == 0:
            if level + 1 == len(self._levels):
                self._levels.append([])
            self._levels[level + 1].append(_node(*self._levels[level][-2:]))
            level += 1

    def root(self, size: int | None = None) -> bytes:
        """The root over the first ``size`` leaves."""
        size = len(self) if size is None else size
        if not 0 <= size <= len(self):
            raise ValueError("The tree never had that size.")
        return self._hash(0, size) if size else hashlib.sha256(b"").digest()

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the tree of ``old`` leaves is the beginning of that of ``new`` (RFC 6962, 2.1.2)."""
        if not 0 <= old <= new <= len(self):
            raise ValueError("The tree never had that size.")
        return [] if old in {0, new} else self._proof(old, 0, new, whole=True)

    def _proof(self, old: int, start: int, end: int, *, whole: bool) -> list[bytes]:
        if old == end - start:
            return [] if whole else [self._hash(start, end)]
        split = 1 << (end - start - 1).bit_length() - 1
        if old <= split:
            return [*self._proof(old, start, start + split, whole=whole), self._hash(start + split, end)]
        rest = self._proof(old - split, start + split, end, whole=False)
        return [*rest, self._hash(start, start + split)]

    def _hash(self, start: int, end: int) -> bytes:
        level = (end - start).bit_length() - 1
        if end - start == 1 << level and start % (end - start) == 0:
            return self._levels[level][start >> level]
        split = 1 << (end - start - 1).bit_length() - 1
        return _node(self._hash(start, start + split), self._hash(start + split, end))


@dataclass(frozen=True, slots=True)
class Note:
    """A signed size and root."""

    origin: str
    size: int
    root: bytes
    events: int
    sealed_at: str
    text: str  # what was signed
    signatures: tuple[tuple[str, bytes], ...]

    @property
    def signed(self) -> str:
        """The whole note as it travels."""
        lines = [f"{_DASH}{name} {base64.b64encode(blob).decode()}\n" for name, blob in self.signatures]
        return self.text + "\n" + "".join(lines)

    def with_signature(self, name: str, blob: bytes) -> "Note":
        """The same note with one more signature."""
        return Note(
            self.origin,
            self.size,
            self.root,
            self.events,
            self.sealed_at,
            self.text,
            (*self.signatures, (name, blob)),
        )


class Ledger:
    """All checkpoints of the database as one tree, for notes and proofs."""

    def __init__(self) -> None:
        self.tree = Tree()
        self._events = [0]
        self._sealed: list[datetime] = []
        self._last = merkle.NOTHING

    def read_on(self) -> "Ledger":
        """Take in what was sealed since the last time. Raises NoteRefused when the chain of the database is broken."""
        rows = AuditBatch.objects.filter(number__gt=len(self.tree)).order_by("number").values_list(*_COLUMNS)
        for number, first, last, count, root, previous, sealed_at, key in rows.iterator(chunk_size=5000):
            body = merkle.checkpoint(
                number=number,
                first=first,
                last=last,
                count=count,
                root=root,
                previous=previous,
                sealed_at=as_time(sealed_at),
                key=key,
            )
            if number != len(self.tree) + 1 or previous != self._last:
                raise NoteRefused(f"Batch {number} does not follow the batch before it.")
            self._last = merkle.digest(body)
            self.tree.append(merkle.leaf(body))
            self._events.append(self._events[-1] + count)
            self._sealed.append(sealed_at)
        return self

    def __len__(self) -> int:
        return len(self.tree)

    def events(self) -> int:
        """How many events the checkpoints stand for."""
        return self._events[-1]

    def sealed_at(self) -> datetime:
        """When the newest checkpoint was made. The ledger must not be empty."""
        return self._sealed[-1]

    def note(self, origin: str, key: Ed25519PrivateKey, size: int | None = None) -> Note:
        """The signed note of one size; the same size gives the same bytes."""
        size = len(self) if size is None else size
        root, sealed_at = self.tree.root(size), as_time(self._sealed[size - 1])
        events = self._events[size]
        text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\nevents {events}\nsealed {sealed_at}\n"
        blob = key_hash(origin, key.public_key().public_bytes_raw(), SIGNATURE) + key.sign(text.encode())
        return Note(origin, size, root, events, sealed_at, text, ((origin, blob),))


def parse(signed: str) -> Note:
    """The parts of a note, nothing checked. Raises NoteRefused."""
    text, gap, lines = signed.rpartition("\n\n")
    parts = text.split("\n")
    try:
        signatures = []
        for line in lines.splitlines():
            if not line.startswith(_DASH):
                raise ValueError
            name, blob = line.removeprefix(_DASH).split(" ")
            signatures.append((name, base64.b64decode(blob, validate=True)))
        said = dict(part.split(" ", 1) for part in parts[3:])
        root = base64.b64decode(parts[2], validate=True)
        if not gap or not signatures or len(root) != 32 or not parts[1].isdigit():
            raise ValueError
        return Note(parts[0], int(parts[1]), root, int(said["events"]), said["sealed"], text + "\n", tuple(signatures))
    except (ValueError, IndexError, KeyError):
        raise NoteRefused("This is no note of an audit trail.") from None


def check_signed(note: Note, public: Ed25519PublicKey) -> None:
    """Raises NoteRefused unless the trail's own key signed the note."""
    wanted = key_hash(note.origin, public.public_bytes_raw(), SIGNATURE)
    for name, blob in note.signatures:
        if name == note.origin and blob[:4] == wanted and _is_valid(public, blob[4:], note.text.encode()):
            return
    raise NoteRefused(f"The note of size {note.size} is not signed with this trail's key.")


def cosigned_at(note: Note, public: Ed25519PublicKey) -> int | None:
    """When the witness of this key cosigned the note, in seconds since 1970; None if it did not."""
    for name, blob in note.signatures:
        if len(blob) != 76 or blob[:4] != key_hash(name, public.public_bytes_raw(), COSIGNATURE):
            continue
        at = int.from_bytes(blob[4:12], "big")
        if _is_valid(public, blob[12:], f"cosignature/v1\ntime {at}\n{note.text}".encode()):
            return at
    return None


def key_hash(name: str, public: bytes, kind: int) -> bytes:
    """The four bytes that name a key in a note."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def origin_of(public: Ed25519PublicKey) -> str:
    """The name of this installation's trail: made of its key and its line."""
    return f"rightdoor/{merkle.digest(public.public_bytes_raw())[:16]}/{line()}"


def line() -> int:
    """1, and one more for every backup that was restored."""
    try:
        return int(_line_path().read_text(encoding="ascii").split()[0])
    except FileNotFoundError:
        return 1


def kept_of(origin: str) -> int:
    """How many checkpoints of an origin's line are still part of the trail: those in the backup that ended the line."""
    if not _line_path().exists():
        return sys.maxsize
    mine = int(origin.rpartition("/")[2])
    begun = [one.split() for one in _line_path().read_text(encoding="ascii").splitlines()]
    return min((int(size) for number, _, size in begun if int(number) > mine), default=sys.maxsize)


def begin_line(now: datetime, size: int) -> int:
    """Begin a new line after a restore, from a trail of ``size`` checkpoints. Returns its number."""
    number = line() + 1
    path = _line_path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    before = path.read_text(encoding="ascii") if path.exists() else ""
    new = path.with_suffix(".new")
    new.write_text(f"{number} {as_time(now)} {size}\n{before}", encoding="ascii")
    new.replace(path)
    return number


def _line_path() -> Path:
    return Path(settings.ENV.home) / "audit" / "line"


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _is_valid(public: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    try:
        public.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def as_proof(hashes: Sequence[bytes]) -> str:
    """The lines of a proof as they travel."""
    return "".join(base64.b64encode(one).decode() + "\n" for one in hashes)
