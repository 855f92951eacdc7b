"""Team membership: who sits on the team, who comes, and what happens when somebody does not."""

from __future__ import annotations

from rightdoor.community.meetings.deidentified import CountedInvitation
from rightdoor.community.meetings.words import WITH_CASES
from rightdoor.domain.looking_back import YEAR, Lookback
from rightdoor.oversight.evidence.finding import (
    Finding,
    among,
    cannot_tell,
    count,
    judged,
    last_year,
    rule,
    share,
    two_years,
)
from rightdoor.oversight.evidence.rows import Rows

MEETINGS, TEAM = "/meetings/?past=1", "/teams/{region}/"


@rule("tm.1.2", see=MEETINGS)
def team_founding_meeting(rows: Rows, back: Lookback) -> Finding:
    """A held advisory or founding meeting of the team with agency heads attending."""
    held = [one for one in rows.own_meetings if one.kind in {"advisory", "founding"}]
    led = [one for one in held if any(place.heads_an_agency for place in one.present)]
    period = two_years(back)
    if not led and any(not one.is_attendance_recorded for one in held):
        return cannot_tell(
            f"{count(len(held), 'founding or advisory meeting').capitalize()} held; who was there is not on record.",
            period,
            len(held),
        )
    figure = f"Agency heads were at {len(led)} of {count(len(held), 'founding or advisory meeting')}."
    if not held:
        figure = "No founding or advisory meeting is on record."
    return Finding("yes" if led else "not_yet", figure, period, len(led), len(held))


@rule("tm.2.1", see=("/meetings/participation/", MEETINGS))
def team_attendance(rows: Rows, back: Lookback) -> Finding:
    """Attendance is recorded for every case coordination meeting held in the last 12 months."""
    held = [one for one in rows.own_meetings if one.kind in WITH_CASES and one.quarter in YEAR]
    known = sum(one.is_attendance_recorded for one in held)
    said = "Attendance is on record for {share}."
    return judged(rows, known, len(held), said=said, noun="case coordination meetings", period=last_year(back))


@rule("tm.2.2", version=2, see=("/meetings/participation/", MEETINGS))
def team_absences(rows: Rows, back: Lookback) -> Finding:
    """Every absence in the last 12 months has a notice, a delegate or a follow-up briefing on record. Where nobody
    recorded who was there, an absence may lie that was not seen to.
    """
    held = [one for one in rows.own_meetings if one.quarter in YEAR]
    absent = [place for one in held for place in one.invited if place.attendance == "absent"]
    seen_to = sum(place.gave_notice or place.was_briefed for place in absent)
    unknown = sum(any(_may_be_missed(place) for place in one.invited) for one in held)
    if unknown and seen_to == len(absent):
        figure = f"Who was there is not on record for {share(unknown, len(held), 'meetings', rows.threshold)}."
        return cannot_tell(figure, last_year(back), len(absent))
    said = "A notice, a delegate or a briefing is on record for {share}."
    return judged(rows, seen_to, len(absent), said=said, noun="absences", period=last_year(back))


@rule("tm.3.1", see=TEAM)
def team_onboarding(rows: Rows, back: Lookback) -> Finding:
    """Every member who joined in the last 12 months completed the onboarding checklist."""
    joined = [seat for seat in rows.team.seats if seat.joined in YEAR]
    onboarded = sum(seat.is_onboarded for seat in joined)
    said = "The checklist is complete for {share} taken in this time."
    return among(onboarded, len(joined), said=said, noun="seat", period=last_year(back))


@rule("tm.3.2", see=MEETINGS)
def team_guests(rows: Rows, back: Lookback) -> Finding:
    """At least one invited guest on a case meeting in the last 12 months with a signed confidentiality agreement."""
    held = [one for one in rows.staffings if one.quarter in YEAR]
    signed = sum(one.had_signed_guest for one in held)
    if not held:
        return cannot_tell("There were no staffings to which a guest could be invited.", last_year(back), 0)
    figure = "A guest who had signed was at {}.".format("at least one staffing" if signed else "no staffing")
    return Finding("yes" if signed else "not_yet", figure, last_year(back), signed, len(held))


@rule("tm.3.3", see=(TEAM, "/partners/"))
def team_growth(rows: Rows, back: Lookback) -> Finding:
    """More active partner agencies than 12 months ago."""
    now = sum(one.sits_now for one in rows.team.agencies)
    before = sum(one.sat_a_year_before for one in rows.team.agencies)
    period = last_year(back)
    if not before:
        return cannot_tell(f"{count(now, 'agency', 'agencies').capitalize()} now; none a year before.", period, before)
    figure = f"{count(now, 'agency', 'agencies').capitalize()} with a seat now, {before} a year before."
    return Finding("yes" if now > before else "not_yet", figure, period, now, before)


def _may_be_missed(place: CountedInvitation) -> bool:
    """Nobody recorded whether it was taken; if it was not, nothing was done about it."""
    return not (place.attendance or place.gave_notice or place.was_briefed)
