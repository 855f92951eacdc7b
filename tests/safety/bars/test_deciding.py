"""SEC-07: what one decision of the sharing rule costs."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import pytest

from rightdoor.config.benchmark.deciding import NOW, questions
from rightdoor.domain import confidentiality
from rightdoor.domain.confidentiality import Item, decide
from tests.bars import sabotage

AT_MOST = 20  # calls of a function; a call and what it does take about a tenth of a microsecond


def calls_of(actor: Any, data_class: str, case: Any) -> int:
    """How many functions of ours one decision calls."""
    item = Item(data_class, "HOLD-0001", frozenset({"what", "when"}), status_fields=frozenset({"when"}))
    calls = 0

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event == "call"

    decide(actor, "read", item, case, NOW)  # what is kept from question to question is not counted
    sys.setprofile(count)
    try:
        decide(actor, "read", item, case, NOW)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.bar("SEC-07")
@pytest.mark.parametrize("name", sorted(questions()))
def test_a_decision_makes_no_more_calls_than_two_microseconds_hold(name: str) -> None:
    """Calls are counted, because a busy machine's clock says nothing; `./door bench --decisions` reads the clock."""
    calls = calls_of(*questions()[name])
    print(f"{name}: {calls} calls")
    assert calls <= AT_MOST


@sabotage("SEC-07", "the matrix is worked out anew for every decision")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    real = confidentiality._cell

    def forgetful(actor: Any, item: Any, case: Any) -> Any:
        matrix = replace(case.matrix, cells=dict(case.matrix.cells))
        return real(actor, item, replace(case, matrix=matrix))

    monkeypatch.setattr(confidentiality, "_cell", forgetful)
