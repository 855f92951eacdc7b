"""Looking for what was planted: every way in which a text may stand somewhere without looking like itself."""

from __future__ import annotations

import base64
import os
import subprocess
import unicodedata
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from urllib.parse import quote, quote_plus


def variants(text: str) -> set[bytes]:
    """The text raw, in other cases and Unicode forms, in base64 at each alignment, in hex, and as in an address."""
    found: set[bytes] = set()
    forms = {unicodedata.normalize(form, text) for form in ("NFC", "NFD")}
    for form in {cased for one in forms for cased in (one, one.lower(), one.upper(), one.casefold())}:
        raw = form.encode()
        found |= {raw, raw.hex().encode(), raw.hex().upper().encode(), quote(form).encode(), quote_plus(form).encode()}
        found |= {form.encode("utf-16-le"), form.encode("unicode_escape")}
        found |= {piece for piece in map(base64.b64encode, (raw, raw[1:], raw[2:])) if len(piece) >= 12}
        found |= {base64.urlsafe_b64encode(raw), base64.b64encode(raw).rstrip(b"=")[:-1]}
    return {one for one in found if len(one) >= 6}


def date_variants(day: date) -> set[bytes]:
    """A birth date in the ways in which people and programs write one."""
    written = {
        day.isoformat(),
        f"{day:%m/%d/%Y}",
        f"{day.month}/{day.day}/{day.year}",
        f"{day:%d.%m.%Y}",
        f"{day:%B} {day.day}, {day.year}",
        f"{day.day} {day:%b} {day.year}",
    }
    return {variant for text in written for variant in variants(text)}


def hits(patterns: Iterable[bytes], folder: Path) -> list[str]:
    """Where any of the patterns stands in the files of the folder: "file: pattern". Searched as bytes, in any case."""
    known = folder.parent / f"{folder.name}.patterns"
    known.write_bytes(b"\n".join(sorted({one for one in patterns if b"\n" not in one and b"\0" not in one})) + b"\n")
    done = subprocess.run(
        ["grep", "--recursive", "--text", "--only-matching", "--fixed-strings", "--file", known, folder],
        capture_output=True,
        env={**os.environ, "LC_ALL": "C"},
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr
    return sorted({line.decode(errors="replace").removeprefix(f"{folder}/")[:200] for line in done.stdout.splitlines()})
