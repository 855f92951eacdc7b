"""Versions: the hash of the content, and what a new version may not do to an old answer."""

from __future__ import annotations

from typing import Any

import pytest

from rightdoor.domain.questionnaire.answers import read_response
from rightdoor.domain.questionnaire.schema import build
from rightdoor.domain.questionnaire.scoring import score
from rightdoor.domain.questionnaire.versions import as_tree, content_hash, pin_of, reworded, succession
from tests.domain.instruments import YNUD, question, tree

OLD = build(tree())


def later(**changes: Any) -> dict[str, Any]:
    return {**tree(), "version": "2", **changes}


@pytest.mark.req("SCR-1")
def test_the_hash_is_of_the_content_and_not_of_its_writing() -> None:
    turned = dict(reversed(list(tree().items())))
    spelled = {**turned, "items": [{"type": "choice", "required": "no", **one} for one in turned["items"]]}
    assert content_hash(build(spelled)) == content_hash(OLD)
    assert content_hash(build(tree(title="Another"))) != content_hash(OLD)


@pytest.mark.req("SCR-1")
def test_the_written_form_makes_the_same_instrument() -> None:
    rich = build(
        tree(
            [
                question("q1", hint="Look", tags=["labor"], evidence="e", note="N", number="1", required="yes"),
                {
                    "id": "a/b",
                    "type": "decimal",
                    "text": "x",
                    "minimum": "0.5",
                    "enable_when": {"any": [{"item": "q1", "any_of": ["y", "u"]}, {"item": "q1", "answered": "no"}]},
                },
            ],
            {"kind": "weighted", "weights": {"q1": "0.25"}, "bands": [{"code": "b", "label": "B", "from": "-1.5"}]},
            translations={"es": {"items": {"a/b": {"text": "equis"}}, "answer_sets": {"ynud": {"y": "Sí"}}}},
            notes={"item": "What supports this"},
            repeat_months="12",
        )
    )
    again = build(as_tree(rich))
    assert again == rich
    assert content_hash(again) == content_hash(rich)


@pytest.mark.req("SCR-1")
def test_scoring_an_old_response_again_gives_the_same() -> None:
    response = read_response(OLD, {"answers": {"q1": "y", "q2": "u"}})
    assert response.pin == pin_of(OLD)
    assert score(build(tree()), response) == score(OLD, response)


@pytest.mark.req("SCR-1")
def test_a_published_version_never_changes() -> None:
    (fault,) = succession(OLD, build(tree(title="Put better")))
    assert fault.key == "version"
    assert succession(OLD, build(tree())) == ()


@pytest.mark.req("SCR-1")
@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"items": tree()["items"][:5]}, "not retired"),
        ({"items": [{"id": "q1", "type": "text", "text": "x"}, *tree()["items"][1:]]}, "was of type choice"),
        ({"answer_sets": {"ynud": {"options": YNUD["options"][:3]}}}, "lost an answer"),
        ({"key": "another"}, "no version of"),
    ],
)
def test_a_new_version_keeps_what_old_answers_mean(changes: dict[str, Any], word: str) -> None:
    found = succession(OLD, build(later(**changes)))
    assert found
    assert all(word in fault.sentence for fault in found)


@pytest.mark.req("SCR-1")
def test_a_retired_id_is_never_used_again() -> None:
    second = build(later(items=tree()["items"][:5], retired=["q6"]))
    assert succession(OLD, second) == ()
    third = build({**tree(), "version": "3"})
    assert [fault.key for fault in succession(second, third)] == ["items"]


def test_a_text_put_otherwise_is_named_for_a_person_to_confirm() -> None:
    new = build(later(items=[{**question("q1"), "text": "Put better"}, *tree()["items"][1:]]))
    assert succession(OLD, new) == ()
    assert reworded(OLD, new) == ("q1",)
