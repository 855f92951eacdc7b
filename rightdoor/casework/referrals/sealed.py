"""Labels of the sealed columns of this slice, and JSON as it is sealed."""

from __future__ import annotations

import json
from typing import Any

from rightdoor.casework.referrals.models import Referral, TierChange
from rightdoor.foundation.sealing.seals import SealContext


def facts_label(referral: Referral) -> SealContext:
    """What is established."""
    return _label(referral, "referrals_referral", "facts", "CORE")


def story_label(referral: Referral) -> SealContext:
    """What is alleged, in words, and the reasons given for decisions."""
    return _label(referral, "referrals_referral", "story", "CORE")


def why_label(referral: Referral, change: TierChange) -> SealContext:
    """Why the tier was set so at that moment."""
    return _label(referral, "referrals_tierchange", "why", "CORE", row=f"{referral.code}:{change.at.timestamp():.6f}")


def mandated_label(referral: Referral) -> SealContext:
    """By whom the mandated report was made, and its number."""
    return _label(referral, "referrals_mandatedreport", "details", "REP")


def as_text(value: Any) -> str:
    """A value as it is sealed."""
    return json.dumps(value, ensure_ascii=False)


def _label(referral: Referral, table: str, column: str, klass: str, *, row: str = "") -> SealContext:
    return SealContext(
        table=table,
        column=column,
        row=row or referral.code,
        subject=referral.client.code,
        holder=referral.holder,
        klass=klass,
    )
