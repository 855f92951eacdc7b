"""Passwords: long, not easily guessed, and otherwise as the person likes."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from rightdoor.foundation.accounts.models import Account

PERSON = Account(email="nina.newcomer@example.invalid", name="Nina Newcomer")


@pytest.mark.parametrize(
    "weak",
    [
        "a" * 20,
        "abcabcabcabcabcabc",
        "123456789012345",
        "qwertyuiopasdfg",
        "gfdsapoiuytrewq",
        "Password-Password-1",
        "rightdoor password",
        "fourteen chars",
        "nina.newcomer@example",
    ],
)
def test_what_is_easily_guessed_is_refused(weak: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(weak, PERSON)


@pytest.mark.parametrize(
    "good",
    [
        "a quiet walk along the levee",
        "ngày mai trời sẽ nắng",
        "0415 heron 2288 gate",
        "一二三四五六七八九十百千萬億兆",
    ],
)
def test_no_kind_of_character_is_demanded(good: str) -> None:
    assert validate_password(good, PERSON) is None
