"""The one act on the ledger: entering what goes out. There is none to change or to remove."""

from __future__ import annotations

from datetime import datetime

from rightdoor.domain.disclosure_control.ledger import EarlierRelease
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.once import in_turn
from rightdoor.oversight.published.body import NOTHING, digest_of, sealed
from rightdoor.oversight.published.models import AUDIENCES, KINDS, LedgerEntry
from rightdoor.oversight.published.queries import standing_of_the_state


@action("ledger.entered")
def enter(
    viewer: Viewer, release: EarlierRelease, *, kind: str, audience: str, about: str, now: datetime
) -> LedgerEntry:
    """Enters what is published, in the transaction that publishes it. Entered twice under its name, it is one entry.

    kind: report, cube, extract, grant. audience: public, leaders, named. about: the code of what was published.
    Raises NotPermitted, RuleBroken for a name that stands for something else.
    """
    check_may(viewer, "ledger.enter", standing_of_the_state(viewer))
    if kind not in KINDS or audience not in AUDIENCES:
        raise RuleBroken("Choose from the list.")
    in_turn("ledger", "entries")
    known = LedgerEntry.objects.filter(name=release.name).first()
    shown = {one.key: one.count for one in sorted(release.cells, key=lambda one: one.key) if one.shown}
    sums = [[one.total, list(one.parts), one.tells] for one in release.sums]
    if known is not None:
        if (known.about, known.printed, known.sums) != (about, shown, sums):
            raise RuleBroken("Something else was published under this name. Give a correction a name of its own.")
        record(viewer, "ledger.entered", known, again=True)
        return known
    last = LedgerEntry.objects.order_by("-number").first()
    code = new_code()
    entry = LedgerEntry(
        code=code,
        number=last.number + 1 if last else 1,
        kind=kind,
        audience=audience,
        name=release.name,
        about=about,
        entered_at=now,
        entered_by=viewer.code,
        printed=shown,
        sums=sums,
        hidden_sealed=sealed(release, code),
    )
    entry.digest = digest_of(entry, last.digest if last else NOTHING)
    entry.save(force_insert=True)
    record(viewer, "ledger.entered", entry, again=False, shown=len(shown), hidden=len(release.cells) - len(shown))
    return entry
