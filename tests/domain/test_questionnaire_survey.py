"""A survey over many: means by factor, nothing under five, and nothing from which fewer could be worked out."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rightdoor.domain.questionnaire.answers import Response, read_response
from rightdoor.domain.questionnaire.fault import AnswersUnsound
from rightdoor.domain.questionnaire.schema import build
from rightdoor.domain.questionnaire.survey import survey
from rightdoor.domain.questionnaire.versions import Pin
from tests.domain.instruments import YNUD, question, tree

LEVELS = [{"code": str(n), "label": f"Level {n}", "score": str(n)} for n in range(1, 6)]
BANDS = [
    {"code": "low", "label": "A concern", "from": "1"},
    {"code": "high", "label": "A strength", "from": "4"},
]
TOOL = build(
    tree(
        [question("a", "scale"), question("b", "scale")],
        {
            "kind": "factor-mean",
            "factors": [{"key": "trust", "name": "Trust", "items": ["a", "b"]}],
            "bands": BANDS,
        },
        answer_sets={"scale": {"options": [*LEVELS, YNUD["options"][2]]}},
    )
)


def given(discipline: str, *levels: str) -> list[tuple[str, Response]]:
    return [(discipline, read_response(TOOL, {"answers": {"a": level}})) for level in levels]


@pytest.mark.req("PROG-6")
def test_under_five_answers_nothing_is_shown() -> None:
    few = survey(TOOL, given("medical", "1", "2", "3", "4"))
    assert (few.responses, few.factors[0].answers, few.factors[0].mean, few.factors[0].band) == (None, None, None, None)
    # five people, of whom one could not tell: the factor has four answers
    unsure = survey(TOOL, given("medical", "1", "2", "3", "4", "u"))
    assert (unsure.responses, unsure.factors[0].mean) == (5, None)


@pytest.mark.req("PROG-6")
def test_disciplines_are_compared_when_each_is_large_enough() -> None:
    (trust,) = survey(TOOL, [*given("medical", *"55555"), *given("law", *"22222")]).factors
    assert trust.mean == Fraction(7, 2)
    assert trust.band is not None
    assert trust.band.code == "low"
    assert dict(trust.by_discipline) == {"law": 2, "medical": 5}
    assert trust.apart == 3


@pytest.mark.req("PROG-6")
def test_a_small_discipline_cannot_be_worked_out_from_the_others() -> None:
    (trust,) = survey(TOOL, [*given("medical", *"555555"), *given("law", *"22222"), *given("schools", "1")]).factors
    assert dict(trust.by_discipline) == {"law": None, "medical": 5, "schools": None}
    assert trust.apart is None


@pytest.mark.req("PROG-6")
def test_editions_are_not_averaged_together() -> None:
    old = Response(Pin(TOOL.key, "0", "sha256:0"), {"a": "3"})
    with pytest.raises(AnswersUnsound, match="another version"):
        survey(TOOL, [*given("law", *"2222"), ("law", old)])
