"""Printed documents of this slice: the access report, the certificate of a disposal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rightdoor.domain.permission import Viewer
from rightdoor.foundation.jurisdiction.templatetags.words import when
from rightdoor.foundation.printing.pdf import render_pdf
from rightdoor.oversight.privacy.queries.access_report import AccessReport, Seen
from rightdoor.oversight.privacy.wording import kinds, why, wording


def access_report_document(viewer: Viewer, report: AccessReport, *, language: str, now: datetime) -> bytes:
    """The access report as a tagged PDF, in plain words, under the case's code and without the client's name."""
    return render_pdf("privacy/access_report.typ", report_context(report, language=language, now=now))


def report_context(report: AccessReport, *, language: str, now: datetime) -> dict[str, Any]:
    """Everything that the printed report says."""
    words = wording(language)
    labels = words["report"]
    return {
        **labels,
        "language": language,
        "code": report.case_code,
        "made": labels["made"].format(when=when(now), code=report.case_code),
        "count": labels["count"].format(count=len(report.rows)),
        "rows": [_line(row, times, words) for row, times in report.grouped],
    }


def _line(row: Seen, times: int, words: dict[str, Any]) -> list[str]:
    labels = words["report"]
    who = ", ".join(part for part in (row.who or labels["unknown"], row.agency) if part)
    what = f"{words['how'][row.how]}: {kinds(row.classes, words)}"
    at = when(row.at) + (f" ({labels['times'].format(count=times)})" if times > 1 else "")
    return [at, who, what, why(row.basis, words)]
