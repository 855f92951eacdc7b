"""Rounds and results for pages. What could single somebody out does not leave this module."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.db.models import Q, QuerySet

from rightdoor.community.surveys import pooling, slips
from rightdoor.community.surveys.models import AnswerPool, Invited, SurveyRound, SurveyStep
from rightdoor.community.surveys.words import (
    EVERYBODY_ELSE,
    GROUPS,
    NO_DISCIPLINE,
    PURPOSES,
    SMALLEST,
    figure,
    how_many,
)
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import ALL_REGIONS, Standing, Viewer, check_may
from rightdoor.domain.questionnaire.answers import read_response
from rightdoor.domain.questionnaire.instrument import Instrument
from rightdoor.domain.questionnaire.survey import Spread, survey
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.codes import normalise
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.questionnaires.kept import pinned, usable

READERS = ("care_coordinator", "agency_head", "state_analyst")
MOST_ROUNDS = 12  # side by side


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A line of the list."""

    round: SurveyRound
    state: str
    instrument: str


@dataclass(frozen=True, slots=True)
class Told:
    """What may be said of a round at any time: whom it asks, by discipline, and roughly how many answered."""

    invited: tuple[tuple[str, int], ...]
    whole: int
    answered: str


@dataclass(frozen=True, slots=True)
class FactorShown:
    """A factor over everybody, and by discipline where at least five of it answered."""

    key: str
    name: str
    words: str  # the mean with one place, and never finer: a picture could be measured
    band: str
    by_discipline: tuple[tuple[str, str], ...]
    apart: str


@dataclass(frozen=True, slots=True)
class Results:
    """What a round that is over may show. `factors` is empty while fewer than five answered."""

    round: SurveyRound
    instrument: Instrument
    told: Told
    factors: tuple[FactorShown, ...]
    texts: tuple[tuple[str, tuple[str, ...]], ...]
    lowest: Fraction
    highest: Fraction


@dataclass(frozen=True, slots=True)
class OverTime:
    """Rounds of one instrument side by side, the oldest first: each factor with a figure a round, "" for none."""

    rounds: tuple[SurveyRound, ...]
    factors: tuple[tuple[str, tuple[str, ...]], ...]
    editions: tuple[str, ...]
    instrument: Instrument
    highest: Fraction


def standing_in(viewer: Viewer, region: str, *roles: str) -> Standing:
    """How the viewer stands to the surveys of a region, by these roles."""
    return Standing(region=any(viewer.covers_as(role, region) for role in roles or READERS))


def state_of(survey_round: SurveyRound, now: datetime) -> str:
    """ahead, open or over."""
    today = local(now).date()
    if survey_round.ended_on is not None or survey_round.closes_on < today:
        return "over"
    return "open" if survey_round.opens_on <= today else "ahead"


def is_open(survey_round: SurveyRound, now: datetime) -> bool:
    """Codes open something today."""
    return state_of(survey_round, now) == "open"


def ended_on(survey_round: SurveyRound) -> date:
    """The last day on which somebody could answer."""
    return survey_round.ended_on or survey_round.closes_on


def offered(viewer: Viewer) -> list[Instrument]:
    """What may be asked: surveys, feedback and training, ours and those that the viewer's agency brought."""
    return [one for purpose in PURPOSES for one in usable(purpose, viewer.agency)]


def instrument_of(survey_round: SurveyRound) -> Instrument:
    """The very version that the round asks. Raises NotVisible."""
    return pinned(survey_round.instrument_key, survey_round.instrument_version, survey_round.instrument_hash)


def visible_rounds(viewer: Viewer) -> QuerySet[SurveyRound]:
    """Rounds of the regions whose surveys the viewer may read."""
    regions = {region for role in READERS for region in viewer.regions_as(role)}
    if not viewer.code or not regions:
        return SurveyRound.objects.none()
    rows = SurveyRound.objects.all()
    return rows if ALL_REGIONS in regions else rows.filter(region__in=sorted(regions))


