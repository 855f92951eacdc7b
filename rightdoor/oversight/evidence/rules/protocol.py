"""Protocol development: is the protocol lived by?"""

from __future__ import annotations

from rightdoor.domain.looking_back import HALF_YEAR, QUARTERS, YEAR, Lookback
from rightdoor.oversight.evidence.finding import (
    Finding,
    both,
    half_a_year,
    in_quarters,
    judged,
    last_year,
    quarters_with,
    rule,
)
from rightdoor.oversight.evidence.rows import Rows

LATE = "late-responses"  # by what the figures of late responses are known


@rule("pd.2.1", see=("/referrals/late/?region={region}", "/meetings/?past=1"))
def protocol_adherence_reviewed(rows: Rows, back: Lookback) -> Finding:
    """Clock adherence was reviewed in a recorded meeting within the last 6 months."""
    taken = in_quarters((one.quarter for one in rows.figures if one.about == LATE), HALF_YEAR)
    figure = (
        f"Response times were before {taken} meeting{'s' if taken > 1 else ''} as figures."
        if taken
        else "Response times were before no meeting as figures."
    )
    return Finding("yes" if taken else "not_yet", figure, half_a_year(back), taken)


@rule("pd.2.2")
def protocol_disclosures(rows: Rows, back: Lookback) -> Finding:
    """Every disclosure in the last 12 months rests on a consent, an agreement or a legal duty on record; every
    break-glass access was reviewed.

    Where no case was opened in an emergency, the disclosures alone decide; an opening whose review is not due yet does
    not count.
    """
    told = [one for one in rows.disclosures if one.quarter in YEAR]
    resting = sum(bool(one.rests_on) for one in told)
    period = last_year(back)
    outside = judged(
        rows,
        resting,
        len(told),
        said="A consent, an order or a legal duty is on record for {share}.",
        noun="disclosures",
        period=period,
    )
    opened = [one for one in rows.openings if one.quarter in YEAR and (one.was_reviewed or one.is_review_due)]
    if not opened:
        return outside
    reviewed = sum(one.was_reviewed for one in opened)
    return both(
        outside,
        judged(
            rows,
            reviewed,
            len(opened),
            said="A second person looked at {share}.",
            noun="openings in an emergency",
            period=period,
        ),
    )


@rule("pd.3.1", see=("/meetings/?past=1", "/archive/"))
def protocol_case_reviews(rows: Rows, back: Lookback) -> Finding:
    """At least one after-action or case review per quarter for the last 12 months."""
    reviews = [one.quarter for one in rows.reviews]
    reviews += [one.quarter for one in rows.staffings if one.kind == "case_review"]
    reviews += [one.quarter for one in rows.own_meetings if one.kind == "after_action"]
    covered = quarters_with(reviews)
    figure = f"A case review or an after-action review in {covered} of the last {len(QUARTERS)} quarters."
    return Finding("yes" if covered == len(QUARTERS) else "not_yet", figure, last_year(back), covered, len(QUARTERS))
