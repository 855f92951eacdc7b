"""Acts that clear a person for client data, and that end it again. Nobody clears themselves alone. (TEAM-6)"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, Q

from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Standing, Viewer, check_may, may
from rightdoor.foundation.access.clearance import (
    AGREEMENT,
    PROTOCOL,
    TRAINING,
    agreement_days,
    trainings,
)
from rightdoor.foundation.access.models import AgencyAgreement, ClearanceRecord, Grant
from rightdoor.foundation.access.queries import standing_to
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import action, record

LONGEST_TRAINING = timedelta(days=3 * 366)
LONGEST_AGREEMENT = timedelta(days=10 * 366)
_EVENTS = {AGREEMENT: "clearance.agreement_signed", PROTOCOL: "clearance.protocol_read"}


@action("clearance.agreement_signed")
def sign_agreement(viewer: Viewer, *, version: str, now: datetime) -> ClearanceRecord:
    """The viewer signs the confidentiality agreement, good for the days that the pack says. (TEAM-6)

    `version` is the digest of the text on the screen. The page asks for a fresh proof before it takes the signature.
    """
    return _own_step(viewer, AGREEMENT, version, now)


@action("clearance.protocol_read")
def confirm_protocol_read(viewer: Viewer, *, version: str, now: datetime) -> ClearanceRecord:
    """The viewer has read the protocol that stood on the screen; good as long as an agreement is. (TEAM-6)"""
    return _own_step(viewer, PROTOCOL, version, now)


@action("clearance.training_entered")
def enter_training(
    viewer: Viewer, account: Account, *, training: str, done_at: datetime, until: datetime, now: datetime
) -> ClearanceRecord:
    """Enter a training that somebody else has done, and until when it counts. (TEAM-6)

    Raises NotPermitted for whom this person is not theirs to look after, RuleBroken for one's own training, one that
    the pack does not ask for, and dates that do not fit.
    """
    check_may_enter(viewer, account, now)
    if account.code == viewer.code:
        raise RuleBroken("Somebody else enters your training: the head of your agency, or a coordinator.")
    if training not in trainings():
        raise RuleBroken("Choose a training from the list.")
    if done_at > now:
        raise RuleBroken("Enter the training when it is done.")
    if until <= now or until <= done_at:
        raise RuleBroken("The day until which it counts must lie ahead.")
    if until - done_at > LONGEST_TRAINING:
        raise RuleBroken("A training counts for three years at most.")
    row = ClearanceRecord.objects.create(
        account_code=account.code,
        what=f"{TRAINING}{training}",
        starts_at=done_at,
        ends_at=until,
        entered_by=viewer.code,
    )
    record(viewer, "clearance.training_entered", account, kind="account", training=training, until=until)
    return row


@action("clearance.ended")
def end_clearance(viewer: Viewer, account: Account, *, what: str, now: datetime) -> None:
    """End a step before its day: a training that was entered by mistake, an agreement that was broken. (SEC-28)

    From the next request on no client's record opens. Raises RuleBroken when nothing of it is in force.
    """
    check_may_enter(viewer, account, now)
    running = ClearanceRecord.objects.filter(account_code=account.code, what=what, starts_at__lte=now, ends_at__gt=now)
    if not running.update(ends_at=now):
        raise RuleBroken("This has ended already.")
    record(viewer, "clearance.ended", account, kind="account", step=what.partition(":")[0])


@action("agency_agreement.recorded")
def record_agency_agreement(
    viewer: Viewer, agency_code: str, *, starts_at: datetime, ends_at: datetime, now: datetime
) -> AgencyAgreement:
    """Put an agency's signed agreement on record, with the days between which it is in force. (TEAM-6)

    Raises NotPermitted, and RuleBroken for days that do not fit.
    """
    check_may_agree(viewer, agency_code)
    if ends_at <= starts_at or ends_at <= now:
        raise RuleBroken("The last day must lie after the first, and ahead.")
    if ends_at - starts_at > LONGEST_AGREEMENT:
        raise RuleBroken("An agreement is renewed at least every ten years.")
    row = AgencyAgreement.objects.create(
        agency_code=agency_code, starts_at=starts_at, ends_at=ends_at, recorded_by=viewer.code, recorded_at=now
    )
    record(viewer, "agency_agreement.recorded", kind="agency", code=agency_code, starts_at=starts_at, ends_at=ends_at)
    return row


@action("agency_agreement.ended")
def end_agency_agreement(viewer: Viewer, agency_code: str, *, now: datetime) -> None:
    """End an agency's agreement now: nobody of the agency opens a client's record any more. (SEC-28)"""
    check_may_agree(viewer, agency_code)
    running = AgencyAgreement.objects.filter(agency_code=agency_code, ends_at__gt=now)
    ended = running.filter(starts_at__lte=now).update(ends_at=now, ended_by=viewer.code)
    later = running.filter(starts_at__gt=now).update(ends_at=F("starts_at"), ended_by=viewer.code)
    if not ended + later:
        raise RuleBroken("No agreement of this agency is in force.")
    record(viewer, "agency_agreement.ended", kind="agency", code=agency_code)


def heads_of(agency_code: str, now: datetime) -> list[str]:
    """Codes of the accounts that answer for an agency."""
    running = Grant.objects.filter(role="agency_head", starts_at__lte=now).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    )
    heads = Account.objects.filter(agency_code=agency_code, is_active=True, pk__in=running.values("account"))
    return list(heads.exclude(agency_code="").order_by("code").values_list("code", flat=True))


def check_may_enter(viewer: Viewer, account: Account, now: datetime) -> None:
    """Raises NotPermitted unless the viewer may enter this person's training."""
    if not viewer.is_system:
        check_may(viewer, "clearance.enter", standing_as_entering(viewer, account, now))


def may_enter(viewer: Viewer, account: Account, now: datetime) -> bool:
    """May the viewer enter this person's training?"""
    return account.code != viewer.code and may(viewer, "clearance.enter", standing_as_entering(viewer, account, now))


def standing_as_entering(viewer: Viewer, account: Account, now: datetime) -> Standing:
    """An agency's head owns its people; a coordinator stands to those with a role in one of their regions."""
    running = Grant.objects.filter(account=account, starts_at__lte=now).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    )
    regions = running.values_list("region", flat=True) if viewer.has("care_coordinator") else ()
    return Standing(
        owns=standing_to(viewer, account.agency_code).owns,
        region=any(viewer.covers_as("care_coordinator", region) for region in regions),
    )


def may_agree(viewer: Viewer, agency_code: str) -> bool:
    """May the viewer put this agency's agreement on record?"""
    return viewer.is_system or may(viewer, "agency_agreement.record", standing_to(viewer, agency_code))


def check_may_agree(viewer: Viewer, agency_code: str) -> None:
    """Raises NotPermitted unless the viewer may put this agency's agreement on record."""
    if not viewer.is_system:
        check_may(viewer, "agency_agreement.record", standing_to(viewer, agency_code))


def _own_step(viewer: Viewer, what: str, version: str, now: datetime) -> ClearanceRecord:
    if viewer.is_anonymous or viewer.is_system:
        raise RuleBroken("Each person signs for themselves.")
    until = now + timedelta(days=agreement_days())
    row = ClearanceRecord.objects.create(
        account_code=viewer.code, what=what, version=version, starts_at=now, ends_at=until, entered_by=viewer.code
    )
    record(viewer, _EVENTS[what], kind="account", code=viewer.code, version=f"v{version[:12]}", until=until)
    return row
