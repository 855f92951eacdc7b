"""The one door to what a screening holds: every opening is recorded before anything is returned."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.casework.screening.models import Screening, of_kept_apart
from rightdoor.domain.confidentiality import CaseFacts, Item, decide
from rightdoor.domain.errors import NotPermitted
from rightdoor.domain.permission import Viewer
from rightdoor.domain.screening import Reminders
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.sealing.seals import SealContext, open_many, seal_many


@dataclass(frozen=True, slots=True)
class Told:
    """What a screening says, as it is sealed. Answers are plain data for `read_response`."""

    reminders: Reminders = Reminders()
    answers: Mapping[str, Any] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)  # by indicator: what was seen
    sources: Mapping[str, str] = field(default_factory=dict)  # by indicator: a key of choices.SOURCES
    remarks: str = ""
    why: str = ""  # of the step that the tool leads to
    reason: str = ""  # of a step that a person chose instead
    stopped: str = ""  # what the child told, in the words of whoever listened
    used_version: str = ""  # of a tool whose items are not here
    score: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As JSON can write it."""
        return {
            "reminders": {name: getattr(self.reminders, name) for name in Reminders.__slots__},
            "answers": dict(self.answers),
            "evidence": dict(self.evidence),
            "sources": dict(self.sources),
            **{name: getattr(self, name) for name in _TEXTS},
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Told:
        """Back from `as_dict`; what is missing was not said."""
        return cls(
            reminders=Reminders(**(told.get("reminders") or {})),
            answers=told.get("answers") or {},
            evidence=told.get("evidence") or {},
            sources=told.get("sources") or {},
            **{name: str(told.get(name) or "") for name in _TEXTS},
        )


_TEXTS = ("remarks", "why", "reason", "stopped", "used_version", "score")


@dataclass(frozen=True, slots=True)
class OpenedScreening:
    """What a screening holds, opened for one viewer."""

    told: Told
    who: Who
    whereabouts: Whereabouts


def label(screening: Screening, column: str) -> SealContext:
    """The label under which `told` or `person` of a screening is sealed."""
    klass = {"told": "CORE", "person": "ID"}[column]
    return SealContext(
        "screening_screening", f"{column}_sealed", screening.code, screening.code, screening.holder, klass
    )


def open_screening(viewer: Viewer, screening: Screening, now: datetime) -> OpenedScreening:
    """Everything of a screening that this viewer may read. The caller has made sure that the viewer sees it.

    Raises NotPermitted for whoever is not cleared for client data, or is kept apart from the client.
    """
    _check_may_open(viewer, screening, now)
    # Its own, or handed on by those who owe a report: no release is asked for that, as with a report.
    basis = "own" if screening.holder == viewer.agency else "mr"
    record_read(viewer, "screening.read", screening, classes=("CORE", "ID"), basis=basis)
    return opened(screening)


def opened(screening: Screening) -> OpenedScreening:
    """For acts that decide on it and show nothing to anybody."""
    told, person = open_many(
        [(screening.told_sealed, label(screening, "told")), (screening.person_sealed, label(screening, "person"))]
    )
    known = json.loads(person)
    return OpenedScreening(
        Told.from_dict(json.loads(told)), Who.from_dict(known), Whereabouts.from_dict(known.get("whereabouts") or {})
    )


def seal_screening(
    screening: Screening, told: Told, who: Who | None = None, whereabouts: Whereabouts | None = None
) -> None:
    """Puts it on the row, sealed; the caller saves it. Without `who`, whom it is about stays as it stands."""
    values = [(json.dumps(told.as_dict(), ensure_ascii=False), label(screening, "told"))]
    if who is not None:
        person = {**who.as_dict(), "whereabouts": (whereabouts or Whereabouts()).as_dict()}
        values.append((json.dumps(person, ensure_ascii=False), label(screening, "person")))
    sealed = seal_many(values)
    screening.told_sealed = sealed[0]
    if who is not None:
        screening.person_sealed = sealed[1]


def changed(told: Told, **parts: Any) -> Told:
    """The same with some parts said anew."""
    return replace(told, **parts)


def _check_may_open(viewer: Viewer, screening: Screening, now: datetime) -> None:
    """The sharing rule before there is a case: whoever screens keeps it as their own, a team from the day it has it."""
    apart = of_kept_apart(viewer).filter(pk=screening.pk).exists()
    mine = frozenset({viewer.code})
    facts = CaseFacts(assigned=mine, blocked=mine if apart else frozenset())
    found = decide(viewer, "read", Item("CORE", viewer.agency), facts, now)
    if not found.allowed:
        raise NotPermitted(found.reason)
