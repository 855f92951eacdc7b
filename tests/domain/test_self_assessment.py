"""Self-assessments: pages of a tool, what an answer does to a proposal, why a topic stands where it stands."""

from __future__ import annotations

from datetime import date

import pytest

from rightdoor.domain.questionnaire.answers import read_response
from rightdoor.domain.questionnaire.schema import build
from rightdoor.domain.questionnaire.scoring import score
from rightdoor.domain.self_assessment import (
    clashes,
    in_place,
    leaves_of,
    may_be_proposed,
    months_later,
    proposed_answer,
    ruling_on,
    why,
)

BOX = {"blank": "no", "options": [{"code": "yes", "label": "Done"}, {"code": "no", "label": "Not yet"}]}
SCALE = {
    "options": [
        {"code": "not_started", "label": "Not started"},
        {"code": "going", "label": "In progress"},
        {"code": "there", "label": "Fully"},
        {"code": "unsure", "label": "We cannot tell", "means": "unknown"},
    ]
}


def instrument(items, scoring, sets):
    return build(
        {
            "format": "rightdoor-instrument/1",
            "key": "invented",
            "version": "1",
            "title": "Invented",
            "language": "en",
            "purpose": "self_assessment",
            "administration": "team",
            "terms": {"licence": "CC0-1.0", "redistribution": "bundled"},
            "answer_sets": sets,
            "scoring": scoring,
            "items": items,
        }
    )


def ladder():
    stages = [{"number": str(n), "name": name, "next_step": "Go on"} for n, name in ((1, "Begin"), (2, "Grow"))]

    def topic(key, *rungs):
        return {
            "id": key,
            "role": "topic",
            "text": key.capitalize(),
            "items": [
                {
                    "id": f"{key}.{n}",
                    "role": "stage",
                    "number": str(n),
                    "items": [
                        {"id": f"{key}.{n}.{at}", "answers": "box", "text": f"Item {n}.{at}", "evidence": "a record"}
                        for at in range(1, many + 1)
                    ],
                }
                for n, many in enumerate(rungs, start=1)
            ],
        }

    items = [
        {"id": "around", "role": "section", "text": "Around", "items": [topic("calls", 2, 1), topic("doors", 1, 1)]}
    ]
    return instrument(items, {"kind": "stage-ladder", "done": ["yes"], "stages": stages}, {"box": BOX})


@pytest.mark.req("PROG-1")
def test_each_topic_has_a_page_and_nothing_is_asked_twice_or_never() -> None:
    listed = instrument(
        [
            {"id": "alone", "answers": "box", "text": "A question outside of any group"},
            {"id": "first", "text": "First", "items": [{"id": "first.1", "answers": "box", "text": "Asked"}]},
        ],
        {"kind": "status-tally", "done": ["yes"]},
        {"box": BOX},
    )

    for tool, pages in (
        (ladder(), [("calls", "Around"), ("doors", "Around")]),
        (listed, [("other", ""), ("first", "")]),
    ):
        leaves = leaves_of(tool)
        assert [(one.key, one.section) for one in leaves] == pages
        asked = [item.id for leaf in leaves for item in leaf.questions]
        assert sorted(asked) == sorted(item.id for item in tool.questions)


@pytest.mark.parametrize(
    ("says", "is_in_place", "ruling"),
    [
        ("yes", True, "confirmed"),
        ("yes", False, "overruled"),
        ("not_yet", True, "overruled"),
        ("not_yet", False, "confirmed"),
        ("yes", None, None),
        ("cannot_tell", True, None),
    ],
)
@pytest.mark.req("PROG-2")
def test_an_answer_confirms_or_overrules_and_an_unknown_one_does_neither(says, is_in_place, ruling) -> None:
    assert ruling_on(says, is_in_place) == ruling


@pytest.mark.req("PROG-2")
def test_an_answer_is_filled_in_only_where_a_single_one_agrees() -> None:
    tool = instrument(
        [
            {"id": "a", "answers": "scale", "text": "Asked", "evidence": "a record"},
            {"id": "b", "answers": "scale", "text": "B"},
        ],
        {"kind": "status-tally", "done": ["there"]},
        {"scale": SCALE},
    )

    assert proposed_answer(tool, "a", "yes") == "there"
    assert proposed_answer(tool, "a", "not_yet") == ""  # not started, or in progress: a person says which
    assert proposed_answer(tool, "a", "cannot_tell") == ""
    assert may_be_proposed(tool, "a")
    assert not may_be_proposed(tool, "b"), "nothing says what the records would show"
    told = read_response(tool, {"answers": {"a": "unsure"}}).answers
    assert in_place(tool, "a", told) is None, "not known is not a no"
    assert in_place(tool, "b", told) is None


@pytest.mark.req("PROG-1")
def test_a_topic_says_why_it_stands_where_it_stands() -> None:
    tool = ladder()

    def said(**answers):
        given = {key.replace("_", "."): value for key, value in answers.items()}
        return why(score(tool, read_response(tool, {"answers": given})).topics[0])

    assert said() == "Of the 2 items of stage 1, 0 are in place and 2 are not yet."
    assert said(calls_1_1="yes", calls_2_1="yes") == "Of the 2 items of stage 1, 1 are in place and 1 is not yet."
    assert said(calls_1_1="yes", calls_1_2="yes").startswith("Everything before stage 2 is in place, and 0 of 1")
    assert said(calls_1_1="yes", calls_1_2="yes", calls_2_1="yes").endswith("and all of it.")


@pytest.mark.req("PROG-1")
def test_the_next_day_exists_in_every_month() -> None:
    assert months_later(date(2026, 3, 10), 12) == date(2027, 3, 10)
    assert months_later(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert months_later(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_later(date(2026, 12, 1), 1) == date(2027, 1, 1)


@pytest.mark.req("PROG-1")
def test_only_what_two_people_changed_to_different_things_clashes() -> None:
    was, now = {"a": "no", "b": "no", "c": "no"}, {"a": "yes", "b": "yes", "d": "yes"}
    sent = {"a": "no", "b": "maybe", "c": None, "d": "yes"}

    # a: only theirs. b: both, differently. c: both took it back. d: both said the same.
    assert list(clashes(was, sent, now)) == ["b"]
