"""What is stored and signed with a release: what was asked of which pattern, by which solver, and what was found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from .audit import QUESTIONS, Audit
from .primary import Rule, printed_too_early
from .problem import Problem

LEAST_PUBLIC_THRESHOLD = 11
VERSION = 1


def pattern_hash(hidden: Iterable[str], printed: Mapping[str, int]) -> str:
    """The same for the same hidden and printed counts, in whatever order they come."""
    return _hash({"hidden": sorted(set(hidden)), "printed": dict(printed)})


def problem_hash(problem: Problem) -> str:
    """The same for the same counts, sums, providers and earlier releases."""
    return _hash(
        {
            "cells": [
                [
                    it.key,
                    it.count,
                    it.showing,
                    dict(it.providers),
                    it.listed,
                    it.room,
                    it.lowest,
                    it.highest,
                    it.inherited,
                ]
                for it in problem.cells.values()
            ],
            "sums": [[it.total, it.parts] for it in problem.sums],
            "figures": [[it.name, it.kind, it.of, it.base] for it in problem.figures],
            "earlier": problem.earlier,
        }
    )


def certificate(
    problem: Problem, hidden: Iterable[str], printed: Mapping[str, int], rule: Rule, found: Audit, solver: str
) -> dict[str, Any]:
    """The certificate as plain data. `for_release`: it passed, and under a rule that the public may be given. The
    question AU7, whether a hidden count stands anywhere in the built files, is asked of those files.
    """
    faults = [{"question": it.question, "key": it.key, "fault": it.sentence} for it in found.faults]
    return {
        "version": VERSION,
        "problem": problem_hash(problem),
        "pattern": pattern_hash(hidden, printed),
        "threshold": rule.threshold,
        "range": "full" if rule.full_range else "exact",
        "only_listed": rule.only_listed,
        "least_providers": rule.least_providers,
        "dominant": str(rule.dominant),
        "insiders": rule.insiders,
        "solver": solver,
        "passed": found.passed,
        "for_release": found.passed and is_public_rule(rule),
        "questions": {
            name: {"asked": found.asked[name], "faults": sum(it.question == name for it in found.faults)}
            for name in QUESTIONS
        },
        "faults": faults,
        "intervals": {key: list(found.intervals[key]) for key in sorted(found.intervals)},
        "protected": len(found.protected),
        "told_by_the_rule_alone": sorted(found.rule_alone),
        "ledger": found.ledger,
        "printed_too_early": printed_too_early(problem, rule),
        "to_be_read": [it.sentence for it in found.flags],
    }


def is_public_rule(rule: Rule) -> bool:
    """Is this rule as strict as anything public must be?"""
    return (
        rule.threshold >= LEAST_PUBLIC_THRESHOLD
        and rule.full_range
        and rule.insiders
        and not rule.only_listed
        and rule.least_providers >= Rule().least_providers
        and rule.dominant <= Rule().dominant
    )


def _hash(data: Any) -> str:
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
