"""The two papers of a safety plan: the youth's own copy, which tells nothing, and the team's, which tells all it may.

Neither is ever mailed, and neither is kept as a file: each is made when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rightdoor.casework.cases.queries import shown_client, standing_of
from rightdoor.casework.safety.actions import note_safety_printed
from rightdoor.casework.safety.choices import PART_GROUPS, PART_WORDS, PLACES
from rightdoor.casework.safety.models import SafetyPlan
from rightdoor.casework.safety.queries import ShownPlan, open_safety_plan
from rightdoor.casework.safety.wording import telling_words, wording
from rightdoor.domain.permission import Viewer
from rightdoor.domain.safety_plan import ON_PAPER, YouthCopy, youth_copy
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.jurisdiction.templatetags.words import day, when
from rightdoor.foundation.printing.pdf import render_pdf

PRODUCT = "Rightdoor"


def copy_for_youth(
    viewer: Viewer, plan: SafetyPlan, shown: ShownPlan, now: datetime, *, chosen: Sequence[str] = ON_PAPER
) -> YouthCopy:
    """What may stand on the youth's own copy: without telling words, names, the product, addresses and places."""
    name = shown_client(viewer, plan.case, now).name
    names = [part for part in name.replace(",", " ").split() if len(part) > 1]
    pack = active_pack()
    state = [pack.word(key) for key in ("child_welfare", "care_coordinator", "advocacy_provider", "alliance")]
    telling = [*telling_words(), *names, PRODUCT, plan.case.code, plan.case.client.code, *state]
    return youth_copy(shown.parts, telling, chosen=chosen, hidden=shown.places or "")


def youth_context(copy: YouthCopy, *, language: str, size: str) -> dict[str, Any]:
    """The paper as plain data: a neutral title, the lines, nothing else."""
    words = wording(language)
    return {
        "title": words["title"],
        "language": language,
        "is_pocket": size == "pocket",
        "parts": [{"label": words["parts"][name], "lines": list(lines)} for name, lines in copy.parts.items()],
    }


def print_youth_copy(
    viewer: Viewer, plan: SafetyPlan, *, language: str, size: str, chosen: Sequence[str], now: datetime
) -> bytes:
    """The youth's own copy. The caller has asked whether it is safe to hold one, and the answer was yes."""
    shown = open_safety_plan(viewer, plan, now, action="print")
    copy = copy_for_youth(viewer, plan, shown, now, chosen=chosen)
    document = render_pdf("safety/notes.typ", youth_context(copy, language=language, size=size))
    note_safety_printed(viewer, plan, copy="youth", classes=("SAFE",))
    return document


def team_context(viewer: Viewer, plan: SafetyPlan, shown: ShownPlan, now: datetime) -> dict[str, Any]:
    """The whole plan as plain data; the places only for whom they are open."""
    groups = []
    for title, names in PART_GROUPS:
        parts = []
        for name in names:
            if name == "places":
                if shown.places:
                    parts.append({"label": PLACES[0], "text": shown.places})
            elif shown.parts[name]:
                parts.append({"label": PART_WORDS[name][0], "text": shown.parts[name]})
        groups.append({"title": title, "parts": parts})
    review = day(shown.review_due_at) if shown.review_due_at else "Not yet in force"
    return {
        "title": "Safety plan",
        "language": "en",
        "code": plan.case.code,
        "lead": f"Version {shown.number}, case {plan.case.code}. Look at it again by: {review}.",
        "notice": "Confidential. For the file of the team only. Never mail it, never leave it where the youth stays.",
        "made": f"Printed {when(now)} by {viewer.name}.",
        "groups": groups,
    }


def print_team_copy(viewer: Viewer, plan: SafetyPlan, *, now: datetime) -> bytes:
    """The team's copy, with the line of confidentiality; that it was printed is kept."""
    shown = open_safety_plan(viewer, plan, now, action="print", tie=standing_of(viewer, plan.case, now))
    document = render_pdf("safety/team.typ", team_context(viewer, plan, shown, now))
    classes = ("SAFE", "LOC") if shown.places else ("SAFE",)
    note_safety_printed(viewer, plan, copy="team", classes=classes)
    return document
