"""The way in: a folder becomes a pack, or is refused with everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path

from .check import examine
from .fault import Fault, PackUnsound
from .pack import Pack

__all__ = ["Fault", "PackUnsound", "load_pack"]


def load_pack(path: Path | str) -> Pack:
    """The pack in folder `path`.

    Raises PackUnsound with every fault found; a pack with a fault is never half loaded. The caller keeps the
    pack it had.
    """
    pack, found = examine(Path(path))
    if found or pack is None:
        raise PackUnsound(found)
    return pack
