"""Answers in, score out: what is certain, what is possible, and which answers it still hangs on.

A result is positive, negative or indeterminate. It is indeterminate as soon as what is not known could change it:
with a cut of two, one yes, four no and one unknown is indeterminate; two yes and four unknown is positive.
(practice 1.4)
A score says what to look at next. It never sets what a person is. (practice 1.3)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from .answers import Answers, Response, asked, missing_required, option_of
from .fault import AnswersUnsound, Fault
from .instrument import Band, Instrument, Item, Kind, Option
from .ladder import TopicStage, topic_stages
from .versions import Pin, pin_of
from .worlds import World, controllers, is_open, worlds

Outcome = Literal["positive", "negative", "indeterminate"]
MOST_SUMS = 300_000  # additions tried over all worlds; then the bounds speak


@dataclass(frozen=True, slots=True)
class Counts:
    """How the items that count, or all, were answered. A hidden item is in none of the others."""

    answered: int
    unknown: int
    declined: int
    not_applicable: int
    blank: int
    hidden: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that is known, or the bounds of one that is not. All None: there is nothing to work it out from."""

    value: Fraction | None
    lowest: Fraction | None
    highest: Fraction | None
    band: Band | None
    could_be: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class FactorMean:
    """The mean of a factor. `mean` is over the answers given; the band counts what could still be answered."""

    key: str
    name: str
    mean: Fraction | None
    answered: int
    items: int
    figure: Figure


@dataclass(frozen=True, slots=True)
class Tally:
    """How the items of a group stand. There is no stage here, and none may be made of it. (practice 7.1)"""

    id: str  # "" for the whole
    name: str
    role: str
    number: int | None
    items: int
    by_answer: tuple[tuple[str, int], ...]
    done: int
    counts: Counts
    share_done: Fraction | None  # of what applies


@dataclass(frozen=True, slots=True)
class Score:
    """What an instrument says about one set of answers."""

    pin: Pin
    kind: Kind
    result: Outcome | None
    figure: Figure | None
    counts: Counts
    open_items: tuple[str, ...]  # what is not known and could change something above
    hidden: tuple[str, ...]
    missing: tuple[str, ...]  # required and blank
    topics: tuple[TopicStage, ...] = ()
    tallies: tuple[Tally, ...] = ()
    factors: tuple[FactorMean, ...] = ()


def score(instrument: Instrument, response: Response) -> Score:
    """The score of a response. Raises AnswersUnsound when the response pins another instrument, version or content."""
    if response.pin != pin_of(instrument):
        raise AnswersUnsound(
            [
                Fault(
                    ("instrument",),
                    "These answers were given to another instrument or version.",
                    "Score them with the instrument that they were given to.",
                )
            ]
        )
    answers, scoring = response.answers, instrument.scoring
    shown = asked(instrument, answers)
    found = worlds(instrument, answers, scoring.over)
    figure: Figure | None = None
    result: Outcome | None = None
    factors: tuple[FactorMean, ...] = ()
    if scoring.kind in {"count", "any", "sum", "weighted"}:
        figure, results = _added(instrument, found)
        result = _outcome(results)
    elif scoring.kind == "factor-mean":
        factors = tuple(
            FactorMean(
                factor.key,
                factor.name,
                *_mean_of_given(instrument, answers, shown, factor.items),
                _mean(instrument, found, factor.items),
            )
            for factor in scoring.factors
        )
    topics = topic_stages(instrument, found) if scoring.kind == "stage-ladder" else ()
    tallies = _tallies(instrument, answers, shown) if scoring.kind == "status-tally" else ()
    questions = tuple(item.id for item in instrument.questions)
    return Score(
        pin=response.pin,
        kind=scoring.kind,
        result=result,
        figure=figure,
        counts=_counts(instrument, answers, shown, questions),
        open_items=_open(instrument, answers, found) if _hangs(figure, topics, factors) else (),
        hidden=tuple(key for key in questions if key not in shown),
        missing=missing_required(instrument, answers),
        topics=topics,
        tallies=tallies,
        factors=factors,
    )


