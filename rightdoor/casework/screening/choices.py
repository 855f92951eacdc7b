"""Words of this slice: what stands for each key, on pages and in sheets."""

from __future__ import annotations

from collections.abc import Mapping

STEPS: Mapping[str, str] = {
    "report": "Report",
    "refer": "Refer",
    "monitor": "Monitor",
    "nothing_now": "Nothing now",
}
STEPS_SAID: Mapping[str, str] = {
    "report": "Report: make the report now",
    "refer": "Refer: send it to the team for an assessment",
    "monitor": "Monitor: look again when something new is known",
    "nothing_now": "Nothing now",
}
RESULTS: Mapping[str, str] = {
    "positive": "Positive",
    "negative": "Negative",
    "indeterminate": "Open: too much is not known",
    "": "Not scored",
}
STATES: Mapping[str, str] = {
    "draft": "Not finished",
    "finished": "Finished",
    "stopped": "Stopped: the child told of it",
}
OCCASIONS: Mapping[str, str] = {
    "routine": "Everybody is screened here",
    "new_information": "Something new became known",
    "return": "A return from being missing",
    "case_opening": "A case was opened",
    "other": "Something else",
}
SOURCES: Mapping[str, str] = {
    "seen": "I saw or heard it",
    "record": "It stands in a record",
    "colleague": "A colleague or another agency told",
    "family": "Family or caretaker told",
    "child_unasked": "The child said it unasked",
    "other": "Somebody or something else",
}
INTERPRETERS: Mapping[str, str] = {
    "": "Not recorded",
    "not_needed": "Not needed",
    "in_person": "A trained interpreter, in person",
    "by_phone": "A trained interpreter, by telephone or video",
    "none_found": "Needed, and none was found",
}
ADMINISTRATIONS: Mapping[str, str] = {
    "observer_integration": "Looked for in what is known; nothing is asked",
    "interview": "Asked in a talk",
    "self_report": "Filled in by the person",
    "team": "Filled in by a team",
}
REDISTRIBUTIONS: Mapping[str, str] = {
    "bundled": "Comes with the program",
    "import": "Your agency loads its own licensed copy",
    "result_only": "Results only; no item is kept here",
}
