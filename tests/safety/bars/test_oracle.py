"""SEC-23: the decision agrees with an oracle written from the rule alone, in every one of many random worlds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from rightdoor.config.env import ROOT
from rightdoor.domain import confidentiality
from rightdoor.domain.confidentiality import CaseFacts, Ground, Invitation, Item, Override, Protocol
from rightdoor.domain.permission import Clearance, Viewer
from rightdoor.packs import read
from tests.bars import sabotage
from tests.safety.oracle import COLUMN_OF, TABLE, Answer, World, answer

pytestmark = pytest.mark.bar("SEC-23")

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
PARTS = 4
WORLDS = 25_000  # in each part
SHOWN = 5  # differences that are printed before a part gives up
DAY = 24 * 60

BASES = ("OWN", "COORDINATOR", "SHARED", "COURT", "MR", "EMERG", "MDT", "ROI", "STATUS", "DEID")
REFUSALS = (
    "unknown class",
    "unknown action",
    "never in bulk",
    "not cleared",
    "blocked",
    "totals stand",
    "advises on no case",
    "withdrawn",
    "closed",
    "writes elsewhere",
    "no need to know",
    "no column",
    "class veto",
    "closed cell",
    "outside the limit",
    "no basis",
)

ME, OTHER = "K7MQ-4XPR", "W3DN-8HTC"
CLASSES = (*TABLE, "AGG", "DIR")
DISCIPLINES = (*COLUMN_OF, "forensic_interviewer", "tribal_agency", "gardener", "")
LIMITS = ("limited", "abuse_findings", "state_care", "education_part", "safety")
KINDS = ("COURT", "MR", "EMERG", "ROI", "ROI")
# Where a cell opens for somebody else: without these, half of the worlds would end at a closed cell.
OPEN = {
    letter: [
        (d, c) for d, col in COLUMN_OF.items() for c in TABLE if TABLE[c].get(col, "-").partition(":")[0] in letter
    ]
    for letter in ("MR", "S", "O")
}
LIMITED = [(d, c) for d, column in COLUMN_OF.items() for c in TABLE if ":" in TABLE[c].get(column, "-")]

PLAIN: World = {
    "code": ME,
    "agency": "alder",
    "discipline": "care_coordinator",
    "system": False,
    "clearance": (True,) * 5,
    "roles": (),
    "action": "read",
    "class": "CORE",
    "holder": "cedar",
    "item": "T5RB-2KWD",
    "shared": (),
    "partitioned": False,
    "alone": False,
    "reported": (),
    "withdrawn": False,
    "limits": (),
    "coordinators": (),
    "assigned": (),
    "invitations": (),
    "blocked": (),
    "mode": "ongoing",
    "district": "",
    "needs": (),
    "protocol": None,
    "grounds": (),
    "overrides": (),
    "closed": False,
    "coordinating": "",
    "matrix": True,
    "before": 24,
    "after": 72,
}


def random_world(rng: Random) -> World:
    """One world. Mostly everything stands as a way in would need it, and each thing is wrong now and then."""
    chance, pick = rng.random, rng.choice

    def mostly(right: Any, *wrong: Any) -> Any:
        return right if chance() < 0.93 else pick(wrong)

    def at(*usual: int) -> int:
        """A moment in minutes from now; the edges themselves come often."""
        return pick(usual) if chance() < 0.9 else pick((-1, 0, 1))

    w = dict(PLAIN)
    drawn = chance()
    if drawn < 0.40:
        w["discipline"], w["class"] = pick(OPEN["MR"])
    elif drawn < 0.52:
        w["discipline"], w["class"] = pick(OPEN["S"])
    elif drawn < 0.58:
        w["discipline"], w["class"] = pick(OPEN["O"])
    elif drawn < 0.66:
        w["discipline"], w["class"] = pick(LIMITED)
    elif drawn < 0.72:
        w["discipline"], w["class"] = pick(DISCIPLINES), pick(("CORE", "ID", "SAFE", "PLAN"))
    else:
        w["discipline"], w["class"] = pick(DISCIPLINES), pick(CLASSES)
    if chance() < 0.01:
        w["class"] = pick(("", "core", "XRAY", "FI pointer"))
    cls = w["class"]
    w["action"] = pick(("read", "read", "read", "read", "print", "list", "search", "export", "write"))
    if chance() < 0.01:
        w["action"] = pick(("", "delete", "READ", "share"))

    # The person.
    w["agency"] = me_at = "alder" if chance() < 0.98 else pick(("", "birch", "cedar"))
    if chance() < 0.06:
        wrong = rng.randrange(8)
        if wrong == 0:
            w["code"] = ""
        elif wrong == 1:
            w["system"] = True
        elif wrong == 2:
            w["clearance"] = None
        else:
            parts: list[bool | None] = [True] * 5
            parts[wrong - 3] = pick((False, None))
            w["clearance"] = tuple(parts)
    if chance() < 0.1:
        w["roles"] = (pick(("state_admin", "coordinator", "system_admin", "auditor", "supervisor")),)
    if chance() < 0.04:
        w["blocked"] = (pick((ME, me_at or ME, OTHER, "cedar")),)

    # The item.
    w["holder"] = pick(("alder", "birch", "birch", "cedar", "cedar", "cedar"))
    if chance() < 0.01:
        w["holder"] = ""
    if chance() < 0.05:
        w["item"] = ""
    if chance() < 0.12:
        w["shared"] = pick(((ME,), (OTHER,), (ME, OTHER)))
    w["partitioned"] = chance() < 0.12
    w["withdrawn"] = chance() < 0.05
    w["closed"] = chance() < 0.05
    w["alone"] = chance() < 0.15
    if chance() < 0.7:
        w["limits"] = tuple(x for x in LIMITS if chance() < 0.6)
    if chance() < 0.6:
        w["reported"] = pick((("alder",), ("alder", "cedar"), ("cedar",)))

    # The case and what ties the person to it.
    w["coordinating"] = mostly("birch", "", "cedar", "alder")
    tie = chance()
    if tie < 0.40:
        w["assigned"] = (ME, OTHER) if chance() < 0.5 else (ME,)
    elif tie < 0.58:
        w["coordinators"] = (ME,)
    elif tie < 0.90:
        w["assigned"] = (OTHER,)
    if 0.50 < tie < 0.80:
        invited = []
        for _ in range(1 if chance() < 0.8 else 2):
            begins = pick((-30, 30, 600, -2 * DAY, -3 * DAY, -3 * DAY + 1, -3 * DAY - 1, DAY, DAY + 1, DAY - 1))
            chosen = None if chance() < 0.6 else tuple({mostly(cls, "CORE", "LE"), pick(CLASSES)})
            invited.append((mostly(ME, OTHER), begins, chosen))
        w["invitations"] = tuple(invited)
        if chance() < 0.1:
            w["before"], w["after"] = pick(((1, 2), (48, 24), (0, 1), (24, 0)))
    if 0.75 < tie < 0.95 or chance() < 0.02:
        w["overrides"] = ((mostly(ME, OTHER), at(-30, -30, -59, -60, -90), at(30, 1, 59)),)

    # The district's team.
    w["mode"] = "investigative" if chance() < 0.6 else "ongoing"
    w["district"] = mostly("jd-19", "", "jd-01")
    w["needs"] = mostly((ME,), (), (OTHER,))
    if chance() < 0.7:
        column = COLUMN_OF.get(w["discipline"], "police")
        w["protocol"] = {
            "district": mostly("jd-19", "", "jd-01"),
            "starts": at(-DAY, -600),
            "ends": mostly(at(600, DAY), None),
            "roster": mostly((ME, OTHER), (), (OTHER,)),
            "cells": mostly(((column, cls), ("police", "CORE")), (), (("medical", cls),), ((column, "CORE"),)),
        }

    # What a record may be opened on.
    grounds = []
    amount = chance()
    for _ in range(0 if amount < 0.35 else 1 if amount < 0.85 else 2 if amount < 0.96 else 3):
        to = rng.randrange(3)
        grounds.append(
            {
                "kind": pick(KINDS),
                "classes": mostly((cls,), ("CORE",), (), ("LE", "MH")) if chance() < 0.7 else (cls, pick(CLASSES)),
                "starts": at(-DAY, -60),
                "ends": at(DAY, 60) if chance() < 0.88 else None,
                "ended": None if chance() < 0.9 else pick((-60, 0, 1, 60)),
                "to_account": mostly(ME, OTHER, "") if to else "",
                "to_agency": mostly("alder", "birch", "") if to < 2 else "",
                "from_agency": mostly(w["holder"], "", "alder", "birch"),
                "items": () if chance() < 0.75 else mostly((w["item"], OTHER), (OTHER,)),
                "suspended": chance() < 0.07,
                "initialled": mostly((cls,), (), ("CORE", "HLTH")),
                "intermediary": chance() < 0.85,
                "minor_signed": chance() < 0.7,
            }
        )
    w["grounds"] = tuple(grounds)

    # Two names that are both missing are not the same name.
    if chance() < 0.03:
        for both in pick((("agency", "holder"), ("holder", "coordinating"), ("district",))):
            w[both] = ""
        if w["district"] == "" and w["protocol"]:
            w["protocol"]["district"] = ""
    # Without a matrix nobody has a column.
    if chance() < 0.01:
        w["matrix"] = False
    return w


def built(w: World, matrix: Any) -> tuple[Viewer, str, Item, CaseFacts]:
    """The same world as the program's own objects."""
    viewer = Viewer(
        code=w["code"],
        roles=frozenset(w["roles"]),
        regions=frozenset({"*"}),
        agency=w["agency"],
        discipline=w["discipline"],
        is_system=w["system"],
        clearance=None if w["clearance"] is None else Clearance(*w["clearance"]),
    )
    item = Item(
        data_class=w["class"],
        owner_agency=w["holder"],
        fields=FIELDS,
        code=w["item"],
        status_fields=STATUS_FIELDS,
        shared_with=frozenset(w["shared"]),
        partitioned=w["partitioned"],
        minor_consented_alone=w["alone"],
        reported_to=frozenset(w["reported"]),
        withdrawn=w["withdrawn"],
        limits=frozenset(w["limits"]),
    )
    p = w["protocol"]
    case = CaseFacts(
        coordinators=frozenset(w["coordinators"]),
        assigned=frozenset(w["assigned"]),
        invitations=tuple(
            Invitation(who, _when(begins), None if chosen is None else frozenset(chosen))
            for who, begins, chosen in w["invitations"]
        ),
        blocked=frozenset(w["blocked"]),
        mode=w["mode"],
        district=w["district"],
        needs=frozenset(w["needs"]),
        protocol=None
        if p is None
        else Protocol(
            p["district"], _when(p["starts"]), _maybe(p["ends"]), frozenset(p["roster"]), frozenset(p["cells"])
        ),
        grounds=tuple(
            Ground(
                kind=g["kind"],
                code="G2XF-7BNM",
                classes=frozenset(g["classes"]),
                starts_at=_when(g["starts"]),
                ends_at=_maybe(g["ends"]),
                to_agency=g["to_agency"],
                to_account=g["to_account"],
                from_agency=g["from_agency"],
                items=frozenset(g["items"]),
                suspended=g["suspended"],
                ended_at=_maybe(g["ended"]),
                initialled=frozenset(g["initialled"]),
                names_intermediary=g["intermediary"],
                minor_signed=g["minor_signed"],
            )
            for g in w["grounds"]
        ),
        overrides=tuple(Override("V9QC-3LJH", who, _when(begins), _when(ends)) for who, begins, ends in w["overrides"]),
        is_closed=w["closed"],
        coordinating_agency=w["coordinating"],
        matrix=matrix if w["matrix"] else None,
        access_opens_hours_before=w["before"],
        access_closes_hours_after=w["after"],
    )
    return viewer, w["action"], item, case


