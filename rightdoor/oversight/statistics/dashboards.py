"""The page of a coordinator or a region: figures in sections, each beside the same a year before, with its definition.

Every figure is one of `gathering`; here it gets its place, its words and the addresses of its rows. (STAT-4)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Q

from rightdoor.casework.screening.deidentified import counted_rows, figure_of
from rightdoor.community.meetings.deidentified import CountedPlaces, counted_places
from rightdoor.community.teams.deidentified import counted_team
from rightdoor.domain.clock import Clock
from rightdoor.domain.looking_back import Lookback
from rightdoor.domain.measures.measured import Definition, Measured, percent
from rightdoor.domain.measures.response import due_at, name_of, tier_of
from rightdoor.domain.measures.rows import ReferralRow
from rightdoor.domain.permission import ALL_REGIONS, Viewer
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.ui.charts import Bar, Chart, Group, bar_chart
from rightdoor.oversight.statistics import words
from rightdoor.oversight.statistics.gathering import NOT_RECORDED, Gathered, Scope, gather
from rightdoor.oversight.statistics.grids import Grid
from rightdoor.oversight.statistics.spans import Span, year_before

OWN, EVERY = "own", "all"
SHOWN_KINDS = ("met", "missed", "pending", "excluded")


@dataclass(frozen=True, slots=True)
class Told:
    """A figure over one span as it is said."""

    measured: Measured
    out_of: str
    share: str
    interval: str
    times: str
    aim: str
    is_provisional: bool
    kinds: tuple[tuple[str, int, str], ...]  # in words, how many, where its rows are
    reasons: tuple[tuple[str, int], ...]
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure over the span and a year before, with what it counts."""

    name: str
    title: str
    definition: Definition
    now: Told
    before: Told
    rows: str  # where all of its rows are


@dataclass(frozen=True, slots=True)
class Section:
    """Figures about one thing."""

    key: str
    title: str
    figures: tuple[Figure, ...] = ()
    charts: tuple[Chart, ...] = ()
    grids: tuple[Grid, ...] = ()
    notes: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()  # address and words


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A page of figures."""

    whose: str
    place: str
    span: Span
    before: Span
    sections: tuple[Section, ...]
    as_of: datetime

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All of them, in the order of the page."""
        return tuple(one for section in self.sections for one in section.figures)


# Section, its title, its figures. R1 to R3 are put in by the tiers that the state has.
SECTIONS: Sequence[tuple[str, str, tuple[str, ...]]] = (
    ("caseload", "Caseload", ("K1",)),
    ("clocks", "Response clocks", ("R4",)),
    ("documentation", "Documentation after meetings", ("D1", "D2", "D")),
    ("staffings", "Staffings", ("S1", "S1m", "S2", "S2c", "M1")),
    ("referrals", "Referrals", ("F1", "F2")),
    ("participation", "Participation", ("A1",)),
    ("plans", "Service plans", ("K2", "K3")),
    ("outcomes", "Outcomes", ("F1o", "K4")),
)
NOTES: Mapping[str, str] = {
    "M1": "A review here is a review of the plan, or an ongoing meeting or case review that was held.",
    "D1": "The plan counts as delivered with the summary that holds it, or when it is adopted.",
}


def choices_of(viewer: Viewer) -> list[tuple[str, str]]:
    """Over what this viewer may have figures made: one's own cases, each region, all of them."""
    reached = viewer.regions_as("care_coordinator")
    mine = [one for one in active_pack().regions if ALL_REGIONS in reached or one.key in reached]
    several = [(EVERY, f"All {active_pack().word('region', plural=True)} that you coordinate")] if len(mine) > 1 else []
    return [*((one.key, one.name) for one in mine), *several, (OWN, "Cases that you coordinate")]


def scope_of(whose: str) -> Scope:
    """What a choice counts."""
    return Scope(own=True) if whose == OWN else Scope("" if whose == EVERY else whose)


