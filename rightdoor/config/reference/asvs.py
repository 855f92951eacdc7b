"""The page about the verification standard: how many requirements are met, and each that is not, with its reason."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rightdoor.config.env import ROOT

TABLE = ROOT / "docs" / "asvs.csv"
STATES = ("met", "part", "not", "deployer")
CHAPTERS = {
    "V1": "Encoding and sanitization",
    "V2": "Validation and business logic",
    "V3": "Web frontend",
    "V4": "Interfaces and web services",
    "V5": "Files",
    "V6": "Authentication",
    "V7": "Sessions",
    "V8": "Authorization",
    "V9": "Self-contained tokens",
    "V10": "OAuth and OpenID Connect",
    "V11": "Cryptography",
    "V12": "Secure communication",
    "V13": "Configuration",
    "V14": "Data protection",
    "V15": "Secure coding and architecture",
    "V16": "Logging and errors",
    "V17": "WebRTC",
}
PREAMBLE = """# The Application Security Verification Standard, version 5.0.0

`docs/asvs.csv` has a line for each of the standard's {all} requirements (OWASP ASVS 5.0.0): what it asks in our words,
whether it applies, its state, what of ours keeps it, the test or bar (`./door bars`) that shows it, and why not. What
the standard wants written down stands in [limits](limits.md). {applicable} apply; {waiting} of those under "not" wait
for single sign-on or for an interface with tokens, of which there is neither. *Part* and *deployer* never count as met.
Met means that we looked at the code; nobody outside has verified it.
"""
WAITS = re.compile(r"owed together with (?:it|one)\.$")


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement. `state` is empty for what does not apply; `test` is path::name or a bar."""

    id: str
    level: str
    gist: str
    applies: str
    state: str
    how: str
    test: str
    why_not: str

    @property
    def chapter(self) -> str:
        return self.id.partition(".")[0]


def rows() -> list[Row]:
    """docs/asvs.csv, in the order of the standard."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [Row(**line) for line in csv.DictReader(file)]


def page() -> str:
    """The page as text."""
    told = rows()
    applicable = [row for row in told if row.applies == "yes"]
    waiting = sum(bool(WAITS.search(row.why_not)) for row in applicable)
    lines = [PREAMBLE.format(all=len(told), applicable=len(applicable), waiting=waiting)]
    lines.append("| Level | Apply | Met | Part | Not | Deployer |\n|---|---|---|---|---|---|")
    lines += [_counted(f"L{level}", [row for row in applicable if row.level == level]) for level in "123"]
    lines.append(_counted("All", applicable))
    lines.append("\n## By chapter\n\nEach cell: level 1 / level 2 / level 3.\n")
    lines.append("| Chapter | Apply | Met | Part | Not | Deployer |\n|---|---|---|---|---|---|")
    for chapter, title in CHAPTERS.items():
        here = [row for row in applicable if row.chapter == chapter]
        cells = [_by_level(here), *(_by_level(row for row in here if row.state == state) for state in STATES)]
        lines.append(f"| {chapter} {title} | {' | '.join(cells)} |")
    for state, title in (("not", "Not met"), ("part", "Met in part"), ("deployer", "The deployer's")):
        lines.append(f"\n## {title}\n\n| Id | Level | What it asks | What there is | Why not |\n|---|---|---|---|---|")
        lines += [
            f"| {row.id} | {row.level} | {row.gist} | {row.how} | {row.why_not} |"
            for row in applicable
            if row.state == state
        ]
    lines.append(
        "\n## Met, but for a higher level\n\n| Id | Level | What it asks | What is lacking |\n|---|---|---|---|"
    )
    lines += [
        f"| {row.id} | {row.level} | {row.gist} | {row.why_not} |"
        for row in applicable
        if row.state == "met" and row.why_not
    ]
    lines.append("\n## Does not apply\n")
    absent: dict[str, list[str]] = {}
    for row in told:
        if row.applies == "no":
            absent.setdefault(row.why_not, []).append(row.id)
    lines += [f"- {why} {', '.join(ids)}" for why, ids in absent.items()]
    return "\n".join(lines) + "\n"


def _counted(title: str, here: list[Row]) -> str:
    count = Counter(row.state for row in here)
    return f"| {title} | {len(here)} | {' | '.join(str(count[state]) for state in STATES)} |"


def _by_level(here: Iterable[Row]) -> str:
    count = Counter(row.level for row in here)
    return " / ".join(str(count[level]) for level in "123") if count else "-"
