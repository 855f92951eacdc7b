"""What a jurisdiction pack holds. The dataclasses are the schema of the files: a field is a key of the YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

from rightdoor.domain.eligibility import EligibilityRule
from rightdoor.domain.missing import DutyBy, Limit
from rightdoor.domain.report_flow import Hop
from rightdoor.domain.response_tier import Tier
from rightdoor.domain.service_referral import FollowUp
from rightdoor.domain.sharing_matrix import Matrix, parse_cell

from .legal_relief import ReliefKind
from .matrix import shipped_matrix
from .sheets import Sheet, System
from .words import Choice, Choices, Label, Word

# A field so marked is read by clients and the public: its labels must exist in every language of the pack.
FOR_CLIENTS = {"audience": "client"}

Keyed = TypeVar("Keyed", "Hop", "Region", "Cadence", "District", "PlanTemplate")
ClockStart = Literal["reported", "released", "received"]


@dataclass(frozen=True, slots=True)
class Statute:
    """A law or rule that the pack's numbers rest on."""

    cite: str
    subject: Label
    checked_on: date


@dataclass(frozen=True, slots=True)
class Tile:
    """Where an area stands on the map of squares, from 1 at the upper left, and the letters in its square."""

    column: int
    row: int
    letters: str


@dataclass(frozen=True, slots=True)
class Area:
    """One of the areas that a state is divided into. `fips` is its federal code of five digits."""

    key: str
    name: str
    fips: str
    region: str
    tile: Tile | None = None


@dataclass(frozen=True, slots=True)
class Region:
    """Areas that one care coordination region serves."""

    key: str
    name: str
    areas: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class Center:
    """A coordinating center: where a region's care coordination team sits. `areas` are the keys it serves."""

    key: str
    name: str
    region: str
    areas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Party:
    """One who acts in the reporting line. Its name is the word of the same key; `role` is a role of the product."""

    key: str
    role: str


@dataclass(frozen=True, slots=True)
class MandatedReport:
    """What a mandated report owes after the call. (MR-2, MR-3)"""

    written_follow_up_within_days: int
    always_to_hotline: tuple[str, ...]  # kinds of trafficking that go to the hotline whoever the perpetrator is


@dataclass(frozen=True, slots=True)
class ReportingLine:
    """Who takes a report and the hops that it sets in motion, in order. (INT-3)"""

    entry: str
    parties: tuple[Party, ...]
    hops: tuple[Hop, ...]
    mandated_report: MandatedReport

    def hop(self, key: str) -> Hop:
        """The hop named `key`; KeyError when there is none."""
        return _by_key(self.hops, key)


@dataclass(frozen=True, slots=True)
class Hotline:
    """A number to call. `kind`: danger (911), state, national. `phone` is shown, `dial` is what a link dials."""

    key: str
    kind: Literal["danger", "state", "national"]
    phone: str
    dial: str
    text_to: str = ""
    hours: Label = Label({})


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often a case, a plan or a partner is looked at again. `every_days` is None where the team sets it."""

    key: str
    label: Label
    every_days: int | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """A span that something must be kept, renewed or done within, with the source of its number."""

    key: str
    label: Label
    within_days: int
    source: str = ""


@dataclass(frozen=True, slots=True)
class MissingDuty:
    """A duty while a child is missing: whose it is, the number that comes of it, and every limit that some rule sets.

    A duty without a limit is asked for and has no clock. (CASE-8)
    """

    key: str
    label: Label
    by: DutyBy
    limits: tuple[Limit, ...] = ()
    number: Label = Label({})


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a kind of record is kept. `draft` until counsel has signed it; nothing is deleted under a draft.

    With `data_class` it is a rule of its own for this class of a client's record; with `until_age` the record is kept
    at least until the client has reached that age.
    """

    key: str
    label: Label
    keep_years: int
    counted_from: Literal["closed", "eighteenth_birthday", "made", "superseded"]
    draft: bool
    data_class: str = ""
    until_age: int | None = None

    @property
    def is_of_a_case(self) -> bool:
        """Does it say how long a client's record is kept, or a class of it?"""
        return self.key == "case" or bool(self.data_class)


