"""A table of figures as a page shows it, on the dashboards of coordinators and in the numbers of the state."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. Each row's first cell heads it."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    about: str = ""
    is_text: bool = False  # sentences, no figures

    @property
    def cells(self) -> list[list[tuple[str, str]]]:
        """Each row's cells with their heads, for a narrow page."""
        return [list(zip(self.heads, row, strict=True)) for row in self.rows]
