"""Acts that hand a case on. What is known, consented to and due goes along; whoever had it keeps it until it is taken.

The agency that holds the record stays the holder: a case that moves is not a disclosure to a new agency. (CASE-13)
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from rightdoor.casework.cases.models import Case, CaseTransfer
from rightdoor.casework.cases.moving.queries import (
    coordinators,
    is_kept_apart,
    running_offer,
    shared_with,
    standing_in_region,
    why_label,
)
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.clients.actions import end_standing, give_standing
from rightdoor.casework.clients.models import Standing
from rightdoor.casework.clients.queries import not_kept_apart
from rightdoor.casework.referrals.queries import coordinators_of
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.fence import also
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.notices.actions import notify
from rightdoor.foundation.sealing.seals import seal_json

APART = "This person is kept apart from the case. Choose somebody else."


@action("case.transferred")
def ask_transfer(
    viewer: Viewer, case: Case, *, to_region: str, why: str, keeps_team: bool, now: datetime
) -> CaseTransfer:
    """Offers a case to the coordinators of another region. Nothing changes before one of them takes it over.

    They learn that there is an offer, by its code; the reason is for whoever takes the case over. `keeps_team`: those
    who are on the case stay on it. Raises NotPermitted, and RuleBroken for the same region, a region that nobody
    coordinates, no reason, a closed case, or while an offer waits.
    """
    check_may(viewer, "case.transfer", standing_of(viewer, case, now))
    held = _held(case)
    if to_region == held.region or to_region not in {one.key for one in active_pack().regions}:
        raise RuleBroken("Choose another region from the list.")
    if not why.strip():
        raise RuleBroken("Say why the case moves.")
    if running_offer(held) is not None:
        raise RuleBroken("This case is offered already. Wait for the answer, or take the offer back first.")
    people = not_kept_apart(coordinators_of(to_region, now), held.client, held.holder)
    if not people:
        raise RuleBroken("Nobody coordinates that region at present. Call its team.")
    transfer = CaseTransfer(
        code=new_code(),
        case=case,
        case_code=case.code,
        from_region=held.region,
        to_region=to_region,
        from_coordinator=held.coordinator,
        keeps_team=keeps_team,
        asked_at=now,
        asked_by=viewer.code,
    )
    transfer.why_sealed = seal_json({"why": why.strip()}, why_label(transfer, case))
    transfer.save(force_insert=True)
    record(viewer, "case.transferred", case, to=to_region, transfer=transfer.code, keeps_team=keeps_team)
    notify(people, "case.transfer_asked", transfer.code, now)
    return transfer


@action("case.transfer_accepted")
def accept_transfer(viewer: Viewer, transfer: CaseTransfer, *, now: datetime) -> Case:
    """Takes over an offered case: the viewer coordinates it from now on, and the region's coordinators find it.

    The region before does not see it any more, unless it is shared back. Clocks, consents, grounds, plans and staffings
    go along; the holder stays. Whoever was on the case's team stays only where the offer says so. Raises NotPermitted,
    RuleBroken when the offer was answered already, the case was closed, or the viewer is kept apart from it.
    """
    check_may(viewer, "case.answer_transfer", standing_in_region(viewer, transfer))
    held = _open_offer(transfer)
    with also(held.case_code):  # until it is theirs, the viewer does not see the case
        case = Case.objects.select_for_update(of=("self",)).select_related("client", "referral").get(pk=held.case_id)
        if case.state != "open":
            raise RuleBroken("This case was closed meanwhile.")
        if is_kept_apart(case, Account.objects.get(code=viewer.code)):
            raise RuleBroken("You are kept apart from this case. Somebody else of your region must take it over.")
        before = case.coordinator
        _close(held, "accepted", viewer, now)
        held.to_coordinator = viewer.code
        held.save(update_fields=["to_coordinator"])
        case.region = case.client.region = case.referral.region = held.to_region
        case.coordinator = viewer.code
        case.save(update_fields=["region", "coordinator"])
        case.client.save(update_fields=["region"])
        case.referral.save(update_fields=["region"])
        # What lies ahead is found where the case is; what was held stays with the region that held it.
        case.staffings.filter(Q(state="scheduled") | Q(summary_shared_at__isnull=True, state="held")).update(
            region=held.to_region
        )
        _take_the_place(viewer, case, before=before, keeps_team=held.keeps_team, now=now)
        record(viewer, "case.transfer_accepted", case, transfer=held.code, to=held.to_region)
    _answered(transfer, held)
    notify({held.asked_by, before} - {viewer.code}, "case.transfer_answered", held.code, now)
    return case


@action("case.transfer_declined")
def decline_transfer(viewer: Viewer, transfer: CaseTransfer, *, now: datetime) -> None:
    """The receiving region does not take the case. It stays where it is. Raises NotPermitted, RuleBroken."""
    check_may(viewer, "case.answer_transfer", standing_in_region(viewer, transfer))
    held = _open_offer(transfer)
    _close(held, "declined", viewer, now)
    _answered(transfer, held)
    record(viewer, "case.transfer_declined", kind="casetransfer", code=held.code)
    notify({held.asked_by, held.from_coordinator}, "case.transfer_answered", held.code, now)


@action("case.transfer_withdrawn")
def withdraw_transfer(viewer: Viewer, case: Case, *, now: datetime) -> None:
    """Takes the offer of a case back. Raises NotPermitted, RuleBroken where none waits."""
    check_may(viewer, "case.transfer", standing_of(viewer, case, now))
    found = running_offer(case)
    if found is None:
        raise RuleBroken("No offer of this case waits for an answer.")
    held = _open_offer(found)
    _close(held, "withdrawn", viewer, now)
    record(viewer, "case.transfer_withdrawn", case, transfer=held.code)


@action("case.handed_over")
def hand_over_case(viewer: Viewer, case: Case, *, to: str, now: datetime) -> None:
    """Makes another coordinator of the same region the one who coordinates the case.

    Raises NotPermitted, RuleBroken for somebody who does not coordinate the region, is kept apart, or has the case.
    """
    check_may(viewer, "case.hand_over", standing_of(viewer, case, now))
    held = _held(case)
    if to == held.coordinator:
        raise RuleBroken("This case is theirs already.")
    person = next((one for one in coordinators(now, within=held.region) if one.code == to), None)
    if person is None:
        raise RuleBroken("Choose a coordinator of this region from the list.")
    if is_kept_apart(held, person):
        raise RuleBroken(APART)
    before = held.coordinator
    held.coordinator = case.coordinator = to
    held.save(update_fields=["coordinator"])
    _give_place(viewer, case, to, now)
    end_standing(viewer, case.client, account_code=before, about=case.code, now=now)
    record(viewer, "case.handed_over", case, person=to)
    notify({to, before} - {viewer.code}, "case.transferred", case.code, now)


@action("case.shared")
def share_case(viewer: Viewer, case: Case, *, account_code: str, now: datetime) -> None:
    """Lets a coordinator of another region coordinate this case, too, until somebody ends it.

    Raises NotPermitted, RuleBroken for somebody who coordinates no other region, is kept apart, or has it already.
    """
    check_may(viewer, "case.share", standing_of(viewer, case, now))
    _held(case)
    person = next((one for one in coordinators(now, without=case.region) if one.code == account_code), None)
    if person is None:
        raise RuleBroken("Choose a coordinator of another region from the list.")
    if is_kept_apart(case, person):
        raise RuleBroken(APART)
    if account_code in {one.code for one in shared_with(case, now)}:
        raise RuleBroken("The case is shared with this person already.")
    give_standing(
        viewer,
        case.client,
        account_code=account_code,
        kind="shared",
        discipline="care_coordinator",
        about=case.code,
        starts_at=now,
        now=now,
        need="supervision",
    )
    record(viewer, "case.shared", case, person=account_code)
    notify([account_code], "case.shared", case.code, now)


@action("case.share_ended")
def end_share(viewer: Viewer, case: Case, *, account_code: str, now: datetime) -> None:
    """Ends it: the other region sees nothing from the next request on. Raises NotPermitted, RuleBroken."""
    check_may(viewer, "case.share", standing_of(viewer, case, now))
    running = Standing.objects.filter(client=case.client, account_code=account_code, kind="shared").filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    )
    if not running.exists():
        raise RuleBroken("The case is not shared with this person.")
    record(viewer, "case.share_ended", case, person=account_code)
    running.update(ends_at=now, ended_by=viewer.code)


def _held(case: Case) -> Case:
    held = Case.objects.select_for_update(of=("self",)).select_related("client").get(pk=case.pk)
    if held.state != "open":
        raise RuleBroken("This case is closed. Open it again first.")
    return held


def _open_offer(transfer: CaseTransfer) -> CaseTransfer:
    held = CaseTransfer.objects.select_for_update(of=("self",)).get(pk=transfer.pk)
    if held.state != "asked":
        raise RuleBroken("This offer was answered already.")
    return held


def _close(held: CaseTransfer, state: str, viewer: Viewer, now: datetime) -> None:
    held.state, held.answered_at, held.answered_by = state, now, viewer.code
    held.save(update_fields=["state", "answered_at", "answered_by"])


def _answered(transfer: CaseTransfer, held: CaseTransfer) -> None:
    for name in ("state", "answered_at", "answered_by", "to_coordinator"):
        setattr(transfer, name, getattr(held, name))


def _take_the_place(viewer: Viewer, case: Case, *, before: str, keeps_team: bool, now: datetime) -> None:
    """The new coordinator's place; the old one's ends, and the team's, unless it stays."""
    _give_place(viewer, case, viewer.code, now)
    leaving = Standing.objects.filter(client=case.client, kind="assigned", about=case.code).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    )
    people = {before} if keeps_team else set(leaving.values_list("account_code", flat=True))
    for code in sorted(people - {viewer.code}):
        end_standing(viewer, case.client, account_code=code, about=case.code, now=now)
    # Whoever takes the case over had it shared, perhaps: one tie is enough.
    Standing.objects.filter(client=case.client, kind="shared", account_code=viewer.code).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    ).update(ends_at=now)


def _give_place(viewer: Viewer, case: Case, account_code: str, now: datetime) -> None:
    give_standing(
        viewer,
        case.client,
        account_code=account_code,
        kind="assigned",
        discipline="care_coordinator",
        about=case.code,
        starts_at=now,
        now=now,
        need="supervision",
    )
