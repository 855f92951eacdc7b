"""What a slice above this one does with an open case that was taken over from a list: its cadence, for one.

It says so in a module `on_import.py` of its own, in one constant `ON_IMPORT`. Found by its place, as `parts` are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps

from rightdoor.casework.cases.models import Case
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.imports.columns import Column, Told


@dataclass(frozen=True, slots=True)
class OnImport:
    """Columns of a case list that another slice understands, its check of a row, and the act that it does with it."""

    columns: Callable[[], Sequence[Column]]
    checks: Callable[[Told, datetime], None]
    follows: Callable[[Viewer, Case, Mapping[str, Any], datetime], None]


@cache
def others() -> tuple[OnImport, ...]:
    """What the slices above add."""
    found = []
    for app in apps.get_app_configs():
        if app.name.startswith("rightdoor.casework.") and find_spec(f"{app.name}.on_import") is not None:
            found.append(import_module(f"{app.name}.on_import").ON_IMPORT)
    return tuple(found)
