"""Whose reading asks for a look."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from rightdoor.domain.unusual_reading import FLOOR, FLOOR_ALONE, Reader, is_night, limit_for, unusual

pytestmark = pytest.mark.req("PRIV-4")


def reader(account: str, clients: int, role: str = "team_member", **more: int) -> Reader:
    return Reader(account, role, clients, readings=more.pop("readings", clients), **more)


PEERS = [reader(f"P{number}", clients) for number, clients in enumerate((4, 5, 6, 5, 7, 4))]


def listed(*readers: Reader) -> dict[str, tuple[str, ...]]:
    return {found.reader.account: found.whys for found in unusual(readers)}


def test_far_more_clients_than_the_peers_is_listed() -> None:
    assert listed(*PEERS, reader("X", 30)) == {"X": ("many",)}


def test_a_busy_month_is_not_far() -> None:
    assert listed(*PEERS, reader("X", 11)) == {}


def test_who_reads_everything_does_not_hide_another() -> None:
    assert set(listed(*PEERS, reader("X", 30), reader("Y", 400))) == {"X", "Y"}


def test_a_hard_month_for_all_lists_nobody() -> None:
    assert listed(*(reader(f"P{number}", 60 + number) for number in range(8))) == {}


def test_other_roles_are_no_peers() -> None:
    busy = [reader(f"C{number}", 50 + number, "care_coordinator") for number in range(6)]
    assert listed(*PEERS, *busy) == {}


def test_without_enough_peers_a_fixed_limit_holds() -> None:
    assert listed(reader("A", FLOOR_ALONE), reader("B", 2)) == {}
    assert listed(reader("A", FLOOR_ALONE + 1), reader("B", 2)) == {"A": ("many",)}


def test_nobody_is_listed_below_the_floor_however_little_the_others_read() -> None:
    assert limit_for([1, 1, 1, 1, 1, 1]) == (1, FLOOR)


def test_a_good_part_at_night_is_listed_a_single_night_is_not() -> None:
    assert listed(reader("A", 5, readings=20, at_night=10)) == {"A": ("night",)}
    assert listed(reader("A", 5, readings=100, at_night=10)) == {}
    assert listed(reader("A", 5, readings=9, at_night=9)) == {}


def test_reading_before_leaving_and_openings_in_an_emergency_are_listed() -> None:
    assert listed(reader("A", 9, before_leaving=8), reader("B", 1, emergencies=2)) == {
        "A": ("leaving",),
        "B": ("emergency",),
    }


@pytest.mark.parametrize(("hour", "night"), [(3, False), (4, True), (10, True), (11, False)])
def test_night_is_that_of_the_state(hour: int, night: bool) -> None:
    zone = ZoneInfo("America/Chicago")  # six hours behind in winter
    assert is_night(datetime(2026, 1, 10, hour, 0, tzinfo=UTC), zone) is night
