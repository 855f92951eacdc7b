"""What is sealed in this slice: how it is written and read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rightdoor.foundation.sealing.seals import SealContext, open_each, seal
from rightdoor.oversight.exports.models import ExactRequest, GrantReport, ResearchExtract

HOLDER = "exports"  # the installation's own
BLOCK = 1024  # whole blocks, so that its length says little


def sealed(value: Mapping[str, Any], label: SealContext) -> bytes:
    """A piece as it is stored."""
    said = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return seal(said + " " * (-len(said.encode()) % BLOCK), label)


def opened(blob: bytes | memoryview | None, label: SealContext) -> dict[str, Any]:
    """What `sealed` stored; nothing where nothing is, or its key was destroyed."""
    (text,) = open_each([(blob, label)])
    return json.loads(text) if text else {}


def extract_label(extract: ResearchExtract, column: str) -> SealContext:
    """The label of a column of an extract; that of its file has a subject of its own, whose key goes with it."""
    subject = extract.file_code if column == "file" else extract.code
    return SealContext("exports_researchextract", column, extract.code, subject, HOLDER, "PERF")


def report_label(report: GrantReport) -> SealContext:
    """The label of a report's body."""
    return SealContext("exports_grantreport", "body", report.code, report.code, HOLDER, "PERF")


def request_label(request: ExactRequest, column: str) -> SealContext:
    """The label of a column of a request for exact counts."""
    return SealContext("exports_exactrequest", column, request.code, request.code, HOLDER, "PERF")
