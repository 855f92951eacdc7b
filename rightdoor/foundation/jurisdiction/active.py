"""The pack that this installation runs on, read once."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings

from rightdoor.packs.pack import Pack
from rightdoor.packs.read import load_pack


@lru_cache(maxsize=4)
def _loaded(path: str) -> Pack:
    from pathlib import Path

    return load_pack(Path(path))


def active_pack() -> Pack:
    """The installation's pack, as frozen data. Raises PackUnsound with every fault when it cannot be used."""
    return _loaded(str(settings.ENV.pack))


def zone() -> ZoneInfo:
    """The state's zone: times are shown in it."""
    return ZoneInfo(active_pack().timezone)


def local(moment: datetime) -> datetime:
    """A moment in the state's zone."""
    return moment.astimezone(zone())
