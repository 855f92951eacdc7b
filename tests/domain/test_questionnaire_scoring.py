"""Scores, and what is not known: every result is tried against all that the unknown could turn out to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rightdoor.domain.questionnaire import worlds
from rightdoor.domain.questionnaire.answers import Response, read_response, without_hidden
from rightdoor.domain.questionnaire.fault import AnswersUnsound
from rightdoor.domain.questionnaire.instrument import Instrument, Item
from rightdoor.domain.questionnaire.schema import build
from rightdoor.domain.questionnaire.scoring import Score, score
from rightdoor.domain.questionnaire.versions import Pin, pin_of
from tests.domain.instruments import CUT_OF_TWO, YNUD, question, tree

SCREEN = build(tree())


def scored(instrument: Instrument, **answers: Any) -> Score:
    return score(instrument, read_response(instrument, {"answers": answers}))


@pytest.mark.req("SCR-1")
@pytest.mark.parametrize(
    ("codes", "result", "bounds"),
    [
        ("ynnnnu", "indeterminate", (1, 2)),
        ("yyuuuu", "positive", (2, 6)),
        ("ynnnnd", "indeterminate", (1, 2)),
        ("nnnnnu", "negative", (0, 1)),
        ("nnnnnn", "negative", (0, 0)),
        ("yn", "indeterminate", (1, 5)),
        ("", "indeterminate", (0, 6)),
    ],
)
def test_what_is_not_known_is_never_a_no(codes: str, result: str, bounds: tuple[int, int]) -> None:
    found = scored(SCREEN, **{f"q{at}": code for at, code in enumerate(codes, start=1)})
    assert found.result == result
    assert found.figure is not None
    assert (found.figure.lowest, found.figure.highest) == bounds
    assert (found.figure.band is None) is (result == "indeterminate")


@pytest.mark.req("SCR-1")
def test_the_answers_that_a_result_hangs_on_are_named() -> None:
    found = scored(SCREEN, q1="y", q2="n", q3="n", q4="u", q5="d")
    assert found.open_items == ("q4", "q5", "q6")
    assert (found.counts.answered, found.counts.unknown, found.counts.declined, found.counts.blank) == (3, 1, 1, 1)
    assert scored(SCREEN, **{f"q{at}": "n" for at in range(1, 7)}).open_items == ()


@pytest.mark.req("SCR-1")
def test_what_does_not_apply_is_out_of_the_score_and_no_longer_open() -> None:
    found = scored(SCREEN, q1="y", q2="na", q3="na", q4="na", q5="na", q6="na")
    assert (found.result, found.counts.not_applicable, found.open_items) == ("negative", 5, ())


@pytest.mark.req("SCR-1")
def test_any_needs_one_yes_to_be_positive_and_every_no_to_be_negative() -> None:
    instrument = build(tree(scoring={"kind": "any", "counted": ["y"]}))
    no = {f"q{at}": "n" for at in range(1, 7)}
    assert scored(instrument, q3="y").result == "positive"
    assert scored(instrument, **no).result == "negative"
    assert scored(instrument, **{**no, "q6": "u"}).result == "indeterminate"


@pytest.mark.req("SCR-1")
def test_a_question_that_might_have_been_asked_leaves_the_result_open() -> None:
    hangs = question("q2", enable_when={"all": [{"item": "q1", "is": "y"}]})
    instrument = build(tree([question("q1"), hangs, question("q3")]))
    assert scored(instrument, q1="n", q3="y").result == "negative"
    assert scored(instrument, q1="u", q3="y").result == "indeterminate"
    assert scored(instrument, q1="n", q3="y").hidden == ("q2",)


@pytest.mark.req("PROG-6")
def test_a_factor_has_its_mean_and_a_band_only_when_it_is_certain() -> None:
    levels = [{"code": str(n), "label": f"Level {n}", "score": str(n)} for n in range(1, 6)]
    scale = {"options": [*levels, YNUD["options"][2]]}
    bands = [
        {"code": "concern", "label": "A concern", "from": "1"},
        {"code": "discuss", "label": "To discuss", "from": "3"},
        {"code": "strength", "label": "A strength", "from": "4"},
    ]
    instrument = build(
        tree(
            [question(f"w{n}", "scale") for n in range(1, 5)],
            {
                "kind": "factor-mean",
                "factors": [
                    {"key": "trust", "name": "Trust", "items": ["w1", "w2", "w3"]},
                    {"key": "pace", "name": "Pace", "items": ["w4"]},
                ],
                "bands": bands,
            },
            answer_sets={"scale": scale},
        )
    )
    trust, pace = scored(instrument, w1="4", w2="5", w4="3").factors
    assert (trust.mean, trust.answered) == (Fraction(9, 2), 2)
    assert (trust.figure.lowest, trust.figure.highest) == (Fraction(10, 3), Fraction(14, 3))
    assert [band.code for band in trust.figure.could_be] == ["discuss", "strength"]
    assert trust.figure.band is None
    assert pace.figure.band is not None
    assert (pace.mean, pace.figure.band.code) == (3, "discuss")


@pytest.mark.req("PROG-1")
def test_a_tally_counts_by_group_and_has_no_stage_and_no_result() -> None:
    instrument = build(
        tree(
            [
                {"id": "g1", "role": "stage", "number": "1", "text": "First", "items": [question("a"), question("b")]},
                {"id": "g2", "role": "stage", "number": "2", "text": "Second", "items": [question("c")]},
            ],
            {"kind": "status-tally", "done": ["y"]},
        )
    )
    found = scored(instrument, a="y", b="u")
    whole, first, second = found.tallies
    assert (whole.items, whole.done, whole.counts.unknown, whole.counts.blank) == (3, 1, 1, 1)
    assert (first.share_done, second.share_done) == (Fraction(1, 2), 0)
    assert dict(first.by_answer) == {"y": 1, "n": 0, "u": 1, "d": 0, "na": 0}
    assert (found.result, found.figure, found.topics) == (None, None, ())


@pytest.mark.req("SCR-1")
def test_answers_to_another_content_are_not_scored() -> None:
    pin = pin_of(SCREEN)
    with pytest.raises(AnswersUnsound, match="another instrument"):
        score(SCREEN, Response(Pin(pin.key, pin.version, "sha256:0"), {"q1": "y"}))


# ------------------------------------------------------------------------------------------------ by brute force

CODES = ("y", "n", "u", "d", "na")
SCALE = {
    "options": [
        {"code": "low", "label": "Low", "score": "-1"},
        {"code": "mid", "label": "Mid", "score": "0.5"},
        {"code": "top", "label": "Top", "score": "4"},
        {"code": "u", "label": "Unknown", "means": "unknown"},
    ]
}
BANDS = [
    {"code": "b0", "label": "b0", "from": "-9", "result": "negative"},
    {"code": "b1", "label": "b1", "from": "1", "result": "positive"},
    {"code": "b2", "label": "b2", "from": "1.5", "result": "negative"},
    {"code": "b3", "label": "b3", "from": "4", "result": "positive"},
]


@st.composite
def worked(draw: st.DrawFn) -> tuple[Instrument, dict[str, str]]:
    """A small instrument with conditions of every kind for choices, and answers to it."""
    kind = draw(st.sampled_from(["count", "any", "sum", "weighted", "factor-mean"]))
    size = draw(st.integers(1, 5))
    sets = [draw(st.sampled_from(["ynud", "scale"])) for _ in range(size)]
    items: list[dict[str, Any]] = []
    for at in range(size):
        one = question(f"q{at}", sets[at])
        if at and draw(st.booleans()):
            conditions = []
            for _ in range(draw(st.integers(1, 2))):
                on = draw(st.integers(0, at - 1))
                codes = ["y", "n", "u"] if sets[on] == "ynud" else ["low", "top", "u"]
                op = draw(st.sampled_from(["is", "is_not", "any_of"]))
                few = draw(st.lists(st.sampled_from(codes), min_size=1, max_size=2, unique=True))
                conditions.append({"item": f"q{on}", op: few if op == "any_of" else few[0]})
            one["enable_when"] = {draw(st.sampled_from(["all", "any"])): conditions}
        # some stand in a group that is asked only then
        items.append({"id": f"g{at}", "items": [one], **_moved(one)} if draw(st.booleans()) else one)
    keys = [f"q{at}" for at in range(size)]
    scoring: dict[str, Any] = {"kind": kind, "bands": BANDS}
    if kind in {"count", "any"}:
        scoring["counted"] = ["y"] if "ynud" in sets else ["top"]
    if kind == "weighted":
        scoring["weights"] = {key: draw(st.sampled_from(["1", "2", "-0.5"])) for key in keys}
    if kind == "factor-mean":
        scoring["factors"] = [{"key": "f", "name": "F", "items": keys}]
    used = {name: {"ynud": YNUD, "scale": SCALE}[name] for name in set(sets)}
    instrument = build(tree(items, scoring, answer_sets=used))
    answers = {}
    for at, key in enumerate(keys):
        code = draw(st.sampled_from([None, *(CODES if sets[at] == "ynud" else ("low", "mid", "top", "u"))]))
        if code is not None:
            answers[key] = code
    return instrument, {key: str(code) for key, code in without_hidden(instrument, answers).items()}


def _moved(one: dict[str, Any]) -> dict[str, Any]:
    """The condition of the group around an item, taken from the item."""
    return {"enable_when": one.pop("enable_when")} if "enable_when" in one else {}


def completions(instrument: Instrument, answers: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Everything that could be true: each open answer turned into each that says something."""
    choices = []
    for item in instrument.questions:
        options = {option.code: option for option in instrument.sets[item.answers].options}
        given = answers.get(item.id)
        if given is None or options[given].means in {"unknown", "declined"}:
            choices.append([code for code, option in options.items() if option.means == "answer"])
        else:
            choices.append([given])
    for codes in product(*choices):
        yield dict(zip((item.id for item in instrument.questions), codes, strict=True))


