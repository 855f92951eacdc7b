"""Options laid open: at least two, nothing chosen beforehand, what is kept back has its reason. (practice.md 5.3)"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.shared_decision import (
    DECIDERS,
    OUTCOMES,
    Choice,
    Option,
    check_may_look_back,
    check_may_record,
    followed,
)

TODAY = date(2026, 3, 10)
LATER = TODAY + timedelta(days=14)
OPEN, WAIT = Option("The school nearby", "Friends", "Known there"), Option("Not now", "Rest", "Time", is_not_now=True)
UNSAFE = Option("Back to the flat", "Own things", "Danger", is_limited=True, why="He has a key")
WHOLE = Choice("Which school", (OPEN, WAIT), "A friend", preference=0, chosen=0, decided_by="client")

pytestmark = pytest.mark.req("CASE-4")


def test_two_options_are_enough_and_one_may_be_not_now():
    check_may_record(WHOLE, TODAY)
    check_may_record(replace(WHOLE, preference=None, chosen=None, decided_by="", revisit_on=LATER), TODAY)


@pytest.mark.parametrize(
    "changed",
    [
        {"decision": " "},
        {"options": ()},
        {"options": (OPEN,)},
        {"options": (OPEN, OPEN)},
        {"options": (OPEN, replace(WAIT, words=" "))},
        {"options": (OPEN, replace(WAIT, benefits=""))},
        {"options": (OPEN, replace(WAIT, risks=""))},
        {"options": (WAIT, replace(WAIT, words="Later"))},
        {"options": (OPEN, replace(UNSAFE, why=" "))},
        {"options": tuple(replace(OPEN, words=f"Option {at}") for at in range(9))},
        {"preference": 2},
        {"chosen": -1},
        {"chosen": None},
        {"decided_by": ""},
        {"chosen": 1},  # not as the client wanted, and no word why
        {"chosen": None, "decided_by": "", "revisit_on": None},
        {"revisit_on": TODAY},
    ],
)
def test_what_is_not_whole_is_refused(changed):
    with pytest.raises(RuleBroken):
        check_may_record(replace(WHOLE, **changed), TODAY)


@given(st.sampled_from(DECIDERS))
def test_what_is_not_safe_enough_is_decided_by_an_agency_or_a_court_alone(decider):
    choice = replace(WHOLE, options=(OPEN, UNSAFE), preference=1, chosen=1, decided_by=decider)
    if decider in {"agency", "court"}:
        check_may_record(choice, TODAY)
    else:
        with pytest.raises(RuleBroken):
            check_may_record(choice, TODAY)


@given(st.none() | st.integers(0, 1), st.none() | st.integers(0, 1))
def test_whether_it_went_as_wanted_is_known_only_where_both_are(preference, chosen):
    answer = followed(replace(WHOLE, preference=preference, chosen=chosen))

    assert answer is (None if preference is None or chosen is None else preference == chosen)


def test_a_decision_is_looked_at_again_once_with_an_outcome_that_the_field_knows():
    for outcome in OUTCOMES:
        check_may_look_back(revisited=False, outcome=outcome, revisit_on=None, today=TODAY)
    for changed in ({"revisited": True}, {"outcome": ""}, {"revisit_on": TODAY}):
        with pytest.raises(RuleBroken):
            check_may_look_back(
                **({"revisited": False, "outcome": "partly", "revisit_on": LATER, "today": TODAY} | changed)
            )
    with pytest.raises(KeyError):
        check_may_look_back(revisited=False, outcome="splendid", revisit_on=None, today=TODAY)
    with pytest.raises(KeyError):
        check_may_record(replace(WHOLE, decided_by="nobody"), TODAY)
