"""What a pack says to the performance measures, and rows for them from a file.

A file of rows is JSON (docs/reference/measures.md). It is read whole or refused with everything that is wrong with it:
file, line, key, what is wrong, what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from rightdoor.domain.measures.catalogue import Measure
from rightdoor.domain.measures.norms import Norms
from rightdoor.domain.measures.reading import Counted, RowsUnsound, read_rows

from .instruments import FileFault, FileUnsound
from .located import Unreadable, read_located
from .pack import Pack, Target

LARGEST = 64 * 1024 * 1024  # bytes: ten years of a state
MOST = 5_000_000  # values

# The pack's target -> the measures whose share it is.
SHARES: Mapping[str, tuple[str, ...]] = {"staffings": ("S1", "S1m")}


def norms_of(pack: Pack) -> Norms:
    """The numbers of a pack; the project's default where it sets none."""
    targets = {one.key: one for one in pack.targets}
    renewals = {one.key: one.within_days for one in pack.clocks.renewals}
    default = Norms(pack.zone, {}, 0, 0, 0)
    return Norms(
        zone=pack.zone,
        tier_hours={tier.number: tier.due_hours for tier in pack.tiers},
        summary_hours=pack.clocks.summary_due_hours,
        notes_hours=pack.clocks.ongoing_notes_due_hours,
        plan_hours=pack.clocks.service_plan_due_hours,
        trainings_per_month=_count(targets.get("trainings"), "month", default.trainings_per_month),
        outreach_per_year=_count(targets.get("outreach"), "year", default.outreach_per_year),
        advisory_per_quarter=_count(targets.get("advisory"), "quarter", default.advisory_per_quarter),
        agreement_days=renewals.get("mou", default.agreement_days),
        protocol_days=renewals.get("protocol", default.protocol_days),
        threshold=pack.statistics.small_count_threshold,
        aims={
            name: Fraction(targets[key].aim, 100)
            for key, names in SHARES.items()
            if key in targets and targets[key].unit == "percent"
            for name in names
        },
    )


def counted_from(text: str, name: str, measure: Measure, norms: Norms) -> Counted:
    """The rows of a measure in the text of a JSON file of that name. Raises FileUnsound."""
    try:
        located = read_located(text, is_json=True, most=MOST)
    except Unreadable as problem:
        raise FileUnsound([FileFault(name, problem.line, "", problem.sentence, problem.remedy)]) from None
    try:
        return read_rows(located.tree, measure, norms)
    except RowsUnsound as unsound:
        # In a file that is a bare list, the places of its rows do not begin with "rows".
        skipped = 1 if isinstance(located.tree, list) else 0
        found = [
            FileFault(name, located.line(one.path[skipped:]), one.key, one.sentence, one.remedy)
            for one in unsound.faults
        ]
        raise FileUnsound(sorted(found, key=lambda one: one.line)) from None


def _count(target: Target | None, per: str, default: int) -> int:
    """The pack's aim where it is a count over that span."""
    return target.aim if target is not None and (target.unit, target.per) == ("count", per) else default
