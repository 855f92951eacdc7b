"""Areas and agencies with a figure that is not said are not named either."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rightdoor.casework.screening.deidentified import OTHERS, CountedRow, pooled

ROW = CountedRow("a-tool", "AAAA-2222", "capital", "", date(2026, 3, 1), "finished", "positive", "", "report", "", ())


@pytest.mark.req("SCR-4")
def test_ten_areas_with_one_each_stand_in_one_line_without_a_name() -> None:
    rows = [replace(ROW, area=f"area-{number}") for number in range(10)]

    assert [(one.key, one.said) for one in pooled(rows, lambda row: row.area)] == [(OTHERS, "fewer than 11")]


@pytest.mark.req("SCR-4")
def test_an_area_with_a_figure_is_named_and_the_others_follow_together() -> None:
    rows = [replace(ROW, area="ascension")] * 12 + [replace(ROW, area=name) for name in "abcdefghijklm"]
    found = pooled(rows, lambda row: row.area)

    assert [(one.key, one.count) for one in found] == [("ascension", 12), (OTHERS, 13)]
    assert [one.key for one in pooled(rows[:12], lambda row: row.area)] == ["ascension"]
