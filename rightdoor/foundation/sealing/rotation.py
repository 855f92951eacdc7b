"""Moving every key: to a new epoch, or to the root key that an agency keeps itself. And ending old epochs.

Nobody's keys are lost on the way, because of this order:

1. The new root key and the new holder keys are made. Nothing uses them; killed here, the next run takes them up.
2. In one transaction, while no key is made or destroyed: all keys are read and wrapped anew; their number
   and a keyed digest of their ids are held against what stands in the table; all are written; all are read back and
   unwrapped; the epoch begins. Killed anywhere in it, nothing has happened.
3. Every key is tried under the new epoch (`check_epoch`). Only then may an older root key be destroyed.

A move that leaves out a key, names a foreign one, or names none although there are some, is refused as a whole.
"""

import hashlib
import hmac
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connections, transaction
from django.db.models import Count, Max

from rightdoor.foundation.sealing import cipher, keyring, roots
from rightdoor.foundation.sealing.cipher import SealBroken
from rightdoor.foundation.sealing.keyring import Place
from rightdoor.foundation.sealing.models import DataKey, Epoch, HolderKey, KeyKeeper
from rightdoor.foundation.sealing.roots import INSTALLATION, RootKeyUnusable
from rightdoor.foundation.sealing.router import KEYRING

_CHUNK = 5_000


class RotationRefused(RootKeyUnusable):
    """Keys were to be moved or ended and are not: all is as before. The sentence tells the operator why."""


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """A data key as it shall stand after the move."""

    id: uuid.UUID
    holder_key: int
    wrapped: bytes
    proof: bytes

    def __repr__(self) -> str:
        return f"Rewrapped({self.id})"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which data keys a move is about: all of one root key, or all of one holder that are not yet where they belong."""

    condition: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EpochState:
    """What `keys status` tells of one epoch."""

    root: str
    number: int
    began_at: datetime
    keys: int
    is_current: bool
    checked_at: datetime | None
    dropped_at: datetime | None
    root_key_is_here: bool


def of_root(root: str) -> Scope:
    """All data keys under the root keys of one owner."""
    return Scope("h.root = %s", (root,))


def of_holder(holder: str, *, not_under: str) -> Scope:
    """The data keys of one holder that lie under another root key than this owner's."""
    return Scope("d.holder = %s AND h.root <> %s", (holder, not_under))


def turn_epoch(*, suite: int, now: datetime, root: str = INSTALLATION) -> int:
    """Begin a new epoch: a new root key, new holder keys, every data key wrapped anew. Returns the new epoch.

    Safe to run again after an interruption at any moment. The old root keys stay until `drop_epoch`. Raises
    RotationRefused, RootKeyUnusable: nothing is changed then.
    """
    number = keyring.current_epoch(root) + 1
    roots.of(root).create(number)
    _move(of_root(root), root, number, suite=suite, now=now, begins=True)
    check_epoch(root, now=now)
    return number


def give_own_root(holder: str, *, suite: int, now: datetime) -> int:
    """From now on this agency's keys are wrapped under the root key that it keeps itself. Returns how many moved.

    Its key box (or key server) must be here. Safe to run again. Copies of the keyring from before can still be opened
    with the installation's root keys until those epochs are dropped. Raises RotationRefused, RootKeyUnusable.
    """
    box = roots.of(holder)
    known = Epoch.objects.filter(root=holder).aggregate(newest=Max("number"))["newest"]
    number = known or max([*box.epochs(), 1])
    box.create(number)
    box.derive(number, b"rightdoor check")
    moved = _move(
        of_holder(holder, not_under=holder), holder, number, suite=suite, now=now, begins=known is None, keeper=holder
    )
    check_epoch(holder, now=now)
    return moved


def take_back(holder: str, *, suite: int, now: datetime) -> int:
    """The agency's keys go back under the installation's root key. Returns how many moved. Its own key must be here."""
    number = keyring.current_epoch(INSTALLATION)
    moved = _move(
        of_holder(holder, not_under=INSTALLATION), INSTALLATION, number, suite=suite, now=now, begins=False, drop=holder
    )
    check_epoch(INSTALLATION, now=now)
    return moved


def switch(scope: Scope, moved: Sequence[Rewrapped], *, root: str, number: int) -> str:
    """Put the moved keys in place of those of the scope, if they are exactly those. Within a transaction, `alone`.

    Returns the keyed digest of their ids. Raises RotationRefused, and the transaction must then be rolled back.
    """
    with connections[KEYRING].cursor() as cursor:
        cursor.execute(
            "SELECT d.id FROM sealing_datakey d JOIN sealing_holderkey h ON h.id = d.holder_key_id"  # noqa: S608
            f" WHERE {scope.condition} FOR UPDATE OF d",
            scope.values,
        )
        there = [row[0] for row in cursor.fetchall()]
        digest = same_set(there, [one.id for one in moved], root=root, number=number)
        under = {one.holder_key for one in moved}
        known = HolderKey.objects.filter(pk__in=under, root=root, epoch=number).count()
        if known != len(under):
            raise RotationRefused("A key was wrapped under another epoch than the new one. Nothing was changed.")
        for start in range(0, len(moved), _CHUNK):
            part = moved[start : start + _CHUNK]
            cursor.execute(
                "UPDATE sealing_datakey d SET wrapped = n.wrapped, holder_key_id = n.holder_key, proof = n.proof"
                " FROM unnest(%s::uuid[], %s::bytea[], %s::bigint[], %s::bytea[])"
                " AS n (id, wrapped, holder_key, proof) WHERE d.id = n.id",
                [
                    [one.id for one in part],
                    [one.wrapped for one in part],
                    [one.holder_key for one in part],
                    [one.proof for one in part],
                ],
            )
            if cursor.rowcount != len(part):
                raise RotationRefused("Not every key could be written. Nothing was changed.")
    return digest


