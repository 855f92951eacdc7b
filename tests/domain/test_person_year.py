"""What a person is counted by: codes of the yearly form, nothing guessed."""

from __future__ import annotations

from datetime import date

import pytest

from rightdoor.domain.person_year import age_group, age_on, gender_code, kind_of, one_each


@pytest.mark.req("STAT-2")
@pytest.mark.parametrize(
    ("age", "group"),
    [
        (0, "a00_12"), (12, "a00_12"), (13, "a13_17"), (17, "a13_17"), (18, "a18_24"), (24, "a18_24"),
        (25, "a25_59"), (59, "a25_59"), (60, "a60"), (120, "a60"), (None, "unknown"), (-1, "unknown"), (121, "unknown"),
    ],
)  # fmt: skip
def test_the_upper_end_of_an_age_group_belongs_to_it(age: int | None, group: str) -> None:
    assert age_group(age) == group


@pytest.mark.req("STAT-2")
def test_age_is_full_years_on_the_day() -> None:
    assert age_on(date(2010, 6, 15), None, date(2025, 1, 1), date(2025, 6, 14)) == 14
    assert age_on(date(2010, 6, 15), None, date(2025, 1, 1), date(2025, 6, 15)) == 15
    assert age_on(date(2012, 2, 29), None, date(2025, 1, 1), date(2025, 2, 28)) == 12
    assert age_on(date(2025, 6, 15), None, date(2025, 1, 1), date(2025, 6, 14)) is None
    assert age_on(None, None, date(2025, 1, 1), date(2025, 6, 14)) is None


@pytest.mark.req("STAT-2")
def test_an_estimate_grows_by_the_full_years_since_it_was_made() -> None:
    assert age_on(None, 15, date(2024, 3, 10), date(2024, 3, 9)) == 15
    assert age_on(None, 15, date(2024, 3, 10), date(2026, 3, 9)) == 16
    assert age_on(None, 15, date(2024, 3, 10), date(2026, 3, 10)) == 17


@pytest.mark.req("STAT-2")
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Girl", "female"), (" F ", "female"), ("niña", "female"), ("nữ", "female"), ("boy", "male"),
        ("Transgénero", "transgender"), ("trans  girl", "transgender"), ("Non-binary", "another"),
        ("declined", "declined"), ("", "not_asked"), ("   ", "not_asked"), ("?", "unknown"), ("tall", "unknown"),
    ],
)  # fmt: skip
def test_a_gender_is_never_guessed(said: str, code: str) -> None:
    assert gender_code(said) == code


@pytest.mark.req("STAT-2")
@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ([], "unknown"), ([""], "unknown"), (["sex", ""], "sex"), (["labor"], "labor"), (["sex", "labor"], "both"),
        (["both", ""], "both"),
    ],
)  # fmt: skip
def test_sex_in_one_referral_and_labor_in_another_are_both(told: list[str], kind: str) -> None:
    assert kind_of(told) == kind


@pytest.mark.req("STAT-2")
def test_entries_of_one_child_are_counted_as_one() -> None:
    assert one_each([1, 2, 3, 9], {3: 2, 2: 1}) == {1: 1, 2: 1, 3: 1, 9: 9}
    assert one_each([1, 2, 3, 4], {1: 2, 2: 3, 3: 1, 4: 2}) == {1: 1, 2: 1, 3: 1, 4: 1}
