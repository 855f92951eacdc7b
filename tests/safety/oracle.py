"""A second opinion on who may see what, written from the rule alone and without the product's code.

It shares nothing with `rightdoor.domain.confidentiality`: the matrix is typed in again as text, a world is a plain
dictionary, and moments are minutes from now (0 is now, -60 an hour ago, None no such moment). The test builds the
product's objects from the same world and compares the two answers. Whoever changes the rule changes it here by hand,
from the rule's text and not from the program's.
"""

from __future__ import annotations

from typing import Any, NamedTuple

World = dict[str, Any]

COLUMNS = (
    *("coordinator", "advocate", "police", "child_welfare", "prosecutor"),
    *("medical", "mental_health", "juvenile_justice", "school"),
)

# Who reads (across, in the order of COLUMNS) what of another agency (down). O own, M investigative team, R release,
# S status only, - closed. A word after the colon: only items that meet this limit. The survivor consultants' column is
# closed throughout and stands below in the function.
CELLS = """
CORE     O          M         M   M                 M  M    R  R  R
ID       O          M         M   M                 M  M    R  R  R
SAFE     O          R         S   M                 S  R    R  R  -
PLAN     O          R         S   M                 S  R    R  R  R:education_part
ADV      R          O         R   R                 R  R    R  R  -
ADVPRIV  -          O         -   -                 -  -    -  -  -
LE       S          S         O   M                 M  S    -  -  -
PROS     S          S         S   S                 O  -    -  -  -
CW       M:limited  R         M   O                 M  S    R  R  -
HLTH     R          R         R   M:abuse_findings  R  O    R  R  -
EVID     S          S         M   M                 M  O    -  -  -
MH       R          R         R   R                 R  R    O  R  -
PSY      -          -         -   -                 -  -    O  -  -
SUD      R          R         -   R                 -  R    R  -  -
EDU      R          R         R   M:state_care      R  -    R  R  O
JJ       S          R         R   R                 M  -    -  O  -
FINS     -          -         -   R                 -  -    -  R  -
FI       S          S         M   M                 M  -    -  -  -
IMM      R          R         R   R                 R  -    -  -  -
LOC      R          R         R   M                 -  R    -  -  -
REP      -          -         M   O                 M  -    -  -  -
OFF      S          S:safety  O   M                 M  -    -  S  -
PRIV     -          -         -   -                 -  -    -  -  -
PERF     -          -         -   -                 -  -    -  -  -
"""
TABLE = {line.split()[0]: dict(zip(COLUMNS, line.split()[1:], strict=True)) for line in CELLS.strip().splitlines()}

# The pack's disciplines as its sharing.yaml names them. Who is missing has no column.
COLUMN_OF = {
    "care_coordinator": "coordinator",
    "local_law_enforcement": "police",
    "state_law_enforcement": "police",
    "federal_law_enforcement": "police",
    "child_welfare": "child_welfare",
    "victim_advocate": "advocate",
    "family_advocate": "advocate",
    "prosecutor": "prosecutor",
    "medical": "medical",
    "therapist": "mental_health",
    "behavioral_health": "mental_health",
    "juvenile_justice": "juvenile_justice",
    "school": "school",
    "survivor_consultant": "consultant",
    "youth_representative": "consultant",
}


class Answer(NamedTuple):
    """What the rule says; `why` names the step that refused and is not compared."""

    allowed: bool
    basis: str
    status_only: bool
    why: str = ""


def _no(why: str) -> Answer:
    return Answer(False, "", False, why)


def _yes(basis: str) -> Answer:
    return Answer(True, basis, basis == "STATUS")


