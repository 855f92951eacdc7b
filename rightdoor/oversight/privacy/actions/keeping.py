"""Acts of keeping and letting go: holds, proposals, two people's agreement, and the shred itself."""

from __future__ import annotations

from datetime import datetime

from rightdoor.casework.cases.keeping.actions import erase_rows
from rightdoor.casework.cases.keeping.queries import codes_of, subjects_to_shred
from rightdoor.casework.cases.models import Case
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.domain.retention import BEFORE_ITS_TIME, check_may_dispose, is_held
from rightdoor.foundation.access.onboarding import heads_of
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jobs.queue import defer
from rightdoor.foundation.jurisdiction.active import local
from rightdoor.foundation.notices.actions import notify
from rightdoor.foundation.sealing.seals import seal
from rightdoor.foundation.sealing.shredding import shred
from rightdoor.oversight.privacy.models import HOLD_REASONS, Disposal, LegalHold
from rightdoor.oversight.privacy.queries.keeping import (
    RUNNING,
    authority_label,
    holds_on,
    opened,
    owning,
    request_of,
    schedule_day_of,
    to_propose,
    told_label,
)
from rightdoor.oversight.privacy.queries.people import privacy_officers

MOST_LETTERS = 2000


@action("hold.placed")
def place_hold(viewer: Viewer, case: Case, *, reason: str, told: str, now: datetime) -> LegalHold:
    """Stops every disposal of this case's client until a second person lifts the hold. (PRIV-6, SR-43)

    Raises NotPermitted, RuleBroken without a reason and words.
    """
    check_may(viewer, "hold.place", owning(viewer, case.client.holder))
    if reason not in HOLD_REASONS:
        raise RuleBroken("Choose why the record must be kept.")
    told = told.strip()
    if not told or len(told) > MOST_LETTERS:
        raise RuleBroken("Write what the hold stands on, such as the number of the lawsuit.")
    hold = LegalHold(
        code=new_code(),
        client_code=case.client.code,
        case_code=case.code,
        holder=case.client.holder,
        reason=reason,
        placed_at=now,
        placed_by=viewer.code,
    )
    hold.told_sealed = seal(told, told_label(hold))
    hold.save(force_insert=True)
    notify({*privacy_officers(now), *heads_of(hold.holder, now)} - {viewer.code}, "privacy.hold", hold.code, now)
    record(viewer, "hold.placed", hold, kind="hold", reason=reason)
    return hold


@action("hold.lifted")
def lift_hold(viewer: Viewer, hold: LegalHold, *, now: datetime) -> None:
    """Ends a hold, by somebody who did not place it. Raises NotPermitted, RuleBroken for one's own."""
    check_may(viewer, "hold.lift", owning(viewer, hold.holder))
    held = LegalHold.objects.select_for_update().get(pk=hold.pk)
    if held.lifted_at is not None:
        raise RuleBroken("This hold was lifted already.")
    if held.placed_by == viewer.code:
        raise RuleBroken("You placed this hold. A second person must lift it.")
    held.lifted_at, held.lifted_by = now, viewer.code
    held.save(update_fields=["lifted_at", "lifted_by"])
    record(viewer, "hold.lifted", held, kind="hold")


@action("disposal.proposed")
def propose_disposals(viewer: Viewer, *, now: datetime) -> int:
    """Proposes each client whose time is over by a schedule that is no draft and whom nothing holds. By a job.

    Nothing goes by it: a person asks, another approves. Safe to run again. Returns how many were proposed.
    """
    check_may(viewer, "privacy.keep_house")
    proposed = [
        Disposal(
            code=new_code(),
            client_code=ended.client_code,
            case_code=ended.case_code,
            holder=ended.holder,
            due_on=day,
            proposed_at=now,
        )
        for ended, day in to_propose(viewer, now)
    ]
    Disposal.objects.bulk_create(proposed)
    record(viewer, "disposal.proposed", kind="disposal", count=len(proposed))
    return len(proposed)


