"""Build a published annual report again from what was frozen, and compare every byte.

`list` shows what there is. `verify CODE` makes tables, document and files anew from the frozen inputs under the kept
pattern, audits them as if for the first time, reads every file back, and says what differs.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

from rightdoor.config.cli import Refused
from rightdoor.config.commands._database import database


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and with which."""
    what = parser.add_subparsers(dest="what", required=True, metavar="list|verify")
    what.add_parser("list", help="every report, the newest first")
    verify = what.add_parser("verify", help="build it again and compare")
    verify.add_argument("code", metavar="CODE", help="the report's code, as `list` tells it")
    parser.add_argument("--json", action="store_true", help="for other programs: one object")


def run(args: argparse.Namespace) -> int:
    """0: the same to the last byte and still under its certificate; 1: it is not; 2: asked wrongly."""
    with database("report"):
        if args.what == "list":
            return _list(as_json=args.json)
        return _verify(args.code, as_json=args.json)


def _list(*, as_json: bool) -> int:
    from rightdoor.oversight.annual_reports.models import AnnualReport

    rows: list[dict[str, Any]] = [
        {"code": code, "year": year, "edition": edition, "state": state}
        for code, year, edition, state in AnnualReport.objects.order_by("-year", "-edition").values_list(
            "code", "year", "edition", "state"
        )
    ]
    if as_json:
        print(json.dumps(rows, indent=2))
    else:
        print("\n".join(f"{one['code']}  {one['year']}, edition {one['edition']}: {one['state']}" for one in rows))
    return 0


def _verify(code: str, *, as_json: bool) -> int:
    from django.utils import timezone

    from rightdoor.domain.errors import RuleBroken
    from rightdoor.foundation.access.viewers import system_viewer
    from rightdoor.foundation.codes import normalise
    from rightdoor.oversight.annual_reports.actions import verify
    from rightdoor.oversight.annual_reports.models import AnnualReport
    from rightdoor.oversight.published.queries import broken_entries

    report = AnnualReport.objects.filter(code=normalise(code)).first()
    if report is None:
        raise Refused(f"there is no report {code!r}", status=2)
    try:
        found = verify(system_viewer("report"), report, now=timezone.now())
    except RuleBroken as refusal:
        raise Refused(str(refusal), status=2) from None
    ledger = broken_entries()
    told = {
        "code": report.code,
        "same": found.is_same,
        "differs": list(found.differs),
        "audited": found.audited,
        "ledger": "sound" if not ledger else f"broken at {ledger[0]}",
    }
    if as_json:
        print(json.dumps(told, indent=2))
    else:
        print(
            "The same, to the last byte." if found.is_same else f"Differs: {', '.join(found.differs) or 'the audit'}."
        )
        print(f"Ledger of everything published: {told['ledger']}.")
    return 0 if found.is_same and not ledger else 1
