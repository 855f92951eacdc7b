"""The page about the sharing matrix, made from the data that the decision asks."""

from __future__ import annotations

from rightdoor.domain.confidentiality import REASONS
from rightdoor.domain.sharing_matrix import COLUMNS
from rightdoor.packs.matrix import shipped_matrix

CELLS = (
    ("O", "the own agency's records only"),
    ("M", "the investigative team of a district whose signed protocol is switched on; until then a release, as R"),
    ("R", "a release"),
    ("S", "status only: yes, no or a date"),
    ("-", "never, or only by a court's order"),
    ("(limit)", "only the part of the record that the limit names, whichever way it opens"),
    ("*", "a release that is specific and names the intermediary, with the notice attached"),
    ("**", "one named person, for a time, never listed, searched or exported"),
)
CLASSES = {
    "AGG": "de-identified totals",
    "DIR": "directory",
    "ID": "identity and contact",
    "CORE": "coordination: status, tier, tasks, meetings",
    "SAFE": "safety plan",
    "PLAN": "service plan",
    "ADV": "advocate's records",
    "ADVPRIV": "privileged communications",
    "LE": "investigation",
    "PROS": "prosecution's work product",
    "CW": "child-welfare record",
    "HLTH": "health",
    "EVID": "forensic examination",
    "MH": "mental health",
    "PSY": "psychotherapy notes",
    "SUD": "substance use",
    "EDU": "school",
    "JJ": "juvenile justice",
    "FINS": "families in need of services",
    "FI": "forensic interview: custodian, date, pointer",
    "IMM": "immigration",
    "LOC": "confidential location",
    "PRIV": "attorney and client",
    "REP": "who reported",
    "OFF": "alleged offender",
    "PERF": "staff performance and feedback",
}


def page() -> str:
    """The shipped matrix, what its cells mean, and the grounds in the order in which they are tried."""
    matrix = shipped_matrix()
    lines = [
        "# The sharing matrix\n",
        f"Version {matrix.version}. A row is a class of records, a column the discipline that reads; every reader is"
        " cleared, not kept apart from the case, and assigned or invited to it first. A pack names each of its"
        " disciplines' columns and may make cells stricter, never looser (`sharing.yaml`); `./door access matrix`"
        " prints what is in force, [`./door access explain`](../how-to/explain-access.md) one answer with its steps.\n",
        "| | " + " | ".join(column.replace("_", " ") for column in COLUMNS) + " |",
        "|---|" + "---|" * len(COLUMNS),
    ]
    for name in dict.fromkeys(name for _, name in matrix.cells):
        cells = " | ".join(matrix.cell(column, name).text.replace("*", "\\*") for column in COLUMNS)
        lines.append(f"| {name} | {cells} |")
    lines += ["\nWhat is not in the table is closed. AGG and DIR hold no person: whoever is cleared reads them.\n"]
    lines += ["## Cells\n", "| Cell | Opens on |", "|---|---|"]
    lines += [f"| {cell.replace('*', chr(92) + '*')} | {said} |" for cell, said in CELLS]
    lines += ["\n## Classes\n", "| Class | What it is |", "|---|---|"]
    lines += [f"| {name} | {said} |" for name, said in CLASSES.items()]
    lines += [
        "\n## Grounds, in the order in which they are tried\n",
        "| Basis | What the reader is told |",
        "|---|---|",
    ]
    lines += [f"| {basis} | {said} |" for basis, said in REASONS.items()]
    lines += ["\n## Where the rule is stricter than the table\n", *(f"- {said}" for said in STRICTER)]
    return "\n".join(lines) + "\n"


STRICTER = (
    "ADVPRIV, PSY, PRIV and PROS open to their holder; PSY, PRIV and PROS to a court's order as well. No protocol, "
    "release, emergency, report or share opens them, whatever the table says.",
    "`-` shuts out every ground but a court's order: an emergency and a mandated report, too.",
    "A discipline without a column reads its own agency's records and nothing else, not even by a court's order.",
    "Records that their holder keeps apart open by a court's order, a mandated report or a release; no status shows.",
    "SUD, MH, EDU, IMM and LOC need initials of their own on a release; LOC a named person under every ground.",
    "Police and LOC: the source's table says never, its rule SR-22 names a court's order, an emergency or a specific "
    "release. The rule stands.",
    "A release opens an M cell, because M is R until it is switched on; it does not open an O or S cell.",
    "A record that was withdrawn, or of a closed case, is read by its holder alone.",
    "Only its holder, or the coordinator for the coordinator's own classes, changes a record.",
)