@action("disposal.asked")
def ask_for_disposal(viewer: Viewer, disposal: Disposal, *, now: datetime) -> None:
    """Takes up a proposal of the schedule. Raises NotPermitted, RuleBroken for one taken up or held."""
    check_may(viewer, "disposal.ask", owning(viewer, disposal.holder))
    held = Disposal.objects.select_for_update().get(pk=disposal.pk)
    if held.state != "proposed":
        raise RuleBroken("Somebody has asked for this already.")
    _check_not_held(viewer, held, now)
    held.state, held.asked_at, held.asked_by = "asked", now, viewer.code
    held.save(update_fields=["state", "asked_at", "asked_by"])
    _tell_second(viewer, held, now)
    record(viewer, "disposal.asked", held, reason=held.reason)


@action("disposal.asked")
def ask_before_time(viewer: Viewer, case: Case, *, reason: str, authority: str, now: datetime) -> Disposal:
    """Asks for the disposal of a record before its time: a court ordered it, or the client asks. (PRIV-6)

    Raises NotPermitted; RuleBroken for another reason, an expungement without the order's number, an open case where
    no court has spoken, a hold, and while another disposal of it runs.
    """
    check_may(viewer, "disposal.ask", owning(viewer, case.client.holder))
    if reason not in BEFORE_ITS_TIME:
        raise RuleBroken("Choose why the record is to be destroyed before its time.")
    if reason == "court_expungement" and not authority.strip():
        raise RuleBroken("Write the number of the court's order.")
    if reason == "client_request" and case.state == "open":
        raise RuleBroken("The case is open. Close it first, then ask again.")
    running = Disposal.objects.filter(client_code=case.client.code, state__in=RUNNING).first()
    if running is not None and running.state != "proposed":
        raise RuleBroken("A disposal of this record is on its way already.")
    disposal = running or Disposal(
        code=new_code(),
        client_code=case.client.code,
        case_code=case.code,
        holder=case.client.holder,
        proposed_at=now,
    )
    _check_not_held(viewer, disposal, now)
    disposal.reason, disposal.state, disposal.asked_at, disposal.asked_by = reason, "asked", now, viewer.code
    if authority.strip():
        disposal.authority_sealed = seal(" ".join(authority.split())[:200], authority_label(disposal))
    disposal.save()
    _tell_second(viewer, disposal, now)
    record(viewer, "disposal.asked", disposal, reason=reason)
    return disposal


@action("disposal.ledger_printed")
def note_ledger(viewer: Viewer, disposal: Disposal, *, language: str, now: datetime) -> None:
    """Keeps that what had left the platform was printed for the client: afterwards nobody can. Raises NotPermitted."""
    check_may(viewer, "disposal.ask", owning(viewer, disposal.holder))
    Disposal.objects.filter(pk=disposal.pk, state__in=RUNNING).update(ledger_printed_at=now)
    record(viewer, "disposal.ledger_printed", disposal, language=language)


@action("disposal.approved")
def approve_disposal(viewer: Viewer, disposal: Disposal, *, now: datetime) -> None:
    """The second person agrees: the record is destroyed at once, by a job that nobody can call back.

    Raises NotPermitted; RuleBroken as `domain.retention.check_may_dispose`, and before the ledger was printed.
    """
    held = _waiting_for_a_second(viewer, disposal)
    _check(viewer, held, viewer.code, now)
    if held.ledger_printed_at is None:
        raise RuleBroken("Print first, for the client, what had left the platform. Afterwards nobody can.")
    held.state, held.answered_at, held.answered_by = "approved", now, viewer.code
    held.save(update_fields=["state", "answered_at", "answered_by"])
    record(viewer, "disposal.approved", held, reason=held.reason, second=held.asked_by)
    defer("privacy.carry_out", held.code)


