"""The timeline of a case: lines of every slice, united, filtered and paged by the database. (CASE-2)

Two queries whatever the number of lines: which classes of which holders occur, and the page of those that are open to
the reader. A class that is closed leaves no trace: no line, no gap, no count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.parts import Happenings, all_parts
from rightdoor.casework.cases.queries import names_of_accounts
from rightdoor.casework.cases.written import branch_of, lines_among, occurring, told_of
from rightdoor.casework.clients.disclosure import decision_on
from rightdoor.casework.clients.facts import Tie
from rightdoor.community.partners.models import Agency
from rightdoor.domain.confidentiality import Decision, Item
from rightdoor.domain.permission import Viewer, check_may, may
from rightdoor.foundation.audit.events import record_read

PAGE = 50
AT, KIND, ABOUT, KLASS, HOLDER, BY = range(6)  # the columns of a line, by place


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of the timeline: when, what in words without a name, by whom, and where it leads."""

    at: datetime
    what: str
    who: str = ""
    detail: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """A page of the timeline, newest first. `groups`: the headings that it can be narrowed to."""

    lines: list[Happening]
    groups: list[str]
    number: int
    is_last: bool
    names: dict[str, str]


def timeline_of(
    viewer: Viewer,
    case: Case,
    now: datetime,
    tie: Tie,
    *,
    group: str = "",
    number: int = 1,
    size: int = PAGE,
    also: Iterable[str] = (),
) -> TimelinePage:
    """What happened on the case, as far as the viewer may know of it. Recorded before it is returned.

    `group` narrows it to one heading; `number` counts pages from 1; the names of the accounts `also` come with it.
    Nothing sealed is opened: codes, moments and who acted. Raises NotPermitted for whom the case is closed.
    """
    check_may(viewer, "case.read", tie)
    told = [one for parts in all_parts() for one in parts.happenings if not one.act or may(viewer, one.act, tie)]
    branches = [(one, branch) for one in told if (branch := branch_of(one)) is not None]
    open_to = _open_to(viewer, case, now, tie, occurring([branch for _, branch in branches], case))
    # Where all lines of a kind are alike its class is known: a heading that holds none for this reader is not offered.
    said = told_of(case)
    groups = sorted(
        {
            one.group
            for one, branch in branches
            if not (branch.klass and branch.holder) or (branch.klass, said[branch.holder]) in open_to
        }
    )
    wanted = [(one, branch) for one, branch in branches if not group or one.group == group]
    if not open_to or not wanted:
        return TimelinePage([], groups, 1, True, names_of_accounts(also))
    first = max(number - 1, 0) * size
    found = lines_among([branch for _, branch in wanted], case, list(open_to), first=first, many=size + 1)
    page = found[:size]
    _record(viewer, case, open_to, {(row[KLASS], row[HOLDER]) for row in page})
    people = names_of_accounts({row[BY] for row in page} | set(also))
    words = {kind: one for one, _ in wanted for kind in one.words}
    return TimelinePage(
        [_line(row, words[row[KIND]], people) for row in page], groups, max(number, 1), len(found) <= size, people
    )


def _line(row: tuple[Any, ...], of: Happenings, people: dict[str, str]) -> Happening:
    said = of.words[row[KIND]]
    what = said() if callable(said) else said
    return Happening(row[AT], what, people.get(row[BY], ""), "", of.url(row[KIND], row[ABOUT]))


def _open_to(
    viewer: Viewer, case: Case, now: datetime, tie: Tie, pairs: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], Decision]:
    """Of these pairs those that are open to the viewer, each decided once. At most one query."""
    unknown = {holder for _, holder in pairs if holder} - tie.asked
    if unknown:
        apart = Agency.objects.filter(code__in=unknown, keeps_own_records=True).values_list("code", flat=True)
        tie = replace(tie, asked=tie.asked | unknown, apart=tie.apart | set(apart))
    found = {
        (klass, holder): decision_on(viewer, case.client, Item(klass, holder), now, tie=tie) for klass, holder in pairs
    }
    return {pair: one for pair, one in found.items() if one.allowed and not one.status_only}


def _record(viewer: Viewer, case: Case, open_to: dict[tuple[str, str], Decision], shown: set[tuple[str, str]]) -> None:
    """One event for each ground on which a line is shown."""
    grounds: dict[tuple[str, str], set[str]] = {}
    for pair in shown:
        grounds.setdefault((open_to[pair].basis, open_to[pair].ground_code), set()).add(pair[0])
    for (basis, ground), classes in sorted(grounds.items()):
        record_read(
            viewer, "case.timeline_read", case, classes=sorted(classes), basis=basis.lower(), ground=ground or None
        )