def counted_by_hand(instrument: Instrument, full: Mapping[str, str]) -> dict[str, str]:
    """What is asked and applies when everything is known, told anew from the format's description."""
    held: dict[str, str] = {}

    def down(items: tuple[Item, ...]) -> None:
        for item in items:
            when = item.enable_when
            if when:
                truths = []
                for condition in when.conditions:
                    has = held.get(condition.item)
                    if has is None:
                        truths.append(False)
                    elif condition.op == "is_not":
                        truths.append(has not in condition.codes)
                    else:
                        truths.append(has in condition.codes)
                if (False in truths) if when.every else (True not in truths):
                    continue
            if item.type == "group":
                down(item.items)
            else:
                held[item.id] = full[item.id]

    down(instrument.items)
    return {key: code for key, code in held.items() if code != "na"}


def by_hand(instrument: Instrument, full: Mapping[str, str]) -> Fraction | None:
    """The score of one complete world."""
    scoring, held = instrument.scoring, counted_by_hand(instrument, full)
    if scoring.kind in {"count", "any"}:
        hits = sum(code in scoring.counted for code in held.values())
        return Fraction(min(hits, 1) if scoring.kind == "any" else hits)
    points = {}
    for key, code in held.items():
        told = instrument.sets[instrument.by_id[key].answers].by_code[code].score
        assert told is not None
        points[key] = told
    if scoring.kind == "factor-mean":
        return sum(points.values(), Fraction(0)) / len(points) if points else None
    weights = dict(scoring.weights)
    return sum((weights.get(key, Fraction(1)) * value for key, value in points.items()), Fraction(0))


