"""Acts of shared decision making: record what was laid open and wanted; look at it again."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.clients.disclosure import check_may_write
from rightdoor.casework.plans.models import SharedDecision
from rightdoor.casework.plans.queries import label_of
from rightdoor.domain import shared_decision as rule
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.domain.shared_decision import Choice
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import local
from rightdoor.foundation.once import own_code, sent_before
from rightdoor.foundation.sealing.seals import seal_json


@action("shared_decision.recorded")
def record_shared_decision(
    viewer: Viewer, case: Case, *, choice: Choice, now: datetime, code: str = ""
) -> SharedDecision:
    """Records options, what matters to the client, what the client wants, and who decided. (CASE-4; practice.md 5.3)

    `code` may be fixed by a form: sent twice, it stands once. Raises NotPermitted, RuleBroken with fewer than two
    options or one without its benefits and risks; KeyError for somebody who cannot decide.
    """
    _check_may(viewer, case, now)
    code = own_code(viewer, SharedDecision, case.code, code)
    again = sent_before(case.shared_decisions.filter(recorded_by=viewer.code), code)
    if again is not None:
        record(viewer, "shared_decision.recorded", again, repeated=True)
        return again
    rule.check_may_record(choice, local(now).date())
    row = SharedDecision(
        code=code or new_code(),
        case=case,
        recorded_at=now,
        recorded_by=viewer.code,
        revisit_on=choice.revisit_on,
        has_preference=choice.preference is not None,
        was_followed=rule.followed(choice),
    )
    told = asdict(choice)
    told["options"] = [asdict(option) for option in choice.options]
    del told["revisit_on"]
    row.told_sealed = seal_json(told, label_of(row, case))
    row.save(force_insert=True)
    record(viewer, "shared_decision.recorded", row, options=len(choice.options))
    return row


@action("shared_decision.revisited")
def look_back(
    viewer: Viewer, row: SharedDecision, *, outcome: str, now: datetime, words: str = "", revisit_on: date | None = None
) -> None:
    """What came of a decision; or, with a later day, that it will be talked about again. (practice.md 5.3)

    Raises NotPermitted, RuleBroken; KeyError for an outcome that the field does not know.
    """
    _check_may(viewer, row.case, now)
    held = SharedDecision.objects.select_for_update().get(pk=row.pk)
    rule.check_may_look_back(
        revisited=held.revisited_at is not None, outcome=outcome, revisit_on=revisit_on, today=local(now).date()
    )
    told = {"outcome": outcome, "words": words.strip()}
    row.outcome_sealed = seal_json(told, label_of(row, row.case, "outcome"))
    row.revisit_on = revisit_on or held.revisit_on
    row.revisited_at, row.revisited_by = (None, "") if revisit_on else (now, viewer.code)
    row.save(update_fields=["outcome_sealed", "revisit_on", "revisited_at", "revisited_by"])
    record(viewer, "shared_decision.revisited", row, again=revisit_on is not None)


def _check_may(viewer: Viewer, case: Case, now: datetime) -> None:
    tie = standing_of(viewer, case, now)
    check_may(viewer, "shared_decision.record", tie)
    check_may_write(viewer, case.client, "PLAN", now, holder=case.holder, standing=tie)
