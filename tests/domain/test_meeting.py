"""Times to meet inside the clock, and who is there."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.meeting import access_window, check_may_answer, check_may_excuse, propose_times, quorum
from rightdoor.domain.membership import core_seats

CHICAGO = ZoneInfo("America/Chicago")
MONDAY = datetime(2026, 6, 1, 13, 10, tzinfo=CHICAGO)
FRIDAY_EVENING = datetime(2026, 6, 5, 18, 0, tzinfo=CHICAGO)

moments = st.datetimes(
    min_value=datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2027, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def said(times: list[datetime]) -> list[str]:
    return [f"{at:%a %H:%M}" for at in times]


@pytest.mark.req("MTG-2")
@given(now=moments, minutes=st.integers(1, 168 * 60), count=st.integers(1, 5))
def test_no_proposal_is_past_or_after_the_clock(now, minutes, count):
    due = now + timedelta(minutes=minutes)
    times = propose_times(now, due, count=count, zone=CHICAGO)
    assert 1 <= len(times) <= count
    assert all(now < at.astimezone(UTC) <= due for at in times)
    assert times == sorted(times, key=lambda at: at.timestamp())


@pytest.mark.req("MTG-2")
def test_working_hours_on_weekdays_come_first():
    assert said(propose_times(MONDAY, MONDAY + timedelta(hours=48), zone=CHICAGO)) == [
        "Mon 14:30",
        "Tue 08:00",
        "Tue 11:00",
    ]


@pytest.mark.req("MTG-2")
def test_a_crisis_on_friday_evening_meets_on_the_weekend():
    times = propose_times(FRIDAY_EVENING, FRIDAY_EVENING + timedelta(hours=48), zone=CHICAGO)
    assert said(times) == ["Sat 08:00", "Sat 11:00", "Sat 14:00"]


@pytest.mark.req("MTG-2")
def test_a_clock_that_ends_in_the_night_is_met_in_the_night():
    times = propose_times(FRIDAY_EVENING, FRIDAY_EVENING + timedelta(hours=8), zone=CHICAGO)
    assert said(times) == ["Fri 19:00", "Fri 22:00", "Sat 01:00"]


@pytest.mark.req("MTG-2")
def test_without_time_for_notice_the_due_time_itself_is_proposed():
    due = MONDAY + timedelta(minutes=20)
    assert propose_times(MONDAY, due, zone=CHICAGO) == [due]


@pytest.mark.req("MTG-2")
def test_a_clock_that_is_over_is_met_as_soon_as_can_be():
    assert said(propose_times(MONDAY, MONDAY - timedelta(hours=1), zone=CHICAGO)) == ["Mon 13:30"]


@pytest.mark.req("MTG-2")
def test_the_quorum_shows_who_lacks_in_the_order_of_the_pack():
    here = quorum(["coordinator", "police", "advocate"], ["advocate", "school", "coordinator"])
    assert (here.present, here.lacking) == (("coordinator", "advocate"), ("police",))
    assert not here.is_reached
    assert quorum([], []).is_reached


@pytest.mark.req("TEAM-2")
def test_a_team_is_whole_when_every_core_discipline_is_seated():
    assert core_seats(["police", "advocate"], ["advocate", "police", "school"]).is_whole
    assert core_seats(["police", "advocate"], ["advocate"]).lacking == ("police",)


@pytest.mark.req("MTG-3")
def test_an_absence_is_told_before_the_meeting_and_core_seats_send_a_delegate():
    check_may_excuse(MONDAY, MONDAY + timedelta(minutes=1), "", by="A")
    with pytest.raises(RuleBroken, match="has begun"):
        check_may_excuse(MONDAY, MONDAY, "B", by="A")
    with pytest.raises(RuleBroken, match="part of the core"):
        check_may_excuse(MONDAY, MONDAY + timedelta(days=1), " ", by="A", needs_delegate=True)
    with pytest.raises(RuleBroken, match="other than yourself"):
        check_may_excuse(MONDAY, MONDAY + timedelta(days=1), "A", by="A")


@pytest.mark.req("MTG-3")
def test_an_answer_is_one_of_three_and_comes_before_the_meeting():
    check_may_answer("accepted", MONDAY, MONDAY + timedelta(days=1))
    with pytest.raises(RuleBroken):
        check_may_answer("perhaps", MONDAY, MONDAY + timedelta(days=1))
    with pytest.raises(RuleBroken, match="has begun"):
        check_may_answer("accepted", MONDAY, MONDAY)


@pytest.mark.req("MTG-7")
def test_the_window_of_access_counts_elapsed_hours_across_daylight_saving():
    opens, closes = access_window(datetime(2026, 3, 8, 12, 0, tzinfo=CHICAGO))
    assert opens == datetime(2026, 3, 7, 11, 0, tzinfo=CHICAGO)
    assert closes == datetime(2026, 3, 11, 12, 0, tzinfo=CHICAGO)
