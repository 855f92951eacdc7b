"""Screening and outcome figures of a region, as totals for its next meeting about the work, beside the time before.

In the minutes stands only what `domain.small_counts` lets travel, and each time once: `domain.taken_times`. Screenings
are said in the ranges that they are said in everywhere. What may be concluded of two figures follows from what is
written of them, so that no count can be told from it. (STAT-7; PROG-2, si.4.2 and sp.4.1)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from rightdoor.casework.closure.deidentified import BANDS, LONGER, outcomes_counted
from rightdoor.casework.screening.choices import STEPS
from rightdoor.casework.screening.deidentified import SMALL, WIDE, counted_rows
from rightdoor.community.meetings.models import Meeting
from rightdoor.community.minutes.actions import FigureLine, add_figures
from rightdoor.community.minutes.queries import lines_taken, next_meeting, taken_to
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.late_response import Quarter, quarter_of
from rightdoor.domain.measures.trends import careful_change
from rightdoor.domain.permission import Standing, Viewer, check_may, may
from rightdoor.domain.small_counts import USUAL_THRESHOLD, Totals, Written, span_of, written
from rightdoor.domain.taken_times import Time, Year, check_may_be_taken, time_named
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.once import in_turn
from rightdoor.oversight.statistics.gathering import Scope, gather
from rightdoor.oversight.statistics.spans import label_of, period_of
from rightdoor.oversight.statistics.words import ENDED_BECAUSE

KIND = "advisory"  # of the meeting that figures are taken to
SCREENING, OUTCOMES = "screening-trend", "outcomes"
TITLES: Mapping[str, str] = {SCREENING: "Screening figures", OUTCOMES: "Outcome figures"}
SHORT: Mapping[str, str] = {SCREENING: "Screening", OUTCOMES: "Outcomes"}  # where there is little room
QUARTERS, YEARS = 8, 3  # that can be chosen, of those that are over

Told = Mapping[tuple[str, str], str]  # heading and label -> what is written


@dataclass(frozen=True, slots=True)
class Offer:
    """A time that is over, of one kind of figures: the meeting that it was taken to, or why it cannot be taken."""

    time: Time
    meeting: Meeting | None
    why_not: str


@dataclass(frozen=True, slots=True)
class _Part:
    """Totals with their places in the minutes: the headings, and each key of a list in words, in its order."""

    totals: Totals
    group: str
    whole: str
    part: str
    first: tuple[str, Mapping[str, str]] = ("", {})
    second: tuple[str, Mapping[str, str]] = ("", {})


def standing_in(viewer: Viewer, region: str) -> Standing:
    """How the viewer stands to the figures of a region: as its coordinator, or not at all."""
    return Standing(region=viewer.covers_as("care_coordinator", region))


def regions_taken_from(viewer: Viewer) -> list[tuple[str, str]]:
    """Key and name of each region whose figures the viewer may take to a meeting."""
    regions = active_pack().regions
    return [(one.key, one.name) for one in regions if may(viewer, "figures.take", standing_in(viewer, one.key))]


def times_offered(now: datetime) -> list[Time]:
    """The last quarters and years that are over, the newest quarter first."""
    quarter, found = quarter_of(local(now).date()), list[Time]()
    for _ in range(QUARTERS):
        quarter = quarter.before
        found.append(quarter)
    year = local(now).year
    return [*found, *(Year(year - back) for back in range(1, YEARS + 1))]


def about(what: str, region: str, time: Time) -> str:
    """By what the figures of one time of a region are known, wherever they were taken."""
    return f"{what}/{region}/{time.key}"


def offers(viewer: Viewer, what: str, region: str, now: datetime) -> list[Offer]:
    """What can be taken, what was taken and what stands against it. Two queries. Raises NotPermitted."""
    check_may(viewer, "figures.take", standing_in(viewer, region))
    times, today = times_offered(now), local(now).date()
    taken = _times_of(lines_taken(region, what))
    meetings = taken_to(viewer, [about(what, region, one) for one in times])
    found = []
    for one in times:
        why_not = ""
        try:
            check_may_be_taken(one, taken, today)
        except RuleBroken as refusal:
            why_not = str(refusal)
        found.append(Offer(one, meetings.get(about(what, region, one)), why_not))
    return found


def meeting_for_figures(viewer: Viewer, region: str, now: datetime) -> Meeting | None:
    """The region's next advisory meeting, or None."""
    return next_meeting(viewer, region, KIND, now)


def lines_of(viewer: Viewer, what: str, region: str, time: Time, now: datetime) -> list[FigureLine]:
    """The figures as they would stand in the minutes, each beside the time before. Raises NotPermitted.

    A time before that was taken itself stands as it stood then. Of outcomes the reasons are opened for counting, for
    this viewer, and recorded first.
    """
    check_may(viewer, "figures.take", standing_in(viewer, region))
    parts = _parts(viewer, what, region, time, now)
    stood = lines_taken(region, what).get(about(what, region, time.before))
    if stood is not None:
        before: Told = {(group, label): figure for group, label, figure, *_ in stood}
    else:
        before = _told(_parts(viewer, what, region, time.before, now), what)
    return _beside(parts, _told(parts, what), before)


