"""Acts about unusual reading: the monthly list, and what is thought of a line of it."""

from __future__ import annotations

from datetime import date, datetime

from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Standing, Viewer, check_may
from rightdoor.domain.unusual_reading import unusual
from rightdoor.foundation.access.onboarding import heads_of
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.notices.actions import notify
from rightdoor.foundation.sealing.seals import seal
from rightdoor.oversight.privacy.models import UnusualReading
from rightdoor.oversight.privacy.queries.people import privacy_officers
from rightdoor.oversight.privacy.queries.unusual import VERDICTS, bounds_of, note_label, readers_in

MOST_LETTERS = 2000


@action("unusual.listed")
def list_unusual(viewer: Viewer, month: date, *, now: datetime) -> int:
    """Makes the list of a month for each holder agency, and tells its head and the privacy officers, without names.

    Safe to run again: a line that stands already is left as it is. Returns how many lines are new. By a job.
    """
    check_may(viewer, "privacy.keep_house")
    made = 0
    for holder, readers in sorted(readers_in(viewer, month).items()):
        lines = [
            UnusualReading(
                month=month,
                holder=holder,
                account_code=one.reader.account,
                role=one.reader.role,
                clients=one.reader.clients,
                ordinary=one.ordinary,
                at_night=one.reader.at_night,
                before_leaving=one.reader.before_leaving,
                emergencies=one.reader.emergencies,
                whys=list(one.whys),
                found_at=now,
            )
            for one in unusual(readers)
        ]
        known = set(UnusualReading.objects.filter(month=month, holder=holder).values_list("account_code", flat=True))
        new = [line for line in lines if line.account_code not in known]
        UnusualReading.objects.bulk_create(new)
        if new:
            notify({*privacy_officers(now), *heads_of(holder, now)}, "privacy.unusual", holder, now)
        made += len(new)
    record(viewer, "unusual.listed", kind="unusualreading", since=bounds_of(month)[0], lines=made)
    return made


@action("unusual.looked_at")
def judge_unusual(viewer: Viewer, line: UnusualReading, *, verdict: str, note: str, now: datetime) -> None:
    """Says what is to be thought of a line: fine, or to be followed. The note is sealed.

    Raises NotPermitted; RuleBroken for one's own line, without a verdict, and without words where it is to be followed.
    """
    check_may(viewer, "unusual.look", Standing(owns=bool(viewer.agency) and viewer.agency == line.holder))
    if line.account_code == viewer.code:
        raise RuleBroken("Somebody else looks at your own reading.")
    if verdict not in VERDICTS:
        raise RuleBroken("Choose what you found.")
    note = note.strip()
    if verdict == "followed" and not note:
        raise RuleBroken("Write what is to be followed, and who does it.")
    if len(note) > MOST_LETTERS:
        raise RuleBroken(f"Shorten the note to {MOST_LETTERS} characters.")
    held = UnusualReading.objects.select_for_update().get(pk=line.pk)
    if held.verdict == "fine":
        raise RuleBroken("This was looked at already.")
    held.verdict, held.looked_at, held.looked_by = verdict, now, viewer.code
    held.note_sealed = seal(note, note_label(held)) if note else held.note_sealed
    held.save(update_fields=["verdict", "looked_at", "looked_by", "note_sealed"])
    record(viewer, "unusual.looked_at", held, verdict=verdict)
