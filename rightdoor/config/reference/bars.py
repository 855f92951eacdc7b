"""The page of the security bars: which are held, by which tests, how each is broken on purpose, what was measured."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping

import yaml

from rightdoor.config.env import ROOT

PREAMBLE = """# The security bars

Each bar is a question that the program must answer the same way every time. `./door bars` lists them, `./door bars
SEC-06 --run` runs one, and `./door bars SEC-06 --sabotage` breaks the control behind it and is content only when its
tests turn red. A bar without a test is named here as not built, with the reason.
"""


def told() -> Mapping[str, Mapping[str, str]]:
    """docs/bars.yaml."""
    found: Mapping[str, Mapping[str, str]] = yaml.safe_load((ROOT / "docs" / "bars.yaml").read_text(encoding="utf-8"))
    return found


def held() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The tests of each bar and what its sabotages break, read from the source of the tests."""
    tests: dict[str, list[str]] = defaultdict(list)
    broken: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "mark.bar" not in text and "sabotage" not in text:
            continue
        tree = ast.parse(text)
        whole = [
            call
            for node in tree.body
            if isinstance(node, ast.Assign) and any(ast.unparse(one) == "pytestmark" for one in node.targets)
            for call in ast.walk(node.value)
            if isinstance(call, ast.Call)
        ]
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef | ast.ClassDef):
                continue
            marks = [one for one in node.decorator_list if isinstance(one, ast.Call)]
            is_test = node.name.startswith(("test_", "Test"))
            for mark in [*marks, *(whole if is_test and isinstance(node, ast.FunctionDef) else [])]:
                named = [str(one.value) for one in mark.args if isinstance(one, ast.Constant)]
                if ast.unparse(mark.func) == "pytest.mark.bar":
                    for bar in named:
                        tests[bar].append(f"{path.stem}::{node.name}")
                elif ast.unparse(mark.func) == "sabotage" and len(named) == 2:
                    broken[named[0]].append(named[1])
    return tests, broken


def page() -> str:
    """The page as text."""
    tests, broken = held()
    bars = told()
    lines = [PREAMBLE]
    shown = [bar for bar in bars if tests.get(bar)]
    lines.append(
        f"{len(bars)} bars: {len(shown)} held by tests, {sum(bool(broken.get(bar)) for bar in shown)} of them with a"
        f" sabotage, {len(bars) - len(shown)} not built.\n"
    )
    lines.append("| Bar | What it asks | Held by | Broken on purpose by | Measured |\n|---|---|---|---|---|")
    for bar in shown:
        by = ", ".join(f"`{one.partition('::')[2]}`" for one in tests[bar][:4])
        more = f" and {len(tests[bar]) - 4} more" if len(tests[bar]) > 4 else ""
        lines.append(
            f"| {bar} | {bars[bar]['about']} | {by}{more} | {'; '.join(broken.get(bar, [])) or 'none'} |"
            f" {bars[bar].get('measured', '')} |"
        )
    lines.append("\n## Not built\n\n| Bar | What it asks | Why not |\n|---|---|---|")
    for bar in bars:
        if bar not in shown:
            lines.append(f"| {bar} | {bars[bar]['about']} | {bars[bar].get('not_built', '')} |")
    return "\n".join(lines) + "\n"
