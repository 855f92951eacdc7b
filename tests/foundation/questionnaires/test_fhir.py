"""FHIR R4B out and in: our own files come back as they went, others' are taken whole or refused with their place."""

from __future__ import annotations

import copy
import json
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rightdoor.domain.questionnaire.answers import read_response
from rightdoor.domain.questionnaire.instrument import Instrument
from rightdoor.domain.questionnaire.schema import build
from rightdoor.domain.questionnaire.versions import content_hash
from rightdoor.foundation.questionnaires.fhir import (
    as_text,
    questionnaire,
    questionnaire_response,
    read_questionnaire,
    read_questionnaire_response,
)
from rightdoor.packs.instruments import FileUnsound, read_shipped
from tests.domain.instruments import YNUD, question, spoiled, tree

ROOT = Path(__file__).parents[3]
PACKS = [read_shipped(ROOT / "jurisdictions" / name) for name in ("louisiana", "example")]
SHIPPED = [one for one in {**PACKS[0], **PACKS[1]}.values() if one.items]
RICH = build(
    tree(
        [
            question("a", required="yes"),
            {"id": "m", "type": "choices", "text": "Which", "answers": "ynud"},
            {"id": "n", "type": "integer", "text": "How many", "minimum": "0", "maximum": "9"},
            {"id": "x", "type": "decimal", "text": "How much", "minimum": "0.25"},
            {"id": "d", "type": "date", "text": "When", "enable_when": {"all": [{"item": "n", "at_least": "2"}]}},
            {"id": "t", "type": "text", "text": "Why", "enable_when": {"all": [{"item": "a", "any_of": ["y", "u"]}]}},
            {
                "id": "g",
                "role": "section",
                "text": "More",
                "enable_when": {"any": [{"item": "a", "is": "y"}, {"item": "m", "includes": "y"}]},
                "items": [
                    question("b", enable_when={"all": [{"item": "a", "is_not": "n"}, {"item": "t", "answered": "no"}]}),
                    {"id": "s", "type": "display", "text": "Thank you"},
                ],
            },
        ],
        {"kind": "count", "counted": ["y"], "over": ["a", "b"]},
        answer_sets={"ynud": {**YNUD, "blank": "n"}},
        translations={"es": {"title": "Una prueba"}},
        notes={"section": "What you saw"},
    )
)


def there_and_back(instrument: Instrument) -> Instrument:
    return read_questionnaire(as_text(questionnaire(instrument)), "there.json")


@pytest.mark.req("SCR-1")
@pytest.mark.parametrize("instrument", [*SHIPPED, RICH], ids=lambda one: one.key)
def test_our_own_questionnaire_comes_back_with_the_same_content(instrument: Instrument) -> None:
    assert content_hash(there_and_back(instrument)) == content_hash(instrument)


@pytest.mark.req("SCR-1")
def test_answers_come_back_as_they_went() -> None:
    given = {"a": "y", "m": ["n", "y"], "n": 3, "x": Decimal("0.5"), "d": "2026-03-09", "t": "Told by the school"}
    response = read_response(RICH, {"answers": {**given}})
    text = as_text(questionnaire_response(RICH, response))
    assert read_questionnaire_response(text, "answers.json", there_and_back(RICH)) == response
    assert "subject" not in json.loads(text)


@pytest.mark.req("SCR-2")
def test_what_may_not_be_passed_on_is_never_written() -> None:
    terms = {"licence": "By agreement", "redistribution": "import", "permission_reference": "Our letter"}
    held = build(tree(terms=terms))
    with pytest.raises(FileUnsound, match="may not be passed on"):
        questionnaire(held)
    with pytest.raises(FileUnsound, match="may not be passed on"):
        questionnaire_response(held, read_response(held, {"answers": {"q1": "y"}}))


FOREIGN: dict[str, Any] = {
    "resourceType": "Questionnaire",
    "url": "https://example.org/fhir/Questionnaire/check-in",
    "version": "1.2",
    "title": "Check in",
    "status": "active",
    "copyright": "(c) An invented maker",
    "item": [
        {
            "linkId": "1",
            "text": "All well?",
            "type": "choice",
            "answerOption": [
                {"valueCoding": {"code": "yes", "display": "Yes", "system": "urn:x"}},
                {"valueCoding": {"code": "no", "display": "No"}},
            ],
        },
        {
            "linkId": "2",
            "text": "What is the matter?",
            "type": "string",
            "enableWhen": [{"question": "1", "operator": "=", "answerCoding": {"code": "no"}}],
        },
    ],
}
TERMS = {"terms": {"licence": "By agreement", "redistribution": "import", "permission_reference": "Our letter"}}


