"""Asks a virus scanner (clamd, by its INSTREAM command) about an original. Without an answer nothing is clean."""

from __future__ import annotations

import socket
import struct
from typing import Literal
from urllib.parse import urlsplit

from django.conf import settings

SECONDS = 30.0
PIECE = 64 * 1024

Verdict = Literal["clean", "infected"]


class ScannerDown(Exception):  # noqa: N818 - a state of the installation
    """The scanner is set up and gives no clear answer. The file stays in quarantine."""


def is_set_up() -> bool:
    """Does this installation have a scanner?"""
    return bool(settings.ENV.scanner)


def scan(original: bytes) -> Verdict:
    """What the scanner says. Raises ScannerDown for every answer that is not a plain yes or no."""
    try:
        with _connection() as line:
            line.settimeout(SECONDS)
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(original), PIECE):
                piece = original[start : start + PIECE]
                line.sendall(struct.pack(">I", len(piece)) + piece)
            line.sendall(struct.pack(">I", 0))
            answer = b""
            while b"\0" not in answer and len(answer) < 1000:
                got = line.recv(1000)
                if not got:
                    break
                answer += got
    except (OSError, ValueError) as problem:
        raise ScannerDown from problem
    said = answer.rstrip(b"\0\n")
    if said == b"stream: OK":
        return "clean"
    if said.startswith(b"stream: ") and said.endswith(b" FOUND"):
        return "infected"
    raise ScannerDown


def _connection() -> socket.socket:
    """`unix:/run/clamav/clamd.ctl` or `tcp://host:3310`."""
    address = urlsplit(settings.ENV.scanner)
    if address.scheme == "unix" and address.path:
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(SECONDS)
        try:
            line.connect(address.path)
        except OSError:
            line.close()
            raise
        return line
    if address.scheme == "tcp" and address.hostname:
        return socket.create_connection((address.hostname, address.port or 3310), timeout=SECONDS)
    raise ValueError("RIGHTDOOR_SCANNER is unix:/path or tcp://host:port.")
