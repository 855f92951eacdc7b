"""The one plain document that every file of a report is made from. It holds what is printed and nothing else.

What a hidden count was is not in it, so no file that is made from it alone can tell it; `rendering_audit` looks all the
same. Codes and labels, cells as they are printed: a count, "*" hidden, "0" none, "-" not collected.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from rightdoor.domain.annual_report.narrative import HIDDEN, NOT_COLLECTED, cells_of, printed
from rightdoor.foundation.ui.charts import Bar, Chart, Group, bar_chart

VERSION = 1
LANGUAGES = ("en", "es", "vi")
COUNT = re.compile(r"\d{1,3}(?:,\d{3})+\Z|\d+\Z")
MOST_BARS = 24
_KEY = re.compile(r"[^.{}\s][^.{}]*\Z")
_CODE = re.compile(r"[A-Z][A-Z0-9]{1,11}\Z")


class DocumentUnsound(Exception):  # noqa: N818 - said as the field says it
    """The document cannot be printed. The sentence names the table and what is wrong."""


def checked(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document, if every file can be made from it. Raises DocumentUnsound."""
    if document.get("version") != VERSION:
        raise DocumentUnsound(f"The document is of version {document.get('version')}; this program prints {VERSION}.")
    codes = [table["code"] for table in document["tables"]]
    if len(set(codes)) != len(codes):
        raise DocumentUnsound("Two tables have the same code.")
    for table in document["tables"]:
        code, columns = table["code"], table["columns"]
        if not _CODE.match(code):
            raise DocumentUnsound(f"{code} is no code of a table; take capitals and digits.")
        rows = [row["key"] for row in table["rows"]]
        keys = [column["key"] for column in columns]
        for named in (rows, keys):
            if len(set(named)) != len(named):
                raise DocumentUnsound(f"{code}: a key stands twice.")
            if bad := next((one for one in named if not _KEY.match(one)), None):
                raise DocumentUnsound(f"{code}: {bad!r} is no key; no dots, braces or blanks at its beginning.")
        for row in table["rows"]:
            if len(row["cells"]) != len(columns):
                raise DocumentUnsound(f"{code}, {row['key']}: {len(row['cells'])} cells under {len(columns)} columns.")
            if bad := next((one for one in row["cells"] if not isinstance(one, str) or not one), None):
                raise DocumentUnsound(f"{code}, {row['key']}: {bad!r} is no printed cell; an unknown one is a dash.")
    values = cells_of(document["tables"])
    for one in document.get("narrative", ()):
        for binding, said in one.get("bound", {}).items():
            if binding in values and values[binding] not in (said, HIDDEN, NOT_COLLECTED):
                raise DocumentUnsound(f"“{one['head']}” says {said} where {binding} is {values[binding]}.")
    return document


def number(cell: str) -> int | None:
    """The count that a cell prints; None where it prints none."""
    return int(cell.replace(",", "")) if COUNT.match(cell) else None


def said_of(cell: str) -> str:
    """What a screen reader hears of a sign; nothing for what speaks for itself. In the language of the moment."""
    return {HIDDEN: _("hidden to protect privacy"), NOT_COLLECTED: _("not collected")}.get(cell, "")


def narrative_of(document: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Head and paragraphs of each section, with the figures in place."""
    for one in document.get("narrative", ()):
        text = printed(one["text"], one.get("bound", {}))
        yield one["head"], [part.strip() for part in text.split("\n") if part.strip()]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart of a table: of which columns, drawn from printed cells alone."""

    table: str
    chart: Chart
    about: str
    bars: tuple[tuple[str, str, str, float | None], ...]  # label, series, words, how long; None: no bar


def drawing_of(table: Mapping[str, Any], said: Mapping[str, str] | None = None) -> Drawing | None:
    """The chart of a table: of the columns that it names under `chart` (none: an empty list), else of its total.

    `said`: its words in another language. A cell without a number has no bar: its sign stands in its place.
    """
    words = said or {}
    columns: Sequence[Mapping[str, str]] = table["columns"]
    keys = [one["key"] for one in columns]
    wanted = table.get("chart", ["total"] if "total" in keys else keys if len(keys) == 1 else [])
    at = [place for place, one in enumerate(columns) if one["key"] in wanted]
    rows = [row for row in table["rows"] if row["key"] not in ("total", "all", "state")]
    if not at or len(rows) < 2 or len(rows) * len(at) > MOST_BARS:
        return None
    if sum(bool(number(row["cells"][place])) for row in rows for place in at) < 2:  # a bar alone compares nothing
        return None
    labels = {one["key"]: words.get(one["label"], one["label"]) for one in columns}

    def bar(place: int, cell: str) -> Bar:
        return Bar(labels[columns[place]["key"]] if len(at) > 1 else "", number(cell), cell)

    groups = [
        Group(words.get(row["label"], row["label"]), [bar(place, row["cells"][place]) for place in at]) for row in rows
    ]
    most = max(number(row["cells"][place]) or 0 for row in rows for place in at) or 1
    bars = tuple(
        (group.label, one.series, one.words, None if one.value is None else float(one.value) / most)
        for group in groups
        for one in group.bars
    )
    title = f"{table['code']}: {words.get(table['title'], table['title'])}"
    about = _("The same figures stand in the table below.")
    return Drawing(table["code"], bar_chart(title, groups, of=title, about=about), about, bars)


def strings_of(document: Any) -> Iterator[str]:
    """Every text of the document but the cells of its tables and the texts that still hold their bindings."""
    if isinstance(document, str):
        yield document
    elif isinstance(document, Mapping):
        for key, value in document.items():
            if key in ("cells", "bound") or (key == "text" and "bound" in document):
                continue
            yield from strings_of(value)
    elif isinstance(document, (list, tuple)):
        for one in document:
            yield from strings_of(one)
