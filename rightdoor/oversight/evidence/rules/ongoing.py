"""Ongoing case coordination: agendas, notes, rhythm, reviews and endings."""

from __future__ import annotations

from rightdoor.domain.closure import SAFETY_PLAN, TOLD
from rightdoor.domain.looking_back import HALF_YEAR, NEWEST, YEAR, Lookback
from rightdoor.oversight.evidence.finding import (
    Finding,
    at_that_moment,
    both,
    cannot_tell,
    count,
    half_a_year,
    judged,
    last_year,
    newest,
    rule,
    stands,
    stays_sealed,
)
from rightdoor.oversight.evidence.rows import Rows

MEETINGS, DUE = "/meetings/?past=1", "/staffings/due/"
MOST, HALF = 90, 50  # percent
THREE = 3


@rule("oc.1.1", see=MEETINGS)
def ongoing_agenda(rows: Rows, back: Lookback) -> Finding:
    """An ongoing meeting agenda template is in use: it is there, and ongoing meetings were held by it."""
    agenda = next((one for one in rows.pack.agendas if one.kind == "ongoing"), None)
    held = [one for one in rows.staffings if one.kind == "ongoing" and one.quarter in YEAR]
    if agenda is None:
        return stands(False, "There is no agenda for an ongoing meeting.", last_year(back))
    topics = f"The agenda has {count(len(agenda.topics), 'topic')}."
    if not held:
        return cannot_tell(f"{topics} There were no ongoing meetings to use it.", last_year(back), 0)
    used = sum(one.has_minutes for one in held)
    by_it = judged(
        rows, used, len(held), said="Minutes by its topics: {share}.", noun="ongoing meetings", period=last_year(back)
    )
    says = "yes" if agenda.topics and used else "not_yet"
    return Finding(says, f"{topics} {by_it.figure}", by_it.period, used, len(held))


@rule("oc.1.2", see=MEETINGS)
def ongoing_documented(rows: Rows, back: Lookback) -> Finding:
    """Every ongoing meeting of the last 90 days has notes with decisions and owned action items."""
    held = [one for one in rows.staffings if one.kind == "ongoing" and one.quarter in NEWEST]
    whole = sum(one.has_minutes and one.has_decisions and one.has_items for one in held)
    said = "Notes, decisions and action items are on record for {share}."
    return judged(rows, whole, len(held), said=said, noun="ongoing meetings", period=newest(back))


@rule("oc.1.3", see="/archive/")
def ongoing_closing_rules(rows: Rows, back: Lookback) -> Finding:
    """A closure checklist is in force: reasons to choose from, whether the client was told, the safety plan."""
    reasons = len(rows.pack.closure.reasons)
    figure = (
        f"A case closes with one of {count(reasons, 'reason')}, and only when it says whether the client was told and "
        "what became of the safety plan."
    )
    return stands(bool(reasons and TOLD and SAFETY_PLAN), figure, at_that_moment(back))


@rule("oc.2.1", see=DUE)
def ongoing_next_dates(rows: Rows, back: Lookback) -> Finding:
    """Every open case has a next meeting date or a reason for none."""
    running = [one for one in rows.cases if one.is_open]
    settled = sum(one.next in {"scheduled", "ahead", "on_request"} for one in running)
    said = "A next day, or a reason for none, is on record for {share}."
    return judged(rows, settled, len(running), said=said, noun="open cases", period=at_that_moment(back))


@rule("oc.2.2", see=(DUE, "/cases/?region={region}"))
def ongoing_enough_meetings(rows: Rows, back: Lookback) -> Finding:
    """Every case older than its first review date had an ongoing meeting; at least half of the year's cases had three
    or more staffings. The share is the pack's target where it names one.
    """
    older = [one for one in rows.cases if one.is_open and one.is_past_first_review]
    opened = [one for one in rows.cases if one.opened in YEAR]
    aim = next((one.aim for one in rows.pack.targets if one.key == "staffings" and one.unit == "percent"), HALF)
    first = judged(
        rows,
        sum(one.had_ongoing for one in older),
        len(older),
        said="An ongoing meeting was held on {share} past their first review.",
        noun="open cases",
        period=last_year(back),
    )
    often = judged(
        rows,
        sum(one.staffings >= THREE for one in opened),
        len(opened),
        said="Three or more staffings: {share} opened this year.",
        noun="cases",
        period=last_year(back),
        at_least=aim,
    )
    return both(first, often)


@rule("oc.2.3", see=MEETINGS)
def ongoing_notes_shared(rows: Rows, back: Lookback) -> Finding:
    """At least 90% of the notes of the last 12 months were completed and shared within the pack's hours."""
    owed = [
        one
        for one in rows.staffings
        if one.kind == "ongoing" and one.quarter in YEAR and one.shared in {"met", "missed"}
    ]
    in_time = sum(one.shared == "met" for one in owed)
    said = f"Completed and shared within {rows.pack.clocks.ongoing_notes_due_hours} hours: the notes of {{share}}."
    return judged(rows, in_time, len(owed), said=said, noun="ongoing meetings", period=last_year(back), at_least=MOST)


@rule("oc.3.1", see="/archive/")
def ongoing_after_action(rows: Rows, back: Lookback) -> Finding:
    """At least one after-action review in the last 6 months with recorded improvements."""
    held = [one for one in rows.reviews if one.quarter in HALF_YEAR]
    asking = sum(one.asks_for_changes for one in held)
    figure = "No after-action review was held."
    if held:
        said = "at least one says" if asking else "none says"
        figure = f"After-action reviews were held, and {said} what is to change."
    return Finding("yes" if asking else "not_yet", figure, half_a_year(back), asking, len(held))


@rule("oc.3.2", see=DUE)
def ongoing_rhythm(rows: Rows, back: Lookback) -> Finding:
    """Every open case has a cadence and was reviewed within it."""
    running = [one for one in rows.cases if one.is_open]
    kept = sum(one.has_cadence and one.next != "overdue" for one in running)
    said = "A cadence is set and kept for {share}."
    return judged(rows, kept, len(running), said=said, noun="open cases", period=at_that_moment(back))


@rule("oc.4.2", see="/archive/")
def ongoing_endings(rows: Rows, back: Lookback) -> Finding:
    """Every case closed in the last 12 months has a completed closure checklist and debrief."""
    if (sealed := stays_sealed(rows, last_year(back))) is not None:
        return sealed
    known = [one for one in rows.endings if one.quarter in YEAR and one.has_checklist is not None]
    whole = sum(bool(one.has_checklist and one.has_debrief) for one in known)
    said = "Checklist and debrief are on record for {share}."
    return judged(rows, whole, len(known), said=said, noun="closed cases", period=last_year(back))
