"""What may stand in an event: codes, choices, numbers, times. Nothing that a person typed.

A name could hide in a lower-case choice only if a programmer put it there; a name as people write it, a sentence, an
address, a telephone number, a birth date cannot pass.
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from rightdoor.foundation.codes import is_code

_CHOICE = re.compile(r"\A[a-z][a-z0-9]*(?:[_.:/-][a-z0-9]+)*\Z")
_SHORT_NUMBER = re.compile(r"\A[0-9]{1,4}(?:\.[0-9]{1,3})?\Z")  # a version, a tier; no date, no telephone
_CLASS = re.compile(r"\A[A-Z]{2,8}\Z")
_LONGEST = 60
_MOST = 1000
_LARGEST = 10_000_000  # below any telephone or insurance number

type_error = "An event holds codes, choices and numbers only; {} does not fit."


class FreeTextRefused(ValueError):  # noqa: N818 - says what was refused
    """Something that is no code, choice, number or time was about to be written into the audit trail."""


def as_time(at: datetime) -> str:
    """A time as it stands in the trail: UTC, microseconds."""
    if at.tzinfo is None:
        raise FreeTextRefused(type_error.format("a time without its zone"))
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def check_name(value: str, what: str) -> str:
    """A code or a choice, or nothing. Returns it; raises FreeTextRefused, which does not repeat the value."""
    if value == "" or is_code(value) or _SHORT_NUMBER.match(value):
        return value
    if len(value) <= _LONGEST and _CHOICE.match(value):
        return value
    raise FreeTextRefused(type_error.format(what))


def check_actor(value: str) -> str:
    """The code of an account, "SYSTEM" for jobs, "public" for those who did not sign in."""
    return value if value == "SYSTEM" else check_name(value, "actor") or "public"


def check_basis(value: str) -> str:
    """The ground of a disclosure: one of the field's short names ("OWN", "ROI", "COURT") or a choice."""
    return value if _CLASS.match(value) else check_name(value, "basis")


def check_classes(classes: Any) -> list[str]:
    """Data classes, sorted and once each."""
    found = sorted(set(classes))
    if isinstance(classes, str) or not all(isinstance(one, str) and _CLASS.match(one) for one in found):
        raise FreeTextRefused(type_error.format("the list of data classes"))
    return found


def check_details(details: Mapping[str, Any]) -> dict[str, Any]:
    """The details as they are stored. Raises FreeTextRefused, naming the detail and never its value."""
    return {name: _checked(value, name) for name, value in details.items()}


def _checked(value: Any, name: str) -> Any:
    if isinstance(value, list | tuple | set | frozenset):
        values = sorted(value, key=str) if isinstance(value, set | frozenset) else list(value)
        if len(values) > _MOST:
            raise FreeTextRefused(type_error.format(f"the long list {name!r}"))
        return [_one(one, name) for one in values]
    return _one(value, name)


def _one(value: Any, name: str) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) < _LARGEST:
        return int(value)
    if isinstance(value, float) and math.isfinite(value) and abs(value) < _LARGEST:
        return value
    if isinstance(value, datetime):
        return as_time(value)
    if isinstance(value, str) and not isinstance(value, date):
        return check_name(str(value), repr(name))
    raise FreeTextRefused(type_error.format(repr(name)))
