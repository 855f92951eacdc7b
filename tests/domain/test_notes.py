"""Rules of notes: which classes a profession writes, what stays with it, how a note is corrected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rightdoor.domain import notes as rule
from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.domain.sharing_matrix import CLASSES

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)


@pytest.mark.req("CASE-3")
def test_every_class_of_a_note_has_its_one_tab() -> None:
    assert set(rule.NOTE_CLASSES) <= CLASSES
    places = [tab for klass in rule.NOTE_CLASSES for tab in rule.TABS if klass in rule.notes_on(tab)]
    assert len(places) == len(rule.NOTE_CLASSES)
    assert [rule.tab_of(klass) for klass in rule.NOTE_CLASSES] == places
    with pytest.raises(KeyError):
        rule.tab_of("FI")


@pytest.mark.req("CASE-3")
def test_a_person_writes_what_their_profession_keeps() -> None:
    assert rule.classes_to_write({"ADV", "ADVPRIV", "IMM"}) == ("ADV", "ADVPRIV")
    assert rule.classes_to_write(frozenset()) == ()


@pytest.mark.req("CASE-3")
def test_a_privileged_class_stays_with_its_profession() -> None:
    assert rule.stays_with_its_profession("PSY", {"HLTH"})
    assert not rule.stays_with_its_profession("PSY", {"MH", "PSY"})
    assert not rule.stays_with_its_profession("ADV", frozenset())


@pytest.mark.req("CASE-3")
def test_the_teams_own_is_held_with_the_case_and_everything_else_by_the_writers_agency() -> None:
    held = {klass: rule.holder_of(klass, writers_agency="W", cases_holder="C") for klass in rule.NOTE_CLASSES}
    assert {klass for klass, holder in held.items() if holder == "C"} == {"CORE", "SAFE"}


@pytest.mark.req("CASE-3")
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kind": "poem"}, "kind"),
        ({"happened_at": None}, "when"),
        ({"happened_at": NOW + timedelta(minutes=1)}, "ahead"),
        ({"text": "  "}, "Write"),
        ({"text": "a" * (rule.LONGEST_TEXT + 1)}, "Shorten"),
        ({"outcome": "a" * (rule.LONGEST_LINE + 1)}, "Shorten"),
    ],
)
def test_a_note_that_lacks_something_is_refused_in_words(changed: dict[str, object], said: str) -> None:
    sound = {"kind": "call", "happened_at": NOW, "text": "Words", "present": "", "outcome": "", "now": NOW}
    rule.check_note(**sound)
    with pytest.raises(RuleBroken, match=said):
        rule.check_note(**{**sound, **changed})


@pytest.mark.req("CASE-3")
def test_a_colleague_corrects_a_note_under_their_own_name_but_no_privileged_one() -> None:
    kept = {"ADV", "ADVPRIV"}
    rule.check_may_correct("ADV", author="A", writer="B", kept=kept, is_withdrawn=False)
    rule.check_may_correct("ADVPRIV", author="A", writer="A", kept=kept, is_withdrawn=False)
    with pytest.raises(NotPermitted):
        rule.check_may_correct("ADVPRIV", author="A", writer="B", kept=kept, is_withdrawn=False)
    with pytest.raises(NotPermitted):
        rule.check_may_correct("LE", author="A", writer="A", kept=kept, is_withdrawn=False)
    with pytest.raises(RuleBroken):
        rule.check_may_correct("ADV", author="A", writer="A", kept=kept, is_withdrawn=True)


@pytest.mark.req("CASE-3")
def test_a_note_is_withdrawn_with_a_reason_or_not_at_all() -> None:
    rule.check_may_withdraw("Of another child")
    with pytest.raises(RuleBroken):
        rule.check_may_withdraw(" ")
    with pytest.raises(RuleBroken):
        rule.check_may_withdraw("a" * (rule.LONGEST_REASON + 1))


@pytest.mark.req("UX-4")
def test_a_version_that_is_not_the_newest_is_stale_and_a_draft_is_young_for_a_quarter_of_an_hour() -> None:
    assert (rule.is_stale(1, 2), rule.is_stale(2, 2), rule.is_stale(-1, 2)) == (True, False, True)
    assert rule.still_writing(NOW - timedelta(minutes=14, seconds=59), NOW)
    assert not rule.still_writing(NOW - timedelta(minutes=15), NOW)
    assert not rule.still_writing(NOW + timedelta(seconds=1), NOW)
