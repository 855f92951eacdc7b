"""What is typed is taken out of a form as it stands, kept, and put back as it was: every kind of field."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from django import forms
from django.test import RequestFactory

from rightdoor.foundation.codes import is_code
from rightdoor.foundation.ui.forms import DayField, EstablishedField, MomentField, StoryField
from rightdoor.foundation.ui.typed import (
    as_initial,
    as_sent,
    code_in,
    is_draft,
    kept,
    kept_words,
    typed_in,
    version_in,
)

NOW = datetime(2026, 3, 10, 15, 5, tzinfo=UTC)
CODE = "CDFG-2346"


class Whole(forms.Form):
    """One field of every kind."""

    code = forms.CharField(required=False, widget=forms.HiddenInput)
    words = StoryField()
    on = DayField()
    at = MomentField()
    sure = EstablishedField()
    agreed = forms.BooleanField(required=False)
    kinds = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple)
    one = forms.ChoiceField(choices=[("x", "X"), ("y", "Y")], widget=forms.RadioSelect)


SENT = [
    ("csrfmiddlewaretoken", "secret"),
    ("go", "write"),
    ("more", "goals"),
    ("code", CODE),
    ("words", "Line one\nLine\0 two  "),
    ("on", "3/1/20"),
    ("at_day", "03/09/2026"),
    ("at_time", "half past"),
    ("sure", "no"),
    ("agreed", "on"),
    ("kinds", "a"),
    ("kinds", "b"),
    ("version", "7"),
]


def sent(pairs: list[tuple[str, str]], **headers: str) -> object:
    body = urlencode(pairs)
    return RequestFactory().post("/", body, content_type="application/x-www-form-urlencoded", headers=headers)


def through_a_draft(pairs: list[tuple[str, str]]) -> dict[str, object]:
    """As foundation/drafts keeps it: written as JSON and read again."""
    typed: dict[str, object] = json.loads(json.dumps(typed_in(sent(pairs))))  # type: ignore[arg-type]
    return typed


@pytest.mark.req("UX-4")
@pytest.mark.parametrize("prefix", ["", "row-1"])
def test_every_kind_of_field_comes_back_as_it_was_typed(prefix: str) -> None:
    form = Whole(prefix=prefix or None)
    pairs = [(form.add_prefix(name), value) for name, value in SENT]
    assert as_initial(form, through_a_draft(pairs)) == {
        "code": CODE,
        "words": "Line one\nLine two  ",
        "on": "3/1/20",
        "at": ["03/09/2026", "half past"],
        "sure": "no",
        "agreed": True,
        "kinds": ["a", "b"],
    }


@pytest.mark.req("UX-4")
def test_what_was_put_back_stands_in_the_page() -> None:
    form = Whole(initial={"one": "y"})
    form.initial |= as_initial(form, through_a_draft(SENT))
    page = str(form)
    for value in ('value="3/1/20"', 'value="half past"', f'value="{CODE}"', "Line two"):
        assert value in page
    assert page.count(" checked") == len(("sure no", "agreed", "kinds a", "kinds b", "one y"))


def test_the_token_and_the_buttons_are_not_kept() -> None:
    assert not {"csrfmiddlewaretoken", "go", "more"} & set(through_a_draft(SENT))


def test_what_was_unchecked_comes_back_unchecked_and_what_was_not_asked_stays_as_it_was() -> None:
    assert as_initial(Whole(), through_a_draft([("words", "Only these")])) == {
        "words": "Only these",
        "agreed": False,
        "kinds": [],
    }


def test_a_draft_of_the_time_before_is_still_read() -> None:
    old = {"words": "One text a field", "at_day": "03/09/2026", "at_time": "", "kinds": ["a"], "code": CODE}
    initial = as_initial(Whole(), old)
    assert (initial["words"], initial["at"], initial["kinds"]) == ("One text a field", ["03/09/2026", ""], ["a"])
    assert as_sent(old).getlist("words") == ["One text a field"]


@pytest.mark.parametrize("code", ["", "nonsense", "CDFG-2346\0x", "x" * 100_000])
def test_what_is_no_code_is_replaced_by_a_fresh_one(code: str) -> None:
    typed = through_a_draft([("code", code)])
    assert "code" not in as_initial(Whole(), typed)
    assert is_code(code_in(typed))
    assert code_in(typed) != code_in(typed)
    assert code_in({}) != code_in({})


def test_a_code_stays_the_same_from_page_to_page() -> None:
    assert code_in(through_a_draft(SENT)) == CODE
    assert code_in(sent(SENT).POST) == CODE  # type: ignore[attr-defined]


@pytest.mark.parametrize(("said", "version"), [("7", 7), ("", -1), ("-1", -1), ("x", -1), ("9" * 6, -1), ("٣", -1)])
def test_a_version_that_was_never_there_fits_no_record(said: str, version: int) -> None:
    assert version_in(through_a_draft([("version", said)])) == version
    assert version_in({}) == -1


def test_the_answer_says_when_it_was_kept_and_who_else_writes() -> None:
    answer = kept(NOW)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert answer.content.decode() == kept_words(NOW) == "Kept 10:05 a.m."
    assert kept(NOW, "Cora").content.decode() == "Kept 10:05 a.m. Cora is writing here, too."


def test_the_page_says_when_it_keeps_itself() -> None:
    assert is_draft(sent(SENT, **{"X-Draft": "1"}))  # type: ignore[arg-type]
    assert not is_draft(sent(SENT))  # type: ignore[arg-type]
