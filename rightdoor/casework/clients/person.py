"""What is known of who a client is and where. Plain data, opened by disclosure.py and sealed by actions.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Who:
    """Who a client is, as told. Everything may be missing: a child can be referred before anybody knows a name."""

    given: str = ""
    family: str = ""
    aliases: tuple[str, ...] = ()
    birth_on: date | None = None
    age_estimate: int | None = None
    gender: str = ""
    language: str = ""
    interpreter_needed: bool | None = None  # None: nobody has established it

    @property
    def name(self) -> str:
        """The name as it is shown; an alias in quotation marks where there is no other."""
        known = f"{self.given} {self.family}".strip()
        return known or (f"“{self.aliases[0]}”" if self.aliases else "")

    def as_dict(self) -> dict[str, Any]:
        """As JSON can write it."""
        return {
            "given": self.given,
            "family": self.family,
            "aliases": list(self.aliases),
            "birth_on": self.birth_on.isoformat() if self.birth_on else None,
            "age_estimate": self.age_estimate,
            "gender": self.gender,
            "language": self.language,
            "interpreter_needed": self.interpreter_needed,
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Who:
        """Back from `as_dict`; keys that are missing count as not known."""
        birth_on = told.get("birth_on")
        return cls(
            given=str(told.get("given") or ""),
            family=str(told.get("family") or ""),
            aliases=tuple(str(alias) for alias in told.get("aliases") or ()),
            birth_on=date.fromisoformat(birth_on) if birth_on else None,
            age_estimate=told.get("age_estimate"),
            gender=str(told.get("gender") or ""),
            language=str(told.get("language") or ""),
            interpreter_needed=told.get("interpreter_needed"),
        )


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a client lives and is now. `area` is a key of the pack: the area of residence."""

    address: str = ""
    area: str = ""
    phone: str = ""
    now: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As JSON can write it."""
        return {"address": self.address, "area": self.area, "phone": self.phone, "now": self.now}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Whereabouts:
        """Back from `as_dict`; keys that are missing count as not known."""
        return cls(**{key: str(told.get(key) or "") for key in ("address", "area", "phone", "now")})
