"""Service planning and case management: templates, plans that are followed, advocates, plans for a return."""

from __future__ import annotations

from rightdoor.domain.looking_back import YEAR, Lookback
from rightdoor.oversight.evidence.finding import (
    Finding,
    Period,
    at_that_moment,
    before_a_meeting,
    cannot_tell,
    count,
    judged,
    last_year,
    rule,
    stands,
    stays_sealed,
)
from rightdoor.oversight.evidence.rows import Rows

CASES = "/cases/?region={region}"
A_MONTH = 31
OUTCOMES = "outcomes"  # by what outcome figures are known that were taken to a meeting


@rule("sp.1.1")
def planning_templates(rows: Rows, back: Lookback) -> Finding:
    """Service plan templates for emergency and ongoing work are in force."""
    held = {one.key for one in rows.pack.plans.templates}
    have = sum(key in held for key in ("emergency", "ongoing"))
    figure = f"{have} of 2: the templates for emergency and for ongoing work (version {rows.pack.version})."
    return Finding("yes" if have == 2 else "not_yet", figure, at_that_moment(back), have, 2)


@rule("sp.2.1", see=CASES)
def planning_followed(rows: Rows, back: Lookback) -> Finding:
    """Every open case has a plan with a status review within the last 31 days. A plan adopted in that time was looked
    at; a case so new that its first plan is not owed yet does not count.
    """
    owed = [one for one in rows.following if not one.is_new]
    followed = sum(one.has_plan and one.was_looked_at for one in owed)
    said = f"A plan that was looked at within {A_MONTH} days is on record for {{share}}."
    period = Period(back.until, back.back(A_MONTH))
    return judged(rows, followed, len(owed), said=said, noun="open cases", period=period)


@rule("sp.2.2", see=CASES)
def planning_advocacy(rows: Rows, back: Lookback) -> Finding:
    """Every confirmed victim's case has an advocacy referral or a recorded reason for none."""
    if (sealed := stays_sealed(rows, at_that_moment(back))) is not None:
        return sealed
    confirmed = [one for one in rows.advocacy if one.is_confirmed]
    answered = sum(one.is_answered for one in confirmed)
    said = "A referral to an advocate, or a reason for none, is on record for {share}."
    noun = "open cases of confirmed victims"
    return judged(rows, answered, len(confirmed), said=said, noun=noun, period=at_that_moment(back))


@rule("sp.3.1", see=CASES)
def planning_missing(rows: Rows, back: Lookback) -> Finding:
    """Plan templates for missing and homeless youth are in force, and used where it applies.

    Used where a child was missing: a plan for the return lay ready. Who has no home stands sealed and is not counted.
    """
    held = {one.key for one in rows.pack.plans.templates}
    have = sum(key in held for key in ("missing", "homeless"))
    templates = f"{count(have, 'template').capitalize()} of 2, for missing and for homeless youth."
    if have < 2:
        return stands(False, templates, last_year(back))
    gone = [one for one in rows.returns if one.learned in YEAR]
    if not gone:
        return cannot_tell(f"{templates} No child was reported missing.", last_year(back), 0)
    ready = sum(one.had_plan for one in gone)
    said = f"{templates} A plan for the return lay ready in {{share}}."
    return judged(rows, ready, len(gone), said=said, noun="missing episodes", period=last_year(back))


@rule("sp.4.1", see=("/numbers/meeting/?whose={region}", "/meetings/?past=1"))
def planning_outcomes(rows: Rows, back: Lookback) -> Finding:
    """An outcomes report was reviewed in a recorded meeting within the last 12 months: services completed, why cases
    ended, and after how long.
    """
    return before_a_meeting(rows, OUTCOMES, YEAR, noun="outcome figures", period=last_year(back))