@action("figures.taken")
def take_figures(viewer: Viewer, *, what: str, region: str, time: Time, topic: str, now: datetime) -> Meeting:
    """Puts a region's screening or outcome figures under a topic of its next advisory meeting. (STAT-7)

    Totals only, as they stand now; a small count, and whatever gives one away, is not written. Returns the meeting.
    Raises NotVisible for a region that is not the viewer's, NotPermitted, KeyError for another kind of figures, and
    RuleBroken for a time that is not over or lies too far back, was told before, or where no meeting is coming up.
    """
    standing = standing_in(viewer, region)
    if standing.none:
        raise NotVisible
    check_may(viewer, "figures.take", standing)
    if what not in TITLES:
        raise KeyError(what)
    # Two who take two times that must not stand beside each other: the second finds what the first one took.
    in_turn("figures", what, region)
    check_may_be_taken(time, _times_of(lines_taken(region, what)), local(now).date())
    if time not in times_offered(now):
        raise RuleBroken("Choose one of the times of the list.")
    meeting = meeting_for_figures(viewer, region, now)
    if meeting is None:
        raise RuleBroken("No advisory meeting is coming up. Call one first.")
    add_figures(
        viewer,
        meeting,
        topic=topic,
        about=about(what, region, time),
        title=title_of(what, region, time),
        lines=lines_of(viewer, what, region, time, now),
        now=now,
    )
    quarter = time.number if isinstance(time, Quarter) else 0
    record(viewer, "figures.taken", meeting, topic=topic, figures=what, region=region, year=time.year, quarter=quarter)
    return meeting


def title_of(what: str, region: str, time: Time) -> str:
    """What the figures are called in the minutes."""
    return (
        f"{TITLES[what]}, {active_pack().region(region).name}, {label_of(time.key)} beside {label_of(time.before.key)}"
    )


# ---------------------------------------------------------------------------------------------------------- the figures


def _parts(viewer: Viewer, what: str, region: str, time: Time, now: datetime) -> list[_Part]:
    return _screenings(region, time) if what == SCREENING else _outcomes(viewer, region, time, now)


def _screenings(region: str, time: Time) -> list[_Part]:
    """Of every agency in the region: rows without a person, by full months."""
    period = period_of(time.key)
    rows = counted_rows(Q(region=region), since=period.first, until=period.last.replace(day=1))
    found = Counter(one.next_step for one in rows if one.result == "positive")
    return [
        _Part(
            Totals(len(rows), sum(found.values()), _rows(found, STEPS)),
            "Screenings",
            "All",
            "With indicators",
            ("With indicators, by next step", {**STEPS, "": "None"}),
        )
    ]


def _outcomes(viewer: Viewer, region: str, time: Time, now: datetime) -> list[_Part]:
    """Of the records that are open to the viewer. Cases and services are counted apart: neither adds up to the other.

    Counted is only what happened in the time itself. A count of what was open in it would carry over into the next
    time, and what came in between could be worked out.
    """
    period = period_of(time.key)
    services = gather(viewer, Scope(region), period, now, only=("F1o",)).measured("F1o")
    ended = outcomes_counted(viewer, period.since, period.until, now, region=region)
    bands = {words: words.capitalize() for words in (*(words for _, words in BANDS), LONGER)}
    return [
        _Part(
            Totals(services.denominator or 0, services.numerator or 0),
            "Referrals to services",
            "Made, with a known outcome",
            "Completed",
        ),
        _Part(
            Totals(
                None,
                len(ended),
                _rows(Counter(one.reason for one in ended), ENDED_BECAUSE),
                _rows(Counter(one.open_for for one in ended), bands),
            ),
            "Cases that ended",
            "",
            "All",
            ("Cases that ended, by reason", ENDED_BECAUSE),
            ("Cases that ended, by how long they were open", bands),
        ),
    ]


def _rows(found: Counter[str], order: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """The counts in the order of the words, those of no known word at the end: together they are all."""
    keys = [*order]
    return tuple((key, found[key]) for key in [*keys, *sorted(set(found) - set(keys))])


def _told(parts: Sequence[_Part], what: str) -> Told:
    """Everything of a time that may be written."""
    threshold = active_pack().statistics.small_count_threshold or USUAL_THRESHOLD
    found: dict[tuple[str, str], str] = {}
    for one in parts:
        if what == SCREENING:
            said: Written = written(one.totals, max(threshold, SMALL), WIDE)
        else:
            said = written(one.totals, threshold)
        if said.whole:
            found[one.group, one.whole] = said.whole
        if said.part:
            found[one.group, one.part] = said.part
        for (group, labels), rows in ((one.first, said.first), (one.second, said.second)):
            found |= {(group, labels.get(key, key)): figure for key, figure in rows}
    return found


def _beside(parts: Sequence[_Part], now: Told, before: Told) -> list[FigureLine]:
    """Line by line. What was not written in one time is no line, or stands empty beside the other."""
    lines = []
    for one in parts:
        for label in (one.whole, one.part):
            figure = now.get((one.group, label), "")
            if figure:
                then = before.get((one.group, label), "")
                change = careful_change(span_of(then), span_of(figure))
                lines.append(FigureLine(one.group, label, figure, then, change or ""))
        for group, labels in (one.first, one.second):
            known = [*labels.values()]
            known += sorted({label for at, label in (*now, *before) if at == group} - set(known))
            of = (one.group, one.part)
            for label in known:
                figure, then = (_in_list(told, group, label, of) for told in (now, before))
                if figure and (figure != "none" or then not in ("none", "")):
                    lines.append(FigureLine(group, label, figure, then))
    return lines


def _in_list(told: Told, group: str, label: str, of: tuple[str, str]) -> str:
    """What is written of one line of a list. A list that was written, or that divides nothing, leaves out its zeros."""
    if (group, label) in told:
        return told[group, label]
    return "none" if told.get(of) == "none" or any(at == group for at, _ in told) else ""


def _times_of(abouts: Iterable[str]) -> set[Time]:
    named: Callable[[str], Time | None] = lambda key: time_named(key.rsplit("/", 1)[-1])  # noqa: E731
    return {time for time in map(named, abouts) if time is not None}
