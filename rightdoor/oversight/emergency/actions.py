"""Acts of an emergency: open, confirm a fourth of the week, judge, let the role rest."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from rightdoor.casework.cases.emergency.queries import case_in_emergency
from rightdoor.casework.cases.models import Case
from rightdoor.casework.clients.actions import begin_override
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.access.doors import FRESH
from rightdoor.foundation.access.onboarding import heads_of
from rightdoor.foundation.access.viewers import viewer_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.fence import also
from rightdoor.foundation.notices.actions import notify
from rightdoor.foundation.sealing.seals import seal
from rightdoor.oversight.emergency.models import HOUR, Opening
from rightdoor.oversight.emergency.queries import (
    A_WEEK,
    VERDICTS,
    is_suspended,
    next_business_day,
    openings_this_week,
    privacy_officers,
    reason_label,
    standing_to,
)

FEWEST_LETTERS, MOST_LETTERS = 20, 2000
NO_CASE = "No case opens by this code. Check it letter by letter."


class ProofTooOld(RuleBroken):
    """Who asks was not proved within the last five minutes."""


@action("access.emergency_opened")
def open_case(viewer: Viewer, *, case_code: str, reason: str, proved_at: datetime, now: datetime) -> Opening:
    """Open one case for one hour. (SR-45)

    `proved_at` is when the person last proved the second factor. Raises NotPermitted, and RuleBroken: for a reason of
    less than twenty characters, a proof older than five minutes, an unknown code, an hour that would be lengthened,
    while the role rests, when nobody is there who could look at it afterwards, and for a fourth case in a week.
    """
    case = _checked(viewer, case_code, reason, proved_at, now)
    if openings_this_week(viewer.code, now) >= A_WEEK:
        raise RuleBroken("You opened three cases within a week. A second person must confirm this one.")
    opening = _new(viewer, case, reason, now)
    _open(viewer, case, opening, now)
    return opening


@action("access.emergency_asked")
def ask_for_opening(viewer: Viewer, *, case_code: str, reason: str, proved_at: datetime, now: datetime) -> Opening:
    """Ask for the fourth of a week: the privacy officer or the head of the holding agency confirms it first."""
    case = _checked(viewer, case_code, reason, proved_at, now)
    opening = _new(viewer, case, reason, now)
    notify(_told(viewer, case.holder, now), "access.emergency_to_second", opening.code, now)
    record(viewer, "access.emergency_asked", opening)
    return opening


@action("access.emergency_seconded")
def second_opening(viewer: Viewer, opening: Opening, *, now: datetime) -> None:
    """Confirm it: the hour begins now, for the one who asked. Raises NotPermitted, RuleBroken for one's own."""
    check_may(viewer, "emergency.second", standing_to(viewer, opening))
    _check_waits(viewer, opening)
    account = Account.objects.get(code=opening.account_code)
    officer = viewer_of(account, now)
    _check_officer(officer, now)
    case = case_in_emergency(officer, opening.case_code, now)
    if case is None:
        raise RuleBroken(NO_CASE)
    Opening.objects.filter(pk=opening.pk).update(seconded_by=viewer.code)
    opening.seconded_by = viewer.code
    record(viewer, "access.emergency_seconded", opening)
    _begin(officer, case, opening, now)
    notify([opening.account_code], "access.emergency_confirmed", opening.code, now)


@action("access.emergency_refused")
def refuse_opening(viewer: Viewer, opening: Opening, *, now: datetime) -> None:
    """Do not confirm it. Raises NotPermitted, RuleBroken for one's own."""
    check_may(viewer, "emergency.second", standing_to(viewer, opening))
    _check_waits(viewer, opening)
    Opening.objects.filter(pk=opening.pk).update(refused_by=viewer.code)
    record(viewer, "access.emergency_refused", opening)


@action("access.emergency_reviewed")
def review_opening(viewer: Viewer, opening: Opening, *, verdict: str, now: datetime) -> None:
    """Say what is to be thought of it. The officer's role wakes again, when it rested. (SR-45)

    Raises NotPermitted, and RuleBroken for one's own, an opening that was judged, and one that never began.
    """
    check_may(viewer, "emergency.review")
    if opening.account_code == viewer.code:
        raise RuleBroken("Somebody else looks at what you opened.")
    if verdict not in VERDICTS:
        raise RuleBroken("Choose what you found.")
    changed = Opening.objects.filter(pk=opening.pk, opened_at__isnull=False, reviewed_at__isnull=True).update(
        verdict=verdict, reviewed_at=now, reviewed_by=viewer.code
    )
    if not changed:
        raise RuleBroken("This was looked at already.")
    record(viewer, "access.emergency_reviewed", opening, verdict=verdict)
    notify([opening.account_code, *heads_of(opening.holder, now)], "access.emergency_reviewed", opening.code, now)


