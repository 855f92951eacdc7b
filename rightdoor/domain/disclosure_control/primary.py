"""Which counts must be hidden for their own sake."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from .problem import Cell, Problem, Showing

SMALL = "small count"
FEW = "fewer than {least} providers"
ONE = "one provider counts more than {share} %"
REST = "without its largest provider a small count"
INHERITED = "hidden in an earlier release"
LISTED = "named in the request"


@dataclass(frozen=True, slots=True)
class Rule:
    """What must be hidden.

    `threshold`        counts from 1 to one less are hidden; zero may be told (CMS and ResDAC hide 1 to 10)
    `least_providers`  a count that fewer providers make up is hidden; zero switches the question off
    `dominant`         a count of which one provider has more than this is hidden
    `full_range`       True: a hidden small count may be anything from 1 to threshold - 1. False: not known exactly
    `only_listed`      True: the problem names what is to be protected; for tables with a known answer, not for release
    `insiders`         True: also against providers and against a person who is alone in a count: a provider takes away
                       its own, true or made up, so a count of which a small one is then left is hidden
    """

    threshold: int = 11
    least_providers: int = 3
    dominant: Fraction = Fraction(4, 5)
    full_range: bool = True
    only_listed: bool = False
    insiders: bool = True


def reason_to_hide(cell: Cell, rule: Rule) -> str:
    """Why this count must be hidden; empty if it need not be."""
    if cell.listed:
        return LISTED
    if rule.only_listed or cell.count == 0:
        return ""
    if cell.count < rule.threshold:
        return SMALL
    if cell.inherited:
        return INHERITED
    there = [part for part in cell.providers.values() if part]
    if there and len(there) < rule.least_providers:
        return FEW.format(least=rule.least_providers)
    if there and rule.least_providers and Fraction(max(there), cell.count) > rule.dominant:
        return ONE.format(share=int(rule.dominant * 100))
    if there and rule.insiders and 0 < cell.count - max(there) < rule.threshold:
        return REST
    return ""


def primary_cells(problem: Problem, rule: Rule) -> dict[str, str]:
    """Key -> why, for every count that must stay unknown. What was printed earlier is known and cannot be protected."""
    found = {}
    for key, cell in problem.cells.items():
        if cell.showing is not Showing.SHOWN_EARLIER and (why := reason_to_hide(cell, rule)):
            found[key] = why
    return found


def printed_too_early(problem: Problem, rule: Rule) -> list[str]:
    """Counts that the rule hides and an earlier release printed: told to whoever signs, since nothing undoes it."""
    return [
        key
        for key, cell in problem.cells.items()
        if cell.showing is Showing.SHOWN_EARLIER and reason_to_hide(cell, rule)
    ]
