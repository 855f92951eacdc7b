"""Who may see what, and why.

`explain` reads a world of people, agencies, one case and its grounds from WORLD.json ("-" reads standard input) and
answers one question with each step on the way; `matrix` prints the sharing matrix in force. No database is needed. The
format is described in docs/how-to/explain-access.md.

Exit status of `explain`: 0 when the answer is yes, 3 when it is no, 2 when the file cannot be read.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

from rightdoor.config.access_world import Unreadable, World, read_world
from rightdoor.config.cli import Refused
from rightdoor.config.commands.tier import chosen_pack, read_json
from rightdoor.domain.confidentiality import Explanation, explain
from rightdoor.domain.sharing_matrix import CLASSES, COLUMNS
from rightdoor.packs.matrix import shipped_matrix
from rightdoor.packs.pack import Pack

DENIED = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Explain a question, or print the matrix."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="explain|matrix")
    asked = acts.add_parser("explain", help="answer the question of WORLD.json, step by step")
    asked.add_argument("world", metavar="WORLD.json", help="people, agencies, case, records, grounds, a question; or -")
    table = acts.add_parser("matrix", help="the sharing matrix in force")
    for one in (asked, table):
        one.add_argument("--pack", default="", help="a shipped pack's name, or a folder (default: the installation's)")
        one.add_argument("--json", action="store_true", help="for other programs")


def run(args: argparse.Namespace) -> int:
    """Print the explanation or the matrix."""
    if args.act == "matrix":
        pack = chosen_pack(args.pack)
        print(json.dumps(matrix_data(pack), indent=2) if args.json else matrix_text(pack))
        return 0
    told = read_json(args.world)
    named = told.get("pack") if isinstance(told, dict) else None
    pack = chosen_pack(args.pack or (named if isinstance(named, str) else ""))
    try:
        world = read_world(told, pack)
    except Unreadable as wrong:
        raise Refused(f"{args.world}: {wrong}", status=2) from None
    explained = explain(world.who, world.act, world.item, world.case, world.at)
    if args.json:
        print(json.dumps(explained_data(world, explained), indent=2, ensure_ascii=False))
    else:
        print(explained_text(world, explained))
    return 0 if explained.decision.allowed else DENIED


def explained_data(world: World, explained: Explanation) -> dict[str, Any]:
    """The answer as plain data."""
    decision = explained.decision
    return {
        "allowed": decision.allowed,
        "basis": decision.basis,
        "ground": decision.ground_code,
        "reason": decision.reason,
        "status_only": decision.status_only,
        "shown": sorted(world.item.fields - decision.redacted),
        "blanked": sorted(decision.redacted),
        "steps": [step._asdict() for step in explained.steps],
        "notes": list(world.notes),
    }


def explained_text(world: World, explained: Explanation) -> str:
    """The answer for a person at a terminal."""
    decision, item = explained.decision, world.item
    lines = [f"May {world.who.code} {world.act} {item.code} ({item.data_class}, held by {item.owner_agency})?", ""]
    for step in explained.steps:
        lines += [f"{step.number:>3}  {step.question}", f"     {step.answer}"]
    answer = "Status only" if decision.status_only else "Yes" if decision.allowed else "No"
    on = f" Basis: {decision.basis}{' ' + decision.ground_code if decision.ground_code else ''}." if decision else ""
    lines += ["", f"{answer}. {decision.reason}{on}"]
    if decision.redacted:
        lines.append(f"Blanked: {', '.join(sorted(decision.redacted))}")
    return "\n".join([*lines, *world.notes])


def matrix_data(pack: Pack) -> dict[str, Any]:
    """The matrix in force as plain data: class, column, cell; and each discipline's column."""
    matrix = pack.sharing.matrix
    names = [name for name in _in_order() if any((column, name) in matrix.cells for column in COLUMNS)]
    return {
        "version": matrix.version,
        "cells": {name: {column: matrix.cell(column, name).text for column in COLUMNS} for name in names},
        "disciplines": dict(pack.sharing.disciplines),
    }


def matrix_text(pack: Pack) -> str:
    """The matrix in force as a table. What the pack keeps stricter carries a mark."""
    data = matrix_data(pack)
    shipped = shipped_matrix()
    rows = [["", *(column.replace("_", " ") for column in COLUMNS)]]
    for name, row in data["cells"].items():
        marks = ["!" if text != shipped.cell(column, name).text else "" for column, text in row.items()]
        rows.append([name, *(f"{text}{mark}" for text, mark in zip(row.values(), marks, strict=True))])
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = [f"Sharing matrix {data['version']}, {pack.name}"]
    lines += ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.append("O own records  M team of the district, until it is switched on a release  R release  S status only")
    lines.append("- never, or by a court's order  * specific release  ** one named person  ! stricter in this pack")
    return "\n".join(lines)


def _in_order() -> list[str]:
    """The classes as the shipped matrix lists them, then the rest."""
    listed = list(dict.fromkeys(name for _, name in shipped_matrix().cells))
    return [*listed, *sorted(CLASSES - set(listed))]