def same_set(there: Sequence[uuid.UUID], moved: Sequence[uuid.UUID], *, root: str, number: int) -> str:
    """The keyed digest of the ids, if both are the same set. Raises RotationRefused, saying what is wrong."""
    key = roots.of(root).derive(number, b"rightdoor set of keys")
    expected, given = _digest(key, there), _digest(key, moved)
    if len(moved) != len(there) or not hmac.compare_digest(expected, given):
        missing, foreign = len(set(there) - set(moved)), len(set(moved) - set(there))
        raise RotationRefused(
            f"{len(there)} keys are to be moved and {len(moved)} were prepared: {missing} are missing, {foreign} are "
            "foreign. Nothing was changed."
        )
    return expected


def check_epoch(root: str = INSTALLATION, *, now: datetime) -> int:
    """Try every data key of this owner: it must come out, be the one that went in, and lie under the current epoch.

    Returns how many were tried, and notes that they were. Raises RotationRefused, KeyAway, RootKeyUnusable.
    """
    keyring.holder_keys.clear()  # the root key itself is asked again
    number = keyring.current_epoch(root)
    rows = _rows(of_root(root))
    behind = sum(row.epoch != number for row in rows)
    if behind:
        raise RotationRefused(f"{behind} keys are not under epoch {number} yet. Turn the epoch again.")
    for row in rows:
        _plain(row)
    Epoch.objects.filter(root=root, number=number).update(checked_at=now)
    return len(rows)


def drop_epoch(epoch: int, *, now: datetime, root: str = INSTALLATION) -> None:
    """Destroy the root key of a past epoch for good. Whatever was shredded in it is now gone from every old copy too.

    Raises RotationRefused while a data key still needs it, or while not every key was tried under the current epoch.
    """
    current = keyring.current_epoch(root)
    if epoch >= current:
        raise RotationRefused("The current epoch cannot be dropped. Turn the epoch first.")
    if DataKey.objects.filter(holder_key__root=root, holder_key__epoch=epoch).exists():
        raise RotationRefused(f"Keys are still wrapped under epoch {epoch}. Turn the epoch again first.")
    for other in Epoch.objects.filter(dropped_at=None, checked_at=None, root__in=owners()):
        if other.number == keyring.current_epoch(other.root):
            check_epoch(other.root, now=now)
    roots.of(root).delete(epoch)
    with transaction.atomic(using=KEYRING):
        HolderKey.objects.filter(root=root, epoch=epoch).delete()
        Epoch.objects.update_or_create(
            root=root, number=epoch, defaults={"dropped_at": now}, create_defaults={"began_at": now, "dropped_at": now}
        )
    keyring.holder_keys.clear()


def drop_old(*, keep: int, now: datetime, root: str = INSTALLATION) -> list[int]:
    """Drop every epoch but the current one and ``keep`` before it. Returns which. Raises as `drop_epoch`."""
    current = keyring.current_epoch(root)
    old = sorted(
        {
            *Epoch.objects.filter(root=root, number__lt=current - keep, dropped_at=None).values_list(
                "number", flat=True
            ),
            *(number for number in roots.of(root).epochs() if number < current - keep),
        }
    )
    for number in old:
        drop_epoch(number, now=now, root=root)
    return old


def is_due(*, days: int, now: datetime, root: str = INSTALLATION) -> bool:
    """Whether the current epoch has lasted long enough. Never with ``days`` 0."""
    if not days:
        return False
    began = Epoch.objects.filter(root=root).order_by("-number").values_list("began_at", flat=True).first()
    # An hour of grace: the timer of the last week may have been late, this week's is not to skip a week for it.
    return began is not None and now - began >= timedelta(days=days) - timedelta(hours=1)


def owners() -> list[str]:
    """Whose root keys wrap data keys: the installation first, then each agency that keeps its own."""
    return [INSTALLATION, *KeyKeeper.objects.order_by("holder").values_list("holder", flat=True)]


