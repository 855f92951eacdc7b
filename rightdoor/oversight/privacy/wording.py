"""The words of the access report, in three languages: data files beside the templates."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "templates" / "privacy" / "wording"
LANGUAGES = ("en", "es", "vi")


@cache
def wording(language: str) -> dict[str, Any]:
    """Everything that the report says in one language. KeyError for a language without a file."""
    if language not in LANGUAGES:
        raise KeyError(language)
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def asked_language(asked: str) -> str:
    """The language asked for where there is a file for it, otherwise the first."""
    return asked if asked in LANGUAGES else LANGUAGES[0]


def kinds(classes: tuple[str, ...], words: dict[str, Any]) -> str:
    """Data classes in plain words."""
    told = [words["classes"].get(name, name) for name in classes]
    return "; ".join(told) or words["report"]["none_class"]


def why(basis: str, words: dict[str, Any]) -> str:
    """A ground in plain words; one that has none reads as the ordinary one."""
    return str(words["why"].get(basis, words["why"][""]))
