"""Many anonymous answers to one survey: means by factor, and how far disciplines lie apart.

Nothing is shown under a smallest number of answers, and nothing by which a smaller number could be worked out: when one
discipline alone is too small to show, the next smallest is hidden with it. Answers are averaged item by item, so that
somebody who leaves a question out does not pull a factor up or down. (practice 5.1, issue 5)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from .answers import Response, asked, option_of
from .fault import AnswersUnsound, Fault
from .instrument import Band, Instrument
from .versions import pin_of

SMALLEST = 5


@dataclass(frozen=True, slots=True)
class Spread:
    """One factor over everybody. None throughout: too few answered it to show anything."""

    key: str
    name: str
    answers: int | None
    mean: Fraction | None
    band: Band | None
    by_discipline: tuple[tuple[str, Fraction | None], ...]  # None: too few
    apart: Fraction | None  # the highest mean of a discipline less the lowest, among those shown


@dataclass(frozen=True, slots=True)
class Survey:
    """What a survey may show. `responses` is None while there are too few."""

    responses: int | None
    factors: tuple[Spread, ...]


def survey(instrument: Instrument, responses: Sequence[tuple[str, Response]], *, smallest: int = SMALLEST) -> Survey:
    """The factors of a survey over (discipline, response) pairs.

    Raises AnswersUnsound when a response pins another instrument: editions of an inventory are not averaged together.
    """
    pin = pin_of(instrument)
    for at, (_, response) in enumerate(responses):
        if response.pin != pin:
            told = Fault((at,), "This response was given to another version.", "Compare versions side by side instead.")
            raise AnswersUnsound([told])
    shown = len(responses) >= max(1, smallest)
    return Survey(
        responses=len(responses) if shown else None,
        factors=tuple(
            _spread(instrument, factor.key, factor.name, factor.items, responses, smallest)
            for factor in instrument.scoring.factors
        ),
    )


def _spread(
    instrument: Instrument,
    key: str,
    name: str,
    items: Sequence[str],
    responses: Sequence[tuple[str, Response]],
    smallest: int,
) -> Spread:
    scores: dict[str, list[list[Fraction]]] = {}
    for discipline, response in responses:
        given = _scores(instrument, response, items)
        if given:
            scores.setdefault(discipline, []).append(given)
    answered = sum(len(one) for one in scores.values())
    if answered < max(1, smallest):
        return Spread(key, name, None, None, None, tuple((one, None) for one in sorted(scores)), None)
    hidden = _hidden({one: len(given) for one, given in scores.items()}, smallest)
    means = {
        one: None if one in hidden else _mean([score for row in given for score in row])
        for one, given in sorted(scores.items())
    }
    mean = _mean([score for given in scores.values() for row in given for score in row])
    known = [one for one in means.values() if one is not None]
    return Spread(
        key=key,
        name=name,
        answers=answered,
        mean=mean,
        band=_band(instrument, mean),
        by_discipline=tuple(means.items()),
        apart=max(known) - min(known) if len(known) > 1 else None,
    )


def _scores(instrument: Instrument, response: Response, items: Sequence[str]) -> list[Fraction]:
    shown = asked(instrument, response.answers)
    options = [option_of(instrument, instrument.by_id[one], response.answers) for one in items if one in shown]
    return [one.score for one in options if one is not None and one.means == "answer" and one.score is not None]


def _hidden(sizes: Mapping[str, int], smallest: int) -> set[str]:
    """Too small to show; and with them the next smallest, until what is hidden together is large enough."""
    found = {one for one, size in sizes.items() if size < smallest}
    rest = sorted((size, one) for one, size in sizes.items() if one not in found)
    while found and rest and (len(found) < 2 or sum(sizes[one] for one in found) < smallest):
        found.add(rest.pop(0)[1])
    return found


def _mean(scores: Sequence[Fraction]) -> Fraction:
    return sum(scores, Fraction(0)) / len(scores)


def _band(instrument: Instrument, mean: Fraction) -> Band | None:
    reached = [band for band in instrument.scoring.bands if band.start is not None and band.start <= mean]
    return reached[-1] if reached else None
