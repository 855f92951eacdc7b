"""A witness for audit trails: keeps what it was shown, refuses whatever contradicts it, and signs the rest.

    python witness.py --new-key witness.key
    python witness.py --key witness.key --name witness.example.org --folder notes --trust HEX --port 8290

Standard library only; needs this file and verify_export.py beside it. Meant for a machine of another agency: it learns
sizes, hashes and times, and no fact about anybody. Put it behind a proxy that speaks TLS. ``--trust`` is the public key
of a trail (`audit key` prints it). The form is that of C2SP tlog-witness: POST /add-checkpoint.

Answers: 200 with the cosignature; 409 with the size it holds, when the sender's old size is another; 422 when the trail
was rewritten; 403 for a trail that it does not know or a note that is not signed.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

try:
    from rightdoor.foundation.audit import verify_export
except ImportError:  # alone on the witness's machine
    import verify_export  # type: ignore[no-redef]

MOST = 65_536
_Q = 2**252 + 27742317777372353535851937790883648493


class Refusal(Exception):  # noqa: N818
    """A status and what to say with it."""

    def __init__(self, status: int, text: str = "") -> None:
        super().__init__(text)
        self.status = status


def public_of(seed: bytes) -> bytes:
    """The public key of a private one (RFC 8032, 5.1.5)."""
    return _times_base(_expanded(seed)[0])


def sign(seed: bytes, message: bytes) -> bytes:
    """An Ed25519 signature (RFC 8032, 5.1.6). Not in constant time: for a machine that does nothing else."""
    scalar, prefix = _expanded(seed)
    once = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % _Q
    first, public = _times_base(once), _times_base(scalar)
    challenge = int.from_bytes(hashlib.sha512(first + public + message).digest(), "little") % _Q
    return first + ((once + challenge * scalar) % _Q).to_bytes(32, "little")


def is_consistent(old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes]) -> bool:
    """Is the tree of ``old`` leaves the beginning of the other one? (RFC 9162, 2.1.4.2)"""
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof
    if old > new or not proof:
        return False
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    small = large = path.pop(0)
    for one in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            small, large = _node(one, small), _node(one, large)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            large = _node(large, one)
        node, last = node >> 1, last >> 1
    return last == 0 and small == old_root and large == new_root


class Witness:
    """What one witness holds: in its folder, one folder a trail, one file a size. Nothing in it is replaced."""

    def __init__(self, folder: Path, name: str, seed: bytes, trusted: list[bytes]) -> None:
        self.folder, self.name, self.seed = folder, name, seed
        self.public = public_of(seed)
        self.trusted = {hashlib.sha256(key).hexdigest()[:16]: key for key in trusted}

    def add(self, body: str, now: int) -> str:
        """Check a note against what is held, keep it, and return the cosignature line. Raises Refusal."""
        head, _, signed = body.partition("\n\n")
        word, _, number = head.split("\n")[0].partition(" ")
        origin = signed.split("\n")[0]
        public = self.trusted.get(origin.split("/")[1] if origin.count("/") == 2 else "")
        if public is None or not origin.startswith("rightdoor/") or not origin.split("/")[2].isdigit():
            raise Refusal(403, "This trail is not known here.")
        try:
            old, proof = int(number), [base64.b64decode(line, validate=True) for line in head.split("\n")[1:]]
            size, root, _ = verify_export.read_note(signed, public)
        except (ValueError, IndexError):
            raise Refusal(403, "The note is not signed with the key that is known here.") from None
        held, held_root = self.newest(origin, public)
        if word != "old" or old != held:
            raise Refusal(409, f"{held}\n")
        if size == held and root == held_root:
            return self._kept(origin, size)
        if size <= held or not is_consistent(held, size, bytes.fromhex(held_root or "00"), bytes.fromhex(root), proof):
            raise Refusal(422, "This is another trail than the one that is held here.")
        text = signed.rpartition("\n\n")[0] + "\n"
        stamp = now.to_bytes(8, "big")
        mark = hashlib.sha256(self.name.encode() + b"\n\x04" + self.public).digest()[:4]
        cosigned = sign(self.seed, f"cosignature/v1\ntime {now}\n{text}".encode())
        line = f"\N{EM DASH} {self.name} {base64.b64encode(mark + stamp + cosigned).decode()}\n"
        self._keep(origin, size, signed + line)
        return line

    def newest(self, origin: str, public: bytes) -> tuple[int, str]:
        """Size and root of the newest note of a trail; 0 and nothing when there is none."""
        held = sorted(self._place(origin).glob("*.note"))
        if not held:
            return 0, ""
        size, root, _ = verify_export.read_note(held[-1].read_text(encoding="utf-8"), public)
        return size, root

    def _place(self, origin: str) -> Path:
        return self.folder / origin.replace("/", "-")

    def _kept(self, origin: str, size: int) -> str:
        text = (self._place(origin) / f"{size:012d}.note").read_text(encoding="utf-8")
        return text.splitlines(keepends=True)[-1]

    def _keep(self, origin: str, size: int, text: str) -> None:
        place = self._place(origin)
        place.mkdir(mode=0o755, parents=True, exist_ok=True)
        aside = place / f".new-{os.getpid()}"
        with aside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(aside, place / f"{size:012d}.note")
        finally:
            aside.unlink()


def server(witness: Witness, host: str, port: int) -> HTTPServer:
    """The endpoint, ready to serve: one request at a time, so that no two notes meet."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:  # noqa: N802 - the library's name
            length = self.headers.get("Content-Length", "")
            try:
                if self.path != "/add-checkpoint" or not length.isdigit() or int(length) > MOST:
                    raise Refusal(404)
                status, text = 200, witness.add(self.rfile.read(int(length)).decode(), int(time.time()))
            except Refusal as refusal:
                status, text = refusal.status, str(refusal)
            except (ValueError, OSError):
                status, text = 400, ""
            self.send_response(status)
            self.send_header("Content-Type", "text/x.tlog.size" if status == 409 else "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, form: str, *values: object) -> None:
            """Nothing: the notes are the record."""

    return HTTPServer((host, port), Handler)


def _expanded(seed: bytes) -> tuple[int, bytes]:
    digest = hashlib.sha512(seed).digest()
    number = int.from_bytes(digest[:32], "little")
    return (number & (1 << 254) - 8) | 1 << 254, digest[32:]


def _times_base(scalar: int) -> bytes:
    return verify_export.encode(verify_export.times([(verify_export.base_table(), scalar)]))


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def main(arguments: list[str] | None = None) -> int:
    """The command. Returns its exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--new-key", type=Path, help="write a new private key to this file, and stop")
    parser.add_argument("--key", type=Path, help="file with the private key")
    parser.add_argument("--name", default="witness", help="the name of this witness, without blanks")
    parser.add_argument("--folder", type=Path, default=Path("notes"), help="where the notes are kept")
    parser.add_argument("--trust", action="append", default=[], help="public key of a trail, in hexadecimal")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8290)
    asked = parser.parse_args(arguments)
    if asked.new_key:
        seed = os.urandom(32)
        with os.fdopen(os.open(asked.new_key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(seed.hex() + "\n")
        print(f"Public key: {public_of(seed).hex()}")
        return 0
    if not asked.key or not asked.trust:
        parser.error("give --key and at least one --trust")
    seed = bytes.fromhex(asked.key.read_text(encoding="ascii").strip())
    witness = Witness(asked.folder, asked.name, seed, [bytes.fromhex(key) for key in asked.trust])
    with server(witness, asked.host, asked.port) as serving:
        print(f"Public key: {witness.public.hex()}")
        print(f"http://{asked.host}:{serving.server_address[1]}", flush=True)
        try:
            serving.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
