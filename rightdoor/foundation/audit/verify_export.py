"""Verify an exported audit trail. One file, standard library only: it needs neither the program nor its database.

    python verify_export.py TRAIL.jsonl [--key HEX] [--checkpoints FILE] [--witness PATH]... [--sheet SIZE:ROOT]...

Give ``--key`` the public key that you got by another way than the export, ``--checkpoints`` the copy kept outside the
database, ``--witness`` the notes that a witness keeps (a file or a folder; with ``--witness-key`` each must bear its
signature), ``--sheet`` what stands on a printed sheet. Without them the answer says what could not be checked. Exit
status: 0 sound, 1 a fault was found (the line names the batch and its first row), 2 a file could not be read.

Written apart from the program's own verifier on purpose: the same mistake would have to be made twice.
"""

import argparse
import base64
import functools
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

EVENT_COLUMNS = ("id", "at", "actor", "actor_agency", "session", "verb", "kind", "code", "subject", "holder")
EVENT_COLUMNS += ("classes", "basis", "outcome", "request_id", "details")


class Unreadable(Exception):  # noqa: N818
    """The file is not an export of an audit trail."""


# -- Ed25519 (RFC 8032, 5.1), slow and plain; verification only, so nothing here is secret -----------------------------

_P = 2**255 - 19
_Q = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)

Point = tuple[int, int, int, int]


