"""What is kept how long, what must not go, and who may let it go."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.retention import Hold, Request, Rule, check_may_dispose, is_held, kept_until

NOW = datetime(2040, 5, 1, 12, tzinfo=UTC)
TODAY = date(2040, 5, 1)
RULES = (Rule("", 7), Rule("HLTH", 6, until_age=25), Rule("LE", 10), Rule("EDU", 1, draft=True))
ENDED, BORN = date(2030, 2, 28), date(2012, 2, 29)


@pytest.mark.req("PRIV-6")
@pytest.mark.parametrize(
    ("classes", "ended", "born", "until"),
    [
        (["CORE"], ENDED, BORN, date(2037, 2, 28)),
        (["CORE", "LE"], ENDED, BORN, date(2040, 2, 28)),  # the longest decides
        (["HLTH"], ENDED, BORN, date(2037, 2, 28)),  # 25 on a day that the year does not have
        (["HLTH"], ENDED, date(2028, 1, 1), date(2053, 1, 1)),
        (["HLTH"], ENDED, None, date(2055, 2, 28)),  # birth date not known: kept as for a newborn
        (["CORE"], None, BORN, None),  # the case is open
        (["CORE", "EDU"], ENDED, BORN, None),  # nothing goes under a draft
        ([], ENDED, BORN, None),
    ],
)
def test_a_record_is_kept_as_long_as_its_longest_rule(
    classes: list[str], ended: date | None, born: date | None, until: date | None
) -> None:
    assert kept_until(classes, RULES, ended_on=ended, born_on=born) == until


def test_a_class_without_any_rule_is_kept() -> None:
    assert kept_until(["ID"], (Rule("LE", 10),), ended_on=ENDED, born_on=BORN) is None


@pytest.mark.req("PRIV-6")
def test_a_hold_runs_from_when_it_is_placed_until_it_is_lifted() -> None:
    hold = Hold("H1", "CHILD", NOW, NOW + timedelta(days=2))
    assert not is_held("CHILD", [hold], NOW - timedelta(seconds=1))
    assert is_held("CHILD", [hold], NOW)
    assert not is_held("CHILD", [hold], NOW + timedelta(days=2))
    assert not is_held("OTHER", [hold], NOW)
    assert is_held("OTHER", [Hold("H2", "", NOW)], NOW + timedelta(days=900))


ASKED = Request("CHILD", "schedule", "ANNA", TODAY)


@pytest.mark.req("PRIV-6")
@pytest.mark.parametrize(
    ("request_", "approver", "holds", "word"),
    [
        (ASKED, "ANNA", [], "second person"),
        (ASKED, "", [], "second person"),
        (ASKED, "BELA", [Hold("H", "CHILD", NOW)], "legal hold"),
        (Request("CHILD", "schedule", "ANNA", TODAY + timedelta(days=1)), "BELA", [], "not let this record go yet"),
        (Request("CHILD", "schedule", "ANNA", None), "BELA", [], "not let this record go yet"),
        (Request("CHILD", "court_expungement", "ANNA", None), "BELA", [], "number of the court's order"),
        (Request("CHILD", "tidying", "ANNA", TODAY), "BELA", [], "Say why"),
    ],
)
def test_a_disposal_is_refused(request_: Request, approver: str, holds: list[Hold], word: str) -> None:
    with pytest.raises(RuleBroken, match=word):
        check_may_dispose(request_, approver=approver, holds=holds, now=NOW, today=TODAY)


@pytest.mark.req("PRIV-6")
def test_two_people_may_let_go_what_is_due_or_what_a_court_orders() -> None:
    check_may_dispose(ASKED, approver="BELA", holds=[], now=NOW, today=TODAY)
    ordered = Request("CHILD", "court_expungement", "ANNA", None, authority="2040-J-17")
    check_may_dispose(ordered, approver="BELA", holds=[Hold("H", "OTHER", NOW)], now=NOW, today=TODAY)
    check_may_dispose(Request("CHILD", "client_request", "ANNA", None), approver="BELA", holds=[], now=NOW, today=TODAY)