def refused(resource: dict[str, Any], told: dict[str, Any] | None = None) -> list[str]:
    with pytest.raises(FileUnsound) as caught:
        read_questionnaire(json.dumps(resource, indent=1), "foreign.json", TERMS if told is None else told)
    assert all(fault.line and fault.sentence and fault.remedy for fault in caught.value.faults)
    return [fault.key for fault in caught.value.faults]


@pytest.mark.req("SCR-1")
def test_a_foreign_questionnaire_is_taken_with_the_terms_that_somebody_names() -> None:
    made = read_questionnaire(json.dumps(FOREIGN), "foreign.json", TERMS)
    assert (made.key, made.version, made.title) == ("check-in", "1.2", "Check in")
    assert [item.type for item in made.questions] == ["choice", "text"]
    assert not made.terms.may_be_passed_on


@pytest.mark.req("SCR-2")
def test_without_named_terms_nothing_says_that_its_items_may_be_held() -> None:
    assert refused(FOREIGN, {}) == ["terms.redistribution"]


def changed(way: list[Any], value: Any) -> dict[str, Any]:
    resource = copy.deepcopy(FOREIGN)
    inside: Any = resource
    for step in way[:-1]:
        inside = inside[step]
    inside[way[-1]] = value
    return resource


@pytest.mark.req("SCR-1")
@pytest.mark.parametrize(
    ("resource", "key"),
    [
        (changed(["item", 0, "initial"], []), "item[0].initial"),
        (changed(["item", 0, "type"], "boolean"), "item[0].type"),
        (changed(["item", 0, "type"], "open-choice"), "item[0].type"),
        (changed(["item", 0, "answerValueSet"], "urn:x"), "item[0].answerValueSet"),
        (changed(["item", 0, "answerOption"], []), "item[0].answerOption"),
        (changed(["item", 0, "answerOption", 0, "initialSelected"], True), "item[0].answerOption[0]"),
        (changed(["item", 1, "enableWhen", 0, "operator"], ">"), "item[1].enableWhen[0]"),
        (changed(["item", 1, "repeats"], True), "item[1].repeats"),
        (changed(["item", 1, "item"], []), "item[1].item"),
        (changed(["item", 1, "extension"], [{"url": "urn:sdc:calculatedExpression"}]), "item[1].extension[0]"),
        (changed(["item", 1, "linkId"], "1"), "items[1].id"),
        (changed(["contained"], []), "contained"),
        (changed(["resourceType"], "Patient"), "resourceType"),
    ],
)
def test_what_the_engine_cannot_do_is_refused_and_never_dropped(resource: dict[str, Any], key: str) -> None:
    assert key in refused(resource)


@pytest.mark.req("SCR-1")
def test_a_condition_that_was_changed_beside_its_note_is_refused() -> None:
    resource = questionnaire(RICH)
    assert "any_of" in json.dumps(resource["item"][5])
    resource["item"][5]["enableWhen"][0]["answerCoding"]["code"] = "n"
    assert refused(resource) == ["item[5].enableWhen"]


@pytest.mark.req("SCR-1")
@pytest.mark.parametrize(
    "change",
    [
        {"questionnaire": "urn:other|1"},
        {"subject": {"reference": "Patient/1"}},
        {"extension": [{"url": "urn:rightdoor:content-hash", "valueString": "sha256:0"}]},
        {"item": [{"linkId": "nowhere"}]},
        {"item": [{"linkId": "a", "answer": [{"valueBoolean": True}]}]},
        {"item": [{"linkId": "a", "answer": [{"valueCoding": {"code": "maybe"}}]}]},
        {"item": [{"linkId": "n", "answer": [{"valueInteger": 3}, {"valueInteger": 4}]}]},
    ],
)
def test_answers_that_do_not_fit_are_refused_with_their_line(change: dict[str, Any]) -> None:
    resource = questionnaire_response(RICH, read_response(RICH, {"answers": {"a": "y"}}))
    with pytest.raises(FileUnsound) as caught:
        read_questionnaire_response(json.dumps({**resource, **change}, indent=1), "answers.json", RICH)
    assert all(fault.line for fault in caught.value.faults)


@pytest.mark.req("SCR-1")
def test_whatever_is_spoiled_is_taken_or_refused_and_never_breaks_the_reader() -> None:
    dice = random.Random(41)
    answers = questionnaire_response(RICH, read_response(RICH, {"answers": {"a": "y", "m": ["n"], "n": 3, "t": "x"}}))
    seen = set()
    for _ in range(120):
        for read, resource in (
            (lambda text: read_questionnaire(text, "a.json", TERMS), dice.choice([FOREIGN, questionnaire(RICH)])),
            (lambda text: read_questionnaire_response(text, "a.json", RICH), answers),
        ):
            try:
                read(json.dumps(spoiled(resource, dice)))
                seen.add("taken")
            except FileUnsound:
                seen.add("refused")
    assert seen == {"taken", "refused"}
