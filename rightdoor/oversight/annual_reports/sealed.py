"""What of a report is sealed until it is published, and what of it for good: how it is written and read."""

from __future__ import annotations

import json
from typing import Any, Literal

from rightdoor.foundation.sealing.seals import SealContext, open_sealed, seal
from rightdoor.oversight.annual_reports.models import AnnualReport

HOLDER = "annual_reports"  # the installation's own
BLOCK = 4096
Column = Literal["narrative_sealed", "inputs_sealed", "built_sealed", "reasons_sealed"]


def closed(tree: Any, report: AnnualReport, column: Column) -> bytes:
    """The piece as it is stored: JSON in one order, filled up to whole blocks."""
    said = json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return seal(said + " " * (-len(said.encode()) % BLOCK), _label(report, column))


def opened(report: AnnualReport, column: Column) -> Any:
    """What `closed` stored; None for what was never written. Raises SealBroken."""
    blob = getattr(report, column)
    return None if blob is None else json.loads(open_sealed(bytes(blob), _label(report, column)))


def _label(report: AnnualReport, column: Column) -> SealContext:
    return SealContext(
        table="annual_reports_annualreport",
        column=column,
        row=report.code,
        subject=report.code,
        holder=HOLDER,
        klass="PERF",
    )
