"""Each alert of legal relief on its edge days: the day before, the day itself, the day after."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rightdoor.domain.legal_relief import Alert, AlertRule, Known, alerts_of, span_in_months

PRINTED = AlertRule("printed_end", days=(90, 60, 30), after="granted")
CHILD_LETTER = AlertRule("age", ages=("17y0m", "17y6m", "17y9m", "17y11m"), limit="18y", until="requested")
PREDICATE_ORDER = AlertRule("age", ages=("17y",), limit="18y", until="predicate_order")
CERTIFICATION = AlertRule("window", days=(90, 60, 30), after="signed", until="filed", span="6m")
REPARATIONS = AlertRule("window", days=(180, 90, 60, 30), after="injury", until="applied", span="1y", asks_start=True)
INTERIM = AlertRule("window", days=(30, 14, 7), after="interim_letter", until="eligibility_letter", span_days=90)
NOTIFY = AlertRule("window", after="learned", until="notified", span_days=1, asks_start=True)
OBJECTION = AlertRule("window", after="notice", until="decided", span_days=60)
RECORD_RELIEF = AlertRule("ready", after="disposition_completed", until="motion")
BORN = date(2008, 8, 31)
TODAY = date(2026, 3, 10)


def asked(rule: AlertRule, today: date, *, born: date | None = BORN, end: date | None = None, **steps: date):
    found = alerts_of([rule], Known(steps, end), born, today)
    return found[0] if found else None


@pytest.mark.req("CASE-9")
@pytest.mark.parametrize(
    ("left", "state", "stage"),
    [(91, None, ""), (90, "soon", "90"), (61, "soon", "90"), (60, "soon", "60"), (31, "soon", "60"),
     (30, "last_days", "30"), (1, "last_days", "30"), (0, "last_days", "30"), (-1, "over", "")],
)  # fmt: skip
def test_a_printed_date_is_told_of_90_60_and_30_days_before_and_when_it_is_over(left, state, stage):
    end = TODAY + timedelta(days=left)
    got = asked(PRINTED, TODAY, end=end, granted=TODAY)
    assert got == (None if state is None else Alert(0, state, end, stage))


@pytest.mark.req("CASE-9")
def test_granted_without_its_printed_date_asks_for_the_date_and_computes_none():
    got = asked(PRINTED, TODAY, granted=date(2024, 3, 1))
    assert got == Alert(0, "establish", lacks="printed_end")
    assert asked(PRINTED, TODAY) is None  # nothing was granted yet


@pytest.mark.req("CASE-9")
@pytest.mark.parametrize(
    ("today", "state", "stage"),
    [
        (date(2025, 8, 30), None, ""),
        (date(2025, 8, 31), "soon", "17y0m"),
        (date(2026, 2, 27), "soon", "17y0m"),
        (date(2026, 2, 28), "soon", "17y6m"),  # there is no February 31: the earlier day
        (date(2026, 5, 30), "soon", "17y6m"),
        (date(2026, 5, 31), "soon", "17y9m"),
        (date(2026, 7, 30), "soon", "17y9m"),
        (date(2026, 7, 31), "last_days", "17y11m"),
        (date(2026, 8, 30), "last_days", "17y11m"),
        (date(2026, 8, 31), "over", "18y"),
    ],
)
def test_the_child_letter_is_told_of_at_17_and_in_its_last_months_without_a_day(today, state, stage):
    got = asked(CHILD_LETTER, today)
    assert got == (None if state is None else Alert(0, state, None, stage))


@pytest.mark.req("CASE-9")
@pytest.mark.parametrize("rule", [CHILD_LETTER, PREDICATE_ORDER])
def test_an_unknown_birth_date_is_an_alert_to_establish_it_never_silence(rule):
    assert asked(rule, TODAY, born=None) == Alert(0, "establish", lacks="birth_date")


@pytest.mark.req("CASE-9")
def test_what_was_asked_for_in_time_is_silent_with_and_without_a_birth_date():
    assert asked(CHILD_LETTER, date(2026, 8, 30), requested=TODAY) is None
    assert asked(CHILD_LETTER, date(2026, 8, 30), born=None, requested=TODAY) is None


@pytest.mark.req("CASE-9")
def test_the_order_of_a_juvenile_court_is_told_of_from_the_17th_birthday():
    assert asked(PREDICATE_ORDER, date(2025, 8, 30)) is None
    assert asked(PREDICATE_ORDER, date(2025, 8, 31)) == Alert(0, "soon", None, "17y")
    assert asked(PREDICATE_ORDER, date(2026, 8, 31)) == Alert(0, "over", None, "18y")


@pytest.mark.req("CASE-9")
def test_born_on_february_29_is_told_of_a_day_early_never_late():
    assert asked(PREDICATE_ORDER, date(2025, 2, 27), born=date(2008, 2, 29)) is None
    assert asked(PREDICATE_ORDER, date(2025, 2, 28), born=date(2008, 2, 29)) == Alert(0, "soon", None, "17y")


@pytest.mark.req("CASE-9")
@pytest.mark.parametrize(
    ("today", "state", "stage"),
    [
        (date(2026, 5, 29), None, ""),  # 91 days before
        (date(2026, 5, 30), "soon", "90"),
        (date(2026, 6, 29), "soon", "60"),
        (date(2026, 7, 29), "last_days", "30"),
        (date(2026, 8, 28), "last_days", "30"),
        (date(2026, 8, 29), "over", ""),
    ],
)
def test_a_certification_must_be_filed_within_six_months_of_its_signature(today, state, stage):
    got = asked(CERTIFICATION, today, signed=date(2026, 2, 28))
    assert got == (None if state is None else Alert(0, state, date(2026, 8, 28), stage))
    assert asked(CERTIFICATION, today, signed=date(2026, 2, 28), filed=date(2026, 4, 1)) is None


@pytest.mark.req("CASE-9")
def test_reparations_run_a_year_from_the_injury_and_an_unknown_injury_is_asked_for():
    injury = date(2025, 4, 1)
    assert asked(REPARATIONS, date(2025, 10, 2), injury=injury) is None  # 181 days before
    assert asked(REPARATIONS, date(2025, 10, 3), injury=injury) == Alert(0, "soon", date(2026, 4, 1), "180")
    assert asked(REPARATIONS, date(2026, 4, 1), injury=injury) == Alert(0, "last_days", date(2026, 4, 1), "30")
    assert asked(REPARATIONS, date(2026, 4, 2), injury=injury) == Alert(0, "over", date(2026, 4, 1))
    assert asked(REPARATIONS, TODAY) == Alert(0, "establish", lacks="injury")
    assert asked(REPARATIONS, date(2026, 4, 2), injury=injury, applied=TODAY) is None


@pytest.mark.req("CASE-9")
def test_interim_help_runs_ninety_days_from_its_letter():
    letter = date(2026, 3, 10)
    assert asked(INTERIM, date(2026, 5, 8), interim_letter=letter) is None  # 31 days before
    assert asked(INTERIM, date(2026, 5, 9), interim_letter=letter) == Alert(0, "soon", date(2026, 6, 8), "30")
    assert asked(INTERIM, date(2026, 6, 8), interim_letter=letter) == Alert(0, "last_days", date(2026, 6, 8), "7")
    assert asked(INTERIM, date(2026, 6, 9), interim_letter=letter) == Alert(0, "over", date(2026, 6, 8))
    assert asked(INTERIM, TODAY) is None  # no letter, nothing runs


@pytest.mark.req("CASE-9")
def test_the_day_within_which_to_tell_begins_when_it_was_learned():
    assert asked(NOTIFY, TODAY, learned=TODAY) == Alert(0, "last_days", TODAY + timedelta(days=1))
    assert asked(NOTIFY, TODAY + timedelta(days=2), learned=TODAY) == Alert(0, "over", TODAY + timedelta(days=1))
    assert asked(NOTIFY, TODAY) == Alert(0, "establish", lacks="learned")


@pytest.mark.req("CASE-9")
def test_the_time_for_objections_runs_sixty_days_from_the_notice():
    assert asked(OBJECTION, TODAY, notice=TODAY) == Alert(0, "soon", TODAY + timedelta(days=60))
    assert asked(OBJECTION, TODAY, notice=TODAY - timedelta(days=30)) == Alert(
        0, "last_days", TODAY + timedelta(days=30)
    )
    assert asked(OBJECTION, TODAY, notice=TODAY - timedelta(days=61)) == Alert(0, "over", TODAY - timedelta(days=1))


@pytest.mark.req("CASE-9")
def test_relief_of_an_adjudication_may_be_asked_for_once_the_disposition_is_complete():
    assert asked(RECORD_RELIEF, TODAY) is None
    assert asked(RECORD_RELIEF, TODAY, disposition_completed=TODAY) == Alert(0, "ready")
    assert asked(RECORD_RELIEF, TODAY, disposition_completed=TODAY, motion=TODAY) is None


@pytest.mark.req("CASE-9")
def test_a_settled_item_is_silent():
    known = Known({"granted": TODAY}, TODAY, is_settled=True)
    assert alerts_of([PRINTED, CHILD_LETTER], known, None, TODAY) == []


@pytest.mark.parametrize(("text", "months"), [("17y6m", 210), ("6m", 6), ("1y", 12), ("18y0m", 216)])
def test_spans_are_read_as_months(text, months):
    assert span_in_months(text) == months


@pytest.mark.parametrize("text", ["", "6", "17 years", "m", "y"])
def test_anything_else_is_no_span(text):
    with pytest.raises(ValueError):
        span_in_months(text)
