"""Keys by subject, holder and compartment: made, fetched, destroyed, moved to a new epoch.

Everything here works on the keyring's own connection and commits there at once, before the caller writes the value
that needs the key. A main transaction that is then rolled back leaves an unused key, which is harmless; the other order
could leave a value without a key, which is loss.
"""

import threading
import uuid
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import connections, transaction

from rightdoor.foundation.sealing import cipher, roots
from rightdoor.foundation.sealing.cipher import SealBroken
from rightdoor.foundation.sealing.models import DataKey, DestroyedSubject, HolderKey
from rightdoor.foundation.sealing.router import KEYRING


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """What one data key is for."""

    subject: str
    holder: str
    compartment: str


@dataclass(frozen=True, slots=True)
class OpenKey:
    """A data key, unwrapped, and what it is for. Lives for one call."""

    id: bytes
    key: bytes
    place: Place

    def __repr__(self) -> str:
        return f"OpenKey({self.place})"  # never the key itself, in no log and no traceback


class _HolderKeys:
    """Unwrapped K1 of this process, at most ``size`` of them, the longest unused dropped first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._keys: OrderedDict[tuple[int, bytes], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, holder_key_id: int, holder: str, epoch: int, wrapped: bytes) -> bytes:
        # The wrapped bytes are part of the cache key: a row that was changed behind our back is unwrapped afresh.
        name = (holder_key_id, wrapped)
        with self._lock:
            if name in self._keys:
                self._keys.move_to_end(name)
                return self._keys[name]
        key = cipher.unwrap_key(wrapped, under=roots.root_key(epoch), label=_holder_label(holder, epoch))
        with self._lock:
            self._keys[name] = key
            while len(self._keys) > self._size:
                self._keys.popitem(last=False)
        return key

    def clear(self) -> None:
        with self._lock:
            self._keys.clear()

    def __len__(self) -> int:
        return len(self._keys)


holder_keys = _HolderKeys(size=256)

_BY_ID = """
    SELECT d.id, d.subject, d.holder, d.compartment, d.wrapped, h.id, h.holder, h.epoch, h.wrapped
    FROM sealing_datakey d JOIN sealing_holderkey h ON h.id = d.holder_key_id
    WHERE d.id = ANY(%s)
"""

_BY_PLACE = """
    SELECT d.id, d.subject, d.holder, d.compartment, d.wrapped, h.id, h.holder, h.epoch, h.wrapped
    FROM sealing_datakey d JOIN sealing_holderkey h ON h.id = d.holder_key_id
    WHERE (d.subject, d.holder, d.compartment) IN
        (SELECT * FROM unnest(%s::varchar[], %s::varchar[], %s::varchar[]))
