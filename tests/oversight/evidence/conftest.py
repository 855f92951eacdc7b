"""A region of which every rule says yes, and the rules to ask."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rightdoor.oversight.evidence.finding import Finding
from rightdoor.oversight.evidence.rows import Rows
from rightdoor.oversight.evidence.rules import RULES
from tests.oversight.evidence.good_year import BACK, good_rows


@pytest.fixture
def rows() -> Rows:
    """A region of which every rule says yes."""
    return good_rows()


@pytest.fixture
def find() -> Callable[[str, Rows], Finding]:
    """What the rule of an item finds in rows."""

    def found(item: str, rows: Rows) -> Finding:
        return RULES[item].found(rows, BACK)

    return found
