"""Shared decisions for pages: opened once, recorded before shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rightdoor.casework.cases.models import Case, visible_cases
from rightdoor.casework.cases.queries import names_of_accounts, standing_of
from rightdoor.casework.clients.disclosure import SealedField, open_fields
from rightdoor.casework.plans.models import SharedDecision
from rightdoor.casework.plans.queries import label_of, may_read_plan
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Viewer
from rightdoor.domain.shared_decision import Option
from rightdoor.foundation.codes import normalise


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """A decision with its options, opened. Places count from 0; None: not said, or not decided yet."""

    code: str
    recorded_at: datetime
    recorded_by: str
    decision: str
    options: tuple[Option, ...]
    matters: str
    preference: int | None
    provider_view: str
    chosen: int | None
    decided_by: str
    why_other: str
    revisit_on: date | None
    revisited_at: datetime | None
    was_followed: bool | None
    outcome: str = ""
    outcome_words: str = ""

    @property
    def preferred(self) -> str:
        """The option that the client wanted, in words; "" where the client has not said."""
        return "" if self.preference is None else self.options[self.preference].words

    @property
    def decided(self) -> str:
        """The option that was decided on, in words; "" while nothing is decided."""
        return "" if self.chosen is None else self.options[self.chosen].words


def decision_for(viewer: Viewer, code: str, now: datetime) -> SharedDecision:
    """The decision, for whom the plan is open. Raises NotVisible."""
    row = (
        SharedDecision.objects.select_related("case", "case__client", "case__referral")
        .filter(code=normalise(code), case__in=visible_cases(viewer, now))
        .first()
    )
    if row is None or not may_read_plan(viewer, row.case, now):
        raise NotVisible
    return row


def open_decisions(
    viewer: Viewer, case: Case, now: datetime, *, only: SharedDecision | None = None
) -> list[ShownDecision]:
    """The shared decisions of a case, newest first, recorded before they are returned. For whom the plan is closed,
    none.
    """
    if not may_read_plan(viewer, case, now):
        return []
    rows = [only] if only is not None else list(case.shared_decisions.all())
    wanted = [SealedField(label_of(row, case), row.told_sealed) for row in rows]
    wanted += [SealedField(label_of(row, case, "outcome"), row.outcome_sealed) for row in rows]
    told = open_fields(
        viewer,
        case.client,
        wanted,
        now,
        verb="shared_decision.read",
        obj=only or case,
        standing=standing_of(viewer, case, now),
    )
    names = names_of_accounts({row.recorded_by for row in rows})
    return [
        _shown(row, words, outcome or {}, names.get(row.recorded_by, ""))
        for row, words, outcome in zip(rows, told[: len(rows)], told[len(rows) :], strict=True)
        if words is not None
    ]


def _shown(row: SharedDecision, words: dict[str, Any], outcome: dict[str, str], by: str) -> ShownDecision:
    return ShownDecision(
        code=row.code,
        recorded_at=row.recorded_at,
        recorded_by=by,
        decision=words["decision"],
        options=tuple(Option(**one) for one in words["options"]),
        matters=words["matters"],
        preference=words["preference"],
        provider_view=words["provider_view"],
        chosen=words["chosen"],
        decided_by=words["decided_by"],
        why_other=words["why_other"],
        revisit_on=row.revisit_on,
        revisited_at=row.revisited_at,
        was_followed=row.was_followed,
        outcome=outcome.get("outcome", ""),
        outcome_words=outcome.get("words", ""),
    )
