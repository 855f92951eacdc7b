"""Investigations and prosecutions: law enforcement on the team, and what becomes of a case."""

from __future__ import annotations

from rightdoor.community.teams.deidentified import CountedAgency
from rightdoor.domain.looking_back import YEAR, Lookback
from rightdoor.oversight.evidence.finding import (
    Finding,
    among,
    at_that_moment,
    cannot_tell,
    judged,
    last_year,
    rough,
    rule,
    share,
    stays_sealed,
    two_years,
)
from rightdoor.oversight.evidence.rows import Rows

TEAM = "/teams/{region}/"
POLICE = "police"  # the column of the sharing matrix in which the pack puts law enforcement
LEVELS = ("local", "state", "federal")
ENOUGH = 80  # percent
INVESTIGATIONS = frozenset({"police", "federal", "child_welfare"})


@rule("ip.1.1", see=(TEAM, "/partners/"))
def justice_levels(rows: Rows, back: Lookback) -> Finding:
    """An active member agency of law enforcement at local, state and federal level."""
    found = {_level(one, rows) for one in _police(rows)}
    have = [level for level in LEVELS if level in found]
    lack = [level for level in LEVELS if level not in found]
    figure = f"Law enforcement on the team: {', '.join(have) if have else 'none'}."
    if lack:
        figure += f" Lacking: {', '.join(lack)}."
    return Finding("not_yet" if lack else "yes", figure, at_that_moment(back), len(have), len(LEVELS))


@rule("ip.1.2", see=TEAM)
def justice_agreements(rows: Rows, back: Lookback) -> Finding:
    """An information-sharing agreement in force with every law enforcement member."""
    agencies = _police(rows)
    agreed = sum(one.has_agreement for one in agencies)
    said = "An agreement on what is shared is in force with {share} of law enforcement on the team."
    return among(agreed, len(agencies), said=said, noun="agency", plural="agencies", period=at_that_moment(back))


@rule("ip.2.1", version=2, see=("/meetings/participation/", "/meetings/?past=1"))
def justice_attendance(rows: Rows, back: Lookback) -> Finding:
    """Law enforcement attended at least 80% of the emergency meetings of the last 12 months. Where nobody recorded who
    was there, it counts for neither; if the rest does not decide it, it cannot be told.
    """
    held = [one for one in rows.own_meetings if one.kind == "emergency" and one.quarter in YEAR]
    came = [any(_is_police(place.discipline, rows) for place in one.present) for one in held]
    unknown = sum(not (was_there or one.is_attendance_recorded) for was_there, one in zip(came, held, strict=True))
    enough = ENOUGH * len(held)
    if 100 * sum(came) < enough <= 100 * (sum(came) + unknown):
        figure = (
            f"Who was there is not on record for {share(unknown, len(held), 'emergency meetings', rows.threshold)}."
        )
        return cannot_tell(figure, last_year(back), len(held))
    said = "Law enforcement was at {share}."
    noun = "emergency meetings"
    return judged(rows, sum(came), len(held), said=said, noun=noun, period=last_year(back), at_least=ENOUGH)


@rule("ip.2.2", see=TEAM)
def justice_training(rows: Rows, back: Lookback) -> Finding:
    """Every law enforcement member agency had trafficking training in the last 24 months."""
    agencies = _police(rows)
    if any(one.is_trained is None for one in agencies):
        return cannot_tell("No training on trafficking is kept for members here.", two_years(back))
    trained = sum(bool(one.is_trained) for one in agencies)
    said = "Training on trafficking is on record for {share} of law enforcement on the team."
    return among(trained, len(agencies), said=said, noun="agency", plural="agencies", period=two_years(back))


@rule("ip.2.3", see="/cases/?region={region}")
def justice_recoveries(rows: Rows, back: Lookback) -> Finding:
    """Every recovery in the last 12 months has its protocol steps on record."""
    back_home = [one for one in rows.returns if one.recovered in YEAR]
    whole = sum(one.steps_left == 0 for one in back_home)
    said = "Every step after the return is on record for {share}."
    return judged(rows, whole, len(back_home), said=said, noun="recoveries", period=last_year(back))


@rule("ip.3.3", see="/cases/?region={region}")
def justice_growth(rows: Rows, back: Lookback) -> Finding:
    """More investigations opened than in the 12 months before."""
    if (sealed := stays_sealed(rows, last_year(back))) is not None:
        return sealed
    now = sum(one.kind in INVESTIGATIONS for one in rows.proceedings)
    before = sum(one.kind in INVESTIGATIONS for one in rows.proceedings_before)
    if not before:
        return cannot_tell("No investigation is on record for the year before, to compare with.", last_year(back), 0)
    more = "More" if now > before else "Not more"
    figure = (
        f"{more} investigations than the year before: {rough(now, rows.threshold)}, "
        f"{rough(before, rows.threshold)} before."
    )
    return Finding("yes" if now > before else "not_yet", figure, last_year(back), now, before)


@rule("ip.4.1", see="/cases/?region={region}")
def justice_outcomes(rows: Rows, back: Lookback) -> Finding:
    """Every case with an investigation has its current status and outcome. Of those recorded in the two years."""
    if (sealed := stays_sealed(rows, two_years(back))) is not None:
        return sealed
    found = [one for one in (*rows.proceedings, *rows.proceedings_before) if one.kind]
    known = sum(bool(one.came_of_it) for one in found)
    said = "How it stands is on record for {share}."
    noun = "investigations and prosecutions"
    return judged(rows, known, len(found), said=said, noun=noun, period=two_years(back))


def _is_police(discipline: str, rows: Rows) -> bool:
    return rows.pack.sharing.disciplines.get(discipline) == POLICE


def _police(rows: Rows) -> list[CountedAgency]:
    return [
        one
        for one in rows.team.agencies
        if one.sits_now and any(_is_police(discipline, rows) for discipline in one.disciplines)
    ]


def _level(agency: CountedAgency, rows: Rows) -> str:
    """By the seat that it holds; the directory's word where the seat does not say."""
    for level in LEVELS:
        if any(one.startswith(f"{level}_") and _is_police(one, rows) for one in agency.disciplines):
            return level
    return agency.level
