"""The plan of the year: how many referrals in each region, and what happens to each. No database, no clock of its own.

The same seed, pack and moment give the same plan, whatever the number of processes that play it. How many of what comes
from the figures that the state has published (`public.yaml`, published); a pack that names none gets a small year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from rightdoor.config.demonstration.inventions import Child, child, look_alike, sibling
from rightdoor.domain.eligibility import EligibilityFacts, decide_eligibility
from rightdoor.packs.pack import Pack

SEED = 20240929
YEAR = timedelta(days=365)
LATE_SHARE = 0.12
GO_ON = 10  # of the first region: six for the meeting of today, whichever two end and whatever lies ahead of others
ON_THE_LINE = timedelta(hours=30)  # from the report to the team, where the whole reporting line is gone through


@dataclass(frozen=True, slots=True)
class Scale:
    """How much of everything."""

    referrals: int
    emergency_staffings: int
    ongoing_staffings: int
    advisory_meetings: int
    coordinators: int
    reports: int  # of the referrals, those that come by the whole reporting line
    today: int  # for each region: referrals whose clocks run now
    full_teams: bool


def full_scale(pack: Pack) -> Scale:
    """The scale that the state has published."""
    known = {figure.key: figure.count for figure in pack.public.published}
    referrals = known.get("referrals", 600)
    emergency = known.get("emergency_staffings", referrals * 42 // 100)
    meetings = known.get("case_meetings", emergency * 4 // 3)
    return Scale(
        referrals=referrals,
        emergency_staffings=emergency,
        ongoing_staffings=max(0, meetings - emergency),
        advisory_meetings=known.get("advisory_meetings", 4 * len(pack.regions)),
        coordinators=max(known.get("care_coordinators", 0), len(pack.centers)),
        reports=referrals // 16,
        today=6,
        full_teams=True,
    )


def small_scale(pack: Pack) -> Scale:
    """Enough of everything to look at, quickly made."""
    regions = len(pack.regions)
    today = max(2, 22 // regions)
    return Scale(
        referrals=60,
        emergency_staffings=25,
        ongoing_staffings=8,
        advisory_meetings=2,
        coordinators=len(pack.centers) + 1,
        reports=8,
        today=today,
        full_teams=False,
    )


@dataclass(frozen=True, slots=True)
class PlannedReferral:
    """One referral and what will happen to it. Times after receipt are shares of the response time."""

    number: int
    region: str
    area: str
    child: Child
    like: int | None  # number of the referral of a child that looks the same
    match: str  # "", linked, apart, open
    path: str  # line (through the reporting line), given (the times are known, no report here), outside
    received_at: datetime
    reported_before: timedelta
    source: str
    kind: str
    relationship: str
    setting: str
    missing: bool
    status: str
    open_investigation: bool | None
    immediate_safety_concern: bool | None
    safe_and_stable: bool | None
    ineligible: str  # reason, or "" for one that is served
    tier_story: str  # plain, shortened, lengthened, retriaged
    stage: str  # how far it gets: held, scheduled, triaged, eligible, received
    meets_at: float  # share of the response time at which the team meets; over 1 is late
    reconsidered: bool = False
    goes_on: bool = False  # whatever chance says: services continue, and somebody has consented


@dataclass(frozen=True, slots=True)
class PlannedRegion:
    """A region's share of the year."""

    key: str
    referrals: tuple[PlannedReferral, ...]
    reports: tuple[PlannedReferral, ...]  # of the last days, beside the others: one at each stage of the line
    ongoing: int
    advisory: int


@dataclass(frozen=True, slots=True)
class PlannedYear:
    """Everything that will happen, by region."""

    now: datetime
    since: datetime
    scale: Scale
    regions: tuple[PlannedRegion, ...] = field(default_factory=tuple)

    @property
    def steps(self) -> int:
        """A measure of the work, for the bar: referrals and meetings."""
        held = self.scale.emergency_staffings
        return held + sum(len(region.referrals) + region.ongoing + region.advisory for region in self.regions)


