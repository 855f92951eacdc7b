"""What of a release is sealed until it is published, and what of it for good: how it is written and read."""

from __future__ import annotations

import json
from typing import Any, Literal

from rightdoor.foundation.sealing.seals import SealContext, open_sealed, seal
from rightdoor.oversight.releases.models import Release

HOLDER = "releases"  # the installation's own
BLOCK = 4096
Column = Literal["narrative_sealed", "inputs_sealed", "built_sealed", "reasons_sealed"]


def closed(tree: Any, release: Release, column: Column) -> bytes:
    """The piece as it is stored: JSON in one order, filled up to whole blocks."""
    said = json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return seal(said + " " * (-len(said.encode()) % BLOCK), _label(release, column))


def opened(release: Release, column: Column) -> Any:
    """What `closed` stored; None for what was never written. Raises SealBroken."""
    blob = getattr(release, column)
    return None if blob is None else json.loads(open_sealed(bytes(blob), _label(release, column)))


def _label(release: Release, column: Column) -> SealContext:
    return SealContext(
        table="releases_release", column=column, row=release.code, subject=release.code, holder=HOLDER, klass="PERF"
    )
