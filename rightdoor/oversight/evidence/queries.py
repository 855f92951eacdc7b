"""Gathering a region's rows as they stood at a moment, asking every rule, and what a page shows of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rightdoor.casework.closure.deidentified import counted_action_reviews, counted_endings
from rightdoor.casework.consents.deidentified import counted_disclosures
from rightdoor.casework.justice.deidentified import counted_justice
from rightdoor.casework.missing.deidentified import counted_returns
from rightdoor.casework.plans.deidentified import counted_following
from rightdoor.casework.referrals.deidentified import counted_intakes, counted_kinds
from rightdoor.casework.screening.deidentified import counted_partners
from rightdoor.casework.services.deidentified import counted_advocacy
from rightdoor.casework.staffings.deidentified import counted_cases, counted_staffings
from rightdoor.community.assessments.deidentified import counted_assessments
from rightdoor.community.assessments.models import Assessment, Proposal
from rightdoor.community.meetings.deidentified import counted_meetings
from rightdoor.community.minutes.deidentified import counted_figures
from rightdoor.community.teams.deidentified import counted_team
from rightdoor.domain.looking_back import Lookback
from rightdoor.domain.permission import Viewer
from rightdoor.domain.questionnaire.instrument import Instrument, Item
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.oversight.emergency.deidentified import counted_openings
from rightdoor.oversight.evidence.finding import Finding, Rule
from rightdoor.oversight.evidence.rows import Rows
from rightdoor.oversight.evidence.rules import RULES
from rightdoor.oversight.evidence.rules.intake import NO_PARTNERS
from rightdoor.oversight.evidence.waits import TOOL, WAITS


@dataclass(frozen=True, slots=True)
class Found:
    """A rule and what it found."""

    rule: Rule
    finding: Finding


def gather(viewer: Viewer, region: str, until: datetime) -> Rows:
    """What the region's records came to at that moment: each table once, however many rules ask.

    What stands sealed and is counted (the kind of trafficking, the status, the debrief, investigations) is opened for
    counting alone, for a person and recorded first; never for the installation by itself. The caller has asked whether
    the viewer may. KeyError for an unknown region.
    """
    pack = active_pack()
    pack.region(region)
    back = Lookback(until)
    rows = Rows(
        region=region,
        pack=pack,
        is_opened=False,
        team=counted_team(region, back),
        meetings=tuple(counted_meetings(region, back)),
        figures=tuple(counted_figures(region, back)),
        intakes=tuple(counted_intakes(region, back)),
        screeners=tuple(counted_partners(region, back)),
        staffings=tuple(counted_staffings(region, back)),
        cases=tuple(counted_cases(region, back)),
        following=tuple(counted_following(region, back)),
        returns=tuple(counted_returns(region, back)),
        reviews=tuple(counted_action_reviews(region, back)),
        disclosures=tuple(counted_disclosures(region, back)),
        openings=tuple(counted_openings(region, back)),
        assessments=counted_assessments(region, back),
    )
    if viewer.is_system:
        return rows
    partners = [choice.key for choice in pack.trafficking.sources if choice.key not in NO_PARTNERS]
    return replace(
        rows,
        is_opened=True,
        kinds=tuple(counted_kinds(viewer, region, back, partners)),
        advocacy=tuple(counted_advocacy(viewer, region, back)),
        endings=tuple(counted_endings(viewer, region, back)),
        proceedings=tuple(counted_justice(viewer, back.since, until, region=region, only="proceeding")),
        proceedings_before=tuple(counted_justice(viewer, back.earliest, back.since, region=region, only="proceeding")),
    )


def findings(rows: Rows, until: datetime, items: Sequence[str] = ()) -> list[Found]:
    """What every rule finds in these rows, in the order of the items; those of `items` where they are named."""
    back = Lookback(until)
    chosen = [RULES[item] for item in items if item in RULES] if items else [RULES[item] for item in sorted(RULES)]
    return [Found(one, one.found(rows, back)) for one in chosen]


def items_of(instrument: Instrument) -> list[str]:
    """The items of this tool that a rule speaks of, in the tool's order."""
    if instrument.key != TOOL:
        return []
    return [item.id for item in instrument.questions if item.evidence and item.id in RULES]


def waiting_in(instrument: Instrument) -> list[tuple[Item, str]]:
    """The items whose records the platform does not keep yet, each with the requirement that brings them."""
    if instrument.key != TOOL:
        return []
    return [(item, WAITS[item.id]) for item in instrument.questions if item.evidence and item.id in WAITS]


def made_again(viewer: Viewer, assessment: Assessment, proposals: Sequence[Proposal]) -> dict[str, bool]:
    """Does each proposal come out the same again, from the records as they stood at its moment? By item.

    False also where its rule has another version by now. The caller has asked whether the viewer may.
    """
    same: dict[str, bool] = {}
    for as_of in sorted({one.as_of for one in proposals}):
        mine = {one.item: one for one in proposals if one.as_of == as_of}
        rows = gather(viewer, assessment.region, as_of)
        for found in findings(rows, as_of, list(mine)):
            kept = mine[found.rule.item]
            said = (found.finding.says, found.finding.figure, found.rule.name, str(found.rule.version))
            same[found.rule.item] = said == (kept.says, kept.figure, kept.rule, kept.rule_version)
    return {one.item: same.get(one.item, False) for one in proposals}
