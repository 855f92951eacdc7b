"""Facts about a person in, response tier and deadline out.

FACTS is a JSON file ("-" reads standard input): one object of facts, or a list of them over time. The answer is a JSON
object. No database is needed. The format is described in docs/reference/command-line.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from rightdoor.config.cli import Refused
from rightdoor.config.env import read_env
from rightdoor.domain.response_tier import PHRASES, TriageFacts, retriage
from rightdoor.packs.pack import Pack
from rightdoor.packs.read import PackUnsound, load_pack

PACKS = Path(__file__).resolve().parents[3] / "jurisdictions"
KEYS = {"victim_status", "received_at", "at", *PHRASES}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which pack, which facts."""
    parser.add_argument("--pack", default="", help="a shipped pack's name, or a folder (default: the installation's)")
    parser.add_argument("facts", metavar="FACTS.json", help="facts, or a list of facts over time; - for standard input")


def run(args: argparse.Namespace) -> int:
    """Print the tier as JSON."""
    pack = chosen_pack(args.pack)
    answer = answer_for(read_json(args.facts), pack)
    print(json.dumps(answer, indent=2, ensure_ascii=False))
    return 0


def chosen_pack(name: str) -> Pack:
    """A pack by its shipped name or its folder. Raises Refused."""
    if not name:
        name = str(read_env().pack)
    folder = PACKS / name if "/" not in name and (PACKS / name).is_dir() else Path(name)
    if not folder.is_dir():
        raise Refused(f"there is no pack {name!r}; give a shipped name or a folder", status=2)
    try:
        return load_pack(folder)
    except PackUnsound as unsound:
        raise Refused(f"the pack is not sound: {unsound.faults[0]}", status=1) from unsound


def read_json(place: str) -> Any:
    """The JSON of a file or of standard input. Raises Refused with a sentence."""
    try:
        text = sys.stdin.read() if place == "-" else Path(place).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise Refused(
            f"{place} cannot be read: {getattr(problem, 'strerror', '') or 'not UTF-8 text'}", status=2
        ) from None
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError) as problem:
        where = f"line {problem.lineno}" if isinstance(problem, json.JSONDecodeError) else "nested too deeply"
        raise Refused(f"{place} is not JSON ({where})", status=2) from None


def answer_for(given: Any, pack: Pack) -> dict[str, Any]:
    """The answer as plain data. Raises Refused for facts that cannot be read."""
    entries = given if isinstance(given, list) else [given]
    if not entries:
        raise Refused("the list of facts is empty", status=2)
    read = [_entry(entry, index, several=isinstance(given, list)) for index, entry in enumerate(entries, start=1)]
    received_at = read[0][2]
    if received_at is None:
        raise Refused("received_at is missing: a time with offset, such as 2026-03-09T10:00:00-05:00", status=2)
    history = []
    for index, (at, facts, received) in enumerate(read, start=1):
        if received is not None and received != received_at:
            raise Refused(
                f"entry {index}: received_at differs from the first entry's; a referral is received once", status=2
            )
        history.append((at or received_at, facts))
    steps = retriage(history, pack.tiers, received_at)
    zone = pack.zone
    last = steps[-1]
    return {
        "tier": last.tier.number,
        "reason": last.reason,
        "received_at": received_at.astimezone(zone).isoformat(),
        "due_at": last.due_at.astimezone(zone).isoformat(),
        "due_hours": last.tier.due_hours,
        "clock_starts_at": pack.clocks.starts_at,
        "history": [
            {
                "at": step.at.astimezone(zone).isoformat(),
                "tier": step.tier.number,
                "asked": step.asked.number,
                "due_at": step.due_at.astimezone(zone).isoformat(),
                "reason": step.reason,
                "changed": step.changed,
            }
            for step in steps
        ],
    }


def _entry(entry: Any, index: int, *, several: bool) -> tuple[datetime | None, TriageFacts, datetime | None]:
    here = f"entry {index}: " if several else ""
    if not isinstance(entry, dict):
        raise Refused(f"{here}facts are an object in braces", status=2)
    if unknown := sorted(set(entry) - KEYS):
        raise Refused(f"{here}{unknown[0]!r} is not a fact; the facts are {', '.join(sorted(KEYS))}", status=2)
    status = entry.get("victim_status")
    if status not in ("confirmed", "suspected"):
        raise Refused(f"{here}victim_status must be confirmed or suspected", status=2)
    values = {}
    for fact in PHRASES:
        value = entry.get(fact)
        if value is not None and not isinstance(value, bool):
            raise Refused(f"{here}{fact} must be true, false or null", status=2)
        values[fact] = value
    return _time(entry, "at", here), TriageFacts(status, **values), _time(entry, "received_at", here)


def _time(entry: dict[str, Any], key: str, here: str) -> datetime | None:
    value = entry.get(key)
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
        offset = moment.utcoffset()
        # Far dates overflow when hours are added; nobody's referral is there.
        if offset is None or not 1900 <= moment.year <= 2200:
            raise ValueError
    except (TypeError, ValueError):
        raise Refused(f"{here}{key} must be a time with offset, such as 2026-03-09T10:00:00-05:00", status=2) from None
    return moment