"""


def keys_by_id(ids: Iterable[bytes]) -> dict[bytes, OpenKey]:
    """The data keys with these ids, in one query. Ids that are not (or no longer) there are simply missing."""
    wanted = list({uuid.UUID(bytes=key_id) for key_id in ids})
    if not wanted:
        return {}
    with connections[KEYRING].cursor() as cursor:
        cursor.execute(_BY_ID, [wanted])
        return {opened.id: opened for opened in map(_opened, cursor.fetchall())}


def keys_for(places: Iterable[Place], *, suite: int) -> dict[Place, OpenKey]:
    """The data keys for these places, in one query; those that are missing are made and committed.

    Raises SealBroken for a subject whose keys were destroyed.
    """
    wanted = sorted(set(places))
    found = _stored(wanted)
    for subject, missing in groupby((place for place in wanted if place not in found), key=lambda place: place.subject):
        _make(subject, list(missing), suite=suite)
    if len(found) < len(wanted):
        found |= _stored([place for place in wanted if place not in found])
    if len(found) < len(wanted):
        raise SealBroken
    return found


def destroy_subject(subject: str, *, now: datetime) -> int:
    """Delete every key of a subject and never make one again. Returns how many were deleted; safe to run twice.

    Copies of the keyring that were taken before stay readable until the root key of their epoch is destroyed.
    """
    with transaction.atomic(using=KEYRING):
        _hold(subject)
        deleted, _ = DataKey.objects.filter(subject=subject).delete()
        DestroyedSubject.objects.get_or_create(subject=subject, defaults={"keys": deleted, "destroyed_at": now})
    return deleted


def turn_epoch(*, suite: int) -> int:
    """Begin a new epoch: a new root key, new holder keys, every data key wrapped anew. Returns the new epoch.

    Safe to run again after an interruption. The old root keys stay until ``drop_epoch``.
    """
    epoch = roots.current_epoch() + 1
    roots.create_root_key(epoch)
    move_to_current_epoch(suite=suite)
    return epoch


def move_to_current_epoch(*, suite: int) -> int:
    """Wrap under the current epoch every data key that is still under an older one. Returns how many moved."""
    epoch = roots.current_epoch()
    moved = 0
    while True:
        with transaction.atomic(using=KEYRING):
            rows = list(
                DataKey.objects.select_for_update(of=("self",), skip_locked=True)
                .filter(holder_key__epoch__lt=epoch)
                .select_related("holder_key")[:500]
            )
            for row in rows:
                old = row.holder_key
                place = Place(row.subject, row.holder, row.compartment)
                under = holder_keys.get(old.pk, old.holder, old.epoch, bytes(old.wrapped))
                key = cipher.unwrap_key(bytes(row.wrapped), under=under, label=_data_label(row.id.bytes, place))
                new = _holder_key(row.holder, epoch, suite=suite)
                row.holder_key = new
                row.wrapped = _wrapped(key, row.id.bytes, place, new, suite=suite)
            DataKey.objects.bulk_update(rows, ["holder_key", "wrapped"])
        if not rows:
            return moved
        moved += len(rows)


def drop_epoch(epoch: int) -> None:
    """Destroy the root key of a past epoch. Raises RootKeyUnusable while a data key still needs it."""
    if epoch >= roots.current_epoch():
        raise roots.RootKeyUnusable("The current epoch cannot be dropped. Turn the epoch first.")
    if DataKey.objects.filter(holder_key__epoch=epoch).exists():
        raise roots.RootKeyUnusable(f"Keys are still wrapped under epoch {epoch}. Turn the epoch again first.")
    HolderKey.objects.filter(epoch=epoch).delete()
    roots.delete_root_key(epoch)
    holder_keys.clear()


def _stored(places: list[Place]) -> dict[Place, OpenKey]:
    if not places:
        return {}
    with connections[KEYRING].cursor() as cursor:
        cursor.execute(
            _BY_PLACE,
            [[p.subject for p in places], [p.holder for p in places], [p.compartment for p in places]],
        )
        return {opened.place: opened for opened in map(_opened, cursor.fetchall())}


def _opened(row: tuple[uuid.UUID, str, str, str, bytes, int, str, int, bytes]) -> OpenKey:
    key_id, subject, holder, compartment, wrapped, holder_key_id, key_holder, epoch, holder_wrapped = row
    place = Place(subject, holder, compartment)
    under = holder_keys.get(holder_key_id, key_holder, epoch, bytes(holder_wrapped))
    key = cipher.unwrap_key(bytes(wrapped), under=under, label=_data_label(key_id.bytes, place))
    return OpenKey(key_id.bytes, key, place)


def _make(subject: str, places: list[Place], *, suite: int) -> None:
    """The keys of one subject that are missing, in one transaction."""
    with transaction.atomic(using=KEYRING):
        _hold(subject)
        if DestroyedSubject.objects.filter(subject=subject).exists():
            raise SealBroken
        holders = {
            holder: _holder_key(holder, roots.current_epoch(), suite=suite)
            for holder in sorted({place.holder for place in places})
        }
        # Another process may have made the same key since we looked: the one that is there stays.
        DataKey.objects.bulk_create(
            [_new_data_key(place, holders[place.holder], suite=suite) for place in places], ignore_conflicts=True
        )


def _new_data_key(place: Place, holder_key: HolderKey, *, suite: int) -> DataKey:
    key_id = uuid.uuid4()
    return DataKey(
        id=key_id,
        subject=place.subject,
        holder=place.holder,
        compartment=place.compartment,
        holder_key=holder_key,
        wrapped=_wrapped(cipher.new_key(), key_id.bytes, place, holder_key, suite=suite),
    )


def _holder_key(holder: str, epoch: int, *, suite: int) -> HolderKey:
    found = HolderKey.objects.filter(holder=holder, epoch=epoch).first()
    if found is None:
        wrapped = cipher.wrap_key(
            cipher.new_key(), under=roots.root_key(epoch), label=_holder_label(holder, epoch), suite=suite
        )
        HolderKey.objects.bulk_create([HolderKey(holder=holder, epoch=epoch, wrapped=wrapped)], ignore_conflicts=True)
        found = HolderKey.objects.get(holder=holder, epoch=epoch)
    return found


def _wrapped(key: bytes, key_id: bytes, place: Place, holder_key: HolderKey, *, suite: int) -> bytes:
    under = holder_keys.get(holder_key.pk, holder_key.holder, holder_key.epoch, bytes(holder_key.wrapped))
    return cipher.wrap_key(key, under=under, label=_data_label(key_id, place), suite=suite)


def _hold(subject: str) -> None:
    # One at a time for one subject: otherwise a key could be made while the subject is being destroyed.
    with connections[KEYRING].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [subject])


def _holder_label(holder: str, epoch: int) -> bytes:
    return cipher.encode_label(["holder key", holder, str(epoch)])


def _data_label(key_id: bytes, place: Place) -> bytes:
    return cipher.encode_label(["data key", key_id.hex(), place.subject, place.holder, place.compartment])
