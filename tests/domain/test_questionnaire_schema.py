"""What may stand in an instrument and in answers; what is refused says where and how to mend it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from rightdoor.domain.questionnaire.answers import read_response, without_hidden
from rightdoor.domain.questionnaire.fault import AnswersUnsound, InstrumentUnsound
from rightdoor.domain.questionnaire.schema import build, missing_texts
from tests.domain.instruments import CUT_OF_TWO, YNUD, question, tree

FACTOR = {"key": "f", "name": "F", "items": ["g"]}
IMPORT = {"licence": "By agreement with the maker", "redistribution": "import"}


def faults(data: Any) -> list[str]:
    with pytest.raises(InstrumentUnsound) as caught:
        build(data)
    for fault in caught.value.faults:
        assert fault.sentence.endswith(".")
        assert fault.remedy.endswith((".", "..."))
    return [fault.key for fault in caught.value.faults]


@pytest.mark.req("SCR-1")
@pytest.mark.parametrize(
    ("data", "key"),
    [
        (tree(format="another/1"), "format"),
        (tree(version="two words"), "version"),
        (tree(purpose="fun"), "purpose"),
        (tree(extra="x"), "extra"),
        (tree(title=""), "title"),
        (tree(title="\u202egnp"), "title"),
        (tree(retired=["q1"]), "items[0].id"),
        (tree([question("q1"), question("q1")]), "items[1].id"),
        (tree([question("q1", "none-such"), question("q2")]), "items[0].answers"),
        (tree([{"id": "q1", "text": "x", "type": "slider"}, question("q2")]), "items[0].type"),
        (tree([{"id": "g", "items": []}, question("q2")]), "items[0].items"),
        (tree([question("q1", enable_when={"all": [{"item": "q1", "is": "y"}]})]), "items[0].enable_when.all[0].item"),
        (
            tree([question("q1"), question("q2", enable_when={"any": [{"item": "q1", "is": "maybe"}]})]),
            "items[1].enable_when.any[0].is",
        ),
        (
            tree([question("q1"), question("q2", enable_when={"any": [{"item": "q1", "calculate": "1+1"}]})]),
            "items[1].enable_when.any[0].calculate",
        ),
        (tree(scoring={"kind": "magic"}), "scoring.kind"),
        (tree(scoring={"kind": "count", "counted": ["u"]}), "scoring.counted[0]"),
        (tree(scoring={"kind": "count", "counted": ["maybe"]}), "scoring.counted[0]"),
        (tree(scoring={"kind": "sum", "over": ["q9"]}), "scoring.over[0]"),
        (tree(scoring={"kind": "weighted", "weights": {"q1": "NaN"}}), "scoring.weights.q1"),
        (tree(scoring={"kind": "count", "counted": ["y"], "bands": CUT_OF_TWO[::-1]}), "scoring.bands[1].from"),
        (tree(scoring={"kind": "count", "counted": ["y"], "bands": CUT_OF_TWO[1:]}), "scoring.bands[0].from"),
        (tree(scoring={"kind": "stage-ladder", "done": ["y"], "stages": [{"number": "1", "name": "A"}]}), "scoring"),
        (tree(scoring={"kind": "factor-mean", "factors": [FACTOR]}), "scoring.factors[0].items[0]"),
        (tree(translations={"es": {"items": {"q99": {"text": "x"}}}}), "translations.es.items.q99.text"),
        (tree(terms={"redistribution": "bundled"}), "terms"),
        (tree(terms={"licence": "x", "redistribution": "maybe"}), "terms.redistribution"),
    ],
)  # fmt: skip
def test_a_fault_names_its_place_and_its_remedy(data: Any, key: str) -> None:
    assert key in faults(data)


@pytest.mark.req("SCR-1")
def test_every_fault_is_told_at_once() -> None:
    data = tree([question("q1"), question("q1")], {"kind": "magic"}, extra="x", title="", terms={"licence": "x"})
    assert set(faults(data)) >= {"items[1].id", "scoring.kind", "extra", "title", "terms"}


@pytest.mark.req("SCR-1")
@pytest.mark.parametrize("means", ["unknown", "declined", "not_applicable"])
def test_what_is_not_known_may_not_be_given_a_score(means: str) -> None:
    odd = {"options": [*YNUD["options"][:2], {"code": "x", "label": "X", "means": means, "score": "0"}]}
    assert faults(tree(answer_sets={"ynud": odd})) == ["answer_sets.ynud.options[2].score"]


@pytest.mark.req("SCR-2")
def test_a_tool_that_may_not_be_passed_on_is_refused_with_its_items() -> None:
    assert faults(tree(terms=IMPORT)) == ["terms.redistribution"]
    assert faults(tree(terms={**IMPORT, "redistribution": "result_only"})) == ["terms.redistribution"]
    bare = {key: value for key, value in tree(terms=IMPORT).items() if key not in {"items", "answer_sets", "scoring"}}
    assert build(bare).items == ()


@pytest.mark.req("SCR-2")
def test_an_agency_that_names_its_permission_may_load_its_own_copy_but_never_of_a_result_only_tool() -> None:
    held = {**IMPORT, "permission_reference": "Letter of March 9, 2026"}
    assert not build(tree(terms=held)).terms.may_be_passed_on
    assert faults(tree(terms={**held, "redistribution": "result_only"})) == ["terms.redistribution"]


@pytest.mark.req("SCR-2")
def test_an_instrument_without_a_licence_is_refused() -> None:
    assert "terms" in faults(tree(terms={"redistribution": "bundled"}))
    assert "terms.licence" in faults(tree(terms={"licence": "", "redistribution": "bundled"}))


@pytest.mark.parametrize(
    "data", [None, [], "text", {}, {"format": {}}, tree(items={}), tree(items=[[[]]]), {**tree(), "scoring": []}]
)
def test_data_of_any_other_shape_are_refused_and_never_break_the_reader(data: Any) -> None:
    assert faults(data)


def test_groups_may_not_stand_deeper_than_a_person_can_follow() -> None:
    inner: dict[str, Any] = question("q1")
    for at in range(30):
        inner = {"id": f"g{at}", "items": [inner]}
    assert any(key.count("items") == 9 for key in faults(tree([inner])))


def test_a_translation_keeps_codes_and_says_what_it_leaves_out() -> None:
    made = build(tree(translations={"es": {"title": "Una prueba", "answer_sets": {"ynud": {"y": "Sí"}}}}))
    assert made.text("title", made.title, "es") == "Una prueba"
    assert made.text("items/q1/text", "Indicator q1", "es") == "Indicator q1"
    assert "items/q1/text" in missing_texts(made, "es")
    assert "answer_sets/ynud/y" not in missing_texts(made, "es")


# --------------------------------------------------------------------------------------------------------- answers

MIXED = build(
    tree(
        [
            question("a"),
            {"id": "n", "type": "integer", "text": "How many", "minimum": "0", "maximum": "9"},
            {"id": "x", "type": "decimal", "text": "How much"},
            {"id": "d", "type": "date", "text": "When"},
            {"id": "t", "type": "text", "text": "What", "enable_when": {"all": [{"item": "a", "is": "y"}]}},
            {"id": "m", "type": "choices", "text": "Which", "answers": "ynud"},
            {
                "id": "g",
                "enable_when": {"any": [{"item": "n", "at_least": "4"}]},
                "items": [{"id": "z", "type": "text", "text": "Z"}],
            },
        ],
        {"kind": "none"},
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "key"),
    [
        ({"none": "y"}, "answers.none"),
        ({"g": "y"}, "answers.g"),
        ({"a": "maybe"}, "answers.a"),
        ({"a": True}, "answers.a"),
        ({"a": ["y"]}, "answers.a"),
        ({"n": "3"}, "answers.n"),
        ({"n": 3.5}, "answers.n"),
        ({"n": True}, "answers.n"),
        ({"n": 10}, "answers.n"),
        ({"x": float("nan")}, "answers.x"),
        ({"x": Decimal("Infinity")}, "answers.x"),
        ({"x": Decimal("1E+999999")}, "answers.x"),
        ({"d": "03/09/2026"}, "answers.d"),
        ({"d": "2026-02-30"}, "answers.d"),
        ({"t": "told"}, "answers.t"),
        ({"a": "u", "t": "told"}, "answers.t"),
        ({"m": "y"}, "answers.m"),
        ({"m": ["y", "y"]}, "answers.m"),
        ({"m": ["y", "u"]}, "answers.m"),
        ({"m": []}, "answers.m"),
        ({"z": "too early"}, "answers.z"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_with_its_place(answers: dict[str, Any], key: str) -> None:
    with pytest.raises(AnswersUnsound) as caught:
        read_response(MIXED, {"answers": answers})
    assert [fault.key for fault in caught.value.faults] == [key]


def test_answers_that_fit_are_kept_and_blanks_are_not() -> None:
    given = {"a": "y", "n": 3, "x": Decimal("0.5"), "d": "2026-03-09", "t": "told", "m": ["n", "y"], "z": None}
    kept = read_response(MIXED, {"answers": given}).answers
    assert kept == {"a": "y", "n": 3, "x": Decimal("0.5"), "d": "2026-03-09", "t": "told", "m": ("n", "y")}


def test_an_item_that_is_not_asked_holds_no_answer() -> None:
    answers = {"a": "n", "t": "left over", "m": ("y",)}
    assert without_hidden(MIXED, answers) == {"a": "n", "m": ("y",)}


@pytest.mark.parametrize("pin", [{"version": "2"}, {"hash": "sha256:0"}, {"key": "another"}, [], {"more": "x"}])
def test_answers_pinned_to_something_else_are_refused(pin: Any) -> None:
    with pytest.raises(AnswersUnsound):
        read_response(MIXED, {"instrument": pin, "answers": {}})
