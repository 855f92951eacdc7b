"""What hangs on the records that an import made, and whether anybody touched it since.

Asked of the tables themselves: one that is added later is found as soon as it leads to what was made. A row that the
asker may not see is not found here; the database's own foreign keys then refuse to let go of what it hangs on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, connection

from rightdoor.domain.errors import RuleBroken

# What the installation writes by itself: a reminder is nobody's work on a record.
UNTOUCHED_BY = frozenset({"referrals_referral.reminded"})
BATCH = 2000
TOUCHED = "Something else was done to these records meanwhile. They stay as they are."

Found = dict[Any, dict[int, int]]  # table -> key -> key of the record on top


class Touched(RuleBroken):
    """The import cannot be undone any more."""


def below(top: Any, keys: Iterable[int]) -> Found:
    """These rows, and every row that hangs on them, each with the row on top that it belongs to."""
    found: Found = {top: {key: key for key in keys}}

    def walk(model: Any, fresh: Mapping[int, int]) -> None:
        for relation in _pointing_at(model):
            child, field = relation.related_model, relation.field
            if field.null:
                continue  # it stands without this row
            known = found.setdefault(child, {})
            new: dict[int, int] = {}
            parents = list(fresh)
            for start in range(0, len(parents), BATCH):
                some = {f"{field.attname}__in": parents[start : start + BATCH]}
                for key, parent in child._default_manager.filter(**some).values_list("pk", field.attname):
                    if key not in known:
                        new[key] = fresh[parent]
            known.update(new)
            if new:
                walk(child, new)

    walk(top, dict(found[top]))
    return {model: rows for model, rows in found.items() if rows}


def digests(found: Found) -> dict[int, str]:
    """For each row on top, a digest of it and of all that hangs on it."""
    sums: dict[int, Any] = {}
    for model in sorted(found, key=lambda one: str(one._meta.db_table)):
        table = model._meta.db_table
        names = [one.attname for one in model._meta.concrete_fields if f"{table}.{one.column}" not in UNTOUCHED_BY]
        owners = found[model]
        keys = sorted(owners)
        for start in range(0, len(keys), BATCH):
            rows = model._default_manager.filter(pk__in=keys[start : start + BATCH]).order_by("pk")
            for key, *values in rows.values_list("pk", *names):
                told = repr((table, [bytes(one) if isinstance(one, memoryview) else one for one in values]))
                sums.setdefault(owners[key], sha256()).update(told.encode())
    return {top: one.hexdigest() for top, one in sums.items()}


def remove(found: Found) -> int:
    """Deletes all of these rows, and nothing else. Raises Touched when anything else still hangs on them."""
    gone = 0
    for model in _in_order(found):
        keys = sorted(found[model])
        for start in range(0, len(keys), BATCH):
            rows = model._default_manager.filter(pk__in=keys[start : start + BATCH])
            gone += int(rows._raw_delete(rows.db))
    if gone != sum(len(rows) for rows in found.values()):
        raise Touched(TOUCHED)
    try:
        connection.check_constraints()
    except IntegrityError:
        raise Touched(TOUCHED) from None
    return gone


def _pointing_at(model: Any) -> list[Any]:
    fields = model._meta.get_fields(include_hidden=True)
    return [one for one in fields if one.auto_created and not one.concrete and (one.one_to_many or one.one_to_one)]


def _in_order(found: Found) -> list[Any]:
    """A table before those that it points at."""
    done: list[Any] = []

    def place(model: Any) -> None:
        if model in done or model not in found:
            return
        for relation in _pointing_at(model):
            if relation.related_model is not model:
                place(relation.related_model)
        done.append(model)

    for model in sorted(found, key=lambda one: str(one._meta.db_table)):
        place(model)
    return done
