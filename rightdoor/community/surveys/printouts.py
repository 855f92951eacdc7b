"""Results of a round as a tagged PDF."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rightdoor.community.surveys.queries import Results, ended_on
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.jurisdiction.templatetags.words import when
from rightdoor.foundation.printing.pdf import render_pdf


def results_context(viewer: Viewer, found: Results, now: datetime) -> dict[str, Any]:
    """What the page shows, and the acknowledgement of the instrument's maker on every sheet."""
    row, terms = found.round, found.instrument.terms
    region = next((one.name for one in active_pack().regions if one.key == row.region), row.region)
    return {
        "title": row.title,
        "language": "en",
        "code": row.code,
        "notice": terms.credit or "Results are shown from five answers on.",
        "made": f"Printed {when(now)} by {viewer.name}.",
        "facts": [
            ["Survey", f"{found.instrument.title}, version {found.instrument.version}"],
            ["Where", region],
            ["When", f"{row.opens_on:%m/%d/%Y} to {ended_on(row):%m/%d/%Y}"],
            ["Invited", str(found.told.whole)],
            ["Answered", found.told.answered],
        ],
        "about": found.instrument.notice,
        "acknowledgement": terms.credit,
        "factors": [[one.name, one.words or "too few", one.band, one.apart or "–"] for one in found.factors],
        "disciplines": [[one.name, name, words] for one in found.factors for name, words in one.by_discipline],
        "texts": [[question, list(said)] for question, said in found.texts],
    }


def results_document(viewer: Viewer, found: Results, *, now: datetime) -> bytes:
    """The results as a tagged PDF. They name nobody."""
    return render_pdf("surveys/results.typ", results_context(viewer, found, now))
