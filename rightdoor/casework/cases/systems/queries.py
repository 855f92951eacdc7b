"""Which systems a client is with, as far as the reader may know: opened once, recorded before it is shown. (CASE-1)"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from rightdoor.casework.cases.models import Case, SystemsPart
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.clients.disclosure import SealedField, may_read, open_fields
from rightdoor.casework.clients.facts import Tie
from rightdoor.community.partners.queries import agency_names
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.sealing.seals import SealContext
from rightdoor.packs.sheets import System

HIGHEST_VERSION = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Answer:
    """Is the client with this system? None: not established. Since when, and who is to be asked there, if known."""

    is_with: bool | None = None
    since: date | None = None
    agency: str = ""  # code of a partner
    contact: str = ""


@dataclass(frozen=True, slots=True)
class SystemLine:
    """A system of the state's list with its answer, for whom its class is open."""

    system: System
    answer: Answer
    agency: str = ""  # its name


@dataclass(frozen=True, slots=True)
class Systems:
    """What is open of the list. `version`: which parts that is, so that no writer takes another's away; 0 without any.

    It follows from the open parts alone and counts nothing: a gap in it would tell of a part of a class that is closed.
    """

    lines: list[SystemLine] = field(default_factory=list)
    version: int = 0

    @property
    def answers(self) -> dict[str, Answer]:
        """By the system's key."""
        return {line.system.key: line.answer for line in self.lines}


def systems_of(viewer: Viewer, case: Case, now: datetime, tie: Tie | None = None) -> Systems:
    """The systems whose class is open to the viewer, in the state's order; recorded. Raises NotPermitted."""
    standing = tie or standing_of(viewer, case, now)
    check_may(viewer, "case.read", standing)
    shown = [one for one in active_pack().systems if _is_open(viewer, case, standing, one.data_class, now)]
    parts = {part.data_class: part for part in newest_parts(case)}
    wanted = [parts[klass] for klass in sorted({one.data_class for one in shown}) if klass in parts]
    told = opened_parts(viewer, case, wanted, now, standing)
    answers = {key: said for part in told.values() for key, said in part.items()}
    names = agency_names({said.agency for said in answers.values() if said.agency}) if answers else {}
    lines = [SystemLine(one, said := answers.get(one.key, Answer()), names.get(said.agency, "")) for one in shown]
    return Systems(lines, _version(wanted))


def _version(parts: list[SystemsPart]) -> int:
    said = ",".join(sorted(part.code for part in parts))
    return int.from_bytes(sha256(said.encode()).digest()[:4]) % HIGHEST_VERSION + 1 if parts else 0


def newest_parts(case: Case) -> list[SystemsPart]:
    """The part that holds of each class. One query."""
    return list(SystemsPart.objects.filter(case=case).order_by("data_class", "-version").distinct("data_class"))


def opened_parts(
    viewer: Viewer, case: Case, parts: list[SystemsPart], now: datetime, tie: Tie
) -> dict[str, dict[str, Answer]]:
    """What these parts say, by class and key; a class that is closed is left out. Recorded before it is returned."""
    if not parts:
        return {}
    told = open_fields(
        viewer,
        case.client,
        [SealedField(systems_label(part, case), part.told_sealed) for part in parts],
        now,
        verb="case.read",
        purpose="systems",
        obj=case,
        standing=tie,
    )
    return {
        part.data_class: {key: from_told(one) for key, one in words.items()}
        for part, words in zip(parts, told, strict=True)
        if words is not None
    }


def systems_label(part: SystemsPart, case: Case) -> SealContext:
    """The label under which a part is sealed."""
    return SealContext("cases_systemspart", "told", part.code, case.client.code, case.holder, part.data_class)


def as_told(answer: Answer) -> dict[str, Any]:
    """An answer as it is sealed."""
    since = answer.since.isoformat() if answer.since else ""
    return {"is_with": answer.is_with, "since": since, "agency": answer.agency, "contact": answer.contact}


def from_told(told: Mapping[str, Any]) -> Answer:
    """An answer as it was sealed."""
    since = date.fromisoformat(told["since"]) if told["since"] else None
    return Answer(told["is_with"], since, told["agency"], told["contact"])


def _is_open(viewer: Viewer, case: Case, tie: Tie, klass: str, now: datetime) -> bool:
    found = may_read(viewer, case.client, tie, klass, now, holder=case.holder)
    return found.allowed and not found.status_only
