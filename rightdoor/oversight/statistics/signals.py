"""Early signals for whoever coordinates a region: does a source fall silent, do tiers shift, are more responses late?

Looked at are the last three whole months against the twelve before them, so the answer changes once a month. The rule
that decides is in `domain.measures.trends` and stands on the page, with how often it warns of nothing. (STAT-7)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rightdoor.domain.measures.measured import Kind
from rightdoor.domain.measures.norms import Asked, Norms, Period
from rightdoor.domain.measures.response import tier_of, verdict_on
from rightdoor.domain.measures.rows import ReferralRow
from rightdoor.domain.measures.trends import (
    Question,
    Signals,
    poisson_limits,
    share_question,
    share_words,
    signals,
    source_question,
)
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.jurisdiction.active import local, zone
from rightdoor.foundation.ui.charts import Bar, Chart, Group, bar_chart
from rightdoor.oversight.statistics import words
from rightdoor.oversight.statistics.gathering import Scope, gather

MONTHS = 3  # of one span
LONGEST = 24  # months of silence that anybody would wait for
SPANS = 5  # the newest one and four before it


@dataclass(frozen=True, slots=True)
class Asking:
    """One question as the page tells it."""

    what: str
    newest: str
    before: str
    says: str
    is_warning: bool


@dataclass(frozen=True, slots=True)
class Look:
    """A region's look: what warns, everything that was asked, and the referrals of each span."""

    newest: Period
    before: Period
    found: Signals
    warned: tuple[Asking, ...]
    asked: tuple[Asking, ...]
    chart: Chart


def look_at(viewer: Viewer, region: str, now: datetime) -> Look:
    """The region's referrals that this viewer may open, held against the year before. Raises KeyError."""
    spans = spans_before(now)
    whole = Period(spans[0].first, spans[-1].last, zone())
    gathered = gather(viewer, Scope(region), whole, now, only=("R4",))
    rows = [line.row for line in gathered.lines[ReferralRow] if isinstance(line.row, ReferralRow)]
    return look_of(rows, spans, now, gathered.norms)


def spans_before(now: datetime) -> list[Period]:
    """The last five times three whole months, the newest last."""
    today = local(now).date()
    end = date(today.year, today.month, 1) - timedelta(days=1)
    found: list[Period] = []
    for _ in range(SPANS):
        month = end.year * 12 + end.month - MONTHS
        first = date(month // 12, month % 12 + 1, 1)
        found.insert(0, Period(first, end, zone()))
        end = first - timedelta(days=1)
    return found


def look_of(rows: Sequence[ReferralRow], spans: Sequence[Period], now: datetime, norms: Norms) -> Look:
    """The look at these rows. Pure but for the words."""
    newest, before = spans[-1], Period(spans[0].first, spans[-2].last, spans[0].zone)
    by_span = [[row for row in rows if span.has(row.received_at) and row.is_duplicate is not True] for span in spans]
    sources = sorted({row.source for part in by_span for row in part})
    tiers = sorted(norms.tier_hours)
    among = len(sources) + len(tiers) + 1
    asked = [
        source_question(one, [sum(row.source == one for row in part) for part in by_span], among) for one in sources
    ]
    as_of = Asked(now, norms)
    triaged = [[tier_of(row, as_of) for row in part if row.tiers] for part in by_span]
    earlier = [tier for part in triaged[:-1] for tier in part]
    for tier in tiers:
        new = (triaged[-1].count(tier), len(triaged[-1]))
        asked.append(share_question("tier", str(tier), new, (earlier.count(tier), len(earlier))))
    judged: list[Counter[Kind]] = [Counter(verdict_on(row, as_of).kind for row in part) for part in by_span]
    late = [one["missed"] for one in judged]
    owed = [one["missed"] + one["met"] for one in judged]
    asked.append(share_question("missed", "", (late[-1], owed[-1]), (sum(late[:-1]), sum(owed[:-1])), only_more=True))
    # A region that began a month ago has no year to be held against.
    known = sum(1 for part in by_span[:-1] if part)
    found = signals(asked, known)
    told = {one: _told(one, one in found.warned, short=found.too_short) for one in asked}
    groups = []
    for span, part in zip(spans, by_span, strict=True):
        limits = poisson_limits(len(part))
        said = f"{len(part)} ({limits.low:.0f} to {limits.high:.0f})"
        groups.append(Group(label_of(span), [Bar("", limits.low, said, limits.high, short=str(len(part)))]))
    chart = bar_chart("Referrals, three months each", groups, of="Months", head="Referrals")
    return Look(newest, before, found, tuple(told[one] for one in found.warned), tuple(told.values()), chart)


def label_of(span: Period) -> str:
    """08/2025 to 10/2025"""
    return f"{span.first:%m/%Y} to {span.last:%m/%Y}"


def _told(one: Question, is_warning: bool, *, short: bool) -> Asking:
    if one.about == "source":
        return Asking(
            words.source(one.key), str(one.seen), str(one.seen_before), _of_source(one, is_warning, short), is_warning
        )
    what = "Responses that were late" if one.about == "missed" else f"Tier {one.key} among those with a tier"
    said = "Too short a past to judge by." if short else "No signal: chance alone may have made the difference."
    if is_warning and one.about == "missed":
        said = (
            "More were late than chance would make. Look at the causes, and at how many people there were to respond."
        )
    elif is_warning:
        said = "The mix changed. Other children may be referred, or the same facts may be read in another way."
    return Asking(
        what, share_words(one.seen, one.whole), share_words(one.seen_before, one.whole_before), said, is_warning
    )


def _of_source(one: Question, is_warning: bool, short: bool) -> str:
    if short:
        return "Too short a past to judge by."
    if is_warning and one.is_silent:
        return "Nothing came any more. Ask there: a new person, another way of reporting, a door that closed?"
    if is_warning:
        more = one.seen * one.spans > one.seen_before
        return f"{'More' if more else 'Fewer'} came than chance would make. Ask there what changed."
    if one.silent_tells_after is None or MONTHS * one.silent_tells_after > LONGEST:
        return "No signal. It sends too seldom for silence to tell anything."
    if one.silent_tells_after > 1:
        return f"No signal. Silence would tell something only after about {MONTHS * one.silent_tells_after} months."
    return "No signal."
