"""Levels of partnership: three, dated, with what shows them, looked at again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.partnership import LEVELS, LevelTold, checked, went

TODAY = date(2026, 3, 10)
TOLD = LevelTold("coordination", ["partnership", "prevention"], TODAY, " They plan together. ", TODAY + timedelta(365))


@pytest.mark.req("TEAM-9")
def test_there_are_three_levels_each_explained_the_loosest_first() -> None:
    assert [one.key for one in LEVELS] == ["cooperation", "coordination", "collaboration"]
    assert all(one.explains for one in LEVELS)


@pytest.mark.req("TEAM-9")
def test_what_is_said_comes_back_in_order() -> None:
    found = checked(TOLD, TODAY)
    assert (found.shows, found.four_ps) == ("They plan together.", ("prevention", "partnership"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"level": "friendship"}, "three levels"),
        ({"four_ps": []}, "four"),
        ({"since": TODAY + timedelta(1)}, "planned"),
        ({"shows": "n/a"}, "what shows it"),
        ({"shows": "x" * 4001}, "Shorten"),
        ({"review_on": TODAY}, "two years"),
        ({"review_on": TODAY + timedelta(732)}, "two years"),
    ],
)
def test_what_is_lacking_is_said(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        checked(replace(TOLD, **change), TODAY)


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (None, "cooperation", "first"),
        ("cooperation", "collaboration", "closer"),
        ("coordination", "cooperation", "looser"),
        ("coordination", "coordination", "same"),
    ],
)
def test_where_it_went_is_told_from_the_time_before(before: str | None, now: str, said: str) -> None:
    assert went(before, now) == said
