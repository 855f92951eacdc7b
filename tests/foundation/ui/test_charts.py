"""Charts: each figure stands in the picture and in the table, and nothing is read by colour alone."""

from __future__ import annotations

import re
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from django.template import Context, engines
from django.utils.html import strip_tags

from rightdoor.foundation.ui.charts import WIDTH, Bar, Chart, Group, bar_chart, ladder_chart


def picture(chart: Chart) -> ElementTree.Element:
    """The drawing, read as XML; what is not well formed fails."""
    return ElementTree.fromstring(str(chart.svg))  # noqa: S314 - made by ourselves


def widths(chart: Chart, kind: str) -> list[float]:
    return [float(one.get("width", "0")) for one in picture(chart).iter("rect") if kind in one.get("class", "").split()]


def words(chart: Chart) -> list[str]:
    return [one.text or "" for one in picture(chart).iter("text")]


MONTHS = [Group("January", [Bar("", 10, "10")]), Group("February", [Bar("", 20, "20")])]


def test_a_bar_is_as_long_as_its_figure() -> None:
    short, long = widths(bar_chart("Trainings", MONTHS, of="Month"), "chart__bar")
    assert long == pytest.approx(2 * short)


def test_a_bar_never_runs_out_of_its_track() -> None:
    chart = bar_chart("Trainings", MONTHS, of="Month", top=15)
    assert max(widths(chart, "chart__bar")) == max(widths(chart, "chart__track")) < WIDTH


def test_what_may_not_be_shown_is_not_drawn_and_its_words_say_why() -> None:
    chart = bar_chart("Trainings", [Group("May", [Bar("", None, "fewer than 11")])], of="Month")
    assert widths(chart, "chart__bar") == []
    assert "fewer than 11" in words(chart)
    assert chart.rows == (("May", ("fewer than 11",)),)


def test_nothing_at_all_is_a_bar_of_no_length() -> None:
    assert widths(bar_chart("Trainings", [Group("May", [Bar("", 0, "0")])], of="Month"), "chart__bar") == [0]


def test_a_ladder_is_filled_up_to_its_rung_and_lighter_up_to_what_is_possible() -> None:
    chart = ladder_chart("Stages", [Group("Team", [Bar("2026", 2, "2 to 3", 3)])], of="Topic", steps=4)
    assert [len(widths(chart, kind)) for kind in ("chart__bar", "chart__maybe", "chart__track")] == [2, 1, 1]


def test_a_series_is_told_by_its_name_and_not_by_colour_alone() -> None:
    bars = [Bar("2025", Fraction(1, 2), "half"), Bar("2026", 1, "all")]
    chart = bar_chart("Share", [Group("Team", bars)], of="Topic", top=1)
    assert [one for one in words(chart) if one.startswith("20")] == ["2025", "2026"]
    assert chart.series == ("2025", "2026")


def test_a_long_topic_stands_on_several_lines_and_whole_in_the_table() -> None:
    topic = "Meetings of the team about an emergency, in the first three days after the referral"
    chart = bar_chart("Share", [Group(topic, [Bar("", 1, "1")])], of="Topic")
    assert " ".join(words(chart)).startswith(topic)
    assert chart.rows[0][0] == topic


def test_what_is_typed_is_text_in_the_picture() -> None:
    chart = bar_chart("A <b>title</b>", [Group("<script>", [Bar("&", 1, "<1")])], of="Month")
    assert {"<script>", "&", "<1"} <= set(words(chart))


def test_the_picture_has_a_name_and_the_table_has_every_figure() -> None:
    chart = ladder_chart("Stages of the team", [Group("Team", [Bar("2026", 2, "Stage 2")])], of="Topic", steps=4)
    page = engines["django"].engine.from_string("{% chart one %}").render(Context({"one": chart}))
    named = re.search(r'aria-labelledby="([^"]+)"', page)
    assert named
    assert all(f'id="{one}"' in page for one in named[1].split())
    said = " ".join(strip_tags(page[page.index("<table") :]).split())
    assert said == "Stages of the team: the figuresTopic2026TeamStage 2"


def test_the_picture_may_say_less_than_the_table() -> None:
    bar = Bar("2026", 2, "Stage 2: Implementation", short="Stage 2")
    chart = ladder_chart("Stages", [Group("Team", [bar])], of="Topic", steps=4)
    assert words(chart)[-1] == "Stage 2"
    assert chart.rows == (("Team", ("Stage 2: Implementation",)),)


def test_bars_without_names_beside_them_begin_at_the_edge() -> None:
    named = bar_chart("Share", [Group("Team", [Bar("2026", 1, "1")])], of="Topic")
    starts = [float(next(picture(one).iter("rect")).get("x", "")) for one in (bar_chart("T", MONTHS, of="M"), named)]
    assert starts[0] == 0 < starts[1]
