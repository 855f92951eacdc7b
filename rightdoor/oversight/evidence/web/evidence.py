"""What the records say of a self-assessment: item by item, with figure, time and the records behind it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.community.assessments.models import Assessment
from rightdoor.community.assessments.queries import (
    StandingProposal,
    assessment_for,
    instrument_of,
    may_write,
    proposals_of,
)
from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.domain.questionnaire.instrument import Instrument, Item
from rightdoor.domain.self_assessment import leaf_with, leaves_of
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.oversight.evidence import actions, queries
from rightdoor.oversight.evidence.waits import BRINGS

PAGE = "evidence/evidence.html"
SAYS = {"yes": ("Yes", "quiet"), "not_yet": ("Not yet", "strong"), "cannot_tell": ("Cannot tell", "plain")}
# What stands behind a path: the longest that fits is said.
BEHIND = {
    "/archive/": "Closed cases",
    "/assessments/": "Self-assessments",
    "/cases/": "Cases",
    "/meetings/": "Meetings held",
    "/meetings/participation/": "Who takes part in meetings",
    "/numbers/meeting/": "Figures for a meeting",
    "/partners/": "Partners",
    "/referrals/": "Referrals",
    "/referrals/late/": "Late responses",
    "/screening/numbers/": "Screenings in numbers",
    "/screening/tools/": "Screening tools",
    "/staffings/due/": "Cases by their next day",
    "/teams/": "The team",
}
RULINGS = {"confirmed": "Confirmed", "overruled": "Overruled"}


def show(request: HttpRequest, code: str) -> HttpResponse:
    """What was found last. Reads nothing but the proposals themselves."""
    assessment = assessment_for(request.viewer, code)
    return respond(request, page=PAGE, context=_context(request.viewer, assessment))


def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Counts the records now. Sent twice, nothing new is proposed."""
    assessment = assessment_for(request.viewer, code)
    try:
        made = actions.propose(request.viewer, assessment, now=request.now)
    except RuleBroken as refusal:
        context = _context(request.viewer, assessment) | {"refusal": str(refusal)}
        return respond(request, page=PAGE, context=context, status=422)
    said = f"The records say something new of {len(made)} items." if made else "The records say the same as before."
    messages.success(request, said)
    return done(request, f"/evidence/{assessment.code}/")


def check(request: HttpRequest, code: str) -> HttpResponse:
    """Counts again as of the moment of each proposal, and says whether it comes out the same."""
    assessment = assessment_for(request.viewer, code)
    if not may_write(request.viewer, assessment.region):
        raise NotPermitted("You may not have the records counted. A coordinator of the region may.")
    standing = proposals_of(assessment)
    same = queries.made_again(request.viewer, assessment, [one.proposal for one in standing.values()])
    context = _context(request.viewer, assessment)
    differing = [item.text for item in instrument_of(assessment).questions if not same.get(item.id, True)]
    return respond(request, page=PAGE, context=context | {"again": True, "same": len(same), "differing": differing})


def _context(viewer: Viewer, assessment: Assessment) -> dict[str, Any]:
    instrument = instrument_of(assessment)
    standing = proposals_of(assessment)
    writes = may_write(viewer, assessment.region)
    items = set(queries.items_of(instrument))
    region = next((one.name for one in active_pack().regions if one.key == assessment.region), "The whole state")
    said = [one.proposal.says for one in standing.values()]
    topics = []
    for number, leaf in enumerate(leaves_of(instrument), start=1):
        lines = [_line(item, standing[item.id], writes) for item in leaf.questions if item.id in standing]
        if lines:
            topics.append(
                {"name": leaf.name, "caption": f"{leaf.name}, item by item", "number": number, "lines": lines}
            )
    return {
        "assessment": assessment,
        "title": instrument.title,
        "place": f"{region}, {assessment.label}",
        "topics": topics,
        "may_count": writes and assessment.state == "draft" and bool(items) and bool(assessment.region),
        "may_check": writes and bool(standing),
        "counted": [(SAYS[key][0], said.count(key)) for key in SAYS],
        "as_of": max((one.proposal.as_of for one in standing.values()), default=None),
        "waiting": _waiting(instrument),
        "can_be_counted": len(items),
    }


def _line(item: Item, standing: StandingProposal, writes: bool) -> dict[str, Any]:
    proposal, verdict = standing.proposal, standing.verdict
    words, tone = SAYS[proposal.says]
    return {
        "item": item,
        "says": words,
        "tone": tone,
        "proposal": proposal,
        "ruling": RULINGS[verdict.ruling] if verdict else "",
        "reason": verdict.reason if verdict else "",
        "by": standing.by,
        # The lists open to whoever coordinates the region; to everybody else the figure is all there is.
        "links": [(path, _behind(path)) for path in proposal.links] if writes else [],
        "rule": proposal.rule.replace("_", " "),
    }


def _behind(path: str) -> str:
    fitting = [start for start in BEHIND if path.startswith(start)]
    return BEHIND[max(fitting, key=len)] if fitting else "The records behind it"


def _waiting(instrument: Instrument) -> list[dict[str, str]]:
    found = []
    for item, requirement in queries.waiting_in(instrument):
        leaf = leaf_with(instrument, item.id)
        found.append({"text": item.text, "topic": leaf.name if leaf else "", "brings": BRINGS[requirement]})
    return found
