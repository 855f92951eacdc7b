"""What an annual report is made from, counted out of what agencies answered and what the platform holds."""

from __future__ import annotations

import pytest

from rightdoor.domain.annual_report.inputs import written
from rightdoor.domain.annual_report.tables import report_of
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.oversight.annual_reports.gathering import inputs_of, ledger_of
from rightdoor.oversight.submissions import actions
from tests.oversight.submissions.conftest import ABOUT, VOCA, Scene, totals

pytestmark = pytest.mark.req("STAT-2")


def gathered(scene: Scene) -> dict:
    actions.send_totals(scene.head, scene.listed, about=VOCA, totals=totals(20), now=scene.now)
    actions.send_totals(scene.other_head, scene.other, about=ABOUT, totals=totals(32), now=scene.now)
    return inputs_of(system_viewer("releases.build"), scene.year, edition=1, now=scene.now)


def test_the_answers_of_all_sources_are_added_and_each_is_known_by_a_number(scene: Scene) -> None:
    inputs = gathered(scene)
    ((_, many, by),) = inputs["crosses"]["everybody"]
    assert (many, sorted(by.values()), set(by)) == (52, [20, 32], {"p1", "p2"})
    assert scene.listed.agency_code not in written(inputs)
    assert scene.listed.code not in written(inputs)


def test_the_tables_are_sound_and_count_everybody(scene: Scene) -> None:
    inputs = gathered(scene)
    cells = report_of(inputs).problem.cells
    year = scene.year.year
    assert cells[f"{year} provider-persons"].count == 52
    assert cells[f"{year} provider-persons|age=juvenile"].count == 15 + 24
    assert cells[f"{year} provider-persons|place=orleans"].count == 15 + 24
    assert cells[f"{year} persons"].count == 0


def test_earlier_years_of_the_pack_stand_beside_it_with_the_break_in_words(scene: Scene) -> None:
    inputs = gathered(scene)
    assert {"year": 2017, "total": 681, "juvenile": 356, "asked": 60}.items() <= next(
        one for one in inputs["trend"] if one["year"] == 2017
    ).items()
    assert "2017" in {one["after"] for one in inputs["breaks"]}


def test_counting_is_recorded_and_the_ledger_asked_again_says_the_same(scene: Scene) -> None:
    inputs = gathered(scene)
    assert AuditEvent.objects.filter(verb="submission.read", actor="system").exists()
    assert ledger_of(system_viewer(), inputs) == inputs["earlier"]
