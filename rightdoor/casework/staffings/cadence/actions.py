"""Acts on a case's cadence."""

from __future__ import annotations

from datetime import date, datetime

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.clients.disclosure import check_may_write
from rightdoor.casework.staffings.cadence.queries import days_of, why_label
from rightdoor.casework.staffings.models import CadenceSetting
from rightdoor.domain import cadence as rule
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import local
from rightdoor.foundation.sealing.seals import seal_json


@action("case.cadence_set")
def set_cadence(
    viewer: Viewer, case: Case, *, cadence: str, why: str, now: datetime, next_on: date | None = None
) -> CadenceSetting:
    """Sets how often a case comes before the team, and why; `next_on` chooses the next day by hand. (CASE-11)

    Raises NotPermitted, and RuleBroken for a closed case, no reason, a day past or later than the cadence asks.
    """
    tie = standing_of(viewer, case, now)
    check_may(viewer, "case.set_cadence", tie)
    check_may_write(viewer, case.client, "CORE", now, holder=case.holder, standing=tie)
    held = Case.objects.select_for_update().get(pk=case.pk)
    rule.check_may_set(
        cadence,
        every_days=days_of(cadence),
        why=why,
        chosen_on=next_on,
        today=local(now).date(),
        is_open=held.state == "open",
    )
    row = CadenceSetting(code=new_code(), case=case, cadence=cadence, next_on=next_on, set_at=now, set_by=viewer.code)
    row.why_sealed = seal_json(why.strip(), why_label(row))
    row.save(force_insert=True)
    case.cadence = cadence
    case.save(update_fields=["cadence"])
    record(viewer, "case.cadence_set", case, classes=("CORE",), cadence=cadence)
    return row
