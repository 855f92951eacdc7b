"""Every item that names what would show it is computed, or says which part it waits for. Never both, never neither."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
import yaml

from rightdoor.oversight.evidence.rules import RULES
from rightdoor.oversight.evidence.waits import TOOL, WAITS
from rightdoor.packs.instruments import read_shipped

ROOT = Path(__file__).resolve().parents[3]
# Ordinary words of a state's topics; a rule is named by the topic that it belongs to.
TOPICS = {
    "tm": "team",
    "pd": "protocol",
    "si": "intake",
    "er": "emergency",
    "oc": "ongoing",
    "sp": "planning",
    "ip": "justice",
    "at": "advisory",
}


def items_with_evidence() -> dict[str, str]:
    """Item -> the tool that it stands in, over every tool that ships with the default pack."""
    tools = read_shipped(ROOT / "jurisdictions" / "louisiana")
    return {item.id: tool.key for tool in tools.values() for item in tool.questions if item.evidence}


@pytest.mark.req("PROG-2")
def test_each_of_the_99_is_computed_or_waits():
    found = items_with_evidence()

    assert len(found) == 99
    assert set(found.values()) == {TOOL}
    assert set(RULES) & set(WAITS) == set()
    assert set(RULES) | set(WAITS) == set(found)


@pytest.mark.req("PROG-2")
def test_what_an_item_waits_for_is_a_requirement_that_is_not_done():
    known = yaml.safe_load((ROOT / "docs" / "requirements.yaml").read_text(encoding="utf-8"))

    done = {item: needed for item, needed in WAITS.items() if known.get(needed, {"state": "done"})["state"] == "done"}
    assert done == {}, "these can be computed now: write their rules"


@pytest.mark.parametrize("item", sorted(RULES))
def test_a_rule_is_a_named_function_that_says_what_it_looks_for(item):
    rule = RULES[item]

    assert rule.name == rule.found.__name__
    assert rule.name.startswith(TOPICS[item.split(".")[0]] + "_")
    assert inspect.getdoc(rule.found)
    assert rule.version >= 1
    assert len({one.name for one in RULES.values()}) == len(RULES)
    assert all(path.startswith("/") and path.format(region="capital") for path in rule.see)