def lowest_possible(instrument: Instrument) -> Fraction | None:
    """The lowest score that any answers can reach, for the check that a band holds it."""
    if instrument.scoring.kind == "factor-mean":
        sets = {instrument.by_id[key].answers for key in instrument.scoring.over}
        scores = [one.score for key in sets for one in instrument.sets[key].established if one.score is not None]
        return min(scores, default=None)
    points = _points(instrument)
    total = Fraction(0)
    for key in instrument.scoring.over:
        item = instrument.by_id[key]
        options = instrument.options_of(item)
        least = min((points(key, one) for one in options.established), default=Fraction(0))
        may_not_count = any(one.enable_when for one in (item, *instrument.parents[key])) or any(
            one.means == "not_applicable" for one in options.options
        )
        total += min(least, Fraction(0)) if may_not_count else least
    return min(total, Fraction(1)) if instrument.scoring.kind == "any" else total


def _points(instrument: Instrument) -> Callable[[str, Option | None], Fraction]:
    """What an option adds, by the kind of scoring."""
    scoring, weights = instrument.scoring, dict(instrument.scoring.weights)

    def points(key: str, option: Option | None) -> Fraction:
        if option is None:
            return Fraction(0)
        if scoring.kind in {"count", "any"}:
            return Fraction(option.code in scoring.counted)
        return (option.score or Fraction(0)) * weights.get(key, Fraction(1))

    return points


def _added(instrument: Instrument, found: Sequence[World]) -> tuple[Figure, set[Outcome | None]]:
    """The sum, its bounds, and every result that it can come to."""
    points, scoring = _points(instrument), instrument.scoring
    capped = scoring.kind == "any"
    lows, highs, bands = [], [], dict.fromkeys(scoring.bands, False)
    results: set[Outcome | None] = set()
    tried = _Tried()
    for world in found:
        parts = [{points(key, option) for option in options} for key, options in world.items()]
        low, high = sum(map(min, parts), Fraction(0)), sum(map(max, parts), Fraction(0))
        if capped:
            low, high = min(low, Fraction(1)), min(high, Fraction(1))
        lows.append(low)
        highs.append(high)
        if capped and not scoring.bands:
            results |= {"positive" if one else "negative" for one in (low, high)}
        for band in _reached(scoring.bands, parts, low, high, tried, capped=capped):
            bands[band] = True
            results.add(band.result)
    return _figure(min(lows), max(highs), tuple(band for band, hit in bands.items() if hit)), results


def _mean(instrument: Instrument, found: Sequence[World], items: Sequence[str]) -> Figure:
    """The mean of a factor, its bounds and its band."""
    bands = instrument.scoring.bands
    lows, highs, hit = [], [], set()
    tried = _Tried()
    for world in found:
        parts = [{option.score if option else None for option in world[key]} for key in items]
        counting = [{one for one in part if one is not None} for part in parts if part != {None}]
        if not counting:
            continue
        if any(None in part for part in parts if part != {None}):  # a wide world: how many count is open
            low, high = min(map(min, counting)), max(map(max, counting))
            sums: list[set[Fraction]] = []
        else:
            counted = len(counting)
            sums = [{one / counted for one in part} for part in counting]
            low, high = sum(map(min, sums), Fraction(0)), sum(map(max, sums), Fraction(0))
        lows.append(low)
        highs.append(high)
        hit |= set(_reached(bands, sums, low, high, tried) if sums else _between(bands, low, high))
    if not lows:
        return Figure(None, None, None, None, ())
    return _figure(min(lows), max(highs), tuple(band for band in bands if band in hit))


def _mean_of_given(
    instrument: Instrument, answers: Answers, shown: Collection[str], items: Sequence[str]
) -> tuple[Fraction | None, int, int]:
    options = [option_of(instrument, instrument.by_id[key], answers) for key in items if key in shown]
    scores = [one.score for one in options if one is not None and one.means == "answer" and one.score is not None]
    return (sum(scores, Fraction(0)) / len(scores) if scores else None), len(scores), len(items)


def _figure(low: Fraction, high: Fraction, bands: tuple[Band, ...]) -> Figure:
    return Figure(low if low == high else None, low, high, bands[0] if len(bands) == 1 else None, bands)


def _outcome(results: Collection[Outcome | None]) -> Outcome | None:
    if not results or None in results:
        return None
    return next(iter(results)) if len(results) == 1 else "indeterminate"


