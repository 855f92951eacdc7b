"""The yearly form as it is shipped, filled with a state's own lists: its areas and regions, services and laws. (STAT-1)

A version stands in submission_VERSION.toml and is never changed once a year used it: a change is a new file.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from rightdoor.domain.submission.form import REGION, Form, form_of

from .pack import Pack

HERE = Path(__file__).parent
VERSIONS = {"2026.1": "submission_2026.toml"}
NEWEST = "2026.1"


def form_for(pack: Pack, version: str = NEWEST) -> Form:
    """The form of a version with this state's lists and words. KeyError where there is no such version."""
    raw = _in_the_words_of(pack, _shipped(VERSIONS[version]))
    return form_of(
        raw,
        {
            "places": [
                *((area.key, area.name) for area in pack.areas),
                *((f"{REGION}{one.key}", f"Somewhere in {one.name}") for one in pack.regions),
            ],
            "services": [(one.key, str(one.label)) for one in pack.services],
            "charges": [(one.key, str(one.label)) for one in pack.statistics.charges],
        },
    )


@cache
def _shipped(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def _in_the_words_of(pack: Pack, raw: Any) -> Any:
    """Every {area} and {Area} as this state says it."""
    if isinstance(raw, dict):
        return {key: _in_the_words_of(pack, value) for key, value in raw.items()}
    if isinstance(raw, list):
        return [_in_the_words_of(pack, one) for one in raw]
    if isinstance(raw, str) and "{" in raw:
        word = pack.word("area")
        return raw.replace("{area}", word).replace("{Area}", word[:1].upper() + word[1:])
    return raw
