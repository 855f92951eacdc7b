"""What somebody without an account may read, and how it ends."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.packet import MOST_TRIES, PacketFacts, check_may_make, locks, same_person, spoken, state_of

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
WINDOW = (NOW - timedelta(hours=24), NOW + timedelta(hours=72))
OPEN = PacketFacts(*WINDOW, ground_holds=True)


@pytest.mark.req("MTG-7")
def test_a_packet_is_open_inside_its_window_and_unknown_is_not_the_lenient_answer() -> None:
    assert state_of(OPEN, WINDOW[0]) == "open"
    assert state_of(OPEN, WINDOW[0] - timedelta(seconds=1)) == "waits"
    assert state_of(OPEN, WINDOW[1]) == "over"
    assert state_of(replace(OPEN, ground_holds=None), NOW) == "no_ground"
    assert state_of(replace(OPEN, ground_holds=False), NOW) == "no_ground"
    assert state_of(replace(OPEN, is_locked=True), NOW) == "locked"
    assert state_of(replace(OPEN, is_revoked=True, is_locked=True), NOW) == "revoked"
    assert not locks(MOST_TRIES - 1)
    assert locks(MOST_TRIES)


@pytest.mark.req("MTG-7")
@pytest.mark.parametrize(
    "changed",
    [
        {"reader": " "},
        {"agency": ""},
        {"items": frozenset()},
        {"closes_at": WINDOW[1] + timedelta(minutes=1)},
        {"opens_at": WINDOW[0] - timedelta(minutes=1)},
        {"closes_at": WINDOW[0]},
        {"now": WINDOW[1]},
    ],
)
def test_a_packet_without_reader_content_or_a_sound_window_is_refused(changed: dict[str, object]) -> None:
    sound: dict[str, object] = {
        "reader": "Renata Invented", "agency": "K7MQ-4XPR", "items": frozenset({"agenda"}), "opens_at": WINDOW[0],
        "closes_at": WINDOW[1], "window": WINDOW, "now": NOW,
    }  # fmt: skip
    check_may_make(**sound)  # type: ignore[arg-type]

    with pytest.raises(RuleBroken):
        check_may_make(**{**sound, **changed})  # type: ignore[arg-type]


def test_words_are_heard_whatever_their_case_and_names_whatever_their_order() -> None:
    assert spoken("  Amber-anchor,\tAPPLE ") == "amber anchor apple"
    assert same_person("Nowhere, Mona", "mona nowhere")
    assert same_person("Mona Nowhere", "Mona")
    assert not same_person("Mona Nowhere", "Ramona Nowhere")
    assert not same_person("", "Mona")
