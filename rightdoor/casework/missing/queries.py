"""Episodes for pages, clocks and the desk: found and authorized in one step, opened once, recorded before shown.

Clocks ask for clear columns only; the words of an episode are opened on its own page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from rightdoor.casework.cases.models import Case, visible_cases
from rightdoor.casework.cases.queries import accounts_of, names_of_accounts, people_on, standing_of
from rightdoor.casework.clients.disclosure import (
    SealedField,
    ShownName,
    decision_on,
    may_read,
    open_fields,
    shown_names,
)
from rightdoor.casework.clients.facts import Tie, as_coordinator, facts_of, tie_in, ties_of
from rightdoor.casework.missing.clocks import owed_on, situations
from rightdoor.casework.missing.models import Episode, PreparedPlan
from rightdoor.casework.missing.sealed import (
    entry_label,
    entry_place_label,
    found_label,
    found_place_label,
    line_label,
    place_label,
    plan_label,
    plan_place_label,
    task_label,
    told_label,
)
from rightdoor.casework.missing.told import EpisodeTold, Places, PlanTold
from rightdoor.domain.clock import Clock
from rightdoor.domain.confidentiality import Item
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Standing, Viewer, may
from rightdoor.foundation.access.viewers import viewers_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.codes import normalise
from rightdoor.foundation.ready import Ready

SAFE = "SAFE"
Openness = Literal["open", "status", ""]


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry, opened. `place` is None where it is kept back."""

    code: str
    kind: str
    key: str
    at: datetime
    added_at: datetime
    added_by: str
    told: Mapping[str, Any]
    place: str | None


@dataclass(frozen=True, slots=True)
class ShownTask:
    """A task after the return, opened."""

    number: int
    owner: str
    owner_name: str
    due_at: datetime
    state: str
    settled_at: datetime | None
    what: str


@dataclass(frozen=True, slots=True)
class ShownEpisode:
    """An episode, opened. `places` and `found_place` are None where a place is kept back."""

    code: str
    state: str
    learned_at: datetime
    departed_at: datetime | None
    last_seen_at: datetime | None
    started_at: datetime
    started_by: str
    recovered_at: datetime | None
    closed_at: datetime | None
    told: EpisodeTold
    places: Places | None
    found: Mapping[str, str]
    found_place: Mapping[str, str] | None
    entries: tuple[ShownEntry, ...]  # newest first
    tasks: tuple[ShownTask, ...]

    def latest(self, kind: str, key: str) -> ShownEntry | None:
        """What counts of a duty or a step: what was recorded last."""
        found = [one for one in self.entries if (one.kind, one.key) == (kind, key)]
        return max(found, key=lambda one: one.added_at, default=None)


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of a prepared plan, opened."""

    number: int
    owner: str
    owner_name: str
    within_hours: int
    what: str


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """A prepared plan, opened. `place_is_open` says whether its place is shown."""

    code: str
    number: int
    written_at: datetime
    written_by: str
    told: PlanTold
    place_is_open: bool
    lines: tuple[ShownLine, ...]


@dataclass(frozen=True, slots=True)
class RunningLine:
    """A line of the list of running episodes."""

    code: str
    case_code: str
    client: ShownName
    region: str
    state: str
    learned_at: datetime
    recovered_at: datetime | None
    coordinator: str
    next_what: str
    clock: Clock | None


# ------------------------------------------------------------------------------------------------------- may one look


def openness(viewer: Viewer, case: Case, now: datetime, tie: Standing | None = None) -> Openness:
    """Are the episodes of this case open to the viewer, only whether and when, or not at all?"""
    tie = standing_of(viewer, case, now) if tie is None else tie
    found = may_read(viewer, case.client, tie, SAFE, now, holder=case.holder)
    if not found.allowed or not may(viewer, "missing.read", tie):
        return ""
    return "status" if found.status_only else "open"


def may_write_episodes(viewer: Viewer, case: Case, now: datetime, tie: Standing) -> bool:
    """May the viewer write of the episodes of this case? Whoever reads them on a ground of somebody else's may not."""
    return may_read(viewer, case.client, tie, SAFE, now, holder=case.holder, action="write").allowed


def episode_for(viewer: Viewer, code: str, now: datetime) -> Episode:
    """The episode, if it is open to this viewer. Raises NotVisible."""
    episode = (
        Episode.objects.select_related("case", "case__client", "case__referral")
        .filter(code=normalise(code), case__in=visible_cases(viewer, now))
        .first()
    )
    if episode is None or openness(viewer, episode.case, now) != "open":
        raise NotVisible
    return episode


def changed_last(episode: Episode) -> datetime:
    """When an episode that the viewer has open was changed last, by whomever."""
    return Episode.objects.values_list("changed_at", flat=True).get(pk=episode.pk)


