"""What every kind of sheet has in common: its columns, what a row of it means, what it becomes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rightdoor.casework.referrals.models import Referral
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.imports.columns import Column, Told


@dataclass(frozen=True, slots=True)
class SheetKind:
    """A kind of sheet. `understands` adds what is wrong with a row to it, and returns what `takes` needs."""

    key: str
    title: str
    lead: str
    records: str  # "referrals", "cases": what rows become, in words
    path: str  # "/referrals/": the list to which they go, and below which the pages lie
    job: str
    columns: Callable[[Viewer, datetime], Sequence[Column]]
    understands: Callable[[Viewer, Told, datetime], Any]
    takes: Callable[[Viewer, Any, datetime], Referral]
    person: Callable[[Any], tuple[str, str, str]]  # given, family, birth date or age: folded, for comparing
    leaves_clock_open: Callable[[Any], bool]
    record_code: Callable[[Referral], str]  # of the record that the row made
    usual: tuple[str, ...] = ("region", "source", "channel")  # may be said once for all rows
