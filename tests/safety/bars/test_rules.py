"""SEC-33: each sharing rule and each rule of releases has a test that names it."""

from __future__ import annotations

import ast

import pytest

from rightdoor.config.env import ROOT
from tests.bars import sabotage

RULES = frozenset({f"SR-{n:02}" for n in range(1, 46)} | {f"RO-{n}" for n in range(1, 12)})
REPORTS = frozenset(f"MR-{n}" for n in range(1, 8))  # of mandated reports: named where they are tested, not owed here

# Rules about things that are not built yet; each goes from here when its slice comes.
WAITING = {
    "SR-36": "no published count exists yet: statistics and their disclosure control",
    "SR-37": "no annual report exists yet: statistics",
    "SR-39": "no feedback of young people exists yet: their own pages",
    "SR-40": "no safety plan of young people exists yet: plans",
}


def known_rules() -> dict[str, list[str]]:
    """Rule -> the tests that are marked with it, read from the source so that one test run sees them all."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr == "rule":
                    for rule in (one.value for one in mark.args if isinstance(one, ast.Constant)):
                        found.setdefault(str(rule), []).append(f"{path.name}::{node.name}")
    return found


@pytest.mark.bar("SEC-33")
def test_every_rule_has_a_test_that_names_it() -> None:
    known = known_rules()
    assert sorted(RULES - set(known)) == sorted(WAITING), "these rules have no test"
    assert sorted(set(known) - RULES - REPORTS) == [], "these are no rules"


@sabotage("SEC-33", "a rule that nobody tests")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "RULES", RULES | {"SR-99"})