def round_rows(viewer: Viewer, now: datetime) -> list[RoundRow]:
    """The rounds of the viewer's regions, those that end last first. One query."""
    rows = list(visible_rounds(viewer).order_by("-closes_on", "region", "pk")[:300])
    return [RoundRow(row, state_of(row, now), instrument_of(row).title) for row in rows]


def round_for(viewer: Viewer, code: str) -> SurveyRound:
    """The round of this code, if the viewer may read surveys of its region. Raises NotVisible."""
    row = visible_rounds(viewer).filter(code=normalise(code)).first()
    if row is None:
        raise NotVisible
    return row


def own_rounds(viewer: Viewer, now: datetime) -> list[SurveyRound]:
    """Rounds that are open and that the viewer has not answered, the first to end first. One query."""
    if not viewer.code:
        return []
    mine = Invited.objects.filter(account_code=viewer.code, is_used=False).select_related("round")
    today = local(now).date()
    open_now = mine.filter(round__ended_on__isnull=True, round__opens_on__lte=today, round__closes_on__gte=today)
    return [one.round for one in open_now.order_by("round__closes_on", "pk")]


def own_round(viewer: Viewer, code: str) -> tuple[SurveyRound, bool]:
    """A round to which the viewer is invited, and whether it was answered. Raises NotVisible."""
    if not viewer.code:
        raise NotVisible
    mine = Invited.objects.filter(account_code=viewer.code, round__code=normalise(code)).select_related("round").first()
    if mine is None:
        raise NotVisible
    return mine.round, mine.is_used


def own_code_of(viewer: Viewer, survey_round: SurveyRound) -> str:
    """The viewer's own one-time code. Nobody else's page ever holds it, and nothing is written down."""
    return slips.code_of_account(survey_round.code, viewer.code)


def round_at(code: str, now: datetime) -> SurveyRound | None:
    """The round that a one-time code opens now; None for a code that was used, is over or was never made."""
    digest = slips.digest_of(code)
    found = Invited.objects.filter(digest=digest, is_used=False).select_related("round").first() if digest else None
    return found.round if found and is_open(found.round, now) else None


def told_of(survey_round: SurveyRound) -> Told:
    """Whom the round asks, and in steps of five how many answered. One query."""
    rows = list(survey_round.invited.values_list("discipline", "is_used"))
    counted = Counter(discipline for discipline, _ in rows)
    names = sorted((discipline_name(one) if one else NO_DISCIPLINE, many) for one, many in counted.items())
    return Told(tuple(names), len(rows), how_many(sum(1 for _, is_used in rows if is_used)))


def discipline_name(key: str) -> str:
    """The word of a discipline or a group."""
    if key in GROUPS:
        return GROUPS[key]
    return active_pack().teams.all().label(key) if key else EVERYBODY_ELSE


def results_for(viewer: Viewer, survey_round: SurveyRound, now: datetime) -> Results:
    """What came out of a round that is over; the look is recorded. Raises NotPermitted, and NotVisible before."""
    check_may(viewer, "survey.read", standing_in(viewer, survey_round.region))
    if state_of(survey_round, now) != "over":
        raise NotVisible
    record_read(viewer, "survey.read", survey_round)
    return _results(survey_round, AnswerPool.objects.get(round=survey_round))


