"""The words for data classes on a case, and for what became of a version."""

from __future__ import annotations

CLASS_WORDS = {
    "CORE": "Coordination of the case",
    "ID": "Identity and contact",
    "SAFE": "Safety plan",
    "PLAN": "Service plan",
    "ADV": "Advocate's record",
    "ADVPRIV": "Privileged communication with an advocate",
    "LE": "Investigation",
    "PROS": "Prosecution's own work",
    "CW": "Child welfare record",
    "HLTH": "Health",
    "EVID": "Forensic exam",
    "MH": "Mental health",
    "PSY": "Psychotherapy notes",
    "SUD": "Substance use treatment",
    "EDU": "School record",
    "JJ": "Juvenile justice",
    "FINS": "Family in need of services",
    "FI": "Forensic interview: who keeps it, and when",
    "IMM": "Immigration",
    "LOC": "Confidential location",
    "PRIV": "Attorney and client",
    "REP": "Who reported",
    "OFF": "Alleged offender",
}
REFUSALS = {
    "infected": "The scanner found something harmful in it. It was not kept.",
    "not_readable": "No safe copy could be made of it. It was not kept.",
}
WAITS = {
    "check": "It is being checked.",
    "scanner": "The virus scanner does not answer. The file waits, sealed, and is tried again by itself.",
    "rebuilder": "Safe copies cannot be made at the moment. The file waits, sealed, and is tried again by itself.",
}
