"""How often cases come before the team: S1, S1m, S2, S2c, and the monthly review M1. (STAT-4; Roadmap, expectations)"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from .measured import MET, OUTSIDE, PENDING, Definition, Measured, Verdict, excluded, missed, tally
from .norms import SECOND, Asked
from .rows import CaseRow

COHORT = "Cases count in the period in which they were referred. Left out: those not accepted. Not decided: pending."
STAFFED = Definition(
    name="S1",
    title="Cases with {staffings} or more staffings",
    unit="cases",
    numerator="accepted cases with at least {staffings} meetings held after the referral, by the end of the period",
    denominator="cases referred in the period and accepted",
    rules=(
        COHORT,
        "Emergency, ongoing and case review meetings all count; a case discussed twice in one meeting counts once.",
        "Until the period is over the figure can still rise. A case referred late in it can hardly get there: see S1m.",
    ),
    version=1,
    source="Roadmap, expectations of coordinators",
)
MATURE = Definition(
    name="S1m",
    title="Cases with {staffings} or more staffings, of those with time for them",
    unit="cases",
    numerator="accepted cases with at least {staffings} meetings held after the referral, by the cut-off",
    denominator="cases referred in the period and accepted, and referred {days} days or more before the cut-off",
    rules=(COHORT, "Referred later: pending.", "A case discussed twice in one meeting counts once."),
    version=1,
    source="Roadmap, expectations of coordinators",
)
ONGOING = Definition(
    name="S2",
    title="Cases with an ongoing meeting",
    unit="cases",
    numerator="accepted cases with at least one ongoing meeting held by the cut-off",
    denominator="cases referred in the period and accepted",
    rules=(COHORT, "An ongoing meeting needs consent. That it was refused is a reason, and no exclusion: see S2c."),
    version=1,
    source="Roadmap, expectations of coordinators",
)
CONSENTED = Definition(
    name="S2c",
    title="Cases with an ongoing meeting, of those with consent",
    unit="cases",
    numerator="accepted cases with consent and at least one ongoing meeting held by the cut-off",
    denominator="cases referred in the period and accepted, with consent given",
    rules=(COHORT, "Left out: consent refused, and consent not known."),
    version=1,
    source="Roadmap, expectations of coordinators",
)
REVIEWED = Definition(
    name="M1",
    title="Monthly status reviews",
    unit="case months",
    numerator="months in which the status of an open case was reviewed",
    denominator="full calendar months that a case was open, over by the cut-off",
    rules=(
        "Where a case has a rhythm of its own, its spans of so many days count in place of months.",
        "On request: nothing is owed, and its months are left out.",
        "A month or span that is not over: pending. One in which the case was opened or closed is not full.",
    ),
    version=1,
    source="Roadmap, status reviews",
)


def staffed(rows: Sequence[CaseRow], asked: Asked) -> Measured:
    """S1: the official cohort of the period. Raises ValueError without a period."""
    found = _told(rows, asked, STAFFED.filled(staffings=asked.norms.staffings), staffed_verdict)
    return replace(found, provisional=not asked.is_over(asked.of))


def staffed_verdict(row: CaseRow, asked: Asked) -> Verdict:
    """What a case is to S1. A miss says how many were held. Raises ValueError without a period."""
    until = asked.of.until
    if (verdict := cohort_verdict(row, asked)) is not None:
        return verdict
    held = meetings(row, asked, before=until)
    return MET if held >= asked.norms.staffings else missed(f"{held}_held")


def staffed_in_time(rows: Sequence[CaseRow], asked: Asked) -> Measured:
    """S1m: those that have been followed long enough."""
    filled = MATURE.filled(staffings=asked.norms.staffings, days=asked.norms.follow_up_days)
    return _told(rows, asked, filled, staffed_in_time_verdict)


def staffed_in_time_verdict(row: CaseRow, asked: Asked) -> Verdict:
    """What a case is to S1m."""
    if (verdict := cohort_verdict(row, asked)) is not None:
        return verdict
    if row.referred_at + timedelta(days=asked.norms.follow_up_days) > asked.cut_off:
        return PENDING
    held = meetings(row, asked)
    return MET if held >= asked.norms.staffings else missed(f"{held}_held")


def met_again(rows: Sequence[CaseRow], asked: Asked) -> Measured:
    """S2: every accepted case; what was missed by consent."""
    return _told(rows, asked, ONGOING, met_again_verdict)


def met_again_verdict(row: CaseRow, asked: Asked) -> Verdict:
    """What a case is to S2."""
    if (verdict := cohort_verdict(row, asked)) is not None:
        return verdict
    return MET if meetings(row, asked, kind="ongoing") else missed(f"consent_{row.consent}")


def met_again_with_consent(rows: Sequence[CaseRow], asked: Asked) -> Measured:
    """S2c: of those with consent."""
    return _told(rows, asked, CONSENTED, consented_verdict)


def consented_verdict(row: CaseRow, asked: Asked) -> Verdict:
    """What a case is to S2c."""
    if (verdict := cohort_verdict(row, asked)) is not None:
        return verdict
    if row.consent != "given":
        return excluded(f"consent_{row.consent}")
    return MET if meetings(row, asked, kind="ongoing") else missed()


def cohort_verdict(row: CaseRow, asked: Asked) -> Verdict | None:
    """Why a case is not judged at all; None where it is."""
    if not asked.takes(row.referred_at):
        return OUTSIDE
    if row.accepted is False:
        return excluded("not_accepted")
    return PENDING if row.accepted is None else None


def meetings(row: CaseRow, asked: Asked, *, kind: str = "", before: datetime | None = None) -> int:
    """How many meetings of a kind were held on a case after its referral, by the cut-off and before an instant."""
    held = {
        # A meeting without a key is told from the others by its place in the row.
        (one.meeting, at if not one.meeting else -1)
        for at, one in enumerate(row.staffings)
        if row.referred_at <= one.held_at <= asked.cut_off
        and (before is None or one.held_at < before)
        and kind in {"", one.kind}
    }
    return len(held)


def reviewed(rows: Sequence[CaseRow], asked: Asked) -> Measured:
    """M1. Raises ValueError without a period."""
    verdicts = [one for row in rows for one in review_verdicts(row, asked)]
    return replace(tally(verdicts, REVIEWED, asked.cut_off), aim=asked.norms.aims.get("M1"))


def review_verdicts(row: CaseRow, asked: Asked) -> Iterator[Verdict]:
    """One verdict for each month or span that a case owes a review for. Raises ValueError without a period."""
    period = asked.of
    if row.opened_at is None:
        return
    if any(one.every_days is not None and one.every_days < 1 for one in row.schedule):
        raise ValueError("A rhythm has a day or more.")
    reviews = sorted(at for at in row.reviews if at <= asked.cut_off)
    closed = asked.seen(row.closed_at)
    months = [(one.since, one.until) for one in asked.months]
    for begin, end, days in _stretches(row, closed, asked.cut_off):
        spans = months if not days else _spans(begin, days, period.since, period.until)
        for since, until in spans:
            if since < begin or (end is not None and until > end):
                continue
            if days is None:
                yield excluded("on_request")
            elif until - SECOND > asked.cut_off:
                if since <= asked.cut_off:
                    yield PENDING
            else:
                at = bisect_left(reviews, since)
                yield MET if at < len(reviews) and reviews[at] < until else missed()


def _stretches(
    row: CaseRow, closed: datetime | None, now: datetime
) -> Iterator[tuple[datetime, datetime | None, int | None]]:
    """The open time of a case, cut where its rhythm changes: from, to, every how many days. 0 stands for monthly."""
    assert row.opened_at is not None
    turns: list[tuple[datetime, int | None]] = [(row.opened_at, 0)]
    for one in sorted((turn for turn in row.schedule if turn.since <= now), key=lambda turn: turn.since):
        since = max(one.since, row.opened_at)
        # The latest rhythm that was set before the case was opened is the one that it began with.
        turns = [turn for turn in turns if turn[0] < since] + [(since, one.every_days)]
    for number, (begin, days) in enumerate(turns):
        end = turns[number + 1][0] if number + 1 < len(turns) else closed
        if closed is not None:
            if begin >= closed:
                return
            end = closed if end is None else min(end, closed)
        yield begin, end, days


def _spans(begin: datetime, days: int, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The spans of so many days from a moment on whose end lies in the period."""
    length = timedelta(days=days)
    number = max(0, (since - begin) // length - 1)
    while (end := begin + length * (number + 1)) < until:
        if end >= since:
            yield end - length, end
        number += 1


def _told(
    rows: Sequence[CaseRow], asked: Asked, definition: Definition, verdict: Callable[[CaseRow, Asked], Verdict]
) -> Measured:
    found = tally((verdict(row, asked) for row in rows), definition, asked.cut_off)
    return replace(found, aim=asked.norms.aims.get(definition.name))
