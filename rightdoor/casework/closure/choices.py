"""The field's fixed words of an ending and of a review."""

from __future__ import annotations

from rightdoor.domain import closure as rule

TOLD = {
    "in_person": "Yes, in person",
    "phone": "Yes, by phone",
    "letter": "Yes, in writing",
    "not_told": "No",
}
SAFETY_PLAN = {
    "handed_over": "Yes, a discreet copy",
    "not_needed": "No, it is not needed",
    "not_possible": "No, it was not possible",
}
RELEASES = {"end": "They end now", "keep": "They stay until their own day"}
TRIGGERS = {
    "closure": "The case closes",
    "serious_event": "A serious event",
    "missing_episode": "The child was missing",
    "late_response": "A response was late",
}
PHASES = {
    "response": "Emergency staffing within its hours",
    "summary": "Each summary shared within its hours",
    "first_plan": "A service plan adopted within a month",
    "tasks": "Tasks of the staffings done by their day",
    "consent": "Consent, or what stands in its place, before ongoing coordination",
}
PHASE_STATES = {
    "met": "Kept",
    "missed": "Done, and late",
    "late": "Late and still owed",
    "running": "Its time runs",
    "unknown": "Nothing was due",
}
WELLBEING = {"yes": "Yes", "no": "No"}
PROTOCOL = {"yes": "Yes", "no": "No", "": "Not decided"}
REVIEW_STATES = {"draft": "Being written", "held": "Held"}
RECOMMENDATION_STATES = {"open": "To do", "done": "Done", "dropped": "Not taken up"}
LESSON_STATES = {"waits": "Waits for a second person", "released": "Released", "sent_back": "Sent back"}
REACHES = {"name": "a name", "code": "a code", "day": "a date", "reach": "an address or number", "place": "a place"}

assert set(TOLD) == set(rule.TOLD), "each choice has its words"
assert set(SAFETY_PLAN) == set(rule.SAFETY_PLAN), "each choice has its words"
assert set(TRIGGERS) == set(rule.TRIGGERS), "each trigger has its words"
