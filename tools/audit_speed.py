"""How fast a long audit trail is verified by the standalone file, without any database.

    python tools/audit_speed.py [--events 1000000] [--batch 500]

Writes a trail of invented events into a temporary folder, sealed as the program seals, and times verify_export.py on it
with the Python that runs this, isolated from everything that is installed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rightdoor.foundation.audit import merkle, verify_export

BEGAN = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)


def write_trail(path: Path, events: int, *, batch: int = 500, note: Path | None = None) -> str:
    """A sound trail of so many events, a whole number of batches. Returns the public key; the key is the same always.

    ``note`` gets the note of the newest size, as a witness would keep it.
    """
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = key.public_key().public_bytes_raw()
    name = hashlib.sha256(public).hexdigest()[:16]
    origin, previous, tree = f"rightdoor/{name}/1", merkle.NOTHING, list[bytes]()
    with path.open("w", encoding="ascii") as file:
        _put(file, {"type": "export", "format": 1, "public_key": public.hex(), "origin": origin})
        for number in range(1, events // batch + 1):
            first, leaves = (number - 1) * batch + 1, []
            for one in range(first, first + batch):
                event = _event(one)
                leaves.append(merkle.leaf(merkle.canonical(event)))
                _put(file, {"type": "event", **event})
            sealed_at = (BEGAN + timedelta(seconds=first + batch)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            body = {
                "number": number, "first": first, "last": first + batch - 1, "count": batch,
                "root": merkle.root(leaves).hex(), "previous": previous, "sealed_at": sealed_at, "key": name,
            }  # fmt: skip
            text = verify_export.checkpoint_text(body)
            previous = merkle.digest(text)
            tree.append(merkle.leaf(text))
            rest = {"ids": list(range(first, first + batch)), "leaves": b"".join(leaves).hex()}
            _put(file, {"type": "checkpoint", "signature": key.sign(text).hex(), **body, **rest})
    if note is not None:
        note.write_text(_note(key, origin, tree, events), encoding="utf-8")
    return public.hex()


def _event(number: int) -> dict[str, object]:
    return {
        "id": number,
        "at": (BEGAN + timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "actor": f"CDFG-{2222 + number % 700}",
        "actor_agency": "HJKM-7903",
        "session": hashlib.md5(str(number % 97).encode(), usedforsecurity=False).hexdigest(),
        "verb": "client.identity_seen",
        "kind": "client",
        "code": f"CDFG-{7777 + number % 2000}",
        "subject": f"CDFG-{7777 + number % 2000}",
        "holder": "HJKM-7903",
        "classes": ["CORE", "ID"],
        "basis": "roi",
        "outcome": "shown",
        "request_id": f"{number:016x}",
        "details": {"purpose": "referral-record", "ground": "JKMN-5555"},
    }


def _note(key: Ed25519PrivateKey, origin: str, tree: list[bytes], events: int) -> str:
    import base64

    def line(raw: bytes) -> str:
        return base64.b64encode(raw).decode()

    text = f"{origin}\n{len(tree)}\n{line(merkle.root(tree))}\nevents {events}\nsealed now\n"
    mark = hashlib.sha256(origin.encode() + b"\n\x01" + key.public_key().public_bytes_raw()).digest()[:4]
    return f"{text}\n\N{EM DASH} {origin} {line(mark + key.sign(text.encode()))}\n"


def _put(file: object, line: dict[str, object]) -> None:
    file.write(json.dumps(line, sort_keys=True, separators=(",", ":")) + "\n")  # type: ignore[attr-defined]


def main() -> int:
    """Write, verify, say how long it took."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--batch", type=int, default=500)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        trail, note = Path(folder, "trail.jsonl"), Path(folder, "newest.note")
        key = write_trail(trail, asked.events, batch=asked.batch, note=note)
        size = trail.stat().st_size / 2**20
        began = time.perf_counter()
        command = [sys.executable, "-I", "-S", verify_export.__file__, trail, "--key", key, "--witness", note]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)  # noqa: S603
        took = time.perf_counter() - began
    print(done.stdout.strip())
    print(f"{asked.events:,} events, {size:.0f} MB, verified in {took:.1f} s with the standard library alone")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