def over_time(viewer: Viewer, survey_round: SurveyRound, now: datetime) -> OverTime:
    """The rounds of this instrument in this region that are over, each by itself: answers are never pooled. Raises
    NotPermitted, NotVisible.
    """
    check_may(viewer, "survey.read", standing_in(viewer, survey_round.region))
    rows = SurveyRound.objects.filter(region=survey_round.region, instrument_key=survey_round.instrument_key)
    gone = [row for row in rows.order_by("-opens_on", "-pk") if state_of(row, now) == "over"][:MOST_ROUNDS]
    if not gone:
        raise NotVisible
    record_read(viewer, "survey.read", survey_round, codes=[row.code for row in gone])
    pools = {pool.round_id: pool for pool in AnswerPool.objects.filter(round__in=gone)}
    results = [_results(row, pools[row.pk]) for row in reversed(gone)]
    names: dict[str, str] = {}
    for one in results:
        names |= {factor.key: factor.name for factor in one.instrument.scoring.factors}
    by_round = [{factor.key: factor.words for factor in one.factors} for one in results]
    return OverTime(
        rounds=tuple(one.round for one in results),
        factors=tuple((name, tuple(known.get(key, "") for known in by_round)) for key, name in names.items()),
        editions=tuple(one.instrument.version for one in results),
        instrument=results[-1].instrument,
        highest=max(one.highest for one in results),
    )


def steps_of(survey_round: SurveyRound) -> list[tuple[SurveyStep, str]]:
    """What is done about the results, each with the name of who sees to it. Two queries."""
    rows = list(survey_round.steps.order_by("due_on", "pk"))
    names = dict(Account.objects.filter(code__in={row.owner for row in rows}).values_list("code", "name"))
    return [(row, names.get(row.owner, "")) for row in rows]


def step_for(viewer: Viewer, code: str) -> SurveyStep:
    """A step of a round that the viewer may read. Raises NotVisible."""
    row = (
        SurveyStep.objects.filter(round__in=visible_rounds(viewer), code=normalise(code))
        .select_related("round")
        .first()
    )
    if row is None:
        raise NotVisible
    return row


def rounds_about(viewer: Viewer, meeting: str) -> list[SurveyRound]:
    """Rounds about one meeting, as far as the viewer may read them."""
    return list(visible_rounds(viewer).filter(~Q(meeting=""), meeting=meeting).order_by("opens_on", "pk"))


def _results(row: SurveyRound, pool: AnswerPool) -> Results:
    instrument = instrument_of(row)
    whole = pooling.opened(pool.answers_sealed, row.code)
    responses = [(discipline, read_response(instrument, {"answers": answers})) for discipline, answers in whole.answers]
    found = survey(instrument, responses, smallest=SMALLEST)
    is_shown = found.responses is not None
    lowest, highest = _scale(instrument)
    return Results(
        round=row,
        instrument=instrument,
        told=told_of(row),
        factors=tuple(_shown(one) for one in found.factors) if is_shown else (),
        texts=_texts(instrument, whole.texts),
        lowest=lowest,
        highest=highest,
    )


def _shown(one: Spread) -> FactorShown:
    # Only those that may be shown: a line that says "too few" would say that somebody of it answered this factor.
    by = tuple((discipline_name(key), figure(mean)) for key, mean in one.by_discipline if mean is not None)
    if all(name == EVERYBODY_ELSE for name, _ in by):
        by = ()  # that is the whole once more
    return FactorShown(
        key=one.key,
        name=one.name,
        words=figure(one.mean),
        band=one.band.label if one.band else "",
        by_discipline=tuple(sorted(by, key=lambda pair: (pair[0] == EVERYBODY_ELSE, pair[0]))),
        apart=figure(one.apart),
    )


def _texts(instrument: Instrument, said: Mapping[str, Sequence[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What people wrote: only where at least five did, and without anything else that they said."""
    return tuple(
        (item.text, tuple(said[item.id])) for item in instrument.questions if len(said.get(item.id, ())) >= SMALLEST
    )


def _scale(instrument: Instrument) -> tuple[Fraction, Fraction]:
    """The lowest and the highest score that an answer can have."""
    scores = [
        option.score
        for key in instrument.scoring.over
        for option in instrument.options_of(instrument.by_id[key]).established
        if option.score is not None
    ]
    return min(scores, default=Fraction(0)), max(scores, default=Fraction(1))