def gathered(viewer: Viewer, whose: str, span: Span, now: datetime, *, only: Sequence[str] = ()) -> Gathered:
    """The rows of a span and of the same a year before."""
    before = year_before(span, now)
    return gather(viewer, scope_of(whose), span.period, now, since=before.period.since, only=only)


def dashboard_of(viewer: Viewer, whose: str, span: Span, now: datetime) -> Dashboard:
    """Everything on the page. A fixed number of queries, whatever the tables hold. Nothing sealed is opened."""
    found, before = gathered(viewer, whose, span, now), year_before(span, now)
    figures = found.figures()
    earlier = found.figures(before.period, as_of=before.as_of)
    sections = []
    for key, title, names in SECTIONS:
        if key == "clocks":
            names = (*names, *(name_of(tier) for tier in sorted(found.norms.tier_hours)))  # noqa: PLW2901
        told = tuple(_figure(name, figures[name], earlier[name], whose, span) for name in names if name in figures)
        sections.append(_section(key, title, told, found, figures, earlier, viewer, whose, span, before, now))
    sections.append(_screening(viewer, whose, span, now))
    sections.append(
        Section(
            "not-recorded", "Not recorded here yet", notes=tuple(NOT_RECORDED[name] for name in sorted(NOT_RECORDED))
        )
    )
    place = dict(choices_of(viewer)).get(whose, "")
    return Dashboard(whose, place, span, before, tuple(sections), now)


def _section(  # noqa: PLR0913
    key: str,
    title: str,
    told: tuple[Figure, ...],
    found: Gathered,
    figures: Mapping[str, Measured],
    earlier: Mapping[str, Measured],
    viewer: Viewer,
    whose: str,
    span: Span,
    before: Span,
    now: datetime,
) -> Section:
    labels = (span.short, before.short)
    notes = tuple(NOTES[one.name] for one in told if one.name in NOTES)
    if key == "clocks":
        return Section(
            key, title, told, (_by_tier(figures, earlier, labels, found),), (_clocks(found, figures),),
            links=(("/clocks/", "Clock board"), ("/referrals/late/", "Late responses")),
        )  # fmt: skip
    if key == "referrals":
        charts = (
            _mix("Referrals by source", figures["F1"], earlier["F1"], labels, "Source", words.source),
            _tiers(found, labels, before),
            _mix("Not eligible, by main reason", figures["F2"], earlier["F2"], labels, "Reason", words.reason),
        )
        return Section(key, title, told, charts, links=(("/referrals/", "Referrals"),))
    if key == "caseload":
        return Section(
            key, title, told, (_mix("Open cases by mode", figures["K1"], earlier["K1"], labels, "Mode", words.reason),),
            links=(("/cases/", "Cases"),),
        )  # fmt: skip
    if key == "outcomes":
        chart = _mix("Cases that ended, by how long they were open", figures["K4"], earlier["K4"], labels, "Open for",
                     words.reason)  # fmt: skip
        where = f"/numbers/endings/?{urlencode({'whose': whose, 'span': span.key})}"
        return Section(key, title, told, (chart,), links=((where, "Why cases ended"),))
    if key == "participation":
        regions = _regions(viewer, whose)
        grids = [_places(counted_places(viewer, regions, span.period.since, span.period.until))] if regions else []
        if len(regions) == 1:
            grids.append(_team(regions[0], now))
        if not regions:
            notes += ("Meetings are counted for a whole team, not for one coordinator.",)
        return Section(
            key, title, told, grids=tuple(grids), notes=notes,
            links=(("/meetings/participation/", "Who takes part in meetings"),),
        )  # fmt: skip
    return Section(key, title, told, notes=notes)


def _figure(name: str, one: Measured, earlier: Measured, whose: str, span: Span) -> Figure:
    where = f"/numbers/{name}/rows/?"
    asked = {"whose": whose, "span": span.key}
    return Figure(
        name=name,
        title=one.definition.title,
        definition=one.definition,
        now=_told(one, lambda kind: where + urlencode({**asked, "kind": kind})),
        before=_told(earlier, lambda kind: where + urlencode({**asked, "kind": kind, "when": "before"})),
        rows=where + urlencode(asked),
    )


