"""Consent to take part in ongoing coordination. It opens meetings, not records: a release of information is another
thing.

An emergency staffing needs no consent; ongoing coordination does. Where the guardian is the alleged trafficker,
cannot be found or refuses, another lawful basis may take its place, and the record says which. (Roadmap, ongoing case
coordination; practice.md 4.2)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .errors import RuleBroken

# Who or what the consent rests on.
BASES = ("guardian", "other_parent", "state_custody", "court_order", "minor_alone", "client")


@dataclass(frozen=True, slots=True)
class ParticipationConsent:
    """A consent as it is on record. `signer_alleged`: is the signer alleged to have harmed the child or the other
    parent?

    None there means that nobody has asked, and such a consent opens nothing. `expires_at` None: until withdrawn.
    """

    basis: str
    given_at: datetime
    signer_alleged: bool | None
    expires_at: datetime | None = None
    withdrawn_at: datetime | None = None

    def is_in_force(self, now: datetime) -> bool:
        """Given, not expired, not withdrawn, on a basis that exists, and not signed by somebody who may have
        done harm.
        """
        if self.basis not in BASES or self.given_at > now:
            return False
        # A court or the state's custody is nobody's signature, so nobody's signature can spoil it.
        if self.basis not in {"state_custody", "court_order"} and self.signer_alleged is not False:
            return False
        if self.withdrawn_at is not None and self.withdrawn_at <= now:
            return False
        return self.expires_at is None or now < self.expires_at


def check_may_hold_ongoing_staffing(consent: ParticipationConsent | None, now: datetime) -> None:
    """Ongoing coordination needs consent, or what the law puts in its place; an emergency staffing does not.
    Raises RuleBroken.
    """
    if consent is None or not consent.is_in_force(now):
        raise RuleBroken(
            "Record consent to ongoing coordination first, or what stands in its place. "
            "Until then, meet as an emergency staffing."
        )