def band_by_hand(value: Fraction) -> int:
    return max(at for at, band in enumerate(BANDS) if Fraction(str(band["from"])) <= value)


@pytest.mark.req("SCR-1")
@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(worked())
def test_a_result_is_open_exactly_when_the_unknown_could_change_it(case: tuple[Instrument, dict[str, str]]) -> None:
    instrument, answers = case
    found = score(instrument, Response(pin_of(instrument), answers))
    values = {by_hand(instrument, full) for full in completions(instrument, answers)} - {None}
    figure = found.factors[0].figure if found.factors else found.figure
    assert figure is not None
    if not values:
        assert (figure.lowest, figure.highest, figure.could_be) == (None, None, ())
        return
    known = [value for value in values if value is not None]
    assert (figure.lowest, figure.highest) == (min(known), max(known))
    assert figure.value == (known[0] if len(known) == 1 else None)
    bands = sorted({band_by_hand(value) for value in known})
    assert [band.code for band in figure.could_be] == [f"b{at}" for at in bands]
    if not found.factors:
        results = {BANDS[at]["result"] for at in bands}
        assert found.result == (results.pop() if len(results) == 1 else "indeterminate")


@pytest.mark.req("SCR-1")
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(worked())
def test_with_too_many_worlds_the_bounds_are_wider_and_never_narrower(case: tuple[Instrument, dict[str, str]]) -> None:
    instrument, answers = case
    most = worlds.MOST_WORLDS
    try:
        worlds.MOST_WORLDS = 0
        wide = score(instrument, Response(pin_of(instrument), answers))
    finally:
        worlds.MOST_WORLDS = most
    exact = score(instrument, Response(pin_of(instrument), answers))
    far = wide.factors[0].figure if wide.factors else wide.figure
    near = exact.factors[0].figure if exact.factors else exact.figure
    assert far is not None
    assert near is not None
    assert set(near.could_be) <= set(far.could_be)
    if near.lowest is not None and near.highest is not None:
        assert far.lowest is not None
        assert far.highest is not None
        assert far.lowest <= near.lowest <= near.highest <= far.highest
    assert wide.result in {exact.result, "indeterminate"}


def test_a_cut_that_no_answers_can_miss_is_certain_from_the_start() -> None:
    every = [{**CUT_OF_TWO[1], "from": "0"}]
    found = scored(build(tree(scoring={"kind": "count", "counted": ["y"], "bands": every})))
    assert found.result == "positive"
