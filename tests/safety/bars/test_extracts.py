"""SEC-74 and SEC-75: rows for research, and exact counts for funders."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from rightdoor.casework.closure.deidentified import CountedPerson
from rightdoor.domain import extract as rule
from rightdoor.domain import grant_report
from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.oversight.exports import actions, making, queries
from rightdoor.oversight.exports.actions import ReportAsked
from rightdoor.oversight.exports.models import GrantReport
from tests.bars import sabotage
from tests.oversight.exports.conftest import SOMEBODY, Scene, people
from tests.people import make_person


@pytest.fixture
def scene(db: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Who asks and who decides; three of those who are counted are rare."""
    counted = [*people(), *[replace(SOMEBODY, age="a60")] * 2]
    monkeypatch.setattr(actions, "counted_persons", lambda *args, **kwargs: list[CountedPerson](counted))
    return Scene(
        make_person("Stella Figures", now=now, roles=(("state_analyst", ""),)),
        make_person("Petra Guard", now=now, roles=(("privacy_officer", ""),)),
        now,
    )


@pytest.mark.bar("SEC-74")
@pytest.mark.req("STAT-6")
def test_no_combination_of_a_file_for_research_belongs_to_fewer_than_eleven(scene: Scene) -> None:
    row = actions.ask_extract(scene.analyst, asked=scene.asked(), now=scene.now)
    actions.approve_extract(scene.officer, row, why="In order.", now=scene.now)
    row = actions.make_extract(system_viewer("exports.make_extract"), row, now=scene.now)

    rows = list(csv.reader(io.StringIO(actions.fetch_extract(scene.analyst, row, now=scene.now))))

    assert min(Counter(map(tuple, rows[1:])).values()) >= 11
    assert not any(scene.analyst.code in cell for line in rows for cell in line)


@pytest.mark.bar("SEC-74")
@pytest.mark.req("STAT-6")
def test_nobody_decides_on_rows_that_they_asked_for(scene: Scene) -> None:
    both = make_person("Both Hats", now=scene.now, roles=(("state_analyst", ""), ("privacy_officer", "")))
    row = actions.ask_extract(both, asked=scene.asked(), now=scene.now)

    for viewer in (both, scene.analyst):
        with pytest.raises((RuleBroken, NotPermitted)):
            actions.approve_extract(viewer, row, why="In order.", now=scene.now)


@pytest.mark.bar("SEC-75")
@pytest.mark.req("STAT-5")
def test_a_small_count_leaves_only_with_the_law_that_asks_for_it(scene: Scene) -> None:
    asked = ReportAsked("voca", 2025, "q4", "", "Invented Office", is_exact=True)
    with pytest.raises(RuleBroken):
        actions.ask_report(scene.analyst, asked=asked, now=scene.now)

    row = actions.make_report(scene.analyst, asked=replace(asked, is_exact=False), now=scene.now)

    told = queries.read_report(scene.analyst, row.code)
    small = {str(number) for number in range(1, 11)}
    assert not small & {cell for table in told.body["tables"] for one in table["rows"] for cell in one["cells"]}


@pytest.mark.bar("SEC-75")
@pytest.mark.req("STAT-5")
def test_nobody_gets_exact_counts_by_themselves(scene: Scene) -> None:
    both = make_person("Both Hats", now=scene.now, roles=(("state_analyst", ""), ("privacy_officer", "")))
    asked = ReportAsked("voca", 2025, "q4", "", "Invented Office", is_exact=True, ground="voca")
    waits = actions.ask_report(both, asked=asked, now=scene.now)

    for viewer in (both, scene.analyst):
        with pytest.raises((RuleBroken, NotPermitted)):
            actions.approve_report(viewer, waits, why="In order.", now=scene.now)
        with pytest.raises(RuleBroken):
            actions.make_report(viewer, asked=asked, now=scene.now)
    assert not GrantReport.objects.exists()


@sabotage("SEC-74", "nobody is left out, and nobody looks at the finished file")
def _rare_rows_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(groups: Counter[tuple[str, ...]], k: int) -> Iterator[tuple[str, ...]]:
        return iter(())

    monkeypatch.setattr(rule, "_gone", nobody)
    monkeypatch.setattr(making, "check_rare", lambda made: None)


@sabotage("SEC-74", "whoever asked may decide")
def _own_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule, "check_may_decide", lambda state, *, asked_by, by: None)


@sabotage("SEC-75", "exact counts need no law")
def _without_law(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grant_report, "check_asked", lambda *args, **kwargs: None)


@sabotage("SEC-75", "whoever asked for exact counts approves them")
def _own_approval(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grant_report, "check_may_decide", lambda state, *, asked_by, by: None)


@sabotage("SEC-75", "a protected report hides nothing")
def _nothing_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "protected_pattern", lambda counts, threshold: ([], {"for_release": True}))
