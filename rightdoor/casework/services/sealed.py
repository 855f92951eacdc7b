"""Labels of the sealed columns of this slice."""

from __future__ import annotations

from rightdoor.casework.services.models import AdvocacyReason, ServiceReferral, ServiceStep
from rightdoor.foundation.sealing.seals import SealContext


def told_label(referral: ServiceReferral) -> SealContext:
    """Which service, to whom, why and what went along."""
    return _label(referral, "services_servicereferral", referral.code)


def step_label(step: ServiceStep) -> SealContext:
    """What was said at a step."""
    return _label(step.referral, "services_servicestep", f"{step.referral.code}/{step.number}")


def reason_label(reason: AdvocacyReason) -> SealContext:
    """Why there is no referral to advocacy."""
    case = reason.case
    return SealContext("services_advocacyreason", "told", reason.code, case.client.code, case.holder, "CORE")


def _label(referral: ServiceReferral, table: str, row: str) -> SealContext:
    return SealContext(table, "told", row, referral.case.client.code, referral.holder, "PLAN")
