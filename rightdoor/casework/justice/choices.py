"""What a person may choose in this slice, with the words that staff read. Keys stand in the sealed texts."""

from __future__ import annotations

from collections.abc import Mapping

PROCEEDINGS: Mapping[str, str] = {
    "police": "Police investigation",
    "federal": "Federal investigation",
    "child_welfare": "Child welfare investigation",
    "prosecution": "Prosecution",
    "federal_prosecution": "Federal prosecution",
}
# Who keeps such a record decides its class: an investigation of the child welfare agency is a child welfare record.
CLASS_OF: Mapping[str, str] = {
    "police": "LE",
    "federal": "LE",
    "child_welfare": "CW",
    "prosecution": "PROS",
    "federal_prosecution": "PROS",
}
STATUSES: Mapping[str, str] = {
    "open": "Open",
    "referred": "Passed on to the prosecutor",
    "accepted": "Accepted for prosecution",
    "charged": "Charged",
    "trial": "Set for trial",
    "sentencing": "Waits for the sentence",
    "appeal": "On appeal",
    "suspended": "At rest",
    "declined": "Declined",
    "closed": "Closed",
}
OVER = frozenset({"declined", "closed"})

ROLES: Mapping[str, str] = {
    "exploiter": "Alleged exploiter",
    "buyer": "Alleged buyer",
    "recruiter": "Alleged recruiter",
    "facilitator": "Alleged facilitator (place, transport, advertising)",
    "other": "Another role",
    "unknown": "Not established",
}
TIES: Mapping[str, str] = {
    "parent": "Parent or stepparent",
    "relative": "Other relative",
    "partner": "Partner, or presented as one",
    "acquaintance": "Acquaintance",
    "online": "Met online",
    "employer": "Employer",
    "group": "Gang or other group",
    "stranger": "Stranger",
    "unknown": "Not established",
}

OUTCOMES: Mapping[str, str] = {
    "plea": "Guilty plea",
    "lesser_plea": "Plea to a lesser charge",
    "conviction": "Convicted at trial",
    "acquittal": "Acquitted",
    "dismissed": "Dismissed",
    "not_filed": "Not filed",
    "diverted": "Diverted",
    "adjudicated": "Adjudicated in juvenile court",
    "other": "Another outcome",
}

HEARINGS: Mapping[str, str] = {
    "first_appearance": "First appearance",
    "bond": "Bond hearing",
    "grand_jury": "Grand jury",
    "preliminary": "Preliminary hearing",
    "motion": "Motion hearing",
    "status": "Status hearing",
    "plea": "Plea hearing",
    "trial": "Trial",
    "sentencing": "Sentencing",
    "restitution": "Restitution hearing",
    "parole": "Parole or pardon hearing",
    "protective_order": "Protective order hearing",
    "custody": "Child protection hearing",
    "juvenile": "Juvenile court hearing of the client",
    "immigration": "Immigration hearing",
    "hearing": "Hearing",
}
HEARING_CLASS: Mapping[str, str] = {
    "protective_order": "SAFE",
    "custody": "CW",
    "juvenile": "JJ",
    "immigration": "IMM",
}
COURT_STATES: Mapping[str, str] = {"set": "Set", "held": "Held", "cancelled": "Cancelled"}
SUPPORTS: Mapping[str, str] = {
    "advocate": "An advocate goes along",
    "prepared": "Prepared for what happens in court",
    "visit": "Saw the courtroom beforehand",
    "comfort": "Support person, comfort item or facility dog",
    "closed_circuit": "Testimony by closed circuit or screen",
    "closed_room": "The public kept out",
    "interpreter": "Interpreter",
    "transport": "Transport arranged",
    "meal": "Meals and a place to wait apart",
}

RIGHTS: Mapping[str, str] = {
    "notice": "Notice to the victim",
    "impact_statement": "Victim impact statement",
    "accompaniment": "Accompaniment",
    "protective_measure": "Protective measure asked for",
    "subpoena": "Subpoena to the client",
    "transport": "Transport",
    "consultation": "Talk with the prosecutor before a decision",
    "property": "Belongings given back",
    "privacy": "Name and address kept out of public papers",
}
NOTICE_OF: Mapping[str, str] = {
    "arrest": "An arrest",
    "release": "A release or bond",
    "charges": "Charges filed, changed or dismissed",
    "hearing": "A hearing",
    "plea": "A plea offer",
    "trial": "A trial",
    "sentencing": "Sentencing",
    "appeal": "An appeal",
    "parole": "Parole or pardon",
    "escape": "An escape",
    "other": "Something else",
}
RIGHT_STATES: Mapping[str, str] = {"owed": "Owed", "done": "Done", "not_wanted": "Not wanted by the client"}

# What made a case succeed, or not: asked once when a prosecution ends, counted over many.
HELPED: Mapping[str, str] = {
    "early_joint": "Police, prosecutor and child welfare worked together from the start",
    "one_interview": "One forensic interview instead of many",
    "digital": "Messages, telephones or accounts were kept in time",
    "financial": "Money or advertising could be traced",
    "medical": "Medical or forensic findings",
    "other_witnesses": "Witnesses beside the client",
    "no_testimony": "It could be proved without the client's testimony",
    "advocate": "An advocate stood by the client throughout",
    "stable_place": "The client had a safe and stable place",
    "prepared": "The client was prepared for court",
    "expert": "An expert explained the client's behavior",
    "dedicated": "The same prosecutor from start to end",
}
HINDERED: Mapping[str, str] = {
    "delay": "It took too long",
    "evidence_lost": "Evidence was lost or came too late",
    "not_reached": "The client could not be reached, or was missing",
    "afraid": "The client was afraid, or was threatened",
    "no_support": "Nobody stood by the client",
    "treated_as_offender": "The client was treated as an offender",
    "jurisdiction": "It was unclear whose case it was",
    "identity": "The alleged offender was not identified or found",
    "not_proved": "The evidence did not suffice",
}

RELIEF_OUTCOMES: Mapping[str, str] = {
    "granted": "Granted",
    "denied": "Denied",
    "withdrawn": "Withdrawn",
    "not_pursued": "Not pursued",
    "ended": "Ended",
}
ALERT_STATES: Mapping[str, str] = {
    "establish": "To be established",
    "ready": "May be asked for",
    "soon": "Coming up",
    "last_days": "Soon over",
    "over": "Over",
}
