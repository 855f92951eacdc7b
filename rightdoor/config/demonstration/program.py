"""Community projects: one that went back a phase, one that ended, one that just began; and how closely agencies work
together. All of it is invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from rightdoor.casework.referrals.queries import coordinators_of
from rightdoor.community.partners.actions import assess_partnership
from rightdoor.community.partners.queries import agencies_of
from rightdoor.community.program.actions import (
    Told,
    begin_project,
    change_project,
    end_project,
    go_back,
    go_on,
    write_phase,
)
from rightdoor.community.program.models import Project
from rightdoor.community.program.queries import phases_for
from rightdoor.domain.partnership import LevelTold
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.viewers import viewer_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import demonstration_clock
from rightdoor.foundation.jurisdiction.active import active_pack, local

BUS_STOPS = Told(
    title="Night buses past the truck stops",
    about="Young people who leave the shelter at night have no way back but to be given a lift.",
    four_ps=["prevention", "protection"],
    who="The shelter, the bus company, the police district, two former residents.",
    sources="Minutes of the advisory team; the shelter's own counts of late returns; a survey of drivers.",
    plan="A pilot with two lines from Thursday to Sunday, from May on. The bus company asks for the money.",
)
SCHOOLS = Told(
    title="One number for the schools",
    about="Eleven schools have four different numbers to call when they are worried about a student.",
    four_ps=["protection", "partnership"],
    who="Counselors of the schools, child welfare, the coordinating center.",
    sources="Calls of one school year, counted by each school.",
    plan="One card with one number in every teachers' room, and one hour of training in August.",
    outcome="All eleven schools have the card. Calls went from 9 to 31 in half a year; the longest wait is 6 minutes.",
)
HOTELS = Told(
    title="Hotels that know what to look for",
    about="Of the hotels along the highway, nobody knows which have ever trained their staff.",
    four_ps=["prevention", "prosecution"],
)
DONE = (
    "The advisory team heard of it from two members, and put it on its list.",
    "A small group wrote down what the need is, for whom, and what it is not.",
    "Counts of a whole year were asked for, and came back from all but one agency.",
    "The group looked at the counts together; two causes stood out.",
    "The plan was carried out as written, with one change of date.",
    "The group met again, held the outcome against the plan, and reported to the advisory team.",
)
SAID = (
    (("cooperation", 330), ("collaboration", 40)),
    (("coordination", 120),),
    (("cooperation", 200),),
)
SHOWS = {
    "cooperation": "They call each other when a child needs both, and send each other their dates.",
    "coordination": "One protocol for both, and a fixed day in the month to go through what waits.",
    "collaboration": "They share a room and one budget for nights, and report their figures together.",
}
GATE = "The advisory team agreed that the project goes on. Nobody spoke against it."


def show(now: datetime) -> None:
    """Three projects in the first region, one in each of the next two, and pairs of agencies, through acts alone."""
    regions = [one.key for one in active_pack().regions]
    for at, region in enumerate(regions[:3]):
        viewer = _coordinator(region, now)
        if viewer is None:
            continue
        _say_pairs(viewer, region, now)
        _play(viewer, region, BUS_STOPS, now - timedelta(days=150), phases=4)
        if at == 0:
            _play(viewer, region, SCHOOLS, now - timedelta(days=260), phases=6)
            _play(viewer, region, HOTELS, now - timedelta(days=6), phases=1, is_begun_only=True)


def _say_pairs(viewer: Viewer, region: str, now: datetime) -> None:
    """Three pairs: one that came closer, one as it was, and one to look at again."""
    agencies = agencies_of(viewer, region)[:4]
    for at, two in enumerate(zip(agencies, agencies[1:], strict=False)):
        for seen, (level, ago) in enumerate(SAID[at % len(SAID)]):
            when = now - timedelta(days=ago)
            day = local(when).date()
            told = LevelTold(level, ["partnership", "protection"], day, SHOWS[level], day + timedelta(days=180))
            with demonstration_clock(when):
                assess_partnership(viewer, region=region, agencies=two, told=told, seen=seen, now=when)


def _coordinator(region: str, now: datetime) -> Viewer | None:
    codes: Sequence[str] = coordinators_of(region, now)
    account = Account.objects.filter(code__in=codes, is_active=True).order_by("code").first()
    return viewer_of(account, now) if account else None


def _play(
    viewer: Viewer, region: str, told: Told, since: datetime, *, phases: int, is_begun_only: bool = False
) -> None:
    """From phase to phase, a month each; before the last of them once back by one, unless it goes to the end."""
    with demonstration_clock(since):
        first = replace(told, plan="", outcome="")
        project = begin_project(viewer, region=region, told=first, now=since)
    if is_begun_only:
        return
    order = [one.id for one in phases_for(project)]
    is_whole = phases >= len(order)
    at = since
    for number, phase in enumerate(order[:phases]):
        at += timedelta(days=30)
        _write(viewer, project, phase, number, at)
        if number == phases - 1:
            with demonstration_clock(at):
                change_project(viewer, project, told=told, version=1, now=at)
        is_last = number == phases - 1
        with demonstration_clock(at):
            if is_last and is_whole:
                end_project(viewer, project, at=phase, now=at)
            elif not is_last:
                go_on(viewer, project, at=phase, now=at)
    if not is_whole:
        at += timedelta(days=5)
        with demonstration_clock(at):
            why = "The counts of the bus company were missing; without them the causes cannot be told apart."
            go_back(viewer, project, at=order[phases - 1], to=order[phases - 2], why=why, now=at)


def _write(viewer: Viewer, project: Project, phase: str, number: int, at: datetime) -> None:
    with demonstration_clock(at):
        evidence = DONE[number % len(DONE)]
        write_phase(viewer, project, phase=phase, evidence=evidence, gate=GATE, version=0, now=at)
