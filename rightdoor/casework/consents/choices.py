"""What a person may choose in this slice, with the words that staff read. Keys stand in the sealed texts."""

from __future__ import annotations

from collections.abc import Mapping

# How somebody stands to the client.
RELATIONS: Mapping[str, str] = {
    "mother": "Mother",
    "father": "Father",
    "stepparent": "Stepparent",
    "guardian": "Legal guardian",
    "foster_parent": "Foster parent",
    "grandparent": "Grandparent",
    "sibling": "Brother or sister",
    "relative": "Other relative",
    "partner": "Partner or spouse",
    "friend": "Friend",
    "other": "Somebody else",
}
MAY_BE_GUARDIAN = frozenset({"mother", "father", "stepparent", "guardian", "foster_parent", "grandparent", "relative"})

FLAGS: Mapping[str, str] = {
    "alleged_exploiter": "Alleged to have exploited or harmed the client",
    "abuser_of_other_parent": "Abuser of the other parent",
    "under_investigation": "Under investigation in this case",
    "no_contact": "Must not be contacted",
}

# Who has to sign.
ROUTES: Mapping[str, str] = {
    "minor_and_guardian": "The client and one parent or guardian",
    "minor_alone": "The client alone, because the law lets a minor get this service alone",
    "custodian": "The agency or person with legal custody, with proof",
    "self": "The client alone, as an adult or emancipated",
}
ROLES: Mapping[str, str] = {
    "client": "The client",
    "guardian": "Parent or guardian",
    "custodian": "Whoever has legal custody",
    "witness": "Witness",
}
HOW_SHARED: Mapping[str, str] = {
    "spoken": "By word of mouth",
    "written": "In writing",
    "system": "Through this system",
}
HOW_SIGNED: Mapping[str, str] = {"paper": "On paper", "electronic": "On a screen, in person"}
HOW_REVOKED: Mapping[str, str] = {"spoken": "By word of mouth", "written": "In writing"}
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

# On what consent to ongoing coordination rests, as the domain names it.
CONSENT_BASES: Mapping[str, str] = {
    "guardian": "A parent or guardian",
    "other_parent": "The other parent",
    "minor_alone": "The client alone, as the law permits",
    "client": "The client, as an adult or emancipated",
}
ALTERNATIVES: Mapping[str, str] = {
    "state_custody": "The state has custody and agrees",
    "court_order": "A court has ordered it",
    "minor_alone": "The client consents alone, as the law permits",
    "other_parent": "The other parent consents",
}

# Every class that a release can name, in plain words. What is not here is never released through the platform.
RELEASABLE: Mapping[str, str] = {
    "CORE": "How the help is going: meetings, tasks, tier, status",
    "ID": "Who the client is: name, birth date, contact",
    "SAFE": "Safety plan",
    "PLAN": "Service plan",
    "ADV": "Advocate's records of services",
    "LE": "Police records",
    "CW": "Child-welfare records",
    "HLTH": "Health records",
    "EVID": "Forensic medical examination",
    "MH": "Mental-health records",
    "SUD": "Records of help with alcohol or drugs",
    "EDU": "School records",
    "JJ": "Juvenile-justice records",
    "FINS": "Family-services court records",
    "IMM": "Immigration papers",
    "LOC": "Where the client is staying",
}
NEVER: Mapping[str, str] = {
    "ADVPRIV": "What was said to an advocate in confidence",
    "PSY": "A therapist's own notes",
    "PRIV": "What was said to a lawyer",
    "PROS": "A prosecutor's working papers",
    "FI": "The recording of a forensic interview",
}

WHY_SUSPENDED: Mapping[str, str] = {
    "flag": "Somebody who signed it is now alleged to have done harm",
    "custody": "Custody has changed",
    "check": "It is being checked",
}
WHY_ENDED: Mapping[str, str] = {
    "revoked": "Taken back",
    "expired": "Its time was over",
    "of_age": "The client came of age",
    "closed": "The case was closed",
}
KINDS_OUTSIDE: Mapping[str, str] = {
    "spoken": "By word of mouth",
    "paper": "On paper",
    "electronic": "In another system",
    "report": "As a mandated report",
}
REPORTED_CONTENT: Mapping[str, str] = {
    "names": "Names and addresses of the child and of who cares for the child",
    "injury": "Nature, extent and cause of the harm, and earlier harm",
    "others": "Names and ages of other children in the home",
    "household": "Names and ages of others in the home",
    "how_known": "How the reporter came to know",
    "suspect": "Who is alleged to have done it",
    "circumstances": "Anything else that explains what happened",
    "trafficking": "Signs of trafficking",
}
