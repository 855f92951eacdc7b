"""What is wrong with an instrument or with answers, said to the person who can mend it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: the place inside the data, what is wrong there, and what to do about it."""

    path: Path
    sentence: str
    remedy: str

    @property
    def key(self) -> str:
        """The place as a person writes it: items[2].id. Counted from 0, as programs count."""
        text = ""
        for part in self.path:
            text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
        return text

    def __str__(self) -> str:
        return f"{self.key}: {self.sentence} {self.remedy}" if self.path else f"{self.sentence} {self.remedy}"


class Unsound(Exception):  # noqa: N818 - said as the field says it
    """Data that must not be used. `faults` holds everything that was found, not only the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class InstrumentUnsound(Unsound):
    """An instrument with a fault. It is refused whole; the caller keeps the one it had."""


class AnswersUnsound(Unsound):
    """Answers that do not fit their instrument. Nothing of them is scored or kept."""


def one_of(names: Iterable[str]) -> str:
    """A remedy that names what may stand there."""
    listed = sorted(names)
    shown = ", ".join(listed[:20]) + (" and so on" if len(listed) > 20 else "")
    return f"Write one of {shown}." if listed else "Take it out."
