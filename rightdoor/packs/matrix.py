"""The sharing matrix as it is shipped, from sharing_matrix.toml. Packs narrow it; nothing widens it."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from rightdoor.domain.sharing_matrix import Matrix, matrix_of

FILE = Path(__file__).with_name("sharing_matrix.toml")


@cache
def shipped_matrix() -> Matrix:
    """The shipped cells, without the disciplines of a pack. Read once."""
    held = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return matrix_of(held["version"], held["cells"])
