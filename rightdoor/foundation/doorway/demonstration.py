"""The demonstration: entering as one of the invented people, on this machine only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from itertools import groupby
from typing import Any

from django.conf import settings

from rightdoor.domain.permission import ROLES
from rightdoor.foundation.access.queries import demonstration_viewers, role_label
from rightdoor.foundation.accounts.queries import demonstration_people, has_only_invented_people
from rightdoor.foundation.jurisdiction.active import active_pack


@dataclass(frozen=True, slots=True)
class InventedPerson:
    """Someone that one may enter as."""

    code: str
    name: str
    discipline: str
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InventedGroup:
    """Invented people of one role, with the sentence that says what they do."""

    role: str
    sentence: str
    people: tuple[InventedPerson, ...]


def is_open(request: Any) -> bool:
    """True on a demonstration without a public address, for this machine, while all people are invented."""
    return settings.ENV.demo and settings.ENV.is_local and _is_this_machine(request) and has_only_invented_people()


def _is_this_machine(request: Any) -> bool:
    if "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META:
        return False  # somebody's proxy stands between
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def invented_people(now: datetime) -> list[InventedGroup]:
    """Everyone that one may enter as, by role in the order of the roles. Two queries."""
    order = {role: place for place, role in enumerate(ROLES)}
    disciplines = active_pack().teams.all()
    found: list[tuple[int, str, InventedPerson]] = []
    for account, viewer in demonstration_viewers(demonstration_people(), now):
        role = min(viewer.roles, key=lambda one: order.get(one, 99), default="")
        regions = tuple(sorted(region for region in viewer.regions if region != "*"))
        discipline = disciplines.label(account.discipline) if account.discipline else ""
        person = InventedPerson(account.code, account.name, discipline, regions)
        found.append((order.get(role, 99), role, person))
    found.sort(key=lambda entry: (entry[0], entry[2].discipline, entry[2].name))
    return [
        InventedGroup(role_label(role) or "no role", ROLES.get(role, ""), tuple(entry[2] for entry in entries))
        for role, entries in groupby(found, key=lambda entry: entry[1])
    ]
