"""A map of squares, drawn on the server: one for each area, all of one size, with the same figures as a table below.

    chart = tile_map("Referrals", [Square(area.tile, area.name, 12)], of="Area", what="referrals")
    {% chart chart %}

The squares come from the state's pack. A count that is not shown is no part of what is drawn: all such squares look the
same, wherever the reader looks. What the shade says stands as a figure in the square, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify

from rightdoor.foundation.ui.charts import WIDTH, Chart
from rightdoor.packs.pack import Tile

# From here on the next shade: fixed, so that a shade means the same in every year and tells nothing of other areas.
SHADES = (1, 25, 100, 250)
HIDDEN, HIDDEN_WORDS = "*", "hidden to protect privacy"


@dataclass(frozen=True, slots=True)
class Square:
    """One area. `count` None: it is hidden, and nothing of it is here."""

    tile: Tile
    name: str
    count: int | None

    @property
    def words(self) -> str:
        """What stands in the square and in the table."""
        return HIDDEN if self.count is None else str(self.count)


def tile_map(title: str, squares: Sequence[Square], *, of: str, what: str) -> Chart:
    """The map with its table, in the order of names. `of`: what an area is called; `what`: what is counted."""
    wide = max((one.tile.column for one in squares), default=1)
    high = max((one.tile.row for one in squares), default=1)
    size = WIDTH / wide
    ordered = sorted(squares, key=lambda one: (one.tile.row, one.tile.column))
    key = f"map-{slugify(title)}"
    says = (
        f"A square for each {of.lower()}: its letters, and how many {what}. * {HIDDEN_WORDS}. The table below has all."
    )
    svg = format_html(
        '<svg class="chart__picture map" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-desc">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>{}</svg>',
        *(WIDTH, _short(high * size), key, key, key, title, key, says),
        format_html_join("", "{}", ((_drawn(one, size),) for one in ordered)),
    )
    rows = tuple((one.name, (one.words,)) for one in sorted(squares, key=lambda one: one.name.casefold()))
    about = f"Darker squares: from {', '.join(str(one) for one in SHADES)} {what} on. * {HIDDEN_WORDS}."
    return Chart(title, about, of, svg, (what[:1].upper() + what[1:],), rows)


def shade_of(count: int | None) -> str:
    """The shade of a square by its count alone."""
    return "hidden" if count is None else str(sum(count >= least for least in SHADES))


def _drawn(one: Square, size: float) -> SafeString:
    x, y = (one.tile.column - 1) * size, (one.tile.row - 1) * size
    middle = _short(x + size / 2)
    return format_html(
        '<rect class="map__tile map__tile--{}" x="{}" y="{}" width="{}" height="{}"/>'
        '<text class="map__letters map__letters--{}" x="{}" y="{}">{}</text>'
        '<text class="map__count map__letters--{}" x="{}" y="{}">{}</text>',
        *(shade_of(one.count), _short(x + 1), _short(y + 1), _short(size - 2), _short(size - 2)),
        *(shade_of(one.count), middle, _short(y + size * 0.45), one.tile.letters),
        *(shade_of(one.count), middle, _short(y + size * 0.85), one.words),
    )


def _short(number: float) -> str:
    return f"{number:.1f}".rstrip("0").rstrip(".")
