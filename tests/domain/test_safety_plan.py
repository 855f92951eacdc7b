"""When a safety plan may be adopted and is looked at again, and what may stand on a paper that somebody finds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.safety_plan import HOLDING, ON_PAPER, check_may_adopt, may_print, review_due, youth_copy

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
TELLING = ["shelter*", "police", "plan de seguridad", "cảnh sát", "Nora", "Rightdoor"]


@pytest.mark.req("CASE-7")
def test_only_a_plain_yes_prints_a_paper() -> None:
    assert [answer for answer in HOLDING if may_print(answer)] == ["yes"]
    with pytest.raises(KeyError):
        may_print("")


@pytest.mark.req("CASE-7")
@pytest.mark.parametrize(
    ("state", "parts"),
    [
        ("adopted", {"words": "Mine", "coping": "Music"}),
        ("draft", {"words": " ", "coping": "Music"}),
        ("draft", {"words": "Mine", "bag": "Papers"}),
    ],
)
def test_a_plan_without_the_clients_words_or_anybody_safe_is_not_adopted(state: str, parts: dict[str, str]) -> None:
    with pytest.raises(RuleBroken):
        check_may_adopt(state, parts)
    check_may_adopt("draft", {"words": "Mine", "safe_adults": "Aunt Zora"})


@pytest.mark.req("CASE-7")
def test_the_soonest_of_span_own_day_and_happenings_calls_for_a_look() -> None:
    day = timedelta(days=1)
    assert review_due(NOW, 30, None, ()) == NOW + 30 * day
    assert review_due(NOW, 30, NOW + 9 * day, ()) == NOW + 9 * day
    assert review_due(NOW, 30, NOW + 90 * day, [NOW + 2 * day]) == NOW + 2 * day


@pytest.mark.req("CASE-7")
@pytest.mark.parametrize(
    "line",
    [
        "Ask at the Shelters on the hill",
        "Call the POLICE",
        "Read the plan de seguridad",
        "Gọi CẢNH SÁT",
        "Nora's blue bag",
        "Look into rightdoor",
        "Aunt Zora, 12 Oak Street",
        "4500 N Airline Hwy, ring twice",
        "Avenida Sol 7",
        "12 Đường Mai",
        "The yellow house behind the mill, side door",
    ],
)
def test_a_line_that_would_tell_is_left_off_the_paper(line: str) -> None:
    found = youth_copy({"coping": f"Music\n{line}"}, TELLING, hidden="The yellow house behind the mill\nZora")
    assert (found.parts, found.left_out) == ({"coping": ("Music",)}, 1)


@pytest.mark.req("CASE-7")
def test_only_harmless_parts_are_ever_chosen() -> None:
    everything = dict.fromkeys((*ON_PAPER, "signal", "self_harm", "words", "places"), "Music")
    assert set(youth_copy(everything, ()).parts) == set(ON_PAPER)
    with pytest.raises(RuleBroken):
        youth_copy(everything, (), chosen=("signal",))


def test_a_name_that_begins_like_a_telling_word_stays() -> None:
    assert youth_copy({"safe_adults": "Policena, 555-0100"}, TELLING).left_out == 0
