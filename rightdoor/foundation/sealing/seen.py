"""Older values that were put back: found by what stood in each sealed cell before (decision 0007).

Nonces are random, so the same sealed value never comes about twice. A cell that shows again what it showed before it
showed something else was written by somebody who kept a copy. Digests only are kept, in the keyring, where whoever
writes to the main database does not reach.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import connections, transaction

from rightdoor.foundation.sealing.models import SeenValue
from rightdoor.foundation.sealing.router import KEYRING

_NEW = """
    INSERT INTO sealing_seenvalue (cell, value, seen_at, is_newest)
    SELECT cell, value, %s, true FROM unnest(%s::bytea[], %s::bytea[]) AS now_there (cell, value)
    ON CONFLICT (cell, value) DO NOTHING
    RETURNING cell
"""
_BACK = """
    UPDATE sealing_seenvalue s SET came_back_at = coalesce(s.came_back_at, %s)
    FROM unnest(%s::bytea[], %s::bytea[]) AS now_there (cell, value)
    WHERE s.cell = now_there.cell AND s.value = now_there.value AND NOT s.is_newest
    RETURNING s.cell
"""
_OLDER = """
    UPDATE sealing_seenvalue s SET is_newest = false
    FROM unnest(%s::bytea[], %s::bytea[]) AS now_there (cell, value)
    WHERE s.cell = now_there.cell AND s.value <> now_there.value AND s.is_newest AND s.cell = ANY(%s)
"""


def cell_of(table: str, column: str, row: str) -> bytes:
    """What a cell is called here."""
    return hashlib.sha256(f"{table}\0{column}\0{row}".encode()).digest()[:16]


def value_of(blob: bytes) -> bytes:
    """What a sealed value is called here."""
    return hashlib.sha256(blob).digest()[:16]


def look(cells: Sequence[tuple[bytes, bytes]], now: datetime) -> set[bytes]:
    """Note what stands in these cells now: (cell, value). Returns the cells in which an older value stands again."""
    names, values = [cell for cell, _ in cells], [value for _, value in cells]
    with transaction.atomic(using=KEYRING), connections[KEYRING].cursor() as cursor:
        cursor.execute(_NEW, [now, names, values])
        changed = [bytes(row[0]) for row in cursor.fetchall()]
        if changed:
            cursor.execute(_OLDER, [names, values, changed])
        cursor.execute(_BACK, [now, names, values])
        return {bytes(row[0]) for row in cursor.fetchall()}


def accept() -> int:
    """What stands there now is right, because the operator restored it: it is the newest again. Returns how many."""
    with transaction.atomic(using=KEYRING):
        back = list(SeenValue.objects.filter(came_back_at__isnull=False))
        cells = [row.cell for row in back]
        SeenValue.objects.filter(cell__in=cells).update(is_newest=False, came_back_at=None)
        SeenValue.objects.filter(pk__in=[row.pk for row in back]).update(is_newest=True)
    return len(back)


def came_back() -> int:
    """In how many cells an older value was found."""
    return SeenValue.objects.filter(came_back_at__isnull=False).count()
