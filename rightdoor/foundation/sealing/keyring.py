"""Keys by subject, holder and compartment: made, fetched, destroyed, moved to a new epoch.

Everything here works on the keyring's own connection and commits there at once, before the caller writes the value
that needs the key. A main transaction that is then rolled back leaves an unused key, which is harmless; the other order
could leave a value without a key, which is loss.

Moving all keys to a new epoch, or to an agency's own root key, is in `rotation.py`.
"""

import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import connections, transaction

from rightdoor.foundation.sealing import cipher, roots
from rightdoor.foundation.sealing.cipher import SealBroken
from rightdoor.foundation.sealing.models import DataKey, DestroyedSubject, Epoch, HolderKey, KeyKeeper
from rightdoor.foundation.sealing.roots import INSTALLATION, KeyAway, RootKeyUnusable
from rightdoor.foundation.sealing.router import KEYRING

OURS_FOR = 12 * 3600.0  # seconds for which a process keeps a holder key open
THEIRS_FOR = 60.0  # the same for an agency that keeps its own root key: it takes the key away, and soon we cannot read
_ALL_KEYS = 7_402_010  # advisory lock: shared by who makes or destroys keys, alone for who moves them all


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
    """Unwrapped K1 of this process, for a while, at most ``size`` of them, the longest unused dropped first."""

    def __init__(self, size: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = size
        self._clock = clock
        self._keys: OrderedDict[tuple[int, bytes], tuple[float, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, holder_key_id: int, holder: str, root: str, epoch: int, wrapped: bytes) -> bytes:
        """The key of a row. Raises KeyAway for an agency's own key that is not here, RootKeyUnusable for ours."""
        # The wrapped bytes are part of the cache key: a row that was changed behind our back is unwrapped afresh.
        name = (holder_key_id, wrapped)
        moment = self._clock()
        with self._lock:
            until, key = self._keys.get(name, (0.0, b""))
            if moment < until:
                self._keys.move_to_end(name)
                return key
            self._keys.pop(name, None)
        try:
            key = roots.of(root).unwrap(epoch, wrapped, label=holder_label(holder, root, epoch))
        except RootKeyUnusable:
            if root == INSTALLATION:
                raise
            raise KeyAway(root) from None
        with self._lock:
            self._keys[name] = (moment + (OURS_FOR if root == INSTALLATION else THEIRS_FOR), key)
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
    SELECT d.id, d.subject, d.holder, d.compartment, d.wrapped, h.id, h.holder, h.root, h.epoch, h.wrapped
    FROM sealing_datakey d JOIN sealing_holderkey h ON h.id = d.holder_key_id
    WHERE d.id = ANY(%s)
"""

_BY_PLACE = """
    SELECT d.id, d.subject, d.holder, d.compartment, d.wrapped, h.id, h.holder, h.root, h.epoch, h.wrapped
    FROM sealing_datakey d JOIN sealing_holderkey h ON h.id = d.holder_key_id
    WHERE (d.subject, d.holder, d.compartment) IN
        (SELECT * FROM unnest(%s::varchar[], %s::varchar[], %s::varchar[]))
"""


def keys_by_id(ids: Iterable[bytes], *, away: set[str] | None = None) -> dict[bytes, OpenKey]:
    """The data keys with these ids, in one query. Ids that are not (or no longer) there are simply missing.

    Where an agency's own root key is not here: with ``away`` its keys are missing too and the agency is added to it,
    otherwise KeyAway is raised.
    """
    wanted = list({uuid.UUID(bytes=key_id) for key_id in ids})
    if not wanted:
        return {}
    with connections[KEYRING].cursor() as cursor:
        cursor.execute(_BY_ID, [wanted])
        rows = cursor.fetchall()
    found = {}
    for row in rows:
        try:
            opened = _opened(row)
        except KeyAway as problem:
            if away is None:
                raise
            away.add(problem.holder)
            continue
        found[opened.id] = opened
    return found


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

    Copies of the keyring that were taken before stay readable until the root key of their epoch is destroyed: the row
    that stays says which epochs those are.
    """
    with transaction.atomic(using=KEYRING):
        among_others()
        _hold(subject)
        rows = list(DataKey.objects.filter(subject=subject).values_list("id", "holder"))
        # Whoever keeps them now: an older copy may lie under the installation's root key, or under one that its agency
        # once kept.
        kept = Epoch.objects.filter(root__in={holder for _, holder in rows}).values_list("root", flat=True)
        epochs = {root: current_epoch(root) for root in {INSTALLATION, *kept}}
        DataKey.objects.filter(subject=subject).delete()
        DestroyedSubject.objects.get_or_create(
            subject=subject,
            defaults={
                "keys": len(rows),
                "destroyed_at": now,
                "key_ids": [key_id for key_id, _ in rows],
                "epochs": epochs,
            },
        )
    return len(rows)


def current_epoch(root: str = INSTALLATION) -> int:
    """The epoch under which new keys of this owner are wrapped. Raises RootKeyUnusable when there is none."""
    number = Epoch.objects.filter(root=root).order_by("-number").values_list("number", flat=True).first()
    if number is None and root != INSTALLATION:
        raise RootKeyUnusable(f"The agency {root} keeps no root key of its own here.")
    if number is None:
        raise RootKeyUnusable("The keyring knows no epoch. Run the command migrate, or start the site anew.")
    return number


def keepers(holders: Iterable[str]) -> set[str]:
    """Those of the holders who keep their own root key."""
    return set(KeyKeeper.objects.filter(holder__in=list(holders)).values_list("holder", flat=True))


def among_others() -> None:
    """Within a transaction: keys are made or destroyed here, so nobody may be moving them all meanwhile."""
    with connections[KEYRING].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_ALL_KEYS])


