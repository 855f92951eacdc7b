"""Words of surveys: groups that hold no account, purposes, states, and figures that single nobody out."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import floor

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SMALLEST = 5
PURPOSES: Mapping[str, str] = {"survey": "Working together", "feedback": "Feedback", "training": "Training"}
# People who are asked by a slip of paper, and of whom no name is kept.
GROUPS: Mapping[str, str] = {
    "youth": "Young people",
    "caregiver": "Caregivers",
    "partner": "Partners without an account",
}
EVERYBODY_ELSE = "Everybody else"
NO_DISCIPLINE = "No discipline given"
STATES: Mapping[str, str] = {"ahead": "Not open yet", "open": "Open", "over": "Over"}
STEP_STATES: Mapping[str, str] = {"open": "Open", "done": "Done", "dropped": "Dropped"}
NOTHING_HERE: Promise = _(  # the same for a code that nobody made, one that was used, and a survey that is over
    "This code opens nothing now. Check each letter. If you have sent your answers already, they have arrived."
)


def how_many(number: int) -> str:
    """In steps of five: an exact number, seen twice, could tell of one person."""
    if number < SMALLEST:
        return f"fewer than {SMALLEST}"
    start = number - number % SMALLEST
    return f"{start} to {start + SMALLEST - 1}"


def figure(mean: Fraction | None) -> str:
    """A mean with one place, rounded down, so that it never stands in a higher band than its words; "" for none."""
    return "" if mean is None else f"{floor(mean * 10) / 10:.1f}"
