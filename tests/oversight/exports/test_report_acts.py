"""Reports to funders: small counts only on a recorded ground, otherwise hidden so that nothing can be worked out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from rightdoor.community.partners.models import Agency
from rightdoor.domain.disclosure_control.exact import Pattern
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.oversight.exports import actions, making, queries
from rightdoor.oversight.exports.actions import ReportAsked
from rightdoor.oversight.exports.making import CannotProtect, protected_pattern
from rightdoor.oversight.exports.models import GrantReport
from rightdoor.oversight.submissions import actions as submissions
from rightdoor.packs.grant_forms import tims, voca
from tests.oversight.exports.conftest import SOMEBODY, Scene, people
from tests.people import make_person

VOCA = ReportAsked("voca", 2025, "q4", "", "Invented Office", is_exact=True, ground="voca")
TIMS = ReportAsked("tims", 2025, "h2", "", "Invented Office", is_exact=False)


def approved(scene: Scene, asked: ReportAsked) -> GrantReport:
    """Exact counts as one person asked for them and a second one approved."""
    waits = actions.ask_report(scene.analyst, asked=asked, now=scene.now)
    return actions.approve_report(scene.officer, waits, why="The law asks this of this funder.", now=scene.now)


def line(told: queries.ReportTold, code: str, label: str) -> list[str]:
    """What stands in a line of a table."""
    table = next(one for one in told.body["tables"] if one["code"] == code)
    found: list[str] = next(row["cells"] for row in table["rows"] if row["label"] == label)
    return found


@pytest.mark.req("STAT-5")
def test_exact_counts_stand_with_their_law_and_to_whom(scene: Scene, counted: Callable[..., list[Any]]) -> None:
    calls = counted(people())

    row = approved(scene, VOCA)

    told = queries.read_report(scene.analyst, row.code)
    assert line(told, "V", "Human Trafficking: Labor") == ["3"]
    assert (told.recipient, row.ground, row.since, row.until) == (
        "Invented Office", "voca", date(2025, 10, 1), date(2025, 12, 31),
    )  # fmt: skip
    assert [since for _, since in calls] == [date(2025, 10, 1)]
    assert (row.made_by, row.approved_by) == (scene.analyst.code, scene.officer.code)
    said = AuditEvent.objects.get(verb="grant_report.approved")
    assert (said.details["report"], said.details["ground"]) == (row.code, "voca")


@pytest.mark.req("STAT-5")
def test_without_a_law_small_counts_are_hidden_with_what_would_tell_them(
    scene: Scene, counted: Callable[..., list[Any]]
) -> None:
    counted(people())

    row = actions.make_report(scene.analyst, asked=TIMS, now=scene.now)

    told = queries.read_report(scene.analyst, row.code)
    assert line(told, "trafficking", "Labor") == ["*", "*"]
    shown = [row["cells"][0] for table in told.body["tables"] for row in table["rows"]]
    assert "3" not in shown
    assert line(told, "C", "All served")[0] == "200"
    hidden = [row["label"] for row in told.body["tables"][2]["rows"] if row["cells"][0] == "*"]
    assert len(hidden) > 1  # alone it would be the rest
    assert told.body["proof"]["for_release"] is True
    assert any(
        "standing=new" in one for one in told.body["proof"]["to_be_read"]
    )  # all of them are new: said to whom sends it


@pytest.mark.req("STAT-5")
def test_few_people_leave_nothing_but_hidden_counts(scene: Scene, counted: Callable[..., list[Any]]) -> None:
    counted([SOMEBODY] * 4 + [replace(SOMEBODY, kind="labor")] * 3)

    row = actions.make_report(scene.analyst, asked=TIMS, now=scene.now)

    shown = {
        cell
        for table in queries.read_report(scene.analyst, row.code).body["tables"]
        for one in table["rows"]
        for cell in one["cells"]
    }
    assert shown == {"*"}  # no zero either: it would tell what all of these few are


@pytest.mark.req("STAT-5")
def test_no_line_of_a_protected_report_can_be_worked_out_from_the_others() -> None:
    counts = voca([*people(160), *[replace(SOMEBODY, kind="both", standing="continuing", gender="male")] * 9])
    hidden, proof = protected_pattern(counts, 11)

    assert proof["passed"] is True
    small = {key for key, count in counts.cells.items() if 0 < count < 11}
    assert small <= set(hidden)


@pytest.mark.req("STAT-5")
def test_a_pattern_that_hides_small_counts_alone_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    real = making.protect

    def lax(*args: Any, **kwargs: Any) -> Pattern:
        pattern = real(*args, **kwargs)
        return replace(pattern, hidden=tuple(pattern.primary), secondary=())

    monkeypatch.setattr(making, "protect", lax)

    with pytest.raises(CannotProtect, match="could be worked out"):
        protected_pattern(tims(people(160)), 11)


@pytest.mark.req("STAT-5")
def test_a_law_that_does_not_ask_for_this_form_is_no_ground(scene: Scene, counted: Callable[..., list[Any]]) -> None:
    counted(people())
    for asked in (
        replace(VOCA, ground=""),
        replace(VOCA, ground="ucr"),
        replace(VOCA, recipient=" "),
        replace(VOCA, part="h1"),
        replace(VOCA, region="nowhere"),
        replace(VOCA, year=2026),
    ):
        with pytest.raises(RuleBroken):
            actions.ask_report(scene.analyst, asked=asked, now=scene.now)
    row = approved(scene, VOCA)
    with pytest.raises(IntegrityError), transaction.atomic():
        GrantReport.objects.filter(pk=row.pk).update(ground="")


@pytest.mark.req("STAT-5")
def test_whoever_reads_one_region_alone_makes_and_reads_none(scene: Scene, counted: Callable[..., list[Any]]) -> None:
    counted(people())
    row = approved(scene, VOCA)
    regional = make_person("Rita Region", now=scene.now, roles=(("state_analyst", "capital"),))

    for viewer in (regional, scene.officer):
        with pytest.raises(NotPermitted):
            actions.make_report(viewer, asked=TIMS, now=scene.now)
        with pytest.raises(NotPermitted):
            actions.ask_report(viewer, asked=VOCA, now=scene.now)
        with pytest.raises(NotVisible):
            queries.read_report(viewer, row.code)


@pytest.mark.req("STAT-5")
def test_arrests_come_from_what_police_reported(scene: Scene) -> None:
    asked = ReportAsked("nibrs", 2025, "year", "", "Invented Bureau", is_exact=True, ground="bjs")
    with pytest.raises(RuleBroken, match="Nobody was asked"):
        approved(scene, asked)
    agency = Agency.objects.create(name="Invented Police", discipline="local_law_enforcement")
    head = make_person("Hedda Chief", now=scene.now, roles=(("agency_head", "capital"),), agency=agency.code)
    year = submissions.begin_year(
        scene.analyst, year=2025, opens_on=date(2026, 1, 5), due_on=date(2026, 6, 1), now=scene.now
    )
    entry = submissions.list_source(scene.analyst, year, agency=agency.code, kind="police", now=scene.now)
    submissions.freeze_list(scene.analyst, year, now=scene.now)
    entry.refresh_from_db()
    entry.year.refresh_from_db()
    about = submissions.About(["state"], "director")
    totals = {"arrests": {(): 3}, "arrests_place_charge": {("unknown", "rs-14-46-3"): 2, ("unknown", "other"): 1}}
    submissions.send_totals(head, entry, about=about, totals=totals, now=scene.now)

    row = approved(scene, asked)

    told = queries.read_report(scene.analyst, row.code)
    assert line(told, "A", "All") == ["3"]
    assert line(told, "A", "La. R.S. 14:46.3, trafficking of children for sexual purposes (64A)") == ["2"]
    assert line(told, "D", "All") == ["0"]


@pytest.mark.req("STAT-5")
def test_what_a_report_says_is_destroyed_after_six_years(scene: Scene, counted: Callable[..., list[Any]]) -> None:
    counted(people())
    row = approved(scene, VOCA)

    assert actions.let_go(system_viewer("exports.let_go"), now=scene.now + timedelta(days=5 * 365)) == 0
    assert queries.read_report(scene.analyst, row.code).body["tables"]
    assert actions.let_go(system_viewer("exports.let_go"), now=scene.now + timedelta(days=7 * 365)) > 0

    assert queries.read_report(scene.analyst, row.code).body == {}
    with pytest.raises(NotPermitted):
        actions.let_go(scene.analyst, now=scene.now)


@pytest.mark.req("STAT-5")
def test_the_whole_state_less_a_region_cannot_be_taken(scene: Scene, counted: Callable[..., list[Any]]) -> None:
    """Forty in the state and thirty-six in one region are both told, and the four of the other region with them."""
    counted(people(40))
    actions.make_report(scene.analyst, asked=TIMS, now=scene.now)
    counted(people(36))
    with pytest.raises(RuleBroken, match="the whole state"):
        actions.make_report(scene.analyst, asked=replace(TIMS, region="capital"), now=scene.now)


@pytest.mark.req("STAT-5")
def test_a_region_that_was_told_is_not_taken_from_the_state(scene: Scene, counted: Callable[..., list[Any]]) -> None:
    counted(people(36))
    actions.make_report(scene.analyst, asked=replace(TIMS, region="capital"), now=scene.now)
    counted(people(40))
    with pytest.raises(RuleBroken, match="a region"):
        actions.make_report(scene.analyst, asked=TIMS, now=scene.now)
    exact = replace(TIMS, is_exact=True, ground="tvpa")
    assert approved(scene, exact).is_exact  # to one funder, on its law


@pytest.mark.req("STAT-5")
def test_a_span_told_again_is_told_as_it_was(scene: Scene, counted: Callable[..., list[Any]]) -> None:
    """One person more than last week: two protected reports of one span would tell which lines are theirs."""
    counted(people(200))
    first = actions.make_report(scene.analyst, asked=TIMS, now=scene.now)
    counted([*people(200), replace(SOMEBODY, kind="labor", age="a00_12")])

    again = actions.make_report(scene.analyst, asked=replace(TIMS, recipient="Another Office"), now=scene.now)

    before, after = (queries.read_report(scene.analyst, row.code).body for row in (first, again))
    assert before["tables"] == after["tables"]
    assert (before["recipient"], after["recipient"]) == ("Invented Office", "Another Office")
