"""Sentences of the report: their figures are the tables', a hidden one cannot be said, a typed one warns."""

from __future__ import annotations

import pytest

from rightdoor.domain.annual_report import narrative
from rightdoor.domain.annual_report.narrative import BindingUnknown, bind, printed, sections

TABLES = [
    {
        "code": "RT2",
        "columns": [{"key": "total", "label": "All"}, {"key": "a13-17", "label": "13 to 17"}],
        "rows": [
            {"key": "confirmed", "label": "Confirmed", "cells": ["1,643", "*"]},
            {"key": "r:north", "label": "North", "cells": ["0", "-"]},
        ],
    }
]
DOCUMENT = {"year": 2025, "tables": TABLES, "figures": [{"name": "sex, share", "text": "58.6 %"}]}
VALUES = narrative.values_of(DOCUMENT)


@pytest.mark.req("STAT-2")
def test_a_bound_sentence_prints_what_its_table_prints() -> None:
    text = "In {year} {RT2.confirmed.total} persons were confirmed, {figures.sex, share} of them in sex trafficking."
    said = printed(text, bind(text, VALUES))
    assert said == "In 2025 1,643 persons were confirmed, 58.6 % of them in sex trafficking."


def test_a_hidden_count_is_said_in_words_that_tell_no_number() -> None:
    text = "Of them {RT2.confirmed.a13-17} were of school age, in the north {RT2.r:north.a13-17}."
    assert printed(text, bind(text, VALUES)) == (
        "Of them a number that may not be told were of school age, in the north a number that was not collected."
    )


@pytest.mark.parametrize(
    ("binding", "near"), [("RT2.confirmd.total", "{RT2.confirmed.total}"), ("population", "Take one from the list")]
)
def test_a_binding_that_no_table_has_is_refused_with_what_was_meant(binding: str, near: str) -> None:
    with pytest.raises(BindingUnknown) as refused:
        bind(f"There were {{{binding}}}.", VALUES)
    assert refused.value.sentences[0].startswith(f"No table of this report has {{{binding}}}.")
    assert near in refused.value.sentences[0]


@pytest.mark.parametrize("text", ["There were {RT2.confirmed.total", "A } alone", "{{RT2.confirmed.total}}"])
def test_a_brace_that_stands_alone_is_refused(text: str) -> None:
    assert any("curly brace" in one for one in narrative.refusals(text, VALUES))


def test_every_section_is_refused_by_its_head_and_none_is_printed_in_part() -> None:
    drafted = [
        {"head": "Whom", "text": "{RT2.confirmed.total}"},
        {"head": "Where", "text": "{RT9.x.y} and {RT9.x.z}"},
    ]
    with pytest.raises(BindingUnknown) as refused:
        sections(drafted, DOCUMENT)
    assert [one.split(":")[0] for one in refused.value.sentences] == ["“Where”", "“Where”"]
    kept = sections(drafted[:1], DOCUMENT)
    assert kept == [{"head": "Whom", "text": "{RT2.confirmed.total}", "bound": {"RT2.confirmed.total": "1,643"}}]


def test_numbers_that_were_typed_are_found_in_digits_and_in_words() -> None:
    text = "In 2025, as RT2 says, 12 of {RT2.confirmed.total} (58.6 %) and seven of 1,234 came from Lake 9."
    assert narrative.typed_numbers(text) == ["12", "58.6 %", "seven", "1,234", "9"]
    assert len(narrative.warnings(text)) == 5
    assert narrative.warnings("In 2025 {RT2.confirmed.total} persons were served, as in RT2.") == []


def test_what_was_not_passed_is_never_printed() -> None:
    with pytest.raises(KeyError):
        printed("{RT2.confirmed.total}", {})
