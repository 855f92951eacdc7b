"""What a person may choose in this slice, with the words that staff read. Keys stand in the sealed texts."""

from __future__ import annotations

from collections.abc import Mapping

from rightdoor.domain.service_referral import DECLINED_BY, STATES

STATE_WORDS: Mapping[str, str] = {
    "sent": "Sent",
    "accepted": "Accepted",
    "contacted": "First contact",
    "started": "Started",
    "completed": "Completed",
    "declined": "Declined",
    "not_reached": "Not reached",
}
STEP_WORDS: Mapping[str, str] = {
    "accepted": "The provider accepted it",
    "contacted": "First contact took place",
    "started": "The service started",
    "completed": "The service was completed",
    "declined": "It was declined",
    "not_reached": "The youth was not reached",
    "asked": "Asked: it goes on, nothing new",
}
HAPPENED: Mapping[str, str] = {
    "sent": "Referral to a service made",
    "accepted": "A provider accepted a referral to a service",
    "contacted": "First contact with a service",
    "started": "A service started",
    "completed": "A service was completed",
    "declined": "A referral to a service was declined",
    "not_reached": "A service did not reach the youth",
    "asked": "Asked after a referral to a service",
    "advocacy_reason": "Recorded why there is no referral to an advocate",
}
DECLINED_WORDS: Mapping[str, str] = {
    "provider": "The provider",
    "youth": "The youth",
    "caregiver": "A parent or caregiver",
}
WHY_DECLINED: Mapping[str, str] = {
    "full": "No place, or a waiting list",
    "criteria": "Does not fit the provider's criteria",
    "distance": "Too far, or no way to get there",
    "language": "Not in the youth's language",
    "cost": "Cost or insurance",
    "not_wanted": "The youth does not want it",
    "later": "Not now, perhaps later",
    "elsewhere": "The youth gets it elsewhere",
    "other": "Something else",
}
LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "es": "Spanish",
    "vi": "Vietnamese",
    "fr": "French",
    "ht": "Haitian Creole",
    "ar": "Arabic",
    "zh": "Chinese",
    "asl": "American Sign Language",
    "other": "Another language",
}
HOW: Mapping[str, str] = {
    "spoken": "By word of mouth",
    "paper": "On paper",
    "electronic": "In another system",
}
HANDOFFS: Mapping[str, str] = {
    "told": "The youth was told where to go",
    "warm": "Somebody went along, or called together with the youth",
}
# Why there is no referral to an advocate.
NO_ADVOCATE: Mapping[str, str] = {
    "has_one": "An advocate is already with the youth",
    "referred_before": "The report was already passed on to an advocate",
    "youth_declined": "The youth does not want one now",
    "none_available": "No advocate serves this place or this age",
    "other": "Something else",
}
ADVOCACY = "victim_advocacy"  # the category of the pack that answers the duty; the pack is checked for it
assert set(STATE_WORDS) == set(STATES), "each state has its words"
assert set(DECLINED_WORDS) == set(DECLINED_BY), "whoever may decline has words"
