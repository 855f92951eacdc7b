"""The two texts that a person reads before records open, and the digests under which they are remembered."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from django.template.loader import render_to_string

from rightdoor.foundation.jurisdiction.active import active_pack

TEXTS = {"agreement": "doorway/_agreement_text.html", "protocol": "doorway/_protocol_text.html"}


def text_of(which: str) -> str:
    """A text as it stands on the screen."""
    return render_to_string(TEXTS[which], {"pack": active_pack()})


def text_version(which: str) -> str:
    """Its digest: what was signed can be shown again from the program's own past."""
    pack = active_pack()
    return _version(which, pack.key, pack.version)


@lru_cache(maxsize=8)
def _version(which: str, pack: str, version: str) -> str:
    return hashlib.sha256(text_of(which).encode()).hexdigest()
