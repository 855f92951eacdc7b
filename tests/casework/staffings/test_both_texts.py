"""What becomes of two texts on one topic when both are kept: all of both, and no line twice for no reason."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rightdoor.casework.staffings.web.topics import both_texts
from tests.casework import team
from tests.casework.staffings.test_staffing_pages import HTMX, at_start, minutes_form

WORDS = st.lists(st.text("ab1", min_size=1, max_size=3), max_size=8).map(" ".join)
PATH = "/staffings/{}/topics/safety_assessment/"


@pytest.mark.req("MTG-4", "UX-4")
@settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(start=WORDS, theirs=WORDS, mine=WORDS)
def test_no_word_of_either_is_lost_and_each_text_keeps_its_order(start: str, theirs: str, mine: str) -> None:
    theirs, mine = f"{start}{theirs}", f"{start}{mine}"

    words = both_texts(theirs, mine).split()

    for text in (theirs, mine):
        rest = iter(words)
        assert all(word in rest for word in text.split())
    assert words[: len(theirs.split())] == theirs.split()


@pytest.mark.parametrize(
    ("theirs", "mine", "both"),
    [
        ("First.", "Second.", "First.\n\nSecond."),
        ("She came. He", "She came. Her aunt too.", "She came. He\n\nHer aunt too."),
        ("She came.\n\nTheirs.", "She came.\r\nMine.", "She came.\n\nTheirs.\n\nMine."),
        ("She came.", "She came.", "She came."),
        ("She came. Theirs.", "She came.", "She came. Theirs."),
        ("", "Mine.", "Mine."),
    ],
)
def test_what_both_begin_with_stands_once(theirs: str, mine: str, both: str) -> None:
    assert both_texts(theirs, mine).strip() == both


@pytest.mark.req("MTG-4", "UX-4")
def test_keeping_both_is_said_once_however_often_the_other_was_kept_meanwhile(scene):
    staffing = team.scheduled(scene)
    path, page = PATH.format(staffing.code), f"/staffings/{staffing.code}/"
    one, other = at_start(scene.coordinator, staffing), at_start(scene.detective, staffing)
    mine, theirs = (minutes_form(visitor.page(page)) for visitor in (one, other))
    other.post(path, {**theirs, "text": "Theirs."})
    asked = minutes_form(one.post(path, {**mine, "text": "Mine."}, **HTMX).content.decode())
    later = minutes_form(other.page(page))
    other.post(path, {**later, "text": "Theirs. And more."})

    answer = one.post(path, {**asked, "text": "Mine.", "keep": "both"}, **HTMX)

    assert answer.status_code == 200
    assert re.search(r"Theirs\. And more\.\s+Mine\.", one.page(page))


@pytest.mark.req("MTG-4")
def test_keeping_only_mine_asks_again_when_the_other_was_kept_meanwhile(scene):
    staffing = team.scheduled(scene)
    path, page = PATH.format(staffing.code), f"/staffings/{staffing.code}/"
    one, other = at_start(scene.coordinator, staffing), at_start(scene.detective, staffing)
    mine, theirs = (minutes_form(visitor.page(page)) for visitor in (one, other))
    other.post(path, {**theirs, "text": "Theirs."})
    asked = minutes_form(one.post(path, {**mine, "text": "Mine."}, **HTMX).content.decode())
    later = minutes_form(other.page(page))
    other.post(path, {**later, "text": "Theirs. And more."})

    answer = one.post(path, {**asked, "text": "Mine.", "keep": "mine"}, **HTMX)

    assert answer.status_code == 422
    assert "Theirs. And more." in answer.content.decode()
    assert "Theirs. And more." in other.page(page)


@pytest.mark.req("UX-4")
def test_what_stands_nowhere_but_on_the_page_is_marked_so(scene):
    staffing = team.scheduled(scene)
    path, page = PATH.format(staffing.code), f"/staffings/{staffing.code}/"
    one, other = at_start(scene.coordinator, staffing), at_start(scene.detective, staffing)
    mine, theirs = (minutes_form(visitor.page(page)) for visitor in (one, other))
    other.post(path, {**theirs, "text": "Theirs."})

    assert "data-unsaved" in one.post(path, {**mine, "text": "Mine."}, **HTMX).content.decode()
    assert "data-unsaved" not in other.page(page)
