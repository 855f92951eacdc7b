"""What a region's records say of the yearly evaluation: yes, not yet or cannot tell for each item, with the figure.

Counts de-identified rows of this installation; what stands sealed is not opened for a command. With --as-of the records
are counted as they stood at the end of that day. Items that the platform keeps no records of yet are listed with the
requirement that brings them.
"""

from __future__ import annotations

import argparse
import json
from datetime import date, datetime, time
from typing import Any

from rightdoor.config.cli import Refused
from rightdoor.config.commands._database import database


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which region, at which moment."""
    parser.add_argument("region", metavar="REGION", help="key of a region of the pack, or ALL for every region")
    parser.add_argument("--as-of", dest="as_of", default="", metavar="DATE", help="2026-03-31; default: now")
    parser.add_argument("--json", action="store_true", help="for other programs: one object")


def run(args: argparse.Namespace) -> int:
    """Print what the records say."""
    with database("evidence"):
        from django.utils import timezone

        from rightdoor.foundation.jurisdiction.active import active_pack, zone

        known = [one.key for one in active_pack().regions]
        wanted = known if args.region == "ALL" else [args.region]
        if not set(wanted) <= set(known):
            raise Refused(f"there is no region {args.region!r}; the regions are {', '.join(known)}", status=2)
        until = timezone.now()
        if args.as_of:
            try:
                day = date.fromisoformat(args.as_of)
            except ValueError:
                raise Refused(f"{args.as_of!r} is no date; write it as 2026-03-31", status=2) from None
            until = min(until, datetime.combine(day, time(23, 59, 59), tzinfo=zone()))
        told = [said_of(region, until) for region in wanted]
        if args.json:
            print(json.dumps(told if args.region == "ALL" else told[0], indent=2, ensure_ascii=False))
        else:
            print("\n\n".join(as_text(one) for one in told))
    return 0


def said_of(region: str, until: datetime) -> dict[str, Any]:
    """What one region's records say, as plain data. Figures are in words: no count of children is told."""
    from rightdoor.foundation.access.viewers import system_viewer
    from rightdoor.foundation.jurisdiction.active import active_pack, local
    from rightdoor.oversight.evidence.queries import findings, gather
    from rightdoor.oversight.evidence.waits import TOOL, WAITS

    rows = gather(system_viewer("evidence"), region, until)
    return {
        "region": region,
        "as_of": local(until).isoformat(timespec="seconds"),
        "pack": active_pack().version,
        "tool": TOOL,
        "items": [
            {
                "item": one.rule.item,
                "says": one.finding.says,
                "figure": one.finding.figure,
                "from": _day(one.finding.period.since),
                "to": _day(one.finding.period.until),
                "rule": one.rule.name,
                "rule_version": one.rule.version,
            }
            for one in findings(rows, until)
        ],
        "waits": dict(WAITS),
    }


def as_text(told: dict[str, Any]) -> str:
    """The same for a person at a terminal."""
    words = {"yes": "yes", "not_yet": "not yet", "cannot_tell": "cannot tell"}
    lines = [f"{told['region']}, as of {told['as_of']}", ""]
    lines += [f"{one['item']:<8}{words[one['says']]:<13}{one['figure']}" for one in told["items"]]
    lines += ["", f"{len(told['waits'])} items wait for records that the platform does not keep yet:"]
    lines += [f"{item:<8}{requirement}" for item, requirement in told["waits"].items()]
    return "\n".join(lines)


def _day(at: datetime | None) -> str | None:
    from rightdoor.foundation.jurisdiction.active import local

    return None if at is None else local(at).date().isoformat()
