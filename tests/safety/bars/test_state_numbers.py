"""SEC-73: what leaders of the state are shown lets nobody be told."""

from __future__ import annotations

import pytest

from rightdoor.domain.disclosure_control.audit import Audit
from rightdoor.domain.disclosure_control.exact import OPTIMAL, Pattern
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.oversight.statistics import cubes
from rightdoor.oversight.statistics.web import state
from tests.bars import sabotage
from tests.oversight.statistics.counted import busy_year, keep
from tests.people import make_person
from tests.signing_in import sign_in


@pytest.mark.bar("SEC-73")
def test_leaders_are_shown_no_small_count_and_nothing_it_could_be_worked_out_from(client, state_analyst, now):
    cube = keep(2024, busy_year(), now)
    sign_in(client, state_analyst)
    told = client.get("/numbers/state/table.csv").content.decode()
    assert not [key for key, count in cube.printed.items() if 0 < count < 11]
    assert ",7\r\n" not in told
    regions = [cubes.key("2024", cubes.dimensions(active_pack()), region=one.key) for one in active_pack().regions]
    assert sum(key in cube.hidden for key in regions) > 1, "one hidden region alone is the total less the others"


@pytest.mark.bar("SEC-73")
def test_whoever_works_on_cases_does_not_get_the_states_numbers(client, now):
    keep(2024, busy_year(), now)
    sign_in(client, make_person("Cora Capital", now=now, roles=(("care_coordinator", "capital"),)))
    assert client.get("/numbers/state/").status_code == 404


@sabotage("SEC-73", "nothing is hidden, and the audit looks away")
def _all_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cubes, "protect", lambda *args, **kwargs: Pattern((), {}, (), 0, 0.0, OPTIMAL, 0.0))
    monkeypatch.setattr(cubes, "audit", lambda *args, **kwargs: Audit())


@sabotage("SEC-73", "everybody may read the figures of the state")
def _open_to_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "may", lambda *args, **kwargs: True)
    monkeypatch.setattr("rightdoor.oversight.statistics.queries.check_may", lambda *args, **kwargs: None)
