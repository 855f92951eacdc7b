"""What every page of an episode shows: the head of its case, and the words of its clocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.casework.missing import clocks
from rightdoor.casework.missing.choices import (
    AMBER,
    CAME_OF_IT,
    CONTACTS,
    CUSTODY,
    DANGER,
    EPISODE_STATES,
    HOLDERS,
    LOOKS,
    OWED,
    STEPS,
    TASK_STATES,
    TOLD,
)
from rightdoor.casework.missing.clocks import DutyLine, Situation
from rightdoor.casework.missing.models import Episode
from rightdoor.casework.missing.queries import ShownEntry, ShownEpisode
from rightdoor.domain.clock import Clock
from rightdoor.domain.missing import RETURN_STEPS, duty_holder, lacking_before_closing, owed_on_return
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.jurisdiction.templatetags.words import when
from rightdoor.foundation.printing.docx import MEDIA_TYPE

BY_POLICE = "The police"


@dataclass(frozen=True, slots=True)
class DutyView:
    """A duty as the page says it."""

    key: str
    label: str
    by: str
    limits: tuple[tuple[str, str, str, bool], ...]  # from what, due, source, alarms
    clock: Clock | None
    waits: str
    entry: ShownEntry | None
    number_label: str
    decision: str
    is_done: bool


def episode_frame(request: HttpRequest, episode: Episode, title: str, **more: Any) -> dict[str, Any]:
    """The head of a page below an episode."""
    base = f"/missing/{episode.code}/"
    return {
        **case_frame(request, episode.case, "missing"),
        "page_title": title,
        "page_back": base,
        "page_back_label": "The episode",
        "episode": episode,
        "base": base,
        **more,
    }


def duty_views(lines: list[DutyLine], shown: ShownEpisode) -> list[DutyView]:
    """The duties, each with both starts where there are two, and the one by which the alarm goes."""
    holder = duty_holder(shown.told.custody)
    views = []
    for line in lines:
        duty, entry = line.duty, shown.latest("duty", line.duty.key)
        earliest = line.clock.earliest
        by = BY_POLICE if duty.by == "police" else holder_words(holder.role)
        is_done = line.done_at is not None
        waits = ""
        if not is_done and shown.state != "running":
            waits = "Not recorded as done. The search ended with the return."
        elif not is_done and line.clock.clock is None and duty.limits:
            waits = "Its clock starts when the police are told."
        views.append(
            DutyView(
                duty.key,
                str(duty.label),
                by,
                tuple(
                    (
                        f"{_span(one.limit)} from {one.start_words}",
                        when(one.due_at),
                        one.limit.source,
                        one == earliest and len(line.clock.reckoned) > 1,
                    )
                    for one in line.clock.reckoned
                ),
                line.clock.clock if is_done or shown.state == "running" else None,
                waits,
                entry,
                str(duty.number) if duty.number else "",
                AMBER.get(str(entry.told.get("decision") or ""), "") if entry and "decision" in entry.told else "",
                is_done,
            )
        )
    return views


def holder_words(role: str) -> str:
    """Who has the duty, in the state's words."""
    return HOLDERS.get(role) or active_pack().word("child_welfare")


def _span(limit: Any) -> str:
    if limit.within_hours is not None:
        return f"{limit.within_hours} h"
    return f"{limit.within_days} calendar days"


def episode_context(request: HttpRequest, episode: Episode, shown: ShownEpisode) -> dict[str, Any]:
    """Everything of an episode, in words."""
    (situation,) = clocks.situations([episode])
    told, holder = shown.told, duty_holder(shown.told.custody)
    danger = [
        (label, {True: "Yes", False: "No", None: "Not established"}[told.danger.get(key)])
        for key, label in DANGER.items()
    ]
    recorded = {one.told.get("key"): one for one in reversed(shown.entries) if one.kind == "told"}
    return {
        **episode_frame(request, episode, "Missing"),
        "page_back": f"/cases/{episode.case.code}/missing/",
        "page_back_label": "All episodes of the case",
        "shown_episode": shown,
        "episode_state": EPISODE_STATES[episode.state],
        "holder": holder_words(holder.role),
        "holder_why": holder.why,
        "holder_by_law": holder.by_law,
        "custody": CUSTODY[told.custody],
        "danger": danger,
        "is_danger_known": any(said != "Not established" for _, said in danger),
        "looks": [(label, told.looks[key]) for key, label in LOOKS.items() if told.looks.get(key)],
        "duties": duty_views(clocks.duty_lines(situation), shown),
        "contact_clock": clocks.contact_due(situation),
        "notified": [(TOLD[key], recorded.get(key)) for key in OWED]
        + [(TOLD["other"], one) for one in shown.entries if one.kind == "told" and one.told.get("key") == "other"],
        "log": [
            {"one": one, "kind": CONTACTS.get(str(one.told.get("key") or one.key), "")}
            for one in shown.entries
            if one.kind == "contact"
        ],
        "steps": step_views(situation, shown) if episode.state != "running" else [],
        "tasks": [
            {
                "one": one,
                "state": TASK_STATES[one.state],
                "clock": Clock(min(episode.recovered_at or one.due_at, one.due_at), one.due_at)
                if one.state == "open"
                else None,
                "may_settle": one.state == "open"
                and (
                    one.owner == request.viewer.code
                    or request.viewer.covers_as("care_coordinator", episode.case.region)
                ),
            }
            for one in shown.tasks
        ],
        "lacking": lacking_before_closing(situation.return_facts) if episode.state == "recovered" else [],
    }


def step_views(situation: Situation, shown: ShownEpisode) -> list[dict[str, Any]]:
    """The steps after the return: what came of each, or by when it is owed."""
    hours = active_pack().clocks.return_screening_hours
    views = []
    for step in RETURN_STEPS:
        entry = shown.latest("return", step)
        due = owed_on_return(shown.recovered_at, step, hours) if shown.recovered_at else None
        views.append(
            {
                "key": step,
                "label": STEPS[step],
                "entry": entry,
                "outcome": CAME_OF_IT[step].get(str(entry.told.get("outcome")), "") if entry else "",
                "words": [
                    (label, str(entry.told.get(name)))
                    for name, label in STEP_WORDS.items()
                    if entry and entry.told.get(name)
                ],
                "clock": Clock(shown.recovered_at, due, stopped_at=entry.at if entry else None)
                if due and shown.recovered_at
                else None,
            }
        )
    return views


STEP_WORDS = {
    "reasons": "Why the child left",
    "happened": "The time away",
    "help": "What would help to stay",
    "referred_to": "Referred to",
    "tool": "Tool",
    "result": "Result",
    "words": "Note",
    "worked": "What worked",
    "did_not": "What did not",
    "next_time": "Next time",
}


def handed_over(content: bytes, name: str, form: str) -> HttpResponse:
    """A document to take along; its name holds codes only."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=MEDIA_TYPE if form == "docx" else "application/pdf", headers=headers)
