"""Investigations, prosecutions and legal relief of the newest invented cases: each kept by the agency that would."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from rightdoor.casework.cases.actions import add_to_case
from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import people_on
from rightdoor.casework.justice.actions import record_entry, record_relief
from rightdoor.config.demonstration.people import Member
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.jurisdiction.active import active_pack, local

OFFENDERS = ("Barnaby Exemplar", "Conrad Exemplar", "Desmond Exemplar", "Edgar Exemplar")
COURTS = ("An invented district court, room 2", "An invented district court, room 5")
STATUTES = ("Trafficking of children for sexual purposes", "Human trafficking", "Solicitation of a minor")
HEARINGS = ("motion", "trial", "plea", "status")


def show(coordinator: Viewer, case: Case, members: Sequence[Member], now: datetime, *, seed: str) -> None:
    """What police, prosecutor, advocate and coordinator track on this case. The same seed tells the same."""
    random = Random(f"justice {seed}")  # noqa: S311 - an invention, the same each time
    police = _on_the_case(coordinator, case, members, now, "local_law_enforcement", "state_law_enforcement")
    office = _on_the_case(coordinator, case, members, now, "prosecutor")
    advocate = _on_the_case(coordinator, case, members, now, "victim_advocate")
    today = local(now).date()
    name = random.choice(OFFENDERS)
    offender = _record(
        police, case, "offenders", now, role=random.choice(("exploiter", "buyer")), name=name, tie="online"
    )
    found = _record(
        police, case, "proceedings", now, kind="police", status="referred", number=f"INV-{random.randint(100, 999)}",
        opened_on=today - timedelta(days=20),
    )  # fmt: skip
    arrested = today - timedelta(days=random.randint(3, 12))
    _record(police, case, "arrests", now, above=found.code, offender=offender.code, on=arrested)
    trial = _record(
        office, case, "proceedings", now, kind="prosecution", status="charged", opened_on=arrested + timedelta(days=1)
    )
    _record(
        office, case, "charges", now, above=trial.code, statute=random.choice(STATUTES), counts=random.randint(1, 3),
        filed_on=arrested + timedelta(days=2),
    )  # fmt: skip
    for days in sorted(random.sample(range(5, 50), 2)):
        at = local(now).replace(hour=random.randint(9, 14), minute=30, second=0, microsecond=0) + timedelta(days=days)
        _record(
            office, case, "court-dates", now, above=trial.code, kind=random.choice(HEARINGS), state="set",
            starts_at=at.astimezone(now.tzinfo), court=random.choice(COURTS), youth_needed=random.choice((True, False)),
        )  # fmt: skip
    _record(
        coordinator, case, "rights", now, kind="notice", notice_of="hearing", state="owed",
        owed_on=today + timedelta(days=3),
    )  # fmt: skip
    _record(
        coordinator, case, "rights", now, kind="accompaniment", state="done", done_on=today - timedelta(days=1),
        by="The advocate",
    )  # fmt: skip
    _relief(coordinator, case, "compensation", now, step_injury=today - timedelta(days=300))
    _relief(
        coordinator, case, "protective_order", now, step_granted=today - timedelta(days=80),
        ends_on=today + timedelta(days=10),
    )  # fmt: skip
    if random.random() < 0.5:
        granted = {"step_granted": today - timedelta(days=60), "ends_on": today + timedelta(days=55)}
        _relief(advocate, case, "continued_presence", now, **granted)


def _on_the_case(
    coordinator: Viewer, case: Case, members: Sequence[Member], now: datetime, *disciplines: str
) -> Viewer:
    """The first member of one of these disciplines, put on the case; the coordinator where the team has none."""
    found = next((one for one in members if one.discipline in disciplines), None)
    if found is None:
        return coordinator
    on_it = {one.code for one in people_on(case, now) if one.kind == "assigned"}
    if found.viewer.code not in on_it:
        add_to_case(
            coordinator,
            case,
            account_code=found.viewer.code,
            discipline=found.discipline,
            need="advocacy" if found.discipline == "victim_advocate" else "investigation",
            now=now,
        )
    return found.viewer


def _record(viewer: Viewer, case: Case, noun: str, now: datetime, *, above: str = "", **told: Any) -> Any:
    return record_entry(viewer, case, noun, told=told, proceeding=above, now=now)


def _relief(viewer: Viewer, case: Case, kind: str, now: datetime, **told: date) -> None:
    if active_pack().relief(kind) is not None:
        record_relief(viewer, case, kind=kind, told=told, now=now)
