"""Taking a sheet over, and undoing that: all of it or nothing, whatever kind of sheet it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from rightdoor.casework.clients.models import Client
from rightdoor.casework.referrals.imports.looking import understood
from rightdoor.casework.referrals.imports.sheets import SheetKind
from rightdoor.casework.referrals.models import ClockTally, Referral
from rightdoor.casework.referrals.tiers import REMINDERS
from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.imports import traces
from rightdoor.foundation.imports.keeping import (
    check_may_undo,
    check_open,
    held_import,
    plan_of,
    table_of,
    with_plan,
)
from rightdoor.foundation.imports.models import Import, Made
from rightdoor.foundation.imports.traces import TOUCHED, Touched
from rightdoor.foundation.jobs.queue import call_off, defer
from rightdoor.foundation.jurisdiction.active import local
from rightdoor.foundation.notices.models import Notice
from rightdoor.foundation.sealing.seals import destroy_subject

AT_ONCE = 50  # rows, a few seconds; more are taken by a job, while the page looks again by itself


@action("import.asked")
def ask_to_take(viewer: Viewer, sheet: Import, kind: SheetKind, *, now: datetime) -> None:
    """Has the rows of a long sheet taken by a job. Raises NotPermitted, RuleBroken as `take_sheet`."""
    check_may(viewer, "import.take")
    held = held_import(viewer, sheet)
    check_open(held, now)
    _check_looked(viewer, held)
    held.state = "asked"
    held.save(update_fields=["state"])
    record(viewer, "import.asked", held, what=kind.key, rows=held.rows)
    defer(kind.job, held.code)


@action("import.taken")
def take_sheet(viewer: Viewer, sheet: Import, kind: SheetKind, *, now: datetime) -> int:
    """Takes every row through the acts that it would have taken by hand, in one transaction. Returns how many. (UX-6)

    Every row is looked at anew first. The rows of the sheet are deleted with this; what each made is kept by its code.
    Raises NotPermitted, and RuleBroken with nothing taken when anything is wrong with any row.
    """
    check_may(viewer, "import.take")
    held = held_import(viewer, sheet)
    if held.state != "asked":
        check_open(held, now)
        _check_looked(viewer, held)
    plan, table = plan_of(viewer, held), table_of(viewer, held)
    look = understood(viewer, kind, table, plan["chosen"], plan["usual"], now)
    if look.faults or not look.ready:
        raise RuleBroken("Something is wrong with these rows by now. Look at them again; none was taken.")
    made: list[tuple[int, Referral]] = []
    for number, row in look.ready:
        try:
            made.append((number, kind.takes(viewer, row, now)))
        except (RuleBroken, NotPermitted) as refusal:
            raise RuleBroken(f"Row {number} could not be taken, so none was. {refusal}") from refusal
    found = traces.below(Client, [referral.client_id for _, referral in made])
    digests = traces.digests(found)
    Made.objects.bulk_create(
        Made(
            of=held,
            row=number,
            code=kind.record_code(referral),
            about=referral.client.code,
            digest=digests[referral.client_id],
        )
        for number, referral in made
    )
    held.state, held.taken_at, held.table_sealed, held.plan_sealed = "taken", now, None, None
    held.save(update_fields=["state", "taken_at", "table_sealed", "plan_sealed"])
    record(viewer, "import.taken", held, what=kind.key, rows=len(made))
    return len(made)


@action("import.failed")
def note_failed(viewer: Viewer, sheet: Import, kind: SheetKind, *, why: str, now: datetime) -> None:
    """The job could not take the sheet: nothing was taken, its rows stand as before, and the page says why."""
    held = held_import(viewer, sheet)
    held.state = "failed"
    if held.plan_sealed is not None:
        held.plan_sealed = with_plan(viewer, held, {**plan_of(viewer, held), "why": why})
    held.save(update_fields=["state", "plan_sealed"])
    record(viewer, "import.failed", held, what=kind.key, rows=held.rows)


@action("import.undone")
def undo_sheet(viewer: Viewer, sheet: Import, kind: SheetKind, *, now: datetime) -> int:
    """Takes back all that a sheet made, as if it had never been taken; what was done stays in the trail. (UX-6)

    Within seven days, and only while nobody did anything else to any of these records. Returns how many went. Raises
    NotPermitted, and RuleBroken with nothing taken back.
    """
    check_may(viewer, "import.take")
    held = held_import(viewer, sheet)
    check_may_undo(held, now)
    made = list(Made.objects.filter(of=held).order_by("row"))
    clients = {one.code: one for one in Client.objects.select_for_update().filter(code__in=[m.about for m in made])}
    if len(clients) != len({one.about for one in made}):
        raise Touched(TOUCHED)
    found = traces.below(Client, [one.pk for one in clients.values()])
    digests = traces.digests(found)
    changed = [one.row for one in made if digests.get(clients[one.about].pk) != one.digest]
    if changed:
        raise Touched(f"{TOUCHED} {_rows(changed)}")
    referrals = list(Referral.objects.filter(client__in=clients.values()))
    _uncount(referrals, now)
    for referral in referrals:
        for stage in REMINDERS:
            call_off(f"referral-clock:{referral.code}:{stage}")
    codes = {one.code for one in made} | {referral.code for referral in referrals}
    Notice.objects.filter(code__in=codes).delete()
    traces.remove(found)
    Made.objects.filter(of=held).delete()
    held.state, held.undone_at = "undone", now
    held.save(update_fields=["state", "undone_at"])
    record(viewer, "import.undone", held, what=kind.key, rows=len(made))
    transaction.on_commit(lambda: _destroy_keys(sorted(clients), now))
    return len(made)


def _check_looked(viewer: Viewer, sheet: Import) -> None:
    if "chosen" not in plan_of(viewer, sheet):
        raise RuleBroken("Say first what each column tells.")


def _uncount(referrals: Iterable[Referral], now: datetime) -> None:
    """What these clocks added to the tallies of their year is taken off again."""
    for referral in referrals:
        clock = referral.clock
        if clock is None or referral.stopped_at is None:
            continue
        outcome = clock.state(now)
        where = {"region": referral.region, "year": local(referral.stopped_at).year, "tier": referral.tier}
        ClockTally.objects.filter(**where).update(**{outcome: F(outcome) - 1})


def _destroy_keys(subjects: Sequence[str], now: datetime) -> None:
    for subject in subjects:
        destroy_subject(subject, now=now)


def _rows(numbers: Sequence[int]) -> str:
    said = ", ".join(str(number) for number in numbers[:10]) + (" and more" if len(numbers) > 10 else "")
    return f"Rows: {said}."
