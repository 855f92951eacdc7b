"""The words of the printed forms and of the public sheet, in three languages: data files beside the templates."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "templates" / "consents" / "wording"
LANGUAGES = ("en", "es", "vi")


@cache
def wording(language: str) -> dict[str, Any]:
    """Everything that is printed or shown in one language. KeyError for a language without a file."""
    if language not in LANGUAGES:
        raise KeyError(language)
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def asked_language(asked: str) -> str:
    """The language asked for where there is a file for it, otherwise the first."""
    return asked if asked in LANGUAGES else LANGUAGES[0]
