"""The words for notes: their classes, their kinds, what is said before a privileged one is written."""

from __future__ import annotations

CLASS_WORDS = {
    "CORE": "Team note",
    "SAFE": "Safety",
    "ADV": "Advocacy",
    "ADVPRIV": "Privileged advocacy",
    "LE": "Investigation",
    "CW": "Child welfare",
    "HLTH": "Health",
    "EVID": "Forensic exam",
    "FI": "Forensic interview",
    "MH": "Mental health",
    "PSY": "Psychotherapy",
    "PROS": "Prosecution",
    "EDU": "School",
    "JJ": "Juvenile justice",
}
KINDS = {
    "contact": "Contact",
    "visit": "Visit",
    "call": "Call",
    "observation": "Observation",
    "decision": "Decision",
    "other": "Other",
}
STAYS = "This stays with your profession. Nobody else opens it, and no release opens it here."
YES_NO = {True: "Yes", False: "No"}
