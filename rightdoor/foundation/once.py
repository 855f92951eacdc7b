"""A form that is sent twice makes one row: the code of the row follows from the code that the form brings along.

What a browser sends is nobody's word. Were it taken as it stands, somebody could send the code of a record elsewhere
and learn from the answer that there is one. So the row gets a code of its own, made of the sent one, the person and the
place by a secret of this installation: the same form of the same person in the same place leads to the same row, and
anything else to another.
"""

from __future__ import annotations

from typing import Protocol, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.utils.crypto import salted_hmac

from rightdoor.foundation.codes import ALPHABET, LENGTH, is_code

Row = TypeVar("Row", bound=Model)


class Sender(Protocol):
    """Whoever sends the form."""

    @property
    def code(self) -> str: ...


def own_code(viewer: Sender, model: type[Model], place: str, sent: str) -> str:
    """The code of the row that this form makes; "" where it brings none along.

    `place`: the code of what the row belongs to, such as the case; "" where it belongs to nothing yet.
    """
    if not is_code(sent):
        return ""
    said = ":".join((viewer.code, model._meta.label_lower, place, sent))
    number = int.from_bytes(salted_hmac("rightdoor.once", said, algorithm="sha256").digest())
    letters = []
    for _ in range(LENGTH):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return f"{''.join(letters[:4])}-{''.join(letters[4:])}"


def sent_before(rows: QuerySet[Row], code: str, *, field: str = "code") -> Row | None:
    """The row that this form has made already, among the sender's own; None where it has not, or brings no code.

    Call it inside the act: of two sendings at the same moment, the second waits here until the first is through, and
    then finds what that one made.
    """
    if not is_code(code):
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [code])
    return rows.filter(**{field: code}).first()


def in_turn(*what: str) -> None:
    """Waits until nobody else is at the same thing, and makes the others wait until this act is through.

    For a rule about rows that are not there yet, which nothing could lock: ask it after this.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 8))", ["\x1f".join(what)])
