"""Who is asked and what became of each; who may send lines; what jumped; which version stands; prosecutors' lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.submission import prosecution
from rightdoor.domain.submission.form import ALL, form_of
from rightdoor.domain.submission.funding import FUNDING, check_funding, check_mode, modes_for
from rightdoor.domain.submission.jumps import LEAST, check_answered, is_jump, jumps_between
from rightdoor.domain.submission.prosecution import Prosecuted
from rightdoor.domain.submission.year import (
    MOST_VERSIONS,
    Entry,
    Version,
    check_decline,
    check_may_answer,
    check_may_freeze,
    check_may_list,
    check_year,
    may_remind,
    next_state,
    next_version,
    reminders_on,
    standing,
    tally,
)
from tests.domain.yearly import PLACES, RAW, SERVICES, form, sound

NOW = datetime(2027, 2, 1, 15, 0, tzinfo=UTC)


# ------------------------------------------------------------------------------------------------------------ funding


@pytest.mark.req("STAT-1")
@pytest.mark.parametrize("law", ["vawa", "voca", "fvpsa"])
def test_money_under_one_of_three_federal_laws_means_totals_alone(law):
    assert modes_for({law, "state"}) == ("totals",)
    assert modes_for({law}, counsel_allows_lines=False) == ("totals",)
    assert modes_for({law}, counsel_allows_lines=None) == ("totals",)
    assert modes_for({law}, counsel_allows_lines=True) == ("totals", "lines")
    with pytest.raises(RuleBroken, match="totals alone"):
        check_mode("lines", {law})


@pytest.mark.parametrize("unsaid", [None, frozenset(), {"moon"}])
def test_unsaid_money_means_totals_alone(unsaid):
    assert modes_for(unsaid) == ("totals",)


def test_other_money_leaves_the_choice_and_totals_come_first():
    assert modes_for({"state"}) == ("totals", "lines")
    assert check_mode("lines", {"hhs", "other"}) == "lines"
    with pytest.raises(RuleBroken):
        check_mode("names", {"state"})


def test_money_is_said_from_the_list_and_none_stands_alone():
    assert check_funding(["state", "voca"]) == {"state", "voca"}
    for wrong in ([], ["moon"], ["none", "state"]):
        with pytest.raises(RuleBroken):
            check_funding(wrong)
    assert check_funding(["none"]) == {"none"}
    assert set(FUNDING) >= {"vawa", "voca", "fvpsa"}


# -------------------------------------------------------------------------------------------------------------- jumps


@pytest.mark.req("STAT-1")
@pytest.mark.parametrize(
    ("before", "now", "jumps"),
    [(357, 447, False), (447, 681, True), (681, 744, False), (927, 759, False), (20, 72, True), (201, 356, True)]
    + [(100, 150, False), (100, 151, True), (100, 50, False), (100, 49, True), (0, 1, True), (0, 0, False)],
)
def test_more_than_half_up_or_down_is_a_jump(before, now, jumps):
    assert is_jump(before, now) is jumps


@pytest.mark.req("STAT-1")
def test_the_whole_is_always_asked_about_and_a_part_from_ten_people_on():
    one = form()
    before, now = sound(), sound()
    now["everybody"] = {(): 25}
    now["place"] = {("north",): 20, ("region:upper",): 3, ("elsewhere",): 2}

    found = jumps_between("provider", (one, before), (one, now))

    assert [(jump.table, jump.codes, jump.before, jump.now) for jump in found] == [
        ("everybody", (), 12, 25),
        ("place", ("north",), 8, 20),
    ]
    assert LEAST == 10
    with pytest.raises(RuleBroken):
        check_answered(found, {("everybody", ()): "true"})
    with pytest.raises(RuleBroken):
        check_answered(found, {("everybody", ()): "true", ("place", ("north",)): "because"})
    check_answered(found, {("everybody", ()): "true", ("place", ("north",)): "more_places"})


def test_a_field_that_came_to_mean_something_else_is_not_compared():
    changed = {**RAW, "lists": [{**RAW["lists"][0], "number": 2, "codes": [{"key": "young", "label": "Under 21"}]}]}
    changed["lists"] += RAW["lists"][1:]
    new = form_of(changed, {"places": PLACES, "services": SERVICES})
    before = sound() | {"age_kind": {("young", "sex"): 40}}
    now = sound() | {"age_kind": {("young", "sex"): 10}}

    compared = {(jump.table, jump.codes) for jump in jumps_between("provider", (form(), before), (new, now))}

    assert ("age_kind", ("young", ALL)) not in compared
    assert ("age_kind", (ALL, "sex")) in compared


# --------------------------------------------------------------------------------------------------------------- list


@pytest.mark.req("STAT-1")
def test_the_share_is_told_of_the_frozen_list_and_late_ones_apart():
    entries = [
        *[Entry("submitted")] * 25,
        *[Entry("nil")] * 3,
        *[Entry("declined")] * 4,
        *[Entry("no_answer")] * 26,
        Entry("submitted", is_late=True),
    ]

    found = tally(entries)

    assert (found.asked, found.answered, found.nil, found.declined, found.no_answer) == (58, 28, 3, 4, 26)
    assert (found.late, found.waiting) == (1, 0)


def test_a_source_counted_from_the_platform_has_answered_and_types_nothing():
    entry = Entry("platform", source="platform")

    assert tally([entry, Entry("asked")]).answered == 1
    with pytest.raises(RuleBroken, match="nothing to type"):
        check_may_answer(entry, frozen_at=NOW, ended_at=None)
    assert next_state(entry, "nil") == "platform"
    assert next_state(entry, "ended") == "platform"


def test_nobody_leaves_a_frozen_list_and_whoever_joins_is_late():
    assert check_may_list(None, is_removal=True) is False
    assert check_may_list(None, is_removal=False) is False
    assert check_may_list(NOW, is_removal=False) is True
    with pytest.raises(RuleBroken, match="frozen"):
        check_may_list(NOW, is_removal=True)


def test_an_empty_list_is_not_frozen_and_none_twice():
    check_may_freeze([Entry("listed")], None)
    for entries, at in (([], None), ([Entry("listed")], NOW)):
        with pytest.raises(RuleBroken):
            check_may_freeze(entries, at)


def test_answers_come_in_while_the_year_is_open():
    check_may_answer(Entry("asked"), frozen_at=NOW, ended_at=None)
    check_may_answer(Entry("submitted"), frozen_at=NOW, ended_at=None)
    for frozen, ended in ((None, None), (NOW, NOW)):
        with pytest.raises(RuleBroken):
            check_may_answer(Entry("asked"), frozen_at=frozen, ended_at=ended)


def test_what_became_of_an_entry():
    assert next_state(Entry("listed"), "asked") == "asked"
    assert next_state(Entry("nil"), "asked") == "nil"
    assert next_state(Entry("declined"), "submitted") == "submitted"
    assert next_state(Entry("submitted"), "nil") == "nil"
    assert next_state(Entry("asked"), "declined") == "declined"
    assert next_state(Entry("asked"), "ended") == "no_answer"
    assert next_state(Entry("nil"), "ended") == "nil"
    with pytest.raises(RuleBroken):
        next_state(Entry("submitted"), "declined")
    assert check_decline("federal_law") == "federal_law"
    with pytest.raises(RuleBroken):
        check_decline("")


def test_a_year_opens_once_it_is_over():
    check_year(2026, date(2027, 1, 2), date(2027, 2, 1))
    for year, opens, due in (
        (2026, date(2026, 12, 31), date(2027, 2, 1)),
        (2026, date(2027, 2, 1), date(2027, 2, 1)),
        (26, date(2027, 1, 2), date(2027, 2, 1)),
        (2026, date(2027, 1, 2), date(2029, 2, 1)),
    ):
        with pytest.raises(RuleBroken):
            check_year(year, opens, due)


# ---------------------------------------------------------------------------------------------- versions and reminders


@pytest.mark.req("STAT-1")
def test_a_correction_stands_above_what_it_corrects_and_a_report_frozen_before_it_stays():
    first, second = Version(1, NOW), Version(2, NOW + timedelta(days=9), is_nil=True)

    assert standing([second, first], NOW + timedelta(days=30)) == second
    assert standing([second, first], NOW + timedelta(days=1)) == first
    assert standing([first], NOW - timedelta(seconds=1)) is None
    assert next_version([]) == 1
    assert next_version([first, second]) == 3
    with pytest.raises(RuleBroken):
        next_version([replace(first, number=at + 1) for at in range(MOST_VERSIONS)])


def test_reminders_stand_around_the_last_day_and_come_to_those_alone_who_have_not_answered():
    days = reminders_on(date(2027, 2, 1))

    assert days == (date(2027, 1, 2), date(2027, 1, 18), date(2027, 1, 29), date(2027, 2, 8), date(2027, 2, 22))
    assert may_remind(Entry("asked"), None, NOW)
    assert may_remind(Entry("asked"), NOW - timedelta(days=3), NOW)
    assert not may_remind(Entry("asked"), NOW - timedelta(days=2), NOW)
    for state in ("listed", "submitted", "nil", "declined", "platform"):
        assert not may_remind(Entry(state), None, NOW)


# -------------------------------------------------------------------------------------------------------- prosecution

LINE = Prosecuted("north", "law-1", "64A", "convicted", "2026-05", 5_000, 1_000, None, ("shelter",))
KNOWN = {"areas": {"north"}, "statutes": {"law-1"}, "services": {"shelter"}}


@pytest.mark.req("STAT-1")
def test_a_line_of_a_prosecutor_is_codes_a_month_and_whole_dollars():
    assert prosecution.faults_of(2, LINE, 2026, **KNOWN) == ()


@pytest.mark.req("STAT-1")
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"area": "Invented"}, "area"),
        ({"statute": "law-2"}, "statute"),
        ({"nibrs": "09A"}, "nibrs"),
        ({"disposition": "won"}, "disposition"),
        ({"services": ("song",)}, "services"),
        ({"sentenced": "2026-05-04"}, "sentenced"),
        ({"sentenced": "2026-13"}, "sentenced"),
        ({"sentenced": "2025-05"}, "sentenced"),
        ({"disposition": "acquitted", "restitution_ordered": None, "restitution_paid": None}, "sentenced"),
        ({"restitution_paid": 5_001}, "restitution_paid"),
        ({"restitution_ordered": None}, "restitution_paid"),
        ({"forfeited": -1}, "forfeited"),
        ({"disposition": "pending", "sentenced": ""}, "restitution_ordered"),
    ],
)
def test_what_does_not_fit_is_named_by_its_field(changed, field):
    assert [one.field for one in prosecution.faults_of(2, replace(LINE, **changed), 2026, **KNOWN)] == [field]
