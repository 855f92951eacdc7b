"""What the command `keys` and its weekly job do: the moves of `foundation/sealing`, held against the records.

Sealing knows keys and no records. Here both are at hand: before keys are moved, every key that a sealed value asks for
must be in the keyring; before an old root key is destroyed, a field of every client must open.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.db import connection, connections, models

from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.sealing import cipher, rotation, seals, seen
from rightdoor.foundation.sealing.models import DestroyedSubject, KeyKeeper
from rightdoor.foundation.sealing.roots import INSTALLATION, RootKeyUnusable
from rightdoor.foundation.sealing.rotation import RotationRefused

_AT_ONCE = 1_000
_WHO = """
    SELECT c.id, c.code, c.holder, i.who_sealed FROM clients_client c JOIN clients_identity i ON i.client_id = c.id
    WHERE c.id > %s ORDER BY c.id LIMIT %s
"""
_RESTORE = "Restore the keyring from its newest backup, and look who changed it, before anything else."


@dataclass(frozen=True, slots=True)
class Turned:
    """What a rotation did."""

    root: str
    epoch: int
    keys: int
    clients: int
    dropped: tuple[int, ...]


def rotate(now: datetime, *, root: str = INSTALLATION, drop: bool = True) -> Turned:
    """Turn the epoch of one owner's keys, try them all, and drop what is older than the settings keep.

    Raises RotationRefused, RootKeyUnusable; all is as before then, or old epochs are kept longer.
    """
    refuse_if_keys_are_lost()
    epoch = rotation.turn_epoch(suite=seals.chosen_suite(), now=now, root=root)
    _note_turned(_us(), epoch=epoch, root=root)
    keys = rotation.check_epoch(root, now=now)
    clients = read_canaries()
    dropped = drop_old(now, root=root) if drop else []
    return Turned(root, epoch, keys, clients, tuple(dropped))


def drop_old(now: datetime, *, root: str = INSTALLATION) -> list[int]:
    """Drop the epochs that the settings no longer keep. Returns which. Call after `read_canaries`."""
    dropped = rotation.drop_old(keep=settings.ENV.epochs_kept, now=now, root=root)
    for number in dropped:
        _note_dropped(_us(), epoch=number, root=root)
    return dropped


def drop(epoch: int, now: datetime, *, root: str = INSTALLATION) -> None:
    """Drop one epoch, once every client was read. Raises RotationRefused, RootKeyUnusable."""
    refuse_if_keys_are_lost()
    rotation.check_epoch(root, now=now)
    read_canaries()
    rotation.drop_epoch(epoch, now=now, root=root)
    _note_dropped(_us(), epoch=epoch, root=root)


def move_agency(holder: str, now: datetime, *, back: bool = False) -> int:
    """An agency's keys go under its own root key, or back under ours. Returns how many moved."""
    refuse_if_keys_are_lost()
    move = rotation.take_back if back else rotation.give_own_root
    moved = move(holder, suite=seals.chosen_suite(), now=now)
    _note_moved(_us(), holder=holder, moved=moved, back=back)
    read_canaries()
    return moved


def turn_if_due(now: datetime) -> list[Turned]:
    """The weekly work: every owner whose epoch has lasted long enough, and whose root key is here. Returns what it did.

    An agency's own key that is not here is no fault: it is turned when it is back. Our own that is away is one.
    """
    done = []
    for root in rotation.owners():
        if not rotation.is_due(days=settings.ENV.epoch_days, now=now, root=root):
            continue
        try:
            done.append(rotate(now, root=root))
        except RotationRefused:
            raise
        except RootKeyUnusable:
            if root == INSTALLATION:
                raise
    return done


def shred_window() -> timedelta:
    """How long after a shred the last copy of its keys can be opened at most: as long as an epoch's root key lives."""
    return timedelta(days=settings.ENV.epoch_days) * (settings.ENV.epochs_kept + 1)


def refuse_if_keys_are_lost() -> None:
    """Raises RotationRefused when a record asks for a key that is neither here nor destroyed on purpose."""
    lost = lost_keys()
    if lost:
        where = sorted({place for place, _ in lost})[0]
        raise RotationRefused(
            f"{len(lost)} keys that records ask for are not in the keyring ({where}). {_RESTORE} Nothing was changed."
        )


def lost_keys() -> set[tuple[str, uuid.UUID]]:
    """The keys that sealed values of the main database ask for, and that nobody has: (table.column, id)."""
    asked = {(place, key_id) for place, key_id in _asked_for()}
    with connections["keyring"].cursor() as cursor:
        cursor.execute("SELECT id FROM sealing_datakey UNION ALL SELECT unnest(key_ids) FROM sealing_destroyedsubject")
        known = {row[0] for row in cursor.fetchall()}
    return {(place, key_id) for place, key_id in asked if key_id not in known}


