"""SEC-32: who may ask the database about a client. Read from the source, so that a new page cannot forget it.

Tables about clients are those of the casework slices. Asking one of them (`Model.objects`, another manager, a hand-made
cursor) is for the tables, reads and acts of casework, which take the viewer first. Pages, printouts, templates' tags
and other floors ask those functions; a job may look up a row of its own slice by its code.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path

from rightdoor.config.env import ROOT

MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})
PAGES = frozenset({"web", "printouts", "templatetags"})
BY_NAME = frozenset({"get_object_or_404", "get_list_or_404"})
BY_HAND = frozenset({"cursor", "raw", "execute", "executemany"})

# Parts of the program that no person's request reaches, with the reason why they go to the tables themselves.
ALLOWED: dict[str, str] = {
    "rightdoor.config.benchmark": "fills and times throw-away tables of invented rows",
    "rightdoor.config.demonstration": "sets the clock of invented records back",
}


def tables_of_clients() -> dict[str, str]:
    """Name of each model of casework -> its slice."""
    from django.apps import apps

    return {
        model.__name__: model._meta.app_label
        for model in apps.get_models()
        if model.__module__.startswith("rightdoor.casework.")
    }


def violations(path: Path, source: str, tables: Mapping[str, str], root: Path = ROOT) -> list[str]:
    """Every place in this module that goes to a table of clients past its slice's own functions."""
    parts = path.relative_to(root).with_suffix("").parts
    if parts[0] != "rightdoor" or "migrations" in parts:
        return []
    if any(".".join(parts).startswith(place) for place in ALLOWED):
        return []
    slice_of = parts[2] if parts[1] == "casework" and len(parts) > 2 else ""
    is_page = parts[1] in {"casework", "community", "oversight"} and bool(set(parts) & PAGES)
    is_job = parts[-1] == "jobs"
    tree = ast.parse(source)
    alias = _aliases(tree)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            model = alias.get(_name(node.value), _name(node.value))
            if model in tables and (is_page or not slice_of or (is_job and tables[model] != slice_of)):
                found.append(f"{'/'.join(parts)}.py:{node.lineno}: {model}.{node.attr}")
        elif isinstance(node, ast.Call) and is_page:
            called = _name(node.func)
            model = alias.get(_name(node.args[0]), _name(node.args[0])) if node.args else ""
            if called in BY_NAME and model in tables:
                found.append(f"{'/'.join(parts)}.py:{node.lineno}: {called}({model})")
            elif called == "get_model" or (called in BY_HAND and isinstance(node.func, ast.Attribute)):
                found.append(f"{'/'.join(parts)}.py:{node.lineno}: {called}(...)")
    return found


def all_violations(files: Iterable[Path] | None = None) -> list[str]:
    """Of the whole program."""
    tables = tables_of_clients()
    chosen = sorted((ROOT / "rightdoor").rglob("*.py")) if files is None else files
    return [fault for path in chosen for fault in violations(path, path.read_text(encoding="utf-8"), tables)]


def _aliases(tree: ast.AST) -> dict[str, str]:
    """`import X as Y` and `Y = X`: what each name stands for."""
    known = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            known |= {one.asname: one.name for one in node.names if one.asname}
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name | ast.Attribute):
            stands_for = known.get(_name(node.value), _name(node.value))
            known |= {one.id: stands_for for one in node.targets if isinstance(one, ast.Name)}
    return known


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
