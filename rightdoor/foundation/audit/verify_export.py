"""Verify an exported audit trail. One file, standard library only: it needs neither the program nor its database.

    python verify_export.py TRAIL.jsonl [--key HEX] [--checkpoints FILE]

Give ``--key`` the public key that you got by another way than the export, and ``--checkpoints`` the copy that was kept
outside the database; without them the answer says what could not be checked. Exit status: 0 sound, 1 a fault was found
(the line names the batch and its first row), 2 the file could not be read.

Written apart from the program's own verifier on purpose: the same mistake would have to be made twice.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
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


def _times(scalar: int, point: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


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


def _point(raw: bytes) -> Point | None:
    number = int.from_bytes(raw, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    x = _x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % _P)


def is_signed(public: bytes, signature: bytes, message: bytes) -> bool:
    """Is this the signature of the message under the public key?"""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, first = _point(public), _point(signature[:32])
    second = int.from_bytes(signature[32:], "little")
    if key is None or first is None or second >= _Q:
        return False
    base_y = 4 * pow(5, _P - 2, _P) % _P
    base_x = _x_of(base_y, 0) or 0
    base: Point = (base_x, base_y, 1, base_x * base_y % _P)
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _Q
    left, right = _times(second, base), _add(first, _times(challenge, key))
    return not ((left[0] * right[2] - right[0] * left[2]) % _P or (left[1] * right[2] - right[1] * left[2]) % _P)


# -- the tree (RFC 6962, 2.1), built from the leaves upward ------------------------------------------------------------


def entry_hash(event: dict[str, Any]) -> bytes:
    """The hash of one event."""
    text = json.dumps({name: event[name] for name in EVENT_COLUMNS}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(b"\x00" + text.encode("ascii")).digest()


def tree_root(entries: Iterable[bytes]) -> str:
    """The root over the entries, kept as a stack of whole subtrees."""
    stack: list[tuple[int, bytes]] = []
    for entry in entries:
        size, node = 1, entry
        while stack and stack[-1][0] == size:
            size, node = 2 * size, hashlib.sha256(b"\x01" + stack.pop()[1] + node).digest()
        stack.append((size, node))
    if not stack:
        return hashlib.sha256(b"").hexdigest()
    node = stack.pop()[1]
    while stack:
        node = hashlib.sha256(b"\x01" + stack.pop()[1] + node).digest()
    return node.hex()


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
    lines: Iterable[str], *, key: str = "", copies: dict[int, str] | None = None, counts: dict[str, int] | None = None
) -> Iterator[str]:
    """Every fault of an export, in its order, each a sentence. Raises Unreadable."""
    counts = {} if counts is None else counts
    counts.update(events=0, batches=0, unsealed=0, demonstration=0)
    entries = read(lines)
    header = next(entries, None)
    if header is None:
        raise Unreadable("The file is empty.")
    public = bytes.fromhex(key or header.get("public_key", ""))
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
        yield from _faults_of_rows(entry, pending, sealed_at)
        number, last, sealed_at, pending = entry["number"], entry["last"], entry["sealed_at"], []
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
    from datetime import datetime

    form = "%Y-%m-%dT%H:%M:%S.%fZ"
    return (datetime.strptime(late, form) - datetime.strptime(early, form)).total_seconds() / 3600  # noqa: DTZ007


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
    asked = parser.parse_args(arguments)
    counts: dict[str, int] = {}
    try:
        copies = None
        if asked.checkpoints:
            with open(asked.checkpoints, encoding="ascii") as file:
                copies = read_copies(file)
        with open(asked.trail, encoding="ascii") as file:
            faults = list(faults_of(file, key=asked.key, copies=copies, counts=counts))
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
    if copies is None:
        print("Without --checkpoints a cut-off end would not be seen.")
    print("A fault was found." if faults else "The trail is sound.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
