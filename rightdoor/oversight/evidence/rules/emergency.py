"""Emergency investigative response: in time, with everything that belongs to a meeting."""

from __future__ import annotations

from rightdoor.domain.looking_back import NEWEST, YEAR, YEAR_BEFORE, Lookback
from rightdoor.oversight.evidence.finding import (
    Finding,
    at_that_moment,
    both,
    cannot_tell,
    judged,
    last_year,
    newest,
    rule,
    share,
    stands,
)
from rightdoor.oversight.evidence.rows import Rows

LATE, MEETINGS = "/referrals/late/?region={region}", "/meetings/?past=1"
MOST = 90  # percent
# What an emergency agenda takes first, by the keys of the packs.
FIRST = ("safety_assessment", "medical_evaluation", "forensic_interview", "evidence_preservation", "immediate_services")


@rule("er.1.2")
def emergency_agenda(rows: Rows, back: Lookback) -> Finding:
    """The jurisdiction's emergency agenda template puts safety, medical evaluation, forensic interview, evidence and
    emergency services first.
    """
    agenda = next((one for one in rows.pack.agendas if one.kind == "emergency"), None)
    if agenda is None:
        return stands(False, "There is no agenda for an emergency meeting.", at_that_moment(back))
    first = {topic.key for topic in agenda.topics if topic.first}
    held = sum(key in first for key in FIRST)
    figure = f"{held} of the {len(FIRST)} parts that come first stand in the agenda of an emergency meeting."
    return Finding("yes" if held == len(FIRST) else "not_yet", figure, at_that_moment(back), held, len(FIRST))


@rule("er.2.1", see=LATE)
def emergency_on_time(rows: Rows, back: Lookback) -> Finding:
    """At least 90% of the emergency response meetings of the last 12 months were held within their tier's time."""
    met, held = _on_time(rows, YEAR)
    said = "Within the time of its tier: {share}."
    return judged(rows, met, held, said=said, noun="emergency meetings", period=last_year(back), at_least=MOST)


@rule("er.2.2", see=MEETINGS)
def emergency_procedures(rows: Rows, back: Lookback) -> Finding:
    """Every emergency meeting of the last 90 days has a notice, attendance, a summary and owned action items. A summary
    whose time still runs is not missing.
    """
    held = [one for one in rows.staffings if one.kind == "emergency" and one.quarter in NEWEST]
    whole = sum(
        one.has_notice and one.has_attendance and one.has_items and (one.has_summary or one.shared == "running")
        for one in held
    )
    said = "Notice, attendance, summary and action items are on record for {share}."
    return judged(rows, whole, len(held), said=said, noun="emergency meetings", period=newest(back))


@rule("er.2.3", see=MEETINGS)
def emergency_summaries(rows: Rows, back: Lookback) -> Finding:
    """Every emergency meeting of the last 12 months has a summary; at least 90% were shared within the pack's hours."""
    held = [
        one
        for one in rows.staffings
        if one.kind == "emergency" and one.quarter in YEAR and (one.has_summary or one.shared != "running")
    ]
    owed = [one for one in held if one.shared in {"met", "missed"}]
    hours, period = rows.pack.clocks.summary_due_hours, last_year(back)
    filed = judged(
        rows,
        sum(one.has_summary for one in held),
        len(held),
        said="A summary is on record for {share}.",
        noun="emergency meetings",
        period=period,
    )
    if not held:
        return filed
    in_time = judged(
        rows,
        sum(one.shared == "met" for one in owed),
        len(owed),
        said=f"Shared within {hours} hours: {{share}}.",
        noun="summaries",
        period=period,
        at_least=MOST,
    )
    return both(filed, in_time)


@rule("er.3.1", see=LATE)
def emergency_improvement(rows: Rows, back: Lookback) -> Finding:
    """The on-time share is higher than in the 12 months before."""
    met, held = _on_time(rows, YEAR)
    met_before, held_before = _on_time(rows, YEAR_BEFORE)
    period = last_year(back)
    if not held or not held_before:
        return cannot_tell("There were no emergency meetings in one of the two years to compare.", period, held)
    noun = "emergency meetings"
    figure = (
        f"In time: {share(met, held, noun, rows.threshold)}; "
        f"the year before {share(met_before, held_before, noun, rows.threshold)}."
    )
    return Finding("yes" if met * held_before > met_before * held else "not_yet", figure, period, met, held)


def _on_time(rows: Rows, quarters: frozenset[int]) -> tuple[int, int]:
    held = [one for one in rows.intakes if one.answered in quarters and one.response in {"met", "missed"}]
    return sum(one.response == "met" for one in held), len(held)