@dataclass(frozen=True, slots=True)
class Clocks:
    """What starts the response clock, and the spans that follow."""

    starts_at: ClockStart
    summary_due_hours: int
    ongoing_notes_due_hours: int
    service_plan_due_hours: int
    access_opens_hours_before: int
    access_closes_hours_after: int
    service_follow_up: FollowUp
    safety_plan_review_days: int
    cadence: tuple[Cadence, ...] = ()
    renewals: tuple[Duty, ...] = ()
    missing_child: tuple[MissingDuty, ...] = ()
    missing_contact_days: int = 7  # with the police and the national center, while a child is away
    return_screening_hours: int = 24
    retention: tuple[Retention, ...] = ()


@dataclass(frozen=True, slots=True)
class TierChange:
    """Whether this state lets a response be made later than the facts ask for."""

    may_lengthen: bool


@dataclass(frozen=True, slots=True)
class Teams:
    """Disciplines of a care coordination team."""

    core: Choices
    recommended: Choices
    additional: Choices

    def all(self) -> Choices:
        """Every discipline: core, then recommended, then additional by case."""
        return Choices((*self.core, *self.recommended, *self.additional))


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic of an agenda. `settles` names what the staffing must have decided when this topic is done."""

    key: str
    label: Label
    first: bool = False
    settles: str = ""


@dataclass(frozen=True, slots=True)
class Agenda:
    """Topics of one kind of meeting, in order."""

    kind: str
    topics: tuple[Topic, ...]

    def choices(self) -> Choices:
        """The topics as a vocabulary."""
        return Choices(tuple(Choice(topic.key, topic.label) for topic in self.topics))


@dataclass(frozen=True, slots=True)
class Service:
    """A category of service, for plans and for the directory."""

    key: str
    label: Label
    group: str = ""


@dataclass(frozen=True, slots=True)
class AskedNeed:
    """A domain of need as a template asks for it: what to ask, and services (keys) that often help."""

    domain: str
    prompt: Label
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanTemplate:
    """What a service plan of one kind asks about, in this order; what it leaves out may be added. (CASE-4)"""

    key: str
    label: Label
    about: Label
    needs: tuple[AskedNeed, ...]


@dataclass(frozen=True, slots=True)
class Plans:
    """Service plans: every domain of need, and the templates to start from."""

    domains: Choices = field(metadata=FOR_CLIENTS)
    templates: tuple[PlanTemplate, ...]

    def template(self, key: str) -> PlanTemplate:
        """The template of `key`; KeyError when there is none."""
        return _by_key(self.templates, key)


@dataclass(frozen=True, slots=True)
class Target:
    """What a coordinator and a team strive for: at least `aim` (a count or percent), or within `aim` hours."""

    key: str
    label: Label
    aim: int
    unit: Literal["count", "percent", "within_hours"]
    per: Literal["case", "month", "quarter", "year", "document"]


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """An older word for what the pack now calls `means`. `comparable` is False where no trend may cross the change."""

    vocabulary: str
    older: str
    means: str
    comparable: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """A figure the state has published; a demonstration year is made to this scale."""

    key: str
    year: int
    count: int
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class PrintedSum:
    """`total` is the sum of `parts`; each is a key of the report's cells."""

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrintedReport:
    """What the state printed of one year before it had this program: known to everybody for good.

    A cell is called by what it counts: `total`, `age=juvenile`, `place=orleans`, with `|` between two. `vocabulary`
    names whose words these are; figures are drawn together with others of the same words alone.
    """

    key: str
    year: int  # whose people are counted; the report itself came out later
    vocabulary: str
    source: str
    cells: Mapping[str, int]
    sums: tuple[PrintedSum, ...] = ()
    asked: int | None = None
    answered: int | None = None


