"""The sealed columns of a client. Only models, disclosure and actions of this slice may import this file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from rightdoor.foundation.sealing.seals import SealContext

if TYPE_CHECKING:
    from rightdoor.casework.clients.models import Client


class Identity(models.Model):
    """Who a client is. Each column is sealed JSON of one data class; see rightdoor/foundation/sealing."""

    client = models.OneToOneField("clients.Client", on_delete=models.PROTECT, related_name="identity")
    # class ID: given, family, aliases, birth_on, age_estimate, gender, language, interpreter_needed
    who_sealed = models.BinaryField()
    # class LOC: address, area of residence, phone, where the client is now
    whereabouts_sealed = models.BinaryField()
    changed_at = models.DateTimeField()


def who_label(client: Client) -> SealContext:
    """The label of who a client is."""
    return _label(client, "who", "ID")


def whereabouts_label(client: Client) -> SealContext:
    """The label of where a client is."""
    return _label(client, "whereabouts", "LOC")


def _label(client: Client, column: str, klass: str) -> SealContext:
    return SealContext(
        table="clients_identity",
        column=column,
        row=client.code,
        subject=client.code,
        holder=client.holder,
        klass=klass,
    )
