"""Work out a performance measure: rows in, figure out with what it counted, what it left out, and its definition.

ROWS.json ("-" reads standard input) holds the rows, the cut-off and the period; `list` names the measures. No database
is needed. The format is described in docs/reference/measures.md.

Exit status: 0 worked out, 2 the rows cannot be read or do not fit.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from rightdoor.config.cli import Refused
from rightdoor.config.commands.tier import chosen_pack
from rightdoor.domain.measures.catalogue import Measure, catalogue
from rightdoor.domain.measures.measured import Definition, Measured, Times, in_public, percent
from rightdoor.domain.measures.norms import Asked, Norms, Period
from rightdoor.domain.measures.reading import RowsUnsound, read_cut_off
from rightdoor.packs.instruments import FileUnsound
from rightdoor.packs.located import Unreadable, decoded, text_of
from rightdoor.packs.measures import LARGEST, counted_from, norms_of

MOST_SHOWN = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which measure, which rows, as of when."""
    parser.add_argument("name", metavar="NAME", help="a measure, such as R1; list names them")
    parser.add_argument("rows", metavar="ROWS.json", nargs="?", default="", help="the rows; - for standard input")
    parser.add_argument(
        "--as-of",
        dest="as_of",
        default="",
        metavar="DATE",
        help="2026-03-31 or a time with offset; default: the file's, else now",
    )
    parser.add_argument("--pack", default="", help="a shipped pack's name, or a folder (default: the installation's)")
    parser.add_argument("--json", action="store_true", help="for list: one object for each measure")


def run(args: argparse.Namespace) -> int:
    """Print the figure as JSON, or the list."""
    norms = norms_of(chosen_pack(args.pack))
    known = catalogue(norms)
    if args.name == "list":
        if args.rows:
            raise Refused("list takes no rows", status=2)
        return _list(known, as_json=args.json)
    chosen = known.get(args.name)
    if chosen is None:
        raise Refused(f"there is no measure {args.name[:40]!r}; the measures are {', '.join(known)}", status=2)
    if not args.rows:
        raise Refused("say which file holds the rows; - for standard input", status=2)
    try:
        cut_off = read_cut_off(args.as_of, norms) if args.as_of else None
    except RowsUnsound:
        raise Refused(
            f"--as-of {args.as_of[:40]!r} is no cut-off; write a day (2026-03-31) or a time with its offset", status=2
        ) from None
    try:
        counted = counted_from(_text(args.rows), _name(args.rows), chosen, norms)
    except FileUnsound as unsound:
        return _refused(unsound)
    asked = Asked(cut_off or counted.as_of or datetime.now(UTC), norms, counted.period)
    print(json.dumps(figure_data(chosen.work_out(counted.rows, asked), asked), indent=2, ensure_ascii=False))
    return 0


def figure_data(found: Measured, asked: Asked) -> dict[str, Any]:
    """A figure as plain data, in the order of docs/reference/measures.md."""
    return {
        "measure": found.definition.name,
        "title": found.definition.title,
        "as_of": asked.cut_off.astimezone(asked.norms.zone).isoformat(),
        "period": _period(asked.period),
        **_figure(found, asked.norms),
    }


def _figure(found: Measured, norms: Norms) -> dict[str, Any]:
    share, interval = found.share, found.interval
    return {
        "numerator": found.numerator,
        "denominator": found.denominator,
        "share": None if share is None else round(float(share), 4),
        "percent": _percent(share),
        "interval": None if interval is None else {"low": round(interval.low, 4), "high": round(interval.high, 4)},
        "pending": found.pending,
        "excluded": dict(found.excluded),
        "missed": dict(found.missed),
        "outside": found.outside,
        "counts": dict(found.counts),
        "mix": _mix(found),
        "times": None if found.times is None else _times(found.times),
        "aim": _percent(found.aim),
        "reaches_aim": found.reaches_aim,
        "provisional": found.provisional,
        "public": {"threshold": norms.threshold, "figure": in_public(found, norms.threshold)},
        "definition": _definition(found.definition),
        "parts": [{"part": one.part, "measure": one.definition.name, **_figure(one, norms)} for one in found.parts],
    }


def _mix(found: Measured) -> list[dict[str, Any]] | None:
    if found.mix is None:
        return None
    whole = sum(found.mix.values())
    return [
        {"key": key, "count": count, "percent": _percent(Fraction(count, whole))} for key, count in found.mix.items()
    ]


def _times(times: Times) -> dict[str, Any]:
    return {
        "median_hours": _hours(times.median),
        "ninetieth_hours": _hours(times.ninetieth),
        "done": times.done,
        "waiting": times.waiting,
    }


def _definition(one: Definition) -> dict[str, Any]:
    return {
        "version": one.version,
        "unit": one.unit,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "rules": list(one.rules),
        "source": one.source,
    }


def _percent(share: Fraction | None) -> str | None:
    """As text, so that 60.0 stays 60.0."""
    return None if share is None else f"{percent(share)}"


def _hours(span: timedelta | None) -> float | None:
    return None if span is None else round(span / timedelta(hours=1), 4)


def _period(period: Period | None) -> dict[str, str] | None:
    return None if period is None else {"from": period.first.isoformat(), "to": period.last.isoformat()}


def _list(known: dict[str, Measure], *, as_json: bool) -> int:
    if as_json:
        told = [
            {
                "measure": one.name,
                "title": one.about.title,
                "rows": one.rows.__name__,
                "needs_period": one.needs_period,
                "definition": _definition(one.about),
            }
            for one in known.values()
        ]
        print(json.dumps(told, indent=2, ensure_ascii=False))
        return 0
    for one in known.values():
        period = "period" if one.needs_period else ""
        print(f"{one.name:<10}{one.rows.__name__:<16}{period:<8}{one.about.title}")
    return 0


def _text(place: str) -> str:
    """The text of a file or of standard input. Raises Refused, as nothing in it can be named."""
    try:
        return decoded(sys.stdin.buffer.read(LARGEST + 1), LARGEST) if place == "-" else text_of(Path(place), LARGEST)
    except Unreadable as problem:
        where = f", line {problem.line}" if problem.line else ""
        raise Refused(f"{_name(place)}{where}: {problem.sentence} {problem.remedy}", status=2) from None


def _name(place: str) -> str:
    """What a file is called in messages, on one line whatever its name holds."""
    return "standard input" if place == "-" else ascii(Path(place).name)[1:-1]


def _refused(unsound: FileUnsound) -> int:
    for fault in unsound.faults[:MOST_SHOWN]:
        print(fault, file=sys.stderr)
    if len(unsound.faults) > MOST_SHOWN:
        print(f"and {len(unsound.faults) - MOST_SHOWN} more", file=sys.stderr)
    return 2
