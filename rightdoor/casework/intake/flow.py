"""The way of a report, from the pack's reporting line: which hops wait for which, and what may come of each. (INT-3)

Pure: facts and pack in, plan out. Which hop is owed at all is decided in `domain.report_flow`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from rightdoor.domain.eligibility import age_on
from rightdoor.domain.report_flow import Hop, ReportFacts
from rightdoor.packs.pack import Pack, ReportingLine

# Answers told about the situation. Each is yes, no or not known; not known is never a no.
FACTS = (
    "sex_act_for_value",
    "forced_work",
    "caretaker_alleged",
    "family_member",
    "outside_family",
    "online",
    "in_person",
    "other_abuse",
    "danger_now",
    "police_know",
    "hotline_called",
)

OUTCOMES: Mapping[str, str] = {
    "passed_on": "Handed over",
    "known_there": "They have it already",
    "taken_up": "Taken up",
    "not_taken_up": "Looked into; nothing further from us",
    "reported": "Reported",
    "referral": "Taken as a referral",
}


def role_of(line: ReportingLine, party: str) -> str:
    """The product's role of a party of the reporting line."""
    return next(entry.role for entry in line.parties if entry.key == party)


def is_handover(line: ReportingLine, hop: Hop) -> bool:
    """Does this hop bring the report to another desk?"""
    return role_of(line, hop.by) != role_of(line, hop.to)


def is_reporting(line: ReportingLine, hop: Hop) -> bool:
    """The first hop, which a person does by reporting at all."""
    return role_of(line, hop.by) == "public"


def waits_for(line: ReportingLine, hop: Hop) -> frozenset[str]:
    """Keys of the earlier hops that bring the report to the one who does `hop`. A step within one desk keeps nobody
    waiting, and neither does one that comes later in the line.
    """
    by, keys = role_of(line, hop.by), [other.key for other in line.hops]
    return frozenset(
        other.key
        for other in line.hops[: keys.index(hop.key)]
        if is_handover(line, other) and role_of(line, other.to) == by
    )


def is_clear(line: ReportingLine, hop: Hop, states: Mapping[str, str]) -> bool:
    """Is it this hop's turn? One way to its desk is enough; where no way is owed, nothing is waited for."""
    before = [states.get(key, "not_owed") for key in waits_for(line, hop)]
    return not before or "done" in before or all(state == "not_owed" for state in before)


def stages(line: ReportingLine) -> list[list[str]]:
    """The hops' keys in the columns of the picture: a hop stands one column after the hop that it waits for."""
    depth: dict[str, int] = {}
    for hop in line.hops:  # the pack's order is the order in time
        depth[hop.key] = 1 + max((depth.get(key, -1) for key in waits_for(line, hop)), default=-1)
    return [[hop.key for hop in line.hops if depth[hop.key] == at] for at in range(max(depth.values(), default=-1) + 1)]


def outcomes_of(line: ReportingLine, hop: Hop) -> list[tuple[str, str]]:
    """What may be said when this hop is completed: key and label."""
    keys = ("passed_on", "known_there") if is_handover(line, hop) else ("taken_up", "not_taken_up")
    return [(key, OUTCOMES[key]) for key in keys]


def alleged_kind(told: Mapping[str, object]) -> str:
    """The pack's key of the kind that is told: sex, labor, both, or "" while it is not known."""
    sex, labor = told.get("sex_act_for_value"), told.get("forced_work")
    if sex is True:
        return "both" if labor is True else "sex"
    return "labor" if labor is True and sex is False else ""


def alleged_relationship(told: Mapping[str, object]) -> str:
    """The pack's key of the relationship that is told. Family comes first, because it changes who must act."""
    if told.get("caretaker_alleged") is True or told.get("family_member") is True:
        return "familial"
    return "third_party" if told.get("outside_family") is True else ""


def alleged_setting(told: Mapping[str, object]) -> str:
    """The pack's key of the setting that is told. In person comes first where both are."""
    if told.get("in_person") is True:
        return "in_person"
    return "online" if told.get("online") is True else ""


def facts_of(
    told: Mapping[str, object], *, birth_on: date | None, age: int | None, adult: int, on: date
) -> ReportFacts:
    """What was told, as the rule of the reporting line asks for it. Missing is not known.

    `age` is a reporter's guess: one at or over `adult`, the first age not served, is no knowledge and keeps help from
    nobody.
    """
    return ReportFacts(
        caretaker_alleged=_established(told.get("caretaker_alleged")),
        other_abuse=_established(told.get("other_abuse")),
        trafficking_kind=alleged_kind(told) or None,  # type: ignore[arg-type]  # the pack's three keys
        victim_status=told.get("victim_status") or None,  # type: ignore[arg-type]  # a status of the domain
        age=age_on(birth_on, on) if birth_on else (None if age is None or age >= adult else age),
    )


def region_of(pack: Pack, area: str) -> str:
    """The region that serves an area, or "" while the area is not known or lies elsewhere."""
    try:
        return pack.region_of(area).key
    except KeyError:
        return ""


def _established(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
