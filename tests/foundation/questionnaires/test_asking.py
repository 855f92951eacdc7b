"""An instrument as a form: fields by kind, what was refused comes back, nothing is thrown away."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from rightdoor.domain.questionnaire.instrument import Instrument
from rightdoor.domain.questionnaire.schema import build
from rightdoor.foundation.questionnaires.asking import SheetForm, as_plain
from rightdoor.foundation.questionnaires.kept import shipped
from tests.domain.instruments import question, tree

MIXED = build(
    tree(
        [
            question("a", text="Is it dark?"),
            question("b", text="How dark?", enable_when={"all": [{"item": "a", "is": "y"}]}),
            {"id": "many", "type": "choices", "answers": "ynud", "text": "Which?"},
            {"id": "number", "type": "integer", "text": "How many?", "minimum": "0", "maximum": "9"},
            {"id": "day", "type": "date", "text": "When?"},
            {"id": "story", "type": "text", "text": "What else?"},
        ],
        translations={"es": {"items": {"a": {"text": "¿Está oscuro?"}}, "answer_sets": {"ynud": {"y": "Sí"}}}},
    )
)


def _posted(**answers: str) -> QueryDict:
    data = QueryDict(mutable=True)
    for key, value in answers.items():
        data.setlist(f"a.{key}", value.split("|"))
    return data


def _form(data: QueryDict | None = None, instrument: Instrument = MIXED, **more: Any) -> SheetForm:
    return SheetForm(instrument, data, **more)


@pytest.mark.req("SCR-1", "PROG-1")
def test_answers_of_every_kind_become_plain_data_and_a_response() -> None:
    form = _form(_posted(a="y", b="u", many="n|y", number="7", day="03/09/2026", story="It was late."))
    assert form.is_valid(), form.errors
    said = {"a": "y", "b": "u", "many": ["n", "y"], "number": 7, "day": "2026-03-09", "story": "It was late."}
    assert form.answers == said
    assert as_plain(form.response().answers) == said


@pytest.mark.req("UX-4")
@pytest.mark.parametrize(
    ("posted", "field"),
    [
        ({"a": "never"}, "a.a"),
        ({"number": "12"}, "a.number"),
        ({"number": "seven"}, "a.number"),
        ({"day": "30/30/2026"}, "a.day"),
        ({"a": "n", "b": "y"}, "a.b"),
        ({"story": "x" * 20_001}, "a.story"),
        ({"story": "a\x01b"}, "a.story"),
    ],
    ids=["no such answer", "too many", "no number", "no day", "not asked", "too long", "a sign that is none"],
)
def test_an_answer_that_does_not_fit_is_refused_beside_its_field_and_stays_as_typed(
    posted: dict[str, str], field: str
) -> None:
    form = _form(_posted(**posted))
    assert not form.is_valid()
    assert list(form.errors) == [field]
    assert form[field].value() == posted[field.removeprefix("a.")]


@pytest.mark.req("PROG-1")
def test_a_box_to_tick_says_not_yet_when_it_is_empty() -> None:
    evaluation = shipped()["ten-action-steps"]
    box = next(item for item in evaluation.questions if evaluation.options_of(item).blank)
    ticked = SheetForm(evaluation, _posted(**{box.id: "on"}))
    assert ticked.is_valid()
    assert ticked.answers == {box.id: "checked"}
    empty = SheetForm(evaluation, QueryDict(), answers={box.id: "checked"})
    assert empty.is_valid()
    assert empty.answers == {}
    shown = SheetForm(evaluation, answers={box.id: "checked"})
    assert " checked" in str(shown[f"a.{box.id}"])
    assert " checked" not in str(SheetForm(evaluation)[f"a.{box.id}"])


@pytest.mark.req("PROG-1")
def test_a_part_of_an_instrument_has_its_fields_alone_and_knows_the_answers_of_the_rest() -> None:
    nested = build(
        tree(
            [
                {"id": "one", "items": [question("a")]},
                {"id": "two", "items": [question("b", enable_when={"all": [{"item": "a", "is": "y"}]})]},
            ]
        )
    )
    asked = _form(_posted(b="y"), nested, within="two", answers={"a": "y"})
    assert list(asked.fields) == ["a.b"]
    assert asked.is_valid()
    assert as_plain(asked.response().answers) == {"a": "y", "b": "y"}
    assert not _form(_posted(b="y"), nested, within="two", answers={"a": "n"}).is_valid()


@pytest.mark.req("SCR-1")
def test_the_page_shows_the_legend_the_condition_the_note_and_another_language() -> None:
    html = render_to_string("questionnaires/_items.html", {"parts": _form(note_all="Seen where?").parts})
    assert "Asked only if “Is it dark?” is: Yes" in html
    assert 'name="n.a"' in html
    assert "Seen where?" in html
    in_spanish = render_to_string("questionnaires/_items.html", {"parts": _form(language="es").parts})
    assert "¿Está oscuro?" in in_spanish
    assert "Sí" in in_spanish


@pytest.mark.req("SCR-1")
@pytest.mark.parametrize("key", sorted(key for key, one in shipped().items() if one.items))
def test_every_instrument_that_ships_has_a_field_for_each_question_and_is_kept_empty(key: str) -> None:
    one = shipped()[key]
    form = SheetForm(one, QueryDict())
    assert {name for name in form.fields if name.startswith("a.")} == {f"a.{item.id}" for item in one.questions}
    assert form.is_valid()
    assert form.answers == {}
    assert form.noted == {}
    html = render_to_string("questionnaires/_items.html", {"parts": form.parts})
    assert all(f'name="a.{item.id}"' in html for item in one.questions)
