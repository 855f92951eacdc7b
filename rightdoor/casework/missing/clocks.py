"""How far an episode is and what is owed on it, out of clear columns alone: nothing is opened here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rightdoor.casework.missing.choices import KEPT_UP, STEPS
from rightdoor.casework.missing.models import Entry, Episode, Task
from rightdoor.domain.clock import Clock
from rightdoor.domain.missing import (
    REPORT,
    RETURN_STEPS,
    DutyClock,
    ReturnFacts,
    contact_clock,
    duty_clock,
    owed_on_return,
)
from rightdoor.foundation.jurisdiction.active import active_pack, zone
from rightdoor.packs.pack import MissingDuty


@dataclass(frozen=True, slots=True)
class Situation:
    """How far an episode is, out of clear columns: when each duty and step was last said to be done."""

    episode: Episode
    done: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    last_contact: datetime | None = None
    open_tasks: tuple[tuple[int, str, datetime], ...] = ()  # number, owner, due

    @property
    def return_facts(self) -> ReturnFacts:
        """What the closing of the episode asks for."""
        steps = frozenset(key for kind, key in self.done if kind == "return")
        return ReturnFacts(self.episode.recovered_at, steps, len(self.open_tasks))


@dataclass(frozen=True, slots=True)
class DutyLine:
    """A duty of the pack with its clock."""

    duty: MissingDuty
    clock: DutyClock
    done_at: datetime | None


def situations(episodes: Sequence[Episode]) -> list[Situation]:
    """How far each of these is, in the given order. Two queries, however many."""
    keys = [one.pk for one in episodes]
    done: dict[int, dict[tuple[str, str], datetime]] = {pk: {} for pk in keys}
    contacts: dict[int, datetime] = {}
    rows = Entry.objects.filter(episode__in=keys, kind__in=("duty", "contact", "return")).order_by("added_at", "id")
    for episode, kind, key, at in rows.values_list("episode_id", "kind", "key", "at"):
        if kind != "contact":
            done[episode][kind, key] = at  # the latest said counts
        if key in KEPT_UP or (kind == "duty" and key == "follow_up"):
            contacts[episode] = max(contacts.get(episode, at), at)
    tasks: dict[int, list[tuple[int, str, datetime]]] = {pk: [] for pk in keys}
    if any(one.state != "running" for one in episodes):
        open_ones = Task.objects.filter(episode__in=keys, state="open").order_by("number")
        for episode, number, owner, due_at in open_ones.values_list("episode_id", "number", "owner", "due_at"):
            tasks[episode].append((number, owner, due_at))
    return [Situation(one, done[one.pk], contacts.get(one.pk), tuple(tasks[one.pk])) for one in episodes]


def duty_lines(situation: Situation) -> list[DutyLine]:
    """The duties of the pack, each with its clock. What was never done by the return is neither met nor missed."""
    episode = situation.episode
    times = episode.times(situation.done.get(("duty", REPORT)))
    lines = []
    for duty in active_pack().clocks.missing_child:
        done_at = situation.done.get(("duty", duty.key))
        lines.append(DutyLine(duty, duty_clock(duty.limits, times, zone(), done_at=done_at), done_at))
    return lines


def contact_due(situation: Situation) -> Clock | None:
    """By when to speak again with the police or the national center; None once the child is back."""
    episode = situation.episode
    if episode.state != "running":
        return None
    every = active_pack().clocks.missing_contact_days
    return contact_clock(situation.last_contact, episode.learned_at, every, zone())


@dataclass(frozen=True, slots=True)
class Owed:
    """Something that is owed on an episode now. `key`: of a duty, of a step, "contact", "task", "close"."""

    key: str
    what: str
    clock: Clock | None
    owner: str = ""


def owed_on(situation: Situation) -> list[Owed]:
    """Everything that is owed on an episode now, soonest first, undated last."""
    episode, clocks = situation.episode, active_pack().clocks
    owed: list[Owed] = []
    if episode.state == "running":
        owed += [
            Owed(line.duty.key, str(line.duty.label), line.clock.clock)
            for line in duty_lines(situation)
            if line.done_at is None and line.clock.clock is not None
        ]
        owed.append(Owed("contact", "Speak again with the police or the national center", contact_due(situation)))
    elif episode.state == "recovered" and episode.recovered_at is not None:
        for step in RETURN_STEPS:
            if ("return", step) not in situation.done:
                due = owed_on_return(episode.recovered_at, step, clocks.return_screening_hours)
                owed.append(Owed(step, STEPS[step], Clock(episode.recovered_at, due) if due else None))
        owed += [
            Owed("task", "A task of the return plan", Clock(min(episode.recovered_at, due), due), owner)
            for _, owner, due in situation.open_tasks
        ]
        if len(owed) == 0:
            owed.append(Owed("close", "Close the episode", None))
    return sorted(owed, key=lambda one: (one.clock is None, one.clock.due_at if one.clock else episode.learned_at))
