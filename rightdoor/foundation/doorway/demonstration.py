"""The demonstration: entering as one of the invented people, on this machine only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from itertools import groupby
from typing import Any

from django.conf import settings

from rightdoor.domain.permission import ROLES
from rightdoor.foundation.access.clearance import clearances_of
from rightdoor.foundation.access.queries import demonstration_viewers, role_label
from rightdoor.foundation.accounts.queries import demonstration_people, has_only_invented_people
from rightdoor.foundation.jurisdiction.active import active_pack

# Whom to try first, in this order, from one region, so that one story can be followed from person to person.
BEGIN_WITH: tuple[tuple[str, str], ...] = (
    ("care_coordinator", ""),
    ("team_member", "local_law_enforcement"),
    ("team_member", "victim_advocate"),
    ("team_member", "medical"),
    ("team_member", "child_welfare"),
    ("team_member", "prosecutor"),
    ("alliance_reviewer", ""),
    ("child_welfare_desk", ""),
    ("agency_head", ""),
    ("state_analyst", ""),
    ("provider", ""),
    ("screener", ""),
    ("auditor", ""),
    ("duty_officer", ""),
    ("privacy_officer", ""),
    ("administrator", ""),
    ("youth", ""),
)


@dataclass(frozen=True, slots=True)
class InventedPerson:
    """Someone that one may enter as."""

    code: str
    name: str
    role: str  # key
    discipline: str  # key
    regions: tuple[str, ...]
    is_cleared: bool = True  # who has not signed again sees no record: not whom one enters as first

    @property
    def what(self) -> str:
        """The discipline of a team member, the role of everyone else."""
        discipline = discipline_label(self.discipline) if self.role == "team_member" else ""
        return discipline or role_label(self.role).capitalize()

    @property
    def sentence(self) -> str:
        """What people of this role do."""
        return ROLES.get(self.role, "")


@dataclass(frozen=True, slots=True)
class InventedGroup:
    """Invented people of one role and discipline, with the sentence that says what they do."""

    title: str
    sentence: str
    people: tuple[InventedPerson, ...]


# What a proxy adds to a request, whichever it is: then the other end is not this machine.
PASSED_ON = ("X_FORWARDED_FOR", "X_FORWARDED_HOST", "X_FORWARDED_PROTO", "FORWARDED", "X_REAL_IP", "VIA")


def is_open(request: Any) -> bool:
    """True on a demonstration without a public address, for this machine, while all people are invented."""
    return settings.ENV.demo and settings.ENV.is_local and _is_this_machine(request) and has_only_invented_people()


def _is_this_machine(request: Any) -> bool:
    if any(f"HTTP_{header}" in request.META for header in PASSED_ON):
        return False  # somebody's proxy stands between
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def discipline_label(key: str) -> str:
    """The pack's name of a discipline."""
    return active_pack().teams.all().label(key) if key else ""


def invented_people(now: datetime) -> list[InventedPerson]:
    """Everyone that one may enter as. Four queries."""
    people = demonstration_people()
    cleared = {code: one.is_complete for code, one in clearances_of(people, now).items()}
    order = {role: place for place, role in enumerate(ROLES)}
    found = []
    for account, viewer in demonstration_viewers(people, now):
        role = min(viewer.roles, key=lambda one: order.get(one, len(order)), default="")
        regions = tuple(sorted(region for region in viewer.regions if region != "*"))
        found.append(
            InventedPerson(account.code, account.name, role, account.discipline, regions, cleared[account.code])
        )
    return sorted(found, key=lambda one: (order.get(one.role, len(order)), one.discipline, one.regions, one.name))


def to_begin_with(people: list[InventedPerson]) -> list[InventedPerson]:
    """One of each kind, from the region in which most kinds of people work."""
    kinds: dict[str, set[tuple[str, str]]] = {}
    for person in people:
        for region in person.regions:
            kinds.setdefault(region, set()).add((person.role, person.discipline))
    home = max(sorted(kinds), key=lambda region: len(kinds[region]), default="")
    chosen = []
    for role, discipline in BEGIN_WITH:
        fitting = [one for one in people if one.role == role and (not discipline or one.discipline == discipline)]
        if fitting:
            near = [one for one in fitting if home in one.regions] or fitting
            chosen.append(next((one for one in near if one.is_cleared), near[0]))
    return chosen


def in_groups(people: list[InventedPerson]) -> list[InventedGroup]:
    """Everyone, by role; team members by discipline as well."""

    def title(person: InventedPerson) -> str:
        label = role_label(person.role).capitalize() or "No role"
        return f"{label}, {person.what.lower()}" if person.role == "team_member" and person.discipline else label

    return [
        InventedGroup(name, group[0].sentence, tuple(group))
        for name, entries in groupby(people, key=title)
        if (group := list(entries))
    ]
