"""The parts of a safety plan with the questions that staff ask, and the other choices of this slice."""

from __future__ import annotations

from collections.abc import Mapping

from rightdoor.domain.safety_plan import HOLDING, ONLINE, PARTS, TRIGGERS

# label, hint. The words of the client come first. (practice.md 3.6)
PART_WORDS: Mapping[str, tuple[str, str]] = {
    "words": ("In the youth's own words", "What safe means to them, what they want, what worries them most."),
    "warning_signs": ("Signs that it is getting dangerous", "What they notice first, and what sets it off."),
    "coping": ("What helps", "Steps that they can take by themselves, one to a line."),
    "safe_adults": ("Safe adults and how to reach them", "Three or four, one to a line: name, number, when to call."),
    "avoid": ("Places and people to keep away from", ""),
    "signal": ("Word or signal, and what whoever hears it does then", ""),
    "contact_routes": ("How the person who did harm gets in touch", "And what they do when it happens."),
    "accounts": ("Phone and accounts", "Passwords, shared devices, who knows them."),
    "location_sharing": ("Sharing of where they are", "Phone, car, watch, apps, photos."),
    "images": ("Pictures and videos", "What is out there, what was reported, what to do if someone threatens."),
    "bag": ("What to take along", "Papers, medicines, clothes, a charger, one to a line."),
    "transport": ("How to get away", "Who drives, which bus, money for it, one to a line."),
    "dependents": ("Children, brothers and sisters, pets", ""),
    "orders": ("Court orders", "What they say, who has a copy."),
    "caregivers": ("What caregivers or the placement do", ""),
    "self_harm": ("If they think of harming themselves", "What they do, whom they call, the crisis line."),
    "if_missing": ("If they leave or go missing", "What would help them come back, whom they would answer."),
    "professionals": ("Whom of the professionals to call", "One to a line."),
}
PLACES = ("Places to go", "Where they stay, hide or would go. Kept apart from the rest, open to very few.")
PART_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("The youth", ("words", "warning_signs", "coping", "safe_adults")),
    ("Places and signals", ("places", "avoid", "signal")),
    ("Devices and online", ("contact_routes", "accounts", "location_sharing", "images")),
    ("Ready to go", ("bag", "transport", "dependents", "orders", "caregivers")),
    ("When it is hard", ("self_harm", "if_missing", "professionals")),
)
TRIGGER_WORDS: Mapping[str, str] = {
    "new_contact": "The person who did harm got in touch",
    "move": "The youth moved, or will move",
    "court_date": "A court date is near",
    "after_missing": "The youth came back after being missing",
    "asked": "The youth, or somebody of the team, asked for it",
}
HOLDING_WORDS: Mapping[str, str] = {
    "yes": "Yes, it is safe to hold",
    "no": "No",
    "not_sure": "Not sure",
}
STATE_WORDS: Mapping[str, str] = {"draft": "Draft", "adopted": "In force", "replaced": "Replaced"}
SIZES: Mapping[str, str] = {"letter": "A whole sheet", "pocket": "Pocket size"}
assert set(PART_WORDS) == set(PARTS), "each part has its question"
assert {name for _, names in PART_GROUPS for name in names} == {*PARTS, "places"}, "each part stands in a group"
assert set(PARTS) >= ONLINE, "online safety is part of the plan"
assert set(TRIGGER_WORDS) == set(TRIGGERS), "each trigger has words"
assert set(HOLDING_WORDS) == set(HOLDING), "each answer has words"
