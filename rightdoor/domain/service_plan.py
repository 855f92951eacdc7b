"""The service plan: its versions, its services, and when one may be adopted. (Roadmap, service plan; CASE-4)"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from .errors import RuleBroken

PLAN_STATES = ("draft", "adopted", "replaced")
SERVICE_STATES = ("planned", "started", "completed", "declined")
# A service that the client declined may be offered again; one that was completed may be needed again as a new one.
SERVICE_TRANSITIONS: Mapping[str, frozenset[str]] = {
    "planned": frozenset({"started", "completed", "declined"}),
    "started": frozenset({"completed", "declined"}),
    "declined": frozenset({"planned"}),
    "completed": frozenset(),
}


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """One planned service: its category (a key of the pack), who sees to it, by when, and where it stands."""

    category: str
    owner: str
    due_on: date | None
    state: str = "planned"


def check_may_adopt(state: str, wishes: str, services: Sequence[ServiceFacts]) -> None:
    """A draft becomes the plan once the client's wishes are in it and every service has somebody and a day. Raises
    RuleBroken.

    A service that the client declined needs neither.
    """
    if state != "draft":
        raise RuleBroken("Only a draft can be adopted. Write a new version of the plan.")
    if not wishes.strip():
        raise RuleBroken("Write down what the client wants, or that the client has not been asked yet.")
    if not services:
        raise RuleBroken("Add at least one service, even if it is only the next contact.")
    wanted = [service for service in services if service.state != "declined"]
    if any(not service.owner.strip() for service in wanted):
        raise RuleBroken("Name who sees to each service.")
    if any(service.due_on is None for service in wanted):
        raise RuleBroken("Give each service a day by which it should begin.")


def check_may_change_service(state: str, new: str) -> None:
    """May a planned service in `state` become `new`? Raises RuleBroken; KeyError for a state that does not exist."""
    if new not in SERVICE_TRANSITIONS:
        raise KeyError(new)
    if new not in SERVICE_TRANSITIONS[state]:
        raise RuleBroken("This service cannot take that step. Add it to the plan anew instead.")
