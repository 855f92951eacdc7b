"""Results of a sheet counted, all or none; and undone whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rightdoor.casework.screening.bringing.queries import UNDONE_WITHIN, known_to
from rightdoor.casework.screening.bringing.reading import Line
from rightdoor.casework.screening.models import BroughtResults, CountedScreening
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.once import own_code, sent_before


@action("screening.results_brought")
def bring_results(viewer: Viewer, lines: Sequence[Line], *, now: datetime, code: str = "") -> BroughtResults:
    """Count these results: all of them or none. No row leads to a person. `code` may be fixed by a form. (SCR-4)

    Raises NotPermitted, RuleBroken for no rows, or for a row that is not the viewer's to bring.
    """
    check_may(viewer, "screening.bring_results")
    code = own_code(viewer, BroughtResults, "", code)
    again = sent_before(BroughtResults.objects.filter(brought_by=viewer.code), code)
    if again is not None:
        record(viewer, "screening.results_brought", again, rows=again.rows)
        return again
    if not viewer.agency:
        raise RuleBroken("Your account belongs to no agency yet. Ask the administrator to add it.")
    if not lines:
        raise RuleBroken("There is no row to take.")
    known = known_to(viewer, now)
    for line in lines:
        theirs = line.agency in known.agencies or line.agency == viewer.agency
        if not theirs or (known.served is not None and line.region not in known.served):
            raise RuleBroken(f"Row {line.row} is not yours to bring. Take it out of the sheet.")
    brought = BroughtResults.objects.create(
        code=code or new_code(), brought_by=viewer.code, brought_at=now, rows=len(lines)
    )
    CountedScreening.objects.bulk_create(
        [
            CountedScreening(
                tool=line.tool,
                tool_version=line.version,
                agency=line.agency,
                region=line.region,
                area=line.area,
                month=line.month,
                state="finished",
                result=line.result,
                band=line.band,
                next_step=line.next_step,
                came_by=brought.code,
            )
            for line in lines
        ],
        batch_size=500,
    )
    record(viewer, "screening.results_brought", brought, rows=len(lines))
    return brought


@action("screening.results_undone")
def undo_results(viewer: Viewer, brought: BroughtResults, *, now: datetime) -> int:
    """Take a whole sheet back, within seven days, by whoever brought it. Returns how many rows went.

    Raises NotVisible for somebody else's, NotPermitted, RuleBroken when it is too late or was undone.
    """
    check_may(viewer, "screening.bring_results")
    held = BroughtResults.objects.select_for_update().filter(pk=brought.pk, brought_by=viewer.code).first()
    if held is None:
        raise NotVisible
    if held.undone_at is not None:
        raise RuleBroken("This sheet was undone already.")
    if now >= held.brought_at + UNDONE_WITHIN:
        raise RuleBroken("More than seven days have passed. Ask the administrator.")
    gone, _ = CountedScreening.objects.filter(came_by=held.code).delete()
    held.undone_at = now
    held.save(update_fields=["undone_at"])
    record(viewer, "screening.results_undone", held, rows=gone)
    return gone
