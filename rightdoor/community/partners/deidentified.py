"""Which agencies keep their records apart: of what they hold, no row is counted; and how keys are asked for.

(SR-18, SR-38)
"""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, QuerySet, Value

from rightdoor.community.partners.models import Agency


def holders_apart() -> QuerySet[Agency, str]:
    """Their codes, to be left out within the query that counts."""
    return Agency.objects.filter(keeps_own_records=True).values_list("code", flat=True)


def among(field: str, keys: Collection[int]) -> Func:
    """A condition: the field is one of these keys. As one parameter, for there are thousands of them."""
    listed = Value(list(keys), output_field=ArrayField(BigIntegerField()))
    return Func(F(field), listed, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField())
