"""Makes each generated page as text. Nothing here needs a database."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path

import yaml

from rightdoor.config.env import ROOT, Env
from rightdoor.config.reference import asvs, bars, crosswalk, sharing
from rightdoor.domain import permission, referral, victim_status
from rightdoor.foundation.audit.verbs import VERBS

MADE = "<!-- made by `./door docs`; do not edit -->\n"
ID = re.compile(r"\b(?:INT|SCR|CASE|MTG|TEAM|DIR|OUT|PROG|STAT|PRIV|UX)-\d+\b")
STATES = {"done": "done", "part": "in part", "later": "not yet"}


def requirements() -> str:
    """For each requirement: its state, where it lives, which tests show it, what is missing."""
    told: Mapping[str, Mapping[str, str]] = yaml.safe_load(
        (ROOT / "docs" / "requirements.yaml").read_text(encoding="utf-8")
    )
    places, tests = _places(), _tests()
    lines = [MADE, "# Requirements: where each lives, what shows it, what is missing\n"]
    done = sum(entry["state"] == "done" for entry in told.values())
    part = sum(entry["state"] == "part" for entry in told.values())
    lines.append(f"{len(told)} requirements: {done} done, {part} in part, {len(told) - done - part} not yet.\n")
    lines.append("| Id | What | State | Lives in | Shown by | Missing |\n|---|---|---|---|---|---|")
    for key, entry in told.items():
        where = ", ".join(f"`{place}`" for place in sorted(places[key])[:5])
        by = ", ".join(f"`{test}`" for test in sorted(tests[key])[:6])
        more = f" and {len(tests[key]) - 6} more" if len(tests[key]) > 6 else ""
        lines.append(
            f"| {key} | {entry['about']} | {STATES[entry['state']]} | {where} | {by}{more} |"
            f" {entry.get('missing', '')} |"
        )
    return "\n".join(lines) + "\n"


def permissions() -> str:
    """Roles in plain words, and who may do which act."""
    lines = [
        MADE,
        "# Who may do what\n",
        "A role alone opens nothing that is about a client: the standing says what must come with it.\n",
        "## Roles\n",
    ]
    lines += [f"- **{role.replace('_', ' ')}**: {sentence}" for role, sentence in permission.ROLES.items()]
    lines += ["\n## Acts\n", "| Act | What it is | Role | Standing needed (one of) |", "|---|---|---|---|"]
    for key, act in permission.ACTS.items():
        for role, needed in act.by.items():
            lines.append(f"| `{key}` | {act.does} | {role.replace('_', ' ')} | {', '.join(sorted(needed)) or 'none'} |")
    return "\n".join(lines) + "\n"


def verbs() -> str:
    """Every verb of the audit trail with its sentence."""
    lines = [MADE, "# What the audit trail records\n", "| Verb | Shown to a reader as |", "|---|---|"]
    lines += [f"| `{verb}` | {sentence} |" for verb, sentence in VERBS.items()]
    return "\n".join(lines) + "\n"


def settings() -> str:
    """Every setting of an installation, from the source of env.py."""
    source = (ROOT / "rightdoor" / "config" / "env.py").read_text(encoding="utf-8")
    said = dict(re.findall(r"^    (\w+): [^#\n]+# (.+)$", source, re.MULTILINE))
    named = dict(re.findall(r"(\w+)=[^\n]*?_(?:text|flag|number|list)\(\"([A-Z_]+)\"", source))
    named |= {
        "home": "RIGHTDOOR_HOME",
        "pack": "RIGHTDOOR_PACK",
        "db_role": "RIGHTDOOR_DB_ROLE",
        "origin": "RIGHTDOOR_ORIGIN",
    }
    lines = [
        MADE,
        "# Settings\n",
        "Read from the environment once, at the start. A secret may stand in a file: `NAME_FILE` names it.\n",
    ]
    lines += ["| Variable | What it is |", "|---|---|"]
    lines += [f"| `{named[field.name]}` | {said.get(field.name, '')} |" for field in fields(Env) if field.name in named]
    return "\n".join(lines) + "\n"


def statuses() -> str:
    """The states of each noun and what may follow what, as diagrams."""
    lines = [MADE, "# States\n"]
    for title, transitions in (("Referral", referral.TRANSITIONS), ("Victim status", victim_status.TRANSITIONS)):
        lines += [f"## {title}\n", "```mermaid", "stateDiagram-v2"]
        for before, after in transitions.items():
            lines += [f"  {before or '[*]'} --> {state}" for state in sorted(after) if state != before]
        lines += ["```\n"]
    return "\n".join(lines) + "\n"


def _places() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for path in _python(ROOT / "rightdoor"):
        if "reference" in path.parts:
            continue
        for key in ID.findall(path.read_text(encoding="utf-8")):
            found[key].add(path.relative_to(ROOT / "rightdoor").as_posix())
    return found


def _tests() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for path in _python(ROOT / "tests"):
        text = path.read_text(encoding="utf-8")
        if "mark.req" not in text and "pytestmark" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                for decorator in node.decorator_list:
                    if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.req":
                        for one in decorator.args:
                            if isinstance(one, ast.Constant):
                                found[str(one.value)].add(node.name)
            if isinstance(node, ast.Assign) and any(ast.unparse(it) == "pytestmark" for it in node.targets):
                for key in ID.findall(ast.unparse(node.value)):
                    found[key].add(path.stem)
    return found


def _python(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts)


# Path under docs/ -> what makes the page there. Some read every test, so one asks for the page that is needed.
PAGES: Mapping[str, Callable[[], str]] = {
    "requirements.md": requirements,
    "reference/permissions.md": permissions,
    "reference/audit-verbs.md": verbs,
    "reference/settings.md": settings,
    "reference/statuses.md": statuses,
    "reference/security.md": lambda: MADE + bars.page(),
    "reference/sharing-matrix.md": lambda: MADE + sharing.page(),
    "reference/asvs.md": lambda: MADE + asvs.page(),
    "reference/crosswalk.md": lambda: MADE + crosswalk.page(),
}


def pages() -> dict[str, str]:
    """Path under docs/ -> text of every generated page."""
    return {name: make() for name, make in PAGES.items()}
