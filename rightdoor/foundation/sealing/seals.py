"""What slices call: seal a text with its label, open it again.

Opening says nothing about permission: that was decided, and the reading recorded, before the caller came here.
"""

import base64
import binascii
import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from rightdoor.foundation.sealing import cipher, keyring, roots
from rightdoor.foundation.sealing.cipher import SealBroken
from rightdoor.foundation.sealing.keyring import Place
from rightdoor.foundation.sealing.models import Epoch, HolderKey

GENERAL = "general"

# Every data class has exactly one compartment (classes: the sharing matrix; compartments: one key each, so that what
# the law keeps apart is apart in the keyring too). Totals and the public directory are not sealed and not here.
COMPARTMENTS: Mapping[str, str] = {
    "ID": GENERAL,
    "CORE": GENERAL,
    "SAFE": GENERAL,
    "PLAN": GENERAL,
    "LE": GENERAL,
    "CW": GENERAL,
    "EDU": GENERAL,
    "JJ": GENERAL,
    "FINS": GENERAL,
    "FI": GENERAL,
    "IMM": GENERAL,
    "OFF": GENERAL,
    "PERF": GENERAL,
    "HLTH": "HLTH",
    "EVID": "HLTH",
    "MH": "HLTH",
    "PSY": "PSY",
    "SUD": "SUD",
    "ADV": "ADV",
    "ADVPRIV": "ADVPRIV",
    "PRIV": "PRIV",
    "PROS": "PROS",
    "LOC": "LOC",
    "REP": "REP",
    # Not in the matrix: a person's own half-typed forms and sign-in secrets, read by that person only.
    "OWN": GENERAL,
}

ACCOUNTS = "accounts"  # holder of what is sealed for an account

log = logging.getLogger("rightdoor.sealing")

_STATE_PURPOSE = b"rightdoor step state"
_away: ContextVar[frozenset[str]] = ContextVar("agencies whose own key was not here", default=frozenset())  # noqa: B039


@dataclass(frozen=True, slots=True)
class SealContext:
    """The label of a sealed value. Every part is authenticated: change one and the value does not open.

    ``row`` is the record's code (or key, as text), ``subject`` the code of the client, report or account it is about,
    ``holder`` the code of the owning agency, ``klass`` a data class of ``COMPARTMENTS``.
    """

    table: str
    column: str
    row: str
    subject: str
    holder: str
    klass: str
    schema: int = 1

    def __post_init__(self) -> None:
        if self.klass not in COMPARTMENTS:
            raise ValueError(f"{self.klass!r} is not a data class that is sealed.")
        for part in (self.table, self.column, self.row, self.subject, self.holder):
            if not isinstance(part, str) or not part:
                raise ValueError("Every part of a label is a text that is not empty; use the record's code as row.")

    @property
    def place(self) -> Place:
        return Place(self.subject, self.holder, COMPARTMENTS[self.klass])

    def encoded(self) -> bytes:
        return cipher.encode_label(
            [self.table, self.column, self.row, self.subject, self.holder, self.klass, str(self.schema)]
        )


def seal(text: str, ctx: SealContext) -> bytes:
    """Seal one text. Raises SealBroken when the subject's keys were destroyed."""
    return seal_many([(text, ctx)])[0]


def seal_many(values: Sequence[tuple[str, SealContext]]) -> list[bytes]:
    """Seal several texts with one keyring query, in the order given."""
    suite = chosen_suite()
    keys = keyring.keys_for([ctx.place for _, ctx in values], suite=suite)
    return [
        cipher.seal_bytes(
            text.encode(), key=keys[ctx.place].key, key_id=keys[ctx.place].id, label=ctx.encoded(), suite=suite
        )
        for text, ctx in values
    ]


def open_sealed(blob: bytes | None, ctx: SealContext) -> str:
    """Open one value; None, a column never written, is the empty text. Raises SealBroken, which says no more."""
    return open_many([(blob, ctx)])[0]


def open_many(values: Iterable[tuple[bytes | memoryview | None, SealContext]]) -> list[str]:
    """Open several values with one keyring query, in the order given. Raises SealBroken if any of them fails."""
    blobs = [(None if blob is None else bytes(blob), ctx) for blob, ctx in values]
    keys = keyring.keys_by_id(cipher.key_id_of(blob) for blob, _ in blobs if blob is not None)
    return ["" if blob is None else _text(blob, ctx, keys) for blob, ctx in blobs]


def open_each(values: Iterable[tuple[bytes | memoryview | None, SealContext]]) -> list[str | None]:
    """As `open_many`, for lists in which destroyed keys are the rule: what does not open is None, the rest opens.

    One keyring query, however many do not open. What stays closed because an agency's own key is not here is None too;
    `away_now` then names the agency.
    """
    blobs = [(None if blob is None else bytes(blob), ctx) for blob, ctx in values]
    wanted = [key_id for blob, _ in blobs if blob is not None and (key_id := _key_id(blob)) is not None]
    away: set[str] = set()
    keys = keyring.keys_by_id(wanted, away=away)
    if away:
        _away.set(_away.get() | away)
    return ["" if blob is None else _text_or_none(blob, ctx, keys) for blob, ctx in blobs]


def away_now() -> frozenset[str]:
    """The agencies whose own key was missed since `forget_away`: pages say in a sentence that something is closed."""
    return _away.get()