def answer(w: World) -> Answer:
    """The whole rule, one step after the other in the order in which it is written down."""
    me, mine, cls, action = w["code"], w["agency"], w["class"], w["action"]

    # Nothing that nobody has a name for.
    if cls not in TABLE and cls not in ("AGG", "DIR"):
        return _no("unknown class")
    if action not in ("read", "print", "list", "search", "export", "write"):
        return _no("unknown action")
    if action in ("list", "search", "export") and cls in ("LOC", "REP", "ADVPRIV", "PSY", "PRIV", "PROS"):
        return _no("never in bulk")

    # 1. The person is in order.
    if me == "" or w["system"] or w["clearance"] is None or [x for x in w["clearance"] if x is not True]:
        return _no("not cleared")

    # 2. Stops that nothing overrides.
    if me in w["blocked"] or mine in w["blocked"]:
        return _no("blocked")

    # What names nobody is for everyone who is cleared.
    if cls in ("AGG", "DIR"):
        if action == "write" or w["withdrawn"]:
            return _no("totals stand")
        return _yes("DEID")

    column = COLUMN_OF.get(w["discipline"], "") if w["matrix"] else ""
    # Known by their name even where no matrix is in force.
    if column == "consultant" or w["discipline"] == "survivor_consultant":
        return _no("advises on no case")

    # 3. One's own agency's record of one's own case; the coordinator's part of the file.
    coordinates = me in w["coordinators"]
    stands = coordinates or me in w["assigned"]
    if stands and mine == w["holder"] and mine != "":
        return _yes("OWN")
    shut = w["withdrawn"] or w["closed"]
    keeps = w["holder"] == w["coordinating"] and w["holder"] != ""
    if coordinates and keeps and cls in ("CORE", "ID", "SAFE", "PLAN") and not shut and not w["partitioned"]:
        return _yes("COORDINATOR")
    if w["withdrawn"]:
        return _no("withdrawn")
    if w["closed"]:
        return _no("closed")
    if action == "write":
        return _no("writes elsewhere")

    # 4. Need to know.
    broken_glass = False
    for who, begins, ends in w["overrides"]:
        if who == me and begins <= 0 < ends:
            broken_glass = True
    expected = False
    for who, begins, chosen in w["invitations"]:
        if who != me or (chosen is not None and cls not in chosen):
            continue
        # Both ends count: exactly on time is on time.
        if begins - 60 * w["before"] <= 0 <= begins + 60 * w["after"]:
            expected = True
    if not (stands or expected or broken_glass):
        return _no("no need to know")

    if column == "":
        return _no("no column")
    cell, _, limit = TABLE[cls][column].partition(":")

    # 5. A legal basis, the first that fits; what was disclosed on record stays with the one who has it.
    stays = cls not in ("SUD", "LOC", "ADVPRIV", "PSY", "PRIV", "PROS", "PERF")
    if me in w["shared"] and stays and not w["partitioned"] and cell != "-":
        return _yes("SHARED")

    runs = set()
    for g in w["grounds"]:
        kind = g["kind"]
        if cls not in g["classes"] or g["suspended"]:
            continue
        if g["starts"] > 0 or (g["ended"] is not None and g["ended"] <= 0):
            continue
        if g["ends"] is None and kind not in ("COURT", "MR"):
            continue
        if g["ends"] is not None and g["ends"] <= 0:
            continue
        if not g["to_account"] and not g["to_agency"]:
            continue
        if g["to_account"] and g["to_account"] != me:
            continue
        if g["to_agency"] and g["to_agency"] != mine:
            continue
        if g["from_agency"] != w["holder"] and (g["from_agency"] or kind == "ROI"):
            continue
        if g["items"] and w["item"] not in g["items"]:
            continue
        if cls == "LOC" and not g["to_account"]:
            continue
        if kind == "MR" and mine not in w["reported"]:
            continue
        if kind == "ROI":
            if cls in ("SUD", "MH", "EDU", "IMM", "LOC") and cls not in g["initialled"]:
                continue
            if cls == "SUD" and not g["intermediary"]:
                continue
            if w["alone"] and not g["minor_signed"]:
                continue
        runs.add(kind)
    if "COURT" in runs and cls not in ("ADVPRIV", "PERF"):
        return _yes("COURT")

    # 6. Classes that nothing else opens.
    if cls in ("ADVPRIV", "PSY", "PRIV", "PERF"):
        return _no("class veto")
    if cls == "PROS":
        return _yes("STATUS") if cell == "S" and not w["partitioned"] else _no("class veto")
    if cell == "-":
        return _no("closed cell")

    if "MR" in runs:
        return _yes("MR")
    if (broken_glass or "EMERG" in runs) and not w["partitioned"]:
        return _yes("EMERG")

    if limit and limit not in w["limits"]:
        return _no("outside the limit")
    p = w["protocol"]
    if (
        cell == "M"
        and cls != "LOC"  # M**: one named person, for a time; a team's roster is neither
        and w["mode"] == "investigative"
        and p is not None
        and p["ends"] is not None
        and p["starts"] <= 0 < p["ends"]
        and p["district"] != ""
        and p["district"] == w["district"]
        and me in p["roster"]
        and me in w["needs"]
        and (column, cls) in p["cells"]
        and not w["partitioned"]
    ):
        return _yes("MDT")
    if "ROI" in runs and cell in ("R", "M"):
        return _yes("ROI")
    if cell == "S" and not w["partitioned"]:
        return _yes("STATUS")
    return _no("no basis")
