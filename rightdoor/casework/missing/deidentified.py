"""Missing episodes as rows for counting: months, bands, and whether it was in time. No code, no day, no word.

Only clear columns are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import DateTimeField, Exists, OuterRef, Value
from django.db.models.functions import Coalesce

from rightdoor.casework.missing.clocks import duty_lines, situations
from rightdoor.casework.missing.models import Entry, Episode, PreparedPlan
from rightdoor.community.partners.deidentified import holders_apart
from rightdoor.domain.clock import Clock
from rightdoor.domain.looking_back import Lookback
from rightdoor.domain.missing import RETURN_STEPS, away_in_words, owed_on_return
from rightdoor.foundation.jurisdiction.active import active_pack, local

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class CountedEpisode:
    """One episode without anything that leads back to it."""

    region: str
    month: str  # 2026-03, of when it was learned, in the state's zone
    state: str
    away: str  # a band, or "" while the child is missing
    duties: tuple[tuple[str, str], ...]  # key of the duty, and met, missed, not_done or running
    screened: str  # met, missed, not_done, or "" before a return


def counted_episodes(since: datetime, until: datetime, now: datetime) -> Iterator[CountedEpisode]:
    """Every episode learned of from `since` on and before `until`, for the statistics."""
    rows = Episode.objects.filter(learned_at__gte=since, learned_at__lt=until).select_related("case")
    found = list(rows.order_by("-learned_at", "-id"))
    hours = active_pack().clocks.return_screening_hours
    for start in range(0, len(found), AT_ONCE):
        for situation in situations(found[start : start + AT_ONCE]):
            episode, back = situation.episode, situation.episode.recovered_at
            screened = ""
            if back is not None:
                due = owed_on_return(back, "screening", hours)
                done_at = situation.done.get(("return", "screening"))
                screened = Clock(back, due, stopped_at=done_at).state(now) if due and done_at else "not_done"
            yield CountedEpisode(
                region=episode.case.region,
                month=f"{local(episode.learned_at):%Y-%m}",
                state=episode.state,
                away=away_in_words(back - (episode.departed_at or episode.learned_at)) if back else "",
                duties=tuple(
                    (
                        line.duty.key,
                        line.clock.clock.state(now)
                        if line.done_at and line.clock.clock
                        else ("running" if back is None else "not_done"),
                    )
                    for line in duty_lines(situation)
                ),
                screened=screened,
            )


@dataclass(frozen=True, slots=True)
class CountedReturn:
    """One episode as it stood at a moment: how it was prepared for, and how far the return is."""

    learned: int  # the quarter in which it was learned
    recovered: int | None  # the quarter of the return; None while the child is missing
    had_plan: bool  # a plan for the return lay ready before it
    steps_left: int  # of the steps after the return, those that are not on record


def counted_returns(region: str, back: Lookback) -> list[CountedReturn]:
    """The region's episodes of the two years, as they stood at that moment. Two queries."""
    until = back.until
    ready_by = Coalesce(OuterRef("recovered_at"), Value(until, output_field=DateTimeField()))
    prepared = PreparedPlan.objects.filter(case=OuterRef("case"), written_at__lte=ready_by)
    rows = list(
        Episode.objects.filter(case__region=region, learned_at__gt=back.earliest, learned_at__lte=until)
        .exclude(case__holder__in=holders_apart())
        .annotate(had_plan=Exists(prepared.filter(written_at__lte=until)))
        .order_by("-learned_at", "-id")
    )
    done: dict[int, set[str]] = {row.pk: set() for row in rows}
    entries = Entry.objects.filter(episode__in=done, kind="return", added_at__lte=until)
    for episode, key in entries.values_list("episode_id", "key"):
        done[episode].add(key)
    return [
        CountedReturn(
            learned=back.quarter(row.learned_at) or 0,
            recovered=back.quarter(row.recovered_at),
            had_plan=row.had_plan,
            steps_left=len(set(RETURN_STEPS) - done[row.pk]),
        )
        for row in rows
    ]
