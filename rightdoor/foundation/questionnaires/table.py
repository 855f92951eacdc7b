"""The items of an instrument as a table (.csv), to be worked on in a spreadsheet and brought back.

A table has one row for an item or group, in order, each naming the group that it stands in. It holds items only: title,
answers, scoring and terms come from the instrument whose items they are, or are to be. A cell that a spreadsheet would
take for a formula is written with an apostrophe before it, which is taken off again.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from rightdoor.domain.questionnaire.instrument import Instrument
from rightdoor.domain.questionnaire.versions import as_tree
from rightdoor.foundation.files.kinds import FileRefused
from rightdoor.foundation.imports.reading import read_table
from rightdoor.packs.instruments import FileFault, FileUnsound

from .exchange import Faults, Tree, built, read_note, writable

PLAIN: tuple[str, ...] = (
    *("id", "type", "role", "number", "name", "text", "answers", "required", "minimum", "maximum"),
    *("evidence", "provenance", "hint", "note"),
)
LISTS = ("tags", "aliases")
COLUMNS = ("id", "in", *PLAIN[1:], *LISTS, "enable_when")
_FORMULA = ("=", "+", "-", "@", "\t", "'")


def items_table(instrument: Instrument) -> bytes:
    """The items of an instrument as CSV. Raises FileUnsound when it may not be passed on."""
    rows: list[Tree] = []
    _rows(writable(instrument).get("items", []), "", rows)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_safe(row.get(column, "")) for column in COLUMNS])
    return text.getvalue().encode("utf-8-sig")


def _rows(items: list[Tree], inside: str, rows: list[Tree]) -> None:
    for item in items:
        row = {key: value for key, value in item.items() if key in PLAIN} | {"in": inside}
        row |= {key: "; ".join(item[key]) for key in LISTS if key in item}
        if "enable_when" in item:
            row["enable_when"] = json.dumps(item["enable_when"], ensure_ascii=False)
        rows.append(row)
        _rows(item.get("items", []), item["id"], rows)


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def with_items(instrument: Instrument, content: bytes, name: str, *, version: str) -> Instrument:
    """A new version of an instrument with the items of a table. Raises FileUnsound with every fault and its row."""
    try:
        table = read_table(content, name)
    except FileRefused as refused:
        raise FileUnsound([FileFault(name, 0, "", str(refused), "Try again with that.")]) from None
    faults = Faults(name)
    for head in table.headings:
        if head and head not in COLUMNS:
            faults.add(
                1, head[:60], "This column is not known here.", f"Take it out. The columns are {', '.join(COLUMNS)}."
            )
    faults.stop()
    top: list[Tree] = []
    held: dict[str, tuple[list[Tree], tuple[str | int, ...]]] = {"": (top, ("items",))}
    lines: dict[tuple[str | int, ...], int] = {}
    for row in table.rows:
        cells = {head: _plain(cell) for head, cell in zip(table.headings, row.cells, strict=True) if head and cell}
        into, place = held.get(cells.get("in", ""), (None, ()))
        if into is None:
            faults.add(
                row.number, "in", f"No group {cells['in'][:60]!r} stands above.", "Name a group of an earlier row."
            )
            continue
        here = (*place, len(into))
        lines[here] = row.number
        item = _item(cells, row.number, faults)
        into.append(item)
        if item.get("type") == "group":
            item["items"] = []
            held[item.get("id", "")] = (item["items"], (*here, "items"))

    def line(place: tuple[str | int, ...]) -> int:
        while place and place not in lines:
            place = place[:-1]
        return lines.get(place, 1)

    tree = {key: value for key, value in as_tree(instrument).items() if key != "items"}
    return built({**tree, "version": version, "items": top}, {}, faults, line)


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _item(cells: Mapping[str, str], row: int, faults: Faults) -> Tree:
    item: dict[str, Any] = {key: cells[key] for key in PLAIN if key in cells}
    item |= {key: [part.strip() for part in cells[key].split(";")] for key in LISTS if key in cells}
    if "enable_when" in cells:
        item["enable_when"] = read_note(cells["enable_when"], {"all", "any"}, partial(faults.add, row, "enable_when"))
    return item