@action("access.emergency_suspended")
def rest_the_role(viewer: Viewer, opening: Opening, *, now: datetime) -> None:
    """Nobody looked at it in time: note it, and tell everybody whom it concerns. Done by a job."""
    check_may(viewer, "clock.remind")
    Opening.objects.filter(pk=opening.pk).update(suspended_at=now)
    told = {opening.account_code, *privacy_officers(now), *heads_of(opening.holder, now)}
    notify(told, "access.emergency_suspended", opening.code, now)
    record(viewer, "access.emergency_suspended", opening, account=opening.account_code)


def _checked(viewer: Viewer, case_code: str, reason: str, proved_at: datetime, now: datetime) -> Case:
    """Everything that must hold before a case is opened, one person at a time. Raises."""
    check_may(viewer, "emergency.open")
    Account.objects.select_for_update().get(code=viewer.code)  # two at once must not both be the third of the week
    if now - proved_at >= FRESH:
        raise ProofTooOld("Prove once more that it is you, then send this again.")
    reason = " ".join(reason.split())
    if len(reason) < FEWEST_LETTERS:
        raise RuleBroken(f"Write in at least {FEWEST_LETTERS} characters why this cannot wait.")
    if len(reason) > MOST_LETTERS:
        raise RuleBroken(f"Shorten the reason to {MOST_LETTERS} characters.")
    _check_officer(viewer, now)
    case = case_in_emergency(viewer, case_code, now)
    if case is None:
        raise RuleBroken(NO_CASE)
    again = Opening.objects.filter(account_code=viewer.code, case_code=case.code, refused_by="")
    if again.filter(Q(opened_at__isnull=True) | Q(reviewed_at__isnull=True)).exists():
        raise RuleBroken("You opened this case already, or asked for it. The hour is not lengthened; look at the list.")
    if not _told(viewer, case.holder, now):
        raise RuleBroken(
            "Nobody is there who could look at this afterwards. Ask an administrator for a privacy officer."
        )
    return case


def _check_officer(viewer: Viewer, now: datetime) -> None:
    if viewer.clearance is None or not viewer.clearance.is_complete:
        raise RuleBroken("Records are closed to you. See on the first page what is lacking.")
    if is_suspended(viewer.code, now):
        raise RuleBroken("An opening of yours was not looked at in time, so this role rests until it is.")


def _check_waits(viewer: Viewer, opening: Opening) -> None:
    current = Opening.objects.select_for_update().get(pk=opening.pk)
    if viewer.code == current.account_code:
        raise RuleBroken("You asked for this. A second person must confirm it.")
    if current.opened_at is not None or current.refused_by:
        raise RuleBroken("This does not wait any more.")


def _new(viewer: Viewer, case: Case, reason: str, now: datetime) -> Opening:
    opening = Opening(
        code=new_code(),
        account_code=viewer.code,
        case_code=case.code,
        client_code=case.client.code,
        holder=case.holder,
        asked_at=now,
    )
    opening.reason_sealed = seal(" ".join(reason.split()), reason_label(opening))
    opening.save()
    return opening


def _open(viewer: Viewer, case: Case, opening: Opening, now: datetime) -> None:
    _begin(viewer, case, opening, now)
    record(viewer, "access.emergency_opened", opening, case=case.code, until=opening.ends_at)


def _begin(officer: Viewer, case: Case, opening: Opening, now: datetime) -> None:
    opening.opened_at, opening.ends_at, opening.review_due_at = now, now + HOUR, next_business_day(now)
    opening.save(update_fields=["opened_at", "ends_at", "review_due_at"])
    with also(case.code):
        begin_override(
            officer,
            case.client,
            discipline=officer.discipline,
            about=opening.code,
            ends_at=opening.ends_at,
            now=now,
        )
    notify(_told(officer, case.holder, now), "access.emergency_opened", opening.code, now, due_at=opening.review_due_at)


def _told(officer: Viewer, holder: str, now: datetime) -> set[str]:
    return {*privacy_officers(now), *heads_of(holder, now)} - {officer.code}
