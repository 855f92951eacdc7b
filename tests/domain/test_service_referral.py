"""Days of a followed referral, steps that can follow each other, what may go along, and who is owed an advocate."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.report_flow import Hop, ReportFacts
from rightdoor.domain.service_referral import (
    ASKED,
    ENDED_STATES,
    STATES,
    TRANSITIONS,
    FollowUp,
    advocacy_duty,
    check_disclosure,
    check_step,
    due_next,
)

SENT = date(2026, 3, 10)
SPANS = FollowUp(acceptance_days=7, first_contact_days=14, outcome_days=30)
FUNDED = Hop(
    "advocacy", "a", "b", "advocacy_desk", when=({"victim_status": "confirmed", "trafficking_kind": "sex"},), max_age=17
)


def after(days: int) -> date:
    return SENT + timedelta(days=days)


@pytest.mark.req("CASE-5")
@pytest.mark.parametrize(
    ("state", "agreed", "expected"),
    [
        ("sent", None, after(7)),
        ("sent", after(3), after(3)),
        ("sent", after(20), after(7)),
        ("accepted", None, after(14)),
        ("accepted", after(20), after(20)),
        ("contacted", None, after(40)),
        ("started", after(3), after(40)),
    ],
)
def test_the_next_news_is_due_by_the_state_the_agreed_day_and_the_last_step(
    state: str, agreed: date | None, expected: date
) -> None:
    assert due_next(state, SENT, after(10), agreed, SPANS) == expected


@pytest.mark.req("CASE-5")
def test_what_has_ended_is_not_due_and_every_open_state_leads_to_an_end() -> None:
    assert {state for state in STATES if due_next(state, SENT, SENT, None, SPANS) is None} == ENDED_STATES
    assert all(TRANSITIONS[state] & ENDED_STATES for state in set(STATES) - ENDED_STATES)


@pytest.mark.req("CASE-5")
@pytest.mark.parametrize(
    ("state", "new", "told"),
    [
        ("completed", "started", {}),
        ("sent", "completed", {}),
        ("completed", ASKED, {}),
        ("sent", "accepted", {"happened_on": after(11)}),
        ("accepted", "contacted", {"happened_on": after(4)}),
        ("sent", "declined", {"why": "full"}),
        ("sent", "declined", {"declined_by": "provider", "why": " "}),
        ("sent", "not_reached", {}),
    ],
)
def test_a_step_that_cannot_be_is_refused(state: str, new: str, told: dict[str, object]) -> None:
    with pytest.raises(RuleBroken):
        check_step(state, new, **{"happened_on": after(10), "last_on": after(5), "today": after(10), **told})


@pytest.mark.req("CASE-5")
@pytest.mark.parametrize(
    ("has_agency", "has_release", "classes", "released"),
    [
        (True, False, {"ID"}, {"ID"}),
        (False, True, {"ID"}, {"ID"}),
        (True, True, set(), {"ID"}),
        (True, True, {"ID", "MH"}, {"ID"}),
    ],
)
def test_nothing_goes_along_but_what_a_release_to_that_agency_names(
    has_agency: bool, has_release: bool, classes: set[str], released: set[str]
) -> None:
    with pytest.raises(RuleBroken):
        check_disclosure(
            has_agency=has_agency, has_release=has_release, classes=frozenset(classes), released=frozenset(released)
        )
    check_disclosure(has_agency=True, has_release=True, classes=frozenset({"ID"}), released=frozenset({"ID", "CORE"}))
    check_disclosure(has_agency=False, has_release=False, classes=frozenset(), released=frozenset())


@pytest.mark.req("CASE-5")
@pytest.mark.parametrize(
    ("status", "kind", "age", "owed", "funded"),
    [
        ("confirmed", "sex", 17, True, True),
        ("confirmed", "sex", 18, True, False),
        ("confirmed", "labor", 15, True, False),
        ("confirmed", None, 15, True, None),
        ("confirmed", "sex", None, True, None),
        ("suspected", "sex", 15, False, False),
        (None, "sex", 15, False, None),
    ],
)
def test_each_confirmed_victim_is_owed_an_advocate_whoever_pays(
    status: str | None, kind: str | None, age: int | None, owed: bool, funded: bool | None
) -> None:
    facts = ReportFacts(None, None, kind, status, age)  # type: ignore[arg-type]
    duty = advocacy_duty(facts, FUNDED, is_answered=False)
    assert (duty.owed, duty.funded) == (owed, funded)
    assert advocacy_duty(facts, FUNDED, is_answered=True).owed is False
    assert advocacy_duty(facts, None, is_answered=False).funded is None