@dataclass(frozen=True, slots=True)
class Offense:
    """What a law of the list of charges is in the national system: one code, or several that the law does not part."""

    charge: str
    nibrs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """How counts may leave the house."""

    small_count_threshold: int
    zeros_are_shown: bool
    crosswalk: tuple[Crosswalk, ...] = ()
    charges: Choices = Choices()  # laws under which trafficking is charged, for yearly reports
    offenses: tuple[Offense, ...] = ()  # what of them is settled; the others are told without a code


@dataclass(frozen=True, slots=True)
class Trafficking:
    """Vocabularies of a report and a referral. (INT-4)"""

    kinds: Choices = field(metadata=FOR_CLIENTS)
    relationships: Choices = field(metadata=FOR_CLIENTS)
    settings: Choices = field(metadata=FOR_CLIENTS)
    sources: Choices
    channels: Choices


@dataclass(frozen=True, slots=True)
class EligibilityWords:
    """Labels that go with the rule of eligibility."""

    victim_statuses: Choices
    ineligible_reasons: Choices
    safe_and_stable: Choices


@dataclass(frozen=True, slots=True)
class Protocol:
    """Sections of a team's protocol."""

    required: Choices
    recommended: Choices


@dataclass(frozen=True, slots=True)
class PublicPages:
    """What a stranger, or a child with someone looking over the shoulder, may see."""

    title: Label = field(metadata=FOR_CLIENTS)
    quick_exit_url: str
    danger: Label = field(metadata=FOR_CLIENTS)
    anonymous_reports: bool
    reporter_types: Choices = field(metadata=FOR_CLIENTS)
    hotlines: tuple[Hotline, ...] = field(metadata=FOR_CLIENTS)
    published: tuple[PublishedFigure, ...] = ()

    def hotline(self, kind: str) -> Hotline:
        """The first hotline of `kind` (danger, state, national); KeyError when there is none."""
        for hotline in self.hotlines:
            if hotline.kind == kind:
                return hotline
        raise KeyError(kind)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A cell of the sharing matrix that this state keeps stricter than the shipped one."""

    data_class: str
    column: str
    cell: str


@dataclass(frozen=True, slots=True)
class District:
    """A judicial district: areas that one court, and one investigative team, serves."""

    key: str
    label: Label
    areas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Releases:
    """How long a release runs when nobody says otherwise, and at most. (RO-2)"""

    default_days: int
    cap_days: int


@dataclass(frozen=True)
class Sharing:
    """Who may see what: the version of the matrix that the pack was written for, and what it adds.

    `disciplines` gives every discipline of the team its column, or `none`. `narrowed` only makes cells stricter.
    `minor_alone`: classes of services that the law lets a minor get alone, so that the minor alone may release them.
    `training`: what must be current before a person reads
    about a client; `agreement_days`: how long a signed confidentiality agreement holds.
    """

    matrix_version: str
    disciplines: Mapping[str, str]
    districts: tuple[District, ...]
    release: Releases
    agreement_days: int
    training: Choices
    narrowed: tuple[Narrowed, ...] = ()
    minor_alone: tuple[str, ...] = ()

    @cached_property
    def matrix(self) -> Matrix:
        """The matrix in force: the shipped one, narrowed, with this state's disciplines. One object a pack."""
        cells = {(one.column, one.data_class): parse_cell(one.cell) for one in self.narrowed}
        return shipped_matrix().narrowed(cells, {key: to for key, to in self.disciplines.items() if to != "none"})

    def district(self, key: str) -> District:
        """The district of `key`; KeyError when there is none."""
        return _by_key(self.districts, key)

    def district_of(self, area: str) -> str:
        """The key of the district in which the area lies; "" when it is not known."""
        return next((district.key for district in self.districts if area in district.areas), "")


@dataclass(frozen=True, slots=True)
class ClosingReason:
    """Why a case closes. `group` is what totals are counted by; with `words_required` it is explained in a sentence."""

    key: str
    label: Label
    group: Literal["completed", "moved_on", "lost_contact", "declined", "not_a_victim", "other"]
    words_required: bool = False