FIELDS = frozenset({"exam_completed", "exam_on", "findings"})
STATUS_FIELDS = frozenset({"exam_completed", "exam_on"})


def _when(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def _maybe(minutes: int | None) -> datetime | None:
    return None if minutes is None else _when(minutes)


def program(w: World, matrix: Any) -> Answer:
    """The program's answer, in the oracle's words."""
    said = confidentiality.decide(*built(w, matrix), NOW)
    if said.allowed and said.status_only and not (FIELDS - said.redacted <= STATUS_FIELDS):
        return Answer(True, said.basis, False, "shows more than the status")
    return Answer(said.allowed, said.basis if said.allowed else "", said.allowed and said.status_only, said.reason)


def differs(w: World, matrix: Any) -> bool:
    """Whether the two disagree on this world."""
    return answer(w)[:3] != program(w, matrix)[:3]


def _simpler(w: World) -> Iterator[World]:
    """The world with one thing put back to how it plainly is, or with one thing less."""
    for key, plain in PLAIN.items():
        if w[key] == plain:
            continue
        yield {**w, key: plain}
        if key in ("grounds", "invitations", "overrides", "limits", "assigned", "shared") and len(w[key]) > 1:
            for leave in range(len(w[key])):
                yield {**w, key: w[key][:leave] + w[key][leave + 1 :]}
    for place, g in enumerate(w["grounds"]):
        usual = {"ended": None, "items": (), "suspended": False, "to_agency": "", "classes": (w["class"],)}
        for part, plain in usual.items():
            if g[part] != plain:
                yield {**w, "grounds": w["grounds"][:place] + ({**g, part: plain},) + w["grounds"][place + 1 :]}


def smallest(w: World, matrix: Any) -> World:
    """The world with all left out that has no part in the difference."""
    going = True
    while going:
        going = False
        for less in _simpler(w):
            if differs(less, matrix):
                w, going = less, True
                break
    return w


def told(w: World, matrix: Any) -> str:
    """A difference as a person reads it: both answers, and what is not as it plainly is."""
    rule, said = answer(w), program(w, matrix)
    lines = [
        f"rule:    {'yes, ' + rule.basis if rule.allowed else 'no: ' + rule.why}",
        f"program: {'yes, ' + said.basis if said.allowed else 'no'} ({said.why})",
        f"  {w['discipline']} of {w['agency']}: {w['action']} {w['class']} held by {w['holder']}",
    ]
    lines += [f"  {key} = {value!r}" for key, value in w.items() if value != PLAIN[key]]
    return "\n".join(lines)


def matrix_in_force() -> Any:
    """The shipped matrix, as the program reads it for the state that it was typed in for."""
    return read.load_pack(ROOT / "jurisdictions" / "louisiana").sharing.matrix


@pytest.mark.parametrize("part", range(PARTS))
def test_the_decision_agrees_with_the_oracle_in_every_random_world(part: int) -> None:
    matrix = matrix_in_force()
    rng = Random(f"SEC-23 part {part}")  # the same worlds in every run
    met: Counter[str] = Counter()
    found: list[str] = []
    for _ in range(WORLDS):
        w = random_world(rng)
        rule = answer(w)
        met[rule.basis or rule.why] += 1
        if rule[:3] != program(w, matrix)[:3]:
            found.append(told(smallest(w, matrix), matrix))
            if len(found) == SHOWN:
                break
    assert not found, f"{len(found)} differences:\n\n" + "\n\n".join(found)
    rare = {what: met[what] for what in BASES if met[what] < 200}
    rare |= {what: met[what] for what in REFUSALS if met[what] < 50}
    assert not rare, f"hardly met in the random worlds, so hardly tested: {rare}"


def _lax(monkeypatch: pytest.MonkeyPatch, forgets: Callable[[CaseFacts], CaseFacts]) -> None:
    """The decision, made on a case of which something is forgotten."""
    decide = confidentiality.decide
    monkeypatch.setattr(
        confidentiality,
        "decide",
        lambda actor, action, item, case, now: decide(actor, action, item, forgets(case), now),
    )


@sabotage("SEC-23", "one closed cell of the matrix opens to a release")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    load_pack = read.load_pack

    def with_one_open(path: Any) -> Any:
        pack = load_pack(path)
        matrix = pack.sharing.matrix
        released = matrix.cells[("police", "ADV")]
        matrix.cells[("police", "SUD")] = released
        matrix.by_discipline["local_law_enforcement"]["SUD"] = released
        return pack

    monkeypatch.setattr(read, "load_pack", with_one_open)


@sabotage("SEC-23", "a suspended ground opens as if it ran")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    _lax(monkeypatch, lambda case: replace(case, grounds=tuple(replace(g, suspended=False) for g in case.grounds)))


@sabotage("SEC-23", "a person who is kept apart from the case is let in")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    _lax(monkeypatch, lambda case: replace(case, blocked=frozenset()))


@sabotage("SEC-23", "a guest sees more than what was chosen for the meeting")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    _lax(
        monkeypatch,
        lambda case: replace(case, invitations=tuple(replace(one, classes=None) for one in case.invitations)),
    )


@sabotage("SEC-23", "a protocol of another district counts")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    _lax(
        monkeypatch,
        lambda case: replace(case, protocol=case.protocol and replace(case.protocol, district=case.district)),
    )