def look_for_older_values(now: datetime) -> list[str]:
    """Hold every sealed cell against what stood in it before. Returns "table.column row" where an older value is back.

    An event is left with the number of cells, if there are any.
    """
    back: list[str] = []
    for table, column in sealed_columns():
        key = _row_key(table)
        what, where, row = (connection.ops.quote_name(it) for it in (column, table, key))
        last = None
        while True:
            with connection.cursor() as cursor:
                after, values = (f"AND {row} > %s", [last]) if last is not None else ("", [])
                cursor.execute(
                    f"SELECT {row}, sha256({what}) FROM {where} WHERE {what} IS NOT NULL {after}"  # noqa: S608
                    f" ORDER BY {row} LIMIT {_AT_ONCE * 5}",
                    values,
                )
                rows = cursor.fetchall()
            if not rows:
                break
            last = rows[-1][0]
            cells = {seen.cell_of(table, column, str(number)): number for number, _ in rows}
            found = seen.look(
                [(seen.cell_of(table, column, str(number)), bytes(digest)[:16]) for number, digest in rows], now
            )
            back += [f"{table}.{column} {cells[cell]}" for cell in found]
    if back:
        _note_older(_us(), cells=len(back))
    return sorted(back)


def _row_key(table: str) -> str:
    return next(
        str(model._meta.pk.column)  # type: ignore[union-attr]
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table == table
    )


def most_used() -> tuple[int, str]:
    """How many stored values the busiest key seals, and in which column. A key is good for far more than 2^20."""
    most, where = 0, ""
    counted: dict[str, int] = {}
    with connection.cursor() as cursor:
        for table, column in sealed_columns():
            cursor.execute(_counts(table, column), [_beginnings()])
            for key_id, count in cursor.fetchall():
                if int(key_id, 16):
                    counted[key_id] = counted.get(key_id, 0) + count
                    if counted[key_id] > most:
                        most, where = counted[key_id], f"{table}.{column}"
    return most, where


def read_canaries() -> int:
    """Open a field of every client and forget it. Returns how many opened. Raises RotationRefused if one stays closed.

    Clients whose keys were destroyed, and those of an agency whose own key is not here, are left out.
    """
    opened, last = 0, 0
    destroyed = set(DestroyedSubject.objects.values_list("subject", flat=True))
    kept_apart = set(KeyKeeper.objects.values_list("holder", flat=True))
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_WHO, [last, _AT_ONCE])
            rows = cursor.fetchall()
            if not rows:
                return opened
            last = rows[-1][0]
            tried = [row for row in rows if row[1] not in destroyed]
            seals.forget_away()
            texts = seals.open_each([(blob, _who_label(code, holder)) for _, code, holder, blob in tried])
            away = seals.away_now()
            closed = [
                row for row, text in zip(tried, texts, strict=True)
                if text is None and not (row[2] in kept_apart and row[2] in away)
            ]  # fmt: skip
            if closed:
                raise RotationRefused(f"{len(closed)} clients cannot be read. Old root keys are kept. {_RESTORE}")
            opened += len(tried)


def _asked_for() -> Iterator[tuple[str, uuid.UUID]]:
    with connection.cursor() as cursor:
        for table, column in sealed_columns():
            cursor.execute(_counts(table, column), [_beginnings()])
            for found, _ in cursor.fetchall():
                key_id = uuid.UUID(hex=found)
                if key_id.int:  # parts of files: their key is known by the file
                    yield f"{table}.{column}", key_id


def _counts(table: str, column: str) -> str:
    """SQL: the key ids that the values of a column ask for, and how many ask for each."""
    where, what = connection.ops.quote_name(table), connection.ops.quote_name(column)
    return (
        f"SELECT encode(substring({what} FROM 3 FOR 16), 'hex'), count(*) FROM {where}"  # noqa: S608
        f" WHERE substring({what} FROM 1 FOR 2) = ANY(%s) GROUP BY 1"
    )


def _beginnings() -> list[bytes]:
    return [bytes((cipher.VERSION, suite)) for suite in cipher.SUITES]


def sealed_columns() -> list[tuple[str, str]]:
    """Every column of the main database that holds sealed values: (table, column)."""
    return sorted(
        (model._meta.db_table, field.column)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label != "sealing" and model._meta.managed
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.BinaryField) and field.column.endswith("_sealed")
    )


def _who_label(code: str, holder: str) -> seals.SealContext:
    return seals.SealContext("clients_identity", "who", code, code, holder, "ID")


def _us() -> Viewer:
    return system_viewer("keys")


@action("keys.epoch_turned")
def _note_turned(viewer: Viewer, *, epoch: int, root: str) -> None:
    record(viewer, "keys.epoch_turned", epoch=epoch, holder=root)


@action("keys.epoch_dropped")
def _note_dropped(viewer: Viewer, *, epoch: int, root: str) -> None:
    record(viewer, "keys.epoch_dropped", epoch=epoch, holder=root)


@action("keys.agency_moved")
def _note_moved(viewer: Viewer, *, holder: str, moved: int, back: bool) -> None:
    record(viewer, "keys.agency_moved", holder=holder, moved=moved, to="site" if back else "agency")


@action("keys.older_value_found")
def _note_older(viewer: Viewer, *, cells: int) -> None:
    record(viewer, "keys.older_value_found", cells=cells)