def episodes_of(viewer: Viewer, case: Case, now: datetime, tie: Tie | None = None) -> list[Episode]:
    """Every episode of a case, newest first, unopened; none for whom they are not open. Recorded before returned."""
    tie = standing_of(viewer, case, now) if tie is None else tie
    if openness(viewer, case, now, tie) != "open":
        return []
    found = _with_case(case.missing_episodes.order_by("-learned_at", "-id"), case)
    note_seen(viewer, case, found, now, tie)
    return found


def episodes_of_client(viewer: Viewer, case: Case, now: datetime) -> int:
    """How often this client was missing in other cases that are open to the viewer: a number for the history."""
    if openness(viewer, case, now) != "open":
        return 0
    # What the same agency keeps of the same client opens on the same ground; another agency's is not even counted.
    others = Episode.objects.filter(case__client=case.client, case__holder=case.holder)
    return others.filter(case__in=visible_cases(viewer, now)).exclude(case=case).count()


def people_who_may_do(viewer: Viewer, case: Case, now: datetime) -> list[Account]:
    """People on the case to whom its episodes open: to whom a task may be given."""
    accounts = accounts_of(one.code for one in people_on(case, now) if one.kind == "assigned")
    viewers = viewers_of(accounts, now)
    facts = facts_of(viewer, [case.client], now, others=list(viewers.values()))
    found = []
    for account in accounts:
        theirs = viewers.get(account.code)
        if theirs is None or not account.is_active:
            continue
        tie = as_coordinator(theirs, tie_in(theirs, case.client, facts, case.client_id), case.region)
        ground = decision_on(theirs, case.client, Item(SAFE, case.holder), now, tie=tie)
        if ground.allowed and not ground.status_only:
            found.append(account)
    return found


# -------------------------------------------------------------------------------------------------------------- pages


def open_episode(viewer: Viewer, episode: Episode, now: datetime) -> ShownEpisode:
    """The episode with its words, recorded before it is returned. Raises NotVisible for whom it is not open."""
    case = episode.case
    standing = standing_of(viewer, case, now)
    entries = list(episode.entries.order_by("-at", "-id"))
    tasks = list(episode.tasks.order_by("number"))
    for one in (*entries, *tasks):
        one.episode = episode
    placed = [one for one in entries if one.place_sealed is not None]
    opened = open_fields(
        viewer,
        case.client,
        [
            SealedField(told_label(episode), episode.told_sealed),
            SealedField(place_label(episode), episode.place_sealed),
            SealedField(found_label(episode), episode.found_sealed),
            SealedField(found_place_label(episode), episode.found_place_sealed),
            *[SealedField(entry_label(one), one.told_sealed) for one in entries],
            *[SealedField(entry_place_label(one), one.place_sealed) for one in placed],
            *[SealedField(task_label(one), one.told_sealed) for one in tasks],
        ],
        now,
        verb="missing.read",
        obj=episode,
        standing=standing,
    )
    told, place, found, found_place = opened[:4]
    if told is None or not may(viewer, "missing.read", standing):
        raise NotVisible
    words = opened[4 : 4 + len(entries)]
    where = dict(
        zip(
            (one.pk for one in placed),
            opened[4 + len(entries) : 4 + len(entries) + len(placed)],
            strict=True,
        )
    )
    asked = opened[4 + len(entries) + len(placed) :]
    names = names_of_accounts({episode.started_by, *(one.added_by for one in entries), *(one.owner for one in tasks)})
    return ShownEpisode(
        code=episode.code,
        state=episode.state,
        learned_at=episode.learned_at,
        departed_at=episode.departed_at,
        last_seen_at=episode.last_seen_at,
        started_at=episode.started_at,
        started_by=names.get(episode.started_by, ""),
        recovered_at=episode.recovered_at,
        closed_at=episode.closed_at,
        told=EpisodeTold.from_dict(told),
        places=None if place is None else Places.from_dict(place),
        found=found or {},
        found_place=found_place,
        entries=tuple(
            ShownEntry(
                one.code,
                one.kind,
                one.key,
                one.at,
                one.added_at,
                names.get(one.added_by, ""),
                said or {},
                (where.get(one.pk) or {}).get("place") if one.place_sealed is not None else "",
            )
            for one, said in zip(entries, words, strict=True)
        ),
        tasks=tuple(
            ShownTask(
                one.number,
                one.owner,
                names.get(one.owner, ""),
                one.due_at,
                one.state,
                one.settled_at,
                (said or {}).get("what", ""),
            )
            for one, said in zip(tasks, asked, strict=True)
        ),
    )


def newest_plan(case: Case) -> PreparedPlan | None:
    """The plan that is ready for a return, unopened."""
    plan = case.return_plans.order_by("-number").first()
    if plan is not None:
        plan.case = case
    return plan


