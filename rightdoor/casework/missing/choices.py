"""What a person may choose in this slice, with the words that staff read. Keys stand in the sealed texts."""

from __future__ import annotations

from collections.abc import Mapping

CUSTODY: Mapping[str, str] = {
    "state_care": "The state: the child is in care",
    "parent": "A parent",
    "other": "Somebody else: a guardian, a relative, another agency",
    "": "Not established",
}
HOLDERS: Mapping[str, str] = {  # the agency of the state has its name from the pack
    "parent": "The parent who has custody",
    "custodian": "Whoever has custody",
}
# What the law names first, then what the field has learned. (P.L. 117-348)
DANGER: Mapping[str, str] = {
    "trafficking": "Somebody may exploit the child",
    "self_harm": "May harm themselves",
    "pregnancy": "Pregnant",
    "medicine": "Needs medicine, or an illness that needs care",
    "young": "Very young, or needs help with daily life",
    "threat": "Was threatened, or is with somebody dangerous",
}
LOOKS: Mapping[str, str] = {
    "height": "Height",
    "weight": "Weight",
    "hair": "Hair",
    "eyes": "Eyes",
    "race": "Race and ethnicity",
    "marks": "Scars, marks, tattoos",
    "clothing": "Clothes when last seen",
    "looks": "Other looks",
}
TOLD: Mapping[str, str] = {
    "parent": "Parent or guardian",
    "court": "Court",
    "attorney": "The child's attorney",
    "guardian_ad_litem": "Guardian ad litem",
    "probation": "Probation",
    "other": "Somebody else",
}
OWED: tuple[str, ...] = ("parent", "court", "attorney", "guardian_ad_litem", "probation")
CONTACTS: Mapping[str, str] = {
    "sighting": "Somebody saw the child",
    "tip": "A tip",
    "from_child": "Word from the child",
    "police": "Contact with the police",
    "national_center": "Contact with the national center",
    "other": "Another call",
}
KEPT_UP = frozenset({"police", "national_center"})  # the contacts that the regular clock counts
AMBER: Mapping[str, str] = {
    "": "Not decided yet",
    "issued": "Issued",
    "not_met": "Not issued: the criteria are not met",
    "other_alert": "Another alert was sent",
}
STEPS: Mapping[str, str] = {
    "conversation": "Return conversation",
    "screening": "Screening for trafficking",
    "medical": "Medical check",
    "placement": "Where the child stays now",
    "review": "Review: what worked",
}
CAME_OF_IT: Mapping[str, Mapping[str, str]] = {
    "conversation": {"held": "Held", "declined": "The child did not want one", "referred": "Stopped and referred"},
    "screening": {"done": "Done", "declined": "The child did not want one", "not_done": "Not done, with the reason"},
    "medical": {"done": "Done", "declined": "The child did not want one", "not_needed": "Not needed"},
    "placement": {"same": "The same place", "changed": "Another place", "not_settled": "Not settled yet"},
    "review": {"done": "Done"},
}
EPISODE_STATES: Mapping[str, str] = {"running": "Missing", "recovered": "Back, return open", "closed": "Closed"}
TASK_STATES: Mapping[str, str] = {"open": "Open", "done": "Done", "called_off": "Called off"}
FORMS: Mapping[str, str] = {"pdf": "PDF, to print", "docx": "Word document, to write on in it"}
VARIANTS: Mapping[str, str] = {
    "official": "For the police and the national center",
    "poster": "For a poster",
}
DISCLOSES: Mapping[str, str] = {
    "official": "Name, birth date, looks, when and where last seen, who has custody, what puts the child in danger, "
    "the numbers of the reports. For the police and the national center only.",
    "poster": "Name, age, looks, since when, and whom to call. Nothing about custody or care, nothing about danger, "
    "nothing about what may have been done to the child. The police decide whether it is published.",
}