def _told(one: Measured, where: Callable[[str], str]) -> Told:
    totals = {
        "met": one.numerator or 0,
        "missed": sum(one.missed.values()),
        "pending": one.pending,
        "excluded": sum(one.excluded.values()),
    }
    called = words.kinds_of(one.definition.name)
    # One reason alone that nobody gave says nothing that its count does not.
    reasons = (
        []
        if {*one.missed, *one.excluded} <= {"not_told", *words.SAID}
        else [*one.missed.items(), *one.excluded.items()]
    )
    return Told(
        measured=one,
        out_of=words.out_of(one),
        share=words.share(one),
        interval=words.interval(one),
        times=words.times(one),
        aim=words.aim(one),
        is_provisional=one.provisional,
        kinds=tuple((called[kind], totals[kind], where(kind)) for kind in SHOWN_KINDS if totals[kind]),
        reasons=tuple((words.reason(key), many) for key, many in reasons),
        counts=tuple((_beside(key), many) for key, many in one.counts.items() if many),
    )


def _beside(key: str) -> str:
    """What a count that is told beside a figure is."""
    known = {
        "untriaged": "not triaged yet",
        "met_but_late_on_the_desk": "met, but late on the desk",
        "meetings": "meetings held",
        "opened": "opened",
        "closed": "closed",
        "opened_again": "opened again",
    }
    if key in known:
        return known[key]
    first, _, last = key.removeprefix("tier_").partition("_to_")
    return f"tier {first} became tier {last}" if last else key.replace("_", " ")


def _by_tier(
    figures: Mapping[str, Measured], earlier: Mapping[str, Measured], labels: tuple[str, str], found: Gathered
) -> Chart:
    groups = []
    for tier, hours in sorted(found.norms.tier_hours.items()):
        pair = (figures[name_of(tier)], earlier[name_of(tier)])
        bars = [
            Bar(
                label,
                float(percent(one.share)) if one.share is not None else None,
                f"{words.out_of(one)} ({words.share(one)})" if one.share is not None else words.NONE_YET,
                short=words.share(one) or "none",
            )
            for label, one in zip(labels, pair, strict=True)
        ]
        groups.append(Group(f"Tier {tier}, within {hours} hours", bars))
    return bar_chart("Responses in time, by tier", groups, of="Tier", top=100)


def _clocks(found: Gathered, figures: Mapping[str, Measured]) -> Grid:
    """Every clock of the span by tier: met, missed, running, and how many of those are at risk."""
    asked, at_risk = found.asked(), Counter[int]()
    for behind in found.behind("R4"):
        row = behind.line.row
        if isinstance(row, ReferralRow) and behind.verdicts[0].kind == "pending":
            clock = Clock(row.received_at, max(due_at(row, asked), row.received_at))
            at_risk[tier_of(row, asked)] += clock.state(found.as_of) == "at_risk"
    rows = []
    for tier in sorted(found.norms.tier_hours):
        one = figures[name_of(tier)]
        counts = (one.numerator or 0, sum(one.missed.values()), one.pending, at_risk[tier])
        rows.append((f"Tier {tier}", *(f"{many:,}" for many in counts)))
    return Grid(
        "Clocks by tier",
        ("Tier", "Met", "Missed", "Pending", "Of these at risk"),
        tuple(rows),
        "At risk: less than a quarter of the time is left.",
    )


def _mix(
    title: str, one: Measured, earlier: Measured, labels: tuple[str, str], of: str, word: Callable[[str], str]
) -> Chart:
    keys = sorted(
        {*(one.mix or {}), *(earlier.mix or {})},
        key=lambda key: (-(one.mix or {}).get(key, 0), -(earlier.mix or {}).get(key, 0), key),
    )
    groups = [
        Group(
            word(key),
            [
                Bar(label, (measured.mix or {}).get(key, 0), f"{(measured.mix or {}).get(key, 0):,}")
                for label, measured in zip(labels, (one, earlier), strict=True)
            ],
        )
        for key in keys
    ]
    return bar_chart(title, groups, of=of)


