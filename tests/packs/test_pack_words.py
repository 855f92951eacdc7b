"""Words and labels by language."""

from __future__ import annotations

from pathlib import Path

import pytest

from rightdoor.packs.read import load_pack
from rightdoor.packs.words import Choice, Choices, Label, Word

ROOT = Path(__file__).parents[2]
EXAMPLE = load_pack(ROOT / "jurisdictions" / "example")
LOUISIANA = load_pack(ROOT / "jurisdictions" / "louisiana")


@pytest.mark.parametrize(
    ("language", "plural", "said"),
    [
        ("en", False, "county"),
        ("en", True, "counties"),
        ("es", True, "condados"),
        ("", False, "county"),
        ("es-mx", False, "condado"),
        ("fr", True, "counties"),
    ],
)
def test_a_word_is_said_in_the_reader_s_language_or_the_staff_s(language: str, plural: bool, said: str) -> None:
    assert EXAMPLE.word("area", language, plural=plural) == said


def test_each_state_has_its_own_word() -> None:
    assert (LOUISIANA.word("area"), EXAMPLE.word("area")) == ("parish", "county")


def test_a_word_without_plural_is_said_as_it_is() -> None:
    assert Word(Label({"en": "Safe line"})).text("en", plural=True) == "Safe line"


def test_a_label_without_language_is_in_the_staff_s() -> None:
    assert str(LOUISIANA.teams.core.entries[1].label) == "Local law enforcement"
    assert LOUISIANA.teams.core.label("local_law_enforcement", "vi") == "Local law enforcement"


def test_the_staff_s_language_comes_first_whatever_the_file_s_order() -> None:
    assert list(EXAMPLE.public.danger.texts)[0] == EXAMPLE.staff_language


def test_a_vocabulary_gives_a_form_its_choices() -> None:
    kinds = LOUISIANA.trafficking.kinds
    assert kinds.pairs("es")[0] == ("sex", "Trata con fines sexuales")
    assert "labor" in kinds
    assert "debt" not in kinds


def test_a_key_that_the_vocabulary_dropped_is_shown_as_it_was_stored() -> None:
    assert Choices((Choice("new", Label({"en": "New"})),)).label("old") == "old"


def test_numbers_that_look_like_something_else_stay_what_was_written() -> None:
    assert EXAMPLE.version == "3.10"
    assert EXAMPLE.public.hotline("danger").dial == "911"
