"""Advisory team: does it meet, does it meet others, does it look at its own work?"""

from __future__ import annotations

from rightdoor.domain.looking_back import QUARTERS, YEAR, Lookback
from rightdoor.oversight.evidence.finding import (
    Finding,
    cannot_tell,
    count,
    in_quarters,
    last_year,
    quarters_with,
    rule,
)
from rightdoor.oversight.evidence.rows import Rows

MEETINGS = "/meetings/?past=1"
LIVED_EXPERIENCE = "survivor_consultant"  # the column in which the pack puts those who advise from experience
COMMUNITY = "community_organization"


@rule("at.2.1", see=MEETINGS)
def advisory_quarterly(rows: Rows, back: Lookback) -> Finding:
    """An advisory meeting held in each of the last four quarters."""
    covered = quarters_with(one.quarter for one in rows.own_meetings if one.kind == "advisory")
    figure = f"An advisory meeting in {covered} of the last {len(QUARTERS)} quarters."
    return Finding("yes" if covered == len(QUARTERS) else "not_yet", figure, last_year(back), covered, len(QUARTERS))


@rule("at.3.1", see=MEETINGS)
def advisory_voices(rows: Rows, back: Lookback) -> Finding:
    """At least one lived-experience expert and one community specialist among active members: those who were at an
    advisory meeting within the last 12 months.
    """
    held = [one for one in rows.own_meetings if one.kind == "advisory" and one.quarter in YEAR]
    came = {place.discipline for one in held for place in one.present}
    if not came:
        return cannot_tell("There were no advisory meetings with attendance on record.", last_year(back), len(held))
    lived = any(rows.pack.sharing.disciplines.get(discipline) == LIVED_EXPERIENCE for discipline in came)
    community = COMMUNITY in came
    lack = [
        words for words, there in (("lived experience", lived), ("community organizations", community)) if not there
    ]
    figure = f"At {count(len(held), 'advisory meeting')}: "
    figure += f"nobody of {' or of '.join(lack)}." if lack else "lived experience and community organizations."
    return Finding("not_yet" if lack else "yes", figure, last_year(back), lived + community, 2)


@rule("at.3.3", see=MEETINGS)
def advisory_across_regions(rows: Rows, back: Lookback) -> Finding:
    """A cross-region meeting within the last 12 months: a roundtable or an advisory meeting at which people who
    coordinate this region and another one were there.
    """
    held = [one for one in rows.meetings if one.kind in {"roundtable", "advisory"} and one.quarter in YEAR]
    across = 0
    for one in held:
        regions = {region for place in one.present for region in place.regions}
        across += rows.region in regions and len(regions) > 1
    figure = f"{count(across, 'meeting').capitalize()} at which this {rows.pack.word('region')} met another."
    return Finding("yes" if across else "not_yet", figure, last_year(back), across, len(held))


@rule("at.4.2", see="/assessments/")
def advisory_evaluation(rows: Rows, back: Lookback) -> Finding:
    """An evaluation and an improvement plan, each within the last 12 months."""
    finished = in_quarters(rows.assessments.finished)
    planned = in_quarters(rows.assessments.planned)
    figure = f"{count(finished, 'evaluation').capitalize()} finished, {count(planned, 'action step')} planned."
    return Finding("yes" if finished and planned else "not_yet", figure, last_year(back), finished)
