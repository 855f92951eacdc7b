"""The sheet that a person keeps: size, root and key of the trail, to be held against it in any later year."""

from __future__ import annotations

from datetime import datetime

from rightdoor.domain.permission import Viewer
from rightdoor.foundation.jurisdiction.templatetags.words import when
from rightdoor.foundation.printing.pdf import render_pdf
from rightdoor.oversight.trail.queries import Sheet


def print_sheet(viewer: Viewer, sheet: Sheet, *, now: datetime) -> bytes:
    """The sheet as PDF."""
    key = [sheet.key[start : start + 32] for start in range(0, len(sheet.key), 32)]
    return render_pdf(
        "trail/sheet.typ",
        {
            "title": "Sheet of the audit trail",
            "language": "en",
            "code": f"{sheet.size} batches",
            "made": f"Printed {when(now)} by {viewer.name or 'the installation'}.",
            "notice": "Holds a hash, numbers and times; nothing about anybody. Keep it outside this agency.",
            "facts": [
                ["Trail", sheet.origin],
                ["Sealed batches", str(sheet.size)],
                ["Events in them", f"{sheet.events:,}"],
                ["Newest seal", when(sheet.sealed_at)],
            ],
            "root": list(sheet.root_lines),
            "key": key,
            "check": f"python verify_export.py TRAIL.jsonl --key KEY --sheet {sheet.size}:ROOT",
        },
    )
