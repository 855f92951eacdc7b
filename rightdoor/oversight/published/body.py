"""What of an entry is sealed, how, and the digest by which the entries hang together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from rightdoor.domain.disclosure_control.ledger import EarlierCell, EarlierRelease
from rightdoor.domain.disclosure_control.problem import Sum
from rightdoor.foundation.sealing.seals import SealContext, open_many, seal
from rightdoor.oversight.published.models import LedgerEntry

HOLDER = "published"  # the installation's own
BLOCK = 4096
NOTHING = "0" * 64  # before the first entry


def sealed(release: EarlierRelease, code: str) -> bytes:
    """The hidden counts as they are stored, in whole blocks."""
    said = json.dumps({one.key: [one.count, one.small] for one in release.cells if not one.shown}, sort_keys=True)
    return seal(said + " " * (-len(said.encode()) % BLOCK), _label(code))


def opened(entries: list[LedgerEntry]) -> list[EarlierRelease]:
    """The entries as audits take them. One keyring query. Raises SealBroken."""
    texts = open_many([(one.hidden_sealed, _label(one.code)) for one in entries])
    return [_release(one, json.loads(text)) for one, text in zip(entries, texts, strict=True)]


def digest_of(entry: LedgerEntry, before: str) -> str:
    """Over everything that the entry says, sealed things as they are stored, and the digest before it."""
    told: list[Any] = [
        before, entry.number, entry.kind, entry.audience, entry.name, entry.about,
        entry.entered_at.astimezone(UTC).isoformat(), entry.entered_by, entry.printed, entry.sums,
        hashlib.sha256(bytes(entry.hidden_sealed)).hexdigest(),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _release(entry: LedgerEntry, hidden: Mapping[str, tuple[int, bool]]) -> EarlierRelease:
    cells = [EarlierCell(key, int(count), shown=True) for key, count in entry.printed.items()]
    cells += [EarlierCell(key, int(count), shown=False, small=bool(small)) for key, (count, small) in hidden.items()]
    return EarlierRelease(
        entry.name,
        tuple(sorted(cells, key=lambda one: one.key)),
        tuple(Sum(total, tuple(parts), bool(tells)) for total, parts, tells in entry.sums),
    )


def _label(code: str) -> SealContext:
    return SealContext(
        table="published_ledgerentry", column="hidden_sealed", row=code, subject=code, holder=HOLDER, klass="PERF"
    )