def open_plan(viewer: Viewer, plan: PreparedPlan, now: datetime, *, standing: Tie | None = None) -> ShownPlan:
    """The plan with its words, recorded before it is returned. Raises NotVisible for whom it is not open."""
    case = plan.case
    standing = standing or standing_of(viewer, case, now)
    lines = list(plan.lines.order_by("number"))
    for line in lines:
        line.plan = plan
    told, place, *said = open_fields(
        viewer,
        case.client,
        [
            SealedField(plan_label(plan), plan.told_sealed),
            SealedField(plan_place_label(plan), plan.place_sealed),
            *[SealedField(line_label(line), line.told_sealed) for line in lines],
        ],
        now,
        verb="missing.plan_read",
        obj=plan,
        standing=standing,
    )
    if told is None or not may(viewer, "missing.read", standing):
        raise NotVisible
    names = names_of_accounts({plan.written_by, *(line.owner for line in lines)})
    return ShownPlan(
        plan.code,
        plan.number,
        plan.written_at,
        names.get(plan.written_by, ""),
        PlanTold.from_dict(told, (place or {}).get("place", "")),
        place is not None,
        tuple(
            ShownLine(
                line.number, line.owner, names.get(line.owner, ""), line.within_hours, (words or {}).get("what", "")
            )
            for line, words in zip(lines, said, strict=True)
        ),
    )


def running(viewer: Viewer, now: datetime) -> list[RunningLine]:
    """Every episode that is not closed and is open to the viewer, what is due first at the top. (CASE-8)

    A fixed number of queries. Names only for whom they are open; the reading is recorded before it is returned.
    """
    episodes = list(
        Episode.objects.exclude(state="closed")
        .filter(case__in=visible_cases(viewer, now))
        .select_related("case", "case__client")
        .order_by("learned_at", "id")
    )
    ties = ties_of(viewer, {one.case.client for one in episodes}, now)
    kept: list[Episode] = []
    grounds: dict[tuple[str, str], list[str]] = {}
    for one in episodes:
        tie = as_coordinator(viewer, ties[one.case.client_id], one.case.region)
        found = may_read(viewer, one.case.client, tie, SAFE, now, holder=one.case.holder, action="list")
        if found.allowed and not found.status_only and may(viewer, "missing.read", tie):
            kept.append(one)
            grounds.setdefault((one.case.holder, found.basis), []).append(one.code)
    for (holder, basis), codes in grounds.items():
        record_read(
            viewer, "missing.listed", kind="episode", codes=codes, classes=(SAFE,), holder=holder, basis=basis.lower()
        )
    names = shown_names(viewer, {one.case.client for one in kept}, now, ties=ties)
    people = names_of_accounts({one.case.coordinator for one in kept})
    lines = []
    for situation in situations(kept):
        one, owed = situation.episode, owed_on(situation)
        first = owed[0] if owed else None
        lines.append(
            RunningLine(
                one.code,
                one.case.code,
                names[one.case.client.code],
                one.case.region,
                one.state,
                one.learned_at,
                one.recovered_at,
                people.get(one.case.coordinator, ""),
                first.what if first else "",
                first.clock if first else None,
            )
        )
    return sorted(
        lines,
        key=lambda one: (
            one.state != "running",
            one.clock is None,
            one.clock.due_at if one.clock else one.learned_at,
            one.code,
        ),
    )


def open_episodes_of(cases: Iterable[Case]) -> list[Episode]:
    """The episodes of these cases that are not closed, each with its case. One query, unopened."""
    known = {case.pk: case for case in cases}
    found: list[Episode] = _NOT_CLOSED.objects(cases=list(known)) if known else []
    for one in found:
        one.case = known[one.case_id]
    return found


_NOT_CLOSED = Ready(
    lambda cases: Episode.objects.filter(case__in=cases).exclude(state="closed").order_by("learned_at", "id"),
    lists=("cases",),
    cases=-1,
)


def note_seen(viewer: Viewer, case: Case, episodes: Iterable[Episode], now: datetime, tie: Standing) -> None:
    """That there are episodes is shown now, and no word of one: one event, none where nothing is shown. (SR-10)"""
    codes = [one.code for one in episodes]
    if codes:
        ground = may_read(viewer, case.client, tie, SAFE, now, holder=case.holder)
        record_read(
            viewer,
            "missing.listed",
            kind="episode",
            codes=codes,
            classes=(SAFE,),
            holder=case.holder,
            basis=ground.basis.lower(),
            ground=ground.ground_code or None,
        )


def _with_case(rows: Iterable[Episode], case: Case) -> list[Episode]:
    found = list(rows)
    for one in found:
        one.case = case
    return found
