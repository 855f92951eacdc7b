"""Tools that a state recommends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from ..fault import Fault
from ..pack import Pack


def tools(pack: Pack, known: Collection[str]) -> Iterator[Fault]:
    """Each recommended tool is one that ships or that the pack brings, and stands once."""
    for key, times in Counter(pack.recommended_tools).items():
        if key not in known:
            remedy = "Add its file to the pack's instruments, or correct the key."
            yield Fault("screening.yaml", "recommended_tools", f"There is no tool “{key}”.", remedy)
        if times > 1:
            yield Fault("screening.yaml", "recommended_tools", f"“{key}” stands twice.", "Keep one.")