def _add(one: Point, two: Point) -> Point:
    a = (one[1] - one[0]) * (two[1] - two[0]) % _P
    b = (one[1] + one[0]) * (two[1] + two[0]) % _P
    c = 2 * one[3] * two[3] * _D % _P
    d = 2 * one[2] * two[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


@functools.lru_cache(maxsize=8)
def _table(raw: bytes, sign: int) -> list[list[Point]] | None:
    """Multiples of a point (or of its opposite) by every byte at each of 32 places: made once, used for every batch."""
    number = int.from_bytes(raw, "little")
    y = number & (1 << 255) - 1
    x = _x_of(y, number >> 255)
    if x is None:
        return None
    x = x * sign % _P
    base: Point = (x, y, 1, x * y % _P)
    table = []
    for _ in range(32):
        row: list[Point] = [(0, 1, 1, 0)]
        for _ in range(256):
            row.append(_add(row[-1], base))
        base = row.pop()
        table.append(row)
    return table


def _x_of(y: int, sign: int) -> int | None:
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    return _P - x if x & 1 != sign else x


def base_table() -> list[list[Point]]:
    """The table of the curve's own point."""
    return _table((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"), 1) or []


def times(pairs: Iterable[tuple[list[list[Point]], int]]) -> Point:
    """The sum of points, by their tables, each times its number."""
    total: Point = (0, 1, 1, 0)
    for table, scalar in pairs:
        for row, byte in zip(table, scalar.to_bytes(32, "little"), strict=True):
            total = _add(total, row[byte]) if byte else total
    return total


def encode(point: Point) -> bytes:
    """A point as 32 bytes."""
    inverse = pow(point[2], _P - 2, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def is_signed(public: bytes, signature: bytes, message: bytes) -> bool:
    """Is this the signature of the message under the public key?"""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, second = _table(public, -1), int.from_bytes(signature[32:], "little")
    if key is None or second >= _Q:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _Q
    return encode(times([(base_table(), second), (key, challenge)])) == signature[:32]


# -- the tree (RFC 6962, 2.1), built from the leaves upward ------------------------------------------------------------


def entry_hash(event: dict[str, Any]) -> bytes:
    """The hash of one event."""
    text = json.dumps({name: event[name] for name in EVENT_COLUMNS}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(b"\x00" + text.encode("ascii")).digest()


Stack = list[tuple[int, bytes]]  # whole subtrees, the largest first: their sizes and hashes


def _push(stack: Stack, node: bytes, size: int = 1) -> None:
    while stack and stack[-1][0] == size:
        size, node = 2 * size, hashlib.sha256(b"\x01" + stack.pop()[1] + node).digest()
    stack.append((size, node))


def _fold(stack: Stack) -> str:
    node = stack[-1][1] if stack else hashlib.sha256(b"").digest()
    for _, left in reversed(stack[:-1]):
        node = hashlib.sha256(b"\x01" + left + node).digest()
    return node.hex()


def tree_root(entries: Iterable[bytes]) -> str:
    """The root over the entries."""
    stack: Stack = []
    for entry in entries:
        _push(stack, entry)
    return _fold(stack)


def checkpoint_text(point: dict[str, Any]) -> bytes:
    """The text that was signed."""
    lines = (
        "rightdoor audit checkpoint 1",
        str(point["number"]),
        f"{point['first']}-{point['last']}",
        str(point["count"]),
        point["root"],
        point["previous"],
        point["sealed_at"],
        point["key"],
    )
    return ("\n".join(lines) + "\n").encode("ascii")


# -- the trail ---------------------------------------------------------------------------------------------------------


def read(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The lines of an export. Raises Unreadable."""
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
            kind = entry["type"]
        except (ValueError, KeyError, TypeError):
            raise Unreadable(f"Line {number} is no line of an export.") from None
        if (number == 1) != (kind == "export") or kind not in {"export", "event", "checkpoint"}:
            raise Unreadable(f"Line {number} is not where it belongs.")
        yield entry


def faults_of(
    lines: Iterable[str],
    *,
    key: str = "",
    copies: dict[int, str] | None = None,
    counts: dict[str, int] | None = None,
    notes: Sequence[str] = (),
    sheets: Iterable[tuple[int, str]] = (),
    witness_key: str = "",
) -> Iterator[str]:
    """Every fault of an export, in its order, each a sentence. Raises Unreadable."""
    counts = {} if counts is None else counts
    counts.update(events=0, batches=0, unsealed=0, demonstration=0, notes=0)
    entries = read(lines)
    header = next(entries, None)
    if header is None:
        raise Unreadable("The file is empty.")
    public = bytes.fromhex(key or header.get("public_key", ""))
    said = {(size, root.replace(" ", ""), "A printed sheet") for size, root in sheets}
    for text in notes:
        try:
            size, root, origin = read_note(text, public, bytes.fromhex(witness_key))
            counts["notes"] += origin == header.get("origin")
            said |= {(size, root, "A witness's note")} if origin == header.get("origin") else set()
        except (ValueError, IndexError):
            yield f"A note cannot be read, or its signatures are not valid: {text[:60]!r}"
    if notes and not counts["notes"]:
        yield f"None of the notes is of this trail, {header.get('origin')}."
    waiting, stack = sorted(said), Stack()
    pending: list[dict[str, Any]] = []
    number, last, previous, sealed_at = 0, 0, "0" * 64, ""
    for entry in entries:
        if entry["type"] == "event":
            counts["events"] += 1
            counts["demonstration"] += entry["details"].get("clock") == "demonstration"
            pending.append(entry)
            continue
        counts["batches"] += 1
        name = f"Batch {entry['number']}"
        if entry["number"] != number + 1:
            yield f"Batch {number + 1} is missing, from row {last + 1} on."
        elif entry["previous"] != previous:
            yield f"{name} does not follow the batch before it, from row {entry['first']} on."
        elif entry["first"] != last + 1:
            yield f"{name} leaves out rows from {last + 1} on."
        text = checkpoint_text(entry)
        if not is_signed(public, bytes.fromhex(entry["signature"]), text):
            yield f"{name} bears no valid signature, from row {entry['first']} on."
        previous = hashlib.sha256(text).hexdigest()
        if copies is not None and copies.get(entry["number"], previous) != previous:
            yield f"{name} differs from its copy outside the database, from row {entry['first']} on."
        _push(stack, hashlib.sha256(b"\x00" + text).digest())
        while waiting and waiting[0][0] <= counts["batches"]:
            size, root, name = waiting.pop(0)
            if size != counts["batches"] or root != _fold(stack):
                yield f"{name} of {size} batches tells of another trail up to Batch {size}."
        yield from _faults_of_rows(entry, pending, sealed_at)
        number, last, sealed_at, pending = entry["number"], entry["last"], entry["sealed_at"], []
    for size, _, name in waiting[-1:]:
        yield f"{name} tells of {size} batches: Batch {number + 1} is missing, from row {last + 1} on."
    counts["unsealed"] = len(pending)
    for event in pending:
        if event["id"] <= last:
            yield f"Row {event['id']} stands behind a batch that should hold it."
            break
    if copies is not None and max(copies, default=0) > number:
        yield f"Batch {number + 1} is in the copy outside the database but not in the export, from row {last + 1} on."


def _faults_of_rows(point: dict[str, Any], events: list[dict[str, Any]], sealed_before: str) -> Iterator[str]:
    name = f"Batch {point['number']}"
    ids = [event["id"] for event in events]
    if ids != sorted(set(ids)):
        wrong = next(after for before, after in zip(ids, ids[1:], strict=False) if after <= before)
        yield f"{name}: row {wrong} stands twice or out of order."
        return
    entries = [entry_hash(event) for event in events]
    if len(entries) == point["count"] and tree_root(entries) == point["root"]:
        if ids and not point["first"] <= ids[0] <= ids[-1] <= point["last"]:
            yield f"{name} holds row {ids[0]}, which is not among its own."
        for event in events:
            is_late = event["at"][:13] < sealed_before[:13] and _hours(event["at"], sealed_before) > 1
            if is_late and event["details"].get("clock") != "demonstration":
                yield f"{name}: row {event['id']} is dated long before the batch it came in."
                return
        return
    leaves = bytes.fromhex(point["leaves"])
    stored = [leaves[start : start + 32] for start in range(0, len(leaves), 32)]
    if len(stored) != point["count"] or len(point["ids"]) != point["count"] or tree_root(stored) != point["root"]:
        yield f"{name} was changed: its own hashes do not give its root, from row {point['first']} on."
        return
    known, found = dict(zip(point["ids"], stored, strict=True)), dict(zip(ids, entries, strict=True))
    for row in sorted(known.keys() | found.keys()):
        if row not in found:
            yield f"{name}: row {row} was deleted."
        elif row not in known:
            yield f"{name}: row {row} was put in after the batch was sealed."
        elif known[row] != found[row]:
            yield f"{name}: row {row} was changed."
        else:
            continue
        return
    yield f"{name}: its list of rows was changed, from row {point['first']} on."


def _hours(early: str, late: str) -> float:
    return (datetime.fromisoformat(late) - datetime.fromisoformat(early)).total_seconds() / 3600


def read_note(signed: str, public: bytes, witness: bytes = b"") -> tuple[int, str, str]:
    """Size, root and origin of a note (C2SP signed note). ValueError unless the trail, and the witness, signed it."""
    text, _, lines = signed.rpartition("\n\n")
    origin, size, root = text.split("\n")[:3]
    valid = set()
    for line in lines.splitlines():
        _, name, blob = line.split(" ")
        raw = base64.b64decode(blob)
        for kind, key, start in ((1, public, 4), (4, witness, 12)):
            mark = hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + key).digest()[:4]
            stamp = f"cosignature/v1\ntime {int.from_bytes(raw[4:12], 'big')}\n" if kind == 4 else ""
            if key and raw[:4] == mark and is_signed(key, raw[start:], f"{stamp}{text}\n".encode()):
                valid.add(kind)
    if 1 not in valid or (witness and 4 not in valid):
        raise ValueError
    return int(size), base64.b64decode(root).hex(), origin


def read_copies(lines: Iterable[str]) -> dict[int, str]:
    """The copy of the checkpoints: number and hash on each line."""
    copies: dict[int, str] = {}
    for line in lines:
        words = line.split()
        if len(words) < 2 or not words[0].isdigit():
            raise Unreadable("The copy of the checkpoints cannot be read.")
        copies.setdefault(int(words[0]), words[1])
    return copies


def main(arguments: list[str] | None = None) -> int:
    """The command. Returns its exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("trail", help="the exported file")
    parser.add_argument("--key", default="", help="the public key, in hexadecimal, got by another way")
    parser.add_argument("--checkpoints", help="the copy of the checkpoints that was kept outside the database")
    parser.add_argument("--witness", action="append", default=[], help="a witness's note, or its folder of notes")
    parser.add_argument("--witness-key", default="", help="the witness's public key, in hexadecimal")
    parser.add_argument("--sheet", action="append", default=[], help="SIZE:ROOT from a printed sheet")
    asked = parser.parse_args(arguments)
    counts: dict[str, int] = {}
    try:
        copies = None
        if asked.checkpoints:
            with open(asked.checkpoints, encoding="ascii") as file:
                copies = read_copies(file)
        sheets = [(int(size), root) for size, _, root in (one.partition(":") for one in asked.sheet)]
        places = [Path(name) for name in asked.witness]
        files = [file for at in places for file in (sorted(at.rglob("*.note")) if at.is_dir() else [at])]
        how: dict[str, Any] = {"notes": [file.read_text(encoding="utf-8") for file in files], "sheets": sheets}
        with open(asked.trail, encoding="ascii") as file:
            faults = list(
                faults_of(file, key=asked.key, copies=copies, counts=counts, witness_key=asked.witness_key, **how)
            )
    except (OSError, UnicodeDecodeError, Unreadable, KeyError, TypeError, AttributeError, ValueError) as problem:
        print(f"The trail could not be read: {problem}", file=sys.stderr)
        return 2
    for fault in faults:
        print(fault)
    print(f"{counts['events']} events, {counts['batches']} batches, {counts['unsealed']} not sealed yet.")
    if counts["demonstration"]:
        print(f"{counts['demonstration']} events carry the time of a demonstration.")
    if not asked.key:
        print("The signatures were checked with the key in the export itself; give --key to check whose they are.")
    if files:
        print(f"{counts['notes']} of {len(files)} notes of witnesses were compared.")
    if copies is None and not files and not sheets:
        print("Without --checkpoints, --witness or --sheet a cut-off end would not be seen.")
    print("A fault was found." if faults else "The trail is sound.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
