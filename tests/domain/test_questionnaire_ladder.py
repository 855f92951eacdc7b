"""Stages by topic: the rule that practice 7.3 makes total, its vectors, and what is not known."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightdoor.domain.questionnaire.answers import read_response
from rightdoor.domain.questionnaire.ladder import TopicStage
from rightdoor.domain.questionnaire.scoring import score
from tests.domain.instruments import ladder

TEAM = (3, 4, 3, 2)
VECTORS = [
    ((0, 0, 0, 0), 1),
    ((2, 4, 3, 2), 1),
    ((3, 0, 0, 0), 2),
    ((3, 3, 3, 2), 2),
    ((3, 0, 3, 0), 2),
    ((3, 4, 0, 0), 3),
    ((3, 4, 2, 2), 3),
    ((3, 4, 3, 0), 4),
    ((3, 4, 3, 2), 4),
]


def topic(sizes: tuple[int, ...], answers: dict[str, str]) -> TopicStage:
    instrument = ladder(sizes)
    return score(instrument, read_response(instrument, {"answers": answers})).topics[0]


def ticked(checked: tuple[int, ...]) -> dict[str, str]:
    return {f"t.{number}.{at}": "done" for number, n in enumerate(checked, start=1) for at in range(1, n + 1)}


@pytest.mark.req("PROG-1")
@pytest.mark.parametrize(("checked", "stage"), VECTORS)
def test_the_stage_is_the_lowest_that_still_has_an_empty_box(checked: tuple[int, ...], stage: int) -> None:
    found = topic(TEAM, ticked(checked))
    assert (found.state, found.stage) == ("settled", stage)
    assert found.beyond == sum(checked[stage:])
    assert [one.done for one in found.stages] == list(checked)


@pytest.mark.req("PROG-1")
@given(st.lists(st.integers(1, 3), min_size=2, max_size=5), st.data())
def test_the_stage_agrees_with_the_printed_rule_for_any_ladder(sizes: list[int], data: st.DataObject) -> None:
    checked = tuple(data.draw(st.integers(0, size)) for size in sizes)
    whole = [done == size for done, size in zip(checked, sizes, strict=True)]
    expected = 1
    while expected < len(sizes) and whole[expected - 1]:
        expected += 1
    assert topic(tuple(sizes), ticked(checked)).stage == expected


@pytest.mark.req("PROG-1")
@given(st.lists(st.sampled_from(["done", "not_yet", "u", "na", None]), min_size=7, max_size=7))
def test_a_stage_is_open_exactly_when_the_unknown_could_change_it(codes: list[str | None]) -> None:
    sizes = (2, 2, 2, 1)
    keys = [f"t.{number}.{at}" for number, size in enumerate(sizes, start=1) for at in range(1, size + 1)]
    found = topic(sizes, {key: code for key, code in zip(keys, codes, strict=True) if code})
    reached = set()
    for full in product(*(["done", "not_yet"] if code == "u" else [code] for code in codes)):
        held = dict(zip(keys, full, strict=True))
        undone = [int(key[2]) for key, code in held.items() if code in {"not_yet", None}]
        reached.add(min([*undone, 4]))
    assert (found.lowest, found.highest) == (min(reached), max(reached))
    assert found.stage == (reached.pop() if len(reached) == 1 else None)


@pytest.mark.req("PROG-3")
def test_what_stands_before_the_next_stage_is_the_rest_of_this_one() -> None:
    found = topic(TEAM, {**ticked((3, 2, 3, 0)), "t.2.3": "u", "t.2.4": "na"})
    assert (found.stage, found.lowest, found.highest) == (None, 2, 4)
    assert found.next_items == ("t.2.3",)
    assert found.next_step == "Complete stage 2"
    top = topic(TEAM, ticked((3, 4, 3, 1)))
    assert (top.stage, top.next_items) == (4, ("t.4.2",))


@pytest.mark.req("PROG-1")
def test_what_does_not_apply_neither_holds_a_stage_back_nor_counts_in_its_share() -> None:
    found = topic((2, 1), {"t.1.1": "done", "t.1.2": "na"})
    assert found.stage == 2
    assert (found.stages[0].share, found.stages[0].not_applicable) == (1, 1)


@pytest.mark.req("PROG-1")
def test_a_topic_for_which_the_tool_prints_no_box_is_not_assessed() -> None:
    instrument = ladder((1, 1), bare=True)
    found, bare = score(instrument, read_response(instrument, {"answers": {}})).topics
    assert (found.state, found.stage) == ("settled", 1)
    assert (bare.state, bare.stage, bare.next_items) == ("not_assessed", None, ())
