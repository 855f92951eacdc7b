"""The way of a referral: its states, the steps between them, and what must be settled before it leaves intake.

No referral is lost: the ineligible and the closed can be taken up again when facts change. (INT-5, INT-6, INT-12;
practice.md 3.1)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from .errors import RuleBroken

STATES: Mapping[str, str] = {
    "received": "Received",
    "eligible": "Eligible, awaiting triage",
    "triaged": "Triaged, the clock runs",
    "staffed": "Emergency staffing held",
    "ineligible": "Not eligible, kept",
    "closed": "Closed",
}

# Triage does not wait for eligibility: the clock runs from receipt, so a referral may be triaged while questions are
# open.
TRANSITIONS: Mapping[str, frozenset[str]] = {
    "received": frozenset({"eligible", "triaged", "ineligible"}),
    "eligible": frozenset({"triaged", "ineligible"}),
    "triaged": frozenset({"staffed", "ineligible"}),
    "staffed": frozenset({"closed"}),
    "ineligible": frozenset({"received", "closed"}),
    "closed": frozenset({"received"}),
}
IN_INTAKE = frozenset({"received", "eligible", "triaged"})


@dataclass(frozen=True, slots=True)
class IntakeFacts:
    """What intake has settled. None or "": not yet.

    `mandated_report_made`: whether the report that the law asks for was made; when it was, then also by whom, when
    and its number. `why_no_mandated_report`: why none is owed, where intake says that none was made. `eligible`: the
    decision, if there is one.
    """

    mandated_report_made: bool | None
    mandated_report_by: str = ""
    mandated_report_at: datetime | None = None
    mandated_report_number: str = ""
    why_no_mandated_report: str = ""
    region: str = ""
    victim_status: str = ""
    eligible: bool | None = None
    triaged: bool = False


def check_may_become(state: str, new: str) -> None:
    """May a referral in `state` become `new`? Raises RuleBroken; KeyError for a state that does not exist."""
    if new not in STATES:
        raise KeyError(new)
    if new not in TRANSITIONS[state]:
        raise RuleBroken(f"This referral is “{STATES[state]}”. It cannot become “{STATES[new]}” from there.")


def check_awaiting_triage(state: str) -> None:
    """Triage is for a referral that has been received and is not yet triaged. Raises RuleBroken. (INT-6)"""
    if state == "triaged":
        raise RuleBroken("This referral is triaged already. Change its tier instead.")
    if "triaged" not in TRANSITIONS[state]:
        raise RuleBroken(f"This referral is “{STATES[state]}” and no longer awaits triage.")


def check_has_running_clock(state: str) -> None:
    """The tier changes only while the response clock runs. Raises RuleBroken. (INT-6)"""
    if state != "triaged":
        raise RuleBroken("The response clock of this referral does not run. Triage it first, or take it up again.")


def check_may_reconsider(state: str, *, reason: str) -> None:
    """A referral that was turned away or closed is taken up again when facts change. Raises RuleBroken. (INT-5)"""
    if "received" not in TRANSITIONS[state]:
        raise RuleBroken("This referral is still open. There is nothing to take up again.")
    if not reason.strip():
        raise RuleBroken("Say what has changed since.")


def unsettled(facts: IntakeFacts) -> list[str]:
    """What must still be settled before the referral leaves intake, as sentences that tell what to do. (INT-12)"""
    open_points = _open_points_of_mandated_report(facts)
    if not facts.region.strip():
        open_points.append("Choose the region.")
    if not facts.victim_status.strip():
        open_points.append("Record the victim status.")
    if facts.eligible is None:
        open_points.append("Decide eligibility.")
    if facts.eligible and not facts.triaged:
        open_points.append("Set the response tier.")
    return open_points


def check_ready_to_leave_intake(facts: IntakeFacts) -> None:
    """Intake cannot be completed while something is open. Raises RuleBroken with all of it. (INT-12)"""
    open_points = unsettled(facts)
    if open_points:
        raise RuleBroken(" ".join(open_points))


def _open_points_of_mandated_report(facts: IntakeFacts) -> list[str]:
    if facts.mandated_report_made is None:
        return ["Record whether the mandated report was made."]
    if not facts.mandated_report_made:
        return [] if facts.why_no_mandated_report.strip() else ["Say why no mandated report is owed, or make it now."]
    asked = {
        "Record who made the mandated report.": facts.mandated_report_by.strip(),
        "Record when the mandated report was made.": facts.mandated_report_at,
        "Record the number of the mandated report.": facts.mandated_report_number.strip(),
    }
    return [sentence for sentence, answer in asked.items() if not answer]
