"""Labels of the sealed columns of this slice: all are the case's holder's, of class SAFE, and of LOC for places."""

from __future__ import annotations

from rightdoor.casework.cases.models import Case
from rightdoor.casework.missing.models import Entry, Episode, PreparedLine, PreparedPlan, Task
from rightdoor.foundation.sealing.seals import SealContext


def _label(case: Case, table: str, column: str, row: str, klass: str = "SAFE") -> SealContext:
    return SealContext(f"missing_{table}", column, row, case.client.code, case.holder, klass)


def told_label(episode: Episode) -> SealContext:
    """Custody, danger, looks, what happened."""
    return _label(episode.case, "episode", "told", episode.code)


def place_label(episode: Episode) -> SealContext:
    """Where last seen, and where the child may be."""
    return _label(episode.case, "episode", "place", episode.code, "LOC")


def found_label(episode: Episode) -> SealContext:
    """By whom found, and how the child is."""
    return _label(episode.case, "episode", "found", episode.code)


def found_place_label(episode: Episode) -> SealContext:
    """Where found, and where the child is now."""
    return _label(episode.case, "episode", "found_place", episode.code, "LOC")


def entry_label(entry: Entry) -> SealContext:
    """What an entry says."""
    return _label(entry.episode.case, "entry", "told", entry.code)


def entry_place_label(entry: Entry) -> SealContext:
    """Where it was."""
    return _label(entry.episode.case, "entry", "place", entry.code, "LOC")


def plan_label(plan: PreparedPlan) -> SealContext:
    """The words of a prepared plan."""
    return _label(plan.case, "preparedplan", "told", plan.code)


def plan_place_label(plan: PreparedPlan) -> SealContext:
    """Where the child goes first."""
    return _label(plan.case, "preparedplan", "place", plan.code, "LOC")


def line_label(line: PreparedLine) -> SealContext:
    """What a line of a prepared plan asks for."""
    return _label(line.plan.case, "preparedline", "told", f"{line.plan.code}/{line.number}")


def task_label(task: Task) -> SealContext:
    """What a task asks for."""
    return _label(task.episode.case, "task", "told", f"{task.episode.code}/{task.number}")
