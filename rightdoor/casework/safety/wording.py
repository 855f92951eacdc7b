"""The words of the youth's own copy in three languages: data files beside the templates."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "templates" / "safety" / "wording"
LANGUAGES = ("en", "es", "vi")


@cache
def wording(language: str) -> dict[str, Any]:
    """Everything that is printed in one language. KeyError for a language without a file."""
    if language not in LANGUAGES:
        raise KeyError(language)
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def telling_words() -> tuple[str, ...]:
    """Words of every language that must not stand on the youth's own copy: people write in more than one."""
    return tuple(word for language in LANGUAGES for word in wording(language)["telling"]["words"])
