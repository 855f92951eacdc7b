"""Public and client pages speak every language of the pack, and never switch in mid-sentence."""

from __future__ import annotations

import re

import polib
import pytest

from tests.foundation.ui.words_of_pages import RIGHTDOOR, sentences

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def catalogue(language: str) -> dict[str, str]:
    """Every sentence of a language's file with its translation."""
    entries = polib.pofile(str(RIGHTDOOR / "locale" / language / "LC_MESSAGES" / "django.po"))
    found = {entry.msgid: entry.msgstr for entry in entries}
    for entry in entries:
        if entry.msgid_plural:
            found[entry.msgid] = found[entry.msgid_plural] = entry.msgstr_plural[max(entry.msgstr_plural)]
    return found


@pytest.mark.req("INT-1")
@pytest.mark.parametrize("language", ["es", "vi"])
def test_every_sentence_of_a_public_page_is_translated(language: str) -> None:
    known = catalogue(language)
    missing = {sentence: where for sentence, where in sentences().items() if not known.get(sentence)}
    assert not missing


@pytest.mark.parametrize("language", ["es", "vi"])
def test_a_translation_fills_in_the_same_words(language: str) -> None:
    known = catalogue(language)
    del known["One thing to mend"]  # a language without a singular says the number
    for sentence, translated in known.items():
        assert set(PLACEHOLDER.findall(sentence)) == set(PLACEHOLDER.findall(translated)), sentence


@pytest.mark.parametrize("language", ["es", "vi"])
def test_no_translation_raises_its_voice(language: str) -> None:
    assert [text for text in catalogue(language).values() if "!" in text or "¡" in text] == []


def test_the_reader_of_sentences_finds_them_in_templates_and_in_code() -> None:
    found = sentences()
    assert {"Leave this page", "Begin", "Give both the date and the time.", "I do not know"} <= set(found)