@action("disposal.refused")
def refuse_disposal(viewer: Viewer, disposal: Disposal, *, now: datetime) -> None:
    """The second person does not agree: the record stays. Raises NotPermitted, RuleBroken for one's own."""
    held = _waiting_for_a_second(viewer, disposal)
    if held.asked_by == viewer.code:
        raise RuleBroken("You asked for this. A second person must answer.")
    held.state, held.answered_at, held.answered_by = "refused", now, viewer.code
    held.save(update_fields=["state", "answered_at", "answered_by"])
    record(viewer, "disposal.refused", held)


@action("disposal.done")
def carry_out_disposal(viewer: Viewer, disposal: Disposal, *, now: datetime) -> Disposal:
    """Destroys the keys, then the files and every row about the client, and keeps the certificates. By a job.

    Asked anew before anything goes: a hold that was placed since stops it, and the disposal goes back to waiting for
    nobody. Safe to run again, for one that was interrupted. Raises NotPermitted, RuleBroken.
    """
    check_may(viewer, "privacy.keep_house")
    held = Disposal.objects.select_for_update().get(pk=disposal.pk)
    if held.state != "approved":
        raise RuleBroken("This was not approved by a second person.")
    _check(viewer, held, held.answered_by, now)
    codes = codes_of(viewer, held.client_code)
    subjects = subjects_to_shred(viewer, held.client_code)
    certificates = [
        shred(subject, now=now, permit=held.code, codes=codes if subject == held.client_code else ()).as_json()
        for subject in subjects
    ]
    erased = erase_rows(viewer, held.client_code, codes=codes, subjects=subjects, now=now)
    held.state, held.done_at, held.certificates = "done", now, certificates
    held.rows, held.files = erased.rows, erased.files
    held.save(update_fields=["state", "done_at", "certificates", "rows", "files"])
    told = {held.asked_by, held.answered_by}
    notify(told, "privacy.disposal_done", held.code, now)
    record(viewer, "disposal.done", held, rows=erased.rows, files=erased.files, certificates=len(certificates))
    return held


@action("disposal.stopped")
def stop_disposal(viewer: Viewer, disposal: Disposal, *, now: datetime) -> None:
    """What was approved may not be carried out any more, such as under a new hold: it waits to be answered anew."""
    check_may(viewer, "privacy.keep_house")
    Disposal.objects.filter(pk=disposal.pk, state="approved").update(state="asked", answered_at=None, answered_by="")
    _tell_second(viewer, disposal, now)
    record(viewer, "disposal.stopped", disposal)


def _check(viewer: Viewer, disposal: Disposal, approver: str, now: datetime) -> None:
    due = disposal.due_on
    if disposal.reason == "schedule":
        due = schedule_day_of(viewer, disposal.client_code) if viewer.is_system else disposal.due_on
    check_may_dispose(
        request_of(disposal, due, opened(disposal.authority_sealed, authority_label(disposal))),
        approver=approver,
        holds=holds_on(viewer, [disposal.client_code], disposal.case_code),
        now=now,
        today=local(now).date(),
    )


def _waiting_for_a_second(viewer: Viewer, disposal: Disposal) -> Disposal:
    """Locked, as it stands now. Raises NotPermitted, RuleBroken for one that does not wait any more."""
    check_may(viewer, "disposal.approve", owning(viewer, disposal.holder))
    held = Disposal.objects.select_for_update().get(pk=disposal.pk)
    if held.state != "asked":
        raise RuleBroken("This does not wait any more.")
    return held


def _check_not_held(viewer: Viewer, disposal: Disposal, now: datetime) -> None:
    if is_held(disposal.client_code, holds_on(viewer, [disposal.client_code], disposal.case_code), now):
        raise RuleBroken("A legal hold stops this disposal. It has to be lifted first.")


def _tell_second(viewer: Viewer, disposal: Disposal, now: datetime) -> None:
    told = {*privacy_officers(now), *heads_of(disposal.holder, now)} - {viewer.code}
    notify(told, "privacy.disposal", disposal.code, now)