def states() -> list[EpochState]:
    """Every epoch that is known, by owner, oldest first. A root key out of reach is said to be not here."""
    counts = {
        (root, number): count
        for root, number, count in HolderKey.objects.order_by()
        .values_list("root", "epoch")
        .annotate(count=Count("data_keys"))
    }
    here: dict[str, set[int]] = {}
    known = list(Epoch.objects.order_by("root", "number"))
    newest = {row.root: row.number for row in known}
    for root in newest:
        try:
            here[root] = set(roots.of(root).epochs())
        except RootKeyUnusable:
            here[root] = set()
    return [
        EpochState(
            root=row.root,
            number=row.number,
            began_at=row.began_at,
            keys=counts.get((row.root, row.number), 0),
            is_current=row.number == newest[row.root],
            checked_at=row.checked_at,
            dropped_at=row.dropped_at,
            root_key_is_here=row.number in here[row.root],
        )
        for row in known
    ]


@dataclass(frozen=True, slots=True)
class _Row:
    id: uuid.UUID
    place: Place
    label: bytes
    wrapped: bytes
    proof: bytes | None
    holder_key: int
    key_holder: str
    root: str
    epoch: int
    holder_wrapped: bytes


def _move(
    scope: Scope,
    root: str,
    number: int,
    *,
    suite: int,
    now: datetime,
    begins: bool,
    keeper: str = "",
    drop: str = "",
) -> int:
    # The holder keys are made before anybody has to wait; a key server answers in milliseconds, not microseconds.
    for holder in _holders(scope):
        keyring.holder_key(holder, root, number, suite=suite)
    with transaction.atomic(using=KEYRING):
        keyring.alone()
        if begins and Epoch.objects.filter(root=root, number__gte=number).exists():
            raise RotationRefused("Another rotation was quicker. Nothing was changed by this one.")
        rows = _rows(scope)
        under = {holder: keyring.holder_key(holder, root, number, suite=suite) for holder in _holders(scope)}
        moved = [_rewrapped(row, under[row.place.holder], suite=suite) for row in rows]
        digest = switch(scope, moved, root=root, number=number)
        _read_back(moved, root)
        if begins:
            Epoch.objects.create(root=root, number=number, began_at=now, keys=len(moved), digest=digest)
        else:
            Epoch.objects.filter(root=root, number=number).update(checked_at=None)
        if keeper:
            KeyKeeper.objects.get_or_create(holder=keeper, defaults={"since": now})
        if drop:
            KeyKeeper.objects.filter(holder=drop).delete()
    return len(moved)


def _rewrapped(row: _Row, new: HolderKey, *, suite: int) -> Rewrapped:
    key = _plain(row)
    wrapped = cipher.wrap_key(
        key,
        under=keyring.opened_holder_key(new),
        label=row.label,
        suite=suite,
    )
    return Rewrapped(row.id, new.pk, wrapped, keyring.proof_of(key))


def _read_back(moved: Sequence[Rewrapped], root: str) -> None:
    """What stands in the table now opens, and gives the keys that were there before."""
    expected = {one.id: one.proof for one in moved}
    for row in _rows(of_root(root)):
        if row.id in expected and keyring.proof_of(_plain(row)) != expected.pop(row.id):
            raise RotationRefused("A key did not come out as it went in. Nothing was changed.")
    if expected:
        raise RotationRefused(f"{len(expected)} keys were not found again. Nothing was changed.")


def _plain(row: _Row) -> bytes:
    try:
        under = keyring.holder_keys.get(row.holder_key, row.key_holder, row.root, row.epoch, row.holder_wrapped)
        key = cipher.unwrap_key(row.wrapped, under=under, label=row.label)
    except SealBroken:
        raise RotationRefused(
            f"The key {row.id} does not open. Restore the keyring from its newest backup first. Nothing was changed."
        ) from None
    if row.proof is not None and keyring.proof_of(key) != row.proof:
        raise RotationRefused(f"The key {row.id} is not the one that was made. Nothing was changed.")
    return key


def _holders(scope: Scope) -> list[str]:
    with connections[KEYRING].cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT d.holder FROM sealing_datakey d JOIN sealing_holderkey h ON h.id = d.holder_key_id"  # noqa: S608
            f" WHERE {scope.condition} ORDER BY 1",
            scope.values,
        )
        return [row[0] for row in cursor.fetchall()]


def _rows(scope: Scope) -> list[_Row]:
    with connections[KEYRING].cursor() as cursor:
        cursor.execute(
            "SELECT d.id, d.subject, d.holder, d.compartment, d.wrapped, d.proof, h.id, h.holder, h.root, h.epoch,"  # noqa: S608
            " h.wrapped FROM sealing_datakey d JOIN sealing_holderkey h ON h.id = d.holder_key_id"
            f" WHERE {scope.condition}",
            scope.values,
        )
        return [
            _Row(
                id=row[0],
                place=(place := Place(*row[1:4])),
                label=keyring.data_label(row[0].bytes, place),
                wrapped=bytes(row[4]),
                proof=None if row[5] is None else bytes(row[5]),
                holder_key=row[6],
                key_holder=row[7],
                root=row[8],
                epoch=row[9],
                holder_wrapped=bytes(row[10]),
            )
            for row in cursor.fetchall()
        ]


def _digest(key: bytes, ids: Sequence[uuid.UUID]) -> str:
    found = hmac.new(key, digestmod=hashlib.sha256)
    for one in sorted(one.bytes for one in ids):
        found.update(one)
    return found.hexdigest()
