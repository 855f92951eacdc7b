"""When a case comes before the team next."""

from dataclasses import replace
from datetime import date

import pytest

from rightdoor.domain.cadence import Next, Rhythm, check_may_set, next_of, strictest_of
from rightdoor.domain.errors import RuleBroken

TODAY = date(2026, 6, 1)
STABLE = Rhythm(opened_on=date(2026, 4, 1), is_set=True, every_days=30, last_held_on=date(2026, 5, 20))


def at(rhythm: Rhythm) -> Next:
    return next_of(rhythm, TODAY, strictest=7)


@pytest.mark.req("CASE-11")
def test_the_next_day_follows_from_the_last_staffing_and_a_staffing_that_is_called_is_the_answer() -> None:
    assert at(STABLE) == Next("ahead", date(2026, 6, 19))
    assert at(replace(STABLE, last_held_on=None)) == Next("overdue", date(2026, 5, 1))
    assert at(replace(STABLE, scheduled_on=date(2026, 7, 30))) == Next("scheduled", date(2026, 7, 30))


@pytest.mark.req("CASE-11")
def test_a_chosen_day_holds_until_the_case_was_staffed_since() -> None:
    chosen = replace(STABLE, chosen_on=date(2026, 6, 5), chosen_at=date(2026, 5, 21))

    assert at(chosen) == Next("ahead", date(2026, 6, 5))
    assert at(replace(chosen, last_held_on=date(2026, 5, 29))) == Next("ahead", date(2026, 6, 28))


@pytest.mark.req("CASE-11")
def test_what_nobody_has_set_counts_as_the_most_urgent_and_on_request_has_no_day() -> None:
    unset = replace(STABLE, is_set=False, every_days=None)

    assert at(unset) == Next("overdue", date(2026, 5, 27))
    assert at(replace(unset, last_held_on=date(2026, 5, 30))) == Next("not_set", date(2026, 6, 6))
    assert at(replace(STABLE, every_days=None)) == Next("on_request", None)
    assert strictest_of([None, 30, 7]) == 7


@pytest.mark.req("CASE-11")
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"cadence": "weekly"}, "Choose how often"),
        ({"why": "  "}, "why"),
        ({"chosen_on": date(2026, 5, 31)}, "passed"),
        ({"chosen_on": date(2026, 7, 2)}, "within 30 days"),
        ({"is_open": False}, "closed"),
    ],
)
def test_a_cadence_without_its_reason_or_beyond_its_days_is_refused(changed: dict[str, object], said: str) -> None:
    sound: dict[str, object] = {
        "cadence": "stable", "every_days": 30, "why": "Calm for weeks.", "chosen_on": date(2026, 7, 1),
        "today": TODAY, "is_open": True,
    }  # fmt: skip
    check_may_set(**sound)  # type: ignore[arg-type]

    with pytest.raises(RuleBroken, match=said):
        check_may_set(**{**sound, **changed})  # type: ignore[arg-type]
