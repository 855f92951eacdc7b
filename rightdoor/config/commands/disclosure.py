"""Protect small counts in tables that are published together, or look at a pattern as an attacker would.

Needs no database. `protect` hides the cheapest set of counts that leaves every small one in doubt, audits it by other
code and prints pattern, intervals and certificate; `audit` takes any pattern; `simulate` tries invented years. Format:
docs/reference/disclosure-control.md.
"""

from __future__ import annotations

import argparse
import json
import time
from typing import Any

from rightdoor.config.cli import Refused
from rightdoor.config.commands.tier import read_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which of the three, and of which file."""
    what = parser.add_subparsers(dest="what", required=True, metavar="protect|audit|simulate")
    protect = what.add_parser("protect", help="the cheapest pattern that protects, with its certificate")
    protect.add_argument("request", metavar="IN.json", help="tables, earlier releases, rule; - for standard input")
    protect.add_argument("--threshold", type=int, default=11, help="counts from 1 to one less are hidden (11)")
    protect.add_argument("--time", type=float, default=600.0, help="seconds until a good pattern is taken (600)")
    audit = what.add_parser("audit", help="what an attacker can still tell of a pattern")
    audit.add_argument("request", metavar="IN.json", help="tables, earlier releases, rule")
    audit.add_argument("pattern", metavar="PATTERN.json", help="what protect printed, or an object with `hidden`")
    audit.add_argument("--threshold", type=int, default=None, help="default: the pattern's own, else 11")
    simulate = what.add_parser("simulate", help="protect and audit invented years of a state's size")
    simulate.add_argument("--years", type=int, default=50, help="how many (50)")
    simulate.add_argument("--first", type=int, default=1, help="the first seed (1)")
    simulate.add_argument("--cube", action="store_true", help="regions by age and type, not areas by age")


def run(args: argparse.Namespace) -> int:
    """Print the answer as JSON. 0: it may be published, 1: it may not, 2: asked wrongly."""
    from rightdoor.domain.disclosure_control.exact import Unprotectable
    from rightdoor.domain.disclosure_control.problem import Unsound

    try:
        if args.what == "simulate":
            return _simulate(args.years, args.first, cube=args.cube)
        given = read_json(args.request)
        answer = (
            _protect(given, args.threshold, args.time)
            if args.what == "protect"
            else _audit(given, read_json(args.pattern), args.threshold)
        )
    except Unsound as fault:
        raise Refused(str(fault), status=2) from None
    except Unprotectable as fault:
        raise Refused(str(fault)) from None
    print(json.dumps(answer, indent=2, ensure_ascii=False))
    return 0 if answer.get("certificate", answer)["passed"] else 1


def _protect(given: Any, threshold: int, seconds: float) -> dict[str, Any]:
    from rightdoor.domain.disclosure_control.audit import audit
    from rightdoor.domain.disclosure_control.exact import protect
    from rightdoor.domain.disclosure_control.reading import answer, printed_by, read_request
    from rightdoor.oversight.statistics.solver import Highs

    request, solver = read_request(given, threshold), Highs()
    problem, rule = request.problem, request.rule
    pattern = protect(problem, rule, solver, seconds=seconds, timer=time.monotonic, jitter_key=request.jitter_key)
    found = audit(problem, pattern.hidden, printed_by(problem, pattern.hidden), rule, solver)
    return answer(request, pattern, found, solver.name)


def _audit(given: Any, pattern: Any, threshold: int | None) -> dict[str, Any]:
    from rightdoor.domain.disclosure_control.audit import audit
    from rightdoor.domain.disclosure_control.certificate import certificate
    from rightdoor.domain.disclosure_control.reading import read_pattern, read_request
    from rightdoor.oversight.statistics.solver import Highs

    if threshold is None:
        own = pattern.get("threshold", 11) if isinstance(pattern, dict) else 11
        if type(own) is not int:
            raise Refused("the pattern's threshold is not a whole number", status=2)
        threshold = own
    request, solver = read_request(given, threshold), Highs()
    hidden, printed, figures = read_pattern(pattern, request.problem)
    found = audit(request.problem, hidden, printed, request.rule, solver, figures)
    return certificate(request.problem, hidden, printed, request.rule, found, solver.name)


def _simulate(years: int, first: int, *, cube: bool) -> int:
    """A line for each year, and at the end how many hidden counts somebody could tell better than the rule tells."""
    from rightdoor.domain.disclosure_control.audit import audit
    from rightdoor.domain.disclosure_control.exact import protect
    from rightdoor.domain.disclosure_control.primary import Rule
    from rightdoor.domain.disclosure_control.problem import problem_of
    from rightdoor.domain.disclosure_control.reading import printed_by
    from rightdoor.domain.disclosure_control.simulator import areas_by_age, regions_by_age_and_type
    from rightdoor.domain.disclosure_control.tables import cells_and_sums
    from rightdoor.oversight.statistics.solver import Highs

    solver, rule = Highs(), Rule()
    better, longest = 0, 0.0
    for seed in range(first, first + years):
        table = regions_by_age_and_type(seed) if cube else areas_by_age(seed)
        problem = problem_of(table.measure, *cells_and_sums(table))
        pattern = protect(problem, rule, solver, timer=time.monotonic)
        began = time.monotonic()
        found = audit(problem, pattern.hidden, printed_by(problem, pattern.hidden), rule, solver)
        looked = time.monotonic() - began
        better += len({fault.key for fault in found.faults})
        longest = max(longest, pattern.seconds + looked)
        print(
            f"year {seed}: {len(problem.cells)} counts, {len(pattern.primary)} small, "
            f"{len(pattern.secondary)} more hidden, "
            f"{pattern.status}, cost {pattern.cost}, {pattern.seconds:.1f} s and {looked:.1f} s of audit, "
            f"{len(found.faults)} faults",
            flush=True,
        )
    print(f"hidden counts known better than the rule tells: {better}, in years: {years}. Longest: {longest:.1f} s")
    return 1 if better else 0
