"""What a person may choose in this slice, with the words that staff read. Keys stand in the sealed texts."""

from __future__ import annotations

from collections.abc import Mapping

from rightdoor.domain import service_plan, shared_decision

STATES: Mapping[str, str] = {"draft": "Draft", "adopted": "Adopted", "replaced": "Replaced by a newer version"}
SERVICE_STATES: Mapping[str, str] = {
    "planned": "Planned",
    "started": "Started",
    "completed": "Completed",
    "declined": "Declined",
}
RISKS: Mapping[str, str] = {"": "Not established", "none_known": "None known", "some": "Some", "urgent": "Urgent"}
GOAL_STATES: Mapping[str, str] = {
    "draft": "Draft",
    "open": "Open",
    "met": "Met",
    "not_met": "Not met",
    "given_up": "Given up",
}
GOAL_PARTS: Mapping[str, str] = {
    "measure": "what is measured",
    "unit": "the unit",
    "baseline": "where it stands today",
    "target": "where it should get to",
    "due_on": "the day",
    "owner": "who sees to it",
    "why": "why it matters",
}
ACTION_STATES: Mapping[str, str] = {"open": "Open", "done": "Done", "dropped": "Dropped"}
PROGRESS: Mapping[str, str] = {
    "not_started": "Not started",
    "under_way": "Under way",
    "met": "Met",
    "not_met": "Not met",
    "given_up": "Given up",
}
CHANGES: Mapping[str, str] = {"added": "Added", "removed": "Removed", "changed": "Changed", "same": "As before"}
ENDS: Mapping[str, str] = {"stands": "The plan stands as it is", "revise": "The plan is to be revised"}

OUTCOMES: Mapping[str, str] = {
    "safety": "Safety",
    "placement": "Where the client lives",
    "school": "School",
    "engagement": "Engagement",
}
# Each scale from best to worst, with what a level means, so that two people mean the same by it. (CASE-14)
OUTCOME_LEVELS: Mapping[str, Mapping[str, str]] = {
    "safety": {
        "safe": "Safe: no danger known, and the safety plan is known to the client",
        "some_danger": "Some danger: contact or threats in the last 30 days, nobody harmed",
        "in_danger": "In danger: harmed, missing, or within reach of who did harm",
    },
    "placement": {
        "stable": "Stable: the same place for 30 days or more",
        "at_risk": "At risk: a notice, a conflict or an end is in sight",
        "moved": "Moved within the last 30 days",
        "without": "Without a place to live",
    },
    "school": {
        "attends": "Attends: nine days of ten, or more",
        "attends_partly": "Attends in part",
        "does_not_attend": "Does not attend",
        "not_applicable": "Has finished school, or need not attend",
    },
    "engagement": {
        "engaged": "Engaged: keeps appointments or calls back",
        "wavering": "Wavering: some contact, with gaps of more than a week",
        "out_of_touch": "Out of touch for 30 days or more",
    },
}
NOT_ESTABLISHED = "Not established"

DECIDERS: Mapping[str, str] = {
    "client": "The client",
    "together": "The client and the team together",
    "guardian": "Parent or guardian",
    "agency": "The agency in charge",
    "court": "A court",
}
DECISION_OUTCOMES: Mapping[str, str] = {
    "went_well": "It went well",
    "partly": "It went well in part",
    "did_not": "It did not go well",
    "changed_mind": "The client changed their mind",
    "not_established": "Not established",
}

assert set(OUTCOMES) == set(OUTCOME_LEVELS) == set(service_plan.OUTCOME_SCALES), "each outcome has its words"
assert all(tuple(OUTCOME_LEVELS[key]) == levels for key, levels in service_plan.OUTCOME_SCALES.items())
assert tuple(GOAL_PARTS) == service_plan.GOAL_PARTS
assert tuple(GOAL_STATES) == service_plan.GOAL_STATES
assert tuple(DECIDERS) == shared_decision.DECIDERS
assert tuple(DECISION_OUTCOMES) == shared_decision.OUTCOMES