def alone() -> None:
    """Within a transaction: all keys are being moved, so none is made or destroyed meanwhile. Reading goes on."""
    with connections[KEYRING].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ALL_KEYS])


def _stored(places: list[Place]) -> dict[Place, OpenKey]:
    if not places:
        return {}
    with connections[KEYRING].cursor() as cursor:
        cursor.execute(
            _BY_PLACE,
            [[p.subject for p in places], [p.holder for p in places], [p.compartment for p in places]],
        )
        return {opened.place: opened for opened in map(_opened, cursor.fetchall())}


def _opened(row: tuple[uuid.UUID, str, str, str, bytes, int, str, str, int, bytes]) -> OpenKey:
    key_id, subject, holder, compartment, wrapped, holder_key_id, key_holder, root, epoch, holder_wrapped = row
    place = Place(subject, holder, compartment)
    under = holder_keys.get(holder_key_id, key_holder, root, epoch, bytes(holder_wrapped))
    key = cipher.unwrap_key(bytes(wrapped), under=under, label=data_label(key_id.bytes, place))
    return OpenKey(key_id.bytes, key, place)


def _make(subject: str, places: list[Place], *, suite: int) -> None:
    """The keys of one subject that are missing, in one transaction."""
    with transaction.atomic(using=KEYRING):
        among_others()
        _hold(subject)
        if DestroyedSubject.objects.filter(subject=subject).exists():
            raise SealBroken
        wanted = sorted({place.holder for place in places})
        own = keepers(wanted)
        holders = {}
        for holder in wanted:
            root = holder if holder in own else INSTALLATION
            holders[holder] = holder_key(holder, root, current_epoch(root), suite=suite)
        # Another process may have made the same key since we looked: the one that is there stays.
        DataKey.objects.bulk_create(
            [_new_data_key(place, holders[place.holder], suite=suite) for place in places], ignore_conflicts=True
        )


def _new_data_key(place: Place, under: HolderKey, *, suite: int) -> DataKey:
    key_id, key = uuid.uuid4(), cipher.new_key()
    return DataKey(
        id=key_id,
        subject=place.subject,
        holder=place.holder,
        compartment=place.compartment,
        holder_key=under,
        wrapped=cipher.wrap_key(
            key, under=opened_holder_key(under), label=data_label(key_id.bytes, place), suite=suite
        ),
        proof=proof_of(key),
    )


def holder_key(holder: str, root: str, epoch: int, *, suite: int) -> HolderKey:
    """The row of a holder's key in an epoch, made if it is not there. Raises KeyAway, RootKeyUnusable."""
    found = HolderKey.objects.filter(holder=holder, root=root, epoch=epoch).first()
    if found is None:
        try:
            wrapped = roots.of(root).wrap(epoch, cipher.new_key(), label=holder_label(holder, root, epoch), suite=suite)
        except RootKeyUnusable:
            if root == INSTALLATION:
                raise
            raise KeyAway(root) from None
        HolderKey.objects.bulk_create(
            [HolderKey(holder=holder, root=root, epoch=epoch, wrapped=wrapped)], ignore_conflicts=True
        )
        found = HolderKey.objects.get(holder=holder, root=root, epoch=epoch)
    return found


def opened_holder_key(row: HolderKey) -> bytes:
    """The key of a row, for wrapping under it. Raises KeyAway, RootKeyUnusable."""
    return holder_keys.get(row.pk, row.holder, row.root, row.epoch, bytes(row.wrapped))


def proof_of(key: bytes) -> bytes:
    """What is kept beside a wrapped key, so that after a move one can tell that the same key comes out."""
    return cipher.derive(key, b"rightdoor proof")[:16]


def _hold(subject: str) -> None:
    # One at a time for one subject: otherwise a key could be made while the subject is being destroyed.
    with connections[KEYRING].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [subject])


def holder_label(holder: str, root: str, epoch: int) -> bytes:
    """What a wrapped holder key is bound to."""
    own = [] if root == INSTALLATION else ["under", root]
    return cipher.encode_label(["holder key", holder, str(epoch), *own])


def data_label(key_id: bytes, place: Place) -> bytes:
    """What a wrapped data key is bound to."""
    return cipher.encode_label(["data key", key_id.hex(), place.subject, place.holder, place.compartment])