def forget_away() -> None:
    """At the beginning of a request: nothing was missed yet."""
    _away.set(frozenset())


def seal_json(value: Any, ctx: SealContext) -> bytes:
    """Seal a value that JSON can write (text, numbers, lists, dictionaries)."""
    return seal(_as_json(value), ctx)


def open_json(blob: bytes | None, ctx: SealContext) -> Any:
    """Open what ``seal_json`` sealed; None for a column never written. Raises SealBroken."""
    return None if blob is None else json.loads(open_sealed(blob, ctx))


def seal_for_account(account: str, text: str, *, table: str, column: str, row: str) -> bytes:
    """Seal a text that belongs to one account alone: a draft, a second factor's secret."""
    return seal(text, _own(account, table, column, row))


def open_for_account(account: str, blob: bytes | None, *, table: str, column: str, row: str) -> str:
    """Open what ``seal_for_account`` sealed for the same account. Raises SealBroken."""
    return open_sealed(blob, _own(account, table, column, row))


def destroy_subject(subject: str, *, now: datetime) -> int:
    """Destroy every key of a client, report or account. Returns how many there were; nothing can be sealed again."""
    return keyring.destroy_subject(subject, now=now)


def sealed_state(state: Mapping[str, Any], minutes: int, *, now: datetime, purpose: str) -> str:
    """State of a form of several steps, for its hidden field: sealed, expiring, without any database.

    ``purpose`` names the form, so that the state of one form cannot be replayed into another.
    """
    epoch = roots.current_epoch()
    body = _as_json({"until": int((now + timedelta(minutes=minutes)).timestamp()), "state": state})
    blob = cipher.seal_bytes(
        body.encode(),
        key=_state_key(epoch),
        key_id=epoch.to_bytes(16, "big"),
        label=_state_label(purpose),
        suite=chosen_suite(),
    )
    return base64.urlsafe_b64encode(blob).decode("ascii")


def open_state(token: str, *, now: datetime, purpose: str) -> dict[str, Any]:
    """The state that ``sealed_state`` sealed. Raises SealBroken when it was changed, is too old or of another form."""
    try:
        blob = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise SealBroken from None
    if base64.urlsafe_b64encode(blob).decode("ascii") != token:
        raise SealBroken  # one state has one text
    epoch = int.from_bytes(cipher.key_id_of(blob), "big")
    if epoch not in roots.epochs():
        raise SealBroken
    body = json.loads(cipher.open_bytes(blob, key=_state_key(epoch), label=_state_label(purpose)))
    if now.timestamp() >= body["until"]:
        raise SealBroken
    state: dict[str, Any] = body["state"]
    return state


def ensure_root_key() -> int:
    """Make the first root key of a new installation; called once the keyring is migrated. Returns the epoch.

    Raises RootKeyUnusable when the keyring already holds keys but no root key is here: a new one would hide the loss.
    A key server that is away keeps no installation from starting that has had its first key.
    """
    newest = Epoch.objects.filter(root=roots.INSTALLATION).order_by("-number").values_list("number", flat=True).first()
    try:
        return _ensured(newest)
    except roots.KeyServerAway:
        if newest is None:
            raise
        log.warning("The key server is away; nothing that is sealed opens", extra={"event": "keys.server_away"})
        return newest


def _ensured(newest: int | None) -> int:
    keys = roots.of()
    known = keys.epochs()
    if not known:
        if HolderKey.objects.filter(root=roots.INSTALLATION).exists():
            raise roots.RootKeyUnusable(
                f"The keyring holds keys, but {keys.where} has no root key. Restore it from the escrow copy."
            )
        known = [newest or 1]
        keys.create(known[0])
    if newest is None:  # a new installation, or one from before epochs were written down
        began = timezone.now()
        Epoch.objects.bulk_create(
            [Epoch(root=roots.INSTALLATION, number=number, began_at=began) for number in known], ignore_conflicts=True
        )
    epoch = keyring.current_epoch()
    roots.check(epoch)
    return epoch


def _text(blob: bytes, ctx: SealContext, keys: Mapping[bytes, keyring.OpenKey]) -> str:
    key = keys.get(cipher.key_id_of(blob))
    if key is None or key.place != ctx.place:
        raise SealBroken
    return cipher.open_bytes(blob, key=key.key, label=ctx.encoded()).decode()


def _key_id(blob: bytes) -> bytes | None:
    try:
        return cipher.key_id_of(blob)
    except SealBroken:
        return None


def _text_or_none(blob: bytes, ctx: SealContext, keys: Mapping[bytes, keyring.OpenKey]) -> str | None:
    try:
        return _text(blob, ctx, keys)
    except SealBroken:
        return None


def _own(account: str, table: str, column: str, row: str) -> SealContext:
    return SealContext(table=table, column=column, row=row, subject=account, holder=ACCOUNTS, klass="OWN")


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def chosen_suite() -> int:
    """The suite in which this installation seals: 1, or 2 where only approved algorithms may be used."""
    return int(getattr(settings, "SEALING_SUITE", settings.ENV.sealing_suite))


def _state_key(epoch: int) -> bytes:
    return roots.of().derive(epoch, _STATE_PURPOSE)


def _state_label(purpose: str) -> bytes:
    return cipher.encode_label(["state", purpose])
