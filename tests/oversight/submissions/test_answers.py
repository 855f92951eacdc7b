"""The list, asking, answering, correcting, declining, closing, letting go."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection

from rightdoor.community.partners.models import Agency
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.submission.rows import PersonRow
from rightdoor.domain.submission.year import tally
from rightdoor.foundation.access.viewers import NOBODY, system_viewer
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.notices.models import Notice
from rightdoor.oversight.submissions import actions, queries
from rightdoor.oversight.submissions.actions import About
from rightdoor.oversight.submissions.models import Answer, Listed
from tests.oversight.submissions.conftest import ABOUT, VOCA, Scene, totals


def again(listed: Listed) -> Listed:
    return Listed.objects.select_related("year").get(pk=listed.pk)


def how_it_stands(scene: Scene):
    return tally(queries.entry_of(one) for one in Listed.objects.filter(year=scene.year))


@pytest.mark.req("STAT-1")
def test_freezing_asks_everybody_and_tells_the_heads(scene):
    assert {one.state for one in Listed.objects.filter(year=scene.year)} == {"asked"}
    assert Notice.objects.filter(kind="submission.asked", code=scene.listed.code, account_code=scene.head.code).exists()
    assert not Notice.objects.filter(kind="submission.asked", account_code=scene.keeper.code).exists()


@pytest.mark.req("STAT-1")
def test_nobody_leaves_a_frozen_list_and_a_late_source_is_outside_of_the_share(scene):
    with pytest.raises(RuleBroken):
        actions.unlist_source(scene.keeper, scene.listed, now=scene.now)
    late = Agency.objects.create(name="Late Invention", discipline="victim_advocacy")

    entry = actions.list_source(scene.keeper, scene.year, agency=late.code, kind="provider", now=scene.now)

    assert (entry.is_late, again(entry).state) == (True, "asked")
    assert how_it_stands(scene).asked == 3


@pytest.mark.req("STAT-1")
def test_totals_are_taken_sealed_and_read_again(scene):
    answer = actions.send_totals(scene.head, scene.listed, about=VOCA, totals=totals(), now=scene.now)

    assert again(scene.listed).state == "submitted"
    body = queries.body_for_source(scene.head, again(scene.listed), scene.now)
    assert body is not None
    assert body.totals == totals()
    with connection.cursor() as cursor:
        cursor.execute("SELECT body_sealed FROM submissions_answer WHERE code = %s", [answer.code])
        (kept,) = cursor.fetchone()
    assert b"orleans" not in bytes(kept)
    assert b"confirmed" not in bytes(kept)


@pytest.mark.req("STAT-1")
def test_tables_that_do_not_add_up_leave_nothing_behind(scene):
    wrong = totals()
    wrong["origin"] = {("orleans",): 19}

    with pytest.raises(RuleBroken):
        actions.send_totals(scene.head, scene.listed, about=VOCA, totals=wrong, now=scene.now)

    assert not Answer.objects.exists()
    assert again(scene.listed).state == "asked"


@pytest.mark.req("STAT-1")
def test_a_correction_stands_above_and_the_first_answer_stays(scene):
    actions.send_totals(scene.head, scene.listed, about=VOCA, totals=totals(20), now=scene.now)
    later = scene.now + timedelta(days=3)
    actions.send_totals(scene.head, scene.listed, about=VOCA, totals=totals(24), now=later)

    assert [one.number for one in queries.versions_of(scene.listed)] == [2, 1]
    entry = again(scene.listed)
    first = queries.standing_answer(entry, scene.now + timedelta(days=1))
    second = queries.standing_answer(entry, later)
    assert first is not None
    assert second is not None
    assert (first.number, second.number) == (1, 2)
    _, body = queries.read_answer(scene.keeper, entry, 1)
    assert body.totals["everybody"] == {(): 20}


@pytest.mark.req("STAT-1")
def test_nobody_served_is_one_click_and_stands_once(scene):
    first = actions.say_nobody(scene.head, scene.listed, role="director", now=scene.now)
    second = actions.say_nobody(scene.head, scene.listed, role="director", now=scene.now)

    assert first == second
    assert again(scene.listed).state == "nil"
    assert (how_it_stands(scene).answered, how_it_stands(scene).nil) == (1, 1)


@pytest.mark.req("STAT-1")
def test_federal_money_takes_no_lines_unless_counsel_approved(scene):
    rows = [line() for _ in range(3)]
    with pytest.raises(RuleBroken, match="totals"):
        actions.send_lines(scene.head, scene.listed, about=VOCA, rows=rows, now=scene.now)

    actions.allow_lines(scene.keeper, scene.listed, now=scene.now)
    answer = actions.send_lines(scene.head, again(scene.listed), about=VOCA, rows=rows, now=scene.now)

    assert answer.mode == "lines"


@pytest.mark.req("STAT-1")
def test_an_agency_that_keeps_its_records_apart_sends_totals_whatever_it_says_of_its_money(scene):
    Agency.objects.filter(code=scene.listed.agency_code).update(keeps_own_records=True)

    with pytest.raises(RuleBroken):
        actions.send_lines(scene.head, scene.listed, about=ABOUT, rows=[line()], now=scene.now)


@pytest.mark.req("STAT-1")
def test_lines_keep_a_region_where_few_were_served_and_nothing_of_the_area(scene):
    rows = [line(place="orleans") for _ in range(12)] + [line(place="jefferson") for _ in range(11)]

    actions.send_lines(scene.head, scene.listed, about=ABOUT, rows=rows, now=scene.now)

    body = queries.body_for_source(scene.head, again(scene.listed), scene.now)
    assert body is not None
    assert {one.one("place") for one in body.lines} == {"orleans", "region:greater-new-orleans"}
    assert body.totals["everybody"] == {(): 23}


@pytest.mark.req("STAT-1")
def test_a_figure_that_changed_by_more_than_half_wants_a_reason(scene):
    earlier = actions.begin_year(
        scene.keeper, year=2024, opens_on=date(2025, 1, 5), due_on=date(2025, 4, 1), now=scene.now
    )
    before = actions.list_source(scene.keeper, earlier, agency=scene.listed.agency_code, kind="provider", now=scene.now)
    actions.freeze_list(scene.keeper, earlier, now=scene.now)
    actions.send_totals(scene.head, again(before), about=VOCA, totals=totals(8), now=scene.now)
    jumps = queries.jumps_of(scene.listed, totals(40), scene.now)
    assert ("everybody", ()) in {(one.table, one.codes) for one in jumps}

    with pytest.raises(RuleBroken):
        actions.send_totals(scene.head, scene.listed, about=VOCA, totals=totals(40), now=scene.now)
    why = {(one.table, one.codes): "more_places" for one in jumps}
    actions.send_totals(scene.head, scene.listed, about=VOCA, totals=totals(40), why=why, now=scene.now)

    _, body = queries.read_answer(scene.keeper, again(scene.listed), 1)
    assert body.why["everybody", ()] == "more_places"


@pytest.mark.req("STAT-1")
def test_a_code_opens_the_entry_and_a_new_one_ends_it(scene):
    first = actions.make_code(scene.keeper, scene.unnamed, after=0, now=scene.now)
    same = actions.make_code(scene.keeper, scene.unnamed, after=0, now=scene.now)
    assert first == same
    entry = queries.entry_at(first.lower().replace("-", " "), scene.now)
    assert entry is not None
    actions.send_totals(NOBODY, entry, about=VOCA, totals=totals(), now=scene.now)

    second = actions.make_code(scene.keeper, scene.unnamed, after=1, now=scene.now)

    assert queries.entry_at(first, scene.now) is None
    with pytest.raises(NotVisible):
        actions.say_nobody(NOBODY, entry, role="director", now=scene.now)
    assert queries.entry_at(second, scene.now) is not None
    assert queries.entry_at(second, scene.now + timedelta(days=121)) is None
    assert not Listed.objects.filter(link_digest__contains=second.replace("-", "")).exists()


@pytest.mark.req("STAT-1")
def test_another_agency_and_another_role_answer_nothing(scene, coordinator):
    for viewer in (scene.other_head, coordinator, scene.keeper):
        with pytest.raises(NotPermitted):
            actions.send_totals(viewer, scene.listed, about=VOCA, totals=totals(), now=scene.now)
    with pytest.raises(NotVisible):  # without a code that holds
        actions.send_totals(NOBODY, scene.unnamed, about=VOCA, totals=totals(), now=scene.now)
    assert not Answer.objects.exists()


@pytest.mark.req("STAT-1")
def test_what_a_source_answered_opens_to_the_keeper_alone_and_with_an_event(scene, coordinator):
    actions.send_totals(scene.head, scene.listed, about=VOCA, totals=totals(), now=scene.now)
    for viewer in (scene.other_head, scene.head, coordinator):
        with pytest.raises(NotPermitted):
            queries.read_answer(viewer, scene.listed, 1)

    before = AuditEvent.objects.filter(verb="submission.read").count()
    queries.read_answer(scene.keeper, scene.listed, 1)

    assert AuditEvent.objects.filter(verb="submission.read").count() == before + 1


@pytest.mark.req("STAT-1")
def test_who_reads_figures_of_one_region_does_not_keep_the_states_list(scene):
    from tests.people import make_person

    regional = make_person("Rita Region", now=scene.now, roles=(("state_analyst", "capital"),))

    with pytest.raises(NotPermitted):
        queries.years_for(regional)
    with pytest.raises(NotPermitted):
        actions.remind(regional, scene.year, now=scene.now)


def test_reminders_come_to_those_who_have_not_answered_once_in_three_days(scene):
    actions.say_nobody(scene.head, scene.listed, role="director", now=scene.now)
    Notice.objects.all().delete()

    assert actions.remind(scene.keeper, scene.year, now=scene.now) == 1
    assert actions.remind(scene.keeper, scene.year, now=scene.now + timedelta(days=1)) == 0

    told = set(Notice.objects.filter(kind="submission.asked").values_list("account_code", flat=True))
    assert told == {scene.other_head.code}


@pytest.mark.req("STAT-1")
def test_a_closed_year_says_who_gave_no_answer_and_takes_none(scene):
    actions.decline(scene.other_head, scene.other, reason="federal_law", now=scene.now)
    actions.end_year(scene.keeper, scene.year, now=scene.now)

    found = how_it_stands(scene)
    assert (found.declined, found.no_answer) == (1, 2)
    with pytest.raises(RuleBroken):
        actions.send_totals(scene.head, again(scene.listed), about=VOCA, totals=totals(), now=scene.now)

    scene.year.refresh_from_db()
    actions.reopen_year(scene.keeper, scene.year, now=scene.now)
    actions.send_totals(scene.head, again(scene.listed), about=VOCA, totals=totals(), now=scene.now)
    assert how_it_stands(scene).answered == 1


def test_whoever_declined_may_answer_after_all(scene):
    actions.decline(scene.other_head, scene.other, reason="no_staff", now=scene.now)
    actions.send_totals(scene.other_head, again(scene.other), about=VOCA, totals=totals(), now=scene.now)

    entry = again(scene.other)
    assert (entry.state, entry.reason) == ("submitted", "")


@pytest.mark.req("STAT-1")
def test_a_source_in_the_platform_types_nothing_and_is_counted_once(scene):
    Listed.objects.filter(pk=scene.other.pk).update(source="platform", state="platform")
    actions.send_totals(scene.head, scene.listed, about=VOCA, totals=totals(), now=scene.now)

    with pytest.raises(RuleBroken, match="nothing to type"):
        actions.send_totals(scene.other_head, again(scene.other), about=VOCA, totals=totals(), now=scene.now)

    counted = queries.counted_for(scene.keeper, scene.year, scene.now)
    assert [one.entry for one in counted] == [scene.listed.code]
    assert counted[0].totals == totals()


@pytest.mark.req("STAT-1")
def test_answers_are_destroyed_after_six_years_and_what_became_of_each_stays(scene):
    actions.send_totals(scene.head, scene.listed, about=VOCA, totals=totals(), now=scene.now)
    late = scene.now + timedelta(days=365 * 6 + 30)
    assert actions.let_go(system_viewer("test"), now=scene.now + timedelta(days=365 * 5)) == 0

    assert actions.let_go(system_viewer("test"), now=late) == 3

    assert Answer.objects.get().body_sealed is None
    assert again(scene.listed).state == "submitted"
    assert actions.let_go(system_viewer("test"), now=late) == 0


def test_a_role_and_services_come_from_the_lists(scene):
    for about in (
        About(["state"], "", ["housing"], []),
        About([], "director", ["housing"], []),
        About(["state"], "director", ["housing", "songs"], []),
        About(["state"], "director", ["housing"], ["atlantis"]),
        About(["state"], "director", [], []),
    ):
        with pytest.raises(RuleBroken):
            actions.send_totals(scene.head, scene.listed, about=about, totals=totals(), now=scene.now)


def line(**told: str) -> PersonRow:
    said = {
        "status": "confirmed",
        "basis": "told",
        "kind": "sex",
        "age": "a13_17",
        "gender": "female",
        "race": "black",
        "place": "orleans",
        "origin": "orleans",
        "relation": "family",
        "standing": "new",
        "services": "housing",
        "outcome": "active_engaged",
    }
    return PersonRow({key: (code,) for key, code in (said | told).items()})
