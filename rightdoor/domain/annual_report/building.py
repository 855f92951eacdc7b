"""From frozen inputs to what may be printed: tables, a pattern of what is hidden, its audit, its certificate.

The pattern is looked for once and kept; whoever builds again from the same inputs gives it, gets the same document to
the last byte, and has the audit done anew. (STAT-2, STAT-3)
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..disclosure_control.audit import audit
from ..disclosure_control.certificate import certificate
from ..disclosure_control.exact import Pattern, protect
from ..disclosure_control.figures import printed_figures
from ..disclosure_control.groups import zeros_that_tell
from ..disclosure_control.ledger import EarlierCell, EarlierRelease
from ..disclosure_control.primary import Rule, primary_cells
from ..disclosure_control.problem import Problem, Showing, Sum
from ..disclosure_control.solving import Solver
from .inputs import Inputs, written
from .printing import document_of, hidden_of, summary_of
from .tables import Report, addresses, called, report_of


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern as it is kept: which counts are hidden, and how it was found."""

    hidden: tuple[str, ...]
    status: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Built:
    """A report that was protected and audited. `hidden`: address -> true count, for the audit of the files alone."""

    document: dict[str, Any]
    certificate: dict[str, Any]
    hidden: dict[str, int]
    release: EarlierRelease  # as the ledger keeps it
    to_be_read: tuple[str, ...] = ()  # rows in which all, or all but one, are alike, by where they stand (AU6)


def find_pattern(
    inputs: Inputs, merges: Sequence[str], solver: Solver, *, seconds: float, timer: Callable[[], float]
) -> Found:
    """The pattern for these inputs. Raises Unprotectable, Unsound."""
    problem = report_of(inputs, merges).problem
    key = str(inputs.get("jitter", "")).encode()
    found: Pattern = protect(problem, rule_of(inputs), solver, seconds=seconds, timer=timer, jitter_key=key)
    return Found(found.hidden, found.status, found.seconds)


def build(
    inputs: Inputs,
    merges: Sequence[str],
    pattern: Found,
    solver: Solver,
    *,
    narrative: Iterable[Mapping[str, str]] = (),
    sources: Iterable[Mapping[str, str]] = (),
) -> Built:
    """The report under a pattern, audited. Whether it may be published says the certificate.

    Raises Unsound, BindingUnknown.
    """
    report, rule = report_of(inputs, merges), rule_of(inputs)
    problem = report.problem
    hidden = set(pattern.hidden)
    wanted = set(addresses(report).values())
    printed = {key: cell.count for key, cell in problem.cells.items() if _is_printed(problem, key, hidden)}
    known = printed | {key: it.count for key, it in problem.cells.items() if it.showing is Showing.SHOWN_EARLIER}
    figures = printed_figures(problem, known, rule.threshold)
    audited = audit(problem, hidden, printed, rule, solver, figures)
    proof = certificate(problem, hidden, printed, rule, audited, solver.name)
    silent = zeros_that_tell((one for one in problem.sums if one.total in wanted), known)
    said = {key: count for key, count in known.items() if key not in silent}
    told = {key: count for key, count in said.items() if key in wanted}
    figures = printed_figures(problem, said, rule.threshold)
    summary = summary_of(proof, status=pattern.status, shown=len(told), hidden=len(wanted - set(told)))
    hidden_there = hidden_of(report, told)
    # Asked of the files that are made from this: where it is not so, they are not kept.
    summary["questions"]["AU7"] = {"asked": len(hidden_there), "faults": 0}
    document = document_of(
        report, inputs, printed=told, figures=figures, certificate=summary, narrative=narrative, sources=sources
    )
    # In the order in which it is kept: whoever makes files from what was kept gets the same bytes.
    document = json.loads(written(document))
    places = called(report)
    read = tuple(
        f"{places.get(one.row, one.row)}: {'all but one' if one.but_one else 'all'} are in "
        f"{places.get(one.part, one.part)}"
        for one in audited.flags
    )
    return Built(document, proof, hidden_there, _as_published(report, inputs, printed, rule), read)


def rule_of(inputs: Inputs) -> Rule:
    """The rule for the public, under the threshold of the inputs, which may be higher and never lower."""
    return Rule(threshold=max(int(inputs["threshold"]), Rule().threshold))


def _is_printed(problem: Problem, key: str, hidden: set[str]) -> bool:
    cell = problem.cells[key]
    return key not in hidden and cell.in_release and cell.showing is not Showing.NEVER_SHOWN


def _as_published(report: Report, inputs: Inputs, printed: Mapping[str, int], rule: Rule) -> EarlierRelease:
    """What the ledger keeps: every count of this release, shown or not, and every sum that somebody can use."""
    problem = report.problem
    small = primary_cells(problem, rule)
    earlier = {cell[0] for release in inputs["earlier"] for cell in release["cells"]}
    cells = tuple(
        EarlierCell(key, cell.count, key in printed, small=key in small and 0 < cell.count < rule.threshold)
        for key, cell in problem.cells.items()
        if cell.in_release or key not in earlier
    )
    kept = {cell.key for cell in cells}
    sums = tuple(one for one in problem.sums if {one.total, *one.parts} & kept)
    same = tuple(Sum(key, (old,), tells=False) for old, key in sorted(report.unchanged.items()))
    return EarlierRelease(problem.name, cells, (*sums, *same))
