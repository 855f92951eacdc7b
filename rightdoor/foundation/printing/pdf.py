"""From a context to a PDF/UA document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.apps import apps

FONTS = Path(__file__).parent / "fonts"
HOUSE = Path(__file__).parent / "print"


class DocumentRefused(Exception):
    """The engine refused the document: the template or its context is at fault, not the reader."""


@lru_cache(maxsize=64)
def _template(name: str) -> Path:
    slice_name, file = name.split("/", 1)
    path = Path(apps.get_app_config(slice_name).path) / "templates" / slice_name / "print" / file
    if not path.is_file():
        raise DocumentRefused(f"There is no printed document {name}.")
    return path


def render_pdf(name: str, context: Mapping[str, Any]) -> bytes:
    """The document `slice/file.typ` filled from the context, as PDF/UA-1 bytes.

    The context is plain data: texts, numbers, lists, mappings. The same context gives the same bytes.
    Raises DocumentRefused when the engine finds the document inaccessible or broken.
    """
    template = _template(name)
    # The project root of the engine is the folder of all floors, so that templates can import the house style.
    root = Path(__file__).resolve().parents[2]
    try:
        return typst.compile(
            str(template),
            root=str(root),
            sys_inputs={"context": json.dumps(context, ensure_ascii=False, sort_keys=True)},
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            pdf_standards="ua-1",
        )
    except Exception as problem:  # the engine's own error carries pieces of the document: never let it travel
        raise DocumentRefused(f"The document {name} could not be made.") from problem
