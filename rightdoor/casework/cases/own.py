"""What this slice itself adds to a case: its tabs, the flags of its head.

It speaks for consents, too: that slice stands below and does not know the parts of a case.
"""

from __future__ import annotations

from rightdoor.casework.cases.parts import Look, Parts, Tab
from rightdoor.domain.permission import may


def _everybody(look: Look) -> bool:
    return True  # whoever may not know of the case was turned away before


def _reads_consents(look: Look) -> bool:
    return may(look.viewer, "consent.read", look.tie)


TABS = (
    Tab("general", "General", "", 0, _everybody),
    Tab("consent", "Consent and releases", "consent/", 22, _reads_consents),
    Tab("disclosures", "Disclosures", "disclosures/", 24, _reads_consents),
)

OWN = Parts(tabs=TABS)