def _tiers(found: Gathered, labels: tuple[str, str], before: Span) -> Chart:
    """Referrals by tier, those left out of the clocks not among them."""
    spans = ((None, None), (before.period, before.as_of))
    counted = []
    for period, as_of in spans:
        asked = found.asked(period, as_of)
        counted.append(
            Counter(
                tier_of(one.line.row, asked) if one.line.row.tiers else 0
                for one in found.behind("R4", period, as_of=as_of)
                if isinstance(one.line.row, ReferralRow) and one.verdicts[0].kind != "excluded"
            )
        )
    tiers = [*sorted(found.norms.tier_hours), *([0] if any(one[0] for one in counted) else [])]
    groups = [
        Group(
            f"Tier {tier}" if tier else "Not triaged yet",
            [Bar(label, one[tier], f"{one[tier]:,}") for label, one in zip(labels, counted, strict=True)],
        )
        for tier in tiers
    ]
    return bar_chart("Referrals by tier", groups, of="Tier")


def _regions(viewer: Viewer, whose: str) -> list[str]:
    chosen = [key for key, _ in choices_of(viewer) if key not in (OWN, EVERY)]
    return [] if whose == OWN else chosen if whose == EVERY else [whose]


def _places(found: Iterable[CountedPlaces]) -> Grid:
    labels = dict(active_pack().teams.all().pairs())
    rows = tuple(
        (
            labels.get(one.discipline, one.discipline.replace("_", " ").capitalize() or "Not on record"),
            f"{one.present:,} of {one.told:,}" if one.told else "No attendance on record",
            f"{one.delegated:,}",
            f"{one.excused:,}",
            f"{one.open:,}",
        )
        for one in found
    )
    return Grid(
        "Places at meetings, by discipline",
        ("Discipline", "Present, of places with attendance on record", "By a delegate", "Excused", "Nobody recorded"),
        rows,
        "Places at meetings that were held. Somebody who came in another's place counts as present.",
    )


def _team(region: str, now: datetime) -> Grid:
    """What the agencies and the people on a team have signed and done."""
    team = counted_team(region, Lookback(now))
    sitting = [one for one in team.agencies if one.sits_now]
    rows = [
        ("Agencies with an agreement on confidentiality in force", _of(one.has_agreement for one in sitting)),
        ("Seats whose holder has done everything that clears them", _of(one.is_onboarded for one in team.seats)),
    ]
    if any(one.is_trained is not None for one in sitting):
        rows.append(("Agencies trained within two years", _of(bool(one.is_trained) for one in sitting)))
    return Grid("Agreements on the team", ("What", "How many, as of now"), tuple(rows))


def _of(found: Iterable[bool]) -> str:
    flags = list(found)
    return f"{sum(flags):,} of {len(flags):,}" if flags else "Nobody sits on the team yet"


def _screening(viewer: Viewer, whose: str, span: Span, now: datetime) -> Section:
    """Screenings in ranges: nobody who reads this may open them."""
    regions = _regions(viewer, whose)
    if not regions:
        return Section("screening", "Screening", notes=("Screenings are counted for a region.",))
    # The month that runs does not count: from one day to the next a range would tell of one person.
    running = local(now).date().replace(day=1)
    last = min(span.period.last.replace(day=1), (running - timedelta(days=1)).replace(day=1))
    rows_counted = counted_rows(Q(region__in=regions), since=span.period.first, until=last)
    figure = figure_of("", rows_counted)
    rows = (
        ("Screenings", figure.said),
        ("With indicators", figure.positive_said),
        ("Share with indicators, of those scored", figure.share_said),
        ("To report", figure.report_said),
        ("To refer to the team", figure.refer_said),
    )
    grid = Grid(
        "Screenings", ("What", span.label), rows, "In ranges and by full months, so that no figure tells of one person."
    )
    return Section("screening", "Screening", grids=(grid,), links=(("/screening/numbers/", "Screening in numbers"),))
