"""Which agencies keep their records apart: of what they hold, no row is counted. (SR-18, SR-38)"""

from __future__ import annotations

from django.db.models import QuerySet

from rightdoor.community.partners.models import Agency


def holders_apart() -> QuerySet[Agency, str]:
    """Their codes, to be left out within the query that counts."""
    return Agency.objects.filter(keeps_own_records=True).values_list("code", flat=True)
