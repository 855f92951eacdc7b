"""What a staffing can settle, as choices with the words that people read. Keys stand in the tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rightdoor.foundation.jurisdiction.active import active_pack


class _Statuses(Mapping[str, str]):
    """The state's own words for each victim status, asked for when they are shown."""

    def __getitem__(self, key: str) -> str:
        return dict(active_pack().eligibility_words.victim_statuses.pairs())[key]

    def __iter__(self) -> Iterator[str]:
        return iter(active_pack().eligibility_words.victim_statuses.keys())

    def __len__(self) -> int:
        return len(active_pack().eligibility_words.victim_statuses.keys())


STATUSES: Mapping[str, str] = _Statuses()
CONTINUED: Mapping[str, str] = {
    "eligible": "Eligible for continued services",
    "not_eligible": "Not eligible",
    "undecided": "Not decided yet",
}
CONSENT_PLANS: Mapping[str, str] = {
    "given": "A parent or guardian has consented",
    "will_ask_guardian": "A parent or guardian will be asked",
    "will_ask_other_parent": "The other parent will be asked",
    "custody": "The agency with custody consents",
    "court_order": "A court order is sought or in place",
    "own_consent": "Own consent, without a parent or guardian, as the law permits",
    "refused": "Consent was refused; investigative response only",
}
# Who signed, or what stands in place of a signature. The others are plans, and nobody has consented yet.
BASIS: Mapping[str, str] = {"given": "guardian", "custody": "state_custody", "own_consent": "minor_alone"}

MODES: Mapping[str, str] = {"in_person": "In person", "virtual": "Virtual", "mixed": "In person and virtual"}
KINDS: Mapping[str, str] = {
    "emergency": "Emergency staffing",
    "ongoing": "Case staffing",
    "case_review": "Case review",
}
ATTENDANCE: Mapping[str, str] = {
    "present": "Present",
    "absent": "Absent",
    "excused": "Excused",
    "delegated": "Sent a delegate",
    "accepted": "Coming",
    "invited": "Has not answered",
}
