"""The words of the client's printed plan, in three languages: data files beside the templates."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "templates" / "plans" / "wording"
LANGUAGES: Mapping[str, str] = {"en": "English", "es": "Español", "vi": "Tiếng Việt"}


@cache
def wording(language: str) -> dict[str, Any]:
    """Every word of the printed plan in one language. KeyError for a language without a file."""
    if language not in LANGUAGES:
        raise KeyError(language)
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def asked_language(asked: str) -> str:
    """The language asked for where there is a file for it, otherwise the first."""
    return asked if asked in LANGUAGES else next(iter(LANGUAGES))
