"""Charts drawn on the server: an SVG that reads without colour, and always the same figures as a table below it.

    chart = bar_chart("Screenings", [Group("March", [Bar("", 12, "12")])], of="Month")
    {% chart chart %}

A chart shows what it is given. What may not be shown (a small count) is taken out before: its bar has no value, and its
words say why ("fewer than 11"), in the picture as in the table.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import SupportsFloat

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify

WIDTH = 360  # as wide as a phone, so that the letters keep their size there
_LEFT, _RIGHT, _ROW, _HEAD, _GAP = 104, 96, 25, 20, 12  # room for the series' names, for the words beside a bar
_PER_LINE, _PER_SERIES, _PER_WORDS = 46, 13, 13


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure: of which series, how much, and in words. `value` None: not known or not shown; nothing is drawn.

    `highest`: what is not known better than from `value` to there is drawn lighter. `short`: fewer words, for the
    picture alone.
    """

    series: str
    value: SupportsFloat | None
    words: str
    highest: SupportsFloat | None = None
    short: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A line of the chart and a row of its table: a topic, a month, a question; with a bar for each series."""

    label: str
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with its table."""

    title: str
    about: str
    of: str  # what the lines are: the head of the table's first column
    svg: SafeString
    series: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def bar_chart(
    title: str, groups: Sequence[Group], *, of: str, top: SupportsFloat | None = None, about: str = "", head: str = ""
) -> Chart:
    """Lying bars. `top` is the value of a whole bar; without it the largest that is there. `head` heads the column of
    figures where there is only one series without a name.
    """
    values = [float(one) for group in groups for bar in group.bars for one in (bar.value, bar.highest) if one]
    whole = float(top) if top is not None else max(values, default=1.0)

    def drawn(bar: Bar, number: int, x: int, y: int) -> SafeString:
        long = WIDTH - _RIGHT - x
        found = _rect("track", x, y, long)
        if bar.value is None:
            return found
        if bar.highest is not None:
            found += _rect("maybe", x, y, _share(bar.highest, whole) * long)
        return found + _rect(f"bar chart__bar--{number}", x, y, _share(bar.value, whole) * long)

    return _chart(title, groups, drawn, of=of, about=about, head=head)


def ladder_chart(title: str, groups: Sequence[Group], *, of: str, steps: int, about: str = "", head: str = "") -> Chart:
    """A profile: each line a ladder of `steps` rungs, filled up to the value; lighter up to `highest`. No average."""

    def drawn(bar: Bar, number: int, x: int, y: int) -> SafeString:
        rung, found = (WIDTH - _RIGHT - x) / max(1, steps), SafeString("")
        for step in range(1, steps + 1):
            if bar.value is not None and step <= float(bar.value):
                kind = f"bar chart__bar--{number}"
            else:
                kind = "maybe" if bar.highest is not None and step <= float(bar.highest) else "track"
            found += _rect(kind, x + (step - 1) * rung, y, rung - 2)
        return found

    return _chart(title, groups, drawn, of=of, about=about, head=head)


def _chart(
    title: str,
    groups: Sequence[Group],
    drawn: Callable[[Bar, int, int, int], SafeString],
    *,
    of: str,
    about: str,
    head: str,
) -> Chart:
    series = tuple(dict.fromkeys(bar.series for group in groups for bar in group.bars))
    number = {name: at % 4 + 1 for at, name in enumerate(series)}
    x = _LEFT if any(series) else 0  # where no series has a name, the bars begin below their labels
    y, parts = 4, []
    for group in groups:
        for line in textwrap.wrap(group.label, _PER_LINE) or [""]:
            y += _HEAD
            parts.append(_text("label", 0, y - 5, line))
        for bar in group.bars:
            if bar.series:
                parts.append(_text("series", 0, y + 15, _cut(bar.series, _PER_SERIES)))
            parts.append(drawn(bar, number[bar.series], x, y + 2))
            parts.append(_text("words", WIDTH - _RIGHT + 8, y + 15, _cut(bar.short or bar.words, _PER_WORDS)))
            y += _ROW
        y += _GAP
    key = f"chart-{slugify(title)}"
    said = about or "The same figures stand in the table below."
    svg = format_html(
        '<svg class="chart__picture" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-desc">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>{}</svg>',
        *(WIDTH, max(y, 1), key, key, key, title, key, said),
        format_html_join("", "{}", ((part,) for part in parts)),
    )
    rows = tuple(
        (group.label, tuple(next((bar.words for bar in group.bars if bar.series == one), "") for one in series))
        for group in groups
    )
    return Chart(title, about, of, svg, tuple(one or head or "How many" for one in series), rows)


def _cut(words: str, most: int) -> str:
    """As much as there is room for in the picture; the table below has it whole."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _share(value: SupportsFloat, whole: float) -> float:
    return min(1.0, max(0.0, float(value) / whole)) if whole else 0.0


def _rect(kind: str, x: float, y: float, width: float) -> SafeString:
    return format_html(
        '<rect class="chart__{}" x="{}" y="{}" width="{}" height="16"/>', kind, _short(x), _short(y), _short(width)
    )


def _text(kind: str, x: float, y: float, words: str) -> SafeString:
    return format_html('<text class="chart__{}" x="{}" y="{}">{}</text>', kind, _short(x), _short(y), words)


def _short(number: float) -> str:
    return f"{number:.1f}".rstrip("0").rstrip(".")
