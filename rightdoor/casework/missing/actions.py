"""Acts on missing episodes: begin, add, record a duty, write and use the plan for the return, find, close.

The product prompts and records. It reports to nobody by itself: people report, and say here that they did.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.parts import tell_change
from rightdoor.casework.cases.queries import people_on, standing_of
from rightdoor.casework.clients.disclosure import check_may_write, may_read
from rightdoor.casework.clients.queries import not_kept_apart
from rightdoor.casework.consents.actions.disclosures import record_outside_disclosure
from rightdoor.casework.missing import clocks, queries
from rightdoor.casework.missing.choices import CAME_OF_IT, CONTACTS, DISCLOSES, KEPT_UP, TOLD, VARIANTS
from rightdoor.casework.missing.models import Entry, Episode, PreparedLine, PreparedPlan, Task
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
from rightdoor.casework.missing.told import EpisodeTold, Places, PlannedLine, PlanTold
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.missing import (
    CUSTODY,
    OFFICIAL,
    RETURN_STEPS,
    SHEET_CLASSES,
    EpisodeTimes,
    check_may_close,
    check_may_recover,
    check_times,
    line_due,
    start_of,
)
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jobs.queue import defer_many
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.notices.actions import notify
from rightdoor.foundation.once import own_code, sent_before
from rightdoor.foundation.sealing.seals import SealContext, open_json, seal_many

MOST_LINES, MOST_HOURS, LONGEST = 20, 24 * 30, 20_000
AT_RISK = 0.75  # of a span: from here the reminder goes out


@action("missing.reported")
def start_episode(
    viewer: Viewer,
    case: Case,
    *,
    learned_at: datetime,
    now: datetime,
    departed_at: datetime | None = None,
    last_seen_at: datetime | None = None,
    told: EpisodeTold | None = None,
    places: Places | None = None,
    code: str = "",
) -> Episode:
    """A child is missing: the clocks run from here, and everybody on the case is told that something awaits them.

    Only `learned_at` is needed. `code` may be fixed beforehand by a form: sent twice, the episode that it made is
    returned. Raises NotPermitted, and RuleBroken for times that cannot be, or while one episode runs. (CASE-8)
    """
    told, places = told or EpisodeTold(), places or Places()
    _check_may_write(viewer, case, now, with_place=any(places.as_dict().values()))
    code = own_code(viewer, Episode, case.code, code)
    again = sent_before(case.missing_episodes.filter(started_by=viewer.code), code)
    if again is not None:
        record(viewer, "missing.reported", again, repeated=True)
        return again
    if case.state == "closed":
        raise RuleBroken("This case is closed. Reopen it first.")
    check_times(EpisodeTimes(learned_at, departed_at, last_seen_at), now)
    _check_told(told)
    Case.objects.select_for_update(of=("self",)).get(pk=case.pk)  # two who report at once make one episode
    if case.missing_episodes.filter(state="running").exists():
        raise RuleBroken("An episode is running already. Add what you know to it.")
    episode = Episode(
        code=code or new_code(),
        case=case,
        learned_at=learned_at,
        departed_at=departed_at,
        last_seen_at=last_seen_at,
        started_at=now,
        started_by=viewer.code,
        changed_at=now,
    )
    episode.told_sealed, episode.place_sealed = _sealed(
        (told.as_dict(), told_label(episode)), (places.as_dict(), place_label(episode))
    )
    episode.save(force_insert=True)
    record(viewer, "missing.reported", episode, classes=("SAFE", "LOC"))
    _alert(viewer, case, now)
    _remind_later(episode, now)
    return episode


@action("missing.changed")
def change_episode(
    viewer: Viewer,
    episode: Episode,
    *,
    told: EpisodeTold,
    places: Places | None,
    learned_at: datetime,
    seen: datetime,
    now: datetime,
    departed_at: datetime | None = None,
    last_seen_at: datetime | None = None,
) -> None:
    """Adds to what is known, or corrects it. `places` None leaves them as they are (for whom they are not open).

    `seen`: the state of the record that the form was made from. Raises NotPermitted, RuleBroken when somebody else
    changed it meanwhile: nothing of either text is lost.
    """
    _check_may_write(viewer, episode.case, now, with_place=places is not None)  # to empty them is to write them
    held = _held(episode)
    if held.state == "closed":
        raise RuleBroken("This episode is closed.")
    if held.changed_at != seen:
        raise RuleBroken("Somebody else changed this meanwhile. Your text is below; open the episode beside it.")
    times = EpisodeTimes(learned_at, departed_at, last_seen_at)
    check_times(times, now)
    left = start_of("departed", times)
    if held.recovered_at is not None and left is not None and held.recovered_at < left[0]:
        raise RuleBroken("The child was found before that. Correct one of the two times.")
    _check_told(told)
    episode.learned_at, episode.departed_at, episode.last_seen_at = learned_at, departed_at, last_seen_at
    episode.changed_at = now
    values = [(told.as_dict(), told_label(episode))]
    if places is not None:
        values.append((places.as_dict(), place_label(episode)))
    sealed = _sealed(*values)
    episode.told_sealed = sealed[0]
    if places is not None:
        episode.place_sealed = sealed[1]
    episode.save(
        update_fields=["learned_at", "departed_at", "last_seen_at", "changed_at", "told_sealed", "place_sealed"]
    )
    record(viewer, "missing.changed", episode, classes=("SAFE", "LOC") if places is not None else ("SAFE",))
    _remind_later(episode, now)


@action("missing.noted")
def add_entry(
    viewer: Viewer,
    episode: Episode,
    *,
    kind: str,
    at: datetime,
    now: datetime,
    key: str = "",
    told: Mapping[str, Any] | None = None,
    place: str = "",
    code: str = "",
) -> Entry:
    """Records a duty that was done, somebody who was told, a call or sighting, or a step after the return.

    `key`: the duty of the pack, what kind of contact, the step. Of a duty or a step the latest entry counts. Raises
    NotPermitted, RuleBroken for what does not belong to the episode as it stands.
    """
    told = {name: said.strip() if isinstance(said, str) else said for name, said in (told or {}).items()}
    _check_may_write(viewer, episode.case, now, with_place=bool(place.strip()))
    code = own_code(viewer, Entry, episode.code, code)
    again = sent_before(episode.entries.filter(added_by=viewer.code), code)
    if again is not None:
        record(viewer, "missing.noted", again, repeated=True)
        return again
    held = _held(episode)
    _check_entry(held, kind, key, at, told, now)
    entry = Entry(
        code=code or new_code(),
        episode=episode,
        kind=kind,
        # Who else was told, and what kind of word came in, would tell about the child: sealed with the words.
        key=key if kind in {"duty", "return"} or key in KEPT_UP else "",
        at=at,
        added_at=now,
        added_by=viewer.code,
    )
    values: list[tuple[Any, SealContext]] = [({**told, "key": key}, entry_label(entry))]
    if place.strip():
        values.append(({"place": place.strip()}, entry_place_label(entry)))
    entry.told_sealed, *rest = _sealed(*values)
    entry.place_sealed = rest[0] if rest else None
    entry.save(force_insert=True)
    record(viewer, "missing.noted", entry, classes=("SAFE", "LOC") if rest else ("SAFE",), what=kind)
    if kind == "duty":
        _remind_later(episode, now)
    return entry


@action("missing.plan_written")
def write_plan(
    viewer: Viewer, case: Case, *, told: PlanTold, lines: Sequence[PlannedLine], now: datetime, code: str = ""
) -> PreparedPlan:
    """Writes a version of the plan that is kept ready for a return; the newest is used. (CASE-8)

    Raises NotPermitted, RuleBroken for an empty plan, or a line without somebody on the case to whom it opens.
    """
    _check_may_write(viewer, case, now, with_place=bool(told.place.strip()))
    code = own_code(viewer, PreparedPlan, case.code, code)
    again = sent_before(case.return_plans.filter(written_by=viewer.code), code)
    if again is not None:
        record(viewer, "missing.plan_written", again, repeated=True)
        return again
    if case.state == "closed":
        raise RuleBroken("This case is closed. Reopen it first.")
    if not any(told.as_dict().values()) and not lines:
        raise RuleBroken("Write down at least whom to call first.")
    if len(lines) > MOST_LINES:
        raise RuleBroken(f"A plan has at most {MOST_LINES} lines.")
    may_do = {one.code for one in queries.people_who_may_do(viewer, case, now)} if lines else set()
    for line in lines:
        if not line.what.strip() or len(line.what) > LONGEST:
            raise RuleBroken("Say what is to be done in each line, or leave the whole line out.")
        if line.owner not in may_do:
            raise RuleBroken("Choose for each line somebody on the case to whom this is open.")
        if not 0 < line.within_hours <= MOST_HOURS:
            raise RuleBroken("Say within how many hours of the return each line is done: 1 to 720.")
    Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    place = told.place.strip() or _place_that_stays(viewer, case, now)
    plan = PreparedPlan(
        code=code or new_code(),
        case=case,
        number=case.return_plans.count() + 1,
        written_at=now,
        written_by=viewer.code,
    )
    rows = [
        PreparedLine(plan=plan, number=number, owner=line.owner, within_hours=line.within_hours)
        for number, line in enumerate(lines, start=1)
    ]
    plan.told_sealed, plan.place_sealed, *said = _sealed(
        (told.as_dict(), plan_label(plan)),
        ({"place": place}, plan_place_label(plan)),
        *[({"what": line.what.strip()}, line_label(row)) for row, line in zip(rows, lines, strict=True)],
    )
    plan.save(force_insert=True)
    for row, blob in zip(rows, said, strict=True):
        row.told_sealed = blob
    PreparedLine.objects.bulk_create(rows)
    record(viewer, "missing.plan_written", plan, classes=("SAFE", "LOC"), number=plan.number, lines=len(rows))
    return plan


@action("missing.recovered")
def record_return(
    viewer: Viewer,
    episode: Episode,
    *,
    recovered_at: datetime,
    now: datetime,
    found_by: str = "",
    condition: str = "",
    place: str = "",
    with_plan: bool = True,
) -> None:
    """The child is back: the clocks of the search end, the prepared plan becomes tasks with owners and times, and its
    people are told, in one act. (CASE-8)

    Raises NotPermitted, RuleBroken for a time that cannot be, or the second time.
    """
    _check_may_write(viewer, episode.case, now, with_place=bool(place.strip()))
    held = _held(episode)
    check_may_recover(held.state, held.times(), recovered_at, now)
    plan = queries.newest_plan(episode.case) if with_plan else None
    tasks: list[Task] = []
    said: tuple[str, ...] = ()
    if plan is not None:
        shown = queries.open_plan(viewer, plan, now)
        said = tuple(line.what for line in shown.lines)
        tasks = [
            Task(
                episode=episode,
                number=line.number,
                owner=line.owner,
                due_at=line_due(recovered_at, line.within_hours),
            )
            for line in shown.lines
        ]
    episode.state, episode.recovered_at, episode.changed_at = "recovered", recovered_at, now
    episode.found_sealed, episode.found_place_sealed, *blobs = _sealed(
        ({"by": found_by.strip(), "condition": condition.strip()}, found_label(episode)),
        ({"place": place.strip()}, found_place_label(episode)),
        *[({"what": what}, task_label(task)) for what, task in zip(said, tasks, strict=True)],
    )
    episode.save(update_fields=["state", "recovered_at", "changed_at", "found_sealed", "found_place_sealed"])
    for task, blob in zip(tasks, blobs, strict=True):
        task.told_sealed = blob
    Task.objects.bulk_create(tasks)
    record(
        viewer,
        "missing.recovered",
        episode,
        classes=("SAFE", "LOC"),
        plan=plan.code if plan else None,
        tasks=len(tasks),
    )
    tell_change(viewer, episode.case, "after_missing", now)
    owners = {task.owner for task in tasks}
    notify(not_kept_apart(owners, episode.case.client), "missing.task", episode.case.code, now)
    _alert(viewer, episode.case, now, without=owners)
    _remind_later(episode, now)


@action("missing.task_settled")
def settle_task(viewer: Viewer, episode: Episode, *, number: int, state: str, now: datetime) -> None:
    """A task after the return was done or called off, by its owner or by the coordinator. Raises NotPermitted,
    NotVisible for whom the episode is closed, RuleBroken.
    """
    tie = standing_of(viewer, episode.case, now)
    check_may(viewer, "missing.do", tie)
    if queries.openness(viewer, episode.case, now, tie) != "open":
        raise NotVisible  # the task was theirs while the record was open to them
    task = episode.tasks.select_for_update().filter(number=number).first()
    if task is None or state not in {"done", "called_off"}:
        raise RuleBroken("Choose a task of this episode, and what came of it.")
    coordinates = viewer.covers_as("care_coordinator", episode.case.region)
    if task.owner != viewer.code and not coordinates:
        raise NotPermitted("Only who has this task settles it, or the coordinator.")
    if task.state != "open":
        raise RuleBroken("This task was settled already.")
    task.episode = episode
    task.state, task.settled_at, task.settled_by = state, now, viewer.code
    task.save(update_fields=["state", "settled_at", "settled_by"])
    record(viewer, "missing.task_settled", task, number=number, state=state)


@action("missing.closed")
def close_episode(viewer: Viewer, episode: Episode, *, now: datetime) -> None:
    """Closes an episode once every step after the return is on record. Raises NotPermitted, RuleBroken with what is
    missing.
    """
    _check_may_write(viewer, episode.case, now)
    held = _held(episode)
    (situation,) = clocks.situations([held])
    check_may_close(held.state, situation.return_facts)
    episode.state, episode.closed_at, episode.changed_at = "closed", now, now
    episode.save(update_fields=["state", "closed_at", "changed_at"])
    record(viewer, "missing.closed", episode)


@action("missing.sheet_printed")
def note_sheet(
    viewer: Viewer,
    episode: Episode,
    *,
    variant: str,
    to: str,
    to_agency: str,
    told_at: datetime,
    now: datetime,
    picture: str = "",
    form: str = "pdf",
) -> None:
    """A sheet was made for somebody: what it holds goes into the register of disclosures, as the law's report of a
    missing child. `picture`: code of the document whose picture stands on it.

    Raises NotPermitted, RuleBroken without a recipient. (MR-4, practice.md 3.7)
    """
    check_may(viewer, "missing.print", standing_of(viewer, episode.case, now))
    if variant not in VARIANTS:
        raise RuleBroken("Choose one of the two sheets.")
    record_outside_disclosure(
        viewer,
        episode.case.client,
        kind="paper",
        by_law=True,
        from_agency=episode.case.holder,
        to_agency=to_agency,
        to=to,
        what=f"Sheet for a missing child: {VARIANTS[variant].lower()}. {DISCLOSES[variant]}"
        + (" With a picture of the child." if picture else ""),
        classes=SHEET_CLASSES[variant],
        told_at=told_at,
        now=now,
    )
    classes = SHEET_CLASSES[OFFICIAL]
    record(
        viewer, "missing.sheet_printed", episode, classes=classes, variant=variant, picture=picture or None, form=form
    )


# -------------------------------------------------------------------------------------------------------------- rules


def _check_may_write(viewer: Viewer, case: Case, now: datetime, *, with_place: bool = False) -> None:
    tie = standing_of(viewer, case, now)
    check_may(viewer, "missing.write", tie)
    check_may_write(viewer, case.client, "SAFE", now, holder=case.holder, standing=tie)
    if with_place:
        check_may_write(viewer, case.client, "LOC", now, holder=case.holder, standing=tie)


def _check_told(told: EpisodeTold) -> None:
    if told.custody not in CUSTODY:
        raise RuleBroken("Say who has custody: choose from the list, or leave it as not established.")
    if any(len(words) > LONGEST for words in (told.happened, told.danger_words, told.custody_words)):
        raise RuleBroken(f"Shorten the text to {LONGEST:,} characters.")


def _check_entry(episode: Episode, kind: str, key: str, at: datetime, told: Mapping[str, Any], now: datetime) -> None:
    if episode.state == "closed":
        raise RuleBroken("This episode is closed.")
    if at > now:
        raise RuleBroken("This cannot have been in the future. Correct the time.")
    if any(isinstance(said, str) and len(said) > LONGEST for said in told.values()):
        raise RuleBroken(f"Shorten the text to {LONGEST:,} characters.")
    known: Mapping[str, Any] = {
        "duty": {duty.key: duty for duty in active_pack().clocks.missing_child},
        "told": TOLD,
        "contact": CONTACTS,
        "return": dict.fromkeys(RETURN_STEPS),
    }.get(kind, {})
    if key not in known:
        raise RuleBroken("Choose from the list what was done.")
    if kind == "duty" and at < min(one for one in (episode.learned_at, episode.departed_at) if one):
        raise RuleBroken("This was done before anybody could know. Correct the time.")
    if kind == "return":
        _check_step(episode, key, at, told)


def _check_step(episode: Episode, step: str, at: datetime, told: Mapping[str, Any]) -> None:
    if episode.recovered_at is None:
        raise RuleBroken("Record the return first.")
    if at < episode.recovered_at:
        raise RuleBroken("This was before the return. Correct the time.")
    if told.get("outcome") not in CAME_OF_IT[step]:
        raise RuleBroken("Say what came of it: choose from the list.")
    if told.get("outcome") in {"not_done", "not_needed"} and not told.get("words"):
        raise RuleBroken("Write the reason.")
    # Not a forensic interview: whoever hears a disclosure stops and refers. (practice.md 3.7)
    is_disclosure = told.get("disclosure") is True or told.get("outcome") == "referred"
    if step == "conversation" and is_disclosure and not told.get("referred_to"):
        raise RuleBroken("The child disclosed something: stop, refer, and write to whom you referred.")


# -------------------------------------------------------------------------------------------------------------- small


def _place_that_stays(viewer: Viewer, case: Case, now: datetime) -> str:
    """The place of the version before, where whoever writes the next one may not write places: saying nothing of it
    takes nothing away. For whoever may, an empty field is an answer.
    """
    before = queries.newest_plan(case)
    tie = standing_of(viewer, case, now)
    if before is None or may_read(viewer, case.client, tie, "LOC", now, holder=case.holder, action="write").allowed:
        return ""
    kept = open_json(before.place_sealed, plan_place_label(before)) or {}
    return str(kept.get("place", ""))


def _held(episode: Episode) -> Episode:
    return Episode.objects.select_for_update(of=("self",)).select_related("case", "case__client").get(pk=episode.pk)


def _sealed(*values: tuple[Any, SealContext]) -> list[bytes]:
    return seal_many([(json.dumps(value, ensure_ascii=False), label) for value, label in values])


def _alert(viewer: Viewer, case: Case, now: datetime, *, without: set[str] | frozenset[str] = frozenset()) -> None:
    """Everybody on the case learns that something awaits them, and nothing else; nobody who is kept apart. (INT-10)"""
    people = {one.code for one in people_on(case, now)} - {viewer.code} - set(without)
    notify(not_kept_apart(people, case.client), "missing.alert", case.code, now)


def _remind_later(episode: Episode, now: datetime) -> None:
    """A reminder when little time is left of whatever is owed, and one when it is due. The job looks again then."""
    (situation,) = clocks.situations([episode])
    moments: set[datetime] = set()
    for owed in clocks.owed_on(situation):
        if owed.clock is not None:
            span = owed.clock.due_at - owed.clock.started_at
            moments |= {owed.clock.started_at + span * AT_RISK, owed.clock.due_at + timedelta(seconds=1)}
    defer_many([("missing.remind_of_what_is_owed", [episode.code], at) for at in sorted(moments) if at > now])
