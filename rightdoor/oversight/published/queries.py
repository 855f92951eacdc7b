"""What was ever published: for whoever builds or audits something new, and, of the printed part, for anybody."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rightdoor.domain.annual_report.beside import twin_of
from rightdoor.domain.disclosure_control.ledger import EarlierRelease
from rightdoor.domain.disclosure_control.linked import linked_to
from rightdoor.domain.disclosure_control.problem import Sum
from rightdoor.domain.permission import Standing, Viewer, check_may
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.oversight.published.body import NOTHING, digest_of, opened
from rightdoor.oversight.published.models import LedgerEntry
from rightdoor.packs.published import printed_by_the_state


def standing_of_the_state(viewer: Viewer) -> Standing:
    """The ledger is the whole state's."""
    return Standing(region=viewer.covers_as("state_analyst", ""))


def everything(viewer: Viewer) -> list[EarlierRelease]:
    """Every earlier release with its hidden counts: what the state printed before, then the entries in their order.

    After one event; not within a transaction that could take it back. Raises NotPermitted, SealBroken.
    """
    check_may(viewer, "ledger.read", standing_of_the_state(viewer))
    rows = list(LedgerEntry.objects.order_by("number"))
    if rows:
        record_read(viewer, "ledger.read", codes=[row.code for row in rows[-1000:]], outcome="counted")
    return [*printed_by_the_state(active_pack()), *opened(rows)]


def earlier_than(viewer: Viewer, keys: Collection[str], sums: Sequence[Sum]) -> list[EarlierRelease]:
    """What of everything hangs together with a new release of these counts and sums: what its audit is joined with.

    Raises NotPermitted, SealBroken.
    """
    return list(linked_to(keys, sums, everything(viewer), twin_of))


def printed(prefix: str) -> dict[str, int]:
    """Every count ever printed whose key begins so. Public by its nature; nothing is opened."""
    found = {
        cell.key: cell.count
        for release in printed_by_the_state(active_pack())
        for cell in release.cells
        if cell.key.startswith(prefix)
    }
    for row in LedgerEntry.objects.filter(audience="public").order_by("number"):
        found |= {key: int(count) for key, count in row.printed.items() if key.startswith(prefix)}
    return found


def broken_entries() -> list[int]:
    """Numbers of entries that do not follow from those before them; empty while nothing was altered."""
    found, before, number = [], NOTHING, 0
    for row in LedgerEntry.objects.order_by("number"):
        if row.number != number + 1 or row.digest != digest_of(row, before):
            found.append(row.number)
        before, number = row.digest, row.number
    return found
