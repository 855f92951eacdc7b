"""When a case may close, what a review counts, and what tells of somebody."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from rightdoor.domain.closure import (
    Closing,
    LooseEnd,
    NotYetClosed,
    Phase,
    ReviewFacts,
    adherence,
    check_access_end,
    check_lesson,
    check_may_close,
    check_may_hold_review,
    check_may_reopen,
    tells_of_somebody,
)
from rightdoor.domain.errors import RuleBroken

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
TODAY = date(2026, 3, 10)


@dataclass(frozen=True)
class Reason:
    key: str
    words_required: bool = False


REASONS = (Reason("goals_met"), Reason("other", True))
CLOSING = Closing(
    reason="goals_met", told="in_person", safety_plan="handed_over", going_on="None go on.", last_contact_on=TODAY
)
TASK = LooseEnd("a", "A task is not done", False)


def close(closing: Closing = CLOSING, *ends: LooseEnd, state: str = "open") -> None:
    check_may_close(state, closing, ends, REASONS, today=TODAY)


@pytest.mark.req("CASE-12")
def test_a_case_with_everything_said_closes() -> None:
    close()
    close(replace(CLOSING, whys={"a": "The school sees to it."}), TASK)


@pytest.mark.req("CASE-12")
@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"reason": "unheard_of"}, "why the case closes"),
        ({"reason": "other"}, "what led to this reason"),
        ({"told": ""}, "was told"),
        ({"told": "not_told"}, "was not told"),
        ({"safety_plan": ""}, "safety plan was handed over"),
        ({"safety_plan": "not_needed", "safety_words": "no"}, "why no safety plan"),
        ({"last_contact_on": TODAY + timedelta(days=1)}, "lies ahead"),
        ({"going_on": "  "}, "which services go on"),
        ({"keeps_releases": True}, "why the releases stay"),
    ],
)
def test_what_is_not_said_stands_against_closing(changed: dict[str, object], says: str) -> None:
    with pytest.raises(RuleBroken, match=says):
        close(replace(CLOSING, **changed))  # type: ignore[arg-type]


@pytest.mark.req("CASE-12")
def test_what_stops_cannot_be_talked_away_and_the_rest_needs_its_word() -> None:
    stops = LooseEnd("b", "A staffing is still to be held", True)
    with pytest.raises(RuleBroken, match="Settle this first: A staffing is still to be held"):
        close(replace(CLOSING, whys={"b": "Never mind about it."}), stops)
    with pytest.raises(RuleBroken, match="what becomes of this: A task is not done"):
        close(CLOSING, TASK)
    with pytest.raises(RuleBroken, match="closed already"):
        close(state="closed")


def test_places_end_now_or_within_ninety_days() -> None:
    check_access_end(NOW, NOW)
    check_access_end(NOW + timedelta(days=90), NOW)
    for at in (NOW - timedelta(seconds=1), NOW + timedelta(days=91)):
        with pytest.raises(RuleBroken):
            check_access_end(at, NOW)


def test_a_case_opens_again_only_when_closed_and_with_a_reason() -> None:
    check_may_reopen("closed", "She called and asked for help.")
    for state, why in (("open", "She called and asked for help."), ("closed", "n/a")):
        with pytest.raises(RuleBroken):
            check_may_reopen(state, why)


def test_what_runs_still_counts_neither_as_kept_nor_as_broken() -> None:
    hour = timedelta(hours=1)
    phases = [
        Phase("response", NOW - hour, NOW - 2 * hour),
        Phase("summary", NOW - hour, NOW),
        Phase("summary", NOW - hour, None),
        Phase("tasks", NOW + hour, None),
        Phase("response", None, NOW),
    ]
    assert [one.state(NOW) for one in phases] == ["met", "missed", "late", "running", "unknown"]
    found = adherence(phases, NOW)
    assert (found.met, found.owed, found.percent) == (1, 3, 33)
    assert adherence(phases[3:], NOW).percent is None


def test_a_review_is_held_when_it_says_what_it_is_for() -> None:
    facts = ReviewFacts("draft", "We met in time.", "Nobody told the school.", "No list of contacts.", "yes", 2, 1, "")
    check_may_hold_review(facts)
    check_may_hold_review(replace(facts, recommendations=0, no_recommendation="All of it went as planned."))
    for changed in (
        {"state": "held"},
        {"participants": 1},
        {"went_well": ""},
        {"did_not": "n/a"},
        {"why": ""},
        {"wellbeing": ""},
        {"recommendations": 0},
    ):
        with pytest.raises(RuleBroken):
            check_may_hold_review(replace(facts, **changed))


NAMES, PLACES = ["José Nowhere", "Bo", "Anne-Marie Exemplar"], ["Orleans", "St. Mary"]


@pytest.mark.req("CASE-12")
@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Jose asked for the same advocate.", "name", "Jose"),
        ("nowhere's aunt was not called.", "name", "nowhere"),
        ("Ask Bo first.", "name", "Bo"),
        ("Marie kept the number.", "name", "Marie"),
        ("Case k7mq-4xpr waited.", "code", "k7mq-4xpr"),
        ("It was late on 3/9/26.", "day", "3/9/26"),
        ("It was late on March 9.", "day", "March 9"),
        ("It was late on the 9th of March.", "day", "9th of March"),
        ("It was late in 2025.", "day", "2025"),
        ("Call 225-555-0100 first.", "reach", "225-555-0100"),
        ("Write to desk@example.invalid first.", "reach", "desk@example.invalid"),
        ("The team met at 12 Oak Street.", "reach", "12 Oak Street"),
        ("In orleans the clinic is open at night.", "place", "Orleans"),
        ("A 14-year-old cannot wait.", "age", "14-year-old"),
    ],
)
def test_what_tells_of_somebody_is_found(text: str, kind: str, words: str) -> None:
    assert (kind, words) in [(one.kind, one.words) for one in tells_of_somebody(text, names=NAMES, places=PLACES)]


@pytest.mark.req("CASE-12")
def test_a_line_that_holds_for_any_case_passes_and_another_names_what_to_take_out() -> None:
    text = "Call the clinic before the staffing: within 24 hours, in 9 of 10 cases, somebody there has time."
    assert check_lesson(f"  {text}\n", names=NAMES, places=PLACES) == text
    with pytest.raises(RuleBroken, match="Take out: “José”, “Orleans”"):
        check_lesson("José should have been seen in Orleans.", names=NAMES, places=PLACES)
    for wrong in ("Too short", "x" * 601):
        with pytest.raises(RuleBroken):
            check_lesson(wrong, names=NAMES)


@pytest.mark.req("CASE-12")
def test_everything_that_is_missing_is_said_at_once() -> None:
    ends = [LooseEnd("tasks", "One task is open", False)]
    said = Closing(reason="other", told="not_told", safety_plan="not_needed", last_contact_on=TODAY + timedelta(days=1))
    with pytest.raises(NotYetClosed) as refusal:
        check_may_close("open", said, ends, REASONS, today=TODAY)
    names = [name for name, _ in refusal.value.faults]
    for name in ("words", "told_words", "safety_words", "last_contact_on", "going_on", "why_tasks"):
        assert name in names
    assert all(sentence in str(refusal.value) for _, sentence in refusal.value.faults)
