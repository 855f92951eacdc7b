"""Labels of the sealed columns of this slice, and what a rule must know of them.

`known_to_rules` opens without a viewer: for the checks of an act and the clocks, never for a page. What it finds is
answered with a refusal or a changed state, and is shown to nobody.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rightdoor.casework.clients.disclosure import SealedField
from rightdoor.casework.consents.models import AboutClient, OutsideDisclosure, PersonAround, Signature
from rightdoor.domain.confidentiality import Item
from rightdoor.foundation.sealing.seals import SealContext, open_each


def told_label(row: AboutClient) -> SealContext:
    """What a record tells in words."""
    return _label(row, "told", "CORE")


def who_label(person: PersonAround) -> SealContext:
    """Who a person around the client is."""
    return _label(person, "who", "ID")


def flags_label(person: PersonAround) -> SealContext:
    """What is alleged of a person around the client."""
    return _label(person, "flags", "OFF")


def signature_label(signature: Signature) -> SealContext:
    """As whom somebody signed, and how."""
    release = signature.release
    return SealContext(
        "consents_signature",
        "told",
        f"{release.code}/{signature.number}",
        release.client.code,
        release.client.holder,
        "CORE",
    )


def told_field(row: AboutClient) -> SealedField:
    """A record's words, ready to be opened. A mandated report names the agency that it was made to. (MR-4)"""
    item = None
    if isinstance(row, OutsideDisclosure) and row.kind == "report":
        item = Item("CORE", row.client.holder, code=row.code, reported_to=frozenset({row.to_agency}))
    return SealedField(told_label(row), row.told_sealed, item)  # type: ignore[attr-defined]


def known_to_rules(fields: Sequence[SealedField]) -> list[Any]:
    """What stands in these columns, None where a key was destroyed. One keyring query; no viewer, no page."""
    texts = open_each([(field.blob, field.label) for field in fields if field.blob is not None])
    return [None if not text else json.loads(text) for text in texts]


def _label(row: AboutClient, column: str, klass: str) -> SealContext:
    table = row._meta.db_table
    return SealContext(table, column, row.code, row.client.code, row.client.holder, klass)
