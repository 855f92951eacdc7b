"""Plays the plan of a region through the acts, in the order of time, until now. What lies after now is not done.

Each step is one or more acts at one moment: the acts get that moment as `now`, the audit trail gets it as the time of
its events (marked as a demonstration's). A step may ask for further steps. So today looks like any day: clocks that
run, referrals that came in this morning, summaries that are owed.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any

from rightdoor.casework.cases.actions import add_to_case, determine_victim_status
from rightdoor.casework.cases.merging.actions import merge_clients
from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import people_on
from rightdoor.casework.clients.actions import keep_apart, link_clients
from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.casework.documents.queries import classes_kept_by
from rightdoor.casework.intake import flow
from rightdoor.casework.intake.actions import complete_hop, establish_facts, move_report, receive_report
from rightdoor.casework.intake.models import Hop, Report
from rightdoor.casework.plans.actions import Service, adopt_plan, write_plan
from rightdoor.casework.plans.models import ServicePlan
from rightdoor.casework.referrals.actions import (
    answer_tier,
    decide_referral_eligibility,
    receive_referral,
    reconsider_referral,
    record_late_cause,
    record_mandated_report,
    triage_referral,
)
from rightdoor.casework.referrals.late_causes import LATE_CAUSES
from rightdoor.casework.referrals.late_figures import take_causes
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.staffings.actions import (
    add_action_item,
    file_and_share_summary,
    finish_action_item,
    hold_staffing,
    open_summary,
    record_decision,
    schedule_emergency_staffing,
    schedule_staffing,
    settle_staffing,
    write_minutes,
)
from rightdoor.casework.staffings.choices import CONSENT_PLANS
from rightdoor.casework.staffings.models import CaseSummary, Staffing
from rightdoor.community.meetings.actions import (
    Invitee,
    answer_invitation,
    convene_meeting,
    mark_briefed,
    mark_held,
    record_attendance,
)
from rightdoor.community.meetings.models import Meeting
from rightdoor.community.teams.queries import never_on_a_case
from rightdoor.config.demonstration import (
    closure,
    justice,
    missing,
    notes,
    plans,
    screenings,
    sentences,
    services,
    staffings,
)
from rightdoor.config.demonstration.consents import tell_consents
from rightdoor.config.demonstration.documents import add_papers
from rightdoor.config.demonstration.inventions import Child, Planted, detail
from rightdoor.config.demonstration.people import COORDINATOR, Member, People
from rightdoor.config.demonstration.schedule import (
    ON_THE_LINE,
    SEED,
    PlannedReferral,
    PlannedRegion,
    PlannedYear,
    facts_against,
)
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.late_response import quarter_of
from rightdoor.domain.permission import Viewer
from rightdoor.domain.response_tier import TriageFacts, decide_tier
from rightdoor.foundation.access.viewers import NOBODY
from rightdoor.foundation.audit.events import demonstration_clock
from rightdoor.oversight.statistics.taking import OUTCOMES, SCREENING, take_figures
from rightdoor.packs.pack import Pack

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
CHANNELS = ("public_form", "call", "partner")
CLOSURES = 8  # of a region, in the last months
CASES_WITH_DOCUMENTS = 2  # of a region: each file is checked as on a real site, which takes its time
AGREED = tuple(key for key in ("given", "custody", "own_consent") if key in CONSENT_PLANS)


@dataclass(slots=True)
class Story:
    """What one referral has become so far."""

    plan: PlannedReferral
    random: Random
    coordinator: Viewer
    detail: str
    referral: Referral | None = None
    report: Report | None = None
    case: Case | None = None
    asked: set[int] = field(default_factory=set)  # hops that somebody is at

    @property
    def child(self) -> Child:
        """Whom it is about."""
        return self.plan.child


class RegionYear:
    """The year of one region."""

    def __init__(
        self,
        pack: Pack,
        year: PlannedYear,
        planned: PlannedRegion,
        people: People,
        planted: Planted,
        tick: Callable[[str], None],
        seed: int = SEED,
    ) -> None:
        self.pack, self.year, self.planned, self.planted, self.tick = pack, year, planned, planted, tick
        self.now, self.seed = year.now, seed
        self.people, self.own = people, people.regions[planned.key]
        self.random = Random(f"{seed}:{planned.key}:year")  # noqa: S311 - inventions, not secrets
        self.stories: dict[int, Story] = {}
        self.has_told_consents = False
        self.told_everything = 0  # the case that shows every kind of consent; it goes on
        self.open_cases: list[Story] = []  # cases that go on, for the ongoing staffings
        self._steps: list[tuple[datetime, int, Callable[..., None], tuple[Any, ...]]] = []
        self._number = count()
        self._reports = 0
        self._ended = 0  # cases

    # ------------------------------------------------------------------------------------------------------- time

    def at(self, when: datetime, step: Callable[..., None], *about: Any) -> None:
        """Have `step(*about, when)` done at a moment; never, when that lies after now."""
        if when <= self.now:
            heappush(self._steps, (when, next(self._number), step, about))

    def play(self) -> None:
        """Do every step up to now."""
        for plan in (*self.planned.referrals, *self.planned.reports):
            self._begin(plan)
        self._plan_ongoing()
        self._plan_advisory()
        self.at(self.now - 5 * HOUR, self._file)
        self.at(self.now - 4 * HOUR, self._miss)
        self.at(self.now - 4.5 * HOUR, self._go_to_court)
        self.at(self.now - timedelta(days=12), self._refer_on)
        self.at(self.now - timedelta(days=9), self._plan_on)
        for number in range(CLOSURES):
            self.at(self.now - timedelta(days=80 - 9 * number, hours=3), self._close)
        self.at(self.now - 4 * HOUR, self._set_rhythms)
        for number in range(360 // screenings.EVERY_DAYS):
            self.at(self.now - timedelta(days=screenings.EVERY_DAYS * number + 1, hours=2), self._screen, number)
        self.at(self.now - 3.5 * HOUR, self._leave_screenings)
        if self.planned.key == self.pack.regions[0].key:
            self.at(self.now - timedelta(days=8), self._call_several, timedelta(days=2), True)
            # The next one about the work is tomorrow; its agenda is open.
            self.at(self.now - 26 * HOUR, self._advise, self.own.coordinators[0], self.random)
            self.at(self.now - 2.5 * HOUR, self._take_causes)
            # Two that were held had figures before them. Of the first kind the newest quarter is left to be taken.
            for what, days in ((SCREENING, 100), (OUTCOMES, 20)):
                chance = Random(f"{self.seed}:{self.planned.key}:{what}")  # noqa: S311 - the year itself stays as it is
                self.at(self.now - timedelta(days=days), self._advise, self.own.coordinators[0], chance)
                self.at(self.now - timedelta(days=days) + HOUR, self._take_figures, what)
            self.at(self.now - 2 * HOUR, self._keep_together)
            # One that has just begun, to be held today, and one the day after tomorrow.
            self.at(self.now - 26 * HOUR, self._call_several, 25.5 * HOUR, False)
            self.at(self.now - 3 * HOUR, self._call_several, timedelta(hours=45), False)
        while self._steps:
            when, _, step, about = heappop(self._steps)
            with demonstration_clock(when):
                step(*about, when)

    def _begin(self, plan: PlannedReferral) -> None:
        story = Story(
            plan=plan,
            random=Random(f"{self.seed}:{plan.number}"),  # noqa: S311
            coordinator=self.random.choice(self.own.coordinators),
            detail="",
        )
        story.detail = detail(story.random)
        self.stories[plan.number] = story
        self.planted.add_child(plan.child)
        self.planted.phrases.add(story.detail)
        if plan.path == "line":
            self.at(plan.received_at - ON_THE_LINE, self._report, story)
        else:
            self.at(plan.received_at, self._receive, story)

    # ------------------------------------------------------------------------------------------ the reporting line

    def _report(self, story: Story, now: datetime) -> None:
        """A report by the public form, by telephone, or by a partner; in any language that the state speaks."""
        random, plan = story.random, story.plan
        channel = random.choices(CHANNELS, (45, 30, 25))[0]
        if not self._reports:  # the first of each region in turn, so that a small year has every channel, too
            channel = CHANNELS[[one.key for one in self.pack.regions].index(self.planned.key) % len(CHANNELS)]
        self._reports += 1
        viewer = {
            "public_form": NOBODY,
            "call": random.choice(self.people.desks["child_welfare_desk"]),
            "partner": random.choice(self.own.reporters or [member.viewer for member in self.own.members]),
        }[channel]
        kinds = [key for key in ("mandated_reporter", "public", "anonymous") if key in self._reporter_types()]
        reporter_type = "mandated_reporter" if channel == "partner" else random.choice(kinds)
        language = random.choice(self.pack.languages) if channel == "public_form" else self.pack.staff_language
        lost = channel == "public_form" and random.random() < 0.3  # the area is not known: no region yet
        told: dict[str, Any] = {
            "what": sentences.told(random, language, story.detail),
            "who": "",
            "where": story.child.address,
            "sex_act_for_value": plan.kind in {"sex", "both"} or None,
            "forced_work": plan.kind in {"labor", "both"} or (None if random.random() < 0.5 else False),
            "caretaker_alleged": plan.relationship == "familial" or random.choice((False, None)),
            "family_member": plan.relationship == "familial",
            "outside_family": plan.relationship != "familial",
            "online": plan.setting == "online",
            "in_person": plan.setting == "in_person",
            "other_abuse": random.choice((True, False, None)),
            "danger_now": random.choice((True, False, None)),
            "police_know": random.choice((True, False, None)),
            "hotline_called": random.choice((True, None)),
            "source": plan.source,
        }
        named = reporter_type != "anonymous"
        story.report, _ = receive_report(
            viewer,
            channel=channel,
            reporter_type=reporter_type,
            language=language,
            told=told,
            child=self._who(story.child),
            reporter={"name": "A. Neighbor", "contact": "", "reach_safely": ""} if named else {},
            region="" if lost else self._first_door(story),
            whereabouts=self._whereabouts(story, area="" if lost else plan.area),
            now=now,
        )
        self.tick("reports")
        self._go_on(story, now)

    def _reporter_types(self) -> set[str]:
        return set(self.pack.public.reporter_types.keys())

    def _first_door(self, story: Story) -> str:
        """Mostly the right region; now and then a neighboring one, so that the report must be moved."""
        others = [region.key for region in self.pack.regions if region.key != self.planned.key]
        return story.random.choice(others) if others and story.random.random() < 0.08 else self.planned.key

    def _go_on(self, story: Story, now: datetime) -> None:
        """Whatever is due on the report is somebody's to do, some hours from now."""
        report, random = story.report, story.random
        assert report is not None
        report.refresh_from_db()
        if report.released_at is not None and story.referral is None and story.plan.number not in story.asked:
            story.asked.add(story.plan.number)
            self.at(now + random.uniform(0.3, 3) * HOUR, self._receive, story)
        for hop in report.hops.filter(state="due").exclude(owner_role=COORDINATOR).order_by("order"):
            if -hop.pk not in story.asked:
                story.asked.add(-hop.pk)
                hours = random.choice((random.uniform(0.3, 2), random.uniform(1, 7)))
                self.at(now + hours * HOUR, self._pass_on, story, hop)

    def _pass_on(self, story: Story, hop: Hop, now: datetime) -> None:
        """A desk does its step; what lies in the wrong region is moved before it leaves."""
        hop = Hop.objects.select_related("report").get(pk=hop.pk)
        if hop.state != "due":
            return
        random, report = story.random, hop.report
        viewer = random.choice(self.people.desks.get(hop.owner_role) or self.people.desks["alliance_reviewer"])
        if report.region != self.planned.key and hop.receiver_role == COORDINATOR:
            move_report(
                viewer, report, region=self.planned.key, reason=sentences.reason("move", story.child.gender), now=now
            )
        if hop.is_unsettled and random.random() < 0.4:
            establish_facts(viewer, report, facts={"victim_status": story.plan.status}, now=now)
        hop = Hop.objects.select_related("report").get(pk=hop.pk)
        if hop.state == "due":
            line = self.pack.reporting_line
            outcomes = [key for key, _ in flow.outcomes_of(line, line.hop(hop.key))]
            outcome = outcomes[0] if random.random() < 0.85 else random.choice(outcomes)
            number = f"DEMO-{story.plan.number:05d}" if random.random() < 0.5 else ""
            complete_hop(viewer, hop, outcome=outcome, reference=number, now=now)
        self._go_on(story, now)

    # ------------------------------------------------------------------------------------------------------ intake

    def _who(self, child: Child) -> Who:
        return Who(
            given=child.given,
            family=child.family,
            aliases=child.aliases,
            birth_on=child.birth_on,
            age_estimate=child.age_estimate,
            gender=child.gender,
            language=child.language,
            interpreter_needed=child.interpreter_needed,
        )

    def _whereabouts(self, story: Story, *, area: str) -> Whereabouts:
        child = story.child
        return Whereabouts(
            address=child.address,
            area=area,
            phone=child.phone,
            now="Not known" if story.plan.missing else child.where,
        )

    def _receive(self, story: Story, now: datetime) -> None:
        plan, child = story.plan, story.child
        reported = None if story.report else plan.received_at - plan.reported_before
        released = None if story.report else plan.received_at - plan.reported_before * 0.3
        channels = self.pack.trafficking.channels.keys()
        outside = plan.path == "outside" and len(channels) > 1
        facts = {
            "kind": plan.kind,
            "relationship": plan.relationship,
            "setting": plan.setting,
            "area": plan.area,
            "victim_status": plan.status,
            "age": child.age_on(now.date()),
            "age_is_estimated": child.birth_on is None,
            "open_investigation": plan.open_investigation,
            "immediate_safety_concern": plan.immediate_safety_concern,
            "safe_and_stable": plan.safe_and_stable,
        }
        story.referral = receive_referral(
            story.coordinator,
            report=story.report,
            source=plan.source,
            channel=channels[-1] if outside else channels[0],
            region=self.planned.key,
            who=self._who(child),
            whereabouts=self._whereabouts(story, area=plan.area),
            facts=facts,
            story=sentences.story(
                story.random,
                gender=child.gender,
                kind=plan.kind,
                familial=plan.relationship == "familial",
                online=plan.setting == "online",
                missing=plan.missing,
                detail=story.detail,
            ),
            reported_at=reported,
            released_at=None if outside else released,
            now=now,
        )
        self.tick("referrals")
        if plan.stage == "received":
            return
        hours = self._span(story)
        if plan.ineligible:
            self.at(now + story.random.uniform(0.02, 0.4) * hours, self._turn_away, story)
            return
        soon = min(story.random.uniform(0.005, 0.05) * hours, 3 * HOUR)
        self.at(now + soon * 0.5, self._record_mandated, story)
        self.at(now + soon, self._find_eligible, story)
        if plan.stage != "eligible":
            self.at(now + soon * 1.5, self._triage, story)
        if plan.like is not None:
            self.at(now + soon * 2, self._hold_against, story)

    def _span(self, story: Story) -> timedelta:
        """The whole response time that this referral's facts ask for."""
        return timedelta(hours=decide_tier(self._triage_facts(story), self.pack.tiers).tier.due_hours)

    def _triage_facts(self, story: Story) -> TriageFacts:
        plan = story.plan
        return TriageFacts(
            victim_status="confirmed" if plan.status == "confirmed" else "suspected",
            open_investigation=plan.open_investigation,
            immediate_safety_concern=plan.immediate_safety_concern,
            safe_and_stable=plan.safe_and_stable,
        )

    def _record_mandated(self, story: Story, now: datetime) -> None:
        assert story.referral is not None
        owed = story.random.random() < 0.9
        record_mandated_report(
            story.coordinator,
            story.referral,
            made=owed,
            made_at=now - story.random.uniform(0.2, 5) * HOUR if owed else None,
            by="The reporter" if owed else "",
            number=f"DEMO-{story.plan.number:05d}" if owed else "",
            why="" if owed else sentences.reason("no_report_owed"),
            now=now,
        )

    def _find_eligible(self, story: Story, now: datetime) -> None:
        assert story.referral is not None
        facts = {"allegation_verifiable": True, "information_adequate": True, "is_trafficking": True}
        decide_referral_eligibility(story.coordinator, story.referral, facts=facts, now=now)

    def _turn_away(self, story: Story, now: datetime) -> None:
        assert story.referral is not None
        if story.random.random() < 0.3:
            self._record_mandated(story, now)
        decide_referral_eligibility(
            story.coordinator,
            story.referral,
            facts=facts_against(story.plan.ineligible),
            reason_key=story.plan.ineligible,
            now=now,
        )
        if story.plan.reconsidered:
            self.at(now + story.random.uniform(2, 20) * 24 * HOUR, self._reconsider, story)

    def _reconsider(self, story: Story, now: datetime) -> None:
        assert story.referral is not None
        reconsider_referral(
            story.coordinator, story.referral, reason=sentences.reason("reconsidered", story.child.gender), now=now
        )
        story.plan = replace(story.plan, ineligible="", stage="triaged")
        self.at(now + HOUR, self._record_mandated, story)
        self.at(now + 2 * HOUR, self._find_eligible, story)
        self.at(now + 3 * HOUR, self._triage, story)

    def _hold_against(self, story: Story, now: datetime) -> None:
        """The child looks like one that is known: linked, kept apart, or left for the coordinator to decide."""
        other = self.stories.get(story.plan.like if story.plan.like is not None else -1)
        if story.referral is None or other is None or other.referral is None:
            return
        decide = {"linked": link_clients, "apart": keep_apart}.get(story.plan.match)
        if decide is not None:
            decide(story.coordinator, story.referral.client, other.referral.client, now)

    def _keep_together(self, now: datetime) -> None:
        """One child was entered twice, the second time under another name. Best those who look alike; else any two."""
        here = [one for one in self.stories.values() if one.referral is not None]
        known = {one.plan.number: one for one in here}
        alike = [one for one in here if one.plan.match in {"linked", "open"} and one.plan.like in known]
        pairs = [(known[one.plan.like], one) for one in alike if one.plan.like is not None]
        for leading, following in (*pairs, *zip(here, here[1:], strict=False)):
            assert leading.referral is not None
            assert following.referral is not None
            one, other = leading.referral.client, following.referral.client
            with suppress(RuleBroken, NotPermitted, NotVisible):  # closed, moved away, kept apart: the next pair
                merge_clients(following.coordinator, one, other, why=sentences.reason("merged"), now=now)
                return

    # ------------------------------------------------------------------------------------------------------ triage

    def _triage(self, story: Story, now: datetime) -> None:
        referral, plan = story.referral, story.plan
        assert referral is not None
        if referral.state not in {"received", "eligible"}:
            return
        facts = self._triage_facts(story)
        tiers = sorted(self.pack.tiers, key=lambda tier: tier.due_hours)
        asked = decide_tier(facts, self.pack.tiers).tier
        chosen, reason, seconded_by = None, "", ""
        if plan.tier_story == "shortened" and asked != tiers[0]:
            chosen, reason = tiers[tiers.index(asked) - 1].number, sentences.reason("shortened", story.child.gender)
        elif plan.tier_story == "lengthened" and asked != tiers[-1] and (second := self._second(story)):
            chosen, reason = tiers[tiers.index(asked) + 1].number, sentences.reason("lengthened", story.child.gender)
            seconded_by = second
        clock = triage_referral(
            story.coordinator,
            referral,
            facts=facts,
            chosen_tier=chosen,
            reason=reason,
            seconded_by=seconded_by,
            now=now,
        )
        if seconded_by:
            clock = answer_tier(self._as_viewer(seconded_by), referral, agrees=True, now=now + timedelta(seconds=30))
        left = clock.due_at - now
        if plan.tier_story == "retriaged" and facts.victim_status == "suspected":
            self.at(now + left * 0.08, self._triage_again, story)
        else:
            self._schedule_soon(story, left, now)

    def _schedule_soon(self, story: Story, left: timedelta, now: datetime) -> None:
        if story.plan.stage in {"held", "scheduled"}:
            self.at(now + min(story.random.uniform(0.3, 3) * HOUR, left * 0.1), self._schedule, story)

    def _second(self, story: Story) -> str:
        others = [one.code for one in self.own.coordinators if one.code != story.coordinator.code]
        others += [one.code for one in self.people.desks.get("alliance_reviewer", [])]
        return story.random.choice(others) if others else ""

    def _as_viewer(self, code: str) -> Viewer:
        everybody = [*self.own.coordinators, *self.people.desks.get("alliance_reviewer", [])]
        return next(one for one in everybody if one.code == code)

    def _triage_again(self, story: Story, now: datetime) -> None:
        """A fact became known: the facts are entered again, and the faster tier takes force."""
        assert story.referral is not None
        if story.referral.state == "triaged":
            story.plan = replace(story.plan, status="confirmed")
            clock = triage_referral(story.coordinator, story.referral, facts=self._triage_facts(story), now=now)
            self._schedule_soon(story, clock.due_at - now, now)

    # -------------------------------------------------------------------------------------------------- staffings

    def _schedule(self, story: Story, now: datetime) -> None:
        referral, random = story.referral, story.random
        assert referral is not None
        assert referral.due_at is not None
        if referral.state != "triaged":
            return
        starts_at = self._meeting_time(story, now)
        invited = self._invited(random) if story.plan.stage == "held" else self._guides()
        staffing = schedule_emergency_staffing(
            story.coordinator,
            referral,
            starts_at=starts_at,
            minutes=60,
            mode=random.choice(("virtual", "virtual", "mixed", "in_person")),
            room=random.choice(self.own.rooms) if self.own.rooms else None,
            invitees=[Invitee(one.viewer.code, one.discipline, one.kind) for one in invited],
            now=now,
        )
        story.case = staffing.case
        self._answers(staffing.meeting, invited, now, starts_at, random)
        if story.plan.stage == "held":
            self.at(starts_at + 65 * MINUTE, self._hold, story, staffing, invited)

    def _meeting_time(self, story: Story, now: datetime) -> datetime:
        """Where the plan puts it within the response time, moved into working hours where that keeps the promise."""
        referral, plan = story.referral, story.plan
        assert referral is not None
        assert referral.due_at is not None
        whole = referral.due_at - referral.clock_started_at
        wanted = max(referral.clock_started_at + whole * plan.meets_at, now + 30 * MINUTE)
        if plan.stage == "held" and plan.meets_at <= 1:
            wanted = min(wanted, referral.due_at - 10 * MINUTE)
        # One that is still to come must not have begun already.
        earliest = (now if plan.stage == "held" else self.now) + 10 * MINUTE
        wanted = max(wanted, earliest)
        for shift in (0, -3, 3, -6, 6, -9, 9, -12, 12):
            moved = (wanted + shift * HOUR).replace(minute=0 if shift % 2 else 30, second=0, microsecond=0)
            local = moved.astimezone(self.pack.zone)
            kept = moved <= referral.due_at if plan.meets_at <= 1 else moved > referral.due_at
            if 8 <= local.hour <= 17 and kept and moved > earliest:
                return moved
        return wanted.replace(microsecond=0)

    def _invited(self, random: Random, *, more: int = 2, about_a_case: bool = True) -> list[Member]:
        """The core, one person of each discipline, and some others; to a case nobody who may be on none."""
        core: dict[str, Member] = {}
        for member in random.sample(self.own.core(), len(self.own.core())):
            core.setdefault(member.discipline, member)
        others = [
            member
            for member in self.own.members
            if member.kind != "core" and not (about_a_case and never_on_a_case(member.discipline))
        ]
        return [*core.values(), *random.sample(others, min(random.randint(0, more), len(others)))]

    def _guides(self) -> list[Member]:
        """The first by name of each discipline that an evaluator is likely to enter as: they share the work at hand,
        so that one story can be followed from person to person.
        """
        wanted = {member.discipline for member in self.own.core()} | {"medical", "prosecutor"}
        first: dict[str, Member] = {}
        for member in sorted(self.own.members, key=lambda one: one.viewer.name):
            if member.discipline in wanted:
                first.setdefault(member.discipline, member)
        return list(first.values())

    def _answers(
        self, meeting: Meeting, invited: list[Member], now: datetime, starts_at: datetime, random: Random
    ) -> None:
        """Some answer: most come, one is excused or sends a colleague."""
        until = (starts_at - now).total_seconds()
        for member in random.sample(invited, min(random.choice((1, 2)), len(invited))):
            answer = random.choices(("accepted", "excused", "delegated"), (70, 18, 12))[0]
            busy = {one.viewer.code for one in invited}
            delegate = member.delegate if member.delegate and member.delegate.code not in busy else None
            if answer == "excused" and member.kind == "core":
                answer = "delegated"  # the core is never empty: whoever cannot come sends somebody
            if answer == "delegated" and delegate is None:
                answer = "accepted"
            self.at(
                now + timedelta(seconds=random.uniform(0.05, 0.9) * until),
                self._answer,
                member,
                meeting,
                answer,
                delegate,
            )

    def _answer(self, member: Member, meeting: Meeting, answer: str, delegate: Any, now: datetime) -> None:
        answer_invitation(
            member.viewer, meeting, answer=answer, delegate=delegate if answer == "delegated" else None, now=now
        )

    def _attend(self, viewer: Viewer, meeting: Meeting, random: Random, now: datetime) -> set[str]:
        """Who came. Whoever was excused did not; a few others did not either."""
        present: dict[str, str] = {viewer.code: "in_person"}
        for row in meeting.invitations.select_related("account", "delegate"):
            how = random.choice(("virtual", "in_person"))
            if row.answer == "delegated" and row.delegate is not None:
                present[row.delegate.code] = how
            elif row.answer != "excused" and (row.answer == "accepted" or random.random() < 0.88):
                present.setdefault(row.account.code, how)
        record_attendance(viewer, meeting, present=present, now=now)
        return set(present)

    def _hold(self, story: Story, staffing: Staffing, invited: list[Member], now: datetime) -> None:
        """The whole of an emergency staffing: who was there, minutes, what had to be settled, and its end."""
        viewer, case, random, child = story.coordinator, staffing.case, story.random, story.child
        assert story.referral is not None
        if story.referral.state != "triaged":
            return
        self._attend(viewer, staffing.meeting, random, now)
        topics = [topic.key for topic in self.pack.agenda("emergency").topics]
        self._minute(story, staffing, topics, random.choice((2, 3)), now)
        # Confirming sets the tier again, from the start of the clock: the others are confirmed at a later staffing.
        urgent = timedelta(hours=min(tier.due_hours for tier in self.pack.tiers))
        in_time = staffing.starts_at <= story.referral.clock_started_at + urgent
        certain = story.plan.status == "confirmed" or (in_time and random.random() < 0.33)
        status = "confirmed" if certain else "suspected"
        if random.random() < 0.03 and not story.plan.goes_on:
            status = "not_trafficking"
        by = random.choice(invited).viewer.code
        determine_victim_status(
            viewer, case, status=status, evidence=sentences.evidence(status), determined_by=by, now=now
        )
        sure = story.plan.goes_on
        goes_on = status != "not_trafficking" and (random.random() < 0.9 or sure)
        consent = random.choice(AGREED if goes_on and (random.random() < 0.75 or sure) else tuple(CONSENT_PLANS))
        settle_staffing(
            viewer,
            staffing,
            continued_services="eligible" if goes_on else "not_eligible",
            consent_plan=consent,
            continued_words=sentences.decision(random, child.gender),
            consent_words=sentences.minutes(random, "consent", child.gender) if consent == "refused" else "",
            signer_alleged=False if consent in AGREED else None,
            now=now,
        )
        if goes_on:
            self._plan_services(story, case, invited, now)
        self._give_tasks(story, staffing, invited, now, random.choice((1, 2)))
        hold_staffing(viewer, staffing, held_at=staffing.starts_at, now=now)
        self.tick("meetings")
        if story.referral.clock and story.referral.clock.state(now) == "missed" and random.random() < 0.85:
            cause = random.choice(tuple(LATE_CAUSES))
            record_late_cause(
                viewer, story.referral, cause=cause, words=sentences.reason("late", child.gender), now=now
            )
        if goes_on:
            seed = f"{SEED} {story.plan.received_at.isoformat()}"
            told = tell_consents(viewer, case, invited, seed=seed, is_first=not self.has_told_consents, now=now)
            if told and not self.has_told_consents:
                self.has_told_consents, self.told_everything = True, case.pk
            for member in random.sample(invited, min(2, len(invited))) if random.random() < 0.4 else []:
                add_to_case(
                    viewer,
                    case,
                    account_code=member.viewer.code,
                    discipline=member.discipline,
                    need="investigation" if "enforcement" in member.discipline else "care",
                    now=now,
                )
            if consent in AGREED:
                self.open_cases.append(story)
        self._share_later(story, staffing, invited, now)

    def _file(self, now: datetime) -> None:
        """The newest cases that go on get documents of their coordinator and of two members."""
        for story in self.open_cases[-CASES_WITH_DOCUMENTS:]:
            assert story.case is not None
            others = [member for member in self.own.core() if member.discipline != COORDINATOR]
            keepers = [one for one in story.random.sample(others, len(others)) if classes_kept_by(one.viewer)][:2]
            on_it = {one.code for one in people_on(story.case, now) if one.kind == "assigned"}
            for member in keepers:
                if member.viewer.code not in on_it:
                    add_to_case(
                        story.coordinator,
                        story.case,
                        account_code=member.viewer.code,
                        discipline=member.discipline,
                        need="investigation" if "enforcement" in member.discipline else "care",
                        now=now,
                    )
            people = [story.coordinator, *(member.viewer for member in keepers)]
            add_papers(people, story.case, detail=story.detail, random=story.random, now=now)
            notes.show(people, story.case, detail=story.detail, now=now)

    def _plan_on(self, now: datetime) -> None:
        """The newest cases get the plan of the months ahead; a week later the first of them is reviewed."""
        many = 2 if self.planned.key == self.pack.regions[0].key else 1
        shown = [story for story in self.open_cases[-many:] if story.case is not None]
        for at, story in enumerate(shown):
            assert story.case is not None
            story.case.refresh_from_db()
            plan = plans.show(story.coordinator, story.case, now) if story.case.state == "open" else None
            if plan is not None and at == 0:
                self.at(now + timedelta(days=7), self._review_plan, story, plan)

    def _review_plan(self, story: Story, plan: ServicePlan, now: datetime) -> None:
        assert story.case is not None
        story.case.refresh_from_db()
        plan.refresh_from_db()
        if story.case.state == "open" and plan.state == "adopted":
            plans.go_on(story.coordinator, story.case, plan, now)

    def _close(self, now: datetime) -> None:
        """The oldest case of which nothing is under way any more ends; the first one that does is reviewed."""
        if self._ended >= (CLOSURES if self.year.scale.full_teams else 2):
            return
        is_reviewed = not self._ended
        readers = [one for one in self.people.desks.get("alliance_reviewer", []) if is_reviewed]
        cases = [
            (story.coordinator, story.case)
            for story in self.open_cases
            if story.case is not None and story.case.pk != self.told_everything
        ]
        if is_reviewed:
            cases.sort(key=lambda one: one[0].code != self.own.coordinators[0].code)
        advocate = next((one for one in self.own.core() if one.discipline == "victim_advocate"), None)
        ended = closure.show(
            cases,
            now,
            seed=f"{self.planned.key} {now:%j}",
            reader=readers[0] if readers else None,
            advocate=advocate,
        )
        for story in [one for one in self.open_cases if one.case is not None and one.case.pk in ended]:
            self.open_cases.remove(story)
            self._ended += 1
            if self.planned.key == self.pack.regions[0].key and is_reviewed:
                self.at(now + timedelta(days=12), self._open_again, story)

    def _open_again(self, story: Story, now: datetime) -> None:
        assert story.case is not None
        closure.open_again(story.coordinator, story.case, now)

    def _refer_on(self, now: datetime) -> None:
        """The newest cases are referred to services and get a safety plan; a week later one knows what came of it."""
        for at, story in enumerate(self.open_cases[-2:]):
            assert story.case is not None
            story.case.refresh_from_db()
            if story.case.state == "open":
                services.show(story.coordinator, story.case, now, is_first=at == 0)
                self.at(now + timedelta(days=7), self._follow_services, story, at == 0)

    def _follow_services(self, story: Story, is_first: bool, now: datetime) -> None:
        assert story.case is not None
        story.case.refresh_from_db()
        if story.case.state == "open":
            services.go_on(story.coordinator, story.case, now, is_first=is_first)

    def _go_to_court(self, now: datetime) -> None:
        """The newest case that goes on has an investigation, a prosecution and legal relief."""
        for story in self.open_cases[-1:]:
            assert story.case is not None
            justice.show(story.coordinator, story.case, self.own.core(), now, seed=f"{self.seed}:{story.plan.number}")

    def _miss(self, now: datetime) -> None:
        """In the first region a child is missing, and another came back."""
        if self.planned.key == self.pack.regions[0].key:
            missing.show([(story.coordinator, story.case) for story in self.open_cases if story.case], now)

    def _call_several(self, ahead: timedelta, held: bool, now: datetime) -> None:
        """A meeting of up to six cases, ahead or held."""
        cases = self._newest_open(24)  # with all that go on for certain, in a small year
        core = [member for member in self.own.core() if member.discipline != COORDINATOR]
        made = staffings.call_several(cases, core, starts_at=now + ahead, now=now)
        if made and held:
            viewer = next(viewer for viewer, case in cases if case.pk == made[0].case_id)
            self.at(now + ahead + 2 * HOUR, self._hold_several, viewer, made, core)

    def _screen(self, number: int, now: datetime) -> None:
        """A partner of the region screens; where the region has none, nobody does."""
        areas = [area.key for area in self.pack.region(self.planned.key).areas]
        for viewer in self.own.reporters[:1]:
            screenings.screen(viewer, areas, self.planned.key, now, number=number, seed=self.seed)

    def _leave_screenings(self, now: datetime) -> None:
        areas = [area.key for area in self.pack.region(self.planned.key).areas]
        for viewer in self.own.coordinators:
            screenings.leave_open(viewer, areas, now)

    def _set_rhythms(self, now: datetime) -> None:
        staffings.set_rhythms(self._newest_open(60), now)

    def _newest_open(self, many: int) -> list[tuple[Viewer, Case]]:
        """The newest cases of the region that are open, each with its coordinator."""
        stories = sorted(self.stories.values(), key=lambda story: story.plan.received_at, reverse=True)
        cases = [(story.coordinator, story.case) for story in stories if story.case is not None][:many]
        for _, case in cases:
            case.refresh_from_db()
        here = [(viewer, case) for viewer, case in cases if case.region == self.planned.key]
        return [(viewer, case) for viewer, case in here if case.state == "open"]

    def _hold_several(self, viewer: Viewer, made: list[Staffing], core: list[Member], now: datetime) -> None:
        staffings.hold_several(viewer, made, core, now)
        self.tick("meetings")

    def _minute(self, story: Story, staffing: Staffing, topics: list[str], many: int, now: datetime) -> None:
        random = story.random
        for number, topic in enumerate(random.sample(topics, min(many, len(topics)))):
            text = sentences.minutes(random, topic, story.child.gender, story.detail if number == 0 else "")
            write_minutes(story.coordinator, staffing, topic=topic, text=text, version=0, now=now)
        record_decision(
            story.coordinator,
            staffing,
            topic=topics[0],
            text=sentences.decision(random, story.child.gender),
            now=now,
        )

    def _plan_services(self, story: Story, case: Case, invited: list[Member], now: datetime) -> None:
        random = story.random
        services = []
        for category in random.sample(self.pack.services, min(3, len(self.pack.services))):
            need, choice = sentences.need(random)
            services.append(
                Service(
                    category=category.key,
                    need=need,
                    choice=choice,
                    owner=random.choice(invited).viewer.code,
                    due_on=(now + timedelta(days=random.randint(3, 40))).date(),
                )
            )
        plan = write_plan(
            story.coordinator,
            case,
            wishes=sentences.wishes(random),
            strengths=sentences.strengths(random, story.child.gender),
            services=services,
            now=now,
        )
        if random.random() < 0.85:
            adopt_plan(story.coordinator, plan, now=now)

    def _give_tasks(self, story: Story, staffing: Staffing, invited: list[Member], now: datetime, many: int) -> None:
        random = story.random
        topics = [topic.key for topic in self.pack.agenda(staffing.kind).topics]
        for member in random.sample(invited, min(many, len(invited))):
            days = random.randint(2, 21)
            words: dict[str, Any] = {
                "topic": random.choice(topics),
                "text": sentences.item(random),
                "due_on": (now + timedelta(days=days)).date(),
                "now": now,
            }
            try:
                task = add_action_item(story.coordinator, staffing, owner=member.viewer.code, **words)
            except RuleBroken:  # no ground to hand this member anything: the coordinator sees to it
                task = add_action_item(story.coordinator, staffing, owner=story.coordinator.code, **words)
            # Nine of ten get done, some after their day. The coordinator ticks them off where the owner may not.
            if random.random() < 0.9:
                late = days * random.choice((random.uniform(0.2, 1.0), random.uniform(0.5, 1.3)))
                self.at(now + timedelta(days=late), self._finish, story, task)

    def _finish(self, story: Story, task: Any, now: datetime) -> None:
        finish_action_item(story.coordinator, task, now=now)

    def _share_later(self, story: Story, staffing: Staffing, invited: list[Member], now: datetime) -> None:
        """Most summaries are shared within their hours; some late; of the last weeks' a few not yet."""
        random, hours = story.random, self.pack.clocks.summary_due_hours
        share = random.uniform(0.05, 0.95) if random.random() < 0.9 else random.uniform(1.02, 1.6)
        if random.random() < 0.04 and now > self.now - timedelta(days=20):
            share = 99.0
        held_at = staffing.starts_at
        self.at(max(held_at + share * hours * HOUR, now + MINUTE), self._share, story, staffing, invited)

    def _share(self, story: Story, staffing: Staffing, invited: list[Member], now: datetime) -> None:
        staffing.refresh_from_db(fields=["state", "held_at", "summary_due_at", "summary_shared_at"])
        summary = file_and_share_summary(story.coordinator, staffing, now=now)
        random = story.random
        # Almost everybody has read what is old; of the last days' summaries many lie unopened.
        chance = 0.55 if now > self.now - timedelta(days=7) else 0.96
        handed = set(summary.shares.values_list("account_code", flat=True))
        shared = [member for member in invited if random.random() < chance and member.viewer.code in handed]
        for member in shared:
            self.at(
                now + random.uniform(0.2, 40) * HOUR,
                self._open,
                member.viewer,
                summary,
            )
        owed = staffing.meeting.invitations.filter(briefing_due=True).select_related("account", "meeting")
        for row in owed if random.random() < 0.5 else []:
            self.at(now + random.uniform(1, 30) * HOUR, self._brief, story, row)

    def _open(self, viewer: Viewer, summary: CaseSummary, now: datetime) -> None:
        open_summary(viewer, summary, now=now)

    def _brief(self, story: Story, row: Any, now: datetime) -> None:
        mark_briefed(story.coordinator, row, now=now)

    # ------------------------------------------------------------------------------------------- ongoing, advisory

    def _plan_ongoing(self) -> None:
        """The region's ongoing staffings, over the year; some are still to come."""
        span = self.now - self.year.since
        for number in range(self.planned.ongoing):
            share = 0.08 + 0.91 * (number + self.random.random()) / max(1, self.planned.ongoing)
            self.at(self.year.since + span * share, self._call_ongoing, timedelta(days=3), True)
        for hours in (5, 28, 75) if self.year.scale.full_teams else (self.random.choice((5, 28, 75)),):
            self.at(self.now - 20 * HOUR, self._call_ongoing, (20 + hours) * HOUR, False)

    def _call_ongoing(self, ahead: timedelta, held: bool, now: datetime) -> None:
        """Schedule one for a case that goes on. While there is none yet, try again later."""
        if not self.open_cases:
            if held and now < self.now - timedelta(days=8):
                self.at(now + timedelta(days=4), self._call_ongoing, ahead, held)
            return
        story = self.random.choice(self.open_cases[-40:])
        assert story.case is not None
        local = (now + ahead).astimezone(self.pack.zone)
        starts_at = local.replace(hour=self.random.randint(9, 16), minute=0, second=0, microsecond=0)
        starts_at = starts_at.astimezone(now.tzinfo)
        if held:
            starts_at = min(starts_at, self.now - 3 * HOUR)
        starts_at = max(starts_at, now + HOUR)
        invited = self._invited(story.random, more=1) if held else self._guides()
        staffing = schedule_staffing(
            story.coordinator,
            story.case,
            kind="ongoing",
            starts_at=starts_at,
            minutes=45,
            mode=story.random.choice(("virtual", "mixed", "in_person")),
            room=story.random.choice(self.own.rooms) if self.own.rooms else None,
            invitees=[Invitee(one.viewer.code, one.discipline, one.kind) for one in invited],
            now=now,
        )
        self._answers(staffing.meeting, invited, now, starts_at, story.random)
        if held:
            self.at(starts_at + 50 * MINUTE, self._hold_ongoing, story, staffing, invited)

    def _hold_ongoing(self, story: Story, staffing: Staffing, invited: list[Member], now: datetime) -> None:
        self._attend(story.coordinator, staffing.meeting, story.random, now)
        topics = [topic.key for topic in self.pack.agenda("ongoing").topics]
        self._minute(story, staffing, topics, 2, now)
        self._give_tasks(story, staffing, invited, now, 1)
        if story.plan.status == "suspected" and story.random.random() < 0.3:
            story.plan = replace(story.plan, status="confirmed")
            determine_victim_status(
                story.coordinator,
                staffing.case,
                status="confirmed",
                evidence=sentences.evidence("confirmed"),
                determined_by=invited[0].viewer.code,
                now=now,
            )
        hold_staffing(story.coordinator, staffing, held_at=staffing.starts_at, now=now)
        self.tick("meetings")
        self._share_later(story, staffing, invited, now)

    def _plan_advisory(self) -> None:
        """Meetings of the region's team about the work, not about a case."""
        span = self.now - self.year.since
        for number in range(self.planned.advisory):
            share = (number + 0.5) / max(1, self.planned.advisory)
            viewer = self.random.choice(self.own.coordinators)
            self.at(self.year.since + span * share * 0.98, self._advise, viewer, self.random)

    def _take_causes(self, now: datetime) -> None:
        """The late responses of the last quarter, as totals, go to the meeting of tomorrow."""
        last = quarter_of(now.astimezone(self.pack.zone).date()).before
        topic = self.pack.agenda("advisory").topics[-1].key
        with suppress(RuleBroken):  # none is coming up: the year began a moment ago
            take_causes(self.own.coordinators[0], region=self.planned.key, quarter=last, topic=topic, now=now)

    def _take_figures(self, what: str, now: datetime) -> None:
        """Figures of the quarter that was over by then, beside the one before, go to the meeting that comes up."""
        last = quarter_of(now.astimezone(self.pack.zone).date()).before
        topic = self.pack.agenda("advisory").topics[0].key
        viewer = self.own.coordinators[0]
        take_figures(viewer, what=what, region=self.planned.key, time=last, topic=topic, now=now)

    def _advise(self, viewer: Viewer, random: Random, now: datetime) -> None:
        starts_at = now + timedelta(days=2)
        invited = self._invited(random, more=4, about_a_case=False)
        meeting = convene_meeting(
            viewer,
            region=self.planned.key,
            kind="advisory",
            mode="mixed",
            room=random.choice(self.own.rooms) if self.own.rooms else None,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
            invitees=[Invitee(one.viewer.code, one.discipline, one.kind) for one in invited],
            now=now,
        )

        def meet(at: datetime) -> None:
            self._attend(viewer, meeting, random, at)
            mark_held(viewer, meeting, held_at=starts_at, now=at)
            self.tick("meetings")

        self.at(starts_at + timedelta(hours=2), meet)
