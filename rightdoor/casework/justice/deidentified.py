"""Arrests, charges, what became of them, alleged offenders by role, and relief by kind, as rows for counting.

No code, no day, no word of what was told. The choices stand sealed, so they are opened here on no ground, for
counting alone: nothing that could lead back to a child leaves this module. What was destroyed is not counted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from rightdoor.casework.justice.models import Arrest, Charge, Kept, Offender, Proceeding, Relief
from rightdoor.community.partners.models import Agency
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.jurisdiction.active import local
from rightdoor.foundation.sealing.seals import SealContext, open_each

AT_ONCE = 500
COUNTED: tuple[tuple[str, type[Kept], str, str], ...] = (
    ("proceeding", Proceeding, "kind", "status"),
    ("arrest", Arrest, "", ""),
    ("charge", Charge, "", "outcome"),
    ("offender", Offender, "role", "tie"),
    ("relief", Relief, "kind", "outcome"),
)


@dataclass(frozen=True, slots=True)
class CountedJustice:
    """One record without anything that leads back to it: what it is, where, in which quarter, of which kind."""

    what: str  # proceeding, arrest, charge, offender, relief
    region: str
    quarter: str  # 2026 Q1, of its recording, in the state's zone
    kind: str
    came_of_it: str  # a status, an outcome, a tie; "" while there is none


def counted_justice(
    viewer: Viewer, since: datetime, until: datetime, *, region: str = "", only: str = ""
) -> Iterator[CountedJustice]:
    """Every record that was made from `since` on and before `until`, for the statistics. (practice.md 3.3)

    `region`, `only`: of one region, and one kind of record. What is opened for it stands in the trail, with the codes,
    before the first row of a part is handed out.
    """
    for what, model, kind, came_of_it in COUNTED:
        if only not in ("", what):
            continue
        rows = model._default_manager.filter(recorded_at__gte=since, recorded_at__lt=until)
        if region:
            rows = rows.filter(case__region=region)
        # Of agencies that keep their records apart no row is taken, not even one that names nobody. (SR-18, SR-38)
        rows = rows.exclude(holder__in=Agency.objects.filter(keeps_own_records=True).values("code"))
        found = rows.select_related("case__client").order_by("-recorded_at", "-pk").iterator(chunk_size=AT_ONCE)
        while part := list(islice(found, AT_ONCE)):
            _record(viewer, part, "relief.listed" if model is Relief else "justice.listed")
            for row, told in zip(part, _told(part), strict=True):
                if told is not None:
                    at = local(row.recorded_at)
                    quarter = f"{at.year} Q{(at.month + 2) // 3}"
                    yield CountedJustice(
                        what, row.case.region, quarter, told.get(kind, ""), told.get(came_of_it, "") or ""
                    )


def _record(viewer: Viewer, rows: Sequence[Kept], verb: str) -> None:
    together: dict[tuple[str, str], list[Kept]] = {}
    for row in rows:
        together.setdefault((row.holder, row.data_class), []).append(row)
    for (holder, klass), group in sorted(together.items(), key=lambda one: one[0]):
        record_read(
            viewer,
            verb,
            kind=str(group[0]._meta.model_name),
            codes=[row.code for row in group],
            classes=[klass],
            holder=holder,
            purpose="counting",
        )


def _told(rows: Sequence[Kept]) -> list[dict[str, Any] | None]:
    labels = [
        SealContext(row._meta.db_table, "told", row.code, row.case.client.code, row.holder, row.data_class)
        for row in rows
    ]
    texts = open_each([(row.told_sealed, label) for row, label in zip(rows, labels, strict=True)])
    return [json.loads(text) if text else None for text in texts]
