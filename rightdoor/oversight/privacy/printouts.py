"""Printed documents of this slice: the access report, the certificate of a disposal."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from rightdoor.casework.cases.keeping.queries import ledger_of
from rightdoor.casework.consents import wording as consents
from rightdoor.casework.consents.register import copies
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.jurisdiction.templatetags.words import day, when
from rightdoor.foundation.printing.pdf import render_pdf
from rightdoor.oversight.privacy.models import Disposal
from rightdoor.oversight.privacy.queries.access_report import AccessReport, Seen
from rightdoor.oversight.privacy.queries.keeping import DisposalRow
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


def ledger_document(viewer: Viewer, disposal: Disposal, *, language: str, now: datetime) -> bytes:
    """The register of disclosures for the client, before the record goes: under the case's code, without a name."""
    words = consents.wording(language)
    classes = words["classes"]
    entries = ledger_of(viewer, disposal.case_code, disposal.client_code)

    def told(names: tuple[str, ...]) -> str:
        return "; ".join(classes.get(name, name) for name in names)

    def to(name: str, agency: str) -> str:
        return f"{name}, {agency}" if name and agency and name != agency else name or agency

    context = {
        **words["register"],
        "language": language,
        "code": disposal.case_code,
        "made": words["release"]["made"].format(code=disposal.case_code, when=when(now)),
        "entries": [
            [when(one.at), to(one.to, one.agency), told(one.classes), one.how, f"{one.basis} {one.ground}".strip()]
            for one in entries
        ],
        "holders": [[to(one.to, one.agency), told(one.classes), when(one.last_at)] for one in copies(entries)],
    }
    return render_pdf("consents/register.typ", context)


def certificate_document(viewer: Viewer, disposal: Disposal, row: DisposalRow, *, now: datetime) -> bytes:
    """What was destroyed, by whom it was agreed, and the signed certificates: it names nobody but staff."""
    told = [json.loads(text) for text in disposal.certificates]
    return render_pdf(
        "privacy/certificate.typ",
        {
            "title": "Certificate of destruction",
            "language": "en",
            "code": disposal.code,
            "made": f"Printed {when(now)} by {viewer.name}.",
            "notice": "Holds no fact about anybody. Keep it with the records of the agency.",
            "facts": [
                ["Why", row.reason],
                ["Asked by", f"{row.asked_by}, {when(disposal.asked_at)}"],
                ["Approved by", f"{row.answered_by}, {when(disposal.answered_at)}"],
                ["Destroyed", when(disposal.done_at)],
                ["Record of", row.agency],
                ["Entries and files", f"{disposal.rows} entries, {disposal.files} files"],
                ["Keys", str(sum(one.get("keys", 0) for one in told))],
                ["No copy opens it after", _latest(told)],
            ],
            "certificates": [
                [[name, _wrapped(str(one.get(name, "")))] for name in ("subject", "permit", "public_key", "signature")]
                for one in told
            ],
        },
    )


def _latest(told: list[dict[str, Any]]) -> str:
    days = [one.get("latest_on") for one in told]
    if not days or None in days:
        return "The day on which the root keys of then are destroyed by hand"
    return day(datetime.fromisoformat(max(days)))


def _wrapped(text: str) -> str:
    return " ".join(text[start : start + 32] for start in range(0, len(text), 32))
