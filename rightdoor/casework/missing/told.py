"""What is told of an episode and of a plan: plain data, sealed by actions.py and opened by queries.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rightdoor.casework.missing.choices import DANGER, LOOKS


def _text(told: Mapping[str, Any], key: str) -> str:
    return str(told.get(key) or "")


@dataclass(frozen=True, slots=True)
class EpisodeTold:
    """Who has custody, who saw the child last, what puts the child in danger, what the child looks like.

    `danger`: True, False, or None for what nobody has established.
    """

    custody: str = ""
    custody_words: str = ""
    last_seen_by: str = ""
    happened: str = ""
    danger: Mapping[str, bool | None] = field(default_factory=dict)
    danger_words: str = ""
    looks: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """As JSON can write it."""
        return {
            "custody": self.custody,
            "custody_words": self.custody_words.strip(),
            "last_seen_by": self.last_seen_by.strip(),
            "happened": self.happened.strip(),
            "danger": {key: self.danger.get(key) for key in DANGER},
            "danger_words": self.danger_words.strip(),
            "looks": {key: self.looks.get(key, "").strip() for key in LOOKS},
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> EpisodeTold:
        """Back from `as_dict`; what is missing is not established."""
        danger, looks = told.get("danger") or {}, told.get("looks") or {}
        return cls(
            custody=_text(told, "custody"),
            custody_words=_text(told, "custody_words"),
            last_seen_by=_text(told, "last_seen_by"),
            happened=_text(told, "happened"),
            danger={key: danger.get(key) for key in DANGER},
            danger_words=_text(told, "danger_words"),
            looks={key: _text(looks, key) for key in LOOKS},
        )


@dataclass(frozen=True, slots=True)
class Places:
    """Where the child was last seen, and where the child may be."""

    last_seen: str = ""
    may_be: str = ""

    def as_dict(self) -> dict[str, str]:
        """As JSON can write it."""
        return {"last_seen": self.last_seen.strip(), "may_be": self.may_be.strip()}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Places:
        """Back from `as_dict`."""
        return cls(_text(told, "last_seen"), _text(told, "may_be"))


@dataclass(frozen=True, slots=True)
class PlanTold:
    """The words of a prepared plan. `place`, where the child goes first, is sealed apart."""

    call: str = ""
    medical: str = ""
    talks_first: str = ""
    would_help: str = ""
    place: str = ""

    def as_dict(self) -> dict[str, str]:
        """As JSON can write it, without the place."""
        return {
            "call": self.call.strip(),
            "medical": self.medical.strip(),
            "talks_first": self.talks_first.strip(),
            "would_help": self.would_help.strip(),
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any], place: str = "") -> PlanTold:
        """Back from `as_dict`."""
        return cls(*(_text(told, key) for key in ("call", "medical", "talks_first", "would_help")), place)


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """What somebody (an account) does within so many hours of the return."""

    what: str
    owner: str
    within_hours: int