def _between(bands: Sequence[Band], low: Fraction, high: Fraction) -> list[Band]:
    """The bands that lie anywhere between two scores."""
    found = []
    for at, band in enumerate(bands):
        ends = bands[at + 1].start if at + 1 < len(bands) else None
        if band.start is not None and band.start <= high and (ends is None or ends > low):
            found.append(band)
    return found


@dataclass
class _Tried:
    """How many sums have been tried, so that no instrument keeps a machine busy."""

    sums: int = 0


def _reached(
    bands: Sequence[Band],
    parts: Sequence[Collection[Fraction]],
    low: Fraction,
    high: Fraction,
    tried: _Tried,
    *,
    capped: bool = False,
) -> list[Band]:
    """The bands that a sum of one of each part can fall into; where that is too much to try, all between the ends."""
    possible = _between(bands, low, high)
    if len(possible) < 3:  # both ends are reached, and nothing lies between
        return possible
    sums = {Fraction(0)}
    for part in parts:
        tried.sums += len(sums) * len(part)
        if tried.sums > MOST_SUMS:
            return possible
        sums = {one + more for one in sums for more in part}
    reached = {min(one, Fraction(1)) for one in sums} if capped else sums
    return [band for band in possible if any(_between(possible, one, one) == [band] for one in reached)]


def _hangs(figure: Figure | None, topics: Sequence[TopicStage], factors: Sequence[FactorMean]) -> bool:
    figures = [*([figure] if figure else []), *(one.figure for one in factors)]
    return any(one.lowest != one.highest for one in figures) or any(one.lowest != one.highest for one in topics)


def _open(instrument: Instrument, answers: Answers, found: Sequence[World]) -> tuple[str, ...]:
    """What is not known, and counts or decides what is asked."""
    wide = {key for world in found for key, options in world.items() if any(options)}
    deciding = set(controllers(instrument, instrument.scoring.over))
    result = []
    for item in instrument.questions:
        if item.type == "choice":
            hangs = item.id in wide | deciding and is_open(instrument, item, answers)
        else:
            hangs = item.id in deciding and item.id not in answers
        if hangs:
            result.append(item.id)
    return tuple(result)


def _counts(instrument: Instrument, answers: Answers, shown: Collection[str], keys: Collection[str]) -> Counts:
    found: Counter[str] = Counter()
    for key in keys:
        item = instrument.by_id[key]
        given = answers.get(key)
        if key not in shown:
            found["hidden"] += 1
        elif given is None:
            found["blank"] += 1
        elif item.type in {"choice", "choices"}:
            codes = [given] if isinstance(given, str) else list(given) if isinstance(given, tuple) else []
            means = {instrument.options_of(item).by_code[code].means for code in codes}
            found[next(iter(means)) if len(means) == 1 else "answer"] += 1
        else:
            found["answer"] += 1
    return Counts(
        answered=found["answer"],
        unknown=found["unknown"],
        declined=found["declined"],
        not_applicable=found["not_applicable"],
        blank=found["blank"],
        hidden=found["hidden"],
    )


def _tallies(instrument: Instrument, answers: Answers, shown: Collection[str]) -> tuple[Tally, ...]:
    over = set(instrument.scoring.over)

    def tally(key: str, group: Item | None, items: Sequence[Item]) -> Tally:
        keys = [item.id for item in items if item.id in over]
        by_answer: Counter[str] = Counter()
        for one in keys:
            option = option_of(instrument, instrument.by_id[one], answers) if one in shown else None
            if option is not None:
                by_answer[option.code] += 1
        counts = _counts(instrument, answers, shown, keys)
        order = dict.fromkeys(
            option.code for one in keys for option in instrument.options_of(instrument.by_id[one]).options
        )
        done = sum(by_answer[code] for code in instrument.scoring.done)
        applies = len(keys) - counts.hidden - counts.not_applicable
        return Tally(
            id=key,
            name=(group.text or group.name or key) if group else instrument.title,
            role=group.role if group else "",
            number=group.number if group else None,
            items=len(keys),
            by_answer=tuple((code, by_answer[code]) for code in order),
            done=done,
            counts=counts,
            share_done=Fraction(done, applies) if applies else None,
        )

    whole = tally("", None, tuple(instrument.by_id.values()))
    groups = [item for item in instrument.by_id.values() if item.type == "group"]
    return (whole, *(one for one in (tally(item.id, item, tuple(item.walk())) for item in groups) if one.items))
