"""Having the records say what they show of a self-assessment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rightdoor.community.assessments.actions import Proposed, propose_ticks
from rightdoor.community.assessments.models import Assessment, Proposal
from rightdoor.community.assessments.queries import instrument_of, standing_in
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.oversight.evidence.queries import Found, findings, gather, items_of


@action("evidence.gathered")
def propose(viewer: Viewer, assessment: Assessment, *, now: datetime) -> list[Proposal]:
    """Counts the region's records as they stand now and puts what they say before people, item by item. (PROG-2)

    Answers nothing by itself. What was proposed before stays; what says the same again makes no new row. Returns the
    new proposals. Raises NotPermitted, and RuleBroken for a tool that names nothing to look for, for the whole state,
    or for a finished assessment.
    """
    check_may(viewer, "assessment.propose", standing_in(viewer, assessment.region))
    if not assessment.region:
        raise RuleBroken(
            f"The records are counted for one {active_pack().word('region')}. This is for the whole state."
        )
    items = items_of(instrument_of(assessment))
    if not items:
        raise RuleBroken("This tool does not say what the records would show. Answer it by hand.")
    rows = gather(viewer, assessment.region, now)
    made = propose_ticks(viewer, assessment, _as_proposed(findings(rows, now, items), assessment.region, now), now)
    record(viewer, "evidence.gathered", assessment, region=assessment.region, items=len(items), new=len(made))
    return made


def _as_proposed(found: Sequence[Found], region: str, as_of: datetime) -> list[Proposed]:
    return [
        Proposed(
            item=one.rule.item,
            says=one.finding.says,
            figure=one.finding.figure,
            rule=one.rule.name,
            rule_version=str(one.rule.version),
            as_of=as_of,
            period_from=local(one.finding.period.since).date() if one.finding.period.since else None,
            period_to=local(one.finding.period.until).date(),
            links=[path.format(region=region) for path in one.rule.see],
        )
        for one in found
    ]