@dataclass(frozen=True, slots=True)
class Closure:
    """How cases end here: the reasons, and how many days members keep their place when nobody says otherwise."""

    reasons: tuple[ClosingReason, ...]
    access_ends_after_days: int = 0

    def reason(self, key: str) -> ClosingReason | None:
        """The reason of this key, or None."""
        return next((one for one in self.reasons if one.key == key), None)


@dataclass(frozen=True, slots=True)
class Pack:
    """One jurisdiction. Made by `read.load_pack`, which only ever returns a sound one."""

    key: str
    version: str
    name: str
    timezone: str
    languages: tuple[str, ...]
    staff_language: str
    fips_state: str
    statutes: tuple[Statute, ...]
    words: Mapping[str, Word]
    regions: tuple[Region, ...]
    centers: tuple[Center, ...]
    reporting_line: ReportingLine
    eligibility: EligibilityRule
    eligibility_words: EligibilityWords
    trafficking: Trafficking
    tiers: tuple[Tier, ...]
    tier_change: TierChange
    clocks: Clocks
    teams: Teams
    agendas: tuple[Agenda, ...]
    services: tuple[Service, ...]
    plans: Plans
    targets: tuple[Target, ...]
    statistics: Statistics
    printed_reports: tuple[PrintedReport, ...]
    protocol: Protocol
    public: PublicPages
    sharing: Sharing
    closure: Closure
    sheets: tuple[Sheet, ...]
    systems: tuple[System, ...]
    legal_relief: tuple[ReliefKind, ...]
    recommended_tools: tuple[str, ...]  # keys of instruments, the first one first
    _areas: Mapping[str, Area] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_areas", {area.key: area for region in self.regions for area in region.areas})

    @property
    def zone(self) -> ZoneInfo:
        """The state's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def areas(self) -> tuple[Area, ...]:
        """Every area, in the order of its name."""
        return tuple(sorted(self._areas.values(), key=lambda area: area.name))

    def word(self, key: str, language: str = "", *, plural: bool = False) -> str:
        """The pack's word for `key`; KeyError when the pack has no such word, which a test should have caught."""
        return self.words[key].text(language, plural=plural)

    def area(self, key: str) -> Area:
        """The area of `key`; KeyError when there is none."""
        return self._areas[key]

    def relief(self, key: str) -> ReliefKind | None:
        """The kind of legal relief of `key`; None where the pack no longer holds it (older records)."""
        return next((kind for kind in self.legal_relief if kind.key == key), None)

    def region(self, key: str) -> Region:
        """The region of `key`; KeyError when there is none."""
        return _by_key(self.regions, key)

    def region_of(self, area: str) -> Region:
        """The region that serves the area of key `area`."""
        return self.region(self._areas[area].region)

    def center_of(self, area: str) -> Center:
        """The coordinating center that serves the area of key `area`."""
        for center in self.centers:
            if area in center.areas:
                return center
        raise KeyError(area)

    def tier(self, number: int) -> Tier:
        """The response tier of `number`; KeyError when there is none."""
        for tier in self.tiers:
            if tier.number == number:
                return tier
        raise KeyError(number)

    def agenda(self, kind: str) -> Agenda:
        """The agenda for `kind` of meeting (emergency, ongoing …); KeyError when there is none."""
        for agenda in self.agendas:
            if agenda.kind == kind:
                return agenda
        raise KeyError(kind)

    def sheet(self, key: str) -> Sheet | None:
        """The sheet of a tab; None where this state has none there."""
        return next((sheet for sheet in self.sheets if sheet.key == key), None)

    def cadence(self, key: str) -> Cadence:
        """The cadence of `key`; KeyError when there is none."""
        return _by_key(self.clocks.cadence, key)

    def service_choices(self) -> Choices:
        """Categories of service as a vocabulary."""
        return Choices(tuple(Choice(service.key, service.label) for service in self.services))


def _by_key(entries: tuple[Keyed, ...], key: str) -> Keyed:
    for entry in entries:
        if entry.key == key:
            return entry
    raise KeyError(key)
