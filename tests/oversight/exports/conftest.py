"""Who asks, who decides, and invented people who were counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from rightdoor.casework.closure.deidentified import CountedPerson
from rightdoor.domain.permission import Viewer
from rightdoor.oversight.exports import actions
from rightdoor.oversight.exports.actions import Request
from tests.people import make_person

SOMEBODY = CountedPerson(
    region="capital",
    quarter="2025 Q2",
    status="confirmed",
    kind="sex",
    age="a13_17",
    gender="female",
    race="not_asked",
    relationship="third_party",
    setting="online",
    source="school",
    standing="new",
    outcome="active",
    services=frozenset(),
)


@dataclass
class Scene:
    """Everybody, and the day."""

    analyst: Viewer
    officer: Viewer
    now: datetime

    def asked(self, **changed: Any) -> Request:
        """A request that somebody can approve."""
        told: dict[str, Any] = {
            "recipient": "Dr. Nobody Invented",
            "institution": "Made Up University",
            "purpose": "Which ages are reached late.",
            "ethics": "IRB 2026-0001",
            "approval_ends_on": self.now.date() + timedelta(days=365),
            "ends_on": self.now.date() + timedelta(days=300),
            "columns": ["age", "kind"],
            "first_year": 2025,
            "last_year": 2025,
        }
        return Request(**{**told, **changed})


@pytest.fixture
def scene(db: None, now: datetime) -> Scene:
    """One who reads the whole state's figures, one who looks after privacy."""
    return Scene(
        make_person("Stella Figures", now=now, roles=(("state_analyst", ""),)),
        make_person("Petra Guard", now=now, roles=(("privacy_officer", ""),)),
        now,
    )


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[Sequence[CountedPerson]], list[tuple[Viewer, date]]]:
    """Lets these people be counted instead of those of the tables. Returns for whom and from which day."""

    def let(people: Sequence[CountedPerson]) -> list[tuple[Viewer, date]]:
        calls: list[tuple[Viewer, date]] = []

        def instead(viewer: Viewer, since: datetime, until: datetime, *, region: str = "") -> list[CountedPerson]:
            calls.append((viewer, since.date()))
            return list(people)

        monkeypatch.setattr(actions, "counted_persons", instead)
        return calls

    return let


def people(many: int = 200) -> list[CountedPerson]:
    """So many, three of them rare."""
    rare = [replace(SOMEBODY, kind="labor", age="a00_12")] * 3
    older = [replace(SOMEBODY, age="a18_24")] * (many // 4)
    return [*rare, *older, *[SOMEBODY] * (many - len(rare) - len(older))]
