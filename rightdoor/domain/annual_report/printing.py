"""The report as it is printed: one plain document with what may be told, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .inputs import Inputs, hash_of
from .narrative import HIDDEN, sections
from .shapes import JUVENILE
from .tables import INSIDE, OUTSIDE, Report, Slot, addresses

VERSION = 1
BASIS: Mapping[str, str] = {
    "inside": "Persons whose case is kept in the platform, each counted once.",
    "outside": "Persons as agencies counted them. Whom two agencies served is counted by both: never add this to"
    " persons in the platform.",
    "agencies": "Agencies on the year's list.",
    "acts": "Referrals, meetings, arrests and other things that were done, as each table says.",
}
DEFINITIONS: tuple[tuple[str, str], ...] = (
    (
        "Person in the platform",
        "A child or youth with a case open at some time in the year, counted once in the state.",
    ),
    ("Person, by agency", "Somebody whom an agency served in the year. Two agencies that serve one person count two."),
    ("Confirmed", "The facts meet a legal definition of trafficking, on more than an allegation or a suspicion."),
    ("Suspected", "Specific facts make it reasonable to believe so; more is needed to meet a definition."),
    ("Age", "At the first service of the year. Not known is a group of its own and stays in every total."),
    ("Share", "Of the whole that the table names, with what is not known in it; rounded half away from zero."),
)


def document_of(
    report: Report,
    inputs: Inputs,
    *,
    printed: Mapping[str, int],
    figures: Mapping[str, str],
    certificate: Mapping[str, Any],
    narrative: Iterable[Mapping[str, str]] = (),
    sources: Iterable[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """The document. printed: key -> count of what may be shown; figures: name -> text; certificate: its summary.

    Raises BindingUnknown where a sentence is bound to what no table has.
    """
    year = int(inputs["year"])
    document: dict[str, Any] = {
        "version": VERSION,
        "year": year,
        "edition": int(inputs["edition"]),
        "state": inputs["state"],
        "vocabulary": inputs.get("vocabulary", ""),
        # A demonstration says on every file that it is one: its figures look like a state's.
        "title": f"Human trafficking in {year}" + (" (demonstration, all invented)" if inputs.get("invented") else ""),
        "threshold": int(inputs["threshold"]),
        "basis": _basis(report),
        "headline": _headline(report, printed),
        "tables": [
            {
                "code": table.code,
                "title": table.title,
                "about": table.about,
                "unit": table.unit,
                "basis": table.basis,
                "columns": [{"key": key, "label": label} for key, label in table.columns],
                "rows": [
                    {
                        "key": line.key,
                        "label": line.label,
                        "level": line.level,
                        "cells": [_cell(slot, printed, figures) for slot in line.slots],
                    }
                    for line in table.lines
                ],
                "notes": list(table.notes),
                "breaks": [{"after": after, "note": note} for after, note in table.breaks],
                **({} if table.chart is None else {"chart": list(table.chart)}),
            }
            for table in report.tables
        ],
        "figures": _named(report, figures),
        "narrative": [],
        "definitions": [{"word": word, "text": text} for word, text in DEFINITIONS],
        "method": _method(inputs),
        "sources": [dict(one) for one in sources],
        "certificate": dict(certificate),
        "inputs_hash": hash_of(inputs),
    }
    document["narrative"] = sections(narrative, document)
    return document


def hidden_of(report: Report, printed: Mapping[str, int]) -> dict[str, int]:
    """Address -> true count, of every place that shows a sign. What the audit of the files must not find there."""
    cells = report.problem.cells
    found = {at: cells[key].count for at, key in addresses(report).items() if key not in printed}
    return found | report.money


def summary_of(certificate: Mapping[str, Any], *, status: str, shown: int, hidden: int) -> dict[str, Any]:
    """What of the certificate is printed: how it was asked and what was found, and nothing of any count.

    Not the hash of the problem: it is over the true counts, so that whoever knows all but a few of them could try the
    few until it fits. That of the pattern is over what is printed.
    """
    kept = ("threshold", "range", "insiders", "least_providers", "dominant", "solver", "passed", "for_release",
            "pattern")  # fmt: skip
    return {
        **{name: certificate[name] for name in kept},
        "status": {"optimal": "the cheapest pattern there is", "heuristic": "a good pattern, audited in the same way"}[
            status
        ],
        "shown": shown,
        "hidden": hidden,
        "earlier_counts": len(certificate["ledger"]),
        "questions": {name: dict(one) for name, one in certificate["questions"].items()},
    }


def _cell(slot: Slot, printed: Mapping[str, int], figures: Mapping[str, str]) -> str:
    if slot.kind == "words":
        return slot.value
    if slot.kind == "figure":
        return figures.get(slot.value, HIDDEN)
    return f"{printed[slot.value]:,}" if slot.value in printed else HIDDEN


def _basis(report: Report) -> dict[str, str]:
    used = {table.basis for table in report.tables}
    return {key: text for key, text in BASIS.items() if key in used}


def _headline(report: Report, printed: Mapping[str, int]) -> list[dict[str, str]]:
    year = report.problem.name.removeprefix("annual report ")
    told = (
        ("Persons, by agency", f"{year} {OUTSIDE}"),
        ("Of them, 17 and under", f"{year} {OUTSIDE}|age={JUVENILE}"),
        ("Persons in the platform, each once", f"{year} {INSIDE}"),
        ("Referrals", f"{year} referrals"),
    )
    return [{"name": name, "text": f"{printed[key]:,}"} for name, key in told if key in printed]


def _named(report: Report, figures: Mapping[str, str]) -> list[dict[str, str]]:
    """Figures outside of tables: those that a sentence may be bound to."""
    return [{"name": name, "label": label, "text": figures[name]} for name, label in report.named if name in figures]


def _method(inputs: Inputs) -> list[str]:
    least = inputs["threshold"]
    year, month, day = inputs["as_of"][:10].split("-")
    return [
        f"Every count of 1 to {least - 1} is hidden, and so are counts of fewer than three agencies, those of"
        f" which one agency has more than four fifths, and those of which fewer than {least} are left without one"
        " agency. Other counts are hidden beside them, so that none of these can be worked out.",
        "All tables were protected together with everything that was ever printed before. A second program, which"
        " shares no step with the first, then tried to work out each hidden count.",
        "What is not known is shown as such and is never spread over what is.",
        "Nothing was taken away for persons whom two agencies served: how many they are is not known.",
        "What the platform counts was not held against agencies one by one: it is one source.",
        f"Figures stand as of {month}/{day}/{year}. Corrections appear as a later edition, never as a change.",
    ]
