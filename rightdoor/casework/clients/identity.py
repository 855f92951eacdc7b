"""The sealed columns of a client. Only models, disclosure and actions of this slice may import this file."""

from __future__ import annotations

from django.db import models


class Identity(models.Model):
    """Who a client is. Each column is sealed JSON of one data class; see rightdoor/foundation/sealing."""

    client = models.OneToOneField("clients.Client", on_delete=models.PROTECT, related_name="identity")
    # class ID: given, family, aliases, birth_on, age_estimate, gender, language, interpreter_needed
    who_sealed = models.BinaryField()
    # class LOC: address, area of residence, phone, where the client is now
    whereabouts_sealed = models.BinaryField()
    changed_at = models.DateTimeField()
