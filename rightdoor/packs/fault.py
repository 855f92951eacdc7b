"""What is wrong with a pack, said to the person who can mend it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: the file, the key in it, what is wrong, and what to do about it."""

    file: str
    key: str
    sentence: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}: {self.key}" if self.key else self.file
        return f"{place}: {self.sentence} {self.remedy}"


class PackUnsound(Exception):  # noqa: N818 - said as the field says it
    """A pack that must not be loaded. `faults` holds everything found, not only the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in faults))


def one_of(names: Iterable[str]) -> str:
    """A remedy that names what may stand there."""
    return f"Write one of {', '.join(sorted(names))}."
