"""The pages of docs/ that come from the code say what the code says."""

from __future__ import annotations

import re

import pytest
import yaml

from rightdoor.config.env import ROOT
from rightdoor.config.reference import bars
from rightdoor.config.reference.pages import ID, PAGES, _tests


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_made_from_the_code_is_not_stale(name: str) -> None:
    path = ROOT / "docs" / name
    assert path.read_text(encoding="utf-8") == PAGES[name](), "run ./door docs"


def test_what_is_called_done_is_shown_by_a_test() -> None:
    told = yaml.safe_load((ROOT / "docs" / "requirements.yaml").read_text(encoding="utf-8"))
    shown = _tests()
    assert not [key for key, entry in told.items() if entry["state"] == "done" and not shown[key]]
    assert not [key for key, entry in told.items() if entry["state"] == "part" and not entry.get("missing")]


def test_every_requirement_that_a_test_names_exists() -> None:
    told = yaml.safe_load((ROOT / "docs" / "requirements.yaml").read_text(encoding="utf-8"))
    assert not [key for key in _tests() if ID.fullmatch(key) and key not in told]


def test_every_bar_is_held_with_a_sabotage_or_says_why_not() -> None:
    """Held: at least one test and one way of breaking it. Not held: a reason."""
    tests, broken = bars.held()
    told = bars.told()
    assert sorted(set(tests) - set(told)) == []
    assert [bar for bar, entry in told.items() if not tests.get(bar) and not entry.get("not_built")] == []
    assert [bar for bar in told if tests.get(bar) and not broken.get(bar)] == [], "no sabotage"


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text(encoding="utf-8")):
            if not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)} -> {target}")
    assert not broken, broken
