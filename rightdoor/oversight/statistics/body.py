"""The sealed piece of a cube: how it is written and read. Whole blocks, so that its length says little."""

from __future__ import annotations

from rightdoor.foundation.sealing.seals import SealContext, open_sealed, seal

HOLDER = "statistics"  # the installation's own
BLOCK = 4096


def sealed(said: str, code: str) -> bytes:
    """The rows as they are stored."""
    return seal(said + " " * (-len(said.encode()) % BLOCK), _label(code))


def opened(blob: bytes | memoryview, code: str) -> str:
    """What `sealed` stored. Raises SealBroken."""
    return open_sealed(bytes(blob), _label(code))


def _label(code: str) -> SealContext:
    return SealContext(
        table="statistics_cube", column="rows_sealed", row=code, subject=code, holder=HOLDER, klass="PERF"
    )