def plan_year(pack: Pack, scale: Scale, *, now: datetime, seed: int = SEED) -> PlannedYear:
    """The year that ends at `now`."""
    random = Random(seed)  # noqa: S311 - inventions, not secrets
    weights = [len(region.areas) + 3 * random.random() for region in pack.regions]
    if not scale.full_teams:
        weights[0] += sum(weights)  # a small year still has one region with enough cases for a meeting of six
    staffed = _shared(scale.emergency_staffings, weights)
    current = [scale.today] * len(weights)
    past = _shared(max(scale.referrals - sum(current), scale.emergency_staffings), weights)
    ongoing = _shared(scale.ongoing_staffings, [float(count) for count in staffed])
    advisory = _shared(scale.advisory_meetings, weights)
    alike = 0.06 if scale.full_teams else 0.2
    regions = []
    number = 0
    for place, region in enumerate(pack.regions):
        own = Random(f"{seed}:{region.key}")  # noqa: S311
        maker = _Maker(pack, own, region.key, [area.key for area in region.areas], now, alike)
        stages = ["held"] * min(staffed[place], past[place])
        stages += ["ineligible"] * (past[place] - len(stages))
        own.shuffle(stages)
        going_on = _first_of(stages, "held", GO_ON if place == 0 else 0)
        planned = [maker.past(stage, goes_on=at in going_on) for at, stage in enumerate(stages)]
        planned += [maker.current(one) for one in range(current[place])]
        planned.sort(key=lambda one: one["received_at"])
        through_line = set(own.sample(range(len(planned)), min(len(planned), scale.reports // len(weights) + 1)))
        referrals: list[PlannedReferral] = []
        for at, facts in enumerate(planned):
            path = "line" if at in through_line and facts["received_at"] < now - timedelta(days=14) else facts["path"]
            referrals.append(maker.finished({**facts, "path": path}, number, referrals))
            number += 1
        fresh = []
        for facts in maker.recent(5 if scale.full_teams else 1):
            fresh.append(maker.finished(facts, number, []))
            number += 1
        regions.append(PlannedRegion(region.key, tuple(referrals), tuple(fresh), ongoing[place], advisory[place]))
    return PlannedYear(now, now - YEAR, scale, tuple(regions))


def _first_of(stages: list[str], wanted: str, many: int) -> set[int]:
    """The places of the first so many."""
    return set([at for at, stage in enumerate(stages) if stage == wanted][:many])


def _shared(count: int, weights: list[float]) -> list[int]:
    """`count` split by weights; the sum is `count`."""
    total = sum(weights) or 1.0
    shares = [int(count * weight / total) for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: -(count * weights[place] / total - shares[place]))
    for place in order[: count - sum(shares)]:
        shares[place] += 1
    return shares


class _Maker:
    def __init__(self, pack: Pack, random: Random, region: str, areas: list[str], now: datetime, alike: float) -> None:
        self.pack, self.random, self.region, self.areas, self.now = pack, random, region, areas, now
        self.alike = alike  # share of the children who look like one that was referred before
        self.adult = pack.eligibility.max_age_exclusive

    def past(self, stage: str, *, goes_on: bool) -> dict:  # type: ignore[type-arg]
        """A referral whose story has ended: held, or turned away. One that goes on for certain was held weeks ago."""
        random = self.random
        latest = self.now - timedelta(hours=4 if stage == "ineligible" else 9 * 24)
        received = self._office_time(self.now - YEAR + (latest - self.now + YEAR) * random.random())
        if stage == "held" and random.random() < 0.035:
            # Some were held these days, so that their summaries are owed now; urgent ones, which end in time.
            received = self.now - timedelta(hours=random.uniform(50, 120))
        late = random.random() < LATE_SHARE and received < self.now - timedelta(days=14)
        too_new = goes_on and received > self.now - timedelta(days=30)
        return {
            "stage": stage,
            "received_at": received - timedelta(days=90) if too_new else received,
            "meets_at": random.choice((random.uniform(1.02, 1.25), random.uniform(1.1, 2.2)))
            if late
            else random.uniform(0.2, 0.93),
            "confirmed": random.random() < 0.45 or received > self.now - timedelta(days=6),
            "path": "outside" if random.random() < 0.07 else "given",
            "goes_on": goes_on,
        }

    def current(self, place: int) -> dict:  # type: ignore[type-arg]
        """A referral whose clock runs now: of each kind one, then again."""
        random = self.random
        kinds = (
            # stage, share of the response time that has passed, share at which the team meets
            ("received", 0.04, 0.5),
            ("scheduled", 0.86, 0.97),
            ("triaged", 1.06, 1.4),
            ("scheduled", 0.45, 0.75),
            ("eligible", 0.12, 0.6),
            ("triaged", 0.80, 0.95),
            ("scheduled", 0.62, 0.80),
            ("received", 0.02, 0.5),
        )
        shift = self.pack.regions.index(self.pack.region(self.region)) if place >= 1 else 0
        stage, passed, meets = kinds[(place + shift) % len(kinds)] if place else kinds[0]
        confirmed = random.random() < 0.6
        hours = self._hours(confirmed)
        return {
            "stage": stage,
            "received_at": self.now - timedelta(hours=hours * passed * random.uniform(0.97, 1.03)),
            "meets_at": meets,
            "confirmed": confirmed,
            "path": "given",
            "exact": True,  # at the response time that `hours` says, not at that of a child who is safe already
        }

    def recent(self, many: int) -> list[dict]:  # type: ignore[type-arg]
        """Reports of the last day and a half; the team has received some of them, others are still on their way."""
        moments = [self.now - timedelta(hours=self.random.uniform(0.2, 34)) for _ in range(many)]
        if self.region == self.pack.regions[0].key:
            moments[-1] = self.now - timedelta(minutes=12)  # so that at any hour one of them waits for its first desk
        return [
            {
                "stage": self.random.choice(("received", "eligible", "triaged", "scheduled")),
                "received_at": moment + ON_THE_LINE,
                "meets_at": self.random.uniform(0.3, 0.9),
                "confirmed": self.random.random() < 0.5,
                "path": "line",
            }
            for moment in sorted(moments)
        ]

    def finished(self, facts: dict, number: int, before: list[PlannedReferral]) -> PlannedReferral:  # type: ignore[type-arg]
        """The plan of one referral, with its child and what is known."""
        random, words = self.random, self.pack.trafficking
        received, stage = facts["received_at"], facts["stage"]
        ineligible = self._reason() if stage == "ineligible" else ""
        ages = (self.adult + 1, self.adult + 4) if ineligible == "age" else (max(9, self.adult - 8), self.adult - 2)
        staff = self.pack.staff_language  # not always the first that a state lists
        languages = (staff, *(one for one in self.pack.languages if one != staff))
        someone = child(random, on=received.date(), ages=ages, languages=languages)
        like, match = None, ""
        named = [one for one in before[-200:] if one.child.family]
        if named and stage != "ineligible" and random.random() < self.alike:
            other = random.choice(named)
            chosen = random.choices(("linked", "apart", "open"), (60, 25, 15))[0]
            twin = sibling(random, other.child) if chosen == "apart" else look_alike(random, other.child)
            age = twin.age_on(received.date())
            if age is not None and age < self.adult:
                like, match, someone = other.number, chosen, twin
        status = "confirmed" if facts["confirmed"] and not ineligible else "suspected"
        stable = status == "confirmed" and random.random() < 0.28 and not facts.get("exact")
        changed = random.random()
        story = "plain"
        if stage in {"held", "scheduled", "triaged"}:
            lengthen = self.pack.tier_change.may_lengthen and stage == "held"
            story = "shortened" if changed < 0.05 else "retriaged" if changed < 0.12 else "plain"
            story = "lengthened" if lengthen and 0.12 <= changed < 0.15 else story
        if stage != "held":
            story = "plain"  # their clocks are made to stand where they stand
        familial = random.random() < 0.3
        return PlannedReferral(
            number=number,
            region=self.region,
            area=random.choice(self.areas),
            child=someone,
            like=like,
            match=match,
            path=facts["path"],
            received_at=received,
            reported_before=timedelta(hours=random.uniform(1.5, 20)),
            source=random.choice(words.sources.keys()),
            kind=random.choices(("sex", "labor", "both"), (68, 22, 10))[0],
            relationship=_one_of(words.relationships.keys(), "familial" if familial else "third_party"),
            setting=random.choice(words.settings.keys()),
            missing=random.random() < 0.08,
            status=status,
            open_investigation=False if stable else random.choice((True, True, None)),
            immediate_safety_concern=False if stable else random.choice((True, None, False)),
            safe_and_stable=True if stable else random.choice((False, None)),
            ineligible=ineligible,
            tier_story=story,
            stage=stage,
            meets_at=facts["meets_at"],
            goes_on=facts.get("goes_on", False),
            reconsidered=bool(ineligible)
            and ineligible in {"inadequate_information", "unverifiable_allegation"}
            and random.random() < 0.015,
        )

    def _reason(self) -> str:
        weights = {"inadequate_information": 50, "unverifiable_allegation": 20, "not_trafficking": 20, "age": 10}
        known = self.pack.eligibility.ineligible_reasons
        return self.random.choices(known, [weights.get(key, 10) for key in known])[0]

    def _hours(self, confirmed: bool) -> int:
        """The response time that most referrals of this status get."""
        hours = sorted(tier.due_hours for tier in self.pack.tiers)
        return hours[0] if confirmed else hours[-1]

    def _office_time(self, at: datetime) -> datetime:
        """Most things come in by day: two thirds of what falls into the night are moved by half a day."""
        local = at.astimezone(self.pack.zone)
        if not 7 <= local.hour < 20 and self.random.random() < 0.66:
            moved = at + timedelta(hours=12)
            return moved if moved < self.now - timedelta(hours=4) else at
        return at


def facts_against(reason: str) -> Mapping[str, bool]:
    """The facts that bear out a reason to turn a referral away."""
    return {
        "inadequate_information": {"information_adequate": False},
        "unverifiable_allegation": {"allegation_verifiable": False, "information_adequate": True},
        "not_trafficking": {"is_trafficking": False, "information_adequate": True},
        "age": {"age_is_estimated": False, "information_adequate": True},
    }.get(reason, {})


def bears_out(pack: Pack, plan: PlannedReferral) -> bool:
    """Whether the rule of eligibility says of this plan's facts what the plan says. For tests."""
    facts: dict = {"allegation_verifiable": True, "information_adequate": True, "is_trafficking": True}  # type: ignore[type-arg]
    facts.update(facts_against(plan.ineligible))
    estimated = facts.pop("age_is_estimated", True) and plan.child.birth_on is None
    decision = decide_eligibility(
        EligibilityFacts(
            age=plan.child.age_on(plan.received_at.date()),
            birth_on=plan.child.birth_on,
            estimated=estimated,
            victim_status=plan.status,  # type: ignore[arg-type]
            **facts,
        ),
        pack.eligibility,
        plan.received_at.date(),
    )
    return decision.eligible is (not plan.ineligible) and decision.reason_key == plan.ineligible


def _one_of(keys: tuple[str, ...], wanted: str) -> str:
    return wanted if wanted in keys else keys[0]
