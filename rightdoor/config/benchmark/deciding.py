"""What one decision of the sharing rule costs, for the questions that pages ask most."""

from __future__ import annotations

import gc
import statistics
import time
from datetime import UTC, datetime, timedelta

from rightdoor.domain.confidentiality import CaseFacts, Ground, Item, Protocol, decide
from rightdoor.domain.permission import CLEARED, Viewer
from rightdoor.packs.matrix import shipped_matrix

AIM_MICROSECONDS = 2.0
BATCHES, QUESTIONS_A_BATCH = 60, 200
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
FIELDS = frozenset({"what", "when"})


def decision_costs() -> dict[str, float]:
    """Median microseconds of one decision, by the kind of question.

    The least of a few rounds, because whatever else the machine does only ever makes a round longer.
    """
    costs = {}
    for name, (actor, data_class, case) in questions().items():
        item = Item(data_class, "HOLD-0001", FIELDS, status_fields=frozenset({"when"}))
        if name == "own":
            item = Item(data_class, actor.agency, FIELDS)
        costs[name] = min(_median(actor, item, case) for _ in range(3))
    return costs


def _median(actor: Viewer, item: Item, case: CaseFacts) -> float:
    batches = []
    was_on = gc.isenabled()
    gc.disable()
    try:
        for _ in range(BATCHES):
            began = time.perf_counter()
            for _ in range(QUESTIONS_A_BATCH):
                decide(actor, "read", item, case, NOW)
            batches.append((time.perf_counter() - began) / QUESTIONS_A_BATCH * 1e6)
    finally:
        if was_on:
            gc.enable()
    return statistics.median(batches)


def questions() -> dict[str, tuple[Viewer, str, CaseFacts]]:
    """The questions by name: who asks for which class of HOLD-0001's records, in which case."""
    matrix = shipped_matrix().narrowed(
        {}, {"care_coordinator": "coordinator", "local_law_enforcement": "police", "victim_advocate": "advocate"}
    )
    officer, advocate = _person("OFFI-0001", "local_law_enforcement"), _person("ADVO-0001", "victim_advocate")
    everybody = frozenset({officer.code, advocate.code})
    case = CaseFacts(assigned=everybody, coordinating_agency="HOLD-0001", matrix=matrix)
    protocol = Protocol("district-1", NOW - DAY, NOW + DAY, everybody, matrix.team_cells())
    team = CaseFacts(
        assigned=everybody,
        coordinating_agency="HOLD-0001",
        matrix=matrix,
        mode="investigative",
        district="district-1",
        needs=everybody,
        protocol=protocol,
    )
    release = Ground(
        "ROI",
        "RELE-0001",
        frozenset({"CORE", "MH"}),
        NOW - DAY,
        NOW + DAY,
        to_agency=advocate.agency,
        from_agency="HOLD-0001",
        initialled=frozenset({"MH"}),
    )
    released = CaseFacts(assigned=everybody, coordinating_agency="HOLD-0001", matrix=matrix, grounds=(release,))
    stranger = _person("STRA-0001", "victim_advocate")
    return {
        "own": (officer, "LE", case),
        "not on the case": (stranger, "CORE", case),
        "no ground": (officer, "CORE", case),
        "status": (officer, "SAFE", case),
        "team": (officer, "CORE", team),
        "release": (advocate, "MH", released),
    }


def _person(code: str, discipline: str) -> Viewer:
    return Viewer(code, frozenset({"team_member"}), frozenset(), f"{code[:4]}-AGCY", discipline, clearance=CLEARED)
