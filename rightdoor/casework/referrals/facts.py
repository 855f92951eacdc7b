"""What a referral says about the situation. Sealed as one JSON value; None: nobody has established it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, cast

from rightdoor.casework.clients.disclosure import Who
from rightdoor.domain.eligibility import EligibilityFacts
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.response_tier import StatusAtTriage, TriageFacts
from rightdoor.packs.pack import Pack

STATUSES = ("suspected", "confirmed", "not_trafficking")
ESTABLISHED = (
    "open_investigation",
    "immediate_safety_concern",
    "safe_and_stable",
    "allegation_verifiable",
    "information_adequate",
    "is_trafficking",
)


@dataclass(frozen=True, slots=True)
class ReferralFacts:
    """The facts that INT-4 asks for and that eligibility and tier are decided on."""

    kind: str = ""
    relationship: str = ""
    setting: str = ""
    area: str = ""
    victim_status: str = "suspected"
    age: int | None = None
    age_is_estimated: bool = True
    open_investigation: bool | None = None
    immediate_safety_concern: bool | None = None
    safe_and_stable: bool | None = None
    allegation_verifiable: bool | None = None
    information_adequate: bool | None = None
    is_trafficking: bool | None = None

    def as_dict(self) -> dict[str, Any]:
        """As JSON can write it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> ReferralFacts:
        """From a form, a report or the sealed value; missing keys are not established, unknown ones dropped."""
        known = {field.name for field in fields(cls)}
        return cls(**{key: value for key, value in told.items() if key in known and value not in (None, "")})

    def for_triage(self) -> TriageFacts:
        """The four facts that the tier is decided on. Whoever is not confirmed is triaged as suspected."""
        status = "confirmed" if self.victim_status == "confirmed" else "suspected"
        return TriageFacts(
            victim_status=cast(StatusAtTriage, status),
            open_investigation=self.open_investigation,
            immediate_safety_concern=self.immediate_safety_concern,
            safe_and_stable=self.safe_and_stable,
        )

    def after_triage(self, facts: TriageFacts) -> ReferralFacts:
        """These facts with what triage established."""
        return replace(
            self,
            victim_status=facts.victim_status,
            open_investigation=facts.open_investigation,
            immediate_safety_concern=facts.immediate_safety_concern,
            safe_and_stable=facts.safe_and_stable,
        )

    def for_eligibility(self, who: Who | None) -> EligibilityFacts:
        """The facts that eligibility is decided on; a birth date, where one is known, outweighs the stated age."""
        birth_on = who.birth_on if who else None
        return EligibilityFacts(
            age=self.age if self.age is not None else (who.age_estimate if who else None),
            birth_on=birth_on,
            estimated=birth_on is None and self.age_is_estimated,
            victim_status=cast(Any, self.victim_status),
            allegation_verifiable=self.allegation_verifiable,
            information_adequate=self.information_adequate,
            is_trafficking=self.is_trafficking,
        )

    def check(self, pack: Pack) -> None:
        """Raises RuleBroken for a word that the pack does not know."""
        words = pack.trafficking
        for value, choices, said in (
            (self.kind, words.kinds, "kind of trafficking"),
            (self.relationship, words.relationships, "relationship"),
            (self.setting, words.settings, "setting"),
        ):
            if value and value not in choices:
                raise RuleBroken(f"Choose the {said} from the list.")
        if self.victim_status not in STATUSES:
            raise RuleBroken("Choose whether the child is a suspected or a confirmed victim.")
        if self.area and self.area not in {area.key for area in pack.areas}:
            raise RuleBroken("Choose the area from the list.")
        if self.age is not None and not 0 <= self.age <= 120:
            raise RuleBroken("Give the age in whole years, between 0 and 120.")
