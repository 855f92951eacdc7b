"""What makes a long password easy to guess all the same: repeated, in a row, or only our own words."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
)
_OUR_WORDS = re.compile(r"rightdoor|password|passwort|welcome|coordinat(?:or|ion)|referral|admin(?:istrator)?|letmein")
_FEWEST_DIFFERENT = 5


class NotEasilyGuessed:
    """Refuses what length alone would let pass. No rules about kinds of characters."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError with a sentence that says what to do instead."""
        folded = "".join(character for character in password.casefold() if character.isalnum())
        if folded.isascii() and (len(set(folded)) < _FEWEST_DIFFERENT or _repeats(folded) or _is_in_a_row(folded)):
            raise ValidationError(_("This password repeats itself or is a row of keys. Use a few unrelated words."))
        if len(_OUR_WORDS.sub("", folded)) < len(folded) // 2:
            raise ValidationError(_("This password is made of words that anyone would try here. Use other words."))

    def get_help_text(self) -> str:
        """For lists of requirements."""
        return _("Use a few unrelated words, not a row of keys.")


def _repeats(text: str) -> bool:
    """A short block, again and again: found inside its own double before the end."""
    return bool(text) and text in (text + text)[1:-1]


def _is_in_a_row(text: str) -> bool:
    rows = [row * 3 for row in _ROWS]
    return any(text in row or text in row[::-1] for row in rows)
